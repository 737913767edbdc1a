//! The event log's order (runs/repository/impl/action.go, `GetLatestEventByAttempt`, `ListEvents`): by key, not by time.

use crate::model::ActionPhase;

/// The key of an action's event. The first event with a key counts (`InsertEvents`); keys sort as events are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    /// Its attempt.
    pub attempt: u32,
    /// Its phase, upstream's number.
    pub phase: u8,
    /// Its version.
    pub version: u32,
}

/// The event that counts as an attempt's latest: the highest phase number, then the highest version, whenever it came.
pub fn latest(keys: impl Iterator<Item = EventKey>, attempt: u32) -> Option<EventKey> {
    keys.filter(|key| key.attempt == attempt).max()
}

/// Whether the newest attempt that the events tell of has an ending, which is when upstream closes a watch of the action
/// (runs/service/run_service.go, `WatchActionDetails`): the row plays no part in it.
pub fn last_attempt_is_over(keys: &[EventKey]) -> bool {
    let newest = keys.iter().map(|key| key.attempt).max();
    let is_end = |key: &EventKey| ActionPhase::from_number(key.phase).is_some_and(ActionPhase::is_terminal);
    keys.iter().any(|key| Some(key.attempt) == newest && is_end(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// findings.md, "Events" 22: FAILED version 0 beats RUNNING version 51.
    #[test]
    fn the_latest_event_is_the_one_with_the_highest_phase() {
        let key = |attempt, phase, version| EventKey { attempt, phase, version };
        let keys = [key(1, 6, 0), key(1, 4, 51), key(2, 1, 0)];
        assert_eq!(latest(keys.into_iter(), 1), Some(key(1, 6, 0)));
        assert_eq!(latest(keys.into_iter(), 3), None);
    }
    /// flyte-facts P47 and P48: an ending of an earlier attempt closes nothing, and without events nothing ever does.
    #[test]
    fn a_watch_closes_on_an_ending_of_the_newest_attempt() {
        let key = |attempt, phase: ActionPhase| EventKey { attempt, phase: phase.number(), version: 0 };
        let (failed, running) = (key(1, ActionPhase::Failed), key(2, ActionPhase::Running));
        assert!(last_attempt_is_over(&[failed]));
        assert!(!last_attempt_is_over(&[failed, running]));
        assert!(last_attempt_is_over(&[failed, running, key(2, ActionPhase::Aborted)]));
        assert!(!last_attempt_is_over(&[]));
    }
}
