//! What upstream's actions service tells the run service and those who listen, beyond what a world's row holds
//! (actions/k8s/client.go).

use crate::model::{ActionPhase, Signal, Status};

/// The signal sent along with the update: value and sender of a condition that succeeded (`notifyRunService`). A
/// stored value that cannot be decoded takes its sender with it. A world's row holds no signal; what users see of it is
/// folded from facts, in [`crate::view::details`].
pub fn carried_signal(phase: ActionPhase, status: &Status) -> Option<Signal> {
    status.signal.filter(|signal| phase == ActionPhase::Succeeded && signal.value.is_some())
}

/// What those who listen to a parent are told of a trace once it is recorded (`Enqueue`, `ActionUpdate`). A world has
/// nobody who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceUpdate<'a> {
    /// The phase, whatever the SDK reports.
    pub phase: ActionPhase,
    /// Where the SDK says that the outputs are.
    pub output_uri: &'a str,
    /// In the place of a task type.
    pub task_type: &'static str,
}

/// The update of a trace with these outputs.
pub const fn trace_update(output_uri: &str) -> TraceUpdate<'_> {
    TraceUpdate { phase: ActionPhase::Succeeded, output_uri, task_type: "trace" }
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
