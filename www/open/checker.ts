/* The page's side of the worker that checks recorded runs: one at a time, answered by a promise. */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import type { Answer, Question } from "./check.worker.ts";
import { Desk } from "./desk.ts";

/** Why there is no answer; `code` is the engine's, if it refused the record. */
export class CheckError extends Error {
  readonly code: string | null;
  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** The question was taken back before it was answered. */
export class CheckStopped extends Error {}

const desk = new Desk<Question, Answer>(
  () => new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module" }),
  () => new CheckError("The check broke down over it. It may be too large for this browser.", null),
);

/** How many records are being checked: one, or none. */
let checking = 0;
let warm: Promise<void> | null = null;

/** Fetches the module before it is needed, so that nothing is fetched once there is something to check. */
export function warmUpCheck(): Promise<void> {
  const forget = (): void => {
    warm = null;
  };
  warm ??= desk.ask({}).then(() => {}, forget);
  return warm;
}

/** Takes back the question that is open, if there is one. */
export function stopCheck(): void {
  if (checking > 0) desk.stop(new CheckStopped("The check was stopped."));
}

/** Replays a record under a rule set and says what no rule explains. */
export async function checkRecord(value: unknown, config: SimulationConfig): Promise<RunCheck> {
  stopCheck();
  checking += 1;
  try {
    const answer = await desk.ask({ record: { value, config } });
    if ("failure" in answer) throw new CheckError(answer.failure.message, answer.failure.code);
    if (!("check" in answer)) throw new CheckError("The check answered something else.", null);
    return answer.check;
  } finally {
    checking -= 1;
  }
}
