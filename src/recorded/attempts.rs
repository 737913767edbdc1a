//! When upstream's watch of an action's details closes.

use crate::view::Attempt;

/// Whether the attempt with the highest number has ended, which is when upstream closes a watch of the details
/// (`lastAttemptIsTerminal`). A world has no such watch.
pub fn last_attempt_is_terminal(attempts: &[Attempt]) -> bool {
    attempts.iter().max_by_key(|attempt| attempt.attempt).is_some_and(|attempt| attempt.phase.is_terminal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ActionPhase, Time};
    use crate::view::ActionEvent;
    use crate::view::attempts::merge_events;

    #[test]
    fn the_highest_attempt_closes_a_watch_and_none_leaves_it_open() {
        let ended = ActionEvent { updated_at: Some(Time(1)), ..ActionEvent::new(2, ActionPhase::Failed, 0) };
        let begun = ActionEvent { updated_at: Some(Time(2)), ..ActionEvent::new(3, ActionPhase::Running, 0) };
        let (ended, begun) = (merge_events(2, &[ended]), merge_events(3, &[begun]));
        assert!(!last_attempt_is_terminal(&[begun, ended.clone()]));
        assert!(last_attempt_is_terminal(&[ended]));
        assert!(!last_attempt_is_terminal(&[]));
    }
}
