/* A step as it is said to those who listen. */

import type { Event } from "flyte-lifecycle";
import { words } from "./format.ts";

/** The step in a sentence, or nothing if no row changed. */
export function sentenceOf(events: readonly Event[]): string {
  const changes: string[] = [];
  for (const event of events) {
    const attempt = event.attempt ? `, attempt ${event.attempt}` : "";
    if (event.type === "PhaseRecorded") changes.push(`${event.action}${attempt}: ${event.from} to ${event.to}.`);
    else if (event.type === "UpdateRefused")
      changes.push(`${event.action}: ${event.to} refused, ${words(event.rule)}.`);
    else if (event.type === "RowCreated") changes.push(`${event.action} created as ${event.to ?? "QUEUED"}.`);
  }
  // A run of fifty actions is not read out action by action.
  const shown = changes.slice(0, 4);
  if (changes.length > shown.length) shown.push(`And ${changes.length - shown.length} more changes.`);
  return shown.join(" ");
}
