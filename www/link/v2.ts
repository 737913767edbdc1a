/*
 * Links of the second kind, the one kind that is read: `config/view/steps`.
 *
 * config  d, u or m (documented, upstream, merged), then `.name=value` for whatever else is set; or j and JSON.
 * view    the number of steps, then what is looked at: s and the step, a and the number of the selected action, h for
 *         the hood, p and the name of another open panel, n and the name of the situation, x and what of the explorer
 *         is open (tab, rules, model, filter, between commas), m and the version of the model, then : and a digit
 *         for each step (`model.ts`); between dots.
 * steps   one after the other, closed by z, without which the link was cut off on its way. What a step is about is the
 *         action before it, unless a number (in order of creation) or `-` (the next one) stands before it.
 *           capital letter         a command in its usual form; LETTER.fields~ in any other
 *           t40  m850  c…~  j…~    advance by seconds, by milliseconds; createRun; any command as JSON
 *         What was written before is not written again: `repeat.ts`.
 *
 * A short form is used only if it reads back as the very same command; else the step is written as JSON.
 */

import type {
  AbortReply,
  ActionId,
  ActionPhase,
  Command,
  ExecutionError,
  PluginPhase,
  RuleSet,
  SimulationConfig,
} from "flyte-lifecycle";
import { TABS } from "../explored.ts";
import type { Link } from "../location.ts";
import { partsOf } from "../rules.ts";
import { same } from "../same.ts";
import { fieldsOf, lookUp } from "../table.ts";
import { digitsOf, MODEL } from "./model.ts";
import { expand, shorten } from "./repeat.ts";
import { asCommand, createdBy, escaped, json, placeOf, unescaped } from "./text.ts";

const REPORTS: Record<string, PluginPhase> = {
  N: "NotReady",
  W: "WaitingForResources",
  Q: "Queued",
  I: "Initializing",
  R: "Running",
  S: "Success",
  F: "RetryableFailure",
  P: "PermanentFailure",
  C: "WaitingForCache",
  U: "Undefined",
  A: "Aborted",
};

const PHASES: Record<string, ActionPhase> = {
  Q: "QUEUED",
  W: "WAITING_FOR_RESOURCES",
  I: "INITIALIZING",
  R: "RUNNING",
  S: "SUCCEEDED",
  F: "FAILED",
  A: "ABORTED",
  T: "TIMED_OUT",
  P: "PAUSED",
  V: "RECOVERED",
  U: "UNSPECIFIED",
};

/** Errors as the buttons of the page report them. Links refer to them by place: none may move. */
const ERRORS: readonly ExecutionError[] = [
  { code: "UserError", kind: "USER", message: "exit code 1" },
  { code: "NonRecoverable", kind: "USER", message: "a retry cannot mend this" },
  { code: "Interrupted", kind: "SYSTEM", message: "the node was shut down" },
];
const HANDLE_SAID = "connection refused";
const BY = "you";

const TYPES: Record<string, "bool" | "int" | "float" | "string"> = { b: "bool", i: "int", f: "float", s: "string" };
const KINDS: Record<string, ExecutionError["kind"]> = { U: "USER", S: "SYSTEM", K: "UNKNOWN" };

const letterOf = (table: Record<string, string>, word: unknown): string | null =>
  Object.keys(table).find((letter) => table[letter] === word) ?? null;

// --- what the steps before have said ------------------------------------------------------------------------------

/** What both directions know at a step. */
interface Context {
  actions: ActionId[];
  numbers: Map<ActionId, number>;
  /** Project and domain of each run, by its root. */
  places: Map<ActionId, string>;
  /** The action that the last step was about. */
  at: number;
  /** Under which action the last one was enqueued, and what it was called. */
  parent: ActionId;
  name: string;
  item: number;
  timer: number;
}

const beginning = (): Context => ({
  actions: [],
  numbers: new Map(),
  places: new Map(),
  at: 0,
  parent: "",
  name: "",
  item: 0,
  timer: 0,
});

