//! Condition actions (executor/pkg/controller/taskaction_condition.go, `reconcileCondition`).

use super::phases::{append_history, ended, progressing, reported_phase};
use super::{Effects, Reconciled, Told, Write};
use crate::model::policy::Events;
use crate::model::{
    ConditionSpec, ConditionType, ErrorCode, ErrorKind, ErrorState, Message, Reason, Rule, Rules, Spec, TaskAction,
    TextId,
};

/// What the clock and the names have to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionSeen {
    /// Whether the deadline has come.
    pub deadline_passed: bool,
    /// Whole seconds since the creation, rounded half up, for the text.
    pub waited_seconds: u32,
    /// The resource's name, for the text.
    pub name: TextId,
}

/// Why the spec says nothing about a deadline, if it does not (`conditionDeadline`).
const fn spec_error(spec: &Spec, seen: &ConditionSeen) -> Option<Message> {
    match spec.condition_spec {
        ConditionSpec::Valid => None,
        ConditionSpec::Empty => Some(Message::ConditionSpecEmpty(seen.name)),
        ConditionSpec::Undecodable => Some(Message::ConditionSpecUndecodable),
    }
}

/// What the executor does about a condition: the signal first, then the spec, then the deadline, else it waits.
pub fn reconcile_condition(spec: &Spec, cr: &TaskAction, seen: &ConditionSeen, rules: &Rules) -> Reconciled {
    if cr.status.conditions.is_terminal() {
        return super::task::terminal_labels(cr);
    }
    let mut status = cr.status;
    let conditions = status.conditions;
    let (rule, history) = if let Some(signal) = status.signal {
        let message = Message::SignalledBy(signal.by);
        status.conditions = ended(conditions, ConditionType::Succeeded, Reason::Signaled, message, message);
        (Rule::SignalReceived, append_history(&mut status, Reason::Signaled, message))
    } else if let Some(message) = spec_error(spec, seen) {
        status.conditions = ended(conditions, ConditionType::Failed, Reason::InvalidSpec, message, message);
        status.error = Some(ErrorState { code: ErrorCode::InvalidSpec, kind: ErrorKind::User, message });
        (Rule::ConditionSpecInvalid, None)
    } else if seen.deadline_passed {
        let message = Message::ConditionTimedOut(seen.waited_seconds);
        status.conditions = ended(conditions, ConditionType::Failed, Reason::TimedOut, message, message);
        status.error = Some(ErrorState { code: ErrorCode::ConditionTimedOut, kind: ErrorKind::User, message });
        (Rule::DeadlinePassed, append_history(&mut status, Reason::TimedOut, message))
    } else {
        status.conditions = progressing(conditions, Reason::Paused, Message::WaitingForSignal);
        (Rule::ConditionPaused, append_history(&mut status, Reason::Paused, Message::WaitingForSignal))
    };
    if status.conditions == conditions && history.is_none() {
        return Reconciled::nothing(cr.status, Rule::NothingChanged);
    }
    let event = (rules.events == Events::EveryPhase)
        .then(|| Told { error: status.error, ..Told::of(1, reported_phase(&status, rules)) });
    Reconciled {
        status,
        rule,
        write: Write::EventThenStatus,
        history,
        events: [event, None],
        effects: Effects { abort_plugin: false, stamp_labels: status.conditions.is_terminal() },
        failure: None,
        began: None,
    }
}
