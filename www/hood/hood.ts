/*
 * Under the hood: what each store held after each step, lane by lane on one clock, and the work that waits between them,
 * to be delivered, left, lost or told twice by hand.
 */

import {
  type ActionPhase,
  type ActionSnapshot,
  type Command,
  deliverAll,
  deliverBy,
  type Event,
  explain,
  get,
  type Moment,
  moments,
  openHood,
  type PendingDelivery,
  runSdk,
  type State,
  seek,
  selectAction,
  subscribe,
} from "../store.ts";
import { lookUp } from "../table.ts";
import { byId, h, icon, reconcile, setAttribute, setText } from "../views/dom.ts";
import { announce, sentenceOf } from "../views/live.ts";
import { offerButton, setOffered } from "../views/offer.ts";
import { clock, words } from "../words/format.ts";
import { iconOf } from "../words/phases.ts";
import { isEnd } from "../words/vocabulary.ts";
import { verdictOf } from "./disagree.ts";
import { processSentences, processWords } from "./process.ts";

type Lane = "resource" | "queue" | "row" | "log" | "abort" | "process";

const LANES: readonly [lane: Lane, name: string, aside: string][] = [
  ["resource", "Resource", "what the executor holds"],
  ["queue", "Informer queue", "news on its way to the row"],
  ["row", "Row", "what the run service recorded"],
  ["log", "Event log", "the last attempt told of"],
  ["abort", "Abort queue", "the reconciler’s entry"],
];
/** There only where the SDK runs in parents' pods. */
const PROCESS: (typeof LANES)[number] = ["process", "Process", "what the SDK hears"];
const lanesOf = ({ sdk }: State): (typeof LANES)[number][] => (sdk ? [...LANES, PROCESS] : [...LANES]);

/** So many steps are looked through for the action, and so many of them are shown. */
const DEPTH = 160;
const COLUMNS = 48;

interface Cell {
  phase: ActionPhase | null;
  text: string;
  /** Whether there is anything in the lane. */
  filled: boolean;
  facts: Event[];
}

interface Column {
  moment: Moment;
  cells: Record<Lane, Cell>;
  differ: ReadonlySet<Lane>;
}

export function mountHood(): void {
  const box = byId<HTMLDetailsElement>("hood");
  box.addEventListener("toggle", () => openHood(box.open));
  const deliveries = pendingList();
  const radios = [...document.querySelectorAll<HTMLInputElement>('input[name="delivery"]')];
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      deliverBy(radio.value === "manual");
      const { notice } = get();
      if (notice) announce(`${notice.title}. ${notice.text}`);
    });
  }
  const sdk = byId<HTMLInputElement>("sdk-parents");
  sdk.addEventListener("change", () => {
    runSdk(sdk.checked);
    const { notice } = get();
    if (notice) announce(`${notice.title}. ${notice.text}`);
  });
  byId("lanes").addEventListener("click", (event) => {
    const step = (event.target as Element).closest<HTMLElement>("[data-step]")?.dataset.step;
    if (step !== undefined) seek(Number(step));
  });
  subscribe((state, before) => {
    if (!state.ready) return;
    if (box.open !== state.hood) box.open = state.hood;
    const moved = state.turn !== before.turn || state.selected !== before.selected || state.hood !== before.hood;
    if (!moved) return;
    const action = selectedOf(state);
    const verdict = verdictOf(action, state.snapshot, state.events);
    const count = state.snapshot.pending.length;
    setText(
      byId("hood-verdict"),
      [verdict.short, count > 0 && `${count} waiting to be delivered`].filter(Boolean).join(" · "),
    );
    setAttribute(byId("hood-verdict"), "data-differ", verdict.differ);
    if (!state.hood) return;
    for (const radio of radios) radio.checked = (radio.value === "manual") === state.byHand;
    sdk.checked = state.sdk;
    const say = byId("hood-say");
    say.replaceChildren(
      h("strong", {}, action ? `${action.id}: ` : "", verdict.differ ? "the stores disagree. " : ""),
      [...verdict.sentences, ...(action ? processSentences(action) : [])].join(" "),
    );
    setAttribute(say, "data-differ", verdict.differ);
    draw(state, action);
    deliveries(state);
  });
}

