/*
 * The types that ship with the package. This file is compiled into the module and emitted at the top of its
 * `.d.ts`. `tests/package/shape.test.mjs` holds it against what the module really returns and takes, key by key and word
 * by word; `tests/types` against uses that must compile, and misuses that must not.
 */

/** The phase of an action as the run service records it (flyteidl2/common/phase.proto, without the prefix). */
export type ActionPhase =
  | "UNSPECIFIED"
  | "QUEUED"
  | "WAITING_FOR_RESOURCES"
  | "INITIALIZING"
  | "RUNNING"
  | "SUCCEEDED"
  | "FAILED"
  | "ABORTED"
  | "TIMED_OUT"
  | "PAUSED"
  | "RECOVERED";

/** The phase a task's plugin reports (flyteplugins/go/tasks/pluginmachinery/core/phase.go). */
export type PluginPhase =
  | "Undefined"
  | "NotReady"
  | "WaitingForResources"
  | "Queued"
  | "Initializing"
  | "Running"
  | "Success"
  | "RetryableFailure"
  | "PermanentFailure"
  | "WaitingForCache"
  | "Aborted";

/** `"<run>/<action>"`; the root action of a run is `"<run>/a0"`. */
export type ActionId = string;

export type ActionKind = "task" | "condition" | "trace";
export type RuleSet = "documented" | "upstream" | "merged";
export type GuardVariant = "documented" | "numeric" | "retryable" | "upstream" | "table";
/** Who is to blame; UNKNOWN, if nobody said, counts as the user. */
export type ErrorKind = "USER" | "SYSTEM" | "UNKNOWN";
export type ValueType = "bool" | "int" | "float" | "string";
/** Exactly one of them. */
export type SignalValue =
  | { bool: boolean; int?: never; float?: never; string?: never }
  | { int: number; bool?: never; float?: never; string?: never }
  | { float: number; bool?: never; int?: never; string?: never }
  | { string: string; bool?: never; int?: never; float?: never };

/** What the actions service answers to one Abort call. `ok`: the call gets through. */
export type AbortReply =
  | "ok"
  | "notFound"
  | "internalNotFound"
  | "internal"
  | "unavailable"
  | "deadlineExceeded"
  | "unknown";

export interface ExecutionError {
  code: string;
  kind: ErrorKind;
  message: string;
}

export interface ReportedError extends ExecutionError {
  /** How many characters the whole message has, if only its beginning is given; a condition's holds 32,768. */
  length?: number;
}

export interface TaskSpec {
  /** Retries + 1; 1 if absent. */
  maxAttempts?: number;
  /** Bound on the time one attempt may be RUNNING, in milliseconds; absent or 0: none. */
  timeoutMs?: number;
  /** Bound on the time before one attempt is INITIALIZING, in milliseconds; absent or 0: none. Read by nobody as coded. */
  maxQueuedMs?: number;
  /**
   * Bound on the time until the action has ended, all attempts together, in milliseconds; absent or 0: none. Read by nobody
   * as coded.
   */
  deadlineMs?: number;
  /** How long a retry waits: before retry n, from 0, `baseMs × factorⁿ`, `capMs` at the most. Read by nobody as coded. */
  backoff?: {
    /** In milliseconds; 0 if absent. */
    baseMs?: number;
    /** From 1 on; 1 if absent. */
    factor?: number;
    /** In milliseconds; it cannot be left out where the factor is above 1. */
    capMs?: number;
  };
  /** With `parents: "sdk"`: what its process does about a child that does not end well; `"raises"` if absent. */
  childFailure?: ChildFailure;
  /**
   * `"container"` if absent. Each type has a plugin: `"clustered-task"` one of its own, all others the pod plugin. A
   * `"raw-container"` and a `"sidecar"` change what `exit` means.
   */
  taskType?: string;
  /** How many containers its template has; 1 if absent. With 0 no pod can be built, and the task fails at once. */
  containers?: number;
  /** Required spec fields left empty, to see validation fail. */
  missing?: SpecField[];
  /** How its outputs are cached; not at all if absent. */
  cache?: {
    /** Whether they are; true if absent. */
    discoverable?: boolean;
    /** Whether one action at a time computes them; false if absent. */
    serializable?: boolean;
    /** What they are found by, up to 256 characters; the task type if absent. */
    key?: string;
    /** The template lacks the identifier that caching needs: the executor tries again for ever. */
    unidentified?: boolean;
  };
}
/**
 * `raises`: the process ends by it, and other children go on. `cancels`: it has its other children aborted, and raises.
 * `catches`: it goes on.
 */
export type ChildFailure = "raises" | "cancels" | "catches";
export type SpecField =
  | "runName"
  | "project"
  | "domain"
  | "actionName"
  | "taskType"
  | "taskTemplate"
  | "inputUri"
  | "runOutputBase";

export interface ConditionSpec {
  valueType: ValueType;
  /** Time to signal from the creation of the condition, in milliseconds; absent or 0: no deadline. */
  timeoutMs?: number;
  prompt?: string;
  /** The stored spec cannot be decoded: the condition fails with InvalidSpec. */
  invalid?: boolean;
  /** The stored spec has no bytes: the condition fails with InvalidSpec. */
  empty?: boolean;
}

/** The policies and their values; `divergences()` says what each means. */
export interface Policies {
  guard: "documented" | "numeric" | "retryable" | "upstream" | "table";
  attemptCheck: "enforced" | "ignored";
  retry: "recorded" | "inPlace" | "stuck";
  taskTimeout: "enforced" | "ignored";
  queuedTimeout: "enforced" | "ignored";
  deadline: "enforced" | "ignored";
  backoff: "waited" | "ignored";
  failurePace: "interval" | "atOnce";
  retryCleanup: "awaited" | "ignored";
  statusUpdate: "ownAttempt" | "anything";
  systemFailureReset: "newAttempt" | "anyTransition";
  phaseOrder: "held" | "followed";
  waiting: "recorded" | "eventOnly";
  abortedPhase: "aborted" | "failed";
  abortOfEnded: "refused" | "overwrites";
  abortReason: "inherited" | "rootOnly";
  abortGiveUp: "keepsRequest" | "clearsRequest";
  promotion: "none" | "resetsAttempts";
  endTime: "followsPhase" | "firstKept";
  tracePhase: "asReported" | "succeeded";
  events: "everyPhase" | "pluginOnly";
  deletionEvent: "unlessEnded" | "always";
  reportedAttempts: "atLeastOne" | "asStored";
  watch: "everyStatus" | "latest";
  parentCheck: "enforced" | "ignored";
  duplicateRun: "refused" | "silent" | "sameRequest";
  duplicateAction: "alreadyExists" | "internal";
  inBandCheck: "checked" | "ignored" | "notFound";
  unreadableSpec: "recorded" | "rejected";
  lostNews: "toldAgain" | "forgotten";
  plainWrite: "retried" | "swallowed" | "invalidSpecRetried";
  cleanup: "awaited" | "skipped";
  conflictRetry: "decidesAnew" | "keepsDecision";
  enqueueFailure: "retried" | "swallowed";
  namespace: "perProject" | "shared";
  invalidResource: "refused" | "late";
  recovery: "recorded" | "nothing" | "failsOpen";
  repeatedSignal: "whileWaiting" | "always";
  lateEnqueue: "checked" | "unchecked";
  signalOfAborted: "refused" | "accepted";
  labelInheritance: "own" | "fromParent";
  gcOfLiving: "waits" | "deletes";
  cacheLookup: "beforeLaunch" | "untilRunning";
  cacheError: "stillReserves" | "runsUnreserved";
  cacheLease: "heldToTheEnd" | "expires";
  cachePut: "recognised" | "misread";
  cacheStatus: "always" | "atTheEnd";
  exitCode: "user" | "system";
  errorCode: "kept" | "interrupted" | "told";
  longMessage: "cut" | "refused";
  times: "exact" | "wholeSeconds";
  notification: "kept" | "lost";
  listener: "renewed" | "givenUp";
  watchEnd: "withRow" | "byEvents";
  watchOrder: "parentsFirst" | "byCreation";
  childNews: "everyEnd" | "whatIsThere";
  listedMetadata: "full" | "parentOnly";
  watchRunDetails: "full" | "empty";
  pausedListing: "living" | "anyPaused";
}

