/*
 * The run as a link: configuration and commands, one short token a command, in the fragment, which browsers do not send
 * to a server. Tokens are read one by one, so a damaged or an older link opens as far as it holds.
 *
 *   #v1/d/cdemo~ea0.1.t~p0.R~…/s12/a1
 *
 * An action is written as its number in order of creation; a command that has no short form, or that would lose
 * something in it, is written as JSON.
 */

import type { ActionId, Command, PluginPhase, SimulationConfig } from "flyte-lifecycle";

export interface Link {
  config: SimulationConfig;
  commands: Command[];
  /** Where in the commands to stand; at their end if absent. */
  index?: number;
  /** Which action is selected. */
  action?: ActionId;
  /** Whether the hood is open. */
  hood?: boolean;
  /** Set if a part could not be read: which step, counted from 1, and its text. */
  broken?: { step: number; of: number; text: string };
}

const VERSION = "v1";
const PLUGIN: Record<string, PluginPhase> = {
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

/** What a fragment can carry as it is; everything else is escaped, so that no program cuts the link short. */
const escapeText = (text: string): string =>
  encodeURIComponent(text).replace(/[.~!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The fragment for a run, without the `#`. */
export function encode(link: Link): string {
  const actions: ActionId[] = [];
  const tokens = link.commands.map((command) => {
    const token = short(command, actions);
    const exact = token !== null && same(parse(token, [...actions]), command);
    note(command, actions);
    return exact ? token : `j${escapeText(JSON.stringify(command))}`;
  });
  const parts = [VERSION, encodeConfig(link.config), tokens.join("~")];
  if (link.index !== undefined && link.index < link.commands.length) parts.push(`s${link.index}`);
  const at = link.action ? actions.indexOf(link.action) : -1;
  if (at > 0) parts.push(`a${at}`);
  if (link.hood) parts.push("h");
  return parts.join("/");
}

/** Reads a fragment; `null` if it is no link to a run at all. */
export function decode(fragment: string): Link | null {
  const [version, config, tokens = "", ...rest] = fragment.replace(/^#/, "").split("/");
  if (!version || !/^v\d+$/.test(version)) return null;
  const link: Link = { config: {}, commands: [] };
  const parts = tokens === "" ? [] : tokens.split("~");
  const known = version === VERSION ? decodeConfig(config ?? "") : null;
  if (known === null) return { ...link, broken: { step: 0, of: parts.length, text: `${version}/${config ?? ""}` } };
  link.config = known;
  const actions: ActionId[] = [];
  for (const [at, token] of parts.entries()) {
    const command = parse(token, actions);
    if (command === null) {
      link.broken = { step: at + 1, of: parts.length, text: token };
      break;
    }
    note(command, actions);
    link.commands.push(command);
  }
  for (const part of rest) {
    if (part === "h") link.hood = true;
    const number = Number(part.slice(1));
    if (!/^[sa]\d+$/.test(part)) continue;
    if (part.startsWith("s") && number <= link.commands.length) link.index = number;
    if (part.startsWith("a") && actions[number] !== undefined) link.action = actions[number];
  }
  return link;
}

function encodeConfig(config: SimulationConfig): string {
  const { rules, ...others } = config;
  const letter = rules === undefined || rules === "documented" ? "d" : rules === "upstream" ? "u" : null;
  if (letter !== null && Object.keys(others).length === 0) return letter;
  return `j${escapeText(JSON.stringify(config))}`;
}

function decodeConfig(text: string): SimulationConfig | null {
  if (text === "d") return { rules: "documented" };
  if (text === "u") return { rules: "upstream" };
  const value = text.startsWith("j") ? json(text.slice(1)) : null;
  return value as SimulationConfig | null;
}

/** The short form, or null; whether it says everything is for the caller to check. */
function short(command: Command, actions: readonly ActionId[]): string | null {
  const text = (value: string | undefined): string => (value === undefined ? "" : escapeText(value));
  const number = (id: ActionId): string => {
    const at = actions.indexOf(id);
    return at < 0 ? `!${escapeText(id)}` : String(at);
  };
  const numbers = (...values: (number | undefined)[]): string => values.map((value) => value ?? "").join(".");
  switch (command.type) {
    case "createRun":
      return `c${trim(`${text(command.run)}.${numbers(command.task?.maxAttempts, command.task?.timeoutMs)}`)}`;
    case "enqueue": {
      const name = command.action.slice(command.action.indexOf("/") + 1);
      const head = `e${text(name)}.${number(command.parent)}`;
      if (command.task) return trim(`${head}.t.${numbers(command.task.maxAttempts, command.task.timeoutMs)}`);
      if (command.trace) return trim(`${head}.r.${command.trace.phase ?? ""}`);
      const { valueType, timeoutMs, prompt } = command.condition;
      return trim(`${head}.${valueType.slice(0, 1)}.${numbers(timeoutMs)}.${text(prompt)}`);
    }
    case "plugin": {
      if (command.failure)
        return trim(`h${number(command.action)}.${text(command.failure.message)}.${text(command.failure.code)}`);
      const { phase, version, error } = command.result;
      const letter = Object.keys(PLUGIN).find((key) => PLUGIN[key] === phase) ?? "";
      const tail = error ? `.${error.kind.slice(0, 1)}.${text(error.code)}.${text(error.message)}` : "";
      return trim(`p${number(command.action)}.${letter}.${numbers(version)}${tail}`);
    }
    case "signal": {
      const [type, value] = Object.entries(command.value)[0] as [string, unknown];
      return trim(`g${number(command.action)}.${type.slice(0, 1)}.${text(String(value))}.${text(command.by)}`);
    }
    case "abortAction":
      return trim(`a${number(command.action)}.${text(command.reason)}`);
    case "abortRun":
      return trim(`A${text(command.run)}.${text(command.reason)}`);
    case "abortReply":
      return trim(`r${number(command.action)}.${command.reply}.${numbers(command.drawMs)}`);
    case "updatePhase":
      return trim(`u${number(command.action)}.${command.phase}.${numbers(command.attempts)}`);
    case "advance":
      return `t${command.ms}`;
    case "fire":
      return `f${command.timer ?? ""}`;
    case "deliver":
      return `d${command.item ?? ""}`;
    case "drop":
      return `x${command.item ?? ""}`;
    case "duplicate":
      return `y${command.item ?? ""}`;
    case "fault":
      return trim(`q${command.call}.${command.reply ?? ""}.${command.action ? number(command.action) : ""}`);
    case "restart":
      return trim(`z${command.service}.${numbers(command.downMs)}`);
    default:
      return null;
  }
}

const trim = (token: string): string => token.replace(/\.+$/, "");
const TYPES: Record<string, "bool" | "int" | "float" | "string"> = { b: "bool", i: "int", f: "float", s: "string" };

/** The command that a token stands for, or null. */
function parse(token: string, actions: readonly ActionId[]): Command | null {
  const verb = token.slice(0, 1);
  if (verb === "j") return asCommand(json(token.slice(1)));
  const raw = token.slice(1).split(".");
  const fields: string[] = [];
  for (const field of raw) {
    const plain = unescapeText(field);
    if (plain === null) return null;
    fields.push(plain);
  }
  const [first = "", second = "", third = "", fourth = "", fifth = "", sixth = ""] = fields;
  const id = (field: string): ActionId | null =>
    field.startsWith("!") ? field.slice(1) : /^\d+$/.test(field) ? (actions[Number(field)] ?? null) : null;
  const some = (fields: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
  const number = (field: string): number | undefined => (field === "" ? undefined : Number(field));
  const spec = (fields: Record<string, unknown>) => some(fields);
  const action = id(first);
  switch (verb) {
    case "c": {
      const task = spec({ maxAttempts: number(second), timeoutMs: number(third) });
      return asCommand({ type: "createRun", run: first, ...(Object.keys(task).length > 0 ? { task } : {}) });
    }
    case "e": {
      const parent = id(second);
      if (parent === null) return null;
      const head = { type: "enqueue", action: `${parent.slice(0, parent.indexOf("/"))}/${first}`, parent };
      if (third === "t")
        return asCommand({ ...head, task: spec({ maxAttempts: number(fourth), timeoutMs: number(fifth) }) });
      if (third === "r") return asCommand({ ...head, trace: spec({ phase: fourth }) });
      const valueType = TYPES[third];
      return valueType
        ? asCommand({ ...head, condition: spec({ valueType, timeoutMs: number(fourth), prompt: fifth }) })
        : null;
    }
    case "p": {
      const phase = PLUGIN[second];
      if (action === null || phase === undefined) return null;
      const kind = fourth === "U" ? "USER" : fourth === "S" ? "SYSTEM" : undefined;
      const error = kind ? { code: fifth, kind, message: sixth } : undefined;
      return asCommand({ type: "plugin", action, result: some({ phase, version: number(third), error }) });
    }
    case "h":
      return action === null
        ? null
        : asCommand({ type: "plugin", action, failure: some({ message: second, code: third }) });
    case "g": {
      const type = TYPES[second];
      if (action === null || type === undefined) return null;
      const value = type === "bool" ? third === "true" : type === "string" ? third : Number(third);
      return asCommand(some({ type: "signal", action, value: { [type]: value }, by: fourth }));
    }
    case "a":
      return action === null ? null : asCommand(some({ type: "abortAction", action, reason: second }));
    case "A":
      return asCommand(some({ type: "abortRun", run: first, reason: second }));
    case "r":
      return action === null
        ? null
        : asCommand(some({ type: "abortReply", action, reply: second, drawMs: number(third) }));
    case "u":
      return action === null
        ? null
        : asCommand(some({ type: "updatePhase", action, phase: second, attempts: number(third) }));
    case "t":
      return /^\d+$/.test(first) ? { type: "advance", ms: Number(first) } : null;
    case "f":
      return asCommand(some({ type: "fire", timer: number(first) }));
    case "d":
      return asCommand(some({ type: "deliver", item: number(first) }));
    case "x":
      return asCommand(some({ type: "drop", item: number(first) }));
    case "y":
      return asCommand(some({ type: "duplicate", item: number(first) }));
    case "q": {
      const about = third === "" ? undefined : id(third);
      return about === null ? null : asCommand(some({ type: "fault", call: first, reply: second, action: about }));
    }
    case "z":
      return asCommand(some({ type: "restart", service: first, downMs: number(second) }));
    default:
      return null;
  }
}

/** Remembers an action that a command creates, in order; both directions count the same way. */
function note(command: Command, actions: ActionId[]): void {
  const id =
    command.type === "createRun"
      ? `${command.run}/a0`
      : command.type === "enqueue" || command.type === "import" || command.type === "recover"
        ? command.action
        : null;
  if (id !== null && !actions.includes(id)) actions.push(id);
}

/** Anything else that is wrong with a command is for the engine to refuse, in its own words. */
function asCommand(value: unknown): Command | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const bad = Object.values(value).some((field) => typeof field === "number" && !Number.isFinite(field));
  return bad || typeof (value as { type?: unknown }).type !== "string" ? null : (value as Command);
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function unescapeText(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Equal whatever the order of the keys. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
