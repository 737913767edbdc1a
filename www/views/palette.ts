/*
 * Everything that can be said to the selected action and its run: what the plugin reports, a signal of the declared
 * type, an abort with its reason, an update that comes late, a new child. The kind decides which parts are shown.
 */

import { type ActionPhase, type ActionSnapshot, type Command, explain, get, type State, subscribe } from "../store.ts";
import { lookUp } from "../table.ts";
import { pluginChoices, sampleOf, signalValue } from "../words/commands.ts";
import { PHASES } from "../words/phases.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { offerButton, offers, setOffered } from "./offer.ts";

const TYPES = ["bool", "int", "float", "string"];

/** Buttons whose commands depend on the selected action, with how to know whether each is accepted. */
const live: { button: HTMLElement; command: () => Command | null }[] = [];

const action = (): ActionSnapshot | undefined => {
  const { selected, actions } = get();
  return selected === null ? undefined : actions.get(selected);
};

export function mountPalette(): void {
  plugin();
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
  for (const { button, command } of live) {
    if (button.closest("[hidden]")) continue;
    const wanted = command();
    setOffered(button, wanted !== null && explain(wanted).enabled);
  }
}

/** Registers a button for a command that the form beside it describes. */
function bind(button: HTMLButtonElement, label: () => string, command: () => Command | null): void {
  offers(button, () => ({ label: label(), command: command(), whyNot: "Choose an action first." }));
  live.push({ button, command });
}

const again = (): void => refresh(get());

function plugin(): void {
  const group = byId("plugin-results");
  pluginChoices("").forEach(({ label }, at) => {
    const command = (): Command | null => {
      const selected = action();
      return selected ? (pluginChoices(selected.id)[at]?.command ?? null) : null;
    };
    const button = offerButton(label, () => ({ label, command: command(), whyNot: "Choose an action first." }));
    live.push({ button, command });
    group.append(button);
  });
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
      const number = attempts.value === "" ? {} : { attempts: Number(attempts.value) };
      return { type: "updatePhase", action: selected.id, phase: phase.value as ActionPhase, ...number };
    },
  );
  for (const control of [phase, attempts]) control.addEventListener("input", again);
}

function child(): void {
  const kind = byId<HTMLSelectElement>("child-kind");
  const attempts = byId<HTMLInputElement>("child-attempts");
  const timeout = byId<HTMLInputElement>("child-timeout");
  const type = byId<HTMLSelectElement>("child-type");
  for (const each of TYPES) type.append(h("option", { value: each }, each));
  const fit = (): void => {
    setAttribute(byId("child-attempts-label"), "hidden", kind.value !== "task");
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
    const timeoutMs = timeout.value === "" ? {} : { timeoutMs: Math.round(Number(timeout.value) * 1_000) };
    if (kind.value === "condition")
      return { ...head, condition: { valueType: type.value as "bool", prompt: "Continue?", ...timeoutMs } };
    if (kind.value === "trace") return { ...head, trace: {} };
    if (kind.value === "recovered") return { type: "recover", action: head.action, parent: parent.id };
    return { ...head, task: { maxAttempts: Number(attempts.value), ...timeoutMs } };
  };
  bind(
    byId<HTMLButtonElement>("child-send"),
    () => `Enqueue ${(command() as { action?: string } | null)?.action ?? ""}`,
    command,
  );
  for (const control of [kind, attempts, timeout, type]) {
    control.addEventListener("input", () => {
      fit();
      again();
    });
  }
  fit();
}
