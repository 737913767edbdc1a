/*
 * What stands in the element's shadow: the diagram with its buttons, why things are as they are, and the steps. It shows
 * what it is told and tells what was pressed.
 */

import type { ActionId, ActionSnapshot, Command, Explanation } from "flyte-lifecycle";
import { type Aim, aimAt, type Option, optionsFor } from "../aim.ts";
import { LAYOUTS, left, type Shape, top } from "../geometry/layout.ts";
import { boxParts } from "../geometry/skeleton.ts";
import { type Trail, trailOf } from "../geometry/trail.ts";
import type { ShownRun } from "../run/shown.ts";
import { badge } from "../views/badge.ts";
import { type Canvas, canvasOf, draw, light, tellLeft } from "../views/canvas.ts";
import { fillWith, h, icon, sayIn, setAttribute, setEnabled, setText, svg } from "../views/dom.ts";
import { inWords } from "../words/commands.ts";
import { clock, span } from "../words/format.ts";
import { ICONS } from "../words/icons.ts";
import { type DrawnPhase, iconOf, PHASES } from "../words/phases.ts";
import { leaving } from "../words/timers.ts";
import type { Controls } from "./embed.ts";

/** The run as it is shown. */
export interface Shown extends ShownRun {
  title: string;
  length: number;
  selected: ActionId | null;
  explain: (command: Command) => Explanation;
}

/** What can be pressed. */
export interface Verbs {
  send(command: Command): void;
  seek(index: number): void;
  select(action: ActionId): void;
}

interface Port {
  phase: DrawnPhase;
  button: HTMLButtonElement;
  word: HTMLElement;
  hint: HTMLElement;
  aim: Aim | null;
}

const FIRE: Command = { type: "fire" };
const NOWHERE: Trail = { taken: new Map(), visited: new Set(), last: null };

