/* The ways that a run went, each of them a run of its own; one of them is present. */

import type { Command, RuleSet } from "flyte-lifecycle";
import { labelOf } from "../words/commands.ts";
import type { Run } from "./run.ts";

/** One way that the run went. */
export interface Branch {
  id: number;
  /** A, B, … in the order in which they came to be. */
  letter: string;
  /** By what it differs from the others. */
  name: string;
  rules: RuleSet;
  /** After how many commands it left another branch, and which; null for the first. */
  from: { step: number; letter: string } | null;
}

/** The ways as they are shown. */
export interface ShownBranches {
  branches: readonly Branch[];
  branch: number;
}

/** A branch by its run, without what that says itself. */
type Named = Omit<Branch, "rules"> & { run: Run };

export class Branches {
  readonly #all = new Map<number, Named>();
  #id = 0;

  /** The run that is open; null until one is. */
  get present(): Run | null {
    return this.runOf(this.#id);
  }

  runOf(id: number): Run | null {
    return this.#all.get(id)?.run ?? null;
  }

  letterOf(id: number): string {
    return this.#all.get(id)?.letter ?? "";
  }

  /** Whether anything was done in any of them since it was made. */
  get touched(): boolean {
    return [...this.#all.values()].some(({ run }) => run.touched);
  }

  /** A run that is opened has one branch; those of the run before it are no more. */
  open(run: Run): void {
    for (const left of this.#all.values()) left.run.free();
    this.#all.clear();
    this.#id = 0;
    this.#put({ id: 0, letter: letterOf(0), name: "", from: null, run });
  }

  /** The present branch as another run: its commands were played again. */
  replace(run: Run): void {
    const left = this.#all.get(this.#id);
    if (!left) {
      this.open(run);
      return;
    }
    this.#put({ ...left, run });
    left.run.free();
  }

  /** Goes on with another run, in a branch of its own; the present one stays, called by what was done next in it. */
  leaveFor(run: Run, label: string): void {
    const left = this.#all.get(this.#id);
    if (!left) {
      this.open(run);
      return;
    }
    const step = left.run.index;
    const next = left.run.held[step];
    this.#put({ ...left, name: left.name || nameOf(next) });
    const id = Math.max(...this.#all.keys()) + 1;
    this.#put({ id, letter: letterOf(id), name: label, from: { step, letter: left.letter }, run });
    this.#id = id;
  }

  /** Goes over to another branch, at its end or after so many commands; null if there is no such branch to go to. */
  switchTo(id: number, at?: number): Run | null {
    const run = this.runOf(id);
    if (!run || id === this.#id) return null;
    this.#id = id;
    run.seek(Math.min(Math.max(at ?? run.length, run.floor), run.length));
    return run;
  }

  /** The branch after the present one, round and round. */
  next(): number {
    const ids = [...this.#all.keys()];
    return ids[(ids.indexOf(this.#id) + 1) % ids.length] ?? this.#id;
  }

  shown(): ShownBranches {
    const branches = [...this.#all.values()].map(({ run, ...branch }) => ({ ...branch, rules: run.ruleSet }));
    return { branches, branch: this.#id };
  }

  #put(named: Named): void {
    this.#all.set(named.id, named);
  }
}

const nameOf = (command: Command | undefined): string => (command ? labelOf(command) : "");

/** A to Z, then A2 to Z2. */
const letterOf = (id: number): string =>
  String.fromCharCode(65 + (id % 26)) + (id < 26 ? "" : String(Math.floor(id / 26) + 1));
