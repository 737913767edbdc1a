import assert from "node:assert/strict";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const {
  arithmetic,
  axisOf,
  draw,
  hit,
  isPending,
  kindOf,
  lanesOf,
  outcome,
  placeOf,
  seenAt,
  segmentAt,
  short,
  ticksOf,
  waitTitle,
} = await load("./www/geometry/timeline.ts");
const { shapesOf, gapShapes, WIDE_ROWS, TALL_ROWS } = await load("./www/geometry/shapes.ts");
const { firstDivergence, sameFact } = await load("./www/geometry/compare.ts");
const { asking } = await load("./www/rules.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");
const { PHASES } = await load("./www/words/phases.ts");

/** A run as the page's store holds it: facts, and how many there were after each command. */
function run(commands, config = {}) {
  const sim = new Simulation(asking(config));
  const ends = [0];
  const steps = [];
  for (const command of commands) {
    const { events } = sim.dispatch(command);
    ends.push(ends.at(-1) + events.length);
    steps.push({ command, events });
  }
  return { sim, events: sim.events(), ends, steps, start: sim.config().startTime, abort: sim.config().abort };
}

const situation = (id) => {
  const { commands, rules = "documented" } = SCENARIOS.find((scenario) => scenario.id === id);
  return run(commands, { rules });
};
const axisFor = ({ events, ends, start }, options = {}) =>
  axisOf(events, { width: 1_000, compress: true, start, ends, ...options });
const phases = (lane) => lane.segments.map(({ phase, attempt }) => `${phase} ${attempt}`);

test("a segment for each attempt and phase, none lost, none overlapping", () => {
  const { events } = situation("retry");
  const [lane] = lanesOf(events);
  assert.deepEqual(phases(lane), [
    "QUEUED 1",
    "INITIALIZING 1",
    "RUNNING 1",
    "FAILED 1",
    "QUEUED 2",
    "INITIALIZING 2",
    "RUNNING 2",
    "SUCCEEDED 2",
  ]);
  for (const [at, segment] of lane.segments.entries()) assert.equal(segment.to, lane.segments[at + 1]?.from ?? null);
});

test("lanes say what the engine's rows say, after every command, in every situation and under both rule sets", () => {
  for (const { id, commands } of SCENARIOS) {
    for (const rules of ["documented", "upstream"]) {
      const sim = new Simulation(asking({ rules }));
      for (const command of commands) {
        try {
          sim.dispatch(command);
        } catch {
          break;
        }
        const events = sim.events();
        const lanes = new Map(lanesOf(events).map((lane) => [lane.action, lane]));
        for (const { id: action, phase, attempts, row } of sim.snapshot().actions) {
          if (row === null) continue;
          const segment = segmentAt(lanes.get(action), events.length);
          assert.deepEqual([segment?.phase, segment?.attempt], [phase, attempts], `${id} ${rules} ${action}`);
        }
      }
    }
  }
});

test("waits that the engine still has are pending, and no others", () => {
  for (const { id, commands, rules = "documented" } of SCENARIOS) {
    const { sim, events } = run(commands, { rules });
    const pending = lanesOf(events)
      .flatMap((lane) => lane.waits)
      .filter((wait) => isPending(wait, events.length))
      .map((wait) => `${wait.action} ${wait.what} ${wait.due}`);
    const timers = sim.snapshot().timers.map((timer) => `${timer.action} ${timer.what} ${timer.at}`);
    assert.deepEqual(pending.sort(), timers.sort(), id);
  }
});

test("waiting is told from running", () => {
  assert.equal(kindOf("QUEUED"), "wait");
  assert.equal(kindOf("WAITING_FOR_RESOURCES"), "wait");
  assert.equal(kindOf("PAUSED"), "wait");
  assert.equal(kindOf("RUNNING"), "run");
  assert.equal(kindOf("INITIALIZING"), "prepare");
  for (const phase of ["SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT", "RECOVERED"]) assert.equal(kindOf(phase), "end");
});

test("a back-off opens to its arithmetic, also at the sixth attempt and over the ceiling", () => {
  const commands = [{ type: "createRun", run: "r" }];
  commands.push({ type: "plugin", action: "r/a0", result: { phase: "Running" } }, { type: "abortRun", run: "r" });
  for (const drawMs of [1, 2, 3, 4, 5]) {
    commands.push({ type: "abortReply", action: "r/a0", reply: "unavailable", drawMs }, { type: "fire" });
  }
  commands.push({ type: "abortReply", action: "r/a0", reply: "unavailable", drawMs: 11_400 });
  const { events, start, abort, sim } = run(commands);
  const { waits } = lanesOf(events)[0];
  const last = waits.at(-1);
  assert.equal(arithmetic(last, abort, start), "1 s · 2⁵ = 32 s, drawn 11.4 s, attempt 6 of 10");
  assert.equal(arithmetic(waits[0], abort, start), "1 s · 2⁰ = 1 s, drawn 1 ms, attempt 1 of 10");
  assert.equal(outcome(last, sim.now, events.length), "next retry in 11.4 s");
  assert.equal(outcome(last, sim.now + 10_000, events.length), "next retry in 1.4 s");
  assert.equal(outcome(waits[0], sim.now, events.length), "over");
  assert.equal(waitTitle(last), "back-off, r/a0, attempt 6");
  const tenth = { ...last, attempt: 10 };
  assert.match(
    arithmetic(tenth, abort, start),
    /^1 s · 2⁹ = 8 min 32 s, at most 5 min, drawn 11\.4 s, attempt 10 of 10$/,
  );
});

