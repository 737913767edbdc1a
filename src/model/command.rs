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

/// Writes each command once: as a variant with its fields, as what is read by their names, and with what becomes of a
/// field when actions and texts get other words (`=>`).
macro_rules! commands {
    (($action:ident, $text:ident)
        $($(#[doc = $doc:literal])+ $variant:ident $word:literal {
            $($(#[doc = $about:literal])+ $field:ident $name:literal $([$optional:ident])?: $type:ty => $mapped:expr),* $(,)?
        })+
    ) => {
        /// Any input to a world.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum Command<A = String, T = String> {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $variant {
                $(
                    $(#[doc = $about])+
                    #[serde(rename = $name)]
                    $(#[serde(skip_serializing_if = "Option::is_none")] #[cfg_attr(any(), $optional)])?
                    $field: $type,
                )*
            },)+
        }

        impl Command {
            /// What each command is called.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl<A, T> Command<A, T> {
            /// What it is called.
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Command::$variant { .. } => $word,)+
                }
            }

            /// The same command with other words for actions and texts; the first action that has none ends it.
            pub fn map<B, U, E>(
                self,
                mut $action: impl FnMut(A) -> Result<B, E>,
                mut $text: impl FnMut(T) -> U,
            ) -> Result<Command<B, U>, E> {
                let $text = &mut $text;
                Ok(match self {
                    $(Command::$variant { $($field),* } => Command::$variant { $($field: $mapped),* },)+
                })
            }
        }

        impl Read for Command {
            fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
                let mut fields = Fields::of(value, place)?;
                let kind: String = fields.take("type")?;
                let read = match kind.as_str() {
                    $($word => Command::$variant { $($field: fields.take($name)?),* },)+
                    _ => {
                        let known = concat!("one of " $(, $word, ", ")+).trim_end_matches(", ");
                        return wrong(&fields.place_of("type"), &Value::from(kind), known);
                    }
                };
                fields.done().map(|()| read)
            }
        }
    };
}

commands! {
    (action_of, text)
    /// A run is created: its root action `a0` is a task.
    CreateRun "createRun" {
        /// The run's name.
        run "run": T => text(run),
        /// Its project.
        project "project" [optional]: Option<T> => project.map(&mut *text),
        /// Its domain.
        domain "domain" [optional]: Option<T> => domain.map(&mut *text),
        /// The root action's task.
        task "task" [optional]: Option<TaskCommand<T>> => task.map(|task| task.map(text)),
    }
    /// A child action is enqueued: exactly one of task, condition, trace.
    Enqueue "enqueue" {
        /// The new action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent.
        parent "parent": A => action_of(parent)?,
        /// A task.
        task "task" [optional]: Option<TaskCommand<T>> => task.map(|task| task.map(text)),
        /// A condition.
        condition "condition" [optional]: Option<ConditionCommand<T>> => condition.map(|condition| condition.map(text)),
        /// A trace.
        trace "trace" [optional]: Option<TraceCommand> => trace,
    }
    /// An action is recorded directly as RECOVERED.
    Recover "recover" {
        /// The new action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent; absent for a root.
        parent "parent" [optional]: Option<A> => parent.map(action_of).transpose()?,
    }
    /// A resource is read from outside; the simulation continues from it.
    Import "import" {
        /// The action, as `<run>/<action>`.
        action "action": T => text(action),
        /// Its parent, if it is here.
        parent "parent" [optional]: Option<A> => parent.map(action_of).transpose()?,
        /// The resource as it stood.
        resource "resource": Box<ImportedResource> => resource,
    }
    /// The executor reconciles and the plugin answers: exactly one of result, failure.
    Plugin "plugin" {
        /// The action.
        action "action": A => action_of(action)?,
        /// A phase.
        result "result" [optional]: Option<ResultCommand<T>> => result.map(|result| result.map(text)),
        /// A Go error.
        failure "failure" [optional]: Option<FailureCommand<T>> => failure.map(|failure| failure.map(text)),
    }
    /// The task's pod ends with this exit code, and says no more about it.
    Exit "exit" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The exit code of its container.
        code "code": u8 => code,
    }
    /// A condition is signalled.
    Signal "signal" {
        /// The condition.
        action "action": A => action_of(action)?,
        /// With what.
        value "value": ValueCommand<T> => value.map(text),
        /// By whom.
        by "by" [optional]: Option<T> => by.map(text),
    }
    /// One action is to be aborted.
    AbortAction "abortAction" {
        /// The action.
        action "action": A => action_of(action)?,
        /// Why.
        reason "reason" [optional]: Option<T> => reason.map(text),
    }
    /// A run is to be aborted.
    AbortRun "abortRun" {
        /// The run's name.
        run "run": T => text(run),
        /// Why.
        reason "reason" [optional]: Option<T> => reason.map(text),
    }
    /// The actions service answers the abort call in flight.
    AbortReply "abortReply" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The answer.
        reply "reply": AbortReply => reply,
        /// The delay drawn, if the call is tried again, in milliseconds.
        draw_ms "drawMs" [optional]: Option<u64> => draw_ms,
    }
    /// A status update from outside reaches the run service: late, stale or wrong.
    UpdatePhase "updatePhase" {
        /// The action.
        action "action": A => action_of(action)?,
        /// The phase told.
        phase "phase": ActionPhase => phase,
        /// The attempt told; the recorded one if absent.
        attempts "attempts" [optional]: Option<u32> => attempts,
    }
    /// Time passes; timers that come due fire one by one, each at its own time.
    Advance "advance" {
        /// So many milliseconds.
        ms "ms": u64 => ms,
    }
    /// Time moves to a timer, which fires; those due before it fire first.
    Fire "fire" {
        /// The timer; the next one due if absent.
        timer "timer" [optional]: Option<u32> => timer,
    }
    /// A piece of work that is due is done (manual delivery).
    Deliver "deliver" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// A piece of news is lost on its way (manual delivery).
    Drop "drop" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// A piece of news comes twice (manual delivery).
    Duplicate "duplicate" {
        /// Which; the first if absent.
        item "item" [optional]: Option<u32> => item,
    }
    /// The next call of that kind goes wrong, once.
    Fault "fault" {
        /// Which call.
        call "call": Call => call,
        /// How; an error if absent, for a read a stale one.
        reply "reply" [optional]: Option<FaultReply> => reply,
        /// About which action; about any if absent.
        action "action" [optional]: Option<A> => action.map(action_of).transpose()?,
    }
    /// A process stops and starts again.
    Restart "restart" {
        /// Which.
        service "service": Service => service,
        /// For how long it is down, in milliseconds; 0 if absent.
        down_ms "downMs" [optional]: Option<u64> => down_ms,
    }
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

impl<T> FailureCommand<T> {
    fn map<U>(self, text: &mut impl FnMut(T) -> U) -> FailureCommand<U> {
        FailureCommand { code: self.code.map(&mut *text), message: text(self.message) }
    }
}

impl<T> ValueCommand<T> {
    fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ValueCommand<U> {
        match self {
            ValueCommand::Bool(value) => ValueCommand::Bool(value),
            ValueCommand::Int(value) => ValueCommand::Int(value),
            ValueCommand::Float(value) => ValueCommand::Float(value),
            ValueCommand::String(value) => ValueCommand::String(text(value)),
        }
    }
}
