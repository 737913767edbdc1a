// The entry for Cloudflare's Workers, where nothing may be compiled from bytes: modules are imported, and come compiled.

import * as explore from "../../pkg/explore/flyte_lifecycle_explore.js";
import exploreModule from "../../pkg/explore/flyte_lifecycle_explore_bg.wasm";
import { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import mainModule from "../../pkg/flyte_lifecycle_bg.wasm";
import * as reading from "../../pkg/reading/flyte_lifecycle_reading.js";
import readingModule from "../../pkg/reading/flyte_lifecycle_reading_bg.wasm";
import { comesBy, entered, mainNow } from "./modules.js";

export * from "./package.js";

comesBy("main", { now: () => mainModule });
comesBy("reading", { glue: reading, now: () => readingModule });
comesBy("explore", { glue: explore, now: () => exploreModule });
mainNow();

/** The commit of flyteorg/flyte that the `upstream` rule set follows. */
export const UPSTREAM_COMMIT = entered("UPSTREAM_COMMIT", upstream_commit);

/** Here for targets that need it; the module is ready when the import is. */
export async function ready() {}