/** A rule set, or one with some policies changed. */
export type RulesConfig = RuleSet | ({ base: RuleSet } & Partial<Policies>);

export interface SimulationConfig {
  rules?: RulesConfig;
  /** Seeds the draws of the abort back-off where a command leaves them out. */
  seed?: number;
  /** Milliseconds since the epoch; 2026-01-01T00:00:00Z if absent. */
  startTime?: number;
  /** The executor's interval, in milliseconds: when it looks again at what waits or could not be deleted. 10,000 if
   * absent or 0. */
  requeueMs?: number;
  /** System failures tolerated in a row; 3 if absent or 0. */
  maxSystemFailures?: number;
  /** The abort reconciler's limits; what is absent or 0 is upstream's default. */
  abort?: {
    /** Calls in flight at the same time; 5. */
    workers?: number;
    /** Calls for one abort before it is given up; 10. */
    maxAttempts?: number;
    /** The first ceiling of the delay between two calls, in milliseconds; 1,000. It doubles each time. */
    initialDelayMs?: number;
    /** The highest ceiling, in milliseconds; 300,000. */
    maxDelayMs?: number;
    /** Places in the queue; 1,000. */
    queueSize?: number;
    /**
     * Who answers its calls. `"ok"`, for `new Simulation` and `fromTaskActions`: the actions service does, at once, unless
     * the fault `abortAction` was armed. `"ask"`: each call waits for an `abortReply`; so it is in traces, links and
     * `fromJSON` that do not say.
     */
    reply?: "ok" | "ask";
  };
  /** The garbage collector; none if absent. `{}` is upstream's: every 30 minutes, what ended an hour ago. */
  gc?: {
    /** Time between two sweeps, in milliseconds; 0 is no sweep. */
    intervalMs?: number;
    /** How long an ended resource stays, in milliseconds; 0 is until the next sweep. */
    ttlMs?: number;
  };
  /** `immediate`: work due now is done after each command. `manual`: each piece waits for a `deliver`. */
  delivery?: "immediate" | "manual";
  /**
   * Who says what the process in a parent's pod does. `commanded`, if absent: whoever drives the simulation, by `enqueue` and
   * by the plugin's reports. `sdk`: it hears of its children through a watch, raises what did not end well as the task's
   * `childFailure` says, and asks again for what could not be enqueued.
   */
  parents?: "commanded" | "sdk";
  /**
   * Whether a plugin says again what it said in a reconcile that failed. `repeat`, for `new Simulation` and
   * `fromTaskActions`: the executor asks again and the plugin says the same, as upstream's do, so that a run goes on after a
   * call that fails once. `once`: the next `plugin` command says it; so it is in traces, links and `fromJSON` that do not say.
   */
  plugins?: "repeat" | "once";
}

export type Command =
  /** `recover`: children named as one that succeeded in that run are recorded RECOVERED, and not executed. */
  | { type: "createRun"; run: string; project?: string; domain?: string; task?: TaskSpec; recover?: string }
  | { type: "enqueue"; action: ActionId; parent: ActionId; task: TaskSpec; condition?: never; trace?: never }
  | { type: "enqueue"; action: ActionId; parent: ActionId; condition: ConditionSpec; task?: never; trace?: never }
  | {
      type: "enqueue";
      action: ActionId;
      parent: ActionId;
      trace: { phase?: ActionPhase };
      task?: never;
      condition?: never;
    }
  | { type: "import"; action: ActionId; parent?: ActionId; resource: ImportedResource }
  | { type: "recover"; action: ActionId; parent?: ActionId }
  | {
      type: "plugin";
      action: ActionId;
      /**
       * `occurredAt` is when it happened, in milliseconds since 1970, as the plugin proves; it decides whether a success
       * counts that is told after the attempt's time was over.
       */
      result: { phase: PluginPhase; version?: number; reason?: string; error?: ReportedError; occurredAt?: number };
      failure?: never;
    }
  | { type: "plugin"; action: ActionId; failure: { code?: string; message: string }; result?: never }
  /** The task's pod ends with this exit code (0 to 255) and says no more about it; the rules say what that becomes. */
  | { type: "exit"; action: ActionId; code: number }
  | { type: "signal"; action: ActionId; value: SignalValue; by?: string }
  | { type: "abortAction"; action: ActionId; reason?: string }
  | { type: "abortRun"; run: string; reason?: string }
  | { type: "abortReply"; action: ActionId; reply: AbortReply; drawMs?: number }
  | { type: "updatePhase"; action: ActionId; phase: ActionPhase; attempts?: number }
  /** Somebody writes attempts and cache status into the resource (`ActionsService.Update`). */
  | { type: "putStatus"; action: ActionId; attempts: number; cacheStatus?: CacheStatus }
  | { type: "advance"; ms: number }
  | { type: "fire"; timer?: number }
  | { type: "deliver"; item?: number }
  /** News is lost, or comes twice, on its way from one process to another (manual delivery). */
  | { type: "drop"; item?: number }
  | { type: "duplicate"; item?: number }
  /** The next call of that kind goes wrong, once; an error if `reply` is absent. */
  | { type: "fault"; call: Call; reply?: FaultReply; action?: ActionId }
  /** A process stops and starts again; the executor can be down for a while. */
  | { type: "restart"; service: Service; downMs?: number };

/** `CatalogCacheStatus`, upstream's names. */
export type CacheStatus =
  | "CACHE_DISABLED"
  | "CACHE_MISS"
  | "CACHE_HIT"
  | "CACHE_POPULATED"
  | "CACHE_LOOKUP_FAILURE"
  | "CACHE_PUT_FAILURE"
  | "CACHE_SKIPPED"
  | "CACHE_EVICTED";

