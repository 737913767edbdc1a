// Whatever grows with a run, a trace or a record takes twice the work when that is twice as long, and not four times; and
// what is about one action takes as much work whatever else there is. Work is counted, not time (turns.mjs).
import assert from "node:assert/strict";
import test from "node:test";
import { checkRun, Simulation } from "flyte-lifecycle/init";
import { growsBelow, growthOf, LINEAR } from "../js/work.mjs";
import { turnsOf } from "./turns.mjs";

const RULES = ["documented", "upstream"];
/** As much, and something for what has to be found among twice as many; to go through them all would be twice as much. */
const SAME = 1.5;

/** By what the work grows that is done with what was made of a size, which is doubled twice. */
const growth = (size, { make, does }) =>
  growthOf(size, 2, (count) => {
    const input = make(count);
    const turns = turnsOf(() => does(input, count));
    input.free?.();
    return turns;
  });
const isLinear = (what, size, run) => growsBelow(LINEAR, what, growth(size, run));
const isTheSame = (what, size, run) => growsBelow(SAME, what, growth(size, run));

const list = (count, item) => Array.from({ length: count }, (_, at) => item(at));
const text = (lines) => `flyte-lifecycle trace 1\n${lines.join("\n")}\n`;
const traced = (lines) => Simulation.fromTrace(text(lines));
const refused = (given) => assert.throws(() => Simulation.fromTrace(given));

const runs = (count) => list(count, (at) => `createRun run=r${at}`);
const name = (at) => (at === 0 ? "r/a0" : `r/c${at}`);
const names = (count) => list(count, name);
/** A run whose actions hang below each other, or all below the root. */
const tree = (parent) => (count, what) =>
  list(count, (at) =>
    at === 0 ? "createRun run=r" : `enqueue action=${name(at)} parent=${parent(at)} ${what ?? "task={}"}`,
  );
const chain = tree((at) => name(at - 1));
const wide = tree(() => "r/a0");
const waiting = (count) => list(count, (at) => `createRun run=w${at} task.cache.serializable=true task.cache.key=k`);
const CONDITION = "condition.valueType=bool condition.timeoutMs=60000";
const TIMED = "task.timeoutMs=60000";
const runningIn = (rules) => (count) =>
  traced([
    `config rules=${rules}`,
    ...wide(count, TIMED),
    ...names(count).map((at) => `plugin action=${at} result.phase=Running`),
  ]);
const plugin = (action, phase) => ({ type: "plugin", action, result: { phase } });
const signal = (action) => ({ type: "signal", action, value: { bool: true } });

test("the counter sees a scan that asks for no memory, and memory that is only moved", () => {
  const words = (count) => `createRun run=r reason="${"x".repeat(count)}"`;
  const by = growth(100_000, { make: (count) => text([words(count)]), does: refused });
  assert.ok(
    by.every((each) => each > 1.5),
    `a text is read: ${by}`,
  );
  assert.equal(
    turnsOf(() => {}),
    0,
  );
  const sim = traced(runs(100));
  const turns = turnsOf(() => sim.snapshot());
  sim.undo();
  sim.redo();
  assert.ok(turns > 100, `${turns} for a snapshot of a hundred actions`);
  // The same work is the same number whatever the machine does meanwhile, but for where memory was found.
  const again = () => turnsOf(() => traced(runs(50)).free());
  const [first, second] = [again(), again()];
  assert.ok(Math.abs(first - second) < first / 100, `${first} and ${second}`);
});

test("a trace is read in work that grows with its lines, and a line with its words", () => {
  const read = (given) => Simulation.fromTrace(given);
  for (const [what, lines] of Object.entries({ runs, chain, wide, waiting }))
    isLinear(what, 250, { make: (count) => text(lines(count)), does: read });
  const words = (word) => (count) => text([`createRun run=r ${list(count, word).join(" ")}`]);
  isLinear("words of one line", 5_000, { make: words((at) => `a${at}=1`), does: refused });
  isLinear("parts of one field", 5_000, { make: words((at) => `task.a${at}=1`), does: refused });
  const fix = (count) => text([`# fix:${" guard=table".repeat(count)}`]);
  isLinear("changes of one fix", 5_000, { make: fix, does: read });
  const reason = (count) => text(["createRun run=r", `abortRun run=r reason="${"\\u0041 ".repeat(count)}"`]);
  isLinear("one long text", 3_000, { make: reason, does: read });
});

