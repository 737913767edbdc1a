/* Checks a recorded run away from the page: a large one takes seconds, in which nothing else should wait. */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import { checkRun, load } from "flyte-lifecycle/init";

/** A question without a record only has the module fetched. */
export type Question = { id: number; record?: { value: unknown; config: SimulationConfig } };
export type Answer =
  | { id: number; check: RunCheck }
  | { id: number; loaded: true }
  | { id: number; failure: { code: string | null; message: string } };

self.onmessage = ({ data }: MessageEvent<Question>): void => void answer(data);

async function answer({ id, record }: Question): Promise<void> {
  let told: Answer;
  try {
    await load("reading");
    told = record ? { id, check: checkRun(record.value, record.config) } : { id, loaded: true };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    told = { id, failure: { code: typeof code === "string" ? code : null, message: message ?? String(error) } };
  }
  self.postMessage(told);
}
