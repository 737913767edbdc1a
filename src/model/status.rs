//! The status of a `TaskAction` resource (executor/api/v1/taskaction_types.go), without its times: a rule never
//! needs to know when, so the same rule serves a timed session and an untimed search.

use super::{ActionPhase, PluginPhase, SpecFields, TextId, words::words};

words! {
    /// The three types of status condition.
    pub enum ConditionType {
        /// Work is going on (True) or over (False).
        Progressing = 0 "Progressing",
        /// Ended well.
        Succeeded = 1 "Succeeded",
        /// Ended badly.
        Failed = 2 "Failed",
    }
}

words! {
    /// The status of a status condition.
    pub enum ConditionStatus {
        /// It does not hold.
        False = 0 "False",
        /// It holds.
        True = 1 "True",
        /// Nobody knows.
        Unknown = 2 "Unknown",
    }
}

words! {
    /// The reason of a status condition, and the name of an entry in the phase history.
    pub enum Reason {
        /// Accepted, or waiting.
        Queued = 0 "Queued",
        /// The environment is being set up.
        Initializing = 1 "Initializing",
        /// The user's code runs.
        Executing = 2 "Executing",
        /// Ended well.
        Completed = 3 "Completed",
        /// An attempt failed and another will follow.
        RetryableFailure = 4 "RetryableFailure",
        /// Failed for good.
        PermanentFailure = 5 "PermanentFailure",
        /// Stopped.
        Aborted = 6 "Aborted",
        /// A condition waits for its signal.
        Paused = 7 "Paused",
        /// A condition got its signal.
        Signaled = 8 "Signaled",
        /// Out of time.
        TimedOut = 9 "TimedOut",
        /// The spec is incomplete or cannot be decoded.
        InvalidSpec = 10 "InvalidSpec",
        /// No plugin is registered for the task type.
        PluginNotFound = 11 "PluginNotFound",
    }
}

words! {
    /// Who is to blame (flyteidl core `ExecutionError.ErrorKind`).
    pub enum ErrorKind {
        /// Nobody said; counts as the user.
        Unknown = 0 "UNKNOWN",
        /// The user's code or its settings: consumes an attempt.
        User = 1 "USER",
        /// The platform: does not consume an attempt.
        System = 2 "SYSTEM",
    }
}

/// A text that a rule writes, as data; the words are rendered at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Message {
    /// Nothing.
    #[default]
    Empty,
    /// Words that came from outside.
    Text(TextId),
    /// The beginning of words that are more than the message of a condition can hold.
    LongText(TextId),
    /// "restarting task"
    RestartingTask,
    /// "Pod failed. No message received from kubernetes. […] terminated with exit code (N). …"
    ContainerExited(u8),
    /// "[…] terminated with exit code (N). …", while the pod's other containers run.
    PrimaryExited(u8),
    /// "TaskAction completed successfully"
    CompletedSuccessfully,
    /// "TaskAction has completed"
    HasCompleted,
    /// "TaskAction was aborted"
    WasAborted,
    /// "aborted"
    Aborted,
    /// "waiting for signal"
    WaitingForSignal,
    /// `condition signalled by "…"`
    SignalledBy(TextId),
    /// "condition timed out after … without a signal", in seconds
    ConditionTimedOut(u32),
    /// `condition action "…" has empty conditionSpec`, with the resource's name.
    ConditionSpecEmpty(TextId),
    /// "failed to unmarshal conditionSpec: …"
    ConditionSpecUndecodable,
    /// "required spec fields are empty: […]"
    MissingFields(SpecFields),
    /// `no plugin found for task type "…": …`, with the plugin registry's words.
    NoPlugin(TextId),
    /// `waiting for cache to be populated by reservation owner "…"`
    WaitingForCacheOwner(TextId),
    /// "task failed after N attempt(s)"
    FailedAfter(u32),
    /// `plugin "…" failed with system error N times: …`: how often, the plugin, the last cause.
    SystemFailures(u32, TextId, Cause),
    /// "Unknown error message"
    Unknown,
    /// "action … ended …", as a parent's process raises it
    ChildEnded(TextId, ActionPhase),
    /// "failed to load error file: …", of a child that failed without any error
    ErrorFileMissing(TextId),
    /// "task attempt … exceeded its max runtime of …", or what else bounds its time, in milliseconds (at most 49 days are
    /// told), with the attempt
    TimedOut(TimeBound, u32, u32),
    /// "restarting task after max-runtime timeout"
    RestartingAfterTimeout,
}