/** A call from one part of the control plane to another that can be made to fail. */
export type Call =
  | "recordEvent"
  | "writeStatus"
  | "patchLabels"
  | "updateFinalizer"
  | "abortPlugin"
  | "finalizePlugin"
  | "readResource"
  | "buildContext"
  | "createResource"
  | "recordAction"
  | "updateActionStatus"
  | "markAbortAttempt"
  | "clearAbortRequest"
  | "lookUpCache"
  | "reserveCache"
  | "putCache"
  | "notify"
  | "listenPing"
  | "watchResources"
  | "pushAbort"
  | "abortAction"
  | "lookUpRecovered"
  | "watchChildren";

/** How: it fails; its answer holds a status that says so; it is done but the answer is lost; somebody else wrote first; an
 * old object is read; the connection is dead and nobody notices. Which calls take which, `faults()` lists. */
export type FaultReply = "error" | "rejected" | "timedOut" | "conflict" | "stale" | "silent";
export type Service = "executor" | "actions" | "runs" | "sdk";

/** A TaskAction as `fromTaskActions` has read it; times are milliseconds since the epoch. */
export interface ImportedResource {
  project?: string;
  domain?: string;
  createdAt: number;
  /** Exactly one of `task` and `condition`. */
  task?: TaskSpec;
  condition?: ConditionSpec;
  finalizer?: boolean;
  deletedAt?: number;
  completedAt?: number;
  recorded?: boolean;
  pluginPhase?: PluginPhase;
  pluginPhaseVersion?: number;
  attempts?: number;
  /** When the attempt began to run, and when its time was over, as the resource keeps them since #7910. */
  attemptStartedAt?: number;
  timeoutAt?: number;
  systemFailures?: number;
  /** `CatalogCacheStatus`, upstream's number. */
  cacheStatus?: number;
  conditions?: {
    type: StatusCondition["type"];
    status: StatusCondition["status"];
    reason: string;
    message?: string;
    at: number;
  }[];
  phaseHistory?: { phase: string; at: number; message?: string }[];
  error?: ExecutionError;
  signal?: { value: SignalValue; by?: string; at?: number };
  /** The row beside it, where that is known; else it is as the resource would have it. */
  row?: { phase: ActionPhase; attempts?: number; endedAt?: number; abortPending?: boolean };
}

/** Which of upstream's stores a fact happened in; `abort` is the abort reconciler, `time` the virtual clock,
 * `sdk` the process in a parent's pod. */
export type Store = "row" | "resource" | "events" | "abort" | "time" | "cache" | "sdk";

export type EventType =
  | "RowCreated"
  | "PhaseRecorded"
  | "RowRewritten"
  | "UpdateRefused"
  | "UpdateSkipped"
  | "AbortRequested"
  | "AbortAttemptCounted"
  | "AbortRequestCleared"
  | "ResourceCreated"
  | "FinalizerAdded"
  | "StatusWritten"
  | "HistoryRestored"
  | "StatusUnchanged"
  | "SystemFailureCounted"
  | "PluginAborted"
  | "PluginFinalized"
  | "LabelsStamped"
  | "SignalStored"
  | "SignalRepeated"
  | "StatusPut"
  | "DeletionRequested"
  | "ResourceDeleted"
  | "EventRecorded"
  | "EventDropped"
  | "AbortQueued"
  | "AbortDeduplicated"
  | "AbortDropped"
  | "AbortCalled"
  | "AbortSucceeded"
  | "AbortRetryScheduled"
  | "AbortGivenUp"
  | "TimeAdvanced"
  | "TimerSet"
  | "TimerFired"
  | "LookedInVain"
  | "FaultArmed"
  | "CallFailed"
  | "Restarted"
  | "NewsDropped"
  | "NewsDuplicated"
  | "ProcessBegan"
  | "ChildHeard"
  | "ChildFailureSeen"
  | "CacheAsked"
  | "CacheWritten"
  | "ReservationReleased";

export interface Source {
  /** Path in flyteorg/flyte at {@link UPSTREAM_COMMIT}. */
  file: string;
  function: string;
}

/** One fact. */
export interface Event {
  seq: number;
  /** Virtual time, milliseconds since the epoch. */
  at: number;
  action: ActionId | null;
  store: Store;
  type: EventType;
  /** The recorded phase before and after (`row`), or the phase told (`events`). */
  from?: ActionPhase;
  to?: ActionPhase;
  attempt?: number;
  /** The attempt of the abort reconciler, from 1. */
  abortAttempt?: number;
  /** The timer that was set or has fired, and when the one that was set fires, milliseconds since the epoch. */
  timer?: TimerSnapshot["what"];
  due?: number;
  /** The process that started again. */
  service?: Service;
  /** The name of the rule that decided it. */
  rule: string;
  /** Why, in a sentence. */
  sentence: string;
  /** What exactly, in a few words: the condition reason, the message, the delay drawn. */
  detail?: string;
  source?: Source;
}

/** What a command led to. What is told more than once is shared between steps, and frozen. */
export interface Step {
  readonly index: number;
  readonly at: number;
  /** As it was sent; with its draw, if it left one out. */
  readonly command: Command;
  readonly events: readonly Event[];
}

/** What an action does, or how it ended, as `sim.why` answers: a closed list. */
export type WhyCode =
  | "newsOnItsWay"
  | "queued.onItsWay"
  | "queued.noResource"
  | "queued.fresh"
  | "queued.plugin"
  | "queued.retry"
  | "queued.relaunch"
  | "waiting.quota"
  | "waiting.resources"
  | "waiting.cache"
  | "waiting.setup"
  | "waiting.backoff"
  | "waiting.interval"
  | "waiting.signal"
  | "waiting.enqueue"
  | "initializing"
  | "initializing.image"
  | "running"
  | "running.children"
  | "running.pausedBelow"
  | "running.deaf"
  | "running.childFailed"
  | "running.unrecorded"
  | "ended.untold"
  | "ended.unstored"
  | "aborting.queued"
  | "aborting.calling"
  | "aborting.backoff"
  | "aborting.stopping"
  | "aborted.goesOn"
  | "ended.succeeded"
  | "ended.cacheHit"
  | "ended.recovered"
  | "ended.failed"
  | "ended.failedForGood"
  | "ended.failedByPlatform"
  | "ended.failedInvalid"
  | "ended.failedByChild"
  | "ended.timedOut"
  | "ended.notSignalled"
  | "ended.aborted"
  | "ended.abortedAlong"
  | "gone"
  | "other";

