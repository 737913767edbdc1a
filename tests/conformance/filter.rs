//! The filter that keeps the informer from recording an action twice (flytestdlib/fastcheck/oppobloom.go): it never
//! takes a new name for a known one, but a name can drive another out of its slot.

/// The filter's slots.
pub struct Filter {
    slots: Vec<Option<String>>,
}

impl Filter {
    /// With at least so many slots: a power of two.
    pub fn new(size: usize) -> Filter {
        Filter { slots: vec![None; size.max(1).next_power_of_two()] }
    }

    /// Whether the name is in its slot.
    pub fn contains(&self, name: &str) -> bool {
        self.slots.get(self.slot(name)).is_some_and(|held| held.as_deref() == Some(name))
    }

    /// Puts the name into its slot.
    pub fn add(&mut self, name: &str) {
        let slot = self.slot(name);
        if let Some(held) = self.slots.get_mut(slot) {
            *held = Some(name.to_owned());
        }
    }

    /// The slot: from the first three bytes of the name's MD5 sum.
    fn slot(&self, name: &str) -> usize {
        let [first, second, third, _] = md5(name.as_bytes());
        let hash = ((usize::from(first) << 3) + usize::from(second)) << 3;
        (hash + usize::from(third)) & (self.slots.len() - 1)
    }
}

/// The first four bytes of the MD5 sum (RFC 1321).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "the table is made from sines as the standard says, and places lie within blocks of sixteen words"
)]
fn md5(bytes: &[u8]) -> [u8; 4] {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut message = bytes.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend((bytes.len() as u64 * 8).to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in message.chunks_exact(64) {
        let words: Vec<u32> =
            block.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64_usize {
            let (mixed, place) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let sine = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let turned = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(words[place]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(turned.rotate_left(SHIFTS[step / 16][step % 4]));
        }
        for (held, new) in state.iter_mut().zip([a, b, c, d]) {
            *held = held.wrapping_add(new);
        }
    }
    state[0].to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::md5;

    /// RFC 1321, A.5.
    #[test]
    fn sums_are_those_of_the_standard() {
        assert_eq!(md5(b""), [0xd4, 0x1d, 0x8c, 0xd9]);
        assert_eq!(md5(b"message digest"), [0xf9, 0x6b, 0x69, 0x7d]);
        assert_eq!(md5(&b"1234567890".repeat(8)), [0x57, 0xed, 0xf4, 0xa2]);
    }
}
