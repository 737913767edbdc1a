// What the module returns and takes, held against src/types.ts: every key of every value, every word of every union. What is
// returned is sampled from all traces and from a few values made for it; what is taken, the module tells when it refuses.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  checkRun,
  checkRunStream,
  diagram,
  explore,
  exploreFixes,
  exploreModels,
  guard,
  LifecycleError,
  outcomes,
  rules,
  Simulation,
} from "flyte-lifecycle";
import { Types } from "./types.mjs";

const types = new Types(readFileSync(new URL("../../src/types.ts", import.meta.url), "utf8"));
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/** A value is of a type, each time; answers the value. */
function hold(written, value, of) {
  const problems = types.check(written, value);
  assert.deepEqual(
    problems,
    [],
    `${of}: src/types.ts has it otherwise as \`${written}\`; mend the types, or the module.`,
  );
  return value;
}

/** What is refused tells why: its code is one of the types'. Answers the error. */
function refusal(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof LifecycleError, String(error));
    hold("ErrorCode", error.code, error.message);
    return error;
  }
  return assert.fail(`not refused: ${work}`);
}

const ROOT = "r1/a0";
const run = (task) => ({ type: "createRun", run: "r1", ...(task && { task }) });
const plugin = (phase, more = {}) => ({ type: "plugin", action: ROOT, result: { phase, ...more } });

function holdWhatStands(sim, of) {
  const { actions } = hold("Snapshot", sim.snapshot(), of);
  for (const { id } of actions) {
    hold("ActionSnapshot", sim.action(id), of);
    hold("ActionDetails | null", sim.actionDetails(id), of);
    hold("Attempt[]", sim.attempts(id), of);
    hold("ActionProtojson", sim.protojson(id), of);
    hold("Why", sim.why(id), of);
    for (const kind of types.words("ApiKind"))
      assert.equal(typeof sim.api(hold("ApiKind", kind, of), id), "object", kind);
  }
}

function holdSteps(sim, commands, of) {
  sim.subscribe((news) => hold("SimulationNews", news, of));
  for (const command of hold("Command[]", commands, of)) {
    hold("Explanation", sim.explain(command), of);
    hold("Step", sim.dispatch(command), of);
    holdWhatStands(sim, of);
  }
  hold("Command[]", sim.commands(), of);
  hold("Event[]", sim.events(), of);
  hold("SavedRun", sim.toJSON(), of);
  return sim;
}

test("every step of every trace, and all that can be asked where it stands", () => {
  const folder = new URL("../traces/", import.meta.url);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".trace"))) {
    const told = Simulation.fromTrace(readFileSync(new URL(name, folder), "utf8"));
    hold("Required<SimulationConfig>", told.config(), name);
    hold("Story | null", told.story(), name);
    hold("SavedRun", told.toJSON(), name);
    told.subscribe((news) => hold("SimulationNews", news, name));
    told.undo();
    const sim = holdSteps(new Simulation(told.config()), told.commands(), name);
    const [first] = sim.snapshot().actions;
    for (const command of hold("Command[]", [...sim.enabled(), ...sim.faults(first?.id)], name))
      hold("Explanation", sim.explain(command), name);
    const records = sim.snapshot().actions.map(({ id }) => sim.protojson(id));
    const record = records.filter(({ actionDetails }) => actionDetails !== null);
    for (const rules of ["documented", "upstream"])
      if (record.length > 0) hold("RunCheck", checkRun(record, { rules }), name);
  }
});

