/*
 * The facts that a trace tells, beside those that follow from its commands. The reader of traces passes the facts over; a
 * trace that was changed by hand, or that another version wrote, tells others than the page then shows.
 */

import { shortened } from "./words/format.ts";

/** The first line that differs; null where one side has nothing more. */
export interface Difference {
  line: number;
  told: string | null;
  follows: string | null;
}

/** What a text tells of one command; null if it tells no facts of it, as one written by hand. */
interface Block {
  facts: { line: number; text: string }[] | null;
  /** The line where its facts end. */
  end: number;
}

/** The first fact that `text` tells otherwise than `again`, which the engine wrote of the same commands. */
export function differenceOf(text: string, again: string): Difference | null {
  const follows = blocksOf(again);
  for (const [at, { facts, end }] of blocksOf(text).entries()) {
    if (!facts) continue;
    const these = follows[at]?.facts ?? [];
    for (let place = 0; place < Math.max(facts.length, these.length); place += 1) {
      const [told, wanted] = [facts[place], these[place]];
      if (told?.text !== wanted?.text)
        return { line: told?.line ?? end, told: told?.text ?? null, follows: wanted?.text ?? null };
    }
  }
  return null;
}

/** The commands of a trace, in the lines that its reader takes for them. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let inFacts = false;
  let headed = false;
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    const block = blocks.at(-1);
    if (line === "") inFacts = false;
    else if (line.startsWith("----")) {
      inFacts = true;
      if (block) Object.assign(block, { facts: block.facts ?? [], end: at + 2 });
    } else if (line.startsWith("#")) {
      // Comments are for people.
    } else if (inFacts) {
      block?.facts?.push({ line: at + 1, text: line });
      if (block) block.end = at + 2;
    } else if (!headed) headed = true;
    else if (line !== "config" && !line.startsWith("config ")) blocks.push({ facts: null, end: at + 2 });
  }
  return blocks;
}

/** A detail may be long. */
const LONG = 160;

/** What is said of it, where the run is opened. */
export function differenceWords({ line, told, follows }: Difference): { title: string; text: string } {
  const [one, two] = [told, follows].map((fact) => fact && `“${shortened(fact, LONG)}”`);
  const what =
    one && two
      ? `It says ${one}; its commands lead to ${two}.`
      : one
        ? `Its commands do not lead to ${one}.`
        : `${two} is missing there.`;
  return {
    title: `This trace tells other facts from line ${line} on`,
    text: what,
  };
}
