//! What a lifecycle should keep, as data: each property has a sentence, a predicate, and what is expected of it under
//! the two rule sets. The numbers P1 to P51 are those of the project's list of properties.
//!
//! A predicate sees one step (the world before, the command, the facts, the world after), or one world, or one world in
//! which nothing is under way any more. Properties compare phases, which drivers otherwise leave to the rules: that is
//! what they are for.

use super::explore::{Bounds, Input};
pub use crate::model::Fault;
use crate::model::words::words;
use crate::model::{
    ActionId, ActionKind, ActionPhase, ActionRow, Command, ConditionStatus, ConditionType, Fact, Message, PluginPhase,
    Reason, Rule, TextId, TimerKind, What,
};
use crate::world::{Action, NumberedCommand, Resource, World};

words! {
    /// What a property says of its predicate.
    pub enum Kind {
        /// It never fails.
        Always = 0 "always",
        /// It is met sometimes.
        Sometimes = 1 "sometimes",
        /// It is met whenever nothing is under way any more.
        Settles = 2 "settles",
    }
}

words! {
    /// What is expected of a property under a rule set.
    pub enum Expected {
        /// It holds in all models.
        Holds = 0 "holds",
        /// It is violated in some model.
        Broken = 1 "broken",
        /// The model does not hold what it speaks of.
        NotHeld = 2 "not held",
    }
}

/// One step of a world.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'a> {
    /// The world before.
    pub before: &'a World,
    /// What was done.
    pub command: &'a NumberedCommand,
    /// What came of it.
    pub facts: &'a [Fact],
    /// The world after.
    pub after: &'a World,
}

/// A predicate: true where the property is met.
#[derive(Debug, Clone, Copy)]
pub enum Law {
    /// Of a step.
    Step(fn(&Transition) -> bool),
    /// Of a world.
    State(fn(&World) -> bool),
    /// Of a world in which nothing is under way.
    Settled(fn(&World) -> bool),
    /// None, and why: the model does not hold what the property speaks of.
    NotHeld(&'static str),
}

impl Law {
    /// Whether a world meets it, if it is about worlds of this sort.
    pub fn of_state(self, world: &World, settled: bool) -> Option<bool> {
        match self {
            Law::State(law) => Some(law(world)),
            Law::Settled(law) if settled => Some(law(world)),
            Law::Settled(_) | Law::Step(_) | Law::NotHeld(_) => None,
        }
    }
}

/// A property.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// `P1` to `P51`, or a name.
    pub id: &'static str,
    /// What it says of its predicate.
    pub kind: Kind,
    /// The property.
    pub sentence: &'static str,
    /// The weakest fault that breaks it under upstream's rules; `None` if nothing does.
    pub needs: Option<Fault>,
    /// What is expected under the documented rule set.
    pub documented: Expected,
    /// What is expected under upstream's.
    pub upstream: Expected,
    /// Whether it is asked even if somebody writes statuses from outside.
    pub outside: bool,
    /// Its predicate.
    pub law: Law,
}

impl PartialEq for Property {
    fn eq(&self, other: &Property) -> bool {
        self.id == other.id
    }
}

impl Eq for Property {}

impl Property {
    /// The property of that name.
    pub fn find(id: &str) -> Option<&'static Property> {
        PROPERTIES.iter().find(|property| property.id.eq_ignore_ascii_case(id))
    }

    /// Whether it can be asked of that model.
    pub fn applies(&self, bounds: &Bounds) -> bool {
        self.refusal(bounds).is_none()
    }

    /// Why it cannot be asked of that model, if it cannot.
    pub fn refusal(&self, bounds: &Bounds) -> Option<String> {
        match self.law {
            Law::NotHeld(reason) => Some(format!("No model holds {}: {reason}.", self.id)),
            _ if !self.outside && bounds.inputs.has(Input::OutsideUpdate) => Some(format!(
                "{} is not asked of a model in which statuses are written from outside, which break it at once.",
                self.id
            )),
            _ => None,
        }
    }
}

