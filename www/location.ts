/*
 * The run as a link: configuration and commands in the fragment, which browsers do not send to a server. A link is read
 * token by token, so one that is damaged, cut off, or older than the rules opens as far as it holds.
 *
 *   #v2/d/12.s10.nretry.m1:9AIM080AIM0Q/ctrain.2~QIRt40F.U.UserError.out_of_memory~t2QIRt65Sz
 *
 * `v2` is the kind of link, not the version of the model. No letter and no place of it may change; what is new gets a
 * letter of its own. The first kind was given up before the first release, and is answered as what it is.
 */

import type { ActionId, Command, SimulationConfig } from "flyte-lifecycle";
import type { Explored } from "./explored.ts";
import type { Told } from "./link/model.ts";
import { decode as decodeV2, encode as encodeV2, STEPS_MAX } from "./link/v2.ts";
import { shortened } from "./words/format.ts";

export interface Link {
  config: SimulationConfig;
  commands: Command[];
  /** Where in the commands to stand; at their end if absent. */
  index?: number;
  /** Which action is selected. */
  action?: ActionId;
  /** Whether the hood is open. */
  hood?: boolean;
  /** The other panels that are open, by the names that index.html gives them. */
  panels?: string[];
  /** What of the explorer is open. */
  explore?: Explored;
  /** The named situation that the run began as. */
  situation?: string;
  /** The real bug that it is, as long as nothing was done to it: the gallery has its commands. */
  incident?: string;
  /** The version of the model that it was made under; absent in links that are older than that. */
  model?: number;
  /** What its steps put on record then, a digit for each: `link/model.ts`. */
  told?: string;
  /** What its steps tell now, of a run that is to be written. */
  facts?: Told;
  broken?: Broken;
}

/** A part of a link that could not be read; everything before it could. */
export interface Broken {
  why: "version" | "config" | "token" | "cut" | "long";
  /** Which step, counted from 1; 0 if no step can be read, or none is concerned. */
  step: number;
  /** How many steps the link was made with, as far as it says. */
  of: number;
  text: string;
}

/** Links longer than this are cut by some programs. */
export const LONGEST = 2_000;

export { STEPS_MAX };

/** Characters of all the commands of a run that is in a link, at the most. */
const TEXT_MAX = 1_000_000;

const sizes = new WeakMap<Command, number>();

function sizeOf(command: Command): number {
  const known = sizes.get(command);
  if (known !== undefined) return known;
  const size = JSON.stringify(command).length;
  sizes.set(command, size);
  return size;
}

/** Whether a run is short enough for a link: every change writes the address anew, and must not be waited for. */
export function fits(commands: readonly Command[]): boolean {
  if (commands.length > STEPS_MAX) return false;
  let size = 0;
  for (const command of commands) size += sizeOf(command);
  return size <= TEXT_MAX;
}

/** The fragment for a run, without the `#`. */
export const encode = (link: Link): string => (link.incident ? `gallery/${link.incident}` : `v2/${encodeV2(link)}`);

/** Reads a fragment; `null` if it is no link to a run at all. */
export function decode(fragment: string): Link | null {
  const [version = "", ...parts] = fragment.replace(/^#/, "").split("/");
  if (version === "v2") return decodeV2(parts);
  if (!/^v\d+$/.test(version)) return null;
  return { config: {}, commands: [], broken: { why: "version", step: 0, of: 0, text: version } };
}

/** What is wrong with a link, in a sentence. */
export function trouble({ why, step, of, text }: Broken): string {
  const shown = shortened(text);
  const count = of > 0 ? ` of ${of}` : "";
  switch (why) {
    case "version":
      return text === "v1"
        ? "It is of the older kind v1, which is no longer read. Ask whoever sent it for a new one, made with Copy link, or for the run as a trace, which Open takes."
        : `It is of kind ${shown}, made by a newer version of this page; this one reads v2. Reload it, or open the link where it was made.`;
    case "config":
      return `Its configuration cannot be read: ${shown || "there is none"}.`;
    case "cut":
      return `It was cut off: step ${step}${count} and what follows is missing.`;
    case "long":
      return `It has more than ${STEPS_MAX.toLocaleString("en")} steps, which is more than any link that this page writes; the first of them are here. A run as long as that is opened as a trace.`;
    case "token":
      return `Step ${step}${count} cannot be read: ${shown}`;
  }
}
