//! What is explored: which actions there are, which inputs may come, and when to stop. The bounds are part of the
//! model: a verdict holds within them and says so.

use crate::drive::properties::{Law, Property};
use crate::model::argument::{BackoffCommand, CacheCommand, ConditionCommand, TaskCommand, TraceCommand};
use crate::model::words::words;
use crate::model::{
    AbortConfig, AbortReply, ActionKind, ActionPhase, Call, Code, Command, Config, Delivery, ErrorKind, GcConfig,
    Parents, PluginPhase, Rejection, Rule, Rules, Service, SpecField, ValueType,
};
use crate::world::pending::Pending;
use crate::world::{NumberedCommand, World};

words! {
    /// What an action of a model is.
    pub enum PlannedKind {
        /// A task.
        Task = 0 "task",
        /// A task whose attempts may run for some time only.
        TimedTask = 1 "timedTask",
        /// A task whose type is left empty.
        InvalidTask = 2 "invalidTask",
        /// A task whose template is left empty.
        EmptyTask = 3 "emptyTask",
        /// A condition that asks for true or false and waits for ever.
        Condition = 4 "condition",
        /// A condition with some time to signal.
        TimedCondition = 5 "timedCondition",
        /// A condition whose spec is empty.
        InvalidCondition = 6 "invalidCondition",
        /// A trace that the SDK reports as SUCCEEDED.
        Trace = 7 "trace",
        /// A trace that the SDK reports as FAILED.
        FailedTrace = 8 "failedTrace",
        /// An action taken over from an earlier run.
        Recovered = 9 "recovered",
        /// A task whose outputs are cached, under the same key as all others of its kind.
        CachedTask = 10 "cachedTask",
        /// A task whose outputs are cached and which is to run alone under its key.
        SerialTask = 11 "serialTask",
        /// A task whose time in the queue is bounded, and that of all its attempts, and whose retries wait.
        BoundedTask = 12 "boundedTask",
        /// A task whose name comes before its parent's, as a name made of a hash may.
        EarlyTask = 13 "earlyTask",
        /// A task; and the process in each task's pod is the SDK's.
        SdkTask = 14 "sdkTask",
    }
}

words! {
    /// A kind of input from outside. Deliveries and timers are no inputs: they always come.
    pub enum Input {
        /// The plugin reports `NotReady`.
        NotReady = 0 "notReady",
        /// The plugin reports `WaitingForResources`.
        WaitingForResources = 1 "waitingForResources",
        /// The plugin reports `WaitingForCache`.
        WaitingForCache = 2 "waitingForCache",
        /// The plugin reports `Queued`.
        Queued = 3 "queued",
        /// The plugin reports `Initializing`.
        Initializing = 4 "initializing",
        /// The plugin reports `Running`.
        Running = 5 "running",
        /// The plugin reports `Success`.
        Success = 6 "success",
        /// The plugin reports `Aborted`.
        Aborted = 7 "aborted",
        /// The plugin reports `Undefined`.
        Undefined = 8 "undefined",
        /// The plugin reports a retryable failure of the user's.
        UserFailure = 9 "userFailure",
        /// The plugin reports a retryable failure of the platform's.
        SystemFailure = 10 "systemFailure",
        /// The plugin reports a permanent failure.
        PermanentFailure = 11 "permanentFailure",
        /// The plugin returns a Go error.
        HandleError = 12 "handleError",
        /// A condition is signalled.
        Signal = 13 "signal",
        /// An action is to be aborted.
        Abort = 14 "abort",
        /// The actions service answers an abort call truly: it deleted the resource, or there is none.
        Reply = 15 "reply",
        /// The abort call fails, so that it is tried again.
        FailedReply = 16 "failedReply",
        /// The actions service answers that there is no resource while there is one.
        FalseReply = 17 "falseReply",
        /// An action is created a second time.
        CreateAgain = 18 "createAgain",
        /// A status update from outside, late, stale or wrong.
        OutsideUpdate = 19 "outsideUpdate",
        /// A child is enqueued although its parent has ended or is being deleted: the call was late.
        LateChild = 20 "lateChild",
        /// News is lost on its way (manual delivery).
        Drop = 21 "drop",
        /// News comes twice (manual delivery).
        Duplicate = 22 "duplicate",
        /// The executor restarts.
        RestartExecutor = 23 "restartExecutor",
        /// The actions service restarts.
        RestartActions = 24 "restartActions",
        /// The run service restarts.
        RestartRuns = 25 "restartRuns",
        /// The plugin returns a Go error with a code that no retry can mend.
        FatalError = 26 "fatalError",
        /// The actions service answers with any code, and not with one of each sort only.
        EveryReply = 27 "everyReply",
        /// The plugin reports a permanent failure with an error of more words than a condition can hold.
        LongError = 28 "longError",
        /// Somebody writes a status with an attempt too many.
        PutStatus = 29 "putStatus",
        /// The SDK in the parents' processes connects its watches anew.
        RestartSdk = 30 "restartSdk",
    }
}

