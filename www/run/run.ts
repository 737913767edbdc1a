/*
 * A run as one value: the simulation, what it was made from, where it came from, and everything that was done and told.
 * Whoever opens, leaves, branches or plays a run again hands over this value as a whole, so nothing of one run can stay
 * behind in another. It knows neither the page nor its state.
 */

import type {
  Command,
  Event,
  Explanation,
  RuleSet,
  RulesConfig,
  RunCheck,
  SimulationConfig,
  Snapshot,
  Step,
} from "flyte-lifecycle";
import { LifecycleError, Simulation } from "flyte-lifecycle/init";
import { type Side, same, type Told } from "../geometry/compare.ts";
import { fits, type Link } from "../location.ts";
import type { Input } from "../open/reader.worker.ts";
import { asking, partsOf } from "../rules.ts";
import type { Scenario } from "../scenarios.ts";
import { inWords } from "../words/commands.ts";

/** Where a run came from. */
export type Origin =
  /** One of the named situations, a real bug or a trace; what a search has found; what shows a policy. */
  | { kind: "situation" | "discovery" | "showcase"; scenario: Scenario }
  /** A link, with the situation that it says it began as. */
  | { kind: "link"; situation: string | null }
  /** The record of a run, as it was given, and what was found in it. TaskActions are one that the run goes on from. */
  | { kind: "record"; inputs: readonly Input[]; check: RunCheck }
  /** Whoever shows it knows. */
  | { kind: "given" };

/** Everything it takes to make a run again as it was left. */
export interface Kept {
  config: SimulationConfig;
  origin: Origin;
  intended: readonly Command[];
  /** After how many of these commands it stood. */
  at: number;
  touched: boolean;
}

/** Where the commands that a run was made with did not go on. */
export interface Stopped {
  /** How many were accepted before. */
  done: number;
  error: LifecycleError;
}

/** The stores as they stood after a command. */
export interface Moment {
  index: number;
  snapshot: Snapshot;
  /** The facts of the command that led there. */
  facts: readonly Event[];
}

/** What grows as commands are given, and is replaced rather than changed. */
interface Course {
  /** The commands that people meant, also those that the present rules do not take. */
  intended: readonly Command[];
  held: readonly Command[];
  /** The facts of all the commands held. */
  told: readonly Event[];
  /** How many facts there were after so many commands. */
  bounds: readonly number[];
  /** Whether anything was done since it was made. */
  touched: boolean;
}

export class Run {
  readonly sim: Simulation;
  /** Everything the simulation is made from; other rules are another run. */
  readonly config: SimulationConfig;
  readonly origin: Origin;
  /** How many commands it took to read the resources; no rule set and no undo takes those back. */
  readonly floor: number;
  readonly stopped: Stopped | null;
  #course: Course;
  /** The stores as they stood after so many commands, by their number. */
  readonly #samples: Map<number, Snapshot>;
  /** What was asked at the step at which it stands. */
  readonly #explained = new Map<string, Explanation>();
  #explainedAt = 0;

  private constructor(
    sim: Simulation,
    made: Pick<Run, "config" | "origin" | "floor" | "stopped">,
    course: Course,
    samples: Iterable<[number, Snapshot]> = [],
  ) {
    this.sim = sim;
    this.config = made.config;
    this.origin = made.origin;
    this.floor = made.floor;
    this.stopped = made.stopped;
    this.#course = course;
    this.#samples = new Map(samples);
  }

  /** Plays commands from the beginning, as far as they hold. Throws if there can be no such beginning. */
  static of(config: SimulationConfig, commands: readonly Command[], origin: Origin): Run {
    const sim = begin(config, origin);
    try {
      const floor = sim.index;
      const { bounds, stopped } = replay(sim, commands);
      const course = { intended: commands, held: sim.commands(), told: sim.events(), bounds, touched: false };
      return new Run(sim, { config, origin, floor, stopped }, course);
    } catch (error) {
      sim.free();
      throw error;
    }
  }

  /** Makes a run again as it was left. */
  static again({ config, origin, intended, at, touched }: Kept): Run {
    const run = Run.of(config, intended, origin);
    run.#course = { ...run.#course, touched };
    run.seek(Math.min(run.floor + at, run.length));
    return run;
  }

