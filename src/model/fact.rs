//! What has happened, in the past tense. A fact carries numbers, never words; [`crate::view`] renders it.

use super::{
    AbortReply, ActionId, ActionPhase, Call, Cause, Condition, ErrorState, FaultReply, Message, PluginPhase, Reason,
    Rule, Service, Signal, Store, TextId, Time, words::words,
};

words! {
    /// What a timer is for.
    pub enum TimerKind {
        /// The running attempt's maximum runtime ends.
        AttemptTimeout = 0 "attemptTimeout",
        /// A condition's time to signal ends.
        ConditionDeadline = 1 "conditionDeadline",
        /// The back-off after a failed abort call ends.
        AbortRetry = 2 "abortRetry",
        /// The executor's requeue interval ends.
        Requeue = 3 "requeue",
        /// A sweep of the garbage collector reaches the resource.
        Collection = 4 "collection",
        /// The informer takes up all resources anew.
        Resync = 5 "resync",
        /// The lease of a reservation ends.
        Lease = 6 "lease",
        /// The attempt's time before it is INITIALIZING ends.
        QueuedTimeout = 7 "queuedTimeout",
        /// The action's time ends, whichever attempt it is at.
        ActionDeadline = 8 "actionDeadline",
        /// What the executor waits for before it asks the plugin again is over.
        Backoff = 9 "backoff",
        /// The SDK asks again for a child that could not be enqueued.
        EnqueueRetry = 10 "enqueueRetry",
    }
}

impl TimerKind {
    /// Whether something goes on by itself when it fires, so that nothing has settled before.
    pub const fn is_under_way(self) -> bool {
        matches!(self, TimerKind::Requeue | TimerKind::Resync | TimerKind::Backoff | TimerKind::EnqueueRetry)
    }

    /// Whether it is about the action's resource, so that it goes with it.
    pub const fn is_of_resource(self) -> bool {
        !matches!(self, TimerKind::AbortRetry | TimerKind::Lease)
    }
}