/// Where the calls begin in a set of inputs.
const CALLS: u8 = 32;

/// A set of inputs and of calls that may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Inputs(u64);

impl Inputs {
    /// None.
    pub const NONE: Inputs = Inputs(0);

    /// What a plugin reports when all goes well, one phase for each that the run service tells apart, and one failure
    /// of each kind.
    pub const PLUGIN: Inputs = Inputs::NONE
        .with(Input::WaitingForResources)
        .with(Input::Queued)
        .with(Input::Initializing)
        .with(Input::Running)
        .with(Input::Success)
        .with(Input::UserFailure)
        .with(Input::SystemFailure)
        .with(Input::PermanentFailure);

    /// Normal operation: plugins, signals, and abort calls that get through should one be made.
    pub const NORMAL: Inputs = Inputs::PLUGIN.with(Input::Signal).with(Input::Reply);

    /// With one more.
    #[must_use]
    pub const fn with(self, input: Input) -> Inputs {
        Inputs(self.0 | 1 << input.number())
    }

    /// With one less.
    #[must_use]
    pub const fn without(self, input: Input) -> Inputs {
        Inputs(self.0 & !(1 << input.number()))
    }

    /// Whether it is among them.
    pub const fn has(self, input: Input) -> bool {
        self.0 >> input.number() & 1 == 1
    }

    /// With calls of that kind going wrong, in every way they can.
    #[must_use]
    pub const fn with_call(self, call: Call) -> Inputs {
        Inputs(self.0 | 1 << (CALLS + call.number()))
    }

    /// Whether calls of that kind may go wrong.
    pub const fn has_call(self, call: Call) -> bool {
        self.0 >> (CALLS + call.number()) & 1 == 1
    }

    /// The calls that may go wrong.
    pub fn calls(self) -> impl Iterator<Item = Call> {
        Call::ALL.iter().copied().filter(move |call| self.has_call(*call))
    }

    /// Whether calls may go wrong or processes restart.
    pub const fn has_faults(self) -> bool {
        self.0 >> CALLS != 0
            || self.has(Input::RestartExecutor)
            || self.has(Input::RestartActions)
            || self.has(Input::RestartRuns)
            || self.has(Input::RestartSdk)
    }

    /// Those in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Input> {
        Input::ALL.iter().copied().filter(move |input| self.has(*input))
    }
}

/// The most actions that a model can have.
pub const ACTIONS_MAX: usize = 6;

/// An action of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// What it is.
    pub kind: PlannedKind,
    /// The place of its parent among the actions; the first action is the root and has none.
    pub parent: usize,
}

/// A model and its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The actions, which are created in this order, each when its parent can have it. The first is the root `a0`,
    /// a task.
    pub actions: Vec<Planned>,
    /// Attempts that a task may have.
    pub attempts: u32,
    /// The highest version of a phase that a plugin reports.
    pub versions: u32,
    /// System failures tolerated.
    pub system_failures: u32,
    /// Calls for one abort before it is given up.
    pub abort_calls: u32,
    /// Who does the work that is due: all at once, or piece by piece in any order.
    pub delivery: Delivery,
    /// With so many pieces of work due, nothing new happens until one is done (manual delivery).
    pub backlog: usize,
    /// Whether the garbage collector sweeps.
    pub collects: bool,
    /// What may happen.
    pub inputs: Inputs,
    /// The longest sequence of commands.
    pub depth: u32,
    /// The most states held.
    pub states: usize,
    /// The most memory used for them, in bytes.
    pub bytes: usize,
}

