// Prints a run as a trace: a script that every reader of traces replays.

import { inputOf, RULES, runIn } from "./given.js";
import { plain } from "./terminal.js";
import { count } from "./text.js";
import { GOOD } from "./trouble.js";

export const help = `npx flyte-lifecycle trace [FILE | LINK | -] [options]

Prints a run as a trace, which is a script: \`Simulation.fromTrace\`, the page's Open and tests replay it. A FILE is a
record as \`check\` takes it, a run that was kept as JSON, or a trace, whose facts are worked out anew. Without FILE, or
as \`-\`, standard input is read.

Examples
  npx flyte-lifecycle trace nightly.json > nightly.trace
  npx flyte-lifecycle trace 'https://example.org/#v2/d/2/cr1~z'

Options
  --rules ${RULES.join("|")}   under which rules a record is replayed; auto if absent

Exit status
  0  it was printed
  2  it cannot be read, or the arguments make no sense`;

export const takes = { most: 1, options: { rules: { type: "string", values: RULES } } };

export async function run({ values, rest }, io) {
  const input = await inputOf(rest, io.stdin);
  const { check, simulation } = await runIn(input, values.rules);
  const serious = check?.findings.filter(({ severity }) => severity !== "note").length ?? 0;
  if (serious > 0) {
    const what = `${count(serious, "finding")} that the rules (${check.rules}) do not explain`;
    io.error.line(`The record has ${what}; the trace is what they do. \`flyte-lifecycle check\` lists them.`);
  }
  const text = simulation.trace();
  // For programs as it is; whoever looks at it sees what it holds.
  if (!io.out.isTerminal) io.out.document(text);
  else for (const line of text.trimEnd().split("\n")) io.out.line(plain(line));
  return GOOD;
}
