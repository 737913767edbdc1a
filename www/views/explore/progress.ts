/* How far a search is, in numbers that change in their places and move nothing. */

import type { Told } from "../../explore/searcher.ts";
import { megabytes, rate, seconds, thousands } from "../../explore/words.ts";
import { h, setAttribute, setText } from "../dom.ts";

export interface Meter {
  element: HTMLElement;
  /** Shows where it stands, and which part of all that it may take is done. */
  show: (told: Told, part: number) => void;
  /** What is searched at the moment, or what became of it. */
  say: (text: string, running: boolean) => void;
}

export function meter(): Meter {
  const names = ["states", "frontier", "depth", "rate", "memory", "time"] as const;
  const values = new Map(names.map((name) => [name, h("dd", { "data-value": name }, "–")]));
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Searched, of all that is allowed" });
  const words = h("p", { class: "ex-doing" }, "Nothing is searched yet.");
  const element = h(
    "div",
    { class: "ex-meter" },
    h("div", { class: "ex-meter-top" }, words, bar),
    h("dl", {}, ...names.map((name) => h("div", {}, h("dt", {}, name), values.get(name)))),
  );
  const put = (name: (typeof names)[number], text: string): void => {
    const value = values.get(name);
    if (value) setText(value, text);
  };
  return {
    element,
    show(told, part) {
      put("states", thousands(told.states));
      put("frontier", thousands(told.frontier));
      put("depth", thousands(told.depth));
      put("rate", rate(told.states, told.ms));
      put("memory", megabytes(told.bytes));
      put("time", seconds(told.ms));
      bar.value = Math.min(1, part);
    },
    say(text, running) {
      setText(words, text);
      setAttribute(element, "data-running", running);
    },
  };
}
