/*
 * Where things stand on the diagram. Pure numbers, in units of the view box: the same input gives the same picture, and
 * the skeleton in index.html is rendered from the same numbers, so nothing moves when the engine arrives.
 *
 * Every phase has one box and one port. The port is the label of whatever leads into the phase, so there are never more
 * labels than phases and none can overlap another, however many edges the engine declares.
 */

import { type DrawnPhase, PHASES } from "../words/phases.ts";

export interface Box {
  /** The centre. */
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Layout {
  shape: Shape;
  width: number;
  height: number;
  nodes: Record<DrawnPhase, Box>;
  ports: Record<DrawnPhase, Box>;
}

/**
 * `wide` reads from left to right; `tall` from top to bottom, for a phone or a large zoom; `middle` has two columns, the
 * way there and the ends, for a column of text.
 */
export type Shape = "wide" | "middle" | "tall";

export const left = (box: Box): number => box.x - box.w / 2;
export const right = (box: Box): number => box.x + box.w / 2;
export const top = (box: Box): number => box.y - box.h / 2;
export const bottom = (box: Box): number => box.y + box.h / 2;

const WIDE = {
  width: 1144,
  height: 452,
  node: { w: 112, h: 72 },
  end: { w: 128, h: 72 },
  port: { w: 94, h: 38 },
};

function wide(): Layout {
  const { node, end, port } = WIDE;
  const at = (x: number, y: number): Box => ({ x, y, ...node });
  const endAt = (y: number): Box => ({ x: 1052, y, ...end });
  const before = (box: Box): Box => ({ x: left(box) - 8 - port.w / 2, y: box.y, ...port });
  const nodes: Layout["nodes"] = {
    QUEUED: at(68, 172),
    WAITING_FOR_RESOURCES: at(290, 172),
    INITIALIZING: at(512, 172),
    RUNNING: at(734, 172),
    PAUSED: at(512, 300),
    FAILED: endAt(66),
    SUCCEEDED: endAt(172),
    ABORTED: endAt(278),
    TIMED_OUT: endAt(384),
    RECOVERED: at(290, 388),
  };
  const ports = {} as Layout["ports"];
  for (const phase of PHASES) ports[phase] = before(nodes[phase]);
  // What leads to QUEUED comes back from the ends, along the lower lane.
  ports.QUEUED = { x: 68, y: 334, ...port };
  return { shape: "wide", width: WIDE.width, height: WIDE.height, nodes, ports };
}

const TALL = { width: 360, pitch: 58, top: 34, node: { w: 146, h: 46 }, port: { w: 132, h: 46 } };

/** One row for each phase; edges are arcs in the margin, as in an arc diagram. */
function tall(): Layout {
  const nodes = {} as Layout["nodes"];
  const ports = {} as Layout["ports"];
  PHASES.forEach((phase, row) => {
    const y = TALL.top + row * TALL.pitch;
    nodes[phase] = { x: 142, y, ...TALL.node };
    ports[phase] = { x: 290, y, ...TALL.port };
  });
  return { shape: "tall", width: TALL.width, height: TALL.top * 2 + TALL.pitch * (PHASES.length - 1), nodes, ports };
}

const MIDDLE = { width: 600, pitch: 62, top: 44, node: { w: 128, h: 50 }, port: { w: 92, h: 46 } };

/** The columns of `middle`, row by row. */
export const WAY: readonly DrawnPhase[] = ["QUEUED", "WAITING_FOR_RESOURCES", "INITIALIZING", "RUNNING", "PAUSED"];
export const ENDS: readonly DrawnPhase[] = ["FAILED", "SUCCEEDED", "ABORTED", "TIMED_OUT", "RECOVERED"];

function middle(): Layout {
  const { node, port } = MIDDLE;
  const nodes = {} as Layout["nodes"];
  const ports = {} as Layout["ports"];
  const row = (number: number): number => MIDDLE.top + number * MIDDLE.pitch;
  WAY.forEach((phase, number) => {
    nodes[phase] = { x: 98, y: row(number), ...node };
    ports[phase] = { x: 214, y: row(number), ...port };
  });
  ENDS.forEach((phase, number) => {
    ports[phase] = { x: 368, y: row(number), ...port };
    nodes[phase] = { x: 484, y: row(number), ...node };
  });
  return { shape: "middle", width: MIDDLE.width, height: row(WAY.length - 1) + MIDDLE.node.h / 2 + 12, nodes, ports };
}

export const LAYOUTS: Record<Shape, Layout> = { wide: wide(), middle: middle(), tall: tall() };

/** Whether two boxes share a point. */
export const overlap = (a: Box, b: Box): boolean =>
  left(a) < right(b) && left(b) < right(a) && top(a) < bottom(b) && top(b) < bottom(a);
