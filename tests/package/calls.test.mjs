// What a page or a server asks of a simulation with many actions: one of them, what has changed, what happens next.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import { Bulk, LifecycleError, load, Simulation } from "flyte-lifecycle";

const RUNNING = { type: "plugin", action: "r1/a0", result: { phase: "Running" } };
const SUCCESS = { type: "plugin", action: "r1/a0", result: { phase: "Success" } };

function run(config) {
  const sim = new Simulation(config);
  sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2, timeoutMs: 5_000 } });
  sim.dispatch({
    type: "enqueue",
    action: "r1/c",
    parent: "r1/a0",
    condition: { valueType: "bool", timeoutMs: 9_000 },
  });
  sim.dispatch(RUNNING);
  return sim;
}

const refused = (code, words, call) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof LifecycleError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });

test("one action is as the snapshot has it, and one that is not there is named", () => {
  const sim = run();
  for (const action of sim.snapshot().actions) assert.deepEqual(sim.action(action.id), action);
  refused("NOT_FOUND", /r1\/none.*there are r1\/a0, r1\/c/s, () => sim.action("r1/none"));
  refused("INVALID_ARGUMENT", /`action` is a string/, () => sim.action(7));
});

test("why answers with a code, sentences and what can end it", () => {
  const sim = run();
  const { code, ends, headline, sentences, until, waitsFor } = sim.why("r1/c");
  assert.equal(code, "waiting.signal");
  assert.equal(headline, "r1/c waits for a signal.");
  assert.equal(sentences[0], headline);
  assert.match(waitsFor, /signal it with a bool/);
  assert.equal(until, sim.snapshot().timers.find(({ action }) => action === "r1/c").at);
  assert.deepEqual(
    ends.map(({ by, to }) => [by, to]),
    [
      ["conditionDeadline", "TIMED_OUT"],
      ["signal", "SUCCEEDED"],
      ["abort", "ABORTED"],
    ],
  );
  refused("NOT_FOUND", /r1\/none/, () => sim.why("r1/none"));
});

test("the API's answers are told by kind, of a run or of an action", () => {
  const sim = run();
  assert.deepEqual(sim.api("run", "r1"), sim.api("run", "r1/a0"));
  assert.equal(sim.api("runs").runs.length, 1);
  assert.equal(sim.api("pausedRuns").runs.length, 1);
  assert.equal(sim.api("actionDetails", "r1/c").details.status.phase, "ACTION_PHASE_PAUSED");
  assert.equal(sim.api("actions", "r1").actions.length, 2);
  refused("INVALID_ARGUMENT", /runDetails/, () => sim.api("rundetails", "r1"));
  refused("NOT_FOUND", /r9/, () => sim.api("run", "r9"));
  refused("INVALID_ARGUMENT", /`action` is a string/, () => sim.api("action"));
});

test("the next due is when the first timer fires, and null without any", () => {
  const sim = run();
  assert.equal(sim.nextDue(), Math.min(...sim.snapshot().timers.map(({ at }) => at)));
  assert.equal(new Simulation().nextDue(), null);
});

test("what has not changed since the last snapshot is the same frozen object", () => {
  const sim = run();
  const before = sim.snapshot();
  assert.equal(sim.snapshot(), before);
  sim.dispatch({ type: "signal", action: "r1/c", value: { bool: true } });
  const after = sim.snapshot();
  assert.notEqual(after, before);
  // The child has ended, which its parent counts; the parent's timer goes on, its catalog is as empty as before.
  assert.notEqual(after.actions[1], before.actions[1]);
  assert.equal(after.cache, before.cache);
  assert.equal(
    after.timers.find(({ action }) => action === "r1/a0"),
    before.timers.find(({ action }) => action === "r1/a0"),
  );
  assert.equal(after.eventLog[0], before.eventLog[0]);
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running", version: 1 } });
  assert.equal(sim.snapshot().actions[1], after.actions[1]);
  const everything = (value) => {
    if (typeof value !== "object" || value === null) return;
    assert.ok(Object.isFrozen(value));
    Object.values(value).forEach(everything);
  };
  everything(after);
});

test("a snapshot after going back and another way tells the names that are there", () => {
  const sim = run();
  sim.snapshot();
  sim.seek(1);
  sim.dispatch({ type: "enqueue", action: "r1/other", parent: "r1/a0", task: {} });
  const { actions } = sim.snapshot();
  assert.deepEqual(
    actions.map(({ id, parent, children }) => ({ id, parent, children })),
    [
      { id: "r1/a0", parent: null, children: ["r1/other"] },
      { id: "r1/other", parent: "r1/a0", children: [] },
    ],
  );
});

test("to explain changes nothing, also of what is explained of a name that is not there yet", () => {
  const sim = run();
  const before = JSON.stringify(sim);
  const told = sim.explain({ type: "enqueue", action: "r1/new", parent: "r1/a0", task: {} });
  assert.ok(told.enabled && told.events.some(({ action }) => action === "r1/new"));
  const other = sim.explain({ type: "createRun", run: "r2" });
  assert.ok(other.events.every(({ action }) => action === "r2/a0"));
  assert.equal(JSON.stringify(sim), before);
  refused("NOT_FOUND", /r1\/new/, () => sim.action("r1/new"));
});

test("a run is kept as plain data and made again, with what was undone and what it tells", () => {
  const sim = run({ rules: { base: "upstream", guard: "table" }, seed: 7, gc: {} });
  sim.undo();
  const kept = JSON.parse(JSON.stringify(sim));
  assert.deepEqual(kept, sim.toJSON());
  const again = Simulation.fromJSON(kept);
  assert.equal(again.index, 2);
  assert.equal(again.length, 3);
  assert.deepEqual(again.toJSON(), sim.toJSON());
  again.redo();
  sim.redo();
  assert.equal(again.trace(), sim.trace());
  // Config and commands are enough.
  const { config, commands } = kept;
  assert.equal(Simulation.fromJSON({ config, commands }).trace(), sim.trace());
});