/// Every property whose predicate the model holds.
pub fn held() -> impl Iterator<Item = &'static Property> {
    PROPERTIES.iter().filter(|property| !matches!(property.law, Law::NotHeld(_)))
}

const fn always(id: &'static str, sentence: &'static str, law: Law) -> Property {
    let (documented, upstream) = (Expected::Holds, Expected::Holds);
    let kind = match law {
        Law::Settled(_) => Kind::Settles,
        Law::Step(_) | Law::State(_) | Law::NotHeld(_) => Kind::Always,
    };
    Property { id, kind, sentence, needs: None, documented, upstream, outside: false, law }
}

const fn sometimes(id: &'static str, sentence: &'static str, law: Law) -> Property {
    Property { kind: Kind::Sometimes, ..always(id, sentence, law) }
}

const fn not_held(id: &'static str, sentence: &'static str, reason: &'static str) -> Property {
    let (documented, upstream) = (Expected::NotHeld, Expected::NotHeld);
    Property { documented, upstream, ..always(id, sentence, Law::NotHeld(reason)) }
}

impl Property {
    /// Upstream's rules break it, given this.
    const fn breaks_by(self, fault: Fault) -> Property {
        Property { needs: Some(fault), upstream: Expected::Broken, ..self }
    }

    /// It is asked whatever comes from outside.
    const fn whatever_comes(self) -> Property {
        Property { outside: true, ..self }
    }
}

