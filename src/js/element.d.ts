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

/**
 * `<flyte-lifecycle scenario="retry">`: a run that is drawn live, in its own shadow. Importing this module defines it. On a
 * server the import does nothing.
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
  /** Resolves when what the attributes ask for is shown, also if it could not be understood. */
  readonly ready: Promise<void>;
  /** The simulation that is shown; null until it is. One of yours can be set. */
  get simulation(): Simulation | null;
  set simulation(sim: Simulation);
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
