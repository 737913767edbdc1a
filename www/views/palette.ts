/*
 * Everything that can be said to the selected action and its run: what the plugin reports, a signal of the declared
 * type, an exit code, an abort with its reason, an update that comes late, a new child. The kind decides which parts are shown.
 */

import {
  type ActionPhase,
  type ActionSnapshot,
  type Command,
  type Explanation,
  explain,
  get,
  type State,
  subscribe,
} from "../store.ts";
import { lookUp } from "../table.ts";
import { isReturned, pluginChoices, sampleOf, signalValue } from "../words/commands.ts";
import { PHASES } from "../words/phases.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { offerButton, offers, setOffered } from "./offer.ts";

const TYPES = ["bool", "int", "float", "string"];

/** Buttons whose commands depend on the selected action, with how to know whether each is accepted. */
const live: { button: HTMLElement; command: () => Command | null; tell?: (explanation: Explanation | null) => void }[] =
  [];

const action = (): ActionSnapshot | undefined => {
  const { selected, actions } = get();
  return selected === null ? undefined : actions.get(selected);
};

export function mountPalette(): void {
  plugin();
  exit();
  const value = signal();
  aborts();
  update();
  child();
  let shown: string | null = null;
  subscribe((state, before) => {
    if (state.turn === before.turn && state.selected === before.selected) return;
    const selected = action();
    setAttribute(byId("palette-plugin"), "hidden", selected?.kind !== "task");
    setAttribute(byId("palette-signal"), "hidden", selected?.kind !== "condition");
    if (selected && selected.id !== shown) {
      shown = selected.id;
      value(selected);
    }
    refresh(state);
  });
}

function refresh(state: State): void {
  if (!state.ready) return;
  for (const { button, command, tell } of live) {
    if (button.closest("[hidden]")) continue;
    const wanted = command();
    const explanation = wanted && explain(wanted);
    setOffered(button, explanation?.enabled === true);
    tell?.(explanation);
  }
}

/**
 * Registers a button for a command that the form beside it describes. What the engine cannot take, whatever the run, is
 * told beneath, and marks the field that it names.
 */
function bind(
  button: HTMLButtonElement,
  label: () => string,
  command: () => Command | null,
  fields: Record<string, HTMLInputElement> = {},
): void {
  offers(button, () => ({ label: label(), command: command(), whyNot: "Choose an action first." }));
  const trouble = h("output", { class: "refusal grow" });
  button.closest(".form")?.append(trouble);
  const tell = (explanation: Explanation | null): void => {
    const text = explanation?.code === "INVALID_ARGUMENT" ? (explanation.message ?? "") : "";
    setText(trouble, text);
    for (const [name, field] of Object.entries(fields))
      setAttribute(field, "aria-invalid", text.includes(`${name}\``) ? "true" : null);
  };
  live.push({ button, command, tell });
}

/** The number in a field, under the name that the engine has for it; nothing if the field is empty. */
function numberOf<K extends string>(
  name: K,
  field: HTMLInputElement,
  inUnits = (number: number): number => number,
): { [N in K]?: number } {
  const { validity, value } = field;
  if (value !== "") return { [name]: inUnits(Number(value)) } as { [N in K]: number };
  // What the browser shows and takes for no number goes as if it were one, so that it is refused.
  return validity.badInput ? ({ [name]: "" } as object) : {};
}

const again = (): void => refresh(get());

function plugin(): void {
  pluginChoices("").forEach((choice, at) => {
    const { label } = choice;
    const command = (): Command | null => {
      const selected = action();
      return selected ? (pluginChoices(selected.id)[at]?.command ?? null) : null;
    };
    const button = offerButton(label, () => ({ label, command: command(), whyNot: "Choose an action first." }));
    live.push({ button, command });
    byId(isReturned(choice) ? "plugin-results" : "plugin-unreturned").append(button);
  });
}

/** The pod's end: what becomes of an exit code is the rules' to say, by task type and containers. */
function exit(): void {
  const code = byId<HTMLInputElement>("exit-code");
  bind(
    byId<HTMLButtonElement>("exit-send"),
    () => `Exit code ${code.value || 0}`,
    () => {
      const selected = action();
      return selected ? { type: "exit", action: selected.id, code: 0, ...numberOf("code", code) } : null;
    },
    { code },
  );
  code.addEventListener("input", again);
}

