/*
 * In words: what the process in an action's pod hears of its children, and what its parent's process has heard of it. Only
 * where the SDK runs in parents' pods is there anything to say.
 */

import type { ActionSnapshot } from "flyte-lifecycle";

/** In few words, for a lane. */
export const processWords = ({ process, heard }: ActionSnapshot): string =>
  [
    process === "watching" && "hears of its children",
    process === "deaf" && "its watch is dead",
    heard !== null && `its parent heard ${heard}`,
  ]
    .filter(Boolean)
    .join(", ");

/** In sentences. */
export function processSentences({ process, heard }: ActionSnapshot): string[] {
  const sentences: string[] = [];
  if (process === "watching") sentences.push("Its process hears of its children.");
  if (process === "deaf") sentences.push("Its process’s watch is dead, and it does not know.");
  if (heard !== null) sentences.push(`Its parent’s process has heard ${heard}.`);
  return sentences;
}
