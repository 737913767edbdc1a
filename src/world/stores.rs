//! What a world holds, and every access to it. The fields are private to this module, so whoever reads or changes
//! something does it by a method that marks it in the footprint ([`super::footprint`]): reading unmarked does not compile.
//! What is changed while a command is only tried is noted in the journal, and put back.

mod journal;
pub mod key;

use super::Action;
use super::abort_queue::{AbortQueue, AbortTask};
use super::entry::ArmedFault;
use super::entry::{CacheEntry, Unheard};
use super::event_log::EventLog;
use super::footprint::{Footprint, Marks};
use super::pending::{News, Pending, PendingQueue};
use super::timers::{Timer, Timers};
use crate::model::{ActionId, Config, PendingWork, Rules, TextId, Texts, Time, TimerKind};
use crate::rules::events::EventKey;
use journal::Journal;

/// Everything there is: actions with their two stores, the event log's keys, timers, work that is due, aborts.
#[derive(Debug, Clone)]
pub struct World {
    config: Config,
    now: Time,
    texts: Texts,
    actions: Vec<Action>,
    by_name: Named,
    /// By the name that their resource has, or would have.
    by_resource: Named,
    timers: Timers,
    pending: PendingQueue,
    aborts: AbortQueue,
    events: EventLog,
    cache: Vec<CacheEntry>,
    faults: Vec<ArmedFault>,
    /// One of an action at the most.
    unheard: Vec<Unheard>,
    /// When the garbage collector first swept; it goes on from there.
    sweeps_from: Time,
    /// When the informer last listed all resources; its resyncs go on from there.
    listed_at: Time,
    /// What was looked at; no part of what the world is.
    footprint: Footprint,
    /// What is to be put back, while a command is only tried; no part of what the world is either.
    journal: Option<Box<Journal>>,
}

/// Actions by the number of a name of theirs, in the order of these numbers.
#[derive(Debug, Clone, Default)]
struct Named(Vec<(TextId, ActionId)>);

impl Named {
    /// Adds an action that was just made, behind others of that name.
    fn add(&mut self, name: TextId, id: ActionId) {
        let place = self.0.partition_point(|(other, _)| *other <= name);
        self.0.insert(place, (name, id));
    }

    /// The actions of that name, in the order in which they were made.
    fn of(&self, name: TextId) -> impl Iterator<Item = ActionId> {
        let first = self.0.partition_point(|(other, _)| *other < name);
        let rest = self.0.get(first..).unwrap_or_default();
        rest.iter().take_while(move |(other, _)| *other == name).map(|(_, id)| *id)
    }

    /// Keeps the first `count` actions.
    fn keep(&mut self, count: usize) {
        self.0.retain(|(_, id)| id.index() < count);
    }
}

impl World {
    /// An empty world at the configured start.
    pub fn new(config: Config) -> World {
        World {
            config,
            now: config.start,
            texts: Texts::default(),
            actions: Vec::new(),
            by_name: Named::default(),
            by_resource: Named::default(),
            timers: Timers::default(),
            pending: PendingQueue::default(),
            aborts: AbortQueue::default(),
            events: EventLog::default(),
            cache: Vec::new(),
            faults: Vec::new(),
            unheard: Vec::new(),
            sweeps_from: config.start,
            listed_at: config.start,
            footprint: Footprint::default(),
            journal: None,
        }
    }

    /// A copy to return to. It goes without the texts, which only grow: a number once given is never another text's.
    pub fn checkpoint(&self) -> World {
        World {
            config: self.config,
            now: self.now,
            texts: Texts::none(),
            actions: self.actions.clone(),
            by_name: self.by_name.clone(),
            by_resource: self.by_resource.clone(),
            timers: self.timers.clone(),
            pending: self.pending.clone(),
            aborts: self.aborts.clone(),
            events: self.events.clone(),
            cache: self.cache.clone(),
            faults: self.faults.clone(),
            unheard: self.unheard.clone(),
            sweeps_from: self.sweeps_from,
            listed_at: self.listed_at,
            footprint: Footprint::default(),
            journal: None,
        }
    }

    /// How much a copy has to copy: an action counts for as much as eight events.
    pub fn weight(&self) -> usize {
        self.actions.len() * 8 + self.events.len()
    }

    /// Goes back to a checkpoint of this world. The texts stay.
    pub fn return_to(&mut self, checkpoint: &World) {
        *self = World { texts: std::mem::replace(&mut self.texts, Texts::none()), ..checkpoint.checkpoint() };
    }

