/*
 * The run that the page's server has beside the page, as a file called `run`: `?run` asks for it, and `rules` beside it
 * says under which rules a record is read. So `npx flyte-lifecycle open FILE` hands a run over that is in no address.
 */

import type { RuleSet } from "flyte-lifecycle";
import { bytesUpTo, SIZE_MAX } from "../bounds.ts";
import { RULE_SETS } from "../rules.ts";
import { READER } from "./words.ts";

/** What an address asks for; null if it asks for none, or has a run of its own in its fragment. */
export function besideOf({ search, hash }: { search: string; hash: string }): { rules: RuleSet | null } | null {
  const query = new URLSearchParams(search);
  if (!query.has("run") || query.has("embed") || hash.length > 1) return null;
  return { rules: RULE_SETS.find((each) => each === query.get("rules")) ?? null };
}

/** The run as it is. Rejects with a sentence if there is none. */
export async function runBeside(): Promise<File> {
  try {
    const answer = await fetch(new URL("run", document.baseURI));
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return new File([await bytesUpTo(answer, SIZE_MAX)], "run");
  } catch (error) {
    throw new Error(READER.beside((error as Error).message));
  }
}
