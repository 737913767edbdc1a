// A search in slices: each takes some milliseconds, and between two the page breathes, progress is told and a stop is heard.

import { troubleOf } from "../../pkg/errors.js";
import { called, part, refused } from "./modules.js";

const SLICE_MS = 20;
const NAMES = ["states", "frontier", "transitions", "depth", "bytes"];

// The core tells a search's numbers one by one.
const PLACES = [0, 1, 2, 3, 4, 5];

const ENDS = ["stopped", "complete", "reached", "states", "bytes", "depth"];

/** The progress of a search as an object, from the numbers that the core writes. */
function progressOf(numbers) {
  const progress = Object.fromEntries(NAMES.map((name, place) => [name, numbers[place]]));
  return { ...progress, ended: ENDS[numbers[NAMES.length]] };
}

// A message comes back at once, where a timeout of zero waits for some milliseconds after a while. Documents made of script,
// as jsdom's, may know no messages.
const breathe = () =>
  new Promise((resolve) => {
    if (typeof MessageChannel !== "function") {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** The models that properties are judged by, mildest first. */
export const exploreModels = async () => (await part("explore")).models();

/**
 * Makes a search of the explorer's and runs it, slice by slice, until `told` says by the numbers of a slice that it has
 * ended, or until it is stopped; answers what `report` makes of it.
 */
async function search({ signal, asked, make, told, report }) {
  const module = await part("explore");
  const made = called(() => make(module, asked));
  try {
    let budget = 256;
    for (;;) {
      const began = performance.now();
      const numbers = called(() => {
        made.run(budget);
        return PLACES.map((place) => made.number(place));
      });
      const took = performance.now() - began;
      if (told(numbers, made) || signal?.aborted) return called(() => report(made));
      budget = Math.max(16, Math.min(1 << 20, Math.round((budget * SLICE_MS) / Math.max(took, 1))));
      await breathe();
    }
  } finally {
    try {
      made.free();
    } catch {
      // A search that was broken off in the middle cannot be given back, and it is not this that its caller is to hear.
    }
  }
}

/** What is for us apart from what is for the core. What is no object is for the core to refuse, in its words. */
function parted(options) {
  const { onProgress, onColumn, signal, aborted, fields } = read(options);
  for (const [name, heard] of Object.entries({ onProgress, onColumn })) {
    if (heard === undefined || heard === null || typeof heard === "function") continue;
    throw refused(`The search cannot be made: \`${name}\` is a ${typeof heard}; it must be a function.`);
  }
  if (signal !== undefined && signal !== null && typeof aborted !== "boolean") {
    throw refused("The search cannot be made: `signal` is no AbortSignal; pass that of an AbortController.");
  }
  return { onProgress, onColumn, signal, asked: Object(options) === options ? fields : options };
}

function read(options) {
  try {
    const { onProgress, onColumn, signal, ...fields } = Object(options);
    return { onProgress, onColumn, signal, aborted: signal?.aborted, fields };
  } catch {
    throw refused(`The search cannot be read: ${troubleOf("search", options)}.`);
  }
}

/** A search for states, which tells its progress and ends with a report. */
function explored(options, make) {
  const { onProgress, signal, asked } = parted(options);
  const told = (numbers) => {
    const progress = progressOf(numbers);
    onProgress?.(progress);
    return progress.ended !== "stopped";
  };
  return search({ signal, asked, make, told, report: (made) => made.report() });
}

/** Runs a search to its end, or until it is stopped; answers what was found by then. */
export const explore = async (options = {}) => explored(options, ({ Exploration }, asked) => new Exploration(asked));

/** The method of a simulation that finds the shortest way from where it stands; the explorer reads it as a trace. */
export async function reach(target, options) {
  if (target === undefined || target === null) {
    const such = '{ phase: "FAILED" }, { rule: "RetriesExhausted" } or { disagreement: true }';
    throw refused(`\`target\` is missing: name what is to be reached, such as ${such}.`);
  }
  const trace = this.trace();
  return explored(options ?? {}, ({ Reach }, asked) => {
    // The target is one of the options to the core; what is no object goes to it as it is, to be refused.
    const whole = Object(asked) === asked && !Array.isArray(asked) ? { ...asked, target } : asked;
    return new Reach(trace, whole);
  });
}

const TABLE = ["columns", "columnsTotal", "models", "modelsTotal", "states"];

/** The table of properties and policies: verdicts under the rules to start from, then under each rule set tried. */
export async function exploreFixes(options = {}) {
  const { onProgress, onColumn, signal, asked } = parted(options);
  const columns = [];
  let progress;
  const told = (numbers, fixes) => {
    const counts = Object.fromEntries(TABLE.map((name, place) => [name, numbers[place]]));
    progress = { ...counts, ended: numbers[TABLE.length] === 1 ? "complete" : "stopped" };
    while (columns.length < progress.columns) {
      columns.push(called(() => fixes.column(columns.length)));
      onColumn?.(columns.at(-1), columns.length - 1);
    }
    onProgress?.(progress);
    return progress.ended !== "stopped";
  };
  const report = () => {
    const [base = null, ...tries] = columns;
    return { ...progress, base, tries };
  };
  return search({ signal, asked, make: ({ Fixes }) => new Fixes(asked), told, report });
}
