// What the page says of why an action is as it is comes from the core, and says who waits for what.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { whyWords } = await load("./www/words/why.ts");

test("a condition that waits says for what, until when, what can end it, and whose matter that is", () => {
  const sim = new Simulation({ rules: "upstream" });
  sim.dispatch({ type: "createRun", run: "r1" });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  const condition = { valueType: "bool", timeoutMs: 60_000 };
  sim.dispatch({ type: "enqueue", action: "r1/c", parent: "r1/a0", condition });
  const { headline, waits, ends, todo } = whyWords(sim.why("r1/c"));
  assert.equal(headline, "r1/c waits for a signal.");
  assert.match(waits, /^Somebody has to signal it with a bool\. .* at 2026-01-01T00:01:00Z\.$/);
  assert.ok(ends.includes("SUCCEEDED, by a signal that fits."));
  assert.equal(todo, "A matter of the task’s own code or settings. Signal the condition, or abort the run.");
});

test("what a plugin or a person said without a full stop is parted from what follows", () => {
  const sim = new Simulation({ rules: "upstream" });
  sim.dispatch({ type: "createRun", run: "r1" });
  const error = { code: "Unknown", kind: "USER", message: "ValueError: it's bad" };
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "PermanentFailure", error } });
  assert.match(whyWords(sim.why("r1/a0")).waits, /ValueError: it's bad\.$/);
  sim.dispatch({ type: "createRun", run: "r2" });
  sim.dispatch({ type: "abortRun", run: "r2", reason: "clean up" });
  assert.match(whyWords(sim.why("r2/a0")).headline, /clean up\.$/);
});

test("what is nobody's matter asks nothing of anybody", () => {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  const { headline, waits, todo } = whyWords(sim.why("r1/a0"));
  assert.match(headline, /^r1\/a0 runs/);
  assert.deepEqual([waits, todo], [null, null]);
});
