/*
 * Everything that can be said to the selected action and its run: what the plugin reports, a signal of the declared
 * type, an exit code, an abort with its reason, an update that comes late, a status written from outside, a new child; and a
 * new run, which may recover one that is there. The kind decides which parts are shown.
 */

import {
  type ActionPhase,
  type ActionSnapshot,
  type CacheStatus,
  type Command,
  type Explanation,
  explain,
  get,
  type State,
  select,
  subscribe,
} from "../store.ts";
import { lookUp } from "../table.ts";
import { isReturned, pluginChoices, sampleOf, signalValue } from "../words/commands.ts";
import { PHASES } from "../words/phases.ts";
import { CACHE_STATUSES, cacheWord } from "../words/vocabulary.ts";
import { byId, h, milliseconds, numberOf, setAttribute, setText } from "./dom.ts";
import { offerButton, offers, setOffered } from "./offer.ts";
import { isMore, moreOfTask } from "./task.ts";

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
  status();
  child();
  newRun();
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

/** What the engine cannot take, whatever the run; nothing if it can. */
const troubleOf = (explanation: Explanation | null): string =>
  explanation?.code === "INVALID_ARGUMENT"
    ? (explanation.message ?? "").replace("The command cannot be read: ", "")
    : "";

/**
 * Registers a button for a command that the form beside it describes. What the engine cannot take, whatever the run, is
 * told beneath, and marks the field that it names. The engine names one field at a time, so where several can be wrong
 * `alone` is the command with one of them, and each has a sentence of its own.
 */
