//! Aborts: the statements `AbortAction`, `MarkAbortAttempt` and `ClearAbortRequest` (runs/repository/impl/action.go)
//! and what the abort reconciler makes of a reply (runs/service/abort_reconciler.go, `processTask`).

use crate::model::policy::{AbortGiveUp, AbortOfEnded, AbortReason, EndTime};
use crate::model::{AbortConfig, AbortReply, AbortState, ActionPhase, ActionRow, Rule, Rules, TextId, Time};

/// Whether an abort of this row is refused: what has ended stays as it ended. An abort that is still asked for can be
/// asked for again, so that one which was given up is not the last word.
pub fn refuses_abort(row: &ActionRow, rules: &Rules) -> Option<Rule> {
    let pending = row.phase == ActionPhase::Aborted && is_pending_abort(row);
    match rules.abort_of_ended {
        AbortOfEnded::Overwrites => None,
        AbortOfEnded::Refused if pending => None,
        AbortOfEnded::Refused => row.phase.is_terminal().then_some(Rule::RefusesAbortOfEnded),
    }
}

/// Whether an abort finds no place among so many that wait for a worker (`dedupeQueue`, a channel of fixed size).
pub const fn is_queue_full(queued: usize, config: &AbortConfig) -> bool {
    queued >= config.queue_size as usize
}

/// The row after `AbortAction` or `AbortRun`: no guard, the counter starts again.
pub fn request_abort(row: &ActionRow, reason: TextId, now: Time, rules: &Rules) -> ActionRow {
    let kept = match rules.end_time {
        EndTime::FirstKept => row.ended_at,
        EndTime::FollowsPhase => row.ended_at.filter(|_| row.phase == ActionPhase::Aborted),
    };
    let ended_at = kept.unwrap_or(now.max(row.created_at));
    ActionRow {
        phase: ActionPhase::Aborted,
        updated_at: now,
        ended_at: Some(ended_at),
        duration_ms: Some(ended_at.0.saturating_sub(row.created_at.0)),
        abort: AbortState { requested_at: Some(now), attempts: 0, reason: Some(reason) },
        ..*row
    }
}

/// Whether the row has ended ABORTED without a reason and is to get one: that of the nearest abort above it.
pub fn explains_abort(row: &ActionRow, rules: &Rules) -> bool {
    rules.abort_reason == AbortReason::Inherited && row.phase == ActionPhase::Aborted && row.abort.reason.is_none()
}

/// The row after `MarkAbortAttempt`, which counts before the call is made.
pub fn mark_abort_attempt(row: &ActionRow, now: Time) -> ActionRow {
    let abort = AbortState { attempts: row.abort.attempts.saturating_add(1), ..row.abort };
    ActionRow { updated_at: now, abort, ..*row }
}

/// Whether the reconciler takes the row up when it starts: its flag is set, whatever its phase and its count
/// (runs/repository/impl/action.go, `ListPendingAborts`, read by `startupScan`).
pub const fn is_pending_abort(row: &ActionRow) -> bool {
    row.abort.requested_at.is_some()
}

/// The row after `ClearAbortRequest`; the reason stays.
pub fn clear_abort_request(row: &ActionRow, now: Time) -> ActionRow {
    ActionRow { updated_at: now, abort: AbortState { requested_at: None, attempts: 0, ..row.abort }, ..*row }
}

/// Why `MarkAbortAttempt` did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkFailure {
    /// There is no such row.
    NoRows,
    /// The store answers with an error.
    Error,
}

/// What follows when `MarkAbortAttempt` did not count, so that no call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkStep {
    /// The task is dropped and its key is free.
    Dropped(Rule),
    /// It is tried again after just so many milliseconds.
    RetryAfter(u64, Rule),
}

/// What follows from a failure to count (`processTask`). The delay after an error is the first one: not drawn, not
/// doubled and not capped; since nothing was counted, it can go on for ever.
pub const fn mark_failed(failure: MarkFailure, config: &AbortConfig) -> MarkStep {
    match failure {
        MarkFailure::NoRows => MarkStep::Dropped(Rule::AbortRowMissing),
        MarkFailure::Error => MarkStep::RetryAfter(config.initial_delay_ms, Rule::AbortNotCounted),
    }
}

