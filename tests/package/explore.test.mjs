// The explorer in Node: verdicts, the way to a target, progress, a stop, and what makes no sense.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explore, exploreModels, LifecycleError, Simulation } from "flyte-lifecycle";

test("a property that holds as documented is broken as coded, by a run that can be played", async () => {
  const model = "a parent and its child";
  const verdict = async (rules) => {
    const { ended, verdicts } = await explore({ rules, model, properties: ["P4"] });
    assert.equal(ended, "complete");
    return verdicts[0];
  };
  assert.equal((await verdict("documented")).verdict, "holds");
  const broken = await verdict("upstream");
  assert.equal(broken.verdict, "violated");
  assert.equal(broken.finding.length, 2);
  const played = Simulation.fromTrace(broken.finding.trace);
  assert.deepEqual(played.commands(), broken.finding.commands);
  assert.equal(played.snapshot().actions[0].attempts, 0);
});

test("a report tells what was searched", async () => {
  const [model] = (await exploreModels()).filter(({ name }) => name === "a task");
  const { name, fault, ...bounds } = model;
  assert.deepEqual([name, fault], ["a task", "none"]);
  const { bounds: asked } = await explore({ model: name, depth: 3, states: 500 });
  assert.deepEqual(asked, { ...bounds, depth: 3, states: 500 });
});

test("the shortest way to a target is found", async () => {
  const { ended, reached } = await explore({ actions: ["task"], reach: [{ rule: "RetriesExhausted" }] });
  assert.equal(ended, "reached");
  assert.deepEqual(reached.commands.at(-1).result.phase, "RetryableFailure");
  const nowhere = await explore({ actions: ["task"], reach: [{ phase: "PAUSED" }] });
  assert.deepEqual([nowhere.ended, nowhere.reached], ["complete", null]);
});

test("it tells how far it is, stops when it is asked to, and keeps within its bounds", async () => {
  const rules = "upstream";
  const model = "calls of the services that fail";
  const stop = new AbortController();
  let told = 0;
  const stopped = await explore({
    rules,
    model,
    signal: stop.signal,
    onProgress: ({ states, frontier }) => {
      told += 1;
      assert.ok(states > 0 && frontier >= 0);
      if (told === 3) stop.abort();
    },
  });
  assert.deepEqual([told, stopped.ended], [3, "stopped"]);
  assert.match(stopped.summary, /stopped; frontier [\d,]+$/);
  const cut = await explore({ rules, model, states: 2_000 });
  assert.equal(cut.ended, "states");
  assert.ok(cut.states <= 2_000 && cut.frontier > 0);
});

test("a search that makes no sense is refused in words", async () => {
  const models = await exploreModels();
  assert.ok(models.length > 20 && models.every(({ actions }) => actions.length > 0));
  // What a model is made of is told as it can be asked for.
  const { name, fault, ...bounds } = models.find(({ calls }) => calls.length > 0);
  const [named, spelt] = await Promise.all([explore({ model: name }), explore({ ...bounds, depth: undefined })]);
  assert.deepEqual([fault, spelt.summary], ["race", named.summary]);
  for (const [options, text] of [
    [{ model: "everything" }, "a task"],
    [{ actions: [] }, "1 to 6"],
    [{ depth: -1 }, "whole number"],
    [{ reach: [{ rule: "Nonsense" }] }, "rules()"],
    [{ rules: "best" }, "documented"],
    [7, "object"],
  ])
    await assert.rejects(explore(options), (error) => {
      assert.ok(error instanceof LifecycleError, String(error));
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.ok(error.message.includes(text), error.message);
      return true;
    });
});

// V8 puts a call of the module into whoever makes it again and again. If that call answers with an object, a collection of
// garbage within it ends Node 20 in the middle of a long search.
test("what a search calls in a loop answers with nothing or a number", async () => {
  const { default: binaryen } = await import("binaryen");
  const glue = await import("../../pkg/explore/flyte_lifecycle_explore.js");
  const module = binaryen.readBinary(
    readFileSync(new URL("../../pkg/explore/flyte_lifecycle_explore_bg.wasm", import.meta.url)),
  );
  const answers = new Map(
    Array.from({ length: module.getNumExports() }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)))
      .filter(({ kind }) => kind === binaryen.ExternalFunction)
      .map(({ name, value }) => [name, binaryen.getFunctionInfo(module.getFunction(value)).results]),
  );
  const searches = Object.values(glue).filter(({ prototype }) => prototype && "run" in prototype);
  assert.deepEqual(searches.map(({ name }) => name).sort(), ["Exploration", "Fixes", "Reach"]);
  for (const { name, prototype } of searches) {
    for (const call of Object.getOwnPropertyNames(prototype).filter((each) => ["run", "number"].includes(each))) {
      const exported = `${name.toLowerCase()}_${call}`;
      assert.ok([binaryen.none, binaryen.i32, binaryen.f64].includes(answers.get(exported)), exported);
    }
  }
  // What answers with more is told apart from that.
  assert.ok(![binaryen.none, binaryen.i32, binaryen.f64, undefined].includes(answers.get("exploration_report")));
});
