// The package in Node, imported by its own name: what api.md promises, with the module that is published.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { diagram, guard, LifecycleError, ready, rules, Simulation, UPSTREAM_COMMIT } from "flyte-lifecycle";

const plugin = (phase, more = {}) => ({ type: "plugin", action: "r1/a0", result: { phase, ...more } });
const failure = plugin("RetryableFailure", { error: { code: "E", kind: "USER", message: "exit code 1" } });
const retried = (config) => {
  const sim = new Simulation(config);
  sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2, timeoutMs: 30_000 } });
  for (const command of [plugin("Running"), failure, plugin("Running")]) sim.dispatch(command);
  return sim;
};
const refused = (code, work) =>
  assert.throws(work, (error) => {
    assert.ok(error instanceof LifecycleError && error instanceof Error, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.length > 10 && typeof error.rule === "string");
    return true;
  });

test("it is ready when the import is", async () => {
  await ready();
  assert.match(UPSTREAM_COMMIT, /^[0-9a-f]{40}$/);
  assert.ok(rules().length > 80);
});

test("a life is told the same way by snapshot, events, commands and trace", () => {
  for (const rules of ["documented", "upstream"]) {
    const sim = retried({ rules });
    const [action] = sim.snapshot().actions;
    assert.equal(action.id, "r1/a0");
    assert.equal(action.phase, "RUNNING");
    assert.equal(action.attempts, 2);
    assert.deepEqual(
      sim
        .events()
        .filter((event) => event.type === "PhaseRecorded")
        .map((event) => event.to),
      rules === "documented" ? ["RUNNING", "FAILED", "QUEUED", "RUNNING"] : ["RUNNING"],
    );
    const again = new Simulation(sim.config());
    for (const command of sim.commands()) again.dispatch(command);
    assert.deepEqual(again.snapshot(), sim.snapshot());
    assert.equal(again.trace(), sim.trace());
    assert.equal(Simulation.fromTrace(sim.trace()).trace(), sim.trace());
    assert.deepEqual(sim.events(3), sim.events().slice(3));
  }
});