words! {
    /// A piece of work that is due now.
    pub enum PendingWork {
        /// The executor looks at the resource.
        Reconcile = 0 "reconcile",
        /// The informer tells the run service of a new resource.
        WatchAdd = 1 "watchAdd",
        /// The informer tells the run service of a changed resource.
        WatchUpdate = 2 "watchUpdate",
        /// The informer tells the run service of a deleted resource.
        WatchDelete = 3 "watchDelete",
        /// A worker of the abort reconciler takes the action's task.
        AbortWorker = 4 "abortWorker",
        /// Kubernetes deletes the resources owned by one that is gone.
        Cascade = 5 "cascade",
        /// The run service has the actions service create the resource of a new run.
        Enqueue = 6 "enqueue",
    }
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A row was inserted.
    RowCreated {
        /// In this phase.
        phase: ActionPhase,
        /// With this attempt.
        attempt: u32,
    },
    /// The recorded phase changed.
    PhaseRecorded {
        /// Before.
        from: ActionPhase,
        /// After.
        to: ActionPhase,
        /// The recorded attempt, after.
        attempt: u32,
    },
    /// The row was written again with the phase it had.
    RowRewritten {
        /// The phase.
        phase: ActionPhase,
        /// The recorded attempt, after.
        attempt: u32,
    },
    /// The guard refused an update; no column changed and the caller was told OK.
    UpdateRefused {
        /// The recorded phase, which stays.
        from: ActionPhase,
        /// The phase refused.
        to: ActionPhase,
        /// The attempt it came with.
        attempt: u32,
    },
    /// Nothing was sent, or nothing was there to be updated.
    UpdateSkipped,
    /// An abort was written into the row.
    AbortRequested {
        /// With this reason.
        reason: TextId,
    },
    /// `abort_attempt_count` went up.
    AbortAttemptCounted {
        /// To this.
        count: u32,
    },
    /// The abort flag was taken off the row.
    AbortRequestCleared,
    /// A resource was created.
    ResourceCreated,
    /// The plugin finalizer was added.
    FinalizerAdded,
    /// The status was written.
    StatusWritten {
        /// What the plugin reported, if it was asked.
        plugin: Option<PluginPhase>,
        /// The attempt it is about.
        attempt: u32,
        /// The condition that tells most about it.
        condition: Condition,
        /// The entry added to the phase history.
        history: Option<(Reason, Message)>,
        /// `status.errorState` after the write.
        error: Option<ErrorState>,
    },
    /// Somebody wrote attempts and cache status into the status.
    StatusPut {
        /// The attempt, as it was given.
        attempt: u32,
        /// The cache status, upstream's number.
        cache_status: u8,
    },
    /// An entry of the phase history came with a resource from outside.
    HistoryRestored {
        /// Its name and message.
        entry: (Reason, Message),
        /// When it was made.
        occurred_at: Time,
    },
    /// The reconciler looked and had nothing to write.
    StatusUnchanged,
    /// A system failure was counted and tolerated.
    SystemFailureCounted {
        /// So many in a row.
        count: u32,
        /// So many are tolerated.
        tolerated: u32,
        /// What failed.
        cause: Option<Cause>,
    },
    /// The plugin was told to stop what it runs.
    PluginAborted {
        /// Of this attempt.
        attempt: u32,
    },
    /// The plugin was told to clean up.
    PluginFinalized,
    /// The labels for the garbage collector, or `terminal-status-recorded`, were put on.
    LabelsStamped,
    /// A signal was stored in the status.
    SignalStored {
        /// The signal.
        signal: Signal,
    },
    /// The same signal was sent again; it changes nothing.
    SignalRepeated,
    /// The resource was marked for deletion.
    DeletionRequested,
    /// The resource is gone.
    ResourceDeleted,
    /// An action event was stored.
    EventRecorded {
        /// Its phase.
        phase: ActionPhase,
        /// Its attempt.
        attempt: u32,
        /// Its version.
        version: u32,
        /// Its error, without the code.
        error: Option<ErrorState>,
        /// Its updated time: that of the newest entry of the phase history.
        updated_at: Time,
        /// Its cache status, upstream's number.
        cache_status: u8,
        /// Why, in words.
        said: Message,
    },
    /// An action event was dropped: one with its key is there.
    EventDropped {
        /// Its phase.
        phase: ActionPhase,
        /// Its attempt.
        attempt: u32,
        /// Its version.
        version: u32,
    },
    /// A task was put into the abort queue.
    AbortQueued,
    /// The abort queue holds a task of that action.
    AbortDeduplicated,
    /// The abort queue is full; the row keeps its flag.
    AbortDropped,
    /// A worker called the actions service and waits for the reply.
    AbortCalled {
        /// The attempt, from 1.
        attempt: u32,
    },
    /// The abort is done.
    AbortSucceeded {
        /// The reply.
        reply: AbortReply,
    },
    /// The call failed and is tried again.
    AbortRetryScheduled {
        /// The attempt that failed.
        attempt: u32,
        /// The delay drawn.
        delay_ms: u64,
        /// Out of this much.
        ceiling_ms: u64,
    },
    /// The call failed too often.
    AbortGivenUp {
        /// After so many.
        attempts: u32,
    },
    /// The clock moved.
    TimeAdvanced {
        /// By so much.
        ms: u64,
    },
    /// A timer was set.
    TimerSet {
        /// What for.
        kind: TimerKind,
        /// When it fires.
        due: Time,
    },
    /// A timer fired.
    TimerFired {
        /// What for.
        kind: TimerKind,
    },
    /// A timer fired, as often as its interval says, and each time nothing had changed.
    LookedInVain {
        /// What for.
        kind: TimerKind,
        /// So many times.
        looks: u64,
        /// When it fires next, if it does.
        next: Option<Time>,
    },
    /// Somebody asked for a call to go wrong.
    FaultArmed {
        /// Which call.
        call: Call,
        /// How.
        reply: FaultReply,
    },
    /// A call went wrong.
    CallFailed {
        /// Which.
        call: Call,
        /// How.
        reply: FaultReply,
    },
    /// A process stopped and started again.
    Restarted {
        /// Which.
        service: Service,
        /// After so many milliseconds.
        down_ms: u64,
    },
    /// A piece of news was lost on its way.
    NewsDropped {
        /// Which.
        work: PendingWork,
    },
    /// A piece of news is told twice.
    NewsDuplicated {
        /// Which.
        work: PendingWork,
    },
    /// The process in a task's pod begins.
    ProcessBegan {
        /// Of this attempt.
        attempt: u32,
    },
    /// A parent's process heard what became of a child.
    ChildHeard {
        /// Its phase.
        phase: ActionPhase,
    },
    /// A parent's process came to a child that did not end well.
    ChildFailureSeen {
        /// In this phase.
        phase: ActionPhase,
    },
    /// The cache was asked.
    CacheAsked,
    /// The cache holds the action's outputs.
    CacheWritten,
    /// The action has given up its reservation.
    ReservationReleased,
}