/// Every property, those included that the model does not hold yet.
pub const PROPERTIES: &[Property] = &[
    always(
        "P1",
        "What has ended an action stays; only an attempt with a retry to follow goes on, to that retry.",
        Law::Step(terminal_stays),
    )
    .breaks_by(Fault::Op)
    .whatever_comes(),
    always("P2", "SUCCEEDED never becomes FAILED.", Law::Step(success_stays)).breaks_by(Fault::Op).whatever_comes(),
    always("P3", "FAILED is left only with a higher attempt.", Law::Step(failure_left_by_retry))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P4", "Attempts count from 1 and never fall.", Law::Step(attempts_rise))
        .breaks_by(Fault::None)
        .whatever_comes(),
    always("P5", "No attempt exceeds retries + 1.", Law::State(attempts_bounded)).whatever_comes(),
    always("P6", "No update about an attempt older than the row's is admitted.", Law::Step(no_stale_attempt))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P7", "A row has an end exactly while its phase is terminal.", Law::State(end_follows_phase))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    not_held("P8", "No row ends before it begins.", "the search has no times; tests/laws.rs asks it of timed lives"),
    always("P9", "PAUSED is entered only from phases that are not terminal.", Law::Step(pause_entered_alive))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P10", "PAUSED is left only by ending.", Law::Step(pause_ends)).whatever_comes(),
    always(
        "P11",
        "ABORTED is recorded only if the action, or one above it, was asked to abort, or its plugin says so.",
        Law::Step(abort_was_asked),
    )
    .breaks_by(Fault::None),
    always("P12", "An ABORTED row has a reason.", Law::State(abort_has_reason)).breaks_by(Fault::None).whatever_comes(),
    always("P13", "Every FAILED or TIMED_OUT row has an event that tells its error.", Law::Settled(failure_is_told))
        .breaks_by(Fault::None),
    always("P14", "A trace is recorded in the phase that the SDK reports.", Law::Step(trace_as_reported))
        .breaks_by(Fault::None),
    always(
        "P15",
        "A signal is taken only where it counts: the condition succeeds, unless it is aborted later.",
        Law::Step(signal_counts),
    )
    .breaks_by(Fault::Op),
    always("P16", "A stored signal is never replaced by another.", Law::Step(signal_kept)).whatever_comes(),
    always("P17", "No resource is both Succeeded and Failed, and none times out before its time.", Law::Step(one_end))
        .whatever_comes(),
    always("P18", "What ended a resource stays.", Law::Step(resource_end_stays)).whatever_comes(),
    not_held("P19", "At most one pod of an action runs.", "the model has plugins' reports, not pods"),
    not_held("P20", "No pod runs for an ended resource.", "the model has plugins' reports, not pods"),
    always("P21", "A task that was taken from the cache was not launched.", Law::Step(hit_did_not_run))
        .breaks_by(Fault::None),
    always("P22", "Of tasks that are to run alone under one key, one runs.", Law::State(serial_runs_alone))
        .breaks_by(Fault::Rpc),
    always("P23", "Within an attempt, the count of system failures never falls.", Law::Step(system_failures_rise))
        .breaks_by(Fault::None),
    not_held("P24", "Tolerated system failures are a requeue interval apart.", "the search has no times"),
    not_held("P25", "User retries wait as the retry strategy says.", "no rule reads the backoff"),
    always(
        "P26",
        "Only a resource whose end is recorded, and which has no living child, is collected.",
        Law::Step(collected_when_done),
    )
    .breaks_by(Fault::None),
    always(
        "P27",
        "Within an attempt, each entry of the phase history is further than the one before.",
        Law::Step(history_advances),
    )
    .breaks_by(Fault::None),
    always("P28", "The deletion of a task's resource leaves its attempt with an ending.", Law::Step(deletion_is_told))
        .breaks_by(Fault::None),
    always("P29", "The deletion of an ended resource adds no event.", Law::Step(ended_deletion_is_silent))
        .breaks_by(Fault::None),
    not_held("P30", "Every task's resource ends if its pod does.", "errors too long to be stored are not modelled"),
    always("P31", "A deleted resource disappears.", Law::Settled(deleted_disappear)).whatever_comes(),
    always(
        "P32",
        "A condition ends TimedOut at its deadline if it is not signalled, and Succeeded if it is.",
        Law::Settled(condition_ends),
    )
    .breaks_by(Fault::Race)
    .whatever_comes(),
    always("P33", "A run has a resource, or has ended.", Law::Settled(run_exists)).breaks_by(Fault::Rpc),
    always("P34", "Every resource has a row.", Law::Settled(resource_has_row)).breaks_by(Fault::Race).whatever_comes(),
    always(
        "P35",
        "Row and resource tell the same phase, unless an abort is still asked for.",
        Law::Settled(all_stores_agree),
    )
    .breaks_by(Fault::None),
    always(
        "P36",
        "An event of the last attempt tells the row's phase, unless an abort was asked for, whose row runs ahead.",
        Law::Settled(events_agree),
    )
    .breaks_by(Fault::None),
    always("P37", "Every attempt before the current one has an ending.", Law::Settled(attempts_have_endings))
        .breaks_by(Fault::None),
    always("P38", "An event is never stored twice under one key.", Law::Step(first_writer_wins)).whatever_comes(),
    always("P39", "No event of an attempt follows one of a later attempt.", Law::Step(attempts_in_order))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    not_held("P40", "Attempts show the newest one.", "it takes 500 events"),
    always("P41", "Once an abort is done, no plugin of the subtree runs.", Law::Settled(abort_stops))
        .breaks_by(Fault::Op),
    always("P42", "Once an abort of the root is done, every row of the run has ended.", Law::Settled(abort_ends_run))
        .breaks_by(Fault::Op),
    always("P43", "Nothing starts under a parent that has ended.", Law::Step(no_late_child)).breaks_by(Fault::Op),
    always("P44", "A child never changes its parent's row.", Law::Step(no_promotion)).breaks_by(Fault::None),
    not_held("P45", "Only live runs are listed as paused.", "it is about a listing, which a world does not have"),
    not_held("P46", "Every watcher sees the final phase.", "watchers are not part of a world"),
    not_held("P47", "The last message about an action has its final phase.", "watchers are not part of a world"),
    not_held("P48", "A watch of an action closes when it has ended.", "watchers are not part of a world"),
    not_held("P49", "A watch of a run never fails.", "watchers are not part of a world"),
    not_held("P50", "The SDK learns the final phase of a child.", "watchers are not part of a world"),
    not_held("P51", "Counts of phases are those of the descendants.", "they are a view; tests/laws.rs asks it"),
    sometimes("S1", "A run succeeds.", Law::State(a_root_succeeds)),
    sometimes("S2", "An action succeeds at its second attempt.", Law::State(a_retry_succeeds)),
    sometimes("S3", "A run is aborted, and its resources are gone.", Law::Settled(an_abort_is_done)),
];

