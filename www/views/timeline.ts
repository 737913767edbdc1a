/*
 * The timeline: what the pure geometry places is drawn here, once for each change of the run. Moving along it only moves
 * a line, a veil and a few words, and the rest of the page follows as fast as it can, so that ten thousand facts are as
 * smooth as ten.
 */

import { gapShapes, type Rows, type Shape, shapesOf, TALL_ROWS, WIDE_ROWS } from "../geometry/shapes.ts";
import {
  type Axis,
  arithmetic,
  axisOf,
  draw,
  hit,
  isPending,
  type Lane,
  lanesOf,
  outcome,
  placeOf,
  seenAt,
  segmentAt,
  segmentWords,
  ticksOf,
  type Wait,
  waitTitle,
} from "../geometry/timeline.ts";
import {
  type Event,
  get,
  now,
  onTick,
  type State,
  seek,
  selectAction,
  settings,
  subscribe,
  wrongFacts,
} from "../store.ts";
import { lookUp } from "../table.ts";
import { clock, span, words } from "../words/format.ts";
import { badge, setBadge } from "./badge.ts";
import { byId, h, reconcile, setAttribute, setText, svg } from "./dom.ts";

/** Waits that have a button; the others are reached on the line itself. */
const BUTTONS = 24;
const ZOOM_MAX = 512;
/** Pixels after which a finger's move is meant for the line and not for the page. */
const DECISIVE = 7;
/** Pixels from an edge from which on a drag scrolls. */
const EDGE = 32;

