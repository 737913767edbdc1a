/*
 * How an edge runs from one phase to another: a path for SVG and the place of its count. Any pair of phases has a path,
 * also one that no rule admits, because a refused write is drawn too.
 */

import { type DrawnPhase, PHASES } from "../words/phases.ts";
import { bottom, ENDS as END_COLUMN, type Layout, left, right, top, WAY } from "./layout.ts";

export interface EdgePath {
  /** The line and its arrowhead; both are strokes, so one colour does for them. */
  d: string;
  /** The tip of the arrow. */
  end: { x: number; y: number };
  /** Where a count can stand without covering a box or a port. */
  label: { x: number; y: number };
}

const MAIN: readonly DrawnPhase[] = ["QUEUED", "WAITING_FOR_RESOURCES", "INITIALIZING", "RUNNING"];
const ENDS: readonly DrawnPhase[] = ["FAILED", "SUCCEEDED", "ABORTED", "TIMED_OUT"];

/** The edge between two phases; `from` is null where a row is created. */
export function edgePath(layout: Layout, from: DrawnPhase | null, to: DrawnPhase): EdgePath {
  const edge = { wide: wideEdge, middle: middleEdge, tall: tallEdge }[layout.shape];
  return edge(layout, from, to);
}

function wideEdge(layout: Layout, from: DrawnPhase | null, to: DrawnPhase): EdgePath {
  const target = layout.nodes[to];
  const entry = left(target) - 2;
  if (from === null) {
    const start = to === "QUEUED" ? left(target) - 12 : left(layout.ports[to]) - 7;
    return line(start, target.y, entry, target.y);
  }
  const source = layout.nodes[from];
  if (from === to) return loop(source.x, top(source));
  const fromMain = MAIN.indexOf(from);
  const toMain = MAIN.indexOf(to);
  if (fromMain >= 0 && toMain === fromMain + 1) return line(right(source), source.y, entry, target.y);
  if (fromMain >= 0 && toMain > fromMain) {
    const rise = top(source) - 24 - 16 * (toMain - fromMain);
    return curve(source.x + 14, top(source), source.x + 30, rise, target.x - 30, rise, target.x - 14, top(target) - 2);
  }
  const ended = ENDS.includes(from);
  if (to === "QUEUED" && ended) return lane(layout, from);
  if (toMain >= 0 && (ended || from === "PAUSED" || from === "RECOVERED")) return back(layout, from, to);
  if (toMain >= 0) {
    // Backwards along the row: below it, so that it is not taken for the way forward.
    const dip = bottom(source) + 46;
    return curve(
      source.x - 20,
      bottom(source),
      source.x - 40,
      dip,
      target.x + 30,
      dip,
      target.x + 20,
      bottom(target) + 2,
    );
  }
  if (to === "PAUSED" || to === "RECOVERED") {
    const begin = left(layout.ports[to]) - 12;
    if (ended) {
      // Down the gap between the row and the ports of the ends.
      const y = exit(layout, from);
      const gap = (right(layout.nodes.RUNNING) + left(layout.ports[from])) / 2;
      return curve(left(source), y, gap - 20, y, gap - 20, target.y, right(target) + 2, target.y);
    }
    if (source.x < target.x)
      return curve(source.x + 36, bottom(source), source.x + 36, target.y, begin - 140, target.y, entry, target.y);
    if (to === "RECOVERED" && (from === "WAITING_FOR_RESOURCES" || from === "INITIALIZING"))
      return rail(source.x - 20, bottom(source), between(layout), target.x + 24, top(target) - 2);
    return curve(source.x, bottom(source), source.x, target.y, target.x + 120, target.y, right(target) + 2, target.y);
  }
  if (ended) {
    const bulge = right(layout.nodes.FAILED) + 26;
    return curve(right(source), source.y, bulge, source.y, bulge, target.y, right(target) + 2, target.y);
  }
  // Into an end: from the side if it is near, else over or under the row of phases.
  const port = left(layout.ports[to]);
  if (from === "RUNNING" || from === "PAUSED" || from === "RECOVERED") {
    // From the lowest row, below whatever stands above it.
    const x = from === "RECOVERED" ? right(layout.nodes.RUNNING) - 60 : right(source);
    const bend = Math.max(x + 40, port - 60);
    const path = `M${n(right(source))} ${n(source.y)} H${n(x)} C${n(bend)} ${n(source.y)} ${n(port - 34)} ${n(target.y)} ${n(port)} ${n(target.y)} L${n(entry)} ${n(target.y)}`;
    return finish(path, entry, target.y, 1, 0, { x: port - 16, y: target.y - 9 });
  }
  const over = target.y <= source.y;
  const edge = over ? top(source) : bottom(source);
  // Between the rows of boxes, where nothing is crossed.
  const level = over ? Math.min(target.y, edge - 40) : edge + 28;
  const x = source.x + 24;
  const path = `M${n(x)} ${n(edge)} C${n(x)} ${n(level)} ${n(x + 60)} ${n(level)} ${n(x + 120)} ${n(level)} L${n(port - 90)} ${n(level)} C${n(port - 40)} ${n(level)} ${n(port - 30)} ${n(target.y)} ${n(port)} ${n(target.y)} L${n(entry)} ${n(target.y)}`;
  return finish(path, entry, target.y, 1, 0, { x: port - 16, y: target.y - 9 });
}

