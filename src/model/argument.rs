//! What commands hold beside names and numbers: tasks, conditions, results, signals. As in a command, texts are words or
//! numbers.

use super::read::{Fields, Read, Unreadable, reads, wrong};
use super::shown::shown;
use super::{ActionPhase, ChildFailure, ErrorKind, PluginPhase, Time, ValueType, action::SpecField};
use serde::Serialize;
use serde_json::Value;

/// A task to be enqueued.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskCommand<T = String> {
    /// Retries + 1; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// Bound on one attempt's time in RUNNING, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Bound on one attempt's time before it is INITIALIZING (`TimeoutStrategy.queued_timeout`), in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_queued_ms: Option<u64>,
    /// Bound on the time until the action has ended, all attempts together (`TimeoutStrategy.deadline`), in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
    /// How long a retry waits (`RetryStrategy.backoff`); not at all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Box<BackoffCommand>>,
    /// What its process does about a child that does not end well, if the process is the SDK's; `raises` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_failure: Option<ChildFailure>,
    /// The task type; "container" if absent. Each has a plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_type: Option<T>,
    /// How many containers its template has; 1 if absent. Without one no pod can be built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containers: Option<u32>,
    /// Required fields to be left empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<SpecField>>,
    /// How its outputs are cached; not at all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheCommand<T>>,
}

/// How long the retries of a task wait (flyteidl2/core/literals.proto, `Backoff`): before retry n, from 0, it is base ×
/// factorⁿ, and cap at the most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackoffCommand {
    /// The wait before the first retry, in milliseconds; 0 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_ms: Option<u64>,
    /// What it is multiplied by for each further retry, from 1 on; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// The longest wait, in milliseconds; it cannot be left out where the factor is above 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap_ms: Option<u64>,
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
        TaskCommand {
            max_attempts: None,
            timeout_ms: None,
            max_queued_ms: None,
            deadline_ms: None,
            backoff: None,
            child_failure: None,
            task_type: None,
            containers: None,
            missing: None,
            cache: None,
        }
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
    /// When it happened, as the plugin proves; now if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Time>,
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

reads! {
    TaskCommand {
        max_attempts "maxAttempts", timeout_ms "timeoutMs", max_queued_ms "maxQueuedMs", deadline_ms "deadlineMs",
        backoff "backoff", child_failure "childFailure", task_type "taskType", containers "containers", missing "missing", cache "cache"
    }
    BackoffCommand { base_ms "baseMs", factor "factor", cap_ms "capMs" }
    CacheCommand {
        discoverable "discoverable", serializable "serializable", key "key", unidentified "unidentified"
    }
    ConditionCommand {
        value_type "valueType", timeout_ms "timeoutMs", prompt "prompt", invalid "invalid", empty "empty"
    }
    TraceCommand { phase "phase" }
    ErrorCommand { code "code", kind "kind", message "message", length "length" }
    ResultCommand { phase "phase", version "version", reason "reason", error "error", occurred_at "occurredAt" }
    FailureCommand { code "code", message "message" }
}

impl Read for ValueCommand {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let wanted = "one of { bool }, { int }, { float } and { string }";
        let bare = match &value {
            Value::Bool(flag) => Some(format!("{{ bool: {flag} }}")),
            Value::Number(number) if number.is_f64() => Some(format!("{{ float: {number} }}")),
            Value::Number(number) => Some(format!("{{ int: {number} }}")),
            Value::String(text) => Some(format!("{{ string: {} }}", shown(text))),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        if let Some(such) = bare {
            return wrong(place, &value, &format!("{wanted}, such as {such}"));
        }
        let one = value.as_object().filter(|fields| fields.len() == 1);
        let Some(kind) = one.and_then(|fields| fields.keys().next()).cloned() else {
            return wrong(place, &value, wanted);
        };
        let mut fields = Fields::of(value, place, &["bool", "int", "float", "string"])?;
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
    /// The same with other words for texts.
    pub(crate) fn map<U>(self, text: &mut impl FnMut(T) -> U) -> TaskCommand<U> {
        TaskCommand {
            max_attempts: self.max_attempts,
            timeout_ms: self.timeout_ms,
            max_queued_ms: self.max_queued_ms,
            deadline_ms: self.deadline_ms,
            backoff: self.backoff,
            child_failure: self.child_failure,
            task_type: self.task_type.map(&mut *text),
            containers: self.containers,
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
    /// The same with other words for texts.
    pub(super) fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ConditionCommand<U> {
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
    /// A bare phase.
    pub const fn of(phase: PluginPhase) -> ResultCommand<T> {
        ResultCommand { phase, version: None, reason: None, error: None, occurred_at: None }
    }

    /// The same with other words for texts.
    pub(super) fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ResultCommand<U> {
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
            occurred_at: self.occurred_at,
        }
    }
}

impl<T> FailureCommand<T> {
    /// The same with other words for texts.
    pub(super) fn map<U>(self, text: &mut impl FnMut(T) -> U) -> FailureCommand<U> {
        FailureCommand { code: self.code.map(&mut *text), message: text(self.message) }
    }
}

impl<T> ValueCommand<T> {
    /// The same with other words for texts.
    pub(super) fn map<U>(self, text: &mut impl FnMut(T) -> U) -> ValueCommand<U> {
        match self {
            ValueCommand::Bool(value) => ValueCommand::Bool(value),
            ValueCommand::Int(value) => ValueCommand::Int(value),
            ValueCommand::Float(value) => ValueCommand::Float(value),
            ValueCommand::String(value) => ValueCommand::String(text(value)),
        }
    }
}