    /// What it was set up with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The rules in force.
    pub fn rules(&self) -> &Rules {
        &self.config.rules
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The texts by number.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The number of a text.
    pub fn intern(&mut self, text: &str) -> TextId {
        self.texts.intern(text)
    }

    /// Forgets the texts met since there were `count`; nothing may hold their numbers.
    pub(crate) fn forget_texts(&mut self, count: usize) {
        self.texts.truncate(count);
    }

    /// The action of that name, `<run>/<action>`.
    pub fn find(&self, name: &str) -> Option<ActionId> {
        self.texts.find(name).and_then(|text| self.named(text))
    }

    /// The action whose name has that number.
    pub fn named(&self, name: TextId) -> Option<ActionId> {
        let found = self.by_name.of(name).next();
        match found {
            Some(id) => self.footprint.mark(id),
            None => self.footprint.add(Marks::COUNT),
        }
        found
    }

    /// Every action, in the order in which they were created.
    pub fn actions(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        let mut ids = (0_u32..).map(ActionId);
        std::iter::from_fn(move || {
            let id = ids.next()?;
            let action = self.action(id);
            if action.is_none() {
                self.footprint.add(Marks::COUNT);
            }
            action.map(|action| (id, action))
        })
    }

    /// How many actions there are.
    pub fn action_count(&self) -> usize {
        self.footprint.add(Marks::COUNT);
        self.actions.len()
    }

    /// An action.
    pub fn action(&self, id: ActionId) -> Option<&Action> {
        self.footprint.mark(id);
        self.actions.get(id.index())
    }

    /// The children of an action, in the order in which they were created.
    pub fn children(&self, id: ActionId) -> impl Iterator<Item = ActionId> {
        // Who is whose child follows from which actions there are.
        self.footprint.add(Marks::COUNT);
        let mut next = self.action(id).and_then(|action| action.first_child);
        std::iter::from_fn(move || {
            let child = next?;
            next = self.action(child).and_then(|action| action.next_sibling);
            Some(child)
        })
    }

    /// The timers, earliest first.
    pub fn timers(&self) -> impl Iterator<Item = Timer> {
        self.footprint.add(Marks::ALL);
        self.timers.iter()
    }

    /// The timers of an action, earliest first.
    pub fn timers_of(&self, id: ActionId) -> impl Iterator<Item = Timer> {
        self.footprint.mark(id);
        self.timers.of(id)
    }

    /// The aborts on their way.
    pub fn aborts(&self) -> &AbortQueue {
        self.footprint.add(Marks::ALL);
        &self.aborts
    }

    /// The abort of an action, if one is on its way.
    pub fn abort_of(&self, id: ActionId) -> Option<&AbortTask> {
        self.footprint.mark(id);
        self.aborts.get(id)
    }

    /// The number of the action's abort call that waits for its reply, if one does.
    pub fn abort_call_of(&self, id: ActionId) -> Option<u32> {
        self.footprint.mark(id);
        self.aborts.call_of(id)
    }

    /// The work that is due, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.footprint.add(Marks::ALL);
        self.pending.iter()
    }

    /// The work that is due about an action, oldest first.
    pub fn pending_of(&self, id: ActionId) -> impl Iterator<Item = &Pending> {
        self.footprint.mark(id);
        self.pending.of(id)
    }

    /// The keys of an action's events, in the order in which they are listed.
    pub fn event_keys(&self, action: ActionId) -> &[EventKey] {
        self.footprint.mark(action);
        self.events.of(action)
    }

    /// What was looked at since somebody asked to be told.
    pub fn footprint(&self) -> &Footprint {
        &self.footprint
    }

    /// The words of a text's number.
    pub(crate) fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The name of an action, `<run>/<action>`.
    pub fn name_of(&self, id: ActionId) -> &str {
        self.action(id).map_or("", |action| self.text(action.full_name))
    }

    /// The timer of that number.
    pub(super) fn timer(&self, id: u32) -> Option<Timer> {
        let timer = self.timers.find(id)?;
        self.footprint.mark(timer.action);
        Some(timer)
    }

    /// The timer that fires next, if its time has come. In a world that a search puts together every timer is due later
    /// ([`key`]), and one that is due was set in this very step: so there is nothing to mark.
    pub(super) fn due_timer(&self) -> Option<Timer> {
        self.timers.next().filter(|timer| timer.due <= self.now)
    }

    /// The timer that fires next.
    pub(super) fn next_timer(&self) -> Option<Timer> {
        self.timers().next()
    }

