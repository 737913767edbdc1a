//! Words for what the core carries as data.

use crate::model::time::{go_seconds, span};
use crate::model::{Cause, ErrorCode, Message, SpecFields, Texts};

/// The words of a message; upstream's where upstream has words.
pub fn message(texts: &Texts, message: Message) -> String {
    match message {
        Message::Empty => String::new(),
        Message::Text(text) => texts.get(text).to_owned(),
        Message::RestartingTask => "restarting task".to_owned(),
        Message::CompletedSuccessfully => "TaskAction completed successfully".to_owned(),
        Message::HasCompleted => "TaskAction has completed".to_owned(),
        Message::WasAborted => "TaskAction was aborted".to_owned(),
        Message::Aborted => "aborted".to_owned(),
        Message::WaitingForSignal => "waiting for signal".to_owned(),
        Message::SignalledBy(by) => format!("condition signalled by {:?}", texts.get(by)),
        Message::ConditionTimedOut(seconds) => {
            format!("condition timed out after {} without a signal", go_seconds(u64::from(seconds)))
        }
        Message::ConditionSpecInvalid(name) => {
            format!("condition action {:?} has empty conditionSpec", texts.get(name))
        }
        Message::MissingFields(fields) => format!("required spec fields are empty: [{}]", field_names(fields)),
        Message::NoPlugin(kind) => {
            format!("no plugin found for task type {:?}", texts.get(kind))
        }
        Message::FailedAfter(attempts) => format!("task failed after {attempts} attempt(s)"),
        Message::SystemFailures(count, plugin, cause) => {
            let cause = match cause {
                Cause::Text(text) => texts.get(text).to_owned(),
                Cause::Coded(code, text) => format!("[{}] {}", error_code(texts, code), texts.get(text)),
            };
            format!("plugin {:?} failed with system error {count} times: {cause}", texts.get(plugin))
        }
        Message::Unknown => "Unknown error message".to_owned(),
        Message::AttemptTimedOut(ms) => format!("attempt exceeded its maximum runtime of {}", span(u64::from(ms))),
    }
}

/// The names of spec fields, as upstream lists them.
fn field_names(fields: SpecFields) -> String {
    fields.iter().map(super::super::model::action::SpecField::name).collect::<Vec<_>>().join(" ")
}

/// The word of an error code.
pub fn error_code(texts: &Texts, code: ErrorCode) -> &str {
    match code {
        ErrorCode::Text(text) => texts.get(text),
        ErrorCode::MaxSystemFailuresExceeded => "MaxSystemFailuresExceeded",
        ErrorCode::MaxRetriesExceeded => "MaxRetriesExceeded",
        ErrorCode::Unknown => "Unknown",
        ErrorCode::InvalidSpec => "InvalidSpec",
        ErrorCode::PluginNotFound => "PluginNotFound",
        ErrorCode::ConditionTimedOut => "ConditionTimedOut",
        ErrorCode::AttemptTimedOut => "AttemptTimedOut",
    }
}
