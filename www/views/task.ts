/*
 * What a new task can be given beyond the usual, folded behind “More”: bounds on its time, how long its retries wait, and
 * what its process does about a child that fails. The forms for a child and for a run have the same fields.
 */

import type { ChildFailure, TaskSpec } from "../store.ts";
import { h, milliseconds, numberOf } from "./dom.ts";

type Field = "maxQueuedMs" | "deadlineMs" | "baseMs" | "factor" | "capMs";

const LABELS: Record<Field, string> = {
  maxQueuedMs: "Queued at most, s",
  deadlineMs: "Deadline, s",
  baseMs: "Retry waits, s",
  factor: "Factor",
  capMs: "Wait at most, s",
};
const PLACEHOLDERS: Record<Field, string> = {
  maxQueuedMs: "none",
  deadlineMs: "none",
  baseMs: "0",
  factor: "1",
  capMs: "none",
};
const TITLES: Partial<Record<Field, string>> = {
  deadlineMs: "For all attempts together",
  factor: "By which the wait grows with each further retry",
};

const FAILURES: Record<ChildFailure, string> = {
  raises: "the process raises it",
  cancels: "it aborts the others and raises",
  catches: "it goes on",
};

/** The parts of a form that stand behind “More”. */
export interface MoreOfTask {
  element: HTMLElement;
  /** The fields that take numbers, by the engine's names. */
  fields: Record<Field, HTMLInputElement>;
  /** What is filled in; of one field only, if one is named. */
  read: (only?: Field) => Partial<TaskSpec>;
}

export const isMore = (name: string): name is Field => Object.hasOwn(LABELS, name);

/** `prefix` keeps the ids of one form from those of another. */
export function moreOfTask(prefix: string): MoreOfTask {
  const of = (name: Field): HTMLInputElement =>
    h("input", {
      id: `${prefix}-${name}`,
      type: "number",
      min: name === "factor" ? 1 : 0,
      step: "any",
      placeholder: PLACEHOLDERS[name],
      class: "short",
    });
  const fields: MoreOfTask["fields"] = {
    maxQueuedMs: of("maxQueuedMs"),
    deadlineMs: of("deadlineMs"),
    baseMs: of("baseMs"),
    factor: of("factor"),
    capMs: of("capMs"),
  };
  const failure = h(
    "select",
    { id: `${prefix}-childFailure` },
    ...Object.entries(FAILURES).map(([value, words]) => h("option", { value }, words)),
  );
  const labels = (Object.keys(LABELS) as Field[]).map((name) =>
    h("label", { title: TITLES[name] ?? null }, LABELS[name], fields[name]),
  );
  const about = "What its process does, where the SDK runs in parents’ pods";
  const element = h(
    "details",
    { class: "more" },
    h("summary", {}, "More"),
    h("div", { class: "form" }, ...labels, h("label", { title: about, class: "wide" }, "If a child fails", failure)),
  );
  const read = (only?: Field): Partial<TaskSpec> => {
    const asked = (name: Field): boolean => only === undefined || only === name;
    const inMs = <F extends Field>(name: F): { [N in F]?: number } =>
      asked(name) ? numberOf(name, fields[name], milliseconds) : {};
    // A factor by itself is not to blame for a longest wait that is missing.
    const cap = only === "factor" ? { capMs: 0 } : inMs("capMs");
    const backoff = { ...inMs("baseMs"), ...(asked("factor") && numberOf("factor", fields.factor)), ...cap };
    return {
      ...inMs("maxQueuedMs"),
      ...inMs("deadlineMs"),
      ...(Object.keys(backoff).length > 0 ? { backoff } : {}),
      ...(only === undefined && failure.value !== "raises" ? { childFailure: failure.value as ChildFailure } : {}),
    };
  };
  return { element, fields, read };
}
