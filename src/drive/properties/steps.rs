//! Predicates of a step, each asked of one action. Nearly all of them ask first whether a fact of the step is about it.

use super::Transition;
use super::worlds::{ends, has_timer, is_launched, is_true, resource, row, upwards, was_asked};
use crate::model::{
    ActionId, ActionKind, ActionPhase, Call, Command, ConditionType, Fact, Reason, Rule, TimerKind, What,
};
use crate::rules::events::EventKey;
use crate::rules::watches::closes;
use crate::world::{Action, Resource};

/// The facts of a step about an action.
fn facts<'a>(step: &'a Transition, id: ActionId) -> impl Iterator<Item = &'a Fact> {
    step.facts.iter().filter(move |fact| fact.action == Some(id))
}

/// A change of a row.
struct Change {
    from: Option<ActionPhase>,
    to: ActionPhase,
    /// The row's attempt before; 0 if there was no row.
    old_attempt: u32,
    attempt: u32,
    rule: Rule,
}

/// The changes of an action's row in a step, each with what the row was just before it.
fn changes(step: &Transition, id: ActionId) -> impl Iterator<Item = Change> {
    // One step of immediate delivery may change a row more than once, so attempts are followed through the facts.
    let mut last = None;
    let before = step.before;
    facts(step, id).filter_map(move |fact| {
        let (from, to, attempt) = match fact.what {
            What::RowCreated { phase, attempt } => (None, phase, attempt),
            What::PhaseRecorded { from, to, attempt } => (Some(from), to, attempt),
            What::RowRewritten { phase, attempt } => (Some(phase), phase, attempt),
            _ => return None,
        };
        let known = || before.action(id).and_then(|action| action.row).map_or(0, |row| row.attempts);
        let old_attempt = last.replace(attempt).unwrap_or_else(known);
        Some(Change { from, to, old_attempt, attempt, rule: fact.rule })
    })
}

/// The changes of an action's phase in a step, from one to another.
fn moves(step: &Transition, id: ActionId) -> impl Iterator<Item = (Change, ActionPhase)> {
    changes(step, id).filter_map(|change| change.from.filter(|from| *from != change.to).map(|from| (change, from)))
}

/// The resource of an action before and after a step in which it was not created anew.
fn kept_resource<'a>(step: &'a Transition, id: ActionId) -> Option<(&'a Resource, &'a Resource)> {
    let (_, before) = resource(step.before, id)?;
    let (_, after) = resource(step.after, id)?;
    let is_same = || facts(step, id).all(|fact| fact.what != What::ResourceCreated);
    is_same().then_some((before, after))
}

/// What a step deleted of an action: the action and its resource, as they were before it.
fn deleted<'a>(step: &'a Transition, id: ActionId) -> Option<(&'a Action, &'a Resource)> {
    let is_deleted = facts(step, id).any(|fact| fact.what == What::ResourceDeleted);
    resource(step.before, id).filter(|_| is_deleted)
}

pub(super) fn terminal_stays(step: &Transition, id: ActionId) -> bool {
    moves(step, id).all(|(change, from)| {
        let retry = from.is_retryable() && change.to == ActionPhase::Queued && change.attempt > change.old_attempt;
        !from.is_terminal() || retry
    })
}

pub(super) fn success_stays(step: &Transition, id: ActionId) -> bool {
    moves(step, id).all(|(change, from)| (from, change.to) != (ActionPhase::Succeeded, ActionPhase::Failed))
}

pub(super) fn failure_left_by_retry(step: &Transition, id: ActionId) -> bool {
    // An abort leaves FAILED as well; that is P1's matter.
    moves(step, id).all(|(change, from)| {
        from != ActionPhase::Failed || change.to == ActionPhase::Aborted || change.attempt > change.old_attempt
    })
}

pub(super) fn attempts_rise(step: &Transition, id: ActionId) -> bool {
    changes(step, id).all(|change| change.attempt >= change.old_attempt.max(1))
}

