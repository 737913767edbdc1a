//! Layer 2: the only mutable state. It carries out what the rules decide, in upstream's order, and decides nothing
//! about phases itself.
//!
//! A command is first checked (`check.rs`), which changes nothing, and then carried out (`perform.rs`), which cannot
//! fail: so a refused command leaves the world as it was. What follows from it is work (`work.rs`), done at once or
//! piece by piece.

pub mod abort_queue;
pub mod action;
pub mod cache;
mod check;
mod enabled;
mod event_log;
pub mod faults;
pub mod footprint;
mod import;
pub mod key;
pub mod pending;
mod perform;
pub mod sink;
pub mod timers;
mod work;

pub use action::{Action, Resource};
pub use sink::Sink;

use crate::model::{
    ActionId, ActionPhase, Command, Config, Delivery, Fact, PendingWork, Rejection, Rule, TextId, Texts, Time,
    TimerKind, What,
};
use crate::rules::{self, events::EventKey};
use abort_queue::{AbortQueue, AbortTask};
use cache::CacheEntry;
use event_log::EventLog;
use faults::Fault;
use footprint::{Footprint, Marks};
use pending::{News, Pending, PendingQueue};
use timers::{Timer, Timers};

/// A command as the world takes it: actions and texts by number.
pub type NumberedCommand = Command<ActionId, TextId>;

/// Everything there is: actions with their two stores, the event log's keys, timers, work that is due, aborts.
#[derive(Debug, Clone)]
pub struct World {
    config: Config,
    now: Time,
    texts: Texts,
    actions: Vec<Action>,
    /// The actions by the number of their name, in the order of these numbers.
    by_name: Vec<(TextId, ActionId)>,
    timers: Timers,
    pending: PendingQueue,
    aborts: AbortQueue,
    events: EventLog,
    cache: Vec<CacheEntry>,
    faults: Vec<Fault>,
    /// When the garbage collector first swept; it goes on from there.
    sweeps_from: Time,
    /// What was looked at; no part of what the world is.
    footprint: Footprint,
}

impl World {
    /// An empty world at the configured start.
    pub fn new(config: Config) -> World {
        World {
            config,
            now: config.start,
            texts: Texts::default(),
            actions: Vec::new(),
            by_name: Vec::new(),
            timers: Timers::default(),
            pending: PendingQueue::default(),
            aborts: AbortQueue::default(),
            events: EventLog::default(),
            cache: Vec::new(),
            faults: Vec::new(),
            sweeps_from: config.start,
            footprint: Footprint::default(),
        }
    }

    /// Carries out a command and, in immediate delivery, the work that follows. A refusal changes nothing.
    pub fn apply(&mut self, command: &NumberedCommand, sink: &mut impl Sink) -> Result<(), Rejection> {
        self.check(command)?;
        self.perform(command, sink);
        self.settle_due(sink);
        Ok(())
    }

