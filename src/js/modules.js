// The modules of the package: the main one, and the parts that are had when somebody asks for them, so that nobody loads what
// he does not use. Where each is, an entry says: as files, beside the script, or inside of one.

import { LifecycleError, shownOf } from "../../pkg/errors.js";
import linkMain, { initSync } from "../../pkg/flyte_lifecycle.js";

const MODULES = {
  main: { glue: { default: linkMain, initSync } },
  reading: { what: "Reading traces, resources and records" },
  explore: { what: "Exploring" },
};
const { main: MAIN, ...PARTS } = MODULES;

// The stack pointer of the main module, and those of the parts. A call that is broken off in the middle leaves it where it
// was, so that a module's own stack would come to an end after some hundred such calls: the next outermost call puts it
// back to the top. `depth` counts the calls of the main module that are being made. Once one was broken off, `isWary` has
// each call make room on the stack first.
const NO_STACK = { value: 0 };
export const main = { stack: NO_STACK, top: 0, depth: 0, isLinked: false, isWary: false };
const stacks = [];

/** References to what is JavaScript's that the main module can hold before its table grows. */
const REFERENCES = 4_096;

/** Takes the main module when it is linked. */
function linked(exports) {
  main.stack = exports.__stack_pointer ?? NO_STACK;
  main.top = main.stack.value;
  main.isLinked = true;
  // Where the stack ends in the middle of its growing, what wasm-bindgen knows of the table is lost, and the module with it:
  // so it grows here, where there is room. Without growing nothing is called there that could be broken off.
  const { __externref_table_alloc: take, __externref_table_dealloc: give } = exports;
  if (take && give) for (const reference of Array.from({ length: REFERENCES }, () => take())) give(reference);
}

function partLinked(exports) {
  if (exports.__stack_pointer) stacks.push(exports.__stack_pointer);
}

/** What makes no sense, in words. */
export const refused = (message) => new LifecycleError(message, "INVALID_ARGUMENT", "CommandInvalid");

/**
 * Calls a part of the package. A part has an error class of its own, and callers know ours; what is of neither class has
 * broken the call off in the middle, and is its cause.
 */
export function called(call) {
  const marks = stacks.map((stack) => stack.value);
  try {
    room();
    return call();
  } catch (error) {
    if (error?.name === "LifecycleError") throw new LifecycleError(error.message, error.code, error.rule);
    for (const [at, mark] of marks.entries()) stacks[at].value = mark;
    const message = `The call was broken off in the middle: ${whyBrokenOff(error)}.`;
    throw Object.assign(new LifecycleError(message, codeOf(error)), { cause: error });
  }
}

/**
 * Takes more of the stack than calls of the module do, and gives it back: so that the stack ends here, where nothing is
 * half done, and not in the module. Too slow for what is called all the time, as long as nothing was broken off there.
 */
export function room(calls = 1_500) {
  return calls === 0 ? 0 : 1 + room(calls - 1);
}

/** Calls the main module, beside the calls of a simulation. */
export function entered(name, call) {
  if (!main.isLinked) {
    const first = MAIN.first ?? "`await init(source)` of flyte-lifecycle/init once";
    throw new LifecycleError(`The module is not loaded yet: ${first}, then \`${name}\`.`, "FAILED_PRECONDITION");
  }
  const { depth } = main;
  if (depth === 0) main.stack.value = main.top;
  main.depth = depth + 1;
  try {
    room();
    return call();
  } catch (error) {
    if (error instanceof LifecycleError) throw error;
    const message = `\`${name}\` was broken off in the middle: ${whyBrokenOff(error)}.`;
    throw Object.assign(new LifecycleError(message, codeOf(error)), { cause: error });
  } finally {
    main.depth = depth;
  }
}

/** Why a call did not come to its end, in words, by what the engine threw. */
export function whyBrokenOff(cause) {
  if (cause instanceof RangeError) return "there was no room left on the stack; call it from fewer calls within calls";
  return "the module stopped, out of memory or by a defect; please report what was given to it";
}

/** The code of such an error. */
export const codeOf = (cause) => (cause instanceof RangeError ? "RESOURCE_EXHAUSTED" : "INTERNAL");

/**
 * Says how an entry comes by a module. What it answers with `now`, bytes or a module compiled, is linked at once, also where
 * nobody waits; `address` is where it is fetched from. Its glue is there, or comes by `glueLater`. Entries of one package
 * share its modules, so what is at hand for one of them is so for all. `first` is what has to be done before a call.
 */
