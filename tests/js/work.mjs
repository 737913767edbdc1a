// Counts the work that a function does on text and lists, so that a test can see how it grows without looking at a clock,
// which tells more of the machine than of the code. Counted is what the engine has to walk through: a text that is searched,
// or cut while it still grows, by its length; a list that is searched, by how far.
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

/** How much a synchronous function walks through. */
export function workOf(run) {
  let work = 0;
  const undo = [];
  const patch = (prototype, name, counted) => {
    const original = prototype[name];
    prototype[name] = function (...given) {
      const answer = original.apply(this, given);
      work += counted(this, given, answer);
      return answer;
    };
    undo.push(() => {
      prototype[name] = original;
    });
  };
  for (const name of TEXT) {
    // The very same text again is not walked through again to be cut: what is cut off it is all that is copied.
    let recent = [];
    patch(String.prototype, name, (receiver, _, answer) => {
      const others = [];
      let again = false;
      for (const text of recent) {
        if (text === receiver) again = true;
        else if (others.length < 7) others.push(text);
      }
      recent = [receiver, ...others];
      return again && name === "slice" ? answer.length : receiver.length;
    });
  }
  patch(RegExp.prototype, "test", (pattern, [text]) => (pattern.sticky ? 0 : String(text).length));
  patch(RegExp.prototype, "exec", (pattern, [text], found) =>
    pattern.sticky ? (found?.[0].length ?? 0) : String(text).length,
  );
  const tellsPlace = new Set(["indexOf", "findIndex"]);
  for (const name of LIST)
    patch(Array.prototype, name, (list, _, answer) =>
      name === "slice" ? answer.length : tellsPlace.has(name) && answer >= 0 ? answer + 1 : list.length,
    );
  try {
    run();
  } finally {
    for (const each of undo.reverse()) each();
  }
  return work;
}

/** By what the work grows each time its input doubles, from a first size on. */
export function growthOf(first, times, workFor) {
  const works = Array.from({ length: times + 1 }, (_, at) => workFor(first * 2 ** at));
  return works.slice(1).map((work, at) => (work + 1) / (works[at] + 1));
}
