// Where a finding is: in which file, and in which line of it. The core names the line of a table, and of JSON the path.

import { STDIN } from "./input.js";

/** A file by its name, as people know it. */
export const shownName = (name) => (name === STDIN ? "(standard input)" : name);

/** A record with the lines of its findings, by their places. The text is gone through once, whatever is in it. */
export function located({ text, files }, { check, ...record }) {
  const places = new Set(check.findings.map(({ place }) => place));
  return { ...record, check, files, lines: isJson(text) && places.size > 0 ? linesOf(text, places) : new Map() };
}

const isJson = (text) => /^\s*[[{]/.test(text);

/** The file of a finding, and its line as far as it is known. */
export function placeOf({ name, files, lines }, place) {
  const line = Number(/^line (\d+)/.exec(place)?.[1]) || lines?.get(place);
  if (!line) return { file: files.length > 1 || files.length === 0 ? name : files[0].name };
  // The files of a folder were read one after the other.
  const own = files.findLast(({ before }) => before < line) ?? { name, before: 0 };
  return { file: own.name, line: line - own.before };
}

/** A number, true, false or null: it ends where something else of JSON begins. */
const WORD = /[^\s[\]{},:"]+/y;

/** What a text of JSON is made of, piece by piece: brackets, signs, ends of lines, strings, and other values. */
function* piecesOf(text) {
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    let end = at + 1;
    if (sign === '"') end = endOfString(text, at);
    else if (!/[\s[\]{},:]/.test(sign)) {
      WORD.lastIndex = at;
      end = at + WORD.exec(text)[0].length;
    }
    if (sign === "\n" || !/\s/.test(sign)) yield text.slice(at, end);
    at = end;
  }
}

/** Where a string ends, which may be of megabytes: a pattern would come to the end of the stack. */
function endOfString(text, begin) {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let first = at;
    while (text[first - 1] === "\\") first -= 1;
    if ((at - first) % 2 === 0) return at + 1;
  }
  return text.length;
}

/**
 * The lines on which the values at some paths begin, such as `details.attempts[1]`. Of several values, one after the other,
 * the first part of a path is the number of the value.
 */
function linesOf(text, places) {
  const lines = new Map();
  const note = (path, line) => {
    if (places.has(path) && !lines.has(path)) lines.set(path, line);
  };
  // For each bracket around: whether it is a list's, the path of what it is about, and where in it we are.
  const around = [];
  let [line, value] = [1, 0];
  const begins = () => {
    const inner = around.at(-1);
    if (inner === undefined) {
      note(`[${value}]`, line);
      return value === 0 ? ["", "[0]"] : [`[${value}]`];
    }
    const paths = inner.paths.map((path) =>
      inner.isList ? `${path}[${inner.at}]` : path === "" ? inner.at : `${path}.${inner.at}`,
    );
    for (const path of paths) note(path, line);
    return paths;
  };
  for (const piece of piecesOf(text)) {
    const inner = around.at(-1);
    if (piece === "\n") line += 1;
    else if (piece === "{" || piece === "[")
      around.push({ isList: piece === "[", paths: begins(), at: piece === "[" ? 0 : undefined });
    else if (piece === "}" || piece === "]") {
      around.pop();
      if (around.length === 0) value += 1;
    } else if (piece === ",") {
      if (inner) inner.at = inner.isList ? inner.at + 1 : undefined;
    } else if (inner && !inner.isList && inner.at === undefined) inner.at = keyOf(piece);
    else if (piece !== ":") begins();
  }
  return lines;
}

function keyOf(piece) {
  try {
    return String(JSON.parse(piece));
  } catch {
    return piece;
  }
}
