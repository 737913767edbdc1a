/*
 * The named situations. Each is a list of commands, as anybody could send them, and a sentence that says what to look
 * for; the page opens on the first.
 */

import type { ActionId, Command, Event, PluginPhase, RuleSet, RulesConfig, SimulationConfig } from "flyte-lifecycle";

/** What is to be seen of a real bug while its run is open. */
export interface Incident {
  /** `n1`, as links call it. */
  id: string;
  /** Where it goes wrong: these of the run's facts, by their numbers. */
  wrong: { from: number; to: number; text: string };
  /** The first of them as it is, to know it again after the run was played anew. */
  event: Event;
  /** How many commands have happened then. */
  index: number;
  /** How many there are in all. */
  length: number;
  /** The rules that it happens under, and those under which it does not, if there are any. */
  rules: RulesConfig;
  fixed: RulesConfig | null;
  /** The policies of the fix in words. */
  fix: string;
}

export interface Scenario {
  id: string;
  title: string;
  sentence: string;
  commands: readonly Command[];
  rules?: RuleSet;
  /** The action to look at; the root if absent. */
  select?: ActionId;
  /** How many commands have happened when it opens; all of them if absent. */
  at?: number;
  /** Whatever else the simulation is made from. */
  config?: SimulationConfig;
  /** Opens the hood, because what is to be seen lies there. */
  hood?: boolean;
  /** The real bug that it is, if it comes from the gallery. */
  incident?: Incident;
}

const plugin = (action: ActionId, phase: PluginPhase): Command => ({ type: "plugin", action, result: { phase } });
const running = (action: ActionId): Command[] => [
  plugin(action, "Queued"),
  plugin(action, "Initializing"),
  plugin(action, "Running"),
];
const failing = (action: ActionId, message = "exit code 1"): Command => ({
  type: "plugin",
  action,
  result: { phase: "RetryableFailure", error: { code: "UserError", kind: "USER", message } },
});
const launchFails = (action: ActionId): Command => ({
  type: "plugin",
  action,
  failure: { message: "connection refused" },
});
const pass = (seconds: number): Command => ({ type: "advance", ms: seconds * 1_000 });
const create = (run: string, task?: { maxAttempts?: number; timeoutMs?: number }): Command =>
  task ? { type: "createRun", run, task } : { type: "createRun", run };
const child = (run: string, name: string): Command => ({
  type: "enqueue",
  action: `${run}/${name}`,
  parent: `${run}/a0`,
  task: {},
});

const withApproval = (run: string, timeoutMs?: number): Command[] => [
  create(run),
  ...running(`${run}/a0`),
  {
    type: "enqueue",
    action: `${run}/approve`,
    parent: `${run}/a0`,
    condition: { valueType: "bool", prompt: "Deploy the model?", ...(timeoutMs ? { timeoutMs } : {}) },
  },
];

