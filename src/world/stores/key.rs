//! What of a world some rule reads, in parts that can be compared, held and put back. It is the explorer's key: two
//! worlds of equal parts take the same commands, which lead to equal parts again.
//!
//! Nearly all that a world holds hangs on one action or another: its stores, its events, its pieces of work, its timers,
//! its abort. So a world is a list of [`Part`]s, one for each action, and what they have in [`Common`]. Both are exact:
//! they hold the values themselves, never a digest. What no rule reads is taken out: times (a rule never sees a clock, and
//! of a condition's age it asks only whether the deadline has come), the numbers of timers and of pieces of work, and the
//! order of pieces that can be done in any order.

use super::World;
use crate::model::{ActionId, ActionKind, PendingWork, Spec, Time, TimerKind};
use crate::rules::events::EventKey;
use crate::world::Action;
use crate::world::abort_queue::{AbortQueue, AbortTask, AbortTaskState};
use crate::world::entry::{ArmedFault, CacheEntry, Unheard};
use crate::world::event_log::EventLog;
use crate::world::footprint::Marks;
use crate::world::pending::{News, PendingQueue};
use crate::world::timers::Timers;

/// One action and all that hangs on it, without times.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    action: Action,
    events: Vec<EventKey>,
    pending: Vec<(PendingWork, Option<News>)>,
    timers: Vec<TimerKind>,
    abort: Option<AbortTask>,
    unheard: Option<Unheard>,
}

/// What actions have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Common {
    /// The catalog.
    pub cache: Vec<CacheEntry>,
    /// The calls that are to fail.
    pub faults: Vec<ArmedFault>,
    /// The aborts that share the workers.
    pub line: Line,
}

/// How the aborts on their way share the workers. But for the order of those that wait, the parts tell this as well; it
/// stands here for those who look at the line and at no action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Line {
    /// Those that wait for one, longest first.
    queued: Vec<ActionId>,
    /// Those that one was woken for, in the order of their actions.
    woken: Vec<ActionId>,
    /// How many workers wait for a reply.
    calling: usize,
}

impl Line {
    /// How many bytes it takes up besides its own.
    pub fn size(&self) -> usize {
        (self.queued.capacity() + self.woken.capacity()) * size_of::<ActionId>()
    }
}

impl Part {
    /// How many pieces of work are due about the action.
    pub fn pending_count(&self) -> usize {
        self.pending.len()
    }

    /// Whether an abort of the action is on its way.
    pub const fn has_abort(&self) -> bool {
        self.abort.is_some()
    }

    /// Whether nothing is under way: no work is due and no abort is on its way. Plugins and deadlines may still come.
    pub fn is_settled(&self) -> bool {
        self.pending.is_empty() && self.abort.is_none() && !self.timers.iter().any(|timer| timer.is_under_way())
    }

    /// How many bytes it takes up besides its own.
    pub fn size(&self) -> usize {
        self.events.len() * size_of::<EventKey>()
            + self.pending.len() * size_of::<(PendingWork, Option<News>)>()
            + self.timers.len()
    }
}

/// Stands in for every time.
const TIMELESS: Time = Time::DEFAULT_START;

/// When every timer is due: not yet, so that none fires before it is told to.
const LATER: Time = Time(TIMELESS.0 + 3_600_000);

/// The action with no time but that of a condition whose deadline has come, and without its place in the tree, which
/// follows from the parents.
fn timeless(action: &Action, now: Time) -> Action {
    let Action { spec, .. } = *action;
    Action {
        first_child: None,
        last_child: None,
        next_sibling: None,
        row: action.row.map(|row| crate::model::ActionRow {
            created_at: TIMELESS,
            updated_at: TIMELESS,
            ended_at: row.ended_at.map(|_| TIMELESS),
            duration_ms: row.duration_ms.map(|_| 0),
            abort: crate::model::AbortState { requested_at: row.abort.requested_at.map(|_| TIMELESS), ..row.abort },
            ..row
        }),
        resource: action.resource.map(|resource| crate::world::Resource {
            created_at: if deadline_passed(&spec, resource.created_at, now) { overdue(&spec) } else { TIMELESS },
            deleted_at: resource.deleted_at.map(|_| TIMELESS),
            transitions: [TIMELESS; 3],
            history_at: TIMELESS,
            queued_at: TIMELESS,
            signal_at: resource.signal_at.map(|_| TIMELESS),
            completed_at: resource.completed_at.map(|_| TIMELESS),
            overdue: resource.overdue.map(|(bound, _)| (bound, TIMELESS)),
            ..resource
        }),
        ..*action
    }
}

/// Whether the time to signal a condition is over.
fn deadline_passed(spec: &Spec, created_at: Time, now: Time) -> bool {
    spec.kind == ActionKind::Condition && spec.timeout_ms > 0 && now.since(created_at) >= spec.timeout_ms
}

/// When a condition was created whose deadline comes at [`TIMELESS`].
fn overdue(spec: &Spec) -> Time {
    Time(TIMELESS.0.saturating_sub(i64::try_from(spec.timeout_ms).unwrap_or(i64::MAX)))
}

/// What an abort waits for, without times; its ticket is its place in the [`Line`].
const fn timeless_abort(state: AbortTaskState) -> AbortTaskState {
    match state {
        AbortTaskState::Queued { .. } => AbortTaskState::Queued { ticket: 0 },
        AbortTaskState::Calling { .. } => state,
        AbortTaskState::Waiting { .. } => AbortTaskState::Waiting { until: TIMELESS, delay_ms: 0, ceiling_ms: 0 },
    }
}

