/*
 * The run on a line: which phase each action was in and from when to when, what was refused on the way, and which timers
 * and back-offs were waited for. Pure folds and numbers, so that it can be tested, and exported, without a browser.
 *
 * Places along the line are facts, not moments: several commands may happen at the same virtual millisecond, and the
 * order in which they did is just what one wants to see.
 */

import type { ActionId, ActionPhase, ActionSnapshot, Event, SimulationConfig, TimerSnapshot } from "flyte-lifecycle";
import { clock, span } from "../words/format.ts";
import { waitWord } from "../words/timers.ts";

/** How a stretch is drawn: somebody waits, the plugin prepares, the task runs, or it is over. */
export type Kind = "wait" | "prepare" | "run" | "end";

/** One phase of one attempt. `from` and `to` are numbers of facts; `to` is null if it lasts to this day. */
export interface Segment {
  phase: ActionPhase;
  attempt: number;
  kind: Kind;
  from: number;
  to: number | null;
}

/** A moment that deserves a sign of its own. */
export interface Mark {
  at: number;
  kind: "refused" | "signal" | "abort";
}

/** A timer, from when it was set to when it fired, was no longer needed, or is due. */
export interface Wait {
  /** Stays the same while facts are only added. */
  key: string;
  action: ActionId;
  /** The engine's name for the timer; one that is not known here is drawn and told all the same. */
  what: TimerSnapshot["what"] | (string & {});
  from: number;
  /** Virtual time at which it was set and at which it is due. */
  setAt: number;
  due: number;
  /** The fact that ended it; null while it is pending. */
  to: number | null;
  /** The first status that was written after it: where a wait ended that no fact tells the end of. */
  written: number | null;
  fired: boolean;
  /** Which attempt waits: of the task, or of the abort call. */
  attempt: number;
}

export interface Lane {
  action: ActionId;
  segments: Segment[];
  marks: Mark[];
  waits: Wait[];
}

const KINDS: Partial<Record<ActionPhase, Kind>> = {
  QUEUED: "wait",
  WAITING_FOR_RESOURCES: "wait",
  PAUSED: "wait",
  INITIALIZING: "prepare",
  RUNNING: "run",
};

export const kindOf = (phase: ActionPhase): Kind => KINDS[phase] ?? "end";

const ROW_TYPES = new Set(["RowCreated", "PhaseRecorded", "RowRewritten"]);

/** The lanes, in the order in which the actions appear. */
export function lanesOf(events: readonly Event[]): Lane[] {
  const lanes = new Map<ActionId, Growing>();
  for (const [at, event] of events.entries()) {
    if (event.action === null) continue;
    let growing = lanes.get(event.action);
    if (!growing) {
      growing = { lane: { action: event.action, segments: [], marks: [], waits: [] }, open: new Set() };
      lanes.set(event.action, growing);
    }
    follow(growing, event, at, events);
  }
  return [...lanes.values()].map(({ lane }) => lane);
}

/** A lane with those of its waits that nothing has ended yet: of ten thousand, a few. */
interface Growing {
  lane: Lane;
  open: Set<Wait>;
}

