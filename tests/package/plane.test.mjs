// The whole control plane through the package: faults, restarts, delivery by hand, garbage collection, the cache, what users
// see of an action, and the same as protojson that the generated code of @flyteorg/flyteidl2 reads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { Bulk, LifecycleError, outcomes, Simulation } from "flyte-lifecycle";
import { schemas } from "./generated.mjs";

const ROOT = "r1/a0";
const plugin = (phase, more = {}, action = ROOT) => ({ type: "plugin", action, result: { phase, ...more } });
const user = { code: "E", kind: "USER", message: "exit code 1" };
const running = (config, task) => {
  const sim = new Simulation(config);
  sim.dispatch({ type: "createRun", run: "r1", ...(task ? { task } : {}) });
  sim.dispatch(plugin("Running"));
  return sim;
};
const phase = (sim, id = ROOT) => sim.snapshot().actions.find((action) => action.id === id).phase;
const refused = (code, work, text = "") =>
  assert.throws(work, (error) => {
    assert.ok(error instanceof LifecycleError, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(text), error.message);
    return true;
  });

test("a call fails once, and what follows is the rule set's", () => {
  for (const [rules, told] of [
    ["documented", "SUCCEEDED"],
    ["upstream", "RUNNING"],
  ]) {
    const sim = running({ rules });
    const rejected = { call: "updateActionStatus", reply: "rejected", action: ROOT };
    // As coded, the label of the end is news as well, and tells the end again.
    const calls = rules === "upstream" ? [rejected, rejected] : [rejected];
    for (const call of calls) sim.dispatch({ type: "fault", ...call });
    assert.deepEqual(sim.snapshot().faults, calls);
    const { events } = sim.dispatch(plugin("Success"));
    assert.equal(events.filter((event) => event.type === "CallFailed").length, calls.length);
    assert.equal(phase(sim), told);
    assert.deepEqual(sim.snapshot().faults, []);
    assert.ok(sim.faults(ROOT).length > 20);
    for (const fault of sim.faults()) assert.ok(sim.explain(fault).enabled, JSON.stringify(fault));
  }
  const sim = running();
  refused("INVALID_ARGUMENT", () => sim.dispatch({ type: "fault", call: "abortPlugin", reply: "stale" }), "error");
  refused("INVALID_ARGUMENT", () => sim.dispatch({ type: "fault", call: "readResource" }), "action");
  refused("INVALID_ARGUMENT", () => sim.dispatch({ type: "restart", service: "runs", downMs: 5 }), "executor");
});

test("those who watch are told, unless a wake-up is lost or nobody listens", () => {
  const watched = (sim) => sim.snapshot().actions[0].watchedPhase;
  for (const [rules, lost] of [
    ["documented", "SUCCEEDED"],
    ["upstream", "RUNNING"],
  ]) {
    const full = running({ rules });
    // The event wakes them as well as the row.
    for (let calls = 2; calls > 0; calls--) full.dispatch({ type: "fault", call: "notify", action: ROOT });
    full.dispatch(plugin("Success"));
    assert.deepEqual([phase(full), watched(full)], ["SUCCEEDED", lost]);

    const deaf = running({ rules });
    const { events } = deaf.dispatch({ type: "fault", call: "listenPing" });
    assert.equal(events[0].rule, rules === "upstream" ? "ListenerGivenUp" : "ListenerRenewed");
    assert.deepEqual(deaf.snapshot().faults, [], "it fails at once");
    deaf.dispatch(plugin("Success"));
    assert.deepEqual([phase(deaf), watched(deaf)], ["SUCCEEDED", lost]);
    deaf.dispatch({ type: "restart", service: "runs" });
    assert.equal(watched(deaf), "SUCCEEDED");
    deaf.seek(2);
    assert.equal(watched(deaf), "RUNNING");
  }
  refused(
    "INVALID_ARGUMENT",
    () => running().dispatch({ type: "fault", call: "listenPing", action: ROOT }),
    "leave out",
  );
});

