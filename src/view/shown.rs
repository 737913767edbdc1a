//! What has changed since a snapshot was last shown, so that what has not is neither made nor handed over again.
//!
//! Each list of a snapshot is compared by what its items are made from, which is much less than the items themselves.

use super::counts::PhaseCounts;
use super::snapshot::{
    self, AbortView, ActionView, CacheView, EventView, FaultView, Fold, Folds, PendingView, Snapshot, TimerView,
    phase_counts,
};
use crate::model::{ActionId, Fact, PendingWork, TextId, Time, What};
use crate::world::abort_queue::AbortTask;
use crate::world::entry::{ArmedFault, CacheEntry};
use crate::world::timers::Timer;
use crate::world::{Action, World};

/// Everything there is in a world, given the facts that led to it.
pub fn snapshot(world: &World, facts: &[Fact]) -> Snapshot {
    let all = Shown::default().update(world, facts, 0);
    Snapshot {
        now: all.now,
        actions: all.actions.fresh,
        timers: all.timers.fresh,
        abort_queue: all.abort_queue.fresh,
        pending: all.pending.fresh,
        event_log: all.event_log.fresh,
        cache: all.cache.fresh,
        faults: all.faults.fresh,
    }
}

/// How a list comes from the one that was shown before.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes<T> {
    /// For each item its place in the list before, or [`FRESH`]; nothing if the list is as it was.
    pub places: Option<Vec<i32>>,
    /// The items that are new or have changed, in their order.
    pub fresh: Vec<T>,
}

/// The place of an item that is not in the list before.
pub const FRESH: i32 = -1;

/// How a snapshot comes from the one that was shown before; see [`snapshot::Snapshot`].
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of a snapshot")]
pub struct Update {
    pub now: Time,
    pub actions: Changes<ActionView>,
    pub timers: Changes<TimerView>,
    pub abort_queue: Changes<AbortView>,
    pub pending: Changes<PendingView>,
    pub event_log: Changes<EventView>,
    pub cache: Changes<CacheView>,
    pub faults: Changes<FaultView>,
}

/// What was shown last, by what it was made from. The name of each action is part of it: after an undo, a number may be that
/// of another action.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// How many times the facts have gone back, and how many were taken into the folds.
    rewinds: u32,
    taken: usize,
    folds: Folds,
    actions: Vec<ShownAction>,
    timers: Vec<(TextId, Timer, u32)>,
    aborts: Vec<(TextId, ActionId, AbortTask, u32)>,
    pending: Vec<(TextId, u32, PendingWork)>,
    events: Vec<(Option<TextId>, Fact)>,
    cache: Vec<(Option<TextId>, CacheEntry)>,
    faults: Vec<(Option<TextId>, ArmedFault)>,
}

#[derive(Debug, Clone, PartialEq)]
struct ShownAction {
    action: Action,
    counts: PhaseCounts,
    fold: Fold,
    /// Whether the creation of its resource is on its way.
    on_its_way: bool,
}

impl Shown {
    /// What has changed, and takes it for shown. `rewinds` is another number whenever the facts are not those before with
    /// some more.
    pub fn update(&mut self, world: &World, facts: &[Fact], rewinds: u32) -> Update {
        let name = |id: ActionId| world.action(id).map_or(TextId::EMPTY, |action| action.full_name);
        if self.rewinds != rewinds || self.taken > facts.len() {
            (self.rewinds, self.taken, self.folds) = (rewinds, 0, Folds::default());
        }
        let new = facts.get(self.taken..).unwrap_or_default();
        self.folds.take(world, new.iter());
        let event_log = self.events(world, new);
        self.taken = facts.len();
        Update {
            now: world.now(),
            actions: self.actions(world),
            event_log,
            timers: {
                let timers = world.timers().map(|timer| {
                    let resource = world.action(timer.action).and_then(|action| action.resource);
                    let attempt = resource.map_or(1, |resource| resource.cr.status.observed_attempts());
                    (name(timer.action), timer, attempt)
                });
                changes(&mut self.timers, timers.collect(), |(_, timer, _)| snapshot::timer_view(world, timer))
            },
            abort_queue: {
                let aborts = world.aborts().iter().map(|(id, task)| {
                    let row = world.action(id).and_then(|action| action.row);
                    (name(id), id, *task, row.map_or(0, |row| row.abort.attempts))
                });
                changes(&mut self.aborts, aborts.collect(), |(_, id, task, attempt)| {
                    snapshot::abort_view(world, *id, task, *attempt)
                })
            },
            pending: {
                let pending = world.pending().map(|item| (name(item.action), item.id, item.work));
                let mut items = world.pending();
                changes(&mut self.pending, pending.collect(), |(_, id, _)| {
                    items.find(|item| item.id == *id).map(|item| snapshot::pending_view(world, item))
                })
                .flattened()
            },
            cache: {
                let cache = world.cache().iter().map(|entry| (entry.owner.map(name), *entry));
                changes(&mut self.cache, cache.collect(), |(_, entry)| snapshot::cache_view(world, entry))
            },
            faults: {
                let faults = world.faults().iter().map(|fault| (fault.action.map(name), fault.clone()));
                changes(&mut self.faults, faults.collect(), |(_, fault)| snapshot::fault_view(world, fault))
            },
        }
    }

