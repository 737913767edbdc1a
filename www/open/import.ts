/*
 * Text to a value, for opening TaskActions or a recorded run. What is opened was written by others, so nothing here trusts
 * it: sizes and depths are bounded before anything recurses, YAML is parsed in a worker that can be stopped, and the value
 * is handed to the engine, which says what is wrong with it. Nothing leaves the browser.
 */

import { megabytes, SIZE_MAX, tooMuch, YAML_MAX } from "../bounds.ts";
import { Desk } from "./desk.ts";
import type { Answer, Question } from "./yaml.worker.ts";

/** What is wrong with the text, and where. */
export class ReadError extends Error {}
/** It was taken back before it was read. */
export class ReadStopped extends Error {}

const YAML_MS = 5_000;

/** What was read: resources to go on from, or the record of a run, as a value or as text for the engine to read. */
export interface Opened {
  value: unknown;
  isRecord: boolean;
}

/** Reads JSON or YAML, one document or several, or tables as CSV; several files are read as if they were one. */
export async function read(source: string | readonly Blob[]): Promise<Opened> {
  const parts = typeof source === "string" ? [source] : source;
  const size = parts.reduce((sum, part) => sum + (typeof part === "string" ? part.length : part.size), 0);
  if (size > SIZE_MAX)
    throw new ReadError(
      `This has ${megabytes(size)}; up to ${megabytes(SIZE_MAX)} of JSON can be opened. Ask for fewer TaskActions, or for one run.`,
    );
  const texts = await Promise.all(parts.map((part) => (typeof part === "string" ? part : textOf(part))));
  const text = texts.map((each) => each.replace(/^\uFEFF/, "")).join("\n");
  if (text.trim() === "")
    throw new ReadError("There is nothing in it. Paste what kubectl get taskaction -o yaml prints, or a recorded run.");
  if (isTable(text)) return { value: text, isRecord: true };
  const json = /^\s*[[{]/.test(text);
  const value = json ? fromJson(text) : await fromYaml(text);
  if (value === SEVERAL) return { value: text, isRecord: true };
  const much = json ? tooMuch(value, SIZE_MAX) : null;
  if (much) throw new ReadError(much);
  if (typeof value !== "object" || value === null)
    throw new ReadError(
      `Line 1: expected a TaskAction, a List of them or a recorded run as JSON or CSV, found ${nameOf(value)}.`,
    );
  return { value, isRecord: !isResources(value) };
}

/** The text of a file. A picture or an archive has none, and its bytes would be answered with nonsense about YAML. */
async function textOf(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  // What a shell of Windows writes begins with a mark of its encoding.
  const [first, second] = new Uint8Array(bytes);
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  const text = new TextDecoder(encoding).decode(bytes);
  // A letter of another encoding is no reason to refuse a text; what no text has is.
  if (!text.includes("\0") && (text.match(/\ufffd/g)?.length ?? 0) * 20 <= text.length) return text;
  const name = file instanceof File ? `“${file.name.slice(0, 80)}”` : "This";
  const kind = file.type ? ` (${file.type})` : "";
  throw new ReadError(
    `${name}${kind} is no text. What can be opened is YAML, JSON, CSV or a trace; an archive has to be unpacked first.`,
  );
}

/** A table begins with the names of its columns, in its first line. */
export function isTable(text: string): boolean {
  const start = text.search(/\S/);
  if (start < 0) return false;
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end < 0 ? undefined : end);
  const name = line.search(/\brun_name\b/);
  return name >= 0 && line.includes(",", name) && !/[{[]/.test(line.slice(0, name));
}

/** Kubernetes says what kind a thing is. A pod is no TaskAction to go on from; the check says what Flyte makes of it. */
function isResources(value: object): boolean {
  const [first] = Array.isArray(value) ? value : [value];
  if (typeof first !== "object" || first === null || first.kind === "Pod") return false;
  return "kind" in first || "apiVersion" in first;
}

/** How `flyte get run` prints: as Python does, with strings in single quotes. */
const PYTHON = /^\s*[[{][\s[{]*'/;

function nameOf(value: unknown): string {
  if (value === null) return "nothing";
  const text = JSON.stringify(value);
  return `the ${typeof value} ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}

/** More than one value, one after another, as a stream is printed: that is for the engine to take apart. */
const SEVERAL = Symbol("several values");

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    if (PYTHON.test(text)) return SEVERAL;
    if (/non-whitespace|after JSON/i.test(message) && /[\]}]\s*[[{]/.test(text)) return SEVERAL;
    throw new ReadError(`This is no JSON. ${jsonPlace(text, message)}`);
  }
}

/** Engines say where in different ways; a line and a column is what an editor can go to. */
function jsonPlace(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined || /line \d+/.test(message)) return message;
  const before = text.slice(0, Number(position)).split("\n");
  return `${message} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

const desk = new Desk<Question, Answer>(
  () => new Worker(new URL("./yaml.worker.ts", import.meta.url), { type: "module" }),
  () => new ReadError("The YAML reader broke down over it."),
);
let reading = 0;

/** Fetches the YAML reader before it is needed, so that nothing is fetched once there is something to read. */
export function warmUp(): void {
  desk.warmUp();
}

/** Takes back what is being read, if anything is. */
export function stopReading(): void {
  if (reading > 0) desk.stop(new ReadStopped("The reading was stopped."));
}

async function fromYaml(text: string): Promise<unknown> {
  if (text.length > YAML_MAX)
    throw new ReadError(
      `This has ${megabytes(text.length)}; up to ${megabytes(YAML_MAX)} of YAML can be opened. Use -o json, or ask for fewer TaskActions.`,
    );
  stopReading();
  reading += 1;
  const took = new ReadError(`Reading it took more than ${YAML_MS / 1_000} s, so it was stopped.`);
  const timer = setTimeout(() => desk.stop(took), YAML_MS);
  try {
    const answer = await desk.ask({ text });
    if ("error" in answer) throw new ReadError(answer.error);
    return answer.value;
  } finally {
    clearTimeout(timer);
    reading -= 1;
  }
}

/** Comments and empty lines may stand before the first words of a trace. */
const TRACE = /^\uFEFF?(?:[^\S\n]*(?:#[^\n]*)?\n)*flyte-lifecycle\b/;
/** Characters within which those words have to come. */
const BEGINNING = 4_096;

/** The text of a trace, or null if it is anything else. */
export async function traceIn(source: string | Blob | readonly Blob[]): Promise<string | null> {
  const [first] = typeof source === "string" || source instanceof Blob ? [source] : source;
  if (first === undefined) return null;
  const begin = first.slice(0, BEGINNING);
  if (!TRACE.test(typeof begin === "string" ? begin : await begin.text())) return null;
  const size = typeof first === "string" ? first.length : first.size;
  if (size > SIZE_MAX)
    throw new ReadError(`This trace has ${megabytes(size)}; up to ${megabytes(SIZE_MAX)} can be opened.`);
  return (typeof first === "string" ? first : await first.text()).replace(/^\uFEFF/, "");
}