impl Bounds {
    /// Why a property cannot be asked of this model, if it cannot.
    pub fn refuses(&self, property: &Property) -> Option<String> {
        let id = property.id;
        match property.law {
            Law::NotHeld(reason) => Some(format!("No model holds {id}: {reason}.")),
            _ if !property.outside && self.inputs.has(Input::OutsideUpdate) => Some(format!(
                "{id} is not asked of a model in which statuses are written from outside, which break it at once."
            )),
            _ => None,
        }
    }

    /// Normal operation of these actions, done at once, within two million states.
    pub fn of(kinds: &[PlannedKind]) -> Bounds {
        let children = kinds.iter().map(|&kind| Planned { kind, parent: 0 });
        Bounds {
            actions: children.take(ACTIONS_MAX).collect(),
            attempts: 2,
            versions: 0,
            system_failures: 1,
            abort_calls: 2,
            delivery: Delivery::Immediate,
            backlog: 2,
            collects: false,
            inputs: Inputs::NORMAL,
            depth: u32::MAX,
            states: 2_000_000,
            bytes: 1 << 30,
        }
    }

    /// The same with one more input.
    #[must_use]
    pub fn with(self, input: Input) -> Bounds {
        Bounds { inputs: self.inputs.with(input), ..self }
    }

    /// The same with calls of one more kind that may go wrong.
    #[must_use]
    pub fn with_call(self, call: Call) -> Bounds {
        Bounds { inputs: self.inputs.with_call(call), ..self }
    }

    /// The same with work done piece by piece, so that everything may overtake everything.
    #[must_use]
    pub fn in_pieces(self) -> Bounds {
        Bounds { delivery: Delivery::Manual, ..self }
    }

    /// Whether anything is searched at all within them.
    pub fn check(&self) -> Result<(), Rejection> {
        let least = [
            ("depth", self.depth == 0),
            ("states", self.states == 0),
            ("bytes", self.bytes == 0),
            ("backlog", self.is_crowded(0)),
        ];
        match least.iter().find(|(_, is_none)| *is_none) {
            Some((field, _)) => {
                let message = format!("`{field}` must be at least 1. With 0 nothing is searched.");
                Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
            }
            None => Ok(()),
        }
    }

    /// The configuration of its worlds.
    pub fn config(&self, rules: Rules) -> Config {
        Config {
            rules,
            system_failures_max: self.system_failures,
            abort: AbortConfig { attempts_max: self.abort_calls.max(1), ..AbortConfig::default() },
            delivery: self.delivery,
            parents: if self.actions.iter().any(|action| action.kind == PlannedKind::SdkTask) {
                Parents::Sdk
            } else {
                Parents::Commanded
            },
            gc: if self.collects {
                GcConfig { interval_ms: 1_800_000, ttl_ms: 3_600_000 }
            } else {
                GcConfig::default()
            },
            ..Config::default()
        }
    }

    /// The name of the action at that place.
    fn name(&self, place: usize) -> String {
        let is_early = self.actions.get(place).is_some_and(|planned| planned.kind == PlannedKind::EarlyTask);
        let letter = if is_early { "9" } else { "a" };
        format!("{RUN}/{letter}{place}")
    }

