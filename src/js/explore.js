// A search in slices: each takes some milliseconds, and between two the page breathes, progress is told and a stop is heard.

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

/**
 * Runs a search to its end, or until it is stopped; answers what was found by then.
 * @param {new (options: unknown) => any} Exploration
 */
export async function search(Exploration, options = {}) {
  const { onProgress, signal, ...asked } = options;
  const exploration = new Exploration(asked);
  try {
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
  } finally {
    exploration.free();
  }
}
