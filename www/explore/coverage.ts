/*
 * What searches have been through, laid over the diagram: which of the declared changes of a phase were met, why the
 * others were not, and which were met though the diagram of normal operation does not have them.
 */

import type {
  ActionKind,
  ActionPhase,
  Diagram,
  DiagramEdge,
  ExploreInput,
  ExploreReport,
  PlannedKind,
} from "flyte-lifecycle";
import { pairKey } from "../geometry/trail.ts";
import type { Outcome } from "./report.ts";

/** Declared ways between two phases, how many of them were met, and how many were met beyond those. */
export interface Covered {
  met: number;
  of: number;
  beyond: number;
}

export interface Missed {
  edge: DiagramEdge;
  reason: string;
}

export interface Coverage {
  title: string;
  /** By `pairKey`. */
  pairs: Map<string, Covered>;
  phases: Set<ActionPhase>;
  /** Over all pairs. */
  met: number;
  of: number;
  missed: Missed[];
  /** Met, but not declared: with the first model that did. */
  beyond: (ExploreReport["edges"][number] & { model: string })[];
}

const KIND_OF: Record<PlannedKind, ActionKind> = {
  task: "task",
  timedTask: "task",
  invalidTask: "task",
  unknownTask: "task",
  cachedTask: "task",
  serialTask: "task",
  condition: "condition",
  timedCondition: "condition",
  invalidCondition: "condition",
  trace: "trace",
  failedTrace: "trace",
  recovered: "task",
};

/** What it takes for a rule to decide: an input, or an action of a kind. */
const INPUTS: Record<string, [ExploreInput, string] | undefined> = {
  PluginSucceeded: ["success", "no plugin reports Success"],
  AttemptFailed: ["userFailure", "no plugin reports a failure of the user’s code"],
  RetriesExhausted: ["userFailure", "no plugin reports a failure of the user’s code"],
  PluginFailedPermanently: ["permanentFailure", "no plugin reports a permanent failure"],
  SystemFailureCeiling: ["systemFailure", "no plugin reports a failure of the platform"],
  NonRetryableCode: ["fatalError", "no plugin fails with an error that no retry mends"],
  PluginReportedAborted: ["aborted", "no plugin reports Aborted"],
  SignalReceived: ["signal", "no condition is signalled"],
  AbortRequested: ["abort", "nobody aborts"],
  DeletionEndsAborted: ["abort", "nobody aborts"],
  DeletionKeepsEnd: ["abort", "nobody aborts"],
};
const KINDS: Record<string, [PlannedKind, string] | undefined> = {
  RecoveredRecorded: ["recovered", "no action is recovered"],
  ValidationFailed: ["invalidTask", "no task is without a type"],
  PluginNotFound: ["unknownTask", "no task is of an unknown type"],
  AttemptTimedOut: ["timedTask", "no task has a maximum runtime"],
  TimeoutFinal: ["timedTask", "no task has a maximum runtime"],
  DeadlinePassed: ["timedCondition", "no condition has a deadline"],
  ConditionSpecInvalid: ["invalidCondition", "no condition has an empty spec"],
};
/** Phases that an action is in only if its plugin says so. */
const PHASES: Partial<Record<ActionPhase, [ExploreInput, string]>> = {
  WAITING_FOR_RESOURCES: ["waitingForResources", "no plugin reports WaitingForResources"],
  INITIALIZING: ["initializing", "no plugin reports Initializing"],
  RUNNING: ["running", "no plugin reports Running"],
};

const nameOf = (from: ActionPhase | null, to: ActionPhase, rule: string): string => `${pairKey(from, to)} ${rule}`;

/** The coverage of the searches of one rule set, whose diagram it is. */
export function coverageOf(title: string, diagram: Diagram, outcomes: readonly Outcome[]): Coverage {
  const coverage: Coverage = { title, pairs: new Map(), phases: new Set(), met: 0, of: 0, missed: [], beyond: [] };
  const met = new Map<string, Coverage["beyond"][number]>();
  for (const { model, found } of outcomes)
    for (const edge of found.edges) {
      const name = nameOf(edge.from, edge.to, edge.rule);
      if (!met.has(name)) met.set(name, { ...edge, model: model.name });
      coverage.phases.add(edge.to);
    }
  const pair = (key: string): Covered => {
    const known = coverage.pairs.get(key) ?? { met: 0, of: 0, beyond: 0 };
    coverage.pairs.set(key, known);
    return known;
  };
  for (const edge of diagram.edges) {
    const counted = pair(pairKey(edge.from, edge.to));
    counted.of += 1;
    coverage.of += 1;
    if (met.delete(nameOf(edge.from, edge.to, edge.rule))) {
      counted.met += 1;
      coverage.met += 1;
    } else coverage.missed.push({ edge, reason: reasonOf(edge, outcomes) });
  }
  for (const edge of met.values()) {
    pair(pairKey(edge.from, edge.to)).beyond += 1;
    coverage.beyond.push(edge);
  }
  return coverage;
}

function reasonOf(edge: DiagramEdge, outcomes: readonly Outcome[]): string {
  const models = outcomes.map(({ model }) => model);
  const where = models.length > 1 ? "these models" : "this model";
  const hasKind = (kind: PlannedKind): boolean => models.some(({ actions }) => actions.includes(kind));
  const hasInput = (input: ExploreInput): boolean => models.some(({ inputs }) => inputs.includes(input));
  const present = new Set(models.flatMap(({ actions }) => actions.map((kind) => KIND_OF[kind])));
  if (!edge.kinds.some((kind) => present.has(kind))) return `There is no ${edge.kinds.join(" or ")} in ${where}.`;
  const kind = KINDS[edge.rule];
  if (kind && !hasKind(kind[0])) return `In ${where}, ${kind[1]}.`;
  const input = INPUTS[edge.rule];
  if (input && !hasInput(input[0])) return `In ${where}, ${input[1]}.`;
  const isTask = edge.kinds.includes("task");
  for (const phase of [edge.to, edge.from]) {
    const told = isTask && phase ? PHASES[phase] : undefined;
    if (told && !hasInput(told[0])) return `In ${where}, ${told[1]}.`;
  }
  if (
    edge.rule === "AttemptFailed" &&
    outcomes.every(({ model, options }) => (options.attempts ?? model.attempts) === 1)
  )
    return `In ${where}, tasks have one attempt.`;
  if (outcomes.some(({ found }) => found.ended !== "complete")) return "The search ended before it came there.";
  return `Nothing that may happen in ${where} leads there.`;
}
