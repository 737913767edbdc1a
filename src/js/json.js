// What a caller passed, as JSON, and what to say where there is none.

/** JSON, or undefined for what JSON cannot hold: it would quietly turn NaN and Infinity into null. */
export function jsonOf(value) {
  try {
    const json = JSON.stringify(value);
    if (!json?.includes("null")) return json;
    let whole = true;
    JSON.stringify(value, (_, inner) => {
      if (typeof inner === "number" && !Number.isFinite(inner)) whole = false;
      return inner;
    });
    return whole ? json : undefined;
  } catch {
    // A getter threw, the object holds itself, or it nests too deep.
    return undefined;
  }
}

// What to pass instead of nothing.
const WANTED = {
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
    const found = misfit(value, "", []);
    if (found) return found;
    JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) return `reading it throws: ${String(error?.message ?? error).slice(0, 200)}`;
    return "it nests too deep; pass plain data";
  }
  return "JSON makes nothing of it; pass plain data";
}

/** A value as a message shows it: short, and as JSON if it is. */
export function shownOf(value) {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  const json = jsonOf(value);
  if (json === undefined) return `a ${typeof value}`;
  return json.length > 64 ? `${json.slice(0, 64)}…` : json;
}

/** The first thing in a value that JSON cannot hold, with its place; `within` are the objects around it. */
function misfit(value, place, within) {
  const name = place === "" ? "it" : `\`${place}\``;
  if (typeof value === "bigint") return `${name} is a bigint, which JSON cannot hold; pass a number`;
  if (typeof value === "number" && !Number.isFinite(value)) return `${name} is ${value}; pass a finite number`;
  if (typeof value !== "object" || value === null) return undefined;
  if (within.includes(value)) return `${name} holds itself; pass plain data`;
  const around = [...within, value];
  for (const [key, inner] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`;
    const found = misfit(inner, at, around);
    if (found) return found;
  }
  return undefined;
}