    /// The command that creates the action at `place`, in words.
    pub fn creation(&self, place: usize) -> Option<Command> {
        let planned = self.actions.get(place)?;
        let task = |timeout_ms, missing: Option<SpecField>| TaskCommand {
            max_attempts: Some(self.attempts.max(1)),
            timeout_ms,
            missing: missing.map(|field| vec![field]),
            ..TaskCommand::default()
        };
        let task = match planned.kind {
            PlannedKind::Task | PlannedKind::EarlyTask | PlannedKind::SdkTask => Some(task(None, None)),
            PlannedKind::TimedTask => Some(task(Some(ATTEMPT_MS), None)),
            PlannedKind::BoundedTask => Some(TaskCommand {
                max_queued_ms: Some(ATTEMPT_MS),
                deadline_ms: Some(10 * ATTEMPT_MS),
                backoff: Some(Box::new(BackoffCommand { base_ms: Some(SIGNAL_MS), factor: None, cap_ms: None })),
                ..task(None, None)
            }),
            PlannedKind::InvalidTask => Some(task(None, Some(SpecField::TaskType))),
            PlannedKind::EmptyTask => Some(task(None, Some(SpecField::TaskTemplate))),
            PlannedKind::CachedTask | PlannedKind::SerialTask => {
                let serializable = (planned.kind == PlannedKind::SerialTask).then_some(true);
                let cache = CacheCommand { discoverable: None, serializable, key: None, unidentified: None };
                Some(TaskCommand { cache: Some(cache), ..task(None, None) })
            }
            PlannedKind::Condition
            | PlannedKind::TimedCondition
            | PlannedKind::InvalidCondition
            | PlannedKind::Trace
            | PlannedKind::FailedTrace
            | PlannedKind::Recovered => None,
        };
        let (action, parent) = (self.name(place), self.name(planned.parent));
        if place == 0 {
            return Some(match planned.kind {
                PlannedKind::Recovered => Command::Recover { action, parent: None },
                _ => Command::CreateRun { run: RUN.to_owned(), project: None, domain: None, task, recover: None },
            });
        }
        let condition = |timeout_ms, empty| {
            Some(ConditionCommand { value_type: ValueType::Bool, timeout_ms, prompt: None, invalid: None, empty })
        };
        let condition = match planned.kind {
            PlannedKind::Condition => condition(None, None),
            PlannedKind::TimedCondition => condition(Some(SIGNAL_MS), None),
            PlannedKind::InvalidCondition => condition(None, Some(true)),
            _ => None,
        };
        let trace = match planned.kind {
            PlannedKind::Trace => Some(TraceCommand { phase: None }),
            PlannedKind::FailedTrace => Some(TraceCommand { phase: Some(ActionPhase::Failed) }),
            PlannedKind::Recovered => return Some(Command::Recover { action, parent: Some(parent) }),
            _ => None,
        };
        Some(Command::Enqueue { action, parent, task, condition, trace })
    }

    /// Whether nothing new happens until one of so many pieces of work is done.
    pub fn is_crowded(&self, pending: usize) -> bool {
        self.delivery == Delivery::Manual && pending >= self.backlog
    }

    /// Whether a command that a world takes may come within these bounds; `crowded` is what [`Bounds::is_crowded`] says
    /// of it. Creations are chosen elsewhere.
    pub fn admits(&self, world: &World, crowded: bool, command: &NumberedCommand) -> bool {
        match command {
            Command::Deliver { .. } => true,
            Command::Fire { .. } => !crowded,
            // One call is to fail at a time: another is asked for when it has.
            Command::Fault { call, .. } => !crowded && world.faults().is_empty() && self.inputs.has_call(*call),
            // Each restart of the run service makes one more call of a pending abort, without end but for this.
            Command::Restart { service: Service::Runs, .. } => {
                let counted = |row: crate::model::ActionRow| row.abort.attempts >= self.abort_calls;
                !crowded && self.names(world, command) && !world.actions().any(|(_, a)| a.row.is_some_and(counted))
            }
            Command::Drop { .. } | Command::Duplicate { .. } => self.names(world, command),
            Command::Plugin { result, .. } => {
                let version = result.as_ref().and_then(|result| result.version).unwrap_or(0);
                !crowded && version <= self.versions && self.names(world, command)
            }
            Command::CreateRun { .. }
            | Command::Enqueue { .. }
            | Command::Recover { .. }
            | Command::Import { .. }
            | Command::Exit { .. }
            | Command::Signal { .. }
            | Command::AbortAction { .. }
            | Command::AbortRun { .. }
            | Command::AbortReply { .. }
            | Command::UpdatePhase { .. }
            | Command::PutStatus { .. }
            | Command::Restart { .. }
            | Command::Advance { .. } => !crowded && self.names(world, command),
        }
    }

    fn names(&self, world: &World, command: &NumberedCommand) -> bool {
        // `abort_attempt` has one arm for each sort of reply, so one of each is enough.
        let alike = matches!(
            command,
            Command::AbortReply {
                reply: AbortReply::InternalNotFound
                    | AbortReply::Internal
                    | AbortReply::DeadlineExceeded
                    | AbortReply::Unknown,
                ..
            }
        );
        if alike && !self.inputs.has(Input::EveryReply) {
            return false;
        }
        input(world, command).is_some_and(|input| self.inputs.has(input))
    }
}

/// How long an attempt of a timed task may run, in milliseconds.
const ATTEMPT_MS: u64 = 60_000;

/// How long a timed condition waits, in milliseconds.
const SIGNAL_MS: u64 = 30_000;

/// The run of every model.
const RUN: &str = "r1";

