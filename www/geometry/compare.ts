/*
 * Two ways of a run beside each other: how far they are the same, and the first fact in which they part. Pure, so that
 * it can be tested without a browser.
 */

import type { Command, Event } from "flyte-lifecycle";
import { same } from "../same.ts";

/** For those who compare commands as a comparison of runs does. */
export { same };

/** A command and what it led to. */
export interface Told {
  command: Command;
  events: readonly Event[];
}

/** One side of a comparison. */
export interface Side {
  name: string;
  steps: readonly Told[];
  /** Why the commands do not go on here, if they do on the other side. */
  stopped: string | null;
}

export interface Divergence {
  /** The first step that differs, from 0. */
  step: number;
  /** The first of its facts that differs; -1 if already the commands do. */
  fact: number;
  /** Steps and facts that are the same before it. */
  facts: number;
}

/** Everything that a fact says, but for its number and the words about its rule. */
const said = (event: Event): string =>
  JSON.stringify([
    event.at,
    event.action,
    event.store,
    event.type,
    event.from,
    event.to,
    event.attempt,
    event.rule,
    event.detail,
  ]);

export const sameFact = (a: Event | undefined, b: Event | undefined): boolean =>
  a !== undefined && b !== undefined && said(a) === said(b);

/** Where two sides part; null if they never do. */
export function firstDivergence(a: readonly Told[], b: readonly Told[]): Divergence | null {
  let facts = 0;
  for (let step = 0; step < Math.max(a.length, b.length); step += 1) {
    const [left, right] = [a[step], b[step]];
    if (!left || !right || !same(left.command, right.command)) return { step, fact: -1, facts };
    for (let fact = 0; fact < Math.max(left.events.length, right.events.length); fact += 1) {
      if (!sameFact(left.events[fact], right.events[fact])) return { step, fact, facts };
      facts += 1;
    }
  }
  return null;
}
