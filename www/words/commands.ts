/*
 * Commands as people know them: which ones belong to an action of a kind, what each is called on a button, and how it
 * reads in a sentence. Whether one would be accepted is asked of the engine, never decided here.
 */

import type {
  ActionPhase,
  ActionSnapshot,
  Command,
  ErrorKind,
  PluginPhase,
  Service,
  SignalValue,
  TimerSnapshot,
} from "flyte-lifecycle";
import { fieldsOf, lookUp } from "../table.ts";
import { ABORT_REPLY_WORDS, CALL_WORDS, REPLY_WORDS } from "./calls.ts";
import { shortened, span } from "./format.ts";
import { leaving, timerLabel } from "./timers.ts";
import { CALLS } from "./vocabulary.ts";

/** A command with the word for its button. */
export interface Choice {
  label: string;
  command: Command;
}

const error = (code: string, kind: ErrorKind, message: string) => ({ code, kind, message });

/** So many of the plugin's reports come before everything else; the others are rare. */
const USUAL = 9;

/** What no plugin returns at the commit that is modelled; the engine would take it all the same. */
const UNRETURNED: readonly PluginPhase[] = ["NotReady", "Aborted"];
export const isReturned = ({ command }: Choice): boolean =>
  command.type !== "plugin" || command.result === undefined || !UNRETURNED.includes(command.result.phase);

/** What the plugin may report about a task, in the order of the lifecycle. */
export function pluginChoices(action: string): Choice[] {
  const result = (label: string, phase: PluginPhase, extra: object = {}): Choice => ({
    label,
    command: { type: "plugin", action, result: { phase, ...extra } },
  });
  const failure = (label: string, phase: PluginPhase, code: string, kind: ErrorKind, message: string): Choice =>
    result(label, phase, { error: error(code, kind, message) });
  return [
    result("Queued", "Queued"),
    result("Waiting for resources", "WaitingForResources"),
    result("Initializing", "Initializing"),
    result("Running", "Running"),
    result("Success", "Success"),
    failure("Retryable failure", "RetryableFailure", "UserError", "USER", "exit code 1"),
    failure("Permanent failure", "PermanentFailure", "NonRecoverable", "USER", "a retry cannot mend this"),
    failure("System failure", "RetryableFailure", "Interrupted", "SYSTEM", "the node was shut down"),
    {
      label: "Handle returns an error",
      command: { type: "plugin", action, failure: { message: "connection refused" } },
    },
    result("Waiting for cache", "WaitingForCache"),
    result("Undefined", "Undefined"),
    result("Not ready", "NotReady"),
    result("Aborted", "Aborted"),
  ];
}

/** A signal of the type that the condition declares. What is no number goes as it was typed, so that it is refused. */
export function signalValue(type: string, text: string): SignalValue {
  if (type === "bool") return { bool: /^(true|1|yes|y|t)$/i.test(text.trim()) };
  if (type === "string") return { string: text };
  const typed = text.trim() === "" ? Number.NaN : Number(text);
  const number = Number.isFinite(typed) ? typed : (text as unknown as number);
  return type === "int" ? { int: number } : { float: number };
}

const SAMPLES: Record<string, string> = { bool: "true", int: "1", float: "0.5", string: "approved" };

/** A value that a form can start with. */
export const sampleOf = (type: string | null): string => lookUp(SAMPLES, type ?? "bool") ?? "";

/** What each phase's button on the diagram stands for when the engine names no better command. */
export function usualChoice(action: ActionSnapshot, to: ActionPhase, timers: readonly TimerSnapshot[]): Choice | null {
  const plugin = (label: string): Choice | null =>
    action.kind === "task" ? (pluginChoices(action.id).find((choice) => choice.label === label) ?? null) : null;
  switch (to) {
    case "WAITING_FOR_RESOURCES":
      return plugin("Waiting for resources");
    case "INITIALIZING":
      return plugin("Initializing");
    case "RUNNING":
      return plugin("Running");
    case "SUCCEEDED":
      return action.kind === "condition" ? signalChoice(action) : plugin("Success");
    case "FAILED":
      return plugin("Retryable failure");
    case "ABORTED":
      return { label: "Abort", command: { type: "abortAction", action: action.id } };
    case "TIMED_OUT": {
      const [timer] = leaving(timers, action.id);
      return timer ? { label: timerLabel(timer), command: { type: "fire", timer: timer.id } } : null;
    }
    default:
      return null;
  }
}