impl Message {
    /// Whether it is more than the message of a condition can hold.
    pub const fn is_long(self) -> bool {
        matches!(self, Message::LongText(_) | Message::SystemFailures(_, _, Cause::Long(..)))
    }
}

/// The bounds on a task's time (flyteidl2/core/tasks.proto, `TaskMetadata.timeout`; literals.proto, `TimeoutStrategy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeBound {
    /// Of one attempt in RUNNING (`timeout`).
    Runtime,
    /// Of one attempt before it is INITIALIZING (`queued_timeout`).
    Queue,
    /// Of the action, until it has ended (`deadline`).
    Deadline,
}

/// What a system failure was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A Go error's text.
    Text(TextId),
    /// A failure phase: `[code] message`.
    Coded(ErrorCode, TextId),
    /// The same, for a pod whose container ended with that exit code.
    PodExited(ErrorCode, u8),
    /// The same, for a container that ended with that exit code while others of its pod run.
    PrimaryExited(ErrorCode, u8),
    /// The same, with the beginning of a message that is more than a condition can hold.
    Long(ErrorCode, TextId),
}

/// One entry of `status.conditions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// Which.
    pub kind: ConditionType,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    pub message: Message,
}

/// `status.conditions`: at most one entry of each type, in the order in which they were first set. The order
/// matters: `GetPhaseFromConditions` takes the first match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Conditions([Option<Condition>; 3]);

impl Conditions {
    /// The entries, in list order.
    pub fn iter(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter().flatten()
    }

    /// The entry of that type and its place.
    pub fn find(&self, kind: ConditionType) -> Option<(usize, &Condition)> {
        self.iter().enumerate().find(|(_, condition)| condition.kind == kind)
    }

    /// Sets the entry of that type: in its place if there is one, else at the end (`meta.SetStatusCondition`).
    #[must_use]
    pub fn with(mut self, condition: Condition) -> Self {
        let place = self.find(condition.kind).map_or_else(|| self.iter().count(), |(place, _)| place);
        if let Some(slot) = self.0.get_mut(place) {
            *slot = Some(condition);
        }
        self
    }

    /// Whether the resource has ended (`isTerminal`): Succeeded or Failed is True.
    pub fn is_terminal(&self) -> bool {
        self.iter().any(|c| c.kind != ConditionType::Progressing && c.status == ConditionStatus::True)
    }

    /// The reason of Progressing while it is True.
    pub fn progressing(&self) -> Option<Reason> {
        let (_, condition) = self.find(ConditionType::Progressing)?;
        (condition.status == ConditionStatus::True).then_some(condition.reason)
    }
}

/// The code of an error: a word from outside, or one that a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// From outside.
    Text(TextId),
    /// `MaxSystemFailuresExceeded`
    MaxSystemFailuresExceeded,
    /// `MaxRetriesExceeded`, if the last attempt failed without saying why.
    MaxRetriesExceeded,
    /// `Unknown`, if a failure came without an error.
    Unknown,
    /// `InvalidSpec`
    InvalidSpec,
    /// `PluginNotFound`
    PluginNotFound,
    /// `ConditionTimedOut`
    ConditionTimedOut,
    /// `ActionAbortedError`, as the SDK raises it for a child that was aborted.
    ActionAbortedError,
    /// `TaskTimeoutError`, for a task that timed out.
    TaskTimeoutError,
    /// `ConditionTimedoutError`, for a condition that timed out.
    ConditionTimedoutError,
    /// `ConditionFailedError`, for a condition that failed.
    ConditionFailedError,
    /// `FileNotFoundError`, for a task that failed and left no error anywhere.
    FileNotFoundError,
    /// `TaskExecutionTimedOut`, since #7910; `TaskQueuedTimedOut` and `TaskDeadlineExceeded` are words of this model's,
    /// since nothing upstream enforces these bounds.
    TimedOut(TimeBound),
    /// `Interrupted`
    Interrupted,
    /// `UnknownError`, of a pod that failed without a reason.
    UnknownError,
    /// `Error`, the reason that Kubernetes gives a container which ended badly; a plain exit's since #7899.
    Error,
}

