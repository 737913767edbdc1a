/*
 * Keys of one letter, and what the help says of them. They can be switched off, because those who speak to their computer
 * type by accident.
 */

import { remember, remembered } from "../remember.ts";
import { redo, undo } from "../store.ts";
import { byId, h } from "./dom.ts";

export interface Key {
  press: string;
  does: () => void;
  /** What it does, for the help, if not just what the panel is called; what stands between backticks is a key. */
  help: string;
  /** Whether it is there inside another page, where there are only the keys for what is shown. */
  embedded: boolean;
}

export const key = (press: string, does: () => void, help = "", where?: "embedded"): Key => ({
  press,
  does,
  help,
  embedded: where === "embedded",
});

/** Presses a button, or looks at a field, wherever they are then. */
export const pressing = (id: string) => (): void => byId(id).click();
export const focusing = (id: string) => (): void => byId(id).focus();

/** What leads to a panel by its keys. */
export interface Keyed {
  title: string;
  key: readonly Key[];
}

export function mountKeys(panels: readonly Keyed[]): void {
  const help = byId<HTMLDialogElement>("help");
  const open = (): void => help.showModal();
  const keys = new Map(panels.flatMap((panel) => panel.key.map((each) => [each.press, each])));
  keys.set("?", key("?", open, "this help"));
  tell(panels);
  byId("help-open").addEventListener("click", open);
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
  const single = byId<HTMLInputElement>("single-keys");
  single.checked = remembered("keys") !== "off";
  single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const { embed, controls } = document.documentElement.dataset;
    if (controls?.includes("none")) return;
    const typing = (event.target as Element).closest(
      "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select",
    );
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      (event.shiftKey ? redo : undo)();
      return;
    }
    if (!single.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = keys.get(event.key);
    if (!pressed || (embed !== undefined && !pressed.embedded)) return;
    event.preventDefault();
    pressed.does();
  });
}

/** Puts what the keys do into the help, between what moves through everything and the help itself. */
function tell(panels: readonly Keyed[]): void {
  const rows = panels.flatMap(({ title, key }) =>
    key.map(({ press, help }) =>
      h("div", {}, h("dt", {}, h("kbd", {}, press)), h("dd", {}, ...spelt(help || title.toLowerCase()))),
    ),
  );
  byId("help-keys").lastElementChild?.before(...rows);
}

const spelt = (text: string): (string | HTMLElement)[] =>
  text.split("`").map((part, at) => (at % 2 === 1 ? h("kbd", {}, part) : part));