test("what no trace has: every type of signal, kind of error, empty field, and work that is delivered by hand", () => {
  const values = { bool: true, int: 7, float: 0.5, string: "yes" };
  for (const rules of ["documented", "upstream"]) {
    const sim = new Simulation({ rules, delivery: "manual", abort: { reply: "ask" } });
    const conditions = Object.entries(values).flatMap(([valueType, value]) => [
      { type: "enqueue", action: `r1/${valueType}`, parent: ROOT, condition: { valueType, prompt: "Go on?" } },
      { type: "signal", action: `r1/${valueType}`, value: { [valueType]: value }, by: "you" },
    ]);
    sim.dispatch(run({ maxAttempts: 2, cache: { discoverable: true, key: "k" } }));
    hold("Step[]", sim.settle(), "settle()");
    holdSteps(sim, conditions.slice(0, 1), "conditions");
    hold("Step[]", sim.settle(), "settle()");
    holdSteps(sim, conditions.slice(1, 2), "signals");
    for (const pair of [conditions.slice(2, 4), conditions.slice(4, 6), conditions.slice(6)]) {
      holdSteps(sim, pair.slice(0, 1), "conditions");
      sim.settle();
      holdSteps(sim, pair.slice(1), "signals");
      sim.settle();
      holdWhatStands(sim, "signals");
    }
    holdSteps(sim, [plugin("RetryableFailure", { error: { code: "", kind: "UNKNOWN", message: "" } })], "errors");
    sim.settle();
    holdSteps(sim, [{ type: "abortRun", run: "r1" }], "an abort by hand");
    for (let left = 60; left > 0 && sim.snapshot().pending.length > 0; left -= 1) {
      hold("Step", sim.dispatch({ type: "deliver" }), "an abort by hand");
      const asked = sim.snapshot().abortQueue.find(({ state }) => state === "calling");
      if (asked)
        hold("Step", sim.dispatch({ type: "abortReply", action: asked.action, reply: "ok" }), "an abort by hand");
      holdWhatStands(sim, "an abort by hand");
    }
  }
  const merged = new Simulation({ rules: "merged" });
  holdSteps(
    merged,
    [run(), plugin("PermanentFailure", { error: { code: "E", kind: "USER", message: "no" } })],
    "codes",
  );
  holdWhatStands(merged, "an error with its code");
  const late = [run(), plugin("Running"), { type: "abortRun", run: "r1" }, plugin("Success")];
  holdSteps(
    new Simulation({ abort: { reply: "ask" } }),
    [...late, { type: "abortReply", action: ROOT, reply: "ok" }],
    "a success that an abort did not wait for",
  );
  holdSteps(
    new Simulation(),
    [
      run({ childFailure: "raises" }),
      ...types
        .words("CacheStatus")
        .map((cacheStatus) => ({ type: "putStatus", action: ROOT, attempts: 1, cacheStatus })),
    ],
    "a status from outside",
  );
  const fields = types.words("SpecField");
  for (const missing of [...fields.map((field) => [field]), fields]) {
    const sim = new Simulation({ rules: "upstream" });
    if (sim.explain(run({ missing })).enabled) holdSteps(sim, [run({ missing })], `missing ${missing}`);
  }
});

const GUARDED = "{ admitted: boolean; rule: string; sentence: string }";

test("what each rule set and each policy makes of a configuration", () => {
  for (const { policy, values } of hold("Divergence[]", new Simulation().divergences(), "divergences()")) {
    assert.deepEqual(types.words(`Policies["${policy}"]`), values, `the values of ${policy}`);
    for (const base of ["documented", "upstream"])
      for (const value of values) {
        const rules = { base, [policy]: value };
        hold("Required<SimulationConfig>", new Simulation({ rules }).config(), policy);
        if (value === values.at(-1)) hold("Diagram", diagram(rules), policy);
      }
  }
  assert.deepEqual(
    types.words("keyof Policies"),
    new Simulation().divergences().map(({ policy }) => policy),
  );
  for (const rules of ["documented", "upstream"]) hold("Outcome[]", outcomes(rules), "outcomes()");
  hold("RuleInfo[]", rules(), "rules()");
  const phases = diagram().states.map(({ phase }) => phase);
  assert.deepEqual(phases, types.words("ActionPhase"));
  for (const variant of types.words("GuardVariant"))
    for (const from of phases)
      for (const to of phases) hold(GUARDED, guard(from, to, hold("GuardVariant", variant, "a guard")), "guard()");
});