impl ErrorCode {
    /// Its word, or the text from outside.
    pub const fn word(self) -> Result<&'static str, TextId> {
        Ok(match self {
            ErrorCode::Text(text) => return Err(text),
            ErrorCode::MaxSystemFailuresExceeded => "MaxSystemFailuresExceeded",
            ErrorCode::MaxRetriesExceeded => "MaxRetriesExceeded",
            ErrorCode::Unknown => "Unknown",
            ErrorCode::InvalidSpec => "InvalidSpec",
            ErrorCode::PluginNotFound => "PluginNotFound",
            ErrorCode::ConditionTimedOut => "ConditionTimedOut",
            ErrorCode::ActionAbortedError => "ActionAbortedError",
            ErrorCode::TaskTimeoutError => "TaskTimeoutError",
            ErrorCode::ConditionTimedoutError => "ConditionTimedoutError",
            ErrorCode::ConditionFailedError => "ConditionFailedError",
            ErrorCode::FileNotFoundError => "FileNotFoundError",
            ErrorCode::TimedOut(TimeBound::Runtime) => "TaskExecutionTimedOut",
            ErrorCode::TimedOut(TimeBound::Queue) => "TaskQueuedTimedOut",
            ErrorCode::TimedOut(TimeBound::Deadline) => "TaskDeadlineExceeded",
            ErrorCode::Interrupted => "Interrupted",
            ErrorCode::UnknownError => "UnknownError",
            ErrorCode::Error => "Error",
        })
    }
}

/// `status.errorState`, and the error of a plugin's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorState {
    /// A short word for programs.
    pub code: ErrorCode,
    /// Who is to blame.
    pub kind: ErrorKind,
    /// What happened.
    pub message: Message,
}

/// The value a condition is signalled with. A float is held as its bits: values are compared, never computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalValue {
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// The bits of a double.
    Float(u64),
    /// Text.
    Text(TextId),
}

/// `status.signalValue` and `status.signalledBy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal {
    /// What was sent; `None` if it is no bool, int, float or string, or if the stored bytes cannot be decoded.
    pub value: Option<SignalValue>,
    /// By whom; may be empty.
    pub by: TextId,
}

/// `status` of a `TaskAction`, as far as a rule reads it. The phase history is a projection; only the name of its
/// last entry decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Status {
    /// `status.pluginPhase`; `None` before the plugin was first asked.
    pub plugin_phase: Option<PluginPhase>,
    /// `status.pluginPhaseVersion`
    pub plugin_phase_version: u32,
    /// `status.pluginState` and its version, as the plugin left them.
    pub plugin_state: Option<(u32, TextId)>,
    /// `status.attempts`: 0 until the plugin has reported.
    pub attempts: u32,
    /// `status.systemFailures`: consecutive ones, as the rule set counts.
    pub system_failures: u32,
    /// `status.cacheStatus`, upstream's number.
    pub cache_status: u8,
    /// `status.conditions`
    pub conditions: Conditions,
    /// The name of the newest entry of `status.phaseHistory`.
    pub last_history: Option<Reason>,
    /// `status.errorState`
    pub error: Option<ErrorState>,
    /// `status.signalValue`
    pub signal: Option<Signal>,
}

/// A `TaskAction` resource as far as a rule reads it: everything but its spec, its names and its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TaskAction {
    /// `status`
    pub status: Status,
    /// Whether `flyte.org/plugin-finalizer` holds it.
    pub finalizer: bool,
    /// Whether `metadata.deletionTimestamp` is set.
    pub deleting: bool,
    /// Whether it carries `flyte.org/termination-status` and `flyte.org/completed-time`.
    pub labelled: bool,
    /// Whether it carries `flyte.org/terminal-status-recorded`.
    pub recorded: bool,
}

impl Status {
    /// The attempt this is about (`observedAttempts`): at least 1.
    pub fn observed_attempts(&self) -> u32 {
        self.attempts.max(1)
    }

    /// An attempt has failed or timed out and the reconciler has not yet reset the action (documented retries).
    pub fn awaits_reset(&self) -> Option<ActionPhase> {
        match self.conditions.progressing()? {
            Reason::RetryableFailure => Some(ActionPhase::Failed),
            Reason::TimedOut => Some(ActionPhase::TimedOut),
            Reason::Queued
            | Reason::Initializing
            | Reason::Executing
            | Reason::Completed
            | Reason::PermanentFailure
            | Reason::Aborted
            | Reason::Paused
            | Reason::Signaled
            | Reason::InvalidSpec
            | Reason::PluginNotFound => None,
        }
    }
}
