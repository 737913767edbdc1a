// What a text is, and the run that it tells: a link, a trace, a run that was kept as JSON, or the record of one.

import { checkRun, LifecycleError, Simulation } from "../node.js";
import { calledOf } from "./input.js";
import { Trouble } from "./trouble.js";

/** Characters of YAML: it takes a hundred times as long to read as JSON. */
const YAML_MAX = 8_388_608;

/** The rule sets that a record may be checked under, and what tries them one after the other. */
export const RULES = ["auto", "upstream", "merged", "documented"];

/** An address, or its fragment, that may be a link to a run. */
const LINK = /^(?:https?:\/\/\S*)?#(?:v\d+|gallery|explore)\//;
/** Comments and empty lines may stand before the first words of a trace. */
const TRACE = /^\uFEFF?(?:[^\S\n]*(?:#[^\n]*)?\n)*flyte-lifecycle\s+trace\b/;
const SAVED = /^\s*\{/;
/** Kubernetes says of what version and kind a thing is, in lines of their own. */
export const YAML = /^(?:- )?(?:apiVersion|kind|items)[ \t]*:/m;

/** Whether a word on the command line is a link, and no file. */
export const isLink = (word) => LINK.test(word.trim());

/** Which of the four a text is. */
export function kindOf(text) {
  if (text.length < 1_000_000 && !/\s/.test(text.trim()) && isLink(text)) return "link";
  if (TRACE.test(text.slice(0, 4_096))) return "trace";
  return SAVED.test(text) && savedIn(text) !== undefined ? "saved" : "record";
}

/** The run that `JSON.stringify` kept of a simulation; undefined for any other text. */
function savedIn(text) {
  // Looked for first, since a record may be of many megabytes.
  if (!text.slice(0, 4_096).includes('"flyte-lifecycle run"')) return undefined;
  try {
    const value = JSON.parse(text);
    return value?.format === "flyte-lifecycle run" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The run that a text tells, whatever it is: `kind`, `simulation`, of a link `link`, and of a record `check` with the rules
 * that it was checked under.
 */
export async function runIn({ name, text }, rules) {
  const kind = kindOf(text);
  switch (kind) {
    case "link":
      return { kind, ...(await fromLink(text.trim())) };
    case "trace":
      return { kind, simulation: of(name, () => Simulation.fromTrace(text)) };
    case "saved":
      return { kind, simulation: of(name, () => Simulation.fromJSON(savedIn(text))) };
    default: {
      const checked = await checkedIn(name, text, rules);
      return { kind, ...checked, simulation: replayed(checked.check) };
    }
  }
}

/** Reads an input. What the core says of it names a place in it, and not which input it is. */
function of(name, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
    throw new Trouble(`${calledOf(name)}: ${error.message}`);
  }
}

/** The record that a text is, checked; a text that is something else is refused. */
export async function recordIn({ name, text }, rules) {
  const kind = kindOf(text);
  if (kind === "record") return await checkedIn(name, text, rules);
  const what = { link: "a link", trace: "a trace", saved: "a run that was kept as JSON" }[kind];
  throw new Trouble(
    `${calledOf(name)} is ${what}, whose steps follow from the rules, so there is nothing to check; ` +
      "`flyte-lifecycle why` explains it, `flyte-lifecycle trace` prints it.",
  );
}

async function checkedIn(name, text, rules) {
  const value = await valueIn(name, text);
  // The first rule set that explains all of it; if none does, what is said is said by upstream's.
  const tries = rules === "auto" ? RULES.slice(1) : [rules];
  let first;
  for (const each of tries) {
    const check = of(name, () => checkRun(value, { rules: each }));
    first ??= { check, rules: each };
    if (check.ok) return { check, rules: each };
  }
  return first;
}

/** What the core reads of a text: YAML as a value, all else as it is. */
async function valueIn(name, text) {
  if (/^\s*[[{]/.test(text) || !YAML.test(text)) return text;
  if (text.length > YAML_MAX) {
    const most = `${YAML_MAX / 1024 / 1024} MB`;
    throw new Trouble(`${calledOf(name)} is YAML of more than ${most}; ask for it as JSON, with \`-o json\`.`);
  }
  const { parseYaml } = await import("../../../pkg/cli/yaml.js");
  const answer = parseYaml(text, YAML_MAX);
  if ("error" in answer) throw new Trouble(`${calledOf(name)}: ${answer.error}`);
  return answer.value;
}

/** The simulation that replays a record. */
function replayed({ config, commands }) {
  const simulation = new Simulation(config);
  for (const command of commands) simulation.dispatch(command);
  return simulation;
}

/** The run of a link. One that does not hold to its end is refused, with the step at which it ends. */
async function fromLink(address) {
  const [{ decode, trouble }, { asking }] = await Promise.all([
    import("../../../pkg/cli/link.js"),
    import("../../../pkg/cli/configuration.js"),
  ]);
  const fragment = address.slice(address.indexOf("#"));
  const link = decode(fragment);
  if (link === null) {
    const what = /^#(\w+)/.exec(fragment)?.[1];
    throw new Trouble(`A link to a run begins with #v2/; this one leads to the ${what}, which is on the page alone.`);
  }
  if (link.broken) throw new Trouble(`The link does not open. ${trouble(link.broken)}`);
  const simulation = new Simulation(asking(link.config));
  for (const [at, command] of link.commands.entries()) {
    try {
      simulation.dispatch(command);
    } catch (error) {
      if (!(error instanceof LifecycleError)) throw error;
      throw new Trouble(`Step ${at + 1} of ${link.commands.length} of the link no longer holds: ${error.message}`);
    }
  }
  if (link.index !== undefined) simulation.seek(Math.min(link.index, simulation.length));
  return { simulation, link: fragment };
}