/// Whether nothing is under way: no work is due and no abort is on its way. Plugins and deadlines may still come.
pub fn is_settled(world: &World) -> bool {
    world.pending_count() == 0
        && world.aborts().is_empty()
        && world.faults().is_empty()
        && !world.timers().any(|timer| timer.kind == TimerKind::Requeue)
}

/// A change of a row.
struct Change {
    action: ActionId,
    from: Option<ActionPhase>,
    to: ActionPhase,
    /// The row's attempt before; 0 if there was no row.
    old_attempt: u32,
    attempt: u32,
    rule: Rule,
}

/// The changes of rows in a step, each with what the row was just before it.
fn changes(step: &Transition) -> impl Iterator<Item = Change> {
    let mut facts = step.facts.iter();
    // One step of immediate delivery may change a row more than once, so attempts are followed through the facts.
    let mut attempts: [Option<u32>; super::explore::ACTIONS_MAX] = [None; super::explore::ACTIONS_MAX];
    let before = step.before;
    std::iter::from_fn(move || {
        loop {
            let fact = facts.next()?;
            let (Some(action), rule) = (fact.action, fact.rule) else { continue };
            let (from, to, attempt) = match fact.what {
                What::RowCreated { phase, attempt } => (None, phase, attempt),
                What::PhaseRecorded { from, to, attempt } => (Some(from), to, attempt),
                What::RowRewritten { phase, attempt } => (Some(phase), phase, attempt),
                _ => continue,
            };
            let slot = attempts.get_mut(action.index())?;
            let known = before.action(action).and_then(|action| action.row).map_or(0, |row| row.attempts);
            let old_attempt = slot.replace(attempt).unwrap_or(known);
            return Some(Change { action, from, to, old_attempt, attempt, rule });
        }
    })
}

/// The changes of phases in a step, from one to another.
fn moves(step: &Transition) -> impl Iterator<Item = (Change, ActionPhase)> {
    changes(step).filter_map(|change| change.from.filter(|from| *from != change.to).map(|from| (change, from)))
}

fn rows(world: &World) -> impl Iterator<Item = (ActionId, &Action, ActionRow)> {
    world.actions().filter_map(|(id, action)| Some((id, action, action.row?)))
}

fn resources(world: &World) -> impl Iterator<Item = (ActionId, &Action, Resource)> {
    world.actions().filter_map(|(id, action)| Some((id, action, action.resource?)))
}

/// The resource of an action before and after a step in which it was not created anew.
fn kept_resources<'a>(step: &'a Transition) -> impl Iterator<Item = (ActionId, Resource, Resource)> + 'a {
    resources(step.before).filter_map(|(id, _, before)| {
        let after = step.after.action(id)?.resource?;
        let created = |fact: &Fact| fact.action == Some(id) && fact.what == What::ResourceCreated;
        (!step.facts.iter().any(created)).then_some((id, before, after))
    })
}

/// The action and those above it.
fn upwards(world: &World, id: ActionId) -> impl Iterator<Item = (ActionId, &Action)> {
    let mut next = Some(id);
    std::iter::from_fn(move || {
        let id = next?;
        let action = world.action(id)?;
        next = action.parent;
        Some((id, action))
    })
}

