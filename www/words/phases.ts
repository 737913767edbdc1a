/*
 * What the page knows about phases: the order in which people read them and the icon of each. Nothing here decides
 * anything; which phase may follow which is the engine's business.
 */

import type { ActionPhase } from "flyte-lifecycle";

/** The lifecycle's reading order: the way there, the pause, the ends. Focus follows it. */
export const PHASES = [
  "QUEUED",
  "WAITING_FOR_RESOURCES",
  "INITIALIZING",
  "RUNNING",
  "PAUSED",
  "FAILED",
  "SUCCEEDED",
  "ABORTED",
  "TIMED_OUT",
  "RECOVERED",
] as const satisfies readonly ActionPhase[];

/** A phase that has a place on the diagram; UNSPECIFIED has none. */
export type DrawnPhase = (typeof PHASES)[number];

export const isDrawn = (phase: ActionPhase | null | undefined): phase is DrawnPhase =>
  PHASES.includes(phase as DrawnPhase);

/** The id of the symbol in index.html. */
export const iconOf = (phase: ActionPhase): string => `i-${phase.toLowerCase().replaceAll("_", "-")}`;

/** The word in the lines that a box of the diagram has room for. */
export const linesOf = (phase: DrawnPhase): string[] =>
  phase === "WAITING_FOR_RESOURCES" ? ["WAITING_FOR_", "RESOURCES"] : [phase];
