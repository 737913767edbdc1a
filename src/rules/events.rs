//! The event log's order (runs/repository/impl/action.go, `GetLatestEventByAttempt`, `ListEvents`): by key, not by time.

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
}
