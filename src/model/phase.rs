//! The two phase enums of the lifecycle, with upstream's numbers.

use super::words::words;

words! {
    /// The phase of an action as the run service records it (flyteidl2/common/phase.proto).
    pub enum ActionPhase {
        /// Nothing is known. Never recorded by a live system; rows start in `Queued`.
        Unspecified = 0 "UNSPECIFIED",
        /// Accepted and waiting to be looked at; a retried attempt starts here again.
        Queued = 1 "QUEUED",
        /// Waits for resources to be allocated, or for the owner of a cache reservation.
        WaitingForResources = 2 "WAITING_FOR_RESOURCES",
        /// The environment is being set up: images pulled, containers created.
        Initializing = 3 "INITIALIZING",
        /// The user's code runs.
        Running = 4 "RUNNING",
        /// Ended well. Terminal.
        Succeeded = 5 "SUCCEEDED",
        /// Ended with an error. Terminal, unless another attempt follows.
        Failed = 6 "FAILED",
        /// Stopped on request. Terminal.
        Aborted = 7 "ABORTED",
        /// Out of time. Terminal, unless another attempt follows.
        TimedOut = 8 "TIMED_OUT",
        /// A condition waits for a signal; left only to a terminal phase.
        Paused = 9 "PAUSED",
        /// Taken over from an earlier run. Terminal, and counts as success.
        Recovered = 10 "RECOVERED",
    }
}

impl ActionPhase {
    /// Whether nothing follows but a retry (run_service.go, `IsTerminalPhase`).
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Aborted | Self::TimedOut | Self::Recovered => true,
            Self::Unspecified
            | Self::Queued
            | Self::WaitingForResources
            | Self::Initializing
            | Self::Running
            | Self::Paused => false,
        }
    }

    /// Whether a retry may lead out of it (impl/action.go, `retryablePhases`).
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }

    /// Whether it counts as a success.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::Recovered)
    }

    /// The phase of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

words! {
    /// What a task's plugin reports (flyteplugins/go/tasks/pluginmachinery/core/phase.go).
    pub enum PluginPhase {
        /// The plugin cannot tell, for instance because the pod's state is unknown.
        Undefined = 0 "Undefined",
        /// Not ready to be worked on.
        NotReady = 1 "NotReady",
        /// Waits for quota or another resource.
        WaitingForResources = 2 "WaitingForResources",
        /// Submitted, not yet scheduled.
        Queued = 3 "Queued",
        /// Scheduled; the environment is being set up.
        Initializing = 4 "Initializing",
        /// Runs.
        Running = 5 "Running",
        /// Ended well.
        Success = 6 "Success",
        /// Failed; whether it is tried again depends on who is to blame and what is left.
        RetryableFailure = 7 "RetryableFailure",
        /// Failed for good.
        PermanentFailure = 8 "PermanentFailure",
        /// Waits for another owner to fill the cache.
        WaitingForCache = 9 "WaitingForCache",
        /// Stopped.
        Aborted = 10 "Aborted",
    }
}

impl PluginPhase {
    /// Whether it ends an attempt (`Phase.IsTerminal`).
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Success | Self::RetryableFailure | Self::PermanentFailure | Self::Aborted => true,
            Self::Undefined
            | Self::NotReady
            | Self::WaitingForResources
            | Self::Queued
            | Self::Initializing
            | Self::Running
            | Self::WaitingForCache => false,
        }
    }
}
