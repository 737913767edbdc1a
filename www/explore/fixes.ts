/*
 * Which change of a policy mends which property, as a table: a line for each change that makes a difference, a column for
 * each property that is broken to begin with or comes out otherwise under one of them.
 */

import type { FixesColumn, Policies, RulesConfig } from "flyte-lifecycle";
import { partsOf } from "../rules.ts";
import { byNumber } from "./report.ts";
import { FAULT_NEEDS, listed, thousands } from "./words.ts";

export type FixVerdict = FixesColumn["verdicts"][number];

export interface FixTable {
  properties: string[];
  lines: FixesColumn[];
  /** Single changes that make no difference in the models searched. */
  idle: FixesColumn[];
}

const isBad = ({ verdict }: FixVerdict): boolean => verdict === "violated" || verdict === "never";

export function tableOf(base: FixesColumn, tries: readonly FixesColumn[]): FixTable {
  // A combination was asked for by name, so it is answered even if nothing comes of it.
  const counts = ({ changes, mends, breaks, eases, worsens }: FixesColumn): boolean =>
    Object.keys(changes).length > 1 || mends.length + breaks.length + eases.length + worsens.length > 0;
  const lines = tries.filter(counts);
  const properties = new Set(
    base.verdicts.filter(({ verdict }) => verdict === "violated").map(({ property }) => property),
  );
  for (const { mends, breaks, eases, worsens } of lines)
    for (const property of [...mends, ...breaks, ...eases, ...worsens]) properties.add(property);
  return {
    properties: [...properties].sort(byNumber),
    lines,
    idle: tries.filter((column) => !counts(column)),
  };
}

/** `retry: recorded`, or several. */
export const changesIn = ({ changes }: Pick<FixesColumn, "changes">): string =>
  listed(Object.entries(changes).map(([policy, value]) => `${policy}: ${value}`));

/** The rules with these changes on top. */
export function changed(rules: RulesConfig, changes: Partial<Policies>): RulesConfig {
  return { ...partsOf(rules), ...changes };
}

/** What a change does, in a sentence. */
export function effectOf(column: FixesColumn): string {
  const part = (word: string, properties: readonly string[]): string[] =>
    properties.length > 0 ? [`${word} ${listed([...properties])}`] : [];
  const parts = [
    ...part("mends", column.mends),
    ...part("breaks", column.breaks),
    ...part("makes it take more to break", column.eases),
    ...part("makes it take less to break", column.worsens),
  ];
  return parts.length > 0 ? parts.join("; ") : "makes no difference";
}

/** How a property stands in one cell, for those who hear the table and for the title of the cell. */
export function cellWords({ verdict, change, fault, length, model }: FixVerdict): string {
  const shown =
    length === undefined
      ? ""
      : ` in ${thousands(length)} ${length === 1 ? "command" : "commands"}, in the model “${model}”; ${FAULT_NEEDS[fault ?? "none"]}`;
  const word = {
    mends: verdict === "holdsSoFar" ? "mended, as far as it was searched" : "mended",
    breaks: "broken by this change",
    eases: "still broken, and it takes more",
    worsens: "still broken, and it takes less",
    none: isBad({ verdict } as FixVerdict) ? "still broken" : "holds as before",
  }[change];
  return `${word}${shown}`;
}
