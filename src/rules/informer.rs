//! What the actions service's informer makes of a resource (actions/k8s/client.go): whether it looks at it at all
//! (`shouldSkipTaskAction`, `dispatchEvent`), what update it builds (`buildActionUpdate`), and what it tells the run
//! service (`notifyRunService`).

use super::phases::reported_phase;
use super::task::is_reset_due;
use super::update::Update;
use crate::model::policy::{InBandCheck, Promotion, ReportedAttempts, UnreadableSpec, Watch};
use crate::model::{
    ActionKind, ActionPhase, ConditionSpec, FaultReply, Rule, Rules, Spec, SpecField, Status, TaskAction, Time,
};

/// What a resource's status tells the run service, before it is known whether the resource still exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reported {
    /// The phase.
    pub phase: ActionPhase,
    /// Whether the phase is the action's last: a documented retry tells FAILED or TIMED_OUT before it goes on.
    pub ends: bool,
}

impl Reported {
    /// Whether those who watch children hear of it: not of an end after which the action goes on.
    pub const fn is_heard(self) -> bool {
        self.ends || !self.phase.is_terminal()
    }
}

/// What the status tells (`GetPhaseFromConditions`): the list order of the conditions decides, so a resource whose
/// Failed condition stands behind a Progressing one that is True has not ended for anybody who listens.
pub fn reported(status: &Status, rules: &Rules) -> Reported {
    let phase = reported_phase(status, rules);
    Reported { phase, ends: phase.is_terminal() && !is_reset_due(status, rules) }
}

/// The phase of the update, and the rule that decided it if the resource is deleted (`buildActionUpdate`).
pub const fn update_phase(reported: Reported, deleted: bool) -> (ActionPhase, Option<Rule>) {
    match (deleted, reported.ends) {
        (false, _) => (reported.phase, None),
        (true, true) => (reported.phase, Some(Rule::DeletionKeepsEnd)),
        (true, false) => (ActionPhase::Aborted, Some(Rule::DeletionEndsAborted)),
    }
}

/// The name that people see: the one given, else the last part of the template's (`extractShortNameFromTemplate`).
/// Both may be empty.
pub fn short_name<'a>(given: &'a str, template: &'a str) -> &'a str {
    if given.is_empty() { template.rsplit('.').next().unwrap_or_default() } else { given }
}

/// Why the resource is not looked at, if it is not: its end was recorded (`shouldSkipTaskAction`). This holds for its
/// deletion as well.
pub const fn skipped(cr: &TaskAction) -> Option<Rule> {
    if cr.recorded { Some(Rule::RecordedNotForwarded) } else { None }
}

/// Whether each status is told that was ever written; else a watch tells only the newest one that is there.
pub const fn sees_every_status(rules: &Rules) -> bool {
    matches!(rules.watch, Watch::EveryStatus)
}

/// How often the informer takes up all resources anew, in milliseconds: the default of controller-runtime, since upstream
/// sets no `SyncPeriod` (executor/cmd/main.go, `NewManager`). Its jitter of a tenth is left out.
pub const RESYNC_MS: u64 = 36_000_000;

/// Whether an event gets a place in the line (`dispatchEvent`): each deletion does, with the object as it was; another
/// event only if none of that object waits, since whoever takes it looks at the newest object.
pub const fn is_dispatched(deleted: bool, update_waits: bool) -> bool {
    deleted || !update_waits
}

/// What the run service is told the action is, when it is first recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedSpec {
    /// A task.
    Task,
    /// A condition.
    Condition,
    /// Nothing: the condition's spec does not decode, or there is no task type.
    Nothing,
}

/// What the run service is told the action is (`notifyRunService`).
pub fn recorded_spec(spec: &Spec) -> RecordedSpec {
    match (spec.kind, spec.condition_spec) {
        (ActionKind::Condition, ConditionSpec::Undecodable) => RecordedSpec::Nothing,
        (ActionKind::Condition, ConditionSpec::Valid | ConditionSpec::Empty) => RecordedSpec::Condition,
        (ActionKind::Task | ActionKind::Trace, _) if spec.missing.iter().any(|field| field == SpecField::TaskType) => {
            RecordedSpec::Nothing
        }
        (ActionKind::Task | ActionKind::Trace, _) => RecordedSpec::Task,
    }
}

/// Why the run service rejects the record of an action with this spec, if it does (`RecordAction`).
pub fn refuses_record(spec: &Spec, rules: &Rules) -> Option<Rule> {
    match rules.unreadable_spec {
        UnreadableSpec::Rejected if recorded_spec(spec) == RecordedSpec::Nothing => Some(Rule::RefusesUnknownSpec),
        UnreadableSpec::Rejected | UnreadableSpec::Recorded => None,
    }
}

/// What the informer's filter knows of an action when an event of it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The filter holds it, so it was recorded. The filter is one process's and lossy: it may have forgotten.
    pub known: bool,
    /// The resource is gone.
    pub deleted: bool,
    /// It has a parent.
    pub has_parent: bool,
}

/// The update of the parent at the first sign of a child (`notifyRunService`), whether recording the child worked or
/// not. It carries no attempts, no cache status and no start.
pub const fn parent_update(notice: Notice, rules: &Rules) -> Option<Update> {
    match rules.promotion {
        Promotion::ResetsAttempts if !notice.known && !notice.deleted && notice.has_parent => Some(Update {
            phase: ActionPhase::Running,
            attempts: 0,
            cache_status: 0,
            start: None,
            end: None,
            resets: false,
        }),
        Promotion::ResetsAttempts | Promotion::None => None,
    }
}

