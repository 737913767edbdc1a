/*
 * What an element is to show: a situation by its name, a link, or a trace; or else the first situation. A link goes before
 * a trace and a trace before a situation, so that a run which was copied is the one that is seen.
 */

import type { ActionId, Command, RulesConfig, SimulationConfig } from "flyte-lifecycle";
import { LifecycleError, load, Simulation } from "flyte-lifecycle/init";
import { SIZE_MAX, textUpTo } from "../bounds.ts";
import { decode, trouble } from "../location.ts";
import { RULE_SETS } from "../rules.ts";
import type { Run } from "../run/run.ts";
import { SCENARIOS, type Scenario } from "../scenarios.ts";
import { inWords } from "../words/commands.ts";
import { unknown } from "./embed.ts";

/** A run to be opened, with what is wrong with what was asked for. */
export interface Source {
  title: string;
  config: SimulationConfig;
  commands: readonly Command[];
  index?: number;
  selected?: ActionId;
  problems: string[];
  /** Why it stands in the place of what was asked for. */
  failure?: LifecycleError;
}

export interface Asked {
  scenario: string | null;
  link: string | null;
  trace: string | null;
  rules: string | null;
}

export async function sourceOf(asked: Asked): Promise<Source> {
  const source = await beginning(asked);
  if (asked.rules === null) return source;
  const rules = asked.rules.toLowerCase();
  if (!RULE_SETS.includes(rules as "documented")) {
    const problem = unknown(`rules=${asked.rules}`, "rule set", rules, RULE_SETS);
    const failure = source.failure ?? new LifecycleError(problem, "INVALID_ARGUMENT");
    return { ...source, problems: [...source.problems, problem], failure };
  }
  return { ...source, config: { ...source.config, rules: rules as RulesConfig } };
}

async function beginning({ scenario, link, trace }: Asked): Promise<Source> {
  if (link !== null) return fromLink(link);
  if (trace !== null) return await fromTrace(trace);
  return await fromScenario(scenario);
}

const ofScenario = ({ title, config, rules, commands, at, select }: Scenario): Source => ({
  title,
  config: { rules: rules ?? "documented", ...config },
  commands,
  ...(at === undefined ? {} : { index: at }),
  ...(select === undefined ? {} : { selected: select }),
  problems: [],
});

/** What stands there when nothing else was asked for. */
function first(): Source {
  const [scenario] = SCENARIOS;
  return ofScenario(scenario as Scenario);
}

/** What stands there when what was asked for cannot. */
const instead = (problem: string, code: LifecycleError["code"]): Source => ({
  ...first(),
  problems: [problem],
  failure: new LifecycleError(problem, code),
});

async function fromScenario(name: string | null): Promise<Source> {
  if (!name) return first();
  const found = SCENARIOS.find(({ id }) => id === name.toLowerCase());
  if (found) return ofScenario(found);
  // The real bugs come as traces, which are fetched only if one is asked for.
  const [{ entries, scenarioOf, traceNamed, names }] = await Promise.all([
    import("../gallery/gallery.ts"),
    load("reading"),
  ]);
  const entry = entries().find((each) => each.id === name.toLowerCase() || each.name === name);
  if (entry) return ofScenario(scenarioOf(entry));
  const trace = traceNamed(name);
  if (trace) return ofScenario(trace);
  const known = [...SCENARIOS.map(({ id }) => id), ...names()];
  return instead(unknown(`scenario=${name}`, "situation", name, known), "NOT_FOUND");
}

/** The fragment of a link, or the whole address with one. */
function fromLink(text: string): Source {
  const link = decode(text.slice(text.indexOf("#") + 1));
  if (!link)
    return instead(`“${text.slice(0, 80)}” is no link to a run: copy one with “Copy link”.`, "INVALID_ARGUMENT");
  const { config, commands, index, action, broken } = link;
  if (broken && commands.length === 0)
    return instead(`This link cannot be opened. ${trouble(broken)}`, "INVALID_ARGUMENT");
  return {
    title: "A run from a link",
    config,
    commands,
    ...(index === undefined ? {} : { index }),
    ...(action === undefined ? {} : { selected: action }),
    problems: broken ? [`This link opens up to here. ${trouble(broken)}`] : [],
  };
}

/** A trace itself, or where one is to be fetched. */
async function fromTrace(given: string): Promise<Source> {
  let text = given;
  if (!given.includes("\n")) {
    try {
      const answer = await fetch(new URL(given, document.baseURI));
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      text = await textUpTo(answer, SIZE_MAX);
    } catch (error) {
      const { message } = error as Error;
      return instead(`The trace ${given.slice(0, 200)} could not be fetched: ${message}.`, "NOT_FOUND");
    }
  }
  try {
    await load("reading");
    const sim = Simulation.fromTrace(text);
    const source = { title: "A run from a trace", config: sim.config(), commands: sim.commands(), problems: [] };
    sim.free();
    return source;
  } catch (error) {
    return instead(`The trace cannot be read. ${(error as Error).message}`, "INVALID_ARGUMENT");
  }
}

/** The step at which its commands did not go on. */
export function stopOf({ stopped, intended }: Run): string[] {
  const command = stopped && intended[stopped.done];
  if (!command) return [];
  const { done, error } = stopped;
  return [`Step ${done + 1} of ${intended.length}, “${inWords(command)}”, does not hold: ${error.message}`];
}