function follow({ lane, open }: Growing, event: Event, at: number, events: readonly Event[]): void {
  if (ROW_TYPES.has(event.type) && event.to) {
    const last = lane.segments.at(-1);
    const attempt = event.attempt ?? last?.attempt ?? 1;
    if (last?.phase !== event.to || last.attempt !== attempt) {
      if (last) last.to = at;
      lane.segments.push({ phase: event.to, attempt, kind: kindOf(event.to), from: at, to: null });
      // An attempt that has left its phase no longer needs its bound, nor a condition its deadline.
      if (last) end(open, at, false, (wait) => servedBy(wait, event));
    }
    return;
  }
  switch (event.type) {
    case "StatusWritten":
      for (const wait of open) wait.written ??= at;
      return;
    case "UpdateRefused":
      lane.marks.push({ at, kind: "refused" });
      return;
    case "SignalStored":
      lane.marks.push({ at, kind: "signal" });
      return;
    case "AbortRequested":
      lane.marks.push({ at, kind: "abort" });
      return;
    case "AbortSucceeded":
    case "AbortGivenUp":
      end(open, at, false, ({ what }) => what === "abortRetry");
      return;
    case "ResourceDeleted":
      end(open, at, false, ({ what }) => what !== "abortRetry");
      return;
    case "TimerFired":
      end(open, at, true, ({ what }) => what === event.timer);
      return;
    // After looks that changed nothing the timer is set to the next one.
    case "LookedInVain":
    case "TimerSet": {
      const { timer: what, due } = event;
      end(open, at, event.type === "LookedInVain", (wait) => wait.what === what);
      if (what === undefined || due === undefined) return;
      // The attempt that has failed is told right before the timer of the next one is set.
      const attempt =
        what === "abortRetry" ? (events[at - 1]?.abortAttempt ?? 0) : (lane.segments.at(-1)?.attempt ?? 1);
      const key = `${lane.action} ${at}`;
      const wait: Wait = {
        key,
        action: lane.action,
        what,
        from: at,
        setAt: event.at,
        due,
        to: null,
        written: null,
        fired: false,
        attempt,
      };
      lane.waits.push(wait);
      open.add(wait);
      return;
    }
  }
}

/** Whether a change of the row makes a timer needless: the attempt is over, or the pause. */
const servedBy = (wait: Wait, event: Event): boolean =>
  wait.what === "attemptTimeout"
    ? (event.attempt ?? wait.attempt) !== wait.attempt || kindOf(event.to ?? "UNSPECIFIED") === "end"
    : wait.what === "conditionDeadline" && event.from === "PAUSED";

function end(open: Set<Wait>, at: number, fired: boolean, isOver: (wait: Wait) => boolean): void {
  for (const wait of open) {
    if (!isOver(wait)) continue;
    wait.to = at;
    wait.fired = fired;
    open.delete(wait);
  }
}

/** The segment that an action is in after so many facts. */
export function segmentAt(lane: Lane, seen: number): Segment | null {
  let low = 0;
  let high = lane.segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane.segments[middle]?.from ?? 0) < seen) low = middle + 1;
    else high = middle;
  }
  return lane.segments[low - 1] ?? null;
}

// --- the axis -----------------------------------------------------------------------------------------------------

/** Time in which nothing happens, drawn shorter than it was. */
export interface Gap {
  from: number;
  to: number;
  ms: number;
}

export interface Axis {
  width: number;
  /** Where each fact stands, never to the left of the one before. */
  xs: Float64Array;
  /** The beginning of the run, and where time stands, or will when the last timer is due. */
  begin: number;
  until: number;
  gaps: Gap[];
  /** Where a moment lies; those at which several things happened begin at the first. */
  at: (moment: number) => number;
}

export interface AxisOptions {
  width: number;
  /** Draws idle time shorter, and spreads what happens at one moment so that its order shows. */
  compress: boolean;
  start: number;
  /** Moments after the last fact that should be on the line: now, and when timers are due. */
  later?: readonly number[];
  /** How many times as wide as usual what happens at one moment may be. */
  zoom?: number;
  /** How many facts there were after each command; what one command led to stands close together. */
  ends?: readonly number[];
}

/** A pause so many times as long as the usual one is idle, and is drawn as if it were only so many times as long. */
const IDLE = 12;
const IDLE_DRAWN = 6;
/** Of all the time in which something happens, an idle pause takes the place of this part at the most. */
const IDLE_PART = 0.5;
/** Pixels that a command at the same moment as the one before is moved on, at the most; so is each of its facts. */
const STEP = 14;
const FACT = 2.5;
/** Room at the end for the phases that have only just begun. */
const TAIL = 28;

