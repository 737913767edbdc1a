/*
 * What each phase's button stands for: the command that would lead there now, or the usual one, or why there is none.
 * The engine has answered already; this only chooses among its answers.
 */

import type { ActionSnapshot, Command, Diagram, DiagramEdge, Explanation, TimerSnapshot } from "flyte-lifecycle";
import { moves, pairKey } from "./geometry/trail.ts";
import { type Choice, choicesFor, usualChoice } from "./words/commands.ts";
import type { DrawnPhase } from "./words/phases.ts";

/** A command that an action could be given, with the engine's answer. */
export interface Option extends Choice {
  explanation: Explanation;
  /** The edges its row would take, in order. */
  hops: { from: string | null; to: string; key: string }[];
}

type Ask = (command: Command) => Explanation;

/** Every command for an action, explained. */
export function optionsFor(action: ActionSnapshot, timers: readonly TimerSnapshot[], explain: Ask): Option[] {
  return choicesFor(action, timers).map((choice) => {
    const explanation = explain(choice.command);
    const hops = explanation.events
      .filter((event) => event.action === action.id && moves(event) && event.to !== undefined)
      .map((event) => ({
        from: event.from ?? null,
        to: event.to as string,
        key: pairKey(event.from, event.to as ActionSnapshot["phase"]),
      }));
    return { ...choice, explanation, hops };
  });
}

/** What a phase's button says and sends. */
export interface Aim {
  label: string;
  command: Command | null;
  whyNot: string;
  /** What is said after the label to those who do not see where the button stands. */
  hint: string;
  /** Whether any rule leads to the phase at all. */
  exists: boolean;
  /** Whether the command would be accepted, and whether it would lead there. */
  taken: boolean;
  leads: boolean;
}

/** Finds what leads to a phase now, or else what usually does. */
export function aimAt(
  phase: DrawnPhase,
  { edges }: Diagram,
  action: ActionSnapshot | undefined,
  offered: readonly Option[],
  timers: readonly TimerSnapshot[],
  explain: Ask,
): Aim {
  const into = edges.filter((edge) => edge.to === phase && (!action || edge.kinds.includes(action.kind)));
  const ready = offered.find(({ explanation, hops }) => explanation.enabled && hops[0]?.to === phase);
  const usual = action ? usualChoice(action, phase, timers) : null;
  // A report may be taken and still not lead there, because the guard refuses what it tells.
  const leads = ready !== undefined;
  const taken = leads || (usual !== null && explain(usual.command).enabled);
  return {
    label: ready?.label ?? usual?.label ?? wordFor(phase, into),
    command: ready?.command ?? usual?.command ?? null,
    whyNot: whyNot(phase, action, into),
    hint: leads
      ? ` leads to ${phase}`
      : taken
        ? `, told now, does not lead to ${phase}`
        : ` leads to ${phase}, not now`,
    exists: into.length > 0,
    taken,
    leads,
  };
}

/** The word for a way that no command of the action takes: the engine's, creation last. */
function wordFor(phase: DrawnPhase, into: readonly DiagramEdge[]): string {
  return (into.find((edge) => edge.from !== null) ?? into[0])?.label ?? phase.toLowerCase();
}

function whyNot(phase: DrawnPhase, action: ActionSnapshot | undefined, into: readonly DiagramEdge[]): string {
  if (!action) return "There is no action yet.";
  const from = [...new Set(into.map((edge) => edge.from).filter((from) => from !== null))];
  const ways = [...into].sort((a, b) => Number(a.from === null) - Number(b.from === null)).map((edge) => edge.sentence);
  const place =
    from.length === 0
      ? ` A row is created as ${phase}; see “New child”.`
      : ` It is entered from ${from.join(" or ")}; ${action.id} is ${action.phase}.`;
  return `No command leads to ${phase} by itself. ${ways[0] ?? "No rule leads there."}${place}`;
}
