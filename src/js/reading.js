// Readers of foreign text. They answer at once, so their part of the package has to be there.

import { called, partNow, refused } from "./modules.js";

/** Calls the part, which in Node is read first. */
function read(name, ...args) {
  const wanted = { readTrace: "fromTrace", readTaskActions: "fromTaskActions" }[name] ?? name;
  const part = partNow("reading", wanted);
  return called(() => part[name](...args));
}

/** The run that a trace tells, as `Simulation.toJSON` has it. */
export const readTrace = (text) => read("readTrace", text);

/** The run that continues from TaskActions, as `Simulation.toJSON` has it. */
export const readTaskActions = (value, config) => read("readTaskActions", value, config);

/** Whether a value is of a class, which a proxy may refuse to say. */
function isA(kind, value) {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

/** What is to be read as text: a file that was read without an encoding comes as bytes. */
function recorded(value) {
  if (isA(Promise, value)) {
    throw refused("The recorded run cannot be read: it is a promise; `await` it, and pass what it resolves to.");
  }
  if (typeof Blob === "function" && isA(Blob, value)) {
    throw refused("The recorded run cannot be read: it is a file; pass `await file.text()`.");
  }
  if (!ArrayBuffer.isView(value) && !isA(ArrayBuffer, value)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    const what = "it is bytes that are no text in UTF-8, such as those of a compressed file";
    throw refused(`The recorded run cannot be read: ${what}; pass the text that was recorded.`);
  }
}

/** Replays a recorded run and says what no rule explains. */
export const checkRun = (value, config) => read("checkRun", recorded(value), config);