export function axisOf(events: readonly Event[], options: AxisOptions): Axis {
  const { width, compress, start, later = [], ends = [], zoom = 1 } = options;
  const last = events.at(-1)?.at ?? start;
  const stops = [...new Set(later)].filter((moment) => moment > last).sort((a, b) => a - b);
  const times = [...events.map((event) => event.at), ...stops];
  const pauses: number[] = [];
  const weights = new Float64Array(times.length);
  const firsts = new Set(ends);
  let before = start;
  let weight = 0;
  for (const [at, time] of times.entries()) {
    const ms = time - before;
    before = Math.max(before, time);
    if (ms > 0) pauses.push(ms);
    else {
      weights[at] = at > 0 && firsts.has(at) ? STEP : FACT;
      weight += weights[at] ?? 0;
    }
  }
  const usual = compress ? usualPause(pauses) : Number.POSITIVE_INFINITY;
  const isIdle = (ms: number): boolean => ms > usual * IDLE;
  const busy = pauses.reduce((sum, ms) => sum + (isIdle(ms) ? 0 : ms), 0);
  const drawn = (ms: number): number => (isIdle(ms) ? Math.min(usual * IDLE_DRAWN, busy * IDLE_PART) : ms);
  const time = pauses.reduce((sum, ms) => sum + drawn(ms), 0);
  // What happens at one moment takes at most half the line, and none of it if time is to be drawn as it was.
  const room = Math.max(1, width - TAIL);
  const spread = time === 0 ? Math.min(room, weight * 2 * zoom) : compress ? Math.min(room * 0.5, weight * zoom) : 0;
  const perWeight = weight === 0 ? 0 : spread / weight;
  const perMs = time === 0 ? 0 : (room - spread) / time;
  const xs = new Float64Array(events.length);
  const all = new Float64Array(times.length);
  const gaps: Gap[] = [];
  let x = 0;
  before = start;
  for (const [at, moment] of times.entries()) {
    const ms = moment - before;
    before = Math.max(before, moment);
    const step = ms > 0 ? drawn(ms) * perMs : (weights[at] ?? 0) * perWeight;
    if (isIdle(ms)) gaps.push({ from: x, to: x + step, ms });
    x += step;
    all[at] = x;
    if (at < events.length) xs[at] = x;
  }
  const at = (moment: number): number => {
    // The first stop that is not before the moment.
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) < moment) low = middle + 1;
      else high = middle;
    }
    if (low === times.length) return x;
    const [t1, x1] = [times[low] ?? start, all[low] ?? 0];
    const [t0, x0] = low === 0 ? [start, 0] : [times[low - 1] ?? start, all[low - 1] ?? 0];
    return t1 <= t0 ? x1 : x0 + ((x1 - x0) * (moment - t0)) / (t1 - t0);
  };
  return { width: x + TAIL, xs, begin: start, until: stops.at(-1) ?? last, gaps, at };
}

/** The shorter half of the pauses ends with it. With one pause there is nothing to compare it with. */
function usualPause(pauses: readonly number[]): number {
  if (pauses.length < 2) return Number.POSITIVE_INFINITY;
  const sorted = [...pauses].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.POSITIVE_INFINITY;
}

/** Where the line stands after so many facts. */
export const placeOf = (axis: Axis, seen: number): number => (seen <= 0 ? 0 : (axis.xs[seen - 1] ?? axis.width));

/** How many facts have been seen at a place: the nearest. */
export function seenAt(axis: Axis, x: number): number {
  const { xs } = axis;
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  // Of the facts on both sides, the nearer one; the beginning counts as a place too.
  const right = xs[low];
  if (right !== undefined && right - x < x - placeOf(axis, low)) return low + 1;
  return low;
}

export interface Tick {
  x: number;
  text: string;
}

/** Times at which something happened, as many as there is room for; a compressed gap has its length instead. */
export function ticksOf(events: readonly Event[], axis: Axis, from = 0, to = axis.width, room = 66): Tick[] {
  const ticks: Tick[] = [];
  let free = Number.NEGATIVE_INFINITY;
  const blocked = axis.gaps.filter((gap) => gap.to - gap.from >= room * 0.6);
  const add = (x: number, moment: number): void => {
    if (x < from - room || x > to + room || x < free) return;
    if (blocked.some((gap) => x > gap.from - room * 0.5 && x < gap.to)) return;
    const text = short(moment - axis.begin);
    if (ticks.at(-1)?.text === text) return;
    ticks.push({ x, text });
    free = x + room;
  };
  add(0, axis.begin);
  let before = axis.begin;
  for (const [at, event] of events.entries()) {
    if (event.at === before) continue;
    before = event.at;
    add(axis.xs[at] ?? 0, event.at);
  }
  add(axis.width - TAIL, axis.until);
  return ticks;
}

