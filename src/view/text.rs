//! Words for what the core carries as data.

use crate::model::time::{go_seconds, span};
use crate::model::{ActionId, Cause, ErrorCode, Message, PendingWork, Spec, SpecFields, Texts, TimeBound, TimerKind};
use crate::world::World;

/// The words of a message; upstream's where upstream has words.
pub fn message(texts: &Texts, message: Message) -> String {
    match message {
        Message::Empty => String::new(),
        Message::Text(text) => texts.get(text).to_owned(),
        Message::LongText(text) => format!("{}…", texts.get(text)),
        Message::RestartingTask => "restarting task".to_owned(),
        Message::ContainerExited(code) => format!(
            "Pod failed. No message received from kubernetes. [main] terminated with exit code ({code}). Reason [Error]."
        ),
        Message::PrimaryExited(code) => format!("[main] terminated with exit code ({code}). Reason [Error]."),
        Message::CompletedSuccessfully => "TaskAction completed successfully".to_owned(),
        Message::HasCompleted => "TaskAction has completed".to_owned(),
        Message::WasAborted => "TaskAction was aborted".to_owned(),
        Message::Aborted => "aborted".to_owned(),
        Message::WaitingForSignal => "waiting for signal".to_owned(),
        Message::SignalledBy(by) => format!("condition signalled by {}", go_quote(texts.get(by))),
        Message::ConditionTimedOut(seconds) => {
            format!("condition timed out after {} without a signal", go_seconds(u64::from(seconds)))
        }
        Message::ConditionSpecEmpty(name) => {
            format!("condition action {} has empty conditionSpec", go_quote(texts.get(name)))
        }
        Message::ConditionSpecUndecodable => {
            "failed to unmarshal conditionSpec: proto: cannot parse invalid wire-format data".to_owned()
        }
        Message::MissingFields(fields) => format!("required spec fields are empty: [{}]", field_names(fields)),
        Message::NoPlugin(kind) => {
            let kind = go_quote(texts.get(kind));
            format!(
                "no plugin found for task type {kind}: no plugin registered for task type {kind} and no default plugin \
                 available"
            )
        }
        Message::WaitingForCacheOwner(owner) => {
            format!("waiting for cache to be populated by reservation owner {}", go_quote(texts.get(owner)))
        }
        Message::FailedAfter(attempts) => format!("task failed after {attempts} attempt(s)"),
        Message::SystemFailures(count, plugin, cause) => {
            let cause = cause_text(texts, cause);
            format!("plugin {} failed with system error {count} times: {cause}", go_quote(texts.get(plugin)))
        }
        Message::Unknown => "Unknown error message".to_owned(),
        Message::ChildEnded(name, phase) => format!("action {} ended {phase}", texts.get(name)),
        Message::ErrorFileMissing(name) => format!("Failed to load error file of action {}", texts.get(name)),
        Message::TimedOut(TimeBound::Runtime, ms, attempt) => {
            format!("task attempt {attempt} exceeded its max runtime of {}", go_duration(u64::from(ms)))
        }
        // Nothing upstream enforces these, so the words are this model's.
        Message::TimedOut(TimeBound::Queue, ms, attempt) => {
            format!("task attempt {attempt} exceeded its max queued time of {}", go_duration(u64::from(ms)))
        }
        Message::TimedOut(TimeBound::Deadline, ms, _) => {
            format!("action exceeded its deadline of {}", go_duration(u64::from(ms)))
        }
        Message::RestartingAfterTimeout => "restarting task after max-runtime timeout".to_owned(),
    }
}

/// A duration as Go's `time.Duration` prints itself: `1h0m0s`, `1m30s`, `1.5s`, `20ms`.
fn go_duration(ms: u64) -> String {
    if ms > 0 && ms < 1_000 {
        return format!("{ms}ms");
    }
    let (hours, minutes, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms % 60_000);
    let fraction = format!("{:03}", rest % 1_000);
    let fraction = fraction.trim_end_matches('0');
    let seconds =
        if fraction.is_empty() { format!("{}s", rest / 1_000) } else { format!("{}.{fraction}s", rest / 1_000) };
    match (hours, minutes) {
        (0, 0) => seconds,
        (0, _) => format!("{minutes}m{seconds}"),
        _ => format!("{hours}h{minutes}m{seconds}"),
    }
}

/// A text in quotes as Go's `%q` writes it (strconv, `Quote`): what cannot be printed becomes an escape of Go's, and
/// marks that combine with the letter before them are printed, unlike in Rust's `{:?}`.
pub fn go_quote(text: &str) -> String {
    use core::fmt::Write;
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{b}' => "\\v",
            _ => "",
        };
        if !escape.is_empty() {
            quoted.push_str(escape);
        } else if is_printable(c) {
            quoted.push(c);
        } else {
            let code = u32::from(c);
            // Writing to a String cannot fail.
            let _ = match code {
                0..=0x1f | 0x7f => write!(quoted, "\\x{code:02x}"),
                0x20..=0xffff => write!(quoted, "\\u{code:04x}"),
                _ => write!(quoted, "\\U{code:08x}"),
            };
        }
    }
    quoted.push('"');
    quoted
}

