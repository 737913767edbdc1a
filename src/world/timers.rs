//! The future event list: what is due when.

use crate::model::{ActionId, Time, TimerKind};
use std::collections::BTreeMap;

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
    by_due: BTreeMap<(Time, u32), (ActionId, TimerKind)>,
    next_id: u32,
}

impl Timers {
    /// Sets a timer.
    pub fn set(&mut self, due: Time, action: ActionId, kind: TimerKind) -> Timer {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        self.by_due.insert((due, id), (action, kind));
        Timer { id, due, action, kind }
    }

    /// Takes a timer off the list, fired or not.
    pub fn take(&mut self, timer: &Timer) -> bool {
        self.by_due.remove(&(timer.due, timer.id)).is_some()
    }

    /// Takes the timers of that action and kind off the list.
    pub fn cancel(&mut self, action: ActionId, kind: TimerKind) {
        if !self.by_due.is_empty() {
            self.by_due.retain(|_, entry| *entry != (action, kind));
        }
    }

    /// The timers, earliest first.
    pub fn iter(&self) -> impl Iterator<Item = Timer> {
        self.by_due.iter().map(|(&(due, id), &(action, kind))| Timer { id, due, action, kind })
    }

    /// The timer that fires next.
    pub fn next(&self) -> Option<Timer> {
        self.iter().next()
    }

    /// The timer of that number.
    pub fn find(&self, id: u32) -> Option<Timer> {
        self.iter().find(|timer| timer.id == id)
    }
}