test("time limits and deadlines open to theirs", () => {
  const slow = situation("timeout");
  const [first, second] = lanesOf(slow.events)[0].waits;
  assert.equal(
    arithmetic(second, slow.abort, slow.start, 2),
    "RUNNING since 00:00:30.000 + 30 s = 00:01:00.000, attempt 2 of 2",
  );
  assert.equal(first.fired, true);
  const asked = situation("approval");
  const [deadline] = lanesOf(asked.events).flatMap((lane) => lane.waits);
  assert.equal(
    arithmetic(deadline, asked.abort, asked.start),
    "since 00:00:00.000 + 1 h to be signalled = 01:00:00.000",
  );
});

test("an attempt that ended in time no longer needs its bound", () => {
  const { events } = run([
    { type: "createRun", run: "r", task: { timeoutMs: 30_000 } },
    { type: "plugin", action: "r/a0", result: { phase: "Running" } },
    { type: "advance", ms: 1_000 },
    { type: "plugin", action: "r/a0", result: { phase: "Success" } },
  ]);
  const [wait] = lanesOf(events)[0].waits;
  assert.equal(isPending(wait, events.length), false);
  assert.equal(outcome(wait, 0, events.length), "no longer needed");
});

for (const compress of [true, false]) {
  test(`places never go back, and lie on the line, ${compress ? "compressed" : "true to time"}`, () => {
    for (const { id } of SCENARIOS) {
      const told = situation(id);
      const axis = axisFor(told, { compress });
      let before = 0;
      for (const x of axis.xs) {
        assert.ok(x >= before && x <= axis.width, id);
        before = x;
      }
      assert.ok(axis.width <= 1_000.001, id);
    }
  });
}

test("compressed, every fact has a place of its own, and the pointer finds it", () => {
  for (const { id } of SCENARIOS) {
    const told = situation(id);
    const axis = axisFor(told);
    for (let seen = 1; seen <= told.events.length; seen += 1) {
      const x = placeOf(axis, seen);
      assert.equal(placeOf(axis, seenAt(axis, x)), x, `${id} ${seen}`);
      assert.ok(x > placeOf(axis, seen - 1), `${id} ${seen}`);
    }
    assert.equal(seenAt(axis, -50), 0);
    assert.equal(seenAt(axis, 1e6), told.events.length);
  }
});

const waiting = (...pauses) => [{ type: "createRun", run: "r" }, ...pauses.map((ms) => ({ type: "advance", ms }))];

test("idle time is drawn shorter and says how long it was; not so when the toggle is off", () => {
  const told = run(waiting(1_000, 2_000, 3_600_000, 1_500));
  const axis = axisFor(told);
  assert.equal(axis.gaps.length, 1);
  const [gap] = axis.gaps;
  assert.equal(gap.ms, 3_600_000);
  // There is room for its label, and more for what happened.
  assert.ok(gap.to - gap.from < axis.width * 0.5 && gap.to - gap.from > axis.width * 0.1);
  const { labels } = gapShapes(axis, 100);
  assert.equal(labels[0].text, "1 h idle");
  const plain = axisFor(told, { compress: false });
  assert.equal(plain.gaps.length, 0);
  const [one, two] = [2_000, 3_000].map((ms) => plain.at(told.start + ms) - plain.at(told.start));
  assert.ok(Math.abs(two / one - 1.5) < 0.01);
});

test("stretches of usual length are left as they are", () => {
  for (const pauses of [[1_000], [40_000, 2_500, 65_000], [5_000, 5_000, 5_000], []]) {
    assert.deepEqual(axisFor(run(waiting(...pauses))).gaps, [], String(pauses));
  }
});

test("what will be due lies on the line", () => {
  const told = situation("approval");
  const [deadline] = lanesOf(told.events).flatMap((lane) => lane.waits);
  const axis = axisFor(told, { later: [deadline.due] });
  assert.ok(axis.at(deadline.due) > axis.xs.at(-1) + 100);
  assert.equal(axis.until, deadline.due);
  const { rails } = draw(lanesOf(told.events), axis, { from: 0, to: 1_000, top: 0, bottom: 9 });
  assert.equal(rails.length, 1);
  assert.ok(rails[0].width > 100);
});

test("ticks keep apart and count from the start", () => {
  for (const { id } of SCENARIOS) {
    const told = situation(id);
    const ticks = ticksOf(told.events, axisFor(told));
    for (const [at, tick] of ticks.entries()) assert.ok(at === 0 || tick.x - ticks[at - 1].x >= 60, id);
    assert.equal(ticks[0].text, "0 ms");
    assert.equal(new Set(ticks.map(({ text }) => text)).size, ticks.length, id);
  }
  assert.deepEqual([850, 42_000, 107_000, 7_390_000].map(short), ["850 ms", "42 s", "1:47", "2:03:10"]);
});

