//! Numbers for things: each different thing is held once and known by its number.

use std::borrow::Borrow;

/// Things in `recent` at the most.
const RECENT_MAX: usize = 512;

/// Things by number. Looking one up is a binary search or two, so a small table is small in code and in memory.
#[derive(Debug, Clone)]
pub struct Interner<T> {
    by_number: Vec<T>,
    /// The numbers, in the order of the things.
    sorted: Vec<u32>,
    /// The numbers of the newest things, in their order: so that putting one in its place moves few others.
    recent: Vec<u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner::new()
    }
}

impl<T> Interner<T> {
    /// An empty table.
    pub const fn new() -> Interner<T> {
        Interner { by_number: Vec::new(), sorted: Vec::new(), recent: Vec::new() }
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
            self.recent.retain(|number| (*number as usize) < count);
        }
    }
}

impl<T: Ord> Interner<T> {
    /// The number of a thing, if it is here.
    pub fn find<Q: Ord + ?Sized>(&self, thing: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        self.place(&self.sorted, thing).or_else(|_| self.place(&self.recent, thing)).ok()
    }

    /// The number of a thing, and whether it is new; `own` makes it the table's own.
    pub fn intern<Q: Ord + ?Sized>(&mut self, thing: &Q, own: impl FnOnce() -> T) -> (u32, bool)
    where
        T: Borrow<Q>,
    {
        if let Ok(number) = self.place(&self.sorted, thing) {
            return (number, false);
        }
        match self.place(&self.recent, thing) {
            Ok(number) => (number, false),
            Err(place) => {
                // Memory ends long before four thousand million things are met.
                let number = u32::try_from(self.by_number.len()).unwrap_or(u32::MAX);
                self.by_number.push(own());
                self.recent.insert(place, number);
                if self.recent.len() >= RECENT_MAX {
                    self.merge();
                }
                (number, true)
            }
        }
    }

    /// Puts the newest things to the others.
    fn merge(&mut self) {
        let mut recent = self.recent.as_slice();
        let mut merged = Vec::with_capacity(self.sorted.len() + RECENT_MAX);
        for &number in &self.sorted {
            while let Some((new, rest)) = recent.split_first()
                && self.get(*new) < self.get(number)
            {
                merged.push(*new);
                recent = rest;
            }
            merged.push(number);
        }
        merged.extend_from_slice(recent);
        self.sorted = merged;
        self.recent.clear();
    }

    /// The number of a thing in a list in the order of the things, or the place where it would stand.
    fn place<Q: Ord + ?Sized>(&self, list: &[u32], thing: &Q) -> Result<u32, usize>
    where
        T: Borrow<Q>,
    {
        let place = list.binary_search_by(|number| {
            let held = self.get(*number).map(Borrow::borrow);
            held.map_or(std::cmp::Ordering::Less, |held| held.cmp(thing))
        })?;
        list.get(place).copied().ok_or(place)
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

    #[test]
    fn a_large_table_finds_each_thing_and_forgets_the_later_ones() {
        let mut table: Interner<u32> = Interner::new();
        let thing = |number: u32| number.wrapping_mul(2_654_435_761);
        for number in 0..3_000 {
            assert_eq!(table.intern(&thing(number), || thing(number)), (number, true));
        }
        assert!((0..3_000).all(|number| table.find(&thing(number)) == Some(number)));
        table.truncate(1_234);
        assert!((0..3_000).all(|number| table.find(&thing(number)) == Some(number).filter(|number| *number < 1_234)));
        assert_eq!(table.intern(&thing(2_000), || thing(2_000)), (1_234, true));
    }
}
