// Whatever grows with a run, a link or a file takes twice as long when that is twice as long, and not four times: attacks of
// 2026-11-30 (B1 to B9). Work is counted, not time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import init from "flyte-lifecycle/init";
import { load } from "./load.mjs";
import { growsBelow, growthOf, LINEAR, workOf } from "./work.mjs";

await init(readFileSync(new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)));
const { encode, decode, fits, trouble, STEPS_MAX } = await load("./www/location.ts");
const { expand, shorten } = await load("./www/link/repeat.ts");

const config = { rules: "documented" };
const CREATE = { type: "createRun", run: "r" };
const steps = (count, step) => [CREATE, ...Array.from({ length: count - 1 }, (_, at) => step(at))];
const isLinear = (first, times, { of, make, does }) => {
  const growth = growthOf(first, times, (size) => {
    const input = make(size);
    return workOf(() => does(input));
  });
  growsBelow(LINEAR, of, growth);
};

test("a counter of work sees what grows with the square, and what does not", () => {
  const rope = (count) => {
    let text = "";
    for (let at = 0; at < count; at += 1)
      if (/x$/.test(text)) return;
      else text += "ab";
  };
  assert.ok(growthOf(500, 2, (count) => workOf(() => rope(count))).every((by) => by > 3.5));
  const list = (count) => Array.from({ length: count }, (_, at) => at);
  const once = (count) => list(count).filter((each) => each > 3);
  assert.ok(growthOf(500, 2, (count) => workOf(() => once(count))).every((by) => by < LINEAR));
  const each = (count) => list(count).filter((at, _, all) => all.includes(at));
  assert.ok(growthOf(500, 2, (count) => workOf(() => each(count))).every((by) => by > 3.5));
});

for (const [of, step] of [
  ["advance", (at) => ({ type: "advance", ms: 1_000 * (at % 90) })],
  ["one step again and again", () => ({ type: "plugin", action: "r/a0", result: { phase: "Running" } })],
  ["runs", (at) => ({ type: "createRun", run: `r${at}` })],
  ["children", (at) => ({ type: "enqueue", action: `r/a${at + 1}`, parent: "r/a0", task: {} })],
  ["texts", (at) => ({ type: "abortRun", run: "r", reason: `reason ${at % 7} ${at}` })],
]) {
  test(`a link is written and read in time that grows with its steps: ${of}`, () => {
    isLinear(2_500, 2, { of, make: (count) => ({ config, commands: steps(count, step) }), does: encode });
    isLinear(2_500, 2, { of, make: (count) => encode({ config, commands: steps(count, step) }), does: decode });
  });
}

test("references are expanded in time that grows with what they become", () => {
  const text = (count) => `abcdefghij${"=050".repeat(count)}`;
  assert.equal(expand(text(3)).text, "abcdefghijfghijfghijfghij");
  isLinear(4_000, 3, { of: "short references", make: text, does: expand });
  isLinear(4_000, 3, { of: "text of its own", make: (count) => "a1b=c".repeat(count), does: shorten });
  // The text that a reference refers to may be all of what came before.
  for (const each of [
    "aaaaaaaaaaaaaaaaaaaa",
    "abcabcabcabcabcabc12abcabc",
    "x".repeat(9_000),
    `${"xy".repeat(4_000)}z${"xy".repeat(4_000)}`,
  ])
    assert.deepEqual(expand(shorten(each)), { text: each, rest: "" });
});

test("a run that is too long for an address says so, and a link that stands for more steps opens up to there", () => {
  const long = steps(STEPS_MAX + 1, () => ({ type: "advance", ms: 1_000 }));
  assert.ok(fits(long.slice(0, STEPS_MAX)));
  assert.ok(!fits(long));
  assert.ok(!fits([CREATE, { type: "abortRun", run: "r", reason: "x".repeat(1_000_001) }]));
  const link = decode(encode({ config, commands: long }));
  assert.equal(link.commands.length, STEPS_MAX);
  assert.deepEqual([link.broken.why, link.broken.step], ["long", STEPS_MAX + 1]);
  assert.match(trouble(link.broken), /more than 10,000 steps/);
  // As few characters as may stand for half a million steps.
  const bomb = decode(`v2/d/1/cr~${shorten("Q".repeat(480_000))}z`);
  assert.equal(bomb.commands.length, STEPS_MAX);
});