/// Whether Go prints the character (strconv, `IsPrint`): letters, marks, numbers, punctuation, symbols and the ASCII
/// space. Rust's own escaping leaves just these as they are when they follow another character.
fn is_printable(c: char) -> bool {
    let mut buffer = [0; 5];
    let (first, rest) = buffer.split_at_mut(1);
    first.copy_from_slice(b"a");
    let length = 1 + c.encode_utf8(rest).len();
    let both = buffer.get(..length).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default();
    c == '\'' || both.escape_debug().eq(both.chars())
}

/// The words of a system failure.
pub fn cause_text(texts: &Texts, cause: Cause) -> String {
    match cause {
        Cause::Text(text) => texts.get(text).to_owned(),
        Cause::Coded(code, text) => format!("[{}] {}", error_code(texts, code), texts.get(text)),
        Cause::PodExited(code, exit) => coded(texts, code, Message::ContainerExited(exit)),
        Cause::PrimaryExited(code, exit) => coded(texts, code, Message::PrimaryExited(exit)),
        Cause::Long(code, text) => format!("[{}] {}…", error_code(texts, code), texts.get(text)),
    }
}

fn coded(texts: &Texts, code: ErrorCode, said: Message) -> String {
    format!("[{}] {}", error_code(texts, code), message(texts, said))
}

/// The names of spec fields, as upstream lists them.
fn field_names(fields: SpecFields) -> String {
    fields.iter().map(super::super::model::action::SpecField::name).collect::<Vec<_>>().join(" ")
}

/// The word of an error code.
pub fn error_code(texts: &Texts, code: ErrorCode) -> &str {
    code.word().unwrap_or_else(|text| texts.get(text))
}

/// What a timer waits for, in a sentence.
pub(super) fn timer_sentence(world: &World, id: ActionId, kind: TimerKind) -> String {
    let action = world.action(id);
    let bound = |of: fn(&Spec) -> u64| span(action.map_or(0, |action| of(&action.spec)));
    let attempt = || {
        let resource = action.and_then(|action| action.resource);
        resource.map_or(1, |resource| resource.cr.status.observed_attempts())
    };
    let name = world.name_of(id);
    match kind {
        TimerKind::AttemptTimeout => {
            format!("attempt {} of {name} may be RUNNING for {}", attempt(), bound(|spec| spec.timeout_ms))
        }
        TimerKind::QueuedTimeout => {
            format!("attempt {} of {name} may be queued for {}", attempt(), bound(|spec| spec.max_queued_ms))
        }
        TimerKind::ActionDeadline => {
            format!("{name} may take {} with all its attempts", bound(|spec| spec.deadline_ms))
        }
        TimerKind::Backoff => format!("attempt {} of {name} is launched when the wait before it is over", attempt()),
        TimerKind::EnqueueRetry => format!("the SDK asks for {name} again"),
        TimerKind::ConditionDeadline => {
            format!("{name} waits for a signal for {}", bound(|spec| spec.timeout_ms))
        }
        TimerKind::AbortRetry => format!("the abort of {name} is tried again"),
        TimerKind::Requeue => format!("the executor looks at {name} again"),
        TimerKind::Collection => format!("a sweep of the garbage collector finds {name} old enough"),
        TimerKind::Lease => format!("nobody extends the reservation of {name}"),
        TimerKind::Resync => format!("the informer takes up all resources anew, {name} among them"),
    }
}

/// What a piece of work is, in a sentence.
pub(super) fn pending_sentence(work: PendingWork, name: &str) -> String {
    match work {
        PendingWork::Reconcile => format!("the executor looks at {name}"),
        PendingWork::WatchAdd => format!("the informer tells the run service of the new {name}"),
        PendingWork::WatchUpdate => format!("the informer tells the run service what became of {name}"),
        PendingWork::WatchDelete => format!("the informer tells the run service that {name} is deleted"),
        PendingWork::AbortWorker => format!("an abort worker takes {name}"),
        PendingWork::Cascade => format!("Kubernetes deletes the children of {name}"),
        PendingWork::Enqueue => format!("the run service has the resource of {name} created"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Go's strconv.Quote has it.
    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        for (text, quoted) in [
            ("", r#""""#),
            ("a\"b\\é\n", r#""a\"b\\é\n""#),
            ("it's", r#""it's""#),
            ("\0\u{7}\u{1b}\u{7f}", r#""\x00\a\x1b\x7f""#),
            ("\u{a0}\u{200b}\u{feff}", r#""\u00a0\u200b\ufeff""#),
            ("e\u{301}\u{1f600}\u{e0001}", "\"e\u{301}\u{1f600}\\U000e0001\""),
        ] {
            assert_eq!(go_quote(text), quoted);
        }
    }
}
