/*
 * The page's side of the worker that checks recorded runs: one question at a time, answered by a promise. A worker that
 * is stopped, or dies over a record, is given up; the next question gets a new one.
 */

import type { RunCheck, SimulationConfig } from "flyte-lifecycle";
import type { Answer, Question } from "./check.worker.ts";

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

let worker: Worker | null = null;
let open: { id: number; resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
/** The fetching of the module, and what ends it. */
let warm: { id: number; done: Promise<void>; end: () => void } | null = null;
let count = 0;

function hire(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if (data.id === warm?.id) warm.end();
    if (data.id !== open?.id) return;
    const { resolve } = open;
    open = null;
    resolve(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    dismiss(new CheckError("The check broke down over it. It may be too large for this browser.", null));
  };
  return worker;
}

function dismiss(error: Error): void {
  worker?.terminate();
  worker = null;
  warm?.end();
  warm = null;
  const left = open;
  open = null;
  left?.reject(error);
}

/** Fetches the module before it is needed, so that nothing is fetched once there is something to check. */
export function warmUpCheck(): Promise<void> {
  if (warm) return warm.done;
  count += 1;
  const id = count;
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  warm = { id, done, end };
  const question: Question = { id };
  hire().postMessage(question);
  return done;
}

/** Takes back the question that is open, if there is one. */
export function stopCheck(): void {
  if (open) dismiss(new CheckStopped("The check was stopped."));
}

/** Replays a record under a rule set and says what no rule explains. */
export async function checkRecord(value: unknown, config: SimulationConfig): Promise<RunCheck> {
  stopCheck();
  count += 1;
  const id = count;
  const answer = await new Promise<Answer>((resolve, reject) => {
    open = { id, resolve, reject };
    const question: Question = { id, record: { value, config } };
    hire().postMessage(question);
  });
  if ("failure" in answer) throw new CheckError(answer.failure.message, answer.failure.code);
  if (!("check" in answer)) throw new CheckError("The check answered something else.", null);
  return answer.check;
}
