/* Reads YAML away from the page, so that text made to stall a reader stalls nothing else. */

import { LineCounter, parseAllDocuments } from "yaml";

export interface Question {
  text: string;
  depthMax: number;
}
export type Answer = { value: unknown } | { error: string; stuck?: boolean };

/** Aliases beyond this are no manifest but a bomb. */
const ALIASES_MAX = 100;

self.onmessage = (event: MessageEvent<Question>): void => {
  const { text, depthMax } = event.data;
  let answer: Answer;
  try {
    answer = parse(text, depthMax);
  } catch (error) {
    answer = {
      error:
        error instanceof RangeError
          ? `Nested too deeply to be read; TaskActions are at most ${depthMax} deep.`
          : `This cannot be read: ${(error as Error).message}`,
    };
  }
  self.postMessage(answer);
};

function parse(text: string, depthMax: number): Answer {
  const deep = tooDeep(text, depthMax);
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
  return {
    value:
      values.length === 1
        ? values[0]
        : values.length === 0
          ? null
          : { apiVersion: "v1", kind: "List", items: values.flatMap(itemsOf) },
  };
}

/** Several documents are read as one list. */
function itemsOf(value: unknown): unknown[] {
  const items = (value as { items?: unknown }).items;
  return Array.isArray(items) ? items : [value];
}

/** Looks for nesting before a parser recurses into it: brackets, and dashes in a row. */
function tooDeep(text: string, depthMax: number): string | null {
  let depth = 0;
  let line = 1;
  for (const char of text) {
    if (char === "\n") line += 1;
    else if (char === "[" || char === "{") depth += 1;
    else if ((char === "]" || char === "}") && depth > 0) depth -= 1;
    if (depth > depthMax * 16) return `Line ${line}: nested too deeply; TaskActions are at most ${depthMax} deep.`;
  }
  const dashes = new RegExp(`^(?:\\s*- ){${depthMax}}`, "m").exec(text);
  return dashes
    ? `Line ${text.slice(0, dashes.index).split("\n").length}: nested too deeply; TaskActions are at most ${depthMax} deep.`
    : null;
}

const firstLines = (message: string): string => message.split("\n").slice(0, 4).join("\n").slice(0, 400);
