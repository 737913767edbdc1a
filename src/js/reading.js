// Readers of foreign text. They answer at once, so their part of the package has to be there.

import { shownOf } from "../../pkg/errors.js";
import { called, partNow, refused } from "./modules.js";

/**
 * Calls the part, which in Node is read first. What it is given is looked at where there is room on the stack as well: an
 * engine that compiles a pattern where the stack ends ends with it.
 */
function read(name, given) {
  const wanted = { readTrace: "fromTrace", readTaskActions: "fromTaskActions" }[name] ?? name;
  const part = partNow("reading", wanted);
  return called(() => part[name](...given()));
}

/** The run that a trace tells, as `Simulation.toJSON` has it. */
export const readTrace = (text) => read("readTrace", () => [textIn("trace", text)]);

/** The run that continues from TaskActions, as `Simulation.toJSON` has it. */
export const readTaskActions = (value, config) => read("readTaskActions", () => [textIn("TaskAction", value), config]);

/** Replays a recorded run and says what no rule explains. */
export const checkRun = (value, config) => read("checkRun", () => [inputsIn("recorded run", value), config]);

const unreadable = (what, why) => refused(`The ${what} cannot be read: ${why}.`);

/** Whether a value is of a class, which a proxy may refuse to say. */
function isA(kind, value) {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

/** What is to be read as text: a file that was read without an encoding comes as bytes. */
function textIn(what, value, place = "the text") {
  if (isA(Promise, value)) {
    throw unreadable(what, "it is a promise; `await` it, and pass what it resolves to");
  }
  if (typeof Blob === "function" && isA(Blob, value)) {
    throw unreadable(what, "it is a file; pass `await file.bytes()`, or `new Uint8Array(await file.arrayBuffer())`");
  }
  const view = ArrayBuffer.isView(value);
  if (!view && !isA(ArrayBuffer, value)) return noName(what, value);
  return partNow("reading", "textOf").textOf(bytesOf(what, value, view), place);
}

/** The bytes of a view or a buffer, which may have been handed over to somebody else. */
function bytesOf(what, value, isView) {
  try {
    return isView ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
  } catch {
    throw unreadable(what, "its bytes were transferred elsewhere and are not here any more");
  }
}

/** A text that is the name of a file was to be what is in it. */
export function noName(what, value) {
  if (typeof value !== "string" || value.length > 1_000 || !/^[^\s,{}[\]]+\.[a-z]{2,6}$/i.test(value)) return value;
  throw unreadable(
    what,
    `${shownOf(value)} looks like a file's name; pass what is in it, as \`readFileSync\` gives it`,
  );
}

/** What is to be read as text, also where several inputs are given in a list. */
function inputsIn(what, value) {
  const isText = (input) => typeof input === "string" || ArrayBuffer.isView(input) || isA(ArrayBuffer, input);
  let several = false;
  try {
    several = Array.isArray(value) && value.some(isText);
  } catch {
    // A list that cannot be looked at is refused when it crosses.
  }
  return several ? Array.from(value, (input, place) => textIn(what, input, `[${place}]`)) : textIn(what, value);
}
