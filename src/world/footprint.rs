//! Which actions a step looks at or changes. A step does the same again wherever the actions of its footprint are the
//! same, whatever the others do meanwhile: the explorer works it out once and remembers it.
//!
//! Every access by a method of the world to what hangs on an action marks the action, and one that is not about one
//! action marks them all; what actions have in common ([`super::key::Common`]) is marked likewise. The fields are private
//! to `world/stores.rs`, so no other code can look past these methods; tests exchange what was not marked and see whether
//! it matters (`tests/explore.rs`).

use crate::model::ActionId;
use std::cell::Cell;

/// Whether it is noted what is looked at. The module that everybody loads has no search, and is smaller without.
pub const NOTED: bool = cfg!(any(not(target_arch = "wasm32"), feature = "explore"));

/// The actions looked at since [`Footprint::begin`].
#[derive(Debug, Clone, Default)]
pub struct Footprint(Cell<Marks>);

/// A set of actions, and of what they have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u32);

impl Marks {
    /// None.
    pub const NONE: Marks = Marks(0);

    /// Everything, the actions included that are not there yet.
    pub const ALL: Marks = Marks(u32::MAX);

    /// How many actions there are.
    pub const COUNT: Marks = Marks(1 << 30);

    /// The aborts that share the workers ([`super::key::Line`]).
    pub const LINE: Marks = Marks(1 << 29);

    /// The calls that are to fail.
    pub const FAULTS: Marks = Marks(1 << 28);

    /// The catalog.
    pub const CACHE: Marks = Marks(1 << 27);

    /// Places that have a bit of their own; to look at a later one is to look at all.
    pub const PLACES: usize = 27;

    /// One action.
    pub const fn of(place: usize) -> Marks {
        if place < Marks::PLACES { Marks(1 << place) } else { Marks::ALL }
    }

    /// The set as a number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    pub const fn covers(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// The places in it that have a bit of their own, in order.
    pub fn places(self) -> impl Iterator<Item = usize> {
        let mut bits = self.0 & ((1 << Marks::PLACES) - 1);
        std::iter::from_fn(move || {
            let place = bits.trailing_zeros();
            // The last one in it is taken out.
            bits &= bits.checked_sub(1)?;
            Some(place as usize)
        })
    }

    /// Whether the action at that place is in it.
    pub const fn has(self, place: usize) -> bool {
        self.covers(Marks::of(place))
    }
}

impl Footprint {
    /// Forgets what was looked at.
    pub fn begin(&self) {
        self.0.set(Marks::NONE);
    }

    /// What was looked at.
    pub fn marks(&self) -> Marks {
        self.0.get()
    }

    /// That action is looked at or changed.
    pub fn mark(&self, id: ActionId) {
        self.add(Marks::of(id.index()));
    }

    /// So are these.
    pub fn add(&self, marks: Marks) {
        if NOTED {
            self.0.set(self.0.get().and(marks));
        }
    }
}