export class View {
  readonly #verbs: Verbs;
  readonly #frame = h("section", { class: "frame", part: "frame" });
  readonly #problems = h("div", { class: "problems", part: "problems", role: "status" });
  readonly #chooser = h("select", { "aria-label": "Action" });
  readonly #standing = h("span", { class: "standing" });
  readonly #diagram = h("fieldset", {
    class: "diagram",
    part: "diagram",
    "aria-label": "What can happen next",
  });
  readonly #why = h("section", { class: "why-box", part: "why", "aria-label": "Why", tabindex: "0" });
  readonly #undo = h("button", { type: "button", "aria-label": "Undo" }, icon("i-undo"));
  readonly #redo = h("button", { type: "button", "aria-label": "Redo" }, icon("i-redo"));
  readonly #next = h("button", { type: "button", class: "next" }, icon("i-next"), h("span", {}, "To the next timer"));
  readonly #slider = h("input", { type: "range", min: 0, step: 1, "aria-label": "Step" });
  readonly #count = h("span", { class: "count-note" });
  readonly #steps = h("fieldset", { class: "steps", part: "steps", "aria-label": "Steps and time" });
  readonly #live = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  readonly #ports: Port[];
  #shape: Shape | null = null;
  #canvas: Canvas | null = null;
  #shown: Shown | null = null;
  /** A command that is pointed at, and whether its answer was asked for. */
  #preview: { label: string; explanation: Explanation; asked: boolean } | null = null;

  constructor(root: ShadowRoot, verbs: Verbs) {
    this.#verbs = verbs;
    const symbols = svg("svg", { class: "symbols", width: 0, height: 0, "aria-hidden": "true" });
    for (const [id, d] of Object.entries(ICONS))
      symbols.append(svg("symbol", { id, viewBox: "0 0 16 16" }, svg("path", { d })));
    this.#ports = PHASES.map((phase) => this.#port(phase));
    this.#steps.append(this.#undo, this.#slider, this.#redo, this.#count, this.#next);
    const head = h("p", { class: "head", part: "head" }, this.#chooser, this.#standing);
    this.#frame.append(symbols, this.#problems, head, this.#diagram, this.#why, this.#steps, this.#live);
    root.append(this.#frame);
    this.#undo.addEventListener("click", () => this.#step(-1));
    this.#redo.addEventListener("click", () => this.#step(1));
    this.#slider.addEventListener("input", () => verbs.seek(Number(this.#slider.value)));
    this.#chooser.addEventListener("change", () => verbs.select(this.#chooser.value));
    this.#next.addEventListener("click", () => this.#press("To the next timer", FIRE));
    this.fit(0);
  }

  /** Chooses the layout that can be read at a width, in pixels. */
  fit(width: number): void {
    const shape: Shape = width === 0 || width >= 760 ? "wide" : width >= 500 ? "middle" : "tall";
    if (shape === this.#shape) return;
    this.#shape = shape;
    const layout = LAYOUTS[shape];
    const root = svg("svg", {
      class: "canvas",
      "data-shape": shape,
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      "aria-hidden": "true",
    });
    root.append(svg("g", { class: "boxes" }, ...PHASES.map((phase) => boxOf(shape, phase))));
    this.#canvas = canvasOf(root, shape);
    this.#diagram.dataset.shape = shape;
    this.#diagram.replaceChildren(root, ...this.#ports.map(({ button }) => button));
    for (const { phase, button } of this.#ports) {
      const box = layout.ports[phase];
      button.style.left = `${(left(box) / layout.width) * 100}%`;
      button.style.top = `${(top(box) / layout.height) * 100}%`;
      button.style.width = `${(box.w / layout.width) * 100}%`;
      button.style.height = `${(box.h / layout.height) * 100}%`;
    }
    this.#draw();
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#preview = null;
    setAttribute(this.#frame, "aria-label", `Lifecycle of a run: ${shown.title}`);
    this.#draw();
  }

  set controls(controls: Controls) {
    this.#frame.dataset.controls = controls;
    setAttribute(this.#steps, "hidden", controls === "none");
    setAttribute(this.#next, "hidden", controls !== "full");
  }

  /** Says in place what could not be understood, or done. */
  problems(texts: readonly string[]): void {
    this.#problems.replaceChildren(...texts.map((text) => h("p", {}, text)));
  }

  /** Says a sentence to those who listen; the same one twice is said twice. */
  announce(text: string): void {
    sayIn(this.#live, text);
  }

  #port(phase: DrawnPhase): Port {
    const word = h("span", {});
    const hint = h("span", { class: "visually-hidden" });
    const button = h("button", { type: "button", class: "port", "data-phase": phase, hidden: true }, word, hint);
    const port: Port = { phase, button, word, hint, aim: null };
    const point = (): void => {
      const { aim } = port;
      if (aim) this.#point(aim.label, this.#ask(aim), false);
    };
    const leave = (): void => {
      if (!this.#preview || this.#preview.asked) return;
      this.#preview = null;
      this.#explain();
    };
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && point());
    button.addEventListener("focus", () => button.matches(":focus-visible") && point());
    button.addEventListener("pointerleave", leave);
    button.addEventListener("blur", leave);
    button.addEventListener("click", () => {
      const { aim } = port;
      if (!aim) return;
      this.#press(aim.label, aim.command, aim);
      if (button.matches(":focus-visible")) point();
    });
    return port;
  }

  #ask({ command, whyNot }: Aim): Explanation {
    if (command && this.#shown) return this.#shown.explain(command);
    return { enabled: false, rule: "", sentence: whyNot, events: [] };
  }

  #point(label: string, explanation: Explanation, asked: boolean): void {
    this.#preview = { label, explanation, asked };
    this.#explain();
  }

  /** Sends a command if it is taken, and says why not otherwise. */
  #press(label: string, command: Command | null, aim?: Aim): void {
    if (!this.#shown) return;
    const explanation = command ? this.#shown.explain(command) : aim ? this.#ask(aim) : null;
    if (command && explanation?.enabled) this.#verbs.send(command);
    else if (explanation) {
      this.#point(label, explanation, true);
      this.announce(`Not now: ${explanation.message ?? explanation.sentence}`);
    }
  }

  #step(by: number): void {
    if (!this.#shown) return;
    const index = this.#shown.index + by;
    if (index >= 0 && index <= this.#shown.length) this.#verbs.seek(index);
  }

  #action(): ActionSnapshot | undefined {
    const { snapshot, selected } = this.#shown ?? {};
    return snapshot?.actions.find(({ id }) => id === selected);
  }

  #draw(): void {
    const shown = this.#shown;
    const canvas = this.#canvas;
    if (!shown || !canvas) return;
    const action = this.#action();
    const { snapshot, diagram, recent, events, explain } = shown;
    const offered: Option[] = action ? optionsFor(action, snapshot.timers, explain) : [];
    for (const port of this.#ports) this.#aim(port, shown, action, offered);
    draw(canvas, { diagram, action, offered, recent, way: action ? trailOf(events, action.id) : NOWHERE });
    const [timer] = leaving(snapshot.timers, action?.id);
    tellLeft(canvas, timer ? (action?.phase ?? null) : null, timer ? `${span(timer.at - snapshot.now)} left` : "");
    this.#head(shown, action);
    this.#transport(shown);
    this.#explain();
  }

  #aim(port: Port, { diagram, snapshot, explain }: Shown, action: ActionSnapshot | undefined, offered: Option[]): void {
    const aim = aimAt(port.phase, diagram, action, offered, snapshot.timers, explain);
    port.aim = aim;
    setAttribute(port.button, "hidden", !aim.exists);
    setAttribute(port.button, "data-leads", aim.leads);
    setEnabled(port.button, aim.taken);
    setText(port.word, aim.label);
    setText(port.hint, aim.hint);
  }

  #head({ snapshot }: Shown, action: ActionSnapshot | undefined): void {
    const ids = snapshot.actions.map(({ id }) => id);
    if ([...this.#chooser.options].map(({ value }) => value).join() !== ids.join())
      fillWith(
        this.#chooser,
        ids.map((id) => h("option", { value: id }, id)),
      );
    if (action) this.#chooser.value = action.id;
    setAttribute(this.#chooser, "hidden", ids.length < 2);
    this.#standing.replaceChildren(
      ...(action
        ? [
            ids.length < 2 ? h("b", {}, action.id) : "",
            badge(action.phase),
            action.kind === "task" ? `attempt ${action.attempts} of ${action.maxAttempts}` : action.kind,
          ]
        : ["There is no action yet."]),
    );
  }

  #transport({ index, length, commands, snapshot, startTime, explain }: Shown): void {
    setEnabled(this.#undo, index > 0);
    setEnabled(this.#redo, index < length);
    setEnabled(this.#next, explain(FIRE).enabled);
    this.#slider.max = String(length);
    this.#slider.value = String(index);
    const last = commands[index - 1];
    setAttribute(this.#slider, "aria-valuetext", `${index} of ${length}${last ? `: ${inWords(last)}` : ""}`);
    setText(this.#count, `${index}/${length} · ${clock(snapshot.now - startTime)}`);
  }

  /** What the pointed command would do, what was refused, or why the action is where it is. */
  #explain(): void {
    const shown = this.#shown;
    const action = this.#action();
    if (!shown || !this.#canvas) return;
    const foreseen = this.#preview?.explanation.events.filter((event) => event.action === action?.id) ?? [];
    light(this.#canvas, foreseen);
    this.#why.dataset.tone = this.#preview && !this.#preview.explanation.enabled ? "refused" : "calm";
    this.#why.replaceChildren(...(this.#preview ? previewed(this.#preview) : standing(shown, action)));
  }
}

function boxOf(shape: Shape, phase: DrawnPhase): SVGGElement {
  const { rect, icon: at, words, note, left } = boxParts(shape, phase);
  return svg(
    "g",
    { class: "box", "data-phase": phase },
    svg("rect", { ...rect, rx: 9 }),
    svg("use", { href: `#${iconOf(phase)}`, ...at, width: 16, height: 16 }),
    svg(
      "text",
      { class: words.length > 1 ? "word" : "word single" },
      ...words.map(({ x, y, text }) => svg("tspan", { x, y }, text)),
    ),
    svg("text", { class: "note", ...note }),
    svg("text", { class: "left", ...left }),
  );
}

const because = (rule: string, sentence: string): HTMLElement =>
  h("p", { class: "why" }, rule && h("code", {}, rule), ` ${sentence}`);

function previewed({ label, explanation }: { label: string; explanation: Explanation }): HTMLElement[] {
  const { enabled, rule, sentence, message, events } = explanation;
  if (!enabled) return [h("p", {}, h("b", {}, `${label}: not now. `), message ?? ""), because(rule, sentence)];
  const changes = events.filter(({ type }) => type === "PhaseRecorded" || type === "UpdateRefused").slice(0, 3);
  const hops = changes.flatMap(({ type, from, to }) => [
    type === "UpdateRefused" ? " be refused " : " record ",
    from && type !== "UpdateRefused" ? badge(from) : null,
    from && type !== "UpdateRefused" ? " → " : null,
    to ? badge(to) : null,
  ]);
  const nothing = changes.length === 0 ? " leave every row’s phase" : null;
  return [h("p", {}, h("b", {}, `${label} would`), ...hops, nothing), because(rule, sentence)];
}

function standing({ recent, events }: Shown, action: ActionSnapshot | undefined): HTMLElement[] {
  if (!action) return [h("p", {}, "There is no action yet.")];
  const { last } = trailOf(events, action.id);
  const refused = recent.find((event) => event.type === "UpdateRefused" && event.action === action.id);
  const lines = [last ? because(last.rule, last.sentence) : h("p", {}, `${action.id} is ${action.phase}.`)];
  if (refused)
    lines.unshift(
      h("p", { class: "refusal" }, h("b", {}, `Refused: ${refused.to}. `), refused.rule, ` ${refused.sentence}`),
    );
  return lines;
}
