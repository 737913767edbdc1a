// Goes through every interleaving of a small model, as `npm run explore` does, by the package's own module.

import { explore, exploreFixes, exploreModels, rules } from "../node.js";
import { numberOf, quoted, wordsOf } from "./arguments.js";
import { nearest } from "./meant.js";
import { bold, jsonText, plain, red } from "./terminal.js";
import { FOUND, GOOD, INCOMPLETE, Trouble } from "./trouble.js";

const RULES = ["documented", "upstream", "merged"];
const FORMATS = ["text", "json"];
const FAULTS = ["none", "op", "race", "rpc", "outside"];

export const help = `npx flyte-lifecycle explore [options]           every interleaving of one model
npx flyte-lifecycle explore --fixes [options]   which policy mends which property, over all models
npx flyte-lifecycle explore --models            the models there are

Examples
  npx flyte-lifecycle explore --rules upstream --actions 2
  npx flyte-lifecycle explore --rules=upstream --actions=task,trace --faults=op,race --traces
  npx flyte-lifecycle explore --set guard=numeric --properties P9,P10
  npx flyte-lifecycle explore --fixes --try guard=retryable,pausedListing=living

Rules
  --rules ${RULES.join("|")}   the rule set; documented if absent, for --fixes upstream
  --set POLICY=VALUE            with another answer to one question; again for more
Model
  --model NAME                  one of those that --models lists, to start from
  --actions N|KIND,KIND,…       so many tasks, or these: the root, then its children
  --attempts N  --versions N  --system-failures N  --abort-calls N  --backlog N
  --faults ${FAULTS.join("|")}
                                what goes wrong besides: aborts, pieces in any order, calls of an abort that
                                fail, updates from outside; several with commas
  --inputs INPUT,…  --without INPUT,…  --calls CALL,…    besides those there are, or without these
Bounds
  --depth N  --states N  --memory BYTES (or 512M, 2G)
Properties
  --properties ID,…             all that apply if absent; or --property ID, again for more
  --strict                      a violation counts also if it is known of the rule set
  --traces                      prints the shortest run to each violation
  --missed                      lists the rules that decided nothing, with the reason if no model meets them
Fixes
  --towards ${RULES.slice(0, 2).join("|")}   whose answers are tried one by one
  --try POLICY=VALUE,…          just this combination instead; again for more
  --states N                    of each model; 20000 if absent
Output
  --format ${FORMATS.join("|")}            for people, if absent, or all of the report for programs

Ctrl+C stops a search, and what was found by then is told.

Exit status
  0  every property is as is known of the rule set, or holds
  1  a property is violated that should hold
  2  the arguments make no sense
  3  nothing was violated that should hold, but the search ended before every state was looked at`;

const text = { type: "string" };
const flag = { type: "boolean" };

export const takes = {
  options: {
    ...{ fixes: flag, strict: flag, traces: flag, missed: flag },
    rules: { type: "string", values: RULES },
    set: { type: "string", multiple: true },
    ...{ model: text, actions: text, attempts: text, versions: text, "system-failures": text, "abort-calls": text },
    ...{
      backlog: text,
      faults: text,
      inputs: text,
      without: text,
      calls: text,
      depth: text,
      states: text,
      memory: text,
    },
    models: flag,
    properties: text,
    property: { type: "string", multiple: true },
    towards: { type: "string", values: RULES.slice(0, 2) },
    try: { type: "string", multiple: true },
    format: { type: "string", values: FORMATS },
  },
};

/** The options of the package that a number is for, by those of the command line. */
const NUMBERS = {
  attempts: "attempts",
  versions: "versions",
  "system-failures": "systemFailures",
  "abort-calls": "abortCalls",
  backlog: "backlog",
  depth: "depth",
  states: "states",
};
/** What --fixes takes; it searches all models. */
const OF_FIXES = ["fixes", "rules", "set", "towards", "try", "states", "properties", "property", "format"];
const OF_FIXES_ALONE = ["towards", "try"];

/** What a fault that is asked for adds to what may happen. */
const INPUTS_OF = { op: ["abort", "createAgain"], rpc: ["failedReply"], outside: ["outsideUpdate"] };

