//! What may happen in a search: the commands that are enabled, as far as its bounds admit them, and the actions that may
//! be created.

use super::bounds::{self, ACTIONS_MAX};
use super::{Bounds, Input};
use crate::model::command::FailureCommand;
use crate::model::{ActionId, Code, Command, Config, Delivery, Rejection, Rule, Service, TextId};
use crate::world::{NumberedCommand, World};

/// How long an executor is down whose leases have run out, in milliseconds.
const LONG_MS: u64 = 60_000;

/// The code of a Go error that no retry can mend.
const FATAL: &str = "BadTaskSpecification";

/// An action that may be created.
#[derive(Debug, Clone)]
struct Creation {
    command: NumberedCommand,
    words: Command,
    parent: Option<ActionId>,
}

/// What may happen in the worlds of a search.
#[derive(Debug, Clone)]
pub(super) struct Space {
    /// Its bounds.
    pub bounds: Bounds,
    /// How many actions there are before any is created.
    base: usize,
    /// What may be created, in this order.
    creations: Vec<Creation>,
    /// The actions that something may happen to; all if absent.
    among: Option<Vec<ActionId>>,
}

fn wrong<T>(message: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
}

fn id(place: usize) -> ActionId {
    ActionId(u32::try_from(place).unwrap_or(u32::MAX))
}

/// The name of the action that a command creates, if it creates one.
pub(super) fn created(command: &Command) -> Option<String> {
    match command {
        Command::CreateRun { run, .. } => Some(format!("{run}/a0")),
        Command::Enqueue { action, .. } | Command::Recover { action, .. } => Some(action.clone()),
        _ => None,
    }
}

impl Space {
    /// That of a model; the world's texts know the names of its actions from now on.
    pub fn of_model(bounds: &Bounds, world: &mut World) -> Result<Space, Rejection> {
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
        let creations = (0..bounds.actions.len()).filter_map(|place| bounds.creation(place)).collect();
        Space::beginning_with(world, bounds, creations, None)
    }

    /// That of a world which goes on, and in which these actions may be created, one after the other.
    pub fn beginning_with(
        world: &mut World,
        bounds: &Bounds,
        creations: Vec<Command>,
        among: Option<Vec<ActionId>>,
    ) -> Result<Space, Rejection> {
        world.intern(FATAL);
        let mut rehearsal = Rehearsal::new(world);
        let base = world.action_count();
        let mut names: Vec<String> = world.actions().map(|(id, _)| world.name_of(id).to_owned()).collect();
        let mut space = Space { bounds: bounds.clone(), base, creations: Vec::new(), among };
        for words in creations {
            let parent = match &words {
                Command::Enqueue { parent, .. } | Command::Recover { parent: Some(parent), .. } => {
                    match names.iter().position(|name| name == parent) {
                        Some(place) => Some(id(place)),
                        None => return wrong(format!("The parent {parent} is neither there nor created before.")),
                    }
                }
                _ => None,
            };
            names.push(rehearsal.learn(&words, world)?);
            let here = parent.unwrap_or(ActionId(0));
            let command = words.clone().map(|_| Ok::<_, Rejection>(here), |text: String| world.intern(&text))?;
            space.creations.push(Creation { command, words, parent });
        }
        Ok(space)
    }

    /// How many actions a state may have.
    pub fn width(&self) -> usize {
        self.base + self.creations.len()
    }

    /// A creation in words.
    pub fn creation(&self, command: &NumberedCommand) -> Option<&Command> {
        self.creations.iter().find(|creation| creation.command == *command).map(|creation| &creation.words)
    }

