// The browser entry: the module is fetched from beside the script, and the import waits for it.
import init, { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { linked } from "./modules.js";

linked(await init());

export * from "./package.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
