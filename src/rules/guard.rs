//! The guard of the `actions` table: the WHERE clause of `UpdateActionPhase` (runs/repository/impl/action.go), in the
//! variants it has had, is proposed to have, and should have as documented. It looks at the two phases and at nothing
//! else; what a rule set asks of the attempts is in [`super::update`].

use crate::model::policy::Guard;
use crate::model::{ActionPhase, Rule};

/// Whether a change of the recorded phase is admitted, and which rule says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Whether the row is written.
    pub admitted: bool,
    /// Why.
    pub rule: Rule,
}

const fn admitted(rule: Rule) -> Admission {
    Admission { admitted: true, rule }
}

const fn refused(rule: Rule) -> Admission {
    Admission { admitted: false, rule }
}

/// Whether a row in `from` takes an update to `to`.
pub const fn admit(from: ActionPhase, to: ActionPhase, guard: Guard) -> Admission {
    match guard {
        Guard::Documented => documented(from, to),
        Guard::Numeric => numeric(from, to),
        Guard::Retryable => retryable(from, to),
        Guard::Upstream => match (from, to.is_terminal()) {
            (ActionPhase::Paused, true) => admitted(Rule::GuardAdmitsSettlement),
            _ => retryable(from, to),
        },
        Guard::Table => table(from, to),
    }
}

/// Phases move forward; a paused action can only end; FAILED and TIMED_OUT can only go back to QUEUED.
const fn documented(from: ActionPhase, to: ActionPhase) -> Admission {
    if from.number() == to.number() {
        return admitted(Rule::GuardAdmitsSame);
    }
    match (from, to) {
        (ActionPhase::Failed | ActionPhase::TimedOut, ActionPhase::Queued) => admitted(Rule::GuardAdmitsRetry),
        (ActionPhase::Failed | ActionPhase::TimedOut, _) => refused(Rule::GuardRefusesRetryElsewhere),
        (ActionPhase::Succeeded | ActionPhase::Aborted | ActionPhase::Recovered, _) => {
            refused(Rule::GuardRefusesTerminal)
        }
        (ActionPhase::Paused, _) if to.is_terminal() => admitted(Rule::GuardAdmitsSettlement),
        (ActionPhase::Paused, _) => refused(Rule::GuardRefusesResume),
        _ => numeric(from, to),
    }
}

/// `phase <= $new`: the guard as it began.
const fn numeric(from: ActionPhase, to: ActionPhase) -> Admission {
    if from.number() == to.number() {
        admitted(Rule::GuardAdmitsSame)
    } else if from.number() < to.number() {
        admitted(Rule::GuardAdmitsForward)
    } else if from.is_terminal() {
        refused(Rule::GuardRefusesTerminal)
    } else if matches!(from, ActionPhase::Paused) && !to.is_terminal() {
        refused(Rule::GuardRefusesResume)
    } else {
        refused(Rule::GuardRefusesBackward)
    }
}

/// `OR phase = ANY(retryable)`: since #7120.
const fn retryable(from: ActionPhase, to: ActionPhase) -> Admission {
    let by_number = numeric(from, to);
    if !by_number.admitted && from.is_retryable() { admitted(Rule::GuardAdmitsRetry) } else { by_number }
}

