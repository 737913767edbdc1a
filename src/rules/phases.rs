//! From what the plugin reports to status conditions, events and the recorded phase: `phaseToActionPhase` and
//! `mapPhaseToConditions` (taskaction_controller.go), `GetPhaseFromConditions` (actions/k8s/client.go).

use crate::model::policy::{AbortedPhase, Retry, Waiting};
use crate::model::{
    ActionPhase, Condition, ConditionStatus, ConditionType, Conditions, Message, PluginPhase, Reason, Report, Rules,
    Status,
};

/// The phase of the action event for what the plugin reports (`phaseToActionPhase`).
pub const fn event_phase(plugin: PluginPhase) -> ActionPhase {
    match plugin {
        PluginPhase::NotReady | PluginPhase::Queued => ActionPhase::Queued,
        PluginPhase::WaitingForResources | PluginPhase::WaitingForCache => ActionPhase::WaitingForResources,
        PluginPhase::Initializing => ActionPhase::Initializing,
        PluginPhase::Running => ActionPhase::Running,
        PluginPhase::Success => ActionPhase::Succeeded,
        PluginPhase::RetryableFailure | PluginPhase::PermanentFailure => ActionPhase::Failed,
        PluginPhase::Aborted => ActionPhase::Aborted,
        PluginPhase::Undefined => ActionPhase::Unspecified,
    }
}

/// The status conditions, history entry and error state after a report (`mapPhaseToConditions`).
pub fn map_phase_to_conditions(mut status: Status, report: &Report) -> (Status, Option<(Reason, Message)>) {
    let reported = report.reason;
    let failure = report.error.map_or(reported, |error| error.message);
    let (name, message) = match report.phase {
        PluginPhase::NotReady
        | PluginPhase::Queued
        | PluginPhase::WaitingForResources
        | PluginPhase::WaitingForCache => (Reason::Queued, reported),
        PluginPhase::Initializing => (Reason::Initializing, reported),
        PluginPhase::Running => (Reason::Executing, reported),
        PluginPhase::Success => (Reason::Completed, Message::CompletedSuccessfully),
        PluginPhase::PermanentFailure => (Reason::PermanentFailure, failure),
        PluginPhase::RetryableFailure => (Reason::RetryableFailure, failure),
        PluginPhase::Aborted => (Reason::Aborted, Message::WasAborted),
        PluginPhase::Undefined => return (status, None),
    };
    let conditions = status.conditions;
    status.conditions = match name {
        Reason::Completed => ended(conditions, ConditionType::Succeeded, name, Message::HasCompleted, message),
        Reason::PermanentFailure | Reason::Aborted => ended(conditions, ConditionType::Failed, name, message, message),
        Reason::Queued
        | Reason::Initializing
        | Reason::Executing
        | Reason::RetryableFailure
        | Reason::Paused
        | Reason::Signaled
        | Reason::TimedOut
        | Reason::InvalidSpec
        | Reason::PluginNotFound => progressing(conditions, name, message),
    };
    if matches!(report.phase, PluginPhase::PermanentFailure | PluginPhase::RetryableFailure) && report.error.is_some() {
        status.error = report.error;
    }
    let history = append_history(&mut status, name, message);
    (status, history)
}

/// Progressing=True with that reason.
pub(crate) fn progressing(conditions: Conditions, reason: Reason, message: Message) -> Conditions {
    conditions.with(Condition { kind: ConditionType::Progressing, status: ConditionStatus::True, reason, message })
}

/// Progressing=False, then the terminal condition True.
pub(crate) fn ended(
    conditions: Conditions,
    kind: ConditionType,
    reason: Reason,
    progress: Message,
    message: Message,
) -> Conditions {
    conditions
        .with(Condition { kind: ConditionType::Progressing, status: ConditionStatus::False, reason, message: progress })
        .with(Condition { kind, status: ConditionStatus::True, reason, message })
}

/// The entry for the phase history: none if the newest has that name (`appendPhaseHistory`).
pub(crate) fn append_history(status: &mut Status, name: Reason, message: Message) -> Option<(Reason, Message)> {
    if status.last_history == Some(name) {
        return None;
    }
    status.last_history = Some(name);
    Some((name, message))
}

/// The phase that the conditions name, first match in list order (`GetPhaseFromConditions`).
pub fn phase_from_conditions(conditions: &Conditions) -> ActionPhase {
    let said = |c: &Condition| phase_from_condition(c.kind, c.status == ConditionStatus::True, Some(c.reason));
    conditions.iter().find_map(said).unwrap_or(ActionPhase::Unspecified)
}

/// The phase that one condition names, if it names one: its type, whether its status is just "True", and its reason,
/// `None` if that is a word which no rule of upstream's knows.
pub const fn phase_from_condition(kind: ConditionType, holds: bool, reason: Option<Reason>) -> Option<ActionPhase> {
    if !holds {
        return None;
    }
    Some(match (kind, reason) {
        (ConditionType::Succeeded, _) => ActionPhase::Succeeded,
        (ConditionType::Failed, Some(Reason::TimedOut)) => ActionPhase::TimedOut,
        (ConditionType::Failed, _) => ActionPhase::Failed,
        (ConditionType::Progressing, Some(Reason::Queued)) => ActionPhase::Queued,
        (ConditionType::Progressing, Some(Reason::Initializing)) => ActionPhase::Initializing,
        (ConditionType::Progressing, Some(Reason::Executing)) => ActionPhase::Running,
        (ConditionType::Progressing, Some(Reason::Paused)) => ActionPhase::Paused,
        (ConditionType::Progressing, _) => return None,
    })
}