/** Why an action is as it is, in words of somebody who runs workloads. */
export interface Why {
  code: WhyCode;
  action: ActionId;
  /** The row's phase. */
  phase: ActionPhase;
  /** When it came into that phase, milliseconds since the epoch. */
  since: number;
  /** What it does, or how it ended. */
  headline: string;
  /** What the plugin said last, or the error it ended with, word for word. */
  reason: string | null;
  /** What it waits for, with the arithmetic of a wait. */
  waitsFor: string | null;
  /** Until when, milliseconds since the epoch. */
  until: number | null;
  /** What can end it, or bring it further; empty if nothing can. */
  ends: { by: string; to: ActionPhase; sentence: string }[];
  /** What is below it, and what its end would do to that. */
  children: string | null;
  /** The rule that decided last. */
  rule: string;
  source?: Source;
  /** Known bugs of upstream's that it looks like, by their numbers in the gallery. */
  incidents: string[];
  /** On what its stores disagree. */
  stores: Disagreement[];
  /** Whose matter it is. */
  blame: Blame;
  /** What to do; empty if nothing is to be done. */
  todo: string;
  /** All of it in sentences, the headline first. */
  sentences: string[];
}

/** Whose matter something is: the user's code or settings, the cluster's, Flyte's own, nobody's; or it cannot be told. */
export type Blame = "user" | "platform" | "flyte" | "nobody" | "unknown";

export interface Explanation {
  enabled: boolean;
  rule: string;
  sentence: string;
  source?: Source;
  /** Why not, if not enabled: the code and the message that `dispatch` would throw with. */
  code?: ErrorCode;
  message?: string;
  /** What would happen, if enabled. */
  events: Event[];
}

export interface StatusCondition {
  type: "Progressing" | "Succeeded" | "Failed";
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  lastTransitionTime: number;
}

export interface RowSnapshot {
  phase: ActionPhase;
  attempts: number;
  createdAt: number;
  updatedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  /** `CatalogCacheStatus`, upstream's number: 0 disabled, 1 miss, 2 hit, 3 populated, 4 look-up failed, 5 put failed. */
  cacheStatus: number;
  abortRequestedAt: number | null;
  abortAttemptCount: number;
  abortReason: string | null;
}

export interface ResourceSnapshot {
  /** The Kubernetes name, `<run>-<action>`. */
  name: string;
  /** As stored in status.pluginPhase; empty before the plugin was first asked. */
  pluginPhase: PluginPhase | "";
  pluginPhaseVersion: number;
  attempts: number;
  systemFailures: number;
  /** status.cacheStatus, as in the row. */
  cacheStatus: number;
  conditions: StatusCondition[];
  phaseHistory: { phase: string; at: number; message: string }[];
  errorState: ExecutionError | null;
  signal: { value: SignalValue; by: string; at: number | null } | null;
  createdAt: number;
  deletionTimestamp: number | null;
  finalizers: string[];
  labels: Record<string, string>;
  /** What this resource tells the run service (GetPhaseFromConditions). */
  reportedPhase: ActionPhase;
}

/** One thing on which the stores of an action disagree. A resource without a status disagrees with nobody. */
export interface Disagreement {
  what:
    | "noRow"
    /** The creation of the resource waits to be delivered. */
    | "resourceOnItsWay"
    /** There is no resource that could move the row to an end; for `rowLeftBehind`, though the event log has ended. */
    | "nothingMovesRow"
    | "rowLeftBehind"
    /** ABORTED already, which is written to the row first. */
    | "rowAhead"
    | "rowBehind"
    /** The resource has ended, and the row goes on although it has the time at which it ended. */
    | "rowWentBack"
    | "endedApart"
    /** The resource is gone; row and event log tell of other ends. */
    | "logEndedApart"
    | "logBehind"
    | "logAhead"
    | "attemptNeverEnded"
    | "rowCountsLess";
  /** Which of them stand apart. */
  stores: ("row" | "resource" | "events")[];
  /** The attempt that never ended. */
  attempt?: number;
}

export interface ActionSnapshot {
  id: ActionId;
  run: string;
  name: string;
  project: string;
  domain: string;
  parent: ActionId | null;
  children: ActionId[];
  kind: ActionKind;
  /** The row's phase; UNSPECIFIED while there is no row. */
  phase: ActionPhase;
  attempts: number;
  maxAttempts: number;
  /** Whether it has ended for good: not while an attempt follows the one that is recorded FAILED or TIMED_OUT. */
  terminal: boolean;
  timeoutMs: number | null;
  maxQueuedMs: number | null;
  deadlineMs: number | null;
  /** The run that this one recovers; of a root. */
  recovers: string | null;
  /** With `parents: "sdk"`, the process in its pod: it hears of its children, or its watch is dead without its knowing. */
  process: "watching" | "deaf" | null;
  /** With `parents: "sdk"`, what its parent's process has heard of it. */
  heard: ActionPhase | null;
  /** For a condition: what a signal must carry. */
  valueType: ValueType | null;
  prompt: string | null;
  /** Descendants by recorded phase (children_phase_counts counts every descendant). */
  childPhaseCounts: Partial<Record<ActionPhase, number>>;
  /** What those who watch the run were told last; null: nothing. It is behind the row's phase while wake-ups are lost. */
  watchedPhase: ActionPhase | null;
  /** For the root: whether its run is in the list of those that wait for somebody (`paused_actions_only`). */
  listedAsPaused: boolean;
  row: RowSnapshot | null;
  resource: ResourceSnapshot | null;
  /** The last attempt that the event log tells of: its end if it has one, else what was told last. */
  logged: { attempt: number; phase: ActionPhase } | null;
  /** On what its stores disagree, what one would say first at the head; empty if they agree. */
  disagreements: Disagreement[];
}

export interface TimerSnapshot {
  id: number;
  at: number;
  action: ActionId;
  what:
    | "attemptTimeout"
    | "queuedTimeout"
    | "actionDeadline"
    | "backoff"
    | "enqueueRetry"
    | "conditionDeadline"
    | "abortRetry"
    | "requeue"
    | "collection"
    | "resync"
    | "lease";
  sentence: string;
}

export interface AbortQueueEntry {
  action: ActionId;
  /** `queued`: waits for a worker; `calling`: the reply is awaited (`abortReply`); `waiting`: backs off. */
  state: "queued" | "calling" | "waiting";
  attempt: number;
  maxAttempts: number;
  reason: string;
  /** While backing off: the drawn delay's end, its ceiling and the draw. */
  retryAt: number | null;
  ceilingMs: number | null;
  delayMs: number | null;
}

/** A piece of work due now that nobody has done yet; only in `manual` delivery. */
export interface PendingDelivery {
  id: number;
  action: ActionId;
  what: "reconcile" | "watchAdd" | "watchUpdate" | "watchDelete" | "abortWorker" | "cascade" | "enqueue";
  /** Whether it goes from one process to another, so that it can be lost or come twice (`drop`, `duplicate`). */
  travels: boolean;
  sentence: string;
}

export interface RecordedEvent {
  action: ActionId;
  attempt: number;
  phase: ActionPhase;
  version: number;
  updatedAt: number;
  reportedAt: number;
  error: { kind: ErrorKind; code?: string; message: string } | null;
}

