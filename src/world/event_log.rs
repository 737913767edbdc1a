//! The keys of the `action_events` table: first writer wins. What an event says beyond its key is a projection of the
//! facts.

use crate::model::ActionId;
use crate::rules::events::EventKey;

/// Which events are stored: for each action, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventLog {
    by_action: Vec<Vec<EventKey>>,
    count: usize,
}

impl EventLog {
    /// Stores an event; false if one with its key is there (`InsertEvents`, ON CONFLICT DO NOTHING).
    pub fn insert(&mut self, action: ActionId, key: EventKey) -> bool {
        if self.by_action.len() <= action.index() {
            self.by_action.resize(action.index() + 1, Vec::new());
        }
        let Some(keys) = self.by_action.get_mut(action.index()) else { return false };
        let Err(place) = keys.binary_search(&key) else { return false };
        keys.insert(place, key);
        self.count += 1;
        true
    }

    /// Takes an event out again.
    pub(super) fn remove(&mut self, action: ActionId, key: EventKey) {
        let Some(keys) = self.by_action.get_mut(action.index()) else { return };
        let Ok(place) = keys.binary_search(&key) else { return };
        keys.remove(place);
        self.count -= 1;
        while self.by_action.pop_if(|keys| keys.is_empty()).is_some() {}
    }

    /// The keys of an action's events, in the order in which they are listed.
    pub fn of(&self, action: ActionId) -> &[EventKey] {
        self.by_action.get(action.index()).map_or(&[], Vec::as_slice)
    }

    /// Replaces an action's keys, which are given in the order in which they are listed.
    pub(super) fn put(&mut self, action: ActionId, keys: &[EventKey]) {
        if self.by_action.len() <= action.index() {
            self.by_action.resize(action.index() + 1, Vec::new());
        }
        if let Some(held) = self.by_action.get_mut(action.index()) {
            self.count = self.count - held.len() + keys.len();
            held.clear();
            held.extend_from_slice(keys);
        }
    }

    /// Forgets the events of that action and of those after it.
    pub(super) fn cut(&mut self, from: ActionId) {
        let gone: usize = self.by_action.iter().skip(from.index()).map(Vec::len).sum();
        self.count -= gone;
        self.by_action.truncate(from.index());
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &EventLog) {
        self.by_action.clone_from(&other.by_action);
        self.count = other.count;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }
}
