/*
 * A run as a test that can be pasted into a project: the commands that were given, and what came of them. Both hold
 * against the package alone and need nothing of the page.
 */

import type { ActionSnapshot, Command, Event, SimulationConfig } from "flyte-lifecycle";
import { asking } from "../rules.ts";
import { sourceText } from "../words/characters.ts";

export interface Run {
  title: string;
  config: SimulationConfig;
  /** As far as the test goes. */
  commands: readonly Command[];
  events: readonly Event[];
  actions: readonly ActionSnapshot[];
  trace: string;
}

const oneLine = (text: string): string => sourceText(text.replace(/\s+/g, " ").trim());
/** A value as JavaScript: JSON, in which nothing is hidden. */
const source = (value: unknown): string => sourceText(JSON.stringify(value));

/** A test for Node's own runner; other runners differ in the first lines only. */
export function jsTest({ title, config, commands, events, actions }: Run): string {
  const indented = (value: unknown): string => `    ${source(value)},`;
  const phases = actions.map(({ id, phase, attempts }) => [id, phase, attempts]);
  const decided = events.filter((event) => event.store === "row").map(rowFact);
  return [
    `// ${oneLine(title)}`,
    'import assert from "node:assert/strict";',
    'import test from "node:test";',
    'import { Simulation } from "flyte-lifecycle";',
    "",
    `test(${JSON.stringify(oneLine(title))}, () => {`,
    `  const sim = new Simulation(${source(asking(config))});`,
    "  for (const command of [",
    ...commands.map(indented),
    "  ])",
    "    sim.dispatch(command);",
    "",
    "  const phases = sim.snapshot().actions.map(({ id, phase, attempts }) => [id, phase, attempts]);",
    "  assert.deepEqual(phases, [",
    ...phases.map(indented),
    "  ]);",
    "",
    "  // What was written to rows, what was refused, and the rule that decided it.",
    '  const row = sim.events().filter((event) => event.store === "row");',
    "  assert.deepEqual(",
    '    row.map(({ action, type, to, rule }) => [action, type, to ?? "", rule].join(" ")),',
    "    [",
    ...decided.map((text) => `      ${source(text)},`),
    "    ],",
    "  );",
    "});",
    "",
  ].join("\n");
}

const rowFact = ({ action, type, to, rule }: Event): string => [action, type, to ?? "", rule].join(" ");

/** A Rust test that replays the trace and expects the same bytes. */
export function rustTest({ title, actions, trace }: Run): string {
  const recorded = actions.filter(({ row }) => row !== null);
  const ends = recorded.map(({ id, phase }) => `    assert_eq!(phase("${id}"), Some(ActionPhase::${variant(phase)}));`);
  return [
    "use flyte_lifecycle::{drive::parse_trace, model::ActionPhase, view};",
    "",
    `const TOLD: &str = ${rustString(trace)};`,
    "",
    `/// ${oneLine(title)}`,
    "#[test]",
    `fn ${slug(title)}() {`,
    '    let session = parse_trace(TOLD).expect("the trace can be read");',
    "    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();",
    "    assert_eq!(view::trace(session.world(), session.story(), session.commands(), facts), TOLD);",
    "",
    "    let world = session.world();",
    "    let row = |id: &str| world.find(id).and_then(|id| world.action(id)).and_then(|action| action.row);",
    "    let phase = |id: &str| row(id).map(|row| row.phase);",
    ...ends,
    "}",
    "",
  ].join("\n");
}

/** A text of several lines as Rust: as it is, or escaped line by line where something in it would be hidden. */
function rustString(text: string): string {
  const lines = text.split("\n");
  if (lines.some((line) => sourceText(line) !== line)) {
    const escaped = lines.map((line) => sourceText(line.replace(/["\\]/g, "\\$&")));
    return `concat!(\n${escaped.map((line, at) => `    "${line}${at + 1 < lines.length ? "\\n" : ""}",\n`).join("")})`;
  }
  // A raw string ends at a quote with as many hashes as it began with.
  let longest = 0;
  for (const [quoted] of text.matchAll(/"#*/g)) longest = Math.max(longest, quoted.length);
  const hashes = "#".repeat(Math.max(1, longest));
  return `r${hashes}"${text}"${hashes}`;
}

/** `WAITING_FOR_RESOURCES` as Rust calls it. */
const variant = (phase: string): string =>
  phase
    .toLowerCase()
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");

/** A title as the name of a function. */
export function slug(title: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 60)
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(words) ? words : `run_${words}`.replace(/_+$/, "");
}
