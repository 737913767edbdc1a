/*
 * What is to be seen of a run, all of it and nothing else: whoever makes another run the present one shows what these two
 * functions say, and so cannot forget a part of it.
 */

import type {
  ActionId,
  ActionSnapshot,
  Command,
  Diagram,
  Divergence,
  Event,
  RuleSet,
  RunCheck,
  SimulationConfig,
  Snapshot,
} from "flyte-lifecycle";
import { diagram } from "flyte-lifecycle/init";
import type { Incident } from "../scenarios.ts";
import type { Origin, Run } from "./run.ts";

/** What is to be seen at the step at which a run stands. */
export interface ShownStep {
  snapshot: Snapshot;
  actions: ReadonlyMap<ActionId, ActionSnapshot>;
  /** The facts up to the present. */
  events: readonly Event[];
  /** The facts of the step before the present. */
  recent: readonly Event[];
  commands: readonly Command[];
  /** All the commands held, those undone included. */
  held: readonly Command[];
  /** Their facts, those of the commands undone included, and how many there were after so many commands. */
  told: readonly Event[];
  ends: readonly number[];
  index: number;
  /** Why no link holds the run; null if one can. */
  unlinked: Run["unlinked"];
}

/** What is to be seen of a run, wherever it stands. */
export interface ShownRun extends ShownStep {
  rules: RuleSet;
  /** How far back one can go: to the beginning, or to the resources that were read. */
  floor: number;
  diagram: Diagram;
  divergences: readonly Divergence[];
  /** Whether each piece of work waits to be delivered by hand. */
  byHand: boolean;
  /** Whether the process in a parent's pod is the SDK's. */
  sdk: boolean;
  startTime: number;
  situation: string | null;
  /** The run was read from a resource; no link can hold it. */
  imported: boolean;
  /** The run was read from a record, and this is what was found in it. */
  record: RunCheck | null;
  /** The real bug that was opened. */
  incident: Incident | null;
}

export function stepOf(run: Run): ShownStep {
  const { index, bounds, held, told } = run;
  const snapshot = run.snapshot();
  const events = run.events();
  return {
    snapshot,
    actions: new Map(snapshot.actions.map((action) => [action.id, action])),
    events,
    recent: index > 0 ? events.slice(bounds[index - 1] ?? 0, bounds[index] ?? 0) : [],
    commands: held.slice(0, index),
    held,
    told,
    ends: bounds,
    index,
    unlinked: run.unlinked,
  };
}

export function shownOf(run: Run): ShownRun {
  const { config, origin } = run;
  const scenario = "scenario" in origin ? origin.scenario : null;
  return {
    ...stepOf(run),
    ...declaredBy(run),
    rules: run.ruleSet,
    floor: run.floor,
    byHand: isByHand(config),
    sdk: hasSdk(config),
    situation: scenario?.id ?? (origin.kind === "link" ? origin.situation : null),
    imported: run.floor > 0,
    record: foundIn(origin, config),
    incident: scenario?.incident ?? null,
  };
}

const isByHand = ({ delivery }: SimulationConfig): boolean => delivery === "manual";
const hasSdk = ({ parents }: SimulationConfig): boolean => parents === "sdk";

/** What was found in a record is told by its steps; delivered otherwise, or with other processes, there are others. */
function foundIn(origin: Origin, config: SimulationConfig): RunCheck | null {
  if (origin.kind !== "record") return null;
  const { check } = origin;
  return isByHand(config) === isByHand(check.config) && hasSdk(config) === hasSdk(check.config) ? check : null;
}

type Declared = Pick<ShownRun, "diagram" | "divergences" | "startTime">;

/** Worked out once for a configuration, which branches share: what is equal is then also the same. */
const declared = new WeakMap<SimulationConfig, Declared>();

function declaredBy({ sim, config, rules }: Run): Declared {
  const known = declared.get(config);
  if (known) return known;
  const divergences = sim.divergences();
  const answer = { diagram: diagram(rules), divergences, startTime: Number(sim.config().startTime) };
  declared.set(config, answer);
  return answer;
}
