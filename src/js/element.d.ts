/// <reference lib="dom" />
import type { ActionId, Command, Simulation, Step } from "./index.js";

/** What the element tells by events, which bubble and leave its shadow. */
export interface FlyteLifecycleEventMap {
  /** What was asked for is shown. */
  ready: CustomEvent<null>;
  /** A command was carried out, by a person or by `dispatch`. */
  step: CustomEvent<Step>;
  /** One stands at another step. */
  seek: CustomEvent<{ index: number }>;
  /** Something could not be understood, fetched or done; it is said in place as well. */
  problem: CustomEvent<{ message: string }>;
}

/** What can be said of it in markup: its attributes, and `simulation`, which is a property. */
export interface FlyteLifecycleAttributes {
  scenario?: string | null | undefined;
  link?: string | null | undefined;
  trace?: string | null | undefined;
  rules?: "documented" | "upstream" | "merged" | (string & {}) | null | undefined;
  theme?: "auto" | "light" | "dark" | null | undefined;
  controls?: "full" | "steps" | "none" | null | undefined;
  simulation?: Simulation | null | undefined;
}

/** Its events as React, Preact and Svelte name their listeners: `onready`, `onstep`, `onseek`, `onproblem`. */
export type FlyteLifecycleListeners = {
  [K in keyof FlyteLifecycleEventMap as `on${K}`]?: ((event: FlyteLifecycleEventMap[K]) => unknown) | null | undefined;
};

/**
 * `<flyte-lifecycle scenario="retry">`: a run that is drawn live, in its own shadow. Importing this module defines it. On a
 * server the import does nothing.
 *
 * @tag flyte-lifecycle
 *
 * @csspart frame - All of it, with its border and ground.
 * @csspart problems - What could not be understood; empty if all was.
 * @csspart head - The action that is looked at, its phase and attempt.
 * @csspart diagram - The states, and the buttons that lead on.
 * @csspart why - The rule that decided, and its sentence.
 * @csspart steps - Undo, redo, the slider and the next timer.
 *
 * @cssproperty --card - The ground of the frame.
 * @cssproperty --sunken - The ground of what is set into it.
 * @cssproperty --ink - Text.
 * @cssproperty --soft - Text that matters less.
 * @cssproperty --line - The border of the frame.
 * @cssproperty --edge - Borders of buttons and boxes.
 * @cssproperty --faint - Edges that were not taken.
 * @cssproperty --accent - What is focused, and where one can go.
 * @cssproperty --on-fill - Text on the colour of a phase.
 * @cssproperty --refused - What was refused.
 * @cssproperty --queued - QUEUED.
 * @cssproperty --waiting - WAITING_FOR_RESOURCES.
 * @cssproperty --initializing - INITIALIZING.
 * @cssproperty --running - RUNNING.
 * @cssproperty --succeeded - SUCCEEDED.
 * @cssproperty --failed - FAILED.
 * @cssproperty --timed-out - TIMED_OUT.
 * @cssproperty --aborted - ABORTED.
 * @cssproperty --paused - PAUSED.
 * @cssproperty --recovered - RECOVERED.
 * @cssproperty --sans - The typeface.
 * @cssproperty --mono - The typeface of code.
 */
export class FlyteLifecycleElement extends HTMLElement {
  /** A situation of the page (`retry`), a real bug (`n1`) or a trace by its name; the first situation if absent. */
  scenario: string | null;
  /** A link to a run, or its fragment; goes before `trace` and `scenario`. */
  link: string | null;
  /** A trace, or the address of one; goes before `scenario`. */
  trace: string | null;
  /** `documented`, `upstream` or `merged`; what the run itself says if absent. */
  rules: string | null;
  /** `auto`, `light` or `dark`. */
  theme: string | null;
  /** `full`: everything can be done; `steps`: only gone through; `none`: only looked at. */
  controls: string | null;
  /**
   * Resolves when what was asked for is shown, which takes until it is in a page. Rejects where that cannot be: with a
   * LifecycleError for a name, link, trace or rule set that is none, and something else is shown; with what went wrong where
   * the engine could not be loaded. It is another promise as soon as something else is asked for.
   */
  readonly ready: Promise<void>;
  /**
   * The simulation that is shown; null until it is. One of yours can be set, also before the element is in a page; null shows
   * again what the attributes ask for.
   */
  get simulation(): Simulation | null;
  set simulation(sim: Simulation | null | undefined);
  /** The action that is looked at. */
  readonly selected: ActionId | null;
  /**
   * Does something; a refused command throws a LifecycleError and changes nothing. This, `seek` and `select` throw
   * FAILED_PRECONDITION as long as nothing is shown.
   */
  dispatch(command: Command): Step;
  /** Takes the last command back; false if there is none. */
  undo(): boolean;
  /** Applies the last command taken back; false if there is none. */
  redo(): boolean;
  /**
   * Stands after so many commands; the later ones are kept until another is sent. False if it stood there already. Throws
   * OUT_OF_RANGE beyond the commands held.
   */
  seek(index: number): boolean;
  /** Looks at another action. Throws NOT_FOUND if there is no such action. */
  select(action: ActionId): void;
  /** Draws again, after something was done to `simulation` directly. */
  refresh(): void;
  addEventListener<K extends keyof FlyteLifecycleEventMap>(
    type: K,
    listener: (this: FlyteLifecycleElement, event: FlyteLifecycleEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof FlyteLifecycleEventMap>(
    type: K,
    listener: (this: FlyteLifecycleElement, event: FlyteLifecycleEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The name under which it is defined: `flyte-lifecycle`. */
export const NAME: "flyte-lifecycle";

declare global {
  interface HTMLElementTagNameMap {
    "flyte-lifecycle": FlyteLifecycleElement;
  }
}
