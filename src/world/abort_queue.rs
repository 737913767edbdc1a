//! The abort reconciler's queue (runs/service/abort_reconciler.go, `dedupeQueue`): one task for an action, from the
//! push to the end of the last call.

use crate::model::{ActionId, TextId, Time};
use std::collections::BTreeMap;

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbortTaskState {
    /// A worker.
    Queued {
        /// Its place in the line.
        ticket: u64,
    },
    /// The reply to a call.
    Calling,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortTask {
    /// What it waits for.
    pub state: AbortTaskState,
    /// The reason it was pushed with, which goes on being sent.
    pub reason: TextId,
}

/// The tasks by action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbortQueue {
    tasks: BTreeMap<ActionId, AbortTask>,
    next_ticket: u64,
}

impl AbortQueue {
    /// The task of an action.
    pub fn get(&self, action: ActionId) -> Option<&AbortTask> {
        self.tasks.get(&action)
    }

    /// The tasks, by action.
    pub fn iter(&self) -> impl Iterator<Item = (ActionId, &AbortTask)> {
        self.tasks.iter().map(|(&action, task)| (action, task))
    }

    /// Tasks that wait for a worker.
    pub fn queued_count(&self) -> usize {
        self.tasks.values().filter(|task| matches!(task.state, AbortTaskState::Queued { .. })).count()
    }

    /// Calls in flight.
    pub fn calling_count(&self) -> usize {
        self.tasks.values().filter(|task| task.state == AbortTaskState::Calling).count()
    }

    /// The task that has waited longest for a worker, but for those named.
    pub fn first_queued_except(&self, named: &[ActionId]) -> Option<ActionId> {
        let queued = self.tasks.iter().filter(|(action, _)| !named.contains(action)).filter_map(|(&action, task)| {
            match task.state {
                AbortTaskState::Queued { ticket } => Some((ticket, action)),
                AbortTaskState::Calling | AbortTaskState::Waiting { .. } => None,
            }
        });
        queued.min().map(|(_, action)| action)
    }

    /// Puts a task at the end of the line.
    pub fn enqueue(&mut self, action: ActionId, reason: TextId) {
        let state = AbortTaskState::Queued { ticket: self.next_ticket };
        self.next_ticket += 1;
        self.tasks.insert(action, AbortTask { state, reason });
    }

    /// What a task waits for now.
    pub fn set(&mut self, action: ActionId, state: AbortTaskState) {
        if let Some(task) = self.tasks.get_mut(&action) {
            task.state = state;
        }
    }

    /// Frees the action's key.
    pub fn remove(&mut self, action: ActionId) {
        self.tasks.remove(&action);
    }
}