pub(super) fn no_stale_attempt(step: &Transition, id: ActionId) -> bool {
    // Attempt 0 says that nobody counted, which is P4's matter.
    changes(step, id).all(|change| change.attempt == 0 || change.attempt >= change.old_attempt)
}

pub(super) fn pause_entered_alive(step: &Transition, id: ActionId) -> bool {
    moves(step, id).all(|(change, from)| change.to != ActionPhase::Paused || !from.is_terminal())
}

pub(super) fn pause_ends(step: &Transition, id: ActionId) -> bool {
    moves(step, id).all(|(change, from)| from != ActionPhase::Paused || change.to.is_terminal())
}

pub(super) fn abort_was_asked(step: &Transition, id: ActionId) -> bool {
    moves(step, id).filter(|(change, _)| change.to == ActionPhase::Aborted).all(|(change, _)| {
        change.rule == Rule::PluginReportedAborted || upwards(step.after, id).any(|(_, action)| was_asked(action))
    })
}

pub(super) fn trace_as_reported(step: &Transition, id: ActionId) -> bool {
    let Command::Enqueue { trace: Some(trace), .. } = step.command else { return true };
    let asked = trace.phase.unwrap_or(ActionPhase::Succeeded);
    changes(step, id).all(|change| change.from.is_some() || change.to == asked)
}

pub(super) fn signal_counts(step: &Transition, id: ActionId) -> bool {
    // All that can go wrong is told: the signal that comes late, the row's phase, or the status.
    if facts(step, id).next().is_none() {
        return true;
    }
    let signalled = |world| resource(world, id).filter(|(_, resource)| resource.cr.status.signal.is_some());
    let (before, after) = (signalled(step.before), signalled(step.after));
    if before.is_none() && after.is_none() {
        return true;
    }
    let ended = || step.before.action(id).and_then(|action| action.row).is_some_and(|row| row.phase.is_terminal());
    let late = facts(step, id).any(|fact| matches!(fact.what, What::SignalStored { .. })) && ended();
    let counts = |to: ActionPhase| !to.is_terminal() || matches!(to, ActionPhase::Succeeded | ActionPhase::Aborted);
    !late
        && moves(step, id).all(|(change, _)| counts(change.to))
        && after.is_none_or(|(_, resource)| !is_true(resource, ConditionType::Failed))
}

pub(super) fn signal_kept(step: &Transition, id: ActionId) -> bool {
    kept_resource(step, id).is_none_or(|(before, after)| {
        before.cr.status.signal.is_none() || before.cr.status.signal == after.cr.status.signal
    })
}

pub(super) fn one_end(step: &Transition, id: ActionId) -> bool {
    // What fired is its deadline, which is gone then; other timers of the action may well be pending.
    let waits = || has_timer(step.after, id, TimerKind::ConditionDeadline);
    let early = facts(step, id).any(|fact| fact.rule == Rule::DeadlinePassed) && waits();
    let both =
        |resource: &Resource| is_true(resource, ConditionType::Succeeded) && is_true(resource, ConditionType::Failed);
    !early && (facts(step, id).next().is_none() || resource(step.after, id).is_none_or(|(_, after)| !both(after)))
}

pub(super) fn resource_end_stays(step: &Transition, id: ActionId) -> bool {
    kept_resource(step, id).is_none_or(|(before, after)| {
        let conditions = &before.cr.status.conditions;
        !conditions.is_terminal() || *conditions == after.cr.status.conditions
    })
}

pub(super) fn system_failures_rise(step: &Transition, id: ActionId) -> bool {
    kept_resource(step, id).is_none_or(|(before, after)| {
        let (before, after) = (&before.cr.status, &after.cr.status);
        let goes_on = before.observed_attempts() == after.observed_attempts() && !after.conditions.is_terminal();
        !goes_on || after.system_failures >= before.system_failures
    })
}

