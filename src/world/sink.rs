//! Where facts go: into a list, a count, or nowhere. One implementation of the world serves all three.

use crate::model::Fact;

/// Takes facts as they happen.
pub trait Sink {
    /// One more.
    fn fact(&mut self, fact: Fact);
}

impl Sink for () {
    fn fact(&mut self, _: Fact) {}
}

impl Sink for Vec<Fact> {
    fn fact(&mut self, fact: Fact) {
        self.push(fact);
    }
}

/// Counts facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count(pub u64);

impl Sink for Count {
    fn fact(&mut self, _: Fact) {
        self.0 += 1;
    }
}
