// The Node entry: the module is read from disk before the first import returns, so nothing has to be awaited.
import { readFileSync } from "node:fs";
import { Exploration, initSync, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { search } from "./explore.js";

initSync({ module: readFileSync(new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)) });

export { LifecycleError } from "../../pkg/errors.js";
export { Bulk, diagram, guard, models, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Every interleaving of a small model: verdicts on named properties, with the shortest run that breaks each. */
export const explore = (options) => search(Exploration, options);

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
