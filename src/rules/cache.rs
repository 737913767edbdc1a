//! Caching (executor/pkg/controller/taskaction_cache.go): before the plugin is asked, the catalog may know the outputs,
//! or another action may be at work on them; afterwards what was computed is put there, and a reservation is given up.
//! The catalog's answers come from outside; each function says what follows from one, and what is asked next.
//!
//! In the order of a reconcile: [`cache_config`], [`before_execution`], [`after_lookup`], [`after_reservation`], then the
//! plugin unless the cache has decided, then [`after_execution`] and [`after_put`]. A Go error of the plugin skips the
//! last two, so that a reservation stays until it expires.

use crate::model::policy::{CacheError, CacheLease, CacheLookup, CachePut, CacheStatusTold};
use crate::model::{CacheStatus, Caching, Message, PluginPhase, Report, Rule, Rules, Spec, Status, TextId};

/// The longest heartbeat that the cache service takes, in milliseconds (cache_service/manager/manager.go,
/// `resolvedHeartbeat`). The executor asks for its requeue interval (`cacheReservationHeartbeat`).
const HEARTBEAT_MAX_MS: u64 = 10_000;

/// How many heartbeats a reservation outlives its owner's last word.
const LEASE_HEARTBEATS: u64 = 3;

/// How long a reservation outlives its owner's last word, in milliseconds; none if it holds until the owner has ended.
pub const fn lease_ms(requeue_ms: u64, rules: &Rules) -> Option<u64> {
    let heartbeat = if requeue_ms < HEARTBEAT_MAX_MS { requeue_ms } else { HEARTBEAT_MAX_MS };
    match rules.cache_lease {
        CacheLease::Expires => Some(heartbeat.saturating_mul(LEASE_HEARTBEATS)),
        CacheLease::HeldToTheEnd => None,
    }
}

/// Whether reservations are nobody's any more when the executor was down for so long.
pub fn lease_expired(down_ms: u64, requeue_ms: u64, rules: &Rules) -> bool {
    lease_ms(requeue_ms, rules).is_some_and(|lease| down_ms > lease)
}

/// Whether a reservation can expire between two looks of a healthy owner, since the executor looks too rarely.
pub fn lease_has_gaps(requeue_ms: u64, rules: &Rules) -> bool {
    lease_ms(requeue_ms, rules).is_some_and(|lease| requeue_ms > lease)
}

/// What the catalog answers when it is asked for outputs (`Catalog.Get`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// It has them, and they are now the action's.
    Hit,
    /// It has them, but they cannot be copied to the action.
    HitUnreadable,
    /// It does not have them.
    Miss,
    /// It fails in any other way.
    Error,
}

/// What the catalog answers when a reservation is asked for or extended (`Catalog.GetOrExtendReservation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// The action holds it.
    Mine,
    /// Another one does: its name, as namespace and resource.
    Other(TextId),
    /// It fails.
    Error,
}

/// What the catalog answers when outputs are put into it (`Catalog.Put`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It has them now.
    Ok,
    /// It had them before.
    AlreadyExists,
    /// It had them before, which it says in a way that the executor does not know.
    Misread,
    /// It fails in any other way.
    Error,
}

/// What comes next, before the plugin is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheStep {
    /// The catalog is asked for the outputs.
    LooksUp,
    /// The reservation is asked for, or extended.
    Reserves(Rule),
    /// The plugin is asked.
    Runs(Rule),
    /// The plugin is not asked: this is reported in its stead, and goes the way of its reports.
    Decided(Report, Rule),
    /// Nothing is written; all of it is tried again after the requeue interval, as often as it takes.
    Requeues(Rule),
}

/// What is done with the catalog after the plugin was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheEffects {
    /// The outputs are put into it.
    pub puts: bool,
    /// The reservation is given up, after the put; an error is only logged.
    pub releases: bool,
}

/// How the task is cached, if it is (`buildTaskCacheConfig`). Without a catalog nothing is, but a task that asks for it
/// without naming itself waits for ever even so.
pub const fn cache_config(spec: &Spec, has_catalog: bool) -> Result<Option<Caching>, Rule> {
    let caching = spec.caching;
    if !caching.discoverable {
        return Ok(None);
    }
    if caching.unidentified {
        return Err(Rule::CacheIdentifierMissing);
    }
    if has_catalog { Ok(Some(caching)) } else { Ok(None) }
}

