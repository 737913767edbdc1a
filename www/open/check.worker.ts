/* Checks a recorded run away from the page: a large one takes seconds, in which nothing else should wait. */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import { checkRun, load } from "flyte-lifecycle/init";

/** A question without a record only has the module fetched. */
export type Question = { record?: { value: unknown; config: SimulationConfig } };
export type Answer = { check: RunCheck } | { loaded: true } | { failure: { code: string | null; message: string } };

self.onmessage = ({ data }: MessageEvent<Question & { id: number }>): void => {
  void answer(data).then((told) => self.postMessage({ ...told, id: data.id }));
};

async function answer({ record }: Question): Promise<Answer> {
  try {
    await load("reading");
    return record ? { check: checkRun(record.value, record.config) } : { loaded: true };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    return { failure: { code: typeof code === "string" ? code : null, message: message ?? String(error) } };
  }
}
