//! Garbage collection of ended resources (executor/pkg/controller/garbage_collector.go): a sweep at fixed intervals
//! deletes what carries the labels of an ended resource and ended long enough ago, by the minute.

use crate::model::policy::GcOfLiving;
use crate::model::{GcConfig, Rule, Rules, TaskAction, Time};

const MINUTE_MS: u64 = 60_000;

/// Cut to the whole minute, as `flyte.org/completed-time` is written.
fn minute(at: Time) -> i64 {
    at.0.div_euclid(60_000)
}

/// Whether a sweep at `now` takes what was completed then (`collect`): the minutes are compared, so the age is between
/// the time to live and a minute more. A time to live of 0 collects at the next sweep.
pub fn is_expired(completed_at: Time, now: Time, config: &GcConfig) -> bool {
    let ttl = i64::try_from(config.ttl_ms).unwrap_or(i64::MAX);
    config.ttl_ms == 0 || minute(completed_at) < minute(Time(now.0.saturating_sub(ttl)))
}

/// The first sweep not before `from` that takes what was completed then. Sweeps come at `first` and after each interval.
/// `None` without sweeps, and if virtual time ends before.
pub fn collection_due(completed_at: Time, from: Time, first: Time, config: &GcConfig) -> Option<Time> {
    if config.interval_ms == 0 {
        return None;
    }
    // The labelled minute must be over by the time to live, so the second minute after it is early enough to look.
    let earliest = Time(minute(completed_at).saturating_mul(60_000)).plus(config.ttl_ms).plus(MINUTE_MS).max(from);
    let earliest = if config.ttl_ms == 0 { from } else { earliest };
    let sweeps = earliest.since(first).div_ceil(config.interval_ms);
    let due = first.plus(sweeps.saturating_mul(config.interval_ms)).max(first);
    (due < Time::MAX && is_expired(completed_at, due, config)).then_some(due)
}

/// Why a resource whose time has come is left alone, if it is: its end was not recorded, or a child of it lives, which
/// the deletion would take along.
pub fn refuses_collection(cr: &TaskAction, child_lives: bool, rules: &Rules) -> Option<Rule> {
    match rules.gc_of_living {
        GcOfLiving::Waits if child_lives || !cr.recorded => Some(Rule::CollectionWaits),
        GcOfLiving::Waits | GcOfLiving::Deletes => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// garbage_collector_unit_test.go: a completed minute must be older than the time to live, by whole minutes.
    #[test]
    fn what_has_ended_is_collected_at_the_first_sweep_after_its_time() {
        let config = GcConfig { interval_ms: 30 * MINUTE_MS, ttl_ms: 60 * MINUTE_MS };
        let at = |minutes: i64, seconds: i64| Time(minutes * 60_000 + seconds * 1_000);
        assert!(!is_expired(at(10, 5), at(70, 59), &config));
        assert!(is_expired(at(10, 5), at(71, 0), &config));
        assert_eq!(collection_due(at(10, 5), at(10, 5), at(0, 0), &config), Some(at(90, 0)));
        assert_eq!(collection_due(at(29, 59), at(29, 59), at(0, 0), &config), Some(at(90, 0)));
        assert_eq!(collection_due(at(30, 0), at(30, 0), at(0, 0), &config), Some(at(120, 0)));
        let at_once = GcConfig { ttl_ms: 0, ..config };
        assert_eq!(collection_due(at(10, 5), at(10, 5), at(0, 0), &at_once), Some(at(30, 0)));
        let never = GcConfig { interval_ms: 0, ..config };
        assert_eq!(collection_due(at(10, 5), at(10, 5), at(0, 0), &never), None);
    }

    /// N10 of flyte-facts: upstream takes living children along.
    #[test]
    fn a_living_child_holds_the_documented_collection_up() {
        let cr = TaskAction { recorded: true, ..TaskAction::default() };
        assert_eq!(refuses_collection(&cr, true, &Rules::documented()), Some(Rule::CollectionWaits));
        assert_eq!(refuses_collection(&cr, false, &Rules::documented()), None);
        assert_eq!(refuses_collection(&TaskAction::default(), true, &Rules::upstream()), None);
    }
}
