//! Doing the work that is due: the executor, the informer and the run service, the abort workers, Kubernetes.

use super::abort_queue::AbortTaskState;
use super::pending::{News, Pending};
use super::{Action, Resource, Sink, World};
use crate::model::policy::{Retry, TaskTimeout, Watch};
use crate::model::{
    ActionId, ActionKind, ActionPhase, ActionRow, Call, Condition, ConditionStatus, ConditionType, FaultReply,
    Observation, PendingWork, PluginPhase, Reason, Rule, Status, TextId, Time, TimerKind, What,
};
use crate::rules::abort::{MarkFailure, MarkStep, explains_abort, mark_abort_attempt, mark_failed};
use crate::rules::events::EventKey;
use crate::rules::failures::{
    decides_anew, news_failed, notification_failed, plain_write_failed, record_failed, refuses_status,
};
use crate::rules::informer::{self, Notice, RunServiceReply};
use crate::rules::stamps::stored;
use crate::rules::{
    ConditionSeen, Reconciled, Told, Update, Write, handle_abort_and_finalize, reconcile_condition, update_action_phase,
};

/// Who had something to say when the executor reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The plugin, by a phase or by an error.
    Plugin(Option<PluginPhase>),
    /// The clock: the attempt's time is over.
    Clock,
    /// Nobody: the executor looked by itself.
    Nobody,
}

impl World {
    pub(super) fn work(&mut self, item: &Pending, sink: &mut impl Sink) {
        match item.work {
            PendingWork::Reconcile => self.reconcile(item.action, sink),
            PendingWork::WatchAdd | PendingWork::WatchUpdate => {
                if let Some(news) = item.news.or_else(|| self.news_of(item.action)) {
                    self.notify_run_service(item, &news, false, sink);
                }
            }
            PendingWork::WatchDelete => {
                if let Some(news) = item.news {
                    self.notify_run_service(item, &news, true, sink);
                }
            }
            PendingWork::AbortWorker => self.call_abort(item.action, sink),
            PendingWork::Cascade => self.cascade(item.action, sink),
            PendingWork::Enqueue => self.enqueue_root(item, sink),
        }
    }

    /// The executor looks at a resource without news from the plugin (`Reconcile`).
    fn reconcile(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some((action, resource)) = self.action(id).and_then(|action| Some((*action, action.resource?))) else {
            return;
        };
        if resource.cr.deleting {
            return self.finalize(id, sink);
        }
        match action.spec.kind {
            ActionKind::Task | ActionKind::Trace => {
                self.reconcile_with(id, &Observation::Nothing, Asked::Nobody, sink);
            }
            ActionKind::Condition => self.reconcile_condition(id, &action, &resource, sink),
        }
    }

    fn reconcile_condition(&mut self, id: ActionId, action: &Action, resource: &Resource, sink: &mut impl Sink) {
        let stale = self.take_stale(id, sink);
        let cr = stale.unwrap_or(resource.cr);
        let timeout_ms = action.spec.timeout_ms;
        let waited = self.now.since(resource.created_at);
        let seen = ConditionSeen {
            deadline_passed: timeout_ms > 0 && waited >= timeout_ms,
            waited_seconds: u32::try_from((waited + 500) / 1_000).unwrap_or(u32::MAX),
            name: action.resource_name,
        };
        let rules = self.config.rules;
        let mut decided = reconcile_condition(&action.spec, &cr, &seen, &rules);
        if stale.is_some_and(|stale| stale != resource.cr) && decided.write == Write::EventThenStatus {
            let (anew, rule) = decides_anew(&rules);
            self.tell(sink, id, What::CallFailed { call: Call::WriteStatus, reply: FaultReply::Conflict }, rule);
            if anew {
                decided = reconcile_condition(&action.spec, &resource.cr, &seen, &rules);
            }
            // A condition's status is applied field by field, so that a signal which has landed stays.
            decided.status.signal = resource.cr.status.signal;
        }
        self.write_reconciled(id, &decided, Asked::Nobody, sink);
    }

