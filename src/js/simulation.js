// What a simulation can do beside what the core itself has: it is heard, kept as plain data, made from foreign text, and
// refuses in words what is asked of it after it was freed.

import { LifecycleError, shownOf } from "../../pkg/errors.js";
import { Bulk, Simulation, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { reach } from "./explore.js";
import { codeOf, entered, main, refused, room, whyBrokenOff } from "./modules.js";
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
  const run = partsOf(value);
  if (run === undefined) return resumed("Simulation.fromJSON", value);
  const { format, version, ...parts } = run;
  if (format !== FORMAT || version !== VERSION) {
    const what = `its format is ${shownOf(format)}, version ${shownOf(version)}`;
    throw refused(`The run cannot be read: ${what}; this package reads "${FORMAT}", version ${VERSION}.`);
  }
  return resumed("Simulation.fromJSON", parts);
}

const resumed = (name, parts) => entered(name, () => Simulation.resumed(parts));

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

// --- in the middle of a call --------------------------------------------------------------------------------------

// The simulations that are in a call, the outermost first: more than one only where a getter of what is being read calls
// another. Nothing is called to keep the list, so that it is right also where the stack ends.
const busy = [];

// What the core is asked for here alone.
const { address, isFree } = Simulation.prototype;
const { salvaged, discarded } = Simulation;
delete Simulation.prototype.address;
delete Simulation.prototype.isFree;
delete Simulation.salvaged;
delete Simulation.discarded;

const BROKEN = Symbol("broken off in the middle of a call");
const ADDRESS = Symbol("where the core has it");
const INNER = Symbol("what it was salvaged as");

/**
 * Has a call refused while another of the same simulation is being made, as from a getter of what that one reads, and has
 * a simulation made anew from its commands after a call that did not come to its end, as where the stack ran out in the
 * middle: what that was changing may be half changed, and the module takes it for being in the call for ever.
 */
function keepWhole({ prototype }) {
  for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    // How the module is linked, in names with two dashes, is no call.
    if (name === "constructor" || name.startsWith("__")) continue;
    Object.defineProperty(prototype, name, get ? { get: alone(name, get) } : { value: alone(name, value) });
  }
}

function alone(name, call) {
  return {
    [name](asked) {
      if (!(this instanceof Simulation)) throw withoutOne(name);
      const { depth } = main;
      for (let at = 0; at < depth; at += 1) if (busy[at] === this) throw inTheMiddle(name);
      if (depth === 0) main.stack.value = main.top;
      busy[depth] = this;
      main.depth = depth + 1;
      try {
        if (this[ADDRESS] === undefined) know(this);
        else if (this[BROKEN]) mend(this);
        // Until the call has come to its end it counts as broken off: where the stack ends, nothing more can be called.
        const isKnown = this[ADDRESS] !== undefined;
        if (isKnown) this[BROKEN] = true;
        const answer = call.call(this, asked);
        if (isKnown) this[BROKEN] = false;
        return answer;
      } catch (error) {
        if (!(error instanceof LifecycleError)) throw brokenOff(name, error);
        // A refusal is an end as well.
        if (this[ADDRESS] !== undefined) this[BROKEN] = false;
        throw error;
      } finally {
        main.depth = depth;
        busy[depth] = undefined;
      }
    },
  }[name];
}

function withoutOne(name) {
  return refused(`\`${name}\` was called without its simulation; call it as \`sim.${name}(…)\`.`);
}

function inTheMiddle(name) {
  const what = `\`${name}\` was called while this simulation reads what another call was given`;
  return new LifecycleError(`${what}; pass plain data, and call it when that one is done.`, "FAILED_PRECONDITION");
}

// A key that nobody sees. A frozen simulation has none, and cannot be mended.
const hidden = (simulation, key, value) => Reflect.defineProperty(simulation, key, { value, writable: true });

function know(simulation) {
  hidden(simulation, BROKEN, false);
  hidden(simulation, ADDRESS, address.call(simulation));
}

function brokenOff(name, cause) {
  const message = `\`${name}\` was broken off in the middle: ${whyBrokenOff(cause)}. The simulation is what its commands lead to.`;
  return Object.assign(new LifecycleError(message, codeOf(cause)), { cause });
}

/** Whether the core still takes the simulation for being in a call. */
function isTaken(simulation) {
  try {
    return !isFree.call(simulation);
  } catch (error) {
    // Where the stack ends again, nothing can be told.
    if (error instanceof RangeError) throw error;
    return true;
  }
}

/**
 * Makes a simulation anew from its commands, in its own place, if a call has it for ever. Where the stack ends once more,
 * all of it is tried again the next time: nothing is called between what is put in place of something else.
 */
function mend(simulation) {
  room();
  if (!isTaken(simulation)) return;
  const before = simulation[ADDRESS];
  const inner = salvaged(before);
  const now = address.call(inner);
  hidden(simulation, INNER, inner);
  const pointer = inner.__wbg_ptr;
  simulation.__wbg_ptr = pointer;
  simulation[ADDRESS] = now;
  try {
    discarded(before);
  } catch {
    // What it held is not given back then, which harms nobody.
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
  if (!this[HEARD]) Object.defineProperty(this, HEARD, { value: new Heard() });
  const { listeners } = this[HEARD];
  // Whoever listens twice is told twice, and stops once for each.
  const own = (news) => listener(news);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

keepWhole(Simulation);
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

/** Has whatever is asked of an object from now on refused, but that it be freed, which does nothing. */
function refuseAll(object, prototype, error) {
  const refuse = () => {
    throw error();
  };
  const refusals = { free: { value() {} } };
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || name === "free") continue;
    refusals[name] = value === undefined ? { get: refuse } : { value: refuse };
  }
  Object.defineProperties(object, refusals);
}

/** Has whatever is called after `free()` refused; freeing twice does nothing. */
function refuseWhenFreed({ prototype, name }) {
  const { free } = prototype;
  const message = `This ${name} was freed, so nothing can be asked of it; make another one.`;
  prototype.free = function () {
    free.call(this);
    // It was freed as what it was salvaged as, which is to know of it.
    this[INNER]?.__destroy_into_raw();
    refuseAll(this, prototype, () => new LifecycleError(message, "FAILED_PRECONDITION"));
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
  fromTrace: (text) => resumed("Simulation.fromTrace", readTrace(text)),
  fromTaskActions: (value, config) => resumed("Simulation.fromTaskActions", readTaskActions(value, config)),
});
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
