// The check of recorded runs. It answers at once, so its module has to be there: in Node it is read from disk when it is
// first asked, elsewhere `loadCheckRun` fetches it.

import { LifecycleError } from "../../pkg/errors.js";
import { explorer, known, refused } from "./explore.js";

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

/** What is to be read as text: a file that was read without an encoding comes as bytes. */
function recorded(value) {
  if (value instanceof Promise) {
    throw refused("The recorded run cannot be read: it is a promise; `await` it, and pass what it resolves to.");
  }
  if (typeof Blob === "function" && value instanceof Blob) {
    throw refused("The recorded run cannot be read: it is a file; pass `await file.text()`.");
  }
  if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    const what = "it is bytes that are no text in UTF-8, such as those of a compressed file";
    throw refused(`The recorded run cannot be read: ${what}; pass the text that was recorded.`);
  }
}

/** Replays a recorded run and says what no rule explains. */
export function checkRun(value, config) {
  module ??= readNow?.();
  if (!module) {
    const message = "What checkRun needs is fetched when it is wanted: `await loadCheckRun()` once, then call it.";
    throw new LifecycleError(message, "FAILED_PRECONDITION");
  }
  try {
    return module.checkRun(recorded(value), config);
  } catch (error) {
    throw known(error);
  }
}
