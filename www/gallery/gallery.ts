/*
 * The real bugs: each a trace of tests/traces that tells its own story. They are read when somebody asks for them, and
 * nothing about them stands anywhere else, but for the order of the best told and words that people search by.
 */

import type { Story } from "flyte-lifecycle";
import { readTrace, type Told } from "../engine.ts";
import { referenceName } from "../policies/reference.ts";
import type { Scenario } from "../scenarios.ts";
import { lookUp } from "../table.ts";
import { fixWords, situationOf } from "./incident.ts";
import { TRACES } from "./traces.ts";

/** A real bug as the gallery shows it. */
export interface Entry {
  /** `n1`, as links call it, and `N1`, as people do. */
  id: string;
  number: string;
  /** Its file in tests/traces, without the ending. */
  name: string;
  story: Story;
  /** What it takes, in words. */
  needs: string;
  links: Reference[];
  told: Told;
}

export interface Reference {
  url: string;
  text: string;
}

/** What has to go wrong first, from nothing on. */
const NEEDS: Record<NonNullable<Story["needs"]>, string> = {
  none: "nothing unusual",
  op: "somebody who asks for it",
  race: "an unlucky order",
  rpc: "a call that fails",
  crash: "a restart",
  clock: "clocks that disagree",
};

/** The best told first, as people who hear of Flyte's bugs for the first time will want them; the others by number. */
const FIRST = ["n1", "s01", "s02", "n4", "s21", "n7", "n5", "n6", "s14", "s06", "n11", "n12", "n3", "n16"];

/** What people who look for it say, where its story has other words. */
const ALSO: Record<string, string | undefined> = {
  n1: "failed then running, parent fails and runs again",
  n2: "attempts 0, retry counted wrong",
  n3: "children stuck, await hangs",
  n4: "retry not counted, attempt without end or error",
  n6: "child stuck, zombie, children run on after an abort",
  n10: "parent fails, children aborted long after",
  n11: "approval, gate, human in the loop, stuck",
  n14: "cancel does not stop it, abort stuck",
  n20: "queued forever, stuck in the queue",
  n24: "no error message, webhook, admission",
  n26: "webhook denied, admission, outage, flaky API server",
  n27: "parent hangs, waits for child for ever, stuck",
  n32: "logs of a parent, attempt number must be greater than 0",
  s01: "retry not counted, restarts for ever, stuck in a loop",
  s02: "preempted, spot, drained, evicted, node gone",
  s03: "missing run, invisible action that never ends, stuck",
  s04: "timeout does not work",
  s06: "queued forever, stuck in the queue, never starts",
  s10: "approval, gate, human in the loop",
  s16: "stuck, hangs after a failure, no retry",
  s21: "approval, gate, stuck, hangs",
  s33: "retry uses the same failed child, parent fails, children",
};

let known: Entry[] | null = null;

/** Every real bug, the best told first. */
export function entries(): Entry[] {
  known ??= Object.entries(TRACES)
    .flatMap(([name, text]) => {
      const id = /^[ns]\d+(?=-)/.exec(name)?.[0];
      const told = id && text ? readTrace(text) : null;
      return id && told?.story ? [entryOf(id, name, told, told.story)] : [];
    })
    .sort((a, b) => rank(a.id) - rank(b.id));
  return known;
}

const entryOf = (id: string, name: string, told: Told, story: Story): Entry => ({
  id,
  number: id.toUpperCase(),
  name,
  story,
  needs: story.needs ? NEEDS[story.needs] : "",
  links: story.links.map(referenceOf),
  told,
});

const rank = (id: string): number => {
  const first = FIRST.indexOf(id);
  return first >= 0 ? first : FIRST.length + (id.startsWith("n") ? 1_000 : 0) + Number(id.slice(1));
};

/** `#7120` for a thread, the file's name for a line of code. */
export function referenceOf(url: string): Reference {
  return { url, text: referenceName(url) ?? url };
}

/** Those of which for every word of a search some word begins so: who looks for OOM does not mean a room. */
export function search(list: readonly Entry[], text: string): Entry[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((entry) => {
    const said = ` ${wordsOf(entry).replace(/[\s,.;:"'`()\u201c\u201d]+/g, " ")}`;
    return wanted.every((word) => said.includes(` ${word}`));
  });
}

const wordsOf = ({ id, number, story, needs, links }: Entry): string =>
  [
    number,
    lookUp(ALSO, id) ?? "",
    story.title,
    ...story.sentences,
    needs,
    story.wrong?.text,
    fixWords(story.fix),
    ...links.map((each) => each.text),
  ]
    .join(" ")
    .toLowerCase();

/** The run of a real bug, standing at the moment in which it goes wrong. */
export const scenarioOf = ({ id, number, story, told }: Entry): Scenario => ({
  ...situationOf(told, id),
  title: `${number}: ${story.title}`,
});

/** Any other trace that comes with the page, by its name; null if there is none. */
export function traceNamed(name: string): Scenario | null {
  const text = lookUp(TRACES, name);
  if (text === undefined) return null;
  return { ...situationOf(readTrace(text)), id: name, title: name };
}

/** Everything that can be asked for by name. */
export const names = (): string[] => [...entries().map(({ id }) => id), ...Object.keys(TRACES)];