/// Whether it was asked to abort: its row has a reason that somebody gave.
fn was_asked(action: &Action) -> bool {
    action.row.and_then(|row| row.abort.reason).is_some_and(|reason| reason != TextId::WAS_ABORTED)
}

fn terminal_stays(step: &Transition) -> bool {
    moves(step).all(|(change, from)| {
        let retry = from.is_retryable() && change.to == ActionPhase::Queued && change.attempt > change.old_attempt;
        !from.is_terminal() || retry
    })
}

fn success_stays(step: &Transition) -> bool {
    moves(step).all(|(change, from)| (from, change.to) != (ActionPhase::Succeeded, ActionPhase::Failed))
}

fn failure_left_by_retry(step: &Transition) -> bool {
    // An abort leaves FAILED as well; that is P1's matter.
    moves(step).all(|(change, from)| {
        from != ActionPhase::Failed || change.to == ActionPhase::Aborted || change.attempt > change.old_attempt
    })
}

fn attempts_rise(step: &Transition) -> bool {
    changes(step).all(|change| change.attempt >= change.old_attempt.max(1))
}

fn attempts_bounded(world: &World) -> bool {
    let row_attempts = rows(world).map(|(_, action, row)| (row.attempts, action));
    let stored = resources(world).map(|(_, action, resource)| (resource.cr.status.attempts, action));
    row_attempts.chain(stored).all(|(attempts, action)| attempts <= action.spec.max_attempts.max(1))
}

fn no_stale_attempt(step: &Transition) -> bool {
    // Attempt 0 says that nobody counted, which is P4's matter.
    changes(step).all(|change| change.attempt == 0 || change.attempt >= change.old_attempt)
}

fn end_follows_phase(world: &World) -> bool {
    rows(world).all(|(_, _, row)| row.ended_at.is_some() == row.phase.is_terminal())
}

fn pause_entered_alive(step: &Transition) -> bool {
    moves(step).all(|(change, from)| change.to != ActionPhase::Paused || !from.is_terminal())
}

fn pause_ends(step: &Transition) -> bool {
    moves(step).all(|(change, from)| from != ActionPhase::Paused || change.to.is_terminal())
}

fn abort_was_asked(step: &Transition) -> bool {
    moves(step).filter(|(change, _)| change.to == ActionPhase::Aborted).all(|(change, _)| {
        change.rule == Rule::PluginReportedAborted
            || upwards(step.after, change.action).any(|(_, action)| was_asked(action))
    })
}

fn abort_has_reason(world: &World) -> bool {
    rows(world).all(|(_, _, row)| row.phase != ActionPhase::Aborted || row.abort.reason.is_some())
}

fn failure_is_told(world: &World) -> bool {
    rows(world).all(|(id, action, row)| {
        !row.phase.is_retryable()
            || action.spec.kind == ActionKind::Trace
            || world.event_keys(id).iter().any(|key| key.phase == row.phase.number())
    })
}

fn trace_as_reported(step: &Transition) -> bool {
    let Command::Enqueue { trace: Some(trace), .. } = step.command else { return true };
    let asked = trace.phase.unwrap_or(ActionPhase::Succeeded);
    changes(step).all(|change| change.from.is_some() || change.to == asked)
}

/// The phases recorded, in a step, of conditions that hold a signal.
fn signalled_moves(step: &Transition) -> impl Iterator<Item = ActionPhase> {
    moves(step).filter_map(|(change, _)| {
        let stored = |world: &World| {
            world.action(change.action).and_then(|action| action.resource).is_some_and(|r| r.cr.status.signal.is_some())
        };
        (stored(step.before) || stored(step.after)).then_some(change.to)
    })
}

