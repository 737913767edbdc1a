//! What the run service makes of a call before the store sees it: `RecordAction`, `RecordActionEvents`
//! (runs/service/internal_run_service.go), `AbortRun` and `AbortAction` (runs/service/run_service.go).

use super::Told;
use crate::model::policy::{Events, TracePhase};
use crate::model::{ActionPhase, ErrorCode, ErrorKind, ErrorState, Message, Rule, Rules, TextId};

/// The action that stands for its run: aborting a run is aborting it.
pub const ROOT_ACTION: &str = "a0";

/// The event of an action that is recorded directly and so has no resource to tell one, if every phase is to have one.
/// Every ending that is no success has an error, and nobody says which one this is.
pub fn tells_record(phase: ActionPhase, attempts: u32, rules: &Rules) -> Option<Told> {
    let unknown = ErrorState { code: ErrorCode::Unknown, kind: ErrorKind::User, message: Message::Unknown };
    let error = (phase.is_terminal() && !phase.is_success()).then_some(unknown);
    match rules.events {
        Events::EveryPhase => Some(Told { error, ..Told::of(attempts, phase) }),
        Events::PluginOnly => None,
    }
}

/// The phase for which a trace is refused, if it is: a trace is recorded once, so it must be over.
pub fn refuses_trace(reported: Option<ActionPhase>, rules: &Rules) -> Option<ActionPhase> {
    match rules.trace_phase {
        TracePhase::AsReported => reported.filter(|phase| !phase.is_terminal()),
        TracePhase::Succeeded => None,
    }
}

/// The phase in which a trace is recorded, and why.
pub fn recorded_trace(reported: Option<ActionPhase>, rules: &Rules) -> (ActionPhase, Rule) {
    match rules.trace_phase {
        TracePhase::AsReported => (reported.unwrap_or(ActionPhase::Succeeded), Rule::TraceRecorded),
        TracePhase::Succeeded => (ActionPhase::Succeeded, Rule::TraceSucceeded),
    }
}

/// The reason that an abort of a run is stored with: the one given, an empty one too (`AbortRun`).
pub fn abort_run_reason(given: Option<TextId>) -> TextId {
    given.unwrap_or(TextId::USER_ABORT)
}

/// The reason that an abort of an action is stored with: the one given unless it is empty (`AbortAction`).
pub fn abort_action_reason(given: Option<TextId>) -> TextId {
    given.filter(|reason| !reason.is_empty()).unwrap_or(TextId::USER_ABORT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// findings.md 62.
    #[test]
    fn an_empty_reason_is_a_reason_for_a_run_and_none_for_an_action() {
        assert_eq!(abort_run_reason(Some(TextId::EMPTY)), TextId::EMPTY);
        assert_eq!(abort_action_reason(Some(TextId::EMPTY)), TextId::USER_ABORT);
        assert_eq!((abort_run_reason(None), abort_action_reason(None)), (TextId::USER_ABORT, TextId::USER_ABORT));
    }
}
