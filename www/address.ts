/*
 * The address follows the run, and the run the address. Opening something else is a step that Back takes back; a
 * command is not, because a button pressed fifty times should not have to be left fifty times. So every entry of the
 * browser's history holds one run, as it was when it was left.
 */

import { loadReading } from "./engine.ts";
import { exploredFrom, exploredNow, onExplored, openExplored } from "./explored.ts";
import { otherStory, versions } from "./link/model.ts";
import { decode, encode, type Link, STEPS_MAX } from "./location.ts";
import { onPanels, openPanels, showPanels } from "./open-panels.ts";
import { same } from "./same.ts";
import { SCENARIOS } from "./scenarios.ts";
import { get, openLink, openScenario, reopenAside, say, subscribe, toLink } from "./store.ts";
import { fieldsOf } from "./table.ts";
import { shortened } from "./words/format.ts";

/** The run as it is looked at, or null if no link is to hold it: what somebody read in is put into one only when asked. */
export function linkNow(asked = false): Link | null {
  const link = toLink(asked);
  if (!link) return null;
  const panels = openPanels();
  const explore = exploredNow();
  const facts = { events: get().told, ends: get().ends };
  return { ...link, facts, ...(panels.length > 0 && { panels }), ...(explore && { explore }) };
}

/** A link to the open run that works elsewhere. */
export function urlOf(link: Link): string {
  const url = new URL(location.pathname, location.href);
  url.hash = encode(link);
  return url.href;
}

/** The entry as this page last wrote it, to tell its own changes from those of people. */
let written = "";
/** The run as the present entry of the history should have it, and which opening it is: no address may hold it. */
let latest: Link | null = null;
let opening = 0;
/** Set while a change of the address opens something, which is no new entry. */
let arriving = false;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Inside another page, Back belongs to that page. */
const framed = window.parent !== window;

/** What the history remembers, beside its address, of an entry whose run no address holds: which opening of which visit. */
interface Aside {
  visit: number;
  opened: number;
}
const VISIT = performance.timeOrigin;

/** What it remembers of the present entry; null if that is in its address. */
function asideNow(): Aside | null {
  const { visit, opened } = fieldsOf(fieldsOf(history.state).aside);
  return typeof visit === "number" && typeof opened === "number" ? { visit, opened } : null;
}

/** An entry by all that tells it from another one. */
const entry = (): string => `${location.hash} ${JSON.stringify(asideNow())}`;

function noteRun(): void {
  latest = linkNow();
  opening = get().opened;
}

let openFirst = (): void => {
  const [first] = SCENARIOS;
  if (first) openScenario(first);
};

/**
 * Opens what the address asks for, and keeps both in step from then on. Called once the engine is there. Where the
 * address asks for nothing, the first situation is opened, or whatever else.
 */
export function followAddress(otherwise = openFirst): void {
  openFirst = otherwise;
  arrive();
  for (const event of ["popstate", "hashchange"]) {
    addEventListener(event, () => {
      if (entry() !== written) arrive();
    });
  }
  let began = false;
  subscribe((state, before) => {
    if (!began || !state.ready || state.snapshot.actions.length === 0) return;
    if (state.opened !== before.opened) {
      if (arriving) return;
      // The entry that is left keeps what was done last in it.
      if (timer !== undefined) write(false);
      noteRun();
      write(!framed);
      // Whoever opened it may have something to say of it, which comes first.
      queueMicrotask(sayLong);
      return;
    }
    if (state.commands === before.commands && state.selected === before.selected && state.hood === before.hood) return;
    changed();
  });
  began = true;
  onPanels(changed);
  onExplored(changed);
}

function changed(): void {
  if (arriving) return;
  noteRun();
  sayLong();
  // Browsers limit how often an address may change.
  timer ??= setTimeout(() => write(false), 300);
}

function write(push: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  const hash = latest ? `#${encode(latest)}` : "";
  const aside: Aside | null = latest ? null : { visit: VISIT, opened: opening };
  if (hash === location.hash && same(aside, asideNow())) return;
  const url = hash || location.pathname + location.search;
  const kept = aside && { aside };
  try {
    if (push) history.pushState(kept, "", url);
    else history.replaceState(kept, "", url);
  } catch {
    // Some browsers throw when the address changes too often. The run goes on, and its next change writes it.
    return;
  }
  written = entry();
}

/** The gallery with its traces, fetched when somebody asks for it; null, and said so, if it cannot be. */
export async function gallery(): Promise<typeof import("./gallery/view.ts") | null> {
  try {
    // Its cards are read from traces.
    await loadReading();
    return await import("./gallery/view.ts");
  } catch (error) {
    say({ tone: "error", title: "The gallery could not be loaded", text: `${(error as Error).message}. Try again.` });
    return null;
  }
}

