// Replays recorded runs and says what no rule explains, for people and for machines.

import { RULES, recordIn } from "./given.js";
import { namesOf, textOf } from "./input.js";
import { junit } from "./junit.js";
import { located } from "./places.js";
import { sarif } from "./sarif.js";
import { jsonText } from "./terminal.js";
import { tellCheck } from "./text.js";
import { FOUND, GOOD, MISUSED, sentenceOf } from "./trouble.js";

const FORMATS = ["text", "json", "junit", "sarif"];

export const help = `npx flyte-lifecycle check [FILE… | -] [options]

Replays each recorded run, and says what no rule explains. A FILE is the record of one run: details, events or a
watch as \`buf curl\` prints them, rows of the tables as JSON or CSV, TaskActions as YAML or JSON. A folder is one run
in several files, such as the CSVs of both tables. Without FILE, or as \`-\`, standard input is read.

Examples
  npx flyte-lifecycle check nightly.json
  npx flyte-lifecycle check runs/*.json --rules=upstream --format junit > junit.xml
  kubectl get taskaction -o yaml | npx flyte-lifecycle check -

Options
  --rules ${RULES.join("|")}   under which rules; auto, if absent, is the first of the others
                                            that explains everything, or else upstream
  --format ${FORMATS.join("|")}            for people, if absent; for programs, as a test report, for code scanning

Exit status
  0  nothing was found that is worse than a note
  1  something was found
  2  something cannot be read, or the arguments make no sense`;

export const takes = {
  most: Number.POSITIVE_INFINITY,
  options: {
    rules: { type: "string", values: RULES },
    format: { type: "string", values: FORMATS },
  },
};

export async function run({ values, rest }, io) {
  const { rules = "auto", format = "text" } = values;
  const records = [];
  for (const name of namesOf(rest, io.stdin)) records.push(await recordOf(name, rules, io));
  switch (format) {
    case "json":
      io.out.document(jsonText({ ok: records.every(({ check }) => check?.ok), records: records.map(plainOf) }));
      break;
    case "junit":
      io.out.document(junit(records));
      break;
    case "sarif":
      io.out.document(sarif(records, io.version()));
      break;
    default:
      tellCheck(records, io);
  }
  // What cannot be read is said on the terminal as well, wherever the report goes.
  if (format !== "text") for (const { problem } of records) if (problem) io.error.line(problem);
  if (records.some(({ problem }) => problem)) return MISUSED;
  return records.every(({ check }) => check.ok) ? GOOD : FOUND;
}

/** An input with its check, or with the problem that keeps it from being checked: the others are checked all the same. */
async function recordOf(name, rules, { stdin }) {
  let input = { name, files: [] };
  try {
    input = await textOf(name, stdin);
    return { name, ...located(input, await recordIn(input, rules)) };
  } catch (error) {
    const problem = sentenceOf(error);
    if (problem === undefined) throw error;
    return { name, files: input.files, problem };
  }
}

const plainOf = ({ name, rules, check, problem }) =>
  problem ? { file: name, ok: false, problem } : { file: name, rules, ...check };
