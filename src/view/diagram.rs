//! The state diagram, declared: which changes of the recorded phase there are under a rule set, and by which rule.

use super::event::SourceView;
use crate::model::policy::{
    AbortOfEnded, AbortedPhase, Deadline, Guard, Promotion, QueuedTimeout, Recovery, Retry, TaskTimeout, TracePhase,
    Waiting, Watch,
};
use crate::model::setup::nearest;
use crate::model::{ActionKind, ActionPhase, Rule, Rules};
use crate::rules::admit;
use ActionPhase::{
    Aborted, Failed, Initializing, Paused, Queued, Recovered, Running, Succeeded, TimedOut, WaitingForResources,
};
use serde::Serialize;

/// The diagram of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagram {
    /// The nearer rule set.
    pub rules: &'static str,
    /// The phases, in the order of their numbers.
    pub states: Vec<State>,
    /// The changes, in the order of the lifecycle.
    pub edges: Vec<Edge>,
}

/// A phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// Which.
    pub phase: ActionPhase,
    /// Whether nothing follows but a retry.
    pub terminal: bool,
    /// Whether it counts as a success.
    pub success: bool,
    /// Whether a row may be created in it.
    pub initial: bool,
    /// What it means.
    pub sentence: &'static str,
}

/// A change of the recorded phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Before; `None`: the row is created.
    pub from: Option<ActionPhase>,
    /// After.
    pub to: ActionPhase,
    /// The rule that decides it.
    pub rule: &'static str,
    /// A few words.
    pub label: &'static str,
    /// Why.
    pub sentence: &'static str,
    /// For which kinds of action.
    pub kinds: Vec<ActionKind>,
    /// Where upstream decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceView>,
}

const TASK: &[ActionKind] = &[ActionKind::Task];
const CONDITION: &[ActionKind] = &[ActionKind::Condition];
const TRACE: &[ActionKind] = &[ActionKind::Trace];
const RUNNABLE: &[ActionKind] = &[ActionKind::Task, ActionKind::Condition];

/// The diagram under `rules`.
pub fn diagram(rules: &Rules) -> Diagram {
    let mut edges = edges(rules);
    // Which edges there are is declared; which of them the row takes is the guard's, but for an abort, which asks nobody.
    edges.retain(|edge| {
        let asked = edge.from.filter(|_| edge.rule != Rule::AbortRequested.name());
        asked.is_none_or(|from| admit(from, edge.to, rules.guard).admitted)
    });
    let initial = |phase| edges.iter().any(|edge| edge.from.is_none() && edge.to == phase);
    let states = ActionPhase::ALL
        .iter()
        .map(|&phase| State {
            phase,
            terminal: phase.is_terminal(),
            success: phase.is_success(),
            initial: initial(phase),
            sentence: sentence(phase),
        })
        .collect();
    Diagram { rules: nearest(rules).0, states, edges }
}

const fn sentence(phase: ActionPhase) -> &'static str {
    match phase {
        ActionPhase::Unspecified => "Nothing is known.",
        Queued => "Accepted, and waiting to be looked at.",
        WaitingForResources => "Waits for resources to be allocated.",
        Initializing => "The environment is being set up.",
        Running => "The user's code runs.",
        Succeeded => "Ended well.",
        Failed => "Ended with an error, for good or until the next attempt.",
        Aborted => "Stopped on request.",
        TimedOut => "Out of time, for good or until the next attempt.",
        Paused => "Waits for a signal.",
        Recovered => "Taken over from an earlier run; counts as a success.",
    }
}

