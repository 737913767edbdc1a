//! What follows when a call between the parts of the control plane fails. Upstream mostly logs such a failure and goes
//! on; the documented rule set sees to it that what was accepted is not lost.

use super::Told;
use super::informer::{RunServiceReply, is_remembered};
use crate::model::policy::{
    Cleanup, ConflictRetry, EnqueueFailure, Events, InBandCheck, LateEnqueue, Listener, LongMessage, LostNews,
    Notification, PlainWrite, RetryCleanup, SignalOfAborted,
};
use crate::model::{ActionPhase, ActionRow, FaultReply, Rule, Rules, Status};

/// Whether the informer's filter takes an action for recorded after `RecordAction` failed in this way, and why
/// (actions/k8s/client.go, `notifyRunService`).
pub const fn record_failed(reply: FaultReply, rules: &Rules) -> (bool, Rule) {
    match rules.in_band_check {
        InBandCheck::Ignored | InBandCheck::NotFound if is_remembered(RunServiceReply::of(Some(reply))) => {
            (true, Rule::RecordLost)
        }
        InBandCheck::Ignored | InBandCheck::NotFound | InBandCheck::Checked => (false, Rule::RecordFailed),
    }
}

/// Whether the informer tells again what the run service did not take, and why (`notifyRunService`): of a resource that
/// is gone there comes no other event.
pub const fn news_failed(deleted: bool, rules: &Rules) -> (bool, Rule) {
    match (rules.lost_news, deleted) {
        (LostNews::ToldAgain, _) => (true, Rule::NewsToldAgain),
        (LostNews::Forgotten, false) => (false, Rule::NewsForgotten),
        (LostNews::Forgotten, true) => (false, Rule::NewsGone),
    }
}

/// Whether news that was on its way is forgotten when the informer lists anew or starts again.
pub const fn is_news_forgotten(rules: &Rules) -> bool {
    !news_failed(false, rules).0
}

/// Whether a plain status write that failed is made again (taskaction_controller.go, `recordSystemError` and the
/// validation in `reconcileTask`).
pub const fn plain_write_failed(decision: Rule, rules: &Rules) -> (bool, Rule) {
    match rules.plain_write {
        PlainWrite::Retried => (true, Rule::PlainWriteRetried),
        PlainWrite::InvalidSpecRetried if !matches!(decision, Rule::SystemFailureTolerated) => {
            (true, Rule::PlainWriteRetried)
        }
        PlainWrite::Swallowed | PlainWrite::InvalidSpecRetried => (false, Rule::PlainWriteSwallowed),
    }
}

/// Why the API server refuses a status, if it does: the text of an error goes into a condition as it is, and the
/// resource's definition limits it there (taskaction_controller.go, `mapPhaseToConditions`).
pub fn refuses_status(status: &Status, rules: &Rules) -> Option<Rule> {
    match rules.long_message {
        LongMessage::Refused if status.conditions.iter().any(|condition| condition.message.is_long()) => {
            Some(Rule::StatusTooLong)
        }
        LongMessage::Refused | LongMessage::Cut => None,
    }
}

/// Whether the resource of an accepted run is created again after that failed (run_service.go, `CreateRun`).
pub const fn enqueue_failed(rules: &Rules) -> (bool, Rule) {
    match rules.enqueue_failure {
        EnqueueFailure::Retried => (true, Rule::EnqueueRetried),
        EnqueueFailure::Swallowed => (false, Rule::EnqueueSwallowed),
    }
}

/// Why the resource of a run is not created, if it is not: the run has ended while it waited (`CreateRun`).
pub fn refuses_late_enqueue(row: &ActionRow, rules: &Rules) -> Option<Rule> {
    match rules.late_enqueue {
        LateEnqueue::Checked => row.phase.is_terminal().then_some(Rule::RefusesLateEnqueue),
        LateEnqueue::Unchecked => None,
    }
}

/// The event that tells how a run ended which never had a resource to tell it, if every ending is to have one.
/// `is_told` is whether the log has an event of it: then a resource has been there.
pub fn tells_late_end(row: &ActionRow, is_told: bool, rules: &Rules) -> Option<Told> {
    let told = Told { cache_status: row.cache_status, ..Told::of(row.attempts, row.phase) };
    (rules.events == Events::EveryPhase && !is_told).then_some(told)
}

/// Whether a retry waits when the attempt before it could not be stopped (taskaction_controller.go, `reconcileTask`).
pub const fn abort_failed(rules: &Rules) -> (bool, Rule) {
    match rules.retry_cleanup {
        RetryCleanup::Awaited => (true, Rule::RetryHeld),
        RetryCleanup::Ignored => (false, Rule::PluginAbortIgnored),
    }
}

/// Whether a deletion waits when no context can be built with which the plugin is told to clean up
/// (taskaction_controller.go, `handleAbortAndFinalize`).
pub const fn cleanup_impossible(rules: &Rules) -> (bool, Rule) {
    match rules.cleanup {
        Cleanup::Awaited => (true, Rule::DeletionHeld),
        Cleanup::Skipped => (false, Rule::CleanupSkipped),
    }
}

