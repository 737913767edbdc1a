/*
 * The diagram. Boxes stand in index.html already; edges come from the engine and are filtered by the kind of the
 * selected action. Each phase has one button, its port: it sends what would lead there, and says why not otherwise.
 */

import { aimAt } from "../aim.ts";
import { LAYOUTS, left, type Shape, top } from "../geometry/layout.ts";
import {
  type ActionSnapshot,
  type Command,
  explain,
  now,
  type Option,
  onTick,
  options,
  type State,
  subscribe,
  trail,
} from "../store.ts";
import { span } from "../words/format.ts";
import { type DrawnPhase, PHASES } from "../words/phases.ts";
import { leaving } from "../words/timers.ts";
import { type Canvas, canvasOf, clear, cover, draw, light, tellLeft } from "./canvas.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { offers, setOffered } from "./offer.ts";

const NOWHERE = { taken: new Map<string, number>(), visited: new Set<ActionSnapshot["phase"]>() };
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

export function mountDiagram(): void {
  const frame = byId("diagram");
  const canvases = SHAPES.map((shape) => canvasOf(byId<SVGSVGElement>(`canvas-${shape}`), shape));
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
      state.turn !== before.turn ||
      state.selected !== before.selected ||
      state.diagram !== before.diagram ||
      state.coverage !== before.coverage;
    const action = state.selected === null ? undefined : state.actions.get(state.selected);
    if (moved) {
      const offered = action ? options(action) : [];
      for (const each of ports) aim(each, state, action, offered);
      const { diagram, recent } = state;
      const way = action ? trail(action.id) : NOWHERE;
      setTimers(state, action);
      for (const each of canvases) {
        draw(each, { diagram, action, offered, way, recent });
        countDown(each, now());
      }
      summarise(state, action);
    }
    if (!moved && state.preview === before.preview) return;
    const foreseen = state.preview?.explanation.events.filter((event) => event.action === action?.id) ?? [];
    for (const each of canvases) light(each, foreseen);
  });
  onTick((at) => {
    for (const each of canvases) countDown(each, at);
  });
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

/** Points the button at what leads to its phase. */
function aim(self: Port, { diagram, snapshot }: State, action: ActionSnapshot | undefined, offered: Option[]): void {
  const { label, command, whyNot, hint, exists, taken, leads } = aimAt(
    self.phase,
    diagram,
    action,
    offered,
    snapshot.timers,
    explain,
  );
  Object.assign(self, { label, command, whyNot });
  setAttribute(self.button, "hidden", !exists);
  setAttribute(self.button, "data-leads", leads);
  setOffered(self.button, taken);
  setText(self.word, label);
  setText(self.hint, hint);
}

let timers: { at: number; phase: string }[] = [];

/** The timers that end the action's stay, soonest first as the engine lists them. */
function setTimers(state: State, action: ActionSnapshot | undefined): void {
  timers = leaving(state.snapshot.timers, action?.id).map(({ at }) => ({ at, phase: action?.phase ?? "" }));
}

function countDown(canvas: Canvas, at: number): void {
  const [timer] = timers;
  tellLeft(canvas, timer?.phase ?? null, timer ? `${span(Math.max(0, timer.at - at))} left` : "");
}

/** The same in words, for those who do not see the drawing. */
function summarise(state: State, action: ActionSnapshot | undefined): void {
  const words = action
    ? `${action.id}, a ${action.kind}, is ${action.phase}, attempt ${action.attempts} of ${action.maxAttempts}.`
    : "There is no action yet.";
  setText(byId("diagram-summary"), `${words} Rules: ${state.rules}.`);
}
