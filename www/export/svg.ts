/*
 * The diagram and the timeline as SVG that stands by itself: no style sheet, no symbol of the page, no font to load.
 * Colours are given, so that a picture can be made for a light page or a dark one.
 */

import type { ActionPhase, Event } from "flyte-lifecycle";
import { edgePath } from "../geometry/edges.ts";
import { LAYOUTS, left, top } from "../geometry/layout.ts";
import { gapShapes, type Shape, shapesOf, WIDE_ROWS } from "../geometry/shapes.ts";
import { type Axis, draw, type Lane, ticksOf } from "../geometry/timeline.ts";
import { lookUp } from "../table.ts";
import { xmlText } from "../words/characters.ts";
import { type DrawnPhase, iconOf, isDrawn, linesOf, PHASES } from "../words/phases.ts";

/** The colours of style.css by their names there. */
export type Palette = Record<string, string>;
/** The paths of the icons by the ids of their symbols. */
export type Icons = Record<string, string>;

const NAMES: Partial<Record<ActionPhase, string>> = { WAITING_FOR_RESOURCES: "waiting" };
/** The colour that a phase has in the style sheet. */
export const colourName = (phase: ActionPhase): string => NAMES[phase] ?? phase.toLowerCase().replaceAll("_", "-");

export const PALETTE = [
  "card",
  "ink",
  "soft",
  "line",
  "edge",
  "faint",
  "sunken",
  "refused",
  "on-fill",
  ...PHASES.map(colourName),
];

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

