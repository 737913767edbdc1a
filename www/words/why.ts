/* Why an action is as it is, in the core's words: what it does, what it waits for, what can end it, whose matter it is. */

import type { Why } from "flyte-lifecycle";
import { ended } from "./format.ts";

/** Whose matter it is, where it is somebody's. */
const WHOSE: Partial<Record<Why["blame"], string>> = {
  user: "A matter of the task’s own code or settings.",
  platform: "A matter of the cluster below.",
  flyte: "A matter of Flyte’s own.",
};

export interface WhyWords {
  headline: string;
  /** What it waits for, or until when. */
  waits: string | null;
  /** What can end it, each in few words. */
  ends: string[];
  /** Whose matter it is and what to do. */
  todo: string | null;
}

export function whyWords({ blame, ends, headline, reason, todo, waitsFor }: Why): WhyWords {
  const own = WHOSE[blame];
  return {
    headline: ended(headline),
    waits: inOneLine(reason, waitsFor),
    ends: ends.map(({ sentence }) => ended(sentence)),
    todo: inOneLine(own, todo),
  };
}

/** Sentences one after the other; null if there are none. */
const inOneLine = (...sentences: (string | null | undefined)[]): string | null =>
  sentences
    .map((sentence) => ended(sentence ?? ""))
    .filter(Boolean)
    .join(" ") || null;
