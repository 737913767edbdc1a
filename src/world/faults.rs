//! What goes wrong on request: calls that fail once, news that is lost or comes twice, processes that start again. The
//! rules in [`crate::rules::failures`] say what follows.

use super::abort_queue::AbortQueue;
use super::footprint::Marks;
use super::pending::Pending;
use super::{Sink, World};
use crate::model::policy::{CacheLease, LostNews};
use crate::model::{
    ActionId, Call, Fact, FaultReply, PendingWork, Rule, Service, TaskAction, TextId, Time, TimerKind, What,
};
use crate::rules::abort::is_pending_abort;

/// How many requeue intervals a reservation outlives its owner's last word.
const LEASE_INTERVALS: u64 = 3;

/// A call that is to fail once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    /// Which call.
    pub call: Call,
    /// How.
    pub reply: FaultReply,
    /// About which action; about any if there is none.
    pub action: Option<ActionId>,
    /// What a stale read sees.
    pub seen: Option<Box<TaskAction>>,
}

/// How a call can go wrong if nobody says how.
pub(super) fn usual_reply(call: Call) -> FaultReply {
    call.replies().first().copied().unwrap_or(FaultReply::Error)
}

impl World {
    /// The calls that are to fail.
    pub fn faults(&self) -> &[Fault] {
        self.footprint.add(Marks::FAULTS);
        &self.faults
    }

    pub(super) fn arm_fault(
        &mut self,
        call: Call,
        reply: Option<FaultReply>,
        action: Option<ActionId>,
        sink: &mut impl Sink,
    ) {
        let reply = reply.unwrap_or_else(|| usual_reply(call));
        if call.is_of_process() {
            return self.process_fails(call, reply, sink);
        }
        let resource = action.and_then(|id| self.action(id)).and_then(|action| action.resource);
        let seen = resource.filter(|_| reply == FaultReply::Stale).map(|resource| Box::new(resource.cr));
        self.footprint.add(Marks::FAULTS);
        self.faults.push(Fault { call, reply, action, seen });
        sink.fact(Fact { at: self.now, action, what: What::FaultArmed { call, reply }, rule: Rule::FaultArmed });
    }

    /// What a process does all the time goes wrong at once.
    fn process_fails(&mut self, call: Call, reply: FaultReply, sink: &mut impl Sink) {
        let rule = match call {
            Call::ListenPing => crate::rules::failures::ping_failed(&self.config.rules).1,
            _ => Rule::WatchBroken,
        };
        sink.fact(Fact { at: self.now, action: None, what: What::CallFailed { call, reply }, rule });
        if call == Call::WatchResources {
            self.list_anew();
        }
    }

    /// The informer lists all resources. Of one that was written twice it sees what was written last, unless nothing is
    /// to be lost; a deletion is told in any case, since the informer knows what it held.
    fn list_anew(&mut self) {
        for id in self.ids() {
            if self.action(id).is_none_or(|action| action.resource.is_none()) {
                continue;
            }
            if self.config.rules.lost_news == LostNews::Forgotten {
                let changed = |item: &&Pending| item.is_news() && item.work != PendingWork::WatchDelete;
                let lost: Vec<u32> = self.pending_of(id).filter(changed).map(|item| item.id).collect();
                for item in lost {
                    self.take_pending(item);
                }
            }
            self.push(id, PendingWork::WatchUpdate, None);
        }
    }

    /// How this call goes wrong, if it does: the oldest fault that fits is used up.
    pub(super) fn take_fault(&mut self, call: Call, id: ActionId) -> Option<FaultReply> {
        self.find_fault(call, id).map(|fault| fault.reply)
    }

