/*
 * Text in which what was written before is not written again: `=`, two digits for how far back, and one for how long.
 * Digits are the 64 characters that an address carries as they are. Anything that is not a reference stands as it is, so
 * a text without repetition is its own short form, and one that is cut off can be expanded up to there.
 */

export const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const BACK = DIGITS.length ** 2;
/** The highest digit says that another digit is to be added. */
const MORE = DIGITS.length - 1;
/** References are four characters long, so what they stand for is longer. */
const LEAST = 5;
/** Places that are tried for the longest match. */
const TRIES = 32;
/** No run is written in more characters; a text that expands to more was made to do harm. */
const MOST = 500_000;

export function shorten(text: string): string {
  const places = new Map<string, number[]>();
  let all = "";
  let place = 0;
  while (place < text.length) {
    const start = text.slice(place, place + LEAST);
    let best = { from: 0, length: 0 };
    const known = places.get(start) ?? [];
    // The last places first: of matches that are equally long, the nearest is taken.
    for (let at = known.length - 1; at >= Math.max(0, known.length - TRIES); at -= 1) {
      const from = known[at] as number;
      if (place - from >= BACK) break;
      let length = LEAST;
      while (place + length < text.length && text[from + length] === text[place + length]) length += 1;
      if (length > best.length) best = { from, length };
    }
    const found = best.length >= LEAST ? reference(place - best.from, best.length) : "";
    const step = found && found.length < best.length ? best.length : 1;
    all += step > 1 ? found : text[place];
    for (let at = place; at < place + step; at += 1) {
      const key = text.slice(at, at + LEAST);
      const known = places.get(key);
      if (known) known.push(at);
      else places.set(key, [at]);
    }
    place += step;
  }
  return all;
}

function reference(back: number, length: number): string {
  let left = length - LEAST;
  let digits = "";
  for (; left >= MORE; left -= MORE) digits += DIGITS[MORE];
  return `=${DIGITS[Math.floor(back / DIGITS.length)]}${DIGITS[back % DIGITS.length]}${digits}${DIGITS[left]}`;
}

/** The text again; `rest` is what begins with a reference that makes no sense, or was cut. */
export function expand(short: string): { text: string; rest: string } {
  // Character by character: of a text that grows, no part can be cut without walking through all of it.
  const text: string[] = [];
  let place = 0;
  while (place < short.length) {
    if (short[place] !== "=") {
      text.push(short[place] as string);
      place += 1;
      continue;
    }
    const back = digit(short[place + 1]) * DIGITS.length + digit(short[place + 2]);
    let length = LEAST;
    let at = place + 3;
    while (short[at] === DIGITS[MORE]) {
      length += MORE;
      at += 1;
    }
    length += digit(short[at]);
    const from = text.length - back;
    if (!(from >= 0 && back > 0) || !(text.length + length <= MOST))
      return { text: text.join(""), rest: short.slice(place) };
    // What is referred to may reach into what it becomes.
    for (let each = from; each < from + length; each += 1) text.push(text[each] as string);
    place = at + 1;
  }
  return { text: text.join(""), rest: "" };
}

const digit = (character: string | undefined): number => {
  const value = character === undefined ? -1 : DIGITS.indexOf(character);
  return value < 0 ? Number.NaN : value;
};
