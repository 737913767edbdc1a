//! What the smaller lists of a world hold: the catalog of outputs, the calls that are to fail, and what plugins have yet to
//! repeat.

use crate::model::{ActionId, Call, FaultReply, Observation, TaskAction, TextId};

/// What the catalog holds under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheEntry {
    /// The key.
    pub key: TextId,
    /// Whether the outputs are there.
    pub populated: bool,
    /// Who has reserved their computation.
    pub owner: Option<ActionId>,
}

/// A call that is to fail once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArmedFault {
    /// Which call.
    pub call: Call,
    /// How.
    pub reply: FaultReply,
    /// About which action; about any if there is none.
    pub action: Option<ActionId>,
    /// What a stale read sees.
    pub seen: Option<Box<TaskAction>>,
}

/// What a plugin said in a reconcile that failed, which it says again when the executor next asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unheard {
    /// Whose plugin.
    pub action: ActionId,
    /// Of which attempt.
    pub attempt: u32,
    /// What it said.
    pub seen: Observation,
}
