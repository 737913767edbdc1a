/*
 * The page's side of the worker that reads what is opened. It is handed over as it is, one thing at a time, and what it is
 * the engine says. Nothing leaves the browser.
 */

import type { RulesConfig } from "flyte-lifecycle";
import { SIZE_MAX } from "../bounds.ts";
import { Desk } from "./desk.ts";
import type { Answer, Input, Question, Read } from "./reader.worker.ts";
import { fileWords, READER } from "./words.ts";

/** Why it cannot be opened. */
export class ReadError extends Error {}
/** It was taken back before it was read. */
export class ReadStopped extends Error {}

/** What takes longer is stopped: as much as the engine reads of a run takes it some seconds. */
const READ_MS = 60_000;

const desk = new Desk<Question, Answer>(
  () => new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" }),
  () => new ReadError(READER.broken),
);

/** How many are being read: one, or none. */
let reading = 0;
let warm: Promise<void> | null = null;

/** Fetches the modules before they are needed, so that nothing is fetched once there is something to read. */
export function warmUp(): Promise<void> {
  const forget = (): void => {
    warm = null;
  };
  warm ??= desk.ask({ inputs: [], rules: "auto" }).then(() => {}, forget);
  return warm;
}

/** Takes back what is being read, if anything is. */
export function stopReading(): void {
  if (reading > 0) desk.stop(new ReadStopped(READER.stopped));
}

/** Reads what was given. Records are judged by these rules, or by the first set that explains them. */
export async function read(inputs: readonly Input[], rules: RulesConfig | "auto"): Promise<Read> {
  stopReading();
  reading += 1;
  const timer = setTimeout(() => desk.stop(new ReadError(READER.slow)), READ_MS);
  try {
    const answer = await desk.ask({ inputs, rules });
    if ("failure" in answer) throw new ReadError(answer.failure);
    // Only a worker of another version answers so.
    if ("loaded" in answer) throw new ReadError(READER.other);
    return answer;
  } finally {
    clearTimeout(timer);
    reading -= 1;
  }
}

/** What was given, as it is handed over. How much of it is read the engine says, but for what no page should hold. */
export async function inputsOf(given: string | readonly File[]): Promise<Input[]> {
  if (typeof given === "string") return [{ name: null, data: given }];
  const size = given.reduce((sum, file) => sum + file.size, 0);
  if (size > SIZE_MAX) throw new ReadError(READER.large(size));
  return await Promise.all(given.map(inputOf));
}

async function inputOf(file: File): Promise<Input> {
  try {
    return { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    throw new ReadError(READER.unread(fileWords(file.name), (error as Error).message));
  }
}
