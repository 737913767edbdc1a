/*
 * Where the three stores of an action disagree, which one is behind, and why. Facts are written event first, resource
 * second, row last; so a store that says less is usually on its way, and sometimes never gets there. Nothing is decided
 * here: the reasons are the engine's own sentences.
 */

import type { ActionPhase, ActionSnapshot, Event, RecordedEvent, Snapshot } from "flyte-lifecycle";
import { isEnd, rank } from "../words/vocabulary.ts";

/** The stores of an action as they stand at one moment. */
export interface Standing {
  /** null: there is no row. */
  row: ActionPhase | null;
  rowAttempts: number;
  /** null: there is no resource. UNSPECIFIED: it has no status yet. */
  resource: ActionPhase | null;
  attempts: number;
  /** The phase of the last attempt that the event log tells of; null if it tells of none. */
  log: ActionPhase | null;
  logAttempt: number;
  /** Attempts before that one which never ended in the log. */
  unended: number[];
}

export interface Verdict {
  differ: boolean;
  /** Few words for the heading. */
  short: string;
  /** Which store is behind and why, a sentence or two each. */
  sentences: string[];
  /** The lanes that stand apart. */
  lanes: ReadonlySet<"row" | "resource" | "log">;
}

export function standing(action: ActionSnapshot | undefined, log: readonly RecordedEvent[]): Standing {
  const mine = action ? log.filter((event) => event.action === action.id) : [];
  const last = mine.reduce((most, { attempt }) => Math.max(most, attempt), -1);
  const endOf = (attempt: number): ActionPhase | undefined =>
    mine.find((event) => event.attempt === attempt && isEnd(event.phase))?.phase;
  const resource = action?.resource?.reportedPhase ?? null;
  const earlier = [...new Set(mine.map(({ attempt }) => attempt))].filter((attempt) => attempt < last);
  return {
    row: action?.row ? action.row.phase : null,
    rowAttempts: action?.row?.attempts ?? 0,
    resource,
    attempts: action?.resource?.attempts ?? 0,
    log: endOf(last) ?? mine.filter(({ attempt }) => attempt === last).at(-1)?.phase ?? null,
    logAttempt: last,
    unended: earlier.filter((attempt) => endOf(attempt) === undefined).sort((a, b) => a - b),
  };
}

/** Which lanes stand apart; a store that has not been told anything yet disagrees with nobody. */
export function apart(stores: Standing): Set<"row" | "resource" | "log"> {
  const { row, resource, log } = stores;
  const lanes = new Set<"row" | "resource" | "log">();
  if (row === null && resource === null && log === null) return lanes;
  const told = resource !== null && resource !== "UNSPECIFIED";
  if (row !== null && told && row !== resource) lanes.add("row").add("resource");
  if (row === null && resource !== null) lanes.add("row");
  if (log !== null && told && log !== resource) lanes.add("log").add("resource");
  if (log !== null && resource === null && row !== null && row !== log) lanes.add("row").add("log");
  if (stores.unended.length > 0) lanes.add("log");
  return lanes;
}

const ROW_FACTS = new Set([
  "PhaseRecorded",
  "RowRewritten",
  "UpdateRefused",
  "UpdateSkipped",
  "CallFailed",
  "NewsDropped",
]);
const LOG_FACTS = new Set(["EventRecorded", "EventDropped", "CallFailed"]);

