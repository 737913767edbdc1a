/*
 * What searches have been through, laid over the diagram: which of the declared changes of a phase were met, why the
 * others were not, and which were met though the diagram of normal operation does not have them.
 */

import type { ActionPhase, Diagram, DiagramEdge, ExploreReport, ModelInfo } from "flyte-lifecycle";
import { pairKey } from "../geometry/trail.ts";
import { actionKindOf, type Need, PHASE_NEEDS, RULE_NEEDS } from "../words/vocabulary.ts";
import type { Outcome } from "./report.ts";
import { without } from "./words.ts";

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

const isIn = ({ input, kind, collects }: Need, model: ModelInfo): boolean =>
  (input !== undefined && model.inputs.includes(input)) ||
  (kind !== undefined && model.actions.includes(kind)) ||
  (collects === true && model.collects);

function reasonOf(edge: DiagramEdge, outcomes: readonly Outcome[]): string {
  const models = outcomes.map(({ model }) => model);
  const where = models.length > 1 ? "these models" : "this model";
  const lacks = (need: Need): boolean => models.every((model) => !isIn(need, model));
  const present = new Set(models.flatMap(({ actions }) => actions.map(actionKindOf)));
  if (!edge.kinds.some((kind) => present.has(kind))) return `There is no ${edge.kinds.join(" or ")} in ${where}.`;
  const [first, ...others] = RULE_NEEDS.find(({ rule }) => rule === edge.rule)?.oneOf ?? [];
  if (first && [first, ...others].every(lacks)) return `In ${where}, ${without(first)}.`;
  if (edge.kinds.includes("task"))
    for (const each of [edge.to, edge.from]) {
      const report = PHASE_NEEDS.find(({ phase }) => phase === each);
      if (report && lacks(report)) return `In ${where}, ${without(report)}.`;
    }
  if (
    edge.rule === "AttemptFailed" &&
    outcomes.every(({ model, options }) => (options.attempts ?? model.attempts) === 1)
  )
    return `In ${where}, tasks have one attempt.`;
  if (outcomes.some(({ found }) => found.ended !== "complete")) return "The search ended before it came there.";
  return `Nothing that may happen in ${where} leads there.`;
}