/** `42 s`, `1:47`, `2:03:10`: what fits under a tick. */
export function short(ms: number): string {
  if (ms < 60_000) return span(ms);
  const whole = clock(ms).slice(0, 8);
  return whole.replace(/^(00:)?0?/, "");
}

// --- what is drawn ------------------------------------------------------------------------------------------------

export interface Bar {
  row: number;
  x: number;
  width: number;
  kind: Kind;
  phase: ActionPhase;
  attempt: number;
  /** The word that fits, the attempt before it where one begins. */
  label: string;
}

export interface Sign {
  row: number;
  x: number;
  kind: Mark["kind"];
  at: number;
}

export interface Rail {
  row: number;
  x: number;
  width: number;
  wait: Wait;
}

export interface Drawing {
  bars: Bar[];
  signs: Sign[];
  rails: Rail[];
}

/** Which part is drawn: rows and pixels. */
export interface Frame {
  from: number;
  to: number;
  top: number;
  bottom: number;
}

/** Pixels that a letter of a bar's label takes. */
const LETTER = 6.4;
/** Bars that are narrower than this share their place: the eye could not tell them apart. */
const FINEST = 0.8;
/** Pixels that the sign of an end is wide. */
export const CAP = 3;

/**
 * The shapes of a part of the timeline. However many facts there are, it holds no more shapes than there is room for.
 */
export function draw(lanes: readonly Lane[], axis: Axis, frame: Frame): Drawing {
  const drawing: Drawing = { bars: [], signs: [], rails: [] };
  for (let row = Math.max(0, frame.top); row < Math.min(lanes.length, frame.bottom); row += 1) {
    const lane = lanes[row];
    if (!lane) continue;
    const attempts = (lane.segments.at(-1)?.attempt ?? 1) > 1;
    let drawn = Number.NEGATIVE_INFINITY;
    let ended = Number.NEGATIVE_INFINITY;
    let told = 0;
    for (const segment of lane.segments) {
      const x = axis.xs[segment.from] ?? 0;
      const end = segment.to === null ? axis.width : (axis.xs[segment.to] ?? axis.width);
      if (x > frame.to) break;
      const first = segment.attempt !== told;
      told = segment.attempt;
      if (end < frame.from) continue;
      // An end is a sign as well as a stretch: a failure that was retried at once has no length, and is to be seen.
      if (segment.kind === "end" ? x - ended < CAP : end - drawn < FINEST) continue;
      if (segment.kind === "end") ended = x;
      const width = end - x;
      const label = labelOf(segment, width, attempts && first);
      drawing.bars.push({ row, x, width, kind: segment.kind, phase: segment.phase, attempt: segment.attempt, label });
      drawn = end;
    }
    drawSigns(drawing, lane, axis, frame, row);
  }
  return drawing;
}

function drawSigns(drawing: Drawing, lane: Lane, axis: Axis, frame: Frame, row: number): void {
  let free = Number.NEGATIVE_INFINITY;
  for (const mark of lane.marks) {
    const x = axis.xs[mark.at] ?? 0;
    if (x < frame.from || x > frame.to || x < free) continue;
    drawing.signs.push({ row, x, kind: mark.kind, at: mark.at });
    free = x + 3;
  }
  free = Number.NEGATIVE_INFINITY;
  for (const wait of lane.waits) {
    const x = axis.xs[wait.from] ?? 0;
    const end = wait.to === null ? axis.at(wait.due) : (axis.xs[wait.to] ?? axis.width);
    if (end < frame.from || x > frame.to || end - free < FINEST) continue;
    drawing.rails.push({ row, x, width: end - x, wait });
    free = end;
  }
}

function labelOf({ phase, attempt, kind }: Segment, width: number, numbered: boolean): string {
  const number = numbered ? `${attempt}` : "";
  const full = numbered ? `${number} ${phase}` : phase;
  if (kind === "end") return "";
  if (full.length * LETTER + 10 <= width) return full;
  return number !== "" && number.length * LETTER + 6 <= width ? number : "";
}

