//! The catalog of outputs, and what the executor asks it before and after the plugin. The rules in
//! [`crate::rules::cache`] decide; here is what the catalog holds.

use super::entry::CacheEntry;
use super::{Sink, World};
use crate::model::{
    ActionId, Call, FaultReply, Observation, PluginPhase, Report, Rule, Spec, Status, TaskAction, TextId, What,
};
use crate::rules::cache::{
    CacheStep, Lookup, Put, Reservation, after_execution, after_lookup, after_put, after_reservation, before_execution,
    cache_config, releases_on_deletion,
};

/// What the cache says before the plugin is asked.
pub(super) enum CacheAnswer {
    /// The plugin is asked.
    AsksPlugin,
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

    /// Asks the catalog before the plugin is asked (`evaluateCacheBeforeExecution`).
    pub(super) fn ask_cache(
        &mut self,
        id: ActionId,
        spec: &Spec,
        status: &Status,
        sink: &mut impl Sink,
    ) -> CacheAnswer {
        let caching = match cache_config(spec, true) {
            Ok(None) => return CacheAnswer::AsksPlugin,
            Ok(Some(caching)) => caching,
            Err(rule) => {
                self.tell(sink, id, What::CacheAsked, rule);
                return CacheAnswer::Requeues;
            }
        };
        let mut step = before_execution(caching, status, self.rules());
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
                    after_lookup(caching, lookup, self.rules())
                }
                CacheStep::Reserves(_) => {
                    let reservation = self.reserve(id, spec.cache_key);
                    after_reservation(status, reservation)
                }
                CacheStep::Runs(rule) => {
                    // That a running task is not looked up again is no news.
                    if rule != Rule::CacheNotLookedUp {
                        self.tell(sink, id, What::CacheAsked, rule);
                    }
                    return CacheAnswer::AsksPlugin;
                }
                CacheStep::Decided(report, rule) => {
                    self.tell(sink, id, What::CacheAsked, rule);
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
                    let owner = entry?.owner.filter(|owner| *owner != id)?;
                    after_reservation(status, Reservation::Other(self.action(owner)?.resource_name))
                }
                said => return Some(said),
            };
        }
    }

    fn reserve(&mut self, id: ActionId, key: TextId) -> Reservation {
        if self.take_fault(Call::ReserveCache, id).is_some() {
            return Reservation::Error;
        }
        let owner = self.entry(key).map(|entry| *entry.owner.get_or_insert(id));
        match owner.filter(|owner| *owner != id).and_then(|owner| self.action(owner)) {
            None => Reservation::Mine,
            Some(owner) => Reservation::Other(owner.resource_name),
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
                    if known { Put::AlreadyExists } else { Put::Ok }
                }
            };
            let (told, rule) = after_put(&report, put);
            report = told;
            let what = match put {
                Put::Error => What::CallFailed { call: Call::PutCache, reply: FaultReply::Error },
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
            self.tell(sink, id, What::ReservationReleased, Rule::CacheReleased);
        }
    }

    /// A deleted resource gives up its reservation.
    pub(super) fn release_deleted(&mut self, id: ActionId, spec: &Spec, sink: &mut impl Sink) {
        if releases_on_deletion(spec, true) {
            self.release(id, spec.cache_key, sink);
        }
    }

    /// Reservations whose owners were not heard of for longer than their lease are nobody's.
    pub(super) fn expire_reservations(&mut self, sink: &mut impl Sink) {
        for place in 0..self.cache().len() {
            if let Some(owner) = self.cache_mut().get_mut(place).and_then(|entry| entry.owner.take()) {
                self.tell(sink, owner, What::ReservationReleased, Rule::CacheLeaseExpired);
            }
        }
    }

    /// Whether the action waits for another one's outputs, and so has to look again by itself.
    pub(super) fn waits_for_cache(cr: &TaskAction) -> bool {
        cr.status.plugin_phase == Some(PluginPhase::WaitingForCache)
    }
}
