//! The keys of the `action_events` table: first writer wins. What an event says beyond its key is a projection of the
//! facts.

use crate::model::{ActionId, ActionPhase};
use std::collections::BTreeSet;

/// Which events are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventLog(BTreeSet<(ActionId, u32, ActionPhase, u32)>);

impl EventLog {
    /// Stores an event; false if one with its key is there (`InsertEvents`, ON CONFLICT DO NOTHING).
    pub fn insert(&mut self, action: ActionId, attempt: u32, phase: ActionPhase, version: u32) -> bool {
        self.0.insert((action, attempt, phase, version))
    }
}
