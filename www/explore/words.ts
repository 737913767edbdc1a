/* Searches in sentences: numbers as people read them, what may happen in a model, and what became of it. */

import type { ExploreInput, ExploreProgress, ModelInfo, PlannedKind } from "flyte-lifecycle";
import { CALL_WORDS } from "../words/calls.ts";
import type { Need } from "../words/vocabulary.ts";

/** `2,000,000`, whatever the browser's language: the page is in one. */
export const thousands = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${thousands(count)} ${count === 1 ? one : many}`;

export const megabytes = (bytes: number): string => {
  const mb = bytes / 1024 / 1024;
  return `${mb < 10 ? Math.round(mb * 10) / 10 : thousands(mb)} MB`;
};

/** States a second, rounded to what a glance takes in. A search of a moment has no rate worth telling. */
export function rate(states: number, ms: number): string {
  if (ms < 30) return "–";
  const each = (states / ms) * 1_000;
  if (each >= 1e6) return `${Math.round(each / 1e5) / 10} M states/s`;
  return `${thousands(each >= 1_000 ? Math.round(each / 1_000) * 1_000 : each)} states/s`;
}

export const seconds = (ms: number): string =>
  ms < 1_000 ? `${Math.max(1, Math.round(ms))} ms` : `${Math.round(ms / 100) / 10} s`;

/** `a, b and c`. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export type Fault = ModelInfo["fault"];

/** From the mildest on. */
export const FAULTS: readonly Fault[] = ["none", "op", "race", "rpc", "crash", "clock"];

/** What has to go wrong, as the heading of the models in which it does. */
export const FAULT_TITLES: Record<Fault, string> = {
  none: "Nothing goes wrong",
  op: "Somebody aborts, or asks twice",
  race: "Things overtake one another",
  rpc: "Calls fail",
  crash: "Processes restart",
  clock: "Clocks disagree",
};

/** The same as what a finding needs. */
export const FAULT_NEEDS: Record<Fault, string> = {
  none: "nothing has to go wrong",
  op: "needs an abort or a second request",
  race: "needs a race",
  rpc: "needs a call to fail",
  crash: "needs a restart",
  clock: "needs clocks that disagree",
};

/** What a search for a way may be allowed, from the least on. */
export const WORST = ["none", "op", "race", "rpc", "crash"] as const;

/** What each of them allows. */
export const FAULT_ALLOWS: Record<(typeof WORST)[number], string> = {
  none: "plugins, signals and timers",
  op: "plugins, signals, timers and aborts",
  race: "these, and late updates, stale reads, news that comes twice",
  rpc: "these, and calls that fail, news that is lost",
  crash: "these, and restarts",
};

const KINDS: Record<PlannedKind, string> = {
  task: "a task",
  timedTask: "a task with a maximum runtime",
  invalidTask: "a task without a type",
  emptyTask: "a task without a template",
  condition: "a condition",
  timedCondition: "a condition with a deadline",
  invalidCondition: "a condition whose spec is empty",
  trace: "a trace",
  failedTrace: "a trace of a failure",
  recovered: "a recovered action",
  cachedTask: "a task whose outputs are cached",
  serialTask: "a task that runs alone under its cache key",
  boundedTask: "a task with bounds on its queued time and on all its attempts, and retries that wait",
  earlyTask: "a task whose name comes before its parent’s",
  sdkTask: "a task whose pod has the SDK’s process",
};

const REPORTS: Partial<Record<ExploreInput, string>> = {
  notReady: "NotReady",
  waitingForResources: "WaitingForResources",
  waitingForCache: "WaitingForCache",
  queued: "Queued",
  initializing: "Initializing",
  running: "Running",
  success: "Success",
  aborted: "Aborted",
  undefined: "Undefined",
  userFailure: "a failure of the user’s code",
  systemFailure: "a failure of the platform",
  permanentFailure: "a permanent failure",
};

/** What comes besides reports. A true answer to an abort call goes without saying. */
const COMES: Partial<Record<ExploreInput, string>> = {
  handleError: "plugins themselves fail",
  fatalError: "plugins fail with an error that no retry mends",
  longError: "plugins fail with an error too long to be stored",
  signal: "conditions are signalled",
  abort: "somebody aborts",
  createAgain: "somebody creates the same again",
  failedReply: "calls of an abort fail",
  falseReply: "a call of an abort is told falsely that there is nothing left",
  outsideUpdate: "updates come from outside, late or wrong",
  putStatus: "statuses are written from outside, with an attempt too many",
  lateChild: "children are enqueued under a parent that has ended",
  drop: "news is lost",
  duplicate: "news comes twice",
  restartExecutor: "the executor restarts",
  restartActions: "the actions service restarts",
  restartRuns: "the run service restarts",
  restartSdk: "parents’ processes connect anew",
};

/** That something does not come, and that there is no action of a kind, where words of their own say it best. */
const COMES_NOT: Partial<Record<ExploreInput, string>> = {
  fatalError: "no plugin fails with an error that no retry mends",
  signal: "no condition is signalled",
  abort: "nobody aborts",
};

const KINDS_NOT: Partial<Record<PlannedKind, string>> = {
  recovered: "no action is recovered",
  invalidTask: "no task is without a type",
  emptyTask: "no task is without a template",
  timedTask: "no task has a maximum runtime",
  boundedTask: "no task has a bound on its queued time or on all its attempts, and no retry waits",
  earlyTask: "no child is named before its parent",
  sdkTask: "no pod has the SDK’s process",
  timedCondition: "no condition has a deadline",
  invalidCondition: "no condition has an empty spec",
};

/** That a model lacks something. */
export function without({ input, kind }: Need): string {
  if (kind) return KINDS_NOT[kind] ?? `nothing is ${KINDS[kind]}`;
  if (!input) return "no garbage collector sweeps";
  return REPORTS[input]
    ? `no plugin reports ${REPORTS[input]}`
    : (COMES_NOT[input] ?? `it does not come that ${COMES[input]}`);
}

const among = <K extends string>(keys: readonly K[], words: Partial<Record<K, string>>): string[] =>
  keys.flatMap((key) => words[key] ?? []);

/** What there is in a model and what may happen in it. */
export function modelSentence(model: ModelInfo): string {
  const [root, ...children] = model.actions.map((kind) => KINDS[kind]);
  const under = children.length > 0 ? ` and, under it, ${listed(children)}` : "";
  const isTask = model.actions.some((kind) => kind.endsWith("ask"));
  const attempts = isTask
    ? model.attempts === 1
      ? "; tasks have one attempt"
      : `; tasks have up to ${model.attempts} attempts`
    : "";
  const reports = among(model.inputs, REPORTS);
  // A signal is an input of models of normal operation, and comes to nothing where no condition waits for one.
  const waits = model.actions.some((kind) => kind.endsWith("ondition"));
  const comes = among(
    model.inputs.filter((input) => waits || input !== "signal"),
    COMES,
  );
  const calls = among(model.calls, CALL_WORDS);
  return [
    `${capital(root ?? "nothing")}${under}${attempts}.`,
    reports.length > 0 && `Plugins report ${listed(reports)}.`,
    comes.length > 0 && `${capital(listed(comes))}.`,
    calls.length > 0 && `One call at a time may fail: ${listed(calls)}.`,
    model.collects && "The garbage collector sweeps.",
    model.delivery === "manual" && `Work is done piece by piece, in any order, with up to ${model.backlog} pieces due.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** All that there was to search. */
export const wholeOf = ({ states, depth }: ExploreProgress): string =>
  `all ${counted(states, "state")}, up to ${counted(depth, "command")}`;
