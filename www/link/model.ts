/*
 * Under which version of the model a link was made, and what its steps put on record then. Under another version the
 * same commands may tell another story; whoever opens the link is told from which step on.
 *
 * For each step there is one digit: which phase it recorded last, and of how many phases row and event log were told,
 * modulo four. That is what people see of a run, so a fact that the model tells in addition makes no other story. It
 * holds no state, and nothing is made from it: with a digit that was damaged the run is the same.
 */

import type { ActionPhase, Event } from "flyte-lifecycle";
import { DIGITS } from "./repeat.ts";

/**
 * The version of the model: of what the commands of a run lead to. To be raised when the same commands tell other facts
 * than before; tests/js/model.test.mjs notices by the traces, and says so.
 */
export const MODEL = 5;

/** What each step of a run told: all facts of its commands, and how many there were after so many commands. */
export interface Told {
  events: readonly Event[];
  ends: readonly number[];
}

/** A link by what is of interest here. */
interface Made {
  commands: readonly unknown[];
  model?: number;
  told?: string;
}

/** A digit stands for a place in this list: none may move. There is room for four more. */
const PHASES: readonly ActionPhase[] = [
  "UNSPECIFIED",
  "QUEUED",
  "WAITING_FOR_RESOURCES",
  "INITIALIZING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "ABORTED",
  "TIMED_OUT",
  "PAUSED",
  "RECOVERED",
];
/** Phases are counted modulo this, so that the count and the last phase are one digit. */
const COUNTED = 4;

/** A digit for each step. */
export function digitsOf({ events, ends }: Told): string {
  let digits = "";
  for (let step = 1; step < ends.length; step += 1) digits += digitOf(events, ends[step - 1] ?? 0, ends[step] ?? 0);
  return digits;
}

function digitOf(events: readonly Event[], from: number, to: number): string {
  let last = -1;
  let count = 0;
  for (let place = from; place < to; place += 1) {
    const { store, to: phase } = events[place] as Event;
    if (phase === undefined) continue;
    count += 1;
    if (store === "row") last = PHASES.indexOf(phase);
  }
  return DIGITS[(last + 1) * COUNTED + (count % COUNTED)] as string;
}

/** The phase that was recorded last, if any was. */
const recorded = (digit: string): ActionPhase | undefined => PHASES[Math.floor(DIGITS.indexOf(digit) / COUNTED) - 1];

/** The two versions in a sentence; empty if the link was made under the present one, or does not say. */
export function versions({ model }: Made): string {
  if (model === undefined || model === MODEL) return "";
  const here = model < MODEL ? `version ${MODEL}` : `the older version ${MODEL}`;
  return `The link was made under version ${model} of the model; this page has ${here}.`;
}

/**
 * From which step on a run tells another story than it did when its link was made, in sentences; null if it does not, or
 * if the link says nothing about it.
 */
export function otherStory(link: Made, now: () => Told): string | null {
  const { told = "", commands } = link;
  const said = versions(link);
  if (said === "" || told === "") return null;
  const digits = digitsOf(now());
  const parted = [...told].findIndex((digit, step) => step < digits.length && digit !== digits[step]);
  if (parted < 0) return null;
  const [before, after] = [told, digits].map((all) => recorded(all[parted] as string));
  const how =
    before === after
      ? "other phases were told there than now"
      : `${before ?? "nothing"} was recorded there, and now ${after ?? "nothing"} is`;
  return `From step ${parted + 1} of ${commands.length} on it tells another story than it did: ${how}. ${said}`;
}
