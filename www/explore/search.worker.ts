/*
 * Searches away from the page, so that millions of states keep no frame waiting. The engine goes in slices of some
 * milliseconds, between which this worker hears of a stop.
 */

import type { ExploreOptions, ExploreProgress, ExploreReport, ModelInfo } from "flyte-lifecycle";
import { explore, exploreModels } from "flyte-lifecycle/init";

/** What a search is asked for, as it crosses: without the functions. */
export type SearchOptions = Omit<ExploreOptions, "onProgress" | "signal">;

export type Job = { kind: "models" } | { kind: "search"; options: SearchOptions };

export type Question = { id: number; job: Job } | { stop: number };

/** Progress, and the time since the search began. */
export interface Told extends ExploreProgress {
  ms: number;
}

/** A report, and how long it took. */
export interface Found extends ExploreReport {
  ms: number;
}

export type Answer =
  | { id: number; progress: Told }
  | { id: number; models: ModelInfo[] }
  | { id: number; found: Found }
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
    if (job.kind === "models") tell({ id, models: await exploreModels() });
    else tell({ id, found: await search(id, job.options, stop.signal) });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    tell({ id, failure: { code: typeof code === "string" ? code : null, message: message ?? String(error) } });
  } finally {
    stops.delete(id);
  }
}

async function search(id: number, options: SearchOptions, signal: AbortSignal): Promise<Found> {
  // Fetching the module is no part of the search.
  await exploreModels();
  const began = performance.now();
  let told = began;
  const onProgress = (progress: ExploreProgress): void => {
    const now = performance.now();
    if (now - told < TELL_MS) return;
    told = now;
    tell({ id, progress: { ...progress, ms: now - began } });
  };
  const report = await explore({ ...options, onProgress, signal });
  return { ...report, ms: performance.now() - began };
}
