// The browser entry: the module is fetched from beside the script, and the import waits for it.
import init, { Exploration, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { search } from "./explore.js";

await init();

export { LifecycleError } from "../../pkg/errors.js";
export { Bulk, diagram, guard, models, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Every interleaving of a small model: verdicts on named properties, with the shortest run that breaks each. */
export const explore = (options) => search(Exploration, options);

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
