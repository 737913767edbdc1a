/*
 * The guided tour: a card at the edge of the page, beside which the page stays as it is and works as it does. Each step
 * asks for something to be done with the real controls, marks where, and then tells what happened.
 */

import "./tour.css";
import { linkNow } from "../address.ts";
import { same } from "../geometry/compare.ts";
import type { Link } from "../location.ts";
import { remember } from "../remember.ts";
import { get, openLink, openScenario, reopenAside, type State, say, subscribe } from "../store.ts";
import { lookUp } from "../table.ts";
import { badge } from "../views/badge.ts";
import { h, setAttribute } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { PROGRESS, resumeAt, THROUGH } from "./progress.ts";
import { STEPS, type TourStep, tellings } from "./steps.ts";

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Where the tour stands. */
interface Place {
  step: number;
  /** How many of the step's deeds are done. */
  done: number;
  /** Which opening of a run is the step's own; another run may be opened meanwhile. */
  opened: number;
  /** The facts that answered the last deed. */
  told: State["recent"];
}

let place: Place | null = null;
/** What was open before: a link, or by which opening a run that is in none. */
let before: { link: Link | null; opened: number } | null = null;

const card = h("section", { id: "tour", class: "tour", "aria-labelledby": "tour-title" });

/** Begins at a step, or goes on where the page was reloaded. */
export function openTour(at = resumeAt(), reloaded = false): void {
  if (!card.isConnected) {
    before = reloaded ? null : { link: linkNow(), opened: get().opened };
    document.body.append(card);
    document.addEventListener("keydown", keys);
    stop = subscribe(follow);
  }
  const step = STEPS[at] as TourStep;
  const { held, opened, recent } = get();
  // After a reload the run is there already, perhaps with the deed done.
  const there = reloaded && step.commands.every((command, index) => same(command, held[index]));
  if (reloaded) {
    place = { step: at, done: 0, opened: there ? opened : -1, told: recent };
    if (there) progress();
    draw();
  } else begin(at);
}

let stop = (): void => {};

function begin(at: number): void {
  const step = STEPS[at] as TourStep;
  remember(PROGRESS, String(at));
  remember(PROGRESS, String(at), "tab");
  openScenario({
    id: `tour ${at + 1}`,
    title: `Tour: ${step.title.toLowerCase()}`,
    sentence: step.scene,
    commands: step.commands,
    select: step.select,
  });
  place = { step: at, done: 0, opened: get().opened, told: [] };
  draw();
  document.getElementById("tour-title")?.focus({ preventScroll: true });
  show(step.deeds[0]?.target);
}

function leave(through: boolean): void {
  remember(PROGRESS, through ? THROUGH : String(place?.step ?? 0));
  remember(PROGRESS, null, "tab");
  place = null;
  mark(undefined);
  stop();
  document.removeEventListener("keydown", keys);
  card.remove();
  document.getElementById("tour-open")?.focus({ preventScroll: true });
  const back = before;
  before = null;
  const text = through
    ? "That was the tour. Everything here can be undone, taken back and tried otherwise; the situations are good places to begin."
    : `The tour can be taken up again at step ${resumeAt() + 1}: Help, or the key w.`;
  say({
    tone: "info",
    title: through ? "You have seen it all" : "You left the tour",
    text,
    ...(back ? { back: { label: "Back to the run before it", run: () => goBack(back) } } : {}),
  });
  announce(text);
}

function goBack({ link, opened }: { link: Link | null; opened: number }): void {
  if (link) openLink(link);
  else if (!reopenAside(opened))
    say({ tone: "info", title: "The run before it is no longer here", text: "No address holds it; open it again." });
}

function follow(state: State, was: State): void {
  if (!place || state === was) return;
  if (state.opened !== was.opened) {
    // A step opens its run before it says so.
    queueMicrotask(draw);
    return;
  }
  if (state.turn !== was.turn) progress();
}

/** Looks whether what was asked for has been done. */
function progress(): void {
  const state = get();
  const step = place && STEPS[place.step];
  if (!place || !step || state.opened !== place.opened) return;
  const deed = step.deeds[place.done];
  if (!deed?.done(state)) return;
  place.done += 1;
  place.told = state.recent;
  draw();
  const next = step.deeds[place.done];
  const said = next ? next.ask : `Done. ${step.moral}`;
  // The page's own account of the step comes first; of a step that was left by then nothing is said.
  const [mine, { done }] = [place, place];
  setTimeout(() => {
    if (place === mine && mine.done === done) announce(said);
  }, 700);
  show(next ? next.target : step.see);
}

// --- the card -----------------------------------------------------------------------------------------------------

