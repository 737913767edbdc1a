/*
 * `<flyte-lifecycle scenario="retry">`: a run of Flyte in any page, drawn in its own shadow by this package's engine. It
 * asks nobody for anything but the package's own module, and needs no style sheet, so a strict policy holds.
 */

import type { ActionId, Command, Step } from "flyte-lifecycle";
import init, { LifecycleError, Simulation } from "flyte-lifecycle/init";
import { Run, standing } from "../run/run.ts";
import { shownOf } from "../run/shown.ts";
import { sentenceOf } from "../words/sentences.ts";
import { Awaited } from "./awaited.ts";
import { dress, looksOf } from "./looks.ts";
import { type Source, sourceOf, stopOf } from "./source.ts";
import { View } from "./view.ts";

const NAMES = ["scenario", "link", "trace", "rules"] as const;
const LOOKS = ["theme", "controls"] as const;

/** Where there are no elements, as on a server, the module can be imported all the same; only not used. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class FlyteLifecycleElement extends Base {
  static observedAttributes = [...NAMES, ...LOOKS];

  #view: View | null = null;
  #run: Run | null = null;
  /** Whether somebody else may hold the simulation, who made it or asked for it. */
  #lent = false;
  /** Whether it was set by somebody. */
  #isSet = false;
  #title = "";
  #selected: ActionId | null = null;
  #problems: string[] = [];
  /** What is wrong with the attributes about its looks, whichever run is shown. */
  #misfits: string[] = [];
  /** Counts what was asked for, so that what arrives late does not take the place of something newer. */
  #asked = 0;
  #waiting = false;
  /** What the attributes wanted when the run came that is shown; null before one did. */
  #followed: string | null = null;
  /** Whether a simulation was set while it was in no page: then it goes before whatever else is set until it is in one. */
  #isGiven = false;
  /** What was wrong with what is shown when it came, and why it is shown in the place of something else. */
  #said: string[] = [];
  #failure: Error | null = null;
  #ready = new Awaited();
  #observer: ResizeObserver | null = null;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    if (!this.#view) {
      dress(root);
      this.#view = new View(root, {
        send: (command) => this.#send(command),
        seek: (index) => this.seek(index),
        select: (action) => this.select(action),
      });
    }
    this.#view.fit(this.getBoundingClientRect().width);
    // Where nothing is laid out, nobody tells of sizes either.
    if (typeof ResizeObserver === "function") {
      this.#observer = new ResizeObserver(([entry]) => entry && this.#view?.fit(entry.contentRect.width));
      this.#observer.observe(this);
    }
    this.#adoptProperties();
    this.#look();
    if (this.#isGiven) this.#followed = this.#wanted();
    this.#isGiven = false;
    if (!this.#isFollowed()) {
      this.#open();
      return;
    }
    this.#show();
    this.#settle();
  }

  /** In another document, as that of a frame, nothing is left of its looks. */
  adoptedCallback(): void {
    if (this.shadowRoot) dress(this.shadowRoot);
  }

  /** Properties that were set before the element was defined hide the ones that it has. */
  #adoptProperties(): void {
    const self = this as unknown as Record<string, unknown>;
    for (const name of [...NAMES, ...LOOKS, "simulation"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    // While it is in no page there is nothing to look at; what it is told by then counts when it is in one.
    if (before === after || !this.isConnected) return;
    if (LOOKS.includes(name as "theme")) this.#look();
    else this.#open();
  }

  /** What the attributes tell it to open. */
  #wanted(): string {
    return JSON.stringify(NAMES.map((name) => this.getAttribute(name)));
  }

  /** As long as it is told to open the same, the run that is shown stays, whatever was done in it and wherever it is put. */
  #isFollowed(): boolean {
    return this.#followed === this.#wanted();
  }

  // --- attributes as properties -----------------------------------------------------------------------------------

  get scenario(): string | null {
    return this.getAttribute("scenario");
  }
  set scenario(value: string | null) {
    this.#set("scenario", value);
  }
  get link(): string | null {
    return this.getAttribute("link");
  }
  set link(value: string | null) {
    this.#set("link", value);
  }
  get trace(): string | null {
    return this.getAttribute("trace");
  }
  set trace(value: string | null) {
    this.#set("trace", value);
  }
  get rules(): string | null {
    return this.getAttribute("rules");
  }
  set rules(value: string | null) {
    this.#set("rules", value);
  }
  get theme(): string | null {
    return this.getAttribute("theme");
  }
  set theme(value: string | null) {
    this.#set("theme", value);
  }
  get controls(): string | null {
    return this.getAttribute("controls");
  }
  set controls(value: string | null) {
    this.#set("controls", value);
  }

  #set(name: string, value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  // --- the run ----------------------------------------------------------------------------------------------------

  /** Resolves when what was asked for is shown; rejects where it cannot be, and something else is shown, or nothing. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The simulation that is shown; null until it is. What is done to it directly is shown after `refresh()`. */
  get simulation(): Simulation | null {
    this.#lent = true;
    return this.#run?.sim ?? null;
  }

  /** Shows a simulation of yours; with none, what the attributes ask for. */
  set simulation(sim: Simulation | null | undefined) {
    // Preact says that there is none by an empty text.
    if (sim === null || sim === undefined || (sim as unknown) === "") {
      this.#leave();
      return;
    }
    if (!(sim instanceof Simulation)) throw new TypeError("simulation takes a Simulation of flyte-lifecycle.");
    // One that cannot be asked throws here, and leaves what is shown and what is on its way.
    const run = Run.around(sim);
    this.#asked += 1;
    this.#waiting = false;
    this.#isGiven = !this.isConnected;
    if (this.#ready.isOver) this.#ready = new Awaited();
    this.#take({ run, title: "A simulation", problems: [], wanted: this.#wanted(), lent: true });
  }

  /** Lets go of a simulation that was set, if one was. */
  #leave(): void {
    this.#isGiven = false;
    if (!this.#isSet) return;
    this.#isSet = false;
    this.#followed = null;
    if (this.isConnected) this.#open();
  }

  /** The action that is looked at. */
  get selected(): ActionId | null {
    return this.#selected;
  }

  /** Does something. A refused command throws a LifecycleError and changes nothing. */
  dispatch(command: Command): Step {
    const step = this.#present().dispatch(command);
    this.#problems = [];
    this.#said = [];
    this.#show();
    this.#view?.announce(sentenceOf(step.events));
    this.dispatchEvent(new CustomEvent("step", { detail: step, bubbles: true, composed: true }));
    return step;
  }

  /** Takes the last command back; false if there is none. */
  undo(): boolean {
    const run = this.#run;
    return run !== null && run.index > 0 && this.seek(run.index - 1);
  }

  /** Applies the last command taken back; false if there is none. */
  redo(): boolean {
    const run = this.#run;
    return run !== null && run.index < run.sim.length && this.seek(run.index + 1);
  }

  /** Stands after so many commands; the later ones are kept until another is sent. False if it stood there already. */
  seek(index: number): boolean {
    const run = this.#present();
    const before = run.index;
    run.seek(index);
    if (run.index === before) return false;
    this.#show();
    const action = run.snapshot().actions.find(({ id }) => id === this.#selected);
    this.#view?.announce(action ? `Step ${index}: ${action.id} is ${action.phase}.` : `Step ${index}.`);
    this.dispatchEvent(new CustomEvent("seek", { detail: { index }, bubbles: true, composed: true }));
    return true;
  }

  /** Looks at another action. Throws NOT_FOUND if there is no such action. */
  select(action: ActionId): void {
    // Asked for something of it, the simulation says of one that there is not what there is.
    this.#present().sim.attempts(action);
    this.#selected = action;
    this.#show();
  }

  /** Draws again, after something was done to the simulation directly. */
  refresh(): void {
    this.#show();
  }

  /** The run as it is, whatever was done to its simulation directly. */
  #present(): Run {
    if (!this.#run) throw new LifecycleError("Nothing is shown yet: await ready first.", "FAILED_PRECONDITION");
    if (!this.#run.isPresent) this.#run = Run.around(this.#run.sim);
    return this.#run;
  }

  // --- inside -----------------------------------------------------------------------------------------------------

  /** Opens what the attributes ask for, once for all that change at the same time. */
  #open(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#asked += 1;
    const mine = this.#asked;
    if (this.#ready.isOver) this.#ready = new Awaited();
    queueMicrotask(() => void this.#fetch(mine));
  }

  async #fetch(mine: number): Promise<void> {
    if (mine !== this.#asked) return;
    this.#waiting = false;
    if (this.#isFollowed()) {
      this.#problems = this.#said;
      this.#show();
      return this.#failure ? this.#ready.break(this.#failure) : this.#ready.keep();
    }
    // What cannot be opened is no failure of the engine, and what cannot be fetched is none of what was asked for.
    let failed = "The engine could not be loaded";
    try {
      await init();
      failed = "This could not be opened";
      const { scenario, link, trace, rules } = this;
      const wanted = this.#wanted();
      const source = await sourceOf({ scenario, link, trace, rules });
      if (mine === this.#asked) this.#play(source, wanted);
    } catch (error) {
      if (mine !== this.#asked) return;
      this.#problem(`${failed}: ${(error as Error).message}`);
      this.#ready.break(error);
    }
  }

  #play({ title, config, commands, index, selected, problems, failure }: Source, wanted: string): void {
    const run = standing(Run.of(config, commands, { kind: "given" }), index);
    try {
      // One that cannot be shown takes the place of none that can.
      shownOf(run);
    } catch (error) {
      run.free();
      throw error;
    }
    this.#selected = selected ?? null;
    this.#take({ run, title, problems: [...problems, ...stopOf(run)], wanted, failure });
  }

  #take({ run, title, problems, wanted, lent = false, failure }: Taken): void {
    const before = this.#lent ? null : this.#run;
    this.#run = run;
    this.#lent = lent;
    this.#isSet = lent;
    this.#followed = wanted;
    this.#title = title;
    this.#problems = problems;
    this.#said = problems;
    this.#failure = failure ?? null;
    this.#show();
    before?.free();
    // What is wrong with its looks was found when nobody could listen yet.
    const said = [...this.#misfits, ...problems];
    if (said.length > 0) this.#tell(said.join(" "));
    // Somebody else has decided what is shown by then.
    if (this.#run === run) this.#settle();
  }

  /** Says that what was asked for is shown, or that it cannot be, once it is in a page. */
  #settle(): void {
    if (this.#ready.isOver || !this.isConnected) return;
    if (this.#failure) {
      this.#ready.break(this.#failure);
      return;
    }
    this.#ready.keep();
    this.dispatchEvent(new CustomEvent("ready", { bubbles: true, composed: true }));
  }

  #send(command: Command): void {
    try {
      this.dispatch(command);
    } catch (error) {
      if (!(error instanceof LifecycleError)) throw error;
      this.#problem(error.message);
    }
  }

  #problem(text: string): void {
    this.#problems = [text];
    this.#view?.problems([...this.#misfits, text]);
    this.#tell(text);
  }

  #tell(message: string): void {
    this.dispatchEvent(new CustomEvent("problem", { detail: { message }, bubbles: true, composed: true }));
  }

  /** Theme and controls. What they cannot be is said in place, and so is the name of an attribute that is misspelt. */
  #look(): void {
    const { controls, misfits } = looksOf(this, [...NAMES, ...LOOKS]);
    if (this.#view) this.#view.controls = controls;
    const fresh = misfits.filter((each) => !this.#misfits.includes(each));
    this.#misfits = misfits;
    this.#view?.problems([...misfits, ...this.#problems]);
    if (this.#run && fresh.length > 0) this.#tell(fresh.join(" "));
  }

  #show(): void {
    if (!this.#run || !this.#view) return;
    const run = this.#present();
    const shown = shownOf(run);
    if (this.#selected === null || !shown.actions.has(this.#selected))
      this.#selected = shown.snapshot.actions[0]?.id ?? null;
    this.#view.problems([...this.#misfits, ...this.#problems]);
    this.#view.show({
      ...shown,
      title: this.#title,
      length: run.length,
      selected: this.#selected,
      explain: (command) => run.explain(command),
    });
  }
}

/** A run to be shown. */
interface Taken {
  run: Run;
  title: string;
  problems: string[];
  /** What the attributes wanted when it came. */
  wanted: string;
  /** Whether somebody else holds its simulation. */
  lent?: boolean;
  /** Why it is shown in the place of what was asked for. */
  failure?: Error | undefined;
}

/** The name under which it is defined. */
export const NAME = "flyte-lifecycle";

if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, FlyteLifecycleElement);