test("what is read from resources, by the command and from what kubectl prints", () => {
  const at = Date.UTC(2026, 7, 20);
  const told = { project: "p", domain: "d", createdAt: at, finalizer: true };
  const status = {
    pluginPhase: "Running",
    pluginPhaseVersion: 1,
    attempts: 2,
    systemFailures: 1,
    cacheStatus: 3,
    conditions: [{ type: "Progressing", status: "Unknown", reason: "Executing", message: "it runs", at }],
    phaseHistory: [{ phase: "Queued", at, message: "queued" }],
    error: { code: "E", kind: "USER", message: "exit code 1" },
  };
  const signal = { value: { bool: true }, by: "ada", at };
  const sim = new Simulation({ startTime: at, rules: "upstream" });
  holdSteps(
    sim,
    [
      { type: "import", action: ROOT, resource: { ...told, ...status, task: { maxAttempts: 3 } } },
      {
        type: "import",
        action: "r2/a0",
        resource: {
          ...told,
          ...status,
          task: { timeoutMs: 30_000 },
          attemptStartedAt: at,
          timeoutAt: at,
          row: { phase: "ABORTED", attempts: 2, endedAt: at, abortPending: true },
        },
      },
      { type: "import", action: "r1/c", parent: ROOT, resource: { ...told, condition: { valueType: "bool" }, signal } },
      {
        type: "import",
        action: "r1/b",
        parent: ROOT,
        resource: { ...told, task: {}, deletedAt: at, completedAt: at, recorded: true },
      },
    ],
    "import",
  );
  const resource = {
    apiVersion: "flyte.org/v1",
    kind: "TaskAction",
    metadata: { name: "r1-a0", creationTimestamp: "2026-08-20T10:00:00Z" },
    spec: { runName: "r1", actionName: "a0", project: "p", domain: "d" },
  };
  const read = Simulation.fromTaskActions(resource);
  hold("Command[]", read.commands(), "fromTaskActions()");
  holdWhatStands(read, "fromTaskActions()");
  hold("RunCheck", checkRun(resource), "checkRun() of a resource");
});

test("what is found in records of every form", () => {
  const id = (name = "a0") => ({ run: { name: "r1" }, name });
  const time = (second) => new Date(Date.UTC(2026, 7, 20, 10, 0, second)).toISOString();
  const details = (status, more = {}) => ({ id: id(), metadata: { actionType: "ACTION_TYPE_TASK" }, status, ...more });
  const event = (attempt, phase, second) => ({
    id: id(),
    attempt,
    phase: `ACTION_PHASE_${phase}`,
    updatedTime: time(second),
    reportedTime: time(second),
  });
  const ended = { phase: 5, attempts: 1, startTime: time(0), endTime: time(60) };
  const circle = (name, parent) => ({ id: id(name), metadata: { parent }, status: { phase: 4, attempts: 1 } });
  const formats = ["retry.details.json", "approval.watch.json", "back-to-running.watch.json"].map((name) =>
    read(`../runs/${name}`),
  );
  for (const record of [
    ...formats,
    read("../runs/batch.actions.csv") + read("../runs/batch.action_events.csv"),
    [details(ended), details({ ...ended, phase: 7 })],
    [details({ ...ended, attempts: 0 })],
    [details({ ...ended, phase: 4 })],
    [circle("x", "y"), circle("y", "x")],
    [event(1, "RUNNING", 1), event(2, "RUNNING", 2), event(1, "RUNNING", 3)],
    [event(1, "SUCCEEDED", 1), event(1, "FAILED", 2)],
    [{ ...event(1, "FAILED", 2), errorInfo: { message: "x".repeat(40_000), kind: "KIND_USER" } }],
  ])
    for (const rules of ["documented", "upstream"])
      hold("RunCheck", checkRun(record, { rules }), JSON.stringify(record).slice(0, 80));
});

test("what is answered of a pod, of an update on its way, and of rows of many runs", async () => {
  const terminated = { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-08-20T10:01:00Z" };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "r1-a0-0" },
    status: { phase: "Failed", containerStatuses: [{ name: "r1-a0-0", state: { terminated } }] },
  };
  const update = { actionId: { run: { name: "r1" }, name: "a0" }, status: { phase: 4, attempts: 1 } };
  for (const record of [pod, update]) {
    hold("CheckConfig", { rules: "auto" }, "a check");
    hold("RunCheck", checkRun(record, { rules: "auto" }), JSON.stringify(record).slice(0, 80));
  }
  const rows = [
    "run_name,name,action_type,phase,attempts",
    "good,a0,1,5,1",
    "bad,a0,1,9,1",
    "unreadable,a0,1,many,1",
  ].join("\n");
  const { signal } = new AbortController();
  const options = { signal, onProgress: (progress) => hold("StreamProgress", progress, "onProgress") };
  hold("CheckStreamOptions", options, "checkRunStream()");
  const stream = hold("StreamCheck", await checkRunStream(rows, options), "checkRunStream()");
  assert.deepEqual([stream.runs, stream.ok, stream.unreadable], [3, 1, 1]);
});