export const signalChoice = (action: ActionSnapshot): Choice => {
  const type = action.valueType ?? "bool";
  return {
    label: "Signal",
    command: { type: "signal", action: action.id, value: signalValue(type, sampleOf(type)), by: "you" },
  };
};

/** Everything that the buttons of the diagram choose from, best first. */
export function choicesFor(action: ActionSnapshot, timers: readonly TimerSnapshot[]): Choice[] {
  const choices: Choice[] = [];
  const reports = action.kind === "task" ? pluginChoices(action.id) : [];
  choices.push(...reports.slice(0, USUAL));
  if (action.kind === "condition") choices.push(signalChoice(action));
  for (const timer of timers) {
    if (timer.action === action.id)
      choices.push({ label: timerLabel(timer), command: { type: "fire", timer: timer.id } });
  }
  choices.push({ label: "Abort", command: { type: "abortAction", action: action.id } }, ...reports.slice(USUAL));
  return choices;
}

export const SERVICES: Record<Service, string> = {
  executor: "executor",
  actions: "actions service",
  runs: "run service",
  sdk: "SDK in parents’ pods",
};

/** Longer texts are cut: a label is read at a glance. */
const LONGEST = 80;

/**
 * A field as it is said. A command of a link or a trace was checked by nobody: what is no word and no number where one is
 * expected is left out here, and the engine says what is wrong with it.
 */
function said(value: unknown): string {
  const text =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  return shortened(text, LONGEST);
}

/** A word before what follows it, if anything does. */
const saying = (word: string, value: unknown): string => `${word} ${said(value)}`.trim();

/** The word on a button for any command, also those of a link, of a newer version, or of the engine's own list. */
export function labelOf(command: Command): string {
  switch (command.type) {
    case "createRun":
      return saying("Create run", command.run);
    case "enqueue":
      return saying("Enqueue", command.action);
    case "import":
      return saying("Read", command.action);
    case "recover":
      return saying("Recover", command.action);
    case "plugin": {
      if (command.failure) return "Handle returns an error";
      const { phase, error } = fieldsOf(command.result);
      return (fieldsOf(error).kind === "SYSTEM" ? saying(said(phase), "(SYSTEM)") : said(phase)) || "Report";
    }
    case "exit":
      return saying("Exit code", command.code);
    case "signal":
      return saying("Signal", Object.values(fieldsOf(command.value))[0]);
    case "abortAction":
      return "Abort";
    case "abortRun":
      return saying("Abort run", command.run);
    case "abortReply":
      return saying("Abort call answers", lookUp(ABORT_REPLY_WORDS, command.reply) ?? command.reply);
    case "updatePhase":
      return saying("Update says", command.phase);
    case "putStatus":
      return saying("A status is written: attempt", command.attempts);
    case "advance":
      return typeof command.ms === "number" ? `${span(command.ms)} pass` : "Time passes";
    case "fire":
      return "A timer fires";
    case "deliver":
      return "Deliver";
    case "drop":
      return "Lose the news";
    case "duplicate":
      return "Tell the news twice";
    case "fault":
      return [
        CALLS.find(({ name }) => name === command.call)?.ofProcess ? "Now" : "The next time,",
        lookUp(CALL_WORDS, command.call) ?? (said(command.call) || "a call"),
        lookUp(REPLY_WORDS, command.reply ?? "error") ?? "fails",
      ].join(" ");
    case "restart":
      return saying("Restart the", lookUp(SERVICES, command.service) ?? command.service);
    default:
      // A command that this page does not know yet is called as it is written.
      return said((command satisfies never as { type?: unknown }).type) || "A command";
  }
}

/** The action that a command is about. */
function actionOf(command: Command): string | null {
  const { action } = fieldsOf(command);
  return typeof action === "string" ? action : null;
}

/** A command in a line, for the step slider and the list of steps. */
export function inWords(command: Command): string {
  const action = said(actionOf(command));
  const label = labelOf(command);
  return action && !label.includes(action) ? `${action}: ${label}` : label;
}
