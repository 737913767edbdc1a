//! What a status update does to the row: `UpdateActionStatus` (internal_run_service.go) and `UpdateActionPhase`
//! (runs/repository/impl/action.go).

use super::guard::admit;
use super::stamps::{end_time, stamp_update};
use crate::model::policy::{AttemptCheck, Retry};
use crate::model::{ActionPhase, ActionRow, Rule, Rules, Time};

/// A status update on its way to the run service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Update {
    /// The phase told.
    pub phase: ActionPhase,
    /// The attempt told.
    pub attempts: u32,
    /// The cache status told, upstream's number.
    pub cache_status: u8,
    /// The start time told: the resource's creation.
    pub start: Option<Time>,
    /// The end time told.
    pub end: Option<Time>,
    /// Whether it tells of a reset for another attempt.
    pub resets: bool,
}

impl Update {
    /// With its end filled in: the one told for any phase, else now if the phase is terminal.
    #[must_use]
    pub fn ended(&self, now: Time) -> Update {
        Update { end: end_time(self.phase, self.end, now), ..*self }
    }
}

/// The row after the update and the rule that admitted it, or the rule that refused it. An end that was not told is
/// filled in first (`UpdateActionStatus`).
pub fn update_action_phase(
    row: &ActionRow,
    update: &Update,
    max_attempts: u32,
    now: Time,
    rules: &Rules,
) -> Result<(ActionRow, Rule), Rule> {
    write_action_phase(row, &update.ended(now), max_attempts, now, rules)
}

/// The statement alone, with the times as they come (`UpdateActionPhase` of the repository).
pub fn write_action_phase(
    row: &ActionRow,
    update: &Update,
    max_attempts: u32,
    now: Time,
    rules: &Rules,
) -> Result<(ActionRow, Rule), Rule> {
    let admission = admit(row.phase, update.phase, rules.guard);
    if !admission.admitted {
        return Err(admission.rule);
    }
    if rules.attempt_check == AttemptCheck::Enforced {
        check_attempt(row, update, max_attempts, rules)?;
    }
    let mut row = stamp_update(row, update.phase, update.start, update.end, now, rules);
    row.attempts = update.attempts;
    row.cache_status = update.cache_status;
    Ok((row, admission.rule))
}

/// Attempts count up one by one, each after the one before has ended, to the number that was asked for.
fn check_attempt(row: &ActionRow, update: &Update, max_attempts: u32, rules: &Rules) -> Result<(), Rule> {
    if update.attempts < row.attempts {
        return Err(Rule::GuardRefusesStaleAttempt);
    }
    let resets = row.phase.is_retryable() && update.phase == ActionPhase::Queued;
    if resets && !update.resets && update.attempts > row.attempts {
        return Err(Rule::GuardRefusesUnaskedReset);
    }
    if resets && update.attempts == row.attempts {
        return Err(Rule::GuardRefusesRepeatedAttempt);
    }
    if update.attempts > max_attempts.max(row.attempts) {
        return Err(Rule::GuardRefusesExcessAttempt);
    }
    // A retry in place tells of no reset, so its next attempt is the first that the row hears of.
    if rules.retry == Retry::Recorded && update.attempts > row.attempts + u32::from(resets) {
        return Err(Rule::GuardRefusesEarlyAttempt);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn try_update(from: (ActionPhase, u32), to: (ActionPhase, u32), rules: &Rules) -> Result<Rule, Rule> {
        let row = ActionRow::new(from.0, from.1, Time(0));
        let resets = to.0 == ActionPhase::Queued;
        let update = Update { phase: to.0, attempts: to.1, cache_status: 0, start: None, end: None, resets };
        update_action_phase(&row, &update, 3, Time(1), rules).map(|(_, rule)| rule)
    }

    /// P4, P5 and P6 of flyte-facts: attempts never fall, never exceed retries + 1, and old attempts change nothing.
    #[test]
    fn the_documented_guard_counts_attempts_and_upstream_does_not() {
        use ActionPhase::{Failed, Queued, Running, Succeeded};
        let cases = [
            ((Running, 2), (Failed, 1), Err(Rule::GuardRefusesStaleAttempt)),
            ((Failed, 1), (Queued, 1), Err(Rule::GuardRefusesRepeatedAttempt)),
            ((Failed, 1), (Queued, 2), Ok(Rule::GuardAdmitsRetry)),
            ((Failed, 1), (Queued, 3), Err(Rule::GuardRefusesEarlyAttempt)),
            ((Failed, 3), (Queued, 4), Err(Rule::GuardRefusesExcessAttempt)),
            ((Running, 1), (Succeeded, 2), Err(Rule::GuardRefusesEarlyAttempt)),
            ((Running, 1), (Succeeded, 0), Err(Rule::GuardRefusesStaleAttempt)),
            ((Running, 1), (Running, 1), Ok(Rule::GuardAdmitsSame)),
        ];
        for (from, to, expected) in cases {
            assert_eq!(try_update(from, to, &Rules::documented()), expected, "{from:?} {to:?}");
            assert!(try_update(from, to, &Rules::upstream()).is_ok(), "{from:?} {to:?}");
        }
    }
}