const { rowsOf } = await load("./www/geometry/tree.ts");
const { axisOf, lanesOf, ticksOf } = await load("./www/geometry/timeline.ts");
const { rustTest } = await load("./www/export/tests.ts");

test("ten thousand actions that hang below each other are a tree as well, in the order of one", () => {
  const chain = (count) => {
    const all = Array.from({ length: count }, (_, at) => ({
      id: `r/a${at}`,
      parent: at === 0 ? null : `r/a${at - 1}`,
      children: at + 1 < count ? [`r/a${at + 1}`] : [],
    }));
    return [all, new Map(all.map((action) => [action.id, action]))];
  };
  const rows = rowsOf(...chain(100_000));
  assert.deepEqual([rows.length, rows.at(-1).level, rows.at(-1).action.id], [100_000, 100_000, "r/a99999"]);
  isLinear(1_000, 2, { of: "a chain", make: chain, does: (input) => rowsOf(...input) });
  const tree = [
    { id: "a", parent: null, children: ["b", "c", "gone"] },
    { id: "b", parent: "a", children: ["d"] },
    { id: "c", parent: "a", children: ["a"] },
    { id: "d", parent: "b", children: [] },
    { id: "e", parent: "nobody", children: [] },
  ];
  const shown = rowsOf(tree, new Map(tree.map((action) => [action.id, action])));
  assert.deepEqual(
    shown.map(({ action, level }) => `${action.id}${level}`),
    ["a1", "b2", "d3", "c2", "e1"],
  );
});

test("lanes and ticks take time that grows with the facts, however many timers one action has set", () => {
  const facts = (count) =>
    Array.from({ length: count }, (_, at) => ({
      seq: at,
      at: at * 1_000 * (at % 40 === 0 ? 100 : 1),
      action: "r/a0",
      store: "time",
      type: at % 2 === 0 ? "TimerSet" : "TimerFired",
      timer: "requeue",
      due: at % 2 === 0 ? at * 1_000 : undefined,
    })).sort((a, b) => a.at - b.at);
  assert.equal(lanesOf(facts(1_000))[0].waits.length, 500);
  isLinear(2_000, 2, { of: "lanes", make: facts, does: lanesOf });
  const line = (count) => {
    const events = facts(count);
    return [events, axisOf(events, { width: 1_000, compress: true, start: 0 })];
  };
  isLinear(2_000, 2, { of: "ticks", make: line, does: (input) => ticksOf(...input) });
});

test("a test for Rust is written whatever the trace quotes, and however often", () => {
  const run = {
    title: "x",
    config,
    commands: [],
    events: [],
    actions: [],
    trace: `reason="a"## ${'"x" '.repeat(400_000)}`,
  };
  assert.match(rustTest(run), /r###"reason/);
});

const { byHand } = await load("./www/engine.ts");

test("what commands become when they are delivered by hand is worked out without looking at everything after each", () => {
  const asked = { dispatch: 0, snapshot: 0, free: 0 };
  const make = () => {
    const sim = new Simulation({ delivery: "manual" });
    return {
      dispatch(command) {
        asked.dispatch += 1;
        return sim.dispatch(command);
      },
      snapshot() {
        asked.snapshot += 1;
        return sim.snapshot();
      },
      free() {
        asked.free += 1;
        sim.free();
      },
    };
  };
  const { commands, ends } = byHand(
    make,
    steps(200, (at) => ({ type: "enqueue", action: `r/a${at + 1}`, parent: "r/a0", task: {} })),
  );
  assert.equal(ends.length, 201);
  assert.ok(commands.filter(({ type }) => type === "deliver").length > 200);
  assert.equal(asked.free, 1);
  // A snapshot of everything after every piece of work would be the square of it.
  assert.ok(asked.snapshot < 10, `${asked.snapshot} snapshots`);
  assert.ok(asked.dispatch < 3 * commands.length);
});