export interface Snapshot {
  now: number;
  actions: ActionSnapshot[];
  timers: TimerSnapshot[];
  abortQueue: AbortQueueEntry[];
  pending: PendingDelivery[];
  eventLog: RecordedEvent[];
  /** What the catalog of outputs holds, by key. */
  cache: { key: string; populated: boolean; owner: ActionId | null }[];
  /** The calls that are to go wrong. */
  faults: { call: Call; reply: FaultReply; action: ActionId | null }[];
}

/** What upstream's GetActionDetails tells of an action (runs/service/run_service.go, `actionModelToDetails`). */
export interface ActionDetails {
  id: ActionId;
  run: string;
  name: string;
  project: string;
  domain: string;
  /** The parent's own name. */
  parent: string | null;
  /** What it was taken over from, in a run that recovers another. */
  recoveredFrom?: ActionId;
  kind: ActionKind;
  taskType: string;
  /** The row's part. A duration can be stale or negative, as it stands in the row. */
  status: {
    phase: ActionPhase;
    startedAt: number;
    endedAt: number | null;
    attempts: number;
    cacheStatus: number;
    durationMs: number | null;
  };
  result:
    | { type: "error"; error: { kind: ErrorKind; code?: string; message: string } | null }
    | { type: "abort"; reason: string }
    | { type: "signal"; signal: { value: SignalValue; by: string; at: number | null } }
    | null;
  attempts: Attempt[];
  childPhaseCounts: Partial<Record<ActionPhase, number>>;
}

/** An attempt as its events tell of it (`mergeEvents`): its earliest ending counts. */
export interface Attempt {
  attempt: number;
  phase: ActionPhase;
  startedAt: number | null;
  endedAt: number | null;
  error: { kind: ErrorKind; code?: string; message: string } | null;
  outputs: { outputUri: string; reportUri: string } | null;
  logsAvailable: boolean;
  logContext: { primaryPodName: string } | null;
  logInfo: { name: string; uri: string }[];
  /** Upstream's number. */
  cacheStatus: number;
  cluster: string;
  clusterEvents: { occurredAt: number | null; message: string }[];
  phaseTransitions: { phase: ActionPhase; startedAt: number | null; endedAt: number | null }[];
}

/** Messages in the canonical JSON form of protocol buffers. */
export interface ActionProtojson {
  /** flyteidl2.workflow.ActionDetails; null while the action has no row. */
  actionDetails: Record<string, unknown> | null;
  /** flyteidl2.workflow.ActionEvent, each. */
  actionEvents: Record<string, unknown>[];
}

/** Something that happens to a task in the real world, and what its plugin makes of it. */
export interface Outcome {
  id: string;
  title: string;
  sentence: string;
  /** A pod, or a job elsewhere that a connector asks about. */
  happensTo: "pod" | "connector";
  source: Source;
  /** What follows, in order: reports and failures as in a `plugin` command, time as in an `advance`. */
  steps: (
    | { result: { phase: PluginPhase; version?: number; reason?: string; error?: ReportedError } }
    | { failure: { code?: string; message: string } }
    | { advance: { ms: number } }
  )[];
}

export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "RESOURCE_EXHAUSTED"
  | "OUT_OF_RANGE"
  | "INTERNAL";

/** A policy on which the documented lifecycle and upstream's code part. */
export interface Divergence {
  policy: keyof Policies;
  sentence: string;
  documented: { value: string; sentence: string };
  upstream: { value: string; sentence: string };
  merged: { value: string; sentence: string };
  /** Every value the policy takes. */
  values: string[];
  /** The value in force here. */
  current: string;
  /** Issues and pull requests upstream. */
  links: string[];
}

/** The incident that a trace shows: what its comments `# title:`, `# story:`, … say. */
export interface Story {
  /** What it is called; empty if the trace does not say. */
  title: string;
  /** What happens and why, a sentence each. */
  sentences: string[];
  /** Where it is discussed. */
  links: string[];
  /** The weakest thing that has to go wrong first. */
  needs: "none" | "op" | "race" | "rpc" | "crash" | "clock" | null;
  /** Policies, with the values under which it does not happen; empty if nobody knows any. */
  fix: Partial<Policies>;
  /** The moment in which it goes wrong. */
  wrong: {
    /** The command, from 0. */
    command: number;
    /** Which of its facts, from 0; null: all that the command leads to. */
    fact: number | null;
    /** What to look at. */
    text: string;
  } | null;
}

export interface DiagramState {
  phase: ActionPhase;
  terminal: boolean;
  /** Counts as a success. */
  success: boolean;
  initial: boolean;
  sentence: string;
}

export interface DiagramEdge {
  /** null: the row is created in `to`. */
  from: ActionPhase | null;
  to: ActionPhase;
  rule: string;
  label: string;
  sentence: string;
  kinds: ActionKind[];
  source?: Source;
}

export interface Diagram {
  rules: RuleSet;
  states: DiagramState[];
  edges: DiagramEdge[];
}

/** Which rule decided, with the sentence and upstream's place, if upstream knows the question. */
export interface RuleInfo {
  rule: string;
  sentence: string;
  source?: Source;
}

/** What an action of a searched model is. */
export type PlannedKind =
  | "task"
  | "timedTask"
  | "invalidTask"
  | "emptyTask"
  | "condition"
  | "timedCondition"
  | "invalidCondition"
  | "trace"
  | "failedTrace"
  | "recovered"
  | "cachedTask"
  | "serialTask"
  /** A task whose time in the queue is bounded, and that of all its attempts, and whose retries wait. */
  | "boundedTask"
  /** A task whose name comes before its parent's. */
  | "earlyTask"
  /** A task; and the process in each task's pod is the SDK's. */
  | "sdkTask";

/** What may happen in a searched model, besides what follows from it. */
export type ExploreInput =
  | "notReady"
  | "waitingForResources"
  | "waitingForCache"
  | "queued"
  | "initializing"
  | "running"
  | "success"
  | "aborted"
  | "undefined"
  | "userFailure"
  | "systemFailure"
  | "permanentFailure"
  | "handleError"
  | "fatalError"
  /** A permanent failure with an error of more words than a condition can hold. */
  | "longError"
  | "signal"
  | "abort"
  | "reply"
  | "failedReply"
  | "falseReply"
  | "createAgain"
  | "outsideUpdate"
  | "lateChild"
  | "drop"
  | "duplicate"
  | "restartExecutor"
  | "restartActions"
  | "restartRuns"
  | "restartSdk"
  /** Somebody writes a status with an attempt too many. */
  | "putStatus"
  /** The actions service answers with any code, and not with one of each sort only. */
  | "everyReply";

/** Something to be reached: a recorded phase, a rule that decides, or stores that disagree when nothing is under way. */
export type ExploreTarget =
  | { phase: ActionPhase; /** The place of the action in the model; any if absent. */ action?: number }
  | { rule: string }
  | { disagreement: true };