/// How far an entry of the phase history is in an attempt.
const fn advance(reason: Reason) -> u8 {
    match reason {
        Reason::Queued => 0,
        Reason::Initializing => 1,
        Reason::Executing | Reason::Paused => 2,
        Reason::Completed
        | Reason::RetryableFailure
        | Reason::PermanentFailure
        | Reason::Aborted
        | Reason::Signaled
        | Reason::TimedOut
        | Reason::InvalidSpec
        | Reason::PluginNotFound => 3,
    }
}

pub(super) fn history_advances(step: &Transition, id: ActionId) -> bool {
    let Some((_, before)) = resource(step.before, id) else { return true };
    let status = &before.cr.status;
    let mut newest = status.last_history.map(|name| (status.observed_attempts(), advance(name)));
    facts(step, id).all(|fact| {
        let What::StatusWritten { history: Some((name, _)), attempt, .. } = fact.what else { return true };
        let entry = (attempt.max(1), advance(name));
        newest.replace(entry).is_none_or(|newest| entry > newest)
    })
}

pub(super) fn deletion_is_told(step: &Transition, id: ActionId) -> bool {
    deleted(step, id).is_none_or(|(action, resource)| {
        let attempt = resource.cr.status.observed_attempts();
        action.spec.kind != ActionKind::Task
            || step.after.event_keys(id).iter().any(|key| key.attempt == attempt && ends(key.phase))
    })
}

pub(super) fn ended_deletion_is_silent(step: &Transition, id: ActionId) -> bool {
    deleted(step, id).is_none_or(|(_, resource)| {
        !resource.cr.status.conditions.is_terminal()
            || facts(step, id).all(|fact| !matches!(fact.what, What::EventRecorded { .. }))
    })
}

pub(super) fn first_writer_wins(step: &Transition, id: ActionId) -> bool {
    facts(step, id).all(|fact| {
        let What::EventRecorded { phase, attempt, version, .. } = fact.what else { return true };
        let told = (attempt, phase.number(), version);
        step.before.event_keys(id).iter().all(|key| (key.attempt, key.phase, key.version) != told)
    })
}

pub(super) fn attempts_in_order(step: &Transition, id: ActionId) -> bool {
    facts(step, id).all(|fact| {
        let What::EventRecorded { attempt, .. } = fact.what else { return true };
        step.before.event_keys(id).iter().all(|key| key.attempt <= attempt)
    })
}

pub(super) fn hit_did_not_run(step: &Transition, id: ActionId) -> bool {
    let is_hit = facts(step, id).any(|fact| fact.rule == Rule::CacheHit);
    !is_hit || resource(step.before, id).is_none_or(|(_, resource)| !is_launched(resource))
}

pub(super) fn collected_when_done(step: &Transition, id: ActionId) -> bool {
    if facts(step, id).all(|fact| fact.rule != Rule::GarbageCollected) {
        return true;
    }
    let done = |resource: &Resource| resource.cr.status.conditions.is_terminal();
    let living = |child| resource(step.before, child).is_some_and(|(_, resource)| !done(resource));
    let ended = resource(step.before, id).is_none_or(|(_, resource)| done(resource) && resource.cr.recorded);
    ended && !step.before.children(id).any(living)
}

pub(super) fn no_late_child(step: &Transition, id: ActionId) -> bool {
    if facts(step, id).all(|fact| fact.what != What::ResourceCreated) {
        return true;
    }
    let parent = step.after.action(id).and_then(|action| action.parent);
    !parent.and_then(|parent| step.before.action(parent)).is_some_and(Action::has_ended)
}

pub(super) fn no_promotion(step: &Transition, id: ActionId) -> bool {
    facts(step, id).all(|fact| fact.rule != Rule::ParentPromoted || matches!(fact.what, What::UpdateRefused { .. }))
}

