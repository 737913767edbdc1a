//! Where states are held: each action's part once, known by its number, and a state as the numbers of its parts. Both
//! are found by open addressing, in which a slot holds half of the hash beside the place, so that a probe rarely looks
//! at what it does not want. Equal hashes are told apart by comparing the things themselves: counts are exact.

use std::hash::{Hash, Hasher};

/// 2⁶⁴ divided by the golden ratio, odd: it spreads neighbouring numbers.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A multiplicative hash of 64 bits, also on a machine of 32.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spread(u64);

impl Spread {
    /// One more number.
    #[must_use]
    pub const fn and(self, number: u64) -> Spread {
        Spread((self.0.rotate_left(23) ^ number).wrapping_mul(SPREAD))
    }

    /// The hash, with its upper half as good as its lower.
    pub const fn spread(self) -> u64 {
        (self.0 ^ (self.0 >> 32)).wrapping_mul(SPREAD)
    }
}

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let number = chunk.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            *self = self.and(number);
        }
    }

    fn write_u8(&mut self, number: u8) {
        *self = self.and(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        *self = self.and(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        *self = self.and(number);
    }

    fn write_usize(&mut self, number: usize) {
        *self = self.and(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        #[expect(clippy::cast_sign_loss, reason = "only a hash of it is wanted")]
        let number = number as u64;
        *self = self.and(number);
    }
}

/// Half of a hash as an index: it has 32 bits, as every index has.
fn index(half: u64) -> usize {
    usize::try_from(half).unwrap_or(0)
}

/// Entries of so many things each, in the order in which they came, in blocks: what is there is not moved, so that memory
/// is not needed twice, and that there is no more of it is an answer and not the end of everything.
#[derive(Debug, Clone)]
pub struct Blocks<T> {
    blocks: Vec<Vec<T>>,
    /// Two to the power of this is how many entries a block holds.
    shift: u32,
    /// How many things an entry has.
    width: usize,
    len: usize,
}

impl<T> Blocks<T> {
    /// No entries, of so many things each, in blocks of two to the power of `shift`.
    pub const fn new(shift: u32, width: usize) -> Blocks<T> {
        Blocks { blocks: Vec::new(), shift, width, len: 0 }
    }

    /// The things of the entry at that place.
    pub fn get(&self, place: usize) -> &[T] {
        let start = (place & ((1 << self.shift) - 1)) * self.width;
        self.blocks.get(place >> self.shift).and_then(|block| block.get(start..start + self.width)).unwrap_or_default()
    }

    /// Adds an entry; false if there is no memory left for it.
    pub fn push(&mut self, things: impl Iterator<Item = T>) -> bool {
        let whole = self.width << self.shift;
        if self.len >> self.shift == self.blocks.len() {
            if self.blocks.try_reserve(1).is_err() {
                return false;
            }
            self.blocks.push(Vec::new());
        }
        let Some(block) = self.blocks.last_mut() else { return false };
        if block.capacity() < block.len() + self.width {
            // A small table takes little, and a large one takes whole blocks.
            let wanted = if self.len == 0 { self.width << self.shift.min(6) } else { whole - block.len() };
            if block.try_reserve_exact(wanted).is_err() {
                return false;
            }
        }
        block.extend(things.take(self.width));
        self.len += 1;
        true
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The memory they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity() * size_of::<T>()).sum()
    }
}

/// Whether there is room for what a search makes besides its tables, until it asks again: facts, commands, the parts'
/// own lists, and the report in the end. What is asked for is given back at once, and is then there for these.
pub fn has_headroom() -> bool {
    Vec::<u8>::new().try_reserve_exact(HEADROOM).is_ok()
}

/// That room, in bytes.
const HEADROOM: usize = 16 << 20;

/// Places by hash. A slot is half of the hash above the place and one more; 0 is empty.
#[derive(Debug, Clone)]
pub struct Slots {
    slots: Vec<u64>,
    used: usize,
}

impl Slots {
    /// An empty table.
    pub fn new() -> Slots {
        Slots { slots: vec![0; 1 << 10], used: 0 }
    }

    /// The slot that is looked at first.
    fn first(&self, hash: u64) -> u64 {
        self.slots.get(index(hash >> 32) & (self.slots.len() - 1)).copied().unwrap_or(0)
    }

    /// The place that a slot holds, if it may be that of a thing of that hash.
    const fn place(slot: u64, hash: u64) -> Option<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
        let place = (slot as u32).wrapping_sub(1);
        if slot != 0 && slot >> 32 == hash >> 32 { Some(place) } else { None }
    }

    /// Where a thing of that hash is, as told by `is_it`; `None` and its slot if it is not here.
    pub fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let half = hash >> 32;
        let mut at = index(half) & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => return Err(at),
                slot => {
                    if let Some(place) = Slots::place(slot, hash).filter(|place| is_it(*place)) {
                        return Ok(place);
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Fills the slot that [`Slots::find`] named; false if there is no memory for the next one.
    pub fn fill(&mut self, slot: usize, hash: u64, place: u32) -> bool {
        if let Some(held) = self.slots.get_mut(slot) {
            *held = (hash >> 32) << 32 | (u64::from(place) + 1);
        }
        self.used += 1;
        // Where it cannot grow it goes on, only slower, as long as a search for an empty slot ends.
        !self.is_crowded(0) || self.grow() || self.used * 20 < self.slots.len() * 19
    }

    /// Whether it grows when so many more come.
    fn is_crowded(&self, more: usize) -> bool {
        (self.used + more) * 10 > self.slots.len() * 7
    }

    fn grow(&mut self) -> bool {
        let mut slots = Vec::new();
        if slots.try_reserve_exact(self.slots.len() * 2).is_err() {
            return false;
        }
        slots.resize(self.slots.len() * 2, 0);
        let mask = slots.len() - 1;
        for &slot in self.slots.iter().filter(|slot| **slot != 0) {
            let mut at = index(slot >> 32) & mask;
            while slots.get(at).is_some_and(|held| *held != 0) {
                at = (at + 1) & mask;
            }
            if let Some(held) = slots.get_mut(at) {
                *held = slot;
            }
        }
        self.slots = slots;
        true
    }

    /// The memory it takes up, in bytes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }
}

/// Parts of states by number. Number 0 stands for no part.
#[derive(Debug, Clone)]
pub struct Parts<P> {
    parts: Blocks<P>,
    slots: Slots,
    bytes: usize,
}

impl<P: Hash + Eq + Clone> Parts<P> {
    /// An empty table.
    pub fn new() -> Parts<P> {
        Parts { parts: Blocks::new(10, 1), slots: Slots::new(), bytes: 0 }
    }

    /// The part of that number.
    pub fn get(&self, number: u32) -> Option<&P> {
        self.parts.get((number as usize).checked_sub(1)?).first()
    }

    /// The number of a part, which is held from now on and takes up so many bytes besides its own; none if there is no
    /// memory left.
    pub fn number(&mut self, part: &P, size: impl Fn(&P) -> usize) -> Option<u32> {
        let mut hasher = Spread::default();
        part.hash(&mut hasher);
        let hash = hasher.spread();
        let parts = &self.parts;
        match self.slots.find(hash, |place| parts.get(place as usize).first() == Some(part)) {
            Ok(place) => Some(place + 1),
            Err(slot) => {
                let place = u32::try_from(self.parts.len()).unwrap_or(u32::MAX - 1);
                let held = self.parts.push(std::iter::once(part.clone())) && self.slots.fill(slot, hash, place);
                self.bytes += size(part);
                held.then_some(place + 1)
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The memory they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes + self.parts.bytes() + self.slots.bytes()
    }
}

/// What became of a state that was to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is held from now on.
    New,
    /// It was here before.
    Known,
    /// There is no memory left to hold it.
    Full,
    /// There are as many as there may be.
    Beyond,
}

/// What a first look tells of a state.
#[derive(Debug, Clone, Copy)]
pub struct Glance {
    /// Its hash.
    pub hash: u64,
    slot: u64,
    /// Whether it is held; if not, it may still be.
    pub known: bool,
}

/// Whether two keys of equal lengths are the same. They are short, so that a call for comparing memory would take longer.
fn is_same(one: &[u32], other: &[u32]) -> bool {
    one.iter().zip(other).fold(0, |differing, (one, other)| differing | (one ^ other)) == 0
}

/// States by number, in the order in which they were found: so many numbers of parts each.
#[derive(Debug, Clone)]
pub struct States {
    keys: Blocks<u32>,
    slots: Slots,
}

impl States {
    /// An empty table of states of so many parts, at least one.
    pub fn new(width: usize) -> States {
        States { keys: Blocks::new(14, width.max(1)), slots: Slots::new() }
    }

    /// The numbers of the parts of a state.
    pub fn get(&self, state: u32) -> &[u32] {
        self.keys.get(state as usize)
    }

    /// The hash of a state.
    pub fn hash(key: &[u32]) -> u64 {
        key.iter().fold(Spread::default(), |hash, number| hash.and(u64::from(*number))).spread()
    }

    /// Looks for several states, whose keys stand one after the other. First all slots are read and then all keys, so
    /// that no read waits for another.
    pub fn glance(&self, keys: &[u32], out: &mut Vec<Glance>) {
        out.clear();
        let keys = || keys.chunks_exact(self.keys.width);
        out.extend(keys().map(|key| {
            let hash = States::hash(key);
            Glance { hash, slot: self.slots.first(hash), known: false }
        }));
        for (glance, key) in out.iter_mut().zip(keys()) {
            let held = Slots::place(glance.slot, glance.hash).map(|place| self.get(place));
            glance.known = held.is_some_and(|held| is_same(held, key));
        }
    }

    /// Holds a state of that hash, if there are not as many as there may be.
    pub fn insert(&mut self, key: &[u32], hash: u64, most: usize) -> Held {
        match self.slots.find(hash, |state| is_same(self.get(state), key)) {
            Ok(_) => Held::Known,
            Err(_) if self.len() >= most => Held::Beyond,
            Err(slot) => {
                let state = u32::try_from(self.len()).unwrap_or(u32::MAX - 1);
                let held = self.keys.push(key.iter().copied()) && self.slots.fill(slot, hash, state);
                if held { Held::New } else { Held::Full }
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The memory they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.keys.bytes() + self.slots.bytes()
    }

    /// The memory that growing takes for a moment, if it comes with so many more states.
    pub fn growth(&self, more: usize) -> usize {
        if self.slots.is_crowded(more) { self.slots.bytes() * 2 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_held_once_whatever_the_size_of_the_table() {
        let mut states = States::new(2);
        for round in 0..2 {
            for number in 0..20_000_u32 {
                let held = if round == 0 { Held::New } else { Held::Known };
                assert_eq!(
                    states.insert(
                        &[number % 140, number / 140],
                        States::hash(&[number % 140, number / 140]),
                        usize::MAX
                    ),
                    held,
                    "{number}"
                );
            }
        }
        assert_eq!((states.len(), states.get(141)), (20_000, &[1, 1][..]));
    }
}
