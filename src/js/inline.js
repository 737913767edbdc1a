// The entry that has its modules inside: nothing is fetched and no file is read, so that whatever makes one script of it has all
// of it. Nothing is awaited either, as scripts that are no modules cannot.
import * as explore from "../../pkg/explore/flyte_lifecycle_explore.js";
import { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import packedExplore from "../../pkg/inline/explore.js";
import packedMain from "../../pkg/inline/main.js";
import packedReading from "../../pkg/inline/reading.js";
import * as reading from "../../pkg/reading/flyte_lifecycle_reading.js";
import { inflated } from "./inflate.js";
import { comesBy, load, main, mainNow, mainOf } from "./modules.js";

export * from "./package.js";

comesBy("main", { now: () => inflated(packedMain), first: "`await ready()` of flyte-lifecycle/inline once" });
comesBy("reading", { glue: reading, now: () => inflated(packedReading) });
comesBy("explore", { glue: explore, now: () => inflated(packedExplore) });

/** The commit of flyteorg/flyte that the `upstream` rule set follows. */
export let UPSTREAM_COMMIT;

try {
  mainNow();
} catch (error) {
  // Chrome before 115 compiles nothing of this size at once where there is a document; `ready` waits for it there.
  if (!(error instanceof RangeError)) throw error;
}
if (main.isLinked) UPSTREAM_COMMIT = upstream_commit();

/** Resolves when the module can be used, which it can be as soon as the import has returned, but for old browsers. */
export async function ready() {
  if (UPSTREAM_COMMIT !== undefined) return;
  await mainOf(inflated(packedMain));
  await load("reading", inflated(packedReading));
  await load("explore", inflated(packedExplore));
  UPSTREAM_COMMIT = upstream_commit();
}