test("the incident that a trace tells is kept with the run", () => {
  const text = [
    "flyte-lifecycle trace 1",
    "# title: A late word",
    "# story: It comes late.",
    "# needs: race",
    "# fix: guard=table",
    "config rules=upstream",
    "",
    "# wrong: here",
    "createRun run=r1",
  ].join("\n");
  const sim = Simulation.fromTrace(text);
  assert.equal(sim.story().title, "A late word");
  assert.deepEqual(Simulation.fromJSON(sim.toJSON()).story(), sim.story());
});

test("what is no kept run is answered with its place", () => {
  const { config, commands } = run().toJSON();
  for (const [words, code, value] of [
    [/it is text; pass `JSON.parse\(text\)`/, "INVALID_ARGUMENT", "{}"],
    [/nothing was passed/, "INVALID_ARGUMENT", undefined],
    [/it is null; it must be an object/, "INVALID_ARGUMENT", null],
    [/it is a list; it must be an object/, "INVALID_ARGUMENT", [1]],
    [
      /its format is "other", version 1; this package reads "flyte-lifecycle run"/,
      "INVALID_ARGUMENT",
      { format: "other" },
    ],
    [/version 2; this package reads/, "INVALID_ARGUMENT", { version: 2, config, commands }],
    [/`config` is missing/, "INVALID_ARGUMENT", { commands }],
    [/`commands` is missing/, "INVALID_ARGUMENT", { config }],
    [/`commands\[1\].type` is "jump"/, "INVALID_ARGUMENT", { config, commands: [commands[0], { type: "jump" }] }],
    [/`commands\[0\]`: action not found: "r1\/a0"/, "NOT_FOUND", { config, commands: [RUNNING] }],
    [/There are 3 commands, so there is no place 9/, "OUT_OF_RANGE", { config, commands, index: 9 }],
    [/`index` is -1/, "INVALID_ARGUMENT", { config, commands, index: -1 }],
    [/`config.rules` is 7/, "INVALID_ARGUMENT", { config: { rules: 7 }, commands }],
  ]) {
    refused(code, words, () => Simulation.fromJSON(value));
  }
});

test("who listens is told each step and each change of place, when the call is done", () => {
  const sim = run();
  const heard = [];
  const end = sim.subscribe((news) => heard.push(news));
  const step = sim.dispatch(SUCCESS);
  sim.undo();
  sim.redo();
  sim.seek(2);
  sim.seek(2);
  assert.deepEqual(heard, [
    { type: "step", step },
    { type: "seek", index: 3 },
    { type: "seek", index: 4 },
    { type: "seek", index: 2 },
  ]);
  heard.length = 0;
  const steps = sim.settle();
  assert.ok(steps.length > 0);
  assert.deepEqual(
    heard,
    steps.map((step) => ({ type: "step", step })),
  );
  heard.length = 0;
  assert.throws(() => sim.dispatch({ type: "fire" }));
  end();
  end();
  sim.undo();
  assert.deepEqual(heard, []);
  refused("INVALID_ARGUMENT", /takes a function.*a string is none/, () => sim.subscribe("me"));
});

test("a listener may dispatch: what follows is told to everybody after what it follows from", () => {
  const sim = run({ abort: { reply: "ask" } });
  const heard = [];
  sim.subscribe(({ step }) => {
    if (step.command.type === "abortRun") sim.dispatch({ type: "abortReply", action: "r1/a0", reply: "ok" });
  });
  sim.subscribe(({ step }) => heard.push(step.command.type));
  sim.dispatch({ type: "abortRun", run: "r1" });
  assert.deepEqual(heard, ["abortRun", "abortReply"]);
});

test("a listener's own error is thrown apart, and the step is done", () => {
  const script = `
    import { Simulation } from "flyte-lifecycle";
    const sim = new Simulation();
    process.on("uncaughtException", (error) => console.log("apart: " + error.message));
    sim.subscribe(() => { throw new Error("mine"); });
    sim.subscribe(({ step }) => console.log("told: " + step.index));
    console.log("done: " + sim.dispatch({ type: "createRun", run: "r1" }).command.type);`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(said, "told: 0\ndone: createRun\napart: mine\n");
});

test("whatever is asked after free is refused in words, and freeing twice does nothing", async () => {
  const sim = run();
  sim.free();
  sim.free();
  sim[Symbol.dispose ?? "free"]?.();
  assert.ok(sim instanceof Simulation);
  const calls = Object.getOwnPropertyNames(Simulation.prototype).filter(
    (name) => !["constructor", "free"].includes(name),
  );
  assert.ok(calls.length > 25, calls.join());
  for (const name of calls) {
    refused("FAILED_PRECONDITION", /This Simulation was freed/, () => {
      const value = sim[name];
      return value.call(sim, RUNNING);
    });
  }
  const bulk = new Bulk("documented", 1);
  bulk.free();
  refused("FAILED_PRECONDITION", /This Bulk was freed/, () => bulk.run(1));
  refused("FAILED_PRECONDITION", /This Bulk was freed/, () => bulk.bytesPerAction);
});

test("a part of the package is loaded by its name", async () => {
  await load("reading");
  await load("explore");
  for (const name of ["reader", undefined, "constructor", {}]) {
    await assert.rejects(load(name), (error) => {
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.match(error.message, /to load; there are "reading" and "explore"/);
      return true;
    });
  }
});