const selectedOf = (state: State): ActionSnapshot | undefined =>
  state.selected === null ? undefined : state.actions.get(state.selected);

// --- lanes --------------------------------------------------------------------------------------------------------

function draw(state: State, action: ActionSnapshot | undefined): void {
  const table = byId("lanes");
  const lanes = lanesOf(state);
  setAttribute(byId("lanes-box"), "data-sdk", state.sdk);
  const columns = action ? columnsOf(action.id, moments(DEPTH), lanes) : [];
  if (!action || columns.length === 0) {
    table.replaceChildren();
    return;
  }
  const head = h(
    "tr",
    {},
    h("th", { scope: "col", class: "lane-head" }, h("span", { class: "visually-hidden" }, "Lane")),
    ...columns.map(({ moment }, at) => heading(state, moment, columns[at - 1]?.moment)),
  );
  const rows = lanes.map(([lane, name, aside]) =>
    h(
      "tr",
      { "data-lane": lane },
      h("th", { scope: "row", class: "lane-head" }, name, h("span", { class: "aside" }, aside)),
      ...columns.map((column, at) => cellOf(column, lane, columns[at - 1])),
    ),
  );
  table.replaceChildren(
    h("caption", { class: "visually-hidden" }, `The stores of ${action.id} after each step that touched it`),
    h("thead", {}, head),
    h("tbody", {}, ...rows),
  );
  const frame = byId("lanes-box");
  frame.scrollLeft = frame.scrollWidth;
}

/** Time stands still for most steps; where it passes, the column says how far it has come. */
function heading(state: State, { index, snapshot }: Moment, before: Moment | undefined): HTMLElement {
  const passed = before === undefined || before.snapshot.now !== snapshot.now;
  return h(
    "th",
    { scope: "col", "data-current": index === state.index },
    h("button", { type: "button", class: "lane-step", tabindex: -1, "data-step": index }, `step ${index}`),
    h("time", { "data-passed": passed }, clock(snapshot.now - state.startTime)),
  );
}

/** The moments at which something of the action changed, and the present. */
function columnsOf(id: string, all: readonly Moment[], lanes: readonly (typeof LANES)[number][]): Column[] {
  const columns: Column[] = [];
  for (const [at, moment] of all.entries()) {
    const column = columnAt(id, moment);
    const before = columns.at(-1);
    const touched = lanes.some(
      ([lane]) =>
        column.cells[lane].facts.length > 0 ||
        column.cells[lane].text !== (before?.cells[lane].text ?? "") ||
        column.cells[lane].phase !== (before?.cells[lane].phase ?? null),
    );
    if (touched || at === all.length - 1) columns.push(column);
  }
  return columns.slice(-COLUMNS);
}

