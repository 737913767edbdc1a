/* The page's own controls: rules, theme, help. */

import { remember, remembered } from "../remember.ts";
import { get, nextBranch, pause, play, type RuleSet, redo, select, switchRules, undo } from "../store.ts";
import { byId, setAttribute, setText } from "./dom.ts";
import { toExplorer } from "./explore.ts";

export function mountHeader(): void {
  const radios = [...document.querySelectorAll<HTMLInputElement>('input[name="rules"]')];
  for (const radio of radios) radio.addEventListener("change", () => switchRules(radio.value as RuleSet));
  select(
    (state) => state.rules,
    (rules) => {
      for (const radio of radios) radio.checked = radio.value === rules;
    },
  );
  theme();
  shortcuts();
}

const THEMES = ["auto", "light", "dark"];

function theme(): void {
  const button = byId<HTMLButtonElement>("theme");
  const show = (theme: string): void => {
    setAttribute(document.documentElement, "data-theme", theme === "auto" ? null : theme);
    setText(byId("theme-word"), theme);
  };
  let current = remembered("theme") ?? "auto";
  if (!THEMES.includes(current)) current = "auto";
  // Inside another page, that page chooses.
  if (document.documentElement.dataset.embed === undefined) show(current);
  button.addEventListener("click", () => {
    current = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? "auto";
    show(current);
    remember("theme", current);
  });
}

const EMBEDDED = "zurnpb/";

/** Keys of one letter can be switched off, because those who speak to their computer type by accident. */
function shortcuts(): void {
  const help = byId<HTMLDialogElement>("help");
  const single = byId<HTMLInputElement>("single-keys");
  single.checked = remembered("keys") !== "off";
  single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
  byId("help-open").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const { embed, controls } = document.documentElement.dataset;
    // Inside another page there are only the keys for what is shown.
    if (controls?.includes("none") || (embed !== undefined && !EMBEDDED.includes(event.key.toLowerCase()))) return;
    const typing = (event.target as Element).closest(
      "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select",
    );
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      (event.shiftKey ? redo : undo)();
      return;
    }
    if (!single.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const verb = {
      "?": () => help.showModal(),
      p: () => (get().playing ? pause() : play()),
      u: undo,
      r: redo,
      n: () => byId("next-timer").click(),
      "/": () => byId("log-text").focus(),
      t: () => byId("tl-plot").focus(),
      b: nextBranch,
      c: () => byId("compare-open").click(),
      e: () => byId("export-open").click(),
      g: () => byId("gallery-open").click(),
      w: () => byId("tour-open").click(),
      v: toExplorer,
    }[event.key];
    if (!verb) return;
    event.preventDefault();
    verb();
  });
}