export const SCENARIOS: readonly Scenario[] = [
  {
    id: "retry",
    title: "Retry, then success",
    sentence:
      "Attempt 1 fails and is recorded as FAILED; one attempt remains, so the action is reset to QUEUED. Attempt 2 is running: let it succeed, or fail it again.",
    commands: [
      create("train", { maxAttempts: 2 }),
      ...running("train/a0"),
      pass(40),
      failing("train/a0", "out of memory"),
      pass(2),
      ...running("train/a0"),
      pass(65),
      plugin("train/a0", "Success"),
    ],
    at: 10,
  },
  {
    id: "happy",
    title: "Happy path",
    sentence:
      "QUEUED, WAITING_FOR_RESOURCES, INITIALIZING, RUNNING, SUCCEEDED: each report of the plugin moves the action one phase on.",
    commands: [
      create("hello"),
      pass(1),
      plugin("hello/a0", "WaitingForResources"),
      pass(12),
      plugin("hello/a0", "Initializing"),
      pass(5),
      plugin("hello/a0", "Running"),
      pass(90),
      plugin("hello/a0", "Success"),
    ],
  },
  {
    id: "exhausted",
    title: "Retries exhausted",
    sentence: "Three attempts were asked for and three failed. None is left, so the last FAILED is final.",
    commands: [
      create("flaky", { maxAttempts: 3 }),
      ...[1, 2, 3].flatMap((attempt) => [
        ...running("flaky/a0"),
        pass(20),
        failing("flaky/a0", `attempt ${attempt}: exit code 1`),
      ]),
    ],
  },
  {
    id: "timeout",
    title: "Timeout and retry",
    sentence:
      "An attempt may run for 30 s. The first ran out of time: TIMED_OUT, then QUEUED again. The second is running against the clock; press “To the next timer”.",
    commands: [
      create("slow", { maxAttempts: 2, timeoutMs: 30_000 }),
      ...running("slow/a0"),
      { type: "fire" },
      ...running("slow/a0"),
      pass(10),
    ],
  },
  {
    id: "approval",
    title: "Human approval",
    sentence:
      "The run waits in PAUSED for a person. Signal true or false to let the condition succeed, or let its deadline pass.",
    commands: withApproval("deploy", 3_600_000),
    select: "deploy/approve",
  },
  {
    id: "deadline",
    title: "Nobody answered",
    sentence:
      "No signal came within ten minutes: the condition is TIMED_OUT. A signal now comes too late, and the page says so.",
    commands: [...withApproval("lonely", 600_000), { type: "fire" }],
    select: "lonely/approve",
  },
  {
    id: "abort",
    title: "Abort with a paused child",
    sentence:
      "The run is aborted while a child waits for approval. The row says ABORTED at once; the abort reconciler then has the resources deleted, from the root down.",
    commands: [
      ...withApproval("nightly"),
      child("nightly", "a1"),
      ...running("nightly/a1"),
      { type: "abortRun", run: "nightly", reason: "wrong input data" },
    ],
  },
  {
    id: "late",
    title: "Refused late write",
    sentence:
      "The action has SUCCEEDED, then a late update says RUNNING. The guard refuses it: see the dashed arrow, and the log’s last row.",
    commands: [
      create("race"),
      ...running("race/a0"),
      pass(30),
      plugin("race/a0", "Success"),
      pass(1),
      { type: "updatePhase", action: "race/a0", phase: "RUNNING" },
    ],
  },
  {
    id: "system",
    title: "System failures",
    sentence:
      "The platform failed three times in a row. That costs no attempt, but one failure more is over the ceiling and ends the action.",
    commands: [
      create("cluster", { maxAttempts: 2 }),
      plugin("cluster/a0", "Queued"),
      ...[1, 2, 3].flatMap(() => [launchFails("cluster/a0"), pass(10)]),
    ],
  },
  {
    id: "backoff",
    title: "Abort that backs off",
    sentence:
      "The actions service does not answer the abort call. It is tried again after a random delay whose ceiling doubles, ten times at most.",
    commands: [
      create("stuck"),
      ...running("stuck/a0"),
      { type: "abortRun", run: "stuck", reason: "costs too much" },
      { type: "abortReply", action: "stuck/a0", reply: "unavailable", drawMs: 700 },
      { type: "fire" },
      { type: "abortReply", action: "stuck/a0", reply: "unavailable", drawMs: 1_600 },
    ],
  },
  {
    id: "fan-out",
    title: "Fan-out and recovery",
    sentence:
      "Eight children at once, one of them recovered from an earlier run: RECOVERED is written directly and counts as a success.",
    commands: [
      create("map"),
      ...running("map/a0"),
      ...[1, 2, 3, 4, 5, 6, 7].map((number) => child("map", `a${number}`)),
      { type: "recover", action: "map/a8", parent: "map/a0" },
      ...[1, 2, 3, 4, 5].flatMap((number) => running(`map/a${number}`)),
      plugin("map/a1", "Success"),
      plugin("map/a2", "Success"),
      failing("map/a3"),
    ],
  },
  {
    id: "as-coded",
    title: "As coded: the lost failure",
    sentence:
      "Upstream’s rules: attempt 1 failed, but nothing recorded it. The resource went back to Queued in place, the guard refused QUEUED, and the row still says RUNNING. Switch the rules to compare.",
    rules: "upstream",
    commands: [
      create("lost", { maxAttempts: 2 }),
      ...running("lost/a0"),
      pass(40),
      failing("lost/a0", "out of memory"),
    ],
  },
  {
    id: "overwritten",
    title: "As coded: a success aborted",
    sentence:
      "Upstream’s rules: the run had SUCCEEDED, and a late abort still rewrote its row as ABORTED. Under the documented rules that step is refused.",
    rules: "upstream",
    commands: [
      create("done"),
      ...running("done/a0"),
      pass(30),
      plugin("done/a0", "Success"),
      pass(5),
      { type: "abortRun", run: "done", reason: "too late" },
    ],
  },
];
