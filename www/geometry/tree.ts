/* The actions of a run in the order of a tree. Pure, so that it can be tested without a browser. */

import type { ActionId, ActionSnapshot } from "flyte-lifecycle";

export interface Row {
  action: ActionSnapshot;
  level: number;
}

/** Each action below its parent, with how deep it stands; one whose parent is not there begins a tree. */
export function rowsOf(all: readonly ActionSnapshot[], actions: ReadonlyMap<ActionId, ActionSnapshot>): Row[] {
  const rows: Row[] = [];
  const seen = new Set<ActionId>();
  for (const root of all) {
    if (root.parent !== null && actions.has(root.parent)) continue;
    // A list of what is left instead of a call within a call: ten thousand actions may hang below each other.
    const left: Row[] = [{ action: root, level: 1 }];
    for (let next = left.pop(); next; next = left.pop()) {
      const { action, level } = next;
      if (seen.has(action.id)) continue;
      seen.add(action.id);
      rows.push(next);
      for (const id of [...action.children].reverse()) {
        const child = actions.get(id);
        if (child) left.push({ action: child, level: level + 1 });
      }
    }
  }
  return rows;
}