    /// What the executor reads, if its cache is behind.
    pub(super) fn take_stale(&mut self, id: ActionId, sink: &mut impl Sink) -> Option<TaskAction> {
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

    fn find_fault(&mut self, call: Call, id: ActionId) -> Option<Fault> {
        if self.faults().is_empty() {
            return None;
        }
        let fits = |fault: &Fault| fault.call == call && fault.action.is_none_or(|action| action == id);
        self.faults.iter().position(fits).map(|place| self.faults.remove(place))
    }

    /// Takes a fault and tells of the failure it leads to.
    pub(super) fn fails(&mut self, call: Call, id: ActionId, rule: Rule, sink: &mut impl Sink) -> Option<FaultReply> {
        let reply = self.take_fault(call, id)?;
        self.tell(sink, id, What::CallFailed { call, reply }, rule);
        Some(reply)
    }

    /// A piece of news is lost, or told again where nothing is lost.
    pub(super) fn drop_news(&mut self, item: Option<u32>, sink: &mut impl Sink) {
        let Some(item) = self.pending_item(item).copied() else { return };
        let kept = match item.work {
            PendingWork::Enqueue => crate::rules::failures::enqueue_failed(&self.config.rules),
            _ => crate::rules::failures::news_failed(&self.config.rules),
        };
        self.tell(sink, item.action, What::NewsDropped { work: item.work }, kept.1);
        if !kept.0 {
            self.take_pending(item.id);
        }
    }

    pub(super) fn duplicate_news(&mut self, item: Option<u32>, sink: &mut impl Sink) {
        let Some(item) = self.pending_item(item).copied() else { return };
        self.footprint.mark(item.action);
        self.pending.push_behind(&item);
        self.tell(sink, item.action, What::NewsDuplicated { work: item.work }, Rule::NewsDuplicated);
    }

    /// A process stops and starts again. While it is down its timers wait; the others' time passes as well, and what
    /// came due meanwhile is done when it is back.
    pub(super) fn restart(&mut self, service: Service, down_ms: u64, sink: &mut impl Sink) {
        self.now = self.now.plus(down_ms);
        let rule = match service {
            Service::Executor => Rule::ExecutorRestarted,
            Service::Actions => Rule::ActionsRestarted,
            Service::Runs => Rule::RunsRestarted,
        };
        let what = What::Restarted { service, down_ms };
        sink.fact(Fact { at: self.now, action: None, what, rule });
        match service {
            Service::Executor => self.restart_executor(down_ms, sink),
            Service::Actions => self.restart_actions(sink),
            Service::Runs => self.restart_runs(sink),
        }
    }

    fn restart_executor(&mut self, down_ms: u64, sink: &mut impl Sink) {
        self.sweeps_from = self.now;
        let lease_ms = self.config.requeue_ms.saturating_mul(LEASE_INTERVALS);
        if self.config.rules.cache_lease == CacheLease::Expires && down_ms > lease_ms {
            self.expire_reservations(sink);
        }
        for id in self.ids() {
            let Some(resource) = self.action(id).and_then(|action| action.resource) else { continue };
            self.reconcile_soon(id);
            if resource.cr.labelled {
                self.cancel_timer(id, TimerKind::Collection);
                self.await_collection(id, self.now, sink);
            }
        }
    }

    fn restart_actions(&mut self, sink: &mut impl Sink) {
        if self.config.rules.lost_news == LostNews::Forgotten {
            let lost: Vec<_> = self.pending().filter(|item| item.is_news()).copied().collect();
            for item in lost {
                self.take_pending(item.id);
                // What is still there is listed again; what is gone is never told.
                if item.work == PendingWork::WatchDelete {
                    let what = What::NewsDropped { work: item.work };
                    self.tell(sink, item.action, what, Rule::NewsForgotten);
                }
            }
        }
        for id in self.ids() {
            let Some(action) = self.action_mut(id) else { continue };
            action.seen = false;
            if action.resource.is_some() {
                self.push(id, PendingWork::WatchAdd, None);
            }
        }
    }

    fn restart_runs(&mut self, sink: &mut impl Sink) {
        self.footprint.add(Marks::ALL);
        self.aborts = AbortQueue::default();
        self.pending.drop_work(PendingWork::AbortWorker);
        for id in self.ids() {
            self.cancel_timer(id, TimerKind::AbortRetry);
        }
        for id in self.ids() {
            if let Some(row) = self.action(id).and_then(|action| action.row).filter(is_pending_abort) {
                self.queue_abort(id, row.abort.reason.unwrap_or(TextId::EMPTY), sink);
            }
        }
    }

    fn ids(&self) -> impl Iterator<Item = ActionId> + use<> {
        (0..u32::try_from(self.action_count()).unwrap_or(u32::MAX)).map(ActionId)
    }

    /// The executor looks again after its interval.
    pub(super) fn requeue(&mut self, id: ActionId, sink: &mut impl Sink) {
        if !self.timers_of(id).any(|timer| timer.kind == TimerKind::Requeue) {
            let due = self.now.plus(self.config.requeue_ms);
            self.set_timer(due, id, TimerKind::Requeue, Rule::RequeueTimerSet, sink);
        }
    }

    /// Sets the timer of the sweep that will collect an ended resource, if there are sweeps.
    pub(super) fn await_collection(&mut self, id: ActionId, from: Time, sink: &mut impl Sink) {
        let completed_at = self.action(id).and_then(|action| action.resource?.completed_at);
        let due =
            completed_at.and_then(|at| crate::rules::gc::collection_due(at, from, self.sweeps_from, &self.config.gc));
        if let Some(due) = due {
            self.set_timer(due, id, TimerKind::Collection, Rule::CollectionTimerSet, sink);
        }
    }

    /// A sweep of the garbage collector has come to a resource.
    pub(super) fn collect(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some(resource) = self.action(id).and_then(|action| action.resource) else { return };
        let child_lives = self.children(id).any(|child| {
            let resource = self.action(child).and_then(|child| child.resource);
            resource.is_some_and(|resource| !resource.cr.status.conditions.is_terminal())
        });
        match crate::rules::gc::refuses_collection(&resource.cr, child_lives, &self.config.rules) {
            Some(rule) => {
                self.tell(sink, id, What::UpdateSkipped, rule);
                let next = self.now.plus(1);
                self.await_collection(id, next, sink);
            }
            None => self.request_deletion(id, Rule::GarbageCollected, sink),
        }
    }
}
