/* The page's own controls: rules, theme, keys. */

import { remember, remembered } from "../remember.ts";
import { type RuleSet, select, switchRules } from "../store.ts";
import { byId, setAttribute, setText } from "./dom.ts";
import { type Keyed, mountKeys } from "./keys.ts";

export function mountHeader(panels: readonly Keyed[]): void {
  const radios = [...document.querySelectorAll<HTMLInputElement>('input[name="rules"]')];
  for (const radio of radios) radio.addEventListener("change", () => switchRules(radio.value as RuleSet));
  select(
    (state) => state.rules,
    (rules) => {
      for (const radio of radios) radio.checked = radio.value === rules;
    },
  );
  theme();
  mountKeys(panels);
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
