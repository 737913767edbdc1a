//! Every interleaving: a breadth-first search over exact states, within bounds. What may happen next is what
//! [`World::enabled`] lists, so that an explored state is one that a person could reach with the page's buttons.
//!
//! Time is abstracted: any timer may be the next to fire. A rule never sees a clock, so nothing else changes; whether a
//! counterexample also happens in time is found out by replaying it in a [`super::Session`].

pub mod bounds;
pub mod fixes;
pub mod models;
pub mod reach;
mod replay;
pub mod report;
pub mod setup;
mod space;
mod table;

pub use bounds::{ACTIONS_MAX, Bounds, Input, Inputs, Planned, PlannedKind};
pub use reach::Reach;
pub use replay::Timing;
pub use report::{Finding, Report, Verdict};

use super::Session;
use super::properties::{Property, Transition, is_settled};
use crate::model::{ActionId, ActionPhase, Fact, Rejection, Rule, Rules, What};
use crate::world::key::{Common, Part};
use crate::world::{NumberedCommand, World};
use space::Space;
use table::{Blocks, Held, Parts, States};

/// A change of a recorded phase: before (`None`: the row is created), after, and the rule behind it.
pub type RecordedEdge = (Option<ActionPhase>, ActionPhase, Rule);

/// Where a search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// States found.
    pub states: usize,
    /// States found whose successors are not.
    pub frontier: usize,
    /// Commands tried.
    pub transitions: u64,
    /// The length of the shortest sequence to the states being looked at.
    pub depth: u32,
    /// The memory that states take up, in bytes.
    pub bytes: usize,
    /// Why the search has ended, if it has.
    pub ended: Option<End>,
}

/// Why a search has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every state within the bounds was looked at.
    Complete,
    /// The targets were reached.
    Reached,
    /// Every property that was watched is decided, and nothing else was asked for.
    Found,
    /// No more states are to be held.
    States,
    /// No more memory is to be used.
    Bytes,
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An action, or any, is recorded in a phase.
    Phase(Option<ActionId>, ActionPhase),
    /// A rule decides something, about that action or about any.
    Rule(Option<ActionId>, Rule),
    /// Nothing is under way, and the row of an action, or of any, does not tell what its resource does.
    Disagreement(Option<ActionId>),
}

impl Target {
    /// Whether a step reaches it. A state target is reached by the step into it.
    fn is_reached(self, step: &Transition) -> bool {
        match self {
            Target::Rule(action, rule) => {
                let about = |fact: &Fact| action.is_none() || fact.action == action;
                step.facts.iter().any(|fact| fact.rule == rule && about(fact))
            }
            Target::Phase(..) | Target::Disagreement(_) => self.holds_in(step.after),
        }
    }

    /// Whether a world is there already. A rule decides in a step, and in no world.
    fn holds_in(self, world: &World) -> bool {
        match self {
            Target::Phase(action, phase) => world
                .actions()
                .filter(|(id, _)| action.is_none_or(|wanted| wanted == *id))
                .any(|(_, action)| action.row.is_some_and(|row| row.phase == phase)),
            Target::Rule(..) => false,
            Target::Disagreement(action) => is_settled(world) && !super::properties::stores_agree(world, action),
        }
    }
}

/// How a state was first reached: from which, by which of its choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parent {
    state: u32,
    choice: u16,
}

/// What is known of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Watched {
    property: &'static Property,
    /// The state where it was found broken, or a witness: the state alone, or a choice of it.
    found: Option<(u32, Option<u16>)>,
}

/// A search. It is run in slices, so that whoever drives it can show how far it is and stop it.
#[derive(Debug, Clone)]
pub struct Exploration {
    /// Where it begins.
    origin: Session,
    space: Space,
    /// All of these reached at once ends the search.
    targets: Vec<Target>,
    reached: Option<(u32, u16)>,
    parts: Parts<Part>,
    commons: Parts<Common>,
    states: States,
    parents: Blocks<Parent>,
    /// The state to be looked at next; those before it are done.
    next: u32,
    /// Where the states of the next depth begin.
    level_end: u32,
    depth: u32,
    transitions: u64,
    watched: Vec<Watched>,
    /// Whether it ends when each property was found broken, or was found to happen.
    only_properties: bool,
    rules_met: Vec<bool>,
    edges: Vec<RecordedEdge>,
    ended: Option<End>,
    /// The state being looked at, as a world.
    before: World,
    /// What becomes of it.
    after: World,
    choices: Vec<NumberedCommand>,
    facts: Vec<Fact>,
    key: Vec<u32>,
    from_key: Vec<u32>,
    scratch: Option<Part>,
    common: Common,
}

