// Counts the work that a function does on text and lists, so that a test can see how it grows without looking at a clock,
// which tells more of the machine than of the code. Counted is what the engine has to walk through: a text that is searched,
// or cut while it still grows, by its length; a list that is searched or gone through, by how far.
import assert from "node:assert/strict";

const TEXT = ["slice", "search", "match", "matchAll", "replace", "replaceAll", "split", "trim", "trimEnd", "trimStart"];
const LIST = [
  "includes",
  "indexOf",
  "find",
  "findIndex",
  "some",
  "every",
  "filter",
  "map",
  "flatMap",
  "slice",
  "findLast",
];
const TELL_PLACE = new Set(["indexOf", "findIndex"]);
/** Texts that were looked at lately are known again, so that cutting a finished one piece by piece costs its pieces. */
const LATELY = 8;

/** How much a synchronous function walks through. */
export function workOf(run) {
  let work = 0;
  const undo = [];
  const patch = (prototype, name, make) => {
    const original = prototype[name];
    prototype[name] = make(original);
    undo.push(() => {
      prototype[name] = original;
    });
  };
  const count = (prototype, name, counted) =>
    patch(
      prototype,
      name,
      (original) =>
        function (...given) {
          const answer = original.apply(this, given);
          work += counted(this, answer, given[0]);
          return answer;
        },
    );
  for (const name of TEXT) {
    const recent = [];
    count(String.prototype, name, (receiver, answer) => {
      let place = 0;
      while (place < recent.length && recent[place] !== receiver) place += 1;
      const known = place < recent.length;
      for (let at = Math.min(place, LATELY - 1); at > 0; at -= 1) recent[at] = recent[at - 1];
      recent[0] = receiver;
      return known && name === "slice" ? answer.length : receiver.length;
    });
  }
  count(RegExp.prototype, "test", (pattern, _, text) => (pattern.sticky ? 0 : String(text).length));
  count(RegExp.prototype, "exec", (pattern, _, text) => (pattern.sticky ? 1 : String(text).length));
  for (const name of LIST)
    count(Array.prototype, name, (list, answer) =>
      name === "slice" ? answer.length : TELL_PLACE.has(name) && answer >= 0 ? answer + 1 : list.length,
    );
  patch(
    Array.prototype,
    Symbol.iterator,
    (original) =>
      function () {
        const steps = original.call(this);
        const next = steps.next.bind(steps);
        steps.next = () => {
          work += 1;
          return next();
        };
        return steps;
      },
  );
  try {
    run();
  } finally {
    for (let at = undo.length - 1; at >= 0; at -= 1) undo[at]();
  }
  return work;
}

/** Twice the input is at most so much the work: twice, and something for what is done once or found among twice as many. */
export const LINEAR = 2.4;

/** That no work grows by more than that, each time its input doubles. */
export function growsBelow(bound, what, growth) {
  const told = growth.map((by) => by.toFixed(2)).join(", ");
  assert.ok(
    growth.every((by) => by < bound),
    `${what}: the work grows ${told} times`,
  );
}

/** By what the work grows each time its input doubles, from a first size on. */
export function growthOf(first, times, workFor) {
  const works = Array.from({ length: times + 1 }, (_, at) => workFor(first * 2 ** at));
  return works.slice(1).map((work, at) => (work + 1) / (works[at] + 1));
}
