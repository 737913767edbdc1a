//! Layer 0: everyone's words. Nothing here decides anything, and nothing here holds a collection of actions.

pub(crate) mod words;

pub mod action;
pub mod argument;
pub mod command;
pub mod config;
pub mod fact;
pub mod fault;
pub mod import;
pub mod interner;
pub mod json;
pub mod nearest;
pub mod observation;
pub mod phase;
pub mod policy;
pub mod read;
mod recorded;
pub mod rejection;
pub mod rule;
pub mod setup;
pub mod shown;
pub mod status;
pub mod store;
pub mod story;
pub mod text;
pub mod time;

pub use action::{
    AbortState, ActionKind, ActionRow, CacheStatus, Caching, ChildFailure, ConditionSpec, Process, Spec, SpecField,
    SpecFields, ValueType,
};
pub use command::{AbortReply, Command};
pub use config::{AbortAnswers, AbortConfig, Config, Delivery, GcConfig, Parents, Plugins};
pub use fact::{Fact, PendingWork, TimerKind, What};
pub use fault::{Call, Fault, FaultReply, Service};
pub use import::ImportedResource;
pub use interner::Interner;
pub use observation::{NonRetryableCode, Observation, Report};
pub use phase::{ActionPhase, PluginPhase};
pub use policy::{Policy, PolicyError, Rules};
pub use recorded::Recorded;
pub use rejection::{Code, Rejection};
pub use rule::{Rule, Source};
pub use setup::{RulesSetup, Setup};
pub use status::{
    Cause, Condition, ConditionStatus, ConditionType, Conditions, ErrorCode, ErrorKind, ErrorState, Message, Reason,
    Signal, SignalValue, Status, TaskAction, TimeBound,
};
pub use store::Store;
pub use story::{Moment, Story};
pub use text::{TextId, Texts};
pub use time::Time;

/// The first words of every trace; the version of its grammar follows.
pub const TRACE_HEADER: &str = "flyte-lifecycle trace ";
/// The version of the grammar that is read and written.
pub const TRACE_VERSION: &str = "1";
/// The line between a command and its facts.
pub const TRACE_RULER: &str = "----";

/// Index of an action in a world's arena. It never changes and is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(pub u32);

impl ActionId {
    /// The place in the arena.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