    /// A piece of work by number, or the oldest.
    pub fn pending_item(&self, item: Option<u32>) -> Option<&Pending> {
        let Some(id) = item else { return self.pending().next() };
        let found = self.pending.find(id)?;
        self.footprint.mark(found.action);
        Some(found)
    }

    /// Whether an informer update of that action, new or changed, is waiting.
    pub(super) fn has_update(&self, id: ActionId) -> bool {
        self.footprint.mark(id);
        self.pending.has_update(id)
    }

    /// Whether an earlier piece of news about the same action is waiting.
    pub(super) fn is_behind(&self, item: &Pending) -> bool {
        self.footprint.mark(item.action);
        self.pending.is_behind(item)
    }

    /// The aborts, to be asked how they share the workers.
    pub(super) fn line(&self) -> &AbortQueue {
        self.footprint.add(Marks::LINE);
        &self.aborts
    }

    /// The actions whose aborts a worker was woken for.
    pub(super) fn woken(&self) -> Vec<ActionId> {
        self.footprint.add(Marks::LINE);
        self.pending.iter().filter(|item| item.work == PendingWork::AbortWorker).map(|item| item.action).collect()
    }

    /// The actions whose resource has that name, or would have it: names stay, so only those of that name are looked at.
    pub(super) fn of_resource_name(&self, name: TextId) -> impl Iterator<Item = &Action> {
        self.footprint.add(Marks::COUNT);
        self.by_resource.of(name).filter_map(|id| self.action(id))
    }

    /// The number of each action.
    pub(super) fn ids(&self) -> impl Iterator<Item = ActionId> + use<> {
        (0..u32::try_from(self.action_count()).unwrap_or(u32::MAX)).map(ActionId)
    }

    /// What the catalog holds.
    pub fn cache(&self) -> &[CacheEntry] {
        self.footprint.add(Marks::CACHE);
        &self.cache
    }

    /// The calls that are to fail.
    pub fn faults(&self) -> &[ArmedFault] {
        self.footprint.add(Marks::FAULTS);
        &self.faults
    }

    /// What the action's plugin has yet to repeat, if anything.
    pub(super) fn unheard(&self, id: ActionId) -> Option<Unheard> {
        self.footprint.mark(id);
        self.unheard.iter().find(|unheard| unheard.action == id).copied()
    }

    /// When the garbage collector first swept. A time, as the sweeps are, which no search compares.
    pub(super) fn sweeps_from(&self) -> Time {
        self.sweeps_from
    }

    /// When the informer last listed all resources. A time as well.
    pub(super) fn listed_at(&self) -> Time {
        self.listed_at
    }
}

/// Changes.
impl World {
    pub(super) fn set_now(&mut self, now: Time) {
        self.now = now;
    }

    pub(super) fn sweep_from(&mut self, first: Time) {
        self.sweeps_from = first;
    }

    pub(super) fn list_from(&mut self, at: Time) {
        self.listed_at = at;
    }

    pub(super) fn action_mut(&mut self, id: ActionId) -> Option<&mut Action> {
        self.footprint.mark(id);
        let action = self.actions.get_mut(id.index())?;
        if let Some(journal) = &mut self.journal {
            journal.keep_action(id, action);
        }
        Some(action)
    }

    /// Puts an action into the arena and under its parent.
    pub(super) fn insert(&mut self, action: Action) -> ActionId {
        let id = ActionId(u32::try_from(self.action_count()).unwrap_or(u32::MAX));
        self.footprint.mark(id);
        self.actions.push(action);
        self.by_name.add(action.full_name, id);
        self.by_resource.add(action.resource_name, id);
        self.adopt(id, action.parent);
        id
    }

    /// Puts an action that was just added under its parent.
    fn adopt(&mut self, id: ActionId, parent: Option<ActionId>) {
        let Some(parent) = parent else { return };
        let elder = self.action(parent).and_then(|parent| parent.last_child);
        if let Some(elder) = elder.and_then(|elder| self.action_mut(elder)) {
            elder.next_sibling = Some(id);
        }
        if let Some(parent) = self.action_mut(parent) {
            parent.first_child = parent.first_child.or(Some(id));
            parent.last_child = Some(id);
        }
    }

    /// Stores an event; false if one with its key is there.
    pub(super) fn insert_event(&mut self, id: ActionId, key: EventKey) -> bool {
        self.footprint.mark(id);
        let is_new = self.events.insert(id, key);
        if is_new && let Some(journal) = &mut self.journal {
            journal.keep_event(id, key);
        }
        is_new
    }

