//! What a search has worked out and does not work out again. A question is about one part of a state ("what may happen
//! to this action?", "what becomes of that choice?"). Its answer holds in every state that agrees on what was looked at to
//! find it, its footprint: what is looked at next follows from what was seen before, so a state that agrees on all of it
//! would have been looked at in the same places, and answered alike.

use super::table::{Slots, Spread};
use crate::world::footprint::Marks;

/// A state as questions are asked about it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The numbers of its parts; 0 where there is no action yet.
    pub parts: &'a [u32],
    /// The numbers of what they have in common, as in [`COMMON`]; 0 if it is nothing.
    pub common: [u32; 3],
}

/// What actions have in common, in order.
pub const COMMON: [Marks; 3] = [Marks::FAULTS, Marks::CACHE, Marks::LINE];

impl Seen<'_> {
    /// Whether no call is to fail and the catalog is empty.
    const fn is_usual(&self) -> bool {
        let [faults, cache, _] = self.common;
        faults == 0 && cache == 0
    }

    /// How many actions there are.
    fn count(&self) -> u32 {
        self.parts.iter().map(|part| u32::from(*part != 0)).sum()
    }

    /// Whether those marks tell this state from all others, but for what the actions have in common.
    pub fn is_told_by(&self, marks: Marks) -> bool {
        let missed = |(place, part): (usize, &u32)| !marks.has(place) && (*part != 0 || !marks.covers(Marks::COUNT));
        !self.parts.iter().enumerate().any(missed)
    }
}

/// A question, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question(u32);

impl Question {
    /// The question that many further on among those made at once.
    pub const fn plus(self, further: u32) -> Question {
        Question(self.0 + further)
    }
}

/// What most steps look at, and find nothing there.
const USUALLY: Marks = Marks::FAULTS.and(Marks::CACHE);

/// What is known of a question.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// One more than the answer that was found in the question's own part, with no call to fail and an empty catalog; 0
    /// if there is none. The part is the same wherever the question is asked, so no key is needed to find the answer.
    alone: u32,
    /// One more than the place of the footprint met last; 0 if there is none.
    last: u32,
}

/// Answers by question and by what they follow from.
#[derive(Debug, Clone)]
pub struct Recall {
    questions: Vec<Known>,
    /// Footprints, each with its question's one before, as in [`Known::last`].
    footprints: Vec<(Marks, u32)>,
    slots: Slots,
    /// For each answer: the answer, then the words of [`Lookup`].
    words: Vec<u32>,
    /// The memory that it may take up, in bytes; beyond, questions are asked again and again.
    limit: usize,
}

/// A question with a footprint and what is seen at it, in words.
struct Lookup {
    words: [u32; Lookup::LEN],
    len: usize,
}

impl Lookup {
    /// The question, the footprint, at most so many places, how many there are, what they have in common.
    const LEN: usize = 2 + Marks::PLACES + 1 + 3;

    fn new(question: Question, marks: Marks, seen: Seen) -> Lookup {
        let mut lookup = Lookup { words: [0; Lookup::LEN], len: 0 };
        lookup.add(question.0);
        lookup.add(marks.number());
        for place in marks.places() {
            lookup.add(seen.parts.get(place).copied().unwrap_or(0));
        }
        if marks.covers(Marks::COUNT) {
            lookup.add(seen.count());
        }
        for (mark, number) in COMMON.into_iter().zip(seen.common) {
            if marks.covers(mark) {
                lookup.add(number);
            }
        }
        lookup
    }

    fn add(&mut self, word: u32) {
        if let Some(slot) = self.words.get_mut(self.len) {
            *slot = word;
            self.len += 1;
        }
    }

    fn words(&self) -> &[u32] {
        self.words.get(..self.len).unwrap_or_default()
    }

    fn hash(&self) -> u64 {
        self.words().iter().fold(Spread::default(), |hash, word| hash.and(u64::from(*word))).spread()
    }
}

