/* Several searches as one: what is shown of how far they are, and what is said when they are done, come from here. */

import type { Told } from "./searcher.ts";

const NOTHING: Told = { states: 0, frontier: 0, transitions: 0, depth: 0, bytes: 0, ended: "stopped", ms: 0 };

/**
 * Searches together: their states and their time add up, and so do the states that are still to be looked at; how deep
 * they went, and how much memory one of them needed, is the most of any.
 */
export const totalOf = (searches: readonly Told[]): Told =>
  searches.reduce(
    (total, { states, frontier, transitions, depth, bytes, ended, ms }) => ({
      states: total.states + states,
      frontier: total.frontier + frontier,
      transitions: total.transitions + transitions,
      depth: Math.max(total.depth, depth),
      bytes: Math.max(total.bytes, bytes),
      ended,
      ms: total.ms + ms,
    }),
    NOTHING,
  );
