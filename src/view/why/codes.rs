//! The closed tables of answers: what an action does or how it ended, and whose matter that is.

use crate::model::words::words;

words! {
    /// What an action does, or how it ended.
    pub enum WhyCode {
        /// Its resource is about to be created.
        QueuedOnItsWay = 0 "queued.onItsWay",
        /// It has no resource, and nobody will create one.
        QueuedNoResource = 1 "queued.noResource",
        /// The executor has asked its plugin for nothing yet.
        QueuedFresh = 2 "queued.fresh",
        /// Its plugin has it queued: its pod is to be scheduled.
        QueuedPlugin = 3 "queued.plugin",
        /// Another attempt begins.
        QueuedRetry = 4 "queued.retry",
        /// The platform failed, and it is launched again.
        QueuedRelaunch = 5 "queued.relaunch",
        /// It waits for room in a quota.
        WaitingQuota = 6 "waiting.quota",
        /// It waits for resources.
        WaitingResources = 7 "waiting.resources",
        /// It waits for another action's outputs.
        WaitingCache = 8 "waiting.cache",
        /// The executor cannot prepare it, and tries again for ever.
        WaitingSetup = 9 "waiting.setup",
        /// Its retry waits as the retry strategy says.
        WaitingBackoff = 10 "waiting.backoff",
        /// After a failure of the platform it is launched again when the executor's interval is over.
        WaitingInterval = 11 "waiting.interval",
        /// It waits for a signal.
        WaitingSignal = 12 "waiting.signal",
        /// It could not be enqueued, and is asked for again.
        WaitingEnqueue = 13 "waiting.enqueue",
        /// Its environment is set up.
        Initializing = 14 "initializing",
        /// Its image is pulled, or cannot be.
        InitializingImage = 15 "initializing.image",
        /// It runs.
        Running = 16 "running",
        /// It runs, and children of it live.
        RunningChildren = 17 "running.children",
        /// It runs, and something below it waits for a signal.
        RunningPausedBelow = 18 "running.pausedBelow",
        /// It runs, and its process waits for news that will not come.
        RunningDeaf = 19 "running.deaf",
        /// It runs, and a child of it has failed, of which nobody tells it.
        RunningChildFailed = 20 "running.childFailed",
        /// It runs, and nobody sees it.
        RunningUnrecorded = 21 "running.unrecorded",
        /// It has ended, and the row was not told.
        EndedUntold = 22 "ended.untold",
        /// It has ended; what it ended with cannot be stored.
        EndedUnstored = 23 "ended.unstored",
        /// Its abort waits for a worker.
        AbortingQueued = 24 "aborting.queued",
        /// Its abort waits for an answer.
        AbortingCalling = 25 "aborting.calling",
        /// The call of its abort failed, and is made again.
        AbortingBackoff = 26 "aborting.backoff",
        /// What runs is stopped.
        AbortingStopping = 27 "aborting.stopping",
        /// The row says ABORTED, and it goes on.
        AbortedGoesOn = 28 "aborted.goesOn",
        /// It succeeded.
        Succeeded = 29 "ended.succeeded",
        /// Its outputs were taken from the cache.
        SucceededCached = 30 "ended.cacheHit",
        /// It was taken over from another run.
        Recovered = 31 "ended.recovered",
        /// It failed by its own code, and no attempt is left.
        FailedUser = 32 "ended.failed",
        /// It failed by its own code in a way that is not tried again.
        FailedForGood = 33 "ended.failedForGood",
        /// It failed by the platform.
        FailedPlatform = 34 "ended.failedByPlatform",
        /// It could not be started.
        FailedInvalid = 35 "ended.failedInvalid",
        /// It failed by what became of a child.
        FailedByChild = 36 "ended.failedByChild",
        /// It took too long.
        TimedOut = 37 "ended.timedOut",
        /// Nobody signalled it in time.
        TimedOutSignal = 38 "ended.notSignalled",
        /// Somebody had it aborted.
        Aborted = 39 "ended.aborted",
        /// It was deleted with what is above it.
        AbortedAlong = 40 "ended.abortedAlong",
        /// Its resource is gone, and its row does not say so.
        Gone = 41 "gone",
        /// None of these.
        Other = 42 "other",
        /// The cluster is ahead of the row, and the news is under way.
        NewsOnItsWay = 43 "newsOnItsWay",
    }
}

words! {
    /// Whose matter it is.
    pub enum Blame {
        /// The user's code or its settings.
        User = 0 "user",
        /// The cluster below.
        Platform = 1 "platform",
        /// Flyte's own.
        Flyte = 2 "flyte",
        /// Nobody's: it is as it should be.
        Nobody = 3 "nobody",
        /// It cannot be told.
        Unknown = 4 "unknown",
    }
}
