//! What somebody who watches is told, and until when (runs/service/run_service.go, `WatchActionDetails`, `WatchActions`).

use super::events::{EventKey, last_attempt_is_over};
use crate::model::policy::{WatchEnd, WatchOrder};
use crate::model::{Rules, Time};

/// Whether a watch of an action closes, by whether its row has ended for good and by its events. Upstream goes by the events
/// alone, which come first: the closing message then has a phase that is not the last.
pub fn closes(has_ended: bool, keys: &[EventKey], rules: &Rules) -> bool {
    let has_to = match rules.watch_end {
        WatchEnd::WithRow => has_ended,
        WatchEnd::ByEvents => true,
    };
    has_to && last_attempt_is_over(keys)
}

/// Whether a watch of a run reads a parent before its child, by when their rows were made and by their own names
/// (`ListActions` in the order of `created_at` and `name`). It ends with an error at a child whose parent it has not read.
pub fn reads_before(parent: (Time, &str), child: (Time, &str), rules: &Rules) -> bool {
    match rules.watch_order {
        WatchOrder::ParentsFirst => true,
        WatchOrder::ByCreation => parent <= child,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ActionPhase;

    /// run_service.go, `WatchActionDetails`: the event of the end closes the watch, whatever the row says.
    #[test]
    fn a_watch_closes_with_the_row_or_with_the_event() {
        let key = EventKey { attempt: 1, phase: ActionPhase::Succeeded.number(), version: 0 };
        for (rules, early) in [(Rules::documented(), false), (Rules::upstream(), true)] {
            assert_eq!(closes(false, &[key], &rules), early);
            assert!(closes(true, &[key], &rules));
            assert!(!closes(true, &[], &rules));
        }
    }

    /// run_service.go, `WatchActions`; run_state_manager.go, `upsertAction`: of what was made in one second the name decides.
    #[test]
    fn a_child_of_the_same_second_may_come_before_its_parent() {
        let (now, later) = (Time(0), Time(1_000));
        assert!(!reads_before((now, "a0"), (now, "9x"), &Rules::upstream()));
        assert!(reads_before((now, "a0"), (later, "9x"), &Rules::upstream()));
        assert!(reads_before((now, "a0"), (now, "b1"), &Rules::upstream()));
        assert!(reads_before((now, "a0"), (now, "9x"), &Rules::documented()));
    }
}