impl World {
    /// The part of an action, written over `part`; false if there is no such action.
    pub fn part(&self, id: ActionId, part: &mut Part) -> bool {
        // Everything that a world holds is named here, so that a new field cannot be forgotten.
        let World {
            config: _,
            now,
            texts: _,
            actions: _,
            by_name: _,
            by_resource: _,
            timers,
            pending,
            aborts,
            events,
            cache: _,
            faults: _,
            unheard,
            sweeps_from: _,
            listed_at: _,
            footprint: _,
            journal: _,
        } = self;
        let Some(action) = self.action(id) else { return false };
        part.action = timeless(action, *now);
        part.events.clear();
        part.events.extend_from_slice(events.of(id));
        part.pending.clear();
        // Pieces that can be done in any order come first, sorted; news of one action keeps its order.
        for news in [false, true] {
            let items = pending.iter().filter(|item| item.action == id && item.is_news() == news);
            part.pending.extend(items.map(|item| {
                let news = item.news.map(|news| News { created_at: TIMELESS, ..news });
                (item.work, news)
            }));
            if !news {
                part.pending.sort_by_key(|(work, _)| *work);
            }
        }
        part.timers.clear();
        part.timers.extend(timers.iter().filter(|timer| timer.action == id).map(|timer| timer.kind));
        part.timers.sort_unstable();
        part.abort = aborts.get(id).map(|task| AbortTask { state: timeless_abort(task.state), ..*task });
        part.unheard = unheard.iter().find(|unheard| unheard.action == id).copied();
        true
    }

    /// What the actions have in common, written over `common`.
    pub fn common(&self, common: &mut Common) {
        common.cache.clone_from(&self.cache);
        // An entry that holds nothing is as good as none, and their order means nothing.
        common.cache.retain(|entry| entry.populated || entry.owner.is_some());
        common.cache.sort_unstable_by_key(|entry| entry.key);
        common.faults.clone_from(&self.faults);
        let Line { queued, woken, calling } = &mut common.line;
        self.aborts.line(queued);
        woken.clear();
        woken.extend(self.pending.iter().filter(|item| item.work == PendingWork::AbortWorker).map(|item| item.action));
        woken.sort_unstable();
        *calling = self.aborts.calling_count();
    }

    /// A part to write over.
    pub fn any_part(&self, id: ActionId) -> Option<Part> {
        let action = *self.action(id)?;
        let mut part =
            Part { action, events: Vec::new(), pending: Vec::new(), timers: Vec::new(), abort: None, unheard: None };
        self.part(id, &mut part);
        Some(part)
    }

    /// Puts parts back: the world becomes one from which they would have been taken, at the configured start. Its texts
    /// must hold the parts' names. Memory is used again, so that this allocates little.
    pub fn put_parts<'a>(&mut self, parts: impl Iterator<Item = &'a Part>, common: Option<&Common>) {
        self.now = TIMELESS;
        self.sweeps_from = TIMELESS;
        self.listed_at = TIMELESS;
        self.cache.clear();
        self.faults.clear();
        self.unheard.clear();
        self.actions.clear();
        self.by_name.0.clear();
        self.by_resource.0.clear();
        self.timers.clear();
        self.pending.clear();
        self.aborts.clear();
        if let Some(common) = common {
            self.cache.extend_from_slice(&common.cache);
            self.faults.extend_from_slice(&common.faults);
        }
        for (part, number) in parts.zip(0_u32..) {
            let id = ActionId(number);
            self.actions.push(part.action);
            self.by_name.add(part.action.full_name, id);
            self.by_resource.add(part.action.resource_name, id);
            self.adopt(id, part.action.parent);
            self.events.put(id, &part.events);
            for &(work, news) in &part.pending {
                self.pending.put(id, work, news);
            }
            for &kind in &part.timers {
                self.timers.set(LATER, id, kind);
            }
            self.unheard.extend(part.unheard);
            if let Some(task) = part.abort {
                let ticket = common.and_then(|common| common.line.queued.iter().position(|queued| *queued == id));
                let ticket = ticket.map(|ticket| AbortTaskState::Queued { ticket: ticket as u64 });
                self.aborts.put(id, AbortTask { state: ticket.unwrap_or(task.state), ..task });
            }
        }
        let past = ActionId(u32::try_from(self.actions.len()).unwrap_or(u32::MAX));
        self.events.cut(past);
    }

    /// Becomes equal to `other` but for the texts, keeping its own memory.
    pub fn copy(&mut self, other: &World) {
        let World {
            config,
            now,
            texts: _,
            actions,
            by_name,
            by_resource,
            timers,
            pending,
            aborts,
            events,
            cache,
            faults,
            unheard,
            sweeps_from,
            listed_at,
            footprint: _,
            journal: _,
        } = other;
        self.config = *config;
        self.now = *now;
        self.actions.clone_from(actions);
        self.by_name.0.clone_from(&by_name.0);
        self.by_resource.0.clone_from(&by_resource.0);
        Timers::copy(&mut self.timers, timers);
        PendingQueue::copy(&mut self.pending, pending);
        AbortQueue::copy(&mut self.aborts, aborts);
        EventLog::copy(&mut self.events, events);
        self.cache.clone_from(cache);
        self.faults.clone_from(faults);
        self.unheard.clone_from(unheard);
        self.sweeps_from = *sweeps_from;
        self.listed_at = *listed_at;
    }

    /// How many pieces of work are due.
    pub fn pending_count(&self) -> usize {
        self.footprint.add(Marks::ALL);
        self.pending.count()
    }
}
