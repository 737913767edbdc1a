//! Every interleaving: a breadth-first search over exact states, within bounds. What may happen next is what
//! [`World::enabled`] lists, so that an explored state is one that a person could reach with the page's buttons.
//!
//! Time is abstracted: any timer may be the next to fire. A rule never sees a clock, so nothing else changes; whether a
//! counterexample also happens in time is found out by replaying it in a [`super::Session`].

pub mod bounds;
pub mod models;
mod replay;
pub mod report;
pub mod setup;
mod table;

pub use bounds::{ACTIONS_MAX, Bounds, Input, Inputs, Planned, PlannedKind};
pub use replay::Timing;
pub use report::{Finding, Report, Verdict};

use super::properties::{Kind, Law, Property, Transition};
use crate::model::command::FailureCommand;
use crate::model::{ActionId, ActionPhase, Code, Command, Fact, Rejection, Rule, Rules, Service, TextId, What};
use crate::world::key::{Common, Part};
use crate::world::{NumberedCommand, World};
use table::{Parts, States};

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
    /// No more states are to be held.
    States,
    /// No more memory is to be used.
    Bytes,
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An action is recorded in a phase.
    Phase(ActionId, ActionPhase),
    /// Any action is recorded in a phase.
    AnyPhase(ActionPhase),
    /// A rule decides something.
    Rule(Rule),
    /// Nothing is under way, and the row of an action does not tell what its resource does.
    Disagreement,
}

