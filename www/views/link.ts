/* The button that copies the link, and what to do where the browser does not let a page copy. */

import { linkNow, urlOf } from "../address.ts";
import { LONGEST } from "../location.ts";
import { get, select } from "../store.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { announce } from "./live.ts";

export function mountLink(): void {
  const button = byId<HTMLButtonElement>("copy-link");
  select(
    (state) => state.unlinked,
    (unlinked) => {
      setAttribute(button, "aria-disabled", unlinked ? "true" : null);
      setAttribute(button, "title", TITLES[unlinked ?? "none"]);
    },
  );
  button.addEventListener("click", () => void copyLink(button));
}

const TITLES = {
  none: "The link is the run: its configuration and commands",
  resources: "A run read from your resources stays in this browser; no link holds it.",
  length: "This run is too long for a link. Export has it as a trace, which Open takes.",
};

let back: ReturnType<typeof setTimeout> | undefined;

function answer(button: HTMLElement, word: string): void {
  setText(button, word);
  clearTimeout(back);
  back = setTimeout(() => setText(button, "Copy link"), 2_000);
}

async function copyLink(button: HTMLElement): Promise<void> {
  const link = linkNow(true);
  if (!link) {
    announce(button.title);
    answer(button, get().unlinked === "length" ? "Too long" : "Stays here");
    return;
  }
  const url = urlOf(link);
  const fragment = url.length - url.indexOf("#");
  const steps = `${link.commands.length} ${link.commands.length === 1 ? "step" : "steps"} in ${fragment} characters`;
  const long = fragment > LONGEST ? " Some programs cut so long a link; Export has the run as a file as well." : "";
  try {
    await navigator.clipboard.writeText(url);
    answer(button, "Copied");
    announce(`Copied: ${steps}.${long}`);
  } catch {
    byHand(url, `${steps}.${long}`);
  }
}

/** Shows the link, selected, where it can be copied by hand. */
function byHand(url: string, what: string): void {
  const text = h("textarea", { rows: 5, readonly: true, spellcheck: "false", "aria-label": "The link" });
  text.value = url;
  const close = h("button", { type: "button", class: "primary" }, "Close");
  const dialog = h(
    "dialog",
    { id: "link-dialog", "aria-labelledby": "link-dialog-title" },
    h("h2", { id: "link-dialog-title" }, "Copy the link"),
    h("p", {}, `The browser did not let the page copy. The link is selected: ${what}`),
    text,
    h("p", { class: "dialog-foot" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    byId("copy-link").focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  text.focus();
  text.select();
}
