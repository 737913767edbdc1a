//! Time: it passes when a command says so, timers fire one by one at their own time, and what is due by then is done.

use super::timers::Timer;
use super::{NumberedCommand, Sink, World};
use crate::model::{ActionId, Delivery, Rule, TextId, Time, TimeBound, TimerKind, What};

impl World {
    /// Time passes to `target`; what comes due on the way fires at its own time.
    pub(super) fn advance(&mut self, target: Time, ms: u64, sink: &mut impl Sink) {
        self.settle_due(sink);
        while let Some(timer) = self.leap_to_change(target, None, sink) {
            if sink.is_full() {
                return;
            }
            self.fire(&timer, sink);
            self.settle_due(sink);
        }
        self.set_now(target);
        self.tell_of(sink, None, What::TimeAdvanced { ms }, Rule::TimeAdvances);
    }

    /// Fires the timers up to `target`, earliest first. `target` itself fires whether that changes something or not.
    pub(super) fn fire_through(&mut self, target: &Timer, sink: &mut impl Sink) {
        while let Some(timer) = self.leap_to_change(target.due, Some(target.id), sink) {
            if sink.is_full() || (timer.due, timer.id) > (target.due, target.id) {
                return;
            }
            self.fire(&timer, sink);
            if timer.id == target.id {
                return;
            }
            self.settle_due(sink);
        }
    }

    pub(super) fn fire(&mut self, timer: &Timer, sink: &mut impl Sink) {
        self.take_timer(timer);
        self.set_now(self.now().max(timer.due));
        self.tell(sink, timer.action, What::TimerFired { kind: timer.kind }, Rule::TimerDue);
        match timer.kind {
            TimerKind::AttemptTimeout => self.time_out(timer.action, TimeBound::Runtime, sink),
            TimerKind::QueuedTimeout => self.time_out(timer.action, TimeBound::Queue, sink),
            TimerKind::ActionDeadline => self.time_out(timer.action, TimeBound::Deadline, sink),
            TimerKind::ConditionDeadline | TimerKind::Requeue | TimerKind::Backoff => {
                self.reconcile_soon(timer.action);
            }
            TimerKind::EnqueueRetry => self.enqueue_again(timer.action, sink),
            TimerKind::Collection => self.collect(timer.action, sink),
            TimerKind::Lease => self.lease_ends(timer.action, sink),
            TimerKind::Resync => self.take_up_anew(timer.action),
            TimerKind::AbortRetry => {
                let reason = self.abort_of(timer.action).map_or(TextId::USER_ABORT, |task| task.reason);
                self.queue_abort(timer.action, reason, Rule::AbortQueued, sink);
            }
        }
    }

    /// In immediate delivery, does what is due: all pending work, then timers whose time has come, one by one.
    pub(super) fn settle_due(&mut self, sink: &mut impl Sink) {
        if self.config().delivery == Delivery::Manual {
            return;
        }
        loop {
            while !sink.is_full()
                && let Some(item) = self.next_pending()
            {
                self.work(&item, sink);
            }
            match self.due_timer().and_then(|_| self.leap_to_change(self.now(), None, sink)) {
                Some(timer) if !sink.is_full() => self.fire(&timer, sink),
                Some(_) | None => return,
            }
        }
    }

    pub(super) fn set_timer(&mut self, due: Time, action: ActionId, kind: TimerKind, rule: Rule, sink: &mut impl Sink) {
        self.add_timer(due, action, kind);
        self.tell(sink, action, What::TimerSet { kind, due }, rule);
    }

    /// Carries out a command that [`World::enabled`] lists or [`World::accepts`] takes, and the work that follows in
    /// immediate delivery. Time stands still: a timer fires alone, whatever else is due before it, and leaves the clock
    /// where it was, since without times any timer may be the next.
    pub fn apply_untimed(&mut self, command: &NumberedCommand, sink: &mut impl Sink) {
        let now = self.now();
        match command {
            NumberedCommand::Fire { timer: Some(timer) } => {
                let Some(timer) = self.timer(*timer) else { return };
                if timer.kind == TimerKind::ConditionDeadline {
                    self.grow_old(timer.action);
                }
                self.fire(&timer, sink);
            }
            _ => self.perform(command, sink),
        }
        self.set_now(now);
        self.settle_due(sink);
    }

    /// A condition becomes as old as its time to signal: its deadline has come, and nobody else is any older.
    fn grow_old(&mut self, id: ActionId) {
        let now = self.now();
        let Some(action) = self.action_mut(id) else { return };
        let timeout_ms = i64::try_from(action.spec.timeout_ms).unwrap_or(i64::MAX);
        if let Some(resource) = &mut action.resource {
            resource.created_at = resource.created_at.min(Time(now.0.saturating_sub(timeout_ms)));
        }
    }
}
