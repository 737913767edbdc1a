//! States as numbers, and back. Equal parts have one number, so a state is a few numbers, and comparing two is quick.

use super::Exploration;
use super::recall::{COMMON, Question, Seen};
use super::table::Parts;
use crate::model::ActionId;
use crate::world::World;
use crate::world::entry::{ArmedFault, CacheEntry};
use crate::world::footprint::Marks;
use crate::world::key::{Common, Line, Part};
use std::hash::Hash;

/// The questions about a part, and how far each is from the first of them. The group of what is about no action that is
/// there has the first two.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// What may happen to it?
    Choices = 0,
    /// The same while nothing new may.
    ChoicesWhenCrowded = 1,
    /// How may it be created again?
    Again = 2,
    /// The same while nothing new may.
    AgainWhenCrowded = 3,
    /// Which properties of worlds does it show?
    Laws = 4,
    /// And which of worlds in which nothing is under way?
    SettledLaws = 5,
}

/// How many questions there are about a part.
pub const ASKED: u32 = 6;

/// What is known of a part, beside what it is.
#[derive(Debug, Clone, Copy)]
pub struct Trait {
    /// The first of its questions, which are as many as there are [`ASKED`].
    pub questions: Question,
    /// How many pieces of work are due about the action.
    pending: usize,
    /// Whether nothing is under way.
    settled: bool,
    /// The targets that are states and that it meets, one bit each.
    met: u64,
}

/// What is known of a state by its parts.
#[derive(Debug, Clone, Copy)]
pub struct Sum {
    /// Whether nothing is under way.
    pub settled: bool,
    /// How many pieces of work are due.
    pub pending: usize,
    /// How many actions there are.
    pub actions: usize,
    /// The targets that are states and that an action meets, one bit each.
    pub met: u64,
}

/// The bit of the thing at that place in a list of up to 64.
pub fn bit(place: usize) -> u64 {
    u32::try_from(place).map_or(0, |place| 1_u64.unbounded_shl(place))
}

/// Those of a list of up to 64 that are as asked for, one bit each.
pub fn set_of<T>(things: &[T], is_in: impl Fn(&T) -> bool) -> u64 {
    things.iter().enumerate().filter(|(_, thing)| is_in(thing)).fold(0, |set, (place, _)| set | bit(place))
}

/// The numbers of a state's parts, and the number of what they have in common.
pub const fn split(key: &[u32]) -> (&[u32], u32) {
    match key.split_last() {
        Some((common, parts)) => (parts, *common),
        None => (&[], 0),
    }
}

/// A state as questions are asked about it.
pub const fn seen(key: &[u32], common: [u32; 3]) -> Seen<'_> {
    Seen { parts: split(key).0, common }
}

/// The action at that place.
pub fn at(place: usize) -> ActionId {
    ActionId(u32::try_from(place).unwrap_or(u32::MAX))
}

/// The number of a thing in a table, 0 if it is nothing; none if there is no memory for it.
pub fn number_in<T: Hash + Eq + Clone + Default>(
    table: &mut Parts<T>,
    thing: &T,
    size: fn(&T) -> usize,
) -> Option<u32> {
    if *thing == T::default() { Some(0) } else { table.number(thing, size) }
}

impl Exploration {
    /// Turns to a state: its numbers stand in `from_key` and `from_common`.
    pub(super) fn turn_to(&mut self, state: u32) {
        self.from_key.clear();
        self.from_key.extend_from_slice(self.states.get(state));
        self.from_common = self.commons.get(split(&self.from_key).1).copied().unwrap_or_default();
    }

    /// What is known of the part of that number, if it is one.
    pub(super) fn trait_of(&self, number: u32) -> Option<&Trait> {
        self.traits.get((number as usize).checked_sub(1)?)
    }