/** A model and its bounds; what is absent is as in the model named, or normal operation of one task. */
export interface ExploreOptions {
  rules?: RulesConfig;
  /** A model that `exploreModels()` lists, to start from. */
  model?: string;
  /** The actions, up to six: the root, then its children. */
  actions?: PlannedKind[];
  attempts?: number;
  /** The highest version of a phase that a plugin reports. */
  versions?: number;
  systemFailures?: number;
  abortCalls?: number;
  /** `manual`: work is done piece by piece, in any order. */
  delivery?: "immediate" | "manual";
  /** With so many pieces of work due, nothing new happens until one is done (manual delivery). */
  backlog?: number;
  /** Whether the garbage collector sweeps. */
  collects?: boolean;
  inputs?: ExploreInput[];
  /** Calls that may go wrong, once each. */
  calls?: Call[];
  /** The longest sequence of commands. */
  depth?: number;
  /** The most states held; 2,000,000. */
  states?: number;
  /** The most memory used for them, in bytes. */
  bytes?: number;
  /** The properties watched, by their names; all that apply if absent. */
  properties?: string[];
  /** What ends the search when one step reaches all of it. */
  reach?: ExploreTarget[];
  /** Called some fifty times a second. */
  onProgress?: (progress: ExploreProgress) => void;
  /** An AbortSignal, which stops the search; what was found by then is answered. */
  signal?: { readonly aborted: boolean };
}

export interface ExploreProgress {
  states: number;
  /** States found whose successors are not. */
  frontier: number;
  transitions: number;
  depth: number;
  bytes: number;
  /** `stopped`: not ended; `complete`: every state was looked at; `reached`; `states`, `bytes`: as many as allowed. */
  ended: "stopped" | "complete" | "reached" | "states" | "bytes" | "depth";
}

/** The shortest run to something. */
export interface ExploreFinding {
  /** How many commands. */
  length: number;
  /** Whether it also happens in time, where timers fire when they are due. */
  timing: "timed" | "untimed";
  commands: Command[];
  trace: string;
}

export interface ExploreReport extends ExploreProgress {
  /** The progress in a sentence. */
  summary: string;
  /** What came of it: `no violation within 2,000,000 states; frontier 431,122 (as many states as allowed)`. */
  outcome: string;
  /** What was searched: verdicts hold within these bounds. */
  bounds: ModelBounds;
  verdicts: {
    property: string;
    kind: "always" | "sometimes" | "settles";
    sentence: string;
    verdict: "holds" | "holdsSoFar" | "violated" | "happens" | "never";
    /** The weakest fault that breaks it under upstream's rules. */
    needs?: "none" | "op" | "race" | "rpc" | "crash" | "clock";
    finding?: ExploreFinding;
  }[];
  /** The run to what was to be reached. */
  reached: ExploreFinding | null;
  /** The changes of recorded phases met, with the rules behind them; null: the row was created. */
  edges: { from: ActionPhase | null; to: ActionPhase; rule: string }[];
  rulesMissed: string[];
  /** Of these, the ones that no model can meet, each with the reason. */
  reasons: Record<string, string>;
}

/** What is tried, and on what. */
export interface FixesOptions {
  /** The rules to start from; `upstream` if absent. */
  rules?: RulesConfig;
  /** The rules whose answers are tried on top of them, one policy at a time: `documented` if absent, or `upstream` if
   * that is where it starts. */
  towards?: RulesConfig;
  /** Just these combinations of policies instead, each on top of `rules`. */
  tries?: Partial<Policies>[];
  /** The models searched, by their names; all that `exploreModels()` lists if absent. */
  models?: string[];
  /** The properties watched, by their names; all if absent. */
  properties?: string[];
  /** The most states of one model; 20,000. */
  states?: number;
  /** The most memory used for them, in bytes. */
  bytes?: number;
  /** Called some fifty times a second. */
  onProgress?: (progress: FixesProgress) => void;
  /** Called for each column when it is done: the rules to start from are number 0, then the tries in their order. */
  onColumn?: (column: FixesColumn, number: number) => void;
  /** An AbortSignal, which stops the search; the columns that are done are answered. */
  signal?: { readonly aborted: boolean };
}

export interface FixesProgress {
  /** Columns done, the rules to start from included, and in all. */
  columns: number;
  columnsTotal: number;
  /** Models of the present column done, and in all. */
  models: number;
  modelsTotal: number;
  /** States looked at. */
  states: number;
  ended: "stopped" | "complete";
}

/** The verdicts under one rule set, over all models. */
export interface FixesColumn {
  /** What is different from the rules to start from. */
  changes: Partial<Policies>;
  /** The whole rule set. */
  rules: RulesConfig;
  verdicts: {
    property: string;
    /** `holdsSoFar`: no violation, but a model had more states than were allowed. */
    verdict: "holds" | "holdsSoFar" | "violated" | "happens" | "never";
    /** Against the rules to start from: `eases` takes something worse to break it, `worsens` less. */
    change: "none" | "mends" | "breaks" | "eases" | "worsens";
    /** The worst that happens in the mildest model that shows it, that model, and how many commands it takes. */
    fault?: "none" | "op" | "race" | "rpc" | "crash" | "clock";
    model?: string;
    length?: number;
  }[];
  /** The properties by change. */
  mends: string[];
  breaks: string[];
  eases: string[];
  worsens: string[];
  states: number;
  /** Models that never come to what was changed, so that they need not be searched again. */
  modelsSkipped: number;
}

export interface FixesReport extends FixesProgress {
  /** The column of the rules to start from; null if the search was stopped before it was done. */
  base: FixesColumn | null;
  tries: FixesColumn[];
}

/** A model that properties are judged by. */
export interface ModelInfo extends ModelBounds {
  name: string;
  /** The worst that happens in it. */
  fault: "none" | "op" | "race" | "rpc" | "crash" | "clock";
}

/** What there is in a model, what may happen in it, and when a search of it ends. */
export interface ModelBounds {
  actions: PlannedKind[];
  attempts: number;
  versions: number;
  systemFailures: number;
  abortCalls: number;
  delivery: "immediate" | "manual";
  backlog: number;
  collects: boolean;
  inputs: ExploreInput[];
  calls: Call[];
  /** The longest sequence of commands; null: any length. */
  depth: number | null;
  states: number;
  bytes: number;
}

/** Something to be reached: a recorded phase, a rule that decides, or stores that disagree when nothing is under way, of
 * one action by its name or of any. */
export type ReachTarget =
  | { phase: ActionPhase; action?: ActionId }
  | { rule: string; action?: ActionId }
  | { disagreement: true; action?: ActionId };

