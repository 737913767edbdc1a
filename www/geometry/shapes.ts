/*
 * The timeline as plain shapes: the page draws them as elements, styled by its sheet, and the export writes them as
 * text, so that both show the same.
 */

import type { ActionPhase } from "flyte-lifecycle";
import { span } from "../words/format.ts";
import { iconOf } from "../words/phases.ts";
import { type Axis, CAP, type Drawing } from "./timeline.ts";

export interface Shape {
  tag: "rect" | "line" | "path" | "text" | "use" | "circle";
  /** What it is; the style follows from it. */
  name: string;
  phase?: ActionPhase;
  attributes: Record<string, string | number>;
  text?: string;
}

/** How high a row is, and where in it things lie. */
export interface Rows {
  height: number;
  bar: number;
  barHeight: number;
  rail: number;
}

/** The name of the action stands beside its lane, or above it where there is no room beside. */
export const WIDE_ROWS: Rows = { height: 28, bar: 4, barHeight: 15, rail: 23 };
export const TALL_ROWS: Rows = { height: 46, bar: 21, barHeight: 15, rail: 40 };

/** Gaps narrower than this have no room for their label. */
const GAP_LABEL = 36;

export function shapesOf({ bars, signs, rails }: Drawing, rows: Rows): Shape[] {
  const shapes: Shape[] = [];
  for (const { row, x, width, kind, phase, label } of bars) {
    const y = row * rows.height + rows.bar;
    if (kind === "end") {
      const middle = y + rows.barHeight / 2;
      if (width > CAP + 1)
        shapes.push({
          tag: "line",
          name: "tail",
          phase,
          attributes: { x1: r(x), y1: middle, x2: r(x + width), y2: middle },
        });
      shapes.push({
        tag: "rect",
        name: "cap",
        phase,
        attributes: { x: r(x), y: y - 1, width: CAP, height: rows.barHeight + 2 },
      });
      if (width >= 20) shapes.push(...endOf(phase, x, y, width, rows));
      continue;
    }
    const attributes = { x: r(x), y, width: r(Math.max(width, 0.8)), height: rows.barHeight };
    // An outline on a bar of two pixels would be all that one sees of it.
    shapes.push({ tag: "rect", name: width < 3 ? `${kind} thin` : kind, phase, attributes });
    if (label) {
      const place = { x: r(x + 5), y: y + rows.barHeight - 4 };
      shapes.push({ tag: "text", name: `label ${kind}`, phase, attributes: place, text: label });
    }
  }
  for (const { row, x, width, wait } of rails) {
    const y = row * rows.height + rows.rail;
    shapes.push({ tag: "line", name: `rail ${wait.what}`, attributes: { x1: r(x), y1: y, x2: r(x + width), y2: y } });
    const due = wait.to === null || wait.fired;
    if (due)
      shapes.push({
        tag: "line",
        name: "due",
        attributes: { x1: r(x + width), y1: y - 3, x2: r(x + width), y2: y + 3 },
      });
  }
  for (const { row, x, kind } of signs) {
    const y = row * rows.height + rows.bar + rows.barHeight / 2;
    shapes.push(...signOf(kind, r(x), y));
  }
  return shapes;
}

/** An end says what it is: icon and, if there is room, word, on ground of its own. */
function endOf(phase: ActionPhase, x: number, y: number, width: number, rows: Rows): Shape[] {
  const word = phase.length * 6.4 + 26 <= width;
  const ground = {
    x: r(x + CAP),
    y: y - 1,
    width: word ? r(phase.length * 6.4 + 22) : 15,
    height: rows.barHeight + 2,
  };
  const shapes: Shape[] = [
    { tag: "rect", name: "ground", attributes: ground },
    {
      tag: "use",
      name: "icon",
      phase,
      attributes: { href: `#${iconOf(phase)}`, x: r(x + CAP + 3), y: y + 2, width: 11, height: 11 },
    },
  ];
  if (word)
    shapes.push({
      tag: "text",
      name: "label end",
      phase,
      attributes: { x: r(x + CAP + 18), y: y + rows.barHeight - 4 },
      text: phase,
    });
  return shapes;
}

function signOf(kind: string, x: number, y: number): Shape[] {
  if (kind === "refused") {
    // Red on the colour of a phase would be hard to see without a rim.
    const d = `M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`;
    return ["rim", "refused"].map((part) => ({ tag: "path", name: `sign ${part}`, attributes: { d } }));
  }
  if (kind === "signal") return [{ tag: "circle", name: "sign signal", attributes: { cx: x, cy: y, r: 4 } }];
  return [{ tag: "path", name: "sign abort", attributes: { d: `M${x - 2} ${y - 5}h4l3 3v4l-3 3h-4l-3-3v-4z` } }];
}

/** Idle time that is drawn shorter: a band across all lanes, and its length above them. */
export function gapShapes(
  axis: Axis,
  height: number,
  from = 0,
  to = axis.width,
): { bands: Shape[]; cuts: Shape[]; labels: Shape[] } {
  const bands: Shape[] = [];
  // A cut goes over the bars, as in a bar that would be too long for its paper.
  const cuts: Shape[] = [];
  const labels: Shape[] = [];
  for (const gap of axis.gaps) {
    if (gap.to < from || gap.from > to) continue;
    const width = gap.to - gap.from;
    bands.push({ tag: "rect", name: "gap", attributes: { x: r(gap.from), y: 0, width: r(width), height } });
    for (const x of [gap.from, gap.to])
      bands.push({ tag: "line", name: "gap-edge", attributes: { x1: r(x), y1: 0, x2: r(x), y2: height } });
    cuts.push({ tag: "path", name: "cut", attributes: { d: zigzag(r((gap.from + gap.to) / 2), height) } });
    if (width >= GAP_LABEL)
      labels.push({
        tag: "text",
        name: "gap-label",
        attributes: { x: r((gap.from + gap.to) / 2), y: 13 },
        text: width >= 76 ? `${span(gap.ms)} idle` : span(gap.ms),
      });
  }
  return { bands, cuts, labels };
}

function zigzag(x: number, height: number): string {
  let d = `M${x - 3} 0`;
  for (let y = 0; y < height; y += 14) d += `l6 7l-6 7`;
  return d;
}

const r = (value: number): number => Math.round(value * 10) / 10;
