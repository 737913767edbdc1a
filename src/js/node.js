// The Node entry: the module is read from disk before the first import returns, so nothing has to be awaited.
import "./files.js";
import { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { entered, mainNow } from "./modules.js";

mainNow();

export * from "./package.js";

export const UPSTREAM_COMMIT = entered("UPSTREAM_COMMIT", upstream_commit);

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
