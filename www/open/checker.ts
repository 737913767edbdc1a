/* The page's side of the worker that reads traces and checks recorded runs: one at a time, answered by a promise. */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import type { Told } from "../engine.ts";
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

/** How many are being read or checked: one, or none. */
let asking = 0;
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
  if (asking > 0) desk.stop(new CheckStopped("The check was stopped."));
}

async function ask(question: Question): Promise<Answer> {
  stopCheck();
  asking += 1;
  try {
    const answer = await desk.ask(question);
    if ("failure" in answer) throw new CheckError(answer.failure.message, answer.failure.code);
    return answer;
  } finally {
    asking -= 1;
  }
}

/** An answer to another question, which only a worker of another version gives. */
function unexpected(): never {
  throw new CheckError("The check answered something else; reload the page.", null);
}

/** Replays a record under a rule set and says what no rule explains. */
export async function checkRecord(value: unknown, config: SimulationConfig): Promise<RunCheck> {
  const answer = await ask({ record: { value, config } });
  return "check" in answer ? answer.check : unexpected();
}

/** Reads a trace of any length. */
export async function readAway(trace: string): Promise<Told> {
  const answer = await ask({ trace });
  return "told" in answer ? answer.told : unexpected();
}