/** The form for a signal; returns what to do when another action is selected. */
function signal(): (selected: ActionSnapshot) => void {
  const type = byId<HTMLSelectElement>("signal-type");
  const flag = byId<HTMLSelectElement>("signal-bool");
  const text = byId<HTMLInputElement>("signal-value");
  const by = byId<HTMLInputElement>("signal-by");
  for (const each of TYPES) type.append(h("option", { value: each }, each));
  const fit = (): void => {
    const isBool = type.value === "bool";
    setAttribute(byId("signal-bool-label"), "hidden", !isBool);
    setAttribute(byId("signal-value-label"), "hidden", isBool);
    text.inputMode = type.value === "int" ? "numeric" : type.value === "float" ? "decimal" : "text";
  };
  const command = (): Command | null => {
    const selected = action();
    if (!selected) return null;
    const raw = type.value === "bool" ? flag.value : text.value;
    const value = signalValue(type.value, raw);
    return { type: "signal", action: selected.id, value, ...(by.value ? { by: by.value } : {}) };
  };
  bind(byId<HTMLButtonElement>("signal-send"), () => "Signal", command);
  type.addEventListener("change", () => {
    text.value = type.value === "bool" ? "" : sampleOf(type.value);
    fit();
    again();
  });
  for (const control of [flag, text, by]) control.addEventListener("input", again);
  return (selected) => {
    type.value = selected.valueType ?? "bool";
    text.value = type.value === "bool" ? "" : sampleOf(type.value);
    fit();
    setText(
      byId("signal-prompt"),
      selected.kind === "condition" ? `${selected.prompt ?? "No prompt."} It takes ${selected.valueType}.` : "",
    );
  };
}

function aborts(): void {
  const reason = byId<HTMLInputElement>("abort-reason");
  const why = (): { reason?: string } => (reason.value ? { reason: reason.value } : {});
  bind(
    byId<HTMLButtonElement>("abort-action"),
    () => `Abort ${action()?.id ?? ""}`,
    () => {
      const selected = action();
      return selected ? { type: "abortAction", action: selected.id, ...why() } : null;
    },
  );
  bind(
    byId<HTMLButtonElement>("abort-run"),
    () => `Abort run ${action()?.run ?? ""}`,
    () => {
      const selected = action();
      return selected ? { type: "abortRun", run: selected.run, ...why() } : null;
    },
  );
  reason.addEventListener("input", again);
}

function update(): void {
  const phase = byId<HTMLSelectElement>("update-phase");
  const attempts = byId<HTMLInputElement>("update-attempts");
  for (const each of PHASES) phase.append(h("option", { value: each }, each));
  phase.value = "RUNNING";
  bind(
    byId<HTMLButtonElement>("update-send"),
    () => `An update says ${phase.value}`,
    () => {
      const selected = action();
      if (!selected) return null;
      const number = numberOf("attempts", attempts);
      return { type: "updatePhase", action: selected.id, phase: phase.value as ActionPhase, ...number };
    },
    { attempts },
  );
  for (const control of [phase, attempts]) control.addEventListener("input", again);
}

function child(): void {
  const kind = byId<HTMLSelectElement>("child-kind");
  const attempts = byId<HTMLInputElement>("child-attempts");
  const taskType = byId<HTMLInputElement>("child-task-type");
  const containers = byId<HTMLInputElement>("child-containers");
  const timeout = byId<HTMLInputElement>("child-timeout");
  const type = byId<HTMLSelectElement>("child-type");
  for (const each of TYPES) type.append(h("option", { value: each }, each));
  const fit = (): void => {
    for (const label of ["child-attempts-label", "child-task-type-label", "child-containers-label"])
      setAttribute(byId(label), "hidden", kind.value !== "task");
    setAttribute(byId("child-timeout-label"), "hidden", kind.value === "trace" || kind.value === "recovered");
    setAttribute(byId("child-type-label"), "hidden", kind.value !== "condition");
  };
  /** The first free name, as people would number their actions. */
  const name = (parent: ActionSnapshot): string => {
    const stem = lookUp({ condition: "ask", trace: "trace", recovered: "done" }, kind.value) ?? "a";
    const { actions } = get();
    let number = 1;
    while (actions.has(`${parent.run}/${stem}${number}`)) number += 1;
    return `${parent.run}/${stem}${number}`;
  };
  const command = (): Command | null => {
    const parent = action();
    if (!parent) return null;
    const head = { type: "enqueue", action: name(parent), parent: parent.id } as const;
    const timeoutMs = numberOf("timeoutMs", timeout, (seconds) => Math.round(seconds * 1_000));
    if (kind.value === "condition")
      return { ...head, condition: { valueType: type.value as "bool", prompt: "Continue?", ...timeoutMs } };
    if (kind.value === "trace") return { ...head, trace: {} };
    if (kind.value === "recovered") return { type: "recover", action: head.action, parent: parent.id };
    const named = taskType.value === "" ? {} : { taskType: taskType.value };
    const numbers = { ...numberOf("maxAttempts", attempts), ...numberOf("containers", containers), ...timeoutMs };
    return { ...head, task: { ...named, ...numbers } };
  };
  bind(
    byId<HTMLButtonElement>("child-send"),
    () => `Enqueue ${(command() as { action?: string } | null)?.action ?? ""}`,
    command,
    { maxAttempts: attempts, containers, timeoutMs: timeout },
  );
  for (const control of [kind, attempts, taskType, containers, timeout, type]) {
    control.addEventListener("input", () => {
      fit();
      again();
    });
  }
  fit();
}
