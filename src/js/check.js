// The check of recorded runs. It answers at once, so its module has to be there: in Node it is read from disk when it is
// first asked, elsewhere `loadCheckRun` fetches it.

import { LifecycleError } from "../../pkg/errors.js";
import { explorer, known } from "./explore.js";

let module;
let readNow;

/** How the module comes to be where it can be read at once. */
export function readCheckRunBy(reader) {
  readNow = reader;
}

/** Fetches what `checkRun` needs; a second call fetches nothing. */
export async function loadCheckRun() {
  module = await explorer();
}

/** Replays a recorded run and says what no rule explains. */
export function checkRun(value, config) {
  module ??= readNow?.();
  if (!module) {
    const message = "What checkRun needs is fetched when it is wanted: `await loadCheckRun()` once, then call it.";
    throw new LifecycleError(message, "FAILED_PRECONDITION");
  }
  try {
    return module.checkRun(value, config);
  } catch (error) {
    throw known(error);
  }
}