/** Between the row of phases and the one below it, where a line crosses no box. */
const between = ({ nodes }: Layout): number => (bottom(nodes.QUEUED) + top(nodes.PAUSED)) / 2;

/** Where a line leaves the left side of an end: past its port, on the side that faces the way. */
const exit = ({ nodes }: Layout, from: DrawnPhase): number => {
  const { y } = nodes[from];
  return y <= nodes.SUCCEEDED.y ? y + 28 : y - 28;
};

/** Back into the row of phases from elsewhere, which only a refused or a late write asks for. */
function back(layout: Layout, from: DrawnPhase, to: DrawnPhase): EdgePath {
  const [source, target] = [layout.nodes[from], layout.nodes[to]];
  const level = between(layout);
  const arrive = bottom(target) + 2;
  if (from === "RECOVERED") {
    if (source.x === target.x) return line(source.x + 20, top(source), target.x + 20, arrive);
    return rail(source.x + 20, top(source), level, target.x + (target.x < source.x ? 20 : -20), arrive);
  }
  if (from === "PAUSED") {
    if (source.x === target.x) return line(source.x - 20, top(source), target.x - 20, arrive);
    return rail(source.x + (target.x < source.x ? -30 : 30), top(source), level, target.x + 20, arrive);
  }
  const y = exit(layout, from);
  const start = left(source);
  if (from === "FAILED") {
    // It stands above the row, and comes down from there.
    const x = target.x + 34;
    const path = `M${n(start)} ${n(y)} H${n(x + 40)} C${n(x + 12)} ${n(y)} ${n(x)} ${n(y + 8)} ${n(x)} ${n(top(target) - 2)}`;
    return finish(path, x, top(target) - 2, 0, 1, { x: left(layout.ports.FAILED) - 24, y: y - 8 });
  }
  const x = target.x + 34;
  const gap = right(layout.nodes.RUNNING) + 20;
  const path =
    `M${n(start)} ${n(y)} H${n(left(layout.ports[from]))} C${n(gap + 40)} ${n(y)} ${n(gap + 50)} ${n(level)} ${n(gap)} ${n(level)}` +
    ` H${n(x + 10)} Q${n(x)} ${n(level)} ${n(x)} ${n(level - 10)} V${n(arrive)}`;
  return finish(path, x, arrive, 0, -1, { x: gap, y: level + 16 });
}

/** Upright to a level, along it, and upright again. */
function rail(x1: number, y1: number, level: number, x2: number, y2: number): EdgePath {
  const turn = x2 > x1 ? 8 : -8;
  const [leave, arrive] = [level > y1 ? level - 8 : level + 8, y2 > level ? level + 8 : level - 8];
  const d =
    `M${n(x1)} ${n(y1)} V${n(leave)} Q${n(x1)} ${n(level)} ${n(x1 + turn)} ${n(level)}` +
    ` H${n(x2 - turn)} Q${n(x2)} ${n(level)} ${n(x2)} ${n(arrive)} V${n(y2)}`;
  return finish(d, x2, y2, 0, y2 > level ? 1 : -1, { x: (x1 + x2) / 2, y: level - 8 });
}

