/*
 * What searches found, put together: one row for each property, one cell for each rule set. Where several models were
 * searched, a violation is told from the mildest of them, as its shortest run there.
 */

import type { ExploreFinding, ExploreReport, ModelInfo, RulesConfig } from "flyte-lifecycle";
import type { Found, SearchOptions } from "./searcher.ts";
import { counted, FAULT_NEEDS, FAULTS, type Fault, thousands, wholeOf } from "./words.ts";

export type VerdictName = ExploreReport["verdicts"][number]["verdict"];

/** A rule set that is judged. */
export interface Side {
  name: string;
  rules: RulesConfig;
}

/** One search and what it found. */
export interface Outcome {
  side: Side;
  model: ModelInfo;
  options: SearchOptions;
  found: Found;
}

/** What is known of a property under one rule set. */
export interface Cell {
  verdict: VerdictName;
  /** The weakest fault that it is known to take. */
  fault?: Fault;
  finding?: ExploreFinding;
  /** The model that showed it. */
  model?: string;
}

export interface Row {
  property: string;
  kind: "always" | "sometimes" | "settles";
  sentence: string;
  /** In the order of the sides; null where it was not asked. */
  cells: (Cell | null)[];
}

/** The worst first. A property that should happen and does not is worse than one that is not decided. */
export const VERDICTS: readonly VerdictName[] = ["violated", "never", "holdsSoFar", "holds", "happens"];

export const VERDICT_WORDS: Record<VerdictName, string> = {
  violated: "violated",
  never: "never happens",
  holdsSoFar: "holds so far",
  holds: "holds",
  happens: "happens",
};

const milder = (a: Fault | undefined, b: Fault | undefined): number =>
  FAULTS.indexOf(a ?? "clock") - FAULTS.indexOf(b ?? "clock");

/** The rows of all properties that were asked, in the order of their numbers. */
export function rowsOf(sides: readonly Side[], outcomes: readonly Outcome[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { side, model, found } of outcomes) {
    const at = sides.indexOf(side);
    for (const { property, kind, sentence, verdict, needs, finding } of found.verdicts) {
      let row = rows.get(property);
      if (!row) {
        row = { property, kind, sentence, cells: sides.map(() => null) };
        rows.set(property, row);
      }
      const next: Cell = { verdict };
      if (finding) {
        next.finding = finding;
        next.model = model.name;
        // A milder model may be known to break it as well; what it takes at least is known for the rules as coded.
        next.fault = side.rules === "upstream" && needs && milder(needs, model.fault) < 0 ? needs : model.fault;
      }
      row.cells[at] = both(row.cells[at] ?? null, next);
    }
  }
  return [...rows.values()].sort((a, b) => byNumber(a.property, b.property));
}

/** P1 to P51, then S1 and so on. */
const place = (property: string): number =>
  (property.startsWith("P") ? 0 : 1_000) + Number.parseInt(property.replace(/\D/g, "") || "999", 10);

/** Sorts properties as they are numbered. */
export const byNumber = (a: string, b: string): number => place(a) - place(b);

/** What two models say together of one property. */
function both(known: Cell | null, next: Cell): Cell {
  if (known === null) return next;
  if (known.finding && next.finding) {
    const order = milder(known.fault, next.fault) || known.finding.length - next.finding.length;
    return order <= 0 ? known : next;
  }
  if (known.finding) return known;
  if (next.finding) return next;
  // Undecided in one model is undecided; that it never happens in one is no wonder if it may in another.
  return known.verdict === "holdsSoFar" ? known : next;
}

/** The worst verdict of a row, by which it is grouped. */
export const worst = (row: Row): VerdictName =>
  VERDICTS.find((verdict) => row.cells.some((cell) => cell?.verdict === verdict)) ?? "holds";

/** Whether the sides disagree about a property. */
export const differs = (row: Row): boolean => {
  const [first, ...others] = row.cells.map((cell) => isBad(cell));
  return others.some((other) => other !== first);
};

const isBad = (cell: Cell | null): boolean => cell?.verdict === "violated" || cell?.verdict === "never";

