// What a simulation can do beside what the core itself has: it is heard, kept as plain data, and made from foreign text.

import { shownOf } from "../../pkg/errors.js";
import { Bulk, Simulation, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { reach } from "./explore.js";
import { entered, refused } from "./modules.js";
import { readTaskActions, readTrace } from "./reading.js";
import { frozen, keepWhole, refuseWhenFreed } from "./whole.js";

const FORMAT = "flyte-lifecycle run";
const VERSION = 1;

// --- as plain data ------------------------------------------------------------------------------------------------

/** All of the run: `JSON.stringify(sim)` keeps it. */
function toJSON() {
  const run = { format: FORMAT, version: VERSION, upstream: upstream_commit(), ...this.saved() };
  return { ...run, events: this.events(), snapshot: this.snapshot() };
}

/** What makes simulations of something. Asked of a class that extends this one, it makes one of that class. */
const makers = {
  fromJSON(value) {
    return kept(value, this);
  },
  fromTrace(text) {
    return resumed("Simulation.fromTrace", readTrace(text), this);
  },
  fromTaskActions(value, config) {
    return resumed("Simulation.fromTaskActions", readTaskActions(value, config), this);
  },
};

/** The run that was kept: its commands are given again. */
function kept(value, asked) {
  if (typeof value === "string") throw refused("The run cannot be read: it is text; pass `JSON.parse(text)`.");
  const run = partsOf(value);
  if (run === undefined) return resumed("Simulation.fromJSON", value, asked);
  const { format, version, ...parts } = run;
  if (format !== FORMAT || version !== VERSION) {
    const what = `its format is ${shownOf(format)}, version ${shownOf(version)}`;
    throw refused(`The run cannot be read: ${what}; this package reads "${FORMAT}", version ${VERSION}.`);
  }
  return resumed("Simulation.fromJSON", parts, asked);
}

/** The constructor of a class that extends this one is not called: it takes what it likes. */
const resumed = (name, parts, asked) =>
  entered(name, () => {
    const sim = Simulation.resumed(parts);
    const own = asked?.prototype;
    return own instanceof Simulation ? Object.setPrototypeOf(sim, own) : sim;
  });

/** What all of a kept run follows from. Of what cannot be asked for it there is nothing; the core says why, in its words. */
function partsOf(value) {
  try {
    if (Object(value) !== value || Array.isArray(value)) return undefined;
    const { format = FORMAT, version = VERSION, config, commands, index, story } = value;
    return { format, version, config, commands, index, story };
  } catch {
    return undefined;
  }
}

// --- heard --------------------------------------------------------------------------------------------------------

const HEARD = Symbol("listeners");

/** Those who listen to a simulation, and what they have yet to be told. */
class Heard {
  listeners = new Set();
  #news = [];
  #tells = false;

  /** Tells everybody, in the order in which it happened: a listener may do something, which is told after this. */
  tell(news) {
    this.#news.push(news);
    if (this.#tells) return;
    this.#tells = true;
    try {
      while (this.#news.length > 0) {
        const next = this.#news.shift();
        for (const listener of [...this.listeners]) {
          try {
            listener(next);
          } catch (error) {
            // What was done is done, whatever a listener makes of it: its error is its own.
            queueMicrotask(() => {
              throw error;
            });
          }
        }
      }
    } finally {
      this.#tells = false;
    }
  }
}

function subscribe(listener) {
  if (typeof listener !== "function") {
    throw refused(`\`subscribe\` takes a function that is called with what happens; a ${typeof listener} is none.`);
  }
  if (!this[HEARD] && !Reflect.defineProperty(this, HEARD, { value: new Heard() })) {
    throw frozen("subscribe", "simulation", ", or subscribe before");
  }
  const { listeners } = this[HEARD];
  // Whoever listens twice is told twice, and stops once for each.
  const own = (news) => listener(news);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

keepWhole(Simulation);
keepWhole(Bulk);
const { dispatch, settle, seek, undo, redo, fork } = Simulation.prototype;

const heard = {
  dispatch(command) {
    const step = dispatch.call(this, command);
    this[HEARD]?.tell({ type: "step", step });
    return step;
  },
  settle() {
    const steps = settle.call(this);
    for (const step of steps) this[HEARD]?.tell({ type: "step", step });
    return steps;
  },
  seek(index) {
    const before = this.index;
    seek.call(this, index);
    if (this.index !== before) this[HEARD]?.tell({ type: "seek", index: this.index });
  },
  undo() {
    const done = undo.call(this);
    if (done) this[HEARD]?.tell({ type: "seek", index: this.index });
    return done;
  },
  redo() {
    const done = redo.call(this);
    if (done) this[HEARD]?.tell({ type: "seek", index: this.index });
    return done;
  },
  fork() {
    const forked = fork.call(this);
    const own = Object.getPrototypeOf(this);
    return own === Simulation.prototype ? forked : Object.setPrototypeOf(forked, own);
  },
};

// --- as callers have it ----------------------------------------------------------------------------------------------

// Methods of a class cannot be enumerated, and neither can these.
const given = { reach, toJSON, subscribe, ...heard };
for (const [name, value] of Object.entries(given)) {
  Object.defineProperty(Simulation.prototype, name, { value, writable: true, configurable: true });
}
Object.assign(Simulation, makers);
refuseWhenFreed(Simulation);
refuseWhenFreed(Bulk);

/** The class as callers have it: to make one is a call like any other. */
function made(core) {
  const construct = (target, asked, as) => entered(`new ${core.name}`, () => Reflect.construct(target, asked, as));
  const outer = new Proxy(core, { construct });
  Object.defineProperty(core.prototype, "constructor", { value: outer, writable: true, configurable: true });
  return outer;
}

const [OuterBulk, OuterSimulation] = [made(Bulk), made(Simulation)];

export { OuterBulk as Bulk, OuterSimulation as Simulation };
