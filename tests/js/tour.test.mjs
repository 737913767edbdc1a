// The tour's steps on the engine itself: nothing is done before it is asked for, and what is asked for does it.
import assert from "node:assert/strict";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { asking } = await load("./www/rules.ts");
const { STEPS, tellings } = await load("./www/tour/steps.ts");

/** What the control of each deed sends, which tests/page presses. */
const SENT = {
  "A retry": [
    {
      type: "plugin",
      action: "tour/a0",
      result: { phase: "RetryableFailure", error: { code: "UserError", kind: "USER", message: "exit code 1" } },
    },
  ],
  "Time runs out": [{ type: "fire" }],
  "A refused write": [{ type: "updatePhase", action: "tour/a0", phase: "RUNNING" }],
  "A signal": [{ type: "signal", action: "tour/approve", value: { bool: true }, by: "you" }],
  "An abort": [
    { type: "abortRun", run: "tour" },
    { type: "abortReply", action: "tour/a0", reply: "ok" },
  ],
};

test("there are at most six steps: among them a retry, an abort, a refused write and a signal", () => {
  assert.ok(STEPS.length <= 6);
  for (const title of Object.keys(SENT)) assert.ok(STEPS.some((step) => step.title === title));
});

for (const { title, commands, select, deeds, moral } of STEPS) {
  test(`${title}: it is done when it was done, and the engine says why`, () => {
    const sim = new Simulation(asking({}));
    let { events } = { events: [] };
    for (const command of commands) ({ events } = sim.dispatch(command));
    assert.ok(sim.snapshot().actions.some(({ id }) => id === select));
    const state = (recent, rules = "documented") => ({ recent, rules });
    for (const deed of deeds) assert.equal(deed.done(state(events)), false, deed.ask);
    for (const [at, command] of (SENT[title] ?? []).entries()) {
      ({ events } = sim.dispatch(command));
      assert.equal(deeds[at].done(state(events)), true, deeds[at].ask);
      assert.ok(tellings(events).every(({ sentence }) => sentence.length > 20));
      assert.ok(tellings(events).length > 0);
    }
    if (!SENT[title]) assert.equal(deeds[0].done(state(events, "upstream")), true);
    assert.ok(moral.length > 20);
    sim.free();
  });
}
