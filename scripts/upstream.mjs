// What another commit of upstream means for the texts of this repository. Functions of texts alone: where the texts come
// from, and where they go, is move-upstream.mjs.

/** The commit that src/model/rule.rs says is followed. */
export const followedCommit = (ruleRs) => /UPSTREAM_COMMIT: &str = "([0-9a-f]{40})"/.exec(ruleRs)?.[1] ?? null;

/** Every rule of src/model/rule.rs with its sentence and the file and function that it names; "" if it names none. */
export function allRules(ruleRs) {
  const constants = ruleRs.matchAll(/^const ([A-Z_]+): &str = "(.*)";$/gm);
  const files = new Map([...constants].map(([, name, file]) => [name, file]));
  const rows = ruleRs.matchAll(/^ +(\w+) "(.+)" ([A-Z_]+) "(.*)";$/gm);
  return [...rows].map(([, rule, sentence, file, name]) => ({ rule, sentence, file: files.get(file), name }));
}

/** The rules that name a place in upstream's code; the others are about the simulation itself. */
export const rulesOf = (ruleRs) => allRules(ruleRs).filter(({ file }) => file);

/**
 * The text of what a file defines under a name, or null: in Go a function, method, type, constant or variable at the top
 * level; in proto a message or enum, a value of an enum, or a field as `Message.field`.
 */
export const definitionOf = (file, text, name) => (file.endsWith(".proto") ? inProto : inGo)(text, name);

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function inGo(text, name) {
  return block(text, new RegExp(`^(?:func (?:\\([^)]*\\) )?|type |const |var )${quoted(name)}(?!\\w).*$`, "m"));
}

function inProto(text, name) {
  const [outer, field] = name.split(".");
  const whole = block(text, new RegExp(`^(?:message|enum) ${quoted(outer)} .*$`, "m"));
  const line = (within, word) => new RegExp(`^ +(?:.* )?${quoted(word)} = \\d+.*$`, "m").exec(within)?.[0] ?? null;
  if (field === undefined) return whole ?? line(text, name);
  return whole === null ? null : line(whole, field);
}

// What is defined at the top level ends, as gofmt and buf leave it, on its line or with a bracket at the margin. The one
// that closes a long list of parameters ends no function.
function block(text, head) {
  const found = head.exec(text);
  if (!found) return null;
  if (!/[{(,]$/.test(found[0])) return found[0];
  const rest = text.slice(found.index);
  const end = rest.search(found[0].startsWith("func") ? /\n\}/ : /\n[})]/);
  return end < 0 ? rest : rest.slice(0, end + 2);
}

/**
 * The places in upstream's code that a text names at a commit, whole or abbreviated: as an address, or as `at!("…")` of
 * src/model/policy.rs. `lines` is [first, last] if the place has them, `start` and `end` are where they stand in the text.
 */
export function placesIn(text, commit) {
  const pattern = /(?:\/blob\/([0-9a-f]{7,40})\/|\bat!\(")([\w./-]*\w)(?:#L(\d+)(?:-L(\d+))?)?/g;
  return [...text.matchAll(pattern)]
    .filter(([, named]) => named === undefined || commit.startsWith(named))
    .map((found) => {
      const [whole, , file, first, last = first] = found;
      const end = found.index + whole.length;
      const anchor = whole.split("#")[1] ?? "";
      const line = text.slice(0, found.index).split("\n").length;
      return { file, lines: first && [Number(first), Number(last)], line, start: end - anchor.length, end };
    });
}

/** The lines from the first to the last, counted from 1; null if the text does not have them. */
export function linesOf(text, [first, last]) {
  const lines = text.split("\n").slice(first - 1, last);
  return first >= 1 && first <= last && lines.length === last - first + 1 ? lines : null;
}

/**
 * Every pair of numbers at which a text has these lines. Lines that still stand where they stood are not looked for
 * elsewhere: a bracket stands in many places.
 */
export function standsAt(text, lines, [first, last]) {
  const all = text.split("\n");
  const here = (from) => lines.every((line, at) => all[from + at] === line);
  if (here(first - 1)) return [[first, last]];
  return [...all.keys()].filter(here).map((from) => [from + 1, from + lines.length]);
}

/** An anchor of GitHub's. */
export const anchorOf = ([first, last]) => (first === last ? `L${first}` : `L${first}-L${last}`);

/** A text with other words at some places of it: [{ start, end, text }], of which none overlaps another. */
export function withPatches(text, patches) {
  const [first, last] = [(patch) => patch.start, (patch) => patch.end];
  const sorted = [...patches].sort((a, b) => first(a) - first(b));
  const kept = [0, ...sorted.map(last)].map((from, at) => text.slice(from, sorted[at]?.start));
  return kept.map((part, at) => part + (sorted[at]?.text ?? "")).join("");
}

/** A text in which another commit is named: whole or abbreviated, and with its date where the old one's stood behind it. */
export function withCommit(text, [from, to]) {
  const named = `\\b${from.commit.slice(0, 7)}[0-9a-f]*`;
  const dated = new RegExp(`(${named}\\W{1,3})${quoted(from.date)}`, "g");
  const rename = (word) => (from.commit.startsWith(word) ? to.commit.slice(0, word.length) : word);
  return text.replace(dated, `$1${to.date}`).replace(new RegExp(named, "g"), rename);
}

/** The files of upstream whose code a recording ran, by its header. */
export const recordedFiles = ({ functions = [] }) => [...new Set(functions.map((line) => line.split(" ")[0]))];

/** The files of upstream that a text names in comments and constants, with the line; without those of {@link placesIn}. */
export function filesNamed(text) {
  const found = (line, at) =>
    [...line.matchAll(/(?<![\w./-]|\bat!\(")\w[\w.-]*(?:\/[\w.-]+)+\.(?:go|proto)\b/g)].map(([file]) => ({
      file,
      line: at + 1,
    }));
  return text.split("\n").flatMap(found);
}
