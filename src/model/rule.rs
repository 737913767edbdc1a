//! Every decision has a name: one closed enum, with a sentence for people and the place in upstream's code.

/// Where upstream decides it, in flyteorg/flyte at [`UPSTREAM_COMMIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Path of the file.
    pub file: &'static str,
    /// Function, method, message or field in it.
    pub function: &'static str,
}

/// The commit of flyteorg/flyte that the `upstream` rule set follows.
pub const UPSTREAM_COMMIT: &str = "6fadb90d65af26f4db908ec1c5f5af546a3e4299";

/// Of rules about the simulation itself: its clock, its commands.
const HERE: &str = "";
const CONTROLLER: &str = "executor/pkg/controller/taskaction_controller.go";
const CACHE: &str = "executor/pkg/controller/taskaction_cache.go";
const CONDITION: &str = "executor/pkg/controller/taskaction_condition.go";
const CLIENT: &str = "actions/k8s/client.go";
const REPOSITORY: &str = "runs/repository/impl/action.go";
const INTERNAL_RUN_SERVICE: &str = "runs/service/internal_run_service.go";
const RUN_SERVICE: &str = "runs/service/run_service.go";
const ACTIONS_SERVICE: &str = "actions/service/actions_service.go";
const RUN_STATE: &str = "runs/service/run_state_manager.go";
const ABORT_RECONCILER: &str = "runs/service/abort_reconciler.go";
const COLLECTOR: &str = "executor/pkg/controller/garbage_collector.go";
const TASK_ACTION: &str = "executor/api/v1/taskaction_types.go";
const PHASES: &str = "flyteidl2/common/phase.proto";
const TASK: &str = "flyteidl2/task/run.proto";
const TASKS: &str = "flyteidl2/core/tasks.proto";
const LITERALS: &str = "flyteidl2/core/literals.proto";

macro_rules! rules {
    ($($(#[$section:meta])* $variant:ident $sentence:literal $file:ident $function:literal;)+) => {
        /// A named decision. Every fact carries the rule that caused it; every refusal the rule that refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Rule { $(#[doc = $sentence] $variant),+ }

        impl Rule {
            /// Every rule, in the order of the lifecycle.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),+];

            /// The name.
            pub const fn name(self) -> &'static str {
                match self { $(Rule::$variant => stringify!($variant)),+ }
            }

            /// Why, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Rule::$variant => $sentence),+ }
            }

            /// Where upstream decides it, or would; none if only the simulation knows the question.
            pub const fn source(self) -> Option<Source> {
                let source = match self { $(Rule::$variant => Source { file: $file, function: $function }),+ };
                if source.file.is_empty() { None } else { Some(source) }
            }

            /// The rule of that name.
            pub fn parse(name: &str) -> Option<Rule> {
                match name { $(stringify!($variant) => Some(Rule::$variant),)+ _ => None }
            }
        }
    };
}

