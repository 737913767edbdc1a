//! What a search has worked out, in lists whose things know each other by their places.

use super::recall::Question;
use super::replay::Choice;
use std::marker::PhantomData;
use std::num::NonZeroU32;

/// A place in a list of things of that sort. It is held as one more than it is, so that none at all takes no more room.
#[derive(Debug)]
pub struct Place<T>(NonZeroU32, PhantomData<fn() -> T>);

impl<T> Clone for Place<T> {
    fn clone(&self) -> Place<T> {
        *self
    }
}

impl<T> Copy for Place<T> {}

impl<T> Place<T> {
    /// The place after so many others; none if no number is left for it.
    fn after(count: usize) -> Option<Place<T>> {
        Place::answered(u32::try_from(count).ok()?)
    }

    /// The place that is the answer to a question.
    pub fn answered(answer: u32) -> Option<Place<T>> {
        Some(Place(NonZeroU32::new(answer.checked_add(1)?)?, PhantomData))
    }

    /// It as the answer to a question.
    pub const fn answer(self) -> u32 {
        self.0.get() - 1
    }
}

/// Things that stand one after the other in a list.
#[derive(Debug)]
pub struct Span<T> {
    first: u32,
    /// How many they are.
    pub len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Span<T> {
    fn clone(&self) -> Span<T> {
        *self
    }
}

impl<T> Copy for Span<T> {}

impl<T> Span<T> {
    /// The place of the one with that number among them.
    pub fn place(self, number: u32) -> Option<Place<T>> {
        Place::answered(self.first.checked_add(number)?)
    }
}

/// A list that grows at its end. That there is no memory left is an answer, and not the end of everything.
#[derive(Debug, Clone)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    /// An empty list.
    pub const fn new() -> List<T> {
        List(Vec::new())
    }

    /// The place that the next thing gets; none if there is no memory for it.
    pub fn next(&mut self) -> Option<Place<T>> {
        self.0.try_reserve(1).ok()?;
        Place::after(self.0.len())
    }

    /// Adds a thing, and answers its place.
    pub fn push(&mut self, thing: T) -> Option<Place<T>> {
        let place = self.next()?;
        self.0.push(thing);
        Some(place)
    }

    /// Adds things, so many at the most.
    pub fn extend(&mut self, most: usize, things: impl Iterator<Item = T>) -> Option<Span<T>> {
        let first = u32::try_from(self.0.len()).ok()?;
        self.0.try_reserve(most).ok()?;
        self.0.extend(things);
        Some(Span { first, len: u32::try_from(self.0.len()).ok()? - first, of: PhantomData })
    }

    /// The thing at a place.
    pub fn get(&self, place: Place<T>) -> Option<&T> {
        self.0.get(place.answer() as usize)
    }

    /// The things of a span.
    pub fn all(&self, span: Span<T>) -> &[T] {
        let first = span.first as usize;
        self.0.get(first..first + span.len as usize).unwrap_or_default()
    }

    /// Takes that one out again, and those after it.
    pub fn cut(&mut self, from: Place<T>) {
        self.0.truncate(from.answer() as usize);
    }

    /// Takes those of a span out again, and those after them.
    pub fn cut_span(&mut self, from: Span<T>) {
        self.0.truncate(from.first as usize);
    }

    /// The memory it takes up, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<T>()
    }
}

/// Choices that belong together, with a question each: what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Menu {
    /// The first of these questions, if they are worth asking: if the same choices come again.
    pub outcomes: Option<Question>,
    pub choices: Span<Choice>,
}

/// A part of a state that becomes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Where it stands in the key.
    pub part: u32,
    /// Its new number.
    pub number: u32,
}

impl Change {
    /// The change of no part: none stands there.
    pub const NONE: Change = Change { part: u32::MAX, number: 0 };

    /// Makes it in a key.
    pub fn make(self, key: &mut [u32]) {
        if let Some(number) = key.get_mut(self.part as usize) {
            *number = self.number;
        }
    }
}

/// What becomes of a choice. Most change one part and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// The first part that changes.
    pub change: Change,
    pub more: Option<Place<More>>,
}

/// What else becomes of a choice.
#[derive(Debug, Clone, Copy)]
pub struct More {
    /// The properties that the step shows, one bit each.
    pub shown: u64,
    /// The targets that its facts tell of, likewise.
    pub told: u64,
    pub common: CommonChange,
    /// The other parts that change.
    pub changes: Span<Change>,
}

impl More {
    /// Whether there is nothing else.
    pub fn is_nothing(&self) -> bool {
        self.shown == 0 && self.told == 0 && self.common == CommonChange::NONE && self.changes.len == 0
    }
}

/// The new numbers of what the actions have in common, as in [`super::recall::COMMON`], where they are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommonChange([u32; 3]);

impl CommonChange {
    /// Stands for the number of what stays as it is.
    const SAME: u32 = u32::MAX;

    const NONE: CommonChange = CommonChange([CommonChange::SAME; 3]);

    /// What makes the new numbers of the old ones.
    pub fn between(old: [u32; 3], new: [u32; 3]) -> CommonChange {
        let mut change = CommonChange::NONE;
        for ((change, new), _) in change.0.iter_mut().zip(new).zip(old).filter(|((_, new), old)| new != old) {
            *change = new;
        }
        change
    }

    /// The new numbers.
    pub fn made(self, mut numbers: [u32; 3]) -> [u32; 3] {
        for (number, new) in numbers.iter_mut().zip(self.0).filter(|(_, new)| *new != CommonChange::SAME) {
            *number = new;
        }
        numbers
    }
}

/// The lists.
#[derive(Debug, Clone)]
pub struct WorkedOut {
    pub menus: List<Menu>,
    pub choices: List<Choice>,
    pub outcomes: List<Outcome>,
    pub more: List<More>,
    pub changes: List<Change>,
}

impl WorkedOut {
    /// Nothing.
    pub const fn nothing() -> WorkedOut {
        WorkedOut {
            menus: List::new(),
            choices: List::new(),
            outcomes: List::new(),
            more: List::new(),
            changes: List::new(),
        }
    }

    /// Takes out again what else the outcome that was worked out last has.
    pub fn forget_more(&mut self, outcome: Outcome) {
        let Some(place) = outcome.more else { return };
        if let Some(more) = self.more.get(place) {
            self.changes.cut_span(more.changes);
        }
        self.more.cut(place);
    }

    /// The memory that they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.menus.bytes() + self.choices.bytes() + self.outcomes.bytes() + self.more.bytes() + self.changes.bytes()
    }
}
