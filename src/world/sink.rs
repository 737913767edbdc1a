//! Where facts go: into a list, a count, or nowhere. One implementation of the world serves all three.

use crate::model::{Fact, Time, What};

/// Takes facts as they happen.
pub trait Sink {
    /// One more.
    fn fact(&mut self, fact: Fact);

    /// Whether it takes no more, so that whatever goes on and on stops.
    fn is_full(&self) -> bool {
        false
    }

    /// When a timer fired last, if whoever takes the facts knows.
    fn fired(&self) -> Option<Time> {
        None
    }
}

impl Sink for () {
    fn fact(&mut self, _: Fact) {}
}

impl Sink for Vec<Fact> {
    fn fact(&mut self, fact: Fact) {
        self.push(fact);
    }
}

/// Takes facts for another one, up to a number of them.
#[derive(Debug)]
pub struct Metered<'a, S> {
    sink: &'a mut S,
    /// How many more there may be; less than 0 once there were too many.
    left: i64,
    fired: Option<Time>,
}

impl<'a, S> Metered<'a, S> {
    /// Up to so many facts go there.
    pub const fn new(sink: &'a mut S, left: i64) -> Metered<'a, S> {
        Metered { sink, left, fired: None }
    }
}

impl<S: Sink> Sink for Metered<'_, S> {
    fn fact(&mut self, fact: Fact) {
        // That time has passed is told at the end, also of what goes as far as it can.
        self.left -= i64::from(!matches!(fact.what, What::TimeAdvanced { .. }));
        if matches!(fact.what, What::TimerFired { .. }) {
            self.fired = Some(fact.at);
        }
        self.sink.fact(fact);
    }

    fn is_full(&self) -> bool {
        self.left < 0
    }

    fn fired(&self) -> Option<Time> {
        self.fired
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