for (const rules of RULES) {
  const config = `config rules=${rules}`;
  const running = runningIn(rules);
  const asked = (make, question) => ({
    make,
    does: (sim, count) => names(count).map((action) => question(sim, action)),
  });

  test(`${rules}: to go back, to look at everything and to write it down grows with what there is`, () => {
    for (const [what, lines] of Object.entries({ runs, chain, waiting })) {
      const make = (count) => traced([config, ...lines(count)]);
      isLinear(`undo: ${what}`, 400, { make, does: (sim) => sim.undo() });
      isLinear(`snapshot: ${what}`, 200, { make, does: (sim) => sim.snapshot() });
      isLinear(`trace: ${what}`, 200, { make, does: (sim) => sim.trace() });
      isLinear(`fork: ${what}`, 200, { make, does: (sim) => sim.fork() });
    }
    isLinear("enabled", 200, { make: running, does: (sim) => sim.enabled() });
    isLinear("faults", 200, { make: running, does: (sim) => sim.faults() });
    const byHand = (count) => {
      const sim = new Simulation({ rules, delivery: "manual" });
      for (const at of runs(count)) sim.dispatch({ type: "createRun", run: at.slice("createRun run=".length) });
      return sim;
    };
    isLinear("enabled, by hand", 250, { make: byHand, does: (sim) => sim.enabled() });
    isLinear("delivered one by one", 250, { make: byHand, does: (sim) => sim.settle() });
  });

  test(`${rules}: what is asked about each action is asked in work that grows with the actions`, () => {
    const questions = {
      action: (sim, action) => sim.action(action),
      attempts: (sim, action) => sim.attempts(action),
      actionDetails: (sim, action) => sim.actionDetails(action),
      protojson: (sim, action) => sim.protojson(action),
    };
    for (const [what, question] of Object.entries(questions)) isLinear(what, 500, asked(running, question));
    // These look at what may happen as well.
    const harder = {
      enabled: (sim, action) => sim.enabled(action),
      faults: (sim, action) => sim.faults(action),
      explain: (sim, action) => sim.explain(plugin(action, "Success")),
    };
    for (const [what, question] of Object.entries(harder)) isLinear(what, 250, asked(running, question));
  });

  test(`${rules}: what is about one action takes as much work whatever else there is`, () => {
    const middle = (count) => name(count >> 1);
    const one = (make, does) => ({
      // What is there by then is looked at once before, so that only what is new is counted.
      make(count) {
        const sim = make(count);
        sim.action(middle(count));
        return sim;
      },
      does: (sim, count) => does(sim, middle(count)),
    });
    const conditions = (count) => traced([config, ...wide(count, CONDITION)]);
    const about = {
      explain: [running, (sim, action) => sim.explain(plugin(action, "Success"))],
      enabled: [running, (sim, action) => sim.enabled(action)],
      action: [running, (sim, action) => sim.action(action)],
      protojson: [running, (sim, action) => sim.protojson(action)],
      "a report": [running, (sim, action) => sim.dispatch(plugin(action, "Success"))],
      "an abort": [running, (sim, action) => sim.dispatch({ type: "abortAction", action })],
      "a signal": [conditions, (sim, action) => sim.dispatch(signal(action))],
    };
    for (const [what, run] of Object.entries(about)) isTheSame(what, 150, one(...run));
  });

  test(`${rules}: timers are set, taken off and fired in work that grows with them`, () => {
    const conditions = (count) => traced([config, ...wide(count, CONDITION)]);
    const each = (command) => (sim, count) => {
      for (const action of names(count).slice(1).reverse()) sim.dispatch(command(action));
    };
    isLinear("deadlines pass", 250, { make: conditions, does: (sim) => sim.dispatch({ type: "advance", ms: 60_000 }) });
    isLinear("signals come before", 250, { make: conditions, does: each(signal) });
    isLinear("tasks end in time", 250, { make: running, does: each((action) => plugin(action, "Success")) });
    isLinear("the executor starts again", 250, {
      make: running,
      does: (sim) => sim.dispatch({ type: "restart", service: "executor" }),
    });
    isLinear("the run service starts again", 250, {
      make: running,
      does: (sim) => sim.dispatch({ type: "restart", service: "runs" }),
    });
    const swept = (count) =>
      traced([
        `${config} gc.intervalMs=1000 gc.ttlMs=1000`,
        ...wide(count),
        ...names(count)
          .reverse()
          .map((action) => `plugin action=${action} result.phase=Success`),
      ]);
    isLinear("collected", 120, { make: swept, does: (sim) => sim.settle() });
  });

  test(`${rules}: looks at what waits grow with the facts that they leave, and with nothing else`, () => {
    const deadlines = (count) =>
      list(
        count,
        (at) =>
          `enqueue action=w0/c${at} parent=w0/a0 condition.valueType=bool condition.timeoutMs=${(at + 1) * 20_000}`,
      );
    const make = (count) => traced([config, ...waiting(count), ...deadlines(count)]);
    isLinear("up to the first deadline", 50, { make, does: (sim) => sim.dispatch({ type: "advance", ms: 20_000 }) });
    isLinear("the one that is waited for ends", 120, {
      make: (count) => traced([config, ...waiting(count)]),
      does: (sim) => {
        sim.dispatch(plugin("w0/a0", "Success"));
        sim.settle();
      },
    });
    // Each deadline has all that wait looked at again, which is told of each: as many facts as there are pairs.
    const perFact = growthOf(40, 2, (count) => {
      const sim = make(count);
      const before = sim.events().length;
      const turns = turnsOf(() => sim.dispatch({ type: "advance", ms: 20_000 * count }));
      return turns / (sim.events().length - before);
    });
    growsBelow(SAME, "for a fact", perFact);
  });

  test(`${rules}: an abort grows with what hangs below, and the queue with what is in it`, () => {
    for (const [what, lines] of Object.entries({ wide, chain })) {
      isLinear(`aborted: ${what}`, 250, {
        make: (count) => traced([config, ...lines(count)]),
        does(sim) {
          sim.dispatch({ type: "abortRun", run: "r" });
          sim.dispatch({ type: "abortReply", action: "r/a0", reply: "ok" });
        },
      });
    }
    const ask = (sim, count) => {
      for (const action of names(count)) sim.dispatch({ type: "abortAction", action });
      return sim;
    };
    // The queue takes a thousand.
    isLinear("asked for each", 200, { make: (count) => traced([config, ...wide(count)]), does: ask });
    const full = (count) => ask(traced([config, ...wide(count)]), count);
    isLinear("answered in turn", 200, {
      make: full,
      does(sim, count) {
        for (const action of names(count)) sim.dispatch({ type: "abortReply", action, reply: "unavailable" });
      },
    });
    isLinear("taken up again", 200, { make: full, does: (sim) => sim.dispatch({ type: "restart", service: "runs" }) });
  });

  test(`${rules}: a record is checked, and resources are read, in work that grows with them`, () => {
    const check = (record) => checkRun(record, { rules });
    for (const [what, parent] of Object.entries({ chain: (at) => at - 1, wide: () => 0 })) {
      isLinear(`aborted: ${what}`, 60, { make: recorded(parent, ABORTED), does: check });
      isLinear(`ended: ${what}`, 60, { make: recorded(parent, ENDED), does: check });
      isLinear(`many events: ${what}`, 20, { make: recorded(parent, eventful(20)), does: check });
      const read = (items) => Simulation.fromTaskActions(items, { rules });
      isLinear(`resources: ${what}`, 100, { make: resources(parent), does: read });
    }
    // Fewer steps than this are replayed under each policy as well.
    isLinear("one action's events", 250, { make: (count) => recorded(() => 0, eventful(count))(1), does: check });
  });
}