function bind(
  button: HTMLButtonElement,
  label: () => string,
  command: () => Command | null,
  fields: Record<string, HTMLInputElement> = {},
  alone: (name: string) => Command | null = command,
): void {
  offers(button, () => ({ label: label(), command: command(), whyNot: "Choose an action first." }));
  const trouble = h("output", { class: "refusal grow" });
  button.closest(".form")?.append(trouble);
  const tell = (explanation: Explanation | null): void => {
    const whole = troubleOf(explanation);
    const sentences = new Set<string>();
    for (const [name, field] of Object.entries(fields)) {
      const one = whole === "" ? null : alone(name);
      const told = [one && troubleOf(explain(one)), whole].find(
        // Names are called what they are, and not by their field.
        (text) => text?.includes(`${name}\``) || text?.startsWith(`invalid ${name} name`),
      );
      setAttribute(field, "aria-invalid", told ? "true" : null);
      if (told) sentences.add(told);
    }
    setText(trouble, sentences.size > 0 ? [...sentences].join(" ") : whole);
  };
  live.push({ button, command, tell });
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

/** Attempts and cache status, as whoever may call the actions service can write them into a resource. */
function status(): void {
  const attempts = byId<HTMLInputElement>("status-attempts");
  const cache = byId<HTMLSelectElement>("status-cache");
  for (const [number, each] of CACHE_STATUSES.entries()) cache.append(h("option", { value: each }, cacheWord(number)));
  bind(
    byId<HTMLButtonElement>("status-send"),
    () => `A status is written: attempt ${attempts.value || (action()?.resource?.attempts ?? "")}`,
    () => {
      const selected = action();
      if (!selected) return null;
      const number = { attempts: selected.resource?.attempts ?? 1, ...numberOf("attempts", attempts) };
      const cacheStatus = cache.value === "" ? {} : { cacheStatus: cache.value as CacheStatus };
      return { type: "putStatus", action: selected.id, ...number, ...cacheStatus };
    },
    { attempts },
  );
  for (const control of [attempts, cache]) control.addEventListener("input", again);
}

function child(): void {
  const kind = byId<HTMLSelectElement>("child-kind");
  const attempts = byId<HTMLInputElement>("child-attempts");
  const taskType = byId<HTMLInputElement>("child-task-type");
  const containers = byId<HTMLInputElement>("child-containers");
  const timeout = byId<HTMLInputElement>("child-timeout");
  const type = byId<HTMLSelectElement>("child-type");
  for (const each of TYPES) type.append(h("option", { value: each }, each));
  const more = moreOfTask("child");
  byId("child-send").after(more.element);
  const fit = (): void => {
    setAttribute(more.element, "hidden", kind.value !== "task");
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
    const timeoutMs = numberOf("timeoutMs", timeout, milliseconds);
    if (kind.value === "condition")
      return { ...head, condition: { valueType: type.value as "bool", prompt: "Continue?", ...timeoutMs } };
    if (kind.value === "trace") return { ...head, trace: {} };
    if (kind.value === "recovered") return { type: "recover", action: head.action, parent: parent.id };
    const named = taskType.value === "" ? {} : { taskType: taskType.value };
    const numbers = { ...numberOf("maxAttempts", attempts), ...numberOf("containers", containers), ...timeoutMs };
    return { ...head, task: { ...named, ...numbers, ...more.read() } };
  };
  const alone = (field: string): Command | null => {
    const parent = action();
    const fields = { maxAttempts: attempts, containers, timeoutMs: timeout };
    const plain = lookUp<HTMLInputElement>(fields, field);
    const unit = field === "timeoutMs" ? milliseconds : undefined;
    const one = isMore(field) ? more.read(field) : plain ? numberOf(field, plain, unit) : {};
    if (!parent || kind.value !== "task") return command();
    return { type: "enqueue", action: name(parent), parent: parent.id, task: one };
  };
  bind(
    byId<HTMLButtonElement>("child-send"),
    () => `Enqueue ${(command() as { action?: string } | null)?.action ?? ""}`,
    command,
    { maxAttempts: attempts, containers, timeoutMs: timeout, ...more.fields },
    alone,
  );
  more.element.addEventListener("input", again);
  for (const control of [kind, attempts, taskType, containers, timeout, type]) {
    control.addEventListener("input", () => {
      fit();
      again();
    });
  }
  fit();
}

/** Another run; it may recover one that is there. */
function newRun(): void {
  const name = byId<HTMLInputElement>("run-name");
  const attempts = byId<HTMLInputElement>("run-attempts");
  const timeout = byId<HTMLInputElement>("run-timeout");
  const recover = byId<HTMLSelectElement>("run-recover");
  const more = moreOfTask("run");
  byId("run-send").after(more.element);
  /** The name that was typed, or the first free one. */
  const called = (): string => {
    if (name.value !== "") return name.value;
    const taken = new Set(runsOf(get()));
    let number = 1;
    while (taken.has(`r${number}`)) number += 1;
    return `r${number}`;
  };
  const usual = { maxAttempts: attempts, timeoutMs: timeout };
  const unitOf = (field: string): typeof milliseconds | undefined => (field === "timeoutMs" ? milliseconds : undefined);
  const number = (field: keyof typeof usual): object => numberOf(field, usual[field], unitOf(field));
  const withTask = (task: object): Command => ({
    type: "createRun",
    run: called(),
    ...(Object.keys(task).length > 0 ? { task } : {}),
  });
  const command = (): Command => ({
    ...withTask({ ...number("maxAttempts"), ...number("timeoutMs"), ...more.read() }),
    ...(recover.value === "" ? {} : { recover: recover.value }),
  });
  bind(
    byId<HTMLButtonElement>("run-send"),
    () => `Create run ${called()}`,
    command,
    { run: name, ...usual, ...more.fields },
    (field) => withTask(isMore(field) ? more.read(field) : field === "run" ? {} : number(field as keyof typeof usual)),
  );
  for (const control of [name, attempts, timeout, recover, more.element]) control.addEventListener("input", again);
  select(
    (state) => runsOf(state).join(" "),
    (_, state) => {
      const runs = runsOf(state);
      const { value } = recover;
      recover.replaceChildren(
        h("option", { value: "" }, "nothing"),
        ...runs.map((run) => h("option", { value: run }, run)),
      );
      recover.value = runs.includes(value) ? value : "";
      setAttribute(name, "placeholder", called());
    },
  );
}

/** The runs that are there, by their names. */
const runsOf = ({ snapshot }: State): string[] => [
  ...new Set(snapshot.actions.filter(({ parent, name }) => parent === null && name === "a0").map(({ run }) => run)),
];
