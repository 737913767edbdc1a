/*
 * Links of the first kind, `#v1/…`, which are read for as long as there are any; none is written any more. One token a
 * command, all of them between tildes; an action is its number in order of creation.
 */

import type { ActionId, Command, PluginPhase, SimulationConfig } from "flyte-lifecycle";
import type { Link } from "../location.ts";
import { asCommand, createdBy, json, unescaped } from "./text.ts";

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

/** Reads what follows the version. */
export function decode([config = "", tokens = "", ...rest]: readonly string[]): Link {
  const link: Link = { config: {}, commands: [] };
  const parts = tokens === "" ? [] : tokens.split("~");
  const known = decodeConfig(config);
  if (known === null) return { ...link, broken: { why: "config", step: 0, of: parts.length, text: config } };
  link.config = known;
  const actions: ActionId[] = [];
  for (const [at, token] of parts.entries()) {
    const command = parse(token, actions);
    if (command === null) {
      link.broken = { why: "token", step: at + 1, of: parts.length, text: token };
      break;
    }
    const created = createdBy(command);
    if (created !== null && !actions.includes(created)) actions.push(created);
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

function decodeConfig(text: string): SimulationConfig | null {
  if (text === "d") return { rules: "documented" };
  if (text === "u") return { rules: "upstream" };
  const value = text.startsWith("j") ? json(text.slice(1)) : null;
  return value as SimulationConfig | null;
}

const TYPES: Record<string, "bool" | "int" | "float" | "string"> = { b: "bool", i: "int", f: "float", s: "string" };

/** The command that a token stands for, or null. */
function parse(token: string, actions: readonly ActionId[]): Command | null {
  const verb = token.slice(0, 1);
  if (verb === "j") return asCommand(json(token.slice(1)));
  const raw = token.slice(1).split(".");
  const fields: string[] = [];
  for (const field of raw) {
    const plain = unescaped(field);
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
      return /^\d+$/.test(first) ? asCommand({ type: "advance", ms: Number(first) }) : null;
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
