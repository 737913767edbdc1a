//! What upstream's informer sends along.

use crate::model::{ActionPhase, Signal, Status};

/// The signal sent along with the update: value and sender of a condition that succeeded (`notifyRunService`). A
/// stored value that cannot be decoded takes its sender with it. A world's row holds no signal; what users see of it is
/// folded from facts, in [`crate::view::details`].
pub fn carried_signal(phase: ActionPhase, status: &Status) -> Option<Signal> {
    status.signal.filter(|signal| phase == ActionPhase::Succeeded && signal.value.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SignalValue, TextId};

    /// A stored signal that does not decode ends the condition, but neither value nor sender is told.
    #[test]
    fn a_signal_is_carried_by_the_success_alone() {
        let signal = Signal { value: Some(SignalValue::Bool(true)), by: TextId::YOU };
        let mut status = Status { signal: Some(signal), ..Status::default() };
        assert_eq!(carried_signal(ActionPhase::Succeeded, &status), Some(signal));
        assert_eq!(carried_signal(ActionPhase::TimedOut, &status), None);
        status.signal = Some(Signal { value: None, ..signal });
        assert_eq!(carried_signal(ActionPhase::Succeeded, &status), None);
    }
}
