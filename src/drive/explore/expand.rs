//! How a state is looked at. All that may happen in it is taken choice by choice; what a choice does is worked out in a
//! world once, and remembered for every state that agrees on what it looked at ([`super::recall`]).

use super::recall::{COMMON, Question, Seen};
use super::replay::Choice;
use super::space::Group;
use super::table::{self, Glance, Held, Parts};
use super::{End, Exploration, Parent};
use crate::drive::properties::{Kind, Transition};
use crate::model::{ActionId, What};
use crate::world::World;
use crate::world::entry::ArmedFault;
use crate::world::entry::CacheEntry;
use crate::world::footprint::Marks;
use crate::world::key::{Common, Line, Part};
use std::hash::Hash;

/// What is known of a part, beside what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trait {
    /// The first of its questions, which are as many as there are [`ASKED`].
    questions: Question,
    /// How many pieces of work are due about the action.
    pending: usize,
    /// Whether nothing is under way.
    settled: bool,
    /// The targets that are states and that it meets, one bit each.
    met: u64,
}

/// The questions about a part, and how far each is from the first of them. The group of what is about no action that is
/// there has the first two.
#[derive(Debug, Clone, Copy)]
enum Asked {
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
pub(super) const ASKED: u32 = 6;

/// Where the choices of a state were left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paused {
    /// The place of the group in the list of groups.
    group: usize,
    menu: Menu,
    /// The place in the menu.
    place: u32,
    /// The number of the choice among all of the state.
    choice: u32,
}

/// Choices that belong together, with a question each: what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Menu {
    /// The first of these questions, if they are worth asking: if the same choices come again.
    outcomes: Option<Question>,
    /// Where they begin in the list of choices.
    first: u32,
    len: u32,
}

/// What becomes of a choice. Most change one part and nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// A part that changes, and its new number; [`NOWHERE`] if none does.
    place: u32,
    number: u32,
    /// One more than the place in the list of what else there is; 0 if there is nothing.
    more: u32,
}

/// What else becomes of a choice.
#[derive(Debug, Clone, Copy)]
pub(super) struct More {
    /// The properties that the step shows, one bit each.
    shown: u64,
    /// The targets that its facts tell of, likewise.
    told: u64,
    /// The numbers of what the actions have in common, as in [`super::recall::COMMON`], or [`UNTOUCHED`].
    common: [u32; 3],
    /// Where the other parts that change begin in the list of changes, and how many they are.
    changes: u32,
    changed: u32,
}

/// Where the choices of a state lead. They are looked up together, so that memory is waited for once.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// Their keys, one after the other.
    keys: Vec<u32>,
    choices: Vec<u32>,
    glances: Vec<Glance>,
}

/// Stands for the place of no part.
const NOWHERE: u32 = u32::MAX;

/// Stands for the number of what stays as it is.
const UNTOUCHED: u32 = u32::MAX;

/// The bit of the thing at that place in a list of up to 64.
fn bit(place: usize) -> u64 {
    u32::try_from(place).map_or(0, |place| 1_u64.unbounded_shl(place))
}

/// The numbers of a state's parts, and the number of what they have in common.
const fn split(key: &[u32]) -> (&[u32], u32) {
    match key.split_last() {
        Some((common, parts)) => (parts, *common),
        None => (&[], 0),
    }
}

/// A state as questions are asked about it.
const fn seen(key: &[u32], common: [u32; 3]) -> Seen<'_> {
    Seen { parts: split(key).0, common }
}

/// The action at that place.
fn at(place: usize) -> ActionId {
    ActionId(u32::try_from(place).unwrap_or(u32::MAX))
}

/// The number of a thing in a table, 0 if it is nothing; none if there is no memory for it.
fn number_in<T: Hash + Eq + Clone + Default>(table: &mut Parts<T>, thing: &T, size: fn(&T) -> usize) -> Option<u32> {
    if *thing == T::default() { Some(0) } else { table.number(thing, size) }
}

/// The place that an entry about to be added gets.
fn next_place<T>(list: &mut Vec<T>) -> Option<u32> {
    list.try_reserve(1).ok()?;
    u32::try_from(list.len()).ok()
}

impl Ahead {
    fn clear(&mut self) {
        self.keys.clear();
        self.choices.clear();
    }

    fn bytes(&self) -> usize {
        (self.keys.capacity() + self.choices.capacity()) * size_of::<u32>()
            + self.glances.capacity() * size_of::<Glance>()
    }
}

