/* Reads traces and checks recorded runs away from the page: a large one takes seconds, in which nothing else should wait. */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import init, { checkRun, load } from "flyte-lifecycle/init";
import { readTrace, type Told } from "../engine.ts";

/** A question without either only has the modules fetched. */
export type Question = { record?: { value: unknown; config: SimulationConfig }; trace?: string };
export type Answer =
  | { check: RunCheck }
  | { told: Told }
  | { loaded: true }
  | { failure: { code: string | null; message: string } };

self.onmessage = ({ data }: MessageEvent<Question & { id: number }>): void => {
  void answer(data).then((told) => self.postMessage({ ...told, id: data.id }));
};

async function answer({ record, trace }: Question): Promise<Answer> {
  try {
    await Promise.all([init(), load("reading")]);
    if (record) return { check: checkRun(record.value, record.config) };
    return trace === undefined ? { loaded: true } : { told: readTrace(trace) };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    return { failure: { code: typeof code === "string" ? code : null, message: message ?? String(error) } };
  }
}
