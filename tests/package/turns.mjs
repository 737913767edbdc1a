// Counts the work of the core: each function that it enters and leaves, each turn of a loop, and each byte that it moves.
// Between two of these there is never more than a stretch of code without a loop, so what they count grows as the work
// does; it is the same on every machine, and sees what asks nobody for memory.
import { readFileSync } from "node:fs";
import init, { load } from "flyte-lifecycle/init";
import { counting } from "../../scripts/build.mjs";

let turns = 0;
const log_execution = () => {
  turns += 1;
};
const counted = (imports) =>
  Object.fromEntries(Object.entries(imports).map(([name, given]) => [name, { ...given, log_execution }]));

// The package links its modules itself, so what they call is put in on the way.
const { Instance, instantiate } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, counted(imports));
  }
};
WebAssembly.instantiate = (source, imports) => instantiate(source, counted(imports));
try {
  await init(readFileSync(counting()));
  await load("reading", readFileSync(counting("reading")));
} finally {
  Object.assign(WebAssembly, { Instance, instantiate });
}

/** The work of the core while something is done. */
export function turnsOf(run) {
  const before = turns;
  run();
  return turns - before;
}
