// Keeps what the core made whole, whatever becomes of a call: one in the middle of another is refused, after one that was
// broken off it is made anew, and once it is freed everything is refused in words.

import { LifecycleError } from "../../pkg/errors.js";
import { codeOf, main, refused, room, whyBrokenOff } from "./modules.js";

/** What messages say of an object, by the name of its class. */
const WORDS = {
  Simulation: { such: "simulation", variable: "sim", again: "The simulation is what its commands lead to" },
  Bulk: { such: "Bulk", variable: "bulk", again: "The Bulk is what its reports lead to" },
};

// Those that are in a call, the outermost first: more than one only where a getter of what is being read calls another.
// Nothing is called to keep the list, so that it is right also where the stack ends.
const busy = [];

/** What is known of an object beside it: where the core has it, whether a call has it, what it was salvaged as. */
const KNOWN = Symbol("what is known of it");

/**
 * Has a call refused while another of the same object is being made, as from a getter of what that one reads, and has it
 * made anew from what it was asked before after a call that did not come to its end, as where the stack ran out in the
 * middle: what that was changing may be half changed, and the module takes it for being in the call for ever.
 */
export function keepWhole(core) {
  const { prototype, salvaged, discarded } = core;
  const { address, isFree } = prototype;
  const inside = { address, isFree, salvaged, discarded };
  // What the core is asked for here alone.
  for (const name of ["address", "isFree"]) delete prototype[name];
  for (const name of ["salvaged", "discarded"]) delete core[name];
  for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    // How the module is linked, in names with two dashes, is no call.
    if (name === "constructor" || name.startsWith("__")) continue;
    const whole = alone(core, inside, name, get ?? value);
    Object.defineProperty(prototype, name, get ? { get: whole } : { value: whole });
  }
}

function alone(core, inside, name, call) {
  const words = WORDS[core.name];
  return {
    [name](asked, about) {
      if (!(this instanceof core)) throw withoutOne(words, name);
      const { depth } = main;
      for (let at = 0; at < depth; at += 1) if (busy[at] === this) throw inTheMiddle(words, name);
      if (depth === 0) main.stack.value = main.top;
      busy[depth] = this;
      main.depth = depth + 1;
      let known;
      let hasEnded = false;
      try {
        if (main.isWary) room();
        known = this[KNOWN] ?? know(this, inside);
        if (known.isBroken) mend(this, known, inside);
        // Until the call has come to its end it counts as broken off: where the stack ends, nothing more can be called.
        known.isBroken = true;
        const answer = call.call(this, asked, about);
        known.isBroken = false;
        hasEnded = true;
        return answer;
      } catch (error) {
        if (!(error instanceof LifecycleError)) throw brokenOff(words, name, error);
        // A refusal is an end as well.
        known.isBroken = false;
        hasEnded = true;
        throw error;
      } finally {
        if (!hasEnded) main.isWary = true;
        main.depth = depth;
        busy[depth] = undefined;
      }
    },
  }[name];
}

function withoutOne({ such, variable }, name) {
  return refused(`\`${name}\` was called without its ${such}; call it as \`${variable}.${name}(…)\`.`);
}

function inTheMiddle({ such }, name) {
  const what = `\`${name}\` was called while this ${such} reads what another call was given`;
  return new LifecycleError(`${what}; pass plain data, and call it when that one is done.`, "FAILED_PRECONDITION");
}

function brokenOff({ again }, name, cause) {
  const message = `\`${name}\` was broken off in the middle: ${whyBrokenOff(cause)}. ${again}.`;
  return Object.assign(new LifecycleError(message, codeOf(cause)), { cause });
}

// Under a key that nobody sees. What was frozen before anything was asked of it has none, and is asked each time.
function know(object, { address }) {
  const value = { address: address.call(object), isBroken: false, inner: undefined };
  Reflect.defineProperty(object, KNOWN, { value });
  return value;
}

/** Whether the core still takes an object for being in a call. */
function isTaken(object, { isFree }) {
  try {
    return !isFree.call(object);
  } catch (error) {
    // Where the stack ends again, nothing can be told.
    if (error instanceof RangeError) throw error;
    return true;
  }
}

/**
 * Makes an object anew, in its own place, if a call has it for ever. Where the stack ends once more, all of it is tried
 * again the next time: nothing is called between what is put in place of something else.
 */
function mend(object, known, inside) {
  if (!isTaken(object, inside)) return;
  const before = known.address;
  const inner = inside.salvaged(before);
  const now = inside.address.call(inner);
  const pointer = inner.__wbg_ptr;
  object.__wbg_ptr = pointer;
  known.inner = inner;
  known.address = now;
  try {
    inside.discarded(before);
  } catch {
    // What it held is not given back then, which harms nobody.
  }
}

/** Has whatever is called after `free()` refused; freeing twice does nothing. */
export function refuseWhenFreed({ prototype, name }) {
  const { free } = prototype;
  const message = `This ${name} was freed, so nothing can be asked of it; make another one.`;
  prototype.free = function () {
    if (!Object.isExtensible(this))
      throw frozen("free", WORDS[name].such, "; it is freed when nobody holds it any more");
    free.call(this);
    // It was freed as what it was salvaged as, which is to know of it.
    this[KNOWN]?.inner?.__destroy_into_raw();
    refuseAll(this, prototype, () => new LifecycleError(message, "FAILED_PRECONDITION"));
  };
  if (Symbol.dispose) {
    prototype[Symbol.dispose] = function () {
      this.free();
    };
  }
}

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

/** What a call says that has to put something down on an object that takes nothing any more. */
export function frozen(name, such, otherwise) {
  const what = `\`${name}\` cannot put anything down on a frozen ${such}`;
  return new LifecycleError(`${what}: freeze what holds it instead${otherwise}.`, "FAILED_PRECONDITION");
}