test("a watch that breaks lists anew, and only what was in between is lost", () => {
  for (const [rules, phases] of [
    ["documented", ["QUEUED", "FAILED", "QUEUED"]],
    ["upstream", ["QUEUED"]],
  ]) {
    const sim = new Simulation({ rules, delivery: "manual" });
    sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
    for (let left = 3; left > 0; left--) sim.dispatch({ type: "deliver" });
    sim.dispatch(plugin("RetryableFailure", { error: user }));
    if (rules === "documented") {
      const reset = sim.snapshot().pending.find(({ what }) => what === "reconcile");
      if (reset) sim.dispatch({ type: "deliver", item: reset.id });
    }
    sim.dispatch({ type: "fault", call: "watchResources" });
    const from = sim.events().length;
    sim.settle();
    const told = sim
      .events(from)
      .filter(({ store, to }) => store === "row" && to)
      .map(({ to }) => to);
    assert.deepEqual(told.filter((to, at) => to !== told[at - 1]).slice(-phases.length), phases.slice(-told.length));
    assert.equal(sim.snapshot().pending.length, 0);
  }
});

test("what an exit code becomes is for the rules to say", () => {
  for (const [rules, code, kind, attempts] of [
    ["documented", "Error", "USER", 2],
    ["upstream", "Interrupted", "SYSTEM", 1],
    [{ base: "upstream", exitCode: "user" }, "Error", "USER", 2],
  ]) {
    const sim = running({ rules }, { maxAttempts: 2 });
    sim.dispatch({ type: "exit", action: ROOT, code: 1 });
    const { systemFailures } = sim.snapshot().actions[0].resource;
    assert.equal(systemFailures, kind === "SYSTEM" ? 1 : 0);
    sim.dispatch(plugin("Running"));
    assert.equal(sim.snapshot().actions[0].row.attempts, attempts);
    sim.dispatch({ type: "exit", action: ROOT, code: 1 });
    if (kind === "USER") assert.equal(sim.snapshot().actions[0].resource.errorState.code, code);
    assert.equal(Simulation.fromTrace(sim.trace()).trace(), sim.trace());
  }
  const sim = running();
  sim.dispatch({ type: "exit", action: ROOT, code: 0 });
  assert.equal(phase(sim), "SUCCEEDED");
  refused("FAILED_PRECONDITION", () => sim.dispatch({ type: "exit", action: ROOT, code: 1 }), "ended");
  for (const code of [-1, 256, 1.5, "1", null, undefined])
    refused("INVALID_ARGUMENT", () => running().dispatch({ type: "exit", action: ROOT, code }), "code");
});

test("an error that is too long for a condition is cut, or no end is ever stored", () => {
  const error = { code: "ValueError", kind: "USER", message: "ValueError: no such key", length: 32_769 };
  const failed = plugin("PermanentFailure", { error });
  const cut = running({ rules: "documented" });
  cut.dispatch(failed);
  assert.equal(phase(cut), "FAILED");
  assert.equal(cut.snapshot().actions[0].resource.errorState.message, "ValueError: no such key…");
  const stuck = running({ rules: "upstream" });
  for (const again of [1, 2]) {
    stuck.dispatch(failed);
    assert.equal(phase(stuck), "RUNNING", again);
    assert.equal(stuck.events().at(-1).rule, "StatusTooLong");
  }
  assert.equal(stuck.attempts(ROOT).at(-1).phase, "FAILED");
  assert.equal(Simulation.fromTrace(stuck.trace()).trace(), stuck.trace());
  // It was the text alone: with one that fits, the task ends.
  stuck.dispatch(plugin("PermanentFailure", { error: { ...error, length: 32_768 } }));
  assert.equal(phase(stuck), "FAILED");
  for (const length of [22, -1, 1.5, "long"])
    refused(
      "INVALID_ARGUMENT",
      () => running().dispatch(plugin("PermanentFailure", { error: { ...error, length } })),
      "length",
    );
});

test("every divergence has its two sides, a link and its place in force", () => {
  const links = new Set();
  for (const { policy, sentence, documented, upstream, values, current, links: own } of new Simulation({
    rules: { base: "upstream", guard: "table" },
  }).divergences()) {
    assert.ok(sentence.endsWith(".") && documented.sentence.endsWith(".") && upstream.sentence.endsWith("."), policy);
    assert.ok(values.includes(documented.value) && values.includes(upstream.value), policy);
    assert.equal(current, policy === "guard" ? "table" : upstream.value);
    assert.ok(own.length > 0 && own.every((link) => link.startsWith("https://github.com/flyteorg/flyte/")), policy);
    for (const link of own) links.add(/\d+$/.exec(link)?.[0]);
  }
  for (const number of [7120, 7797, 7875, 7892, 7899, 7901, 7910, 7967, 7812, 7757, 8066])
    assert.ok(links.has(String(number)));
});