export function mountTimeline(): void {
  const box = byId("tl-box");
  const plot = byId("tl-plot");
  const canvas = byId<SVGSVGElement>("tl-svg");
  const scale = byId<SVGSVGElement>("tl-axis");
  const heads = byId("tl-heads");
  const veil = byId("tl-veil");
  const line = byId("tl-line");
  const fact = byId("tl-fact");
  const compress = byId<HTMLInputElement>("tl-compress");
  const tall = matchMedia("(max-width: 47rem)");
  const labels = new Map<string, HTMLElement>();
  const buttons = new Map<string, HTMLElement>();

  let lanes: Lane[] = [];
  let waits: Wait[] = [];
  let axis: Axis = axisOf([], { width: 1, compress: true, start: 0 });
  let zoom = 1;
  /** How many facts have been seen; the store knows only of whole commands. */
  let seen = 0;
  let opened: string | null = null;
  /** What was drawn last, to draw again only when something else comes into sight. */
  let painted = { left: 0, right: 0, top: 0, bottom: 0 };
  let pointed = "";
  /** Where a finger was put down, as long as nobody knows what for. */
  let undecided: number | null = null;

  const rows = (): Rows => (tall.matches ? TALL_ROWS : WIDE_ROWS);

  // --- drawing ----------------------------------------------------------------------------------------------------

  /** Pixels that can be seen of the line. Read only when it may have changed, because reading makes the page lay out. */
  let room = 120;

  function measure(state: State): void {
    const later = waits.filter((wait) => wait.to === null).map((wait) => wait.due);
    if (state.playing) later.push(now());
    room = Math.max(120, box.clientWidth - (tall.matches ? 0 : byId("tl-corner").offsetWidth) - 2);
    axis = axisOf(state.told, {
      width: room * zoom,
      zoom,
      compress: compress.checked,
      start: state.startTime,
      later,
      ends: state.ends,
    });
    const height = Math.max(1, lanes.length) * rows().height;
    plot.style.width = `${axis.width}px`;
    plot.style.height = `${height}px`;
    for (const [name, value] of [
      ["width", axis.width],
      ["height", height],
    ] as const)
      setAttribute(canvas, name, value);
    setAttribute(scale, "width", axis.width);
  }

  function paint(state: State): void {
    const { height } = rows();
    const margin = box.clientWidth;
    const from = Math.max(0, box.scrollLeft - margin);
    const to = Math.min(axis.width, box.scrollLeft + margin * 2);
    const top = Math.max(0, Math.floor(box.scrollTop / height) - 8);
    const bottom = Math.min(lanes.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + 8);
    painted = { left: from, right: to, top, bottom };
    const drawing = draw(lanes, axis, { from, to, top, bottom });
    const { bands, cuts, labels: lengths } = gapShapes(axis, Math.max(1, lanes.length) * height, from, to);
    canvas.lastElementChild?.replaceChildren(
      ...stripes(state, lanes, top, bottom, height, axis.width),
      ...[...bands, ...shapesOf(drawing, rows()), ...cuts].map(element),
      ...wrongMark(state, axis, Math.max(1, lanes.length) * height),
    );
    const ticks = ticksOf(state.told, axis, from, to);
    scale.replaceChildren(
      ...bands.filter(({ name }) => name === "gap").map(element),
      ...ticks.map(({ x, text }) =>
        svg("text", { class: "tl-tick", x: x + 3, y: 13, "data-last": x > axis.width - 60 }, text),
      ),
      ...ticks.map(({ x }) => svg("line", { class: "tl-mark", x1: x, x2: x, y1: 3, y2: 20 })),
      ...lengths.map(element),
      ...wrongFlag(state, axis),
    );
    paintHeads(top, bottom, height);
  }

  function paintHeads(top: number, bottom: number, height: number): void {
    heads.style.height = `${Math.max(1, lanes.length) * height}px`;
    const shown = lanes.slice(top, bottom).map((lane, at) => ({ lane, row: top + at }));
    reconcile(
      heads,
      labels,
      shown,
      ({ lane }) => lane.action,
      ({ lane }) => head(lane),
      (label, { row }) => {
        label.style.transform = `translateY(${row * height}px)`;
      },
    );
  }

  /** What changes from one fact to the next; this is all that scrubbing does in a frame. */
  function point(): void {
    const state = get();
    const place = state.playing ? Math.max(placeOf(axis, seen), axis.at(now())) : placeOf(axis, seen);
    line.style.transform = `translateX(${place}px)`;
    veil.style.transform = `translateX(${place}px)`;
    setAttribute(veil, "hidden", seen === state.told.length);
    for (const lane of lanes.slice(painted.top, painted.bottom)) {
      const label = labels.get(lane.action);
      const phase = segmentAt(lane, seen)?.phase ?? "UNSPECIFIED";
      const mark = label?.querySelector<HTMLElement>(".badge");
      if (mark && mark.dataset.phase !== phase) setBadge(mark, phase);
      if (label) {
        setAttribute(label, "data-selected", lane.action === state.selected);
        setAttribute(label, "data-later", (lane.segments[0]?.from ?? 0) >= seen);
      }
    }
    const text = sentence(state, seen, lanes);
    setAttribute(plot, "aria-valuemin", state.ends[state.floor] ?? 0);
    setAttribute(plot, "aria-valuemax", state.told.length);
    setAttribute(plot, "aria-valuenow", seen);
    setAttribute(plot, "aria-valuetext", text);
    setText(fact, pointed || text);
    setText(byId("tl-count"), `${seen}/${state.told.length}`);
  }

  // --- waits ------------------------------------------------------------------------------------------------------

  function showWaits(): void {
    const known = waits.filter((wait) => wait.from < seen);
    const pending = known.filter((wait) => isPending(wait, seen));
    const rest = known.filter((wait) => !isPending(wait, seen));
    const open = known.find((wait) => wait.key === opened);
    const shown = [...rest.slice(-(BUTTONS - Math.min(pending.length, BUTTONS - 4))), ...pending.slice(0, BUTTONS)];
    if (open && !shown.includes(open)) shown.unshift(open);
    reconcile(byId("tl-waits"), buttons, shown, ({ key }) => key, waitButton, tellWait);
    tellOpen(known, shown.length);
  }

  const moment = (state: State): number => (seen === state.ends[state.index] ? now() : (state.told[seen - 1]?.at ?? 0));

  function tellWait(item: HTMLElement, wait: Wait): void {
    const button = item.firstElementChild as HTMLElement;
    const state = get();
    setText(button, `${waitTitle(wait)}: ${outcome(wait, moment(state), seen)}`);
    setAttribute(button, "aria-expanded", wait.key === opened ? "true" : "false");
    setAttribute(button, "data-pending", isPending(wait, seen));
    setAttribute(button, "data-what", wait.what);
  }

  function waitButton({ key }: Wait): HTMLElement {
    const button = h("button", {
      type: "button",
      class: "small",
      "aria-controls": "tl-wait",
      "aria-expanded": "false",
    });
    button.addEventListener("click", () => {
      opened = opened === key ? null : key;
      showWaits();
    });
    return h("li", {}, button);
  }

  function tellOpen(known: readonly Wait[], shown: number): void {
    const state = get();
    const wait = known.find((each) => each.key === opened);
    const abort = settings()?.abort as Parameters<typeof arithmetic>[1] | undefined;
    if (!wait || !abort) {
      const more = known.length - shown;
      setText(
        byId("tl-wait"),
        known.length === 0
          ? "No timer has been set yet."
          : `Press a wait to see how its length came about${more > 0 ? `; ${more} more lie on the line` : ""}.`,
      );
      return;
    }
    const sum = arithmetic(wait, abort, state.startTime, state.actions.get(wait.action)?.maxAttempts);
    setText(byId("tl-wait"), `${waitTitle(wait)}: ${sum}. ${capital(outcome(wait, moment(state), seen))}.`);
  }

  // --- moving -----------------------------------------------------------------------------------------------------

  /** The place that the store is to stand at, and how long the last change of place took it. */
  let wanted = -1;
  let cost = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function follow(): void {
    timer = undefined;
    if (wanted < 0 || wanted === get().index) return;
    const begin = performance.now();
    seek(wanted);
    cost = performance.now() - begin;
  }

  /** Goes to a fact. While a pointer is down the page follows when it has time, otherwise at once. */
  function moveTo(next: number, gliding = false): void {
    const { told, ends, floor } = get();
    seen = Math.min(Math.max(next, ends[floor] ?? 0), told.length);
    wanted = commandOf(ends, seen, floor);
    point();
    if (gliding) timer ??= setTimeout(follow, Math.min(400, 50 + cost * 4));
    else {
      clearTimeout(timer);
      follow();
      reveal();
      revealLane();
      showWaits();
    }
  }

  /** Scrolls so that the place is in sight. */
  function reveal(): void {
    if (zoom === 1) return;
    const x = placeOf(axis, seen);
    if (x < box.scrollLeft + 8 || x > box.scrollLeft + room - 8) box.scrollLeft = x - room / 2;
  }

  /** Scrolls so that the lane of the fact is in sight, if it has one. */
  function revealLane(): void {
    const action = get().told[seen - 1]?.action;
    const row = action ? lanes.findIndex((lane) => lane.action === action) : -1;
    if (row < 0) return;
    const { height } = rows();
    const visible = box.clientHeight - scale.clientHeight;
    if (row * height < box.scrollTop) box.scrollTop = row * height;
    else if ((row + 1) * height > box.scrollTop + visible) box.scrollTop = (row + 1) * height - visible;
  }

  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { ends, floor, told } = get();
    const step = commandOf(ends, seen, floor);
    const after = ends.findIndex((count, at) => at > step && count > seen);
    const targets = {
      ArrowRight: seen + 1,
      ArrowUp: seen + 1,
      ArrowLeft: seen - 1,
      ArrowDown: seen - 1,
      PageUp: ends[after] ?? told.length,
      PageDown: ends[Math.max(floor, step - 1)] ?? 0,
      Home: 0,
      End: told.length,
    };
    const target = lookUp(targets, event.key);
    if (target !== undefined) moveTo(target);
    else if (event.key === "+" || event.key === "-") magnify(event.key === "+" ? 2 : 0.5);
    else return;
    event.preventDefault();
  });

  const placeOfPointer = (event: PointerEvent): { x: number; row: number; low: boolean } => {
    const frame = plot.getBoundingClientRect();
    const y = event.clientY - frame.top;
    const { height, rail } = rows();
    return { x: event.clientX - frame.left, row: Math.floor(y / height), low: y % height >= rail - 5 };
  };

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x, row, low } = placeOfPointer(event);
    const found = low ? hit(lanes, axis, row, x)?.wait : null;
    if (found && found.from < seen) {
      opened = found.key;
      showWaits();
      return;
    }
    plot.setPointerCapture(event.pointerId);
    plot.focus({ preventScroll: true });
    pointed = "";
    // A finger may be about to scroll the page; what it means shows when it moves sideways, or is lifted where it was.
    undecided = event.pointerType === "touch" ? event.clientX : null;
    if (undecided === null) moveTo(seenAt(axis, x), true);
  });
  plot.addEventListener("pointermove", (event) => {
    const { x, row } = placeOfPointer(event);
    if (!plot.hasPointerCapture(event.pointerId)) {
      if (event.pointerType === "mouse") pointAt(x, row);
      return;
    }
    if (undecided !== null && Math.abs(event.clientX - undecided) < DECISIVE) return;
    undecided = null;
    moveTo(seenAt(axis, x), true);
    if (zoom > 1) followEdge(event.clientX);
  });
  plot.addEventListener("pointerup", (event) => {
    if (!plot.hasPointerCapture(event.pointerId)) return;
    plot.releasePointerCapture(event.pointerId);
    moveTo(undecided === null ? seen : seenAt(axis, placeOfPointer(event).x));
    undecided = null;
  });
  plot.addEventListener("pointercancel", () => {
    if (undecided === null) moveTo(seen);
    undecided = null;
  });

  /** Dragging towards an edge brings more of the line into sight. */
  function followEdge(x: number): void {
    const { left, right } = box.getBoundingClientRect();
    const begin = right - room;
    if (x > right - EDGE) box.scrollLeft += x - (right - EDGE);
    else if (x < Math.max(left, begin) + EDGE) box.scrollLeft -= Math.max(left, begin) + EDGE - x;
  }

  plot.addEventListener("pointerleave", () => {
    pointed = "";
    setText(fact, sentence(get(), seen, lanes));
  });

  function pointAt(x: number, row: number): void {
    const found = hit(lanes, axis, row, x);
    const state = get();
    pointed = found?.segment
      ? segmentWords(found.lane, found.segment, state.told, now(), state.actions.get(found.lane.action))
      : "";
    setText(fact, pointed || sentence(state, seen, lanes));
  }

  // --- zoom and size ----------------------------------------------------------------------------------------------

  function magnify(factor: number): void {
    const next = Math.min(ZOOM_MAX, Math.max(1, zoom * factor));
    if (next === zoom) return;
    const middle = seenAt(axis, box.scrollLeft + room / 2);
    const keep = placeOf(axis, seen) >= box.scrollLeft && placeOf(axis, seen) <= box.scrollLeft + room;
    zoom = next;
    measure(get());
    box.scrollLeft = placeOf(axis, keep ? seen : middle) - room / 2;
    paint(get());
    point();
    limits();
  }

  function limits(): void {
    setAttribute(byId("tl-out"), "aria-disabled", zoom <= 1 ? "true" : null);
    setAttribute(byId("tl-in"), "aria-disabled", zoom >= ZOOM_MAX ? "true" : null);
  }

  byId("tl-in").addEventListener("click", () => magnify(2));
  byId("tl-out").addEventListener("click", () => magnify(0.5));
  const again = (): void => {
    measure(get());
    paint(get());
    point();
  };
  compress.addEventListener("change", again);
  box.addEventListener("scroll", () => {
    const { left, right, top, bottom } = painted;
    const { height } = rows();
    const outside =
      (box.scrollLeft < left && left > 0) ||
      (box.scrollLeft + box.clientWidth > right && right < axis.width) ||
      (box.scrollTop < top * height && top > 0) ||
      (box.scrollTop + box.clientHeight > bottom * height && bottom < lanes.length);
    if (!outside) return;
    paint(get());
    point();
  });
  let width = 0;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    again();
  }).observe(box);

  // --- the run ----------------------------------------------------------------------------------------------------

  subscribe((state, before) => {
    if (!state.ready) return;
    const other = state.told !== before.told || state.startTime !== before.startTime;
    if (other) {
      lanes = lanesOf(state.told);
      waits = lanes.flatMap((lane) => lane.waits).sort((a, b) => a.from - b.from);
      if (state.situation !== before.situation || state.branch !== before.branch) zoom = 1;
    }
    // Where the store stands is where the timeline stands, unless the timeline itself is ahead of it.
    const moved = other || state.index !== before.index;
    if (moved && (other || state.index !== wanted)) {
      seen = state.ends[state.index] ?? 0;
      wanted = state.index;
    }
    const dropped = moved && drop(state);
    if (other || dropped || state.playing !== before.playing) {
      measure(state);
      paint(state);
      limits();
    } else if (state.selected !== before.selected) paint(state);
    if (!moved && state.selected === before.selected && state.playing === before.playing) return;
    point();
    if (timer === undefined) {
      if (moved) reveal();
      showWaits();
    }
  });
  onTick(() => {
    // Beyond the last fact, time itself makes the line longer.
    if (get().playing && now() > axis.until) {
      measure(get());
      paint(get());
    }
    point();
    for (const wait of waits) {
      const button = buttons.get(wait.key);
      if (button && isPending(wait, seen)) tellWait(button, wait);
    }
    if (opened !== null) showWaits();
  });

  /** A timer that was set and that the engine no longer has, although no fact says so, is not pending. */
  function drop(state: State): boolean {
    const told = state.ends[state.index] ?? 0;
    const open = waits.filter((wait) => wait.to === null && wait.from < told);
    if (open.length === 0) return false;
    const live = new Set(state.snapshot.timers.map(({ action, what, at }) => `${action} ${what} ${at}`));
    const dead = open.filter((wait) => !live.has(`${wait.action} ${wait.what} ${wait.due}`));
    for (const wait of dead) wait.to = wait.written ?? Math.max(wait.from, told - 1);
    return dead.length > 0;
  }
}

