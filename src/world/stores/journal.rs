//! What a command that is only tried has changed, so that all of it can be put back without a copy of the world.

use super::World;
use crate::model::{ActionId, Time};
use crate::rules::events::EventKey;
use crate::world::Action;
use crate::world::abort_queue::AbortQueue;
use crate::world::entry::{ArmedFault, CacheEntry, Unheard};
use crate::world::pending::PendingQueue;
use crate::world::timers::Timer;

/// What was there before: actions and timers one by one, since there may be many; queues and lists as a whole, when they
/// are first changed.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    now: Time,
    sweeps_from: Time,
    listed_at: Time,
    action_count: usize,
    /// In the order of the changes, and put back in the opposite order.
    actions: Vec<(ActionId, Action)>,
    events: Vec<(ActionId, EventKey)>,
    /// Timers that were set, and that were taken off.
    timers: Vec<(Timer, bool)>,
    next_timer: u32,
    pending: Option<PendingQueue>,
    aborts: Option<AbortQueue>,
    cache: Option<Vec<CacheEntry>>,
    faults: Option<Vec<ArmedFault>>,
    unheard: Option<Vec<Unheard>>,
}

impl Journal {
    pub(super) fn keep_action(&mut self, id: ActionId, action: &Action) {
        // An action that was made since goes as a whole.
        if id.index() < self.action_count && self.actions.last().is_none_or(|(last, _)| *last != id) {
            self.actions.push((id, *action));
        }
    }

    pub(super) fn keep_event(&mut self, id: ActionId, key: EventKey) {
        self.events.push((id, key));
    }

    pub(super) fn keep_timer(&mut self, timer: Timer, was_set: bool) {
        self.timers.push((timer, was_set));
    }

    pub(super) fn keep_pending(&mut self, pending: &PendingQueue) {
        self.pending.get_or_insert_with(|| pending.clone());
    }

    pub(super) fn keep_aborts(&mut self, aborts: &AbortQueue) {
        self.aborts.get_or_insert_with(|| aborts.clone());
    }

    pub(super) fn keep_cache(&mut self, cache: &[CacheEntry]) {
        self.cache.get_or_insert_with(|| cache.to_vec());
    }

    pub(super) fn keep_faults(&mut self, faults: &[ArmedFault]) {
        self.faults.get_or_insert_with(|| faults.to_vec());
    }

    pub(super) fn keep_unheard(&mut self, unheard: &[Unheard]) {
        self.unheard.get_or_insert_with(|| unheard.to_vec());
    }
}

impl World {
    /// From here on it is noted what is changed, until [`World::end_trial`].
    pub(in crate::world) fn begin_trial(&mut self) {
        self.journal = Some(Box::new(Journal {
            now: self.now,
            sweeps_from: self.sweeps_from,
            listed_at: self.listed_at,
            action_count: self.actions.len(),
            actions: Vec::new(),
            events: Vec::new(),
            timers: Vec::new(),
            next_timer: self.timers.next_number(),
            pending: None,
            aborts: None,
            cache: None,
            faults: None,
            unheard: None,
        }));
    }

    /// Becomes what it was when the trial began, but for the texts, which may be forgotten now.
    pub(in crate::world) fn end_trial(&mut self) {
        let Some(journal) = self.journal.take() else { return };
        let Journal {
            now,
            sweeps_from,
            listed_at,
            action_count,
            actions,
            events,
            timers,
            next_timer,
            pending,
            aborts,
            cache,
            faults,
            unheard,
        } = *journal;
        self.now = now;
        self.sweeps_from = sweeps_from;
        self.listed_at = listed_at;
        for (id, key) in events {
            self.events.remove(id, key);
        }
        for (id, before) in actions.into_iter().rev() {
            if let Some(action) = self.actions.get_mut(id.index()) {
                *action = before;
            }
        }
        if self.actions.len() > action_count {
            self.actions.truncate(action_count);
            self.by_name.keep(action_count);
            self.by_resource.keep(action_count);
        }
        for (timer, was_set) in timers.into_iter().rev() {
            if was_set {
                self.timers.take(&timer);
            } else {
                self.timers.put(timer);
            }
        }
        self.timers.number_from(next_timer);
        self.pending = pending.unwrap_or_else(|| std::mem::take(&mut self.pending));
        self.aborts = aborts.unwrap_or_else(|| std::mem::take(&mut self.aborts));
        self.cache = cache.unwrap_or_else(|| std::mem::take(&mut self.cache));
        self.faults = faults.unwrap_or_else(|| std::mem::take(&mut self.faults));
        self.unheard = unheard.unwrap_or_else(|| std::mem::take(&mut self.unheard));
    }
}
