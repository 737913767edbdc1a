//! Every interleaving: a breadth-first search over exact states, within bounds. What may happen next is what
//! [`World::enabled`] lists, so that an explored state is one that a person could reach with the page's buttons.
//!
//! Time is abstracted: any timer may be the next to fire. A rule never sees a clock, so nothing else changes; whether a
//! counterexample also happens in time is found out by replaying it in a [`super::Session`].

pub mod bounds;
mod expand;
pub mod fixes;
mod judge;
mod keys;
pub mod models;
pub mod needs;
pub mod reach;
mod recall;
mod replay;
pub mod report;
pub mod setup;
mod space;
mod table;
mod worked_out;

pub use bounds::{ACTIONS_MAX, Bounds, Input, Inputs, Planned, PlannedKind};
pub use reach::Reach;
pub use replay::{Finding, Timing};
pub use report::{Report, Verdict};

use super::Session;
use super::properties::{Property, Transition, is_settled};
use crate::model::{ActionId, ActionPhase, Code, Fact, Rejection, Rule, Rules};
use crate::world::entry::ArmedFault;
use crate::world::entry::CacheEntry;
use crate::world::footprint::{Marks, NOTED};
use crate::world::key::{Common, Line, Part};
use crate::world::{NumberedCommand, World};
use expand::{Ahead, Paused};
use keys::{ASKED, Trait};
use recall::{Question, Recall};
use space::{Group, Space};
use table::{Blocks, Parts, States};
use worked_out::WorkedOut;

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
    /// The memory that is in use for states and for what is remembered of them, in bytes.
    pub bytes: usize,
    /// Why the search has ended, if it has.
    pub ended: Option<End>,
}

/// Why a search has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every state within the bounds was looked at.
    Complete,
    /// Longer sequences of commands than there may be were left out.
    Depth,
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
        self.is_told(step.facts) || self.holds_in(step.after)
    }

    /// Whether a world is there already.
    fn holds_in(self, world: &World) -> bool {
        (!self.is_of_settled() || is_settled(world)) && world.actions().any(|(id, _)| self.is_at(world, id))
    }

    /// Whether one of the facts is what is searched for. A rule decides in a step, and in no world.
    fn is_told(self, facts: &[Fact]) -> bool {
        match self {
            Target::Rule(action, rule) => {
                facts.iter().any(|fact| fact.rule == rule && (action.is_none() || fact.action == action))
            }
            Target::Phase(..) | Target::Disagreement(_) => false,
        }
    }

    /// Whether it counts only when nothing is under way.
    const fn is_of_settled(self) -> bool {
        matches!(self, Target::Disagreement(_))
    }

    /// Whether an action is as it is searched for; a disagreement counts only when nothing is under way.
    fn is_at(self, world: &World, id: ActionId) -> bool {
        let meant = |action: Option<ActionId>| action.is_none_or(|action| action == id);
        match self {
            Target::Phase(action, phase) => {
                meant(action) && world.action(id).and_then(|action| action.row).is_some_and(|row| row.phase == phase)
            }
            Target::Disagreement(action) => meant(action) && !super::properties::stores_agree(world, Some(id)),
            Target::Rule(..) => false,
        }
    }
}

/// How a state was first reached: from which, by which of its choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parent {
    state: u32,
    choice: u32,
}

/// Of so many transitions a state at most is thought to have when a slice is measured; one that has more pauses.
const TRANSITIONS: u64 = 32;

/// The most things in a set of things looked for.
const SET_MAX: usize = 64;

/// So much of the memory may be taken by what is remembered so as not to be worked out again: one part in four.
const RECALL_SHARE: usize = 4;

/// What is known of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Watched {
    property: &'static Property,
    /// The state where it was found broken, or a witness: the state alone, or a choice of it.
    found: Option<(u32, Option<u32>)>,
}