/// Whether a decision that conflicts with what somebody else wrote is made anew (taskaction_controller.go,
/// `updateTaskActionStatus`; taskaction_condition.go).
pub const fn decides_anew(rules: &Rules) -> (bool, Rule) {
    match rules.conflict_retry {
        ConflictRetry::DecidesAnew => (true, Rule::ConflictDecidedAnew),
        ConflictRetry::KeepsDecision => (false, Rule::ConflictKeepsDecision),
    }
}

/// Whether those who watch an action are told of a change that found the queue of notifications full
/// (runs/repository/impl/action.go, `notifyActionUpdate`).
pub const fn notification_failed(rules: &Rules) -> (bool, Rule) {
    match rules.notification {
        Notification::Kept => (true, Rule::WakeUpKept),
        Notification::Lost => (false, Rule::WakeUpLost),
    }
}

/// Whether the run service goes on listening for changes after a ping of that connection failed
/// (`processNotifications`).
pub const fn ping_failed(rules: &Rules) -> (bool, Rule) {
    match rules.listener {
        Listener::Renewed => (true, Rule::ListenerRenewed),
        Listener::GivenUp => (false, Rule::ListenerGivenUp),
    }
}

/// Why a signal is refused although the resource would take it, if it is: the row was aborted (actions/k8s/client.go,
/// `Signal`).
pub fn refuses_signal(row: Option<&ActionRow>, rules: &Rules) -> Option<Rule> {
    let aborted = row.is_some_and(|row| row.phase == ActionPhase::Aborted);
    match rules.signal_of_aborted {
        SignalOfAborted::Refused if aborted => Some(Rule::RefusesSignalAborted),
        SignalOfAborted::Refused | SignalOfAborted::Accepted => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cause, Condition, ConditionStatus, ConditionType, ErrorCode, Message, Reason, TextId};

    /// N18: it is the condition that has no room; the error state beside it has, and so has an event.
    #[test]
    fn a_status_is_refused_for_the_text_of_a_condition_alone() {
        let refused = |message, rules| {
            let failed = Condition {
                kind: ConditionType::Failed,
                status: ConditionStatus::True,
                reason: Reason::PermanentFailure,
                message,
            };
            let mut status = Status::default();
            status.conditions = status.conditions.with(failed);
            refuses_status(&status, &rules)
        };
        let text = TextId::EXIT_CODE;
        let of_system = |cause| Message::SystemFailures(4, TextId::CONTAINER, cause);
        for (message, long) in [
            (Message::LongText(text), true),
            (Message::Text(text), false),
            (of_system(Cause::Long(ErrorCode::Unknown, text)), true),
            (of_system(Cause::Coded(ErrorCode::Unknown, text)), false),
        ] {
            assert_eq!(refused(message, Rules::upstream()).is_some(), long, "{message:?}");
            assert_eq!(refused(message, Rules::documented()), None);
        }
        let error = crate::model::ErrorState {
            code: ErrorCode::Unknown,
            kind: crate::model::ErrorKind::User,
            message: Message::LongText(text),
        };
        assert_eq!(refuses_status(&Status { error: Some(error), ..Status::default() }, &Rules::upstream()), None);
    }

    /// flyte-facts S05, S06, S07, S22, N7, S08, N19, N5 and N21, in this order.
    #[test]
    fn documented_loses_nothing_and_upstream_does() {
        let (documented, upstream) = (Rules::documented(), Rules::upstream());
        assert_eq!(record_failed(FaultReply::Rejected, &upstream), (true, Rule::RecordLost));
        assert_eq!(record_failed(FaultReply::Rejected, &documented), (false, Rule::RecordFailed));
        assert_eq!(record_failed(FaultReply::Error, &upstream), (false, Rule::RecordFailed));
        for (documented, upstream) in [
            (enqueue_failed(&documented), enqueue_failed(&upstream)),
            (
                plain_write_failed(Rule::ValidationFailed, &documented),
                plain_write_failed(Rule::ValidationFailed, &upstream),
            ),
            (news_failed(false, &documented), news_failed(false, &upstream)),
            (news_failed(true, &documented), news_failed(true, &upstream)),
            (decides_anew(&documented), decides_anew(&upstream)),
            (notification_failed(&documented), notification_failed(&upstream)),
            (ping_failed(&documented), ping_failed(&upstream)),
            (cleanup_impossible(&documented), cleanup_impossible(&upstream)),
        ] {
            assert!(documented.0 && !upstream.0, "{documented:?} {upstream:?}");
        }
        let aborted = ActionRow::new(ActionPhase::Aborted, 1, crate::model::Time(0));
        assert_eq!(refuses_late_enqueue(&aborted, &documented), Some(Rule::RefusesLateEnqueue));
        assert_eq!(refuses_late_enqueue(&aborted, &upstream), None);
        let told = |is_told, rules| tells_late_end(&aborted, is_told, rules).map(|told| (told.attempt, told.phase));
        assert_eq!(told(false, &documented), Some((1, ActionPhase::Aborted)));
        assert_eq!((told(true, &documented), told(false, &upstream)), (None, None));
        assert_eq!(refuses_signal(Some(&aborted), &documented), Some(Rule::RefusesSignalAborted));
        assert_eq!(refuses_signal(Some(&aborted), &upstream), None);
    }
}
