//! Text that the rules carry without reading it: a number in a rule, the words at the edge.

use std::collections::BTreeMap;

/// A text held by [`Texts`]; number 0 is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextId(pub u32);

impl TextId {
    /// The empty text.
    pub const EMPTY: TextId = TextId(0);

    /// Whether it is the empty text.
    pub fn is_empty(self) -> bool {
        self == TextId::EMPTY
    }
}

/// Every text a world has met, each once.
#[derive(Debug, Clone)]
pub struct Texts {
    by_id: Vec<Box<str>>,
    ids: BTreeMap<Box<str>, TextId>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Texts { by_id: Vec::new(), ids: BTreeMap::new() };
        texts.intern("");
        texts
    }
}

impl Texts {
    /// The number of `text`, new if it was not met before.
    pub fn intern(&mut self, text: &str) -> TextId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        // A command is at most some megabytes, so four thousand million texts are out of reach.
        let id = TextId(u32::try_from(self.by_id.len()).unwrap_or(u32::MAX));
        self.by_id.push(text.into());
        self.ids.insert(text.into(), id);
        id
    }

    /// The number of `text`, if it was met.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.ids.get(text).copied()
    }

    /// The text of that number.
    pub fn get(&self, id: TextId) -> &str {
        self.by_id.get(id.0 as usize).map_or("", |text| text)
    }
}
