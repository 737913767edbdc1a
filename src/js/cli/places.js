// Where a finding is: in which file, and in which line of it, as far as the core says.

import { STDIN } from "./input.js";

/** The file of a finding's place, and its line if the record is a table. */
export function placeOf({ name, files }, place) {
  const line = Number(/^line (\d+)/.exec(place)?.[1]);
  if (!line) return { file: files.length > 1 || files.length === 0 ? name : files[0].name };
  // The files of a folder were read one after the other.
  const own = files.findLast(({ before }) => before < line) ?? { name, before: 0 };
  return { file: own.name, line: line - own.before };
}

/** A file by its name, as people know it. */
export const shownName = (name) => (name === STDIN ? "(standard input)" : name);