test("news is delivered, lost or doubled by hand", () => {
  const sim = new Simulation({ rules: "upstream", delivery: "manual" });
  sim.dispatch({ type: "createRun", run: "r1" });
  const [item] = sim.snapshot().pending;
  assert.deepEqual([item.what, item.travels], ["enqueue", true]);
  sim.dispatch({ type: "duplicate", item: item.id });
  sim.dispatch({ type: "drop", item: item.id });
  sim.settle();
  sim.dispatch(plugin("Running"));
  sim.dispatch({ type: "drop" });
  assert.equal(sim.snapshot().pending.length, 0);
  assert.equal(phase(sim), "QUEUED");
  sim.dispatch({ type: "restart", service: "executor" });
  refused("FAILED_PRECONDITION", () => sim.dispatch({ type: "drop" }), "reconcile");
});

test("ended resources are collected, and a cached task ends by itself", () => {
  const sim = running({ gc: {} }, { cache: { key: "k" } });
  sim.dispatch(plugin("Success"));
  assert.deepEqual(sim.snapshot().cache, [{ key: "k", populated: true, owner: null }]);
  sim.dispatch({ type: "createRun", run: "r2", task: { cache: { key: "k" } } });
  assert.equal(phase(sim, "r2/a0"), "SUCCEEDED");
  assert.deepEqual(new Set(sim.snapshot().timers.map(({ what }) => what)), new Set(["collection"]));
  sim.settle();
  assert.ok(sim.snapshot().actions.every((action) => action.resource === null && action.phase === "SUCCEEDED"));
});

test("outcomes of the real world are plugin reports that the engine takes", () => {
  for (const rules of ["documented", "upstream"]) {
    for (const { id, steps, sentence } of outcomes(rules)) {
      const sim = new Simulation({ rules });
      sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
      assert.ok(sentence.endsWith("."), id);
      for (const step of steps) {
        const command =
          "advance" in step ? { type: "advance", ...step.advance } : { type: "plugin", action: ROOT, ...step };
        sim.dispatch(command);
      }
    }
  }
  const kind = (rules) => outcomes(rules).find(({ id }) => id === "exit1").steps[0].result.error.kind;
  assert.deepEqual([kind("documented"), kind("upstream")], ["USER", "SYSTEM"]);
  assert.equal(kind({ base: "upstream", exitCode: "user" }), "USER");
});

test("attempts are what users see: as documented each has its end, upstream the failed one runs for ever", () => {
  for (const [rules, ended] of [
    ["documented", true],
    ["upstream", false],
  ]) {
    const sim = running({ rules }, { maxAttempts: 2 });
    for (const command of [
      plugin("RetryableFailure", { error: user }),
      plugin("Running"),
      plugin("RetryableFailure", { error: user }),
    ])
      sim.dispatch(command);
    const details = sim.actionDetails(ROOT);
    assert.deepEqual(sim.attempts(ROOT), details.attempts);
    assert.deepEqual(
      details.attempts.map(({ attempt }) => attempt),
      [1, 2],
    );
    assert.equal(details.attempts[0].endedAt !== null, ended);
    assert.equal(details.attempts[0].phase, ended ? "FAILED" : "RUNNING");
    assert.equal(details.status.phase, "FAILED");
    assert.deepEqual(details.result, { type: "error", error: { kind: "USER", message: "exit code 1" } });
  }
  refused("NOT_FOUND", () => new Simulation().actionDetails("r1/a0"));
  refused("INVALID_ARGUMENT", () => new Simulation().attempts(7));
});