/// The update of the action's own row, or why there is none (`notifyRunService`). The start is the resource's creation,
/// which only ever moves the row's back; an end is left to the run service's clock.
pub fn status_update(
    phase: ActionPhase,
    status: &Status,
    created_at: Option<Time>,
    rules: &Rules,
) -> Result<Update, Rule> {
    if phase == ActionPhase::Unspecified {
        return Err(Rule::UnspecifiedNotForwarded);
    }
    let attempts = match rules.reported_attempts {
        ReportedAttempts::AtLeastOne => status.observed_attempts(),
        ReportedAttempts::AsStored => status.attempts,
    };
    // What the executor has Queued again with a later attempt, it has reset.
    let resets = phase == ActionPhase::Queued && status.attempts > 1;
    Ok(Update { phase, attempts, cache_status: status.cache_status, start: created_at, end: None, resets })
}

/// What the run service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunServiceReply {
    /// All is well. It is also the answer to an update which the row's guard has refused.
    Ok,
    /// The call got through, but a status inside the reply says that the store failed.
    Rejected,
    /// The call failed.
    Error,
}

impl RunServiceReply {
    /// The reply to a call that went wrong in this way, or did not.
    pub const fn of(fault: Option<FaultReply>) -> RunServiceReply {
        match fault {
            None => RunServiceReply::Ok,
            Some(FaultReply::Rejected) => RunServiceReply::Rejected,
            Some(_) => RunServiceReply::Error,
        }
    }
}

/// Whether an update of a row that is not there has the informer record the action again (#7812).
pub const fn records_what_is_missing(rules: &Rules) -> bool {
    matches!(rules.in_band_check, InBandCheck::NotFound)
}

/// Whether the informer's filter learns the action from the answer to `RecordAction` (`notifyRunService`): nobody looks
/// inside the reply, so a record that the store has lost is not sent again by this process.
pub const fn is_remembered(reply: RunServiceReply) -> bool {
    matches!(reply, RunServiceReply::Ok | RunServiceReply::Rejected)
}

/// Whether the resource is labelled as recorded once the run service has answered (`notifyRunService`,
/// `markTerminalStatusRecorded`): its end was taken, it still exists, and it has no such label yet.
pub const fn is_marked_recorded(reported: Reported, deleted: bool, reply: RunServiceReply, cr: &TaskAction) -> bool {
    reported.ends && !deleted && matches!(reply, RunServiceReply::Ok) && !cr.recorded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Condition, ConditionStatus, ConditionType, Message, Reason};

    fn condition(kind: ConditionType, reason: Reason) -> Condition {
        Condition { kind, status: ConditionStatus::True, reason, message: Message::Empty }
    }

    /// findings.md 6 and 54: the phase counts, not whether some condition ended the resource.
    #[test]
    fn deletion_forces_aborted_unless_the_phase_is_terminal() {
        let mut status = Status::default();
        let tell = |status: &Status, rules: &Rules| update_phase(reported(status, rules), true);
        let aborted = (ActionPhase::Aborted, Some(Rule::DeletionEndsAborted));
        assert_eq!(tell(&status, &Rules::upstream()), aborted);
        status.conditions = status.conditions.with(condition(ConditionType::Progressing, Reason::Executing));
        status.conditions = status.conditions.with(condition(ConditionType::Failed, Reason::PermanentFailure));
        assert!(status.conditions.is_terminal());
        assert_eq!(tell(&status, &Rules::upstream()), aborted);
        status.conditions = Default::default();
        status.conditions = status.conditions.with(condition(ConditionType::Failed, Reason::TimedOut));
        let kept = (ActionPhase::TimedOut, Some(Rule::DeletionKeepsEnd));
        assert_eq!(tell(&status, &Rules::upstream()), kept);
        assert_eq!(tell(&status, &Rules::documented()), kept);
    }

    /// findings.md 7, 12 and 53, and `notifyRunService`.
    #[test]
    fn the_first_sign_of_a_child_promotes_and_only_an_accepted_end_is_labelled() {
        let rules = Rules::upstream();
        let first = Notice { known: false, deleted: false, has_parent: true };
        let parent = parent_update(first, &rules).map(|update| (update.phase, update.attempts, update.start));
        assert_eq!(parent, Some((ActionPhase::Running, 0, None)));
        assert_eq!(parent_update(Notice { known: true, ..first }, &rules), None);
        assert_eq!(parent_update(Notice { deleted: true, ..first }, &rules), None);
        assert_eq!(parent_update(first, &Rules::documented()), None);
        let cr = TaskAction::default();
        let end = Reported { phase: ActionPhase::Succeeded, ends: true };
        assert!(is_marked_recorded(end, false, RunServiceReply::Ok, &cr));
        assert!(!is_marked_recorded(end, true, RunServiceReply::Ok, &cr));
        assert!(!is_marked_recorded(end, false, RunServiceReply::Rejected, &cr));
        assert!(!is_marked_recorded(end, false, RunServiceReply::Ok, &TaskAction { recorded: true, ..cr }));
        assert!(is_remembered(RunServiceReply::Rejected) && !is_remembered(RunServiceReply::Error));
    }

    /// A documented retry tells FAILED before the reset; a resource deleted in between ends ABORTED all the same.
    #[test]
    fn a_failed_attempt_is_no_end_while_another_follows() {
        let mut status = Status::default();
        status.conditions = status.conditions.with(condition(ConditionType::Progressing, Reason::RetryableFailure));
        let rules = Rules::documented();
        assert_eq!(reported(&status, &rules), Reported { phase: ActionPhase::Failed, ends: false });
        assert_eq!(update_phase(reported(&status, &rules), true).0, ActionPhase::Aborted);
        assert_eq!(reported(&status, &Rules::upstream()), Reported { phase: ActionPhase::Unspecified, ends: false });
    }
}