/// Which input a command is, if it is one that a model knows.
fn input(world: &World, command: &NumberedCommand) -> Option<Input> {
    match command {
        Command::Plugin { failure: Some(failure), .. } => {
            Some(if failure.code.is_some() { Input::FatalError } else { Input::HandleError })
        }
        Command::Plugin { result, failure: None, .. } => result.as_ref().map(|result| match result.phase {
            PluginPhase::NotReady => Input::NotReady,
            PluginPhase::WaitingForResources => Input::WaitingForResources,
            PluginPhase::WaitingForCache => Input::WaitingForCache,
            PluginPhase::Queued => Input::Queued,
            PluginPhase::Initializing => Input::Initializing,
            PluginPhase::Running => Input::Running,
            PluginPhase::Success => Input::Success,
            PluginPhase::Aborted => Input::Aborted,
            PluginPhase::Undefined => Input::Undefined,
            PluginPhase::PermanentFailure => Input::PermanentFailure,
            PluginPhase::RetryableFailure => match result.error.as_ref().map(|error| error.kind) {
                Some(ErrorKind::System) => Input::SystemFailure,
                Some(ErrorKind::User | ErrorKind::Unknown) | None => Input::UserFailure,
            },
        }),
        Command::Signal { .. } => Some(Input::Signal),
        Command::AbortAction { .. } => Some(Input::Abort),
        Command::AbortReply { action, reply, .. } => {
            let alive = world.action(*action).is_some_and(|action| action.resource.is_some());
            match reply {
                AbortReply::Ok => Some(Input::Reply),
                AbortReply::NotFound => Some(if alive { Input::FalseReply } else { Input::Reply }),
                AbortReply::Unavailable => Some(Input::FailedReply),
                AbortReply::InternalNotFound => Some(if alive { Input::FalseReply } else { Input::Reply }),
                AbortReply::Internal | AbortReply::DeadlineExceeded | AbortReply::Unknown => Some(Input::FailedReply),
            }
        }
        Command::UpdatePhase { .. } => Some(Input::OutsideUpdate),
        Command::PutStatus { .. } => Some(Input::PutStatus),
        Command::CreateRun { .. } | Command::Enqueue { .. } | Command::Recover { .. } => Some(Input::CreateAgain),
        Command::Drop { .. } => Some(Input::Drop),
        // What a pod's end becomes is reported as well.
        Command::Exit { .. } => None,
        // A piece that comes twice is enough.
        Command::Duplicate { item } => {
            let twice = item.and_then(|item| world.pending_item(Some(item))).is_some_and(|piece| {
                let same =
                    |other: &Pending| other.id != piece.id && (other.work, other.news) == (piece.work, piece.news);
                world.pending_of(piece.action).any(same)
            });
            (!twice).then_some(Input::Duplicate)
        }
        Command::Restart { service: Service::Executor, .. } => Some(Input::RestartExecutor),
        Command::Restart { service: Service::Actions, .. } => Some(Input::RestartActions),
        Command::Restart { service: Service::Runs, .. } => Some(Input::RestartRuns),
        Command::Restart { service: Service::Sdk, .. } => Some(Input::RestartSdk),
        // An abort of a run is an abort of its root.
        Command::AbortRun { .. }
        | Command::Fault { .. }
        | Command::Import { .. }
        | Command::Advance { .. }
        | Command::Fire { .. }
        | Command::Deliver { .. } => None,
    }
}

impl PlannedKind {
    /// The kind of action that it is.
    pub const fn action_kind(self) -> ActionKind {
        match self {
            PlannedKind::Task
            | PlannedKind::TimedTask
            | PlannedKind::InvalidTask
            | PlannedKind::EmptyTask
            | PlannedKind::CachedTask
            | PlannedKind::SerialTask
            | PlannedKind::BoundedTask
            | PlannedKind::EarlyTask
            | PlannedKind::SdkTask
            | PlannedKind::Recovered => ActionKind::Task,
            PlannedKind::Condition | PlannedKind::TimedCondition | PlannedKind::InvalidCondition => {
                ActionKind::Condition
            }
            PlannedKind::Trace | PlannedKind::FailedTrace => ActionKind::Trace,
        }
    }
}

/// Whether the kind is one that a root can be.
pub const fn can_be_root(kind: PlannedKind) -> bool {
    matches!(kind.action_kind(), ActionKind::Task)
}
