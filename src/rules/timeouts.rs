//! What bounds a task's time, and what it waits for (flyteidl2/core/tasks.proto, `TaskMetadata`; literals.proto,
//! `TimeoutStrategy` and `RetryStrategy`). Of all of it upstream's code reads nothing.

use crate::model::action::Backoff;
use crate::model::policy::{BackoffWaits, Deadline, FailurePace, QueuedTimeout, TaskTimeout};
use crate::model::{ActionKind, Reason, Rules, Spec, Status, TimeBound, TimerKind};
use core::time::Duration;

/// How long a bound is for a task, in milliseconds, if it has one and something reads it.
pub const fn bound_ms(bound: TimeBound, spec: &Spec, rules: &Rules) -> Option<u64> {
    let (ms, is_read) = match bound {
        TimeBound::Runtime => (spec.timeout_ms, matches!(rules.task_timeout, TaskTimeout::Enforced)),
        TimeBound::Queue => (spec.max_queued_ms, matches!(rules.queued_timeout, QueuedTimeout::Enforced)),
        TimeBound::Deadline => (spec.deadline_ms, matches!(rules.deadline, Deadline::Enforced)),
    };
    if ms > 0 && is_read && matches!(spec.kind, ActionKind::Task) { Some(ms) } else { None }
}

/// Whether details tell the error of a task that timed out (runs/service/run_service.go, `buildActionDetails`, since #7910).
pub const fn tells_timeouts(spec: &Spec, rules: &Rules) -> bool {
    matches!(rules.task_timeout, TaskTimeout::Enforced) && matches!(spec.kind, ActionKind::Task)
}

/// The timer of a bound.
pub const fn timer_of(bound: TimeBound) -> TimerKind {
    match bound {
        TimeBound::Runtime => TimerKind::AttemptTimeout,
        TimeBound::Queue => TimerKind::QueuedTimeout,
        TimeBound::Deadline => TimerKind::ActionDeadline,
    }
}

/// Whether an attempt is no longer queued: what bounds its time there has lost its point.
pub fn has_left_the_queue(status: &Status) -> bool {
    matches!(status.conditions.progressing(), Some(Reason::Initializing | Reason::Executing))
}

/// How long the executor waits before it launches an attempt, in milliseconds, if it waits: the base, times the factor for
/// each retry before this one, and the cap at the most (`Backoff`: "min(base * factor**n, cap)").
pub fn backoff_ms(attempt: u32, spec: &Spec, rules: &Rules) -> Option<u64> {
    let waits = matches!(rules.backoff, BackoffWaits::Waited) && attempt > 1;
    let ms = if waits { delay_ms(&spec.backoff, attempt - 2) } else { 0 };
    (ms > 0).then_some(ms)
}

/// How long the executor waits after a system failure that it tolerates, in milliseconds, if it waits.
pub const fn pace_ms(requeue_ms: u64, rules: &Rules) -> Option<u64> {
    match rules.failure_pace {
        FailurePace::Interval => Some(requeue_ms),
        FailurePace::AtOnce => None,
    }
}

/// The wait before retry `retry`, from 0, in whole milliseconds. The power is a product in a fixed order, so that it is the
/// same on each machine.
fn delay_ms(backoff: &Backoff, retry: u32) -> u64 {
    let (mut power, mut square, mut rest) = (1.0_f64, f64::from_bits(backoff.factor), retry);
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        square *= square;
        rest >>= 1;
    }
    let seconds = Duration::from_millis(backoff.base_ms).as_secs_f64() * power;
    // Without a base nothing grows. What is beyond the longest time that there is, is beyond each cap as well.
    let wait = if backoff.base_ms == 0 { Ok(Duration::ZERO) } else { Duration::try_from_secs_f64(seconds) };
    wait.ok().and_then(|wait| u64::try_from(wait.as_millis()).ok()).map_or(backoff.cap_ms, |ms| ms.min(backoff.cap_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// flyteidl2/core/literals.proto, `Backoff`: "min(base * factor**n, cap)", for retry n from 0.
    #[test]
    fn a_wait_grows_by_its_factor_up_to_its_cap() {
        let waits = |base_ms, factor: f64, cap_ms| {
            let backoff = Backoff { base_ms, factor: factor.to_bits(), cap_ms };
            [0, 1, 2, 5, 63, u32::MAX].map(|retry| delay_ms(&backoff, retry))
        };
        assert_eq!(waits(500, 2.0, 10_000), [500, 1_000, 2_000, 10_000, 10_000, 10_000]);
        assert_eq!(waits(1_000, 1.0, u64::MAX), [1_000; 6]);
        assert_eq!(waits(1_000, 1.5, 6_000), [1_000, 1_500, 2_250, 6_000, 6_000, 6_000]);
        assert_eq!(waits(0, 2.0, 10_000)[..2], [0, 0]);
        assert_eq!(waits(5_000, 1.0, 1_000), [1_000; 6]);
    }
}
