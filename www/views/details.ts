/* What people are shown of the selected action: status from the row, attempts from the event log, as upstream's API
 * puts them together. It stands beside the stores, because the two parts need not agree. */

import { type ActionDetails, type Attempt, detailsOf, type State, subscribe } from "../store.ts";
import { span } from "../words/format.ts";
import { badge } from "./badge.ts";
import { byId, h } from "./dom.ts";

export function mountDetails(): void {
  const place = byId("details");
  subscribe((state, before) => {
    if (!state.ready || (state.turn === before.turn && state.selected === before.selected)) return;
    place.replaceChildren(...parts(state));
  });
}

function parts({ selected }: State): HTMLElement[] {
  const details = selected === null ? null : detailsOf(selected);
  if (!details) return [h("p", { class: "none" }, "Nothing: without a row, no list and no page shows this action.")];
  const { status, attempts } = details;
  const length =
    status.durationMs === null ? "" : `, ${status.durationMs < 0 ? "−" : ""}${span(Math.abs(status.durationMs))}`;
  return [
    h(
      "p",
      { class: "details-status" },
      badge(status.phase),
      ` attempt ${status.attempts}${status.endedAt === null ? "" : `, ended${length}`}`,
    ),
    h("p", { class: "details-result" }, resultOf(details)),
    attempts.length === 0
      ? h("p", { class: "none" }, "No attempt is shown: the event log is empty.")
      : h("ol", { class: "attempts" }, ...attempts.slice(-20).map(attempt)),
  ];
}

function resultOf({ result }: ActionDetails): string {
  if (!result) return "No result.";
  if (result.type === "abort") return `Aborted: ${result.reason || "no reason given"}`;
  if (result.type === "signal")
    return `Signalled ${Object.values(result.signal.value)[0]} by ${result.signal.by || "nobody named"}`;
  return result.error ? `Error (${result.error.kind}): ${result.error.message}` : "Failed, without a word why.";
}

function attempt({ attempt, phase, error, phaseTransitions, endedAt }: Attempt): HTMLElement {
  return h(
    "li",
    {},
    h("span", { class: "attempt-name" }, `Attempt ${attempt}`),
    badge(phase),
    h(
      "span",
      { class: "attempt-way" },
      phaseTransitions.length > 1 && phaseTransitions.map((step) => step.phase).join(" → "),
      endedAt === null && " not ended",
    ),
    error && h("span", { class: "attempt-error" }, `${error.kind}: ${error.message}`),
  );
}
