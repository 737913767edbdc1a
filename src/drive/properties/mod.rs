//! What a lifecycle should keep, as data: each property has a sentence, a predicate, and what is expected of it under
//! the two rule sets. The numbers P1 to P51 are those of the project's list of properties.
//!
//! A predicate is asked of one action: in a step (the world before, the command, the facts, the world after), in a world,
//! or in a world in which nothing is under way any more. It looks at what belongs to that action first, and at others only
//! where its sentence speaks of them, so that what it says of an action that nothing has touched need not be asked again.
//! Properties compare phases, which drivers otherwise leave to the rules: that is what they are for.

mod list;
mod steps;
mod worlds;

pub use list::PROPERTIES;
pub use worlds::stores_agree;

pub use crate::model::Fault;
use crate::model::words::words;
use crate::model::{ActionId, Fact};
use crate::world::{NumberedCommand, World};

words! {
    /// What a property says of its predicate.
    pub enum Kind {
        /// It never fails.
        Always = 0 "always",
        /// It is met sometimes.
        Sometimes = 1 "sometimes",
        /// It is met whenever nothing is under way any more.
        Settles = 2 "settles",
    }
}

words! {
    /// What is expected of a property under a rule set.
    pub enum Expected {
        /// It holds in all models.
        Holds = 0 "holds",
        /// It is violated in some model.
        Broken = 1 "broken",
        /// The model does not hold what it speaks of.
        NotHeld = 2 "not held",
    }
}

/// One step of a world.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'a> {
    /// The world before.
    pub before: &'a World,
    /// What was done.
    pub command: &'a NumberedCommand,
    /// What came of it.
    pub facts: &'a [Fact],
    /// The world after.
    pub after: &'a World,
}

/// A predicate about one action: true where the property is met, and where it does not speak of that action.
#[derive(Debug, Clone, Copy)]
pub enum Law {
    /// Of a step; true if nothing about that action happened in it.
    Step(fn(&Transition, ActionId) -> bool),
    /// Of a world.
    State(fn(&World, ActionId) -> bool),
    /// Of a world in which nothing is under way.
    Settled(fn(&World, ActionId) -> bool),
    /// None, and why: the model does not hold what the property speaks of.
    NotHeld(&'static str),
}

impl Law {
    /// Whether an action meets it in a step, if it is about steps.
    pub fn of_step(self, step: &Transition, action: ActionId) -> Option<bool> {
        match self {
            Law::Step(law) => Some(law(step, action)),
            Law::State(_) | Law::Settled(_) | Law::NotHeld(_) => None,
        }
    }

    /// Whether it is about worlds in which nothing is under way.
    pub const fn is_of_settled(self) -> bool {
        matches!(self, Law::Settled(_))
    }

    /// Whether an action meets it in a world, if it is about worlds of this sort.
    pub fn of_world(self, world: &World, settled: bool, action: ActionId) -> Option<bool> {
        match self {
            Law::State(law) => Some(law(world, action)),
            Law::Settled(law) if settled => Some(law(world, action)),
            Law::Settled(_) | Law::Step(_) | Law::NotHeld(_) => None,
        }
    }
}

/// A property.
/// What it says is said of every action: one that does not meet it breaks it. What happens sometimes is met by one.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// `P1` to `P51`, or a name.
    pub id: &'static str,
    /// What it says of its predicate.
    pub kind: Kind,
    /// The property.
    pub sentence: &'static str,
    /// The weakest fault that breaks it under upstream's rules; `None` if nothing does.
    pub needs: Option<Fault>,
    /// What is expected under the documented rule set.
    pub documented: Expected,
    /// What is expected under upstream's.
    pub upstream: Expected,
    /// Whether it is asked even if somebody writes statuses from outside.
    pub outside: bool,
    /// Its predicate.
    pub law: Law,
}

impl PartialEq for Property {
    fn eq(&self, other: &Property) -> bool {
        self.id == other.id
    }
}

impl Eq for Property {}

impl Property {
    /// The property of that name.
    pub fn find(id: &str) -> Option<&'static Property> {
        PROPERTIES.iter().find(|property| property.id.eq_ignore_ascii_case(id))
    }

    /// What its predicate answers of an action that shows it: that breaks it, or with which happens what should sometimes.
    pub fn shown(&self) -> bool {
        self.kind == Kind::Sometimes
    }

    /// The first action about which a step shows it.
    pub fn shown_by_step(&self, step: &Transition) -> Option<ActionId> {
        ids(step.after).find(|&id| self.law.of_step(step, id) == Some(self.shown()))
    }

    /// The first action about which a world shows it.
    pub fn shown_by_world(&self, world: &World, settled: bool) -> Option<ActionId> {
        ids(world).find(|&id| self.law.of_world(world, settled, id) == Some(self.shown()))
    }

    /// The first action about which a step, or the world that it leads to, shows it.
    pub fn shown_in(&self, step: &Transition) -> Option<ActionId> {
        self.shown_by_step(step).or_else(|| self.shown_by_world(step.after, is_settled(step.after)))
    }
}

fn ids(world: &World) -> impl Iterator<Item = ActionId> {
    world.actions().map(|(id, _)| id)
}

/// Every property whose predicate the model holds.
pub fn held() -> impl Iterator<Item = &'static Property> {
    PROPERTIES.iter().filter(|property| !matches!(property.law, Law::NotHeld(_)))
}

/// Whether nothing is under way: no work is due and no abort is on its way. Plugins and deadlines may still come.
pub fn is_settled(world: &World) -> bool {
    world.pending_count() == 0
        && world.aborts().is_empty()
        && world.faults().is_empty()
        && !world.timers().any(|timer| timer.kind.is_under_way())
}
