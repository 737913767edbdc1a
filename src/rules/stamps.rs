//! The times of a row and of a resource: the SET clauses of `UpdateActionPhase` and `AbortAction`
//! (runs/repository/impl/action.go), and how Kubernetes stores times.

use crate::model::policy::{EndTime, Times};
use crate::model::{ActionPhase, ActionRow, Rules, Time};

/// The row after an admitted update, times included. `end` is the end time that came with it, `start` the start time.
pub fn stamp_update(
    row: &ActionRow,
    to: ActionPhase,
    start: Option<Time>,
    end: Option<Time>,
    now: Time,
    rules: &Rules,
) -> ActionRow {
    let mut row = ActionRow { updated_at: now, ..*row };
    if let Some(start) = start {
        row.created_at = row.created_at.min(start);
    }
    match rules.end_time {
        EndTime::FirstKept => {
            if let Some(end) = end {
                let kept = row.ended_at.unwrap_or(end.max(row.created_at));
                row.ended_at = Some(kept);
                row.duration_ms = Some(kept.0.saturating_sub(row.created_at.0));
            }
        }
        EndTime::FollowsPhase if !to.is_terminal() => (row.ended_at, row.duration_ms) = (None, None),
        EndTime::FollowsPhase => {
            let kept = if row.phase == to { row.ended_at } else { None };
            let ended_at = kept.or(end).unwrap_or(now).max(row.created_at);
            row.ended_at = Some(ended_at);
            row.duration_ms = Some(ended_at.0.saturating_sub(row.created_at.0));
        }
    }
    row.phase = to;
    row
}

/// The end time that the run service fills in: the request's, else now if the phase is terminal
/// (`updateSingleActionStatus`).
pub fn end_time(phase: ActionPhase, requested: Option<Time>, now: Time) -> Option<Time> {
    requested.or(phase.is_terminal().then_some(now))
}

/// A time as it is stored in a resource.
pub fn stored(time: Time, rules: &Rules) -> Time {
    match rules.times {
        Times::Exact => time,
        Times::WholeSeconds => time.whole_second(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(rules: &Rules) -> Vec<(Option<i64>, Option<i64>)> {
        let mut row = ActionRow::new(ActionPhase::Running, 1, Time(1_000));
        let mut ends = Vec::new();
        for (phase, now) in
            [(ActionPhase::Failed, 2_000), (ActionPhase::Queued, 2_500), (ActionPhase::Succeeded, 9_000)]
        {
            row = stamp_update(&row, phase, Some(Time(1_000)), end_time(phase, None, Time(now)), Time(now), rules);
            ends.push((row.ended_at.map(|time| time.0), row.duration_ms));
        }
        ends
    }

    /// findings.md, "Times" 10: the first end is kept through a retry, for good.
    #[test]
    fn upstream_keeps_the_first_end_and_documented_has_one_only_while_terminal() {
        assert_eq!(
            life(&Rules::upstream()),
            [(Some(2_000), Some(1_000)), (Some(2_000), Some(1_000)), (Some(2_000), Some(1_000))]
        );
        assert_eq!(life(&Rules::documented()), [(Some(2_000), Some(1_000)), (None, None), (Some(9_000), Some(8_000))]);
    }

    /// findings.md, "Times" 11 to 14.
    #[test]
    fn a_start_moves_creation_backwards_only_and_an_early_end_is_raised_to_it() {
        let rules = Rules::upstream();
        let row = ActionRow::new(ActionPhase::Queued, 1, Time(5_000));
        let later = stamp_update(&row, ActionPhase::Running, Some(Time(8_000)), None, Time(9_000), &rules);
        assert_eq!((later.created_at, later.ended_at, later.duration_ms), (Time(5_000), None, None));
        let early = stamp_update(&row, ActionPhase::Running, Some(Time(4_000)), Some(Time(3_000)), Time(9_000), &rules);
        assert_eq!((early.created_at, early.ended_at, early.duration_ms), (Time(4_000), Some(Time(4_000)), Some(0)));
        let silent = stamp_update(&row, ActionPhase::Failed, None, None, Time(9_000), &rules);
        assert_eq!((silent.ended_at, silent.duration_ms), (None, None));
    }
}
