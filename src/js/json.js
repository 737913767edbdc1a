// What a caller passed, as JSON, and what to say where there is none. The module calls this in the middle of its work, so
// nothing here may throw, whatever getters, proxies and errors of others do.

// As they are now, whatever is done to the global later.
const { parse, stringify } = JSON;

/** JSON, or undefined for what JSON cannot hold: it would quietly turn NaN and Infinity into null. */
export function jsonOf(value) {
  try {
    const json = stringify(value);
    // Beside what stands for NaN there is what stands for half a character, which no text in UTF-8 has.
    if (!json?.includes("null") && !json?.includes("\\ud")) return json;
    let whole = true;
    stringify(value, (key, inner) => {
      if (typeof inner === "number" && !Number.isFinite(inner)) whole = false;
      if (HALF.test(key) || (typeof inner === "string" && HALF.test(inner))) whole = false;
      return inner;
    });
    return whole ? json : undefined;
  } catch {
    // A getter threw, the object holds itself, or it nests too deep.
    return undefined;
  }
}

/** JSON that `jsonOf` gave, as plain data. */
export const ofJson = (json) => parse(json);

/** Half a character: one surrogate without the other. */
const HALF = /\p{Surrogate}/u;

// What to pass instead of nothing.
const WANTED = {
  __proto__: null,
  command: 'such as { type: "createRun", run: "r1" }',
  configuration: 'such as { rules: "upstream" }',
  TaskAction: "what `kubectl get taskaction -o json` prints",
  "recorded run": "as a value or as text",
};

/** What keeps a value from being JSON, and what to do about it, where `jsonOf` gave none. */
export function troubleOf(what, value) {
  if (value === undefined) return `nothing was passed; pass plain data${WANTED[what] ? `, ${WANTED[what]}` : ""}`;
  if (typeof value === "function" || typeof value === "symbol") return `it is a ${typeof value}; pass plain data`;
  try {
    const found = misfit(value, "", new Set());
    if (found) return found;
    stringify(value);
  } catch (error) {
    return `reading it throws${said(error)}; pass plain data`;
  }
  return "JSON makes nothing of it; pass plain data";
}

/** What an error of somebody else's says, if it can be asked without another one. */
function said(error) {
  try {
    return `: "${escaped(String(error?.message ?? error))}"`;
  } catch {
    return "";
  }
}

/** A value as a message shows it: short, and as JSON if it is. */
export function shownOf(value) {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `"${escaped(value)}"`;
  const json = jsonOf(value);
  return json === undefined ? `a ${typeof value}` : escaped(json, UNSEEN);
}

const ESCAPES = { "\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "'": "\\'", "\\": "\\\\" };

/** What cannot be seen, or changes how what stands around it is seen. */
const UNSEEN = /(?! )[\p{C}\p{Z}\p{Grapheme_Extend}]/gu;

/** That, and what has a meaning between quotes. */
const UNQUOTED = /["'\\]|(?! )[\p{C}\p{Z}\p{Grapheme_Extend}]/gu;

/** A text from outside as a message shows it, by the rule of `shown` in src/model/shown.rs: 64 characters, all visible. */
function escaped(text, which = UNQUOTED) {
  // No character has more than two of what a string is made of.
  const characters = [...text.slice(0, 130)];
  const short = characters.slice(0, 64).join("");
  const seen = short.replace(which, (unseen) => ESCAPES[unseen] ?? `\\u{${unseen.codePointAt(0).toString(16)}}`);
  return characters.length > 64 ? `${seen}…` : seen;
}

/** How deep a value may nest: the reader behind this goes no further. */
const DEPTH_MAX = 127;

/** The first thing in a value that JSON cannot hold, with its place; `around` are the objects around it. */
function misfit(value, place, around) {
  const name = () => (place === "" ? "it" : `\`${escaped(place)}\``);
  if (typeof value === "bigint") return `${name()} is a bigint, which JSON cannot hold; pass a number`;
  if (typeof value === "number" && !Number.isFinite(value)) return `${name()} is ${value}; pass a finite number`;
  if (typeof value === "string") return HALF.test(value) ? halved(name(), value) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (around.has(value)) return `${name()} holds itself; pass plain data`;
  if (around.size > DEPTH_MAX) return "it nests too deep; pass plain data";
  around.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (HALF.test(key)) return halved(`the name of a field of ${name()}`, key);
    const at = Array.isArray(value) ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`;
    const found = misfit(inner, at, around);
    if (found) return found;
  }
  around.delete(value);
  return undefined;
}

function halved(name, text) {
  const [half] = HALF.exec(text);
  return `${name} has \\u${half.charCodeAt(0).toString(16)}, half a character, which no text can hold; pass whole ones`;
}
