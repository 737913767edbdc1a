//! The executor (executor/pkg/controller/taskaction_controller.go): it looks at a resource, decides by the rules, and
//! carries out what was decided in upstream's order: the plugin, the events, the status, the labels.

use super::cache::CacheAnswer;
use super::entry::Unheard;
use super::{Action, Resource, Sink, World};
use crate::model::argument::{FailureCommand, ResultCommand};
use crate::model::{
    ActionId, ActionKind, ActionPhase, Call, Condition, ConditionStatus, ConditionType, ErrorCode, ErrorState,
    FaultReply, Message, NonRetryableCode, Observation, PendingWork, PluginPhase, Plugins, Process, Reason, Report,
    Rule, Status, TaskAction, TextId, Time, TimeBound, TimerKind, What,
};
use crate::rules::cache::{lease_expired, told_status};
use crate::rules::failures::{abort_failed, cleanup_impossible, decides_anew, plain_write_failed, refuses_status};
use crate::rules::stamps::stored;
use crate::rules::task::{asks_plugin, is_reset_due, reconcile_task};
use crate::rules::timeouts::{bound_ms, timer_of};
use crate::rules::{
    ConditionSeen, Reconciled, Write, handle_abort_and_finalize, informer, reconcile_condition, requests,
};

/// Who had something to say when the executor reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The plugin, by a phase or by an error.
    Plugin(Option<PluginPhase>),
    /// The clock: a bound on the task's time was reached.
    Clock(TimeBound),
    /// Nobody: the executor looked by itself.
    Nobody,
}

impl World {
    /// The executor looks at a resource without news from the plugin (`Reconcile`).
    pub(super) fn reconcile(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some((action, resource)) = self.action(id).and_then(|action| Some((*action, action.resource?))) else {
            return;
        };
        if resource.cr.deleting {
            return self.finalize(id, sink);
        }
        match action.spec.kind {
            ActionKind::Task | ActionKind::Trace => match self.raised(id) {
                Some((report, cancels)) => self.raise(id, &report, cancels, sink),
                None => match self.repeated(id) {
                    Some(seen) => self.hear_plugin(id, &seen, sink),
                    None => {
                        self.reconcile_with(id, &Observation::Nothing, Asked::Nobody, sink);
                    }
                },
            },
            ActionKind::Condition => self.reconcile_condition(id, &action, &resource, sink),
        }
    }

    /// One reconcile of a task with what its plugin says, which the plugin repeats where the reconcile fails and it is one
    /// that does.
    pub(super) fn hear_plugin(&mut self, id: ActionId, seen: &Observation, sink: &mut impl Sink) {
        let phase = match seen {
            Observation::Report(report) => Some(report.phase),
            _ => None,
        };
        let attempt = self.action(id).and_then(|action| action.resource).map(|r| r.cr.status.observed_attempts());
        self.set_unheard(id, None);
        let is_heard = self.reconcile_with(id, seen, Asked::Plugin(phase), sink);
        if !is_heard
            && self.config().plugins == Plugins::Repeat
            && let Some(attempt) = attempt
        {
            self.set_unheard(id, Some(Unheard { action: id, attempt, seen: *seen }));
            if !self.timers_of(id).any(|timer| timer.kind == TimerKind::Requeue) {
                self.reconcile_soon(id);
            }
        }
    }

    /// What the plugin says again of the attempt, if it can be asked now.
    fn repeated(&self, id: ActionId) -> Option<Observation> {
        if self.config().plugins == Plugins::Once || self.backs_off(id) {
            return None;
        }
        let Unheard { attempt, seen, .. } = self.unheard(id)?;
        let Action { spec, resource, .. } = self.action(id)?;
        let cr = &resource.as_ref()?.cr;
        (cr.status.observed_attempts() == attempt && asks_plugin(spec, cr, self.rules()).is_ok()).then_some(seen)
    }

