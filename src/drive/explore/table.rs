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

/// Places by hash. A slot is half of the hash above the place and one more; 0 is empty.
#[derive(Debug, Clone)]
struct Slots {
    slots: Vec<u64>,
    used: usize,
}

impl Slots {
    fn new() -> Slots {
        Slots { slots: vec![0; 1 << 10], used: 0 }
    }

    /// Where a thing of that hash is, as told by `is_it`; `None` and its slot if it is not here.
    fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let half = hash >> 32;
        let mut at = index(half) & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => return Err(at),
                slot => {
                    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
                    let place = (slot as u32).wrapping_sub(1);
                    if slot >> 32 == half && is_it(place) {
                        return Ok(place);
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Fills the slot that [`Slots::find`] named.
    fn fill(&mut self, slot: usize, hash: u64, place: u32) {
        if let Some(held) = self.slots.get_mut(slot) {
            *held = (hash >> 32) << 32 | (u64::from(place) + 1);
        }
        self.used += 1;
        if self.used * 10 > self.slots.len() * 7 {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 2];
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
    }

    fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }
}

/// Parts of states by number. Number 0 stands for no part.
#[derive(Debug, Clone)]
pub struct Parts<P> {
    parts: Vec<P>,
    slots: Slots,
    bytes: usize,
}

impl<P: Hash + Eq + Clone> Parts<P> {
    /// An empty table.
    pub fn new() -> Parts<P> {
        Parts { parts: Vec::new(), slots: Slots::new(), bytes: 0 }
    }

    /// The part of that number.
    pub fn get(&self, number: u32) -> Option<&P> {
        self.parts.get((number as usize).wrapping_sub(1))
    }

    /// The number of a part, which is held from now on and takes up so many bytes.
    pub fn number(&mut self, part: &P, size: impl Fn(&P) -> usize) -> u32 {
        let mut hasher = Spread::default();
        part.hash(&mut hasher);
        let hash = hasher.finish().wrapping_mul(SPREAD);
        let parts = &self.parts;
        match self.slots.find(hash, |place| parts.get(place as usize) == Some(part)) {
            Ok(place) => place + 1,
            Err(slot) => {
                let place = u32::try_from(self.parts.len()).unwrap_or(u32::MAX - 1);
                self.bytes += size(part);
                self.parts.push(part.clone());
                self.slots.fill(slot, hash, place);
                place + 1
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The memory they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes + self.slots.bytes()
    }
}

/// States by number, in the order in which they were found: so many numbers of parts each.
#[derive(Debug, Clone)]
pub struct States {
    width: usize,
    keys: Vec<u32>,
    slots: Slots,
}

impl States {
    /// An empty table of states of so many parts, at least one.
    pub fn new(width: usize) -> States {
        States { width: width.max(1), keys: Vec::new(), slots: Slots::new() }
    }

    /// The numbers of the parts of a state.
    pub fn get(&self, state: u32) -> &[u32] {
        let start = state as usize * self.width;
        self.keys.get(start..start + self.width).unwrap_or_default()
    }

    /// Holds a state; false if it was here before.
    pub fn insert(&mut self, key: &[u32]) -> bool {
        let hash = key.iter().fold(Spread::default(), |hash, number| hash.and(u64::from(*number)));
        let hash = hash.finish().wrapping_mul(SPREAD);
        match self.slots.find(hash, |state| self.get(state) == key) {
            Ok(_) => false,
            Err(slot) => {
                let state = u32::try_from(self.len()).unwrap_or(u32::MAX - 1);
                self.keys.extend_from_slice(key);
                self.slots.fill(slot, hash, state);
                true
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len() / self.width
    }

    /// The memory they take up, in bytes.
    pub fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<u32>() + self.slots.bytes()
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
                assert_eq!(states.insert(&[number % 140, number / 140]), round == 0, "{number}");
            }
        }
        assert_eq!((states.len(), states.get(141)), (20_000, &[1, 1][..]));
    }
}
