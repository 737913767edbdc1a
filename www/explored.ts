/*
 * What is open of the explorer, as a link tells it. It stands apart from the explorer's view, which is fetched only when
 * somebody explores, so that the address can ask for it and follow it without.
 */

import { unescaped } from "./link/text.ts";

/** The tabs, by the names that links use. */
export const TABS = ["holds", "how", "fixes"] as const;

export interface Explored {
  tab: (typeof TABS)[number];
  /** The rules, by the value of their option; the usual ones if absent. */
  rules?: string;
  /** The model by its name, or a group of them. */
  model?: string;
  /** The words by which the properties are filtered. */
  find?: string;
}

/**
 * What an address asks for that people write by hand: `#explore/upstream/a-parent-and-its-child/P44`, with a tab before
 * the rules if it is not the first; null if it is about something else.
 */
export function exploredFrom(hash: string): Explored | null {
  const [word, ...rest] = hash.split("/").map((part) => unescaped(part) ?? "");
  if (word !== "#explore") return null;
  const tab = TABS.find((each) => each === rest[0]);
  const [rules, model, find] = tab ? rest.slice(1) : rest;
  return {
    tab: tab ?? "holds",
    ...(rules && { rules }),
    ...(model && { model: model.replaceAll(/[-_]/g, " ") }),
    ...(find && { find }),
  };
}

let now: Explored | null = null;
const followers = new Set<() => void>();
let opener: ((wanted: Explored | null) => void) | null = null;

/** What is open, or null. */
export const exploredNow = (): Explored | null => now;

/** Calls back when something else of the explorer is shown. */
export function onExplored(follower: () => void): void {
  followers.add(follower);
}

/** The explorer tells what it shows. */
export function tellExplored(shown: Explored | null): void {
  if (JSON.stringify(shown) === JSON.stringify(now)) return;
  now = shown;
  for (const follower of followers) follower();
}

/** How the explorer is opened at a place, or closed. */
export function openExploredBy(open: (wanted: Explored | null) => void): void {
  opener = open;
}

/** Opens the explorer as a link wants it, or closes it where a link wants none. */
export function openExplored(wanted: Explored | null): void {
  if (JSON.stringify(wanted) !== JSON.stringify(now)) opener?.(wanted);
}