test("flyteidl2's generated code reads the protojson", async () => {
  const { ActionDetailsSchema, ActionEventSchema } = await schemas("run_definition");
  const sim = running({ rules: { base: "upstream", recovery: "recorded" } }, { maxAttempts: 2 });
  sim.dispatch({ type: "enqueue", action: "r1/c", parent: ROOT, condition: { valueType: "int" } });
  sim.dispatch({ type: "signal", action: "r1/c", value: { int: 7 }, by: "you" });
  sim.dispatch({ type: "recover", action: "r1/old", parent: ROOT });
  sim.dispatch(plugin("PermanentFailure", { error: user }));
  // Nor does it know the name of RECOVERED, but the number it reads.
  const recovered = fromJson(ActionDetailsSchema, sim.protojson("r1/old").actionDetails);
  assert.equal(recovered.status.phase, 10);
  fromJson(ActionDetailsSchema, sim.protojson(ROOT).actionDetails);
  for (const id of [ROOT, "r1/c"]) {
    const { actionDetails, actionEvents } = sim.protojson(id);
    // The package is older than the commit that is modelled, and does not know a signal's result.
    const details = fromJson(ActionDetailsSchema, actionDetails, { ignoreUnknownFields: true });
    assert.equal(details.id.name, id.split("/")[1]);
    assert.equal(details.id.run.name, "r1");
    assert.equal(details.status.attempts, sim.actionDetails(id).status.attempts);
    for (const event of actionEvents) assert.equal(fromJson(ActionEventSchema, event).id.name, id.split("/")[1]);
    assert.equal(actionEvents.length, id === ROOT ? 2 : 0);
  }
});

test("what JavaScript cannot hold is refused, and what was accepted can be read", () => {
  const sim = running();
  sim.dispatch({ type: "enqueue", action: "r1/c", parent: ROOT, condition: { valueType: "int" } });
  const before = JSON.stringify(sim.snapshot());
  for (const [command, text] of [
    [{ type: "signal", action: "r1/c", value: { int: 2 ** 53 } }, "2^53"],
    [{ type: "plugin", action: ROOT, result: ["Running"] }, "list"],
    [{ type: "createRun", run: "r2", task: [3] }, "list"],
    [{ type: "createRun", run: "r2", task: { maxAttempts: Number.NaN } }, "`task.maxAttempts` is NaN"],
    [{ type: "advance", ms: -1 }, "whole number"],
    [{ type: "signal", action: "r1/c", value: {} }, "must be one of"],
  ])
    refused("INVALID_ARGUMENT", () => sim.dispatch(command), text);
  refused("ALREADY_EXISTS", () => sim.dispatch({ type: "enqueue", action: "r1/r1", parent: ROOT, task: {} }), "name");
  assert.equal(JSON.stringify(sim.snapshot()), before);
  refused("RESOURCE_EXHAUSTED", () => Simulation.fromTaskActions(Array(2e7).fill(0)), "bytes");
  for (const config of [[], { seed: 2 ** 60 }, { abort: { initialDelayMs: 1e18 } }, { seed: Number.NaN }, { gc: [1] }])
    refused("INVALID_ARGUMENT", () => new Simulation(config));
  for (const wrong of [1n, "1", Symbol("x"), {}, 1.5]) {
    refused("INVALID_ARGUMENT", () => sim.events(wrong));
    refused("INVALID_ARGUMENT", () => sim.seek(wrong));
  }
});

test("a step has its draw, also when the same reply was told before", () => {
  const sim = running({ rules: "upstream", abort: { maxAttempts: 3, reply: "ask" } });
  const reply = { type: "abortReply", action: ROOT, reply: "unavailable" };
  sim.dispatch({ type: "abortRun", run: "r1" });
  for (let call = 0; call < 2; call++) {
    const { command } = sim.dispatch(reply);
    assert.equal(typeof command.drawMs, "number");
    assert.deepEqual(command, sim.commands().at(-1));
    sim.dispatch({ type: "fire" });
  }
  assert.deepEqual(sim.dispatch(reply).command, reply);
});

test("many actions at once tell their phases", () => {
  const bulk = new Bulk("upstream", 1_000, 7);
  assert.ok(bulk.run(50_000) > 10_000);
  const phases = bulk.phases();
  const counts = bulk.counts();
  assert.equal(phases.length, 1_000);
  for (const [number, count] of counts.entries())
    assert.equal(phases.filter((phase) => phase === number).length, count);
  assert.ok(bulk.bytesPerAction <= 96);
  bulk.free();
});