/** The way back for a retry, round the outside: FAILED above, the others below. */
function lane(layout: Layout, from: DrawnPhase): EdgePath {
  const source = layout.nodes[from];
  const target = layout.nodes.QUEUED;
  const above = from === "FAILED";
  const level = above ? 16 : layout.height - 14;
  const arrive = above ? top(target) - 2 : bottom(target) + 2;
  const turn = above ? 12 : -12;
  // The first and the last of the column have nothing in their way; the others go round it.
  const beside = above || from === "TIMED_OUT" ? source.x : right(source) + 14;
  const leave =
    beside === source.x
      ? `M${n(source.x)} ${n(above ? top(source) : bottom(source))}`
      : `M${n(right(source))} ${n(source.y)} H${n(beside - 8)} Q${n(beside)} ${n(source.y)} ${n(beside)} ${n(source.y + 8)}`;
  const d =
    `${leave} V${n(level + turn)} Q${n(beside)} ${n(level)} ${n(beside - 12)} ${n(level)}` +
    ` H${n(target.x + 12)} Q${n(target.x)} ${n(level)} ${n(target.x)} ${n(level + turn)} V${n(arrive)}`;
  return finish(d, target.x, arrive, 0, above ? 1 : -1, { x: (source.x + target.x) / 2, y: level + (above ? 14 : -8) });
}

/** Between the columns, or round them. */
function middleEdge(layout: Layout, from: DrawnPhase | null, to: DrawnPhase): EdgePath {
  const target = layout.nodes[to];
  const ending = END_COLUMN.includes(to);
  if (from === null) {
    const start = ending ? left(layout.ports[to]) - 20 : left(target) - 24;
    return line(start, target.y, left(target) - 2, target.y);
  }
  const source = layout.nodes[from];
  if (from === to)
    return END_COLUMN.includes(to) ? sideLoop(right(source), source.y, 1) : sideLoop(left(source), source.y, -1);
  const ended = END_COLUMN.includes(from);
  const gutter = (right(layout.ports.QUEUED) + left(layout.ports.FAILED)) / 2;
  if (!ended && !ending) {
    const rows = WAY.indexOf(to) - WAY.indexOf(from);
    if (rows === 1 && to !== "PAUSED") {
      const tip = top(target) - 2;
      return finish(`M${n(source.x)} ${n(bottom(source))} V${n(tip)}`, source.x, tip, 0, 1, {
        x: source.x + 14,
        y: (source.y + target.y) / 2 + 4,
      });
    }
    return arc(left(target), source.y, target.y, 8 + 5 * Math.abs(rows), rows < 0);
  }
  if (!ended) {
    // Out by the gap below the box, under the label, and across.
    const level = bottom(source) + 8;
    const x = right(source) - 22;
    const d =
      `M${n(x)} ${n(bottom(source))} V${n(level - 6)} Q${n(x)} ${n(level)} ${n(x + 6)} ${n(level)} H${n(gutter - 30)}` +
      ` C${n(gutter)} ${n(level)} ${n(gutter)} ${n(target.y)} ${n(gutter + 30)} ${n(target.y)} L${n(left(target) - 2)} ${n(target.y)}`;
    return finish(d, left(target) - 2, target.y, 1, 0, { x: gutter + 22, y: target.y - 8 });
  }
  const outside = right(source) + 10 + 8 * END_COLUMN.indexOf(from);
  if (ending) {
    const d = `M${n(right(source))} ${n(source.y + 8)} C${n(outside + 24)} ${n(source.y + 8)} ${n(outside + 24)} ${n(target.y - 8)} ${n(right(target) + 2)} ${n(target.y - 8)}`;
    return finish(d, right(target) + 2, target.y - 8, -1, 0, { x: outside + 8, y: (source.y + target.y) / 2 });
  }
  if (to === "QUEUED") {
    // A retry: round the outside and over the top.
    const level = 10;
    const d =
      `M${n(right(source))} ${n(source.y)} H${n(outside - 10)} Q${n(outside)} ${n(source.y)} ${n(outside)} ${n(source.y - 10)}` +
      ` V${n(level + 6)} Q${n(outside)} ${n(level)} ${n(outside - 6)} ${n(level)} H${n(target.x + 6)}` +
      ` Q${n(target.x)} ${n(level)} ${n(target.x)} ${n(level + 6)} V${n(top(target) - 2)}`;
    return finish(d, target.x, top(target) - 2, 0, 1, { x: (source.x + target.x) / 2, y: level + 14 });
  }
  // Back from an end, which only a refused or a late write asks for: by the gaps above both boxes.
  const leave = top(source) - 8;
  const arrive = top(target) - 10;
  const [x1, x2] = [left(source) + 14, right(target) - 14];
  const d =
    `M${n(x1)} ${n(top(source))} V${n(leave)} H${n(gutter + 30)} C${n(gutter)} ${n(leave)} ${n(gutter)} ${n(arrive)} ${n(gutter - 30)} ${n(arrive)}` +
    ` H${n(x2)} V${n(top(target) - 2)}`;
  return finish(d, x2, top(target) - 2, 0, 1, { x: gutter, y: (leave + arrive) / 2 });
}

