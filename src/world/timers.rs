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

/// So many timers are taken off and set one by one; for more, the list is made anew.
const FEW: usize = 32;

/// Timers in the order in which they fire: by due time, then by age.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timers {
    sorted: Vec<Timer>,
    next_id: u32,
}

impl Timers {
    /// Sets a timer.
    pub fn set(&mut self, due: Time, action: ActionId, kind: TimerKind) -> Timer {
        let timer = Timer { id: self.number(), due, action, kind };
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

    /// Takes timers off, which come in the order of the list, and sets others, which come in the order in which they fire;
    /// where one that is set fires at the same time as one that was, it comes after it.
    pub fn replace(&mut self, gone: impl IntoIterator<Item = u32>, set: &[Timer]) {
        let gone: Vec<u32> = gone.into_iter().collect();
        if gone.len() <= FEW {
            return self.replace_few(&gone, set);
        }
        let mut gone = gone.into_iter();
        let mut next = gone.next();
        let old = std::mem::take(&mut self.sorted);
        self.sorted.reserve(old.len());
        let mut set = set;
        for timer in old {
            if next == Some(timer.id) {
                next = gone.next();
                continue;
            }
            while let Some((first, rest)) = set.split_first()
                && first.due < timer.due
            {
                self.sorted.push(*first);
                set = rest;
            }
            self.sorted.push(timer);
        }
        self.sorted.extend_from_slice(set);
    }

    /// As [`Timers::replace`], for so few that the others need not all be looked at.
    fn replace_few(&mut self, gone: &[u32], set: &[Timer]) {
        for id in gone {
            let place = self.sorted.iter().position(|timer| timer.id == *id);
            let _ = place.map(|place| self.sorted.remove(place));
        }
        for timer in set {
            let place = self.sorted.partition_point(|other| other.due <= timer.due);
            self.sorted.insert(place, *timer);
        }
    }

    /// A number for a timer, never used again.
    pub fn number(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        id
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