/** What may happen on the way, and how far to look. */
export interface ReachOptions {
  /** The worst that may happen: the mildest is tried first, up to this. `op` if absent: plugins, signals, timers and
   * aborts. `race` adds late updates, stale reads and news that comes twice, `rpc` calls that fail and news that is lost,
   * `crash` restarts. */
  faults?: "none" | "op" | "race" | "rpc" | "crash";
  /** Just these inputs instead. */
  inputs?: ExploreInput[];
  /** Calls that may go wrong besides, once each. */
  calls?: Call[];
  /** The actions that something may happen to. If absent, all; of more than six, those that the target names, with those
   * above and below them. */
  actions?: ActionId[];
  /** Commands that may create actions on the way, one after the other; in an empty simulation a run `r1` if absent. */
  create?: Command[];
  /** The highest version of a phase that a plugin reports; the highest there is if absent. */
  versions?: number;
  /** With so many pieces of work due, nothing new happens until one is done (manual delivery). */
  backlog?: number;
  /** The longest way. */
  depth?: number;
  /** The most states held; 500,000. */
  states?: number;
  /** The most memory used for them, in bytes. */
  bytes?: number;
  /** Called some fifty times a second. */
  onProgress?: (progress: ExploreProgress) => void;
  /** An AbortSignal, which stops the search. */
  signal?: { readonly aborted: boolean };
}

interface ReachEnd {
  /** What came of it, in a sentence. */
  summary: string;
  /** The worst that was allowed to happen in the last part of the search, and what that was. */
  fault: "none" | "op" | "race" | "rpc" | "crash";
  inputs: ExploreInput[];
  calls: Call[];
  states: number;
  frontier: number;
  transitions: number;
  depth: number;
  bytes: number;
}

/** The shortest way, or why there is none. */
export type ReachResult =
  | (ReachEnd & {
      found: true;
      reason: "reached";
      /** How many commands; none if the simulation is there already. */
      length: number;
      timing: "timed";
      /** Dispatched one after the other on the simulation, or on a fork of it, they lead there. */
      commands: Command[];
      /** The whole run as a trace, that way included. */
      trace: string;
    })
  | (ReachEnd & {
      found: false;
      /** `complete`: all states within the bounds were looked at; `states`, `bytes`: as many as allowed; `stopped`. */
      reason: "complete" | "states" | "bytes" | "depth" | "stopped";
      commands: [];
    })
  | (ReachEnd & {
      found: false;
      /** In each way that was tried, a timer would have to wait for another that is due later. */
      reason: "untimed";
      timing: "untimed";
      /** The shortest of them, which cannot be played. */
      commands: Command[];
      trace: string;
    });

/** A run as plain data: `config` and `commands` are all of it, the rest follows from them. */
export interface SavedRun {
  format: "flyte-lifecycle run";
  version: 1;
  /** The commit of flyteorg/flyte that was modelled. */
  upstream: string;
  config: Required<SimulationConfig>;
  /** The commands held, those undone included. */
  commands: Command[];
  /** How many of them are applied. */
  index: number;
  /** The incident that they show, if the run was read from a trace that says so. */
  story?: Story;
  /** What has happened up to there. */
  events: Event[];
  /** Everything there is. */
  snapshot: Snapshot;
}

/** What somebody who listens to a simulation is told, when the call that caused it is done. */
export type SimulationNews =
  | { /** A command was carried out. */ type: "step"; step: Step }
  | { /** It stands at another step: `seek`, `undo` or `redo`. */ type: "seek"; index: number };

export interface Simulation {
  /**
   * The shortest sequence of commands from where this simulation stands to a target, or to several at once: all of
   * them hold, or decide, in its last step. The simulation itself is left as it is. Loads the explorer's module when it
   * is first called. Rejects with a LifecycleError that names the field if something makes no sense.
   */
  reach(target: ReachTarget | ReachTarget[], options?: ReachOptions): Promise<ReachResult>;
  /** The run as plain data; `JSON.stringify` calls it by itself. */
  toJSON(): SavedRun;
  /**
   * Calls back after each step, and after each change of place. A listener may dispatch: what follows is told after this.
   * An error of a listener's own is thrown apart, since the step is done. Answers what ends it.
   */
  subscribe(listener: (news: SimulationNews) => void): () => void;
}

/** Asked of a class that extends `Simulation`, each of these makes one of that class, without calling its constructor. */
export namespace Simulation {
  /** The run that was kept by `toJSON`: `config` and `commands` are needed, `index` and `story` are taken if there. Throws
   * a LifecycleError with the place of what cannot be read or is refused. */
  function fromJSON<T extends Simulation = Simulation>(
    this: { prototype: T } | void,
    value: Pick<SavedRun, "commands"> & { config: SimulationConfig; index?: number; story?: Story },
  ): T;
  /** The run that a trace tells; its facts are worked out anew. Throws INVALID_ARGUMENT, or what `dispatch` would throw, with
   * line and column. Outside Node, `await load("reading")` first. */
  function fromTrace<T extends Simulation = Simulation>(
    this: { prototype: T } | void,
    text: string,
  ): T;
  /** The simulation that continues from TaskActions as kubectl prints them: one, a List, or an array, as a value or as the text
   * or the bytes of its JSON. Throws with the place of what cannot be read. Outside Node, `await load("reading")` first. */
  function fromTaskActions<T extends Simulation = Simulation>(
    this: { prototype: T } | void,
    value: unknown,
    config?: SimulationConfig,
  ): T;
}

/** What a recorded run was read from. */
export type RunFormat = "actionDetails" | "actionEvents" | "watchActions" | "rows" | "taskActions" | "actionUpdates" | "pods";

interface FindingParts {
  /** `error`: no run gets there. `warning`: something is told that no run tells, or is missing. `note`: worth knowing, and no
   * fault of the record: the replay found no simple way there, or a part is not in the input. */
  severity: "error" | "warning" | "note";
  action: ActionId;
  /** When, as the record has it. */
  at?: number;
  /** Where in the input: a path, or the line of a CSV. */
  place: string;
  /** After how many commands of the replay it is seen: `sim.seek(index)`. */
  index: number;
  /** The rule that says so. */
  rule?: string;
  /** The policy by which it is explained: with its `value` in force, this is not found. */
  policy?: keyof Policies;
  value?: string;
  /** The rule set under which this is not found. */
  explainedBy?: RuleSet;
  /** The known incident that it looks like, such as `N4` or `S22`. */
  incident?: string;
  sentence: string;
}

/** What no run can show, or what is worth knowing of one. */
export type RunFinding = FindingParts &
  (
    | { /** The rules tell this event here, and the log does not have it. */ kind: "needsEvent"; phase: ActionPhase; attempt: number }
    | { /** The guard in force refuses `phase` after `from`. */ kind: "contradictsGuard"; from: ActionPhase; phase: ActionPhase; attempt: number }
    | { /** No command leads here. */ kind: "contradictsRules"; from?: ActionPhase; phase?: ActionPhase; attempt?: number }
    | { /** The row and the events, or an event and its key, tell different things. */ kind: "storesDisagree"; from?: ActionPhase; phase?: ActionPhase; attempt?: number }
    | { /** A column holds what it should not: an end of what goes on, attempts 0, a negative duration. */ kind: "impossibleValue"; phase?: ActionPhase; attempt?: number }
    | { /** Something is told before what it follows from. */ kind: "outOfOrder"; phase?: ActionPhase; attempt?: number }
    | { /** A part of the run is not in the input. */ kind: "missing"; phase?: ActionPhase }
    | { /** What Flyte makes of something that is no record, such as a pod. */ kind: "outcome"; attempt: number }
  );