fn signal_counts(step: &Transition) -> bool {
    let late = step.facts.iter().any(|fact| {
        let row = fact.action.and_then(|id| step.before.action(id)).and_then(|action| action.row);
        matches!(fact.what, What::SignalStored { .. }) && row.is_some_and(|row| row.phase.is_terminal())
    });
    let failed = |resource: &Resource| resource.cr.status.signal.is_some() && is_true(resource, ConditionType::Failed);
    let counts = |to: ActionPhase| !to.is_terminal() || matches!(to, ActionPhase::Succeeded | ActionPhase::Aborted);
    !late && signalled_moves(step).all(counts) && resources(step.after).all(|(_, _, resource)| !failed(&resource))
}

fn signal_kept(step: &Transition) -> bool {
    kept_resources(step).all(|(_, before, after)| {
        before.cr.status.signal.is_none() || before.cr.status.signal == after.cr.status.signal
    })
}

fn is_true(resource: &Resource, kind: ConditionType) -> bool {
    resource.cr.status.conditions.find(kind).is_some_and(|(_, condition)| condition.status == ConditionStatus::True)
}

fn one_end(step: &Transition) -> bool {
    let both =
        |resource: &Resource| is_true(resource, ConditionType::Succeeded) && is_true(resource, ConditionType::Failed);
    let early = step.facts.iter().any(|fact| {
        // What fired is its deadline, which is gone then; other timers of the action may well be pending.
        let waits =
            |id| step.after.timers().any(|timer| timer.action == id && timer.kind == TimerKind::ConditionDeadline);
        fact.rule == Rule::DeadlinePassed && fact.action.is_some_and(waits)
    });
    !early && resources(step.after).all(|(_, _, resource)| !both(&resource))
}

fn resource_end_stays(step: &Transition) -> bool {
    kept_resources(step).all(|(_, before, after)| {
        let conditions = &before.cr.status.conditions;
        !conditions.is_terminal() || *conditions == after.cr.status.conditions
    })
}

