/* A fact in a line: in which store, and what happened there. */

import type { Event, Store } from "../store.ts";
import { words } from "../words/format.ts";
import { badge } from "./badge.ts";
import { h } from "./dom.ts";

/** Stores as people call them. */
export const STORES: Record<Store, string> = {
  row: "row",
  resource: "resource",
  events: "event log",
  abort: "abort queue",
  time: "time",
  cache: "cache",
  sdk: "process",
};

export function whereAndWhat(event: Event): [HTMLElement, HTMLElement] {
  const change =
    event.from && event.to && event.from !== event.to
      ? h("span", { class: "hop" }, badge(event.from), event.type === "UpdateRefused" ? " ⇢ " : " → ", badge(event.to))
      : event.to
        ? badge(event.to)
        : null;
  return [
    h("span", { class: "fact-store", "data-store": event.store }, STORES[event.store]),
    h(
      "span",
      { class: "fact-what" },
      h("span", { class: "fact-type" }, words(event.type)),
      change,
      event.attempt !== undefined &&
        event.attempt > 0 &&
        h("span", { class: "fact-attempt" }, `attempt ${event.attempt}`),
      event.detail && h("span", { class: "fact-detail" }, event.detail),
    ),
  ];
}
