/* A phase is always a colour, an icon and a word. */

import type { ActionPhase } from "../store.ts";
import { iconOf } from "../words/phases.ts";
import { h, icon, setAttribute, setText } from "./dom.ts";

export function badge(phase: ActionPhase): HTMLElement {
  return h("span", { class: "badge", "data-phase": phase }, icon(iconOf(phase), 14), h("span", {}, phase));
}

/** Gives a badge another phase. */
export function setBadge(element: Element, phase: ActionPhase): void {
  if (element.getAttribute("data-phase") === phase) return;
  setAttribute(element, "data-phase", phase);
  const use = element.querySelector("use");
  if (use) setAttribute(use, "href", `#${iconOf(phase)}`);
  const word = element.lastElementChild;
  if (word) setText(word, phase);
}