rules! {
    RunCreated "A run starts with its root action a0, recorded as QUEUED with attempt 1." RUN_SERVICE "CreateRun";
    RefusesDuplicateRun "A run of that name exists, and a run is created once." RUN_SERVICE "CreateRun";
    RunKept "A run of that name exists: its row is kept as it is, and the caller is told that all went well." REPOSITORY "CreateAction";
    RunAnswered "The same request was taken before, so it is answered with the run that is there." RUN_SERVICE "CreateRun";
    NameInvalid "Names become Kubernetes names, so they keep to Kubernetes' letters and lengths." TASK_ACTION "TaskActionSpec";
    SpecInvalid "What was asked for cannot be put into a spec." CLIENT "validateConditionDeclaredType";
    TextTooLong "The resource holds messages of up to 32,768 characters." TASK_ACTION "TaskActionStatus";
    ActionEnqueued "The action gets a resource, which the executor will look at." CLIENT "Enqueue";
    ConditionKept "A condition of that name exists; enqueuing it again changes nothing." CLIENT "Enqueue";
    RefusesDuplicateAction "An action of that name exists." CLIENT "Enqueue";
    RefusesEndedParent "Nothing starts under a parent that has ended or is being deleted." CLIENT "Enqueue";
    RefusesMissingParent "The parent has no resource, so nothing can be owned by it." CLIENT "Enqueue";
    TraceRecorded "A trace is recorded once, in the phase that the SDK reports." INTERNAL_RUN_SERVICE "RecordAction";
    TraceSucceeded "A trace is recorded as SUCCEEDED, whatever the SDK reports." INTERNAL_RUN_SERVICE "RecordAction";
    RecoveredRecorded "A recovered action is recorded directly as RECOVERED: it ended well in an earlier run." PHASES "ACTION_PHASE_RECOVERED";
    RecoveryLookUpFailed "The run that is recovered cannot be looked at; whoever asks is told so and asks again." TASK "Recover";
    RecoveryFailsOpen "The run that is recovered cannot be looked at, so the action is executed anew." TASK "Recover";
    RefusesRecovery "Nothing upstream records an action as recovered." PHASES "ACTION_PHASE_RECOVERED";
    StatusPut "Whoever calls the actions service writes attempts and cache status into the resource." CLIENT "PutStatus";
    RefusesStatusPut "Attempts are counted by the executor: a caller tells of the one that the action is at." CLIENT "PutStatus";
    Imported "The resource was read from outside as it stood." TASK_ACTION "TaskAction";
    ActionRecorded "The run service first hears of the action and inserts its row: QUEUED, attempt 1." INTERNAL_RUN_SERVICE "RecordAction";
    ActionAlreadyRecorded "The row exists; recording the action again leaves it alone." REPOSITORY "CreateAction";
    ParentPromoted "The first sign of a child marks its parent as RUNNING, with attempts 0." CLIENT "notifyRunService";
    UnspecifiedNotForwarded "The resource's conditions name no phase, so the run service is told nothing." CLIENT "notifyRunService";
    RecordedNotForwarded "The end was recorded and labelled; the watch skips the resource from now on." CLIENT "shouldSkipTaskAction";
    TerminalRecorded "The run service took the end, so the resource is labelled and skipped from now on." CLIENT "markTerminalStatusRecorded";
    RowMissing "There is no row to update; the update is lost without an error." REPOSITORY "UpdateActionPhase";

    ValidationFailed "Required fields of the spec are empty, so the task cannot start." CONTROLLER "validateTaskAction";
    PluginNotFound "No plugin is registered for the task type." CONTROLLER "validateTaskAction";
    FinalizerAdded "Before the plugin is asked, a finalizer makes sure that it will be told of a deletion." CONTROLLER "reconcileTask";
    CacheIdentifierMissing "The task asks for caching without naming itself, so the executor tries again for ever." CACHE "buildTaskCacheConfig";
    CacheHit "The catalog knows the outputs, so the task succeeds without its plugin." CACHE "evaluateCacheBeforeExecution";
    CacheOutputsUnreadable "The catalog knows the outputs but they cannot be copied, so the executor tries again." CACHE "evaluateCacheBeforeExecution";
    CacheMiss "The catalog does not know the outputs, so they are to be computed." CACHE "evaluateCacheBeforeExecution";
    CacheLookupFailed "The catalog cannot be asked, so the task runs as if nothing were cached, and without a reservation." CACHE "evaluateCacheBeforeExecution";
    CacheNotLookedUp "The task runs already, so the catalog is not asked for its outputs." CACHE "evaluateCacheBeforeExecution";
    CacheReserved "The action holds the reservation, for this reconcile and some time more, so its plugin is asked." CACHE "evaluateCacheBeforeExecution";
    CacheOwnerAwaited "Another action holds the reservation, so this one waits for its outputs." CACHE "evaluateCacheBeforeExecution";
    CacheReservationFailed "The catalog cannot be asked for the reservation, so the executor tries again." CACHE "evaluateCacheBeforeExecution";
    CachePopulated "The outputs were put into the catalog." CACHE "finalizeCacheAfterExecution";
    CacheAlreadyPopulated "The catalog had the outputs before, which is as good as having put them there." CACHE "finalizeCacheAfterExecution";
    CachePutMisread "The catalog had the outputs before, and says so in a way that the executor does not know: the put counts as failed." CACHE "finalizeCacheAfterExecution";
    CachePutFailed "The outputs could not be put into the catalog; the task has succeeded all the same." CACHE "finalizeCacheAfterExecution";
    PluginReported "What the plugin reports is mapped to status conditions." CONTROLLER "mapPhaseToConditions";
    PhaseHeld "Within one attempt phases only move forward, so an earlier one is noted but not shown." PHASES "ActionPhase";
    PluginUndefined "The plugin cannot tell the phase, so no status condition changes." CONTROLLER "mapPhaseToConditions";
    NothingChanged "Nothing in the status changed, so nothing is written and nothing is told." CONTROLLER "taskActionStatusChanged";
    PluginSucceeded "The plugin reports success; the task is over." CONTROLLER "mapPhaseToConditions";
    PluginFailedPermanently "The plugin reports a failure that no retry can mend; the task is over." CONTROLLER "mapPhaseToConditions";
    PluginReportedAborted "The plugin reports that the task was aborted; the task is over." CONTROLLER "mapPhaseToConditions";
    AttemptFailed "The attempt failed and attempts remain: it is recorded as FAILED, and a reset follows." TASKS "TaskMetadata.retries";
    AttemptTimedOut "The attempt ran out of time and attempts remain: it is recorded as TIMED_OUT, and a reset follows." TASKS "TaskMetadata.timeout";
    ResetToQueued "Attempts remain, so the action is reset to QUEUED with the next attempt number." TASKS "TaskMetadata.retries";
    RestartInPlace "Attempts remain: the resource goes back to Queued with the next attempt, and the failed one is told to nobody." CONTROLLER "reconcileTask";
    RetriesExhausted "The last attempt failed, so the failure is final." CONTROLLER "reconcileTask";
    TimeoutRestarts "The attempt ran out of time and attempts remain: TIMED_OUT is told of it, and the resource goes back to Queued with the next attempt." CONTROLLER "reconcileTimedOutAttempt";
    TimeoutHeld "The attempt's time is over, but what runs could not be cleaned up: the attempt is kept, and cleaned up again." CONTROLLER "reconcileTimedOutAttempt";
    DeadlineExceeded "The action's time is over, so it ends TIMED_OUT at whichever attempt it is." LITERALS "TimeoutStrategy.deadline";
    EndedInTime "The attempt's time was over before anybody looked, but the plugin proves that it had ended before." CONTROLLER "attemptOverran";
    TimeoutFinal "The last attempt ran out of time, so the timeout is final." TASKS "TaskMetadata.timeout";
    StatusTooLong "A condition's message can have 32,768 characters, so the API server refuses this status each time it is written." TASK_ACTION "TaskActionStatus";
    SystemFailureTolerated "The platform failed, not the user's code: the failure is counted and consumes no attempt." CONTROLLER "recordSystemError";
    SystemFailureCeiling "The platform failed more often in a row than is tolerated; the task is over." CONTROLLER "recordSystemError";
    NonRetryableCode "An error with this code will not go away, so the task fails at once." CONTROLLER "recordSystemError";
    TerminalShortCircuit "The resource has ended; the executor only makes sure of its labels." CONTROLLER "Reconcile";
    TerminalLabels "An ended resource is labelled with the minute of its end, for the garbage collector." CONTROLLER "ensureTerminalLabels";

    ConditionPaused "No signal yet and time remains: the condition waits." CONDITION "reconcileCondition";
    SignalReceived "A signal is there, so the condition succeeds, even at its deadline." CONDITION "reconcileCondition";
    DeadlinePassed "No signal came before the deadline, which counts from the creation." CONDITION "reconcileCondition";
    ConditionSpecInvalid "The condition's spec is empty or cannot be decoded." CONDITION "reconcileCondition";
    SignalStored "The signal fits the condition and is stored in its status." CLIENT "Signal";
    SignalRepeated "The same signal was sent before; sending it again is fine and changes nothing." CLIENT "Signal";
    RefusesSignalValue "A signal carries one bool, int, float or string." CLIENT "Signal";
    RefusesSignalMissing "There is no resource to signal." CLIENT "Signal";
    RefusesSignalKind "Only a condition can be signalled." CLIENT "Signal";
    RefusesSignalChange "The condition was signalled with another value, and the first one counts." CLIENT "Signal";
    RefusesSignalCompleted "The condition has ended, so a signal comes too late." CLIENT "Signal";
    RefusesSignalSpec "The condition's spec cannot be decoded, so its type is unknown." CLIENT "Signal";
    RefusesSignalType "The signal's type is not the one that the condition declares." CLIENT "Signal";

    DeletionRequested "The abort call deletes the resource; the finalizer holds it until the plugin has been told." CLIENT "AbortAction";
    AbortAndFinalize "A resource under deletion has its plugin told to abort and to clean up." CONTROLLER "handleAbortAndFinalize";
    AbortedEvent "The attempt under deletion is told as ABORTED." CONTROLLER "handleAbortAndFinalize";
    EndedStaysAsItEnded "The attempt has ended and was told so; its deletion is no news." CONTROLLER "handleAbortAndFinalize";
    FinalizerRemoved "With the finalizer gone, Kubernetes removes the resource." CONTROLLER "handleAbortAndFinalize";
    DeletedAtOnce "Nothing holds a resource without finalizer, so it is gone at once." CONTROLLER "handleAbortAndFinalize";
    CascadeDeletes "Kubernetes deletes the children of a resource that is gone, level by level." CLIENT "Enqueue";
    DeletionEndsAborted "The resource was deleted before it ended, so its action ends ABORTED." CLIENT "buildActionUpdate";
    DeletionKeepsEnd "The resource was deleted after it ended, so its action keeps that end." CLIENT "buildActionUpdate";

    GuardAdmitsForward "The guard admits a phase that comes later in the lifecycle." REPOSITORY "UpdateActionPhase";
    GuardAdmitsSame "The guard admits the phase that is recorded: the row is written again." REPOSITORY "UpdateActionPhase";
    GuardAdmitsRetry "The guard admits leaving FAILED or TIMED_OUT, since a retry may follow." REPOSITORY "UpdateActionPhase";
    GuardAdmitsSettlement "The guard admits ending a paused action." REPOSITORY "UpdateActionPhase";
    GuardAdmitsListed "The guard's table lists this change." REPOSITORY "UpdateActionPhase";
    GuardRefusesBackward "The guard refuses a phase that comes earlier in the lifecycle." REPOSITORY "UpdateActionPhase";
    GuardRefusesTerminal "The guard refuses to leave a terminal phase: an action that ended stays ended." REPOSITORY "UpdateActionPhase";
    GuardRefusesRetryElsewhere "The guard lets FAILED and TIMED_OUT go back to QUEUED only, for a new attempt." REPOSITORY "UpdateActionPhase";
    GuardRefusesResume "The guard refuses to set a paused action running: a pause is left by ending." REPOSITORY "UpdateActionPhase";
    GuardRefusesUnlisted "The guard's table does not list this change." REPOSITORY "UpdateActionPhase";
    GuardRefusesStaleAttempt "The guard refuses news of an attempt that is over." REPOSITORY "UpdateActionPhase";
    GuardRefusesRepeatedAttempt "The guard refuses to leave an ended attempt without a higher attempt number." REPOSITORY "UpdateActionPhase";
    GuardRefusesUnaskedReset "The guard refuses to reset an ended action for an attempt that the executor has not begun." REPOSITORY "UpdateActionPhase";
    GuardRefusesEarlyAttempt "The guard refuses a new attempt while the recorded one has not ended." REPOSITORY "UpdateActionPhase";
    GuardRefusesExcessAttempt "The guard refuses an attempt beyond the retries that were asked for." REPOSITORY "UpdateActionPhase";

    AbortRequested "The row is written as ABORTED at once; what runs is stopped afterwards." REPOSITORY "AbortAction";
    RefusesAbortOfEnded "The action has ended, and what has ended cannot be aborted." RUN_SERVICE "AbortAction";
    AbortQueued "The abort waits in the queue for a worker." ABORT_RECONCILER "Push";
    AbortDeduplicated "The queue holds an abort of this action, so this one adds nothing." ABORT_RECONCILER "Push";
    AbortBlocked "The queue is full, so whoever aborts waits until there is room." ABORT_RECONCILER "push";
    AbortQueueFull "The queue was full until whoever aborts gave up waiting: the task is dropped and the row keeps its flag." ABORT_RECONCILER "push";
    AbortCounted "Each call is counted in the row before it is made." REPOSITORY "MarkAbortAttempt";
    AbortNotCounted "The store failed to count, so no call is made; it is tried again after the first delay, as often as it takes." ABORT_RECONCILER "processTask";
    AbortRowMissing "There is no row to count in, so there is nothing to abort and the task is dropped." ABORT_RECONCILER "processTask";
    AbortCalled "A worker asks the actions service to delete the resource and waits for the reply." ABORT_RECONCILER "processTask";
    AbortSucceeded "The call got through, so the abort is done." ABORT_RECONCILER "processTask";
    AbortAlreadyGone "The resource is gone, which is what the abort wanted." ABORT_RECONCILER "isAlreadyTerminated";
    NamesakeDeleted "The abort call names the resource by run and action, and deletes that of another project's action." CLIENT "AbortAction";
    AbortBackoff "The call failed; it is tried again after a random delay whose ceiling doubles each time." ABORT_RECONCILER "scheduleRequeue";
    AbortGivenUp "The call failed as often as is allowed; the abort is given up." ABORT_RECONCILER "processTask";
    AbortRequestCleared "An abort that is done, or given up, takes its flag off the row." REPOSITORY "ClearAbortRequest";
    AbortRequestKept "An abort that was given up keeps its flag on the row, so that nobody takes it for done." REPOSITORY "ClearAbortRequest";
    NoAbortCall "No call of the abort reconciler waits for a reply." ABORT_RECONCILER "processTask";
    RefusesDraw "A drawn delay lies between 0 and its ceiling." HERE "";
    EventFirstWriterWins "An event with this attempt, phase and version is stored, and the first one counts." REPOSITORY "InsertEvents";

    EventNotRecorded "The event could not be stored, so the status is not written either; the whole reconcile is done again." CONTROLLER "updateTaskActionStatus";
    EventReplyLost "The event was stored but the answer was lost, so the reconcile is done again; the event's key keeps it single." CONTROLLER "updateTaskActionStatus";
    StatusNotWritten "The status could not be written although its event was sent; the whole reconcile is done again." CONTROLLER "updateTaskActionStatus";
    StatusConflictRetried "Somebody else wrote the resource first; the status is written on a fresh copy." CONTROLLER "updateTaskActionStatus";
    ConflictDecidedAnew "Somebody else wrote the resource while the executor decided, so it looks again and decides anew." CONTROLLER "updateTaskActionStatus";
    ConflictKeepsDecision "Somebody else wrote the resource while the executor decided; what it had decided is written all the same." CONTROLLER "updateTaskActionStatus";
    PlainWriteSwallowed "The status could not be written, and nobody looks at that error: it is as if nothing had happened." CONTROLLER "recordSystemError";
    PlainWriteRetried "The status could not be written at first, so it was written again." CONTROLLER "recordSystemError";
    LabelsNotStamped "The labels could not be put on; the next reconcile does it." CONTROLLER "ensureTerminalLabels";
    FinalizerNotWritten "The finalizer could not be written; the reconcile is done again, with all that comes before." CONTROLLER "reconcileTask";
    RetryHeld "The plugin could not stop the failed attempt, so it is kept, and no other begins beside it." CONTROLLER "reconcileTask";
    PluginAbortIgnored "The plugin could not stop the attempt; that is only logged, and the next attempt starts beside it." CONTROLLER "reconcileTask";
    DeletionHeld "A step before the deletion failed, so the resource, and its children with it, stay until a later try." CONTROLLER "handleAbortAndFinalize";
    CleanupSkipped "What cleaning up needs could not be prepared, so the resource goes without it: what ran is left behind, and no event tells the end." CONTROLLER "handleAbortAndFinalize";
    StaleRead "The executor's cache is behind, so it decides on the resource as it was." CONTROLLER "Reconcile";
    ContextNotBuilt "What Handle needs could not be prepared; the executor tries again after its interval, as often as it takes." CONTROLLER "reconcileTask";
    EnqueueSwallowed "The resource could not be created; the caller is told that all went well, and nobody tries again." RUN_SERVICE "CreateRun";
    EnqueueRetried "The resource could not be created, so it is tried again." RUN_SERVICE "CreateRun";
    ResourceNameTaken "The one namespace has a resource of that name, of another project's action; the error is only logged, so the run stays QUEUED." RUN_SERVICE "CreateRun";
    ResourceInvalid "Kubernetes does not take the resource: a field is empty, too long or no label; the error is only logged, so the run stays QUEUED." TASK_ACTION "TaskActionSpec";
    EnqueueFailed "The resource could not be created; the caller is told so and tries again." CLIENT "Enqueue";
    RefusesLateEnqueue "The run ended before its resource was created, so none is created." RUN_SERVICE "CreateRun";
    RecordFailed "The run service did not record the action; the next news of it records it." CLIENT "notifyRunService";
    RecordLost "The run service rejected the record inside its reply, where nobody looks: the action counts as recorded." CLIENT "notifyRunService";
    NewsForgotten "The run service did not take the news, and nobody calls again; the next event of the resource tells it, or the next resync." CLIENT "notifyRunService";
    NewsGone "The resource is gone with its last news untold, so nobody ever tells it." CLIENT "notifyRunService";
    PromotionForgotten "The run service did not set the parent running, and nobody asks again once the child is recorded." CLIENT "notifyRunService";
    ResyncTimerSet "Every ten hours the informer takes up all resources anew, and tells what was not taken." CLIENT "setupInformer";
    NewsToldAgain "The run service did not take the news, so it is told again." CLIENT "notifyRunService";
    NewsDuplicated "The news comes twice." HERE "";
    NeverLost "This is not news that can be lost: it is looked at until it is done." HERE "";
    AbortClearFailed "The flag could not be taken off the row; the task is done with, so only a restart looks at it again." ABORT_RECONCILER "processTask";
    FaultArmed "The next call of that kind goes wrong, once." HERE "";
    RefusesFault "This call cannot go wrong in that way." HERE "";
    ExecutorRestarted "The executor starts and looks at every resource." CONTROLLER "SetupWithManager";
    ActionsRestarted "The actions service starts: its filter and its news are gone, and it sees every resource as new." CLIENT "handleWatchEvent";
    RunsRestarted "The run service starts: its abort queue is gone, and it looks for pending aborts in the rows." ABORT_RECONCILER "startupScan";
    WatchBroken "The connection on which resources are watched broke: what there is is listed anew, and what was only in between is told to nobody." CLIENT "setupInformer";
    WakeUpKept "The queue of notifications is full; those who watch are told when there is room." REPOSITORY "notifyActionUpdate";
    WakeUpLost "The queue of notifications is full, so those who watch are not told, and go on seeing what was before." REPOSITORY "notifyActionUpdate";
    ListenerRenewed "The ping of the connection that listens for changes failed, so the connection is made anew." REPOSITORY "processNotifications";
    ListenerGivenUp "The ping of the connection that listens for changes failed, and listening ends for good: all watches are silent." REPOSITORY "processNotifications";
    GarbageCollected "The resource ended long enough ago, so the garbage collector deletes it." COLLECTOR "collect";
    CollectionWaits "Garbage collection waits until the end is recorded and no child lives." COLLECTOR "collect";
    CollectionTimerSet "The first sweep that will find the resource old enough." COLLECTOR "collect";
    LabelsInherited "The new task takes over the labels of its parent, those of its end included." CLIENT "inheritRunContextFromParentTaskAction";
    LeaseTimerSet "The reservation outlives its owner's last word by three heartbeats, and is nobody's then." CACHE "cacheReservationHeartbeat";
    RequeueTimerSet "The executor looks again after its interval." CONTROLLER "Reconcile";
    CacheReleased "The action gives up its reservation, since it has ended or another attempt follows." CACHE "finalizeCacheAfterExecution";
    CacheLeaseExpired "The owner of the reservation was not heard of for longer than its lease." CACHE "evaluateCacheBeforeExecution";
    RefusesSignalAborted "The condition's row was aborted, so a signal comes too late." CLIENT "Signal";

    ProcessBegins "The parent's process begins, and its watch with what there is of its children." HERE "";
    ChildTold "The actions service tells the parent's process what became of the child." CLIENT "notifySubscribers";
    ChildListed "A watch that connects begins with the children whose resources are there." ACTIONS_SERVICE "WatchForUpdates";
    GoneChildListed "What is gone is told with its end, so that nobody waits for it." ACTIONS_SERVICE "WatchForUpdates";
    ChildWatchRenewed "The watch of the parent's process broke, and is connected anew; what was only in between is told to nobody." ACTIONS_SERVICE "WatchForUpdates";
    ChildWatchDied "The watch of the parent's process is dead, and nobody notices: it waits for news that will not come." ACTIONS_SERVICE "WatchForUpdates";
    ChildFailureRaised "The parent's process raises what became of its child, and ends by that." HERE "";
    ChildFailureCancels "The parent's process has its other children aborted, and raises what became of this one." HERE "";
    ChildFailureCaught "The parent's process catches what became of its child, and goes on." HERE "";
    ChildCancelled "The parent's process has the actions service abort a child; no row says why." CLIENT "AbortAction";
    EnqueueAskedAgain "The child could not be enqueued; the parent's process waits and asks again, longer each time." HERE "";
    EnqueueTimerSet "The wait before the SDK asks again: half a second, doubled each time, ten seconds at the most." HERE "";
    SdkRestarted "The parents' processes connect their watches anew." HERE "";

    TimeAdvances "Time passes." HERE "";
    AttemptTimerSet "The attempt may be RUNNING for so long." TASKS "TaskMetadata.timeout";
    QueuedTimerSet "The attempt may be queued for so long before it is INITIALIZING." LITERALS "TimeoutStrategy.queued_timeout";
    ActionTimerSet "The action may take so long, from when it is first QUEUED, with all its attempts." LITERALS "TimeoutStrategy.deadline";
    BackoffTimerSet "The retry strategy has this attempt wait: the base, times the factor for each retry before it, and the cap at the most." LITERALS "RetryStrategy.backoff";
    PaceTimerSet "After a failure of the platform the plugin is asked again when the executor's interval is over." CONTROLLER "recordSystemError";
    DeadlineTimerSet "The condition may wait for so long, counted from its creation." CONDITION "reconcileCondition";
    RetryTimerSet "The delay drawn for the next abort call." ABORT_RECONCILER "scheduleRequeue";
    TimerDue "A timer's time has come." HERE "";
    NoTimer "There is no such timer." HERE "";
    TimeOutOfRange "Virtual time ends where the calendar of JavaScript ends." HERE "";
    Bounded "What one command does and what one simulation holds is bounded, so that it always ends." HERE "";
    NothingToDeliver "There is no such piece of work waiting." HERE "";
    DeliveredInOrder "News of one action is delivered in order." CLIENT "dispatchEvent";

    UnknownAction "There is no action of that name." REPOSITORY "GetAction";
    UnknownRun "There is no run of that name." REPOSITORY "AbortRun";
    RefusesUnknownSpec "Only a task, a trace or a condition can be recorded; a task without a type is none of them." INTERNAL_RUN_SERVICE "RecordAction";
    RefusesStoreError "The store failed, so the call fails and nothing is queued." RUN_SERVICE "AbortAction";
    StoreErrorInReply "An error of the store comes as a code inside the reply; the call itself never fails." INTERNAL_RUN_SERVICE "statusFromError";
    RefusesFilterFunction "A watch filters by phase with VALUE_IN and by name with CONTAINS_CASE_INSENSITIVE, and by nothing else." RUN_STATE "validateAndTransformFilters";
    RefusesFilterPhase "A watch that filters by phase names phases by their numbers." RUN_STATE "validateAndTransformFilters";
    RefusesOrphan "A watch that reads a child before its parent ends with an error." RUN_STATE "upsertAction";
    RefusesPluginKind "Only a task has a plugin." CONTROLLER "Reconcile";
    RefusesPluginMissing "The action has no resource, so no plugin is asked." CONTROLLER "Reconcile";
    RefusesPluginEnded "The resource has ended, so its plugin is asked no more." CONTROLLER "Reconcile";
    RefusesPluginDeleted "The resource is being deleted, so its plugin is only told to abort." CONTROLLER "Reconcile";
    RefusesPluginWaiting "The executor waits before it asks the plugin again." CONTROLLER "reconcileTask";
    RefusesPluginNotReady "The executor has not got round to asking the plugin yet." CONTROLLER "reconcileTask";
    CommandInvalid "The command cannot be read." HERE "";
}

impl core::fmt::Display for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_back_and_says_why_in_one_sentence() {
        for &rule in Rule::ALL {
            assert_eq!(Rule::parse(rule.name()), Some(rule));
            assert!(rule.sentence().ends_with('.'), "{rule}");
            assert!(rule.source().is_none_or(|source| !source.function.is_empty()), "{rule}");
        }
        assert_eq!(Rule::parse("Nonsense"), None);
    }
}
