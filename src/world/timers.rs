//! The future event list: what is due when.

use crate::model::{ActionId, Time, TimerKind};

/// A timer that has not fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Its number, never used again.
    pub id: u32,
    /// When it fires.
    pub due: Time,
    /// Whose it is.
    pub action: ActionId,
    /// What for.
    pub kind: TimerKind,
}

/// Timers in the order in which they fire: by due time, then by age.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timers {
    sorted: Vec<Timer>,
    next_id: u32,
}

impl Timers {
    /// Sets a timer.
    pub fn set(&mut self, due: Time, action: ActionId, kind: TimerKind) -> Timer {
        let timer = Timer { id: self.next_id, due, action, kind };
        self.next_id = self.next_id.wrapping_add(1);
        let place = self.sorted.partition_point(|other| other.due <= due);
        self.sorted.insert(place, timer);
        timer
    }

    /// Empties it; timers are numbered from 0 again.
    pub(super) fn clear(&mut self) {
        self.sorted.clear();
        self.next_id = 0;
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &Timers) {
        self.sorted.clone_from(&other.sorted);
        self.next_id = other.next_id;
    }

    /// Sets many timers anew, in this order and after those that are set; without a time they go.
    pub fn set_anew(&mut self, moved: &[(Timer, Option<Time>)]) {
        let mut old: Vec<u32> = moved.iter().map(|(timer, _)| timer.id).collect();
        old.sort_unstable();
        self.sorted.retain(|timer| old.binary_search(&timer.id).is_err());
        for (timer, due) in moved {
            if let Some(due) = *due {
                self.sorted.push(Timer { id: self.next_id, due, ..*timer });
                self.next_id = self.next_id.wrapping_add(1);
            }
        }
        self.sorted.sort_by_key(|timer| timer.due);
    }

    /// Takes a timer off the list, fired or not.
    pub fn take(&mut self, timer: &Timer) -> bool {
        let place = self.sorted.iter().position(|other| other.id == timer.id);
        place.map(|place| self.sorted.remove(place)).is_some()
    }

    /// Takes the timers of that action and kind off the list.
    pub fn cancel(&mut self, action: ActionId, kind: TimerKind) {
        self.sorted.retain(|timer| (timer.action, timer.kind) != (action, kind));
    }

    /// The timers, earliest first.
    pub fn iter(&self) -> impl Iterator<Item = Timer> {
        self.sorted.iter().copied()
    }

    /// The timer that fires next.
    pub fn next(&self) -> Option<Timer> {
        self.sorted.first().copied()
    }

    /// The timer of that number.
    pub fn find(&self, id: u32) -> Option<Timer> {
        self.iter().find(|timer| timer.id == id)
    }
}
