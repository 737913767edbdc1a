// What somebody probably meant who wrote a word that is none of those there are.

/** What a message adds about the word that was probably meant, or else about all that there are. */
export function meant(word, known) {
  const near = nearest(word, known);
  if (near !== undefined) return ` (did you mean ${near}?)`;
  return known.length > 20 ? "" : `; there are ${known.join(", ")}`;
}

/** The word that takes the fewest changes, if these are few: a wild guess helps nobody. */
export function nearest(word, known) {
  // Names are short; comparing whatever somebody has pasted would take time for nothing.
  if (word.length > 64) return undefined;
  const [near] = known.map((each) => ({ each, changes: changes(word, each) })).sort((a, b) => a.changes - b.changes);
  return near && near.changes <= 1 + near.each.length / 4 ? near.each : undefined;
}

/** How many letters have to be put in, taken out or changed to make one word from the other. */
function changes(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [at, other] of [...to].entries()) {
      next.push(Math.min(row[at] + (letter === other ? 0 : 1), row[at + 1] + 1, next[at] + 1));
    }
    row = next;
  }
  return row.at(-1);
}
