/* The calls that can be made to fail, by the process that makes them, and the processes that can be restarted. */

import { type Call, type Command, explain, type FaultReply, get, subscribe } from "../store.ts";
import { byId, h, reconcile, setAttribute, setText } from "../views/dom.ts";
import { offerButton, setOffered } from "../views/offer.ts";
import { CALL_WORDS, REPLY_WORDS, SERVICE_WORDS } from "../words/calls.ts";
import { inWords } from "../words/commands.ts";
import { CALLS, type CallInfo, SERVICES } from "../words/vocabulary.ts";

/** Whose calls they are, in words; the executor's own to the cache come last. */
const PROCESSES = [...SERVICES, null].map((service) => ({
  title: service ? SERVICE_WORDS[service] : "Cache",
  calls: CALLS.filter((call) => call.service === service),
}));

export function mountFaults(): void {
  const places = new Map<Call, HTMLElement>();
  const buttons = new Map<string, { button: HTMLButtonElement; command: () => Command | null }>();
  const one = byId<HTMLInputElement>("fault-mine");
  const add = (call: CallInfo, reply: FaultReply): void => {
    const command = (): Command | null => {
      if (call.ofProcess) return { type: "fault", call: call.name, reply };
      const { selected } = get();
      if (selected === null) return null;
      return { type: "fault", call: call.name, reply, ...(one.checked ? { action: selected } : {}) };
    };
    const label = inWords({ type: "fault", call: call.name, reply });
    const button = offerButton(
      REPLY_WORDS[reply],
      () => ({ label, command: command(), whyNot: "Choose an action first." }),
      "small",
    );
    setAttribute(button, "aria-label", label);
    buttons.set(`${call.name} ${reply}`, { button, command });
    places.get(call.name)?.append(button);
  };
  byId("faults").append(
    ...PROCESSES.map(({ title, calls }) => {
      const rows = calls.map(({ name }) => {
        const replies = h("span", { class: "fault-replies" });
        places.set(name, replies);
        return h("div", { class: "fault" }, h("span", {}, CALL_WORDS[name]), replies);
      });
      return h("fieldset", { "aria-label": title }, h("h4", {}, title), ...rows);
    }),
  );
  for (const call of CALLS) for (const reply of call.replies) add(call, reply);

  const down = byId<HTMLInputElement>("restart-down");
  for (const service of SERVICES) {
    const word = SERVICE_WORDS[service];
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
    if (state.turn === before.turn && state.selected === before.selected && state.hood === before.hood) return;
    refresh();
    const armed = state.snapshot.faults.map((fault, at) => ({ fault, at }));
    reconcile(
      byId("armed"),
      known,
      armed,
      ({ fault, at }) => `${at} ${fault.call} ${fault.reply} ${fault.action}`,
      ({ fault }) =>
        h("li", {}, `${CALL_WORDS[fault.call]} ${REPLY_WORDS[fault.reply]}, ${fault.action ?? "any action"}`),
      () => {},
    );
    setText(byId("armed-none"), armed.length === 0 ? "No call is about to go wrong." : "About to go wrong, once:");
  });
}
