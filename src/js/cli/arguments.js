// What a command was given: options by node:util's parser, and a sentence about what makes no sense.

import { parseArgs } from "node:util";
import { meant, nearest } from "./meant.js";
import { Trouble } from "./trouble.js";

/** What every command takes. */
const ALWAYS = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "V" } };

/**
 * Reads the arguments of a command. An option is `{ type, short?, values?, multiple? }` by its name; `values` are all that
 * it takes. Answers `values`, by the names of the options, and what else was given, `rest`, up to `most` of it.
 */
export function read(args, { options = {}, most = 0 }) {
  const known = { ...ALWAYS, ...options };
  const shapes = Object.entries(known).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]);
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(shapes),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = {};
  const rest = [];
  for (const token of tokens) {
    if (token.kind === "positional") rest.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!option) throw unknown(token.rawName, Object.keys(known));
    const value = taken(token, option);
    if (option.multiple) values[token.name] = [...(values[token.name] ?? []), value];
    else values[token.name] = value;
  }
  if (rest.length > most && !values.help && !values.version) throw tooMany(rest, most, Object.keys(known));
  return { values, rest };
}

function taken({ rawName, value, inlineValue }, { type, values }) {
  if (type === "boolean") {
    if (value !== undefined) throw new Trouble(`${rawName} takes no value, not ${quoted(value)}.`);
    return true;
  }
  // What follows an option and begins with a dash is the next option, and not its value, unless it is a number; `-` alone is
  // standard input.
  const isNext = !inlineValue && typeof value === "string" && /^-\D/.test(value);
  if (typeof value !== "string" || value === "" || isNext) {
    throw new Trouble(`${rawName} takes a value${values ? `: ${values.join(", ")}` : ""}.`);
  }
  if (values && !values.includes(value)) {
    throw new Trouble(`${rawName} does not know ${quoted(value)}${meant(value, values)}.`);
  }
  return value;
}

function unknown(rawName, known) {
  const near = nearest(rawName.replace(/^-+/, ""), known);
  return new Trouble(`There is no option ${quoted(rawName)}${near ? ` (did you mean --${near}?)` : ""}.`);
}

function tooMany(rest, most, known) {
  const extra = rest[most];
  const near = nearest(extra, known);
  const meaning = near ? ` (did you mean --${near}?)` : "";
  return new Trouble(
    most === 0
      ? `${quoted(extra)} is not asked for${meaning}.`
      : `It takes ${most === 1 ? "one file" : `${most} files`}, and ${quoted(extra)} is one more${meaning}.`,
  );
}

/** A word as a sentence shows it: short. What it may hold that is no text, is made visible where it is printed. */
export const quoted = (word) => JSON.stringify(word.length > 64 ? `${word.slice(0, 64)}…` : word);

/** A whole number. */
export function numberOf(name, text) {
  const digits = text.replace(/[_,]/g, "");
  if (!/^\d{1,15}$/.test(digits)) throw new Trouble(`--${name} takes a whole number, not ${quoted(text)}.`);
  return Number(digits);
}

/** The words of a list, each of which has to be known. */
export function wordsOf(name, text, known) {
  const words = text.split(",");
  for (const word of words) {
    if (known.includes(word)) continue;
    const near = nearest(word, known);
    const meaning = near ? ` (did you mean ${near}?)` : "";
    throw new Trouble(`--${name} does not know ${quoted(word)}${meaning}; it knows ${known.join(", ")}.`);
  }
  return words;
}
