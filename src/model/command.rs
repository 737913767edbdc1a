//! Any input to a world, imperative. People write actions and texts as words (`Command`, the default); a world works
//! with their numbers (`Command<ActionId, TextId>`). Both are one enum, so neither can drift from the other.

use super::import::ImportedResource;
use super::{
    ActionPhase, Call, ErrorKind, FaultReply, PluginPhase, Service, ValueType, action::SpecField, words::words,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct TaskCommand<T = String> {
    /// Retries + 1; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// Bound on one attempt's time in RUNNING, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// The task type; "container" if absent, the only one that has a plugin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_type: Option<T>,
    /// Required fields to be left empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<SpecField>>,
    /// How its outputs are cached; not at all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheCommand<T>>,
}

/// How a task asks for its outputs to be cached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct CacheCommand<T = String> {
    /// Whether they are; yes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discoverable: Option<bool>,
    /// Whether one action at a time computes them; no if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serializable: Option<bool>,
    /// What they are found by, inputs and all; the task type if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<T>,
    /// Whether the template lacks the identifier that caching needs; no if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unidentified: Option<bool>,
}

impl<T> Default for TaskCommand<T> {
    fn default() -> Self {
        TaskCommand { max_attempts: None, timeout_ms: None, task_type: None, missing: None, cache: None }
    }
}

/// A condition to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct ConditionCommand<T = String> {
    /// What a signal must carry.
    pub value_type: ValueType,
    /// Time to signal, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// What people are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<T>,
    /// The stored spec cannot be decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<bool>,
    /// The stored spec has no bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty: Option<bool>,
}

/// A trace to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TraceCommand {
    /// The phase the SDK reports; SUCCEEDED if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<ActionPhase>,
}

/// The error of a plugin's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct ErrorCommand<T = String> {
    /// A short word for programs.
    pub code: T,
    /// Who is to blame.
    pub kind: ErrorKind,
    /// What happened.
    pub message: T,
}

/// What Handle returns when it returns a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct ResultCommand<T = String> {
    /// The phase.
    pub phase: PluginPhase,
    /// Its version; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<T>,
    /// The error of a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCommand<T>>,
}

/// What Handle returns when it returns a Go error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct FailureCommand<T = String> {
    /// The code in the chain of causes, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<T>,
    /// The full text.
    pub message: T,
}

/// A signal's value as people write it. A float is a number here and bits inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    remote = "Self",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields,
    bound(deserialize = "A: Deserialize<'de>, T: Deserialize<'de>")
)]
pub enum Command<A = String, T = String> {
    /// A run is created: its root action `a0` is a task.
    CreateRun {
        /// The run's name.
        run: T,
        /// Its project.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<T>,
        /// Its domain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<T>,
        /// The root action's task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskCommand<T>>,
    },
    /// A child action is enqueued: exactly one of task, condition, trace.
    Enqueue {
        /// The new action, as `<run>/<action>`.
        action: T,
        /// Its parent.
        parent: A,
        /// A task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskCommand<T>>,
        /// A condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<ConditionCommand<T>>,
        /// A trace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<TraceCommand>,
    },
    /// An action is recorded directly as RECOVERED.
    Recover {
        /// The new action, as `<run>/<action>`.
        action: T,
        /// Its parent; absent for a root.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<A>,
    },
    /// A resource is read from outside; the simulation continues from it.
    Import {
        /// The action, as `<run>/<action>`.
        action: T,
        /// Its parent, if it is here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<A>,
        /// The resource as it stood.
        resource: Box<ImportedResource>,
    },
    /// The executor reconciles and the plugin answers: exactly one of result, failure.
    Plugin {
        /// The action.
        action: A,
        /// A phase.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<ResultCommand<T>>,
        /// A Go error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<FailureCommand<T>>,
    },
    /// A condition is signalled.
    Signal {
        /// The condition.
        action: A,
        /// With what.
        value: ValueCommand<T>,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<T>,
    },
    /// One action is to be aborted.
    AbortAction {
        /// The action.
        action: A,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<T>,
    },
    /// A run is to be aborted.
    AbortRun {
        /// The run's name.
        run: T,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<T>,
    },
    /// The actions service answers the abort call in flight.
    AbortReply {
        /// The action.
        action: A,
        /// The answer.
        reply: AbortReply,
        /// The delay drawn, if the call is tried again, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        draw_ms: Option<u64>,
    },
    /// A status update from outside reaches the run service: late, stale or wrong.
    UpdatePhase {
        /// The action.
        action: A,
        /// The phase told.
        phase: ActionPhase,
        /// The attempt told; the recorded one if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<u32>,
    },
    /// A piece of work that is due is done (manual delivery).
    Deliver {
        /// Which; the first if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// A piece of news is lost on its way (manual delivery).
    Drop {
        /// Which; the first if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// A piece of news comes twice (manual delivery).
    Duplicate {
        /// Which; the first if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<u32>,
    },
    /// The next call of that kind goes wrong, once.
    Fault {
        /// Which call.
        call: Call,
        /// How; an error if absent, for a read a stale one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<FaultReply>,
        /// About which action; about any if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<A>,
    },
    /// A process stops and starts again.
    Restart {
        /// Which.
        service: Service,
        /// For how long it is down, in milliseconds; 0 if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down_ms: Option<u64>,
    },
}

// A command is `{type: "signal", …}` outside. serde's own way to read that, an internal tag, holds every field twice
// and every reader several times in the module; moving the tag by hand halves both time and size.
impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = Command::serialize(self, serde_json::value::Serializer).map_err(serde::ser::Error::custom)?;
        let mut tagged = Map::new();
        if let Value::Object(outer) = value
            && let Some((kind, Value::Object(fields))) = outer.into_iter().next()
        {
            tagged.insert("type".to_owned(), Value::String(kind));
            tagged.extend(fields);
        }
        tagged.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let value = Value::deserialize(deserializer)?;
        super::plain::check(&value).map_err(D::Error::custom)?;
        let mut fields = match value {
            Value::Object(fields) => fields,
            other => return Err(D::Error::custom(format_args!("it is {}, not an object", kind_of(&other)))),
        };
        let kind = match fields.shift_remove("type") {
            Some(Value::String(kind)) => kind,
            Some(other) => return Err(D::Error::custom(format_args!("`type` is {}, not a text", kind_of(&other)))),
            None => return Err(D::Error::missing_field("type")),
        };
        let outer = Map::from_iter([(kind, Value::Object(fields))]);
        Command::deserialize(Value::Object(outer)).map_err(D::Error::custom)
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
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
