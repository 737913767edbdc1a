// Where a finding is: in which file, and in which line of it. The core names the line of a table, and of JSON the path.

import { STDIN } from "./input.js";

/** A file by its name, as people know it. */
export const shownName = (name) => (name === STDIN ? "(standard input)" : name);

/** What a record is called: by its file, and by its run where a file has several. */
export const titleOf = ({ name, run }) => (run === undefined ? shownName(name) : `${shownName(name)} ${run}`);

/** The check of an input with the lines of what it finds, by their places. Each text is gone through once. */
export function located({ name, files, texts }, check) {
  const places = [...check.findings, ...check.actions].map(({ place }) => place);
  const lines = texts.map((text, at) => {
    const own = new Set(
      places.map((place) => within(place, texts.length)).flatMap(([n, path]) => (n === at ? path : [])),
    );
    return isJson(text) && own.size > 0 ? linesOf(text, own) : new Map();
  });
  return { name, files, check, lines };
}

const isJson = (text) => /^\s*[[{]/.test(text);

/** In which text a place is, and where in it: of several, it begins with the number of the text. */
function within(place, many) {
  const found = /^\[(\d+)\][ .]?(.*)$/s.exec(many > 1 ? place : "");
  return found ? [Number(found[1]), found[2]] : [0, place];
}

/** The file of a place, and its line as far as it is known. */
export function placeOf({ files, lines }, place) {
  const [at, path] = within(place, files.length);
  const line = Number(/^line (\d+)/.exec(path)?.[1]) || lines?.[at]?.get(path);
  return { file: files[at] ?? files[0], ...(line && { line }) };
}

/** A number, true, false or null: it ends where something else of JSON begins. */
const WORD = /[^\s[\]{},:"']+/y;

/**
 * What a text of JSON is made of, piece by piece: brackets, signs, ends of lines, strings, and other values. Python prints
 * values the same way, and strings in single quotes as well.
 */
function* piecesOf(text) {
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    let end = at + 1;
    if (sign === '"' || sign === "'") end = endOfString(text, at);
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
  for (let at = text.indexOf(text[begin], begin + 1); at >= 0; at = text.indexOf(text[begin], at + 1)) {
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
    return piece.replace(/^'(.*)'$/s, "$1");
  }
}