function draw(): void {
  const step = place && STEPS[place.step];
  if (!place || !step) return;
  const { step: at, done } = place;
  const deed = step.deeds[done];
  const elsewhere = get().opened !== place.opened;
  const focused = card.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.role : null;
  const last = at === STEPS.length - 1;
  card.replaceChildren(
    h(
      "div",
      { class: "tour-head" },
      h("span", { class: "tour-count" }, `Tour, step ${at + 1} of ${STEPS.length}`),
      pips(at),
      button("Leave", "leave", () => leave(false), "small"),
    ),
    h("h2", { id: "tour-title", tabindex: "-1", "data-role": "title" }, step.title),
    ...(elsewhere
      ? [h("p", {}, "Another run is open. The tour waits; nothing of yours is lost.")]
      : deed
        ? [done === 0 ? h("p", {}, step.scene) : facts(place.told), h("p", { class: "tour-ask" }, deed.ask)]
        : [facts(place.told), h("p", {}, step.moral)]),
    h(
      "div",
      { class: "tour-foot" },
      at > 0 ? button("Back", "back", () => begin(at - 1)) : null,
      elsewhere || !deed ? button(elsewhere ? "Open this step" : "Again", "again", () => begin(at)) : null,
      deed && !elsewhere ? button("Do it for me", "do", () => perform()) : null,
      button(
        last ? "Finish" : deed ? "Skip" : "Next",
        "next",
        () => (last ? leave(true) : begin(at + 1)),
        deed ? "" : "primary",
      ),
    ),
  );
  mark(elsewhere ? undefined : deed?.target);
  if (focused) {
    const same = card.querySelector<HTMLElement>(`[data-role="${focused}"]`);
    (same ?? card.querySelector<HTMLElement>('[data-role="next"]'))?.focus({ preventScroll: true });
  }
}

const pips = (at: number): HTMLElement =>
  h(
    "span",
    { class: "tour-pips", "aria-hidden": "true" },
    ...STEPS.map((_, number) => h("i", { "data-past": number <= at })),
  );

/** What the engine said, each change with its rule and its sentence. */
const facts = (recent: State["recent"]): HTMLElement =>
  h(
    "ul",
    { class: "tour-facts" },
    ...tellings(recent).map((event) =>
      h(
        "li",
        {},
        event.action !== get().selected && `${event.action}: `,
        event.from && event.type !== "UpdateRefused" ? badge(event.from) : null,
        event.from && event.type !== "UpdateRefused" && " → ",
        event.to ? badge(event.to) : null,
        event.type === "UpdateRefused" && " refused",
        h("span", {}, `. ${event.sentence}`),
      ),
    ),
  );

function button(text: string, role: string, run: () => void, kind = ""): HTMLButtonElement {
  const element = h("button", { type: "button", class: kind || null, "data-role": role }, text);
  element.addEventListener("click", run);
  return element;
}

/** Presses the control itself, for those who would rather watch. */
function perform(): void {
  const deed = place && STEPS[place.step]?.deeds[place.done];
  if (!deed) return;
  prepare();
  document.querySelector<HTMLElement>(deed.target)?.click();
}

function prepare(): void {
  const wanted = place && STEPS[place.step]?.deeds[place.done]?.prepare;
  if (!wanted) return;
  const control = document.getElementById(wanted.control) as HTMLSelectElement;
  if (control.value === wanted.value) return;
  control.value = wanted.value;
  control.dispatchEvent(new Event("input"));
}

// --- where it is --------------------------------------------------------------------------------------------------

/** Marks the control that is asked for. Its label is marked where the control itself cannot be seen. */
function mark(target: string | undefined): void {
  for (const marked of document.querySelectorAll("[data-tour]")) setAttribute(marked, "data-tour", null);
  if (target) setAttribute(visible(target), "data-tour", "here");
  if (target) prepare();
}

const visible = (target: string): Element => {
  const found = document.querySelector(target) ?? document.body;
  return found instanceof HTMLInputElement ? (found.nextElementSibling ?? found) : found;
};

/** Brings something to where the card does not cover it. */
function show(target: string | undefined): void {
  if (!target) return;
  // What is shown may be made by the same step.
  requestAnimationFrame(() => {
    mark(place ? STEPS[place.step]?.deeds[place.done]?.target : undefined);
    const { top, height } = visible(target).getBoundingClientRect();
    const free = innerHeight - card.offsetHeight - 24;
    const inSight = top >= 8 && top + Math.min(height, free - 16) <= free;
    if (inSight) return;
    const wanted = height < free ? top - (free - height) / 2 : top - 8;
    scrollBy({ top: wanted, behavior: calm() ? "auto" : "smooth" });
  });
}

function keys(event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    event.preventDefault();
    leave(false);
    return;
  }
  if (!place || !card.contains(event.target as Node)) return;
  const step = place.step + (lookUp({ ArrowRight: 1, ArrowLeft: -1 }, event.key) ?? 0);
  if (step === place.step || step < 0 || step >= STEPS.length) return;
  event.preventDefault();
  begin(step);
}