const runOf = (id: ActionId): string => id.slice(0, Math.max(0, id.indexOf("/")));
const nameOf = (id: unknown): string => (typeof id === "string" ? id.slice(id.indexOf("/") + 1) : "");

/** What the next child is probably called. */
function nextName({ name }: Context): string {
  const digits = /\d+$/.exec(name)?.[0];
  return digits === undefined || digits.length > 9
    ? "a1"
    : `${name.slice(0, -digits.length)}${String(Number(digits) + 1)}`;
}

/** Takes note of a step. Only the command counts, not how it was written; one that makes no sense says nothing. */
function follow(context: Context, command: Command): void {
  const created = createdBy(command, context.places);
  if (created !== null && !context.numbers.has(created)) {
    context.numbers.set(created, context.actions.length);
    context.actions.push(created);
  }
  const { action, parent, item, timer } = command as { [field in "action" | "parent" | "item" | "timer"]?: unknown };
  if (command.type === "createRun" && created !== null) {
    context.parent = created;
    if (!context.places.has(created)) context.places.set(created, placeOf(command));
  } else if (created !== null && typeof parent === "string") context.parent = parent;
  if (created !== null) context.name = nameOf(created);
  const about = created ?? action;
  if (typeof about === "string") context.at = context.numbers.get(about) ?? context.at;
  if (typeof item === "number") context.item = item;
  if (typeof timer === "number") context.timer = timer;
}

// --- one step -----------------------------------------------------------------------------------------------------

/** A step in two parts: whom it is about, if it has to be said, and what. */
interface Written {
  who: ActionId | null;
  letter: string;
  fields: string[];
}

const text = (value: unknown): string =>
  typeof value === "string" ? escaped(value).replaceAll("_", "%5F").replaceAll("%20", "_").replaceAll("%3A", ":") : "";
const number = (value: unknown): string => (typeof value === "number" ? String(value) : "");

/**
 * The short form, or null if there is none; whether it says everything is for the caller to check. A command that was read
 * from a link may have anything in its fields: what is no text and no number is not said, and so written as JSON.
 */
function write(command: Command, context: Context): Written | null {
  const about = (letter: string, ...fields: string[]): Written => ({
    who: "action" in command ? (command.action ?? null) : null,
    letter,
    fields,
  });
  switch (command.type) {
    case "createRun":
      return about("c", text(command.run), number(command.task?.maxAttempts), number(command.task?.timeoutMs));
    case "enqueue": {
      const name = nameOf(command.action);
      const called = name === nextName(context) ? "" : text(name);
      const head = { who: command.parent === context.parent ? null : command.parent, letter: "E" };
      if (command.task)
        return { ...head, fields: [called, "", number(command.task.maxAttempts), number(command.task.timeoutMs)] };
      if (command.trace) return { ...head, fields: [called, "r", letterOf(PHASES, command.trace.phase) ?? ""] };
      const { valueType, timeoutMs, prompt } = fieldsOf(command.condition);
      return { ...head, fields: [called, letterOf(TYPES, valueType) ?? "", number(timeoutMs), text(prompt)] };
    }
    case "recover": {
      const name = nameOf(command.action);
      const who = command.parent === undefined || command.parent === context.parent ? null : command.parent;
      return { who, letter: "V", fields: [name === nextName(context) ? "" : text(name)] };
    }
    case "plugin": {
      if (command.failure) {
        const { message, code } = fieldsOf(command.failure);
        return about("H", message === HANDLE_SAID ? "" : text(message), text(code));
      }
      const { phase, version, error, reason } = fieldsOf(command.result);
      const usual = ERRORS.findIndex((each) => same(each, error));
      const { kind, code, message } = fieldsOf(error);
      const said = !error
        ? ["", "", ""]
        : usual >= 0
          ? [String(usual), "", ""]
          : [letterOf(KINDS, kind) ?? "", text(code), text(message)];
      return about(letterOf(REPORTS, phase) ?? "j", ...said, number(version), text(reason));
    }
    case "exit":
      return about("J", number(command.code));
    case "signal": {
      const [type = "", value] = Object.entries(fieldsOf(command.value))[0] ?? [];
      const plain = typeof value === "object" ? "" : text(String(value));
      const said = type === "bool" && value === true ? ["", ""] : [type.slice(0, 1), plain];
      return about("G", ...said, command.by === BY ? "" : text(command.by));
    }
    case "abortAction":
      return about("X", text(command.reason));
    case "abortRun":
      return about("Y", text(command.reason), command.run === run(context) ? "" : text(command.run));
    case "abortReply":
      return about("K", command.reply === "ok" ? "" : text(command.reply), number(command.drawMs));
    case "updatePhase":
      return about("L", letterOf(PHASES, command.phase) ?? "", number(command.attempts));
    case "advance":
      if (typeof command.ms !== "number") return null;
      return command.ms % 1_000 === 0
        ? about(`t${command.ms / 1_000}`)
        : Number.isSafeInteger(command.ms)
          ? about(`m${command.ms}`)
          : null;
    case "fire":
      return about("T", beyond(command.timer, context.timer));
    case "deliver":
      return about("D", beyond(command.item, context.item));
    case "drop":
      return about("Z", beyond(command.item, context.item));
    case "duplicate":
      return about("O", beyond(command.item, context.item));
    case "fault":
      return about("B", text(command.call), text(command.reply), command.action === undefined ? "" : "a");
    case "restart":
      return about("M", text(command.service), number(command.downMs));
    default:
      return null;
  }
}