    /// One reconcile of a task with what the plugin or the clock has to say (`reconcileTask`); false if it failed, so that the
    /// executor has to ask again.
    pub(super) fn reconcile_with(
        &mut self,
        id: ActionId,
        seen: &Observation,
        asked: Asked,
        sink: &mut impl Sink,
    ) -> bool {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return true };
        let stale = self.take_stale(id, sink);
        let cr = stale.unwrap_or(resource.cr);
        let (mut seen, mut asked) = (*seen, asked);
        let is_over = matches!(seen, Observation::TimedOut { bound: TimeBound::Deadline, .. });
        if let Some((bound, at)) = resource.overdue.filter(|_| !is_over) {
            let ms = bound_ms(bound, &spec, self.rules()).unwrap_or_default();
            (seen, asked) = if resource.cleaning {
                (Observation::TimedOut { bound, ms }, Asked::Clock(bound))
            } else {
                overdue(&seen, asked, at, (bound, ms))
            };
        }
        let asks =
            spec.kind == ActionKind::Task && asks_plugin(&spec, &cr, self.rules()).is_ok() && !self.backs_off(id);
        if asks {
            if self.fails(Call::BuildContext, id, Rule::ContextNotBuilt, sink).is_some() {
                self.requeue(id, sink);
                return false;
            }
            let mut looked_up = None;
            if !matches!(seen, Observation::TimedOut { .. }) {
                match self.ask_cache(id, &spec, &cr.status, asked != Asked::Nobody, sink) {
                    CacheAnswer::AsksPlugin(found) => looked_up = found,
                    CacheAnswer::Decides(instead) => {
                        seen = instead;
                        if asked != Asked::Nobody {
                            asked = Asked::Plugin(None);
                        }
                    }
                    CacheAnswer::Requeues => {
                        self.requeue(id, sink);
                        return false;
                    }
                }
            }
            if spec.containers == 0 && cr.status.plugin_phase.is_none() && seen == Observation::Nothing {
                seen = NO_POD;
            }
            if let Observation::Report(report) | Observation::Cached { report, rule: Rule::EndedInTime } = seen {
                let told = self.tell_cache(id, &spec, &report, sink);
                let cache_status = told_status(&told, looked_up, cr.status.cache_status, self.rules());
                let report = Report { cache_status, ..told };
                seen = match seen {
                    Observation::Cached { rule, .. } => Observation::Cached { report, rule },
                    _ => Observation::Report(report),
                };
            }
        }
        let (failures_max, rules) = (self.config().system_failures_max, self.rules());
        let mut decided = reconcile_task(&spec, &cr, &seen, failures_max, rules);
        if stale.is_some_and(|stale| stale != resource.cr) && decided.write == Write::EventThenStatus {
            let (anew, rule) = decides_anew(rules);
            self.tell(sink, id, What::CallFailed { call: Call::WriteStatus, reply: FaultReply::Conflict }, rule);
            if anew {
                decided = reconcile_task(&spec, &resource.cr, &seen, failures_max, rules);
            }
        }
        let is_done = self.write_reconciled(id, &decided, asked, sink);
        if asks && spec.caching.discoverable {
            self.watch_the_lease(id, &spec, sink);
            if self.is_polled(id) {
                self.requeue(id, sink);
            } else {
                self.cancel_timer(id, TimerKind::Requeue);
            }
        }
        is_done
    }

    pub(super) fn report(result: &ResultCommand<TextId>) -> Report {
        Report {
            version: result.version.unwrap_or(0),
            reason: result.reason.filter(|reason| !reason.is_empty()).map_or(Message::Empty, Message::Text),
            error: result.error.as_ref().map(|error| ErrorState {
                code: ErrorCode::Text(error.code),
                kind: error.kind,
                message: match error.length {
                    Some(length) if length as usize > requests::MESSAGE_MAX => Message::LongText(error.message),
                    Some(_) | None => Message::Text(error.message),
                },
            }),
            occurred_at: result.occurred_at,
            ..Report::of(result.phase, 0)
        }
    }

    pub(super) fn handle_error(&self, failure: &FailureCommand<TextId>) -> Observation {
        let known = failure
            .code
            .and_then(|code| NonRetryableCode::parse(self.text(code)).map(|known| (known, ErrorCode::Text(code))));
        Observation::HandleError { non_retryable: known, text: failure.message }
    }

    fn reconcile_condition(&mut self, id: ActionId, action: &Action, resource: &Resource, sink: &mut impl Sink) {
        let stale = self.take_stale(id, sink);
        let cr = stale.unwrap_or(resource.cr);
        let timeout_ms = action.spec.timeout_ms;
        let waited = self.now().since(resource.created_at);
        let seen = ConditionSeen {
            deadline_passed: timeout_ms > 0 && waited >= timeout_ms,
            waited_seconds: u32::try_from((waited + 500) / 1_000).unwrap_or(u32::MAX),
            name: action.resource_name,
        };
        let rules = self.rules();
        let mut decided = reconcile_condition(&action.spec, &cr, &seen, rules);
        if stale.is_some_and(|stale| stale != resource.cr) && decided.write == Write::EventThenStatus {
            let (anew, rule) = decides_anew(rules);
            self.tell(sink, id, What::CallFailed { call: Call::WriteStatus, reply: FaultReply::Conflict }, rule);
            if anew {
                decided = reconcile_condition(&action.spec, &resource.cr, &seen, rules);
            }
            // A condition's status is applied field by field, so that a signal which has landed stays.
            decided.status.signal = resource.cr.status.signal;
        }
        self.write_reconciled(id, &decided, Asked::Nobody, sink);
    }

    /// The reconcile failed: the executor does it again, at once if it looked by itself. A plugin is asked again, which
    /// is for the next command to say.
    pub(super) fn reconcile_again(&mut self, id: ActionId, asked: Asked, sink: &mut impl Sink) {
        match asked {
            Asked::Plugin(_) => {}
            Asked::Nobody => self.reconcile_soon(id),
            Asked::Clock(bound) => {
                let kind = timer_of(bound);
                if self.timers_of(id).all(|timer| timer.kind != kind) {
                    let due = self.now().plus(self.config().requeue_ms);
                    self.set_timer(due, id, kind, Rule::RequeueTimerSet, sink);
                }
            }
        }
    }

    /// What the executor reads, if its cache is behind.
    fn take_stale(&mut self, id: ActionId, sink: &mut impl Sink) -> Option<TaskAction> {
        let fault = self.find_fault(Call::ReadResource, id)?;
        let seen = *fault.seen?;
        let what = What::CallFailed { call: Call::ReadResource, reply: FaultReply::Stale };
        self.tell(sink, id, what, Rule::StaleRead);
        // The update that the cache lacked is on its way, and has the executor look again.
        if self.action(id).and_then(|action| action.resource).is_some_and(|resource| resource.cr != seen) {
            self.reconcile_soon(id);
        }
        Some(seen)
    }

    /// Sends the events of a decision, in order; false if one of them fails.
    fn send_events(
        &mut self,
        id: ActionId,
        decided: &Reconciled,
        (updated_at, timed_out): (Time, Option<Time>),
        sink: &mut impl Sink,
    ) -> bool {
        for told in decided.events.iter().flatten() {
            let updated_at = timed_out.filter(|_| told.phase == ActionPhase::TimedOut).unwrap_or(updated_at);
            match self.take_fault(Call::RecordEvent, id) {
                None => self.record_event(id, told, updated_at, decided.rule, sink),
                Some(reply) => {
                    let done = reply == FaultReply::TimedOut;
                    if done {
                        self.record_event(id, told, updated_at, decided.rule, sink);
                    }
                    let rule = if done { Rule::EventReplyLost } else { Rule::EventNotRecorded };
                    self.tell(sink, id, What::CallFailed { call: Call::RecordEvent, reply }, rule);
                    return false;
                }
            }
        }
        true
    }

    /// Makes the write; false if it fails for now.
    fn try_write(&mut self, id: ActionId, decided: &Reconciled, sink: &mut impl Sink) -> bool {
        match decided.write {
            Write::Nothing => true,
            Write::Finalizer => self.fails(Call::UpdateFinalizer, id, Rule::FinalizerNotWritten, sink).is_none(),
            Write::Plain => {
                let (retried, rule) = plain_write_failed(decided.rule, self.rules());
                self.fails(Call::WriteStatus, id, rule, sink).is_none() || retried
            }
            Write::EventThenStatus => match self.take_fault(Call::WriteStatus, id) {
                None => match refuses_status(&decided.status, self.rules()) {
                    None => true,
                    Some(rule) => {
                        let what = What::CallFailed { call: Call::WriteStatus, reply: FaultReply::Error };
                        self.tell(sink, id, what, rule);
                        false
                    }
                },
                Some(reply) => {
                    let conflict = reply == FaultReply::Conflict;
                    let rule = if conflict { Rule::StatusConflictRetried } else { Rule::StatusNotWritten };
                    self.tell(sink, id, What::CallFailed { call: Call::WriteStatus, reply }, rule);
                    conflict
                }
            },
        }
    }

    /// Carries out what a reconcile decided, in upstream's order: the plugin, the events, the status, the labels. False if
    /// that failed, in a way that may pass.
    fn write_reconciled(&mut self, id: ActionId, decided: &Reconciled, asked: Asked, sink: &mut impl Sink) -> bool {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return true };
        let old = resource.cr.status;
        let rule = decided.rule;
        let mut is_left = resource.left;
        match asked {
            _ if !decided.effects.abort_plugin => {}
            Asked::Clock(bound) => {
                // A reservation has to last until the next attempt, and goes with the last one.
                let is_last = decided.status.conditions.is_terminal();
                let holds = spec.caching.serializable;
                if holds && !is_last && self.fails(Call::ReserveCache, id, Rule::TimeoutHeld, sink).is_some() {
                    self.reconcile_again(id, asked, sink);
                    return false;
                }
                if !self.clean_up(id, &resource, bound, rule, sink) {
                    self.reconcile_again(id, asked, sink);
                    return false;
                }
                if is_last {
                    self.release_deleted(id, &spec, sink);
                }
            }
            Asked::Plugin(_) | Asked::Nobody => {
                let (waits, failed) = abort_failed(self.rules());
                if self.fails(Call::AbortPlugin, id, failed, sink).is_none() {
                    self.tell(sink, id, What::PluginAborted { attempt: old.observed_attempts() }, rule);
                } else if waits {
                    self.reconcile_again(id, asked, sink);
                    return false;
                } else {
                    // What is launched again under the same name is no second one.
                    is_left |= decided.status.observed_attempts() > old.observed_attempts()
                        || decided.status.awaits_reset().is_some();
                }
            }
        }
        let (now, rules) = (self.now(), *self.rules());
        // Within one reconcile the time of a history entry is exact; what was stored before is as it was stored. Without
        // any entry it is now (`updatedTimestamp`).
        let is_old = decided.history.is_none() && old.last_history.is_some();
        let updated_at = if is_old { resource.history_at } else { now };
        // A timeout is told with the time that was over, whenever it is told.
        let timed_out = match asked {
            Asked::Clock(_) => self.action(id).and_then(|action| action.resource?.overdue).map(|(_, at)| at),
            Asked::Plugin(_) | Asked::Nobody => None,
        };
        if !self.send_events(id, decided, (updated_at, timed_out), sink) {
            self.reconcile_again(id, asked, sink);
            return false;
        }
        if !self.try_write(id, decided, sink) {
            // A plain write that failed is forgotten; all else is done again.
            if decided.write == Write::Plain {
                return true;
            }
            self.reconcile_again(id, asked, sink);
            // What is refused for what it says is refused again, however often it is said.
            return refuses_status(&decided.status, self.rules()).is_some();
        }
        let mut new = resource;
        match decided.write {
            Write::Nothing => {}
            Write::Finalizer => new.cr.finalizer = true,
            Write::Plain | Write::EventThenStatus => {
                (new.overdue, new.cleaning) = (None, false);
                new.left = is_left;
                new.cr.status = decided.status;
                // A counter that goes up is not why a resource is in its phase.
                if (old.conditions, old.attempts) != (decided.status.conditions, decided.status.attempts) {
                    new.cause = rule;
                }
                stamp_transitions(&mut new.transitions, &old, &decided.status, stored(now, &rules));
                if let Some((reason, _)) = decided.history {
                    new.history_at = stored(now, &rules);
                    if reason == Reason::Queued {
                        new.queued_at = new.history_at;
                    }
                }
            }
        }
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            *resource = new;
        }
        let plugin = match asked {
            // What the resource holds of a failure that is followed by another attempt is Queued.
            Asked::Plugin(Some(_)) if rule == Rule::RestartInPlace => decided.status.plugin_phase,
            Asked::Plugin(phase) => phase,
            Asked::Clock(_) | Asked::Nobody => None,
        };
        match decided.write {
            Write::Finalizer => {
                self.tell(sink, id, What::FinalizerAdded, rule);
                self.resource_changed(id);
                // The cache may know the outputs, or whom to wait for, before the plugin has anything to say; and a
                // template without a container needs no plugin's word.
                if spec.caching.discoverable || spec.containers == 0 {
                    self.reconcile_soon(id);
                }
            }
            Write::Plain if rule == Rule::SystemFailureTolerated => {
                let (count, tolerated) = (new.cr.status.system_failures, self.config().system_failures_max);
                self.tell(sink, id, What::SystemFailureCounted { count, tolerated, cause: decided.failure }, rule);
            }
            Write::Nothing if plugin.is_some() => self.tell(sink, id, What::StatusUnchanged, rule),
            Write::Nothing => {}
            Write::Plain | Write::EventThenStatus => {
                if let Some(condition) = leading_condition(&new.cr.status) {
                    let attempt = new.cr.status.attempts;
                    let (history, error) = (decided.history, new.cr.status.error);
                    self.tell(sink, id, What::StatusWritten { plugin, attempt, condition, history, error }, rule);
                }
            }
        }
        if decided.effects.stamp_labels {
            self.stamp_labels(id, sink);
        }
        // The informer has no predicate: a counter that goes up is news as any other write of the status is.
        if matches!(decided.write, Write::Plain | Write::EventThenStatus) {
            self.status_written(id);
        }
        if decided.effects.stamp_labels {
            self.resource_changed(id);
        }
        // What the executor writes has it look again; only the cache may then have anything to say.
        if matches!(decided.write, Write::Plain | Write::EventThenStatus) && self.is_polled(id) {
            self.reconcile_soon(id);
        }
        let status = new.cr.status;
        if is_reset_due(&status, &rules)
            || (status.conditions.is_terminal() && !decided.effects.stamp_labels && !new.cr.labelled)
        {
            self.reconcile_soon(id);
        }
        if rule == Rule::DeadlineExceeded {
            // What it has started goes with it, as the SDK documents.
            self.cascade(id, sink);
        }
        self.watch_the_clock(id, &old, decided, sink);
        self.watch_the_process(id, &old, decided, asked, sink);
        true
    }

    /// Has the plugin stop the attempt and clean up, for a reason, or for another one if that fails; false if it does.
    pub(super) fn stop_plugin(
        &mut self,
        id: ActionId,
        resource: &Resource,
        [rule, failed]: [Rule; 2],
        sink: &mut impl Sink,
    ) -> bool {
        if self.fails(Call::AbortPlugin, id, failed, sink).is_some() {
            return false;
        }
        self.tell(sink, id, What::PluginAborted { attempt: resource.cr.status.observed_attempts() }, rule);
        if self.fails(Call::FinalizePlugin, id, failed, sink).is_some() {
            return false;
        }
        self.tell(sink, id, What::PluginFinalized, rule);
        true
    }

    /// Whether the attempt that failed is followed by another, as far as the executor sees to it.
    pub fn begins_the_next(&self, status: &Status) -> bool {
        is_reset_due(status, self.rules())
    }

    fn stamp_labels(&mut self, id: ActionId, sink: &mut impl Sink) {
        // Labels that are there stay, also those that were inherited.
        if self.action(id).and_then(|action| action.resource).is_none_or(|resource| resource.cr.labelled) {
            return;
        }
        if self.fails(Call::PatchLabels, id, Rule::LabelsNotStamped, sink).is_some() {
            return self.reconcile_soon(id);
        }
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            let conditions = &resource.cr.status.conditions;
            let ended = |kind| conditions.find(kind).is_some_and(|(_, c)| c.status == ConditionStatus::True);
            let [_, succeeded, failed] = resource.transitions;
            let at = if ended(ConditionType::Succeeded) { succeeded } else { failed };
            resource.completed_at = Some(at);
            resource.cr.labelled = true;
        }
        self.tell(sink, id, What::LabelsStamped, Rule::TerminalLabels);
        self.await_collection(id, self.now(), sink);
    }

    /// The resource under deletion goes (`handleAbortAndFinalize`), and with it what waits for it.
    pub(super) fn finalize(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        let has_context = !resource.cr.finalizer || {
            let (waits, rule) = cleanup_impossible(self.rules());
            let failed = self.fails(Call::BuildContext, id, rule, sink).is_some();
            if failed && waits {
                return self.requeue(id, sink);
            }
            !failed
        };
        let finalized = handle_abort_and_finalize(&spec, has_context, &resource.cr, self.rules());
        if finalized.plugin {
            if !self.stop_plugin(id, &resource, [Rule::AbortAndFinalize, Rule::DeletionHeld], sink) {
                return self.requeue(id, sink);
            }
            self.release_deleted(id, &spec, sink);
        }
        if let Ok(told) = finalized.event {
            let fault = self.take_fault(Call::RecordEvent, id);
            if matches!(fault, None | Some(FaultReply::TimedOut)) {
                self.record_event(id, &told, self.now(), Rule::AbortedEvent, sink);
            }
            if let Some(reply) = fault {
                self.tell(sink, id, What::CallFailed { call: Call::RecordEvent, reply }, Rule::DeletionHeld);
                return self.requeue(id, sink);
            }
        }
        if resource.cr.finalizer && self.fails(Call::UpdateFinalizer, id, Rule::FinalizerNotWritten, sink).is_some() {
            return self.reconcile_soon(id);
        }
        let news = self.news_of(id);
        if let Some(action) = self.action_mut(id) {
            action.resource = None;
        }
        self.set_unheard(id, None);
        self.set_process(id, Process::None);
        self.watch_the_lease(id, &spec, sink);
        for &kind in TimerKind::ALL.iter().filter(|kind| kind.is_of_resource()) {
            self.cancel_timer(id, kind);
        }
        self.tell(sink, id, What::ResourceDeleted, finalized.rule);
        if !informer::sees_every_status(self.rules()) {
            self.drop_updates(id);
        }
        self.push(id, PendingWork::WatchDelete, news);
        self.push(id, PendingWork::Cascade, None);
    }

    /// The executor looks again after its interval.
    pub(super) fn requeue(&mut self, id: ActionId, sink: &mut impl Sink) {
        if !self.timers_of(id).any(|timer| timer.kind == TimerKind::Requeue) {
            let due = self.now().plus(self.config().requeue_ms);
            self.set_timer(due, id, TimerKind::Requeue, Rule::RequeueTimerSet, sink);
        }
    }

    pub(super) fn restart_executor(&mut self, down_ms: u64, sink: &mut impl Sink) {
        self.sweep_from(self.now());
        if lease_expired(down_ms, self.config().requeue_ms, self.rules()) {
            self.expire_reservations(sink);
        }
        for id in self.ids() {
            let Some(resource) = self.action(id).and_then(|action| action.resource) else { continue };
            self.reconcile_soon(id);
            if resource.cr.labelled {
                self.cancel_timer(id, TimerKind::Collection);
                self.await_collection(id, self.now(), sink);
            }
        }
    }

    /// Puts the resource before the executor's eyes again.
    pub(super) fn reconcile_soon(&mut self, action: ActionId) {
        self.push(action, PendingWork::Reconcile, None);
    }

    /// A time as a resource holds it.
    pub fn stored(&self, time: Time) -> Time {
        stored(time, self.rules())
    }
}