    /// The reconcile failed: the executor does it again, at once if it looked by itself. A plugin is asked again, which
    /// is for the next command to say.
    fn reconcile_again(&mut self, id: ActionId, asked: Asked, sink: &mut impl Sink) {
        match asked {
            Asked::Plugin(_) => {}
            Asked::Nobody => self.reconcile_soon(id),
            Asked::Clock => {
                let due = self.now.plus(self.config.requeue_ms);
                self.set_timer(due, id, TimerKind::AttemptTimeout, Rule::RequeueTimerSet, sink);
            }
        }
    }

    /// Sends the events of a decision, in order; false if one of them fails.
    fn send_events(&mut self, id: ActionId, decided: &Reconciled, updated_at: Time, sink: &mut impl Sink) -> bool {
        for told in decided.events.iter().flatten() {
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
                let (retried, rule) = plain_write_failed(&self.config.rules);
                self.fails(Call::WriteStatus, id, rule, sink).is_none() || retried
            }
            Write::EventThenStatus => match self.take_fault(Call::WriteStatus, id) {
                None => match refuses_status(&decided.status, &self.config.rules) {
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

    /// Carries out what a reconcile decided, in upstream's order: the plugin, the events, the status, the labels.
    pub(super) fn write_reconciled(&mut self, id: ActionId, decided: &Reconciled, asked: Asked, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        let old = resource.cr.status;
        let rule = decided.rule;
        if decided.effects.abort_plugin && self.fails(Call::AbortPlugin, id, Rule::PluginAbortIgnored, sink).is_none() {
            self.tell(sink, id, What::PluginAborted { attempt: old.observed_attempts() }, rule);
        }
        let (now, rules) = (self.now, self.config.rules);
        // Within one reconcile the time of a history entry is exact; what was stored before is as it was stored.
        let updated_at = if decided.history.is_some() { now } else { resource.history_at };
        if !self.send_events(id, decided, updated_at, sink) {
            return self.reconcile_again(id, asked, sink);
        }
        if !self.try_write(id, decided, sink) {
            // A plain write that failed is forgotten; all else is done again.
            if decided.write != Write::Plain {
                self.reconcile_again(id, asked, sink);
            }
            return;
        }
        let mut new = resource;
        match decided.write {
            Write::Nothing => {}
            Write::Finalizer => new.cr.finalizer = true,
            Write::Plain | Write::EventThenStatus => {
                new.cr.status = decided.status;
                // A counter that goes up is not why a resource is in its phase.
                if (old.conditions, old.attempts) != (decided.status.conditions, decided.status.attempts) {
                    new.cause = rule;
                }
                stamp_transitions(&mut new.transitions, &old, &decided.status, stored(now, &rules));
                if decided.history.is_some() {
                    new.history_at = stored(now, &rules);
                }
            }
        }
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            *resource = new;
        }
        let plugin = match asked {
            Asked::Plugin(phase) => phase,
            Asked::Clock | Asked::Nobody => None,
        };
        match decided.write {
            Write::Finalizer => {
                self.tell(sink, id, What::FinalizerAdded, rule);
                // The cache may know the outputs, or whom to wait for, before the plugin has anything to say.
                if spec.caching.discoverable {
                    self.reconcile_soon(id);
                }
            }
            Write::Plain if rule == Rule::SystemFailureTolerated => {
                let (count, tolerated) = (new.cr.status.system_failures, self.config.system_failures_max);
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
            let news = self.news_of(id).filter(|_| rules.watch == Watch::EveryStatus);
            if news.is_some() || informer::is_dispatched(false, self.pending.has_update(id)) {
                self.push(id, PendingWork::WatchUpdate, news);
            }
        }
        let status = new.cr.status;
        let resets = rules.retry == Retry::Recorded && status.awaits_reset().is_some();
        if resets || (status.conditions.is_terminal() && !decided.effects.stamp_labels && !new.cr.labelled) {
            self.reconcile_soon(id);
        }
        self.watch_the_clock(id, spec.timeout_ms, sink);
    }

    /// Sets the attempt's timer when it is first RUNNING, and takes timers off that have lost their point.
    fn watch_the_clock(&mut self, id: ActionId, timeout_ms: u64, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        if timeout_ms == 0 {
            return;
        }
        let status = resource.cr.status;
        let over = status.conditions.is_terminal() || resource.cr.deleting;
        if spec.kind == ActionKind::Condition {
            if over {
                self.cancel_timer(id, TimerKind::ConditionDeadline);
            }
            return;
        }
        if self.config.rules.task_timeout == TaskTimeout::Ignored {
            return;
        }
        let attempt = status.observed_attempts();
        if over || status.awaits_reset().is_some() || attempt != resource.timed_attempt {
            self.cancel_timer(id, TimerKind::AttemptTimeout);
        }
        let runs = status.conditions.progressing() == Some(Reason::Executing);
        if runs && !over && attempt != resource.timed_attempt {
            if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
                resource.timed_attempt = attempt;
            }
            let due = self.now.plus(timeout_ms);
            self.set_timer(due, id, TimerKind::AttemptTimeout, Rule::AttemptTimerSet, sink);
        }
    }

    fn stamp_labels(&mut self, id: ActionId, sink: &mut impl Sink) {
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
        self.await_collection(id, self.now, sink);
    }

    pub(super) fn record_event(
        &mut self,
        id: ActionId,
        told: &Told,
        updated_at: Time,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        let Told { attempt, phase, version, error, .. } = *told;
        self.footprint.mark(id);
        if self.events.insert(id, EventKey { attempt, phase: phase.number(), version }) {
            self.tell(sink, id, What::EventRecorded { phase, attempt, version, error, updated_at }, rule);
        } else {
            self.tell(sink, id, What::EventDropped { phase, attempt, version }, Rule::EventFirstWriterWins);
        }
    }

    /// What the informer sees when it looks at a resource.
    fn news_of(&self, id: ActionId) -> Option<News> {
        let resource = self.action(id)?.resource?;
        let status = &resource.cr.status;
        let reported = informer::reported(status, &self.config.rules);
        Some(News { cr: resource.cr, reported, created_at: resource.created_at, cause: resource.cause })
    }

    /// The informer tells the run service (`notifyRunService`): record, promote the parent, update, label.
    fn notify_run_service(&mut self, item: &Pending, news: &News, deleted: bool, sink: &mut impl Sink) {
        let id = item.action;
        if let Some(rule) = informer::skipped(&news.cr) {
            self.tell(sink, id, What::UpdateSkipped, rule);
            return;
        }
        let Some(action) = self.action(id).copied() else { return };
        if !action.seen && !self.record_action(id, &action, sink) && news_failed(&self.config.rules).0 {
            self.put_back(Pending { news: Some(*news), ..*item });
            return;
        }
        let notice = Notice { known: action.seen, deleted, has_parent: action.parent.is_some() };
        if let (Some(running), Some(parent)) = (informer::parent_update(notice, &self.config.rules), action.parent) {
            self.update_row(parent, &running, Some(Rule::ParentPromoted), sink);
        }
        let (phase, rule) = informer::update_phase(news.reported, deleted);
        let cause = rule.unwrap_or(news.cause);
        let update = match informer::status_update(phase, &news.cr.status, Some(news.created_at), &self.config.rules) {
            Ok(update) => update,
            Err(rule) => {
                // A resource nobody has looked at yet says nothing; that is no news to anybody.
                if cause != Rule::ActionEnqueued {
                    self.tell(sink, id, What::UpdateSkipped, rule);
                }
                return;
            }
        };
        let fault = self.take_fault(Call::UpdateActionStatus, id);
        if matches!(fault, None | Some(FaultReply::TimedOut)) {
            self.update_row(id, &update, Some(cause), sink);
        }
        if let Some(reply) = fault {
            let (again, rule) = news_failed(&self.config.rules);
            self.tell(sink, id, What::CallFailed { call: Call::UpdateActionStatus, reply }, rule);
            if again {
                self.put_back(Pending { news: Some(*news), ..*item });
            }
        }
        // The run service answers that all is well also if its guard has refused the update.
        if informer::is_marked_recorded(news.reported, deleted, RunServiceReply::of(fault), &news.cr) {
            if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
                resource.cr.recorded = true;
            }
            self.tell(sink, id, What::LabelsStamped, Rule::TerminalRecorded);
        }
    }

    /// The informer has the run service record an action that its filter does not hold (`RecordAction`); whether the
    /// filter holds it now.
    fn record_action(&mut self, id: ActionId, action: &Action, sink: &mut impl Sink) -> bool {
        let fault = self.take_fault(Call::RecordAction, id);
        let recorded = action.row.is_some();
        let refused = informer::refuses_record(&action.spec, &self.config.rules).filter(|_| !recorded);
        if !recorded && refused.is_none() && matches!(fault, None | Some(FaultReply::TimedOut)) {
            self.insert_row(id, ActionPhase::Queued, Rule::ActionRecorded, sink);
        }
        let remembered = match (fault, refused) {
            (None, None) => true,
            // Whoever looks inside the reply learns only that asking again is of no use.
            (None, Some(rule)) => {
                let what = What::CallFailed { call: Call::RecordAction, reply: FaultReply::Rejected };
                self.tell(sink, id, what, rule);
                true
            }
            (Some(reply), _) => {
                let (remembered, rule) = record_failed(reply, &self.config.rules);
                self.tell(sink, id, What::CallFailed { call: Call::RecordAction, reply }, rule);
                remembered
            }
        };
        if let Some(action) = self.action_mut(id) {
            action.seen = remembered;
        }
        remembered
    }

    /// The reason of the nearest abort, its own or an ancestor's.
    fn nearest_abort_reason(&self, id: ActionId) -> Option<TextId> {
        let mut next = Some(id);
        while let Some(action) = next.and_then(|id| self.action(id)) {
            let reason = action.row.and_then(|row| row.abort.reason);
            if reason.is_some() {
                return reason;
            }
            next = action.parent;
        }
        None
    }

    /// One update of a row through its guard (`UpdateActionStatus`). `cause` is the decision behind it, if there is
    /// one; an update from outside has only the guard's rule.
    pub(super) fn update_row(&mut self, id: ActionId, update: &Update, cause: Option<Rule>, sink: &mut impl Sink) {
        let Some(action) = self.action(id).copied() else { return };
        let Some(row) = action.row else {
            self.tell(sink, id, What::UpdateSkipped, Rule::RowMissing);
            return;
        };
        match update_action_phase(&row, update, action.spec.max_attempts, self.now, &self.config.rules) {
            Ok((new, rule)) => self.write_row(id, &row, new, cause.unwrap_or(rule), sink),
            Err(rule) => {
                let what = What::UpdateRefused { from: row.phase, to: update.phase, attempt: update.attempts };
                self.tell(sink, id, what, rule);
            }
        }
    }

    pub(super) fn write_row(
        &mut self,
        id: ActionId,
        old: &ActionRow,
        new: ActionRow,
        rule: Rule,
        sink: &mut impl Sink,
    ) {
        let mut new = new;
        if explains_abort(&new, &self.config.rules) {
            new.abort.reason = self.nearest_abort_reason(id).or(Some(TextId::WAS_ABORTED));
        }
        if let Some(action) = self.action_mut(id) {
            action.row = Some(new);
        }
        let attempt = new.attempts;
        let what = if old.phase == new.phase {
            What::RowRewritten { phase: new.phase, attempt }
        } else {
            What::PhaseRecorded { from: old.phase, to: new.phase, attempt }
        };
        self.tell(sink, id, what, rule);
        let (_, told) = notification_failed(&self.config.rules);
        self.fails(Call::Notify, id, told, sink);
    }

    /// The resource is to be deleted; without a finalizer it is gone at once.
    pub(super) fn request_deletion(&mut self, id: ActionId, rule: Rule, sink: &mut impl Sink) {
        let now = self.now;
        let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) else { return };
        if resource.cr.deleting {
            return;
        }
        resource.cr.deleting = true;
        resource.deleted_at = Some(now);
        let held = resource.cr.finalizer;
        self.tell(sink, id, What::DeletionRequested, rule);
        if held {
            self.reconcile_soon(id);
        } else {
            self.finalize(id, sink);
        }
    }

