/* The abort reconciler's queue: who waits, which call awaits its reply, which one backs off and for how long. */

import { type AbortQueueEntry, type AbortReply, type Command, get, now, onTick, subscribe } from "../store.ts";
import { ABORT_REPLY_WORDS } from "../words/calls.ts";
import { span } from "../words/format.ts";
import { byId, h, reconcile, setAttribute, setText } from "./dom.ts";
import { offerButton } from "./offer.ts";

/** The others lead to the same. */
const REPLIES: readonly AbortReply[] = ["ok", "notFound", "unavailable", "deadlineExceeded", "internal"];

export function mountAbortQueue(): void {
  const list = byId("abort-queue");
  const known = new Map<string, HTMLElement>();
  const update = (element: HTMLElement, entry: AbortQueueEntry): void => {
    const state = element.querySelector(".abort-state");
    if (state) setText(state, stateOf(entry, now()));
    setAttribute(element, "data-state", entry.state);
  };
  subscribe((state, before) => {
    if (state.turn === before.turn) return;
    reconcile(list, known, state.snapshot.abortQueue, (entry) => entry.action, row, update);
    setText(byId("abort-none"), state.snapshot.abortQueue.length === 0 ? "The abort queue is empty." : "");
  });
  onTick(() => {
    for (const entry of get().snapshot.abortQueue) {
      const element = known.get(entry.action);
      if (element) update(element, entry);
    }
  });
}

function stateOf(entry: AbortQueueEntry, at: number): string {
  const attempt = `attempt ${entry.attempt} of ${entry.maxAttempts}`;
  if (entry.state === "queued") return `${attempt}: waits for a worker`;
  if (entry.state === "calling") return `${attempt}: the reply is awaited`;
  const left = entry.retryAt === null ? "" : ` again in ${span(Math.max(0, entry.retryAt - at))}`;
  const drawn =
    entry.delayMs === null || entry.ceilingMs === null
      ? ""
      : ` (drew ${span(entry.delayMs)} of up to ${span(entry.ceilingMs)})`;
  return `${attempt}:${left}${drawn}`;
}

function row(entry: AbortQueueEntry): HTMLElement {
  const reply = (reply: AbortReply): HTMLElement =>
    offerButton(
      ABORT_REPLY_WORDS[reply],
      () => {
        const command: Command = { type: "abortReply", action: entry.action, reply };
        return { label: `The abort call answers ${ABORT_REPLY_WORDS[reply]}`, command };
      },
      "small",
    );
  return h(
    "li",
    { class: "abort" },
    h("strong", {}, entry.action),
    h("span", { class: "abort-state" }),
    h("span", { class: "abort-reason" }, entry.reason),
    h(
      "span",
      { class: "replies", role: "group", "aria-label": `Reply to the abort call of ${entry.action}` },
      "Reply: ",
      ...REPLIES.map(reply),
    ),
  );
}
