//! What a record says of an action, where it is replayed: the world makes up what it needs to get there, and nobody is to be
//! told what was made up.

use super::{ActionPhase, ErrorKind};

/// What is told of one action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// The last status that is told of its row.
    pub phase: Option<ActionPhase>,
    /// The error or the reason that was told last, word for word.
    pub reason: Option<String>,
    /// Whose matter its error is, if that is told.
    pub blames: Option<ErrorKind>,
    /// Whether anything of its log is told.
    pub has_log: bool,
    /// Whether its log has come to an end.
    pub log_has_ended: bool,
    /// Whether its spec is told, with its deadlines.
    pub tells_spec: bool,
    /// Why it was aborted, as whoever did it said.
    pub abort_reason: Option<String>,
    /// Whether it is told how many attempts it may have.
    pub tells_max: bool,
    /// Whether its outputs are said to be out of the cache.
    pub was_cached: bool,
}