/// Whether the catalog is asked for outputs (`evaluateCacheBeforeExecution`): not while the plugin's phase is just
/// Running. Queued and Initializing count as not yet begun, so a hit then leaves behind what was started.
pub fn before_execution(caching: Caching, status: &Status, rules: &Rules) -> CacheStep {
    let launched = match rules.cache_lookup {
        CacheLookup::UntilRunning => status.plugin_phase == Some(PluginPhase::Running),
        CacheLookup::BeforeLaunch => !matches!(status.plugin_phase, None | Some(PluginPhase::WaitingForCache)),
    };
    if launched {
        return reserve(caching, Rule::CacheNotLookedUp);
    }
    CacheStep::LooksUp
}

/// What the executor makes of a put of outputs that are there already (catalog/cache_service/client.go, `Put`): the cache
/// service answers with connect's error, in which the executor looks for a code of gRPC's.
pub const fn known_put(rules: &Rules) -> Put {
    match rules.cache_put {
        CachePut::Recognised => Put::AlreadyExists,
        CachePut::Misread => Put::Misread,
    }
}

/// The cache status that a report carries: its own, what the catalog answered now, or what it answered last
/// (flyteidl2/core/catalog.proto, `CatalogCacheStatus`). Upstream tells of a miss only while the task waits.
pub fn told_status(report: &Report, looked_up: Option<CacheStatus>, before: u8, rules: &Rules) -> u8 {
    match rules.cache_status {
        CacheStatusTold::Always if report.cache_status == 0 => looked_up.map_or(before, CacheStatus::number),
        CacheStatusTold::Always | CacheStatusTold::AtTheEnd => report.cache_status,
    }
}

/// What follows from a lookup (`evaluateCacheBeforeExecution`). Upstream, an error that is no miss lets the plugin run,
/// without any reservation.
pub const fn after_lookup(caching: Caching, lookup: Lookup, rules: &Rules) -> CacheStep {
    match lookup {
        Lookup::Hit => {
            let hit = Report { cache_status: CacheStatus::Hit.number(), ..Report::of(PluginPhase::Success, 0) };
            CacheStep::Decided(hit, Rule::CacheHit)
        }
        Lookup::HitUnreadable => CacheStep::Requeues(Rule::CacheOutputsUnreadable),
        Lookup::Miss => reserve(caching, Rule::CacheMiss),
        Lookup::Error => match rules.cache_error {
            CacheError::StillReserves => reserve(caching, Rule::CacheLookupFailed),
            CacheError::RunsUnreserved => CacheStep::Runs(Rule::CacheLookupFailed),
        },
    }
}

/// A serializable task needs the reservation, also while it runs.
const fn reserve(caching: Caching, rule: Rule) -> CacheStep {
    if caching.serializable { CacheStep::Reserves(rule) } else { CacheStep::Runs(rule) }
}

/// What follows from asking for the reservation (`evaluateCacheBeforeExecution`). Waiting keeps the phase's version, and
/// takes an action back that was running when its reservation expired.
pub const fn after_reservation(status: &Status, reservation: Reservation) -> CacheStep {
    match reservation {
        Reservation::Mine => CacheStep::Runs(Rule::CacheReserved),
        Reservation::Other(owner) => {
            let waits = Report {
                reason: Message::WaitingForCacheOwner(owner),
                cache_status: CacheStatus::Miss.number(),
                ..Report::of(PluginPhase::WaitingForCache, status.plugin_phase_version)
            };
            CacheStep::Decided(waits, Rule::CacheOwnerAwaited)
        }
        Reservation::Error => CacheStep::Requeues(Rule::CacheReservationFailed),
    }
}

/// What is done with the catalog after Handle returned this phase (`finalizeCacheAfterExecution`). It comes before the
/// decision about a retry, so that a failed attempt gives up the reservation even if another one follows.
pub const fn after_execution(caching: Caching, phase: PluginPhase) -> CacheEffects {
    CacheEffects { puts: matches!(phase, PluginPhase::Success), releases: caching.serializable && phase.is_terminal() }
}

