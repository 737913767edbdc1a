//! The commands that may be behind what a record tells of an action.

use crate::drive::observed::{SeenAction, SeenEvent};
use crate::model::argument::{
    BackoffCommand, ConditionCommand, ErrorCommand, ResultCommand, TaskCommand, TraceCommand, ValueCommand,
};
use crate::model::{
    AbortReply, ActionKind, ActionPhase, Call, Command, ErrorKind, PluginPhase, SpecField, Time, TimeBound, ValueType,
};
use crate::rules::requests::MESSAGE_MAX;
use crate::rules::run_service::ROOT_ACTION;

/// What an attempt that must have ended ended with, where the record does not say.
pub(super) const NOT_RECORDED: &str = "not in the record";

/// What stands for the cap of a wait that has none: ten years.
const UNCAPPED_MS: u64 = 10 * 365 * 86_400_000;

/// Whether the event tells an error that is too long for a resource.
pub(super) fn is_long(event: &SeenEvent) -> bool {
    event.error.as_ref().is_some_and(|(_, message)| message.chars().count() > MESSAGE_MAX)
}

/// Whether its log has ended and its row has not, without the resource being behind as well.
pub(super) fn is_behind(seen: &SeenAction) -> bool {
    let ended = seen.events.last().is_some_and(|event| event.phase.is_terminal() && !is_long(event));
    ended && seen.rows.last().is_some_and(|row| !row.phase.is_terminal() && row.attempts > 0)
}

/// The next news of it is not taken.
pub(super) fn lose_news(seen: &SeenAction) -> Command {
    Command::Fault { call: Call::UpdateActionStatus, reply: None, action: Some(seen.id.clone()) }
}

pub(super) fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The first phase that is told of an action.
pub(super) fn first_phase(seen: &SeenAction) -> Option<ActionPhase> {
    let event = seen.events.first().map(|event| event.phase);
    seen.rows.first().map(|row| row.phase).filter(|_| seen.events.len() <= 1).or(event)
}

/// Which kind; only a condition is ever paused.
pub(super) fn kind(seen: &SeenAction) -> ActionKind {
    let told = seen.events.iter().map(|event| event.phase).chain(seen.rows.iter().map(|row| row.phase));
    let paused = told.into_iter().any(|phase| phase == ActionPhase::Paused);
    seen.kind.unwrap_or(if paused { ActionKind::Condition } else { ActionKind::Task })
}

pub(super) fn task(seen: &SeenAction) -> TaskCommand {
    let highest = seen.events.iter().map(|event| event.attempt).chain(seen.rows.iter().map(|row| row.attempts)).max();
    // A template that is not there promises no retries, so those that were made are what is known.
    let max_attempts = seen.max_attempts.or(highest).filter(|attempts| *attempts > 1);
    // A task that fails with no attempt counted, and without a word to its log, never came to its plugin.
    let fails = seen.rows.first().is_some_and(|row| row.phase == ActionPhase::Failed);
    let uncounted = seen.rows.first().is_some_and(|row| row.attempts == 0);
    let invalid = fails && seen.events.is_empty() && uncounted;
    let bound = task_bound(seen);
    let reached = |which| bound.filter(|(bound, _)| *bound == which).map(|(_, ms)| ms);
    TaskCommand {
        max_attempts,
        timeout_ms: seen.timeout_ms.or_else(|| reached(TimeBound::Runtime)),
        max_queued_ms: seen.bounds.queued_ms.or_else(|| reached(TimeBound::Queue)),
        deadline_ms: seen.bounds.deadline_ms.or_else(|| reached(TimeBound::Deadline)),
        // A factor without a cap nobody can ask for, and a resource may have it all the same.
        backoff: seen.bounds.backoff.map(|backoff| {
            let cap_ms = backoff.cap_ms.or_else(|| backoff.factor.filter(|factor| *factor > 1.0).map(|_| UNCAPPED_MS));
            Box::new(BackoffCommand { cap_ms, ..backoff })
        }),
        missing: invalid.then(|| vec![SpecField::TaskTemplate]),
        ..TaskCommand::default()
    }
}

pub(super) fn condition(seen: &SeenAction) -> ConditionCommand {
    let failed = |phase| phase == ActionPhase::Failed;
    let invalid = seen.rows.iter().any(|row| failed(row.phase)) || seen.events.iter().any(|event| failed(event.phase));
    let signalled = seen.signal.as_ref().and_then(|(value, _)| value.as_ref()).map(|value| match value {
        ValueCommand::Bool(_) => ValueType::Bool,
        ValueCommand::Int(_) => ValueType::Int,
        ValueCommand::Float(_) => ValueType::Float,
        ValueCommand::String(_) => ValueType::Text,
    });
    ConditionCommand {
        value_type: signalled.or(seen.value_type).unwrap_or(ValueType::Bool),
        timeout_ms: seen.timeout_ms.or_else(|| time_to_signal(seen)),
        prompt: seen.prompt.clone(),
        // Nothing else makes a condition fail and leaves it a row.
        invalid: None,
        empty: invalid.then_some(true),
    }
}