impl Target {
    /// Whether a step reaches it. A state target is reached by the step into it.
    fn is_reached(self, step: &Transition) -> bool {
        let row = |id| step.after.action(id).and_then(|action| action.row).map(|row| row.phase);
        match self {
            Target::Phase(id, phase) => row(id) == Some(phase),
            Target::AnyPhase(phase) => {
                step.after.actions().any(|(_, action)| action.row.is_some_and(|row| row.phase == phase))
            }
            Target::Rule(rule) => step.facts.iter().any(|fact| fact.rule == rule),
            Target::Disagreement => {
                super::properties::is_settled(step.after) && !super::properties::stores_agree(step.after)
            }
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
    rules: Rules,
    bounds: Bounds,
    /// How each action is created.
    creations: Vec<NumberedCommand>,
    /// All of these reached at once ends the search.
    targets: Vec<Target>,
    reached: Option<(u32, u16)>,
    parts: Parts<Part>,
    commons: Parts<Common>,
    states: States,
    parents: Vec<Parent>,
    /// The state to be looked at next; those before it are done.
    next: u32,
    /// Where the states of the next depth begin.
    level_end: u32,
    depth: u32,
    transitions: u64,
    watched: Vec<Watched>,
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
        let mut world = World::new(bounds.config(rules));
        let creations = creations(bounds, &mut world)?;
        let before = world.clone();
        let mut exploration = Exploration {
            rules,
            bounds: bounds.clone(),
            states: States::new(creations.len() + 1),
            creations,
            targets: targets.to_vec(),
            reached: None,
            parts: Parts::new(),
            commons: Parts::new(),
            parents: vec![Parent { state: 0, choice: 0 }],
            next: 0,
            level_end: 1,
            depth: 0,
            transitions: 0,
            watched: properties
                .iter()
                .filter(|property| property.applies(bounds))
                .map(|&property| Watched { property, found: None })
                .collect(),
            rules_met: vec![false; Rule::ALL.len()],
            edges: Vec::new(),
            ended: None,
            before,
            after: world,
            choices: Vec::new(),
            facts: Vec::new(),
            key: Vec::new(),
            from_key: Vec::new(),
            scratch: None,
            common: Common::default(),
        };
        // The last number is that of what the actions have in common.
        exploration.key.resize(bounds.actions.len() + 1, 0);
        let empty = exploration.key.clone();
        exploration.states.insert(&empty);
        Ok(exploration)
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

    /// The rule set.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The model.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
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
        self.parts.bytes() + self.commons.bytes() + self.states.bytes() + self.parents.capacity() * size_of::<Parent>()
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
        if self.depth < self.bounds.depth {
            choices(&self.bounds, &self.creations, &self.before, &mut self.choices);
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
        self.write_key();
        if self.states.insert(&self.key) {
            self.parents.push(Parent { state, choice });
            if self.states.len() >= self.bounds.states {
                self.ended = Some(End::States);
            } else if self.states.len() & 0xfff == 0 && self.bytes() > self.bounds.bytes {
                self.ended = Some(End::Bytes);
            }
        }
    }

    /// The key of `after`. A part that is as it was before keeps its number without being looked up.
    fn write_key(&mut self) {
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
                        self.parts.number(part, Part::size)
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
        let number = if is_none { 0 } else { self.commons.number(&self.common, Common::size) };
        if let Some(slot) = self.key.get_mut(last) {
            *slot = number;
        }
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
        let settled = super::properties::is_settled(&self.before);
        for watched in self.watched.iter_mut().filter(|watched| watched.found.is_none()) {
            let Some(holds) = watched.property.law.of_state(&self.before, settled) else { continue };
            if holds == (watched.property.kind == Kind::Sometimes) {
                watched.found = Some((state, None));
            }
        }
    }

    fn judge_step(&mut self, state: u32, choice: u16, command: &NumberedCommand) {
        let step = Transition { before: &self.before, command, facts: &self.facts, after: &self.after };
        for watched in self.watched.iter_mut().filter(|watched| watched.found.is_none()) {
            let Law::Step(law) = watched.property.law else { continue };
            if law(&step) == (watched.property.kind == Kind::Sometimes) {
                watched.found = Some((state, Some(choice)));
            }
        }
        if !self.targets.is_empty() && self.targets.iter().all(|target| target.is_reached(&step)) {
            self.reached = Some((state, choice));
            self.ended = Some(End::Reached);
        }
    }

    /// The states and choices on the shortest way to a state, from the empty world.
    fn way(&self, state: u32) -> Vec<(u32, u16)> {
        let mut way = Vec::new();
        let mut at = state;
        while at != 0 {
            let Some(parent) = self.parents.get(at as usize) else { break };
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
    bounds: Bounds,
    creations: Vec<NumberedCommand>,
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
        let creations = creations(bounds, &mut before)?;
        Ok(Stepper { bounds: bounds.clone(), creations, after: before.clone(), before })
    }

    /// What may happen in a state, in a fixed order.
    pub fn choices(&mut self, state: &Snapshot, out: &mut Vec<NumberedCommand>) {
        self.before.put_parts(state.parts.iter(), Some(&state.common));
        choices(&self.bounds, &self.creations, &self.before, out);
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

/// How long an executor is down whose leases have run out, in milliseconds.
const LONG_MS: u64 = 60_000;

/// The code of a Go error that no retry can mend.
const FATAL: &str = "BadTaskSpecification";

/// What may happen in a world of the model, in a fixed order.
fn choices(bounds: &Bounds, creations: &[NumberedCommand], world: &World, out: &mut Vec<NumberedCommand>) {
    out.clear();
    world.enabled_among(None, |command| bounds.admits(world, command), out);
    if bounds.inputs.has_faults() {
        world.enabled_faults_among(None, |command| bounds.admits(world, command), out);
    }
    if bounds.inputs.has(Input::RestartExecutor) {
        // Down for longer than any lease, which no other restart is.
        out.push(Command::Restart { service: Service::Executor, down_ms: Some(LONG_MS) });
    }
    let crowded = bounds.delivery == crate::model::Delivery::Manual && world.pending_count() >= bounds.backlog;
    if crowded {
        return;
    }
    if bounds.inputs.has(Input::FatalError) {
        let failure = FailureCommand { code: world.texts().find(FATAL), message: TextId::PLUGIN_UNAVAILABLE };
        for (action, _) in world.actions() {
            let command = Command::Plugin { action, result: None, failure: Some(failure.clone()) };
            if world.accepts(&command) {
                out.push(command);
            }
        }
    }
    let again = if bounds.inputs.has(Input::CreateAgain) { 0 } else { world.action_count() };
    let last = world.action_count();
    for (place, command) in creations.iter().enumerate().filter(|(place, _)| (again..=last).contains(place)) {
        let parent = bounds.actions.get(place).map(|planned| planned.parent).filter(|_| place > 0);
        if !bounds.inputs.has(Input::LateChild) && parent.is_some_and(|parent| is_over(world, parent)) {
            continue;
        }
        if world.accepts(command) {
            out.push(command.clone());
        }
    }
}

/// Whether the action's resource has ended or is being deleted, so that what starts under it comes late.
fn is_over(world: &World, place: usize) -> bool {
    let id = ActionId(u32::try_from(place).unwrap_or(u32::MAX));
    let resource = world.action(id).and_then(|action| action.resource).map(|resource| resource.cr);
    resource.is_some_and(|cr| cr.deleting || cr.status.conditions.is_terminal())
}

/// The commands that create the model's actions, by numbers; the world's texts know their names from now on.
fn creations(bounds: &Bounds, world: &mut World) -> Result<Vec<NumberedCommand>, Rejection> {
    let wrong = |message: &str| Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message));
    let Some(root) = bounds.actions.first() else { return wrong("A model has at least one action.") };
    if bounds.actions.len() > ACTIONS_MAX {
        return wrong("A model has up to six actions; more would have too many states.");
    }
    if !bounds::can_be_root(root.kind) {
        return wrong("The first action of a model is the root, which is a task or recovered.");
    }
    if bounds.actions.iter().enumerate().skip(1).any(|(place, planned)| planned.parent >= place) {
        return wrong("The parent of an action comes before it.");
    }
    world.intern(FATAL);
    let mut numbered = Vec::new();
    for place in 0..bounds.actions.len() {
        let Some(command) = bounds.creation(place) else { continue };
        numbered.push(number(world, place, command, bounds)?);
    }
    // Names that the world makes itself, such as `r1-a0`, are learned by creating everything once.
    let mut rehearsal = world.clone();
    for command in &numbered {
        // Whatever is refused here needs no names.
        let _ = rehearsal.apply(command, &mut ());
    }
    let known: Vec<String> = rehearsal.texts().iter().map(str::to_owned).collect();
    for text in known {
        world.intern(&text);
    }
    Ok(numbered)
}

/// A creation by numbers: actions are numbered in the order of the model.
fn number(world: &mut World, place: usize, command: Command, bounds: &Bounds) -> Result<NumberedCommand, Rejection> {
    let parent = bounds.actions.get(place).map_or(0, |planned| planned.parent);
    let parent = ActionId(u32::try_from(parent).unwrap_or(u32::MAX));
    command.map(|_| Ok(parent), |text: String| world.intern(&text))
}