test("why an action is as it is, where no trace comes to it", () => {
  const cached = (name) => ({ ...run({ cache: { key: "k" } }), run: name });
  const exits = { phase: "Initializing", reason: "ErrImagePull" };
  const condition = {
    type: "enqueue",
    action: "r1/c",
    parent: ROOT,
    condition: { valueType: "bool", timeoutMs: 1_000 },
  };
  for (const [code, commands, action = ROOT, rules = "upstream"] of [
    ["initializing.image", [run(), { type: "plugin", action: ROOT, result: exits }]],
    ["ended.timedOut", [run({ deadlineMs: 1_000 }), { type: "advance", ms: 1_000 }], ROOT, "documented"],
    ["ended.cacheHit", [cached("r1"), plugin("Success"), cached("r2")], "r2/a0"],
    [
      "gone",
      [
        run(),
        plugin("Running"),
        { ...condition, condition: undefined, task: {} },
        { type: "plugin", action: "r1/c", result: { phase: "Running" } },
        { type: "fault", call: "updateActionStatus", action: "r1/c" },
        { type: "abortRun", run: "r1" },
      ],
      "r1/c",
    ],
    ["ended.notSignalled", [run(), plugin("Running"), condition, { type: "advance", ms: 1_000 }], "r1/c"],
  ]) {
    const sim = new Simulation({ rules });
    for (const command of commands) sim.dispatch(command);
    assert.equal(hold("Why", sim.why(action), code).code, code);
  }
});

test("what the explorer tells: models, progress, verdicts of every kind, ways that are found", async () => {
  hold("ModelInfo[]", await exploreModels(), "exploreModels()");
  const onProgress = (progress) => hold("ExploreProgress", progress, "onProgress");
  const inputs = types.words("ExploreInput");
  const late = [
    { phase: "TIMED_OUT", action: 0 },
    { phase: "PAUSED", action: 1 },
  ];
  for (const options of [
    { rules: "upstream", model: "a parent and its child" },
    { rules: "upstream", model: "restarts", states: 500 },
    { rules: "documented", model: "a task", states: 20 },
    { rules: { base: "documented", retry: "inPlace" }, model: "a task", depth: 2, properties: ["P1", "P4"] },
    { model: "a task", bytes: 1 },
    { model: "a task", reach: [{ rule: "RetriesExhausted" }] },
    { model: "a task", reach: [{ disagreement: true }], states: 50 },
    { model: "a task", signal: AbortSignal.abort() },
    { actions: ["timedTask", "timedCondition"], reach: late },
    { actions: ["task", "condition", "trace"], inputs, calls: types.words("Call"), states: 50 },
    {
      ...{
        actions: types.words("PlannedKind").slice(0, 2),
        attempts: 2,
        versions: 1,
        systemFailures: 1,
        abortCalls: 2,
      },
      ...{ delivery: "manual", backlog: 2, collects: true, states: 50 },
    },
    { delivery: "immediate", states: 50 },
  ]) {
    const asked = hold("ExploreOptions", { ...options, onProgress }, "the options of a search");
    hold("ExploreReport", await explore(asked), JSON.stringify(options));
  }
});