/** What the search says of one side, in a sentence. */
export function headline(
  sides: readonly Side[],
  rows: readonly Row[],
  outcomes: readonly Outcome[],
  at: number,
): string {
  const side = sides[at];
  const cells = rows.map((row) => row.cells[at] ?? null);
  const count = (verdict: VerdictName): number => cells.filter((cell) => cell?.verdict === verdict).length;
  const violated = count("violated");
  const asked = rows.filter((row) => row.cells[at]);
  const possible = asked.filter(({ kind }) => kind === "sometimes").length;
  const judged = asked.length - possible;
  const mine = outcomes.filter((outcome) => outcome.side === side);
  const open = mine.filter(({ found }) => found.ended !== "complete");
  const [first] = open;
  if (mine.length === 0) return "Not searched.";
  const states = mine.reduce((sum, { found }) => sum + found.states, 0);
  const where = mine.length > 1 ? ` in ${mine.length} models` : "";
  const verdict =
    violated > 0
      ? `${violated} of ${counted(judged, "property", "properties")} ${violated === 1 ? "is" : "are"} violated`
      : judged === 0
        ? "Nothing to be violated was asked"
        : open.length > 0
          ? "No violation"
          : judged === 1
            ? "The property holds"
            : `All ${judged} properties hold`;
  const said = possible === 0 ? verdict : `${verdict}, and ${possibilities(count("happens"), possible)}`;
  if (open.length === 0) {
    return mine.length === 1 && mine[0]
      ? `${said}: ${wholeOf(mine[0].found)}.`
      : `${said}: all ${counted(states, "state")}${where}.`;
  }
  if (mine.length > 1 || !first)
    return `${verdict} within ${counted(states, "state")}${where}, ${open.length} of them not complete.`;
  return `${verdict} within ${counted(states, "state")}; ${why(first.found)}frontier ${thousands(first.found.frontier)}.`;
}

/** What became of the properties that are to happen at least once, so that the numbers add up to all that were asked. */
const possibilities = (happen: number, of: number): string =>
  `${happen} of ${counted(of, "possibility", "possibilities")} ${happen === 1 ? "happens" : "happen"}`;

const why = ({ ended }: Found): string =>
  ({
    stopped: "stopped; ",
    depth: "no longer sequences were allowed; ",
    states: "no more were allowed; ",
    bytes: "no more memory was allowed; ",
    complete: "",
    reached: "",
  })[ended];

/** How a finding came about, in a few words: `2 commands, timed; nothing has to go wrong`. */
export const about = ({ finding, fault }: Cell): string =>
  finding ? `${counted(finding.length, "command")}, ${finding.timing}${fault ? `; ${FAULT_NEEDS[fault]}` : ""}` : "";

/** What “untimed” means, for those who ask. */
export const TIMINGS: Record<ExploreFinding["timing"], string> = {
  timed: "It also happens with timers firing when they are due.",
  untimed: "It takes a timer that waits for another which is due later, so it does not happen with the model’s times.",
};

// --- taking it along ----------------------------------------------------------------------------------------------

/** As part of a file's name. Rules with many changes have long names. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 48)
    .replace(/^-|-$/g, "");

/** A finding as a trace that says what it shows; comments are skipped by whoever reads it. */
export function traceOf(row: Row, side: Side, cell: Cell): { name: string; text: string } {
  const lines = [
    `# ${row.property}, ${side.name}: ${row.sentence}`,
    `# ${VERDICT_WORDS[cell.verdict]} in ${about(cell)}.`,
    ...(cell.finding?.timing === "untimed" ? [`# ${TIMINGS.untimed} The trace goes as far as they let it.`] : []),
    ...(cell.model ? [`# Found in the model “${cell.model}”.`] : []),
  ];
  return {
    name: `${slug(row.property)}.${slug(side.name)}.trace`,
    text: `${lines.join("\n")}\n${cell.finding?.trace ?? ""}`,
  };
}

/** Every counterexample as a trace. */
export const counterexamples = (sides: readonly Side[], rows: readonly Row[]): { name: string; text: string }[] =>
  rows.flatMap((row) =>
    row.cells.flatMap((cell, at) => {
      const side = sides[at];
      return cell?.verdict === "violated" && cell.finding && side ? [traceOf(row, side, cell)] : [];
    }),
  );

/** Everything as data, for another program. */
export function reportJson(
  upstream: string,
  sides: readonly Side[],
  rows: readonly Row[],
  outcomes: readonly Outcome[],
): string {
  const report = {
    format: "flyte-lifecycle exploration",
    version: 1,
    upstream,
    sides: sides.map((side, at) => ({ ...side, says: headline(sides, rows, outcomes, at) })),
    properties: rows.map(({ cells, ...row }) => ({
      ...row,
      verdicts: sides.map(({ name }, at) => ({ side: name, ...(cells[at] ?? { verdict: "notAsked" }) })),
    })),
    searches: outcomes.map(({ side, model, options, found }) => {
      const { verdicts: _, ...rest } = found;
      return { side: side.name, model, options, ...rest };
    }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