    /// The resource under deletion goes (`handleAbortAndFinalize`), and with it what waits for it.
    fn finalize(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        let finalized = handle_abort_and_finalize(&spec, &resource.cr, &self.config.rules);
        if finalized.plugin {
            let attempt = resource.cr.status.observed_attempts();
            if self.fails(Call::AbortPlugin, id, Rule::DeletionHeld, sink).is_some() {
                return self.requeue(id, sink);
            }
            self.tell(sink, id, What::PluginAborted { attempt }, Rule::AbortAndFinalize);
            if self.fails(Call::FinalizePlugin, id, Rule::DeletionHeld, sink).is_some() {
                return self.requeue(id, sink);
            }
            self.tell(sink, id, What::PluginFinalized, Rule::AbortAndFinalize);
            self.release_deleted(id, &spec, sink);
        }
        if let Ok(told) = finalized.event {
            let fault = self.take_fault(Call::RecordEvent, id);
            if matches!(fault, None | Some(FaultReply::TimedOut)) {
                self.record_event(id, &told, self.now, Rule::AbortedEvent, sink);
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
        for kind in [TimerKind::AttemptTimeout, TimerKind::ConditionDeadline, TimerKind::Requeue, TimerKind::Collection]
        {
            self.cancel_timer(id, kind);
        }
        self.tell(sink, id, What::ResourceDeleted, finalized.rule);
        if self.config.rules.watch == Watch::Latest {
            self.pending.drop_updates(id);
        }
        self.push(id, PendingWork::WatchDelete, news);
        self.push(id, PendingWork::Cascade, None);
    }

    /// Kubernetes deletes the children of a resource that is gone: one level, since each waits for its own finalizer.
    fn cascade(&mut self, id: ActionId, sink: &mut impl Sink) {
        let children: Vec<ActionId> = self.children(id).collect();
        for child in children {
            self.request_deletion(child, Rule::CascadeDeletes, sink);
        }
    }

    /// A worker of the abort reconciler takes a task: it counts, calls, and waits for the reply (`processTask`).
    fn call_abort(&mut self, id: ActionId, sink: &mut impl Sink) {
        if let Some(reply) = self.take_fault(Call::MarkAbortAttempt, id)
            && let MarkStep::RetryAfter(delay_ms, rule) = mark_failed(MarkFailure::Error, &self.config.abort)
        {
            self.tell(sink, id, What::CallFailed { call: Call::MarkAbortAttempt, reply }, rule);
            let until = self.now.plus(delay_ms);
            self.aborts_about(id).set(id, AbortTaskState::Waiting { until, delay_ms, ceiling_ms: delay_ms });
            self.set_timer(until, id, TimerKind::AbortRetry, Rule::RetryTimerSet, sink);
            return self.wake_worker();
        }
        let now = self.now;
        let Some(row) = self.action_mut(id).and_then(|action| action.row.as_mut()) else {
            self.aborts_about(id).remove(id);
            self.tell(sink, id, What::AbortDropped, Rule::AbortRowMissing);
            return self.wake_worker();
        };
        *row = mark_abort_attempt(row, now);
        let attempt = row.abort.attempts;
        self.aborts_about(id).set(id, AbortTaskState::Calling { attempt });
        self.tell(sink, id, What::AbortAttemptCounted { count: attempt }, Rule::AbortCounted);
        self.tell(sink, id, What::AbortCalled { attempt }, Rule::AbortCalled);
        self.wake_worker();
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