impl Exploration {
    /// A search of that model for violations of the properties that apply to it, and for the targets, if there are any:
    /// it ends when one step reaches them all.
    pub fn new(
        rules: Rules,
        bounds: &Bounds,
        properties: &[&'static Property],
        targets: &[Target],
    ) -> Result<Exploration, Rejection> {
        let origin = Session::new(bounds.config(rules));
        let mut world = origin.world().clone();
        let space = Space::of_model(bounds, &mut world)?;
        Ok(Exploration::from_world(origin, world, space, properties, targets))
    }

    /// A search that begins with the world that a session stands at. `world` is the same, but knows the texts of what
    /// may be created.
    fn from_world(
        origin: Session,
        world: World,
        space: Space,
        properties: &[&'static Property],
        targets: &[Target],
    ) -> Exploration {
        let applying = properties.iter().filter(|property| property.applies(&space.bounds));
        // The last number is that of what the actions have in common.
        let width = space.width() + 1;
        let mut exploration = Exploration {
            origin,
            states: States::new(width),
            watched: applying.map(|&property| Watched { property, found: None }).collect(),
            only_properties: false,
            space,
            targets: targets.to_vec(),
            reached: None,
            parts: Parts::new(),
            commons: Parts::new(),
            parents: Blocks::new(14, 1),
            next: 0,
            level_end: 1,
            depth: 0,
            transitions: 0,
            rules_met: vec![false; Rule::ALL.len()],
            edges: Vec::new(),
            ended: None,
            before: world.clone(),
            after: world,
            choices: Vec::new(),
            facts: Vec::new(),
            key: vec![0; width],
            from_key: vec![0; width],
            scratch: None,
            common: Common::default(),
        };
        exploration.write_key();
        exploration.states.insert(&exploration.key);
        exploration.parents.push(std::iter::once(Parent { state: 0, choice: 0 }));
        exploration
    }

    /// Looks at up to `budget` more states.
    pub fn run(&mut self, budget: usize) -> Progress {
        for _ in 0..budget {
            if self.ended.is_some() {
                break;
            }
            self.expand();
        }
        self.progress()
    }

    /// Where the search stands.
    pub fn progress(&self) -> Progress {
        Progress {
            states: self.states.len(),
            frontier: self.states.len() - self.next as usize,
            transitions: self.transitions,
            depth: self.depth,
            bytes: self.bytes(),
            ended: self.ended,
        }
    }

    /// The search, which ends as soon as no property is left to be found broken, or to happen.
    #[must_use]
    pub fn until_all_is_found(self) -> Exploration {
        let nothing_left = self.watched.is_empty();
        Exploration { only_properties: true, ended: nothing_left.then_some(End::Found), ..self }
    }

    /// The properties found broken, or found to happen, with the lengths of the shortest runs that show it.
    pub fn found_lengths(&self) -> Vec<(&'static Property, usize)> {
        let length = |(state, choice): (u32, Option<u16>)| self.way(state).len() + usize::from(choice.is_some());
        let found = |watched: &Watched| Some((watched.property, length(watched.found?)));
        self.watched.iter().filter_map(found).collect()
    }

    /// Where it begins.
    pub fn origin(&self) -> &Session {
        &self.origin
    }

    /// Goes on behind what was reached, for another way.
    fn pass_over(&mut self) {
        if self.ended == Some(End::Reached) {
            self.ended = None;
        }
    }

    /// Whether longer sequences than the bounds allow were left out.
    pub fn depth_was_cut(&self) -> bool {
        self.depth >= self.space.bounds.depth
    }

    /// The rule set.
    pub fn rules(&self) -> &Rules {
        &self.origin.world().config().rules
    }

    /// The model.
    pub fn bounds(&self) -> &Bounds {
        &self.space.bounds
    }

    /// How many different parts its states have.
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// The changes of recorded phases met, in no particular order.
    pub fn edges(&self) -> &[RecordedEdge] {
        &self.edges
    }

    /// The rules met.
    pub fn rules_met(&self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().zip(&self.rules_met).filter(|(_, met)| **met).map(|(rule, _)| rule)
    }

    fn bytes(&self) -> usize {
        self.parts.bytes() + self.commons.bytes() + self.states.bytes() + self.parents.bytes()
    }

    /// Looks at the next state: its properties, and all that may happen in it.
    fn expand(&mut self) {
        if self.next as usize >= self.states.len() {
            self.ended = Some(End::Complete);
            return;
        }
        if self.next >= self.level_end {
            self.depth += 1;
            self.level_end = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        }
        let state = self.next;
        self.put(state);
        self.judge_state(state);
        if self.depth < self.space.bounds.depth {
            self.space.choices(&self.before, &mut self.choices);
            let choices = std::mem::take(&mut self.choices);
            for (command, number) in choices.iter().zip(0_u16..) {
                self.take(state, number, command);
                if self.ended.is_some() {
                    break;
                }
            }
            self.choices = choices;
        }
        if self.ended.is_none() {
            self.next += 1;
            if self.only_properties && self.watched.iter().all(|watched| watched.found.is_some()) {
                self.ended = Some(End::Found);
            }
        }
    }

    /// Makes `before` the world of that state.
    fn put(&mut self, state: u32) {
        self.from_key.clear();
        self.from_key.extend_from_slice(self.states.get(state));
        let (parts, commons) = (&self.parts, &self.commons);
        let Some((common, numbers)) = self.from_key.split_last() else { return };
        self.before.put_parts(numbers.iter().filter_map(|number| parts.get(*number)), commons.get(*common));
    }

    /// Carries out one choice of the state that `before` is.
    fn take(&mut self, state: u32, choice: u16, command: &NumberedCommand) {
        self.transitions += 1;
        self.after.copy(&self.before);
        self.facts.clear();
        self.after.apply_untimed(command, &mut self.facts);
        self.cover();
        self.judge_step(state, choice, command);
        let is_held = self.write_key();
        match self.states.insert(&self.key) {
            Held::Known => {}
            Held::New if is_held && self.parents.push(std::iter::once(Parent { state, choice })) => self.keep_within(),
            Held::New | Held::Full => self.ended = Some(End::Bytes),
        }
    }

    /// Ends the search where its bounds do. Memory is looked at now and then.
    fn keep_within(&mut self) {
        const OFTEN: usize = 1 << 12;
        if self.states.len() >= self.space.bounds.states {
            self.ended = Some(End::States);
        } else if self.states.len().is_multiple_of(OFTEN) {
            let bytes = self.bytes() + self.states.growth(OFTEN);
            if bytes > self.space.bounds.bytes || !table::has_headroom() {
                self.ended = Some(End::Bytes);
            }
        }
    }

    /// The key of `after`; false if there is no memory for a part of it. A part that is as it was before keeps its number
    /// without being looked up.
    fn write_key(&mut self) -> bool {
        let mut is_held = true;
        let last = self.key.len().saturating_sub(1);
        for place in 0..last {
            let id = ActionId(u32::try_from(place).unwrap_or(u32::MAX));
            let known = match &mut self.scratch {
                Some(scratch) => self.after.part(id, scratch),
                none => {
                    *none = self.after.any_part(id);
                    none.is_some()
                }
            };
            let number = match (&self.scratch, self.from_key.get(place)) {
                (Some(part), Some(&old)) if known => {
                    if self.parts.get(old) == Some(part) {
                        old
                    } else {
                        self.parts.number(part, Part::size).unwrap_or_else(|| {
                            is_held = false;
                            0
                        })
                    }
                }
                _ => 0,
            };
            if let Some(slot) = self.key.get_mut(place) {
                *slot = number;
            }
        }
        self.after.common(&mut self.common);
        let is_none = self.common == Common::default();
        let number = if is_none { Some(0) } else { self.commons.number(&self.common, Common::size) };
        if let Some(slot) = self.key.get_mut(last) {
            *slot = number.unwrap_or(0);
        }
        is_held && number.is_some()
    }

    /// Notes the rules and the changes of phases that the facts tell of.
    fn cover(&mut self) {
        for fact in &self.facts {
            let edge = match fact.what {
                What::RowCreated { phase, .. } => Some((None, phase, fact.rule)),
                What::PhaseRecorded { from, to, .. } => Some((Some(from), to, fact.rule)),
                _ => None,
            };
            if let Some(met) = self.rules_met.get_mut(fact.rule as usize) {
                *met = true;
            }
            if let Some(edge) = edge
                && !self.edges.contains(&edge)
            {
                self.edges.push(edge);
            }
        }
    }

    fn judge_state(&mut self, state: u32) {
        let settled = is_settled(&self.before);
        for watched in self.watched.iter_mut().filter(|watched| watched.found.is_none()) {
            if watched.property.shown_by_world(&self.before, settled).is_some() {
                watched.found = Some((state, None));
            }
        }
    }

    fn judge_step(&mut self, state: u32, choice: u16, command: &NumberedCommand) {
        let step = Transition { before: &self.before, command, facts: &self.facts, after: &self.after };
        for watched in self.watched.iter_mut().filter(|watched| watched.found.is_none()) {
            if watched.property.shown_by_step(&step).is_some() {
                watched.found = Some((state, Some(choice)));
            }
        }
        // After a way that was no use, the search goes on behind it.
        let is_new = self.reached.is_none_or(|last| last < (state, choice));
        if !self.targets.is_empty() && is_new && self.targets.iter().all(|target| target.is_reached(&step)) {
            self.reached = Some((state, choice));
            self.ended = Some(End::Reached);
        }
    }

    /// The states and choices on the shortest way to a state, from the empty world.
    fn way(&self, state: u32) -> Vec<(u32, u16)> {
        let mut way = Vec::new();
        let mut at = state;
        while at != 0 {
            let Some(parent) = self.parents.get(at as usize).first() else { break };
            way.push((parent.state, parent.choice));
            at = parent.state;
        }
        way.reverse();
        way
    }
}

/// A model one step at a time, for checkers that keep states themselves. The search of this crate does not need it.
#[derive(Debug, Clone)]
pub struct Stepper {
    space: Space,
    before: World,
    after: World,
}

/// A state as a [`Stepper`] takes it: the actions with all that hangs on them, and what they have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Snapshot {
    parts: Vec<Part>,
    common: Common,
}

impl Stepper {
    /// The model within these bounds.
    pub fn new(rules: Rules, bounds: &Bounds) -> Result<Stepper, Rejection> {
        let mut before = World::new(bounds.config(rules));
        let space = Space::of_model(bounds, &mut before)?;
        Ok(Stepper { space, after: before.clone(), before })
    }

    /// What may happen in a state, in a fixed order.
    pub fn choices(&mut self, state: &Snapshot, out: &mut Vec<NumberedCommand>) {
        self.before.put_parts(state.parts.iter(), Some(&state.common));
        self.space.choices(&self.before, out);
    }

    /// What becomes of a state by one of its choices.
    pub fn step(&mut self, state: &Snapshot, choice: &NumberedCommand) -> Snapshot {
        self.after.put_parts(state.parts.iter(), Some(&state.common));
        self.after.apply_untimed(choice, &mut ());
        let mut common = Common::default();
        self.after.common(&mut common);
        Snapshot { parts: self.after.actions().filter_map(|(id, _)| self.after.any_part(id)).collect(), common }
    }
}

/// The shortest sequence of commands whose last one reaches all targets at once, if there is one within the bounds.
pub fn reach(rules: Rules, bounds: &Bounds, targets: &[Target]) -> Result<Option<Finding>, Rejection> {
    let mut exploration = Exploration::new(rules, bounds, &[], targets)?;
    while exploration.run(10_000).ended.is_none() {}
    Ok(exploration.reached())
}
