// The way from where a simulation stands to what somebody wants to see, and the table of fixes, in Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exploreFixes, LifecycleError, Simulation } from "flyte-lifecycle";

/** A run with a task that waits for nothing, and a condition whose deadline is set. */
function standing(rules) {
  const sim = new Simulation({ rules });
  sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  const condition = { valueType: "bool", timeoutMs: 30_000 };
  sim.dispatch({ type: "enqueue", action: "r1/approve", parent: "r1/a0", condition });
  sim.dispatch({ type: "advance", ms: 12_000 });
  return sim;
}

const phases = (sim) => Object.fromEntries(sim.snapshot().actions.map(({ id, phase }) => [id, phase]));

for (const rules of ["documented", "upstream"]) {
  test(`the commands that are found lead there, ${rules}`, async () => {
    const sim = standing(rules);
    const before = sim.trace();
    assert.ok(sim.snapshot().timers.length > 0);
    for (const [target, length] of [
      [{ phase: "TIMED_OUT", action: "r1/approve" }, 1],
      [{ rule: "RetriesExhausted", action: "r1/a0" }, 2],
      [
        [
          { phase: "SUCCEEDED", action: "r1/a0" },
          { phase: "ABORTED", action: "r1/approve" },
        ],
        2,
      ],
    ]) {
      const way = await sim.reach(target);
      assert.equal(way.found, true, way.summary);
      assert.deepEqual([way.reason, way.timing], ["reached", "timed"]);
      assert.ok(way.length <= length && way.commands.length === way.length, JSON.stringify(way.commands));
      const there = sim.fork();
      let last;
      for (const command of way.commands) last = there.dispatch(command);
      for (const { action, phase, rule } of [target].flat()) {
        if (phase) assert.equal(phases(there)[action], phase);
        else assert.ok(last.events.some((event) => event.rule === rule && event.action === action));
      }
      assert.equal(Simulation.fromTrace(way.trace).trace(), there.trace());
    }
    assert.equal(sim.trace(), before);
  });
}

test("what cannot be reached is told apart from what was not found", async () => {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  const nowhere = await sim.reach({ phase: "PAUSED" });
  assert.deepEqual([nowhere.found, nowhere.reason, nowhere.commands], [false, "complete", []]);
  assert.match(
    nowhere.summary,
    /all [\d,]+ states were looked at\. More may go wrong with `faults` at "race"\. `create` /,
  );
  const worst = await sim.reach({ phase: "PAUSED" }, { faults: "crash", backlog: 1, depth: 9 });
  assert.doesNotMatch(worst.summary, /More may go wrong/);
  const named = await sim.reach({ phase: "PAUSED" }, { inputs: [] });
  assert.match(named.summary, /More may happen where `inputs` and `calls` are left out\./);
  const cut = await sim.reach({ phase: "PAUSED" }, { states: 10 });
  assert.deepEqual([cut.found, cut.reason], [false, "states"]);
  const stopped = await standing("upstream").reach(
    { phase: "RECOVERED" },
    { faults: "crash", signal: AbortSignal.abort() },
  );
  assert.deepEqual([stopped.found, stopped.reason], [false, "stopped"]);
  const there = await sim.reach({ phase: "QUEUED" });
  assert.deepEqual([there.found, there.length, there.commands], [true, 0, []]);
  const fault = await standing("upstream").reach({ rule: "StatusConflictRetried" }, { faults: "rpc", states: 2_000 });
  assert.deepEqual([fault.found, fault.fault, fault.length], [true, "rpc", 2], fault.summary);
});

test("a target that makes no sense is refused with the field", async () => {
  const sim = standing("documented");
  for (const [target, options, words, code] of [
    [{ phase: "DONE" }, {}, "`target.phase`", "INVALID_ARGUMENT"],
    [{ phase: "FAILED", action: "r1/a9" }, {}, "`target.action`", "NOT_FOUND"],
    [undefined, {}, "`target` is missing", "INVALID_ARGUMENT"],
    [[], {}, "`target`", "INVALID_ARGUMENT"],
    [{ phase: "FAILED" }, { depth: 1.5 }, "`depth`", "INVALID_ARGUMENT"],
    [{ phase: "FAILED" }, { faults: "worst" }, "`faults`", "INVALID_ARGUMENT"],
    [{ phase: "FAILED" }, 7, "object", "INVALID_ARGUMENT"],
  ])
    await assert.rejects(sim.reach(target, options), (error) => {
      assert.ok(error instanceof LifecycleError, String(error));
      assert.deepEqual([error.code, error.message.includes(words)], [code, true], error.message);
      return true;
    });
});

test("the table tells what a fix mends and what it leaves", async () => {
  const told = [];
  const { ended, base, tries } = await exploreFixes({
    tries: [{ attemptCheck: "enforced" }, { promotion: "none", guard: "documented" }, { tracePhase: "asReported" }],
    models: ["a task", "a parent and its child"],
    onColumn: (column, number) => told.push([number, column.states]),
  });
  assert.equal(ended, "complete");
  assert.deepEqual(
    told.map(([number]) => number),
    [0, 1, 2, 3],
  );
  const p4 = base.verdicts.find(({ property }) => property === "P4");
  assert.deepEqual([p4.verdict, p4.fault, p4.length], ["violated", "none", 2]);
  assert.ok(tries[0].mends.includes("P4") && tries[1].mends.includes("P44"));
  assert.deepEqual(tries[1].changes, { guard: "documented", promotion: "none" });
  assert.equal(tries[1].rules.promotion, "none");
  // There is no trace in these models, so nothing was searched again.
  assert.deepEqual([tries[2].modelsSkipped, tries[2].states, tries[2].mends], [2, 0, []]);
  assert.doesNotThrow(() => new Simulation({ rules: tries[0].rules }));
});

test("the table is told as it comes, stops, and refuses what makes no sense", async () => {
  const stop = new AbortController();
  const stopped = await exploreFixes({ states: 500, signal: stop.signal, onColumn: () => stop.abort() });
  assert.ok(stopped.ended === "stopped" && stopped.base !== null && stopped.columns < stopped.columnsTotal);
  for (const [options, words] of [
    [{ tries: [{ guard: "none" }] }, "`tries[0]`"],
    [{ rules: "best" }, "`rules`"],
    [{ models: ["everything"] }, "`models[0]`"],
    [{ properties: ["P99"] }, "P99"],
    [{ towards: "upstream", tries: [] }, "`towards`"],
    [{ states: "many" }, "`states`"],
  ])
    await assert.rejects(exploreFixes(options), (error) => {
      assert.ok(error instanceof LifecycleError && error.message.includes(words), String(error));
      return true;
    });
});
