/*
 * One drawing of the diagram: boxes, edges, counts, and the ghosts of refused writes. The page has one for each layout,
 * the custom element one; what is drawn is told, and nothing here asks the engine.
 */

import type { Option } from "../aim.ts";
import type { Coverage } from "../explore/coverage.ts";
import { edgePath } from "../geometry/edges.ts";
import { LAYOUTS, type Layout, left, type Shape, top } from "../geometry/layout.ts";
import { pairKey, type Trail } from "../geometry/trail.ts";
import type { ActionSnapshot, Diagram, Event } from "../store.ts";
import { type DrawnPhase, isDrawn } from "../words/phases.ts";
import { setAttribute, setText, svg } from "./dom.ts";

/** The edges that are drawn whether or not they can be taken now; the others appear when they matter. */
const BACKBONE = new Set(
  [
    [null, "QUEUED"],
    [null, "RECOVERED"],
    ["QUEUED", "WAITING_FOR_RESOURCES"],
    ["WAITING_FOR_RESOURCES", "INITIALIZING"],
    ["INITIALIZING", "RUNNING"],
    ["RUNNING", "SUCCEEDED"],
    ["RUNNING", "FAILED"],
    ["RUNNING", "TIMED_OUT"],
    ["RUNNING", "ABORTED"],
    ["FAILED", "QUEUED"],
    ["TIMED_OUT", "QUEUED"],
    ["QUEUED", "PAUSED"],
    ["PAUSED", "SUCCEEDED"],
    ["PAUSED", "TIMED_OUT"],
    ["PAUSED", "ABORTED"],
    ["PAUSED", "FAILED"],
  ].map(([from, to]) => pairKey(from as DrawnPhase | null, to as DrawnPhase)),
);

export interface Canvas {
  layout: Layout;
  edges: SVGGElement;
  ghosts: SVGGElement;
  drawn: Map<string, { path: SVGPathElement; count: SVGTextElement }>;
  boxes: Map<DrawnPhase, SVGGElement>;
}

/** What is to be drawn after a step. */
export interface Scene {
  diagram: Diagram;
  action: ActionSnapshot | undefined;
  offered: readonly Option[];
  way: Pick<Trail, "taken" | "visited">;
  recent: readonly Event[];
}

/** Takes over an SVG element with the boxes of a layout. */
export function canvasOf(root: SVGSVGElement, shape: Shape): Canvas {
  const boxes = new Map<DrawnPhase, SVGGElement>();
  for (const box of root.querySelectorAll<SVGGElement>("g.box")) {
    const phase = box.dataset.phase as DrawnPhase;
    boxes.set(phase, box);
  }
  const edges = svg("g", { class: "edges" });
  const ghosts = svg("g", { class: "ghosts" });
  root.querySelector("g.boxes")?.before(edges);
  root.append(ghosts);
  return { layout: LAYOUTS[shape], edges, ghosts, drawn: new Map(), boxes };
}

/** Edges and boxes as they stand after the step. */
export function draw(canvas: Canvas, { diagram, action, offered, way, recent }: Scene): void {
  const { layout, drawn, edges } = canvas;
  const declared = new Set(
    diagram.edges
      .filter((edge) => !action || edge.kinds.includes(action.kind))
      .map((edge) => pairKey(edge.from, edge.to)),
  );
  const open = new Set(
    offered
      .filter(({ explanation }) => explanation.enabled)
      .flatMap(({ hops }) => hops.slice(0, 1).map(({ key }) => key)),
  );
  const wanted = new Set([...[...declared].filter((key) => BACKBONE.has(key)), ...way.taken.keys(), ...open]);
  for (const [key, { path, count }] of drawn) {
    if (wanted.has(key)) continue;
    path.remove();
    count.remove();
    drawn.delete(key);
  }
  for (const key of wanted) {
    const parts = drawn.get(key) ?? addEdge(canvas, key);
    if (!parts) continue;
    const taken = way.taken.get(key) ?? 0;
    setAttribute(parts.path, "data-taken", taken > 0);
    setAttribute(parts.path, "data-open", open.has(key));
    setText(parts.count, taken > 1 ? `×${taken}` : "");
  }
  // What can fire lies above what was taken, and both above the rest.
  const order = [...drawn].sort(([a], [b]) => rank(a) - rank(b));
  function rank(key: string): number {
    return open.has(key) ? 2 : way.taken.has(key) ? 1 : 0;
  }
  for (const [, { path, count }] of order) edges.append(path, count);
  for (const [phase, box] of canvas.boxes) {
    const current = action?.phase === phase;
    setAttribute(box, "data-current", current);
    setAttribute(box, "data-visited", way.visited.has(phase) && !current);
    setAttribute(
      box,
      "data-aside",
      action !== undefined && !current && !reachable(diagram, action, phase) && !way.visited.has(phase),
    );
    const note = box.querySelector(".note");
    if (note) setText(note, current && action ? noteOf(action) : "");
  }
  ghost(canvas, layout, recent, action);
}

const noteOf = (action: ActionSnapshot): string =>
  action.kind === "task" && action.attempts > 0 ? `attempt ${action.attempts} of ${action.maxAttempts}` : action.kind;

