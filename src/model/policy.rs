//! The rule sets as values of one struct: one field for each question on which the documented lifecycle and upstream's
//! code part, at the modelled commit or in what has been merged since. A rule branches on the policy it owns; who else
//! names one, and why, is listed in `tests/tidy.rs`.

use super::words::words;

/// A policy, as data: what it is about and what its values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Which it is, for those who have something to say of each.
    pub id: PolicyId,
    /// The name of the field.
    pub name: &'static str,
    /// What it decides.
    pub sentence: &'static str,
    /// Each value and what happens under it.
    pub values: &'static [(&'static str, &'static str)],
    /// The value in [`Rules::documented`].
    pub documented: &'static str,
    /// The value in [`Rules::upstream`].
    pub upstream: &'static str,
    /// The value in [`Rules::merged`].
    pub merged: &'static str,
    /// Where it is discussed.
    pub links: &'static [&'static str],
}

/// A policy that does not exist, or a value that it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyError {
    /// There is no policy of that name.
    UnknownPolicy,
    /// The policy takes other values: these.
    UnknownValue(&'static [(&'static str, &'static str)]),
}

/// A place in upstream's code, at [`super::rule::UPSTREAM_COMMIT`].
macro_rules! at {
    ($place:literal) => {
        concat!("https://github.com/flyteorg/flyte/blob/6fadb90d65af26f4db908ec1c5f5af546a3e4299/", $place)
    };
}

/// The first of some values.
macro_rules! first {
    ($first:expr, $($rest:tt)*) => {
        $first
    };
}

macro_rules! policies {
    ($($(#[doc = $doc:literal])+ $field:ident $text:literal: $kind:ident {
        $($variant:ident = $number:literal $word:literal $meaning:literal),+ $(,)?
    } documented $documented:ident, upstream $upstream:ident $(, merged $merged:ident)?, links [$($link:expr),*];)+) => {
        $(words! {
            $(#[doc = $doc])+
            pub enum $kind { $(#[doc = $meaning] $variant = $number $word),+ }
        })+

        /// The policies. Whoever has something to say of each goes through these, so that no new one can be forgotten.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum PolicyId { $($(#[doc = $doc])+ $kind),+ }

        /// A rule set: one value for each policy.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct Rules { $($(#[doc = $doc])+ pub $field: $kind),+ }

        impl Rules {
            /// The lifecycle as documented.
            pub const fn documented() -> Rules {
                Rules { $($field: $kind::$documented),+ }
            }

            /// The lifecycle as upstream's code has it, at [`super::rule::UPSTREAM_COMMIT`].
            pub const fn upstream() -> Rules {
                Rules { $($field: $kind::$upstream),+ }
            }

            /// The lifecycle as upstream's code has it with what has been merged since.
            pub const fn merged() -> Rules {
                Rules { $($field: first!($($kind::$merged,)? $kind::$upstream,)),+ }
            }

            /// The rule sets, by name.
            pub const SETS: [(&'static str, Rules); 3] = [
                ("documented", Rules::documented()),
                ("upstream", Rules::upstream()),
                ("merged", Rules::merged()),
            ];

            /// The value in force of the policy of that name.
            pub fn get(&self, policy: &str) -> Option<&'static str> {
                match policy { $($text => Some(self.$field.name()),)+ _ => None }
            }

            /// Puts another value in force.
            pub fn set(&mut self, policy: &str, value: &str) -> Result<(), PolicyError> {
                match policy {
                    $($text => {
                        let known = $kind::parse(value);
                        self.$field = known.ok_or(PolicyError::UnknownValue(&[$(($word, $meaning)),+]))?;
                    })+
                    _ => return Err(PolicyError::UnknownPolicy),
                }
                Ok(())
            }
        }

        impl Policy {
            /// Every policy.
            pub const ALL: &'static [Policy] = &[$(Policy {
                id: PolicyId::$kind,
                name: $text,
                sentence: concat!($($doc),+).trim_ascii_start(),
                values: &[$(($word, $meaning)),+],
                documented: $kind::$documented.name(),
                upstream: $kind::$upstream.name(),
                merged: first!($($kind::$merged,)? $kind::$upstream,).name(),
                links: &[$($link),*],
            }),+];
        }
    };
}