/** Round the left of a column, from one row to another. Ways back lie a little apart from the ways forward. */
function arc(x: number, from: number, to: number, reach: number, back: boolean): EdgePath {
  const y1 = from + (back ? -8 : 8);
  const y2 = to + (back ? 8 : -8);
  const bend = x - reach - (back ? 4 : 0);
  const turn = back ? -8 : 8;
  const d =
    `M${n(x)} ${n(y1)} H${n(bend + 8)} Q${n(bend)} ${n(y1)} ${n(bend)} ${n(y1 + turn)} V${n(y2 - turn)}` +
    ` Q${n(bend)} ${n(y2)} ${n(bend + 8)} ${n(y2)} H${n(x - 2)}`;
  return finish(d, x - 2, y2, 1, 0, { x: Math.max(12, bend - 1), y: (y1 + y2) / 2 });
}

function tallEdge(layout: Layout, from: DrawnPhase | null, to: DrawnPhase): EdgePath {
  const target = layout.nodes[to];
  const x = left(target);
  if (from === null) return line(x - 22, target.y, x - 2, target.y);
  const source = layout.nodes[from];
  const rows = PHASES.indexOf(to) - PHASES.indexOf(from);
  if (rows === 0) return sideLoop(x, source.y, -1);
  const next = rows === 1 && to !== "PAUSED" && !ENDS.includes(from) && to !== "FAILED";
  if (next) {
    const tip = top(target) - 2;
    return finish(`M${n(source.x)} ${n(bottom(source))} V${n(tip)}`, source.x, tip, 0, 1, {
      x: source.x + 14,
      y: (source.y + target.y) / 2 + 4,
    });
  }
  // Ways back swing out further.
  return arc(x, source.y, target.y, 14 + 5.4 * Math.abs(rows), rows < 0);
}

function line(x1: number, y1: number, x2: number, y2: number): EdgePath {
  return finish(`M${n(x1)} ${n(y1)} L${n(x2)} ${n(y2)}`, x2, y2, 1, 0, { x: x1 + 12, y: y1 - 24 });
}

function curve(
  x1: number,
  y1: number,
  c1: number,
  d1: number,
  c2: number,
  d2: number,
  x2: number,
  y2: number,
): EdgePath {
  const middle = (a: number, b: number, c: number, d: number): number => (a + 3 * b + 3 * c + d) / 8;
  const path = `M${n(x1)} ${n(y1)} C${n(c1)} ${n(d1)} ${n(c2)} ${n(d2)} ${n(x2)} ${n(y2)}`;
  return finish(path, x2, y2, x2 - c2, y2 - d2, { x: middle(x1, c1, c2, x2), y: middle(y1, d1, d2, y2) - 8 });
}

/** The same phase told again. */
const loop = (x: number, y: number): EdgePath =>
  finish(
    `M${n(x - 14)} ${n(y)} C${n(x - 22)} ${n(y - 30)} ${n(x + 22)} ${n(y - 30)} ${n(x + 14)} ${n(y - 2)}`,
    x + 14,
    y - 2,
    -0.3,
    1,
    {
      x,
      y: Math.max(10, y - 28),
    },
  );

/** The same, where rows are so close that there is no room above a box. */
const sideLoop = (x: number, y: number, side: 1 | -1): EdgePath =>
  finish(
    `M${n(x)} ${n(y - 10)} C${n(x + 26 * side)} ${n(y - 14)} ${n(x + 26 * side)} ${n(y + 14)} ${n(x + 2 * side)} ${n(y + 8)}`,
    x + 2 * side,
    y + 8,
    -side,
    -0.2,
    { x: x + 12 * side, y: y + 4 },
  );

/** Adds the arrowhead to a line that arrives at a point in a direction. */
function finish(line: string, x: number, y: number, dx: number, dy: number, label: EdgePath["label"]): EdgePath {
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const wing = (side: number): string => `${n(x - 7 * ux - 4 * side * uy)} ${n(y - 7 * uy + 4 * side * ux)}`;
  return { d: `${line} M${wing(1)} L${n(x)} ${n(y)} L${wing(-1)}`, end: { x, y }, label };
}

/** One decimal is finer than a pixel, and keeps the text short. */
const n = (value: number): string => String(Math.round(value * 10) / 10);
