// What it costs to ask about a run that has many actions: a page and a server ask after every step.
import { performance } from "node:perf_hooks";

/** A run with so many actions: a root, and children half of which run. */
function runOf(Simulation, count) {
  const sim = new Simulation({ rules: "upstream" });
  sim.dispatch({ type: "createRun", run: "r1" });
  for (let child = 1; child < count; child += 1) {
    const action = `r1/c${child}`;
    sim.dispatch({ type: "enqueue", action, parent: "r1/a0", task: { maxAttempts: 2 } });
    if (child % 2) sim.dispatch({ type: "plugin", action, result: { phase: "Running" } });
  }
  return sim;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median microseconds of one call. */
function timed(calls, work) {
  work();
  const times = [];
  for (let call = 0; call < calls; call += 1) {
    const began = performance.now();
    work();
    times.push((performance.now() - began) * 1_000);
  }
  return median(times);
}

/** Microseconds of each question at each number of actions; the snapshot is asked for after a step. */
export function manyActions(Simulation, counts = [10, 1_000, 10_000]) {
  return counts.map((count) => {
    const sim = runOf(Simulation, count);
    const action = "r1/c2";
    const calls = count > 1_000 ? 15 : 200;
    let version = 0;
    const step = () => {
      version += 1;
      sim.dispatch({ type: "plugin", action, result: { phase: "Running", version } });
    };
    const figures = {
      count,
      explain: timed(calls, () => sim.explain({ type: "plugin", action, result: { phase: "Success" } })),
      enabled: timed(calls, () => sim.enabled(action)),
      snapshot: timed(calls, () => {
        step();
        sim.snapshot();
      }),
    };
    sim.free();
    return figures;
  });
}
