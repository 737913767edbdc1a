/*
 * What shows each policy's difference: a trace of tests/traces or a few commands. The same commands are played under
 * both values; the page opens them where they part.
 */

import type { ActionId, Command, Policies, RuleSet } from "flyte-lifecycle";

export interface Showcase {
  /** A file of tests/traces, without its ending. */
  trace?: string;
  commands?: readonly Command[];
  /** The rules around the policy, if the trace does not name them; upstream's if absent. */
  base?: RuleSet;
  /** Only those who watch the run are told otherwise, after the last command: no fact of the run differs. */
  watched?: true;
  /** The action to look at; the root if absent. */
  select?: ActionId;
}

const running = (action: ActionId): Command => ({ type: "plugin", action, result: { phase: "Running" } });
const success = (action: ActionId): Command => ({ type: "plugin", action, result: { phase: "Success" } });

export const SHOWCASES: Record<keyof Policies, Showcase> = {
  notification: { trace: "s08-wake-up-that-is-lost.upstream" },
  listener: { trace: "n19-all-watches-fall-silent.upstream" },
  pausedListing: { trace: "n11-condition-nobody-signals.upstream" },
  guard: { trace: "n1-restart-wakes-a-failed-parent.upstream" },
  attemptCheck: { trace: "n2-first-child-resets-attempts.upstream" },
  retry: { trace: "retry-then-success.upstream" },
  taskTimeout: { trace: "timeout-and-retry.upstream" },
  queuedTimeout: { trace: "queued-for-too-long.upstream" },
  deadline: { trace: "deadline-over-all-attempts.upstream" },
  backoff: { trace: "retries-that-wait.upstream" },
  failurePace: { trace: "n26-system-failures-in-a-burst.upstream" },
  retryCleanup: { trace: "n25-next-attempt-beside-the-old-pod.upstream" },
  statusUpdate: { trace: "status-put-from-outside.upstream" },
  systemFailureReset: { trace: "system-failures-between-relaunches.upstream" },
  phaseOrder: { trace: "phase-goes-back.upstream" },
  waiting: { trace: "waiting-for-resources.upstream" },
  abortedPhase: { trace: "plugin-aborted.upstream" },
  abortOfEnded: {
    commands: [
      { type: "createRun", run: "done" },
      running("done/a0"),
      { type: "advance", ms: 30_000 },
      success("done/a0"),
      { type: "advance", ms: 5_000 },
      { type: "abortRun", run: "done", reason: "too late" },
    ],
  },
  abortReason: {
    commands: [
      { type: "createRun", run: "nightly" },
      running("nightly/a0"),
      { type: "enqueue", action: "nightly/a1", parent: "nightly/a0", task: {} },
      running("nightly/a1"),
      { type: "abortRun", run: "nightly", reason: "wrong input data" },
      { type: "abortReply", action: "nightly/a0", reply: "ok" },
    ],
    select: "nightly/a1",
  },
  abortGiveUp: { trace: "abort-backs-off-and-gives-up.upstream" },
  promotion: { trace: "n2-first-child-resets-attempts.upstream" },
  endTime: { trace: "n1-restart-wakes-a-failed-parent.upstream" },
  tracePhase: { trace: "trace-and-recovered.upstream", select: "r1/t1" },
  events: { trace: "s21-paused-for-ever.upstream", select: "r1/c" },
  deletionEvent: { trace: "n9-collection-adds-an-event.upstream" },
  reportedAttempts: { trace: "s21-paused-for-ever.upstream", select: "r1/c" },
  watch: { trace: "n5-abort-before-the-resource.upstream" },
  parentCheck: { trace: "n3-child-born-ended.upstream" },
  duplicateRun: { trace: "n16-run-name-used-again.upstream" },
  duplicateAction: {
    commands: [
      { type: "createRun", run: "twice" },
      running("twice/a0"),
      { type: "enqueue", action: "twice/a1", parent: "twice/a0", task: {} },
      { type: "enqueue", action: "twice/a1", parent: "twice/a0", task: {} },
    ],
    select: "twice/a1",
  },
  inBandCheck: { trace: "s05-invisible-child.upstream", select: "r1/c" },
  unreadableSpec: { trace: "n29-a-task-that-nobody-can-record.upstream", select: "r1/c" },
  lostNews: { trace: "s22-end-rejected-in-the-reply.upstream" },
  cleanup: { trace: "deletion-without-cleanup.upstream" },
  plainWrite: { trace: "s07-invalid-task-stays.upstream", select: "r1/c" },
  conflictRetry: { trace: "n7-signalled-and-timed-out.upstream", select: "r1/c" },
  enqueueFailure: { trace: "s06-run-without-a-resource.upstream" },
  namespace: { trace: "n31-two-projects-one-name.upstream" },
  invalidResource: { trace: "resource-that-kubernetes-refuses.upstream" },
  recovery: { trace: "trace-and-recovered.documented", select: "r1/done" },
  repeatedSignal: { trace: "signal-repeated-after-the-end.upstream", select: "r1/c" },
  lateEnqueue: { trace: "n5-abort-before-the-resource.upstream" },
  signalOfAborted: { trace: "n21-signal-after-the-abort.upstream", select: "r1/c" },
  labelInheritance: { trace: "n3-child-born-ended.upstream", select: "r1/c" },
  gcOfLiving: { trace: "n10-collection-aborts-a-living-child.upstream", select: "r1/c" },
  cacheLookup: { trace: "n12-cache-hit-beside-a-starting-pod.upstream", select: "r2/a0" },
  cacheError: { trace: "cache-unknown-beside-its-owner.upstream", select: "r2/a0" },
  cacheLease: { trace: "n13-serialized-twice.upstream", select: "r2/a0" },
  cachePut: { trace: "cache-populated-twice.upstream", select: "r2/a0" },
  cacheStatus: { trace: "cache-lookup-told.upstream" },
  errorCode: { trace: "an-error-keeps-its-code.upstream" },
  watchEnd: {
    commands: [
      { type: "createRun", run: "seen" },
      running("seen/a0"),
      { type: "fault", call: "updateActionStatus", action: "seen/a0" },
      success("seen/a0"),
    ],
    watched: true,
  },
  watchOrder: {
    commands: [
      { type: "createRun", run: "early" },
      running("early/a0"),
      { type: "enqueue", action: "early/9x", parent: "early/a0", task: {} },
    ],
    select: "early/9x",
    watched: true,
  },
  listedMetadata: {
    commands: [
      { type: "createRun", run: "listed" },
      running("listed/a0"),
      { type: "enqueue", action: "listed/child", parent: "listed/a0", task: {} },
    ],
    select: "listed/child",
    watched: true,
  },
  watchRunDetails: { commands: [{ type: "createRun", run: "shown" }, running("shown/a0")], watched: true },
  childNews: { trace: "sdk-watch-dies-silently.upstream", select: "r1/c" },
  exitCode: {
    commands: [
      { type: "createRun", run: "plain", task: { maxAttempts: 2 } },
      running("plain/a0"),
      { type: "exit", action: "plain/a0", code: 1 },
      running("plain/a0"),
      { type: "exit", action: "plain/a0", code: 1 },
    ],
  },
  longMessage: { trace: "n18-error-too-long-to-be-stored.upstream" },
  times: {
    commands: [
      { type: "advance", ms: 400 },
      { type: "createRun", run: "clock" },
      { type: "advance", ms: 1_300 },
      running("clock/a0"),
      { type: "advance", ms: 900 },
      success("clock/a0"),
    ],
  },
};
