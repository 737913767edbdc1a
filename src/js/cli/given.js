// What a text is, and the run that it tells: a link, a trace, a run that was kept as JSON, or the record of one.

import { isLink, kindOf as kindOfText, savedIn } from "../../../pkg/cli/kind.js";
import { checkRun, LifecycleError, Simulation } from "../node.js";
import { calledOf, namesOf, textOf } from "./input.js";
import { Trouble } from "./trouble.js";

/** The rule sets that a record may be checked under; `auto` is the first that explains it. */
export const RULES = ["auto", "upstream", "merged", "documented"];

export { isLink };

/** The one input of a command, which may be a link. */
export async function inputOf(rest, stdin) {
  if (rest.length > 0 && isLink(rest[0])) return { name: "the link", files: [], texts: [rest[0]] };
  return await textOf(namesOf(rest, stdin)[0], stdin);
}

/** Which of the four an input is: several files are a record. */
const kindOf = ({ texts: [text, ...more] }) => (more.length > 0 ? "record" : kindOfText(text));

/**
 * The run that an input tells, whatever it is: `kind`, `simulation`, of a link `link`, and of a record `check`.
 */
export async function runIn(input, rules = "auto") {
  const kind = kindOf(input);
  const [text] = input.texts;
  switch (kind) {
    case "link":
      return { kind, ...(await fromLink(text.trim())) };
    case "trace":
      return { kind, simulation: of(input, () => Simulation.fromTrace(text)) };
    case "saved":
      return { kind, simulation: of(input, () => Simulation.fromJSON(savedIn(text))) };
    default: {
      const check = checkedIn(input, rules);
      return { kind, check, simulation: replayed(check) };
    }
  }
}

/** Reads an input. What the core says of it names a place in it, and not which input it is; of several, it says which. */
function of({ name, files }, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
    const [, number, rest] = /^\[(\d+)\][ .]?(.*)$/s.exec(files.length > 1 ? error.message : "") ?? [];
    const sentence = number ? `${calledOf(files[number])}: ${rest}` : `${calledOf(name)}: ${error.message}`;
    throw new Trouble(sentence, { cause: error });
  }
}

/** The check of the record that an input is; one that is something else is refused. */
export function recordIn(input, rules) {
  const kind = kindOf(input);
  if (kind === "record") return checkedIn(input, rules);
  const what = { link: "a link", trace: "a trace", saved: "a run that was kept as JSON" }[kind];
  throw new Trouble(
    `${calledOf(input.name)} is ${what}, whose steps follow from the rules, so there is nothing to check; ` +
      "`flyte-lifecycle why` explains it, `flyte-lifecycle trace` prints it.",
  );
}

const checkedIn = (input, rules) =>
  of(input, () => checkRun(input.texts.length === 1 ? input.texts[0] : input.texts, { rules }));

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