impl What {
    /// Where it happened.
    pub const fn store(&self) -> Store {
        match self {
            What::RowCreated { .. }
            | What::PhaseRecorded { .. }
            | What::RowRewritten { .. }
            | What::UpdateRefused { .. }
            | What::UpdateSkipped
            | What::AbortRequested { .. }
            | What::AbortAttemptCounted { .. }
            | What::AbortRequestCleared => Store::Row,
            What::ResourceCreated
            | What::FinalizerAdded
            | What::StatusWritten { .. }
            | What::HistoryRestored { .. }
            | What::StatusUnchanged
            | What::SystemFailureCounted { .. }
            | What::PluginAborted { .. }
            | What::PluginFinalized
            | What::LabelsStamped
            | What::SignalStored { .. }
            | What::SignalRepeated
            | What::StatusPut { .. }
            | What::DeletionRequested
            | What::ResourceDeleted => Store::Resource,
            What::EventRecorded { .. } | What::EventDropped { .. } => Store::Events,
            What::AbortQueued
            | What::AbortDeduplicated
            | What::AbortDropped
            | What::AbortCalled { .. }
            | What::AbortSucceeded { .. }
            | What::AbortRetryScheduled { .. }
            | What::AbortGivenUp { .. } => Store::Abort,
            What::TimeAdvanced { .. }
            | What::TimerSet { .. }
            | What::TimerFired { .. }
            | What::LookedInVain { .. }
            | What::FaultArmed { .. }
            | What::Restarted { .. } => Store::Time,
            What::CallFailed { call, .. } => call.store(),
            What::NewsDropped { work: PendingWork::Enqueue } | What::NewsDuplicated { work: PendingWork::Enqueue } => {
                Store::Resource
            }
            What::NewsDropped { .. } | What::NewsDuplicated { .. } => Store::Row,
            What::ProcessBegan { .. } | What::ChildHeard { .. } | What::ChildFailureSeen { .. } => Store::Sdk,
            What::CacheAsked | What::CacheWritten | What::ReservationReleased => Store::Cache,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            What::RowCreated { .. } => "RowCreated",
            What::PhaseRecorded { .. } => "PhaseRecorded",
            What::RowRewritten { .. } => "RowRewritten",
            What::UpdateRefused { .. } => "UpdateRefused",
            What::UpdateSkipped => "UpdateSkipped",
            What::AbortRequested { .. } => "AbortRequested",
            What::AbortAttemptCounted { .. } => "AbortAttemptCounted",
            What::AbortRequestCleared => "AbortRequestCleared",
            What::ResourceCreated => "ResourceCreated",
            What::FinalizerAdded => "FinalizerAdded",
            What::StatusWritten { .. } => "StatusWritten",
            What::HistoryRestored { .. } => "HistoryRestored",
            What::StatusUnchanged => "StatusUnchanged",
            What::SystemFailureCounted { .. } => "SystemFailureCounted",
            What::PluginAborted { .. } => "PluginAborted",
            What::PluginFinalized => "PluginFinalized",
            What::LabelsStamped => "LabelsStamped",
            What::SignalStored { .. } => "SignalStored",
            What::SignalRepeated => "SignalRepeated",
            What::StatusPut { .. } => "StatusPut",
            What::DeletionRequested => "DeletionRequested",
            What::ResourceDeleted => "ResourceDeleted",
            What::EventRecorded { .. } => "EventRecorded",
            What::EventDropped { .. } => "EventDropped",
            What::AbortQueued => "AbortQueued",
            What::AbortDeduplicated => "AbortDeduplicated",
            What::AbortDropped => "AbortDropped",
            What::AbortCalled { .. } => "AbortCalled",
            What::AbortSucceeded { .. } => "AbortSucceeded",
            What::AbortRetryScheduled { .. } => "AbortRetryScheduled",
            What::AbortGivenUp { .. } => "AbortGivenUp",
            What::TimeAdvanced { .. } => "TimeAdvanced",
            What::TimerSet { .. } => "TimerSet",
            What::TimerFired { .. } => "TimerFired",
            What::LookedInVain { .. } => "LookedInVain",
            What::FaultArmed { .. } => "FaultArmed",
            What::CallFailed { .. } => "CallFailed",
            What::Restarted { .. } => "Restarted",
            What::ProcessBegan { .. } => "ProcessBegan",
            What::ChildHeard { .. } => "ChildHeard",
            What::ChildFailureSeen { .. } => "ChildFailureSeen",
            What::NewsDropped { .. } => "NewsDropped",
            What::NewsDuplicated { .. } => "NewsDuplicated",
            What::CacheAsked => "CacheAsked",
            What::CacheWritten => "CacheWritten",
            What::ReservationReleased => "ReservationReleased",
        }
    }
}

/// One fact: when, about which action, what, and the rule that decided it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// When.
    pub at: Time,
    /// About which action; `None` for the clock.
    pub action: Option<ActionId>,
    /// What.
    pub what: What,
    /// Why.
    pub rule: Rule,
}
