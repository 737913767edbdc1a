//! Any input to a world, imperative. People write actions and texts as words (`Command`, the default); a world works
//! with their numbers (`Command<ActionId, TextId>`). Both are one enum, so neither can drift from the other.

use super::import::ImportedResource;
use super::read::{Fields, Read, Unreadable, reads, wrong};
use super::{
    ActionPhase, Call, ErrorKind, FaultReply, PluginPhase, Service, ValueType, action::SpecField, words::words,
};
use serde::Serialize;
use serde_json::Value;

words! {
    /// What the actions service answers to an Abort call.
    pub enum AbortReply {
        /// The call got through: the resource is deleted, or the service says that there is none.
        Ok = 0 "ok",
        /// Connect code NotFound: counts as done.
        NotFound = 1 "notFound",
        /// Connect code Internal with "not found" in its message: counts as done.
        InternalNotFound = 2 "internalNotFound",
        /// Connect code Internal.
        Internal = 3 "internal",
        /// Connect code Unavailable.
        Unavailable = 4 "unavailable",
        /// Connect code DeadlineExceeded.
        DeadlineExceeded = 5 "deadlineExceeded",
        /// Connect code Unknown or any other, whatever its message says, or an error that is no connect error, among
        /// them a connect error wrapped in another.
        Unknown = 6 "unknown",
    }
}

/// A task to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskCommand<T = String> {
    /// Retries + 1; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// Bound on one attempt's time in RUNNING, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// The task type; "container" if absent, the only one that has a plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_type: Option<T>,
    /// Required fields to be left empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<SpecField>>,
    /// How its outputs are cached; not at all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheCommand<T>>,
}

/// How a task asks for its outputs to be cached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheCommand<T = String> {
    /// Whether they are; yes if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discoverable: Option<bool>,
    /// Whether one action at a time computes them; no if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serializable: Option<bool>,
    /// What they are found by, inputs and all; the task type if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<T>,
    /// Whether the template lacks the identifier that caching needs; no if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unidentified: Option<bool>,
}

impl<T> Default for TaskCommand<T> {
    fn default() -> Self {
        TaskCommand { max_attempts: None, timeout_ms: None, task_type: None, missing: None, cache: None }
    }
}

/// A condition to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionCommand<T = String> {
    /// What a signal must carry.
    pub value_type: ValueType,
    /// Time to signal, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// What people are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<T>,
    /// The stored spec cannot be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<bool>,
    /// The stored spec has no bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<bool>,
}

/// A trace to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceCommand {
    /// The phase the SDK reports; SUCCEEDED if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<ActionPhase>,
}

/// The error of a plugin's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorCommand<T = String> {
    /// A short word for programs.
    pub code: T,
    /// Who is to blame.
    pub kind: ErrorKind,
    /// What happened.
    pub message: T,
    /// How many characters the whole message has, if only its beginning is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
}

/// What Handle returns when it returns a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultCommand<T = String> {
    /// The phase.
    pub phase: PluginPhase,
    /// Its version; 0 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<T>,
    /// The error of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCommand<T>>,
}

/// What Handle returns when it returns a Go error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureCommand<T = String> {
    /// The code in the chain of causes, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<T>,
    /// The full text.
    pub message: T,
}

/// A signal's value as people write it. A float is a number here and bits inside.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ValueCommand<T = String> {
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    String(T),
}