/// The phase that the resource tells the run service: [`phase_from_conditions`], and what the rule set adds to it.
pub fn reported_phase(status: &Status, rules: &Rules) -> ActionPhase {
    let phase = phase_from_conditions(&status.conditions);
    match phase {
        ActionPhase::Queued if rules.waiting == Waiting::Recorded => match status.plugin_phase {
            Some(PluginPhase::WaitingForResources | PluginPhase::WaitingForCache) => ActionPhase::WaitingForResources,
            _ => phase,
        },
        ActionPhase::Failed if rules.aborted_phase == AbortedPhase::Aborted => {
            match status.conditions.find(ConditionType::Failed) {
                Some((_, condition)) if condition.reason == Reason::Aborted => ActionPhase::Aborted,
                _ => phase,
            }
        }
        ActionPhase::Unspecified => phase_before_reset(status, rules).unwrap_or(phase),
        _ => phase,
    }
}

/// How the attempt ended that is recorded before the resource is reset to QUEUED; none where an attempt that is followed
/// by another is recorded nowhere (`resetStatusForRetry`).
pub fn phase_before_reset(status: &Status, rules: &Rules) -> Option<ActionPhase> {
    match rules.retry {
        Retry::Recorded => status.awaits_reset(),
        Retry::InPlace | Retry::Stuck => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TextId;

    /// The table of flyte-facts, "Mapping plugin phase → ActionEvent phase".
    #[test]
    fn every_plugin_phase_has_its_event_phase() {
        let table = [
            "UNSPECIFIED",
            "QUEUED",
            "WAITING_FOR_RESOURCES",
            "QUEUED",
            "INITIALIZING",
            "RUNNING",
            "SUCCEEDED",
            "FAILED",
            "FAILED",
            "WAITING_FOR_RESOURCES",
            "ABORTED",
        ];
        for (plugin, phase) in PluginPhase::ALL.iter().zip(table) {
            assert_eq!(event_phase(*plugin).name(), phase, "{plugin}");
        }
    }

    /// The table of `mapPhaseToConditions`, and of what `GetPhaseFromConditions` makes of it, under both rule sets.
    #[test]
    fn every_plugin_phase_has_its_conditions_and_its_recorded_phase() {
        let queued = ("Progressing=True/Queued", "Queued", "QUEUED");
        let table: [(&str, &str, &str, &str); 11] = [
            ("", "", "UNSPECIFIED", "UNSPECIFIED"),
            (queued.0, queued.1, queued.2, queued.2),
            (queued.0, queued.1, queued.2, "WAITING_FOR_RESOURCES"),
            (queued.0, queued.1, queued.2, queued.2),
            ("Progressing=True/Initializing", "Initializing", "INITIALIZING", "INITIALIZING"),
            ("Progressing=True/Executing", "Executing", "RUNNING", "RUNNING"),
            ("Progressing=False/Completed Succeeded=True/Completed", "Completed", "SUCCEEDED", "SUCCEEDED"),
            ("Progressing=True/RetryableFailure", "RetryableFailure", "UNSPECIFIED", "FAILED"),
            ("Progressing=False/PermanentFailure Failed=True/PermanentFailure", "PermanentFailure", "FAILED", "FAILED"),
            (queued.0, queued.1, queued.2, "WAITING_FOR_RESOURCES"),
            ("Progressing=False/Aborted Failed=True/Aborted", "Aborted", "FAILED", "ABORTED"),
        ];
        for (&plugin, (conditions, history, upstream, documented)) in PluginPhase::ALL.iter().zip(table) {
            let (mut status, entry) = map_phase_to_conditions(Status::default(), &Report::of(plugin, 0));
            status.plugin_phase = Some(plugin);
            let listed: Vec<String> =
                status.conditions.iter().map(|c| format!("{}={}/{}", c.kind, c.status, c.reason)).collect();
            assert_eq!(listed.join(" "), conditions, "{plugin}");
            assert_eq!(entry.map_or("", |(name, _)| name.name()), history, "{plugin}");
            assert_eq!(reported_phase(&status, &Rules::upstream()).name(), upstream, "{plugin}");
            assert_eq!(reported_phase(&status, &Rules::documented()).name(), documented, "{plugin}");
        }
    }

    /// findings.md 6: the first match in list order counts.
    #[test]
    fn list_order_decides_which_condition_speaks() {
        let failed = Condition {
            kind: ConditionType::Failed,
            status: ConditionStatus::True,
            reason: Reason::TimedOut,
            message: Message::Text(TextId(1)),
        };
        let running = progressing(Conditions::default(), Reason::Executing, Message::Empty);
        assert_eq!(phase_from_conditions(&running.with(failed)), ActionPhase::Running);
        assert_eq!(phase_from_conditions(&Conditions::default().with(failed)), ActionPhase::TimedOut);
    }
}