/// A search. It is run in slices, so that whoever drives it can show how far it is and stop it.
#[derive(Debug, Clone)]
pub struct Exploration {
    /// Where it begins.
    origin: Session,
    space: Space,
    /// All of these reached at once ends the search.
    targets: Vec<Target>,
    reached: Option<(u32, u32)>,
    parts: Parts<Part>,
    /// By the number of a part, less one.
    traits: Vec<Trait>,
    /// What the actions have in common: faults, catalog, line, by number.
    commons: Parts<[u32; 3]>,
    faults: Parts<Vec<ArmedFault>>,
    caches: Parts<Vec<CacheEntry>>,
    lines: Parts<Line>,
    states: States,
    recall: Recall,
    /// The first of the questions about no action that is there.
    rest: Question,
    worked_out: WorkedOut,
    ahead: Ahead,
    /// Sets of properties that worlds show.
    shown: Vec<u64>,
    parents: Blocks<Parent>,
    /// The state to be looked at next; those before it are done.
    next: u32,
    /// Where the states of the next depth begin.
    level_end: u32,
    depth: u32,
    /// States that were looked at and whose successors are longer sequences than there may be.
    unexpanded: usize,
    transitions: u64,
    /// Where the state that is being looked at was left, with its groups of choices, and whether it is crowded.
    paused: Option<Paused>,
    groups: Vec<Group>,
    crowded: bool,
    watched: Vec<Watched>,
    /// Those that are found, one bit each.
    found: u64,
    /// Whether it ends when each property was found broken, or was found to happen.
    only_properties: bool,
    rules_met: Vec<bool>,
    edges: Vec<RecordedEdge>,
    ended: Option<End>,
    /// The state being looked at as a world, if it is `put`.
    before: World,
    put: Option<u32>,
    /// What becomes of it.
    after: World,
    listed: Vec<NumberedCommand>,
    facts: Vec<Fact>,
    key: Vec<u32>,
    from_key: Vec<u32>,
    from_common: [u32; 3],
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
        Exploration::from_world(origin, world, space, properties, targets)
    }

    /// A search that begins with the world that a session stands at. `world` is the same, but knows the texts of what
    /// may be created.
    fn from_world(
        origin: Session,
        world: World,
        space: Space,
        properties: &[&'static Property],
        targets: &[Target],
    ) -> Result<Exploration, Rejection> {
        if !NOTED {
            let message = "This build has no search; build it with the feature `explore`.";
            return Err(Rejection::new(Code::Internal, Rule::CommandInvalid, message));
        }
        space.bounds.check()?;
        let mut watched: Vec<Watched> = Vec::new();
        for &property in properties.iter().filter(|property| space.bounds.refuses(property).is_none()) {
            if watched.iter().all(|watched| watched.property != property) {
                watched.push(Watched { property, found: None });
            }
        }
        if targets.len() > SET_MAX || watched.len() > SET_MAX {
            let message = format!("A search looks for up to {SET_MAX} things at once; {} are too many.", targets.len());
            return Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message));
        }
        // The last number is that of what the actions have in common.
        let width = space.width() + 1;
        let mut recall = Recall::within(space.bounds.bytes / RECALL_SHARE);
        let rest = recall.questions(ASKED);
        let mut exploration = Exploration {
            origin,
            space,
            targets: targets.to_vec(),
            reached: None,
            parts: Parts::new(),
            traits: Vec::new(),
            commons: Parts::new(),
            faults: Parts::new(),
            caches: Parts::new(),
            lines: Parts::new(),
            states: States::new(width),
            recall,
            rest: rest.unwrap_or_default(),
            worked_out: WorkedOut::nothing(),
            ahead: Ahead::default(),
            shown: Vec::new(),
            parents: Blocks::new(14, 1),
            next: 0,
            level_end: 1,
            depth: 0,
            unexpanded: 0,
            transitions: 0,
            paused: None,
            groups: Vec::new(),
            crowded: false,
            watched,
            found: 0,
            only_properties: false,
            rules_met: vec![false; Rule::ALL.len()],
            edges: Vec::new(),
            ended: None,
            before: world.clone(),
            put: None,
            after: world,
            listed: Vec::new(),
            facts: Vec::new(),
            key: vec![0; width],
            from_key: vec![0; width],
            from_common: [0; 3],
            scratch: None,
            common: Common::default(),
        };
        let common = exploration.write_key(Marks::ALL);
        let is_held = common.is_some_and(|common| exploration.write_common(common));
        exploration.states.insert(&exploration.key, States::hash(&exploration.key), usize::MAX);
        exploration.parents.push(std::iter::once(Parent { state: 0, choice: 0 }));
        if !is_held || rest.is_none() {
            exploration.ended = Some(End::Bytes);
        }
        Ok(exploration)
    }

    /// Looks at up to `budget` more states.
    pub fn run(&mut self, budget: usize) -> Progress {
        let until = self.transitions.saturating_add((budget as u64).saturating_mul(TRANSITIONS));
        for _ in 0..budget {
            if self.ended.is_some() || self.transitions >= until {
                break;
            }
            self.expand(until);
        }
        self.progress()
    }

    /// Where the search stands.
    pub fn progress(&self) -> Progress {
        Progress {
            states: self.states.len(),
            frontier: self.states.len() - self.next as usize + self.unexpanded,
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
        let length = |(state, choice): (u32, Option<u32>)| self.way(state).len() + usize::from(choice.is_some());
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

    /// The states and choices on the shortest way to a state, from the empty world.
    fn way(&self, state: u32) -> Vec<(u32, u32)> {
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
