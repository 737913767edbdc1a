/*
 * The explorer: what holds in every interleaving, how to get somewhere, and which fix mends what. Each is a tab with a
 * search of its own; closing the explorer ends them all.
 */

import { type Explored, tellExplored } from "../../explored.ts";
import { lookUp } from "../../table.ts";
import { byId, h, setAttribute, svg } from "../dom.ts";
import { fixesPart } from "./fixes.ts";
import { holdsPart } from "./holds.ts";
import { howPart } from "./how.ts";
import type { Part } from "./part.ts";

/** What the door needs to know of the explorer. */
export interface ExplorerView {
  /** It is shown; at a place of it, if a link asks for one. */
  opened: (wanted: Explored | null) => void;
  closed: () => void;
}

export function mountExplorer(section: HTMLElement, close: () => void): ExplorerView {
  addSymbols();
  const parts: readonly Part[] = [holdsPart(), howPart(), fixesPart()];
  let shown = parts[0] as Part;
  const heading = h("h2", { id: "explore-title", tabindex: "-1" }, "Explore");
  const shut = h("button", { type: "button", class: "small" }, "Close");
  shut.addEventListener("click", close);
  const tabs = parts.map((part) =>
    h(
      "button",
      { type: "button", role: "tab", id: `explore-tab-${part.id}`, "aria-controls": part.panel.id },
      part.title,
    ),
  );
  const choose = (part: Part, focus = false): void => {
    shown = part;
    for (const [at, tab] of tabs.entries()) {
      const mine = parts[at] === part;
      setAttribute(tab, "aria-selected", mine ? "true" : "false");
      setAttribute(tab, "tabindex", mine ? null : "-1");
      setAttribute((parts[at] as Part).panel, "hidden", !mine);
      if (mine && focus) tab.focus();
    }
    part.opened();
    tell();
  };
  const tell = (): void => {
    if (!section.hidden) tellExplored({ tab: shown.id, ...shown.chosen() });
  };
  // Whatever somebody chooses in it is told by one of these.
  for (const event of ["change", "input"]) section.addEventListener(event, tell);
  for (const [at, tab] of tabs.entries()) {
    const part = parts[at] as Part;
    setAttribute(part.panel, "role", "tabpanel");
    setAttribute(part.panel, "aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(part));
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const to = lookUp(
        { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last },
        event.key,
      );
      if (to === undefined) return;
      event.preventDefault();
      choose(parts[to] as Part, true);
    });
  }
  section.removeAttribute("aria-label");
  setAttribute(section, "aria-labelledby", "explore-title");
  section.replaceChildren(
    h(
      "div",
      { class: "explore-head" },
      heading,
      h("p", { class: "aside" }, "Every interleaving of a small model, searched in this browser."),
      shut,
    ),
    h("div", { class: "explore-tabs", role: "tablist", "aria-label": "Explore" }, ...tabs),
    ...parts.map((part) => part.panel),
  );
  return {
    opened(wanted) {
      const part = parts.find(({ id }) => id === wanted?.tab);
      if (wanted && part) part.choose(wanted);
      choose(part ?? shown);
      // Who follows a link has pressed nothing in the page yet, and reads on from its beginning.
      if (!wanted) heading.focus();
      section.scrollIntoView({ block: "nearest" });
    },
    closed() {
      for (const part of parts) part.closed();
    },
  };
}

/** The icons of verdicts. */
const SYMBOLS = {
  "x-holds": "M8 1.8l5.5 2v4c0 3.2-2.2 5.4-5.5 6.4-3.3-1-5.5-3.2-5.5-6.4v-4zM5.4 8l1.9 1.9 3.4-3.7",
  "x-violated": "M8 1.8l5.5 2v4c0 3.2-2.2 5.4-5.5 6.4-3.3-1-5.5-3.2-5.5-6.4v-4zM5.8 5.9l4.4 4.4M10.2 5.9l-4.4 4.4",
  "x-holds-so-far": "M8 1.8l5.5 2v4c0 3.2-2.2 5.4-5.5 6.4-3.3-1-5.5-3.2-5.5-6.4v-4zM5.2 8h.1M8 8h.1M10.8 8h.1",
  "x-happens": "M3 13V3M3 3.5h9l-2 3 2 3H3",
  "x-never": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 12.2l8.4-8.4",
};

function addSymbols(): void {
  if (document.getElementById("x-holds")) return;
  const home = byId("diagram").ownerDocument.querySelector("svg.symbols");
  for (const [id, d] of Object.entries(SYMBOLS))
    home?.append(svg("symbol", { id, viewBox: "0 0 16 16" }, svg("path", { d })));
}
