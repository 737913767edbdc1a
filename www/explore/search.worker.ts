/*
 * Searches away from the page, so that millions of states keep no frame waiting. The engine goes in slices of some
 * milliseconds, between which this worker hears of a stop.
 */

import type {
  ExploreOptions,
  ExploreProgress,
  ExploreReport,
  FixesColumn,
  FixesOptions,
  FixesProgress,
  FixesReport,
  ModelInfo,
  ReachOptions,
  ReachResult,
  ReachTarget,
} from "flyte-lifecycle";
import init, { explore, exploreFixes, exploreModels, load, Simulation } from "flyte-lifecycle/init";

/** What a search is asked for, as it crosses: without the functions. */
export type SearchOptions = Omit<ExploreOptions, "onProgress" | "signal">;

export type WayOptions = Omit<ReachOptions, "onProgress" | "signal">;

export type FixOptions = Omit<FixesOptions, "onProgress" | "onColumn" | "signal">;

/** What can be asked about. */
export interface Known {
  models: ModelInfo[];
  properties: { property: string; sentence: string }[];
}

export type Job =
  | { kind: "known" }
  | { kind: "search"; options: SearchOptions }
  /** The run comes as a trace, which holds also what was read from resources. */
  | { kind: "way"; trace: string; targets: ReachTarget[]; options: WayOptions }
  | { kind: "fixes"; options: FixOptions };

export type Question = { id: number; job: Job } | { stop: number };

/** Progress, and the time since the search began. */
export interface Told extends ExploreProgress {
  ms: number;
}

/** A report, and how long it took. */
export interface Found extends ExploreReport {
  ms: number;
}

/** A way or its absence, and how long it took to find out. */
export type Way = ReachResult & { ms: number };

export type Fixed = FixesReport & { ms: number };

export type Answer =
  | { id: number; progress: Told }
  | { id: number; table: FixesProgress }
  | { id: number; column: FixesColumn; number: number }
  | { id: number; known: Known }
  | { id: number; found: Found }
  | { id: number; way: Way }
  | { id: number; fixed: Fixed }
  | { id: number; failure: { code: string | null; message: string } };

/** Time between two messages about progress: a person reads no faster. */
const TELL_MS = 100;

const stops = new Map<number, AbortController>();
const tell = (answer: Answer): void => self.postMessage(answer);

self.onmessage = ({ data }: MessageEvent<Question>): void => {
  if ("stop" in data) stops.get(data.stop)?.abort();
  else void answer(data.id, data.job);
};

async function answer(id: number, job: Job): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    switch (job.kind) {
      case "known":
        return tell({ id, known: await known() });
      case "search":
        return tell({ id, found: await search(id, job.options, stop.signal) });
      case "way":
        return tell({ id, way: await way(id, job, stop.signal) });
      case "fixes":
        return tell({ id, fixed: await fixes(id, job.options, stop.signal) });
    }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    tell({ id, failure: { code: typeof code === "string" ? code : null, message: message ?? String(error) } });
  } finally {
    stops.delete(id);
  }
}

/** A search that ends at once still names all the properties there are. */
async function known(): Promise<Known> {
  const { verdicts } = await explore({ states: 1 });
  return {
    models: await exploreModels(),
    properties: verdicts.map(({ property, sentence }) => ({ property, sentence })),
  };
}

/** Runs a search, and tells now and then how far it is. */
async function timed<T extends object, P extends object>(
  run: (onProgress: (progress: P) => void) => Promise<T>,
  say: (progress: P & { ms: number }) => void,
): Promise<T & { ms: number }> {
  // Fetching the module is no part of the search.
  await exploreModels();
  const began = performance.now();
  let told = began;
  const answer = await run((progress) => {
    const now = performance.now();
    if (now - told < TELL_MS) return;
    told = now;
    say({ ...progress, ms: now - began });
  });
  return { ...answer, ms: performance.now() - began };
}

const search = (id: number, options: SearchOptions, signal: AbortSignal): Promise<Found> =>
  timed(
    (onProgress: (progress: ExploreProgress) => void) => explore({ ...options, onProgress, signal }),
    (progress) => tell({ id, progress }),
  );

async function way(id: number, job: Job & { kind: "way" }, signal: AbortSignal): Promise<Way> {
  await Promise.all([init(), load("reading")]);
  const sim = Simulation.fromTrace(job.trace);
  try {
    return await timed(
      (onProgress: (progress: ExploreProgress) => void) =>
        sim.reach(job.targets, { ...job.options, onProgress, signal }),
      (progress) => tell({ id, progress }),
    );
  } finally {
    sim.free();
  }
}

const fixes = (id: number, options: FixOptions, signal: AbortSignal): Promise<Fixed> =>
  timed(
    (onProgress: (progress: FixesProgress) => void) =>
      exploreFixes({ ...options, onProgress, onColumn: (column, number) => tell({ id, column, number }), signal }),
    (table) => tell({ id, table }),
  );
