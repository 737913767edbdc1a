//! How a state is looked at. All that may happen in it is taken choice by choice; what a choice does is worked out in a
//! world once, and remembered for every state that agrees on what it looked at ([`super::recall`]).
//!
//! Nothing of this holds a world. A state is a key, numbers in a row, and what was worked out stands in lists
//! ([`super::worked_out`]) whose things know each other by their places:
//!
//! ```text
//!   key of a state     [ part | part | … | common ]          0 where there is no action, or nothing in common
//!                         │                 └─▶ commons [ faults | cache | line ] ─▶ faults, caches, lines
//!                         └─▶ parts, and beside each its traits: its questions, and what sums up over a state
//!                                                           │
//!   question and what the state shows of its footprint ─────┴─▶ recall ─▶ an answer, which is a place in
//!
//!   menus      [ choices | the first of as many questions: what becomes of each? ]
//!                 └─▶ choices [ command ][ command ] …
//!   outcomes   [ first part that changes, its new number | more ]
//!                                                            └─▶ more [ shown | told | common | changes ]
//!                                                                                                  └─▶ changes [ part, number ] …
//!   shown      [ properties that a world shows ]
//! ```
//!
//! So a choice that was met before costs two look-ups, one for its menu and one for its outcome, and the copy of a key.

use super::keys::{Asked, Sum, Trait, number_in, seen, set_of};
use super::recall::Question;
use super::replay::Choice;
use super::space::Group;
use super::table::{self, Glance, Held};
use super::worked_out::{Change, CommonChange, Menu, More, Outcome, Place};
use super::{End, Exploration, Parent};
use crate::world::footprint::Marks;

/// Where the choices of a state were left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paused {
    /// The place of the group in the list of groups.
    group: usize,
    menu: Menu,
    /// How many choices of the menu were taken, and of the state.
    of_menu: u32,
    of_state: u32,
}

/// Where the choices of a state lead. They are looked up together, so that memory is waited for once.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// Their keys, one after the other.
    keys: Vec<u32>,
    choices: Vec<u32>,
    glances: Vec<Glance>,
}

impl Ahead {
    fn clear(&mut self) {
        self.keys.clear();
        self.choices.clear();
    }

    /// Adds a key, which is to be changed; none if there is no memory for it.
    fn add(&mut self, key: &[u32]) -> Option<&mut [u32]> {
        let start = self.keys.len();
        self.keys.try_reserve(key.len()).ok()?;
        self.keys.extend_from_slice(key);
        self.keys.get_mut(start..)
    }

    /// The key that was added last, of so many numbers.
    fn last(&self, width: usize) -> &[u32] {
        self.keys.get(self.keys.len() - width..).unwrap_or_default()
    }

