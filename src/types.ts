/*
 * The types that ship with the package. This file is compiled into the module and emitted at the top of its
 * `.d.ts`; `tests/types` holds it against what the module really returns and accepts.
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
export type RuleSet = "documented" | "upstream";
export type GuardVariant = "documented" | "numeric" | "retryable" | "upstream" | "table";
export type ErrorKind = "USER" | "SYSTEM";
export type ValueType = "bool" | "int" | "float" | "string";
export type SignalValue = { bool: boolean } | { int: number } | { float: number } | { string: string };

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

export interface TaskSpec {
  /** Retries + 1; 1 if absent. */
  maxAttempts?: number;
  /** Bound on the time one attempt may be RUNNING, in milliseconds; absent or 0: none. */
  timeoutMs?: number;
  /** Anything but `"container"` has no plugin registered and fails validation. */
  taskType?: string;
  /** Required spec fields left empty, to see validation fail. */
  missing?: SpecField[];
}
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
}

/** A policy by its name, with one of the values that `divergences()` lists; see also {@link RuleSet}. */
export type RulesConfig = RuleSet | ({ base: RuleSet } & { [policy: string]: unknown });

export interface SimulationConfig {
  rules?: RulesConfig;
  /** Seeds the draws of the abort back-off where a command leaves them out. */
  seed?: number;
  /** Milliseconds since the epoch; 2026-01-01T00:00:00Z if absent. */
  startTime?: number;
  requeueMs?: number;
  maxSystemFailures?: number;
  abort?: {
    workers?: number;
    maxAttempts?: number;
    initialDelayMs?: number;
    maxDelayMs?: number;
    queueSize?: number;
  };
  /** `immediate`: work due now is done after each command. `manual`: each piece waits for a `deliver`. */
  delivery?: "immediate" | "manual";
}

export type Command =
  | { type: "createRun"; run: string; project?: string; domain?: string; task?: TaskSpec }
  | { type: "enqueue"; action: ActionId; parent: ActionId; task: TaskSpec }
  | { type: "enqueue"; action: ActionId; parent: ActionId; condition: ConditionSpec }
  | { type: "enqueue"; action: ActionId; parent: ActionId; trace: { phase?: ActionPhase } }
  | { type: "import"; action: ActionId; parent?: ActionId; resource: ImportedResource }
  | { type: "recover"; action: ActionId; parent?: ActionId }
  | {
      type: "plugin";
      action: ActionId;
      result: { phase: PluginPhase; version?: number; reason?: string; error?: ExecutionError };
    }
  | { type: "plugin"; action: ActionId; failure: { code?: string; message: string } }
  | { type: "signal"; action: ActionId; value: SignalValue; by?: string }
  | { type: "abortAction"; action: ActionId; reason?: string }
  | { type: "abortRun"; run: string; reason?: string }
  | { type: "abortReply"; action: ActionId; reply: AbortReply; drawMs?: number }
  | { type: "updatePhase"; action: ActionId; phase: ActionPhase; attempts?: number }
  | { type: "advance"; ms: number }
  | { type: "fire"; timer?: number }
  | { type: "deliver"; item?: number };

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
  systemFailures?: number;
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
}

/** Which of upstream's stores a fact happened in; `abort` is the abort reconciler, `time` the virtual clock. */
export type Store = "row" | "resource" | "events" | "abort" | "time";

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
  | "TimerFired";

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
  /** The name of the rule that decided it. */
  rule: string;
  /** Why, in a sentence. */
  sentence: string;
  /** What exactly, in a few words: the condition reason, the message, the delay drawn. */
  detail?: string;
  source?: Source;
}

export interface Step {
  index: number;
  at: number;
  command: Command;
  events: Event[];
}

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
  conditions: StatusCondition[];
  phaseHistory: { phase: string; at: number; message: string }[];
  errorState: ExecutionError | null;
  signal: { value: SignalValue; by: string; at: number } | null;
  createdAt: number;
  deletionTimestamp: number | null;
  finalizers: string[];
  labels: Record<string, string>;
  /** What this resource tells the run service (GetPhaseFromConditions). */
  reportedPhase: ActionPhase;
}

export interface ActionSnapshot {
  id: ActionId;
  run: string;
  name: string;
  parent: ActionId | null;
  children: ActionId[];
  kind: ActionKind;
  /** The row's phase; UNSPECIFIED while there is no row. */
  phase: ActionPhase;
  attempts: number;
  maxAttempts: number;
  terminal: boolean;
  timeoutMs: number | null;
  /** For a condition: what a signal must carry. */
  valueType: ValueType | null;
  prompt: string | null;
  /** Descendants by recorded phase (children_phase_counts counts every descendant). */
  childPhaseCounts: Partial<Record<ActionPhase, number>>;
  row: RowSnapshot | null;
  resource: ResourceSnapshot | null;
}

export interface TimerSnapshot {
  id: number;
  at: number;
  action: ActionId;
  what: "attemptTimeout" | "conditionDeadline" | "abortRetry";
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
  what: "reconcile" | "watchAdd" | "watchUpdate" | "watchDelete" | "abortWorker" | "cascade";
  sentence: string;
}

export interface RecordedEvent {
  action: ActionId;
  attempt: number;
  phase: ActionPhase;
  version: number;
  updatedAt: number;
  reportedAt: number;
  error: { kind: ErrorKind | "UNKNOWN"; message: string } | null;
}

export interface Snapshot {
  now: number;
  actions: ActionSnapshot[];
  timers: TimerSnapshot[];
  abortQueue: AbortQueueEntry[];
  pending: PendingDelivery[];
  eventLog: RecordedEvent[];
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
  policy: string;
  sentence: string;
  documented: { value: string; sentence: string };
  upstream: { value: string; sentence: string };
  /** Every value the policy takes. */
  values: string[];
  /** The value in force here. */
  current: string;
  /** Issues and pull requests upstream. */
  links: string[];
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
  source: Source;
}

export interface Diagram {
  rules: RuleSet;
  states: DiagramState[];
  edges: DiagramEdge[];
}

/** Which rule decided, with the sentence and upstream's place. */
export interface RuleInfo {
  rule: string;
  sentence: string;
  source: Source;
}

/* The class and the functions themselves are declared by wasm-bindgen from src/wasm.rs:
 *
 *   class Simulation {
 *     constructor(config?: SimulationConfig)
 *     readonly index: number   commands applied; `length`: commands held, those undone included
 *     readonly length: number
 *     readonly now: number
 *     config(): Required<SimulationConfig>
 *     dispatch(command: Command): Step
 *     enabled(action?: ActionId): Command[]
 *     explain(command: Command): Explanation
 *     snapshot(): Snapshot
 *     events(from?: number): Event[]
 *     commands(): Command[]
 *     seek(index: number): void · undo(): boolean · redo(): boolean · fork(): Simulation
 *     settle(): Step[]         fires timers, earliest first, until none is left (or 10,000 have fired)
 *     divergences(): Divergence[]
 *     trace(): string
 *     static fromTrace(text: string): Simulation
 *     static fromTaskActions(value: unknown, config?: SimulationConfig): Simulation
 *     free(): void
 *   }
 *   guard(from: ActionPhase, to: ActionPhase, variant?: GuardVariant): { admitted: boolean; rule: string; sentence: string }
 *   diagram(rules?: RulesConfig): Diagram
 *   rules(): RuleInfo[]
 *   ready(): Promise<void>
 *   const UPSTREAM_COMMIT: string
 *   class LifecycleError extends Error { code: ErrorCode; rule?: string }
 */
