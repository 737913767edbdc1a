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
        is_news(self.work)
    }

    /// Whether it can be lost, or come twice, on its way from one process to another.
    pub const fn travels(&self) -> bool {
        self.is_news() || matches!(self.work, PendingWork::Enqueue)
    }
}

const fn is_news(work: PendingWork) -> bool {
    matches!(work, PendingWork::WatchAdd | PendingWork::WatchUpdate | PendingWork::WatchDelete)
}

/// The pieces in the order in which they became due.
#[derive(Debug, Clone, Default)]
pub struct PendingQueue {
    items: VecDeque<Pending>,
    next_id: u32,
    /// So that a long line need not be searched. Empty while the line is short.
    counts: Counts,
}

/// A line of so many pieces is searched; of a longer one it is counted what waits.
const SHORT: usize = 64;

/// For each action, how many pieces of each work wait.
type Counts = Vec<[u32; PendingWork::ALL.len()]>;

fn one_more(counts: &mut Counts, action: ActionId, work: PendingWork) {
    if counts.len() <= action.index() {
        counts.resize(action.index() + 1, [0; PendingWork::ALL.len()]);
    }
    if let Some(count) = counts.get_mut(action.index()).and_then(|counts| counts.get_mut(work as usize)) {
        *count += 1;
    }
}

/// Does nothing where nothing is counted.
fn one_less(counts: &mut Counts, item: &Pending) {
    if let Some(count) = counts.get_mut(item.action.index()).and_then(|counts| counts.get_mut(item.work as usize)) {
        *count = count.saturating_sub(1);
    }
}

impl PartialEq for PendingQueue {
    fn eq(&self, other: &PendingQueue) -> bool {
        (&self.items, self.next_id) == (&other.items, other.next_id)
    }
}

impl Eq for PendingQueue {}

impl PendingQueue {
    /// Adds a piece, unless the same one without its own news is waiting.
    pub fn push(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        if news.is_none() && self.waits(action, work) {
            return;
        }
        self.put(action, work, news);
    }

    /// Whether such a piece waits.
    fn waits(&self, action: ActionId, work: PendingWork) -> bool {
        if self.counts.is_empty() {
            return self.items.iter().any(|item| item.action == action && item.work == work);
        }
        self.counts.get(action.index()).and_then(|counts| counts.get(work as usize)).is_some_and(|count| *count > 0)
    }

    /// Counts a piece that was added.
    fn added(&mut self, action: ActionId, work: PendingWork) {
        let PendingQueue { items, counts, .. } = self;
        if !counts.is_empty() {
            one_more(counts, action, work);
        } else if items.len() > SHORT {
            items.iter().for_each(|item| one_more(counts, item.action, item.work));
        }
    }

    /// Counts a piece that was taken.
    fn taken(&mut self, item: &Pending) {
        if self.items.is_empty() {
            self.counts.clear();
        } else {
            one_less(&mut self.counts, item);
        }
    }

    /// Adds a piece, whatever is waiting.
    pub(super) fn put(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        let id = self.number();
        self.items.push_back(Pending { id, action, work, news });
        self.added(action, work);
    }

    fn number(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        id
    }

    /// Empties it; pieces are numbered from 0 again.
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.counts.clear();
        self.next_id = 0;
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &PendingQueue) {
        self.items.clone_from(&other.items);
        self.counts.clone_from(&other.counts);
        self.next_id = other.next_id;
    }

    /// How many pieces wait.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// Puts a piece back to where it was: before all others.
    pub fn push_front(&mut self, item: Pending) {
        self.items.push_front(item);
        self.added(item.action, item.work);
    }

    /// Adds the same piece again, right behind it.
    pub fn push_behind(&mut self, item: &Pending) {
        let place = self.place(item.id).map_or(self.items.len(), |place| place + 1);
        let id = self.number();
        self.items.insert(place, Pending { id, ..*item });
        self.added(item.action, item.work);
    }

    /// Drops all pieces of that work.
    pub fn drop_work(&mut self, work: PendingWork) {
        self.drop_those(|item| item.work == work);
    }

    fn drop_those(&mut self, is_meant: impl Fn(&Pending) -> bool) {
        let PendingQueue { items, counts, .. } = self;
        items.retain(|item| {
            let goes = is_meant(item);
            if goes {
                one_less(counts, item);
            }
            !goes
        });
    }

    /// Takes the oldest piece.
    pub fn pop(&mut self) -> Option<Pending> {
        let item = self.items.pop_front()?;
        self.taken(&item);
        Some(item)
    }

    /// Takes the piece of that number.
    pub fn take(&mut self, id: u32) -> Option<Pending> {
        let item = self.items.remove(self.place(id)?)?;
        self.taken(&item);
        Some(item)
    }

    /// Where the piece of that number is. They stand in the order of their numbers, but for those that came twice.
    fn place(&self, id: u32) -> Option<usize> {
        let place = self.items.partition_point(|item| item.id < id);
        let is_there = self.items.get(place).is_some_and(|item| item.id == id);
        if is_there { Some(place) } else { self.items.iter().position(|item| item.id == id) }
    }

    /// The piece of that number.
    pub fn find(&self, id: u32) -> Option<&Pending> {
        self.items.get(self.place(id)?)
    }

    /// The pieces about an action, oldest first.
    pub fn of(&self, action: ActionId) -> impl Iterator<Item = &Pending> {
        let count = if self.counts.is_empty() { usize::MAX } else { self.count_of(action, |_| true) };
        self.items.iter().filter(move |item| item.action == action).take(count)
    }

    /// How many pieces of some works wait about an action, in a line that is counted.
    fn count_of(&self, action: ActionId, is_meant: impl Fn(PendingWork) -> bool) -> usize {
        let counts = self.counts.get(action.index()).into_iter().flatten().zip(PendingWork::ALL);
        counts.filter(|(_, work)| is_meant(**work)).map(|(count, _)| *count as usize).sum()
    }

    /// The pieces, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.items.iter()
    }

    /// Whether an informer update of that action, new or changed, is waiting.
    pub fn has_update(&self, action: ActionId) -> bool {
        self.waits(action, PendingWork::WatchAdd) || self.waits(action, PendingWork::WatchUpdate)
    }

    /// Drops the informer updates of an action whose object is gone.
    pub fn drop_updates(&mut self, action: ActionId) {
        if !self.has_update(action) {
            return;
        }
        let is_update = |work| matches!(work, PendingWork::WatchAdd | PendingWork::WatchUpdate);
        self.drop_those(|item| item.action == action && is_update(item.work));
    }

    /// Whether an earlier piece of news about the same action is waiting.
    pub fn is_behind(&self, item: &Pending) -> bool {
        // In a line that is counted, a piece of news that is the only one about its action is behind none.
        item.is_news()
            && (self.counts.is_empty() || self.count_of(item.action, is_news) > 1)
            && self
                .items
                .iter()
                .take_while(|other| other.id != item.id)
                .any(|other| other.action == item.action && other.is_news())
    }
}