export async function run({ values }, io) {
  if (values.models) return tellModels(await exploreModels(), io);
  if (values.fixes) return await fixes(values, io);
  const alone = OF_FIXES_ALONE.find((name) => values[name] !== undefined);
  if (alone) throw new Trouble(`--${alone} is for --fixes.`);
  return await search(values, io);
}

function tellModels(models, { out }) {
  for (const { actions, fault, name } of models) out.line(`${fault.padEnd(5)} ${name.padEnd(50)} ${actions.join(" ")}`);
  return GOOD;
}

// --- what is asked for --------------------------------------------------------------------------------------------

/** Policies with values, as `guard=numeric`; which there are, the core says. */
function settings(name, texts) {
  const found = new Map();
  for (const each of texts) {
    const at = each.indexOf("=");
    if (at <= 0 || at === each.length - 1) throw new Trouble(`--${name} takes POLICY=VALUE, not ${quoted(each)}.`);
    const policy = each.slice(0, at);
    if (found.has(policy)) throw new Trouble(`--${name} gives ${quoted(policy)} two answers; it can have one.`);
    found.set(policy, each.slice(at + 1));
  }
  return Object.fromEntries(found);
}

function rulesOf({ rules: base, set = [] }, usual) {
  return set.length > 0 ? { base: base ?? usual, ...settings("set", set) } : (base ?? usual);
}

/** Bytes, also as `512M` or `2G`. */
function bytesOf(text) {
  const [, digits, unit] = /^([\d_,]+)([kKMG]?)$/.exec(text) ?? [];
  if (digits === undefined) throw new Trouble(`--memory takes a number of bytes, such as 512M, not ${quoted(text)}.`);
  const bytes = numberOf("memory", digits) * { "": 1, k: 2 ** 10, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit];
  // The core counts them by 32 bits, as its module's memory is.
  if (bytes >= 2 ** 32) throw new Trouble(`--memory ${text} is too much: up to 4095M can be used.`);
  return bytes;
}

/** What the names of properties are to be, from both ways to give them. */
const propertiesOf = ({ properties, property = [] }) =>
  properties === undefined && property.length === 0
    ? undefined
    : [...(properties?.split(",") ?? []), ...property].filter((name) => name !== "");

/** The options of the search. What may happen is added to what happens in the model that is started from. */
async function optionsOf(values) {
  const models = await exploreModels();
  if (values.model !== undefined) checkModel(values.model, models);
  const options = { rules: rulesOf(values, "documented") };
  if (values.model !== undefined) options.model = values.model;
  if (values.actions !== undefined) options.actions = actionsOf(values.actions);
  for (const [name, own] of Object.entries(NUMBERS)) {
    if (values[name] !== undefined) options[own] = numberOf(name, values[name]);
  }
  if (values.memory !== undefined) options.bytes = bytesOf(values.memory);
  const properties = propertiesOf(values);
  if (properties) options.properties = properties;
  const faults = values.faults === undefined ? [] : wordsOf("faults", values.faults, FAULTS);
  if (faults.includes("race")) options.delivery = "manual";
  const { calls, inputs } = await happens(values, faults);
  if (inputs) options.inputs = inputs;
  if (calls) options.calls = calls;
  return options;
}