const time = (second) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
const own = (at) => (at === 0 ? "a0" : `c${at}`);
/** The phases of an attempt, by their numbers, with their seconds. */
const ABORTED = [
  [1, 0],
  [4, 3],
  [7, 90],
];
const ENDED = [
  [1, 0],
  [4, 3],
  [5, 90],
];
const eventful = (count) => [[1, 0], ...list(count, (at) => [4, 1, at]), [5, 90]];

/** Rows of actions and of their events, as tables have them. */
const recorded = (parent, phases) => (count) =>
  list(count, (at) => {
    const key = { project: "p", domain: "d", run_name: "r", name: own(at) };
    const [phase] = phases.at(-1);
    const events = phases.map(([told, second, version = 0]) => ({
      ...key,
      attempt: 1,
      phase: told,
      version,
      created_at: time(second),
      updated_at: time(second),
    }));
    const above = at === 0 ? {} : { parent_action_name: own(parent(at)) };
    const ended = { created_at: time(0), updated_at: time(90), ended_at: time(90) };
    return [{ ...key, ...above, phase, attempts: 1, ...ended }, ...events];
  }).flat();

const resources = (parent) => (count) => ({
  apiVersion: "v1",
  kind: "List",
  items: list(count, (at) => ({
    apiVersion: "flyte.org/v1",
    kind: "TaskAction",
    metadata: { name: `r-${own(at)}`, namespace: "p-d", creationTimestamp: time(0) },
    spec: {
      project: "p",
      domain: "d",
      runName: "r",
      actionName: own(at),
      ...(at === 0 ? {} : { parentActionName: own(parent(at)) }),
      taskType: "python",
    },
    status: {},
  })),
});