    /// Takes it out again.
    fn take_back(&mut self, width: usize) {
        self.keys.truncate(self.keys.len() - width);
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
        let traits = self.traits.capacity() * size_of::<Trait>();
        held + traits + self.worked_out.bytes() + self.ahead.bytes() + self.recall.bytes()
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
        self.turn_to(self.next);
        let [faults, ..] = self.from_common;
        let Sum { settled, pending, actions, .. } = self.sum(&self.from_key, faults != 0);
        self.judge_state(self.next, settled);
        if self.depth >= self.space.bounds.depth {
            self.unexpanded += 1;
            return self.go_on();
        }
        self.groups.clear();
        self.groups.extend(self.space.groups(actions));
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

    /// Takes every choice of the state in `from_key`, or goes on where it paused. A state of a large world has thousands of
    /// choices, so it pauses when there were as many transitions as there may be.
    fn take_all(&mut self, until: u64) {
        let mut paused = self.paused.take();
        let (from, of_state) = paused.map_or((0, 0), |paused| (paused.group, paused.of_state));
        let mut by = Parent { state: self.next, choice: of_state };
        for number in from..self.groups.len() {
            let Some(&group) = self.groups.get(number) else { break };
            let own = group.action();
            let (menu, first) = match paused.take() {
                Some(paused) => (Some(paused.menu), paused.of_menu),
                None => (self.menu(by.state, group, own), 0),
            };
            let Some(menu) = menu else {
                self.ended = Some(End::Bytes);
                return;
            };
            for of_menu in first..menu.choices.len {
                if self.transitions >= until {
                    self.paused = Some(Paused { group: number, menu, of_menu, of_state: by.choice });
                    return;
                }
                self.take(by, own, menu, of_menu);
                if self.ended.is_some() {
                    // What is ahead is taken again if the search goes on behind what it has reached.
                    self.ahead.clear();
                    return;
                }
                by.choice = by.choice.saturating_add(1);
            }
            if menu.outcomes.is_none() {
                self.worked_out.choices.cut_span(menu.choices);
            }
        }
        self.hold(by.state);
        if self.ended.is_none() {
            self.go_on();
        }
    }

    /// The choices of a group, about the part at `own`; none if there is no memory for them.
    fn menu(&mut self, state: u32, group: Group, own: Option<usize>) -> Option<Menu> {
        let question = self.question_of(group, own);
        let known = self.recall.ask(question, seen(&self.from_key, self.from_common));
        if let Some(menu) = known.and_then(Place::answered).and_then(|place| self.worked_out.menus.get(place)) {
            return Some(*menu);
        }
        self.put(state);
        self.before.footprint().begin();
        self.listed.clear();
        self.space.choices_of(group, &self.before, self.crowded, &mut self.listed);
        let marks = self.before.footprint().marks();
        let count = u32::try_from(self.listed.len()).ok()?;
        let choices = self.listed.iter().map(|command| Choice::of(&self.before, command));
        let choices = self.worked_out.choices.extend(self.listed.len(), choices)?;
        let place = self.worked_out.menus.next()?;
        let seen = seen(&self.from_key, self.from_common);
        // Questions are worth asking only if the menu comes again.
        if !self.recall.learn(question, own, marks, seen, place.answer()) {
            return Some(Menu { outcomes: None, choices });
        }
        let menu = Menu { outcomes: Some(self.recall.questions(count)?), choices };
        self.worked_out.menus.push(menu)?;
        Some(menu)
    }

    /// What the choices of a group are asked by.
    fn question_of(&self, group: Group, own: Option<usize>) -> Question {
        let part = own.and_then(|place| self.from_key.get(place)).and_then(|number| self.trait_of(*number));
        let asked = match (group, self.crowded) {
            (Group::Action(_) | Group::Rest, false) => Asked::Choices,
            (Group::Action(_) | Group::Rest, true) => Asked::ChoicesWhenCrowded,
            (Group::Again(_), false) => Asked::Again,
            (Group::Again(_), true) => Asked::AgainWhenCrowded,
        };
        part.map_or(self.rest, |part| part.questions).plus(asked as u32)
    }

    /// Takes the choice of a menu at that place, which is about the part at `own`.
    fn take(&mut self, by: Parent, own: Option<usize>, menu: Menu, of_menu: u32) {
        self.transitions += 1;
        let question = menu.outcomes.map(|first| first.plus(of_menu));
        let known = question.and_then(|question| self.recall.ask(question, seen(&self.from_key, self.from_common)));
        if let Some(outcome) = known.and_then(Place::answered).and_then(|place| self.worked_out.outcomes.get(place)) {
            let outcome = *outcome;
            return self.enter(by, outcome);
        }
        let worked_out = menu.choices.place(of_menu).and_then(|choice| self.work_out(by.state, choice));
        let Some((outcome, marks)) = worked_out else {
            self.ended = Some(End::Bytes);
            return;
        };
        let is_kept = question.is_some_and(|question| self.keep(question, own, marks, outcome));
        self.enter(by, outcome);
        if !is_kept {
            self.worked_out.forget_more(outcome);
        }
    }

    /// Keeps the answer to the question what becomes of a choice; false if there is no room for it.
    fn keep(&mut self, question: Question, own: Option<usize>, marks: Marks, outcome: Outcome) -> bool {
        let Some(place) = self.worked_out.outcomes.next() else { return false };
        let seen = seen(&self.from_key, self.from_common);
        self.recall.learn(question, own, marks, seen, place.answer())
            && self.worked_out.outcomes.push(outcome).is_some()
    }

    /// Works out what becomes of a choice, and what was looked at to find out; none if there is no memory for it.
    fn work_out(&mut self, state: u32, choice: Place<Choice>) -> Option<(Outcome, Marks)> {
        self.put(state);
        let command = &self.worked_out.choices.get(choice)?.in_world(&self.before);
        self.after.copy(&self.before);
        self.facts.clear();
        self.before.footprint().begin();
        self.after.footprint().begin();
        self.after.apply_untimed(command, &mut self.facts);
        let touched = self.after.footprint().marks();
        let shown = self.shown_by_step(command, touched);
        let marks = self.before.footprint().marks().and(self.after.footprint().marks());
        let told = set_of(&self.targets, |target| target.is_told(&self.facts));
        self.cover();
        let numbers = self.write_key(touched)?;
        let common = CommonChange::between(self.from_common, numbers);
        let parts = self.key.iter().zip(&self.from_key).zip(0_u32..).take(self.space.width());
        let mut changes =
            parts.filter(|((new, old), _)| new != old).map(|((new, _), part)| Change { part, number: *new });
        let change = changes.next().unwrap_or(Change::NONE);
        let changes = self.worked_out.changes.extend(self.key.len(), changes)?;
        let more = More { shown, told, common, changes };
        let more = if more.is_nothing() { None } else { Some(self.worked_out.more.push(more)?) };
        Some((Outcome { change, more }, marks))
    }

    /// Goes where a choice leads.
    fn enter(&mut self, by: Parent, outcome: Outcome) {
        if self.go(outcome).is_none() {
            self.ended = Some(End::Bytes);
            return;
        }
        let more = outcome.more.and_then(|place| self.worked_out.more.get(place));
        let (shown, told) = more.map_or((0, 0), |more| (more.shown, more.told));
        self.note(shown, by.state, Some(by.choice));
        let width = self.from_key.len();
        if !self.targets.is_empty() && self.reaches(told, self.ahead.last(width)) {
            // After a way that was no use, the search goes on behind it.
            let way = (by.state, by.choice);
            if self.reached.is_none_or(|last| last < way) {
                self.reached = Some(way);
                self.ended = Some(End::Reached);
            }
        }
        if outcome.change == Change::NONE && outcome.more.is_none() {
            self.ahead.take_back(width);
        } else {
            self.ahead.choices.push(by.choice);
        }
    }

    /// Adds the key of the state that an outcome leads to, to those ahead; none if there is no memory for it.
    fn go(&mut self, outcome: Outcome) -> Option<()> {
        let key = self.ahead.add(&self.from_key)?;
        outcome.change.make(key);
        let Some(more) = outcome.more.and_then(|place| self.worked_out.more.get(place)) else { return Some(()) };
        for other in self.worked_out.changes.all(more.changes) {
            other.make(key);
        }
        let numbers = more.common.made(self.from_common);
        if numbers != self.from_common {
            *key.last_mut()? = number_in(&mut self.commons, &numbers, |_| 0)?;
        }
        Some(())
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
}