/** What is explained by the rules and is a known bug or a broken property all the same. It never makes a check fail. */
export interface RunShow {
  /** The known incident, such as `N4` or `S22`. */
  incident?: string;
  /** The property that is broken, `P1` to `P51`. */
  property?: string;
  action: ActionId;
  sentence: string;
}

/** What `checkRun` takes beside the record. */
export type CheckConfig = Omit<SimulationConfig, "rules"> & {
  /** The rules to judge by; `auto`, their default, is the first set that explains the record: upstream, merged, documented. */
  rules?: RulesConfig | "auto";
};

/** How far `checkRunStream` has come: what is read, and how many runs of it are checked. */
export interface StreamProgress {
  bytes: number;
  rows: number;
  runs: number;
  checked: number;
}

/** What `checkRunStream` takes beside the rows. */
export type CheckStreamOptions = CheckConfig & {
  /** Called now and then, and at the end. */
  onProgress?: (progress: StreamProgress) => void;
  /** An AbortSignal, which ends it: what it was aborted with is thrown. */
  signal?: { throwIfAborted(): void };
};

/** What `checkRunStream` answers. */
export interface StreamCheck {
  runs: number;
  rows: number;
  /** Runs in which nothing is found but notes. */
  ok: number;
  /** Runs whose rows cannot be read. Rows that name no run are together one, whose name is empty. */
  unreadable: number;
  /** The checks of runs that have something to say, by `project/domain/run`, a thousand at the most. */
  checks: (({ run: string } & RunCheck) | { run: string; ok: false; error: { code: string; message: string } })[];
  /** How many more have something to say. */
  leftOut: number;
}

/** A message of Flyte's API, as `sim.api` answers it in protojson. */
export type ApiKind =
  | "run"
  | "runs"
  /** The runs that wait for somebody (`paused_actions_only`). */
  | "pausedRuns"
  | "runDetails"
  | "watchRunDetails"
  | "action"
  | "actions"
  | "watchActions"
  | "actionDetails"
  /** What the SDK in a parent's process hears of a child (`WatchForUpdates`). */
  | "update";

/** What is the matter with a run. */
export interface Diagnosis {
  /** As `sim.why` answers of the action on which it turns. */
  code: WhyCode;
  action: ActionId;
  headline: string;
  /** What happened, why, whose matter it is, what to do. */
  sentences: string[];
  fault: Blame;
  /** What to do; empty if nothing is to be done. */
  todo: string;
  /** Known bugs of upstream's that it looks like, by their numbers in the gallery. */
  incidents: string[];
}

/** What `checkRun` answers. */
export interface RunCheck {
  /** What is the matter with the run that the replay has made; null if it has no action. */
  diagnosis: Diagnosis | null;
  /** Whether nothing was found but notes. */
  ok: boolean;
  format: RunFormat;
  /** The rule set by which it was judged; null if that has no name. */
  rules: RuleSet | null;
  /** What the others say: how much they find, and the first thing that they do. */
  others: { rules: RuleSet; ok: boolean; findings: number; sentence: string | null }[];
  /** `new Simulation(config)` and these commands, one after the other, replay the record. */
  config: SimulationConfig;
  commands: Command[];
  /** In the order of the replay. */
  findings: RunFinding[];
  /** How many more were found than are told. */
  leftOut: number;
  /** Known bugs and broken properties that it shows. */
  shows: RunShow[];
  actions: {
    id: ActionId;
    kind: ActionKind;
    place: string;
    /** How many events it has in the record. */
    events: number;
    /** The last status in the record; null if it has none. */
    phase: ActionPhase | null;
    attempts: number | null;
    /** The recorded phase after the replay; null if it could not be replayed. */
    replayed: ActionPhase | null;
    ok: boolean;
  }[];
}

/* The class and the functions themselves are declared by wasm-bindgen from src/wasm/main:
 *
 *   class Simulation {
 *     constructor(config?: SimulationConfig)
 *     readonly index: number   commands applied; `length`: commands held, those undone included
 *     readonly length: number
 *     readonly now: number
 *     config(): Required<SimulationConfig>
 *     dispatch(command: Command): Step
 *     enabled(action?: ActionId): Command[]
 *     faults(action?: ActionId): Command[]
 *     explain(command: Command): Explanation
 *     snapshot(): Snapshot
 *     action(action: ActionId): ActionSnapshot   one of them, without making the others
 *     nextDue(): number | null                   when something can happen by itself next: looks that change nothing do not count
 *     subscribe(listener: (news: SimulationNews) => void): () => void
 *     events(from?: number): Event[]
 *     commands(): Command[]
 *     seek(index: number): void · undo(): boolean · redo(): boolean · fork(): Simulation
 *     settle(): Step[]         fires timers, earliest first, until none would change anything (or 10,000 steps)
 *     actionDetails(action: ActionId): ActionDetails | null
 *     attempts(action: ActionId): Attempt[]
 *     protojson(action: ActionId): ActionProtojson
 *     divergences(): Divergence[]
 *     reach(target: ReachTarget | ReachTarget[], options?: ReachOptions): Promise<ReachResult>   the shortest way there
 *     trace(): string
 *     story(): Story | null    the incident that a trace shows, if the run was read from one that says so
 *     toJSON(): SavedRun · static fromJSON(value): Simulation
 *     static fromTrace(text: string): Simulation
 *     static fromTaskActions(value: unknown, config?: SimulationConfig): Simulation
 *     free(): void             whatever is called after it is refused: FAILED_PRECONDITION
 *   }
 *   guard(from: ActionPhase, to: ActionPhase, variant?: GuardVariant): { admitted: boolean; rule: string; sentence: string }
 *   diagram(rules?: RulesConfig): Diagram
 *   rules(): RuleInfo[]
 *   checkRun(value: unknown, config?: CheckConfig): RunCheck   details, events, watches, rows, CSV, TaskActions
 *   load(part: "reading" | "explore"): Promise<void>   fetches what readers and searches need; nothing in Node
 *   loadCheckRun(): Promise<void>   as load("reading")
 *   outcomes(rules?: RulesConfig): Outcome[]
 *   explore(options?: ExploreOptions): Promise<ExploreReport>   every interleaving of a small model, in slices
 *   exploreFixes(options?: FixesOptions): Promise<FixesReport>  which policy mends which property, and what it breaks
 *   exploreModels(): Promise<ModelInfo[]>
 *   class Bulk {
 *     constructor(rules: RulesConfig, count: number, seed?: number)
 *     run(reports: number): number
 *     counts(): Uint32Array    rows in each recorded phase, by its number
 *     phases(): Uint8Array     the recorded phase of each action, by its number
 *     readonly bytesPerAction: number
 *     free(): void
 *   }
 *   ready(): Promise<void>
 *   const UPSTREAM_COMMIT: string
 *   class LifecycleError extends Error { code: ErrorCode; rule?: string }
 */
