//! The abort reconciler's queue (runs/service/abort_reconciler.go, `dedupeQueue`): one task for an action, from the
//! push to the end of the last call.

use crate::model::{ActionId, TextId, Time};
use std::collections::VecDeque;

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AbortTaskState {
    /// A worker.
    Queued {
        /// Its place in the line.
        ticket: u64,
    },
    /// The reply to a call.
    Calling {
        /// The call's number, as it was counted before it was made: the row's count may start again meanwhile.
        attempt: u32,
    },
    /// The end of its delay.
    Waiting {
        /// When it ends.
        until: Time,
        /// The delay drawn.
        delay_ms: u64,
        /// Out of this much.
        ceiling_ms: u64,
    },
}

/// One abort on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AbortTask {
    /// What it waits for.
    pub state: AbortTaskState,
    /// The reason it was pushed with, which goes on being sent.
    pub reason: TextId,
}

/// The tasks, in the order of their actions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbortQueue {
    tasks: VecDeque<(ActionId, AbortTask)>,
    /// Those that wait for a worker, by their tickets, and how many calls are in flight: asked at each step of an abort.
    queued: VecDeque<(u64, ActionId)>,
    calling: usize,
    next_ticket: u64,
}

impl AbortQueue {
    /// The task of an action.
    pub fn get(&self, action: ActionId) -> Option<&AbortTask> {
        self.place(action).ok().and_then(|place| self.tasks.get(place)).map(|(_, task)| task)
    }

    /// The tasks, by action.
    pub fn iter(&self) -> impl Iterator<Item = (ActionId, &AbortTask)> {
        self.tasks.iter().map(|(action, task)| (*action, task))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The number of the call that waits for its reply, if one does.
    pub fn call_of(&self, action: ActionId) -> Option<u32> {
        match self.get(action)?.state {
            AbortTaskState::Calling { attempt } => Some(attempt),
            AbortTaskState::Queued { .. } | AbortTaskState::Waiting { .. } => None,
        }
    }

    /// Tasks that wait for a worker.
    pub fn queued_count(&self) -> usize {
        self.queued.len()
    }

    /// Calls in flight.
    pub fn calling_count(&self) -> usize {
        self.calling
    }

    /// The task that has waited longest for a worker, but for those named.
    pub fn first_queued_except(&self, named: &[ActionId]) -> Option<ActionId> {
        self.queued.iter().map(|(_, action)| *action).find(|action| !named.contains(action))
    }

    /// Puts a task at the end of the line.
    pub fn enqueue(&mut self, action: ActionId, reason: TextId) {
        let state = AbortTaskState::Queued { ticket: self.next_ticket };
        self.next_ticket += 1;
        match self.place(action) {
            Ok(place) => {
                if let Some((_, held)) = self.tasks.get_mut(place) {
                    held.reason = reason;
                }
                self.set(action, state);
            }
            Err(place) => {
                self.tasks.insert(place, (action, AbortTask { state, reason }));
                self.begins(action, state);
            }
        }
    }

    /// What a task waits for now.
    pub fn set(&mut self, action: ActionId, state: AbortTaskState) {
        if let Ok(place) = self.place(action)
            && let Some((_, task)) = self.tasks.get_mut(place)
        {
            let before = std::mem::replace(&mut task.state, state);
            self.ends(action, before);
            self.begins(action, state);
        }
    }

    fn begins(&mut self, action: ActionId, state: AbortTaskState) {
        match state {
            AbortTaskState::Queued { ticket } => {
                let place = self.queued.partition_point(|other| *other < (ticket, action));
                self.queued.insert(place, (ticket, action));
            }
            AbortTaskState::Calling { .. } => self.calling += 1,
            AbortTaskState::Waiting { .. } => {}
        }
    }

    fn ends(&mut self, action: ActionId, state: AbortTaskState) {
        match state {
            AbortTaskState::Queued { ticket } => {
                let place = self.queued.binary_search(&(ticket, action));
                let _ = place.map(|place| self.queued.remove(place));
            }
            AbortTaskState::Calling { .. } => self.calling -= 1,
            AbortTaskState::Waiting { .. } => {}
        }
    }

    /// Frees the action's key.
    pub fn remove(&mut self, action: ActionId) {
        if let Ok(place) = self.place(action)
            && let Some((_, task)) = self.tasks.remove(place)
        {
            self.ends(action, task.state);
        }
    }

    /// Empties it; tickets count from 0 again.
    pub(super) fn clear(&mut self) {
        self.tasks.clear();
        self.queued.clear();
        self.calling = 0;
        self.next_ticket = 0;
    }

    /// Holds a task that has its ticket, if it waits for a worker. Actions are given in their order.
    pub(super) fn put(&mut self, action: ActionId, task: AbortTask) {
        if let AbortTaskState::Queued { ticket } = task.state {
            self.next_ticket = self.next_ticket.max(ticket.saturating_add(1));
        }
        self.tasks.push_back((action, task));
        self.begins(action, task.state);
    }

    /// Those that wait for a worker, longest first.
    pub(super) fn line(&self, out: &mut Vec<ActionId>) {
        out.clear();
        out.extend(self.queued.iter().map(|(_, action)| *action));
    }

    /// Becomes equal to `other`, keeping its own memory.
    pub(super) fn copy(&mut self, other: &AbortQueue) {
        self.tasks.clone_from(&other.tasks);
        self.queued.clone_from(&other.queued);
        self.calling = other.calling;
        self.next_ticket = other.next_ticket;
    }

    fn place(&self, action: ActionId) -> Result<usize, usize> {
        self.tasks.binary_search_by_key(&action, |(action, _)| *action)
    }
}