export function comesBy(name, how) {
  Object.assign(MODULES[name], how);
}

/** Takes what somebody says of where the parts are, for when they are wanted. */
export function partsAre(sources) {
  if (sources === undefined || sources === null) return;
  if (Object(sources) !== sources) throw refused(`The parts are a ${typeof sources}; ${PARTS_MEANT}.`);
  for (const [name, source] of Object.entries(sources)) {
    if (!Object.hasOwn(PARTS, name)) throw refused(`${noPart(name)}; ${PARTS_MEANT}.`);
    if (source !== undefined) PARTS[name].given = source;
  }
}

const PARTS_MEANT = 'pass where each is, as `{ reading: "/flyte_lifecycle_reading_bg.wasm" }`';

/** Links a module that is at hand. */
function linkNow(found) {
  took(found, found.glue, found.glue.initSync({ module: found.now() }));
}

/** Takes a module that was linked. */
function took(found, glue, exports) {
  if (found.ready) return;
  if (found === MAIN) linked(exports);
  else partLinked(exports);
  found.ready = glue;
}

/**
 * Has a module, once, and answers with its glue. `source` is where it is, its bytes, or the module compiled, if somebody has
 * said so; else it comes as the entry says.
 */
function had(found, source = found.given) {
  if (found.ready) return Promise.resolve(found.ready);
  found.loading ??= begun(found, source);
  found.loading.catch(() => {
    found.loading = undefined;
  });
  return found.loading;
}

async function begun(found, source) {
  const glue = found.glue ?? (await found.glueLater());
  if (found.ready) return found.ready;
  if (source === undefined && found.now) {
    found.glue = glue;
    linkNow(found);
  } else {
    const from = source === undefined ? found.address : () => source;
    took(found, glue, await fetched(glue, from, source === undefined));
  }
  return glue;
}

/** Fetches a module and links it. Where it is by default, a bundler may have left it behind; what to do is said then. */
async function fetched(glue, from, isOurs) {
  let address;
  try {
    address = from();
    return await glue.default({ module_or_path: near(address) });
  } catch (error) {
    if (isOurs) throw left(address, error);
    throw error;
  }
}

/** What is said where a module is not where it should be: no refusal of what was asked, but a fetch that failed. */
export function left(address, cause) {
  const where = address === undefined ? "" : ` from ${address}`;
  const what = `A module of flyte-lifecycle could not be loaded${where}: ${String(cause?.message).replace(/\.$/, "")}`;
  const next = 'If a bundler left it behind, import "flyte-lifecycle/inline", which has its modules inside';
  return new Error(`${what}. ${next}.`, { cause });
}

/** Files cannot be fetched in Node, which also those programs run in that have a document made of script. */
function near(source) {
  if (source?.protocol !== "file:") return source;
  const files = globalThis.process?.getBuiltinModule?.("node:fs");
  return files ? files.readFileSync(source) : source;
}

/**
 * Links the main module at once, which is at hand; unless another entry is fetching it just now, whose module would take the
 * place of this one under all that was made by then.
 */
export function mainNow() {
  if (!MAIN.ready && !MAIN.loading) linkNow(MAIN);
}

/** Has the main module, once. */
export const mainOf = (source) => had(MAIN, source);

/** A part of the package, once; `source` as for `load`. */
export const part = (name, source) => had(PARTS[name], source);

/** The module of a part that has to be there already. */
export function partNow(name, wanted) {
  const found = PARTS[name];
  if (!found.ready && !found.loading && found.given === undefined && found.now && found.glue) linkNow(found);
  if (found.ready) return found.ready;
  const message = `${found.what} takes a part of the package that is fetched when it is wanted: \`await load("${name}")\` once, then call \`${wanted}\`.`;
  throw new LifecycleError(message, "FAILED_PRECONDITION");
}

/** Has what some calls need, once; where it is at hand, as in Node, there is nothing to do. */
export async function load(name, source) {
  if (!Object.hasOwn(PARTS, name)) throw refused(`${noPart(name)}.`);
  await part(name, source);
}

function noPart(name) {
  const names = Object.keys(PARTS).map((known) => `"${known}"`);
  return `There is no part ${shownOf(name)} to load; there are ${names.join(" and ")}`;
}