/** Whether the action could come there yet; where rows are only created, one that exists cannot. */
const reachable = ({ edges }: Diagram, action: ActionSnapshot, phase: DrawnPhase): boolean =>
  edges.some((edge) => edge.to === phase && edge.from !== null && edge.kinds.includes(action.kind));

function addEdge(
  { layout, drawn, edges }: Canvas,
  key: string,
): { path: SVGPathElement; count: SVGTextElement } | null {
  const [from, to] = key.split(">");
  if (!isDrawn(to as DrawnPhase) || (from !== "" && !isDrawn(from as DrawnPhase))) return null;
  const { d, label } = edgePath(layout, from === "" ? null : (from as DrawnPhase), to as DrawnPhase);
  const path = svg("path", { class: "edge", d, "data-to": to as string, "data-key": key });
  const count = svg("text", { class: "count", x: label.x, y: label.y, "data-to": to as string });
  edges.append(path, count);
  const parts = { path, count };
  drawn.set(key, parts);
  return parts;
}

/** Refused writes of the last step: an arrow that ends before it arrives. */
function ghost({ ghosts }: Canvas, layout: Layout, recent: readonly Event[], action: ActionSnapshot | undefined): void {
  const refused = recent.filter((event) => event.type === "UpdateRefused" && event.action === action?.id);
  ghosts.replaceChildren(...refused.flatMap((event) => ghostOf(layout, event)));
}

function ghostOf(layout: Layout, event: Event): SVGElement[] {
  if (!isDrawn(event.from) || !isDrawn(event.to)) return [];
  const { d } = edgePath(layout, event.from, event.to);
  const box = layout.nodes[event.to];
  return [
    svg("path", { class: "ghost", d }),
    svg("rect", { class: "ghost-box", x: left(box) - 4, y: top(box) - 4, width: box.w + 8, height: box.h + 8, rx: 12 }),
    svg(
      "text",
      { class: "ghost-word", x: box.x, y: layout.shape === "wide" ? top(box) - 10 : top(box) + 2 },
      "refused",
    ),
  ];
}

/** The way that a previewed command would take. */
export function light({ drawn, boxes, ghosts, layout }: Canvas, events: readonly Event[]): void {
  const hops = new Set(
    events
      .filter((event) => event.type === "PhaseRecorded" && event.to)
      .map((event) => pairKey(event.from, event.to as DrawnPhase)),
  );
  const targets = new Set([...hops].map((key) => key.split(">")[1]));
  for (const [key, { path }] of drawn) setAttribute(path, "data-lit", hops.has(key));
  for (const [phase, box] of boxes) setAttribute(box, "data-target", targets.has(phase));
  for (const old of ghosts.querySelectorAll(".foreseen")) old.remove();
  for (const event of events.filter((event) => event.type === "UpdateRefused")) {
    for (const part of ghostOf(layout, event)) {
      part.classList.add("foreseen");
      ghosts.append(part);
    }
  }
}

/** The current box tells how long the action may stay: words by phase, and nothing in the others. */
export function tellLeft({ boxes }: Canvas, phase: string | null, words: string): void {
  for (const [each, box] of boxes) {
    const left = box.querySelector(".left");
    if (left) setText(left, each === phase ? words : "");
  }
}

/** Takes all edges off, so that none keeps a look that it had for another reason. */
export function clear({ drawn, ghosts }: Canvas): void {
  ghosts.replaceChildren();
  for (const { path, count } of drawn.values()) {
    path.remove();
    count.remove();
  }
  drawn.clear();
}

/** What a search has been through: every declared edge, those met and those not, and none of what the run is at. */
export function cover(canvas: Canvas, { pairs, phases }: Coverage): void {
  const { drawn, edges, boxes } = canvas;
  const order = [...pairs].sort(([, a], [, b]) => Number(a.met > 0) - Number(b.met > 0));
  for (const [key, { met, of, beyond }] of order) {
    const parts = addEdge(canvas, key);
    if (!parts) continue;
    setAttribute(parts.path, "data-covered", of === 0 ? "beyond" : met === 0 ? "none" : "met");
    // Where rows are created there is no room for a number.
    const several = of > 1 || (of === 0 && beyond > 1);
    setText(
      parts.count,
      several && met + beyond > 0 && !key.startsWith(">") ? (of > 0 ? `${met}/${of}` : `×${beyond}`) : "",
    );
  }
  // Numbers lie above all lines.
  for (const { count } of drawn.values()) edges.append(count);
  for (const [phase, box] of boxes) {
    for (const name of ["data-current", "data-aside", "data-target"]) setAttribute(box, name, null);
    setAttribute(box, "data-visited", phases.has(phase));
    const into = order.filter(([key]) => key.endsWith(`>${phase}`)).map(([, pair]) => pair);
    const [met, of] = [into.reduce((sum, { met }) => sum + met, 0), into.reduce((sum, { of }) => sum + of, 0)];
    for (const text of box.querySelectorAll(".note, .left"))
      setText(text, of > 0 && text.matches(".note") ? `${met} of ${of} ${of === 1 ? "way" : "ways"} in` : "");
  }
}
