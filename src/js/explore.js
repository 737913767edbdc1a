// A search in slices: each takes some milliseconds, and between two the page breathes, progress is told and a stop is heard.

import { LifecycleError } from "../../pkg/errors.js";

const SLICE_MS = 20;
const NAMES = ["states", "frontier", "transitions", "depth", "bytes"];

const ENDS = ["stopped", "complete", "reached", "states", "bytes"];

/** The progress of a search as an object, from the numbers that the core writes. */
function progressOf(numbers) {
  const progress = Object.fromEntries(NAMES.map((name, place) => [name, numbers[place]]));
  return { ...progress, ended: ENDS[numbers[NAMES.length]] };
}

// A message comes back at once, where a timeout of zero waits for some milliseconds after a while.
const breathe = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

let read;
let loading;

/** How the explorer's module is read where it cannot be fetched. */
export function readExplorerBy(reader) {
  read = reader;
}

/** The explorer is a module of its own, loaded when somebody explores. */
function explorer() {
  loading ??= import("../../pkg/explore/flyte_lifecycle.js").then(async (module) => {
    if (read) module.initSync({ module: read() });
    else await module.default();
    return module;
  });
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** That module has an error class of its own; callers know this one. */
function known(error) {
  return error?.name === "LifecycleError" ? new LifecycleError(error.message, error.code, error.rule) : error;
}

/** The models that properties are judged by, mildest first. */
export const exploreModels = async () => (await explorer()).models();

/** Runs a search to its end, or until it is stopped; answers what was found by then. */
export async function explore(options = {}) {
  const { onProgress, signal, ...fields } = Object(options);
  // What is no object is for the core to refuse, in its words.
  const asked = Object(options) === options ? fields : options;
  const { Exploration } = await explorer();
  let exploration;
  try {
    exploration = new Exploration(asked);
    let budget = 256;
    for (;;) {
      const began = performance.now();
      const progress = progressOf(exploration.run(budget));
      const took = performance.now() - began;
      onProgress?.(progress);
      if (progress.ended !== "stopped" || signal?.aborted) return exploration.report();
      budget = Math.max(16, Math.min(1 << 20, Math.round((budget * SLICE_MS) / Math.max(took, 1))));
      await breathe();
    }
  } catch (error) {
    throw known(error);
  } finally {
    exploration?.free();
  }
}
