/* Why an action is as it is, in the core's words: what it does, what it waits for, what can end it, whose matter it is. */

import type { Why } from "flyte-lifecycle";

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
    headline,
    waits: [reason, waitsFor].filter(Boolean).join(" ") || null,
    ends: ends.map(({ sentence }) => sentence),
    todo: [own, todo].filter(Boolean).join(" ") || null,
  };
}