/// The table of #7797, which parts from upstream in seventeen cells.
const fn table(from: ActionPhase, to: ActionPhase) -> Admission {
    if from.number() == to.number() {
        return admitted(Rule::GuardAdmitsSame);
    }
    let listed = match from {
        ActionPhase::Unspecified => true,
        ActionPhase::Queued | ActionPhase::WaitingForResources | ActionPhase::Initializing | ActionPhase::Running => {
            from.number() < to.number()
        }
        ActionPhase::Paused => !matches!(to, ActionPhase::Unspecified | ActionPhase::Recovered),
        ActionPhase::Failed | ActionPhase::TimedOut => !matches!(to, ActionPhase::Unspecified | ActionPhase::Recovered),
        ActionPhase::Succeeded | ActionPhase::Aborted | ActionPhase::Recovered => false,
    };
    if listed { admitted(Rule::GuardAdmitsListed) } else { refused(Rule::GuardRefusesUnlisted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(guard: Guard) -> Vec<String> {
        let row = |from: &ActionPhase| {
            ActionPhase::ALL.iter().map(|to| if admit(*from, *to, guard).admitted { 'Y' } else { '.' }).collect()
        };
        ActionPhase::ALL.iter().map(row).collect()
    }

    /// flyte-facts 1.8 and the 4 × 121 recorded updates of findings.md, "The guard".
    const UPSTREAM: [&str; 11] = [
        "YYYYYYYYYYY",
        ".YYYYYYYYYY",
        "..YYYYYYYYY",
        "...YYYYYYYY",
        "....YYYYYYY",
        ".....YYYYYY",
        "YYYYYYYYYYY",
        ".......YYYY",
        "YYYYYYYYYYY",
        ".....YYYYYY",
        "..........Y",
    ];

    #[test]
    fn the_upstream_grid_is_the_recorded_one() {
        assert_eq!(grid(Guard::Upstream), UPSTREAM);
    }

    /// flyte-facts, section 2: which cells the earlier and the proposed guards have otherwise.
    #[test]
    fn the_other_variants_differ_where_the_facts_say() {
        let differing = |guard: Guard| -> Vec<String> {
            let mut cells = Vec::new();
            for &from in ActionPhase::ALL {
                for &to in ActionPhase::ALL {
                    if admit(from, to, guard).admitted != admit(from, to, Guard::Upstream).admitted {
                        cells.push(format!("{from}→{to}"));
                    }
                }
            }
            cells
        };
        assert_eq!(
            differing(Guard::Retryable),
            ["PAUSED→SUCCEEDED", "PAUSED→FAILED", "PAUSED→ABORTED", "PAUSED→TIMED_OUT"]
        );
        assert_eq!(differing(Guard::Numeric).len(), 4 + 6 + 8, "and all that leaves FAILED or TIMED_OUT backwards");
        assert_eq!(
            differing(Guard::Table),
            [
                "SUCCEEDED→FAILED",
                "SUCCEEDED→ABORTED",
                "SUCCEEDED→TIMED_OUT",
                "SUCCEEDED→PAUSED",
                "SUCCEEDED→RECOVERED",
                "FAILED→UNSPECIFIED",
                "FAILED→RECOVERED",
                "ABORTED→TIMED_OUT",
                "ABORTED→PAUSED",
                "ABORTED→RECOVERED",
                "TIMED_OUT→UNSPECIFIED",
                "TIMED_OUT→RECOVERED",
                "PAUSED→QUEUED",
                "PAUSED→WAITING_FOR_RESOURCES",
                "PAUSED→INITIALIZING",
                "PAUSED→RUNNING",
                "PAUSED→RECOVERED"
            ]
        );
    }

    /// The documented guard, cell by cell: the proto's comment, and "terminal phases are final except for retry".
    #[test]
    fn the_documented_grid_leaves_a_terminal_phase_by_retry_only() {
        assert_eq!(
            grid(Guard::Documented),
            [
                "YYYYYYYYYYY",
                ".YYYYYYYYYY",
                "..YYYYYYYYY",
                "...YYYYYYYY",
                "....YYYYYYY",
                ".....Y.....",
                ".Y....Y....",
                ".......Y...",
                ".Y......Y..",
                ".....YYYYYY",
                "..........Y",
            ]
        );
    }

    #[test]
    fn every_answer_names_a_rule_that_agrees_with_it() {
        for &guard in Guard::ALL {
            for &from in ActionPhase::ALL {
                for &to in ActionPhase::ALL {
                    let admission = admit(from, to, guard);
                    let prefix = if admission.admitted { "GuardAdmits" } else { "GuardRefuses" };
                    assert!(admission.rule.name().starts_with(prefix), "{guard} {from} {to}");
                }
            }
        }
    }
}