pub(super) fn trace(seen: &SeenAction) -> TraceCommand {
    let last = seen.rows.last().map(|row| row.phase).or_else(|| seen.events.last().map(|event| event.phase));
    TraceCommand { phase: last.filter(|phase| *phase != ActionPhase::Succeeded) }
}

/// When the action was created, as far as is known.
fn created(seen: &SeenAction) -> Option<Time> {
    seen.rows.first().and_then(|row| row.created_at).or_else(|| seen.events.first()?.at)
}

fn span(since: Option<Time>, until: Option<Time>) -> Option<u64> {
    Some(until?.since(since?)).filter(|ms| *ms > 0)
}

/// The time that a condition must have had, if it timed out.
fn time_to_signal(seen: &SeenAction) -> Option<u64> {
    let timed_out = seen.events.iter().find(|event| event.phase == ActionPhase::TimedOut);
    let row = || seen.rows.iter().find(|row| row.phase == ActionPhase::TimedOut)?.ended_at;
    span(created(seen), timed_out.map_or_else(row, |event| event.at))
}

/// The bound that must have been reached, if an attempt timed out: of the queue if it never began to run, of all attempts
/// if it was the last although more were promised, or if another attempt ran longer, else of its time in RUNNING.
fn task_bound(seen: &SeenAction) -> Option<(TimeBound, u64)> {
    let Some(end) = seen.events.iter().find(|event| event.phase == ActionPhase::TimedOut) else {
        let row = seen.rows.iter().find(|row| row.phase == ActionPhase::TimedOut)?;
        return Some((TimeBound::Runtime, span(created(seen), row.ended_at)?));
    };
    let first = |attempt: u32, phases: &[ActionPhase]| {
        let meant = |event: &&SeenEvent| event.attempt == attempt && phases.contains(&event.phase);
        seen.events.iter().find(meant).and_then(|event| event.at)
    };
    let began = |attempt: u32| first(attempt, &[ActionPhase::Running]);
    let is_last = seen.max_attempts.is_some_and(|max| end.attempt < max)
        && seen.events.iter().all(|event| event.attempt <= end.attempt);
    if is_last {
        return Some((TimeBound::Deadline, span(created(seen), end.at)?));
    }
    if first(end.attempt, &[ActionPhase::Initializing, ActionPhase::Running]).is_none() {
        let queued = first(end.attempt, &[ActionPhase::Queued]).filter(|_| end.attempt > 1);
        return Some((TimeBound::Queue, span(queued.or(created(seen)), end.at)?));
    }
    let bound = span(began(end.attempt), end.at)?;
    let longer = |event: &SeenEvent| {
        event.phase.is_terminal() && span(began(event.attempt), event.at).is_some_and(|ms| ms > bound)
    };
    if seen.events.iter().any(longer) {
        return Some((TimeBound::Deadline, span(created(seen), end.at)?));
    }
    Some((TimeBound::Runtime, bound))
}

pub(super) fn plugin(
    seen: &SeenAction,
    phase: PluginPhase,
    version: u32,
    error: Option<&(ErrorKind, String)>,
) -> Command {
    let fails = matches!(phase, PluginPhase::RetryableFailure | PluginPhase::PermanentFailure);
    // The end of an action is told beside its attempts as well.
    let error = error.or(seen.error.as_ref().filter(|_| phase == PluginPhase::PermanentFailure));
    let error = error.filter(|_| fails).map(|(kind, message)| ErrorCommand {
        // The code does not travel with an event.
        code: "Unknown".to_owned(),
        kind: *kind,
        message: message.chars().take(MESSAGE_MAX).collect(),
        length: u32::try_from(message.chars().count()).ok().filter(|length| *length as usize > MESSAGE_MAX),
    });
    let version = Some(version).filter(|version| *version > 0);
    let result = Some(ResultCommand { version, error, ..ResultCommand::of(phase) });
    Command::Plugin { action: seen.id.clone(), result, failure: None }
}

pub(super) fn request(seen: &SeenAction) -> Command {
    let reason = seen.abort_reason.as_deref().and_then(given);
    if seen.name == ROOT_ACTION {
        Command::AbortRun { run: seen.run.clone(), reason }
    } else {
        Command::AbortAction { action: seen.id.clone(), reason }
    }
}

pub(super) fn reply(seen: &SeenAction) -> Command {
    Command::AbortReply { action: seen.id.clone(), reply: AbortReply::Ok, draw_ms: None }
}
