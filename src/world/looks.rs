//! Looks that change nothing. The executor looks again at a task that waits for another one's outputs, and the garbage
//! collector sweeps again over what has a living child, as often as their intervals say and for as long as it takes.
//! As long as nobody else does anything, every such look finds what the one before found, so time leaps over them: how
//! many there were is told, and they are where they would be if each had been made (`tests/bounds.rs` makes each).

use super::timers::Timer;
use super::{Sink, World};
use crate::model::{ActionId, ActionKind, Call, Delivery, Observation, Rule, Time, TimerKind, What};
use crate::rules::cache::CacheStep;
use crate::rules::gc::{collection_due, refuses_collection};
use crate::rules::task::{asks_plugin, reconcile_task};
use crate::rules::{Effects, Write};
use std::collections::BinaryHeap;

/// A timer whose firing would change nothing but when it fires next, and the rule that says so.
#[derive(Debug, Clone, Copy)]
struct Vain {
    timer: Timer,
    rule: Rule,
}

/// Looks of one timer that were leapt over.
#[derive(Clone, Copy)]
struct Leap {
    timer: Timer,
    rule: Rule,
    looks: u64,
    first: Time,
    last: Time,
    /// When the timer of the last look was set.
    set_at: Time,
    next: Option<Time>,
}

impl World {
    /// When something can happen by itself: the next timer whose firing would change something.
    pub fn next_due(&self) -> Option<Time> {
        self.next_change().map(|timer| timer.due)
    }

    /// The next timer whose firing would change something.
    pub(super) fn next_change(&self) -> Option<Timer> {
        self.timers().find(|timer| self.vain(timer).is_none())
    }

    /// The next timer that is due by then and has something to change, after a leap over the looks before it that
    /// change nothing; without one, over all looks that are due by then. The timer of `meant` counts as one that
    /// changes something.
    pub(super) fn leap_to_change(&mut self, by: Time, meant: Option<u32>, sink: &mut impl Sink) -> Option<Timer> {
        let mut vain = Vec::new();
        let mut change = None;
        for timer in self.timers().take_while(|timer| timer.due <= by) {
            match self.vain(&timer).filter(|_| meant != Some(timer.id)) {
                Some(rule) => vain.push(Vain { timer, rule }),
                None => {
                    change = Some(timer);
                    break;
                }
            }
        }
        if !vain.is_empty() {
            // The looks at the moment of the change that come after it are for then.
            let until = change.map_or(by.plus(1), |timer| timer.due);
            self.leap(&vain, until, sink);
        }
        change
    }

    /// Why a timer's firing would change nothing, if so.
    fn vain(&self, timer: &Timer) -> Option<Rule> {
        match timer.kind {
            TimerKind::Requeue => self.looks_in_vain(timer.action),
            TimerKind::Collection => self.sweeps_in_vain(timer.action),
            TimerKind::AttemptTimeout
            | TimerKind::QueuedTimeout
            | TimerKind::ActionDeadline
            | TimerKind::Backoff
            | TimerKind::EnqueueRetry
            | TimerKind::ConditionDeadline
            | TimerKind::AbortRetry
            | TimerKind::Resync
            | TimerKind::Lease => None,
        }
    }

    /// Why the executor would find nothing to do about a task that waits for the cache, if so.
    fn looks_in_vain(&self, id: ActionId) -> Option<Rule> {
        if self.config().delivery == Delivery::Manual {
            // It looks when somebody lets it, and then sets its timer anew: that is no sequence of looks.
            return None;
        }
        let action = self.action(id)?;
        let resource = action.resource.as_ref()?;
        let (spec, cr) = (&action.spec, &resource.cr);
        if resource.overdue.is_some() || self.raised(id).is_some() {
            return None;
        }
        if spec.kind != ActionKind::Task || asks_plugin(spec, cr, self.rules()).is_err() || self.backs_off(id) {
            return None;
        }
        let asked = [Call::ReadResource, Call::BuildContext, Call::LookUpCache, Call::ReserveCache];
        let about = |fault: &super::entry::ArmedFault| fault.action.is_none_or(|action| action == id);
        if self.faults().iter().any(|fault| about(fault) && asked.contains(&fault.call)) {
            return None;
        }
        match self.cache_would_say(id, spec, &cr.status)? {
            CacheStep::Requeues(rule) => Some(rule),
            // What the plugin has yet to repeat is heard.
            _ if self.unheard(id).is_some() => None,
            // It looks this once, since something failed before, and then no more by itself.
            _ if !self.is_polled(id) => None,
            // The plugin would be asked, which is for a command to say.
            CacheStep::Runs(rule) if spec.containers > 0 || cr.status.plugin_phase.is_some() => Some(rule),
            CacheStep::Decided(report, rule) if Self::waits_for_cache(cr) => {
                let seen = Observation::Cached { report, rule };
                let decided = reconcile_task(spec, cr, &seen, self.config().system_failures_max, self.rules());
                let nothing = decided.write == Write::Nothing
                    && decided.effects == Effects::default()
                    && decided.events.iter().all(Option::is_none);
                nothing.then_some(rule)
            }
            _ => None,
        }
    }