fn system_failures_rise(step: &Transition) -> bool {
    kept_resources(step).all(|(_, before, after)| {
        let (before, after) = (before.cr.status, after.cr.status);
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

fn history_advances(step: &Transition) -> bool {
    resources(step.before).all(|(id, _, before)| {
        let mut newest =
            before.cr.status.last_history.map(|name| (before.cr.status.observed_attempts(), advance(name)));
        step.facts.iter().filter(|fact| fact.action == Some(id)).all(|fact| {
            let What::StatusWritten { history: Some((name, _)), attempt, .. } = fact.what else { return true };
            let entry = (attempt.max(1), advance(name));
            newest.replace(entry).is_none_or(|newest| entry > newest)
        })
    })
}

/// Whether an event of that phase is an attempt's last.
fn ends(phase: u8) -> bool {
    ActionPhase::from_number(phase).is_some_and(ActionPhase::is_terminal)
}

/// The resources that a step deleted, as they were before it.
fn deleted<'a>(step: &'a Transition) -> impl Iterator<Item = (ActionId, &'a Action, Resource)> {
    resources(step.before).filter(|(id, _, _)| {
        step.facts.iter().any(|fact| fact.action == Some(*id) && fact.what == What::ResourceDeleted)
    })
}

fn deletion_is_told(step: &Transition) -> bool {
    deleted(step).filter(|(_, action, _)| action.spec.kind == ActionKind::Task).all(|(id, _, resource)| {
        let attempt = resource.cr.status.observed_attempts();
        step.after.event_keys(id).iter().any(|key| key.attempt == attempt && ends(key.phase))
    })
}

fn ended_deletion_is_silent(step: &Transition) -> bool {
    deleted(step).filter(|(_, _, resource)| resource.cr.status.conditions.is_terminal()).all(|(id, _, _)| {
        let told = |fact: &Fact| fact.action == Some(id) && matches!(fact.what, What::EventRecorded { .. });
        !step.facts.iter().any(told)
    })
}

fn deleted_disappear(world: &World) -> bool {
    resources(world).all(|(_, _, resource)| !resource.cr.deleting)
}

fn condition_ends(world: &World) -> bool {
    resources(world).filter(|(_, action, _)| action.spec.kind == ActionKind::Condition).all(|(id, action, resource)| {
        let waits = action.spec.timeout_ms == 0 || world.timers().any(|timer| timer.action == id);
        match resource.cr.status.signal {
            Some(_) => is_true(&resource, ConditionType::Succeeded),
            None => waits || resource.cr.status.conditions.is_terminal(),
        }
    })
}

fn run_exists(world: &World) -> bool {
    rows(world)
        .filter(|(_, action, _)| action.parent.is_none())
        .all(|(_, action, row)| action.resource.is_some() || row.phase.is_terminal())
}

fn resource_has_row(world: &World) -> bool {
    resources(world).all(|(_, action, _)| action.row.is_some())
}

/// Whether the row of that action, or of each, tells what its resource does. An abort that is still asked for is left
/// out: its row runs ahead.
pub fn stores_agree(world: &World, action: Option<ActionId>) -> bool {
    resources(world).filter(|(id, _, _)| action.is_none_or(|wanted| wanted == *id)).all(|(_, action, resource)| {
        let told = world.reported_phase(&resource);
        action
            .row
            .is_none_or(|row| told == ActionPhase::Unspecified || row.phase == told || row.abort.requested_at.is_some())
    })
}

fn all_stores_agree(world: &World) -> bool {
    stores_agree(world, None)
}

fn events_agree(world: &World) -> bool {
    rows(world).filter(|(_, action, _)| !was_asked(action)).all(|(id, _, row)| {
        // An event may run ahead of the row: the executor sends it first, and asks the plugin again if it goes no
        // further. So it is asked only that what the row says was told.
        let told = world.event_keys(id).iter();
        let mut of_attempt = told.filter(|key| key.attempt == row.attempts.max(1));
        row.phase == ActionPhase::Queued || of_attempt.any(|key| key.phase == row.phase.number())
    })
}

fn attempts_have_endings(world: &World) -> bool {
    rows(world).all(|(id, _, row)| {
        (1..row.attempts)
            .all(|attempt| world.event_keys(id).iter().any(|key| key.attempt == attempt && ends(key.phase)))
    })
}

fn first_writer_wins(step: &Transition) -> bool {
    step.facts.iter().all(|fact| {
        let (Some(id), What::EventRecorded { phase, attempt, version, .. }) = (fact.action, fact.what) else {
            return true;
        };
        let same = |key: &&_| {
            matches!(key, crate::rules::events::EventKey { attempt: a, phase: p, version: v }
            if (*a, *p, *v) == (attempt, phase.number(), version))
        };
        step.before.event_keys(id).iter().filter(same).count() == 0
    })
}

fn attempts_in_order(step: &Transition) -> bool {
    step.facts.iter().all(|fact| {
        let (Some(id), What::EventRecorded { attempt, .. }) = (fact.action, fact.what) else { return true };
        step.before.event_keys(id).iter().all(|key| key.attempt <= attempt)
    })
}

/// The rows whose abort is over and done with.
fn aborted(world: &World) -> impl Iterator<Item = ActionId> {
    rows(world)
        .filter(|(_, action, row)| {
            row.phase == ActionPhase::Aborted && row.abort.requested_at.is_none() && was_asked(action)
        })
        .map(|(id, _, _)| id)
}

fn is_below(world: &World, id: ActionId, ancestor: ActionId) -> bool {
    upwards(world, id).any(|(above, _)| above == ancestor)
}

fn abort_stops(world: &World) -> bool {
    aborted(world).all(|aborted| {
        resources(world).filter(|(id, _, _)| is_below(world, *id, aborted)).all(|(_, _, resource)| {
            let status = &resource.cr.status;
            !resource.cr.finalizer || status.plugin_phase.is_none() || status.conditions.is_terminal()
        })
    })
}

fn abort_ends_run(world: &World) -> bool {
    aborted(world).filter(|id| world.action(*id).is_some_and(|action| action.parent.is_none())).all(|root| {
        rows(world).filter(|(id, _, _)| is_below(world, *id, root)).all(|(_, _, row)| row.phase.is_terminal())
    })
}

/// Whether the plugin has launched something for the attempt and has not told its end.
fn is_launched(resource: &Resource) -> bool {
    let status = &resource.cr.status;
    let launched = match status.plugin_phase {
        None | Some(PluginPhase::WaitingForCache | PluginPhase::Undefined | PluginPhase::NotReady) => false,
        Some(PluginPhase::RetryableFailure | PluginPhase::PermanentFailure) => false,
        Some(PluginPhase::Success | PluginPhase::Aborted) => false,
        // Queued at a restart is what the reconciler writes itself, before anything is launched again.
        Some(PluginPhase::Queued) => status.last_history != Some(Reason::Queued) || !is_restarted(resource),
        Some(PluginPhase::WaitingForResources | PluginPhase::Initializing | PluginPhase::Running) => true,
    };
    launched && !status.conditions.is_terminal()
}

/// Whether the resource was put back for another attempt, which has not begun.
fn is_restarted(resource: &Resource) -> bool {
    let (_, condition) = match resource.cr.status.conditions.find(ConditionType::Progressing) {
        Some(found) => found,
        None => return false,
    };
    condition.message == Message::RestartingTask
}

fn hit_did_not_run(step: &Transition) -> bool {
    step.facts.iter().filter(|fact| fact.rule == Rule::CacheHit).all(|fact| {
        let resource = fact.action.and_then(|id| step.before.action(id)).and_then(|action| action.resource);
        !resource.is_some_and(|resource| is_launched(&resource))
    })
}

fn serial_runs_alone(world: &World) -> bool {
    let serial = |action: &Action| action.spec.caching.serializable && action.spec.caching.discoverable;
    let running = |id: ActionId| {
        resources(world).any(|(other, action, resource)| other == id && serial(action) && is_launched(&resource))
    };
    resources(world).all(|(id, action, _)| {
        !running(id)
            || resources(world).all(|(other, rival, _)| {
                other == id || rival.spec.cache_key != action.spec.cache_key || !running(other)
            })
    })
}

fn collected_when_done(step: &Transition) -> bool {
    step.facts.iter().filter(|fact| fact.rule == Rule::GarbageCollected).all(|fact| {
        let Some(id) = fact.action else { return true };
        let done = |resource: Resource| resource.cr.status.conditions.is_terminal();
        let ended = step.before.action(id).and_then(|action| action.resource).is_none_or(|r| done(r) && r.cr.recorded);
        let child_lives = step.before.children(id).any(|child| {
            step.before.action(child).and_then(|child| child.resource).is_some_and(|resource| !done(resource))
        });
        ended && !child_lives
    })
}

fn no_late_child(step: &Transition) -> bool {
    step.facts.iter().filter(|fact| fact.what == What::ResourceCreated).all(|fact| {
        let parent = fact.action.and_then(|id| step.after.action(id)).and_then(|action| action.parent);
        !parent.and_then(|parent| step.before.action(parent)).is_some_and(Action::has_ended)
    })
}

fn no_promotion(step: &Transition) -> bool {
    step.facts.iter().all(|fact| fact.rule != Rule::ParentPromoted || matches!(fact.what, What::UpdateRefused { .. }))
}

fn a_root_succeeds(world: &World) -> bool {
    rows(world).any(|(_, action, row)| action.parent.is_none() && row.phase == ActionPhase::Succeeded)
}

fn a_retry_succeeds(world: &World) -> bool {
    rows(world).any(|(_, _, row)| row.attempts == 2 && row.phase == ActionPhase::Succeeded)
}

fn an_abort_is_done(world: &World) -> bool {
    aborted(world).next().is_some() && resources(world).next().is_none()
}
