//! What states and steps show: properties, targets, rules and changes of phases.

use super::Exploration;
use super::keys::{Asked, Sum, at, bit, seen, set_of, split};
use super::recall::Question;
use crate::drive::properties::{Kind, Transition};
use crate::model::What;
use crate::world::NumberedCommand;
use crate::world::footprint::Marks;

impl Exploration {
    /// Judges the state in `from_key`, action by action.
    pub(super) fn judge_state(&mut self, state: u32, settled: bool) {
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
        let shown = set_of(&self.watched, |watched| {
            let law = watched.property.law;
            watched.found.is_none()
                && law.is_of_settled() == settled
                && law.of_world(&self.before, settled, at(place)) == Some(watched.property.kind == Kind::Sometimes)
        });
        let marks = footprint.marks();
        let answer = self.shown.iter().position(|known| *known == shown).unwrap_or_else(|| {
            self.shown.push(shown);
            self.shown.len() - 1
        });
        let answer = u32::try_from(answer).unwrap_or(u32::MAX);
        self.recall.learn(question, Some(place), marks, seen(&self.from_key, self.from_common), answer);
        shown
    }

    /// The properties that the step from `before` to `after` shows, one bit each. It touched these.
    pub(super) fn shown_by_step(&self, command: &NumberedCommand, touched: Marks) -> u64 {
        let step = Transition { before: &self.before, command, facts: &self.facts, after: &self.after };
        set_of(&self.watched, |watched| {
            let expected = Some(watched.property.kind == Kind::Sometimes);
            let mut actions = (0..self.space.width()).filter(|place| touched.has(*place)).map(at);
            watched.found.is_none() && actions.any(|id| watched.property.law.of_step(&step, id) == expected)
        })
    }

    /// Notes what a state, or a choice of it, shows of the properties.
    pub(super) fn note(&mut self, shown: u64, state: u32, choice: Option<u32>) {
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

    /// Whether a step whose facts told of these targets, and that leads to that state, reaches all of them.
    pub(super) fn reaches(&self, told: u64, key: &[u32]) -> bool {
        let has_faults = self.commons.get(split(key).1).is_some_and(|[faults, ..]| *faults != 0);
        let Sum { settled, met, .. } = self.sum(key, has_faults);
        self.targets.iter().enumerate().all(|(place, target)| {
            told & bit(place) != 0 || (met & bit(place) != 0 && (settled || !target.is_of_settled()))
        })
    }

    /// Notes the rules and the changes of phases that the facts tell of.
    pub(super) fn cover(&mut self) {
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
