// The Node entry: the module is read from disk before the first import returns, so nothing has to be awaited.
import { readFileSync } from "node:fs";
import * as explorer from "../../pkg/explore/flyte_lifecycle.js";
import { initSync, Simulation, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { readCheckRunBy } from "./check.js";
import { reach, readExplorerBy } from "./explore.js";

// The explorer and the check of recorded runs have a module of their own, which is read when somebody asks for one.
const read = () => readFileSync(new URL("../../pkg/explore/flyte_lifecycle_bg.wasm", import.meta.url));
readExplorerBy(read);
readCheckRunBy(() => {
  explorer.initSync({ module: read() });
  return explorer;
});
initSync({ module: readFileSync(new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)) });

export { LifecycleError } from "../../pkg/errors.js";
export { Bulk, diagram, guard, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";
export { checkRun, loadCheckRun } from "./check.js";
export { explore, exploreFixes, exploreModels } from "./explore.js";

// The way to a target is searched for in the explorer's module.
Simulation.prototype.reach = reach;

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
