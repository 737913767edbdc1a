//! What the process in a parent's pod does, if it is the SDK's (flyte-sdk at 7e2d4231b5,
//! src/flyte/_internal/controllers/remote: `_controller.py`, `submit` and `handle_action_failure`; `_core.py`, `_bg_run`;
//! `_informer.py`). It is the only way in which a child's end reaches its parent.

use crate::model::policy::ChildNews;
use crate::model::{
    ActionKind, ActionPhase, ErrorCode, ErrorKind, ErrorState, FaultReply, Message, Process, Rule, Rules, TextId,
};

/// What becomes of a parent's watch that goes wrong, and why.
pub const fn watch_failed(reply: FaultReply, rules: &Rules) -> (Process, Rule) {
    match (reply, rules.child_news) {
        (FaultReply::Silent, ChildNews::WhatIsThere) => (Process::Deaf, Rule::ChildWatchDied),
        _ => (Process::Watching, Rule::ChildWatchRenewed),
    }
}

/// Whether a watch that connects tells of children whose resources are gone.
pub const fn tells_of_gone(rules: &Rules) -> bool {
    matches!(rules.child_news, ChildNews::EveryEnd)
}

/// Whether the SDK raises at a child in this phase.
pub const fn raises(phase: ActionPhase) -> bool {
    phase.is_terminal() && !phase.is_success()
}

/// What the SDK raises for a child that ended so: its own words for an abort and for a timeout, else the child's error. A
/// failure without any error has it look for the error file of attempt 1, which is not there: a failure of the platform.
pub fn raised(kind: ActionKind, name: TextId, phase: ActionPhase, error: Option<ErrorState>) -> ErrorState {
    let is_condition = kind == ActionKind::Condition;
    let of_user = |code| ErrorState { code, kind: ErrorKind::User, message: Message::ChildEnded(name, phase) };
    match phase {
        ActionPhase::Aborted => of_user(ErrorCode::ActionAbortedError),
        ActionPhase::TimedOut if is_condition => of_user(ErrorCode::ConditionTimedoutError),
        ActionPhase::TimedOut => of_user(ErrorCode::TaskTimeoutError),
        _ if is_condition => of_user(ErrorCode::ConditionFailedError),
        _ => error.unwrap_or(ErrorState {
            code: ErrorCode::FileNotFoundError,
            kind: ErrorKind::System,
            message: Message::ErrorFileMissing(name),
        }),
    }
}

/// How long the SDK waits before it asks for the `asked`th time again, from 1, in milliseconds (`_bg_run`). It gives up
/// after a hundred times, which is left out.
pub const fn enqueue_backoff_ms(asked: u8) -> u64 {
    let doubled = 500_u64 << (if asked > 6 { 5 } else { asked.saturating_sub(1) });
    if doubled > ENQUEUE_BACKOFF_MAX_MS { ENQUEUE_BACKOFF_MAX_MS } else { doubled }
}

/// After so many times the wait is no longer.
pub const ASKED_MAX: u8 = 6;

const ENQUEUE_BACKOFF_MAX_MS: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// _core.py, `_bg_run`: min(0.5 s * 2 ** (retries - 1), 10 s).
    #[test]
    fn the_sdk_asks_again_after_longer_and_longer() {
        let waits: Vec<u64> = (1..=8).map(enqueue_backoff_ms).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
        assert_eq!(enqueue_backoff_ms(ASKED_MAX), ENQUEUE_BACKOFF_MAX_MS);
    }

    /// _controller.py, `submit` and `wait_for_condition`.
    #[test]
    fn what_is_raised_is_the_childs_error_or_the_sdks_own() {
        let own = ErrorState { code: ErrorCode::Error, kind: ErrorKind::User, message: Message::Unknown };
        let raised = |kind, phase, error| {
            let raised = super::raised(kind, TextId::EMPTY, phase, error);
            (raised.code, raised.kind)
        };
        let (task, condition) = (ActionKind::Task, ActionKind::Condition);
        assert_eq!(raised(task, ActionPhase::Failed, Some(own)), (own.code, own.kind));
        assert_eq!(raised(task, ActionPhase::Failed, None), (ErrorCode::FileNotFoundError, ErrorKind::System));
        assert_eq!(raised(task, ActionPhase::Aborted, Some(own)).0, ErrorCode::ActionAbortedError);
        assert_eq!(raised(task, ActionPhase::TimedOut, Some(own)).0, ErrorCode::TaskTimeoutError);
        assert_eq!(raised(condition, ActionPhase::TimedOut, None).0, ErrorCode::ConditionTimedoutError);
        assert_eq!(raised(condition, ActionPhase::Failed, None).0, ErrorCode::ConditionFailedError);
    }
}