test("what reach tells: ways of every kind, and why there is none", async () => {
  const sim = new Simulation({ rules: "upstream" });
  sim.dispatch(run({ timeoutMs: 10_000 }));
  sim.dispatch(plugin("Running"));
  const condition = { valueType: "bool", timeoutMs: 60_000 };
  sim.dispatch({ type: "enqueue", action: "r1/c", parent: ROOT, condition });
  const documented = new Simulation();
  for (const command of sim.commands()) documented.dispatch(command);
  const onProgress = (progress) => hold("ExploreProgress", progress, "onProgress");
  for (const [target, options = {}, from = sim] of [
    [{ phase: "RUNNING" }],
    [{ phase: "FAILED", action: ROOT }],
    [
      { rule: "StatusConflictRetried", action: ROOT },
      { faults: "rpc", states: 2_000 },
    ],
    [{ disagreement: true }, { faults: "crash", states: 500 }],
    [
      { rule: "GuardRefusesStaleAttempt", action: ROOT },
      { faults: "race", states: 500 },
    ],
    [
      { disagreement: true, action: ROOT },
      { faults: "race", states: 500 },
    ],
    [{ phase: "RECOVERED" }, { faults: "none", states: 10 }],
    [{ phase: "INITIALIZING", action: "r1/c" }, { bytes: 1 }],
    [{ rule: "ExecutorRestarted" }, { faults: "crash", states: 500 }],
    [{ phase: "RECOVERED" }, { faults: "op", depth: 2 }],
    [{ phase: "RECOVERED" }, { inputs: ["signal"], calls: ["notify"], actions: ["r1/c"], versions: 1, backlog: 2 }],
    [{ phase: "RECOVERED" }, { signal: AbortSignal.abort() }],
    [{ phase: "QUEUED", action: "r1/b" }, { create: [{ type: "enqueue", action: "r1/b", parent: ROOT, task: {} }] }],
    [
      [
        { phase: "TIMED_OUT", action: "r1/c" },
        { phase: "RUNNING", action: ROOT },
      ],
      { inputs: [] },
      documented,
    ],
  ]) {
    const of = JSON.stringify([target, options]);
    hold("ReachTarget | ReachTarget[]", target, of);
    const asked = hold("ReachOptions", { ...options, onProgress }, of);
    hold("ReachResult", await from.reach(target, asked), of);
  }
});

test("what the table of fixes tells", async () => {
  const models = ["a task", "a parent and its child"];
  const tries = [{ attemptCheck: "ignored" }, { promotion: "resetsAttempts", guard: "upstream" }];
  for (const options of [
    { rules: "upstream", states: 150 },
    { rules: "documented", states: 150, towards: "upstream" },
    { rules: "documented", tries, models },
    { tries: [{ guard: "table" }], models: ["a task"], properties: ["P1", "P4"] },
    { rules: "upstream", models: ["restarts"], tries: [{ lostNews: "toldAgain" }], states: 2_000, bytes: 1e8 },
    { signal: AbortSignal.abort() },
  ]) {
    const onProgress = (progress) => hold("FixesProgress", progress, "onProgress");
    const onColumn = (column) => hold("FixesColumn", column, "onColumn");
    const asked = hold("FixesOptions", { ...options, onProgress, onColumn }, "the options of a table");
    hold("FixesReport", await exploreFixes(asked), JSON.stringify(options));
  }
});

test("what is refused has a code, and explain() tells it as well", () => {
  const sim = new Simulation();
  sim.dispatch(run());
  for (const [code, work] of [
    ["INVALID_ARGUMENT", () => sim.dispatch({ type: "nonsense" })],
    ["NOT_FOUND", () => sim.dispatch({ ...plugin("Running"), action: "r1/z" })],
    ["ALREADY_EXISTS", () => sim.dispatch({ type: "enqueue", action: ROOT, parent: ROOT, task: {} })],
    ["FAILED_PRECONDITION", () => sim.dispatch({ type: "deliver" })],
    ["RESOURCE_EXHAUSTED", () => checkRun("x".repeat(40_000_000))],
    ["OUT_OF_RANGE", () => sim.seek(99)],
  ])
    assert.equal(refusal(work).code, code);
  const { enabled, code, message } = hold("Explanation", sim.explain({ type: "deliver" }), "explain()");
  assert.deepEqual([enabled, code, typeof message], [false, "FAILED_PRECONDITION", "string"]);
});