  /** A run around a simulation that somebody else made, drives and frees. */
  static around(sim: Simulation): Run {
    const config = sim.config();
    const held = sim.toJSON().commands;
    // Only the answer to a command says how many facts it led to, so they are given once more.
    const again = new Simulation(config);
    const { bounds } = replay(again, held);
    const told = again.events();
    again.free();
    const made = { config, origin: { kind: "given" }, floor: 0, stopped: null } as const;
    return new Run(sim, made, { intended: held, held, told, bounds, touched: false });
  }

  /** Another run, equal to this one: what is done to either is not done to the other. */
  fork(): Run {
    return new Run(this.sim.fork(), this, this.#course, this.#samples);
  }

  free(): void {
    this.sim.free();
  }

  get index(): number {
    return this.sim.index;
  }

  get length(): number {
    return this.held.length;
  }

  get intended(): readonly Command[] {
    return this.#course.intended;
  }

  /** All the commands held, those undone included. */
  get held(): readonly Command[] {
    return this.#course.held;
  }

  /** Their facts. */
  get told(): readonly Event[] {
    return this.#course.told;
  }

  get bounds(): readonly number[] {
    return this.#course.bounds;
  }

  get touched(): boolean {
    return this.#course.touched;
  }

  get rules(): RulesConfig {
    return this.config.rules ?? "documented";
  }

  get ruleSet(): RuleSet {
    return partsOf(this.rules).base;
  }

  /** Whether the simulation stands where this run left it: whoever can reach it may have driven it directly. */
  get isPresent(): boolean {
    const { sim, held } = this;
    return sim.length === held.length && same(sim.commands(), held.slice(0, sim.index));
  }

  // --- what is done -----------------------------------------------------------------------------------------------

  /** Does something. Throws, and changes nothing, if it is refused. What was undone before is no longer held. */
  dispatch(command: Command): Step {
    const at = this.sim.index;
    const step = this.sim.dispatch(command);
    const { held, told, bounds } = this;
    const begin = bounds[at] ?? 0;
    // As it was carried out: a draw that was left out is filled in.
    const now = [...held.slice(0, at), step.command];
    this.#course = {
      intended: now.slice(this.floor),
      held: now,
      told: [...told.slice(0, begin), ...step.events],
      bounds: [...bounds.slice(0, at + 1), begin + step.events.length],
      touched: true,
    };
    for (const index of this.#samples.keys()) if (index > at) this.#samples.delete(index);
    this.#explained.clear();
    return step;
  }

  /** Stands after so many commands; the later ones are kept until another is sent. Throws beyond those held. */
  seek(index: number): void {
    this.sim.seek(index);
  }

  // --- what is asked ----------------------------------------------------------------------------------------------

  /** The facts up to the present. */
  events(): readonly Event[] {
    const end = this.bounds[this.index] ?? 0;
    return end === this.told.length ? this.told : this.told.slice(0, end);
  }

  snapshot(): Snapshot {
    const { index } = this;
    const known = this.#samples.get(index);
    if (known) return known;
    const snapshot = this.sim.snapshot();
    this.#samples.set(index, snapshot);
    return snapshot;
  }

  /** The last moments up to the present, oldest first. */
  moments(count: number): Moment[] {
    const { floor, bounds, told, index: last } = this;
    const first = Math.max(floor, last - count + 1);
    const list: Moment[] = [];
    let past: Simulation | null = null;
    for (let index = first; index <= last; index += 1) {
      let snapshot = this.#samples.get(index);
      if (!snapshot) {
        past ??= this.sim.fork();
        past.seek(index);
        snapshot = past.snapshot();
        this.#samples.set(index, snapshot);
      }
      const facts = index > floor ? told.slice(bounds[index - 1] ?? 0, bounds[index] ?? 0) : [];
      list.push({ index, snapshot, facts });
    }
    past?.free();
    for (const index of this.#samples.keys()) if (index < first - count) this.#samples.delete(index);
    return list;
  }

  /** Why a command would, or would not, do anything. */
  explain(command: Command): Explanation {
    if (this.#explainedAt !== this.index) this.#explained.clear();
    this.#explainedAt = this.index;
    const key = JSON.stringify(command);
    const known = this.#explained.get(key);
    if (known) return known;
    const answer = ask(this.sim, command);
    this.#explained.set(key, answer);
    return answer;
  }

  /** The run step by step, under its own rules or, its commands given again, under others. */
  tell(name: string, rules: RulesConfig = this.ruleSet): Side {
    if (rules === this.ruleSet) return { name, steps: this.#steps(), stopped: null };
    let other: Run;
    try {
      other = Run.of({ ...this.config, rules }, this.intended, this.origin);
    } catch (error) {
      return { name, steps: [], stopped: lifecycleError(error).message };
    }
    const { floor, stopped } = other;
    const command = stopped && this.intended[stopped.done];
    const step = command && `Step ${floor + stopped.done + 1}, “${inWords(command)}”`;
    const side: Side = {
      name,
      steps: other.#steps(),
      stopped: stopped && `${step}, is refused: ${stopped.error.message}`,
    };
    other.free();
    return side;
  }

  #steps(): Told[] {
    const { floor, bounds, told } = this;
    return this.held.slice(floor).map((command, at) => ({
      command,
      events: told.slice(bounds[floor + at], bounds[floor + at + 1]),
    }));
  }

  /** Why no link holds it; null if one can. */
  get unlinked(): "resources" | "length" | null {
    return this.floor > 0 ? "resources" : fits(this.held) ? null : "length";
  }

  /** Whether the address holds it: what was read from what somebody has is in none. */
  get isInAddress(): boolean {
    return this.origin.kind !== "record" && this.unlinked === null;
  }

  /**
   * The run as a link holds it, or null if it was read from resources, which stay here, or is too long. One that was read
   * from a record is commands, which a link can hold, but only if somebody asks for it.
   */
  link(asked: boolean): Link | null {
    const { config, held, index } = this;
    if (asked ? this.unlinked !== null : !this.isInAddress) return null;
    // What a simulation is made from and the list of what was done are replaced, never changed.
    const link: Link = { config, commands: held as Command[] };
    return index < held.length ? { ...link, index } : link;
  }

  /** What it takes to make it again as it stands. */
  kept(): Kept {
    const { config, origin, intended, touched } = this;
    return { config, origin, intended, at: this.index - this.floor, touched };
  }
}

/** A run as it stood after so many of its commands; it goes, if it cannot stand there. */
export function standing(run: Run, at: number | undefined): Run {
  if (at === undefined || at >= run.length) return run;
  try {
    run.seek(at);
    return run;
  } catch (error) {
    run.free();
    throw error;
  }
}

/** Makes the beginning of a run that came from there: resources stand in it before anything is done. */
export function begin(config: SimulationConfig, origin: Origin): Simulation {
  const sim = new Simulation(asking(config));
  try {
    for (const command of resourcesOf(origin)) sim.dispatch(command);
    return sim;
  } catch (error) {
    sim.free();
    throw error;
  }
}

/** The commands that put resources where a run goes on from them. */
export const resourcesOf = (origin: Origin): readonly Command[] =>
  origin.kind === "record" && origin.check.format === "taskActions" ? origin.check.commands : [];

/** An error of the engine; anything else is a bug of the page or the engine, and hiding it would help nobody. */
export function lifecycleError(error: unknown): LifecycleError {
  if (error instanceof LifecycleError) return error;
  throw error;
}

/** Sends commands until one is refused. */
function replay(sim: Simulation, commands: readonly Command[]): { bounds: number[]; stopped: Stopped | null } {
  let count = sim.events().length;
  const bounds = [...Array<number>(sim.index).fill(0), count];
  for (const [done, command] of commands.entries()) {
    try {
      count += sim.dispatch(command).events.length;
    } catch (error) {
      return { bounds, stopped: { done, error: lifecycleError(error) } };
    }
    bounds.push(count);
  }
  return { bounds, stopped: null };
}

function ask(sim: Simulation, command: Command): Explanation {
  try {
    return sim.explain(command);
  } catch (error) {
    const { code, message, rule } = lifecycleError(error);
    return { enabled: false, rule: rule ?? "", sentence: message, code, message, events: [] };
  }
}
