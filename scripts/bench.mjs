// Measures the package against its peers, in one run on one machine. Figures are for comparing within the run.
import { execFileSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { Bulk, Simulation } from "flyte-lifecycle";
import { createMachine, interpret, state, transition } from "robot3";
import { createActor, createMachine as createXstate } from "xstate";
import { explorerRates } from "./bench-explore.mjs";
import { manyActions } from "./bench-many.mjs";
import { sizeOf } from "./size.mjs";

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [];
const row = (what, value, goal = "") => rows.push({ what, value, goal });
const perSecond = (n) => `${(n / 1e6).toFixed(2)} M/s`;
const nanos = (n) => `${Math.round(n)} ns`;

/** Median nanoseconds of one call, over rounds that take turns with the other candidates. */
function timed(candidates, calls, rounds = 7) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, make] of Object.entries(candidates)) {
      const step = make();
      for (let i = 0; i < calls / 10; i++) step(i);
      const began = performance.now();
      for (let i = 0; i < calls; i++) step(i);
      times[name].push(((performance.now() - began) * 1e6) / calls);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

function bulk(count) {
  const lives = new Bulk("documented", count, 7);
  lives.run(1_000_000);
  const began = performance.now();
  const transitions = lives.run(4_000_000);
  const rate = (transitions / (performance.now() - began)) * 1000;
  const bytes = lives.bytesPerAction;
  lives.free();
  return { rate, bytes };
}

const native = JSON.parse(execFileSync("target/release/examples/bench", { encoding: "utf8" }));
row("one action through whole lives, native", perSecond(native.one));
row("one action through whole lives, wasm", perSecond(bulk(1).rate));
row("10⁶ actions, native", perSecond(native.million));
const million = bulk(1_000_000);
row("10⁶ actions, wasm", perSecond(million.rate), "≥ 20 M/s");
row("bytes per live action", `${million.bytes} B`, "≤ 96 B");

// The same life for all: queued → initializing → running → failed → queued → running → succeeded.
const WORDS = ["Initializing", "Running", "RetryableFailure", "Running", "Success"];
const LIFE = ["INIT", "RUN", "FAIL", "RESET", "RUN", "WIN"];
const xstate = createXstate({
  id: "life",
  initial: "queued",
  context: { attempts: 1 },
  states: {
    queued: { on: { INIT: "initializing", RUN: "running" } },
    initializing: { on: { RUN: "running" } },
    running: { on: { FAIL: "failed", WIN: "succeeded" } },
    failed: { on: { RESET: "queued" } },
    succeeded: { on: { AGAIN: "queued" } },
  },
});
const robot = createMachine({
  queued: state(transition("INIT", "initializing"), transition("RUN", "running")),
  initializing: state(transition("RUN", "running")),
  running: state(transition("FAIL", "failed"), transition("WIN", "succeeded")),
  failed: state(transition("RESET", "queued")),
  succeeded: state(transition("AGAIN", "queued")),
});
const again = [...LIFE, "AGAIN"];
const figures = timed(
  {
    "dispatch, a step of one fact": () => {
      const sim = new Simulation();
      sim.dispatch({ type: "createRun", run: "r1" });
      sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
      return () => sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
    },
    "dispatch, each step of a whole life": () => {
      let sim;
      return (i) => {
        const step = i % (WORDS.length + 1);
        if (step === 0) {
          sim?.free();
          sim = new Simulation();
          sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } });
        } else sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: WORDS[step - 1] } });
      };
    },
    "xstate 5, actor.send": () => {
      const actor = createActor(xstate).start();
      return (i) => actor.send({ type: again[i % again.length] });
    },
    "robot3, service.send": () => {
      const service = interpret(robot, () => {});
      return (i) => service.send(again[i % again.length]);
    },
  },
  6_000,
);
for (const [name, value] of Object.entries(figures)) {
  row(name, nanos(value), name.includes("one fact") ? "≤ 1,000 ns" : "");
}

const script = `
  const began = performance.now();
  const { Simulation } = await import("flyte-lifecycle");
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  console.log(performance.now() - began);`;
const starts = Array.from({ length: 9 }, () =>
  Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })),
);
row("import to first transition, Node", `${median(starts).toFixed(1)} ms`, "≤ 10 ms");

for (const { count, explain, enabled, snapshot } of manyActions(Simulation)) {
  const micros = (value) => `${value.toFixed(0)} µs`;
  row(
    `explain · enabled · a step and its snapshot, ${count} actions`,
    [explain, enabled, snapshot].map(micros).join(" · "),
  );
}
row("main module and glue, brotli", `${sizeOf("main").brotli.toFixed(1)} kB`, "≤ 150 kB");

for (const { name, states, ours, stateright, bytes, node, chromium } of await explorerRates(process.env.CHROME)) {
  const per = (rate) => (rate ? `${Math.round(rate / 1000)} k/s` : "no Chromium");
  row(`explorer: ${name}, ${states.toLocaleString("en")} states, native`, per(ours));
  row("  against stateright", `${(ours / stateright).toFixed(2)} ×`, "≥ 2 ×");
  row("  Node", per(node), "≥ 3,000 k/s");
  row("  Chromium", per(chromium), "≥ 3,000 k/s");
  row("  bytes per state", `${bytes} B`);
}

const wide = (key) => Math.max(...rows.map((entry) => entry[key].length));
console.log();
for (const { what, value, goal } of rows) {
  console.log(`${what.padEnd(wide("what"))}  ${value.padStart(wide("value"))}  ${goal && `goal ${goal}`}`);
}
