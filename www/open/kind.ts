/*
 * What a text is, by how it begins: a link, a trace, a run that was kept as JSON, or else the record of a run, which the
 * engine knows by its form. The page and the command line ask here.
 */

export type Kind = "link" | "trace" | "saved" | "record";

/** An address, or its fragment, that may be a link to a run. */
const LINK = /^(?:https?:\/\/\S*)?#(?:v\d+|gallery|explore)\/\S*$/;
/** Comments and empty lines may stand before the first words of a trace. */
const TRACE = /^\uFEFF?(?:[^\S\n]*(?:#[^\n]*)?\n)*flyte-lifecycle\s+trace\b/;
/** The format of a kept run, and what is looked at of a text to find it: a record may be of many megabytes. */
const SAVED = "flyte-lifecycle run";
const BEGINNING = 4_096;

export const isLink = (text: string): boolean => LINK.test(text.trim());

export function kindOf(text: string): Kind {
  if (isLink(text)) return "link";
  if (TRACE.test(text.slice(0, BEGINNING))) return "trace";
  return savedIn(text) === undefined ? "record" : "saved";
}

/** The run that `JSON.stringify` kept of a simulation, or the page's Export; undefined for any other text. */
export function savedIn(text: string): unknown {
  if (!text.slice(0, BEGINNING).includes(`"${SAVED}"`)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return (value as { format?: unknown } | null)?.format === SAVED ? value : undefined;
  } catch {
    return undefined;
  }
}
