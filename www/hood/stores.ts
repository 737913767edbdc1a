/*
 * The two stores of the selected action, side by side: what the run service recorded and what the executor reconciles.
 * They are never merged, because between them lie most surprises; where they disagree, that is said.
 */

import type { ActionSnapshot, ResourceSnapshot, RowSnapshot, State } from "../store.ts";
import { subscribe } from "../store.ts";
import { badge } from "../views/badge.ts";
import { byId, h, setAttribute, setText } from "../views/dom.ts";
import { moment, span } from "../words/format.ts";
import { cacheWord } from "../words/vocabulary.ts";
import { betweenRowAndResource } from "./disagree.ts";
import { processSentences } from "./process.ts";

type Field = [name: string, value: string | HTMLElement, changed?: boolean];

export function mountStores(): void {
  const row = byId("store-row");
  const resource = byId("store-resource");
  subscribe((state, before) => {
    if (state.turn === before.turn && state.selected === before.selected) return;
    const action = selectedOf(state);
    // What differs from the step before is marked, unless another action is shown.
    const earlier = state.selected === before.selected ? selectedOf(before) : undefined;
    setText(byId("stores-title"), action ? `${action.id}, ${action.kind}` : "No action");
    row.replaceChildren(rowFields(action, action?.row ?? null, earlier?.row ?? null));
    resource.replaceChildren(...resourceParts(action, action?.resource ?? null, earlier?.resource ?? null));
    const { differ, sentence } = action ? betweenRowAndResource(action) : { differ: false, sentence: "" };
    setAttribute(byId("stores-differ"), "data-differ", differ);
    setText(byId("stores-differ"), sentence);
    setText(byId("stores-process"), action ? processSentences(action).join(" ") : "");
  });
}

const selectedOf = (state: State): ActionSnapshot | undefined =>
  state.selected === null ? undefined : state.actions.get(state.selected);

function fields(list: readonly Field[]): HTMLElement {
  return h(
    "dl",
    {},
    ...list.map(([name, value, changed]) =>
      h(
        "div",
        { "data-changed": changed === true },
        h("dt", {}, name),
        h("dd", {}, value, changed && h("span", { class: "visually-hidden" }, " (changed)")),
      ),
    ),
  );
}

const or = (value: string | null | undefined, none = "–"): string =>
  value === null || value === undefined || value === "" ? none : value;
const time = (at: number | null | undefined): string => (at === null || at === undefined ? "–" : moment(at));

function rowFields(action: ActionSnapshot | undefined, row: RowSnapshot | null, old: RowSnapshot | null): HTMLElement {
  if (!action || !row) return h("p", { class: "none" }, "No row: the run service has not heard of this action.");
  const changed = (key: keyof RowSnapshot): boolean => old !== null && old[key] !== row[key];
  const list: Field[] = [
    ["phase", badge(row.phase), changed("phase")],
    ["attempts", `${row.attempts} of ${action.maxAttempts}`, changed("attempts")],
    ["created_at", time(row.createdAt), changed("createdAt")],
    ["ended_at", time(row.endedAt), changed("endedAt")],
    ["duration", row.durationMs === null ? "–" : span(row.durationMs), changed("durationMs")],
    ["cache_status", cacheWord(row.cacheStatus), changed("cacheStatus")],
    ["abort_requested_at", time(row.abortRequestedAt), changed("abortRequestedAt")],
    ["abort_attempt_count", String(row.abortAttemptCount), changed("abortAttemptCount")],
    ["abort_reason", or(row.abortReason), changed("abortReason")],
  ];
  // What bounds its time, and whom it recovers, is said of those who have it.
  const { timeoutMs, maxQueuedMs, deadlineMs, recovers, watchedPhase } = action;
  if (timeoutMs) list.push([action.kind === "task" ? "maximum runtime" : "timeout", span(timeoutMs)]);
  if (maxQueuedMs) list.push(["queued at most", span(maxQueuedMs)]);
  if (deadlineMs) list.push(["deadline", span(deadlineMs)]);
  if (recovers) list.push(["recovers", recovers]);
  if (watchedPhase !== row.phase) list.push(["watches show", watchedPhase ? badge(watchedPhase) : "nothing", true]);
  if (action.listedAsPaused) list.push(["listed as", "waiting for somebody"]);
  return fields(list);
}

function resourceParts(
  action: ActionSnapshot | undefined,
  resource: ResourceSnapshot | null,
  old: ResourceSnapshot | null,
): HTMLElement[] {
  if (!action || !resource) {
    return [
      h(
        "p",
        { class: "none" },
        action?.kind === "trace" ? "A trace has no resource." : "No resource: it was never created, or it is gone.",
      ),
    ];
  }
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const changed = (key: keyof ResourceSnapshot): boolean => old !== null && !same(old[key], resource[key]);
  const list: Field[] = [
    ["name", resource.name],
    ["reports", badge(resource.reportedPhase), changed("reportedPhase")],
    [
      "pluginPhase",
      resource.pluginPhase ? `${resource.pluginPhase}, version ${resource.pluginPhaseVersion}` : "–",
      changed("pluginPhase") || changed("pluginPhaseVersion"),
    ],
    ["attempts", String(resource.attempts), changed("attempts")],
    ["systemFailures", String(resource.systemFailures), changed("systemFailures")],
    ["cacheStatus", cacheWord(resource.cacheStatus), changed("cacheStatus")],
    [
      "errorState",
      resource.errorState
        ? `${resource.errorState.kind} ${resource.errorState.code}: ${resource.errorState.message}`
        : "–",
      changed("errorState"),
    ],
  ];
  if (action.kind === "condition") {
    const { signal } = resource;
    list.push(
      ["prompt", or(action.prompt)],
      [
        "signal",
        signal
          ? `${Object.values(signal.value)[0]} by ${or(signal.by, "nobody named")}`
          : `– (takes ${action.valueType})`,
        changed("signal"),
      ],
    );
  }
  list.push(
    ["finalizers", or(resource.finalizers.join(", ")), changed("finalizers")],
    [
      "labels",
      or(
        Object.entries(resource.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(", "),
      ),
      changed("labels"),
    ],
    ["deletionTimestamp", time(resource.deletionTimestamp), changed("deletionTimestamp")],
  );
  const conditions = h(
    "table",
    { class: "conditions" },
    h("caption", {}, "Status conditions"),
    h(
      "thead",
      {},
      h("tr", {}, ...["type", "status", "reason", "message"].map((name) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      ...resource.conditions.map((condition) => {
        const before = old?.conditions.find(({ type }) => type === condition.type);
        return h(
          "tr",
          { "data-changed": old !== null && !same(before, condition) },
          h("th", { scope: "row" }, condition.type),
          h("td", {}, condition.status),
          h("td", {}, condition.reason),
          h("td", {}, condition.message),
        );
      }),
    ),
  );
  const history = h(
    "ol",
    { class: "history" },
    // The newest forty tell the story; a resource that looped for days has thousands.
    ...resource.phaseHistory
      .slice(-40)
      .map((entry) =>
        h(
          "li",
          {},
          h("span", {}, entry.phase),
          h("time", {}, moment(entry.at)),
          h("span", { class: "message" }, entry.message),
        ),
      ),
  );
  const more = resource.phaseHistory.length - 40;
  return [
    fields(list),
    conditions,
    h("h4", {}, "Phase history"),
    ...(more > 0 ? [h("p", { class: "none" }, `${more} earlier entries`)] : []),
    resource.phaseHistory.length > 0 ? history : h("p", { class: "none" }, "Empty."),
  ];
}