/** One of each command, as short as it can be. */
const SHORTEST = [
  run(),
  { type: "enqueue", action: "r1/b", parent: ROOT, task: {} },
  { type: "import", action: "r1/b", resource: { createdAt: 0, task: {} } },
  { type: "recover", action: "r1/b" },
  plugin("Running"),
  { type: "exit", action: ROOT, code: 1 },
  { type: "signal", action: ROOT, value: { bool: true } },
  { type: "abortAction", action: ROOT },
  { type: "abortRun", run: "r1" },
  { type: "abortReply", action: ROOT, reply: "ok" },
  { type: "updatePhase", action: ROOT, phase: "RUNNING" },
  { type: "putStatus", action: ROOT, attempts: 1 },
  ...[{ type: "advance", ms: 1 }, { type: "fire" }, { type: "deliver" }, { type: "drop" }, { type: "duplicate" }],
  { type: "fault", call: "notify" },
  { type: "restart", service: "runs" },
];

/** What the module lists when it refuses a field or a word that it does not know. */
const listed = (message) => {
  const [, fields] = /has no field "nope"; it has (.*)\.$/.exec(message) ?? [];
  const [, words] = /"nope"; .*must be one of (.*)\.$/.exec(message) ?? [];
  assert.ok(fields ?? words, message);
  return fields ? fields.match(/\w+/g).sort() : words.split(", ").sort();
};
const asked = (work) => listed(refusal(work).message);
const askedLater = async (work) => {
  const error = await work().catch((error) => error);
  return listed(refusal(() => assert.fail(error)).message);
};

test("the fields that the module takes are those of the types", async () => {
  const sim = new Simulation();
  const dispatch = (command) => asked(() => sim.dispatch(command));
  assert.deepEqual(SHORTEST.map(({ type }) => type).sort(), types.words('Command["type"]').sort());
  for (const command of SHORTEST) {
    hold("Command", command, command.type);
    assert.deepEqual(dispatch({ ...command, nope: 1 }), types.keys("Command", command.type).sort(), command.type);
  }
  const nope = { nope: 1 };
  const enqueue = { type: "enqueue", action: "r1/b", parent: ROOT };
  const imported = (resource) => ({
    type: "import",
    action: "r1/b",
    resource: { createdAt: 0, task: {}, ...resource },
  });
  const config = (more) => asked(() => new Simulation(more));
  for (const [written, fields] of [
    ["TaskSpec", dispatch(run(nope))],
    ['TaskSpec["cache"]', dispatch(run({ cache: nope }))],
    ['TaskSpec["backoff"]', dispatch(run({ backoff: nope }))],
    ["ConditionSpec", dispatch({ ...enqueue, condition: { valueType: "bool", ...nope } })],
    ['Command["trace"]', dispatch({ ...enqueue, trace: nope })],
    ['Command["result"]', dispatch(plugin("Running", nope))],
    ['Command["failure"]', dispatch({ type: "plugin", action: ROOT, failure: { message: "", ...nope } })],
    ["ReportedError", dispatch(plugin("Running", { error: { code: "", kind: "USER", message: "", ...nope } }))],
    ["ImportedResource", dispatch(imported(nope))],
    ['ImportedResource["signal"]', dispatch(imported({ signal: { value: { bool: true }, ...nope } }))],
    ["SimulationConfig", config(nope)],
    ['SimulationConfig["abort"]', config({ abort: nope })],
    ['SimulationConfig["gc"]', config({ gc: nope })],
    ["ExploreOptions", await askedLater(() => explore(nope))],
    ["FixesOptions", await askedLater(() => exploreFixes(nope))],
    ["ReachOptions", await askedLater(() => sim.reach({ phase: "FAILED" }, nope))],
  ]) {
    // What a function or a signal is for, the package keeps to itself; where to, `reach` is told apart.
    const ours = new Set(["onProgress", "onColumn", "signal"]);
    const own = types.keys(written).filter((key) => !written.endsWith("Options") || !ours.has(key));
    assert.deepEqual(
      fields.filter((key) => key !== "target"),
      own.sort(),
      written,
    );
  }
});

