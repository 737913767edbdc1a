// The parts of the package that are fetched when somebody asks for them. Each is a module of its own, so that nobody loads
// what he does not use. In Node they are read from disk; elsewhere `load` fetches them from beside the script.

import { LifecycleError, shownOf } from "../../pkg/errors.js";

const PARTS = {
  reading: {
    glue: () => import("../../pkg/reading/flyte_lifecycle_reading.js"),
    what: "Reading traces, resources and records",
  },
  explore: {
    glue: () => import("../../pkg/explore/flyte_lifecycle_explore.js"),
    what: "Exploring",
  },
};

// The stack pointer of the main module, and those of the parts. A call that is broken off in the middle leaves it where it
// was, so that a module's own stack would come to an end after some hundred such calls: the next outermost call puts it
// back to the top. `depth` counts the calls of the main module that are being made. Once one was broken off, `isWary` has
// each call make room on the stack first.
const NO_STACK = { value: 0 };
export const main = { stack: NO_STACK, top: 0, depth: 0, isLinked: false, isWary: false };
const stacks = [];

/** Takes the main module, which was just linked. */
export function linked(exports) {
  main.stack = exports.__stack_pointer ?? NO_STACK;
  main.top = main.stack.value;
  main.isLinked = true;
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
    const first = "`await init(source)` of flyte-lifecycle/init once";
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

/** How a part is read at once where there are files: its bytes, and its glue if that has to be there by then. */
export function readPartBy(name, { bytes, glue }) {
  Object.assign(PARTS[name], { bytes, sync: glue });
}

/**
 * Fetches a part, once, and answers with its module. `source` is where it is instead, or its bytes, or the module compiled.
 */
export function part(name, source) {
  const found = PARTS[name];
  if (found.ready) return Promise.resolve(found.ready);
  found.loading ??= found.glue().then(async (module) => {
    if (source === undefined && found.bytes) partLinked(module.initSync({ module: found.bytes() }));
    else partLinked(await module.default(source === undefined ? undefined : { module_or_path: source }));
    found.ready = module;
    return module;
  });
  found.loading.catch(() => {
    found.loading = undefined;
  });
  return found.loading;
}

/** The module of a part that has to be there already. */
export function partNow(name, wanted) {
  const found = PARTS[name];
  if (!found.ready && found.sync) {
    partLinked(found.sync.initSync({ module: found.bytes() }));
    found.ready = found.sync;
  }
  if (found.ready) return found.ready;
  const message = `${found.what} takes a part of the package that is fetched when it is wanted: \`await load("${name}")\` once, then call \`${wanted}\`.`;
  throw new LifecycleError(message, "FAILED_PRECONDITION");
}

/** Fetches what some calls need, once; in Node there is nothing to fetch. */
export async function load(name, source) {
  if (!Object.hasOwn(PARTS, name)) {
    const names = Object.keys(PARTS).map((known) => `"${known}"`);
    throw refused(`There is no part ${shownOf(name)} to load; there are ${names.join(" and ")}.`);
  }
  await part(name, source);
}