/** What a pointer at a place points at. */
export function hit(
  lanes: readonly Lane[],
  axis: Axis,
  row: number,
  x: number,
): { lane: Lane; segment: Segment | null; wait: Wait | null } | null {
  const lane = lanes[row];
  if (!lane) return null;
  const end = (to: number | null): number => (to === null ? axis.width : (axis.xs[to] ?? axis.width));
  const covers = (from: number, to: number): boolean => (axis.xs[from] ?? 0) <= x && x <= to;
  const segments = lane.segments.filter((each) => covers(each.from, end(each.to)));
  const waits = lane.waits.filter((each) => covers(each.from, each.to === null ? axis.at(each.due) : end(each.to)));
  const [segment, wait] = [segments.at(-1) ?? null, waits.at(-1) ?? null];
  return { lane, segment, wait };
}

// --- in words -----------------------------------------------------------------------------------------------------

/** A wait in a few words, for its button. */
export const waitTitle = (wait: Wait): string =>
  `${waitWord(wait.what)}, ${wait.action}${wait.what === "conditionDeadline" ? "" : `, attempt ${wait.attempt}`}`;

/** The digits of a number as exponent. */
const raised = (value: number): string => [...String(value)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "").join("");

/**
 * How long a wait is, and why: `1 s · 2⁵ = 32 s, drawn 11.4 s, attempt 6 of 10`. The draw is the time from setting the
 * timer to its being due, which is what the engine drew.
 */
export function arithmetic(
  wait: Wait,
  abort: Required<NonNullable<SimulationConfig["abort"]>>,
  start: number,
  attempts?: number,
): string {
  const length = wait.due - wait.setAt;
  if (wait.what === "attemptTimeout") {
    const of = attempts === undefined ? "" : ` of ${attempts}`;
    return `RUNNING since ${clock(wait.setAt - start)} + ${span(length)} = ${clock(wait.due - start)}, attempt ${wait.attempt}${of}`;
  }
  if (wait.what === "conditionDeadline") {
    return `since ${clock(wait.setAt - start)} + ${span(length)} to be signalled = ${clock(wait.due - start)}`;
  }
  if (wait.what !== "abortRetry") {
    return `since ${clock(wait.setAt - start)} + ${span(length)} = ${clock(wait.due - start)}`;
  }
  const power = Math.max(0, wait.attempt - 1);
  const product = abort.initialDelayMs * 2 ** power;
  const capped = product > abort.maxDelayMs ? `, at most ${span(abort.maxDelayMs)}` : "";
  return `${span(abort.initialDelayMs)} · 2${raised(power)} = ${span(product)}${capped}, drawn ${span(length)}, attempt ${wait.attempt} of ${abort.maxAttempts}`;
}

/** Whether a wait is still pending when so many facts have been seen. */
export const isPending = (wait: Wait, seen: number): boolean => wait.to === null || wait.to >= seen;

/** How a wait ended, or how long it still lasts, when so many facts have been seen. */
export function outcome(wait: Wait, now: number, seen: number): string {
  if (!isPending(wait, seen)) return wait.fired ? "over" : "no longer needed";
  const left = span(Math.max(0, wait.due - now));
  return wait.what === "abortRetry" ? `next retry in ${left}` : `${left} left`;
}

/** A stretch in a sentence. */
export function segmentWords(
  lane: Lane,
  segment: Segment,
  events: readonly Event[],
  now: number,
  action?: ActionSnapshot,
): string {
  const from = events[segment.from]?.at ?? now;
  const to = segment.to === null ? null : (events[segment.to]?.at ?? now);
  const length = span((to ?? Math.max(now, from)) - from);
  const of = action ? ` of ${action.maxAttempts}` : "";
  const lasting = segment.kind === "end" ? "" : to === null ? `, for ${length} so far` : `, for ${length}`;
  return `${lane.action} ${segment.phase}, attempt ${segment.attempt}${of}${lasting}`;
}