export function judge(action: ActionSnapshot | undefined, snapshot: Snapshot, events: readonly Event[]): Verdict {
  const none: Verdict = { differ: false, short: "", sentences: ["There is no action yet."], lanes: new Set() };
  if (!action) return none;
  const stores = standing(action, snapshot.eventLog);
  const { row, resource, log } = stores;
  const lanes = apart(stores);
  const sentences: string[] = [];
  const shorts: string[] = [];
  const pending = snapshot.pending.filter((item) => item.action === action.id);
  const last = (store: Event["store"], types: ReadonlySet<string>): Event | undefined => {
    for (let at = events.length - 1; at >= 0; at -= 1) {
      const event = events[at];
      if (event?.action === action.id && event.store === store && types.has(event.type)) return event;
    }
    return undefined;
  };
  /** Why the row says what it says: news that waits comes before what happened. */
  const whyRow = (): string => {
    const news = pending.find(({ what }) => what.startsWith("watch"));
    if (news) return "The news waits in the informer queue.";
    const fact = last("row", ROW_FACTS);
    return fact ? `${fact.sentence} (${fact.rule})` : "";
  };

  const enqueue = pending.some(({ what }) => what === "enqueue");
  if (row === null && resource !== null) {
    shorts.push("there is no row");
    sentences.push(
      `There is a resource, and the run service knows nothing of it: no list shows ${action.id}. ${whyRow()}`,
    );
  } else if (row !== null && resource === null && action.kind !== "trace" && (enqueue || !isEnd(row))) {
    const failed = last("resource", new Set(["CallFailed", "ResourceDeleted"]));
    shorts.push(enqueue ? "the resource is on its way" : "nothing moves the row");
    lanes.add("row");
    sentences.push(
      enqueue
        ? `The row says ${row}; the resource is yet to be created.`
        : log !== null && isEnd(log)
          ? `The event log ends with ${log}, the resource is gone, and the row still says ${row}: nothing is left to tell it. ${whyRow()}`
          : `The row says ${row}, and there is no resource that could ever move it. ${failed ? `${failed.sentence} (${failed.rule})` : ""}`,
    );
  } else if (lanes.has("row") && row !== null && resource !== null) {
    const ahead = row === "ABORTED" && !isEnd(resource);
    const back = isEnd(resource) && !isEnd(row) && action.row?.endedAt !== null;
    shorts.push(ahead ? "the row is ahead" : back ? "the row went back" : "the row is behind");
    sentences.push(
      ahead
        ? `The row is ahead: it says ABORTED, while the resource still reports ${resource}. An abort is written to the row first; what runs is stopped afterwards.`
        : back
          ? `The row went back: the resource reports ${resource}, the row says ${row} and still has the time it ended at. ${whyRow()}`
          : isEnd(row) && isEnd(resource)
            ? `They ended apart: the resource reports ${resource}, the row says ${row}. ${whyRow()}`
            : `The row is behind: the resource reports ${resource}, the row says ${row}. ${whyRow()}`,
    );
    const labelled = Object.entries(action.resource?.labels ?? {}).some(
      ([name, value]) => name.endsWith("terminal-status-recorded") && value === "true",
    );
    if (labelled) sentences.push("The resource is labelled as recorded, so nobody tells the row again.");
  } else if (lanes.has("row") && row !== null && log !== null) {
    shorts.push("row and event log ended apart");
    sentences.push(`The resource is gone; the row says ${row}, the last attempt in the event log ${log}. ${whyRow()}`);
  }
  if (log !== null && resource !== null && resource !== "UNSPECIFIED" && log !== resource) {
    const behind = rank(log) < rank(resource);
    const fact = behind ? last("events", LOG_FACTS) : last("resource", new Set(["CallFailed", "StatusWritten"]));
    shorts.push(behind ? "the event log is behind" : "the event log is ahead");
    sentences.push(
      behind
        ? `The event log is behind: its last attempt is ${log}, the resource reports ${resource}. ${fact ? `${fact.sentence} (${fact.rule})` : ""}`
        : `The event log is ahead: it already tells of ${log}, the resource reports ${resource}. The event is written before the status.${fact?.type === "CallFailed" ? ` ${fact.sentence} (${fact.rule})` : ""}`,
    );
  }
  for (const attempt of stores.unended) {
    shorts.push(`attempt ${attempt} never ended`);
    sentences.push(`Attempt ${attempt} never ended in the event log: what became of it was told to nobody.`);
  }
  if (
    row !== null &&
    resource !== null &&
    action.kind === "task" &&
    stores.attempts > 0 &&
    stores.rowAttempts < stores.attempts
  ) {
    shorts.push(`the row counts ${stores.rowAttempts}`);
    lanes.add("row");
    sentences.push(`The row counts attempt ${stores.rowAttempts}, the resource attempt ${stores.attempts}.`);
  }
  if (sentences.length > 0) return { differ: true, short: shorts[0] ?? "they disagree", sentences, lanes };
  const silent = log === null && resource !== null && rank(resource) > 1;
  return {
    differ: false,
    short: "the stores agree",
    sentences: [
      silent
        ? "Row and resource agree. The event log tells nothing of this action."
        : row === null
          ? "No store knows of it yet."
          : resource === null
            ? "The row is all that is left, or all there ever was."
            : "They agree.",
    ],
    lanes,
  };
}
