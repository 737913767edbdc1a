//! The catalog of outputs, and what the executor asks it before and after the plugin. The rules in
//! [`crate::rules::cache`] decide; here is what the catalog holds.

use super::entry::CacheEntry;
use super::{Sink, World};
use crate::model::action::NAMESPACE;
use crate::model::{
    ActionId, CacheStatus, Call, FaultReply, Observation, PluginPhase, Report, Rule, Spec, Status, TaskAction, TextId,
    TimerKind, What,
};
use crate::rules::cache::{
    CacheStep, Lookup, Put, Reservation, after_execution, after_lookup, after_put, after_reservation, before_execution,
    cache_config, known_put, lease_has_gaps, lease_ms, releases_on_deletion,
};
use crate::rules::requests::shares_namespace;
use crate::rules::task::asks_plugin;

/// What the cache says before the plugin is asked.
pub(super) enum CacheAnswer {
    /// The plugin is asked; what came of a look-up, if there was one.
    AsksPlugin(Option<CacheStatus>),
    /// The plugin is not asked: this is what happens in its stead.
    Decides(Observation),
    /// Nothing is done until the executor looks again.
    Requeues,
}

impl World {
    fn entry(&mut self, key: TextId) -> Option<&mut CacheEntry> {
        let cache = self.cache_mut();
        if !cache.iter().any(|entry| entry.key == key) {
            cache.push(CacheEntry { key, populated: false, owner: None });
        }
        cache.iter_mut().find(|entry| entry.key == key)
    }

    /// Asks the catalog before the plugin is asked (`evaluateCacheBeforeExecution`). `is_asked` is whether the plugin has
    /// something to say after that; else the executor looks by itself.
    pub(super) fn ask_cache(
        &mut self,
        id: ActionId,
        spec: &Spec,
        status: &Status,
        is_asked: bool,
        sink: &mut impl Sink,
    ) -> CacheAnswer {
        let caching = match cache_config(spec, true) {
            Ok(None) => return CacheAnswer::AsksPlugin(None),
            Ok(Some(caching)) => caching,
            Err(rule) => {
                self.tell(sink, id, What::CacheAsked, rule);
                return CacheAnswer::Requeues;
            }
        };
        let mut step = before_execution(caching, status, self.rules());
        let mut looked_up = None;
        let mut taken = false;
        loop {
            step = match step {
                CacheStep::LooksUp => {
                    let failed = self.take_fault(Call::LookUpCache, id).is_some();
                    let populated = self.entry(spec.cache_key).is_some_and(|entry| entry.populated);
                    let lookup = match (failed, populated) {
                        (true, _) => Lookup::Error,
                        (false, true) => Lookup::Hit,
                        (false, false) => Lookup::Miss,
                    };
                    looked_up = match lookup {
                        Lookup::Error => Some(CacheStatus::LookupFailure),
                        Lookup::Miss | Lookup::Hit | Lookup::HitUnreadable => Some(CacheStatus::Miss),
                    };
                    after_lookup(caching, lookup, self.rules())
                }
                CacheStep::Reserves(_) => {
                    let reservation;
                    (reservation, taken) = self.reserve(id, spec.cache_key);
                    after_reservation(status, reservation)
                }
                CacheStep::Runs(rule) => {
                    // That a running task is not looked up again is no news, nor is a look that finds what was known.
                    let is_news = is_asked || taken || status.plugin_phase.is_none() || rule == Rule::CacheLookupFailed;
                    if is_news && rule != Rule::CacheNotLookedUp {
                        self.tell(sink, id, What::CacheAsked, rule);
                    }
                    return CacheAnswer::AsksPlugin(looked_up);
                }
                CacheStep::Decided(report, rule) => {
                    let waits = status.plugin_phase == Some(PluginPhase::WaitingForCache);
                    if is_asked || !waits || rule != Rule::CacheOwnerAwaited {
                        self.tell(sink, id, What::CacheAsked, rule);
                    }
                    return CacheAnswer::Decides(Observation::Cached { report, rule });
                }
                CacheStep::Requeues(rule) => {
                    self.tell(sink, id, What::CacheAsked, rule);
                    return CacheAnswer::Requeues;
                }
            };
        }
    }

    /// What the catalog would say in the end, if all goes well and nobody's reservation would be taken; none if the
    /// task is not cached, or would take it.
    pub(super) fn cache_would_say(&self, id: ActionId, spec: &Spec, status: &Status) -> Option<CacheStep> {
        let caching = match cache_config(spec, true) {
            Ok(caching) => caching?,
            Err(rule) => return Some(CacheStep::Requeues(rule)),
        };
        let entry = self.cache().iter().find(|entry| entry.key == spec.cache_key);
        let mut step = before_execution(caching, status, self.rules());
        loop {
            step = match step {
                CacheStep::LooksUp => {
                    let hit = entry.is_some_and(|entry| entry.populated);
                    after_lookup(caching, if hit { Lookup::Hit } else { Lookup::Miss }, self.rules())
                }
                CacheStep::Reserves(_) => {
                    let owner = entry?.owner?;
                    // A name nobody has met yet is news.
                    let name = || self.texts().find(&self.owner_name(owner));
                    let reservation = if owner == id { Reservation::Mine } else { Reservation::Other(name()?) };
                    after_reservation(status, reservation)
                }
                said => return Some(said),
            };
        }
    }

    /// Asks for the reservation, or extends it; whether it was nobody's before.
    fn reserve(&mut self, id: ActionId, key: TextId) -> (Reservation, bool) {
        if self.take_fault(Call::ReserveCache, id).is_some() {
            return (Reservation::Error, false);
        }
        let Some(entry) = self.entry(key) else { return (Reservation::Mine, false) };
        let taken = entry.owner.is_none();
        let owner = *entry.owner.get_or_insert(id);
        if owner == id {
            return (Reservation::Mine, taken);
        }
        let name = self.owner_name(owner);
        (Reservation::Other(self.intern(&name)), taken)
    }

