// A search that runs out of memory ends with what it has found, and the module goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { explore, exploreModels, Simulation } from "flyte-lifecycle";

test("with no memory left to be had, a search says how far it came", async () => {
  await exploreModels();
  const { initSync } = await import("../../pkg/explore/flyte_lifecycle_explore.js");
  const { memory } = initSync();
  // Nearly all that a module can ever have is taken away: what is left is some forty megabytes.
  const [pages, left] = [memory.buffer.byteLength / 65_536, 640];
  memory.grow(65_536 - pages - left);
  const cut = await explore({
    rules: "upstream",
    model: "calls of the services that fail",
    states: 4_000_000,
    bytes: 4_294_967_295,
  });
  assert.equal(cut.ended, "bytes");
  assert.ok(cut.states > 10_000 && cut.frontier > 0, cut.summary);
  assert.match(cut.outcome, /within [\d,]+ states; frontier [\d,]+ \(as much memory as allowed\)$/);
  const broken = cut.verdicts.filter(({ verdict }) => verdict === "violated");
  assert.ok(broken.length > 0 && broken.every(({ finding }) => finding.trace.length > 0));
  const small = await explore({ model: "a task" });
  assert.deepEqual([small.ended, small.states], ["complete", 89]);
});

test("a budget is kept, also while tables grow", async () => {
  const bytes = 4 << 20;
  const cut = await explore({ model: "calls of the services that fail", rules: "upstream", bytes });
  assert.equal(cut.ended, "bytes");
  assert.ok(cut.bytes <= bytes * 1.25, String(cut.bytes));
});

test("what is undone and done otherwise leaves nothing behind, also in what JavaScript keeps of it", async () => {
  const { initSync } = await import("../../pkg/flyte_lifecycle.js");
  const { memory } = initSync();
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  const sizes = [];
  for (let n = 0; n < 40_000; n += 1) {
    const reason = `reason ${n}`;
    const step = sim.dispatch({ type: "abortRun", run: "r1", reason });
    assert.equal(step.command.reason, reason);
    // What was told under a number before may be another's number now.
    if (n % 997 === 0) {
      assert.ok(step.events.some(({ type, detail }) => type === "AbortRequested" && detail === reason));
      assert.equal(sim.snapshot().actions[0].row.abortReason, reason);
      const again = Simulation.fromTrace(sim.trace());
      assert.equal(again.trace(), sim.trace());
      again.free();
    }
    sim.undo();
    if (n === 20_000) sizes.push(memory.buffer.byteLength);
  }
  assert.equal(memory.buffer.byteLength, sizes[0]);
  sim.free();
});
