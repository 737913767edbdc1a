/*
 * The diagram. Boxes stand in index.html already; edges come from the engine and are filtered by the kind of the
 * selected action. Each phase has one button, its port: it sends what would lead there, and says why not otherwise.
 */

import { usualChoice } from "../commands.ts";
import type { Coverage } from "../explore/coverage.ts";
import { span } from "../format.ts";
import { edgePath } from "../geometry/edges.ts";
import { LAYOUTS, type Layout, left, type Shape, top } from "../geometry/layout.ts";
import { pairKey } from "../geometry/trail.ts";
import { type DrawnPhase, isDrawn, PHASES } from "../phases.ts";
import {
  type ActionSnapshot,
  type Command,
  type DiagramEdge,
  type Event,
  explain,
  now,
  type Option,
  onTick,
  options,
  type State,
  subscribe,
  trail,
} from "../store.ts";
import { byId, h, setAttribute, setText, svg } from "./dom.ts";
import { offers, setOffered } from "./offer.ts";

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

const SHAPES: readonly Shape[] = ["wide", "middle", "tall"];

interface Port {
  phase: DrawnPhase;
  button: HTMLButtonElement;
  word: HTMLElement;
  hint: HTMLElement;
  label: string;
  command: Command | null;
  whyNot: string;
}

interface Canvas {
  layout: Layout;
  edges: SVGGElement;
  ghosts: SVGGElement;
  drawn: Map<string, { path: SVGPathElement; count: SVGTextElement }>;
  boxes: Map<DrawnPhase, SVGGElement>;
}

export function mountDiagram(): void {
  const frame = byId("diagram");
  const canvases = SHAPES.map((shape) => canvas(shape));
  const ports = PHASES.map((phase) => port(phase, frame));
  const place = (): void => {
    const shape = SHAPES.find((each) => getComputedStyle(byId(`canvas-${each}`)).display !== "none") ?? "wide";
    const { width, height, ports: boxes } = LAYOUTS[shape];
    for (const { phase, button } of ports) {
      const box = boxes[phase];
      button.style.left = `${(left(box) / width) * 100}%`;
      button.style.top = `${(top(box) / height) * 100}%`;
      button.style.width = `${(box.w / width) * 100}%`;
      button.style.height = `${(box.h / height) * 100}%`;
    }
  };
  place();
  new ResizeObserver(place).observe(frame);
  subscribe((state, before) => {
    if (!state.ready) return;
    if (state.coverage !== before.coverage) {
      setAttribute(frame, "data-coverage", state.coverage !== null);
      for (const each of canvases) clear(each);
    }
    if (state.coverage) {
      if (state.coverage !== before.coverage) for (const each of canvases) cover(each, state.coverage);
      return;
    }
    const moved =
      state.snapshot !== before.snapshot ||
      state.selected !== before.selected ||
      state.diagram !== before.diagram ||
      state.coverage !== before.coverage;
    const action = state.selected === null ? undefined : state.actions.get(state.selected);
    if (moved) {
      const offered = action ? options(action) : [];
      for (const each of ports) aim(each, state, action, offered);
      for (const each of canvases) draw(each, state, action, offered);
      summarise(state, action);
    }
    if (moved || state.preview !== before.preview) for (const each of canvases) light(each, state, action);
  });
  onTick((at) => {
    for (const each of canvases) countDown(each, at);
  });
}