/// The report after the put, and what the put came to (`finalizeCacheAfterExecution`, `appendCacheStatus`). The task
/// has succeeded whatever the catalog says, and a cache status that the plugin gave comes first.
pub const fn after_put(report: &Report, put: Put) -> (Report, Rule) {
    let (status, rule) = match put {
        Put::Ok => (CacheStatus::Populated, Rule::CachePopulated),
        Put::AlreadyExists => (CacheStatus::Populated, Rule::CacheAlreadyPopulated),
        Put::Misread => (CacheStatus::PutFailure, Rule::CachePutMisread),
        Put::Error => (CacheStatus::PutFailure, Rule::CachePutFailed),
    };
    let cache_status = if report.cache_status == 0 { status.number() } else { report.cache_status };
    (Report { cache_status, ..*report }, rule)
}

/// Whether the reservation is given up when the resource is deleted (`handleAbortAndFinalize`), once the plugin has
/// cleaned up. Neither a task that does not name itself nor an error holds the deletion up.
pub const fn releases_on_deletion(spec: &Spec, has_catalog: bool) -> bool {
    matches!(cache_config(spec, has_catalog), Ok(Some(Caching { serializable: true, .. })))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIALIZABLE: Caching = Caching { discoverable: true, serializable: true, unidentified: false };
    const CACHED: Caching = Caching { serializable: false, ..SERIALIZABLE };

    fn spec(caching: Caching) -> Spec {
        Spec { caching, ..Spec::task(1, TextId::CONTAINER) }
    }

    /// taskaction_cache.go, `buildTaskCacheConfig`.
    #[test]
    fn what_asks_for_caching_must_name_itself() {
        assert_eq!(cache_config(&spec(Caching::default()), true), Ok(None));
        assert_eq!(cache_config(&spec(CACHED), false), Ok(None));
        assert_eq!(cache_config(&spec(CACHED), true), Ok(Some(CACHED)));
        let unidentified = spec(Caching { unidentified: true, ..SERIALIZABLE });
        assert_eq!(cache_config(&unidentified, false), Err(Rule::CacheIdentifierMissing));
        assert!(!releases_on_deletion(&unidentified, true));
        assert!(releases_on_deletion(&spec(SERIALIZABLE), true) && !releases_on_deletion(&spec(SERIALIZABLE), false));
    }

    /// findings.md 37 to 39.
    #[test]
    fn only_what_runs_is_not_looked_up_and_the_reservation_is_always_extended() {
        let upstream = Rules::upstream();
        let mut status = Status { plugin_phase: Some(PluginPhase::Initializing), ..Status::default() };
        let documented = before_execution(CACHED, &status, &Rules::documented());
        assert_eq!(documented, CacheStep::Runs(Rule::CacheNotLookedUp));
        assert_eq!(before_execution(SERIALIZABLE, &status, &upstream), CacheStep::LooksUp);
        status.plugin_phase = Some(PluginPhase::Running);
        assert_eq!(before_execution(CACHED, &status, &upstream), CacheStep::Runs(Rule::CacheNotLookedUp));
        assert_eq!(before_execution(SERIALIZABLE, &status, &upstream), CacheStep::Reserves(Rule::CacheNotLookedUp));
        assert_eq!(after_lookup(SERIALIZABLE, Lookup::Error, &upstream), CacheStep::Runs(Rule::CacheLookupFailed));
        assert_eq!(after_lookup(CACHED, Lookup::Miss, &upstream), CacheStep::Runs(Rule::CacheMiss));
        assert_eq!(after_reservation(&status, Reservation::Mine), CacheStep::Runs(Rule::CacheReserved));
    }

    /// findings.md 40 and 41.
    #[test]
    fn success_is_put_and_every_end_gives_up_the_reservation() {
        for &phase in PluginPhase::ALL {
            let effects = after_execution(SERIALIZABLE, phase);
            assert_eq!(effects.puts, phase == PluginPhase::Success, "{phase}");
            assert_eq!(effects.releases, phase.is_terminal(), "{phase}");
            assert!(!after_execution(CACHED, phase).releases, "{phase}");
        }
        let success = Report::of(PluginPhase::Success, 0);
        assert_eq!(after_put(&success, Put::Error).0.cache_status, 5);
        assert_eq!(after_put(&success, Put::AlreadyExists).0.cache_status, 3);
        assert_eq!(after_put(&Report { cache_status: 6, ..success }, Put::Ok).0.cache_status, 6);
    }
}
