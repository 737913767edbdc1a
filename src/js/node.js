// The Node entry: the module is read from disk before the first import returns, so nothing has to be awaited.
import { readFileSync } from "node:fs";
import { initSync, upstream_commit } from "../../pkg/flyte_lifecycle.js";

initSync({ module: readFileSync(new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)) });

export { LifecycleError } from "../../pkg/errors.js";
export { Bulk, diagram, guard, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