/// What Handle returns for a template without a container (pod_helper.go, `BuildRawPod`).
const NO_POD: Observation = Observation::HandleError {
    non_retryable: Some((NonRetryableCode::BadTaskSpecification, ErrorCode::Text(TextId::BAD_TASK_SPECIFICATION))),
    text: TextId::NO_CONTAINER,
};

/// What counts once an attempt's time is over: an end that is proved to have come before, and nothing else
/// (`attemptOverran`).
fn overdue(seen: &Observation, asked: Asked, over_at: Time, (bound, ms): (TimeBound, u64)) -> (Observation, Asked) {
    match seen {
        Observation::Report(report)
            if matches!(
                report.phase,
                PluginPhase::Success
                    | PluginPhase::PermanentFailure
                    | PluginPhase::RetryableFailure
                    | PluginPhase::Aborted
            ) && report.occurred_at.is_some_and(|at| at <= over_at) =>
        {
            (Observation::Cached { report: *report, rule: Rule::EndedInTime }, asked)
        }
        _ => (Observation::TimedOut { bound, ms }, Asked::Clock(bound)),
    }
}

/// A condition's time moves only when it changes between True, False and Unknown (`meta.SetStatusCondition`).
fn stamp_transitions(times: &mut [Time; 3], old: &Status, new: &Status, at: Time) {
    for (time, &kind) in times.iter_mut().zip(ConditionType::ALL) {
        let status = |status: &Status| status.conditions.find(kind).map(|(_, condition)| condition.status);
        if status(new).is_some() && status(new) != status(old) {
            *time = at;
        }
    }
}

/// The condition that says most: the one that ended it, else Progressing.
fn leading_condition(status: &Status) -> Option<Condition> {
    let ended =
        status.conditions.iter().find(|c| c.kind != ConditionType::Progressing && c.status == ConditionStatus::True);
    ended.or_else(|| status.conditions.iter().next()).copied()
}
