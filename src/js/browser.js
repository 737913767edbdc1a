// The browser entry: the module is fetched from beside the script, and the import waits for it.
import init, { Simulation, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { reach } from "./explore.js";

await init();

export { LifecycleError } from "../../pkg/errors.js";
export { Bulk, diagram, guard, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";
export { checkRun, loadCheckRun } from "./check.js";
export { explore, exploreFixes, exploreModels } from "./explore.js";

// The way to a target is searched for in the explorer's module.
Simulation.prototype.reach = reach;

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
