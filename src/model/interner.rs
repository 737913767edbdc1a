//! Numbers for things: each different thing is held once and known by its number.

use std::borrow::Borrow;

/// Things by number. Looking one up is a binary search, so a small table is small in code and in memory.
#[derive(Debug, Clone)]
pub struct Interner<T> {
    by_number: Vec<T>,
    /// The numbers, in the order of the things.
    sorted: Vec<u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner::new()
    }
}

impl<T> Interner<T> {
    /// An empty table.
    pub const fn new() -> Interner<T> {
        Interner { by_number: Vec::new(), sorted: Vec::new() }
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.by_number.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// The thing of that number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.by_number.get(number as usize)
    }

    /// The things, by number.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.by_number.iter()
    }

    /// Forgets all but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        if count < self.by_number.len() {
            self.by_number.truncate(count);
            self.sorted.retain(|number| (*number as usize) < count);
        }
    }
}

impl<T: Ord> Interner<T> {
    /// The number of a thing, if it is here.
    pub fn find<Q: Ord + ?Sized>(&self, thing: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        self.place(thing).ok().and_then(|place| self.sorted.get(place)).copied()
    }

    /// The number of a thing, and whether it is new; `own` makes it the table's own.
    pub fn intern<Q: Ord + ?Sized>(&mut self, thing: &Q, own: impl FnOnce() -> T) -> (u32, bool)
    where
        T: Borrow<Q>,
    {
        match self.place(thing) {
            Ok(place) => (self.sorted.get(place).copied().unwrap_or_default(), false),
            Err(place) => {
                // Memory ends long before four thousand million things are met.
                let number = u32::try_from(self.by_number.len()).unwrap_or(u32::MAX);
                self.by_number.push(own());
                self.sorted.insert(place, number);
                (number, true)
            }
        }
    }

    fn place<Q: Ord + ?Sized>(&self, thing: &Q) -> Result<usize, usize>
    where
        T: Borrow<Q>,
    {
        self.sorted.binary_search_by(|number| {
            let held = self.get(*number).map(Borrow::borrow);
            held.map_or(std::cmp::Ordering::Less, |held| held.cmp(thing))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_keep_their_numbers_until_they_are_forgotten() {
        let mut table: Interner<Box<str>> = Interner::new();
        let numbers: Vec<_> = ["b", "a", "c", "a", "b"].map(|text| table.intern(text, || text.into())).into();
        assert_eq!(numbers, [(0, true), (1, true), (2, true), (1, false), (0, false)]);
        table.truncate(1);
        assert_eq!((table.find("a"), table.find("b"), table.len()), (None, Some(0), 1));
        assert_eq!(table.intern("c", || "c".into()), (1, true));
    }
}
