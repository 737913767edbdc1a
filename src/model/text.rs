//! Text that the rules carry without reading it: a number in a rule, the words at the edge.

use super::Interner;

/// A text held by [`Texts`]; number 0 is the empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextId(pub u32);

/// The texts that every world knows from the start, in the order of their numbers.
const KNOWN: [&str; 19] = [
    "",
    "container",
    DOMAIN,
    "User requested abort",
    "UserError",
    "exit code 1",
    "SystemError",
    "node lost",
    "plugin unavailable",
    "approved",
    PROJECT,
    "you",
    "TaskAction was aborted",
    "raw-container",
    "sidecar",
    "clustered-task",
    "pod",
    "BadTaskSpecification",
    "[BadTaskSpecification] invalid TaskSpecification, unable to determine Pod configuration",
];

/// The project of a run that names none.
pub const PROJECT: &str = "flytesnacks";

/// The domain of a run that names none.
pub const DOMAIN: &str = "development";

impl TextId {
    /// The empty text.
    pub const EMPTY: TextId = TextId(0);
    /// "container", the task type if none is named.
    pub const CONTAINER: TextId = TextId(1);
    /// "development", the domain if none is named.
    pub const DEVELOPMENT: TextId = TextId(2);
    /// "User requested abort", upstream's reason if none is given (run_service.go, `AbortAction`).
    pub const USER_ABORT: TextId = TextId(3);
    /// "UserError", in examples.
    pub const USER_ERROR: TextId = TextId(4);
    /// "exit code 1", in examples.
    pub const EXIT_CODE: TextId = TextId(5);
    /// "SystemError", in examples.
    pub const SYSTEM_ERROR: TextId = TextId(6);
    /// "node lost", in examples.
    pub const NODE_LOST: TextId = TextId(7);
    /// "plugin unavailable", in examples.
    pub const PLUGIN_UNAVAILABLE: TextId = TextId(8);
    /// "approved", in examples.
    pub const APPROVED: TextId = TextId(9);
    /// "flytesnacks", the project if none is named.
    pub const FLYTESNACKS: TextId = TextId(10);
    /// "you", in examples.
    pub const YOU: TextId = TextId(11);
    /// "TaskAction was aborted", the reason of an abort that nobody asked for.
    pub const WAS_ABORTED: TextId = TextId(12);
    /// "raw-container", the task type of a container that knows nothing of Flyte.
    pub const RAW_CONTAINER: TextId = TextId(13);
    /// "sidecar", the task type of a pod of which one container counts.
    pub const SIDECAR: TextId = TextId(14);
    /// "clustered-task", the task type that has a plugin of its own.
    pub const CLUSTERED: TextId = TextId(15);
    /// "pod", the plugin of all other task types.
    pub const POD: TextId = TextId(16);
    /// "BadTaskSpecification", the code of a template from which no pod can be built.
    pub const BAD_TASK_SPECIFICATION: TextId = TextId(17);
    /// What the pod plugin says of a template without a container.
    pub const NO_CONTAINER: TextId = TextId(18);

    /// Whether it is the empty text.
    pub fn is_empty(self) -> bool {
        self == TextId::EMPTY
    }
}

/// Every text a world has met, each once.
#[derive(Debug, Clone)]
pub struct Texts(Interner<Box<str>>);

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Texts::none();
        for text in KNOWN {
            texts.intern(text);
        }
        texts
    }
}

impl Texts {
    /// A table that holds nothing, to stand in for one that is elsewhere.
    pub const fn none() -> Texts {
        Texts(Interner::new())
    }

    /// The number of `text`, new if it was not met before.
    pub fn intern(&mut self, text: &str) -> TextId {
        TextId(self.0.intern(text, || text.into()).0)
    }

    /// The texts, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, not even the known ones.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all but the first `count`, as if the later ones had never been met.
    pub fn truncate(&mut self, count: usize) {
        self.0.truncate(count);
    }

    /// The number of `text`, if it was met.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.0.find(text).map(TextId)
    }

    /// The text of that number.
    pub fn get(&self, id: TextId) -> &str {
        self.0.get(id.0).map_or("", |text| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_numbers_and_new_ones_follow() {
        let mut texts = Texts::default();
        assert_eq!(texts.get(TextId::EMPTY), "");
        assert_eq!(texts.find("container"), Some(TextId::CONTAINER));
        assert_eq!(texts.find("User requested abort"), Some(TextId::USER_ABORT));
        assert_eq!((texts.find("approved"), texts.find("you")), (Some(TextId::APPROVED), Some(TextId::YOU)));
        assert_eq!(texts.find("flytesnacks"), Some(TextId::FLYTESNACKS));
        assert_eq!(texts.find(texts.get(TextId::NO_CONTAINER)), Some(TextId::NO_CONTAINER));
        assert_eq!((texts.find("raw-container"), texts.find("pod")), (Some(TextId::RAW_CONTAINER), Some(TextId::POD)));
        let new = texts.intern("new");
        assert_eq!((texts.intern("new"), texts.get(new)), (new, "new"));
        texts.truncate(KNOWN.len());
        assert_eq!((texts.len(), texts.find("new"), texts.find("you")), (KNOWN.len(), None, Some(TextId::YOU)));
    }
}
