// The browser entry: the module is fetched from beside the script, and the import waits for it.
import "./beside.js";
import { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { mainOf } from "./modules.js";

await mainOf();

export * from "./package.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
