import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { LAYOUTS, overlap, left, right, top, bottom } = await load("./www/geometry/layout.ts");
const { edgePath } = await load("./www/geometry/edges.ts");
const { trailOf, pairKey } = await load("./www/geometry/trail.ts");
const { PHASES } = await load("./www/words/phases.ts");

/** Points along a path, close enough to each other to fall into any box that it crosses. */
function pointsOf(d) {
  const points = [];
  let [x, y] = [0, 0];
  for (const [, letter, rest] of d.matchAll(/([MLCQHV])([^MLCQHV]*)/g)) {
    const n = rest.trim().split(/\s+/).map(Number);
    const start = [x, y];
    const bends = { C: [n.slice(0, 2), n.slice(2, 4)], Q: [n.slice(0, 2)] }[letter] ?? [];
    [x, y] = letter === "H" ? [n[0], y] : letter === "V" ? [x, n[0]] : n.slice(-2);
    if (letter === "M") continue;
    for (let step = 0; step <= 100; step += 1) {
      // De Casteljau: a line between each two, until one point is left.
      let left = [start, ...bends, [x, y]];
      while (left.length > 1)
        left = left.slice(1).map(([bx, by], at) => {
          const [ax, ay] = left[at];
          return [ax + ((bx - ax) * step) / 100, ay + ((by - ay) * step) / 100];
        });
      points.push(left[0]);
    }
  }
  return points;
}

for (const [shape, layout] of Object.entries(LAYOUTS)) {
  const boxes = [
    ...PHASES.map((phase) => [`node ${phase}`, layout.nodes[phase]]),
    ...PHASES.map((phase) => [`port ${phase}`, layout.ports[phase]]),
  ];

  test(`${shape}: every box lies on the canvas and none covers another`, () => {
    for (const [at, [name, box]] of boxes.entries()) {
      assert.ok(left(box) >= 0 && right(box) <= layout.width && top(box) >= 0 && bottom(box) <= layout.height, name);
      for (const [other, otherBox] of boxes.slice(at + 1)) assert.ok(!overlap(box, otherBox), `${name} and ${other}`);
    }
  });

  test(`${shape}: every pair of phases has a path that stays on the canvas, also those no rule admits`, () => {
    for (const from of [null, ...PHASES]) {
      for (const to of PHASES) {
        const { d, label } = edgePath(layout, from, to);
        assert.match(d, /^M[-\d. ]/, `${from} to ${to}`);
        assert.doesNotMatch(d, /NaN|undefined|Infinity/, `${from} to ${to}`);
        assert.ok(
          label.x >= 0 && label.x <= layout.width && label.y >= 0 && label.y <= layout.height,
          `${from} to ${to}: ${JSON.stringify(label)}`,
        );
      }
    }
  });

  test(`${shape}: no edge runs behind a box that it does not concern, also none that is refused`, () => {
    for (const from of [null, ...PHASES]) {
      for (const to of PHASES) {
        const others = PHASES.filter((phase) => phase !== from && phase !== to).map((phase) => layout.nodes[phase]);
        const hidden = pointsOf(edgePath(layout, from, to).d).filter(([x, y]) =>
          others.some((box) => x > left(box) && x < right(box) && y > top(box) && y < bottom(box)),
        );
        assert.deepEqual(hidden, [], `${from} to ${to}`);
      }
    }
  });

  test(`${shape}: an edge ends at the box that it leads to`, () => {
    for (const from of PHASES) {
      for (const to of PHASES) {
        const { end } = edgePath(layout, from, to);
        const box = layout.nodes[to];
        const near =
          end.x >= left(box) - 4 && end.x <= right(box) + 4 && end.y >= top(box) - 4 && end.y <= bottom(box) + 4;
        assert.ok(near, `${from} to ${to} ends at ${end.x} ${end.y}`);
      }
    }
  });
}

test("the way through the lifecycle reads on: main phases from left to right, ends in one column", () => {
  const { nodes } = LAYOUTS.wide;
  const xs = ["QUEUED", "WAITING_FOR_RESOURCES", "INITIALIZING", "RUNNING", "SUCCEEDED"].map((phase) => nodes[phase].x);
  assert.deepEqual(
    xs,
    [...xs].sort((a, b) => a - b),
  );
  assert.equal(new Set(["FAILED", "SUCCEEDED", "ABORTED", "TIMED_OUT"].map((phase) => nodes[phase].x)).size, 1);
  const ys = PHASES.map((phase) => LAYOUTS.tall.nodes[phase].y);
  assert.deepEqual(
    ys,
    [...ys].sort((a, b) => a - b),
  );
});

test("a trail counts each edge of one action, refusals and other actions left out", () => {
  const event = (type, action, from, to) => ({ type, action, from, to });
  const events = [
    event("RowCreated", "r/a0", undefined, "QUEUED"),
    event("PhaseRecorded", "r/a0", "QUEUED", "RUNNING"),
    event("PhaseRecorded", "r/a1", "QUEUED", "RUNNING"),
    event("PhaseRecorded", "r/a0", "RUNNING", "FAILED"),
    event("PhaseRecorded", "r/a0", "FAILED", "QUEUED"),
    event("PhaseRecorded", "r/a0", "QUEUED", "RUNNING"),
    event("UpdateRefused", "r/a0", "RUNNING", "QUEUED"),
  ];
  const trail = trailOf(events, "r/a0");
  assert.equal(trail.taken.get(pairKey("QUEUED", "RUNNING")), 2);
  assert.equal(trail.taken.get(pairKey(null, "QUEUED")), 1);
  assert.equal(trail.taken.has(pairKey("RUNNING", "QUEUED")), false);
  assert.deepEqual([...trail.visited].sort(), ["FAILED", "QUEUED", "RUNNING"]);
  assert.equal(trail.last, events[5]);
});