fn edges(rules: &Rules) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut edge = |from, to, rule: Rule, label, kinds: &[ActionKind]| {
        edges.push(Edge {
            from,
            to,
            rule: rule.name(),
            label,
            sentence: rule.sentence(),
            kinds: kinds.to_vec(),
            source: SourceView::of(rule),
        });
    };
    edge(None, Queued, Rule::RunCreated, "create run", TASK);
    edge(None, Queued, Rule::ActionRecorded, "enqueue", RUNNABLE);
    if rules.recovery != Recovery::Nothing {
        edge(None, Recovered, Rule::RecoveredRecorded, "recover", TASK);
    }
    match rules.trace_phase {
        TracePhase::Succeeded => edge(None, Succeeded, Rule::TraceSucceeded, "trace", TRACE),
        TracePhase::AsReported => {
            for &phase in ActionPhase::ALL.iter().filter(|phase| phase.is_terminal()) {
                edge(None, phase, Rule::TraceRecorded, "trace", TRACE);
            }
        }
    }
    let waits = rules.waiting == Waiting::Recorded;
    let active: Vec<ActionPhase> = [Queued, WaitingForResources, Initializing, Running]
        .into_iter()
        .filter(|phase| waits || *phase != WaitingForResources)
        .collect();
    for (place, &from) in active.iter().enumerate() {
        for &to in active.iter().skip(place + 1) {
            let label = match to {
                WaitingForResources => "waits for resources",
                Initializing => "initializing",
                _ => "running",
            };
            edge(Some(from), to, Rule::PluginReported, label, TASK);
        }
    }
    for &from in &active {
        edge(Some(from), Succeeded, Rule::PluginSucceeded, "success", TASK);
        if rules.retry == Retry::Recorded {
            edge(Some(from), Failed, Rule::AttemptFailed, "attempt failed", TASK);
        }
        edge(Some(from), Failed, Rule::RetriesExhausted, "retries exhausted", TASK);
        edge(Some(from), Failed, Rule::PluginFailedPermanently, "permanent failure", TASK);
        edge(Some(from), Failed, Rule::SystemFailureCeiling, "system failures", TASK);
        edge(Some(from), Failed, Rule::NonRetryableCode, "error that stays", TASK);
        match rules.aborted_phase {
            AbortedPhase::Aborted => edge(Some(from), Aborted, Rule::PluginReportedAborted, "plugin aborted", TASK),
            AbortedPhase::Failed => edge(Some(from), Failed, Rule::PluginReportedAborted, "plugin aborted", TASK),
        }
    }
    edge(Some(Queued), Failed, Rule::ValidationFailed, "invalid spec", TASK);
    if rules.task_timeout == TaskTimeout::Enforced {
        if rules.retry == Retry::Recorded {
            edge(Some(Running), TimedOut, Rule::AttemptTimedOut, "attempt timed out", TASK);
        }
        edge(Some(Running), TimedOut, Rule::TimeoutFinal, "out of time", TASK);
    }
    if rules.queued_timeout == QueuedTimeout::Enforced {
        for &from in active.iter().filter(|phase| **phase < Initializing) {
            if rules.retry == Retry::Recorded {
                edge(Some(from), TimedOut, Rule::AttemptTimedOut, "queued too long", TASK);
            }
            edge(Some(from), TimedOut, Rule::TimeoutFinal, "queued too long", TASK);
        }
    }
    if rules.deadline == Deadline::Enforced {
        for &from in &active {
            edge(Some(from), TimedOut, Rule::DeadlineExceeded, "deadline", TASK);
        }
    }
    let tasks_time_out = rules.task_timeout == TaskTimeout::Enforced
        || rules.queued_timeout == QueuedTimeout::Enforced
        || rules.deadline == Deadline::Enforced;
    if rules.retry == Retry::Recorded {
        edge(Some(Failed), Queued, Rule::ResetToQueued, "next attempt", TASK);
        edge(Some(TimedOut), Queued, Rule::ResetToQueued, "next attempt", TASK);
    }
    if rules.promotion == Promotion::ResetsAttempts {
        for from in [Queued, Initializing, Failed, TimedOut] {
            // A parent is a task, which times out only where something reads its timeout.
            if from != TimedOut || tasks_time_out {
                edge(Some(from), Running, Rule::ParentPromoted, "child seen", TASK);
            }
        }
    }
    edge(Some(Queued), Paused, Rule::ConditionPaused, "waits for signal", CONDITION);
    for from in [Queued, Paused] {
        edge(Some(from), Succeeded, Rule::SignalReceived, "signal", CONDITION);
        edge(Some(from), TimedOut, Rule::DeadlinePassed, "deadline", CONDITION);
    }
    edge(Some(Queued), Failed, Rule::ConditionSpecInvalid, "invalid spec", CONDITION);
    for &from in active.iter().chain(&[Paused]) {
        let kinds = match from {
            Queued => RUNNABLE,
            Paused => CONDITION,
            _ => TASK,
        };
        edge(Some(from), Aborted, Rule::AbortRequested, "abort", kinds);
        edge(Some(from), Aborted, Rule::DeletionEndsAborted, "ancestor aborted", kinds);
    }
    if rules.watch == Watch::Latest {
        // What was not told before the resource was deleted is told by its deletion.
        for &from in active.iter().chain(&[Paused]) {
            let (kinds, ends) = match from {
                Queued => (RUNNABLE, &[Succeeded, Failed][..]),
                Paused => (CONDITION, &[Succeeded, TimedOut][..]),
                _ => (TASK, &[Succeeded, Failed][..]),
            };
            for &to in ends {
                edge(Some(from), to, Rule::DeletionKeepsEnd, "end told by deletion", kinds);
            }
        }
        let timed = if tasks_time_out { RUNNABLE } else { CONDITION };
        edge(Some(Queued), TimedOut, Rule::DeletionKeepsEnd, "end told by deletion", timed);
    }
    if matches!(rules.guard, Guard::Numeric | Guard::Retryable | Guard::Upstream) {
        // A condition's late news passes the guard over an abort, since its phases have higher numbers.
        edge(Some(Aborted), TimedOut, Rule::DeadlinePassed, "late deadline", CONDITION);
        edge(Some(Aborted), Paused, Rule::ConditionPaused, "late pause", CONDITION);
        if rules.watch == Watch::Latest {
            edge(Some(Aborted), TimedOut, Rule::DeletionKeepsEnd, "late deadline", CONDITION);
        }
    }
    if rules.abort_of_ended == AbortOfEnded::Overwrites {
        for from in [Succeeded, Failed, TimedOut, Recovered]
            .into_iter()
            .filter(|from| *from != Recovered || rules.recovery != Recovery::Nothing)
        {
            edge(
                Some(from),
                Aborted,
                Rule::AbortRequested,
                "abort",
                &[ActionKind::Task, ActionKind::Condition, ActionKind::Trace],
            );
        }
    }
    edges
}