impl Exploration {
    /// The memory in use, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let common = self.commons.bytes() + self.faults.bytes() + self.caches.bytes() + self.lines.bytes();
        let held = self.parts.bytes() + common + self.states.bytes() + self.parents.bytes();
        let worked_out = self.traits.capacity() * size_of::<Trait>()
            + self.menus.capacity() * size_of::<Menu>()
            + self.choices.capacity() * size_of::<Choice>()
            + self.outcomes.capacity() * size_of::<Outcome>()
            + self.more.capacity() * size_of::<More>()
            + self.changes.capacity() * size_of::<(u32, u32)>();
        held + worked_out + self.ahead.bytes() + self.recall.bytes()
    }

    /// Looks at the next state: its properties, and all that may happen in it, as far as so many transitions go.
    pub(super) fn expand(&mut self, until: u64) {
        if self.paused.is_some() {
            return self.take_all(until);
        }
        if self.next as usize >= self.states.len() {
            self.ended = Some(if self.unexpanded == 0 { End::Complete } else { End::Depth });
            return;
        }
        if self.next >= self.level_end {
            self.depth += 1;
            self.level_end = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        }
        self.from_key.clear();
        self.from_key.extend_from_slice(self.states.get(self.next));
        self.from_common = self.commons.get(split(&self.from_key).1).copied().unwrap_or_default();
        let (settled, pending, count) = self.sum();
        self.judge_state(self.next, settled);
        if self.depth >= self.space.bounds.depth {
            self.unexpanded += 1;
            return self.go_on();
        }
        self.groups.clear();
        self.groups.extend(self.space.groups(count));
        self.crowded = self.space.bounds.is_crowded(pending);
        self.take_all(until);
    }

    /// Turns to the state after this one.
    fn go_on(&mut self) {
        self.next += 1;
        if self.only_properties && self.watched.iter().all(|watched| watched.found.is_some()) {
            self.ended = Some(End::Found);
        }
    }

    fn trait_of(&self, number: u32) -> Option<&Trait> {
        self.traits.get((number as usize).checked_sub(1)?)
    }

    /// Of the state in `from_key`: whether nothing is under way, how many pieces of work are due, how many actions there
    /// are.
    fn sum(&self) -> (bool, usize, usize) {
        let [faults, ..] = self.from_common;
        let start = (faults == 0, 0, 0);
        split(&self.from_key)
            .0
            .iter()
            .filter_map(|number| self.trait_of(*number))
            .fold(start, |(settled, pending, count), part| (settled && part.settled, pending + part.pending, count + 1))
    }

    /// Makes `before` the world of the state in `from_key`.
    fn put(&mut self, state: u32) {
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

    /// Notes what a state, or a choice of it, shows of the properties.
    fn note(&mut self, shown: u64, state: u32, choice: Option<u32>) {
        let new = shown & !self.found;
        if new == 0 {
            return;
        }
        self.found |= new;
        for (place, watched) in self.watched.iter_mut().enumerate() {
            if new & bit(place) != 0 {
                watched.found = Some((state, choice));
            }
        }
    }

    /// Judges the state in `from_key`, action by action.
    fn judge_state(&mut self, state: u32, settled: bool) {
        if self.watched.len() == self.found.count_ones() as usize {
            return;
        }
        let kinds: &[Asked] = if settled { &[Asked::Laws, Asked::SettledLaws] } else { &[Asked::Laws] };
        for place in 0..self.space.width() {
            let number = self.from_key.get(place).copied().unwrap_or(0);
            let Some(questions) = self.trait_of(number).map(|part| part.questions) else { continue };
            for &asked in kinds {
                let question = questions.plus(asked as u32);
                let known = self.recall.ask(question, seen(&self.from_key, self.from_common));
                let shown = match known.and_then(|answer| self.shown.get(answer as usize)) {
                    Some(shown) => *shown,
                    None => self.judge_part(state, place, matches!(asked, Asked::SettledLaws), question),
                };
                self.note(shown, state, None);
            }
        }
    }

    /// The laws of worlds, or of those in which nothing is under way, that speak of an action and that this state shows.
    fn judge_part(&mut self, state: u32, place: usize, settled: bool, question: Question) -> u64 {
        self.put(state);
        let footprint = self.before.footprint();
        footprint.begin();
        let mut shown = 0;
        for (number, watched) in self.watched.iter().enumerate().filter(|(_, watched)| watched.found.is_none()) {
            let law = watched.property.law;
            if law.is_of_settled() == settled
                && law.of_world(&self.before, settled, at(place)) == Some(watched.property.kind == Kind::Sometimes)
            {
                shown |= bit(number);
            }
        }
        let marks = footprint.marks();
        let answer = self.shown.iter().position(|known| *known == shown).unwrap_or_else(|| {
            self.shown.push(shown);
            self.shown.len() - 1
        });
        let answer = u32::try_from(answer).unwrap_or(u32::MAX);
        self.recall.learn(question, Some(place), marks, seen(&self.from_key, self.from_common), answer);
        shown
    }

    /// Takes every choice of the state in `from_key`, or goes on where it paused. A state of a large world has thousands of
    /// choices, so it pauses when there were as many transitions as there may be.
    fn take_all(&mut self, until: u64) {
        let state = self.next;
        let mut paused = self.paused.take();
        let (from, mut choice) = paused.map_or((0, 0), |paused| (paused.group, paused.choice));
        for number in from..self.groups.len() {
            let Some(&group) = self.groups.get(number) else { break };
            let own = match group {
                Group::Action(id) | Group::Again(id) => Some(id.index()),
                Group::Rest => None,
            };
            let (menu, first) = match paused.take() {
                Some(paused) => (Some(paused.menu), paused.place),
                None => (self.menu(state, group, own), 0),
            };
            let Some(menu) = menu else {
                self.ended = Some(End::Bytes);
                return;
            };
            for place in first..menu.len {
                if self.transitions >= until {
                    self.paused = Some(Paused { group: number, menu, place, choice });
                    return;
                }
                self.take(state, choice, own, menu, place);
                if self.ended.is_some() {
                    // What is ahead is taken again if the search goes on behind what it has reached.
                    self.ahead.clear();
                    return;
                }
                choice = choice.saturating_add(1);
            }
            if menu.outcomes.is_none() {
                self.choices.truncate(menu.first as usize);
            }
        }
        self.hold(state);
        if self.ended.is_none() {
            self.go_on();
        }
    }

    /// The choices of a group, about the part at `own`; none if there is no memory for them.
    fn menu(&mut self, state: u32, group: Group, own: Option<usize>) -> Option<Menu> {
        let part = own.and_then(|place| self.from_key.get(place)).and_then(|number| self.trait_of(*number));
        let asked = match (group, self.crowded) {
            (Group::Action(_) | Group::Rest, false) => Asked::Choices,
            (Group::Action(_) | Group::Rest, true) => Asked::ChoicesWhenCrowded,
            (Group::Again(_), false) => Asked::Again,
            (Group::Again(_), true) => Asked::AgainWhenCrowded,
        };
        let question = part.map_or(self.rest, |part| part.questions).plus(asked as u32);
        let known = self.recall.ask(question, seen(&self.from_key, self.from_common));
        if let Some(menu) = known.and_then(|answer| self.menus.get(answer as usize)) {
            return Some(*menu);
        }
        self.put(state);
        self.before.footprint().begin();
        self.listed.clear();
        self.space.choices_of(group, &self.before, self.crowded, &mut self.listed);
        let marks = self.before.footprint().marks();
        let len = u32::try_from(self.listed.len()).ok()?;
        let first = u32::try_from(self.choices.len()).ok()?;
        self.choices.try_reserve(self.listed.len()).ok()?;
        self.choices.extend(self.listed.iter().map(|command| Choice::of(&self.before, command)));
        let answer = next_place(&mut self.menus)?;
        let seen = seen(&self.from_key, self.from_common);
        // Questions are worth asking only if the menu comes again.
        let is_kept = self.recall.learn(question, own, marks, seen, answer);
        let outcomes = if is_kept { Some(self.recall.questions(len)?) } else { None };
        let menu = Menu { outcomes, first, len };
        if is_kept {
            self.menus.push(menu);
        }
        Some(menu)
    }

    /// Takes one choice: of a menu, the one at that place.
    fn take(&mut self, state: u32, choice: u32, own: Option<usize>, menu: Menu, place: u32) {
        self.transitions += 1;
        let question = menu.outcomes.map(|first| first.plus(place));
        let known = question.and_then(|question| self.recall.ask(question, seen(&self.from_key, self.from_common)));
        if let Some(outcome) = known.and_then(|answer| self.outcomes.get(answer as usize)) {
            let outcome = *outcome;
            return self.enter(state, choice, outcome);
        }
        let Some((outcome, marks)) = self.work_out(state, menu.first as usize + place as usize) else {
            self.ended = Some(End::Bytes);
            return;
        };
        let kept = question.is_some_and(|question| {
            let Some(answer) = next_place(&mut self.outcomes) else { return false };
            let seen = seen(&self.from_key, self.from_common);
            let kept = self.recall.learn(question, own, marks, seen, answer);
            if kept {
                self.outcomes.push(outcome);
            }
            kept
        });
        self.enter(state, choice, outcome);
        if !kept && let Some(more) = (outcome.more as usize).checked_sub(1) {
            let changes = self.more.get(more).map_or(0, |more| more.changes);
            self.changes.truncate(changes as usize);
            self.more.truncate(more);
        }
    }

    /// Works out what becomes of a choice, and what was looked at to find out; none if there is no memory for it.
    fn work_out(&mut self, state: u32, choice: usize) -> Option<(Outcome, Marks)> {
        self.put(state);
        let command = &self.choices.get(choice)?.in_world(&self.before);
        self.after.copy(&self.before);
        self.facts.clear();
        self.before.footprint().begin();
        self.after.footprint().begin();
        self.after.apply_untimed(command, &mut self.facts);
        let touched = self.after.footprint().marks();
        let step = Transition { before: &self.before, command, facts: &self.facts, after: &self.after };
        let mut shown = 0;
        for (number, watched) in self.watched.iter().enumerate().filter(|(_, watched)| watched.found.is_none()) {
            let expected = Some(watched.property.kind == Kind::Sometimes);
            let mut actions = (0..self.space.width()).filter(|place| touched.has(*place)).map(at);
            if actions.any(|id| watched.property.law.of_step(&step, id) == expected) {
                shown |= bit(number);
            }
        }
        let marks = self.before.footprint().marks().and(self.after.footprint().marks());
        let told = self.targets.iter().enumerate().filter(|(_, target)| target.is_told(&self.facts));
        let told = told.fold(0, |told, (place, _)| told | bit(place));
        self.cover();
        let numbers = self.write_key(touched)?;
        let mut common = [UNTOUCHED; 3];
        for ((relative, new), old) in common.iter_mut().zip(numbers).zip(self.from_common) {
            if new != old {
                *relative = new;
            }
        }
        let mut moved = self.key.iter().zip(&self.from_key).zip(0_u32..).take(self.space.width());
        let mut moved =
            std::iter::from_fn(move || moved.find(|((new, old), _)| new != old).map(|((new, _), place)| (place, *new)));
        let (place, number) = moved.next().unwrap_or((NOWHERE, 0));
        let changes = u32::try_from(self.changes.len()).ok()?;
        self.changes.try_reserve(self.key.len()).ok()?;
        self.changes.extend(moved);
        let changed = u32::try_from(self.changes.len()).ok()? - changes;
        let is_all = shown == 0 && told == 0 && common == [UNTOUCHED; 3] && changed == 0;
        let more = if is_all {
            0
        } else {
            let more = next_place(&mut self.more)?;
            self.more.push(More { shown, told, common, changes, changed });
            more + 1
        };
        Some((Outcome { place, number, more }, marks))
    }

    /// Goes where a choice leads.
    fn enter(&mut self, state: u32, choice: u32, outcome: Outcome) {
        let start = self.ahead.keys.len();
        if self.ahead.keys.try_reserve(self.from_key.len()).is_err() {
            self.ended = Some(End::Bytes);
            return;
        }
        self.ahead.keys.extend(self.from_key.iter().copied());
        let key = self.ahead.keys.get_mut(start..).unwrap_or_default();
        if let Some(slot) = key.get_mut(outcome.place as usize) {
            *slot = outcome.number;
        }
        let more = (outcome.more as usize).checked_sub(1).and_then(|more| self.more.get(more)).copied();
        if let Some(more) = more {
            let from = more.changes as usize;
            for &(place, number) in self.changes.get(from..from + more.changed as usize).unwrap_or_default() {
                if let Some(slot) = key.get_mut(place as usize) {
                    *slot = number;
                }
            }
            let mut numbers = self.from_common;
            for (number, new) in numbers.iter_mut().zip(more.common).filter(|(_, new)| *new != UNTOUCHED) {
                *number = new;
            }
            if numbers != self.from_common {
                match (key.last_mut(), number_in(&mut self.commons, &numbers, |_| 0)) {
                    (Some(slot), Some(number)) => *slot = number,
                    _ => {
                        self.ended = Some(End::Bytes);
                        return;
                    }
                }
            }
            self.note(more.shown, state, Some(choice));
        }
        if !self.targets.is_empty() && self.reaches(more.map_or(0, |more| more.told), start) {
            // After a way that was no use, the search goes on behind it.
            let is_new = self.reached.is_none_or(|last| last < (state, choice));
            if is_new {
                self.reached = Some((state, choice));
                self.ended = Some(End::Reached);
            }
        }
        if outcome.place == NOWHERE && outcome.more == 0 {
            self.ahead.keys.truncate(start);
        } else {
            self.ahead.choices.push(choice);
        }
    }

    /// Holds the states that the choices of a state lead to, in their order.
    fn hold(&mut self, state: u32) {
        let mut ahead = std::mem::take(&mut self.ahead);
        self.states.glance(&ahead.keys, &mut ahead.glances);
        let found = ahead.keys.chunks_exact(self.key.len()).zip(&ahead.choices).zip(&ahead.glances);
        for ((key, &choice), glance) in found.filter(|(_, glance)| !glance.known) {
            match self.states.insert(key, glance.hash, self.space.bounds.states) {
                Held::Known => {}
                Held::New if self.parents.push(std::iter::once(Parent { state, choice })) => self.keep_within(),
                Held::New | Held::Full => self.ended = Some(End::Bytes),
                Held::Beyond => self.ended = Some(End::States),
            }
            if self.ended.is_some() {
                break;
            }
        }
        ahead.clear();
        self.ahead = ahead;
    }

    /// Whether the step into the state whose key begins there among those ahead, and whose facts told of so many, reaches
    /// all targets.
    fn reaches(&self, told: u64, start: usize) -> bool {
        let (parts, common) = split(self.ahead.keys.get(start..).unwrap_or_default());
        let start = (self.commons.get(common).is_none_or(|[faults, ..]| *faults == 0), 0);
        let (settled, met) = parts
            .iter()
            .filter_map(|number| self.trait_of(*number))
            .fold(start, |(settled, met), part| (settled && part.settled, met | part.met));
        self.targets.iter().enumerate().all(|(place, target)| {
            told & bit(place) != 0 || (met & bit(place) != 0 && (settled || !target.is_of_settled()))
        })
    }

    /// Ends the search where its memory does, which is looked at now and then.
    fn keep_within(&mut self) {
        const OFTEN: usize = 1 << 8;
        const SELDOM: usize = 1 << 12;
        let states = self.states.len();
        let (often, seldom) = (states.is_multiple_of(OFTEN), states.is_multiple_of(SELDOM));
        let is_over = |search: &Exploration| search.bytes() + search.states.growth(OFTEN) > search.space.bounds.bytes;
        // A small search is looked at as well: when it has grown to twice as much.
        if ((often || states.is_power_of_two()) && is_over(self)) || (seldom && !table::has_headroom()) {
            self.ended = Some(End::Bytes);
        }
    }

    /// The key of `after`, whose actions are as in `from_key` but for those touched, and the numbers of what they have in
    /// common; none if there is no memory for them.
    pub(super) fn write_key(&mut self, touched: Marks) -> Option<[u32; 3]> {
        self.key.clear();
        self.key.extend_from_slice(&self.from_key);
        let mut numbers = self.from_common;
        for place in (0..self.space.width()).filter(|place| touched.has(*place)) {
            let number = self.number_of(place)?;
            if let Some(slot) = self.key.get_mut(place) {
                *slot = number;
            }
        }
        let [faults, cache, line] = &mut numbers;
        if COMMON.iter().any(|mark| touched.covers(*mark)) {
            self.after.common(&mut self.common);
            let common = &self.common;
            *faults = number_in(&mut self.faults, &common.faults, |list| list.capacity() * size_of::<ArmedFault>())?;
            *cache = number_in(&mut self.caches, &common.cache, |list| list.capacity() * size_of::<CacheEntry>())?;
            *line = number_in(&mut self.lines, &common.line, Line::size)?;
        }
        Some(numbers)
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
            let met = self.targets.iter().enumerate().filter(|(_, target)| target.is_at(&self.after, id));
            let met = met.fold(0, |met, (place, _)| met | bit(place));
            let pending = part.pending_count();
            let settled = part.is_settled();
            self.traits.try_reserve(1).ok()?;
            let questions = self.recall.questions(ASKED)?;
            self.traits.push(Trait { questions, pending, settled, met });
        }
        Some(number)
    }

    /// Notes the rules and the changes of phases that the facts tell of.
    fn cover(&mut self) {
        for fact in &self.facts {
            let edge = match fact.what {
                What::RowCreated { phase, .. } => Some((None, phase, fact.rule)),
                What::PhaseRecorded { from, to, .. } => Some((Some(from), to, fact.rule)),
                _ => None,
            };
            if let Some(met) = self.rules_met.get_mut(fact.rule as usize) {
                *met = true;
            }
            if let Some(edge) = edge
                && !self.edges.contains(&edge)
            {
                self.edges.push(edge);
            }
        }
    }
}
