//! The abort reconciler (runs/service/abort_reconciler.go): workers take the aborts that were asked for, call the actions
//! service, and call again after a delay. [`super::abort_queue`] is what it keeps.

use super::abort_queue::AbortTaskState;
use super::{Sink, World};
use crate::model::config::drawn;
use crate::model::{AbortAnswers, AbortReply, ActionId, Call, FaultReply, PendingWork, Rule, TextId, TimerKind, What};
use crate::rules::abort::{
    AbortStep, MarkFailure, MarkStep, abort_attempt, clear_abort_request, is_pending_abort, mark_abort_attempt,
    mark_failed,
};
use crate::rules::requests::shares_namespace;

impl World {
    pub(super) fn queue_abort(&mut self, id: ActionId, reason: TextId, rule: Rule, sink: &mut impl Sink) {
        self.aborts_about(id).enqueue(id, reason);
        self.tell(sink, id, What::AbortQueued, rule);
        self.wake_worker();
    }

    /// Gives the task that has waited longest to a worker, if one is free.
    fn wake_worker(&mut self) {
        let workers = self.config().abort.workers as usize;
        if self.line().calling_count() >= workers {
            return;
        }
        let woken = self.woken();
        if self.line().calling_count() + woken.len() < workers
            && let Some(next) = self.line().first_queued_except(&woken)
        {
            self.push(next, PendingWork::AbortWorker, None);
        }
    }

    /// A worker of the abort reconciler takes a task: it counts, calls, and waits for the reply (`processTask`).
    pub(super) fn call_abort(&mut self, id: ActionId, sink: &mut impl Sink) {
        if let Some(reply) = self.take_fault(Call::MarkAbortAttempt, id)
            && let MarkStep::RetryAfter(delay_ms, rule) = mark_failed(MarkFailure::Error, &self.config().abort)
        {
            self.tell(sink, id, What::CallFailed { call: Call::MarkAbortAttempt, reply }, rule);
            let until = self.now().plus(delay_ms);
            self.aborts_about(id).set(id, AbortTaskState::Waiting { until, delay_ms, ceiling_ms: delay_ms });
            self.set_timer(until, id, TimerKind::AbortRetry, Rule::RetryTimerSet, sink);
            return self.wake_worker();
        }
        let now = self.now();
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
        if self.config().abort.reply == AbortAnswers::Ok {
            return self.answer_abort(id, attempt, sink);
        }
        self.wake_worker();
    }

    /// The actions service answers the call at once. What is drawn after a failure follows from the seed, the action and
    /// the call.
    fn answer_abort(&mut self, id: ActionId, attempt: u32, sink: &mut impl Sink) {
        let reply = match self.take_fault(Call::AbortAction, id) {
            None => AbortReply::Ok,
            Some(FaultReply::TimedOut) => {
                self.delete_for_abort(id, sink);
                AbortReply::DeadlineExceeded
            }
            Some(_) => AbortReply::Unavailable,
        };
        let place = id.index().saturating_mul(1_000).saturating_add(attempt as usize);
        let draw_ms = self.abort_ceiling(id, reply).map(|ceiling| drawn((self.config().seed, place), ceiling));
        self.abort_reply(id, reply, draw_ms, sink);
    }

    /// The actions service deletes the resource that has the action's name (`AbortAction`).
    fn delete_for_abort(&mut self, id: ActionId, sink: &mut impl Sink) {
        if self.action(id).is_some_and(|action| action.resource.is_some()) {
            self.request_deletion(id, Rule::DeletionRequested, sink);
        } else if let Some(other) = self.namesake_of(id).filter(|_| shares_namespace(self.rules())) {
            self.request_deletion(other, Rule::NamesakeDeleted, sink);
        }
    }

    /// The ceiling of the delay that would follow this reply, if one would.
    pub fn abort_ceiling(&self, id: ActionId, reply: crate::model::AbortReply) -> Option<u64> {
        let attempt = self.abort_call_of(id)?;
        match abort_attempt(attempt, reply, &self.config().abort, self.rules()) {
            AbortStep::RetryWithin(ceiling) => Some(ceiling),
            AbortStep::Done(_) | AbortStep::GivenUp { .. } => None,
        }
    }

    pub(super) fn abort_reply(&mut self, id: ActionId, reply: AbortReply, draw_ms: Option<u64>, sink: &mut impl Sink) {
        let Some(alive) = self.action(id).map(|action| action.resource.is_some()) else { return };
        let Some(attempt) = self.abort_call_of(id) else { return };
        if reply == AbortReply::Ok {
            self.delete_for_abort(id, sink);
        }
        match abort_attempt(attempt, reply, &self.config().abort, self.rules()) {
            AbortStep::Done(rule) => {
                let rule = if reply == AbortReply::Ok && !alive { Rule::AbortAlreadyGone } else { rule };
                self.aborts_about(id).remove(id);
                self.tell(sink, id, What::AbortSucceeded { reply }, rule);
                self.clear_abort(id, sink);
            }
            AbortStep::GivenUp { clears } => {
                self.aborts_about(id).remove(id);
                self.tell(sink, id, What::AbortGivenUp { attempts: attempt }, Rule::AbortGivenUp);
                if clears {
                    self.clear_abort(id, sink);
                } else {
                    self.tell(sink, id, What::UpdateSkipped, Rule::AbortRequestKept);
                }
            }
            AbortStep::RetryWithin(ceiling_ms) => {
                let delay_ms = draw_ms.unwrap_or(ceiling_ms).min(ceiling_ms);
                let until = self.now().plus(delay_ms);
                self.aborts_about(id).set(id, AbortTaskState::Waiting { until, delay_ms, ceiling_ms });
                self.tell(sink, id, What::AbortRetryScheduled { attempt, delay_ms, ceiling_ms }, Rule::AbortBackoff);
                self.set_timer(until, id, TimerKind::AbortRetry, Rule::RetryTimerSet, sink);
            }
        }
        self.wake_worker();
    }

    /// The other action whose resource has the name of this one's.
    fn namesake_of(&self, id: ActionId) -> Option<ActionId> {
        let action = self.action(id)?;
        self.namesake(self.text(action.full_name), (action.project, action.domain))
    }

    fn clear_abort(&mut self, id: ActionId, sink: &mut impl Sink) {
        if self.fails(Call::ClearAbortRequest, id, Rule::AbortClearFailed, sink).is_some() {
            return;
        }
        let now = self.now();
        if let Some(row) = self.action_mut(id).and_then(|action| action.row.as_mut()) {
            *row = clear_abort_request(row, now);
        }
        self.tell(sink, id, What::AbortRequestCleared, Rule::AbortRequestCleared);
    }

    pub(super) fn restart_runs(&mut self, sink: &mut impl Sink) {
        self.forget_aborts();
        for id in self.ids() {
            self.cancel_timer(id, TimerKind::AbortRetry);
        }
        for id in self.ids() {
            if let Some(row) = self.action(id).and_then(|action| action.row).filter(is_pending_abort) {
                self.queue_abort(id, row.abort.reason.unwrap_or(TextId::EMPTY), Rule::AbortQueued, sink);
            }
        }
    }
}
