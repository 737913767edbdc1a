/*
 * The state diagram in the languages that other tools draw: Mermaid, Graphviz and SCXML. All edges of the engine's
 * declaration for a kind of action are written, with those that the action has taken marked where the language can.
 */

import type { ActionKind, ActionPhase, Diagram, DiagramEdge } from "flyte-lifecycle";
import { pairKey, type Trail } from "../geometry/trail.ts";
import { xmlText } from "../words/characters.ts";

/** What is told of one action on the diagram; without an action, the diagram itself. */
export interface Shown {
  kind: ActionKind | null;
  phase: ActionPhase | null;
  taken: Trail["taken"];
}

export const NOTHING_SHOWN: Shown = { kind: null, phase: null, taken: new Map() };

/** Edges between the same two phases are one arrow with several labels. */
interface Arrow {
  from: ActionPhase | null;
  to: ActionPhase;
  labels: string[];
  edges: DiagramEdge[];
  taken: number;
}

function arrowsOf({ edges }: Diagram, { kind, taken }: Shown): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const edge of edges) {
    if (kind !== null && !edge.kinds.includes(kind)) continue;
    const key = pairKey(edge.from, edge.to);
    let arrow = arrows.get(key);
    if (!arrow) {
      arrow = { from: edge.from, to: edge.to, labels: [], edges: [], taken: taken.get(key) ?? 0 };
      arrows.set(key, arrow);
    }
    arrow.edges.push(edge);
    if (!arrow.labels.includes(edge.label)) arrow.labels.push(edge.label);
  }
  return [...arrows.values()];
}

const phasesOf = (arrows: readonly Arrow[]): ActionPhase[] => [
  ...new Set(arrows.flatMap(({ from, to }) => (from === null ? [to] : [from, to]))),
];

/** Phases that nothing leaves. */
const endsOf = (arrows: readonly Arrow[]): ActionPhase[] =>
  phasesOf(arrows).filter((phase) => !arrows.some(({ from, to }) => from === phase && to !== phase));

/** A Mermaid state diagram. */
export function mermaid(diagram: Diagram, shown: Shown, title: string): string {
  const arrows = arrowsOf(diagram, shown);
  // Mermaid ends a label at a semicolon and takes a hash for an entity.
  const plain = (text: string): string => text.replace(/[;:#"<>\n]/g, " ").trim();
  const lines = [`%% ${oneLine(title)}`, "stateDiagram-v2", "  direction LR"];
  for (const { from, to, labels, taken } of arrows) {
    const count = taken > 0 ? ` (taken ×${taken})` : "";
    lines.push(`  ${from ?? "[*]"} --> ${to} : ${plain(labels.join(" / "))}${count}`);
  }
  for (const phase of endsOf(arrows)) lines.push(`  ${phase} --> [*]`);
  if (shown.phase !== null && phasesOf(arrows).includes(shown.phase)) {
    lines.push("  classDef present stroke-width:4px,font-weight:bold", `  class ${shown.phase} present`);
  }
  return `${lines.join("\n")}\n`;
}

/** A Graphviz digraph. */
export function dot(diagram: Diagram, shown: Shown, title: string): string {
  const arrows = arrowsOf(diagram, shown);
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, " ")}"`;
  const ends = new Set(endsOf(arrows));
  const lines = [
    "digraph lifecycle {",
    `  label=${quoted(title)};`,
    "  rankdir=LR;",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    '  "" [shape=point];',
  ];
  for (const phase of phasesOf(arrows)) {
    const marks = [ends.has(phase) && "peripheries=2", phase === shown.phase && "penwidth=3"].filter(Boolean);
    lines.push(`  ${phase}${marks.length > 0 ? ` [${marks.join(", ")}]` : ""};`);
  }
  for (const { from, to, labels, taken } of arrows) {
    const label = labels.join("\n") + (taken > 0 ? `\n×${taken}` : "");
    const width = taken > 0 ? ", penwidth=2.4" : "";
    const text = `"${label.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
    lines.push(`  ${from ?? '""'} -> ${to} [label=${text}${width}];`);
  }
  return `${lines.join("\n")}\n}\n`;
}

/**
 * A state chart in SCXML. An action without a row is UNSPECIFIED, so the chart begins there. The same rule may lead to
 * several phases; the event therefore names both, and a listener for the rule alone matches all of them.
 */
export function scxml(diagram: Diagram, shown: Shown, title: string): string {
  const arrows = arrowsOf(diagram, shown);
  const ends = new Set(endsOf(arrows));
  const comment = (text: string): string => oneLine(text).replace(/-(?=-)/g, "- ");
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${comment(title)} -->`,
    '<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="lifecycle" initial="UNSPECIFIED">',
  ];
  for (const phase of [null, ...phasesOf(arrows)]) {
    const id = phase ?? "UNSPECIFIED";
    if (phase !== null && ends.has(phase)) {
      lines.push(`  <final id="${id}"/>`);
      continue;
    }
    lines.push(`  <state id="${id}">`);
    for (const { edges, to } of arrows.filter(({ from }) => from === phase)) {
      for (const { rule, sentence } of edges) {
        lines.push(`    <!-- ${comment(sentence)} -->`, `    <transition event="${rule}.${to}" target="${to}"/>`);
      }
    }
    lines.push("  </state>");
  }
  return `${lines.join("\n")}\n</scxml>\n`;
}

const oneLine = (text: string): string => xmlText(text.replace(/\s+/g, " ").trim());