    /// What may happen in a world, in a fixed order.
    pub fn choices(&self, world: &World, out: &mut Vec<NumberedCommand>) {
        out.clear();
        match &self.among {
            None => self.enabled(world, None, out),
            Some(among) => {
                let born = (self.base..world.action_count()).map(id);
                among.iter().copied().chain(born).for_each(|action| self.enabled(world, Some(action), out));
            }
        }
        if self.bounds.inputs.has(Input::RestartExecutor) {
            // Down for longer than any lease, which no other restart is.
            out.push(Command::Restart { service: Service::Executor, down_ms: Some(LONG_MS) });
        }
        let crowded = self.bounds.delivery == Delivery::Manual && world.pending_count() >= self.bounds.backlog;
        if crowded {
            return;
        }
        if self.bounds.inputs.has(Input::FatalError) {
            let failure = FailureCommand { code: world.texts().find(FATAL), message: TextId::PLUGIN_UNAVAILABLE };
            for (action, _) in world.actions().filter(|(id, _)| self.may_happen_to(*id)) {
                let command = Command::Plugin { action, result: None, failure: Some(failure.clone()) };
                if world.accepts(&command) {
                    out.push(command);
                }
            }
        }
        let last = world.action_count().saturating_sub(self.base);
        let again = if self.bounds.inputs.has(Input::CreateAgain) { 0 } else { last };
        for creation in self.creations.iter().take(last + 1).skip(again) {
            let late = creation.parent.is_some_and(|parent| is_over(world, parent));
            if (self.bounds.inputs.has(Input::LateChild) || !late) && world.accepts(&creation.command) {
                out.push(creation.command.clone());
            }
        }
    }

    fn enabled(&self, world: &World, action: Option<ActionId>, out: &mut Vec<NumberedCommand>) {
        world.enabled_among(action, |command| self.bounds.admits(world, command), out);
        if self.bounds.inputs.has_faults() {
            // Restarts are nobody's own, so they are listed with the first action alone.
            let first = self.among.as_ref().is_none_or(|among| among.first().copied() == action);
            let once = |command: &NumberedCommand| first || !matches!(command, Command::Restart { .. });
            world.enabled_faults_among(action, |command| once(command) && self.bounds.admits(world, command), out);
        }
    }

    fn may_happen_to(&self, action: ActionId) -> bool {
        action.index() >= self.base || self.among.as_ref().is_none_or(|among| among.contains(&action))
    }
}

/// Learns the names that creations give by rehearsing them beside the world, which would otherwise make them in the
/// middle of a search.
struct Rehearsal {
    world: World,
}

impl Rehearsal {
    fn new(world: &World) -> Rehearsal {
        let config = Config { delivery: Delivery::Immediate, ..*world.config() };
        Rehearsal { world: World::new(config) }
    }

    /// The name of what is created; what can never be created is refused.
    fn learn(&mut self, words: &Command, texts: &mut World) -> Result<String, Rejection> {
        let Some(name) = created(words) else {
            return wrong("What may be created is a `createRun`, an `enqueue` or a `recover`.");
        };
        let run = name.split_once('/').map_or("", |(run, _)| run);
        let parent = match self.world.find(&format!("{run}/a0")) {
            None if matches!(words, Command::Enqueue { .. } | Command::Recover { parent: Some(_), .. }) => {
                let root = Command::CreateRun { run: run.to_owned(), project: None, domain: None, task: None };
                self.apply(root, ActionId(0))?;
                self.world.find(&format!("{run}/a0"))
            }
            known => known,
        };
        self.apply(words.clone(), parent.unwrap_or(ActionId(0)))?;
        let known: Vec<String> = self.world.texts().iter().map(str::to_owned).collect();
        for text in known {
            texts.intern(&text);
        }
        Ok(name)
    }

    fn apply(&mut self, words: Command, parent: ActionId) -> Result<(), Rejection> {
        let command = words.map(|_| Ok(parent), |text: String| self.world.intern(&text))?;
        match self.world.apply(&command, &mut ()) {
            Err(rejection) if rejection.code == Code::InvalidArgument => Err(rejection),
            // Whatever else is refused may be taken elsewhere.
            _ => Ok(()),
        }
    }
}

/// Whether the action's resource has ended or is being deleted, so that what starts under it comes late.
fn is_over(world: &World, action: ActionId) -> bool {
    let resource = world.action(action).and_then(|action| action.resource).map(|resource| resource.cr);
    resource.is_some_and(|cr| cr.deleting || cr.status.conditions.is_terminal())
}