test("every golden trace prints the same bytes here as natively", () => {
  const folder = new URL("../traces/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".trace"));
  assert.ok(names.length >= 40);
  for (const name of names) {
    const text = readFileSync(new URL(name, folder), "utf8");
    assert.equal(Simulation.fromTrace(text).trace(), text, name);
  }
});

test("a trace tells its story, until the run goes another way", () => {
  const text = readFileSync(new URL("../traces/n28-success-that-is-aborted.upstream.trace", import.meta.url), "utf8");
  const sim = Simulation.fromTrace(text);
  const story = sim.story();
  assert.equal(story.title, "A success that is aborted");
  assert.deepEqual([story.sentences.length, story.needs, story.fix], [2, "op", { abortOfEnded: "refused" }]);
  const { command, fact, text: says } = story.wrong;
  const events = sim.events();
  assert.equal(sim.commands()[command].type, "abortAction");
  assert.deepEqual([fact, says], [1, "SUCCEEDED becomes ABORTED, and nothing was stopped."]);
  const marked = events.find(({ from, to }) => from === "SUCCEEDED" && to === "ABORTED");
  sim.seek(command);
  assert.equal(sim.events().length + fact, marked.seq);
  sim.dispatch({ type: "advance", ms: 1 });
  assert.equal(sim.story(), null);
  assert.equal(new Simulation().story(), null);
});

test("what is wrong in a trace is told with its place and the word that was probably meant", () => {
  for (const [lines, words] of [
    ["singal action=r1/a0", 'line 2, column 1: `type` is "singal" (did you mean "signal"?); it must be one of'],
    ["createRun run=r1\nplugin action=r1/c result.phase=Running", "line 3, column 8: action not found"],
    ["createRun run=r1 task.maxAtempts=2", 'line 2, column 18: `task` has no field "maxAtempts" (did you mean'],
    ["config rules=upstraem", 'line 2, column 8: There is no rule set "upstraem" (did you mean "upstream"?)'],
    ["# fix: guard=tabel", 'line 2, column 8: The policy "guard" does not take "tabel" (did you mean "table"?)'],
  ]) {
    assert.throws(
      () => Simulation.fromTrace(`flyte-lifecycle trace 1\n${lines}`),
      (error) => error instanceof LifecycleError && error.message.startsWith(words),
      words,
    );
  }
});

test("undo, redo, seek and fork", () => {
  const sim = retried();
  const end = sim.snapshot();
  const fork = sim.fork();
  assert.equal(sim.undo(), true);
  assert.equal(sim.index, 3);
  assert.equal(sim.length, 4);
  sim.seek(0);
  assert.equal(sim.undo(), false);
  assert.deepEqual(sim.snapshot().actions, []);
  sim.seek(4);
  assert.deepEqual(sim.snapshot(), end);
  sim.undo();
  assert.equal(sim.redo(), true);
  assert.equal(sim.redo(), false);
  fork.dispatch({ type: "abortRun", run: "r1", reason: "fork" });
  assert.deepEqual(sim.snapshot(), end);
  refused("OUT_OF_RANGE", () => sim.seek(99));
});

test("time passes as told, and timers fire at their own time", () => {
  const sim = retried();
  const [timer] = sim.snapshot().timers;
  assert.equal(timer.what, "attemptTimeout");
  const step = sim.dispatch({ type: "advance", ms: 60_000 });
  const fired = step.events.find((event) => event.type === "TimerFired");
  assert.equal(fired.at, timer.at);
  assert.equal(sim.snapshot().actions[0].phase, "TIMED_OUT");
  assert.equal(sim.now, 1_767_225_660_000);
  assert.deepEqual(sim.settle(), []);
});

test("what is enabled is accepted; what is not is explained", () => {
  const sim = retried();
  const commands = sim.enabled();
  assert.ok(commands.length > 20);
  assert.deepEqual(sim.enabled(), commands);
  for (const command of commands) {
    assert.equal(sim.explain(command).enabled, true);
    sim.fork().dispatch(command);
  }
  const answer = sim.explain({ type: "signal", action: "r1/a0", value: { bool: true } });
  assert.equal(answer.enabled, false);
  assert.equal(answer.code, "FAILED_PRECONDITION");
  assert.equal(answer.source.file, "actions/k8s/client.go");
});

test("the guard admits as many of the 121 changes as each variant should", () => {
  const phases = diagram().states.map((state) => state.phase);
  const admitted = (variant) =>
    phases.flatMap((from) => phases.filter((to) => guard(from, to, variant).admitted)).length;
  assert.equal(phases.length, 11);
  assert.deepEqual(
    ["documented", "numeric", "retryable", "upstream", "table"].map((variant) => admitted(variant)),
    [58, 66, 80, 84, 75],
  );
  refused("INVALID_ARGUMENT", () => guard("QUEUED", "QUEUD"));
});

test("a fraction is kept, told and played again as it was sent", () => {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  // Whole lives of numbers: tiny, huge, and those that a sum of tenths leaves behind.
  const sent = [0.1 + 0.2, 5e-324, Number.MAX_VALUE, -0.1, 1987126696436116.2, 3.7230187291668613e93];
  for (
    let bits = 1n;
    sent.length < 300;
    bits = BigInt.asUintN(64, bits * 6364136223846793005n + 1442695040888963407n)
  ) {
    const number = new Float64Array(new BigUint64Array([bits ^ (bits >> 29n)]).buffer)[0];
    if (Number.isFinite(number)) sent.push(number);
  }
  sent.forEach((float, at) => {
    sim.dispatch({ type: "enqueue", action: `r1/c${at}`, parent: "r1/a0", condition: { valueType: "float" } });
    sim.dispatch({ type: "signal", action: `r1/c${at}`, value: { float } });
  });
  const told = (sim) =>
    sim
      .snapshot()
      .actions.slice(1)
      .map(({ resource }) => resource.signal.value.float);
  assert.deepEqual(told(sim), sent);
  const again = new Simulation();
  for (const command of sim.commands()) again.dispatch(command);
  assert.deepEqual(told(again), sent);
  assert.deepEqual(told(Simulation.fromTrace(sim.trace())), sent);
});

test("policies can be changed one by one, and are listed", () => {
  const sim = retried({ rules: { base: "upstream", guard: "table" } });
  assert.deepEqual(sim.config().rules, { base: "upstream", guard: "table" });
  const policies = sim.divergences();
  assert.ok(policies.length >= 20);
  assert.equal(policies.find(({ policy }) => policy === "guard").current, "table");
  refused("INVALID_ARGUMENT", () => new Simulation({ rules: { base: "upstream", gard: "table" } }));
  refused("INVALID_ARGUMENT", () => new Simulation({ rules: "best" }));
  refused("INVALID_ARGUMENT", () => new Simulation({ sed: 1 }));
});

test("work can be delivered piece by piece", () => {
  const sim = new Simulation({ delivery: "manual" });
  sim.dispatch({ type: "createRun", run: "r1" });
  const pending = () => sim.snapshot().pending.map(({ what }) => what);
  assert.deepEqual(pending(), ["enqueue"]);
  sim.dispatch({ type: "deliver" });
  assert.deepEqual(pending(), ["watchAdd", "reconcile"]);
  refused("FAILED_PRECONDITION", () => sim.dispatch(plugin("Running")));
  sim.settle();
  sim.dispatch(plugin("Running"));
  assert.equal(sim.snapshot().actions[0].phase, "QUEUED");
  sim.dispatch({ type: "deliver" });
  assert.equal(sim.snapshot().actions[0].phase, "RUNNING");
});

test("a TaskAction from kubectl is continued; what is none is refused with its place", () => {
  const resource = {
    apiVersion: "flyte.org/v1",
    kind: "TaskAction",
    metadata: { name: "taskaction-sample" },
    spec: {
      runName: "sample-run",
      project: "default",
      domain: "dev",
      actionName: "sample-task",
      inputUri: "/tmp/input",
      runOutputBase: "/tmp/output",
    },
  };
  const [action] = Simulation.fromTaskActions(resource).snapshot().actions;
  assert.equal(action.phase, "FAILED");
  assert.equal(action.resource.conditions[0].message, "required spec fields are empty: [taskType taskTemplate]");
  // As kubectl prints it, whoever reads it.
  const text = JSON.stringify(resource, null, 2);
  for (const same of [text, `\ufeff${text}`, Buffer.from(text), new TextEncoder().encode(text).buffer]) {
    assert.deepEqual(Simulation.fromTaskActions(same).snapshot().actions, [action]);
  }
  assert.throws(() => Simulation.fromTaskActions({ kind: "List", items: [{ kind: "Pod" }] }), /^.*items\[0\]\.kind/);
});

test("no input traps, and a refusal leaves the simulation as it was", () => {
  const sim = retried();
  const before = JSON.stringify(sim.snapshot());
  const cycle = { type: "advance" };
  cycle.ms = cycle;
  let deep = 1;
  for (let i = 0; i < 200_000; i++) deep = [deep];
  const thrower = {
    get type() {
      throw new Error("no");
    },
  };
  const reentrant = {
    type: "advance",
    get ms() {
      sim.dispatch({ type: "advance", ms: 1 });
      return 1;
    },
  };
  const proxy = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  for (const input of [
    undefined,
    null,
    1,
    "x",
    [],
    {},
    cycle,
    { type: "advance", ms: deep },
    thrower,
    reentrant,
    proxy,
    Symbol("x"),
    () => 1,
    { type: "advance", ms: 1n },
    { type: "advance", ms: Number.NaN },
    { type: "advance", ms: "1" },
    { type: "createRun", run: "x".repeat(1 << 20) },
    { type: "createRun", run: "<img src=x>" },
    { type: "__proto__" },
  ]) {
    refused("INVALID_ARGUMENT", () => sim.dispatch(input));
    assert.equal(sim.explain(input).enabled, false);
  }
  for (const input of [null, 1, [], "x", cycle, {}])
    refused("INVALID_ARGUMENT", () => Simulation.fromTaskActions(input));
  for (const text of [undefined, 7, "", "flyte-lifecycle trace 9"])
    refused("INVALID_ARGUMENT", () => Simulation.fromTrace(text));
  refused("NOT_FOUND", () => sim.enabled("r1/none"));
  assert.equal(JSON.stringify(sim.snapshot()), before);
  sim.free();
  assert.throws(
    () => sim.snapshot(),
    (error) => error instanceof Error && !(error instanceof WebAssembly.RuntimeError),
  );
});

test("a command said before is known by what it says, and by nothing else", () => {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
  const plain = { type: "plugin", action: "r1/a0", result: { phase: "Running", version: 1 } };
  // The first is new, the second is found by its JSON, the third by comparing.
  for (const again of [1, 2, 3]) assert.deepEqual(sim.dispatch(plain).command, plain, `time ${again}`);
  const same = [
    { result: { version: 1, phase: "Running" }, action: "r1/a0", type: "plugin" },
    { ...plain, failure: undefined },
    { ...plain, result: { ...plain.result, reason: undefined } },
    Object.defineProperty({ ...plain }, "hidden", { value: 1, enumerable: false }),
    Object.assign(Object.create(null), plain),
    { ...plain, action: new String("r1/a0") },
    { ...plain, result: { toJSON: () => plain.result } },
    JSON.parse(JSON.stringify(plain)),
  ];
  for (const command of same) assert.deepEqual(sim.dispatch(command).command, plain);
  const others = [
    { ...plain, result: { phase: "Running" } },
    { ...plain, result: { phase: "Running", version: 2 } },
    { ...plain, result: { phase: "Running", version: 1, reason: "it runs" } },
    { ...plain, result: { phase: "Queued", version: 1 } },
  ];
  for (const command of others) assert.deepEqual(sim.dispatch(command).command, command);
  const bad = [
    { ...plain, result: { phase: "Running", version: 1, toString: 1 } },
    { ...plain, result: ["Running", 1] },
    { ...plain, result: { phase: "Running", version: Number.NaN } },
    { ...plain, result: { phase: "Running", version: 1n } },
    { ...plain, surplus: null },
  ];
  for (const command of bad) refused("INVALID_ARGUMENT", () => sim.dispatch(command));
  // Whoever changes the object changes what is said.
  const changed = { ...plain, result: { ...plain.result } };
  changed.result.version = 9;
  assert.equal(sim.dispatch(changed).command.result.version, 9);
  assert.equal(plain.result.version, 1);
});

test("those who load the module themselves can", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import init, { Simulation, LifecycleError, upstreamCommit } from "flyte-lifecycle/init";
    const bytes = readFileSync(new URL("./pkg/flyte_lifecycle_bg.wasm", import.meta.url));
    await init(process.argv[1] === "module" ? await WebAssembly.compile(bytes) : bytes);
    await init();
    const sim = new Simulation();
    try { sim.dispatch({ type: "fire" }); } catch (error) { console.log(error instanceof LifecycleError, upstreamCommit().length); }
  `.replace("import.meta.url", JSON.stringify(new URL("../../", import.meta.url).href));
  for (const kind of ["bytes", "module"]) {
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, kind], {
      cwd: new URL("../..", import.meta.url),
      encoding: "utf8",
    });
    assert.equal(output.trim(), "true 40");
  }
});

test("what a class that extends Simulation forks and reads is of that class", () => {
  class Own extends Simulation {
    retries() {
      return this.snapshot().actions.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0);
    }
  }
  const own = new Own();
  own.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
  own.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  const forked = own.fork();
  forked.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "RetryableFailure" } });
  assert.deepEqual([forked instanceof Own, forked.retries(), own.retries()], [true, 1, 0]);
  assert.equal(forked.fork().fork().trace(), forked.trace());
  const { fromTrace } = Own;
  for (const made of [Own.fromTrace(forked.trace()), Own.fromJSON(forked.toJSON())]) assert.equal(made.retries(), 1);
  for (const plain of [Simulation.fromTrace(forked.trace()), fromTrace(forked.trace()), new Simulation().fork()])
    assert.deepEqual([plain instanceof Own, plain instanceof Simulation], [false, true]);
  const resource = {
    kind: "TaskAction",
    metadata: { name: "r2-a0", namespace: "flytesnacks-development", creationTimestamp: "2026-08-20T10:00:00Z" },
    spec: { runName: "r2", project: "flytesnacks", domain: "development", actionName: "a0", taskType: "container" },
  };
  assert.equal(Own.fromTaskActions([resource]).retries(), 0);
  forked.free();
  assert.throws(() => forked.fork(), /FAILED_PRECONDITION|freed/);
});

test("explain tells first what decides, not what comes before it", () => {
  const rule = (sim, command) => sim.explain(command).rule;
  const success = { type: "plugin", action: "r1/a0", result: { phase: "Success" } };
  for (const task of [{}, { cache: { key: "k" } }, { cache: { key: "k", serializable: true } }]) {
    const sim = new Simulation({ rules: "upstream" });
    sim.dispatch({ type: "createRun", run: "r1", task });
    sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
    assert.equal(rule(sim, success), "PluginSucceeded", JSON.stringify(task));
    sim.dispatch({ type: "fault", call: "writeStatus", action: "r1/a0" });
    assert.equal(rule(sim, success), "PluginSucceeded", "it is said again");
    const once = Simulation.fromTrace(sim.trace().replace("plugins=repeat", "plugins=once"));
    assert.equal(rule(once, success), "StatusNotWritten");
  }
});