policies! {
    /// Which changes of the recorded phase the row's guard admits.
    guard "guard": Guard {
        Documented = 0 "documented" "Phases move forward; only FAILED and TIMED_OUT may be left, and only to QUEUED for a retry.",
        Numeric = 1 "numeric" "A phase with the same or a higher number is admitted, and nothing else.",
        Retryable = 2 "retryable" "The same or a higher number is admitted, and everything from FAILED and TIMED_OUT.",
        Upstream = 3 "upstream" "As retryable, and a paused action may end.",
        Table = 4 "table" "A table of allowed changes, as proposed upstream.",
    } documented Documented, upstream Upstream, links [
        "https://github.com/flyteorg/flyte/pull/7120",
        "https://github.com/flyteorg/flyte/pull/7875",
        "https://github.com/flyteorg/flyte/pull/7797"
    ];
    /// Whether the guard looks at the attempt that an update is about.
    attempt_check "attemptCheck": AttemptCheck {
        Enforced = 0 "enforced" "News of an attempt that is over, and attempts nobody asked for, are refused.",
        Ignored = 1 "ignored" "The attempt is written as it comes, also backwards.",
    } documented Enforced, upstream Ignored, links [
        at!("runs/repository/impl/action.go#L439-L480")
    ];
    /// How a failed attempt is recorded when another one follows.
    retry "retry": Retry {
        Recorded = 0 "recorded" "The attempt is recorded FAILED or TIMED_OUT, then the action is reset to QUEUED.",
        InPlace = 1 "inPlace" "The resource goes back to Queued in place; the failed attempt leaves no trace.",
        Stuck = 2 "stuck" "The resource stays RetryableFailure, and nobody begins the next attempt, as it was before #7093.",
    } documented Recorded, upstream InPlace, links [
        "https://github.com/flyteorg/flyte/pull/7093",
        at!("executor/pkg/controller/taskaction_controller.go#L456-L507")
    ];
    /// Whether a task's maximum runtime is enforced.
    task_timeout "taskTimeout": TaskTimeout {
        Enforced = 0 "enforced" "An attempt that is RUNNING for too long ends TIMED_OUT.",
        Ignored = 1 "ignored" "Nothing reads the timeout.",
    } documented Enforced, upstream Ignored, merged Enforced, links [
        "https://github.com/flyteorg/flyte/issues/7901",
        "https://github.com/flyteorg/flyte/pull/7910"
    ];
    /// Whether the time is bounded that an attempt may be queued.
    queued_timeout "queuedTimeout": QueuedTimeout {
        Enforced = 0 "enforced" "An attempt that is not INITIALIZING in time ends TIMED_OUT.",
        Ignored = 1 "ignored" "Nothing reads that bound.",
    } documented Enforced, upstream Ignored, links [
        at!("flyteidl2/core/literals.proto#L250-L279"),
        "https://github.com/flyteorg/flyte/pull/7910"
    ];
    /// Whether the time is bounded that a task may take, all its attempts together.
    deadline "deadline": Deadline {
        Enforced = 0 "enforced" "A task that has not ended by then ends TIMED_OUT, whatever its attempts.",
        Ignored = 1 "ignored" "Nothing reads that bound.",
    } documented Enforced, upstream Ignored, links [
        at!("flyteidl2/core/literals.proto#L250-L279"),
        "https://github.com/flyteorg/flyte/pull/7910"
    ];
    /// Whether a retry waits as its retry strategy says.
    backoff "backoff": BackoffWaits {
        Waited = 0 "waited" "The next attempt is QUEUED, and launched when the wait is over.",
        Ignored = 1 "ignored" "Nothing reads it: the next attempt is launched at once.",
    } documented Waited, upstream Ignored, links [
        at!("flyteidl2/core/literals.proto#L208-L248"),
        at!("executor/pkg/controller/taskaction_controller.go#L456-L507")
    ];
    /// How soon the plugin is asked again after a system failure.
    failure_pace "failurePace": FailurePace {
        Interval = 0 "interval" "After a requeue interval, so that a short outage counts once.",
        AtOnce = 1 "atOnce" "At once, since counting the failure writes the resource: a short outage can use up all that is tolerated.",
    } documented Interval, upstream AtOnce, links [
        at!("executor/pkg/controller/taskaction_controller.go#L209-L252"),
        at!("executor/pkg/controller/taskaction_controller.go#L1022-L1029"),
        "https://github.com/flyteorg/flyte/issues/8066"
    ];
    /// What becomes of a retry whose failed attempt could not be stopped.
    retry_cleanup "retryCleanup": RetryCleanup {
        Awaited = 0 "awaited" "It waits: no attempt is launched beside another one.",
        Ignored = 1 "ignored" "The next attempt begins all the same, and what was left may still run.",
    } documented Awaited, upstream Ignored, links [
        at!("executor/pkg/controller/taskaction_controller.go#L456-L486")
    ];
    /// What the actions service lets its callers write into a status (`Update`).
    status_update "statusUpdate": StatusUpdate {
        OwnAttempt = 0 "ownAttempt" "The cache status of the attempt it is at; attempts are counted by the executor.",
        Anything = 1 "anything" "Any attempt, also one beyond the retries, or none.",
    } documented OwnAttempt, upstream Anything, links [
        at!("actions/k8s/client.go#L261-L293")
    ];
    /// What resets the count of system failures.
    system_failure_reset "systemFailureReset": SystemFailureReset {
        NewAttempt = 0 "newAttempt" "Only a new attempt, so a task that cannot be launched ends.",
        AnyTransition = 1 "anyTransition" "Any other report, that of a mere relaunch included: the ceiling may never be reached.",
    } documented NewAttempt, upstream AnyTransition, links [
        "https://github.com/flyteorg/flyte/issues/7874",
        "https://github.com/flyteorg/flyte/pull/7899",
        "https://github.com/flyteorg/flyte/issues/8066"
    ];
    /// Whether an earlier phase, reported within one attempt, is shown.
    phase_order "phaseOrder": PhaseOrder {
        Held = 0 "held" "Within an attempt the status conditions only move forward.",
        Followed = 1 "followed" "The status conditions go back, which the row's guard then refuses: the stores disagree.",
    } documented Held, upstream Followed, links ["https://github.com/flyteorg/flyte/issues/7926"];
    /// Whether waiting for resources reaches the row.
    waiting "waiting": Waiting {
        Recorded = 0 "recorded" "The row shows WAITING_FOR_RESOURCES.",
        EventOnly = 1 "eventOnly" "Only an event tells it; the row stays QUEUED.",
    } documented Recorded, upstream EventOnly, links [
        at!("actions/k8s/client.go#L870-L900")
    ];
    /// Which phase a resource with reason Aborted reports.
    aborted_phase "abortedPhase": AbortedPhase {
        Aborted = 0 "aborted" "ABORTED.",
        Failed = 1 "failed" "FAILED, as every Failed condition but a timeout.",
    } documented Aborted, upstream Failed, links [
        at!("actions/k8s/client.go#L870-L900")
    ];
    /// What an abort of an ended action does.
    abort_of_ended "abortOfEnded": AbortOfEnded {
        Refused = 0 "refused" "It is refused: what has ended stays as it ended.",
        Overwrites = 1 "overwrites" "The row becomes ABORTED, whatever it was.",
    } documented Refused, upstream Overwrites, links [
        at!("runs/repository/impl/action.go#L528-L549")
    ];
    /// Which rows get the reason of an abort.
    abort_reason "abortReason": AbortReason {
        Inherited = 0 "inherited" "The whole subtree.",
        RootOnly = 1 "rootOnly" "Only the row that the abort names.",
    } documented Inherited, upstream RootOnly, links [
        at!("runs/repository/impl/action.go#L88-L114")
    ];
    /// What becomes of an abort that is given up.
    abort_give_up "abortGiveUp": AbortGiveUp {
        KeepsRequest = 0 "keepsRequest" "Its flag stays on the row, since nothing was stopped.",
        ClearsRequest = 1 "clearsRequest" "Its flag is cleared as if all had gone well; the task runs on under an ABORTED row.",
    } documented KeepsRequest, upstream ClearsRequest, links [
        at!("runs/service/abort_reconciler.go#L254-L262")
    ];
    /// Whether the first sign of a child touches its parent's row.
    promotion "promotion": Promotion {
        None = 0 "none" "Never: a parent's row is its own.",
        ResetsAttempts = 1 "resetsAttempts" "The parent is set RUNNING with attempts 0, also if it has failed.",
    } documented None, upstream ResetsAttempts, links [
        "https://github.com/flyteorg/flyte/pull/7089",
        at!("actions/k8s/client.go#L795-L812")
    ];
    /// What happens to the end time when an action leaves a terminal phase.
    end_time "endTime": EndTime {
        FollowsPhase = 0 "followsPhase" "It is there exactly while the phase is terminal.",
        FirstKept = 1 "firstKept" "The first one stays for good, also through retries.",
    } documented FollowsPhase, upstream FirstKept, links [
        at!("runs/repository/impl/action.go#L455-L475")
    ];
    /// In which phase a trace is recorded.
    trace_phase "tracePhase": TracePhase {
        AsReported = 0 "asReported" "In the one the SDK reports.",
        Succeeded = 1 "succeeded" "SUCCEEDED, also if the SDK reports a failure.",
    } documented AsReported, upstream Succeeded, links [
        at!("runs/service/internal_run_service.go#L131-L137")
    ];
    /// Which changes of phase leave an event.
    events "events": Events {
        EveryPhase = 0 "everyPhase" "Every one, so that every ending can be explained.",
        PluginOnly = 1 "pluginOnly" "Those a plugin reports: conditions, traces and invalid specs leave none.",
    } documented EveryPhase, upstream PluginOnly, links [
        at!("executor/pkg/controller/taskaction_condition.go#L47-L104")
    ];
    /// Whether the deletion of an ended resource leaves an ABORTED event.
    deletion_event "deletionEvent": DeletionEvent {
        UnlessEnded = 0 "unlessEnded" "No: it had ended.",
        Always = 1 "always" "Yes, also after a success.",
    } documented UnlessEnded, upstream Always, links [
        at!("executor/pkg/controller/taskaction_controller.go#L554-L612")
    ];
    /// Which attempt the row is told while the resource has not counted one.
    reported_attempts "reportedAttempts": ReportedAttempts {
        AtLeastOne = 0 "atLeastOne" "1: attempts count from 1.",
        AsStored = 1 "asStored" "0, as the status has it.",
    } documented AtLeastOne, upstream AsStored, links [
        at!("executor/pkg/controller/taskaction_controller.go#L509-L512")
    ];
    /// What the watch tells when a status was written twice before it looked.
    watch "watch": Watch {
        EveryStatus = 0 "everyStatus" "Both, in order.",
        Latest = 1 "latest" "The newest only.",
    } documented EveryStatus, upstream Latest, links [
        "https://github.com/flyteorg/flyte/pull/7659",
        at!("actions/k8s/client.go#L515-L634")
    ];
    /// Whether the parent of a new action must be alive.
    parent_check "parentCheck": ParentCheck {
        Enforced = 0 "enforced" "Nothing starts under a parent that has ended.",
        Ignored = 1 "ignored" "It is enough that the parent's resource is there.",
    } documented Enforced, upstream Ignored, links [
        at!("actions/k8s/client.go#L142-L145")
    ];
    /// What a second creation of a run does.
    duplicate_run "duplicateRun": DuplicateRun {
        Refused = 0 "refused" "It is refused, whatever it asks for.",
        Silent = 1 "silent" "It is answered as a success, and the row stays as it was.",
        SameRequest = 2 "sameRequest" "The same request is answered with the run that is there, so that a lost answer can be asked for again; another one is refused.",
    } documented SameRequest, upstream Silent, links [
        at!("runs/repository/impl/action.go#L241-L283")
    ];
    /// How a second enqueue of an action is answered.
    duplicate_action "duplicateAction": DuplicateAction {
        AlreadyExists = 0 "alreadyExists" "With ALREADY_EXISTS, which the SDK understands.",
        Internal = 1 "internal" "With INTERNAL, so that the SDK tries a hundred times.",
    } documented AlreadyExists, upstream Internal, links [
        "https://github.com/flyteorg/flyte/issues/7926",
        at!("actions/service/actions_service.go#L51-L57")
    ];
    /// Whether the informer looks inside the reply before it takes an action for recorded.
    in_band_check "inBandCheck": InBandCheck {
        Checked = 0 "checked" "A rejected record is sent again with the next news.",
        Ignored = 1 "ignored" "A rejected record counts as made; the action runs without a row.",
        NotFound = 2 "notFound" "It counts as made; but an update of a row that is not there has the action recorded again.",
    } documented Checked, upstream Ignored, links [
        "https://github.com/flyteorg/flyte/issues/7257",
        "https://github.com/flyteorg/flyte/pull/7892",
        "https://github.com/flyteorg/flyte/pull/7812"
    ];
    /// Whether an action is recorded whose spec says too little: a task without a type, or a condition that does not decode.
    unreadable_spec "unreadableSpec": UnreadableSpec {
        Recorded = 0 "recorded" "Yes, so that its failure is to be seen.",
        Rejected = 1 "rejected" "No: it has no row, and fails where nobody looks.",
    } documented Recorded, upstream Rejected, links [
        at!("actions/k8s/client.go#L753-L784"),
        at!("runs/service/internal_run_service.go#L176-L178")
    ];
    /// What becomes of news that the run service did not take.
    lost_news "lostNews": LostNews {
        ToldAgain = 0 "toldAgain" "It is told again until it is taken, also after a restart.",
        Forgotten = 1 "forgotten" "It is logged and forgotten; the next event of the resource tells it, or the informer's resync after up to ten hours.",
    } documented ToldAgain, upstream Forgotten, links ["https://github.com/flyteorg/flyte/pull/7896"];
    /// What becomes of a plain status write that fails.
    plain_write "plainWrite": PlainWrite {
        Retried = 0 "retried" "It is made again.",
        Swallowed = 1 "swallowed" "It is taken for made: a system failure is not counted, an invalid task does not end.",
        InvalidSpecRetried = 2 "invalidSpecRetried" "That of an invalid task is made again; a system failure is not counted.",
    } documented Retried, upstream Swallowed, merged InvalidSpecRetried, links ["https://github.com/flyteorg/flyte/pull/7967"];
    /// What becomes of a deletion for which the plugin cannot be told to clean up.
    cleanup "cleanup": Cleanup {
        Awaited = 0 "awaited" "It waits until the plugin was told.",
        Skipped = 1 "skipped" "The resource goes all the same: what ran is left behind, and no event tells the end.",
    } documented Awaited, upstream Skipped, links [
        at!("executor/pkg/controller/taskaction_controller.go#L574-L580")
    ];
    /// What the executor does when somebody else wrote the resource while it decided.
    conflict_retry "conflictRetry": ConflictRetry {
        DecidesAnew = 0 "decidesAnew" "It looks again and decides anew.",
        KeepsDecision = 1 "keepsDecision" "It writes what it had decided: a condition signalled in time can time out.",
    } documented DecidesAnew, upstream KeepsDecision, links [
        at!("executor/pkg/controller/taskaction_controller.go#L666-L685")
    ];
    /// What becomes of a run whose resource could not be created.
    enqueue_failure "enqueueFailure": EnqueueFailure {
        Retried = 0 "retried" "It is tried again.",
        Swallowed = 1 "swallowed" "The failure is logged, and the run stays QUEUED for ever.",
    } documented Retried, upstream Swallowed, links [
        "https://github.com/flyteorg/flyte/issues/7872",
        "https://github.com/flyteorg/flyte/pull/7805"
    ];
    /// Which resources can have the same name.
    namespace "namespace": Namespace {
        PerProject = 0 "perProject" "Those of different projects and domains: runs of different projects never touch.",
        Shared = 1 "shared" "None: a run of a name that another project uses stays QUEUED, and its abort deletes the other's resource.",
    } documented PerProject, upstream Shared, links [
        "https://github.com/flyteorg/flyte/pull/7287",
        at!("actions/k8s/client.go#L932-L945")
    ];
    /// When it is found out that Kubernetes would not take an action's resource: a name or a type that is too long, a
    /// field that must not be empty, a project that is no label.
    invalid_resource "invalidResource": InvalidResource {
        Refused = 0 "refused" "At once: whoever asks is told what is wrong.",
        Late = 1 "late" "When it is created: a run stays QUEUED for ever, and a child is answered INTERNAL, so that the SDK asks again.",
    } documented Refused, upstream Late, links [
        at!("runs/service/run_service.go#L366-L389"),
        at!("executor/config/crd/bases/flyte.org_taskactions.yaml#L128-L162")
    ];
    /// Whether anything records an action as taken over from an earlier run.
    recovery "recovery": Recovery {
        Recorded = 0 "recorded" "Yes: what succeeded in the run that is recovered is RECOVERED from the start.",
        Nothing = 1 "nothing" "No: the phase is read and never written.",
        FailsOpen = 2 "failsOpen" "Yes; but if the run that is recovered cannot be looked at, the action is executed anew.",
    } documented Recorded, upstream Nothing, links [
        "https://github.com/flyteorg/flyte/pull/7825",
        "https://github.com/flyteorg/flyte/pull/7978"
    ];
    /// Whether a condition that has ended takes the signal again that ended it.
    repeated_signal "repeatedSignal": RepeatedSignal {
        WhileWaiting = 0 "whileWaiting" "No: it is answered as any late signal is.",
        Always = 1 "always" "Yes: the same value is answered as a success.",
    } documented WhileWaiting, upstream Always, links [
        at!("flyteidl2/actions/actions_service.proto#L34-L40"),
        at!("actions/k8s/client.go#L299-L354")
    ];
    /// Whether a run that was aborted before its resource was created still gets one.
    late_enqueue "lateEnqueue": LateEnqueue {
        Checked = 0 "checked" "No: what has ended does not start.",
        Unchecked = 1 "unchecked" "Yes: it runs to its end under an ABORTED row.",
    } documented Checked, upstream Unchecked, links [
        at!("runs/service/abort_reconciler.go#L278-L296")
    ];
    /// Whether a condition whose row was aborted still takes a signal.
    signal_of_aborted "signalOfAborted": SignalOfAborted {
        Refused = 0 "refused" "No.",
        Accepted = 1 "accepted" "Yes, as long as its resource is there: the code goes on, the row says ABORTED.",
    } documented Refused, upstream Accepted, links [
        at!("actions/k8s/client.go#L299-L354")
    ];
    /// Whether a new task takes over the labels of a parent that has ended.
    label_inheritance "labelInheritance": LabelInheritance {
        Own = 0 "own" "No: labels of an end are earned.",
        FromParent = 1 "fromParent" "Yes: the informer never looks at the child, and the garbage collector takes it.",
    } documented Own, upstream FromParent, links [
        at!("actions/k8s/client.go#L1092-L1101")
    ];
    /// Whether garbage collection waits for what is still needed.
    gc_of_living "gcOfLiving": GcOfLiving {
        Waits = 0 "waits" "It waits until the end is recorded and no child lives.",
        Deletes = 1 "deletes" "It goes by the labels alone; living children are deleted along.",
    } documented Waits, upstream Deletes, links [
        at!("executor/pkg/controller/garbage_collector.go#L107-L128")
    ];
    /// Until when a cached result can end a task.
    cache_lookup "cacheLookup": CacheLookup {
        BeforeLaunch = 0 "beforeLaunch" "Until the task is launched.",
        UntilRunning = 1 "untilRunning" "Until it is Running: what is starting goes on under a SUCCEEDED row.",
    } documented BeforeLaunch, upstream UntilRunning, links [
        at!("executor/pkg/controller/taskaction_cache.go#L53-L68")
    ];
    /// Whether a task that is to run alone does so while the catalog cannot be asked for outputs.
    cache_error "cacheError": CacheError {
        StillReserves = 0 "stillReserves" "Yes: it still needs the reservation.",
        RunsUnreserved = 1 "runsUnreserved" "No: it runs as if nothing were cached, beside whoever else runs.",
    } documented StillReserves, upstream RunsUnreserved, links [
        at!("executor/pkg/controller/taskaction_cache.go#L70-L74")
    ];
    /// What becomes of a reservation whose owner was not heard of for its lease.
    cache_lease "cacheLease": CacheLease {
        HeldToTheEnd = 0 "heldToTheEnd" "It holds until the owner has ended.",
        Expires = 1 "expires" "Another action takes it, and both run.",
    } documented HeldToTheEnd, upstream Expires, links [
        at!("cache_service/manager/manager.go#L236-L242")
    ];
    /// What the executor makes of a put of outputs that another run has put there meanwhile.
    cache_put "cachePut": CachePut {
        Recognised = 0 "recognised" "The outputs are there, which is as good as having put them there.",
        Misread = 1 "misread" "It looks for a code of another protocol: the task has succeeded, with a failed put.",
    } documented Recognised, upstream Misread, links [
        at!("executor/pkg/controller/taskaction_cache.go#L104-L112"),
        at!("cache_service/manager/manager.go#L104-L110")
    ];
    /// When the cache status of a task tells of a look-up.
    cache_status "cacheStatus": CacheStatusTold {
        Always = 0 "always" "From the first look-up on: a miss, or a look-up that failed.",
        AtTheEnd = 1 "atTheEnd" "When outputs were found or put, and while the task waits for another one.",
    } documented Always, upstream AtTheEnd, links [
        at!("flyteidl2/core/catalog.proto#L9-L21")
    ];
    /// Who is to blame for a plain exit code of the user's container.
    exit_code "exitCode": ExitCode {
        User = 0 "user" "The user: an attempt is consumed.",
        System = 1 "system" "The platform: the task is launched again, for ever if it goes on so.",
    } documented User, upstream System, merged User, links [
        "https://github.com/flyteorg/flyte/issues/7874",
        "https://github.com/flyteorg/flyte/pull/7899"
    ];
    /// Which code a failure has that counts as the platform's, and whether people see codes at all.
    error_code "errorCode": ErrorCodes {
        Kept = 0 "kept" "The pod's own, as Shutdown or NodeShutdown; events tell no code.",
        Interrupted = 1 "interrupted" "Interrupted, whatever it was; events tell no code.",
        Told = 2 "told" "The pod's own, and events tell it.",
    } documented Kept, upstream Interrupted, merged Told, links [
        "https://github.com/flyteorg/flyte/pull/7879",
        at!("flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go#L1610-L1616")
    ];
    /// What becomes of an error whose text is longer than a condition's message can be.
    long_message "longMessage": LongMessage {
        Cut = 0 "cut" "The condition holds its beginning.",
        Refused = 1 "refused" "The status is refused each time it is written, so the task never ends.",
    } documented Cut, upstream Refused, links [
        at!("executor/config/crd/bases/flyte.org_taskactions.yaml#L202"),
        at!("executor/pkg/controller/taskaction_controller.go#L929-L937")
    ];
    /// How exact the times in a resource are.
    times "times": Times {
        Exact = 0 "exact" "To the millisecond.",
        WholeSeconds = 1 "wholeSeconds" "Cut to whole seconds, as Kubernetes stores them.",
    } documented Exact, upstream WholeSeconds, links [
        at!("executor/api/v1/taskaction_types.go")
    ];
    /// What becomes of a wake-up of those who watch an action when the queue of notifications is full.
    notification "notification": Notification {
        Kept = 0 "kept" "It is given when there is room.",
        Lost = 1 "lost" "It is dropped with the request that waits for room: they go on seeing what was before.",
    } documented Kept, upstream Lost, links [
        "https://github.com/flyteorg/flyte/issues/7757",
        "https://github.com/flyteorg/flyte/pull/7787",
        "https://github.com/flyteorg/flyte/pull/7807",
        "https://github.com/flyteorg/flyte/pull/7809"
    ];
    /// What a failed ping of the connection that listens for changes of rows does.
    listener "listener": Listener {
        Renewed = 0 "renewed" "The connection is made anew, and watches go on.",
        GivenUp = 1 "givenUp" "Listening ends for good: all watches of the process are silent until it restarts.",
    } documented Renewed, upstream GivenUp, links [
        at!("runs/repository/impl/action.go#L949-L954")
    ];
    /// When a watch of an action closes.
    watch_end "watchEnd": WatchEnd {
        WithRow = 0 "withRow" "When the action has ended and its end is told: the last message has the final phase.",
        ByEvents = 1 "byEvents" "As soon as an event tells an end, while the row may still say RUNNING.",
    } documented WithRow, upstream ByEvents, links [
        at!("runs/service/run_service.go#L1243-L1275")
    ];
    /// In which order a watch of a run reads its actions.
    watch_order "watchOrder": WatchOrder {
        ParentsFirst = 0 "parentsFirst" "Each parent before its children.",
        ByCreation = 1 "byCreation" "By creation and then by name: of what was made in one second a child may come first, which ends the watch.",
    } documented ParentsFirst, upstream ByCreation, links [
        "https://github.com/flyteorg/flyte/pull/7260",
        at!("runs/service/run_service.go#L1400-L1440"),
        at!("runs/service/run_state_manager.go#L191-L216")
    ];
    /// What a parent's process hears of a child that ended while its watch was broken.
    child_news "childNews": ChildNews {
        EveryEnd = 0 "everyEnd" "Its end: a dead watch is noticed, and what is gone is told as well.",
        WhatIsThere = 1 "whatIsThere" "Nothing, if its resource is gone by then, or if nobody notices that the watch is dead: it waits for ever.",
    } documented EveryEnd, upstream WhatIsThere, links [
        at!("actions/service/actions_service.go#L86-L160"),
        at!("actions/k8s/client.go#L456-L466")
    ];
    /// What a list of actions tells of each.
    listed_metadata "listedMetadata": ListedMetadata {
        Full = 0 "full" "Its kind, its name and its type, as a watch does.",
        ParentOnly = 1 "parentOnly" "Its parent and its group: nobody sees by it what an action is.",
    } documented Full, upstream ParentOnly, links [
        at!("runs/service/run_service.go#L1845-L1889")
    ];
    /// What a watch of a run's details tells.
    watch_run_details "watchRunDetails": WatchRunDetails {
        Full = 0 "full" "The details.",
        Empty = 1 "empty" "Details that are empty.",
    } documented Full, upstream Empty, links [
        at!("runs/service/run_service.go#L1164-L1214")
    ];
    /// Which runs are listed as waiting for somebody.
    paused_listing "pausedListing": PausedListing {
        Living = 0 "living" "Those with a PAUSED action that have not ended.",
        AnyPaused = 1 "anyPaused" "Those with a PAUSED action, also if they are over.",
    } documented Living, upstream AnyPaused, links [
        at!("runs/repository/impl/filters.go#L19-L30")
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_takes_each_of_its_values_and_the_rule_sets_part_on_it() {
        for policy in Policy::ALL {
            assert_eq!(Rules::documented().get(policy.name), Some(policy.documented));
            assert_eq!(Rules::upstream().get(policy.name), Some(policy.upstream));
            assert_eq!(Rules::merged().get(policy.name), Some(policy.merged));
            assert_ne!(policy.documented, policy.upstream, "{}", policy.name);
            assert!(!policy.links.is_empty(), "{} has no link", policy.name);
            for link in policy.links {
                let path = link.strip_prefix("https://github.com/flyteorg/flyte/").expect("upstream's own place");
                let commit = path.strip_prefix("blob/").and_then(|path| path.split('/').next());
                assert!(commit.is_none_or(|commit| commit == crate::model::rule::UPSTREAM_COMMIT), "{link}");
            }
            for (value, meaning) in policy.values {
                let mut rules = Rules::documented();
                assert_eq!(rules.set(policy.name, value), Ok(()));
                assert_eq!(rules.get(policy.name), Some(*value));
                assert!(meaning.ends_with('.'), "{}", policy.name);
            }
        }
        let mut rules = Rules::documented();
        assert_eq!(rules.set("guards", "numeric"), Err(PolicyError::UnknownPolicy));
        assert!(matches!(rules.set("guard", "none"), Err(PolicyError::UnknownValue(_))));
        assert_eq!(rules, Rules::documented());
    }
}