/** Numbers that the engine counts up are written by how far they are from the last one. */
const beyond = (value: unknown, last: number): string => (typeof value === "number" ? String(value - last) : "");
const run = ({ actions, at }: Context): string => runOf(actions[at] ?? "");

/** The command that a letter with its fields stands for, or null. */
function read(letter: string, raw: string, who: ActionId | null, context: Context): Command | null {
  const fields: string[] = [];
  for (const field of raw === "" ? [] : raw.split(".")) {
    const plain = unescaped(field.replaceAll("_", "%20"));
    if (plain === null) return null;
    fields.push(plain);
  }
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = fields;
  const action = who ?? context.actions[context.at];
  const some = (fields: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
  const count = (field: string): number | undefined => (field === "" ? undefined : Number(field));
  const from = (last: number): number | undefined => (first === "" ? undefined : last + Number(first));
  const phase = lookUp(REPORTS, letter);
  if (phase !== undefined) {
    if (action === undefined) return null;
    const error = errorOf(first, second, third);
    if (error === null) return null;
    return asCommand({ type: "plugin", action, result: some({ phase, version: count(fourth), reason: fifth, error }) });
  }
  switch (letter) {
    case "c": {
      const task = some({ maxAttempts: count(second), timeoutMs: count(third) });
      return asCommand({ type: "createRun", run: first, ...(Object.keys(task).length > 0 ? { task } : {}) });
    }
    case "j":
      return asCommand(json(raw));
    case "E":
    case "V": {
      const parent = who ?? context.parent;
      if (parent === "") return null;
      const head = { action: `${runOf(parent)}/${first || nextName(context)}`, parent };
      if (letter === "V") return { type: "recover", ...head };
      if (second === "")
        return asCommand({
          type: "enqueue",
          ...head,
          task: some({ maxAttempts: count(third), timeoutMs: count(fourth) }),
        });
      if (second === "r") {
        const ended = lookUp(PHASES, third);
        if (third !== "" && ended === undefined) return null;
        return asCommand({ type: "enqueue", ...head, trace: some({ phase: ended }) });
      }
      const valueType = lookUp(TYPES, second);
      if (valueType === undefined) return null;
      const condition = some({ valueType, timeoutMs: count(third), prompt: fourth });
      return asCommand({ type: "enqueue", ...head, condition });
    }
    case "H": {
      const failure = some({ message: first || HANDLE_SAID, code: second });
      return action === undefined ? null : asCommand({ type: "plugin", action, failure });
    }
    case "G": {
      const type = first === "" ? "bool" : lookUp(TYPES, first);
      if (action === undefined || type === undefined) return null;
      const said = first === "" ? "true" : second;
      const value = type === "bool" ? said === "true" : type === "string" ? said : Number(said);
      return asCommand({ type: "signal", action, value: { [type]: value }, by: third || BY });
    }
    case "J":
      return action === undefined ? null : asCommand({ type: "exit", action, code: Number(first) });
    case "X":
      return action === undefined ? null : asCommand(some({ type: "abortAction", action, reason: first }));
    case "Y":
      return asCommand(some({ type: "abortRun", run: second || run(context), reason: first }));
    case "K": {
      const reply: string = first || ("ok" satisfies AbortReply);
      return action === undefined
        ? null
        : asCommand(some({ type: "abortReply", action, reply, drawMs: count(second) }));
    }
    case "L": {
      const phase = lookUp(PHASES, first);
      return action === undefined || phase === undefined
        ? null
        : asCommand(some({ type: "updatePhase", action, phase, attempts: count(second) }));
    }
    case "t":
      return asCommand({ type: "advance", ms: Number(first) * 1_000 });
    case "m":
      return asCommand({ type: "advance", ms: Number(first) });
    case "T":
      return asCommand(some({ type: "fire", timer: from(context.timer) }));
    case "D":
      return asCommand(some({ type: "deliver", item: from(context.item) }));
    case "Z":
      return asCommand(some({ type: "drop", item: from(context.item) }));
    case "O":
      return asCommand(some({ type: "duplicate", item: from(context.item) }));
    case "B":
      return asCommand(some({ type: "fault", call: first, reply: second, action: third === "a" ? action : undefined }));
    case "M":
      return asCommand(some({ type: "restart", service: first, downMs: count(second) }));
    default:
      return null;
  }
}

/** The error of a report: undefined if it has none, null if it makes no sense. */
function errorOf(kind: string, code: string, message: string): ExecutionError | undefined | null {
  if (kind === "") return code === "" && message === "" ? undefined : null;
  if (/^\d$/.test(kind)) return ERRORS[Number(kind)] ?? null;
  const known = lookUp(KINDS, kind);
  return known === undefined ? null : { code, kind: known, message };
}

// --- all of them --------------------------------------------------------------------------------------------------

/**
 * No link has more steps: a few characters can stand for half a million of them, which would keep the page busy for a
 * minute at every change.
 */
export const STEPS_MAX = 10_000;

/** A whole step, or the choice of the action that the next one is about. */
const PART = /(\d+|-)|([A-Z])(?:\.([^~]*)~|(?!\.))|([tm])(\d+)~?|([cj])([^~]*)~/y;

/** Writes a run. */
export function encode(link: Link): string {
  const context = beginning();
  const parts: string[] = [];
  for (const command of link.commands) {
    const written = write(command, context);
    const chosen = written && choose(written, context);
    const fields = written ? written.fields.join(".").replace(/\.+$/, "") : "";
    const exact =
      written !== null &&
      chosen !== null &&
      same(read(written.letter.slice(0, 1), fields || written.letter.slice(1), written.who, context), command);
    if (!exact) parts.push(`j${escaped(JSON.stringify(command))}~`);
    else {
      if (chosen) parts.push(chosen);
      const { letter } = written;
      parts.push(letter === "c" ? `c${fields}~` : fields ? `${letter}.${fields}~` : letter);
    }
    follow(context, command);
  }
  return [encodeConfig(link.config), encodeView(link, context), `${shorten(join(parts))}z`].join("/");
}

/** How the action is named that a step is about: not at all, as the next one, or by number; null if it has none. */
function choose({ who, letter }: Written, { numbers, at }: Context): string | null {
  if (who === null) return "";
  const number = numbers.get(who);
  if (number === undefined) return null;
  // A parent that need not be named is no choice at all by now.
  if (letter === "E" || letter === "V") return String(number);
  return number === at ? "" : number === at + 1 ? "-" : String(number);
}

/** Digits that follow digits are kept apart. What is written so far is not looked at again, however long it is. */
function join(parts: readonly string[]): string {
  const apart: string[] = [];
  let last = "";
  for (const part of parts) {
    if (/\d$/.test(last) && /^\d/.test(part)) apart.push("~");
    apart.push(part);
    last = part || last;
  }
  return apart.join("");
}

/** Reads what follows the version. */
export function decode(parts: readonly string[]): Link {
  const [settings = "", view = "", ...rest] = parts;
  const steps = rest.join("/");
  const items = view.split(".");
  const of = /^\d{1,9}$/.test(items[0] ?? "") ? Number(items[0]) : 0;
  const config = decodeConfig(settings);
  const nothing: Link = { config: {}, commands: [] };
  if (parts.length < 3) return { ...nothing, broken: { why: "cut", step: 1, of: 0, text: "" } };
  if (config === null) return { ...nothing, broken: { why: "config", step: 0, of, text: settings } };
  const link: Link = { ...nothing, config };
  const context = beginning();
  readSteps(link, steps, of, context);
  readView(link, items.slice(1), context);
  return link;
}

function readSteps(link: Link, steps: string, of: number, context: Context): void {
  const whole = steps.endsWith("z");
  const { text, rest } = expand(whole ? steps.slice(0, -1) : steps);
  const cut = { why: "cut", text: "" } as const;
  let broken: { why: "token" | "cut" | "long"; text: string } | null = null;
  let who: ActionId | null = null;
  let place = 0;
  while (place < text.length && broken === null) {
    if (link.commands.length === STEPS_MAX) {
      broken = { why: "long", text: "" };
      break;
    }
    PART.lastIndex = place;
    const [part, chosen, letter, fields, clock, ms, verb, more] = PART.exec(text) ?? [];
    place += part?.length ?? 0;
    const found: Command | ActionId | null =
      part === undefined
        ? null
        : chosen === undefined
          ? read(letter ?? clock ?? verb ?? "", fields ?? ms ?? more ?? "", who, context)
          : who === null
            ? (context.actions[chosen === "-" ? context.at + 1 : Number(chosen)] ?? null)
            : null;
    // A part that ends where the link was cut off may have been longer.
    const maybeLonger = place >= text.length && !part?.endsWith("~") && (!whole || rest !== "");
    if (found === null || maybeLonger) {
      const shown = part ?? text.slice(place).split("~")[0] ?? "";
      broken = { why: whole ? "token" : "cut", text: (rest === "" ? shown : shown + rest).replace(/~$/, "") };
    } else if (typeof found === "string") who = found;
    else {
      who = null;
      link.commands.push(found);
      follow(context, found);
    }
  }
  if (broken === null && rest !== "") broken = { why: whole ? "token" : "cut", text: rest };
  if (broken === null && (who !== null || !whole || link.commands.length < of)) broken = cut;
  if (broken) link.broken = { ...broken, step: link.commands.length + 1, of };
}

function encodeView(link: Link, { numbers }: Context): string {
  const items = [String(link.commands.length)];
  if (link.index !== undefined && link.index < link.commands.length) items.push(`s${link.index}`);
  const number = link.action === undefined ? undefined : numbers.get(link.action);
  if (number !== undefined && number > 0) items.push(`a${number}`);
  if (link.hood) items.push("h");
  for (const panel of link.panels ?? []) items.push(`p${text(panel)}`);
  if (link.situation !== undefined) items.push(`n${text(link.situation)}`);
  if (link.explore) {
    const { tab, rules, model, find } = link.explore;
    items.push(
      `x${[tab, rules, model, find]
        .map((part) => text(part))
        .join(",")
        .replace(/,+$/, "")}`,
    );
  }
  items.push(encodeModel(link));
  return items.join(".");
}

/** A run is made now, unless it is handed on as it was read. */
function encodeModel({ facts, model = MODEL, told = "" }: Link): string {
  const [version, digits] = facts ? [MODEL, digitsOf(facts)] : [model, told];
  return digits === "" ? `m${version}` : `m${version}:${shorten(digits)}`;
}

/** Of what is looked at, whatever is not there is left out: a newer page may know more of it. */
function readView(link: Link, items: readonly string[], { actions }: Context): void {
  const panels: string[] = [];
  for (const item of items) {
    const rest = unescaped(item.slice(1).replaceAll("_", "%20")) ?? "";
    const number = /^\d{1,9}$/.test(rest) ? Number(rest) : Number.NaN;
    if (item === "h") link.hood = true;
    else if (item.startsWith("x")) readExplored(link, item.slice(1));
    else if (item.startsWith("m")) readModel(link, item);
    else if (item.startsWith("p") && rest !== "") panels.push(rest);
    else if (item.startsWith("n") && rest !== "") link.situation = rest;
    else if (item.startsWith("s") && number <= link.commands.length) link.index = number;
    else if (item.startsWith("a") && actions[number] !== undefined) link.action = actions[number];
  }
  if (panels.length > 0) link.panels = panels;
}

function readModel(link: Link, item: string): void {
  const [, version, digits = ""] = /^m(\d{1,6})(?::(.*))?$/.exec(item) ?? [];
  if (version === undefined) return;
  link.model = Number(version);
  const { text } = expand(digits);
  if (/^[\w-]+$/.test(text)) link.told = text;
}

function readExplored(link: Link, written: string): void {
  const [name, rules, model, find] = written.split(",").map((part) => unescaped(part.replaceAll("_", "%20")) ?? "");
  const tab = TABS.find((each) => each === name);
  if (tab) link.explore = { tab, ...(rules && { rules }), ...(model && { model }), ...(find && { find }) };
}

// --- the configuration --------------------------------------------------------------------------------------------

const BASES: Record<string, RuleSet> = { d: "documented", u: "upstream", m: "merged" };

/** The fields that stand beside the rules; every other name is a policy. */
const BESIDE = new Set([
  "seed",
  "startTime",
  "requeueMs",
  "maxSystemFailures",
  "delivery",
  "abort",
  "gc",
  "parents",
  "plugins",
]);

function encodeConfig(config: SimulationConfig): string {
  const { rules = "documented", ...others } = config;
  const { base, ...policies } = partsOf(rules);
  const settings = Object.entries({ ...policies, ...others } as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && Object.keys(value).length > 0
      ? Object.entries(value).map(([inner, value]) => `${name}:${inner}=${setting(value)}`)
      : `${name}=${setting(value)}`,
  );
  const written = [letterOf(BASES, base) ?? "d", ...settings].join(".");
  return same(decodeConfig(written), { ...config, rules }) ? written : `j${escaped(JSON.stringify(config))}`;
}

const setting = (value: unknown): string =>
  typeof value === "object" ? "" : typeof value === "string" ? text(value) : String(value);

function decodeConfig(written: string): SimulationConfig | null {
  if (written.startsWith("j")) {
    const value = json(written.slice(1));
    return Array.isArray(value) ? null : (value as SimulationConfig | null);
  }
  const [letter = "", ...settings] = written.split(".");
  const base = lookUp(BASES, letter);
  if (base === undefined) return null;
  const policies: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const each of settings) {
    const [, name, inner, raw = ""] = /^([A-Za-z]+)(?::([A-Za-z]+))?=(.*)$/.exec(each) ?? [];
    const plain = unescaped(raw.replaceAll("_", "%20"));
    if (name === undefined || plain === null) return null;
    const value = plain === "" ? {} : /^-?\d{1,16}$/.test(plain) ? Number(plain) : plain;
    const into = BESIDE.has(name) ? config : policies;
    if (inner === undefined) into[name] = value;
    else into[name] = { ...fieldsOf(lookUp(into, name)), [inner]: value };
  }
  const rules = Object.keys(policies).length > 0 ? { base, ...policies } : base;
  return { rules, ...config } as SimulationConfig;
}
