/*
 * The log of facts: when, whose, where, what, and why, with the rule and its place upstream. It appends what is new and
 * keeps only so many rows in the document, because a thousand facts must not slow down the next one.
 */

import { type Event, get, type State, select, selectAction, subscribe, wrongFacts } from "../store.ts";
import { clock, words } from "../words/format.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { whereAndWhat } from "./fact.ts";
import { sourceLink } from "./panel.ts";

const CHUNK = 200;
/** Written anew at most so often, in milliseconds: whoever scrubs through the run reads the log where they stop. */
const PAUSE = 250;

export function mountLog(): void {
  const list = byId("log");
  const box = byId("log-box");
  const text = byId<HTMLInputElement>("log-text");
  const store = byId<HTMLSelectElement>("log-store");
  const mine = byId<HTMLInputElement>("log-mine");
  const refused = byId<HTMLInputElement>("log-refused");
  const earlier = byId<HTMLButtonElement>("log-earlier");
  let limit = CHUNK;
  /** How many facts have been looked at, so that only the newer ones are. */
  let seen = 0;
  let rewound = -1;
  let matching = 0;

  const matches = (event: Event): boolean => {
    if (store.value && event.store !== store.value) return false;
    if (mine.checked && event.action !== get().selected) return false;
    if (refused.checked && !isRefusal(event)) return false;
    const wanted = text.value.trim().toLowerCase();
    return wanted === "" || haystack(event).includes(wanted);
  };
  const atEnd = (): boolean => box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const tell = (total: number): void => {
    const filtered = matching === total ? "" : ` of ${total}`;
    setText(byId("log-count"), `${matching}${filtered} ${total === 1 ? "fact" : "facts"}`);
    setAttribute(earlier, "hidden", list.childElementCount >= matching);
  };
  const fill = (events: readonly Event[], start: number): void => {
    const found = events.filter(matches);
    matching = found.length;
    list.replaceChildren(...found.slice(-limit).map((event) => row(event, start)));
    seen = events.length;
    tell(events.length);
    box.scrollTop = box.scrollHeight;
  };
  const append = (state: State): void => {
    const stick = atEnd();
    const fresh = state.events.slice(seen).filter(matches);
    seen = state.events.length;
    matching += fresh.length;
    list.append(...fresh.slice(-limit).map((event) => row(event, state.startTime)));
    while (list.childElementCount > limit) list.firstElementChild?.remove();
    tell(state.events.length);
    if (stick) box.scrollTop = box.scrollHeight;
  };
  const again = (): void => fill(get().events, get().startTime);

  let filled = Number.NEGATIVE_INFINITY;
  let late: ReturnType<typeof setTimeout> | undefined;
  const refill = (): void => {
    late = undefined;
    limit = CHUNK;
    again();
    mark(list, get().recent);
    filled = performance.now();
  };
  subscribe((state, before) => {
    if (late !== undefined || state.rewound !== rewound || state.events.length < seen) {
      rewound = state.rewound;
      clearTimeout(late);
      late = undefined;
      // Another run is shown at once; only going to and fro in one may be fast.
      const wait = state.told === before.told ? PAUSE - (performance.now() - filled) : 0;
      if (wait > 0) late = setTimeout(refill, wait);
      else refill();
      return;
    }
    if (state.events.length > seen) append(state);
    else return;
    mark(list, state.recent);
  });
  select(
    (state) => state.selected,
    () => {
      if (mine.checked) again();
    },
  );
  for (const control of [text, store, mine, refused]) {
    control.addEventListener("input", () => {
      limit = CHUNK;
      again();
    });
  }
  earlier.addEventListener("click", () => {
    const height = box.scrollHeight;
    limit += CHUNK * 2;
    again();
    box.scrollTop = box.scrollHeight - height;
  });
  list.addEventListener("click", (event) => {
    const id = (event.target as Element).closest<HTMLElement>("[data-action]")?.dataset.action;
    if (id !== undefined && get().actions.has(id)) selectAction(id);
  });
}

const REFUSALS = new Set([
  "UpdateRefused",
  "UpdateSkipped",
  "EventDropped",
  "AbortGivenUp",
  "AbortDropped",
  "AbortDeduplicated",
]);
const isRefusal = (event: Event): boolean => REFUSALS.has(event.type);

const haystack = (event: Event): string =>
  [
    event.action,
    event.type,
    words(event.type),
    event.store,
    event.from,
    event.to,
    event.rule,
    event.sentence,
    event.detail,
    event.source?.file,
    event.source?.function,
  ]
    .filter(Boolean)
    .join(" ")
    .toLowerCase();

/** The facts of the present step stand out. */
function mark(list: Element, recent: readonly Event[]): void {
  const first = recent[0]?.seq ?? Number.POSITIVE_INFINITY;
  for (let item = list.lastElementChild; item; item = item.previousElementSibling) {
    const fresh = Number((item as HTMLElement).dataset.seq) >= first;
    if (!fresh && !item.hasAttribute("data-fresh")) break;
    setAttribute(item, "data-fresh", fresh);
  }
}

function row(event: Event, start: number): HTMLElement {
  const wrong = wrongFacts(get());
  const marked = wrong !== null && event.seq >= wrong.from && event.seq < wrong.to;
  return h(
    "li",
    { class: "fact", "data-seq": event.seq, "data-refusal": isRefusal(event), "data-wrong": marked },
    h("time", { class: "fact-at" }, clock(event.at - start)),
    event.action === null
      ? h("span", { class: "fact-action" }, "clock")
      : h("button", { type: "button", class: "fact-action", "data-action": event.action, tabindex: -1 }, event.action),
    ...whereAndWhat(event),
    h("span", { class: "fact-why" }, h("code", {}, event.rule), ` ${event.sentence} `, sourceLink(event.source)),
    marked && event.seq === wrong.from
      ? h("span", { class: "fact-wrong" }, h("strong", { class: "wrong-word" }, "Here it goes wrong. "), wrong.text)
      : null,
  );
}