function canvas(shape: Shape): Canvas {
  const root = byId<SVGSVGElement>(`canvas-${shape}`);
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

function port(phase: DrawnPhase, frame: HTMLElement): Port {
  const word = h("span", { class: "port-word" });
  const hint = h("span", { class: "visually-hidden" });
  const button = h(
    "button",
    { type: "button", class: "port", "data-phase": phase, "aria-disabled": "true", hidden: true },
    word,
    hint,
  );
  const self: Port = { phase, button, word, hint, label: "", command: null, whyNot: "" };
  offers(button, () => self);
  frame.append(button);
  return self;
}

/** Finds what leads to the port's phase now, or else what usually does. */
function aim(self: Port, state: State, action: ActionSnapshot | undefined, offered: readonly Option[]): void {
  const { phase } = self;
  const into = state.diagram.edges.filter((edge) => edge.to === phase && (!action || edge.kinds.includes(action.kind)));
  const ready = offered.find(({ explanation, hops }) => explanation.enabled && hops[0]?.to === phase);
  const usual = action ? usualChoice(action, phase, state.snapshot.timers) : null;
  self.command = ready?.command ?? usual?.command ?? null;
  self.label = ready?.label ?? usual?.label ?? wordFor(phase, into);
  self.whyNot = whyNot(phase, action, into);
  // A report may be taken and still not lead there, because the guard refuses what it tells.
  const leads = ready !== undefined;
  const taken = leads || (usual !== null && explain(usual.command).enabled);
  setAttribute(self.button, "hidden", into.length === 0);
  setAttribute(self.button, "data-leads", leads);
  setOffered(self.button, taken);
  setText(self.word, self.label);
  setText(
    self.hint,
    leads ? ` leads to ${phase}` : taken ? `, told now, does not lead to ${phase}` : ` leads to ${phase}, not now`,
  );
}

/** The word for a way that no command of the action takes: the engine's, creation last. */
function wordFor(phase: DrawnPhase, into: readonly DiagramEdge[]): string {
  return (into.find((edge) => edge.from !== null) ?? into[0])?.label ?? phase.toLowerCase();
}

function whyNot(phase: DrawnPhase, action: ActionSnapshot | undefined, into: readonly DiagramEdge[]): string {
  if (!action) return "There is no action yet.";
  const from = [...new Set(into.map((edge) => edge.from).filter((from) => from !== null))];
  const ways = [...into].sort((a, b) => Number(a.from === null) - Number(b.from === null)).map((edge) => edge.sentence);
  const place =
    from.length === 0
      ? ` A row is created as ${phase}; see “New child”.`
      : ` It is entered from ${from.join(" or ")}; ${action.id} is ${action.phase}.`;
  return `No command leads to ${phase} by itself. ${ways[0] ?? "No rule leads there."}${place}`;
}

/** Edges and boxes as they stand after the step. */
function draw(canvas: Canvas, state: State, action: ActionSnapshot | undefined, offered: readonly Option[]): void {
  const { layout, drawn, edges } = canvas;
  const way = action ? trail(action.id) : { taken: new Map<string, number>(), visited: new Set() };
  const declared = new Set(
    state.diagram.edges
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
      action !== undefined && !current && !reachable(state, action, phase) && !way.visited.has(phase),
    );
    const note = box.querySelector(".note");
    if (note) setText(note, current && action ? noteOf(action) : "");
  }
  ghost(canvas, layout, state.recent, action);
  countDown(canvas, now(), state, action);
}

const noteOf = (action: ActionSnapshot): string =>
  action.kind === "task" && action.attempts > 0 ? `attempt ${action.attempts} of ${action.maxAttempts}` : action.kind;

/** Whether the action could come there yet; where rows are only created, one that exists cannot. */
const reachable = (state: State, action: ActionSnapshot, phase: DrawnPhase): boolean =>
  state.diagram.edges.some((edge) => edge.to === phase && edge.from !== null && edge.kinds.includes(action.kind));

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
function light({ drawn, boxes, ghosts, layout }: Canvas, state: State, action: ActionSnapshot | undefined): void {
  const events = state.preview?.explanation.events.filter((event) => event.action === action?.id) ?? [];
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

let timers: { at: number; phase: string }[] = [];

/** The current box tells how long the action may stay. */
function countDown({ boxes }: Canvas, at: number, state?: State, action?: ActionSnapshot): void {
  if (state) {
    timers = state.snapshot.timers
      .filter((timer) => timer.action === action?.id && timer.what !== "abortRetry")
      .map((timer) => ({ at: timer.at, phase: action?.phase ?? "" }));
  }
  const [timer] = timers;
  for (const [phase, box] of boxes) {
    const left = box.querySelector(".left");
    if (left) setText(left, timer?.phase === phase ? `${span(Math.max(0, timer.at - at))} left` : "");
  }
}

/** Takes all edges off, so that none keeps a look that it had for another reason. */
function clear({ drawn, ghosts }: Canvas): void {
  ghosts.replaceChildren();
  for (const { path, count } of drawn.values()) {
    path.remove();
    count.remove();
  }
  drawn.clear();
}

/** What a search has been through: every declared edge, those met and those not, and none of what the run is at. */
function cover(canvas: Canvas, { pairs, phases }: Coverage): void {
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
    for (const text of box.querySelectorAll(".note, .left")) setText(text, "");
  }
}

/** The same in words, for those who do not see the drawing. */
function summarise(state: State, action: ActionSnapshot | undefined): void {
  const words = action
    ? `${action.id}, a ${action.kind}, is ${action.phase}, attempt ${action.attempts} of ${action.maxAttempts}.`
    : "There is no action yet.";
  setText(byId("diagram-summary"), `${words} Rules: ${state.rules}.`);
}
