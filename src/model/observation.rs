//! What the executor sees when it reconciles: answers, never a clock.

use super::{ErrorCode, ErrorState, Message, PluginPhase, Rule, TextId, Time, TimeBound, words::words};

words! {
    /// The error codes that no retry can mend (`nonRetryableCode`), in the order in which a chain of causes is
    /// searched for them.
    pub enum NonRetryableCode {
        /// The task's spec cannot be turned into a pod.
        BadTaskSpecification = 0 "BadTaskSpecification",
        /// The resource's metadata does not fit.
        MetadataTooLarge = 1 "MetadataTooLarge",
    }
}

/// A phase that Handle returned (`pluginsCore.PhaseInfo`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Report {
    /// The phase.
    pub phase: PluginPhase,
    /// Its version.
    pub version: u32,
    /// Why, in words.
    pub reason: Message,
    /// The error of a failure.
    pub error: Option<ErrorState>,
    /// The cache status of its external resources, upstream's number.
    pub cache_status: u8,
    /// The plugin state it stored, with its version.
    pub state: Option<(u32, TextId)>,
    /// When it happened (`TaskInfo.OccurredAt`), if that is told; it decides only whether a success came in time.
    pub occurred_at: Option<Time>,
}

impl Report {
    /// A bare phase.
    pub const fn of(phase: PluginPhase, version: u32) -> Report {
        Report { phase, version, reason: Message::Empty, error: None, cache_status: 0, state: None, occurred_at: None }
    }
}

/// What the plugin, or the clock, has to say when a task is reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observation {
    /// The plugin was not asked, or has nothing to say.
    Nothing,
    /// Handle returned a phase.
    Report(Report),
    /// The cache decided in the plugin's stead, which was not asked.
    Cached {
        /// What is reported.
        report: Report,
        /// The decision.
        rule: Rule,
    },
    /// Handle returned a Go error.
    HandleError {
        /// The first non-retryable code in its chain of causes, and its text.
        non_retryable: Option<(NonRetryableCode, ErrorCode)>,
        /// Its full text.
        text: TextId,
    },
    /// A bound on the task's time was reached.
    TimedOut {
        /// Which.
        bound: TimeBound,
        /// So long, in milliseconds.
        ms: u64,
    },
}
