/*
 * In words: where the stores of an action disagree, which one is behind, and why. Nothing is decided here: on what they
 * disagree is the engine's to say, and the reasons are its own sentences.
 */

import type { ActionSnapshot, Disagreement, Event, Snapshot } from "flyte-lifecycle";
import { rank } from "../words/vocabulary.ts";

export interface Verdict {
  differ: boolean;
  /** Few words for the heading. */
  short: string;
  /** Which store is behind and why, a sentence or two each. */
  sentences: string[];
}

const SHORT: Record<Disagreement["what"], string> = {
  noRow: "there is no row",
  resourceOnItsWay: "the resource is on its way",
  nothingMovesRow: "nothing moves the row",
  rowLeftBehind: "nothing moves the row",
  rowAhead: "the row is ahead",
  rowBehind: "the row is behind",
  rowWentBack: "the row went back",
  endedApart: "the row is behind",
  logEndedApart: "row and event log ended apart",
  logBehind: "the event log is behind",
  logAhead: "the event log is ahead",
  attemptNeverEnded: "an attempt never ended",
  rowCountsLess: "the row counts less",
};

/** The words for the heading, with the number that they are about. */
function shortOf({ what, attempt }: Disagreement, { row }: ActionSnapshot): string {
  if (what === "attemptNeverEnded") return `attempt ${attempt} never ended`;
  return what === "rowCountsLess" ? `the row counts ${row?.attempts}` : SHORT[what];
}

const ROW_FACTS: readonly Event["type"][] = [
  "PhaseRecorded",
  "RowRewritten",
  "UpdateRefused",
  "UpdateSkipped",
  "CallFailed",
  "NewsDropped",
];
const LOG_FACTS: readonly Event["type"][] = ["EventRecorded", "EventDropped", "CallFailed"];

/** What is known of why the stores stand as they do. */
interface Reasons {
  snapshot: Snapshot;
  events: readonly Event[];
}

/** The last fact of these types that a store tells of the action. */
function last(
  { events }: Reasons,
  { id }: ActionSnapshot,
  store: Event["store"],
  types: readonly Event["type"][],
): Event | undefined {
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (event?.action === id && event.store === store && types.includes(event.type)) return event;
  }
  return undefined;
}

const told = (fact: Event | undefined): string => (fact ? `${fact.sentence} (${fact.rule})` : "");

/** Why the row says what it says: news that waits comes before what happened. */
function whyRow(action: ActionSnapshot, reasons: Reasons): string {
  const waits = reasons.snapshot.pending.some((item) => item.action === action.id && item.what.startsWith("watch"));
  return waits ? "The news waits in the informer queue." : told(last(reasons, action, "row", ROW_FACTS));
}

function sentenceOf({ what, attempt }: Disagreement, action: ActionSnapshot, reasons: Reasons): string {
  const [row, resource, log] = [action.row?.phase, action.resource?.reportedPhase, action.logged?.phase];
  const why = (): string => whyRow(action, reasons);
  switch (what) {
    case "noRow":
      return `There is a resource, and the run service knows nothing of it: no list shows ${action.id}. ${why()}`;
    case "resourceOnItsWay":
      return `The row says ${row}; the resource is yet to be created.`;
    case "rowLeftBehind":
      return `The event log ends with ${log}, the resource is gone, and the row still says ${row}: nothing is left to tell it. ${why()}`;
    case "nothingMovesRow":
      return `The row says ${row}, and there is no resource that could ever move it. ${told(last(reasons, action, "resource", ["CallFailed", "ResourceDeleted"]))}`;
    case "rowAhead":
      return `The row is ahead: it says ABORTED, while the resource still reports ${resource}. An abort is written to the row first; what runs is stopped afterwards.`;
    case "rowBehind":
      return `The row is behind: the resource reports ${resource}, the row says ${row}. ${why()}`;
    case "rowWentBack":
      return `The row went back: the resource reports ${resource}, the row says ${row} and still has the time it ended at. ${why()}`;
    case "endedApart":
      return `They ended apart: the resource reports ${resource}, the row says ${row}. ${why()}`;
    case "logEndedApart":
      return `The resource is gone; the row says ${row}, the last attempt in the event log ${log}. ${why()}`;
    case "logBehind":
      return `The event log is behind: its last attempt is ${log}, the resource reports ${resource}. ${told(last(reasons, action, "events", LOG_FACTS))}`;
    case "logAhead": {
      const fact = last(reasons, action, "resource", ["CallFailed", "StatusWritten"]);
      return `The event log is ahead: it already tells of ${log}, the resource reports ${resource}. The event is written before the status.${fact?.type === "CallFailed" ? ` ${told(fact)}` : ""}`;
    }
    case "attemptNeverEnded":
      return `Attempt ${attempt} never ended in the event log: what became of it was told to nobody.`;
    case "rowCountsLess":
      return `The row counts attempt ${action.row?.attempts}, the resource attempt ${action.resource?.attempts}.`;
  }
}

const isOfRow = ({ what }: Disagreement): boolean =>
  what === "rowAhead" || what === "rowBehind" || what === "rowWentBack" || what === "endedApart";

/** Whether the resource is labelled as recorded, after which nobody tells the row again. */
const isLabelled = ({ resource }: ActionSnapshot): boolean =>
  Object.entries(resource?.labels ?? {}).some(
    ([name, value]) => name.endsWith("terminal-status-recorded") && value === "true",
  );

/** What is to be said of the stores of an action. */
export function verdictOf(action: ActionSnapshot | undefined, snapshot: Snapshot, events: readonly Event[]): Verdict {
  if (!action) return { differ: false, short: "", sentences: ["There is no action yet."] };
  const { disagreements } = action;
  const [first] = disagreements;
  if (!first) return { differ: false, short: "the stores agree", sentences: [agreement(action)] };
  const sentences = disagreements.flatMap((each) => [
    sentenceOf(each, action, { snapshot, events }),
    ...(isOfRow(each) && isLabelled(action)
      ? ["The resource is labelled as recorded, so nobody tells the row again."]
      : []),
  ]);
  return { differ: true, short: shortOf(first, action), sentences };
}

function agreement({ row, resource, logged }: ActionSnapshot): string {
  if (logged === null && resource !== null && rank(resource.reportedPhase) > 1)
    return "Row and resource agree. The event log tells nothing of this action.";
  if (row === null) return "No store knows of it yet.";
  return resource === null ? "The row is all that is left, or all there ever was." : "They agree.";
}

/** What is to be said of row and resource alone, side by side. */
export function betweenRowAndResource(action: ActionSnapshot): { differ: boolean; sentence: string } {
  const { row, resource } = action;
  const of = action.disagreements.find(({ stores }) => stores.includes("row"));
  const differ = of !== undefined;
  switch (of?.what) {
    case "noRow":
      return { differ, sentence: "There is a resource, and no row." };
    case "resourceOnItsWay":
      return { differ, sentence: "The resource is yet to be created." };
    case "nothingMovesRow":
    case "rowLeftBehind":
      return { differ, sentence: "There is no resource, and nothing else moves the row." };
    case "logEndedApart":
      return { differ, sentence: "There is no resource; row and event log ended apart." };
    case "rowCountsLess":
      return {
        differ,
        sentence: `They disagree: the row counts attempt ${row?.attempts}, the resource attempt ${resource?.attempts}.`,
      };
  }
  if (resource === null) return { differ: false, sentence: "There is no resource; the row is all that is left." };
  return differ
    ? { differ, sentence: `They disagree: the resource reports ${resource.reportedPhase}, the row says ${row?.phase}.` }
    : { differ, sentence: "They agree." };
}
