/* The calls that can be made to fail, by the process that makes them, and the processes that can be restarted. */

import {
  type Call,
  type Command,
  explain,
  type FaultReply,
  faultsFor,
  get,
  type Service,
  subscribe,
} from "../store.ts";
import { byId, h, reconcile, setText } from "../views/dom.ts";
import { offerButton, setOffered } from "../views/offer.ts";

type Reply = readonly FaultReply[];
const [FAILS, CALL]: [Reply, Reply] = [["error"], ["error", "rejected", "timedOut"]];

/** Each call in words, with the ways in which it usually goes wrong; the engine may know more of them. */
const PROCESSES: readonly [string, readonly [Call, string, Reply][]][] = [
  [
    "Executor",
    [
      ["readResource", "reading the resource", ["stale"]],
      ["buildContext", "preparing the plugin", FAILS],
      ["recordEvent", "recording an event", ["error", "timedOut"]],
      ["writeStatus", "writing the status", ["error", "conflict"]],
      ["patchLabels", "stamping labels", FAILS],
      ["updateFinalizer", "the finalizer", FAILS],
      ["abortPlugin", "aborting the plugin", FAILS],
      ["finalizePlugin", "finalizing the plugin", FAILS],
    ],
  ],
  [
    "Actions service",
    [
      ["createResource", "creating the resource", FAILS],
      ["recordAction", "recording the action", CALL],
      ["updateActionStatus", "updating the row", CALL],
      ["watchResources", "watching resources", FAILS],
    ],
  ],
  [
    "Run service",
    [
      ["markAbortAttempt", "counting an abort call", FAILS],
      ["clearAbortRequest", "clearing an abort request", FAILS],
      ["notify", "waking those who watch", FAILS],
      ["listenPing", "pinging the database", FAILS],
    ],
  ],
  [
    "Cache",
    [
      ["lookUpCache", "looking up", FAILS],
      ["reserveCache", "reserving", FAILS],
      ["putCache", "storing", FAILS],
    ],
  ],
];

/** What a process does all the time: it fails at once, for all actions. */
const OF_PROCESS: ReadonlySet<Call> = new Set(["watchResources", "listenPing"]);

const REPLIES: Record<FaultReply, string> = {
  error: "fails",
  rejected: "is rejected in the reply",
  timedOut: "times out",
  conflict: "conflicts",
  stale: "sees an old one",
};

const TITLES = new Map(PROCESSES.flatMap(([, calls]) => calls.map(([call, title]) => [call, title] as const)));

const SERVICES: readonly [Service, string][] = [
  ["executor", "Executor"],
  ["actions", "Actions service"],
  ["runs", "Run service"],
];

export function mountFaults(): void {
  const places = new Map<Call, HTMLElement>();
  const buttons = new Map<string, { button: HTMLButtonElement; command: () => Command | null }>();
  const one = byId<HTMLInputElement>("fault-mine");
  const add = (call: Call, reply: FaultReply): void => {
    const command = (): Command | null => {
      if (OF_PROCESS.has(call)) return { type: "fault", call, reply };
      const { selected } = get();
      if (selected === null) return null;
      return { type: "fault", call, reply, ...(one.checked ? { action: selected } : {}) };
    };
    const title = `${TITLES.get(call) ?? call} ${REPLIES[reply]}`;
    const label = OF_PROCESS.has(call) ? `Now ${title}` : `The next time, ${title}`;
    const button = offerButton(
      REPLIES[reply],
      () => ({ label, command: command(), whyNot: "Choose an action first." }),
      "small",
    );
    button.setAttribute("aria-label", label);
    buttons.set(`${call} ${reply}`, { button, command });
    places.get(call)?.append(button);
  };
  byId("faults").append(
    ...PROCESSES.map(([process, calls]) => {
      const rows = calls.map(([call, title]) => {
        const replies = h("span", { class: "fault-replies" });
        places.set(call, replies);
        return h("div", { class: "fault" }, h("span", {}, title), replies);
      });
      return h("fieldset", { "aria-label": process }, h("h4", {}, process), ...rows);
    }),
  );
  for (const [, calls] of PROCESSES)
    for (const [call, , replies] of calls) for (const reply of replies) add(call, reply);

  const down = byId<HTMLInputElement>("restart-down");
  for (const [service, word] of SERVICES) {
    const command = (): Command => {
      const ms = Math.round(Number(down.value) * 1_000);
      return service === "executor" && ms > 0 ? { type: "restart", service, downMs: ms } : { type: "restart", service };
    };
    const button = offerButton(word, () => ({ label: `Restart: ${word}`, command: command() }));
    buttons.set(`restart ${service}`, { button, command });
    byId("restarts").append(button);
  }

  const known = new Map<string, HTMLElement>();
  const refresh = (): void => {
    for (const { button, command } of buttons.values()) {
      const wanted = command();
      setOffered(button, wanted !== null && explain(wanted).enabled);
    }
  };
  for (const control of [one, down]) control.addEventListener("input", refresh);
  subscribe((state, before) => {
    if (!state.ready || !state.hood) return;
    if (state.snapshot === before.snapshot && state.selected === before.selected && state.hood === before.hood) return;
    for (const command of state.selected === null ? [] : faultsFor(state.selected)) {
      if (command.type !== "fault") continue;
      const reply = command.reply ?? "error";
      if (places.has(command.call) && !buttons.has(`${command.call} ${reply}`)) add(command.call, reply);
    }
    refresh();
    const armed = state.snapshot.faults.map((fault, at) => ({ fault, at }));
    reconcile(
      byId("armed"),
      known,
      armed,
      ({ fault, at }) => `${at} ${fault.call} ${fault.reply} ${fault.action}`,
      ({ fault }) =>
        h("li", {}, `${TITLES.get(fault.call) ?? fault.call} ${REPLIES[fault.reply]}, ${fault.action ?? "any action"}`),
      () => {},
    );
    setText(byId("armed-none"), armed.length === 0 ? "No call is about to go wrong." : "About to go wrong, once:");
  });
}
