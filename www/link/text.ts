/* What a link is made of, whatever it says: text that survives in an address, and values that come out of one. */

import type { ActionId, Command } from "flyte-lifecycle";
import { tooDeep } from "../bounds.ts";
import { fieldsOf } from "../table.ts";

/**
 * What a fragment can carry as it is; everything else is escaped, so that no program cuts the link short. Halves of
 * pairs, which no address can carry, are lost: whoever needs them writes JSON, which has escapes of its own.
 */
export const escaped = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[.~!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The text again, or null if it was damaged. */
export function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** An object or a list that was written as JSON, or null. */
export function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    // What nests too deep could be read, and not be written again.
    return typeof value === "object" && !tooDeep(value) ? value : null;
  } catch {
    return null;
  }
}

/** Anything else that is wrong with a command is for the engine to refuse, in its own words. */
export function asCommand(value: unknown): Command | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const bad = Object.values(value).some((field) => typeof field === "number" && !Number.isFinite(field));
  return bad || typeof (value as { type?: unknown }).type !== "string" ? null : (value as Command);
}

/** Project and domain of a new run, with the engine's own where none is named. */
export function placeOf(command: Command): string {
  const { project, domain } = fieldsOf(command);
  const or = (value: unknown, usual: string): string => (typeof value === "string" ? value : usual);
  return `${or(project, "flytesnacks")}.${or(domain, "development")}`;
}

/**
 * The action that a command creates. Links number actions in this order, and both directions count the same way. What
 * was written as JSON may be no command at all. `places` are those of the roots so far: to the engine, a run whose name
 * another project uses has its own place before its name.
 */
export function createdBy(command: Command, places: ReadonlyMap<ActionId, string>): ActionId | null {
  switch (command.type) {
    case "createRun": {
      if (typeof command.run !== "string") return null;
      const [root, place] = [`${command.run}/a0`, placeOf(command)];
      return (places.get(root) ?? place) === place ? root : `${place}:${root}`;
    }
    case "enqueue":
    case "import":
    case "recover":
      return typeof command.action === "string" ? command.action : null;
    default:
      return null;
  }
}
