// Says why each action of a run is as it is: where it stands, what it waits for, what can end it, whose matter it is.

import { Answers } from "./answer.js";
import { quoted } from "./arguments.js";
import { followed } from "./follow.js";
import { inputOf, RULES, runIn } from "./given.js";
import { namesOf, STDIN } from "./input.js";
import { meant } from "./meant.js";
import { shownName } from "./places.js";
import { saidBy, sourceOf } from "./source.js";
import { bold, cyan, dim, jsonText, link, red, yellow } from "./terminal.js";
import { count, tellDiagnosis } from "./text.js";
import { GOOD, sentenceOf, Trouble } from "./trouble.js";

const FORMATS = ["text", "json"];

export const help = `npx flyte-lifecycle why [FILE | LINK | -] [options]

Says of a record what is the matter, whose matter it is and what to do; and of each action why it is as it is: what it
does and since when, what its plugin said, what it waits for and until when, what can end it, by which rule it came
there, on what its stores disagree, and what of its record no rule explains. A FILE is a record as \`check\` takes it, a
trace, or a run that was kept as JSON. Without FILE, or as \`-\`, standard input is read.

Examples
  flyte get run r1 | npx flyte-lifecycle why -
  npx flyte-lifecycle why run.json --action r1/a0
  kubectl get taskaction -w -o yaml | npx flyte-lifecycle why -f -

Options
  --action ID                one action, as \`r1/a0\` or by its own name; if absent all but those that went well
  -f, --follow               reads on, and answers again when the answer is another
  --rules ${RULES.join("|")}   under which rules a record is replayed; auto if absent
  --format ${FORMATS.join("|")}         for people, if absent, or for programs

Exit status
  0  it was answered
  2  it cannot be read, or the arguments make no sense`;

export const takes = {
  most: 1,
  options: {
    action: { type: "string" },
    follow: { type: "boolean", short: "f" },
    rules: { type: "string", values: RULES },
    format: { type: "string", values: FORMATS },
  },
};

/** Actions that are answered at once. */
const MOST = 50;

export async function run({ values, rest }, io) {
  const { action, follow, rules = "auto", format = "text" } = values;
  const asked = { action, rules };
  const tell = format === "json" ? tellJson : tellText;
  if (follow) return await followAll(rest, asked, tell, io);
  const input = await inputOf(rest, io.stdin);
  tell(await answers(input, asked), io);
  return GOOD;
}

/** Answers whenever the answer is another, until what is followed ends. */
async function followAll(rest, asked, tell, io) {
  const [name] = namesOf(rest, io.stdin);
  if (name !== STDIN)
    throw new Trouble("-f follows standard input: `kubectl get taskaction -w -o yaml | npx flyte-lifecycle why -f -`.");
  if (io.stdin.isTTY) throw new Trouble("Nothing is handed in: `-f` follows standard input, and that is a terminal.");
  let last;
  for await (const { text, isWhole } of followed(io.stdin)) {
    const answer = await answers({ name, files: [name], texts: [text] }, asked).catch((error) => {
      // What is cut may be nothing yet; it is read again when the rest has come.
      if (isWhole || sentenceOf(error) === undefined) throw error;
    });
    const told = JSON.stringify(answer?.answers);
    if (answer === undefined || told === last) continue;
    if (last !== undefined && tell === tellText) io.out.line("");
    last = told;
    tell(answer, io);
  }
  if (last === undefined) throw new Trouble("Standard input is empty.");
  return GOOD;
}

/** All that is said of an input. */
async function answers(input, { action, rules }) {
  const { check, simulation } = await runIn(input, rules);
  const told = new Answers({ check, simulation });
  const { actions, now } = told.snapshot;
  const wanted = action === undefined ? actions.filter((each) => !told.isWell(each)) : [named(action, actions)];
  return {
    name: input.name,
    now,
    rules: check?.rules ?? baseOf(simulation),
    actions: actions.length,
    // Of one action, what is the matter with the run is not asked.
    diagnosis: action === undefined ? (check?.diagnosis ?? null) : null,
    well: action === undefined ? actions.length - wanted.length : undefined,
    leftOut: Math.max(0, wanted.length - MOST),
    answers: wanted.slice(0, MOST).map((each) => told.of(each)),
  };
}

function baseOf(simulation) {
  const { rules } = simulation.config();
  return typeof rules === "string" ? rules : (rules?.base ?? "documented");
}

/** The action of that name: in full, or its own where one alone has it. */
function named(word, actions) {
  const exact = actions.find(({ id }) => id === word);
  if (exact) return exact;
  const own = actions.filter(({ name }) => name === word);
  if (own.length === 1) return own[0];
  if (own.length > 1)
    throw new Trouble(
      `Several actions are called ${quoted(word)}: ${own
        .map(({ id }) => id)
        .slice(0, 5)
        .join(", ")}.`,
    );
  const ids = actions.map(({ id }) => id);
  throw new Trouble(`There is no action ${quoted(word)}${meant(word, ids.slice(0, 1_000))}.`);
}

function tellJson({ name, now, ...rest }, { out }) {
  out.document(jsonText({ file: name, now: new Date(now).toISOString(), ...rest }));
}

const moment = (at) => new Date(at).toISOString().replace(".000Z", "Z");

function tellText({ name, now, rules, actions, diagnosis, well, leftOut, answers }, { out }) {
  const title = shownName(name);
  if (diagnosis) tellDiagnosis(title, diagnosis, out);
  out.line(bold(title), `: ${count(actions, "action")}, as of ${moment(now)}, under ${rules}.`);
  for (const answer of answers) tellAnswer(answer, out);
  if (leftOut > 0) out.line(`${count(leftOut, "more action")} can be asked for by --action.`);
  if (well > 0) out.line(dim(`${count(well, "action")} went well.`));
}

const SEVERITIES = { error: red("error"), warning: yellow("warning"), note: dim("note") };

function tellAnswer(answer, out) {
  const { attempt, headline, kind, maxAttempts, phase, recorded, since } = answer;
  const { blame, children, disagree, ends, findings, incidents, reason, rule, shows, todo, until, waitsFor } = answer;
  const line = (word, ...parts) => out.line("  ", dim(word.padEnd(10)), ...parts);
  out.line();
  out.line(bold(headline));
  const attempts = kind === "task" ? `, attempt ${attempt} of ${maxAttempts}` : "";
  const inRecord = recorded !== null && recorded !== phase ? ["; the record says ", cyan(recorded)] : [];
  line("phase", cyan(phase), `${attempts}, since ${moment(since)}`, ...inRecord);
  if (reason) line("says", reason);
  if (waitsFor) line("waits for", waitsFor);
  else if (until !== null) line("until", moment(until));
  for (const { sentence } of ends) line("can end", sentence);
  if (children) line("children", children);
  const source = sourceOf(rule);
  line("because", saidBy(rule), " (", source ? link(rule, source.href) : rule, ")");
  for (const sentence of disagree) line("stores", sentence);
  if (blame !== "nobody") line("fault", blame);
  if (todo) line("to do", todo);
  if (incidents.length > 0) line("gallery", `looks like ${incidents.join(", ")} of the gallery`);
  for (const { severity, sentence, incident } of findings) {
    const like = incident ? ` It looks like ${incident} of the gallery.` : "";
    line("record", SEVERITIES[severity] ?? severity, ": ", sentence, like);
  }
  for (const { incident, property, sentence } of shows) {
    line("shows", sentence, ` (${[incident && `${incident} of the gallery`, property].filter(Boolean).join(", ")})`);
  }
}
