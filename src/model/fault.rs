//! What can go wrong between the parts of the control plane: which call, and how.

use super::{Store, words::words};

words! {
    /// A call from one part to another that can be made to fail, once.
    pub enum Call {
        /// The executor sends an action event (`RecordActionEvents`).
        RecordEvent = 0 "recordEvent",
        /// The executor writes a status.
        WriteStatus = 1 "writeStatus",
        /// The executor labels an ended resource.
        PatchLabels = 2 "patchLabels",
        /// The executor adds or removes the finalizer.
        UpdateFinalizer = 3 "updateFinalizer",
        /// The executor has the plugin stop what runs.
        AbortPlugin = 4 "abortPlugin",
        /// The executor has the plugin clean up.
        FinalizePlugin = 5 "finalizePlugin",
        /// The executor reads the resource from its cache.
        ReadResource = 6 "readResource",
        /// The executor prepares what Handle needs: template, output location.
        BuildContext = 7 "buildContext",
        /// The actions service creates a resource (`Enqueue`).
        CreateResource = 8 "createResource",
        /// The informer tells the run service of a new action (`RecordAction`).
        RecordAction = 9 "recordAction",
        /// The informer tells the run service of a phase (`UpdateActionStatus`).
        UpdateActionStatus = 10 "updateActionStatus",
        /// The abort reconciler counts an attempt (`MarkAbortAttempt`).
        MarkAbortAttempt = 11 "markAbortAttempt",
        /// The abort reconciler takes the flag off the row (`ClearAbortRequest`).
        ClearAbortRequest = 12 "clearAbortRequest",
        /// The executor asks the catalog for outputs.
        LookUpCache = 13 "lookUpCache",
        /// The executor asks the catalog for the reservation.
        ReserveCache = 14 "reserveCache",
        /// The executor puts outputs into the catalog.
        PutCache = 15 "putCache",
        /// The run service wakes those who watch an action (`NOTIFY`), when its row or its
        /// events were written.
        Notify = 16 "notify",
        /// The run service pings the connection on which it listens for changes (`LISTEN`); it fails at once.
        ListenPing = 17 "listenPing",
        /// The informer watches resources; the connection breaks at once.
        WatchResources = 18 "watchResources",
        /// Whoever aborts waits until the abort reconciler's queue has room; it gives up waiting.
        PushAbort = 19 "pushAbort",
        /// The abort reconciler has the actions service delete the resource (`Abort`); for where it answers by itself.
        AbortAction = 20 "abortAction",
        /// The actions service looks up what became of an action in the run that is recovered.
        LookUpRecovered = 21 "lookUpRecovered",
        /// The SDK in a parent's process is told of its children (`WatchForUpdates`); for where the process is the SDK's.
        WatchChildren = 22 "watchChildren",
    }
}

words! {
    /// How a call goes wrong.
    pub enum FaultReply {
        /// It fails, and nothing was done.
        Error = 0 "error",
        /// It is answered, and the answer holds a status that says it failed.
        Rejected = 1 "rejected",
        /// It is done, but its answer is lost: the caller takes it for failed.
        TimedOut = 2 "timedOut",
        /// Somebody else wrote the object since it was read.
        Conflict = 3 "conflict",
        /// The reader sees the object as it was when the fault was asked for.
        Stale = 4 "stale",
        /// The connection is dead, and nobody notices.
        Silent = 5 "silent",
    }
}

words! {
    /// A process of the control plane.
    pub enum Service {
        /// The executor: it forgets nothing that matters, and looks at every resource when it starts.
        Executor = 0 "executor",
        /// The actions service: it forgets which actions it has recorded, and the news it has not told.
        Actions = 1 "actions",
        /// The run service: it forgets its abort queue, and scans the rows for pending aborts when it starts.
        Runs = 2 "runs",
        /// The SDK in the parents' processes: it connects its watches anew, and begins with what there is.
        Sdk = 3 "sdk",
    }
}

words! {
    /// The weakest thing that has to go wrong for something to happen, from the mildest on.
    pub enum Fault {
        /// Nothing: normal operation.
        None = 0 "none",
        /// Somebody asks for an abort, or for the same thing twice.
        Op = 1 "op",
        /// Pieces of work overtake one another, or a status update comes late.
        Race = 2 "race",
        /// A call fails.
        Rpc = 3 "rpc",
        /// A process is restarted.
        Crash = 4 "crash",
        /// Clocks disagree.
        Clock = 5 "clock",
    }
}

impl Call {
    /// How this call can go wrong.
    pub const fn replies(self) -> &'static [FaultReply] {
        match self {
            Call::RecordEvent | Call::AbortAction => &[FaultReply::Error, FaultReply::TimedOut],
            Call::WriteStatus => &[FaultReply::Error, FaultReply::Conflict],
            Call::RecordAction | Call::UpdateActionStatus => {
                &[FaultReply::Error, FaultReply::Rejected, FaultReply::TimedOut]
            }
            Call::ReadResource => &[FaultReply::Stale],
            Call::WatchChildren => &[FaultReply::Error, FaultReply::Silent],
            Call::PatchLabels
            | Call::UpdateFinalizer
            | Call::AbortPlugin
            | Call::FinalizePlugin
            | Call::BuildContext
            | Call::CreateResource
            | Call::LookUpRecovered
            | Call::MarkAbortAttempt
            | Call::ClearAbortRequest
            | Call::LookUpCache
            | Call::ReserveCache
            | Call::PutCache
            | Call::Notify
            | Call::ListenPing
            | Call::WatchResources
            | Call::PushAbort => &[FaultReply::Error],
        }
    }

    /// Whether it is about a whole process, not about one action, and goes wrong at once.
    pub const fn is_of_process(self) -> bool {
        matches!(self, Call::ListenPing | Call::WatchResources)
    }

    /// Who makes it; the cache, which the executor asks, is told apart by none.
    pub const fn service(self) -> Option<Service> {
        match self {
            Call::RecordEvent
            | Call::WriteStatus
            | Call::PatchLabels
            | Call::UpdateFinalizer
            | Call::AbortPlugin
            | Call::FinalizePlugin
            | Call::ReadResource
            | Call::BuildContext => Some(Service::Executor),
            Call::WatchChildren => Some(Service::Sdk),
            Call::LookUpRecovered
            | Call::CreateResource
            | Call::RecordAction
            | Call::UpdateActionStatus
            | Call::WatchResources => Some(Service::Actions),
            Call::MarkAbortAttempt
            | Call::ClearAbortRequest
            | Call::Notify
            | Call::ListenPing
            | Call::PushAbort
            | Call::AbortAction => Some(Service::Runs),
            Call::LookUpCache | Call::ReserveCache | Call::PutCache => None,
        }
    }

    /// Where its failure is seen.
    pub const fn store(self) -> Store {
        match self {
            Call::RecordEvent => Store::Events,
            Call::WriteStatus
            | Call::PatchLabels
            | Call::UpdateFinalizer
            | Call::AbortPlugin
            | Call::FinalizePlugin
            | Call::ReadResource
            | Call::BuildContext
            | Call::CreateResource
            | Call::LookUpRecovered => Store::Resource,
            Call::WatchChildren => Store::Sdk,
            Call::RecordAction | Call::UpdateActionStatus | Call::Notify | Call::ListenPing | Call::WatchResources => {
                Store::Row
            }
            Call::MarkAbortAttempt | Call::ClearAbortRequest | Call::PushAbort | Call::AbortAction => Store::Abort,
            Call::LookUpCache | Call::ReserveCache | Call::PutCache => Store::Cache,
        }
    }
}