/// Adds to a list; false if there is no memory left.
fn push<T>(list: &mut Vec<T>, things: impl Iterator<Item = T>, count: usize) -> bool {
    let has_room = list.try_reserve(count).is_ok();
    if has_room {
        list.extend(things);
    }
    has_room
}

impl Recall {
    /// Nothing, which may become so many bytes.
    pub fn within(limit: usize) -> Recall {
        Recall { questions: Vec::new(), footprints: Vec::new(), slots: Slots::new(), words: Vec::new(), limit }
    }

    /// So many new questions, if there is memory for them.
    pub fn questions(&mut self, count: u32) -> Option<Question> {
        let first = u32::try_from(self.questions.len()).ok()?;
        let count = count as usize;
        push(&mut self.questions, std::iter::repeat_n(Known::default(), count), count).then_some(Question(first))
    }

    /// The answer to a question in that state, if it follows from what is known.
    pub fn ask(&self, question: Question, seen: Seen) -> Option<u32> {
        let known = self.questions.get(question.0 as usize)?;
        if known.alone != 0 && seen.is_usual() {
            return Some(known.alone - 1);
        }
        let mut next = known.last;
        while let Some(&(marks, before)) = self.footprints.get((next as usize).checked_sub(1)?) {
            if let Ok(place) = self.find(&Lookup::new(question, marks, seen)) {
                return self.words.get(place as usize).copied();
            }
            next = before;
        }
        None
    }

    /// Keeps an answer that was found in that state, about the part at `own`, by looking at what is marked; false if it is
    /// not kept, since no other state will ask for it or there is no memory.
    pub fn learn(&mut self, question: Question, own: Option<usize>, marks: Marks, seen: Seen, answer: u32) -> bool {
        let is_known = |known: &&mut Known| {
            own.is_some_and(|own| own < Marks::PLACES && Marks::of(own).and(USUALLY).covers(marks)) && known.alone == 0
        };
        if seen.is_usual()
            && let Some(known) = self.questions.get_mut(question.0 as usize).filter(is_known)
        {
            known.alone = answer + 1;
            return true;
        }
        if seen.is_told_by(marks) || self.bytes() > self.limit {
            return false;
        }
        let lookup = Lookup::new(question, marks, seen);
        let Err(slot) = self.find(&lookup) else { return false };
        let Ok(place) = u32::try_from(self.words.len()) else { return false };
        let words = std::iter::once(answer).chain(lookup.words().iter().copied());
        if !self.has_footprint(question, marks) || !push(&mut self.words, words, lookup.words().len() + 1) {
            return false;
        }
        if !self.slots.fill(slot, lookup.hash(), place) {
            // The table cannot grow: it keeps what it has.
            self.limit = 0;
        }
        true
    }

    /// Whether the question has that footprint, from now on.
    fn has_footprint(&mut self, question: Question, marks: Marks) -> bool {
        let Some(known) = self.questions.get_mut(question.0 as usize) else { return false };
        let mut next = known.last;
        while let Some(&(held, before)) = (next as usize).checked_sub(1).and_then(|place| self.footprints.get(place)) {
            if held == marks {
                return true;
            }
            next = before;
        }
        let has_room = push(&mut self.footprints, std::iter::once((marks, known.last)), 1);
        if has_room {
            known.last = u32::try_from(self.footprints.len()).unwrap_or(0);
        }
        has_room
    }

    /// Where the answer to that lookup is, or its slot.
    fn find(&self, lookup: &Lookup) -> Result<u32, usize> {
        let words = lookup.words();
        self.slots.find(lookup.hash(), |place| {
            let from = place as usize + 1;
            self.words.get(from..from + words.len()) == Some(words)
        })
    }

    /// The memory it takes up, in bytes.
    pub fn bytes(&self) -> usize {
        self.questions.capacity() * size_of::<Known>()
            + self.footprints.capacity() * size_of::<(Marks, u32)>()
            + self.words.capacity() * size_of::<u32>()
            + self.slots.bytes()
    }
}