    /// What is known of a state by its parts, with so many calls that are to fail.
    pub(super) fn sum(&self, key: &[u32], has_faults: bool) -> Sum {
        let start = Sum { settled: !has_faults, pending: 0, actions: 0, met: 0 };
        let parts = split(key).0.iter().filter_map(|number| self.trait_of(*number));
        parts.fold(start, |sum, part| Sum {
            settled: sum.settled && part.settled,
            pending: sum.pending + part.pending,
            actions: sum.actions + 1,
            met: sum.met | part.met,
        })
    }

    /// Makes `before` the world of the state in `from_key`.
    pub(super) fn put(&mut self, state: u32) {
        if self.put != Some(state) {
            self.common = self.common_of(self.from_common);
            let numbers = split(&self.from_key).0.iter();
            self.before.put_parts(numbers.filter_map(|number| self.parts.get(*number)), Some(&self.common));
            self.put = Some(state);
        }
    }

    /// Makes a world that of a state.
    pub(super) fn put_into(&self, world: &mut World, state: u32) {
        let (numbers, common) = split(self.states.get(state));
        let common = self.common_of(self.commons.get(common).copied().unwrap_or_default());
        world.put_parts(numbers.iter().filter_map(|number| self.parts.get(*number)), Some(&common));
    }

    /// What the actions have in common, by its numbers.
    fn common_of(&self, [faults, cache, line]: [u32; 3]) -> Common {
        Common {
            faults: self.faults.get(faults).cloned().unwrap_or_default(),
            cache: self.caches.get(cache).cloned().unwrap_or_default(),
            line: self.lines.get(line).cloned().unwrap_or_default(),
        }
    }

    /// The key of `after`, whose actions are as in `from_key` but for those touched, and the numbers of what they have in
    /// common; none if there is no memory for them.
    pub(super) fn write_key(&mut self, touched: Marks) -> Option<[u32; 3]> {
        self.key.clear();
        self.key.extend_from_slice(&self.from_key);
        for place in (0..self.space.width()).filter(|place| touched.has(*place)) {
            let number = self.number_of(place)?;
            if let Some(slot) = self.key.get_mut(place) {
                *slot = number;
            }
        }
        if !COMMON.iter().any(|mark| touched.covers(*mark)) {
            return Some(self.from_common);
        }
        self.after.common(&mut self.common);
        let common = &self.common;
        Some([
            number_in(&mut self.faults, &common.faults, |list| list.capacity() * size_of::<ArmedFault>())?,
            number_in(&mut self.caches, &common.cache, |list| list.capacity() * size_of::<CacheEntry>())?,
            number_in(&mut self.lines, &common.line, Line::size)?,
        ])
    }

    /// Puts the number of what the actions have in common to `key`; false if there is no memory for it.
    pub(super) fn write_common(&mut self, numbers: [u32; 3]) -> bool {
        let number = number_in(&mut self.commons, &numbers, |_| 0);
        if let (Some(slot), Some(number)) = (self.key.last_mut(), number) {
            *slot = number;
        }
        number.is_some()
    }

    /// The number of the part of an action in `after`; 0 if there is no such action, none if there is no memory.
    fn number_of(&mut self, place: usize) -> Option<u32> {
        let id = at(place);
        let is_there = match &mut self.scratch {
            Some(scratch) => self.after.part(id, scratch),
            none => {
                *none = self.after.any_part(id);
                none.is_some()
            }
        };
        let (true, Some(part)) = (is_there, &self.scratch) else { return Some(0) };
        // Most parts are as they were, which is told without looking them up.
        let old = self.from_key.get(place).copied().unwrap_or(0);
        if self.parts.get(old) == Some(part) {
            return Some(old);
        }
        let number = self.parts.number(part, Part::size)?;
        if number as usize > self.traits.len() {
            let met = set_of(&self.targets, |target| target.is_at(&self.after, id));
            let (pending, settled) = (part.pending_count(), part.is_settled());
            self.traits.try_reserve(1).ok()?;
            let questions = self.recall.questions(ASKED)?;
            self.traits.push(Trait { questions, pending, settled, met });
        }
        Some(number)
    }
}