function checkModel(name, models) {
  const names = models.map((model) => model.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new Trouble(
    `There is no model ${quoted(name)}${near ? ` (did you mean ${quoted(near)}?)` : ""}; --models lists them.`,
  );
}

/** So many tasks, or actions by their kinds, which the core knows. */
const actionsOf = (text) =>
  /^\d+$/.test(text) ? Array.from({ length: Math.min(Number(text), 100) }, () => "task") : text.split(",");

/** What may happen, if that is to be something else than in the model. */
async function happens({ model, inputs, without, calls }, faults) {
  const more = [...faults.flatMap((fault) => INPUTS_OF[fault] ?? []), ...(inputs?.split(",") ?? [])];
  if (more.length === 0 && without === undefined && calls === undefined) return {};
  // A search of one state says what it is within.
  const { bounds } = await explore({ ...(model !== undefined && { model }), states: 1 });
  const less = without?.split(",") ?? [];
  if (less.length > 0) wordsOf("without", without, [...new Set([...bounds.inputs, ...more])]);
  return {
    inputs: [...new Set([...bounds.inputs, ...more])].filter((input) => !less.includes(input)),
    calls: [...new Set([...bounds.calls, ...(calls?.split(",") ?? [])])],
  };
}

// --- a search -----------------------------------------------------------------------------------------------------

/** Runs a search until it has ended, or until somebody presses Ctrl+C; what was found by then is answered. */
async function untilStopped(io, search) {
  const stop = new AbortController();
  const stopped = () => stop.abort();
  process.once("SIGINT", stopped);
  try {
    return await search(stop.signal);
  } finally {
    process.removeListener("SIGINT", stopped);
    // The line of progress is gone when what was found is told.
    io.error.passing("");
  }
}

const grouped = (number) => number.toLocaleString("en");

async function search(values, io) {
  const options = await optionsOf(values);
  const isText = values.format !== "json";
  let told = performance.now();
  const onProgress = ({ states, frontier, transitions, depth }) => {
    if (performance.now() - told < 100) return;
    told = performance.now();
    io.error.passing(
      `… ${grouped(states)} states, ${grouped(transitions)} transitions, depth ${depth}; frontier ${grouped(frontier)} (Ctrl+C stops)`,
    );
  };
  const began = performance.now();
  const report = await untilStopped(io, (signal) => explore({ ...options, onProgress, signal }));
  const seconds = (performance.now() - began) / 1_000;
  const base = values.rules ?? "documented";
  const verdicts = report.verdicts.map((each) => ({ ...each, isFine: isFine(each, base, values.strict) }));
  if (isText) {
    tellModel(report.bounds, base, values.set ?? [], io.out);
    tellReport(report, verdicts, seconds, values, io.out);
  } else io.out.document(jsonText(report));
  if (verdicts.some(({ isFine }) => !isFine)) return FOUND;
  return report.ended === "complete" ? GOOD : INCOMPLETE;
}

/**
 * Whether a verdict is no surprise. What upstream's rules break is known, by the fault that it takes; what no small model
 * shows is no violation, since another may.
 */
const isFine = ({ needs, verdict }, base, strict) =>
  verdict !== "violated" || (base === "upstream" && needs !== undefined && !strict);

function tellModel(bounds, base, set, out) {
  const { abortCalls, actions, attempts, backlog, bytes, calls, collects, delivery, depth, inputs, states } = bounds;
  out.line(["rules", base, ...set].join(" "));
  out.line(`actions ${actions.join(" ")}`);
  out.line(
    `attempts ${attempts} versions ${bounds.versions} system failures ${bounds.systemFailures} abort calls ${abortCalls} delivery ${delivery} backlog ${backlog}`,
  );
  out.line(`inputs ${inputs.join(" ")}`);
  out.line(`calls that may fail: ${calls.length > 0 ? calls.join(" ") : "none"}`);
  out.line(`garbage collector ${collects ? "sweeps" : "does not sweep"}`);
  out.line(`depth ${depth ?? "any"} states ${states} memory ${bytes}`);
  out.line();
}

const WORDS = {
  holds: "holds",
  holdsSoFar: "holds so far",
  never: "NEVER HAPPENS",
  violated: "VIOLATED",
  happens: "happens",
};

function verdictText({ finding, verdict }) {
  return finding ? `${WORDS[verdict]} in ${finding.length} (${finding.timing})` : (WORDS[verdict] ?? verdict);
}

function tellReport(report, verdicts, seconds, { missed, traces }, out) {
  const { bytes, outcome, reasons, rulesMissed, states, summary, transitions } = report;
  const per = (amount) => Math.round(amount / Math.max(seconds, 0.001));
  out.line(summary);
  out.line(`${per(states)} states/s, ${per(transitions)} transitions/s, ${(bytes / states).toFixed(1)} bytes/state`);
  out.line();
  for (const each of verdicts) {
    const { finding, isFine, property, sentence, verdict } = each;
    const said = verdictText(each).padEnd(28);
    const mark = isFine ? " " : "!";
    out.line(
      isFine ? mark : red(mark),
      ` ${property.padEnd(5)} `,
      verdict === "violated" ? red(said) : said,
      ` ${sentence}`,
    );
    if (!traces || verdict !== "violated") continue;
    out.line();
    for (const line of finding.trace.split("\n")) out.line(plain(line));
  }
  out.line();
  out.line(bold(outcome));
  const met = rules().length - rulesMissed.length;
  out.line(`${met} rules decided something; ${rulesMissed.length} did not${missed ? ":" : " (--missed lists them)."}`);
  if (!missed) return;
  for (const rule of rulesMissed) out.line(`  ${rule.padEnd(28)} ${reasons[rule] ?? "another model meets it"}`);
}

// --- the table of fixes -------------------------------------------------------------------------------------------

async function fixes(values, io) {
  const alien = Object.keys(values).find((name) => !OF_FIXES.includes(name));
  if (alien) throw new Trouble(`--${alien} is not for --fixes, which searches all models.`);
  const options = {};
  if (values.rules !== undefined || values.set !== undefined) options.rules = rulesOf(values, "upstream");
  if (values.towards !== undefined) options.towards = values.towards;
  if (values.states !== undefined) options.states = numberOf("states", values.states);
  const properties = propertiesOf(values);
  if (properties) options.properties = properties;
  if (values.try !== undefined) options.tries = values.try.map((text) => settings("try", text.split(",")));
  const isText = values.format !== "json";
  const began = performance.now();
  let last = 0;
  const onProgress = ({ columnsTotal, models, modelsTotal, states, columns }) => {
    last = columnsTotal - 1;
    io.error.passing(
      `… ${columns} of ${columnsTotal}, model ${models} of ${modelsTotal}, ${grouped(states)} states (Ctrl+C stops)`,
    );
  };
  const onColumn = (column, number) => {
    if (!isText) return;
    io.error.passing("");
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const of = `${String(number).padStart(3)}${last > 0 ? ` of ${last}` : ""}`;
    io.out.line(
      `${of}  ${nameOf(column).padEnd(45)} ${String(column.states).padStart(9)} states, ${column.modelsSkipped} models left out (${seconds} s)`,
    );
  };
  const report = await untilStopped(io, (signal) => exploreFixes({ ...options, onProgress, onColumn, signal }));
  if (isText) tellTable(report, io.out);
  else io.out.document(jsonText(report));
  return report.ended === "complete" ? GOOD : INCOMPLETE;
}

function nameOf({ changes }) {
  const changed = Object.entries(changes).map(([policy, value]) => `${policy}=${value}`);
  return changed.length > 0 ? changed.join(" ") : "as it starts";
}

const SIGNS = { none: "·", mends: "+", breaks: "-", eases: "^", worsens: "v" };
const EFFECTS = ["mends", "breaks", "eases", "worsens"];
const GOODS = ["holds", "holdsSoFar", "happens"];

/** The table with a row for each property that is broken somewhere, and a column for each try. */
function tellTable({ base, tries }, out) {
  if (base === null) return;
  const digits = (digit) => tries.map((_, at) => digit(at + 1)).join("");
  out.line();
  out.line(
    " ".repeat(32),
    digits((number) => Math.floor(number / 10)),
  );
  out.line(
    `${" ".repeat(6)}${"as it starts".padEnd(25)} `,
    digits((number) => number % 10),
  );
  for (const [place, cell] of base.verdicts.entries()) {
    const signs = tries.map(({ verdicts }) => SIGNS[verdicts[place].change]).join("");
    if (GOODS.includes(cell.verdict) && /^·*$/.test(signs)) continue;
    const shown = cell.fault === undefined ? "" : ` (${cell.fault} in ${cell.length})`;
    out.line(`${cell.property.padEnd(5)} ${`${cell.verdict}${shown}`.padEnd(25)} ${signs}`);
  }
  out.line();
  out.line("+ mends  - breaks  ^ takes something worse  v takes less");
  out.line();
  for (const [at, column] of tries.entries()) {
    const told = EFFECTS.filter((effect) => column[effect].length > 0).map(
      (effect) => `${effect} ${column[effect].join(" ")}`,
    );
    const effects = told.length > 0 ? told.join("; ") : "changes no verdict alone";
    out.line(`${String(at + 1).padStart(3)} ${nameOf(column).padEnd(45)} ${effects}`);
  }
}
