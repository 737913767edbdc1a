//! What bounds a task's time, and what it waits for, in the executor: timers that are set and taken off, attempts whose time
//! is over, and what still counts then (flyteorg/flyte#7910 for the maximum runtime; [`crate::rules::timeouts`] for how long).

use super::executor::Asked;
use super::{Resource, Sink, World};
use crate::model::{ActionId, ActionKind, Observation, Reason, Rule, Spec, Status, Time, TimeBound, TimerKind};
use crate::rules::Reconciled;
use crate::rules::stamps::stored;
use crate::rules::task::is_reset_due;
use crate::rules::timeouts::{backoff_ms, bound_ms, has_left_the_queue, pace_ms, timer_of};

impl World {
    /// Cleans up after an attempt whose time is over (#7910, `reconcileTimedOutAttempt`); false if that fails, which keeps
    /// the attempt.
    pub(super) fn clean_up(
        &mut self,
        id: ActionId,
        resource: &Resource,
        bound: TimeBound,
        rule: Rule,
        sink: &mut impl Sink,
    ) -> bool {
        let stopped = self.stop_plugin(id, resource, [rule, Rule::TimeoutHeld], sink);
        self.is_over(id, bound);
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            resource.cleaning = true;
        }
        stopped
    }

    /// A bound is reached, which is kept until the end is written. A deadline goes before what bounds an attempt.
    fn is_over(&mut self, id: ActionId, bound: TimeBound) {
        let now = self.now();
        if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
            let held = resource.overdue.filter(|(held, _)| bound != TimeBound::Deadline || *held == bound);
            resource.overdue = held.or(Some((bound, now)));
        }
    }

    /// Sets the timers of what bounds a task's time and of what it waits for, and takes those off that have lost their
    /// point. `old` is the status before.
    pub(super) fn watch_the_clock(&mut self, id: ActionId, old: &Status, decided: &Reconciled, sink: &mut impl Sink) {
        let Some((spec, resource)) = self.action(id).and_then(|a| Some((a.spec, a.resource?))) else { return };
        let (rules, status) = (*self.rules(), resource.cr.status);
        let over = status.conditions.is_terminal() || resource.cr.deleting;
        if spec.kind == ActionKind::Condition {
            if over && spec.timeout_ms > 0 {
                self.cancel_timer(id, TimerKind::ConditionDeadline);
            }
            return;
        }
        let attempt = status.observed_attempts();
        let begins = attempt != old.observed_attempts();
        let between = status.awaits_reset().is_some();
        if over {
            self.cancel_timer(id, TimerKind::ActionDeadline);
        }
        if over || begins {
            self.cancel_timer(id, TimerKind::Backoff);
        }
        if over || between || begins || has_left_the_queue(&status) {
            self.cancel_timer(id, TimerKind::QueuedTimeout);
        }
        if over || between || attempt != resource.timed_attempt {
            self.cancel_timer(id, TimerKind::AttemptTimeout);
        }
        if over {
            return;
        }
        if begins {
            self.bound(TimeBound::Queue, id, &spec, self.now(), sink);
            if let Some(ms) = backoff_ms(attempt, &spec, &rules) {
                self.back_off(id, ms, Rule::BackoffTimerSet, sink);
            }
        } else if decided.rule == Rule::SystemFailureTolerated
            && let Some(ms) = pace_ms(self.config().requeue_ms, &rules)
        {
            self.back_off(id, ms, Rule::PaceTimerSet, sink);
        }
        let runs = status.conditions.progressing() == Some(Reason::Executing);
        if runs && attempt != resource.timed_attempt && bound_ms(TimeBound::Runtime, &spec, &rules).is_some() {
            if let Some(resource) = self.action_mut(id).and_then(|action| action.resource.as_mut()) {
                resource.timed_attempt = attempt;
            }
            // What the plugin says of its own start counts, unless it is of what was there before (`recordAttemptStart`).
            let now = self.now();
            let began = decided.began.filter(|at| *at >= resource.queued_at && *at < now).unwrap_or(now);
            self.bound(TimeBound::Runtime, id, &spec, stored(began, &rules), sink);
        }
    }

    /// Sets the timer of a bound on a task's time that begins at that time, if it has one.
    pub(super) fn bound(&mut self, bound: TimeBound, id: ActionId, spec: &Spec, since: Time, sink: &mut impl Sink) {
        let Some(ms) = bound_ms(bound, spec, self.rules()) else { return };
        let rule = match bound {
            TimeBound::Runtime => Rule::AttemptTimerSet,
            TimeBound::Queue => Rule::QueuedTimerSet,
            TimeBound::Deadline => Rule::ActionTimerSet,
        };
        self.set_timer(since.plus(ms), id, timer_of(bound), rule, sink);
    }

    /// Whether anybody holds a task to that bound on its time.
    pub fn enforces(&self, bound: TimeBound, spec: &Spec) -> bool {
        bound_ms(bound, spec, self.rules()).is_some()
    }

    /// The executor does not ask the plugin for so long.
    fn back_off(&mut self, id: ActionId, ms: u64, rule: Rule, sink: &mut impl Sink) {
        if !self.backs_off(id) {
            self.set_timer(self.now().plus(ms), id, TimerKind::Backoff, rule, sink);
        }
    }

    /// Whether the executor waits before it asks the plugin again.
    pub(super) fn backs_off(&self, id: ActionId) -> bool {
        self.timers_of(id).any(|timer| timer.kind == TimerKind::Backoff)
    }

    /// A bound on a task's time was reached.
    pub(super) fn time_out(&mut self, id: ActionId, bound: TimeBound, sink: &mut impl Sink) {
        let Some((spec, status)) = self.action(id).and_then(|a| Some((a.spec, a.resource?.cr.status))) else { return };
        if is_reset_due(&status, self.rules()) {
            // The attempt has failed, and the next one is on its way: the action's time ends at that one.
            self.reconcile_with(id, &Observation::Nothing, Asked::Nobody, sink);
        }
        let ms = bound_ms(bound, &spec, self.rules()).unwrap_or_default();
        self.is_over(id, bound);
        self.reconcile_with(id, &Observation::TimedOut { bound, ms }, Asked::Clock(bound), sink);
        // The executor may have come to something else, or not as far: then it looks again.
        let is_passed = |resource: &Resource| {
            let now = &resource.cr.status;
            let same = now.observed_attempts() == status.observed_attempts() && now.awaits_reset().is_none();
            let goes_on = !now.conditions.is_terminal() && !resource.cr.deleting;
            goes_on
                && match bound {
                    TimeBound::Runtime => same,
                    TimeBound::Queue => same && !has_left_the_queue(now),
                    TimeBound::Deadline => true,
                }
        };
        if self.action(id).and_then(|action| action.resource).is_some_and(|resource| is_passed(&resource)) {
            self.reconcile_again(id, Asked::Clock(bound), sink);
        }
    }
}