    pub(super) fn add_timer(&mut self, due: Time, id: ActionId, kind: TimerKind) {
        self.footprint.mark(id);
        let timer = self.timers.set(due, id, kind);
        if let Some(journal) = &mut self.journal {
            journal.keep_timer(timer, true);
        }
    }

    pub(super) fn cancel_timer(&mut self, id: ActionId, kind: TimerKind) {
        let gone: Vec<Timer> = self.timers_of(id).filter(|timer| timer.kind == kind).collect();
        gone.iter().for_each(|timer| self.take_timer(timer));
    }

    /// Takes a timer off the list.
    pub(super) fn take_timer(&mut self, timer: &Timer) {
        self.footprint.mark(timer.action);
        if self.timers.take(timer)
            && let Some(journal) = &mut self.journal
        {
            journal.keep_timer(*timer, false);
        }
    }

    fn pending_mut(&mut self) -> &mut PendingQueue {
        if let Some(journal) = &mut self.journal {
            journal.keep_pending(&self.pending);
        }
        &mut self.pending
    }

    /// Puts work into the line, with what the informer saw where it does not look again.
    pub(super) fn push(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        self.footprint.mark(action);
        self.pending_mut().push(action, work, news);
    }

    /// Adds the same piece again, right behind it.
    pub(super) fn push_behind(&mut self, item: &Pending) {
        self.footprint.mark(item.action);
        self.pending_mut().push_behind(item);
    }

    /// Puts a piece of work back to where it was: before all others.
    pub(super) fn put_back(&mut self, item: Pending) {
        self.footprint.mark(item.action);
        self.pending_mut().push_front(item);
    }

    /// Takes the oldest piece of work out of the line.
    pub(super) fn next_pending(&mut self) -> Option<Pending> {
        let item = self.pending_mut().pop()?;
        self.mark_piece(&item);
        Some(item)
    }

    /// Takes a piece of work out of the line.
    pub(super) fn take_pending(&mut self, id: u32) -> Option<Pending> {
        let item = self.pending_mut().take(id)?;
        self.mark_piece(&item);
        Some(item)
    }

    /// Drops the informer updates of an action whose object is gone.
    pub(super) fn drop_updates(&mut self, id: ActionId) {
        self.footprint.mark(id);
        self.pending_mut().drop_updates(id);
    }

    /// A piece of work is no longer due.
    fn mark_piece(&self, item: &Pending) {
        self.footprint.mark(item.action);
        if item.work == PendingWork::AbortWorker {
            self.footprint.add(Marks::LINE);
        }
    }

    fn aborts_mut(&mut self) -> &mut AbortQueue {
        if let Some(journal) = &mut self.journal {
            journal.keep_aborts(&self.aborts);
        }
        &mut self.aborts
    }

    /// The aborts, about to be changed by one about that action, which may have the others wait for more or for less.
    pub(super) fn aborts_about(&mut self, id: ActionId) -> &mut AbortQueue {
        self.footprint.add(Marks::of(id.index()).and(Marks::LINE));
        self.aborts_mut()
    }

    /// Forgets every abort, and that workers were woken.
    pub(super) fn forget_aborts(&mut self) {
        self.footprint.add(Marks::ALL);
        self.aborts_mut().clear();
        self.pending_mut().drop_work(PendingWork::AbortWorker);
    }

    pub(super) fn cache_mut(&mut self) -> &mut Vec<CacheEntry> {
        self.footprint.add(Marks::CACHE);
        if let Some(journal) = &mut self.journal {
            journal.keep_cache(&self.cache);
        }
        &mut self.cache
    }

    pub(super) fn faults_mut(&mut self) -> &mut Vec<ArmedFault> {
        self.footprint.add(Marks::FAULTS);
        if let Some(journal) = &mut self.journal {
            journal.keep_faults(&self.faults);
        }
        &mut self.faults
    }

    /// Keeps what the action's plugin has yet to repeat, or forgets it.
    pub(super) fn set_unheard(&mut self, id: ActionId, unheard: Option<Unheard>) {
        if unheard.is_none() && self.unheard(id).is_none() {
            return;
        }
        self.footprint.mark(id);
        if let Some(journal) = &mut self.journal {
            journal.keep_unheard(&self.unheard);
        }
        self.unheard.retain(|other| other.action != id);
        self.unheard.extend(unheard);
    }
}