    /// Why a sweep would leave a resource alone, if so.
    fn sweeps_in_vain(&self, id: ActionId) -> Option<Rule> {
        let resource = self.action(id)?.resource.as_ref()?;
        refuses_collection(&resource.cr, self.has_living_child(id), self.rules())
    }

    /// When a timer that fires in vain would be set to next.
    fn next_look(&self, timer: &Timer, now: Time) -> Option<Time> {
        match timer.kind {
            TimerKind::Collection => {
                let completed_at = self.action(timer.action)?.resource.as_ref()?.completed_at?;
                collection_due(completed_at, now.plus(1), self.sweeps_from(), &self.config().gc)
            }
            _ => Some(now.plus(self.config().requeue_ms)),
        }
    }

    /// The looks of one timer that come before `until`, or at it and before all else. None if they have no interval:
    /// the executor then looks all the time, which is as good as when something changes.
    fn leap_of(&self, vain: &Vain, until: Time) -> Option<Leap> {
        let Vain { timer, rule } = *vain;
        let first = timer.due.max(self.now());
        let leap = Leap { timer, rule, looks: 1, first, last: first, set_at: Time::MIN, next: None };
        let Some(second) = self.next_look(&timer, first) else { return Some(leap) };
        if second <= first {
            return None;
        }
        if second >= until {
            return Some(Leap { next: Some(second), ..leap });
        }
        let interval = match timer.kind {
            TimerKind::Collection => self.config().gc.interval_ms,
            _ => self.config().requeue_ms,
        };
        let more = until.since(second).div_ceil(interval);
        let last = second.plus((more - 1).saturating_mul(interval));
        let set_at = if more == 1 { first } else { Time(last.0.saturating_sub_unsigned(interval)) };
        let next = last.plus(interval);
        // Sweeps end with the calendar; other looks stay at its last moment.
        let next = (timer.kind != TimerKind::Collection || next < Time::MAX).then_some(next);
        Some(Leap { looks: 1 + more, last, set_at, next, ..leap })
    }

    /// Leaps over looks that change nothing, and sets their timers as the last of them would have.
    fn leap(&mut self, vain: &[Vain], until: Time, sink: &mut impl Sink) {
        let leaps: Vec<Leap> = vain.iter().filter_map(|vain| self.leap_of(vain, until)).collect();
        // In the order in which the last looks are made: of those at one moment, first the one whose timer was set
        // first, as timers fire.
        let told = ordered(&leaps, |leap| [leap.last.0, leap.set_at.0, -leap.first.0]);
        for leap in &told {
            self.set_now(self.now().max(leap.last));
            let what = What::LookedInVain { kind: leap.timer.kind, looks: leap.looks, next: leap.next };
            self.tell(sink, leap.timer.action, what, leap.rule);
        }
        let next = ordered(&told, |leap| [leap.next.unwrap_or(Time::MAX).0, 0, 0]);
        leaps.iter().for_each(|leap| self.take_timer(&leap.timer));
        for Leap { timer, next, .. } in next {
            if let Some(next) = next {
                self.add_timer(next, timer.action, timer.kind);
            }
        }
    }
}

/// Leaps in an order; those that are equal in it stay as they are. A heap is sorted by little code.
fn ordered(leaps: &[Leap], key: impl Fn(&Leap) -> [i64; 3]) -> Vec<Leap> {
    let keys: BinaryHeap<([i64; 3], usize)> = leaps.iter().map(key).zip(0..).collect();
    keys.into_sorted_vec().into_iter().filter_map(|(_, place)| leaps.get(place).copied()).collect()
}
