/*
 * A run as Flyte's own API would tell it: for each action its details and its stored events, as protojson. It is what
 * `checkRun` and the page's own Open read back, so a simulated run can be laid beside a recorded one.
 */

import type { ActionProtojson } from "flyte-lifecycle";

/** What is told of the actions, as a list. An action that left neither row nor event is told by nobody. */
export function recordJson(actions: readonly ActionProtojson[]): string {
  const told = actions.filter(({ actionDetails, actionEvents }) => actionDetails !== null || actionEvents.length > 0);
  return `${JSON.stringify(told, null, 2)}\n`;
}