    /// A copy to return to. It goes without the texts, which only grow: a number once given is never another text's.
    pub fn checkpoint(&self) -> World {
        World {
            config: self.config,
            now: self.now,
            texts: Texts::none(),
            actions: self.actions.clone(),
            by_name: self.by_name.clone(),
            timers: self.timers.clone(),
            pending: self.pending.clone(),
            aborts: self.aborts.clone(),
            events: self.events.clone(),
            cache: self.cache.clone(),
            faults: self.faults.clone(),
            sweeps_from: self.sweeps_from,
            footprint: Footprint::default(),
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
        let place = self.by_name.binary_search_by_key(&name, |(name, _)| *name).ok();
        let found = place.and_then(|place| self.by_name.get(place)).map(|(_, id)| *id);
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
        self.timers.iter().filter(move |timer| timer.action == id)
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

    /// The aborts, to be asked how they share the workers.
    fn line(&self) -> &AbortQueue {
        self.footprint.add(Marks::LINE);
        &self.aborts
    }

    /// The aborts, about to be changed by one about that action, which may have the others wait for more or for less.
    fn aborts_about(&mut self, id: ActionId) -> &mut AbortQueue {
        self.footprint.add(Marks::of(id.index()).and(Marks::LINE));
        &mut self.aborts
    }

    /// The work that is due, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.footprint.add(Marks::ALL);
        self.pending.iter()
    }

    /// The work that is due about an action, oldest first.
    pub fn pending_of(&self, id: ActionId) -> impl Iterator<Item = &Pending> {
        self.footprint.mark(id);
        self.pending.iter().filter(move |item| item.action == id)
    }

    /// The keys of an action's events, in the order in which they are listed.
    pub fn event_keys(&self, action: ActionId) -> &[EventKey] {
        self.footprint.mark(action);
        self.events.of(action)
    }

    /// When the next timer fires.
    pub fn next_due(&self) -> Option<Time> {
        self.timers.next().map(|timer| timer.due)
    }

    /// What was looked at since somebody asked to be told.
    pub fn footprint(&self) -> &Footprint {
        &self.footprint
    }

    /// What a resource tells the run service.
    pub fn reported_phase(&self, resource: &Resource) -> ActionPhase {
        rules::reported_phase(&resource.cr.status, &self.config.rules)
    }

    /// A time as a resource holds it.
    pub fn stored(&self, time: Time) -> Time {
        rules::stamps::stored(time, &self.config.rules)
    }

    /// The words of a text's number.
    pub(crate) fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The name of an action, `<run>/<action>`.
    pub fn name_of(&self, id: ActionId) -> &str {
        self.action(id).map_or("", |action| self.text(action.full_name))
    }

    fn action_mut(&mut self, id: ActionId) -> Option<&mut Action> {
        self.footprint.mark(id);
        self.actions.get_mut(id.index())
    }

    fn tell(&self, sink: &mut impl Sink, action: ActionId, what: What, rule: Rule) {
        sink.fact(Fact { at: self.now, action: Some(action), what, rule });
    }

    /// In immediate delivery, does what is due: all pending work, then timers whose time has come, one by one.
    fn settle_due(&mut self, sink: &mut impl Sink) {
        if self.config.delivery == Delivery::Manual {
            return;
        }
        loop {
            // What is popped was pushed in this step, and a timer that is due was set in it: in a world that a search puts
            // together, no work is due in immediate delivery and every timer is due later ([`key`]).
            while let Some(item) = self.pending.pop() {
                self.mark_piece(&item);
                self.work(&item, sink);
            }
            match self.timers.next() {
                Some(timer) if timer.due <= self.now => self.fire(&timer, sink),
                _ => return,
            }
        }
    }

    /// Puts a piece of work back to where it was: before all others.
    fn put_back(&mut self, item: Pending) {
        self.footprint.mark(item.action);
        self.pending.push_front(item);
    }

    /// The timer of that number.
    fn timer(&self, id: u32) -> Option<Timer> {
        let timer = self.timers.find(id)?;
        self.footprint.mark(timer.action);
        Some(timer)
    }

    /// Takes a piece of work out of the line.
    fn take_pending(&mut self, id: u32) -> Option<Pending> {
        let item = self.pending.take(id)?;
        self.mark_piece(&item);
        Some(item)
    }

    /// A piece of work is no longer due.
    fn mark_piece(&self, item: &Pending) {
        self.footprint.mark(item.action);
        if item.work == PendingWork::AbortWorker {
            self.footprint.add(Marks::LINE);
        }
    }

    fn set_timer(&mut self, due: Time, action: ActionId, kind: TimerKind, rule: Rule, sink: &mut impl Sink) {
        self.footprint.mark(action);
        self.timers.set(due, action, kind);
        self.tell(sink, action, What::TimerSet { kind, due }, rule);
    }

    fn cancel_timer(&mut self, action: ActionId, kind: TimerKind) {
        self.footprint.mark(action);
        self.timers.cancel(action, kind);
    }

    /// Puts the resource before the executor's eyes again.
    fn reconcile_soon(&mut self, action: ActionId) {
        self.push(action, PendingWork::Reconcile, None);
    }

    /// Puts work into the line, with what the informer saw where it does not look again.
    fn push(&mut self, action: ActionId, work: PendingWork, news: Option<News>) {
        self.footprint.mark(action);
        self.pending.push(action, work, news);
    }
}
