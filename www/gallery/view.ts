/*
 * The gallery of real bugs: a card for each, with what happens and why, where it is discussed and what it takes. A card
 * opens its run at the moment in which it goes wrong, or the same commands beside the rules that mend it. All of it,
 * traces and style included, is fetched when somebody asks for the gallery.
 */

import "./gallery.css";
import "./moment.css";
import { unescaped } from "../link/text.ts";
import { get, pause } from "../store.ts";
import { byId, h, setAttribute, setText } from "../views/dom.ts";
import { type Entry, entries, type Reference, scenarioOf, search } from "./gallery.ts";
import { fixWords } from "./incident.ts";
import { besideTheFix, openMarked } from "./marked.ts";

const list = entries();
let dialog: HTMLDialogElement | null = null;
let cards: Map<string, HTMLElement> = new Map();

/** Shows the cards; of those with certain words in them, if some are given. */
export function showGallery(text = ""): void {
  pause();
  dialog ??= build();
  const input = byId<HTMLInputElement>("gallery-text");
  input.value = text;
  filter();
  for (const [id, card] of cards) setAttribute(card, "data-open", get().incident?.id === id);
  dialog.showModal();
  input.focus();
  byId("gallery-box").scrollTop = 0;
}

/** Follows `#gallery`, or `#gallery/n1` to one run; false if there is no such run. */
export function followAddress(hash: string): boolean {
  const written = hash.replace(/^#gallery\/?/, "");
  const id = (unescaped(written) ?? written).toLowerCase();
  const entry = list.find((each) => each.id === id);
  if (entry) openEntry(entry);
  else showGallery();
  if (id && !entry) setText(byId("gallery-say"), `There is no ${id.slice(0, 20)} here; these are all.`);
  return entry !== undefined;
}

function openEntry(entry: Entry): void {
  dialog?.close();
  openMarked(scenarioOf(entry));
  byId("diagram").focus();
}

function build(): HTMLDialogElement {
  const box = h("dialog", { id: "gallery", class: "broad", "aria-labelledby": "gallery-title" });
  const input = h("input", {
    id: "gallery-text",
    type: "search",
    placeholder: "Filter: a word, a phase, #7120",
    autocomplete: "off",
  });
  const close = h("button", { type: "button", class: "primary" }, "Close");
  cards = new Map(list.map((entry) => [entry.id, cardOf(entry)]));
  box.append(
    h("h2", { id: "gallery-title" }, "Real bugs of Flyte"),
    h(
      "p",
      {},
      "Each is a run under upstream’s rules. S numbers were reported upstream, N numbers were found by reading its code.",
    ),
    h(
      "search",
      { class: "gallery-search", "aria-label": "Filter the real bugs" },
      h("label", {}, h("span", { class: "visually-hidden" }, "Filter the real bugs by words"), input),
      h("span", { id: "gallery-say", class: "count-note", role: "status" }),
    ),
    h(
      "section",
      { id: "gallery-box", class: "gallery-box", "aria-label": "Cards", tabindex: 0 },
      h("ul", { class: "plain gallery-list" }, ...cards.values()),
    ),
    h("div", { class: "dialog-foot" }, close),
  );
  document.body.append(box);
  input.addEventListener("input", filter);
  close.addEventListener("click", () => box.close());
  return box;
}

function filter(): void {
  const found = new Set(search(list, byId<HTMLInputElement>("gallery-text").value).map(({ id }) => id));
  for (const [id, card] of cards) setAttribute(card, "hidden", !found.has(id));
  setText(
    byId("gallery-say"),
    found.size === list.length ? `${list.length} real bugs` : `${found.size} of ${list.length}`,
  );
}

function cardOf(entry: Entry): HTMLElement {
  const { id, number, story, needs, links } = entry;
  const fix = fixWords(story.fix);
  const open = h("button", { type: "button", class: "small primary", "data-entry": id }, "Open");
  setAttribute(open, "aria-label", `Open ${number}, ${story.title}`);
  open.addEventListener("click", () => openEntry(entry));
  const beside = h("button", { type: "button", class: "small" }, "Beside the fix");
  setAttribute(beside, "aria-label", `${number} beside the fix, ${fix}`);
  beside.addEventListener("click", () => {
    openEntry(entry);
    besideTheFix();
  });
  return h(
    "li",
    { class: "gallery-card", "data-id": id },
    h("h3", {}, h("span", { class: "gallery-number" }, number), ` ${story.title}`),
    h("p", {}, story.sentences.join(" ")),
    h(
      "dl",
      { class: "gallery-about" },
      pair("Takes", needs),
      pair("Mended by", fix ? h("code", {}, fix) : "no policy: all rule sets behave so"),
      pair("Upstream", ...links.flatMap(reference)),
    ),
    h("div", { class: "gallery-buttons" }, open, fix && beside),
  );
}

const pair = (term: string, ...told: (Node | string)[]): HTMLElement =>
  h("div", {}, h("dt", {}, term), h("dd", {}, ...told));

const reference = ({ url, text }: Reference): (Node | string)[] => [
  h("a", { class: "source", href: url, rel: "noreferrer noopener", target: "_blank" }, text),
  " ",
];
