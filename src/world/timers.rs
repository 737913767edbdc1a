//! The future event list: what is due when.

use crate::model::{ActionId, Time, TimerKind};
use std::fmt;

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

/// A list of so many timers is searched; a longer one is held in other orders as well.
const SHORT: usize = 64;

/// A block of a list has so many timers at the most.
const BLOCK: usize = 128;

/// What a list is in the order of.
#[derive(Debug, Clone, Copy, Default)]
enum By {
    /// Due time, then age: the order in which timers fire.
    #[default]
    Due,
    /// Action, then as they fire.
    Action,
    /// Number.
    Number,
}

impl By {
    fn key(self, timer: &Timer) -> (u32, Time, u32) {
        match self {
            By::Due => (0, timer.due, timer.id),
            By::Action => (timer.action.0, timer.due, timer.id),
            By::Number => (timer.id, Time(0), 0),
        }
    }
}

/// Timers in an order, in blocks: to put one in or to take one out moves no more than those of its block. No block is
/// empty but one that is the only one.
#[derive(Debug, Clone, Default)]
struct Sorted {
    by: By,
    blocks: Vec<Vec<Timer>>,
}

impl Sorted {
    /// The block that a key belongs to.
    fn block(&self, key: (u32, Time, u32)) -> usize {
        self.blocks.partition_point(|block| block.last().is_some_and(|last| self.by.key(last) < key))
    }

    fn put(&mut self, timer: Timer) {
        let (by, key) = (self.by, self.by.key(&timer));
        let number = self.block(key).min(self.blocks.len().saturating_sub(1));
        let Some(block) = self.blocks.get_mut(number) else { return self.blocks.push(vec![timer]) };
        let place = block.partition_point(|other| by.key(other) < key);
        block.insert(place, timer);
        if block.len() > BLOCK {
            let rest = block.split_off(BLOCK / 2);
            self.blocks.insert(number + 1, rest);
        }
    }

    fn take(&mut self, timer: &Timer) -> bool {
        let (by, key) = (self.by, self.by.key(timer));
        let number = self.block(key);
        let Some(block) = self.blocks.get_mut(number) else { return false };
        let Ok(place) = block.binary_search_by_key(&key, |other| by.key(other)) else { return false };
        block.remove(place);
        if block.is_empty() && self.blocks.len() > 1 {
            self.blocks.remove(number);
        }
        true
    }

    fn iter(&self) -> impl Iterator<Item = Timer> {
        self.blocks.iter().flatten().copied()
    }

    /// Those from a key on.
    fn from(&self, key: (u32, Time, u32)) -> impl Iterator<Item = Timer> {
        let by = self.by;
        let blocks = self.blocks.get(self.block(key)..).unwrap_or_default();
        blocks.iter().flatten().copied().skip_while(move |timer| by.key(timer) < key)
    }
}

/// Timers in the order in which they fire: by due time, then by age.
#[derive(Clone, Default)]
pub struct Timers {
    due: Sorted,
    count: usize,
    /// The same by action and by number, so that a long list need not be searched. Empty while it is short.
    others: Vec<Sorted>,
    next_id: u32,
}

impl PartialEq for Timers {
    fn eq(&self, other: &Timers) -> bool {
        self.next_id == other.next_id && self.iter().eq(other.iter())
    }
}

impl Eq for Timers {}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).entry(&self.next_id).finish()
    }
}

impl Timers {
    /// Sets a timer.
    pub fn set(&mut self, due: Time, action: ActionId, kind: TimerKind) -> Timer {
        let timer = Timer { id: self.next_id, due, action, kind };
        self.put(timer);
        timer
    }

    /// Puts a timer on the list that has its number.
    pub(super) fn put(&mut self, timer: Timer) {
        self.next_id = self.next_id.max(timer.id.saturating_add(1));
        self.due.put(timer);
        self.count += 1;
        self.others.iter_mut().for_each(|other| other.put(timer));
        if self.count > SHORT && self.others.is_empty() {
            for by in [By::Action, By::Number] {
                let mut other = Sorted { by, blocks: Vec::new() };
                self.iter().for_each(|timer| other.put(timer));
                self.others.push(other);
            }
        }
    }

    /// Empties it; timers are numbered from 0 again.
    pub(super) fn clear(&mut self) {
        self.due.blocks.truncate(1);
        self.due.blocks.iter_mut().for_each(Vec::clear);
        self.count = 0;
        self.others.clear();
        self.next_id = 0;
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &Timers) {
        self.due.blocks.clone_from(&other.due.blocks);
        self.count = other.count;
        self.others.clone_from(&other.others);
        self.next_id = other.next_id;
    }

    /// The number that the next timer will have.
    pub(super) fn next_number(&self) -> u32 {
        self.next_id
    }

    /// Forgets that there were timers from that number on, which are off the list again.
    pub(super) fn number_from(&mut self, next: u32) {
        self.next_id = next;
    }

    /// Takes a timer off the list, fired or not.
    pub fn take(&mut self, timer: &Timer) -> bool {
        if !self.due.take(timer) {
            return false;
        }
        self.count -= 1;
        if self.count == 0 {
            self.others.clear();
        }
        for other in &mut self.others {
            other.take(timer);
        }
        true
    }

    /// The timers, earliest first.
    pub fn iter(&self) -> impl Iterator<Item = Timer> {
        self.due.iter()
    }

    /// The timers of an action, earliest first.
    pub fn of(&self, action: ActionId) -> impl Iterator<Item = Timer> {
        let (list, is_all) = self.others.first().map_or((&self.due, true), |by_action| (by_action, false));
        let from = if is_all { 0 } else { action.0 };
        let own = list.from((from, Time::MIN, 0)).take_while(move |timer| is_all || timer.action == action);
        own.filter(move |timer| timer.action == action)
    }

    /// The timer that fires next.
    pub fn next(&self) -> Option<Timer> {
        self.iter().next()
    }

    /// The timer of that number.
    pub fn find(&self, id: u32) -> Option<Timer> {
        let sought = |timer: &Timer| timer.id == id;
        match self.others.last() {
            None => self.iter().find(sought),
            Some(by_number) => by_number.from((id, Time(0), 0)).next().filter(sought),
        }
    }
}