const escaped = (text: string): string => xmlText(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function tag(name: string, attributes: Record<string, string | number | undefined>, content?: string): string {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return content === undefined ? `<${name}${text}/>` : `<${name}${text}>${content}</${name}>`;
}

const picture = (width: number, height: number, title: string, palette: Palette, content: string): string =>
  `${tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: Math.ceil(width),
      height: Math.ceil(height),
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      "font-family": FONT,
      role: "img",
    },
    tag("title", {}, escaped(title)) + tag("rect", { width: "100%", height: "100%", fill: palette.card }) + content,
  )}\n`;

const text = (x: number, y: number, size: number, fill: string | undefined, words: string, more = {}): string =>
  tag("text", { x, y, "font-size": size, fill, ...more }, escaped(words));

const icon = (
  icons: Icons,
  phase: ActionPhase,
  x: number,
  y: number,
  size: number,
  colour: string | undefined,
): string =>
  tag("path", {
    d: icons[iconOf(phase)] ?? "",
    transform: `translate(${x} ${y}) scale(${size / 16})`,
    fill: "none",
    stroke: colour,
    "stroke-width": 1.7,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });

export interface DrawnEdge {
  /** As the page keys its edges: `FROM>TO`, with nothing before the sign where a row is created. */
  key: string;
  taken: number;
}

export interface DiagramPicture {
  title: string;
  edges: readonly DrawnEdge[];
  visited: ReadonlySet<ActionPhase>;
  current: ActionPhase | null;
  note: string;
  /** The word on what leads to each phase. */
  labels: Partial<Record<DrawnPhase, string>>;
}

export function diagramSvg(shown: DiagramPicture, palette: Palette, icons: Icons): string {
  const layout = LAYOUTS.wide;
  const parts: string[] = [];
  const counts: string[] = [];
  for (const { key, taken } of shown.edges) {
    const [from, to] = key.split(">") as [ActionPhase | "", ActionPhase];
    if (!isDrawn(to) || (from !== "" && !isDrawn(from))) continue;
    const { d, label } = edgePath(layout, from === "" ? null : from, to);
    const stroke = taken > 0 ? palette.edge : palette.faint;
    parts.push(tag("path", { d, fill: "none", stroke, "stroke-width": taken > 0 ? 2.6 : 1.4 }));
    if (taken > 1)
      counts.push(
        text(label.x, label.y, 12, palette.ink, `×${taken}`, { "text-anchor": "middle", "font-weight": 650 }),
      );
  }
  for (const phase of PHASES) {
    const label = shown.labels[phase];
    if (label === undefined) continue;
    const box = layout.ports[phase];
    const lines = wrapped(label);
    parts.push(
      tag("rect", {
        x: left(box),
        y: top(box),
        width: box.w,
        height: box.h,
        rx: 8,
        fill: palette.card,
        stroke: palette.line,
      }),
      ...lines.map((line, at) =>
        text(box.x, box.y + 4 + (at - (lines.length - 1) / 2) * 13, 11, palette.soft, line, {
          "text-anchor": "middle",
        }),
      ),
    );
  }
  for (const phase of PHASES) parts.push(boxOf(phase, shown, palette, icons));
  return picture(layout.width, layout.height, shown.title, palette, [...parts, ...counts].join(""));
}

function boxOf(phase: DrawnPhase, { visited, current, note }: DiagramPicture, palette: Palette, icons: Icons): string {
  const box = LAYOUTS.wide.nodes[phase];
  const colour = palette[colourName(phase)];
  const here = phase === current;
  const ink = here ? palette["on-fill"] : colour;
  const lines = linesOf(phase);
  // The present box has its attempt below the word, so everything stands a little higher in it.
  const lift = here ? 5 : 0;
  const first = top(box) + (lines.length > 1 ? 36 : 43) - lift;
  const stroke = here || visited.has(phase) ? colour : palette.edge;
  return (
    tag("rect", {
      x: left(box),
      y: top(box),
      width: box.w,
      height: box.h,
      rx: 9,
      fill: here ? colour : palette.card,
      stroke,
      "stroke-width": here || visited.has(phase) ? 2 : 1.3,
    }) +
    icon(icons, phase, box.x - 8, top(box) + (lines.length > 1 ? 8 : 12) - lift, 16, ink) +
    lines
      .map((line, at) => text(box.x, first + at * 13, 11.5, ink, line, { "text-anchor": "middle", "font-weight": 600 }))
      .join("") +
    (here && note ? text(box.x, top(box) + 60, 10, ink, note, { "text-anchor": "middle" }) : "")
  );
}

/** A label in at most two lines, as its button has them. */
function wrapped(label: string): string[] {
  if (label.length <= 14) return [label];
  const at = label.lastIndexOf(" ", Math.ceil(label.length / 2) + 3);
  return at <= 0 ? [label] : [label.slice(0, at), label.slice(at + 1)];
}

export interface TimelinePicture {
  title: string;
  events: readonly Event[];
  lanes: readonly Lane[];
  axis: Axis;
}

const NAME_WIDTH = 190;
const HEAD = 46;
const LEGEND = 34;
const TEXTURES: readonly [ActionPhase, string][] = [
  ["QUEUED", "M-1.5 1.5l3-3M0 6l6-6M4.5 7.5l3-3"],
  ["WAITING_FOR_RESOURCES", "M-1.5 4.5l3 3M0 0l6 6M4.5-1.5l3 3"],
  ["PAUSED", "M0 3h6"],
  ["INITIALIZING", "M1.5 0v6M4.5 0v6"],
];

export function timelineSvg({ title, events, lanes, axis }: TimelinePicture, palette: Palette, icons: Icons): string {
  const height = Math.max(1, lanes.length) * WIDE_ROWS.height;
  const whole = { from: 0, to: axis.width, top: 0, bottom: lanes.length };
  const { bands, cuts, labels } = gapShapes(axis, height);
  const shapes = [...bands, ...shapesOf(draw(lanes, axis, whole), WIDE_ROWS), ...cuts];
  const defs = TEXTURES.map(([phase, d]) =>
    tag(
      "pattern",
      { id: `texture-${colourName(phase)}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      tag("path", { d, fill: "none", stroke: palette[colourName(phase)], "stroke-width": 1.4 }),
    ),
  ).join("");
  const ticks = ticksOf(events, axis).flatMap(({ x, text: words }) => [
    tag("line", { x1: x, x2: x, y1: HEAD - 16, y2: HEAD + height, stroke: palette.line }),
    text(x + 3, HEAD - 6, 10.5, palette.soft, words),
  ]);
  const names = lanes.map((lane, row) =>
    text(10, HEAD + row * WIDE_ROWS.height + 16, 12, palette.ink, shortened(lane.action), { "font-weight": 600 }),
  );
  return picture(
    NAME_WIDTH + axis.width + 10,
    HEAD + height + LEGEND,
    title,
    palette,
    tag("defs", {}, defs) +
      text(10, 18, 13, palette.ink, title, { "font-weight": 650 }) +
      names.join("") +
      tag(
        "g",
        { transform: `translate(${NAME_WIDTH} 0)` },
        ticks.join("") +
          tag(
            "g",
            { transform: `translate(0 ${HEAD - 19})` },
            labels.map((shape) => styled(shape, palette, icons)).join(""),
          ),
      ) +
      tag(
        "g",
        { transform: `translate(${NAME_WIDTH} ${HEAD})` },
        shapes.map((shape) => styled(shape, palette, icons)).join(""),
      ) +
      legend(HEAD + height + 22, palette),
  );
}

const shortened = (name: string): string => (name.length > 27 ? `${name.slice(0, 26)}…` : name);

function legend(y: number, palette: Palette): string {
  const entries: [string, string, string | undefined][] = [
    ["waiting", "url(#texture-queued)", palette.queued],
    ["preparing", "url(#texture-initializing)", palette.initializing],
    ["running", palette.running ?? "", palette.running],
  ];
  return entries
    .map(
      ([word, fill, stroke], at) =>
        tag("rect", { x: 10 + at * 90, y: y - 9, width: 18, height: 10, fill, stroke }) +
        text(33 + at * 90, y, 10.5, palette.soft, word),
    )
    .join("");
}

/** A shape with the style that the page's sheet gives it. */
function styled(
  { tag: name, name: kind, phase, attributes, text: words }: Shape,
  palette: Palette,
  icons: Icons,
): string {
  const colour = phase ? palette[colourName(phase)] : undefined;
  const texture = phase ? `url(#texture-${colourName(phase)})` : undefined;
  const [first = "", second = ""] = kind.split(" ");
  const label = { "font-size": 10, "font-weight": 600, "paint-order": "stroke", "stroke-width": 3.5 };
  const styles: Record<string, Record<string, string | number | undefined>> = {
    wait: { fill: texture, stroke: colour },
    prepare: { fill: texture, stroke: colour },
    run: { fill: colour, stroke: colour },
    cap: { fill: colour },
    tail: { stroke: colour, "stroke-width": 1.5, "stroke-opacity": 0.55 },
    ground: { fill: palette.card },
    label: second === "run" ? { ...label, fill: palette["on-fill"] } : { ...label, fill: colour, stroke: palette.card },
    sign: {
      fill: second === "refused" || second === "rim" ? "none" : palette.card,
      stroke:
        lookUp(
          { refused: palette.refused, rim: palette.card, signal: palette.paused, abort: palette.aborted },
          second,
        ) ?? palette.ink,
      "stroke-width": second === "rim" ? 5.5 : 2.2,
      "stroke-linecap": "round",
    },
    rail: {
      stroke: lookUp({ abortRetry: palette.aborted, attemptTimeout: palette["timed-out"] }, second) ?? palette.paused,
      "stroke-width": 2,
      "stroke-dasharray": "2 3",
    },
    due: { stroke: palette.soft, "stroke-width": 2 },
    gap: { fill: palette.sunken },
    cut: { fill: "none", stroke: palette.card, "stroke-width": 4 },
    "gap-edge": { stroke: palette.edge, "stroke-dasharray": "1.5 3.5" },
    "gap-label": { "font-size": 10.5, fill: palette.soft, "text-anchor": "middle" },
  };
  if (name === "use" && phase)
    return icon(icons, phase, Number(attributes.x), Number(attributes.y), Number(attributes.width), colour);
  return tag(name, { ...attributes, ...lookUp(styles, first) }, words === undefined ? undefined : escaped(words));
}
