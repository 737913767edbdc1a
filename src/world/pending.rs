//! Work that is due now: what the executor, the informer, the abort workers and Kubernetes have to do next.

use crate::model::{ActionId, PendingWork, Rule, TaskAction, Time};
use crate::rules::informer::Reported;
use std::collections::VecDeque;

/// What the informer has to tell the run service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct News {
    /// The resource as it was.
    pub cr: TaskAction,
    /// What its status told.
    pub reported: Reported,
    /// `metadata.creationTimestamp`
    pub created_at: Time,
    /// The decision that last changed the status.
    pub cause: Rule,
}

/// One piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Its number, never used again.
    pub id: u32,
    /// About which action.
    pub action: ActionId,
    /// What.
    pub work: PendingWork,
    /// What the informer saw, where it does not look again.
    pub news: Option<News>,
}

impl Pending {
    /// Whether it is news from the informer to the run service.
    pub const fn is_news(&self) -> bool {
        matches!(self.work, PendingWork::WatchAdd | PendingWork::WatchUpdate | PendingWork::WatchDelete)
    }

    /// Whether it can be lost, or come twice, on its way from one process to another.
    pub const fn travels(&self) -> bool {
        self.is_news() || matches!(self.work, PendingWork::Enqueue)
    }
}

/// The pieces in the order in which they became due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PendingQueue {
    items: VecDeque<Pending>,
    next_id: u32,
}

impl PendingQueue {
    /// Adds a piece, unless the same one without its own news is waiting.
    pub fn push(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        if news.is_none() && self.items.iter().any(|item| item.action == action && item.work == work) {
            return;
        }
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        self.items.push_back(Pending { id, action, work, news });
    }

    /// Adds a piece, whatever is waiting.
    pub(super) fn put(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        self.items.push_back(Pending { id, action, work, news });
    }

    /// Empties it; pieces are numbered from 0 again.
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.next_id = 0;
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &PendingQueue) {
        self.items.clone_from(&other.items);
        self.next_id = other.next_id;
    }

    /// How many pieces wait.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// Puts a piece back to where it was: before all others.
    pub fn push_front(&mut self, item: Pending) {
        self.items.push_front(item);
    }

    /// Adds the same piece again, right behind it.
    pub fn push_behind(&mut self, item: &Pending) {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        let place = self.items.iter().position(|other| other.id == item.id).map_or(self.items.len(), |place| place + 1);
        self.items.insert(place, Pending { id, ..*item });
    }

    /// Drops all pieces of that work.
    pub fn drop_work(&mut self, work: PendingWork) {
        self.items.retain(|item| item.work != work);
    }

    /// Takes the oldest piece.
    pub fn pop(&mut self) -> Option<Pending> {
        self.items.pop_front()
    }

    /// Takes the piece of that number.
    pub fn take(&mut self, id: u32) -> Option<Pending> {
        let place = self.items.iter().position(|item| item.id == id)?;
        self.items.remove(place)
    }

    /// The pieces, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.items.iter()
    }

    /// Whether an informer update of that action, new or changed, is waiting.
    pub fn has_update(&self, action: ActionId) -> bool {
        self.items
            .iter()
            .any(|item| item.action == action && matches!(item.work, PendingWork::WatchAdd | PendingWork::WatchUpdate))
    }

    /// Drops the informer updates of an action whose object is gone.
    pub fn drop_updates(&mut self, action: ActionId) {
        self.items.retain(|item| {
            item.action != action || !matches!(item.work, PendingWork::WatchAdd | PendingWork::WatchUpdate)
        });
    }

    /// Whether an earlier piece of news about the same action is waiting.
    pub fn is_behind(&self, item: &Pending) -> bool {
        item.is_news()
            && self
                .items
                .iter()
                .take_while(|other| other.id != item.id)
                .any(|other| other.action == item.action && other.is_news())
    }
}