pub(super) fn end_wakes_watches(step: &Transition, id: ActionId) -> bool {
    // The wake-up belongs to the row's write just before it; a later write of the same step tells what the row is.
    let (mut moved, mut unseen) = (false, false);
    for fact in facts(step, id) {
        match fact.what {
            What::PhaseRecorded { .. } => (moved, unseen) = (true, false),
            What::RowRewritten { .. } => (moved, unseen) = (false, false),
            What::CallFailed { call: Call::Notify, .. } => unseen = moved && fact.rule == Rule::WakeUpLost,
            _ => {}
        }
    }
    !unseen || !step.after.action(id).is_some_and(Action::has_ended)
}

pub(super) fn changes_add_up(step: &Transition, id: ActionId) -> bool {
    let recorded = |world| row(world, id).map(|(_, row)| row.phase);
    let mut phase = recorded(step.before);
    changes(step, id).all(|change| phase.replace(change.to) == change.from) && phase == recorded(step.after)
}

pub(super) fn told_end_is_stored(step: &Transition, id: ActionId) -> bool {
    let ended = |fact: &Fact| match fact.what {
        What::EventRecorded { phase, attempt, .. } if phase.is_terminal() => Some(attempt),
        _ => None,
    };
    let Some(attempt) = facts(step, id).find_map(ended) else { return true };
    let Some((_, resource)) = resource(step.after, id) else { return true };
    let status = &resource.cr.status;
    // Another attempt may follow at once, or be due. A call that was to fail is no fault of what is written.
    status.conditions.is_terminal()
        || status.observed_attempts() > attempt
        || status.awaits_reset().is_some()
        || !step.before.faults().is_empty()
}

/// Whether each fact that is to be followed by a wait is followed by one: the timer fires before the next such fact, or is
/// set when the step is over and the task goes on.
fn waits_after(step: &Transition, id: ActionId, is_followed: impl Fn(&Fact) -> bool) -> bool {
    let mut waits = false;
    for fact in facts(step, id) {
        if is_followed(fact) {
            if waits {
                return false;
            }
            waits = true;
        } else if matches!(fact.what, What::TimerFired { kind: TimerKind::Backoff }) {
            waits = false;
        }
    }
    let goes_on = |resource: &Resource| !resource.cr.status.conditions.is_terminal() && !resource.cr.deleting;
    !waits
        || has_timer(step.after, id, TimerKind::Backoff)
        || !resource(step.after, id).is_some_and(|(_, resource)| goes_on(resource))
}

pub(super) fn failures_are_apart(step: &Transition, id: ActionId) -> bool {
    waits_after(step, id, |fact| matches!(fact.what, What::SystemFailureCounted { .. }))
}

pub(super) fn retries_wait(step: &Transition, id: ActionId) -> bool {
    let waits = step.after.action(id).is_some_and(|action| action.spec.backoff.base_ms > 0);
    let begins = |fact: &Fact| matches!(fact.rule, Rule::ResetToQueued | Rule::RestartInPlace);
    let is_retry = |fact: &Fact| begins(fact) && matches!(fact.what, What::StatusWritten { .. });
    !waits || waits_after(step, id, is_retry)
}

pub(super) fn last_message_is_final(step: &Transition, id: ActionId) -> bool {
    // Those who watch are woken by each event and by each change of the row, and read what there is then.
    let mut has_ended = step.before.action(id).is_some_and(Action::has_ended);
    let mut newest = step.before.event_keys(id).iter().map(|key| key.attempt).max().unwrap_or(0);
    facts(step, id).all(|fact| match fact.what {
        What::PhaseRecorded { to: phase, .. } | What::RowCreated { phase, .. } => {
            has_ended = phase.is_terminal();
            true
        }
        What::EventRecorded { phase, attempt, version, .. } => {
            newest = newest.max(attempt);
            let key = EventKey { attempt, phase: phase.number(), version };
            attempt < newest || has_ended || !closes(has_ended, &[key], step.after.rules())
        }
        _ => true,
    })
}
