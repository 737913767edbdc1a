/* YAML to a value: one document, or several as one list. It is written by others, so depth and aliases are bounded. */

import { LineCounter, parseAllDocuments } from "yaml";
import { DEPTH_MAX, tooMuch } from "../bounds.ts";

export type Answer = { value: unknown } | { error: string };

/** Aliases beyond this are no manifest but a bomb. */
const ALIASES_MAX = 100;
const TOO_DEEP = `nested too deeply; TaskActions are at most ${DEPTH_MAX} deep.`;

/** Reads YAML that is, written out, no more than so many characters; `bounds.ts` has how many the page allows. */
export function parseYaml(text: string, most: number): Answer {
  try {
    return parsed(text, most);
  } catch (error) {
    return {
      error: error instanceof RangeError ? `It is ${TOO_DEEP}` : `This cannot be read: ${(error as Error).message}`,
    };
  }
}

function parsed(text: string, most: number): Answer {
  const deep = tooDeep(text);
  if (deep) return { error: deep };
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: true,
    logLevel: "silent",
    uniqueKeys: true,
    stringKeys: true,
  });
  const values: unknown[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) return { error: `This is no YAML. ${firstLines(error.message)}` };
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    if (value !== null && value !== undefined) values.push(value);
  }
  const value =
    values.length === 1
      ? values[0]
      : values.length === 0
        ? null
        : { apiVersion: "v1", kind: "List", items: values.flatMap(itemsOf) };
  const much = tooMuch(value, most);
  return much ? { error: much } : { value };
}

/** Several documents are read as one list. */
function itemsOf(value: unknown): unknown[] {
  const items = (value as { items?: unknown }).items;
  return Array.isArray(items) ? items : [value];
}

/** Looks for nesting before a parser recurses into it: brackets, and dashes in a row. */
function tooDeep(text: string): string | null {
  let depth = 0;
  let line = 1;
  for (const char of text) {
    if (char === "\n") line += 1;
    else if (char === "[" || char === "{") depth += 1;
    else if ((char === "]" || char === "}") && depth > 0) depth -= 1;
    if (depth > DEPTH_MAX * 16) return `Line ${line}: ${TOO_DEEP}`;
  }
  // Dashes of one line: those below each other are a list, however long it is.
  const dashes = new RegExp(`^(?:[^\\S\\n]*- ){${DEPTH_MAX}}`, "m").exec(text);
  return dashes ? `Line ${text.slice(0, dashes.index).split("\n").length}: ${TOO_DEEP}` : null;
}

const firstLines = (message: string): string => message.split("\n").slice(0, 4).join("\n").slice(0, 400);
