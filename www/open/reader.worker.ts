/* Reads what is opened, away from the page: a large run takes seconds, in which nothing else should wait. */

import type { RulesConfig, RunCheck } from "flyte-lifecycle";
import init, { checkRun, load } from "flyte-lifecycle/init";
import { readSaved, readTrace, type Told } from "../engine.ts";
import { kindOf, savedIn } from "./kind.ts";
import { fileWords } from "./words.ts";

/** A text that was given, or a file by its name, as it is. */
export interface Input {
  name: string | null;
  data: string | Uint8Array;
}

/** A question without inputs only has the modules fetched. */
export interface Question {
  inputs: readonly Input[];
  rules: RulesConfig | "auto";
}

/** What was read: a record that was replayed, a run that a trace or JSON tells, or a link, which the page follows. */
export type Read = { check: RunCheck } | { told: Told; kind: "trace" | "saved" } | { link: string };
export type Answer = Read | { loaded: true } | { failure: string };

self.onmessage = ({ data }: MessageEvent<Question & { id: number }>): void => {
  void answer(data).then((told) => self.postMessage({ ...told, id: data.id }));
};

async function answer(question: Question): Promise<Answer> {
  try {
    await Promise.all([init(), load("reading")]);
    return question.inputs.length > 0 ? read(question) : { loaded: true };
  } catch (error) {
    return { failure: blamed(question.inputs, error) };
  }
}

function read({ inputs, rules }: Question): Read {
  const [first, ...more] = inputs;
  if (!first || more.length > 0) {
    const check = checkRun(
      inputs.map(({ data }) => data),
      { rules },
    );
    return { check: placed(check, inputs) };
  }
  const { data } = first;
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  const kind = kindOf(text);
  switch (kind) {
    case "link":
      return { link: text.trim() };
    case "trace":
      return { kind, told: readTrace(text) };
    case "saved":
      return { kind, told: readSaved(savedIn(text)) };
    default:
      return { check: checkRun(data, { rules }) };
  }
}

/** Why nothing is read, with the name of the file that is damaged: of several, the one that cannot be read alone either. */
function blamed(inputs: readonly Input[], error: unknown): string {
  const [only, ...more] = inputs;
  if (more.length === 0) return called(only?.name, messageOf(error));
  for (const { name, data } of inputs) {
    try {
      checkRun(data);
    } catch (alone) {
      return called(name, messageOf(alone));
    }
  }
  return inFile(inputs, messageOf(error));
}

const messageOf = (error: unknown): string => (error as Error).message ?? String(error);

const called = (name: string | null | undefined, words: string): string =>
  name ? `${fileWords(name)}: ${words}` : words;

/** Of several inputs, a place begins with the number of the one that it is in. */
const inFile = (inputs: readonly Input[], place: string): string =>
  place.replace(/^\[(\d+)\] ?/, (number, at) => called(inputs[Number(at)]?.name, "") || number);

const placed = (check: RunCheck, inputs: readonly Input[]): RunCheck => ({
  ...check,
  findings: check.findings.map((finding) => ({ ...finding, place: inFile(inputs, finding.place) })),
});
