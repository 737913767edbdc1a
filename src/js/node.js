// The Node entry: the module is read from disk before the first import returns, so nothing has to be awaited.
import { readFileSync } from "node:fs";
import { initSync, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import * as reading from "../../pkg/reading/flyte_lifecycle_reading.js";
import { linked, readPartBy } from "./modules.js";

const bytes = (path) => readFileSync(new URL(`../../pkg/${path}`, import.meta.url));

linked(initSync({ module: bytes("flyte_lifecycle_bg.wasm") }));
// The parts are read when somebody asks for one. A search is awaited, so its glue can come then as well.
readPartBy("reading", { glue: reading, bytes: () => bytes("reading/flyte_lifecycle_reading_bg.wasm") });
readPartBy("explore", { bytes: () => bytes("explore/flyte_lifecycle_explore_bg.wasm") });

export * from "./package.js";

export const UPSTREAM_COMMIT = upstream_commit();

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