/** After how many commands so many facts had been told. */
function commandOf(ends: readonly number[], seen: number, floor: number): number {
  let low = floor;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < seen) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The fact that was seen last, in a line; what ended a stretch says how long it was, as pointing at it does. */
function sentence(state: State, seen: number, lanes: readonly Lane[]): string {
  const event = state.told[seen - 1];
  if (!event) return "The beginning.";
  const lane = lanes.find(({ action }) => action === event.action);
  const ended = lane ? segmentAt(lane, seen - 1) : null;
  const lasted =
    ended?.to === seen - 1
      ? `, after ${span(event.at - (state.told[ended.from]?.at ?? event.at))} in ${ended.phase}`
      : "";
  const wrong = wrongFacts(state);
  const mark = wrong && seen > wrong.from && seen <= wrong.to ? `Here it goes wrong: ${wrong.text} ` : "";
  return `${mark}${clock(event.at - state.startTime)} ${event.action ?? "clock"}: ${whatOf(event)}${lasted}. ${event.rule}: ${event.sentence}`;
}

/** The moment in which a real bug goes wrong, across all lanes. */
function wrongMark(state: State, axis: Axis, height: number): SVGElement[] {
  const wrong = wrongFacts(state);
  if (!wrong) return [];
  const x = placeOf(axis, wrong.from + 1);
  return [svg("line", { class: "tl-wrong", x1: x, x2: x, y1: 0, y2: height })];
}

