//! Which runs a list shows (runs/repository/impl/filters.go).

use crate::model::policy::{ListedMetadata, PausedListing, WatchRunDetails};
use crate::model::{ActionPhase, Rules};

/// Whether a run is listed as one that waits for somebody (`paused_actions_only`), by its own phase and by whether one of
/// its actions is PAUSED.
pub const fn is_listed_as_paused(run: ActionPhase, has_paused: bool, rules: &Rules) -> bool {
    match rules.paused_listing {
        PausedListing::Living => has_paused && !run.is_terminal(),
        PausedListing::AnyPaused => has_paused,
    }
}

/// Whether a list of actions tells what each is (runs/service/run_service.go, `convertActionToEnrichedProto`).
pub const fn lists_in_full(rules: &Rules) -> bool {
    matches!(rules.listed_metadata, ListedMetadata::Full)
}

/// Whether a watch of a run's details tells them (runs/service/run_service.go, `WatchRunDetails`).
pub const fn watches_run_in_full(rules: &Rules) -> bool {
    matches!(rules.watch_run_details, WatchRunDetails::Full)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N11: upstream asks for a row in PAUSED and looks at no other.
    #[test]
    fn a_run_that_is_over_waits_for_nobody() {
        let listed = |run, rules| is_listed_as_paused(run, true, &rules);
        for rules in [Rules::documented(), Rules::upstream()] {
            assert!(listed(ActionPhase::Running, rules) && listed(ActionPhase::Paused, rules));
            assert!(!is_listed_as_paused(ActionPhase::Running, false, &rules));
        }
        assert!(listed(ActionPhase::Succeeded, Rules::upstream()));
        assert!(!listed(ActionPhase::Succeeded, Rules::documented()));
    }
}
