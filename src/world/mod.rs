//! Layer 2: the only mutable state. It carries out what the rules decide, in upstream's order, and decides nothing
//! about phases itself.
//!
//! A command is first checked (`check.rs`), which changes nothing, and then carried out (`perform.rs`), which cannot
//! fail: so a refused command leaves the world as it was. What follows from it is work (`work.rs`), done at once or
//! piece by piece. Who acts has a file: `executor`, `informer`, `run_service`, `abort_reconciler`, `collector`, `sdk`, `clock`
//! and `creation`. What there is stands in `stores`, and is reached by its methods alone.

pub mod abort_queue;
mod abort_reconciler;
pub mod action;
mod cache;
mod check;
mod clock;
mod collector;
mod creation;
pub mod disagreement;
mod enabled;
pub mod entry;
mod event_log;
mod executor;
mod faults;
pub mod footprint;
mod import;
mod informer;
mod looks;
pub mod pending;
mod perform;
mod run_service;
mod sdk;
pub mod sink;
mod stores;
mod time_bounds;
pub mod timers;
mod work;

pub use action::{Action, Resource, Untold};
pub use sink::{Metered, Sink};
pub use stores::{World, key};

use crate::model::{ActionId, Command, Fact, Rejection, Rule, TextId, What};

/// Facts that one command may lead to: some seconds of work, and some hundred megabytes to remember.
pub const FACTS_MAX: i64 = 1_000_000;

/// A command as the world takes it: actions and texts by number.
pub type NumberedCommand = Command<ActionId, TextId>;

impl World {
    /// Carries out a command and, in immediate delivery, the work that follows. A refusal changes nothing, but for one:
    /// if the sink is full on the way, the world stays where it is then, and whoever gave that sink takes it back.
    pub fn apply(&mut self, command: &NumberedCommand, sink: &mut impl Sink) -> Result<(), Rejection> {
        self.check(command)?;
        let began = self.now();
        self.perform(command, sink);
        self.settle_due(sink);
        if sink.is_full() { Err(Self::stopped(command, began, sink.fired())) } else { Ok(()) }
    }

    /// What commands would lead to, without a copy: they are given, what they lead to is told while the world is as it
    /// would be, and all of it is taken back.
    pub fn attempt<R>(
        &mut self,
        give: impl FnOnce(&mut World, &mut Metered<'_, Vec<Fact>>) -> Result<(), Rejection>,
        told: impl FnOnce(&World, &[Fact]) -> R,
    ) -> Result<R, Rejection> {
        let mut facts = Vec::new();
        let mut sink = Metered::new(&mut facts, FACTS_MAX);
        self.begin_trial();
        let given = give(self, &mut sink);
        let answer = given.map(|()| told(self, &facts));
        self.end_trial();
        answer
    }

    /// Whether the command would be taken now.
    pub fn accepts(&self, command: &NumberedCommand) -> bool {
        self.check(command).is_ok()
    }

    fn tell(&self, sink: &mut impl Sink, action: ActionId, what: What, rule: Rule) {
        self.tell_of(sink, Some(action), what, rule);
    }

    /// As [`World::tell`], of one action or of none.
    fn tell_of(&self, sink: &mut impl Sink, action: Option<ActionId>, what: What, rule: Rule) {
        sink.fact(Fact { at: self.now(), action, what, rule });
    }
}