function columnAt(id: string, moment: Moment): Column {
  const { snapshot, facts } = moment;
  const action = snapshot.actions.find((each) => each.id === id);
  const { row = null, resource = null, logged = null } = action ?? {};
  const waiting = snapshot.pending.filter((item) => item.action === id);
  const entry = snapshot.abortQueue.find((each) => each.action === id);
  const mine = facts.filter((fact) => fact.action === id || (fact.action === null && fact.type === "Restarted"));
  const of = (lane: Lane): Event[] => mine.filter((fact) => laneOf(fact) === lane);
  const todo = (...kinds: PendingDelivery["what"][]): string => {
    const found = waiting.filter(({ what }) => kinds.includes(what));
    return found.length > 0 ? ` · to do: ${found.map(({ what }) => WORK[what]).join(", ")}` : "";
  };
  const news = waiting.filter(({ what }) => what.startsWith("watch"));
  const cells: Record<Lane, Cell> = {
    resource: {
      phase: resource?.reportedPhase ?? null,
      text:
        (resource === null
          ? "none"
          : `${resource.attempts > 0 ? `#${resource.attempts}` : ""}${resource.deletionTimestamp ? " being deleted" : ""}`) +
        todo("reconcile", "enqueue", "cascade"),
      filled: resource !== null,
      facts: of("resource"),
    },
    queue: {
      phase: null,
      text: news.map(({ what }) => WORK[what]).join(", "),
      filled: news.length > 0,
      facts: of("queue"),
    },
    row: {
      phase: row?.phase ?? null,
      text: row === null ? "none" : `#${row.attempts}`,
      filled: row !== null,
      facts: of("row"),
    },
    log: {
      phase: logged?.phase ?? null,
      text: logged === null ? "" : `#${logged.attempt}`,
      filled: logged !== null,
      facts: of("log"),
    },
    abort: {
      phase: null,
      text: (entry ? `${entry.state}, ${entry.attempt} of ${entry.maxAttempts}` : "") + todo("abortWorker"),
      filled: entry !== undefined,
      facts: of("abort"),
    },
    process: {
      phase: null,
      text: action ? processWords(action) : "",
      filled: action?.process === "watching",
      facts: of("process"),
    },
  };
  const differ = action?.disagreements.flatMap(({ stores }) => stores.map((store) => STORES[store])) ?? [];
  return { moment, cells, differ: new Set(differ) };
}

const WORK: Record<PendingDelivery["what"], string> = {
  reconcile: "reconcile",
  watchAdd: "news of its creation",
  watchUpdate: "news of its status",
  watchDelete: "news of its deletion",
  abortWorker: "abort call",
  cascade: "deletion of children",
  enqueue: "creation",
};

const STORES = {
  resource: "resource",
  row: "row",
  events: "log",
  abort: "abort",
  cache: "resource",
  sdk: "process",
} as const;

function laneOf({ store, type, service }: Event): Lane | null {
  if (type === "NewsDropped" || type === "NewsDuplicated") return "queue";
  if (type === "Restarted")
    return service === "actions" ? "queue" : service === "runs" ? "row" : service === "sdk" ? "process" : "resource";
  return store === "time" ? null : STORES[store];
}

/** Facts that only say what the cell's phase says already. */
const PLAIN = new Set(["StatusWritten", "PhaseRecorded", "RowCreated", "EventRecorded", "ResourceCreated"]);
const ALARMS = new Set([
  "UpdateRefused",
  "UpdateSkipped",
  "CallFailed",
  "EventDropped",
  "NewsDropped",
  "AbortGivenUp",
  "AbortDropped",
]);

function cellOf({ cells, differ, moment }: Column, lane: Lane, before: Column | undefined): HTMLElement {
  const { phase, text, filled, facts } = cells[lane];
  const old = before?.cells[lane];
  const fresh = !old || old.phase !== phase || old.text !== text;
  const told = facts.filter(({ type }) => !PLAIN.has(type));
  const shown = told.slice(0, told.length > 2 ? 1 : 2);
  const content: (HTMLElement | false)[] = [
    phase !== null
      ? h(
          "span",
          { class: fresh ? "lane-phase" : "visually-hidden" },
          fresh && icon(iconOf(phase), 12),
          h("span", {}, phase === "UNSPECIFIED" ? "no status" : phase),
          text && h("span", { class: "lane-aside" }, ` ${text}`),
        )
      : h("span", { class: fresh && text !== "" ? "lane-text" : "visually-hidden" }, text || "nothing"),
    ...shown.map((fact) => {
      const what = fact.type === "UpdateRefused" ? `refused ${fact.to}` : words(fact.type);
      return h("span", { class: "lane-fact", "data-alarm": ALARMS.has(fact.type), title: fact.sentence }, what);
    }),
    told.length > shown.length && h("span", { class: "lane-fact" }, `and ${told.length - shown.length} more`),
  ];
  return h(
    "td",
    {
      class: "lane",
      "data-phase": phase,
      "data-filled": filled,
      "data-end": phase !== null && isEnd(phase),
      "data-differ": differ.has(lane),
      "data-current": moment.index === get().index,
    },
    ...content,
    differ.has(lane) && h("span", { class: "visually-hidden" }, " (disagrees)"),
  );
}

// --- what waits ---------------------------------------------------------------------------------------------------

/** From where to where a piece of work goes. */
const WAY: Record<PendingDelivery["what"], string> = {
  reconcile: "resource → executor",
  watchAdd: "resource → row",
  watchUpdate: "resource → row",
  watchDelete: "resource → row",
  abortWorker: "row → actions service",
  cascade: "resource → its children",
  enqueue: "run service → resource",
};

type Verb = "deliver" | "drop" | "duplicate";

/** So many pieces are listed; each is asked about after every step. */
const WAITING = 60;

/** The list of what waits; returns how to bring it up to date. */
function pendingList(): (state: State) => void {
  const list = byId("pending");
  const known = new Map<string, HTMLElement>();
  const all = byId<HTMLButtonElement>("deliver-all");
  all.addEventListener("click", () => {
    if (get().snapshot.pending.length === 0) return announce("Nothing waits to be delivered.");
    const count = deliverAll();
    announce(`${count} delivered. ${sentenceOf(get().recent)}`);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...list.children] as HTMLElement[];
    const item = (event.target as Element).closest<HTMLElement>("li");
    const at = item ? items.indexOf(item) : -1;
    const verb = lookUp(KEYS, event.key);
    const to = lookUp({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }, event.key);
    if (to !== undefined && items[to]) {
      const role = (event.target as HTMLElement).dataset.verb ?? "deliver";
      items[to].querySelector<HTMLElement>(`[data-verb="${role}"]`)?.focus();
    } else if (verb) item?.querySelector<HTMLElement>(`[data-verb="${verb}"]`)?.click();
    else return;
    event.preventDefault();
  });
  let focused = -1;
  list.addEventListener("focusin", (event) => {
    const item = (event.target as Element).closest("li");
    focused = item ? [...list.children].indexOf(item) : -1;
  });
  list.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== null) focused = -1;
  });
  return (state) => {
    const { pending } = state.snapshot;
    const place = focused;
    reconcile(
      list,
      known,
      pending.slice(0, WAITING),
      ({ id, what, action }) => `${id} ${what} ${action}`,
      item,
      (element, { id, action }) => {
        setAttribute(element, "data-mine", action === state.selected);
        // News of one action keeps its order, so what stands behind other news cannot be touched yet.
        for (const button of element.querySelectorAll<HTMLElement>("[data-verb]"))
          setOffered(button, explain({ type: button.dataset.verb as Verb, item: id }).enabled);
      },
    );
    setText(byId("pending-count"), pending.length === 0 ? "" : String(pending.length));
    setAttribute(all, "aria-disabled", pending.length === 0 ? "true" : null);
    setText(
      byId("pending-none"),
      pending.length > 0
        ? pending.length > WAITING
          ? `The first ${WAITING} of ${pending.length}:`
          : ""
        : state.byHand
          ? "Nothing waits. Send a command, and what it leads to waits here."
          : "Everything is delivered at once. Choose “by hand” to hold each piece of work in your hands.",
    );
    // What had the focus was delivered: the next one takes it, or the button for them all.
    if (place >= 0 && !list.contains(document.activeElement)) {
      const next = list.children[Math.min(place, list.children.length - 1)];
      (next?.querySelector<HTMLElement>('[data-verb="deliver"]') ?? all).focus();
    }
  };
}

