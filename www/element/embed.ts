/*
 * The page inside another page: `?embed` with `scenario`, `panels`, `controls` and `theme`. It shows the panels that were
 * chosen, and a way to the whole page. What cannot be understood is answered in place, with what was probably meant.
 */

/** `full`: everything can be done; `steps`: only gone through; `none`: only looked at. */
export const CONTROLS = ["full", "steps", "none"] as const;
export type Controls = (typeof CONTROLS)[number];

export const THEMES = ["auto", "light", "dark"] as const;

const PARAMETERS = ["embed", "scenario", "panels", "controls", "theme"];

export interface Embed {
  scenario: string | null;
  panels: readonly string[];
  controls: Controls;
  theme: (typeof THEMES)[number];
  problems: string[];
}

/** What a query asks for, or null if it is not embedded; `known` are the parts of the page that can be chosen. */
export function readEmbed(search: string, known: readonly string[]): Embed | null {
  const query = new URLSearchParams(search);
  if (!query.has("embed")) return null;
  const problems: string[] = [];
  const oneOf = <T extends string>(name: string, words: readonly T[], usual: T): T => {
    const value = (query.get(name) || usual).toLowerCase();
    if (words.includes(value as T)) return value as T;
    problems.push(unknown(`${name}=${value}`, name, value, words));
    return usual;
  };
  for (const name of new Set(query.keys())) {
    if (!PARAMETERS.includes(name)) problems.push(unknown(name, "parameter", name, PARAMETERS));
  }
  const panels: string[] = [];
  for (const name of (query.get("panels") ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)) {
    if (!known.includes(name)) problems.push(unknown(`panels=${name}`, "panel", name, known));
    else if (!panels.includes(name)) panels.push(name);
  }
  return {
    scenario: query.get("scenario") || null,
    panels: panels.length > 0 ? panels : ["diagram", "why"],
    controls: oneOf("controls", CONTROLS, "full"),
    theme: oneOf("theme", THEMES, "auto"),
    problems,
  };
}

/** A sentence about a word that nobody knows, with the nearest one, or all there are. */
export function unknown(shown: string, kind: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  const known_ = near === null ? `; there are: ${known.join(", ")}` : `; did you mean “${near}”?`;
  return `“${shown.slice(0, 80)}”: no such ${kind}${known_}`;
}

/** The word that differs least, if it differs by little. */
export function nearest(word: string, known: readonly string[]): string | null {
  const lower = word.toLowerCase().slice(0, 64);
  let best: { word: string; distance: number } | null = null;
  for (const each of known) {
    const distance = editsBetween(lower, each.toLowerCase());
    if (distance <= Math.min(4, Math.max(1, Math.floor(each.length / 2))) && (!best || distance < best.distance))
      best = { word: each, distance };
  }
  return best?.word ?? null;
}

/** How many letters have to be added, dropped or changed. */
export function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