/// What follows from a reply to an abort call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbortStep {
    /// The abort is done.
    Done(Rule),
    /// It failed too often. Whether the flag is taken off the row.
    GivenUp {
        /// Whether it is.
        clears: bool,
    },
    /// It is tried again after a delay drawn from 0 to this ceiling, in milliseconds, both ends included.
    RetryWithin(u64),
}

/// What follows from `reply` to call number `attempt`, counted from 1.
pub fn abort_attempt(attempt: u32, reply: AbortReply, config: &AbortConfig, rules: &Rules) -> AbortStep {
    match reply {
        AbortReply::Ok => AbortStep::Done(Rule::AbortSucceeded),
        AbortReply::NotFound | AbortReply::InternalNotFound => AbortStep::Done(Rule::AbortAlreadyGone),
        AbortReply::Internal | AbortReply::Unavailable | AbortReply::DeadlineExceeded | AbortReply::Unknown => {
            if attempt >= config.attempts_max {
                AbortStep::GivenUp { clears: rules.abort_give_up == AbortGiveUp::ClearsRequest }
            } else {
                AbortStep::RetryWithin(ceiling_ms(attempt, config))
            }
        }
    }
}

/// The ceiling of the delay after call number `attempt`: it doubles each time, up to the cap. Upstream's shift
/// overflows from attempt 35 on with the default first delay; here it stays at the cap.
pub fn ceiling_ms(attempt: u32, config: &AbortConfig) -> u64 {
    let doubled = 1_u64.checked_shl(attempt.saturating_sub(1)).unwrap_or(u64::MAX);
    config.initial_delay_ms.saturating_mul(doubled).min(config.delay_max_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// abort_reconciler.go: 1 s · 2^(n−1), capped at 5 min; the tenth failure is the last.
    #[test]
    fn ceilings_double_to_the_cap_and_the_tenth_failure_gives_up() {
        let config = AbortConfig::default();
        let ceilings: Vec<u64> = (1..=10).map(|attempt| ceiling_ms(attempt, &config) / 1_000).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(ceiling_ms(u32::MAX, &config), 300_000);
        let rules = Rules::upstream();
        assert_eq!(abort_attempt(9, AbortReply::Unavailable, &config, &rules), AbortStep::RetryWithin(256_000));
        assert_eq!(abort_attempt(10, AbortReply::Internal, &config, &rules), AbortStep::GivenUp { clears: true });
        let documented = Rules::documented();
        assert_eq!(abort_attempt(10, AbortReply::Internal, &config, &documented), AbortStep::GivenUp { clears: false });
    }

    /// abort_reconciler.go, `processTask`: the delay after an error of the store passes the cap by.
    #[test]
    fn a_failure_to_count_waits_for_the_first_delay() {
        let config = AbortConfig { initial_delay_ms: 10_000, delay_max_ms: 500, ..AbortConfig::default() };
        assert_eq!(mark_failed(MarkFailure::Error, &config), MarkStep::RetryAfter(10_000, Rule::AbortNotCounted));
        assert_eq!(mark_failed(MarkFailure::NoRows, &config), MarkStep::Dropped(Rule::AbortRowMissing));
        assert_eq!(ceiling_ms(1, &config), 500);
    }

    /// abort_reconciler.go, `isAlreadyTerminated`.
    #[test]
    fn not_found_counts_as_done() {
        for (reply, rule) in [
            (AbortReply::Ok, Rule::AbortSucceeded),
            (AbortReply::NotFound, Rule::AbortAlreadyGone),
            (AbortReply::InternalNotFound, Rule::AbortAlreadyGone),
        ] {
            assert_eq!(abort_attempt(10, reply, &AbortConfig::default(), &Rules::upstream()), AbortStep::Done(rule));
        }
    }
}