    /// What the owner of a reservation is called: its namespace and its resource (`cacheReservationOwnerID`).
    fn owner_name(&self, owner: ActionId) -> String {
        let Some(action) = self.action(owner) else { return String::new() };
        let name = self.text(action.resource_name);
        if shares_namespace(self.rules()) {
            return format!("{NAMESPACE}/{name}");
        }
        format!("{}-{}/{name}", self.text(action.project), self.text(action.domain))
    }

    /// Whether the executor looks at a cached task again by itself: as long as a look-up may find something, or to extend a
    /// reservation that can expire between two looks.
    pub(super) fn is_polled(&self, id: ActionId) -> bool {
        let Some((spec, cr)) = self.action(id).and_then(|action| Some((&action.spec, &action.resource.as_ref()?.cr)))
        else {
            return false;
        };
        let Ok(Some(caching)) = cache_config(spec, true) else { return false };
        let gaps = caching.serializable && lease_has_gaps(self.config().requeue_ms, self.rules());
        let looks = matches!(before_execution(caching, &cr.status, self.rules()), CacheStep::LooksUp);
        asks_plugin(spec, cr, self.rules()).is_ok() && (looks || gaps)
    }

    /// What becomes of a reservation when nobody extends it any more, since its owner has ended without giving it up, or
    /// is looked at too rarely.
    pub(super) fn watch_the_lease(&mut self, id: ActionId, spec: &Spec, sink: &mut impl Sink) {
        let owns = self.cache().iter().any(|entry| entry.key == spec.cache_key && entry.owner == Some(id));
        if !spec.caching.serializable || !owns {
            return;
        }
        let over = self
            .action(id)
            .is_none_or(|action| action.resource.is_none_or(|resource| resource.cr.status.conditions.is_terminal()));
        // Nobody extends what is counted down already.
        if over && self.timers_of(id).any(|timer| timer.kind == TimerKind::Lease) {
            return;
        }
        let requeue_ms = self.config().requeue_ms;
        match lease_ms(requeue_ms, self.rules()) {
            Some(lease) if over || lease_has_gaps(requeue_ms, self.rules()) => {
                self.cancel_timer(id, TimerKind::Lease);
                self.set_timer(self.now().plus(lease), id, TimerKind::Lease, Rule::LeaseTimerSet, sink);
            }
            None if over => self.release(id, spec.cache_key, sink),
            Some(_) | None => {}
        }
    }

    /// A lease has ended that nobody extended.
    pub(super) fn lease_ends(&mut self, id: ActionId, sink: &mut impl Sink) {
        let Some(key) = self.action(id).map(|action| action.spec.cache_key) else { return };
        if let Some(entry) = self.entry(key).filter(|entry| entry.owner == Some(id)) {
            entry.owner = None;
            self.tell(sink, id, What::ReservationReleased, Rule::CacheLeaseExpired);
        }
    }

    /// What becomes of the plugin's report once the catalog was told (`finalizeCacheAfterExecution`).
    pub(super) fn tell_cache(&mut self, id: ActionId, spec: &Spec, report: &Report, sink: &mut impl Sink) -> Report {
        let Ok(Some(caching)) = cache_config(spec, true) else { return *report };
        let effects = after_execution(caching, report.phase);
        let mut report = *report;
        if effects.puts {
            let failed = self.take_fault(Call::PutCache, id).is_some();
            let put = match (failed, self.entry(spec.cache_key)) {
                (true, _) | (_, None) => Put::Error,
                (false, Some(entry)) => {
                    let known = std::mem::replace(&mut entry.populated, true);
                    if known { known_put(self.rules()) } else { Put::Ok }
                }
            };
            let rule;
            (report, rule) = after_put(&report, put);
            let what = match put {
                Put::Misread | Put::Error => What::CallFailed { call: Call::PutCache, reply: FaultReply::Error },
                Put::Ok | Put::AlreadyExists => What::CacheWritten,
            };
            self.tell(sink, id, what, rule);
        }
        if effects.releases {
            self.release(id, spec.cache_key, sink);
        }
        report
    }

    fn release(&mut self, id: ActionId, key: TextId, sink: &mut impl Sink) {
        if let Some(entry) = self.entry(key).filter(|entry| entry.owner == Some(id)) {
            entry.owner = None;
            self.cancel_timer(id, TimerKind::Lease);
            self.tell(sink, id, What::ReservationReleased, Rule::CacheReleased);
        }
    }

    /// A resource that is deleted, or whose time is over, gives up its reservation.
    pub(super) fn release_deleted(&mut self, id: ActionId, spec: &Spec, sink: &mut impl Sink) {
        if releases_on_deletion(spec, true) {
            self.release(id, spec.cache_key, sink);
        }
    }

    /// Reservations whose owners were not heard of for longer than their lease are nobody's.
    pub(super) fn expire_reservations(&mut self, sink: &mut impl Sink) {
        for place in 0..self.cache().len() {
            if let Some(owner) = self.cache_mut().get_mut(place).and_then(|entry| entry.owner.take()) {
                self.cancel_timer(owner, TimerKind::Lease);
                self.tell(sink, owner, What::ReservationReleased, Rule::CacheLeaseExpired);
            }
        }
    }

    /// Whether the action waits for another one's outputs, and so has to look again by itself.
    pub(super) fn waits_for_cache(cr: &TaskAction) -> bool {
        cr.status.plugin_phase == Some(PluginPhase::WaitingForCache)
    }
}
