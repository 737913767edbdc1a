// What is printed: lines of plain and of coloured words. Whatever comes from outside goes through here, and nothing of it
// moves a cursor, rings a bell or turns what stands around it.

/** Controls, halves of characters, and letters that nobody sees. A tab is none of them: it is a blank here. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** A text on one line in which everything is to be seen. */
export const plain = (text) =>
  String(text)
    .replace(/\t/g, " ")
    .replace(/\r?\n/g, " ⏎ ")
    .replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0).toString(16)}}`);

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

const styled = (style) => (text) => ({ style, text });

/** Words in a colour, where there are colours. */
export const [bold, dim, red, green, yellow, cyan] = ["bold", "dim", "red", "green", "yellow", "cyan"].map(styled);

/** Words that lead to an address, where a terminal can follow them; else the address stands behind them. */
export const link = (text, href) => ({ text, href });

/** Whether a stream is to have colours: https://no-color.org, https://force-color.org. */
export function hasColour(stream, env) {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return !["0", "false"].includes(env.FORCE_COLOR);
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Prints lines to a stream. A part of a line is a text, or what `bold` and the others made. */
export class Printer {
  #stream;
  #coloured;

  constructor(stream, env = process.env) {
    this.#stream = stream;
    this.#coloured = hasColour(stream, env);
  }

  get isTerminal() {
    return this.#stream.isTTY === true;
  }

  line(...parts) {
    this.#stream.write(`${parts.map((part) => this.#part(part)).join("")}\n`);
  }

  /** Text that is printed as it is: a document for programs, which the one who made it has kept harmless. */
  document(text) {
    this.#stream.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** A line that the next one takes the place of; only on a terminal. */
  passing(text) {
    if (this.isTerminal) this.#stream.write(`\r\u001b[K${plain(text)}`);
  }

  #part(part) {
    if (typeof part !== "object" || part === null) return plain(part);
    const text = plain(part.text);
    if (part.href !== undefined) {
      const href = encodeURI(part.href);
      return this.#coloured ? `\u001b]8;;${href}\u0007${text}\u001b]8;;\u0007` : `${text} (${href})`;
    }
    return this.#coloured ? `\u001b[${STYLES[part.style]}m${text}\u001b[0m` : text;
  }
}

/** JSON for programs, in which nothing is hidden either: what JSON leaves as it is, a terminal may act on. */
export const jsonText = (value) =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
