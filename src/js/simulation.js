// What a simulation can do beside what the core itself has: it is heard, kept as plain data, made from foreign text, and
// refuses in words what is asked of it after it was freed.

import { LifecycleError } from "../../pkg/errors.js";
import { Bulk, Simulation, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { reach } from "./explore.js";
import { refused } from "./modules.js";
import { readTaskActions, readTrace } from "./reading.js";

const FORMAT = "flyte-lifecycle run";
const VERSION = 1;

// --- as plain data ------------------------------------------------------------------------------------------------

/** All of the run: `JSON.stringify(sim)` keeps it. */
function toJSON() {
  const run = { format: FORMAT, version: VERSION, upstream: upstream_commit(), ...this.saved() };
  return { ...run, events: this.events(), snapshot: this.snapshot() };
}

/** The run that was kept: its commands are given again. */
function fromJSON(value) {
  if (typeof value === "string") throw refused("The run cannot be read: it is text; pass `JSON.parse(text)`.");
  const { format = FORMAT, version = VERSION } = Object(value);
  if (format !== FORMAT || version !== VERSION) {
    const what = `its format is ${JSON.stringify(format)}, version ${JSON.stringify(version)}`;
    throw refused(`The run cannot be read: ${what}; this package reads "${FORMAT}", version ${VERSION}.`);
  }
  if (Object(value) !== value || Array.isArray(value)) return Simulation.resumed(value);
  // The rest of it follows from these, and is worked out anew.
  const { config, commands, index, story } = value;
  return Simulation.resumed({ config, commands, index, story });
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
    this.#tells = false;
  }
}

function subscribe(listener) {
  if (typeof listener !== "function") {
    throw refused(`\`subscribe\` takes a function that is called with what happens; a ${typeof listener} is none.`);
  }
  if (!this[HEARD]) Object.defineProperty(this, HEARD, { value: new Heard() });
  const { listeners } = this[HEARD];
  // Whoever listens twice is told twice, and stops once for each.
  const own = (news) => listener(news);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

const { dispatch, settle, seek, undo, redo } = Simulation.prototype;

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
};

// --- freed --------------------------------------------------------------------------------------------------------

/** Has whatever is called after `free()` refused; freeing twice does nothing. */
function refuseWhenFreed({ prototype, name }) {
  const { free } = prototype;
  const message = `This ${name} was freed, so nothing can be asked of it; make another one.`;
  const refuse = () => {
    throw new LifecycleError(message, "FAILED_PRECONDITION");
  };
  const refusals = { free: { value() {} } };
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || name === "free") continue;
    refusals[name] = value === undefined ? { get: refuse } : { value: refuse };
  }
  prototype.free = function () {
    free.call(this);
    Object.defineProperties(this, refusals);
  };
  if (Symbol.dispose) {
    prototype[Symbol.dispose] = function () {
      this.free();
    };
  }
}

// Methods of a class cannot be enumerated, and neither can these.
const given = { reach, toJSON, subscribe, ...heard };
for (const [name, value] of Object.entries(given)) {
  Object.defineProperty(Simulation.prototype, name, { value, writable: true, configurable: true });
}
Object.assign(Simulation, {
  fromJSON,
  fromTrace: (text) => Simulation.resumed(readTrace(text)),
  fromTaskActions: (value, config) => Simulation.resumed(readTaskActions(value, config)),
});
refuseWhenFreed(Simulation);
refuseWhenFreed(Bulk);

export { Bulk, Simulation };
