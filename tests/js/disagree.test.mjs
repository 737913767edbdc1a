import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { betweenRowAndResource, verdictOf } = await load("./www/hood/disagree.ts");
const folder = new URL("../traces/", import.meta.url);

test("heading and panel of the stores say the same at every moment of every trace, in whole sentences", () => {
  const met = new Set();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".trace"))) {
    const sim = Simulation.fromTrace(readFileSync(new URL(name, folder), "utf8"));
    for (let index = sim.length; index >= 0; index -= 1) {
      sim.seek(index);
      const snapshot = sim.snapshot();
      for (const action of snapshot.actions) {
        const { differ, short, sentences } = verdictOf(action, snapshot, sim.events());
        const panel = betweenRowAndResource(action);
        const ofRow = action.disagreements.some(({ stores }) => stores.includes("row"));
        for (const { what } of action.disagreements) met.add(what);
        assert.equal(differ, action.disagreements.length > 0);
        assert.equal(panel.differ, ofRow, `${name} ${index}`);
        assert.equal(panel.differ && panel.sentence === "They agree.", false);
        for (const text of [short, panel.sentence, ...sentences]) assert.doesNotMatch(text, /undefined|null/);
      }
    }
    sim.free();
  }
  for (const what of ["noRow", "rowBehind", "rowAhead", "rowWentBack", "endedApart", "logAhead", "attemptNeverEnded"])
    assert.ok(met.has(what), what);
});

test("where the resource is gone, a log without an end has not ended apart: its attempt never ended", () => {
  const sim = Simulation.fromTrace(readFileSync(new URL("deletion-without-cleanup.upstream.trace", folder), "utf8"));
  const [action] = sim.snapshot().actions;
  assert.deepEqual(action.disagreements, [{ what: "attemptNeverEnded", stores: ["events"], attempt: 1 }]);
  assert.equal(verdictOf(action, sim.snapshot(), sim.events()).short, "attempt 1 never ended");
  assert.match(betweenRowAndResource(action).sentence, /the row is all that is left/);
  const apart = { ...action, disagreements: [{ what: "logEndedApart", stores: ["row", "events"] }] };
  assert.match(betweenRowAndResource(apart).sentence, /row and event log ended apart/);
  sim.free();
});
