//! The facts about each action, so that who asks about one need not go through those about all.

use crate::model::{ActionId, Fact, What};

/// Where the facts about each action are. It takes facts in when it is asked about them.
#[derive(Debug, Clone, Default)]
pub struct Told {
    rewinds: u32,
    /// For each fact the one before it about the same action, counted from 1; 0 if it is the first.
    before: Vec<u32>,
    /// The last fact about each action, behind the last that is about none.
    last: Vec<u32>,
}

impl Told {
    /// The facts about an action, and those about no action at all but that time passes. `rewinds` is another number
    /// whenever the facts are not those before with some more.
    pub fn about(&mut self, id: ActionId, facts: &[Fact], rewinds: u32) -> Vec<Fact> {
        if self.rewinds != rewinds || self.before.len() > facts.len() {
            *self = Told { rewinds, ..Told::default() };
        }
        for fact in facts.get(self.before.len()..).unwrap_or_default() {
            self.take(fact);
        }
        let (mut own, mut all) = (self.last(id.index() + 1), self.last(0));
        let mut found = Vec::new();
        while own.max(all) > 0 {
            let place = own.max(all) as usize - 1;
            let before = self.before.get(place).copied().unwrap_or(0);
            *(if own > all { &mut own } else { &mut all }) = before;
            found.extend(facts.get(place));
        }
        found.reverse();
        found
    }

    fn last(&self, chain: usize) -> u32 {
        self.last.get(chain).copied().unwrap_or(0)
    }

    fn take(&mut self, fact: &Fact) {
        if matches!(fact.what, What::TimeAdvanced { .. }) {
            return self.before.push(0);
        }
        let chain = fact.action.map_or(0, |id| id.index() + 1);
        if self.last.len() <= chain {
            self.last.resize(chain + 1, 0);
        }
        self.before.push(self.last(chain));
        if let Some(last) = self.last.get_mut(chain) {
            *last = u32::try_from(self.before.len()).unwrap_or(u32::MAX);
        }
    }
}
