/*
 * What the store works out with simulations of its own, beside the one that is open: how a trace or a kept run begins, where two rule
 * sets part, and what delivery by hand makes of commands that were delivered at once. Each frees what it made.
 */

import type { Command, Event, LifecycleError, SavedRun, SimulationConfig, Snapshot, Story } from "flyte-lifecycle";
import { load, Simulation } from "flyte-lifecycle/init";
import { type Difference, differenceOf } from "./facts.ts";
import { asking } from "./rules.ts";

/** A run by its beginnings: the configuration and the commands. */
export interface Told {
  config: SimulationConfig;
  commands: Command[];
  /** After how many of them it stands. */
  index: number;
  /** The incident that it shows, and the facts in which it goes wrong, by their numbers. */
  story: Story | null;
  wrong: { from: number; to: number; event: Event } | null;
  /** Where the text tells other facts than follow from its commands. */
  differs: Difference | null;
}

/** Fetches what reads traces and resources, once; whoever reads one has waited for it. */
export const loadReading = (): Promise<void> => load("reading");

/** Reads a trace. */
export const readTrace = (text: string): Told =>
  toldBy(Simulation.fromTrace(text), (sim) => differenceOf(text, sim.trace()));

/** Reads a run that was kept as JSON. */
export const readSaved = (value: unknown): Told => toldBy(Simulation.fromJSON(value as SavedRun));

/** What a simulation tells. What stands in it only because it is the default is left out, so that links stay short. */
function toldBy(sim: Simulation, differsOf: (sim: Simulation) => Difference | null = () => null): Told {
  const usual = new Simulation(asking({}));
  const defaults = new Map(Object.entries(usual.config()).map(([key, value]) => [key, JSON.stringify(value)]));
  const config = Object.fromEntries(
    Object.entries(sim.config()).filter(([key, value]) => JSON.stringify(value) !== defaults.get(key)),
  ) as SimulationConfig;
  const { commands } = sim.toJSON();
  const { index } = sim;
  const differs = differsOf(sim);
  const story = sim.story();
  const wrong = story?.wrong ? marked(sim, story.wrong) : null;
  usual.free();
  sim.free();
  return { config: { rules: "documented", ...config }, commands, index, story, wrong, differs };
}

/** The facts that a story marks: one, or all that its command led to. */
function marked(sim: Simulation, { command, fact }: NonNullable<Story["wrong"]>): Told["wrong"] {
  const events = sim.events();
  sim.seek(command + 1);
  const end = sim.events().length;
  sim.seek(command);
  const begin = sim.events().length;
  const [from, to] = fact === null ? [begin, end] : [begin + fact, begin + fact + 1];
  const event = events[from];
  return event ? { from, to, event } : null;
}

/** More pieces of work than any one command leads to. */
const MANY = 10_000;

/**
 * The commands that do by hand what these did at once: after each, everything that waits is delivered in its turn.
 * `ends` tells how many commands of the new list the first n of the old one became.
 */
export function byHand(make: () => Simulation, commands: readonly Command[]): { commands: Command[]; ends: number[] } {
  const sim = make();
  const all: Command[] = [];
  /** Whether something was waiting: tried, since a snapshot of everything after every piece costs its square. */
  const deliver = (): boolean => {
    try {
      sim.dispatch({ type: "deliver" });
      return true;
    } catch {
      return false;
    }
  };
  const drain = (): void => {
    for (let left = MANY; left > 0 && deliver(); left -= 1) all.push({ type: "deliver" });
  };
  drain();
  const ends = [all.length];
  for (const command of commands) {
    try {
      sim.dispatch(command);
    } catch {
      // The replay that follows stops at the same place and says why.
      all.push(command);
      ends.push(all.length);
      break;
    }
    all.push(command);
    drain();
    ends.push(all.length);
  }
  sim.free();
  return { commands: all, ends };
}

/** Whether a command belongs to delivery by hand. */
export const isHand = ({ type }: Command): boolean => type === "deliver" || type === "drop" || type === "duplicate";

/** The commands that do at once what these did by hand, as far as that can be: nothing is lost or told twice then. */
export function atOnce(commands: readonly Command[]): { commands: Command[]; ends: number[]; leftOut: number } {
  const all: Command[] = [];
  const ends = [0];
  let leftOut = 0;
  for (const command of commands) {
    if (!isHand(command)) all.push(command);
    else if (command.type !== "deliver") leftOut += 1;
    ends.push(all.length);
  }
  return { commands: all, ends, leftOut };
}

/** The first step at which the same commands lead to something else. */
export interface Parting {
  /** Counted from 1; 0 if they never part. */
  step: number;
  first: Outcome;
  second: Outcome;
}

interface Outcome {
  events: readonly Event[];
  error: LifecycleError | null;
}

/** Plays the same commands twice, side by side, until they part. */
export function parting(first: SimulationConfig, second: SimulationConfig, commands: readonly Command[]): Parting {
  const [one, two] = [new Simulation(asking(first)), new Simulation(asking(second))];
  const nothing: Outcome = { events: [], error: null };
  const found: Parting = { step: 0, first: nothing, second: nothing };
  for (const [at, command] of commands.entries()) {
    const [a, b] = [attempt(one, command), attempt(two, command)];
    const same = refusal(a) === refusal(b) && essence(a.events) === essence(b.events);
    if (!same || standing(one.snapshot()) !== standing(two.snapshot())) {
      Object.assign(found, { step: at + 1, first: a, second: b });
      break;
    }
    if (a.error) break;
  }
  one.free();
  two.free();
  return found;
}

const refusal = ({ error }: Outcome): string => (error ? `${error.code} ${error.message}` : "");

function attempt(sim: Simulation, command: Command): Outcome {
  try {
    return { events: sim.dispatch(command).events, error: null };
  } catch (error) {
    return { events: [], error: error as LifecycleError };
  }
}

const essence = (events: readonly Event[]): string =>
  events
    .map(({ action, type, from, to, attempt, rule, detail }) => [action, type, from, to, attempt, rule, detail].join())
    .join(";");

const standing = ({ actions, eventLog }: Snapshot): string => JSON.stringify([actions, eventLog]);