const KEYS: Record<string, Verb | undefined> = { d: "deliver", x: "drop", Delete: "drop", "2": "duplicate" };

function item(delivery: PendingDelivery): HTMLElement {
  const { id, action, what, travels, sentence } = delivery;
  const verb = (type: Verb, word: string): HTMLElement => {
    const button = offerButton(
      word,
      () => {
        const command: Command = { type, item: id };
        return { label: `${word} ${WORK[what]} of ${action}`, command };
      },
      "small",
    );
    button.dataset.verb = type;
    setAttribute(button, "aria-label", `${word}: ${WORK[what]}, ${action}`);
    button.addEventListener("click", () => {
      if (button.hasAttribute("aria-disabled")) return;
      // A step that changes no row is not told by the live region, and yet it was a step.
      const { recent } = get();
      const told = recent.at(-1);
      if (!sentenceOf(recent)) announce(told ? `${words(told.type)}. ${told.sentence}` : "Delivered; nothing changed.");
    });
    return button;
  };
  const name = h("button", { type: "button", class: "fact-action", tabindex: -1 }, action);
  name.addEventListener("click", () => selectAction(action));
  return h(
    "li",
    { class: "delivery" },
    h("span", { class: "delivery-what" }, h("strong", {}, WORK[what]), " ", name),
    h("span", { class: "delivery-way" }, WAY[what]),
    h("span", { class: "delivery-why" }, `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`),
    h(
      "span",
      { class: "replies" },
      verb("deliver", "Deliver"),
      travels && verb("drop", "Lose"),
      travels && verb("duplicate", "Tell twice"),
    ),
  );
}
