//! What may happen in a search: the commands that are enabled, as far as its bounds admit them, and the actions that may
//! be created.

use super::bounds::{self, ACTIONS_MAX};
use super::{Bounds, Input};
use crate::model::argument::{ErrorCommand, FailureCommand, ResultCommand};
use crate::model::{
    ActionId, Code, Command, Config, Delivery, ErrorKind, PluginPhase, Rejection, Rule, Service, TextId,
};
use crate::rules::requests::MESSAGE_MAX;
use crate::world::{NumberedCommand, World};

/// How long an executor is down whose leases have run out, in milliseconds.
const LONG_MS: u64 = 60_000;

/// The code of a Go error that no retry can mend.
const FATAL: &str = "BadTaskSpecification";

/// What a plugin answers: a report, or an error of its own.
type Answer = (Option<ResultCommand<TextId>>, Option<FailureCommand<TextId>>);

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

    /// What may happen in a world, in a fixed order: group by group.
    pub fn choices(&self, world: &World, out: &mut Vec<NumberedCommand>) {
        out.clear();
        let crowded = self.bounds.is_crowded(world.pending_count());
        for group in self.groups(world.action_count()) {
            self.choices_of(group, world, crowded, out);
        }
    }

    /// The groups of choices in worlds of so many actions, in order.
    pub fn groups(&self, count: usize) -> impl Iterator<Item = Group> + use<'_> {
        let known = self.among.as_deref().map_or(0..self.base, |_| 0..0).map(id);
        let among = self.among.as_deref().unwrap_or_default().iter().copied();
        let born = self.base..count;
        let again = if self.bounds.inputs.has(Input::CreateAgain) { born.clone() } else { 0..0 };
        let actions = known.chain(among).chain(born.map(id)).map(Group::Action);
        actions.chain(again.map(id).map(Group::Again)).chain(std::iter::once(Group::Rest))
    }

    /// Adds the choices of a group in a world. That it is crowded, so that nothing new happens, is told: who asks knows.
    pub fn choices_of(&self, group: Group, world: &World, crowded: bool, out: &mut Vec<NumberedCommand>) {
        match group {
            Group::Action(id) => self.about(id, world, crowded, out),
            Group::Again(id) => {
                let creation = id.index().checked_sub(self.base).and_then(|place| self.creations.get(place));
                // A task that has its resource is refused whatever its parent does (`requests::enqueue`), so that its
                // parent is not looked at.
                let is_there = world.action(id).is_some_and(|action| action.resource.is_some());
                let creation = creation.filter(|creation| !(is_there && enqueues_task(&creation.command)));
                creation.into_iter().for_each(|creation| self.create(creation, world, crowded, out));
            }
            Group::Rest => self.rest(world, crowded, out),
        }
    }

    fn about(&self, id: ActionId, world: &World, crowded: bool, out: &mut Vec<NumberedCommand>) {
        let inputs = self.bounds.inputs;
        world.enabled_among(Some(id), |command| self.bounds.admits(world, crowded, command), out);
        if inputs.calls().next().is_some() {
            world.enabled_faults_of(id, |command| self.bounds.admits(world, crowded, command), out);
        }
        if !crowded {
            let rare = self.rare_answers(world);
            let commands = rare.map(|(result, failure)| Command::Plugin { action: id, result, failure });
            out.extend(commands.filter(|command| world.accepts(command)));
        }
    }

    /// What plugins answer that no button offers.
    fn rare_answers(&self, world: &World) -> impl Iterator<Item = Answer> + use<> {
        let inputs = self.bounds.inputs;
        let code = world.texts().find(FATAL);
        let fatal = || (None, Some(FailureCommand { code, message: TextId::PLUGIN_UNAVAILABLE }));
        let long = || {
            let length = u32::try_from(MESSAGE_MAX + 1).ok();
            let (code, kind, message) = (TextId::USER_ERROR, ErrorKind::User, TextId::EXIT_CODE);
            let error = Some(ErrorCommand { code, kind, message, length });
            (Some(ResultCommand { error, ..ResultCommand::of(PluginPhase::PermanentFailure) }), None)
        };
        let answers = [inputs.has(Input::FatalError).then(fatal), inputs.has(Input::LongError).then(long)];
        answers.into_iter().flatten()
    }

    fn create(&self, creation: &Creation, world: &World, crowded: bool, out: &mut Vec<NumberedCommand>) {
        let late = || creation.parent.is_some_and(|parent| is_over(world, parent));
        let in_time = self.bounds.inputs.has(Input::LateChild) || !late();
        if !crowded && in_time && world.accepts(&creation.command) {
            out.push(creation.command.clone());
        }
    }

    /// What is about no action that is there: calls of a whole process that fail, restarts, the next creation.
    fn rest(&self, world: &World, crowded: bool, out: &mut Vec<NumberedCommand>) {
        let inputs = self.bounds.inputs;
        if inputs.has_faults() {
            world.enabled_faults_of_processes(|command| self.bounds.admits(world, crowded, command), out);
        }
        if inputs.has(Input::RestartExecutor) {
            // Down for longer than any lease, which no other restart is.
            out.push(Command::Restart { service: Service::Executor, down_ms: Some(LONG_MS) });
        }
        let next = world.action_count().saturating_sub(self.base);
        if let Some(creation) = self.creations.get(next) {
            self.create(creation, world, crowded, out);
        }
    }
}

/// Choices that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// What may happen to an action.
    Action(ActionId),
    /// The creation of an action that is there.
    Again(ActionId),
    /// What is about none that is there.
    Rest,
}

impl Group {
    /// The place of the action that it is about.
    pub(super) const fn action(self) -> Option<usize> {
        match self {
            Group::Action(id) | Group::Again(id) => Some(id.index()),
            Group::Rest => None,
        }
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
                let root =
                    Command::CreateRun { run: run.to_owned(), project: None, domain: None, task: None, recover: None };
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

const fn enqueues_task(command: &NumberedCommand) -> bool {
    matches!(command, Command::Enqueue { condition: None, trace: None, .. })
}

/// Whether the action's resource has ended or is being deleted, so that what starts under it comes late.
fn is_over(world: &World, action: ActionId) -> bool {
    let resource = world.action(action).and_then(|action| action.resource).map(|resource| resource.cr);
    resource.is_some_and(|cr| cr.deleting || cr.status.conditions.is_terminal())
}