/** Opens one of the gallery's runs, or its cards; behind those stands a run, because the page is never empty. */
async function arriveInGallery(): Promise<void> {
  const wanted = entry();
  const module = await gallery();
  if (entry() !== wanted) return;
  arriving = true;
  try {
    const [first] = SCENARIOS;
    const opened = module?.followAddress(location.hash) ?? false;
    if (!opened && first && get().snapshot.actions.length === 0) {
      // What the gallery said when it could not be loaded outlives the run that is opened in its place.
      const { notice } = get();
      openScenario(first);
      if (!module) say(notice);
    }
  } catch (error) {
    failed(error as Error);
  } finally {
    arriving = false;
  }
  noteRun();
}

/** Opens what the address says: a run, or nothing at all, which is the first situation. */
function arrive(): void {
  if (timer !== undefined) {
    clearTimeout(timer);
    timer = undefined;
  }
  written = entry();
  if (/^#gallery(?:\/|$)/.test(location.hash)) return void arriveInGallery();
  arriving = true;
  try {
    follow(location.hash);
  } catch (error) {
    failed(error as Error);
  } finally {
    arriving = false;
    noteRun();
    sayLong();
    // It was opened anew, and is found again by that.
    if (latest === null && asideNow()) write(false);
  }
}

/**
 * A bug of the page, over an address that nobody thought of: it is told as that, there is a run all the same, and the next
 * address is followed.
 */
function failed(error: Error): void {
  if (get().snapshot.actions.length === 0) openFirst();
  say({ tone: "error", title: "The page failed over this address", text: error.message });
  queueMicrotask(() => {
    throw error;
  });
}

function follow(hash: string): void {
  const link = decode(hash);
  const explore = exploredFrom(hash);
  if (explore) {
    if (get().snapshot.actions.length === 0) openFirst();
    openExplored(explore);
  } else if (link) {
    openLink(link);
    sayOtherStory(link);
    showPanels(link.panels ?? []);
    openExplored(link.explore ?? null);
  } else if (asideNow()) comeBack();
  else {
    if (hash === "" || get().snapshot.actions.length === 0) openFirst();
    // The run stays, and so does its link.
    else if (latest) write(false);
    if (!isPlace(hash)) sayUnknown(hash);
  }
}

/**
 * Under another version of the model a link may tell another story than it did. Where a step of it is refused, or it
 * cannot be opened at all, the versions are said as well, since they are the likely reason.
 */
function sayOtherStory(link: Link): void {
  const { notice, told, ends, held } = get();
  // A link that could not be opened has left another run where it was.
  const opened = held.every((command, at) => same(command, link.commands[at]));
  const story = opened ? otherStory(link, () => ({ events: told, ends })) : null;
  const text = story ?? (notice ? versions(link) : "");
  if (text === "") return;
  if (notice) say({ ...notice, text: `${notice.text} ${text}` });
  else say({ tone: "info", title: "This link was made under another version of the model", text });
}

/** Whether a fragment is none, or names a place of the page, as the skip link does. */
const isPlace = (hash: string): boolean => hash === "" || document.getElementById(hash.slice(1)) !== null;

/** An address that opens nothing is answered, with what was probably meant. */
function sayUnknown(hash: string): void {
  const bug = /^#(?:gallery-?)?([nsp]\d{1,2})$/i.exec(hash)?.[1];
  const scenario = SCENARIOS.find(({ id }) => id === hash.slice(1).toLowerCase());
  const meant = bug
    ? `Did you mean #gallery/${bug.toLowerCase()}?`
    : scenario
      ? `The situation “${scenario.title}” is in the list.`
      : "A link to a run, as Copy link gives it, begins with #v2/; #gallery/n1 is a real bug.";
  say({
    tone: "error",
    title: "This address opens nothing",
    text: `Nothing here is called ${shortened(hash)}. ${meant}`,
  });
}

/** To where a run stood that no address holds; the page may still have it. */
function comeBack(): void {
  const aside = asideNow();
  if (aside?.visit === VISIT && reopenAside(aside.opened)) return;
  if (get().snapshot.actions.length === 0) openFirst();
  say({
    tone: "info",
    title: "This run is in no address",
    text: "Here stood a run that was read from what somebody opened, or was too long for an address. It stayed in the browser that read it, and in no link; open it again to go on.",
  });
}

/** Which opening of a run was said to be too long for its address. */
let saidLong = -1;

/** Says once of a run that its address no longer holds it. */
function sayLong(): void {
  const { unlinked, opened, notice } = get();
  if (unlinked !== "length" || saidLong === opened) return;
  saidLong = opened;
  const text = `An address holds up to ${STEPS_MAX.toLocaleString("en")} steps. The run goes on, and is gone when the page is reloaded; Export has it as a trace, which Open takes.`;
  if (notice) say({ ...notice, text: `${notice.text} ${text}` });
  else say({ tone: "info", title: "This run is too long for its address", text });
}