    fn actions(&mut self, world: &World) -> Changes<ActionView> {
        let counts = phase_counts(world);
        let before = self.actions.len();
        self.actions.truncate(counts.len());
        let mut is_same = self.actions.len() == before;
        // Whoever has another name has other relatives as well: their parents and children tell it.
        let mut changed = vec![false; counts.len()];
        let mut renamed = vec![false; counts.len()];
        let enqueued = world.pending().filter(|item| item.work == PendingWork::Enqueue);
        let enqueued: Vec<ActionId> = enqueued.map(|item| item.action).collect();
        for (((id, action), counts), place) in world.actions().zip(counts).zip(0..) {
            let (fold, on_its_way) = (self.folds.of(id), enqueued.contains(&id));
            let shown = self.actions.get_mut(place);
            let is_renamed = shown.as_ref().is_none_or(|shown| shown.action.full_name != action.full_name);
            let parent = action.parent.map(ActionId::index);
            let is_changed = is_renamed
                || parent.and_then(|parent| renamed.get(parent)).is_some_and(|renamed| *renamed)
                || shown.as_ref().is_none_or(|shown| {
                    shown.action != *action
                        || shown.counts != counts
                        || shown.fold != *fold
                        || shown.on_its_way != on_its_way
                });
            if let Some(parent) = parent.and_then(|parent| changed.get_mut(parent)).filter(|_| is_renamed) {
                *parent = true;
            }
            for (list, value) in [(&mut changed, is_changed), (&mut renamed, is_renamed)] {
                if let Some(entry) = list.get_mut(place) {
                    *entry |= value;
                }
            }
            if is_changed {
                let new = ShownAction { action: *action, counts, fold: fold.clone(), on_its_way };
                match shown {
                    Some(shown) => *shown = new,
                    None => self.actions.push(new),
                }
            }
        }
        is_same &= !changed.contains(&true);
        if is_same {
            return Changes::none();
        }
        let fresh = changed.iter().zip(&self.actions).zip(0..).filter(|((changed, _), _)| **changed);
        let fresh = fresh.map(|((_, shown), number)| {
            let id = ActionId(number);
            snapshot::action_view(world, id, &shown.action, shown.counts, &shown.fold, shown.on_its_way)
        });
        let places = changed.iter().zip(0_i32..).map(|(changed, place)| if *changed { FRESH } else { place });
        Changes { places: Some(places.collect()), fresh: fresh.collect() }
    }

    /// The events that were recorded: those before and what is new, or all of them anew.
    fn events(&mut self, world: &World, new: &[Fact]) -> Changes<EventView> {
        let recorded = new.iter().filter(|fact| matches!(fact.what, What::EventRecorded { .. }));
        let name = |fact: &Fact| fact.action.and_then(|id| world.action(id)).map(|action| action.full_name);
        let recorded: Vec<_> = recorded.map(|fact| (name(fact), *fact)).collect();
        let view = |fact: &Fact| snapshot::event_view(world, fact);
        if self.taken == 0 {
            return changes(&mut self.events, recorded, |(_, fact)| view(fact)).flattened();
        }
        if recorded.is_empty() {
            return Changes::none();
        }
        let kept = i32::try_from(self.events.len()).unwrap_or(i32::MAX);
        let places = (0..kept).chain(recorded.iter().map(|_| FRESH)).collect();
        let fresh = recorded.iter().filter_map(|(_, fact)| view(fact)).collect();
        self.events.extend(recorded);
        Changes { places: Some(places), fresh }
    }
}

impl<T> Changes<T> {
    const fn none() -> Changes<T> {
        Changes { places: None, fresh: Vec::new() }
    }
}

impl<T> Changes<Option<T>> {
    /// Each item is there, since it was just seen.
    fn flattened(self) -> Changes<T> {
        Changes { places: self.places, fresh: self.fresh.into_iter().flatten().collect() }
    }
}

/// How `new` comes from `shown`, which becomes equal to it. Items keep their order, so each is looked for where the last one
/// was found, and one place further for what has gone between.
fn changes<K: PartialEq, T>(shown: &mut Vec<K>, new: Vec<K>, mut view: impl FnMut(&K) -> T) -> Changes<T> {
    if *shown == new {
        return Changes::none();
    }
    let mut fresh = Vec::new();
    let mut expected = 0;
    let places = new.iter().map(|item| {
        for place in [expected, expected + 1] {
            if shown.get(place) == Some(item) {
                expected = place + 1;
                return i32::try_from(place).unwrap_or(FRESH);
            }
        }
        fresh.push(view(item));
        FRESH
    });
    let places = places.collect();
    *shown = new;
    Changes { places: Some(places), fresh }
}
