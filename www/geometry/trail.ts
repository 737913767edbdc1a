/*
 * What an action has been through, folded from the facts: the phases it visited and how often it took each edge, so
 * that the diagram can show the path and not only the place.
 */

import type { ActionId, ActionPhase, Event } from "flyte-lifecycle";

export interface Trail {
  /** Times each edge was taken, by {@link pairKey}. */
  taken: Map<string, number>;
  visited: Set<ActionPhase>;
  /** The fact that put the action where it is. */
  last: Event | null;
}

export const pairKey = (from: ActionPhase | null | undefined, to: ActionPhase): string => `${from ?? ""}>${to}`;

/** The way of one action through its row's phases. */
export function trailOf(events: readonly Event[], action: ActionId): Trail {
  const trail: Trail = { taken: new Map(), visited: new Set(), last: null };
  for (const event of events) {
    if (event.action === action) follow(trail, event);
  }
  return trail;
}

/** Extends a trail by one fact of its action. */
function follow(trail: Trail, event: Event): void {
  if (!moves(event) || !event.to) return;
  const key = pairKey(event.type === "RowCreated" ? null : event.from, event.to);
  trail.taken.set(key, (trail.taken.get(key) ?? 0) + 1);
  trail.visited.add(event.to);
  trail.last = event;
}

/** Whether the fact put the row into another phase. */
export const moves = (event: Event): boolean =>
  event.type === "RowCreated" || (event.type === "PhaseRecorded" && event.from !== event.to);