/// Any input to a world.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command<A = String, T = String> {
    /// A run is created: its root action `a0` is a task.
    CreateRun {
        /// The run's name.
        run: T,
        /// Its project.
        #[serde(skip_serializing_if = "Option::is_none")]
        project: Option<T>,
        /// Its domain.
        #[serde(skip_serializing_if = "Option::is_none")]
        domain: Option<T>,
        /// The root action's task.
        #[serde(skip_serializing_if = "Option::is_none")]
        task: Option<TaskCommand<T>>,
    },
    /// A child action is enqueued: exactly one of task, condition, trace.
    Enqueue {
        /// The new action, as `<run>/<action>`.
        action: T,
        /// Its parent.
        parent: A,
        /// A task.
        #[serde(skip_serializing_if = "Option::is_none")]
        task: Option<TaskCommand<T>>,
        /// A condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        condition: Option<ConditionCommand<T>>,
        /// A trace.
        #[serde(skip_serializing_if = "Option::is_none")]
        trace: Option<TraceCommand>,
    },
    /// An action is recorded directly as RECOVERED.
    Recover {
        /// The new action, as `<run>/<action>`.
        action: T,
        /// Its parent; absent for a root.
        #[serde(skip_serializing_if = "Option::is_none")]
        parent: Option<A>,
    },
    /// A resource is read from outside; the simulation continues from it.
    Import {
        /// The action, as `<run>/<action>`.
        action: T,
        /// Its parent, if it is here.
        #[serde(skip_serializing_if = "Option::is_none")]
        parent: Option<A>,
        /// The resource as it stood.
        resource: Box<ImportedResource>,
    },
    /// The executor reconciles and the plugin answers: exactly one of result, failure.
    Plugin {
        /// The action.
        action: A,
        /// A phase.
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<ResultCommand<T>>,
        /// A Go error.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<FailureCommand<T>>,
    },
    /// The task's pod ends with this exit code, and says no more about it.
    Exit {
        /// The action.
        action: A,
        /// The exit code of its container.
        code: u8,
    },
    /// A condition is signalled.
    Signal {
        /// The condition.
        action: A,
        /// With what.
        value: ValueCommand<T>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<T>,
    },
    /// One action is to be aborted.
    AbortAction {
        /// The action.
        action: A,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<T>,
    },
    /// A run is to be aborted.
    AbortRun {
        /// The run's name.
        run: T,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<T>,
    },
    /// The actions service answers the abort call in flight.
    AbortReply {
        /// The action.
        action: A,
        /// The answer.
        reply: AbortReply,
        /// The delay drawn, if the call is tried again, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        draw_ms: Option<u64>,
    },
    /// A status update from outside reaches the run service: late, stale or wrong.
    UpdatePhase {
        /// The action.
        action: A,
        /// The phase told.
        phase: ActionPhase,
        /// The attempt told; the recorded one if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        attempts: Option<u32>,
    },
    /// Time passes; timers that come due fire one by one, each at its own time.
    Advance {
        /// So many milliseconds.
        ms: u64,
    },
    /// Time moves to a timer, which fires; those due before it fire first.
    Fire {
        /// The timer; the next one due if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        timer: Option<u32>,
    },
    /// A piece of work that is due is done (manual delivery).
    Deliver {
        /// Which; the first if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// A piece of news is lost on its way (manual delivery).
    Drop {
        /// Which; the first if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// A piece of news comes twice (manual delivery).
    Duplicate {
        /// Which; the first if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// The next call of that kind goes wrong, once.
    Fault {
        /// Which call.
        call: Call,
        /// How; an error if absent, for a read a stale one.
        #[serde(skip_serializing_if = "Option::is_none")]
        reply: Option<FaultReply>,
        /// About which action; about any if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        action: Option<A>,
    },
    /// A process stops and starts again.
    Restart {
        /// Which.
        service: Service,
        /// For how long it is down, in milliseconds; 0 if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        down_ms: Option<u64>,
    },
}

reads! {
    TaskCommand {
        max_attempts "maxAttempts", timeout_ms "timeoutMs", task_type "taskType", missing "missing", cache "cache"
    }
    CacheCommand {
        discoverable "discoverable", serializable "serializable", key "key", unidentified "unidentified"
    }
    ConditionCommand {
        value_type "valueType", timeout_ms "timeoutMs", prompt "prompt", invalid "invalid", empty "empty"
    }
    TraceCommand { phase "phase" }
    ErrorCommand { code "code", kind "kind", message "message", length "length" }
    ResultCommand { phase "phase", version "version", reason "reason", error "error" }
    FailureCommand { code "code", message "message" }
}

impl Read for ValueCommand {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let wanted = "one of { bool }, { int }, { float } and { string }";
        let one = value.as_object().filter(|fields| fields.len() == 1);
        let Some(kind) = one.and_then(|fields| fields.keys().next()).cloned() else {
            return wrong(place, &value, wanted);
        };
        let mut fields = Fields::of(value, place)?;
        Ok(match kind.as_str() {
            "bool" => ValueCommand::Bool(fields.take("bool")?),
            "int" => ValueCommand::Int(fields.take("int")?),
            "float" => ValueCommand::Float(fields.take("float")?),
            "string" => ValueCommand::String(fields.take("string")?),
            other => return wrong(place, &Value::from(other), wanted),
        })
    }
}

macro_rules! read_command {
    ($($word:literal $variant:ident { $($field:ident $text:literal),* })+) => {
        impl Read for Command {
            fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
                let mut fields = Fields::of(value, place)?;
                let kind: String = fields.take("type")?;
                let read = match kind.as_str() {
                    $($word => Command::$variant { $($field: fields.take($text)?),* },)+
                    _ => return wrong("type", &Value::from(kind), concat!("one of " $(, $word, ", ")+).trim_end_matches(", ")),
                };
                fields.done().map(|()| read)
            }
        }
    };
}

