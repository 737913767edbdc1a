// Replays recorded runs and says what no rule explains, for people and for machines.

import { checkRunStream } from "../node.js";
import { isLink, RULES, recordIn } from "./given.js";
import { areRows, calledOf, namesOf, textOf } from "./input.js";
import { junit } from "./junit.js";
import { located } from "./places.js";
import { sarif } from "./sarif.js";
import { jsonText } from "./terminal.js";
import { count, tellCheck } from "./text.js";
import { FOUND, GOOD, MISUSED, sentenceOf } from "./trouble.js";

const FORMATS = ["text", "json", "junit", "sarif"];

export const help = `npx flyte-lifecycle check [FILE… | -] [options]

Replays each recorded run, and says what is the matter with it, whose matter that is and what to do; then what no rule
explains, and which known bugs it shows. A FILE is the record of one run: what \`flyte get run\` prints; details, events
or a watch as \`buf curl\` prints them; rows of the tables as psql, CSV or JSON has them; TaskActions or a pod as YAML or
JSON. A folder is one run in several files, such as both tables. Rows of many runs are checked run by run, as they
come. Without FILE, or as \`-\`, standard input is read.

Examples
  flyte get run r1 | npx flyte-lifecycle check -
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
  const streams = [];
  for (const name of namesOf(rest, io.stdin)) records.push(...(await recordsOf(name, { rules, streams }, io)));
  // Of many runs, not all that have something to say are listed.
  const ok = records.every(({ check }) => check?.ok) && streams.every(({ ok, runs }) => ok === runs);
  switch (format) {
    case "json":
      io.out.document(jsonText({ ok, records: records.map(plainOf), ...(streams.length > 0 && { streams }) }));
      break;
    case "junit":
      io.out.document(junit(records, streams));
      break;
    case "sarif":
      io.out.document(sarif(records, streams, io.version()));
      break;
    default:
      tellCheck(records, streams, io);
  }
  // What cannot be read is said on the terminal as well, wherever the report goes.
  if (format !== "text") for (const { problem } of records) if (problem) io.error.line(problem);
  if (records.some(({ problem }) => problem)) return MISUSED;
  return ok ? GOOD : FOUND;
}

/** An input with its check, or with the problem that keeps it from being checked: the others are checked all the same. */
async function recordsOf(name, { rules, streams }, io) {
  let input = { name, files: [] };
  try {
    input = isLink(name) ? { ...input, texts: [name] } : await textOf(name, io.stdin, { rows: true });
    if (input.chunks) return await streamed(input, { rules, streams }, io);
    const { check, error } = checkOf(input, rules);
    if (!areSeveral(input, { check, error })) {
      if (error) throw error;
      return [located(input, check)];
    }
    return await streamed(input, { rules, streams, error }, io);
  } catch (error) {
    const problem = sentenceOf(error);
    if (problem === undefined) throw error;
    return [{ name, files: input.files, problem }];
  }
}

/** The check of an input, or why there is none. */
function checkOf(input, rules) {
  try {
    return { check: recordIn(input, rules) };
  } catch (error) {
    return { error };
  }
}

/** Whether an input may be rows of several runs, of which each is checked by itself. */
function areSeveral({ texts: [text, ...more] }, { check, error }) {
  if (more.length > 0 || !areRows(text)) return false;
  // What is wrong with all of it may be wrong with one row, or be that there is too much of it.
  return check
    ? new Set(check.actions.map(({ id }) => id.slice(0, id.lastIndexOf("/")))).size > 1
    : sentenceOf(error) !== undefined;
}

/**
 * Rows of many runs, as records of those that have something to say. If they are all of one run after all, `error` is why
 * that cannot be read.
 */
async function streamed({ name, files, chunks, texts }, { rules, streams, error }, io) {
  const onProgress = ({ bytes, rows, runs, checked }) =>
    io.error.passing(
      checked === 0
        ? `${count(rows, "row")} of ${count(runs, "run")}, ${Math.round(bytes / 1e6)} MB`
        : `${count(checked, "run")} checked`,
    );
  let told;
  try {
    told = await checkRunStream(chunks ?? texts[0], { rules, onProgress });
  } catch (own) {
    throw error ?? own;
  } finally {
    io.error.passing("");
  }
  const { checks, ...stream } = told;
  if (error && stream.unreadable === stream.runs) throw error;
  streams.push({ file: name, ...stream });
  return checks.map(({ run: key, error: problem, ...check }) => {
    // Rows need not say of which project and domain they are, nor of which run.
    const run = key.replace(/^\/+/, "") || undefined;
    if (problem) return { name, run, files, problem: `${run ?? calledOf(name)}: ${problem.message}` };
    return { name, run, files, check: { ...check, findings: check.findings.map(ofRun) }, lines: [] };
  });
}

/** A finding of a run whose rows were put together: their lines are not the file's. */
const ofRun = (finding) => ({
  ...finding,
  place: finding.place.replace(/\bline (\d+)/, (_, line) => `row ${line - 1} of the run`),
});

const plainOf = ({ name, run, check, problem }) => ({
  file: name,
  ...(run !== undefined && { run }),
  ...(problem ? { ok: false, problem } : check),
});