/** How wide the flag with its words is. */
const FLAG = 122;

/** Its flag, above the lanes; on the side that has room for the words. */
function wrongFlag(state: State, axis: Axis): SVGElement[] {
  const wrong = wrongFacts(state);
  if (!wrong) return [];
  const x = placeOf(axis, wrong.from + 1);
  const left = x > axis.width - FLAG;
  const place = { x: left ? x - 9 : x + 9, y: 13, "text-anchor": left ? "end" : "start" };
  return [
    // Times that stand there make room for the words.
    svg("rect", { class: "tl-wrong-ground", x: left ? x - FLAG : x - 6, y: 0, width: FLAG + 6, height: 18 }),
    svg("path", { class: "tl-wrong-flag", d: `M${x - 5} 3h10l-5 9z` }),
    svg("text", { class: "tl-wrong-word", ...place }, "here it goes wrong"),
  ];
}

/** What a fact is, without its reason. */
export function whatOf(event: Event): string {
  const change = event.from && event.to && event.from !== event.to ? ` ${event.from} → ${event.to}` : "";
  const to = change === "" && event.to ? ` ${event.to}` : "";
  return `${words(event.type)}${change}${to}${event.attempt ? `, attempt ${event.attempt}` : ""}`;
}

function head(lane: Lane): HTMLElement {
  const label = h(
    "button",
    { type: "button", class: "tl-head", tabindex: -1 },
    h("span", { class: "tl-name" }, lane.action),
    badge("UNSPECIFIED"),
  );
  label.addEventListener("click", () => {
    if (get().actions.has(lane.action)) selectAction(lane.action);
  });
  return label;
}

/** The selected action's lane lies on ground of its own. */
function stripes(
  state: State,
  lanes: readonly Lane[],
  top: number,
  bottom: number,
  height: number,
  width: number,
): SVGElement[] {
  const row = lanes.findIndex((lane) => lane.action === state.selected);
  if (row < top || row >= bottom) return [];
  return [svg("rect", { class: "tl-chosen", x: 0, y: row * height, width, height })];
}

/** A shape as an element. */
export function element({ tag, name, phase, attributes, text }: Shape): SVGElement {
  const classes = name
    .split(" ")
    .map((part) => `tl-${part}`)
    .join(" ");
  return svg(tag, { class: classes, "data-phase": phase, ...attributes }, text);
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