read_command! {
    "createRun" CreateRun { run "run", project "project", domain "domain", task "task" }
    "enqueue" Enqueue { action "action", parent "parent", task "task", condition "condition", trace "trace" }
    "recover" Recover { action "action", parent "parent" }
    "import" Import { action "action", parent "parent", resource "resource" }
    "plugin" Plugin { action "action", result "result", failure "failure" }
    "exit" Exit { action "action", code "code" }
    "signal" Signal { action "action", value "value", by "by" }
    "abortAction" AbortAction { action "action", reason "reason" }
    "abortRun" AbortRun { run "run", reason "reason" }
    "abortReply" AbortReply { action "action", reply "reply", draw_ms "drawMs" }
    "updatePhase" UpdatePhase { action "action", phase "phase", attempts "attempts" }
    "advance" Advance { ms "ms" }
    "fire" Fire { timer "timer" }
    "deliver" Deliver { item "item" }
    "drop" Drop { item "item" }
    "duplicate" Duplicate { item "item" }
    "fault" Fault { call "call", reply "reply", action "action" }
    "restart" Restart { service "service", down_ms "downMs" }
}

impl<T> TaskCommand<T> {
    fn map<U>(self, text: &mut impl FnMut(T) -> U) -> TaskCommand<U> {
        TaskCommand {
            max_attempts: self.max_attempts,
            timeout_ms: self.timeout_ms,
            task_type: self.task_type.map(&mut *text),
            missing: self.missing,
            cache: self.cache.map(|cache| CacheCommand {
                discoverable: cache.discoverable,
                serializable: cache.serializable,
                key: cache.key.map(text),
                unidentified: cache.unidentified,
            }),
        }
    }
}

impl<T> ConditionCommand<T> {
    fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ConditionCommand<U> {
        ConditionCommand {
            value_type: self.value_type,
            timeout_ms: self.timeout_ms,
            prompt: self.prompt.map(text),
            invalid: self.invalid,
            empty: self.empty,
        }
    }
}

impl<T> ResultCommand<T> {
    fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ResultCommand<U> {
        ResultCommand {
            phase: self.phase,
            version: self.version,
            reason: self.reason.map(&mut *text),
            error: self.error.map(|error| ErrorCommand {
                code: text(error.code),
                kind: error.kind,
                message: text(error.message),
                length: error.length,
            }),
        }
    }
}

impl<A, T> Command<A, T> {
    /// The same command with other words for actions and texts; the first action that has none ends it.
    pub fn map<B, U, E>(
        self,
        mut action_of: impl FnMut(A) -> Result<B, E>,
        mut text: impl FnMut(T) -> U,
    ) -> Result<Command<B, U>, E> {
        let text = &mut text;
        Ok(match self {
            Command::CreateRun { run, project, domain, task } => Command::CreateRun {
                run: text(run),
                project: project.map(&mut *text),
                domain: domain.map(&mut *text),
                task: task.map(|task| task.map(text)),
            },
            Command::Enqueue { action, parent, task, condition, trace } => Command::Enqueue {
                parent: action_of(parent)?,
                action: text(action),
                task: task.map(|task| task.map(text)),
                condition: condition.map(|condition| condition.map(text)),
                trace,
            },
            Command::Recover { action, parent } => {
                Command::Recover { parent: parent.map(action_of).transpose()?, action: text(action) }
            }
            Command::Import { action, parent, resource } => {
                Command::Import { parent: parent.map(action_of).transpose()?, action: text(action), resource }
            }
            Command::Plugin { action, result, failure } => Command::Plugin {
                action: action_of(action)?,
                result: result.map(|result| result.map(text)),
                failure: failure.map(|failure| FailureCommand {
                    code: failure.code.map(&mut *text),
                    message: text(failure.message),
                }),
            },
            Command::Exit { action, code } => Command::Exit { action: action_of(action)?, code },
            Command::Signal { action, value, by } => Command::Signal {
                action: action_of(action)?,
                value: match value {
                    ValueCommand::Bool(value) => ValueCommand::Bool(value),
                    ValueCommand::Int(value) => ValueCommand::Int(value),
                    ValueCommand::Float(value) => ValueCommand::Float(value),
                    ValueCommand::String(value) => ValueCommand::String(text(value)),
                },
                by: by.map(text),
            },
            Command::AbortAction { action, reason } => {
                Command::AbortAction { action: action_of(action)?, reason: reason.map(text) }
            }
            Command::AbortRun { run, reason } => Command::AbortRun { run: text(run), reason: reason.map(text) },
            Command::AbortReply { action, reply, draw_ms } => {
                Command::AbortReply { action: action_of(action)?, reply, draw_ms }
            }
            Command::UpdatePhase { action, phase, attempts } => {
                Command::UpdatePhase { action: action_of(action)?, phase, attempts }
            }
            Command::Advance { ms } => Command::Advance { ms },
            Command::Fire { timer } => Command::Fire { timer },
            Command::Deliver { item } => Command::Deliver { item },
            Command::Drop { item } => Command::Drop { item },
            Command::Duplicate { item } => Command::Duplicate { item },
            Command::Fault { call, reply, action } => {
                Command::Fault { call, reply, action: action.map(action_of).transpose()? }
            }
            Command::Restart { service, down_ms } => Command::Restart { service, down_ms },
        })
    }
}
