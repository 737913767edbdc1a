// Says where each action of a run stands, by which rule, and what it waits for.

import { answerOf, reasonsOf } from "./answer.js";
import { quoted } from "./arguments.js";
import { followed } from "./follow.js";
import { isLink, RULES, runIn } from "./given.js";
import { namesOf, STDIN, textOf } from "./input.js";
import { meant } from "./meant.js";
import { shownName } from "./places.js";
import { sourceOf } from "./source.js";
import { bold, cyan, dim, jsonText, link, red, yellow } from "./terminal.js";
import { count } from "./text.js";
import { GOOD, sentenceOf, Trouble } from "./trouble.js";

const FORMATS = ["text", "json"];

export const help = `npx flyte-lifecycle why [FILE | LINK | -] [options]

Says of each action where it stands and since when, by which rule it came there, what it waits for and until when, on
what its stores disagree, and what of its record no rule explains. A FILE is a record as \`check\` takes it, a trace, or a
run that was kept as JSON. Without FILE, or as \`-\`, standard input is read.

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
  const [name] = rest.length > 0 && isLink(rest[0]) ? rest : namesOf(rest, io.stdin);
  const input = isLink(name) ? { name: "the link", text: name } : await textOf(name, io.stdin);
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
    const answer = await answers({ name, text }, asked).catch((error) => {
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
  const run = await runIn(input, rules);
  const reasons = reasonsOf(run.simulation);
  const { actions } = reasons.snapshot;
  const findings = run.check?.findings ?? [];
  // What the record itself says, which is where the action is; the replay may come to something else.
  const recorded = new Map(run.check?.actions.map(({ id, phase }) => [id, phase]));
  const found = (id) => findings.filter((finding) => finding.action === id);
  const isWell = ({ id, phase, disagreements }) =>
    ["SUCCEEDED", "RECOVERED"].includes(phase) && disagreements.length === 0 && found(id).length === 0;
  const wanted = action === undefined ? actions.filter((each) => !isWell(each)) : [named(action, actions)];
  return {
    name: input.name,
    now: reasons.snapshot.now,
    rules: run.rules ?? baseOf(run.simulation),
    actions: actions.length,
    well: action === undefined ? actions.length - wanted.length : undefined,
    leftOut: Math.max(0, wanted.length - MOST),
    answers: wanted.slice(0, MOST).map((each) => ({
      ...answerOf(each, reasons),
      recorded: recorded.get(each.id) ?? null,
      findings: found(each.id),
    })),
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

function tellText({ name, now, rules, actions, well, leftOut, answers }, { out }) {
  out.line(bold(shownName(name)), `: ${count(actions, "action")}, as of ${moment(now)}, under ${rules}.`);
  for (const answer of answers) tellAnswer(answer, out);
  if (leftOut > 0) out.line(`${count(leftOut, "more action")} can be asked for by --action.`);
  if (well > 0) out.line(dim(`${count(well, "action")} went well.`));
}

const SEVERITIES = { error: red("error"), warning: yellow("warning"), note: dim("note") };

function tellAnswer(answer, out) {
  const {
    action,
    attempt,
    cause,
    findings,
    isOver,
    kind,
    maxAttempts,
    phase,
    recorded,
    said,
    since,
    stores,
    timers,
    waitsFor,
  } = answer;
  const attempts = kind === "task" ? `, attempt ${attempt} of ${maxAttempts}` : "";
  out.line();
  out.line(
    bold(action),
    ...(recorded === null || recorded === phase
      ? [" is "]
      : [" is ", cyan(recorded), " in the record; by the rules it is "]),
    cyan(phase),
    `${attempts}${since === null ? "" : `, since ${moment(since)}`}${isOver ? ". It is over." : "."}`,
  );
  const line = (word, ...parts) => out.line("  ", dim(word.padEnd(10)), ...parts);
  for (const words of said) line("says", words);
  if (cause) {
    const source = sourceOf(cause.rule);
    line("because", cause.sentence, " (", source ? link(cause.rule, source.href) : cause.rule, ")");
  }
  for (const { what, until } of waitsFor) line("waits for", what, until === undefined ? "" : `, at ${moment(until)}`);
  for (const { what, at } of timers) line("timer", what, `, at ${moment(at)}`);
  if (!isOver && waitsFor.length + timers.length === 0) line("waits for", "nothing: as it stands, nothing moves it");
  for (const sentence of stores) line("stores", sentence);
  for (const { severity, sentence, incident } of findings) {
    line(
      "record",
      SEVERITIES[severity] ?? severity,
      ": ",
      sentence,
      incident ? ` It looks like ${incident} of the gallery.` : "",
    );
  }
}