test("refusals, signals and aborts have signs; a failure that was retried at once is seen", () => {
  const late = situation("late");
  const frame = { from: 0, to: 1_000, top: 0, bottom: 9 };
  const drawn = draw(lanesOf(late.events), axisFor(late), frame);
  assert.deepEqual(
    drawn.signs.map(({ kind }) => kind),
    ["refused"],
  );
  for (const compress of [true, false]) {
    const retry = situation("retry");
    const { bars } = draw(lanesOf(retry.events), axisFor(retry, { compress }), frame);
    assert.equal(bars.filter(({ phase }) => phase === "FAILED").length, 1);
  }
});

test("what the pointer points at is the lane, its stretch and its wait", () => {
  const told = situation("timeout");
  const lanes = lanesOf(told.events);
  const axis = axisFor(told);
  const { segment, wait } = hit(lanes, axis, 0, axis.at(told.start + 15_000));
  assert.equal(segment.phase, "RUNNING");
  assert.equal(wait.what, "attemptTimeout");
  assert.equal(hit(lanes, axis, 5, 10), null);
});

/** A run of so many facts, over so many actions. */
function long(facts, actions) {
  const commands = [{ type: "createRun", run: "big", task: { maxAttempts: 1_000 } }];
  const ids = ["big/a0"];
  for (let number = 1; number < actions; number += 1) {
    ids.push(`big/a${number}`);
    commands.push({ type: "enqueue", action: `big/a${number}`, parent: "big/a0", task: { maxAttempts: 1_000 } });
  }
  const told = run(commands);
  for (let turn = 0; told.events.length < facts; turn += 1) {
    const action = ids[turn % actions];
    for (const command of [
      { type: "plugin", action, result: { phase: "Running" } },
      { type: "advance", ms: 1_000 + ((turn * 7_919) % 9_000) },
      { type: "plugin", action, result: { phase: "RetryableFailure" } },
    ]) {
      told.events.push(...told.sim.dispatch(command).events);
      told.ends.push(told.events.length);
    }
  }
  return told;
}

test("ten thousand facts: no more shapes than there is room for, and placed in a frame's time", () => {
  const told = long(10_000, 40);
  const begin = performance.now();
  const lanes = lanesOf(told.events);
  const axis = axisFor(told);
  const drawing = draw(lanes, axis, { from: 0, to: 1_000, top: 0, bottom: 12 });
  const spent = performance.now() - begin;
  assert.ok(drawing.bars.length <= 12 * 1_000, `${drawing.bars.length} bars`);
  assert.ok(spent < 250, `${spent} ms`);
  const one = draw(lanes, axis, { from: 0, to: 1_000, top: 0, bottom: 1 });
  assert.ok(one.bars.length <= 1_000 / 0.8 + 1_000 / 3);
  // Magnified, only what is in sight is drawn.
  const near = axisFor(told, { width: 256_000 });
  assert.ok(draw(lanes, near, { from: 1_000, to: 3_000, top: 0, bottom: 12 }).bars.length < 600);
});

test("shapes are numbers, in both kinds of rows", () => {
  for (const { id } of SCENARIOS) {
    const told = situation(id);
    const lanes = lanesOf(told.events);
    const drawing = draw(lanes, axisFor(told), { from: 0, to: 1_000, top: 0, bottom: lanes.length });
    for (const rows of [WIDE_ROWS, TALL_ROWS]) {
      for (const { attributes, phase } of shapesOf(drawing, rows)) {
        assert.doesNotMatch(JSON.stringify(attributes), /null|NaN|Infinity/, id);
        assert.ok(phase === undefined || PHASES.includes(phase));
        const y = Number(attributes.y ?? attributes.y1 ?? 0);
        assert.ok(y >= 0 && y <= lanes.length * rows.height, id);
      }
    }
  }
});

test("the same commands under both rule sets part where the rules do", () => {
  const { commands } = SCENARIOS.find(({ id }) => id === "as-coded");
  const [documented, upstream] = ["documented", "upstream"].map((rules) => run(commands, { rules }).steps);
  const parting = firstDivergence(documented, upstream);
  assert.equal(commands[parting.step].result.phase, "RetryableFailure");
  assert.equal(upstream[parting.step].events[parting.fact].rule, "RestartInPlace");
  assert.equal(firstDivergence(documented, documented), null);
});

test("branches part at the command, and one that ends early parts at its end", () => {
  const { steps } = situation("happy");
  const other = [...steps.slice(0, 5), { ...steps[5], command: { type: "advance", ms: 7 } }];
  const facts = steps.slice(0, 5).reduce((sum, { events }) => sum + events.length, 0);
  assert.deepEqual(firstDivergence(steps, other), { step: 5, fact: -1, facts });
  assert.equal(firstDivergence(steps, steps.slice(0, 3)).step, 3);
  assert.equal(sameFact(undefined, steps[0].events[0]), false);
});