test("the words that the module takes are those of the types", async () => {
  const sim = new Simulation();
  sim.dispatch(run());
  const dispatch = (command) => asked(() => sim.dispatch(command));
  const nope = "nope";
  for (const [written, words] of [
    ['Command["type"]', dispatch({ type: nope })],
    ["ActionPhase", dispatch({ type: "updatePhase", action: ROOT, phase: nope })],
    ["PluginPhase", dispatch(plugin(nope))],
    ["ErrorKind", dispatch(plugin("Running", { error: { code: "", kind: nope, message: "" } }))],
    ["SpecField", dispatch(run({ missing: [nope] }))],
    ["ApiKind", asked(() => sim.api(nope))],
    ["ChildFailure", dispatch(run({ childFailure: nope }))],
    ["CacheStatus", dispatch({ type: "putStatus", action: ROOT, attempts: 1, cacheStatus: nope })],
    ["ValueType", dispatch({ type: "enqueue", action: "r1/b", parent: ROOT, condition: { valueType: nope } })],
    ["AbortReply", dispatch({ type: "abortReply", action: ROOT, reply: nope })],
    ["Call", dispatch({ type: "fault", call: nope })],
    ["FaultReply", dispatch({ type: "fault", call: "notify", reply: nope })],
    ["Service", dispatch({ type: "restart", service: nope })],
    ['SimulationConfig["delivery"]', asked(() => new Simulation({ delivery: nope }))],
    ['SimulationConfig["parents"]', asked(() => new Simulation({ parents: nope }))],
    ['SimulationConfig["plugins"]', asked(() => new Simulation({ plugins: nope }))],
    ["GuardVariant", asked(() => guard("QUEUED", "RUNNING", nope))],
    ["PlannedKind", await askedLater(() => explore({ actions: [nope] }))],
    ["ExploreInput", await askedLater(() => explore({ inputs: [nope] }))],
    ['ExploreOptions["delivery"]', await askedLater(() => explore({ delivery: nope }))],
  ])
    assert.deepEqual(words, types.words(written).sort(), written);
  // Which faults the search has no notion of, it says of each.
  const { message } = await sim.reach({ phase: "FAILED" }, { faults: "clock" }).catch((error) => error);
  assert.deepEqual(/one of (.*)\.$/.exec(message)[1].split(", "), types.words('ReachOptions["faults"]'));
});

const OF_CLUSTERS = "the form has it, and a simulation has no logs";
const CLOCKS = "clocks that disagree are a kind of fault, and no property, model or story needs one so far";
/** Keys and words that no value above has, each with the reason. */
const NEVER_SEEN = {
  'ErrorCode: "INTERNAL"': "a bug of the module, which nobody knows how to ask for",
  "Attempt.logContext.primaryPodName": OF_CLUSTERS,
  "Attempt.logInfo.name": OF_CLUSTERS,
  "Attempt.logInfo.uri": OF_CLUSTERS,
  'Story.needs: "clock"': CLOCKS,
  'ExploreReport.verdicts.needs: "crash"': "what a restart breaks, something milder breaks as well",
  'ExploreReport.verdicts.needs: "clock"': CLOCKS,
  'FixesColumn.verdicts.fault: "clock"': CLOCKS,
  'ModelInfo.fault: "clock"': CLOCKS,
};

test("every key and every word of the types was seen, or says why not", () => {
  const unseen = types.unseen(...types.names());
  assert.deepEqual(unseen.sort(), Object.keys(NEVER_SEEN).sort());
});

test("a value that is otherwise is found, with its place", () => {
  const step = new Simulation().dispatch(run());
  const [first, ...events] = step.events;
  const otherwise = (change) => types.check("Step", { ...step, events: [{ ...first, ...change }, ...events] });
  assert.deepEqual(otherwise({}), []);
  assert.deepEqual(otherwise({ colour: "red" }), ["Step.events[0].colour is not in the types."]);
  assert.deepEqual(otherwise({ seq: undefined }), ["Step.events[0].seq is missing."]);
  assert.deepEqual(otherwise({ seq: "1" }), [
    'Step.events[0].seq is "1", which is none of what the types allow there.',
  ]);
  assert.match(otherwise({ store: "shelf" })[0], /Step\.events\[0\]\.store is "shelf"; the types have row, resource,/);
  assert.deepEqual(otherwise({ action: null }), []);
  assert.throws(() => new Types("interface It { a: string\n b? }"), /src\/types\.ts:2: `:` was expected/);
  assert.throws(() => new Types("enum It { A }"), /src\/types\.ts:1: `type`, `interface` or `namespace` was expected/);
  assert.throws(() => new Types("type It = Promise<string>;").check("It", 1), /names the type Promise/);
});
