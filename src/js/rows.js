// Rows of the tables as text, put together by the run that they are of: CSV, what psql's `\copy` writes as text, what it
// prints, JSON objects a line, and JSON that holds rows. Files may stand one after the other.

import { shownOf } from "../../pkg/errors.js";
import { unreadable } from "./chunks.js";
import { refused } from "./modules.js";

/** Bytes of rows that are held at the most: with what is needed to find them, they stay within 512 MB. */
const HELD_MAX = 128 * 1024 * 1024;
/** Runs that are told apart at the most. */
const RUNS_MAX = 1_000_000;
/** Characters of one row, and of JSON that has to be there whole. */
const ROW_MAX = 20 * 1024 * 1024;

const exhausted = (what) =>
  refused(`The records cannot be read: ${what}. Ask for fewer runs at once, as by \`where run_name in (…)\`.`);

const COPY = "`\\copy (select * from action_events) to stdout csv header`";

const [LF, CR, SPACE, QUOTE, COMMA, BRACE, MARK] = [10, 13, 32, 34, 44, 123, 0xfeff];
/** Where in a record we are: where a field begins, in one, within quotes, behind a quote that may be their end. */
const [BEGINS, BARE, QUOTED, CLOSED] = [0, 1, 2, 3];
/** No character: of a record whose fields are in no quotes. */
const NONE = -1;

/**
 * The records of a text that comes in pieces: its lines. Only where fields are put in quotes, as in CSV, may a record have
 * several: a quote with which a field begins opens it, as for the core, which reads the rows after us.
 */
export class Records {
  #parts = [];
  #length = 0;
  #state = BEGINS;
  #isNew = true;
  #separator = NONE;
  #quoting = NONE;
  #take;

  /** `take` is given each record; it answers what separates the fields of the next one, if quotes are to be heeded. */
  constructor(take) {
    this.#take = take;
  }

  push(text) {
    let began = 0;
    let state = this.#state;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (state === QUOTED) {
        if (code === QUOTE) state = CLOSED;
      } else if (code === LF || code === CR) {
        this.#keep(text.slice(began, at));
        this.#end();
        began = at + 1;
        state = BEGINS;
      } else if (this.#isNew && (code === MARK || code === SPACE)) {
        if (code === SPACE) state = BARE;
      } else {
        if (this.#isNew) {
          this.#isNew = false;
          // An object of JSON ends with its line, whatever quotes it has.
          this.#quoting = code === BRACE ? NONE : this.#separator;
        }
        if (code === this.#quoting) state = BEGINS;
        else if (code !== QUOTE || this.#quoting === NONE) state = BARE;
        else state = state === BARE ? BARE : QUOTED;
      }
    }
    this.#state = state;
    this.#keep(text.slice(began));
  }

  /** All has come. */
  end() {
    if (this.#state === QUOTED) throw unreadable(`a quote is opened in ${this.#shown()}, and never closed`);
    this.#end();
  }

  #keep(text) {
    if (text === "") return;
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length <= ROW_MAX) return;
    const why = this.#state === QUOTED ? "; a quote may be left open in it" : "";
    throw unreadable(`there is no end to ${this.#shown()}, which has more than 20 MB${why}`);
  }

  #end() {
    const record = this.#parts.length === 1 ? this.#parts[0] : this.#parts.join("");
    [this.#parts, this.#length, this.#isNew] = [[], 0, true];
    this.#separator = this.#take(record) ?? NONE;
  }

  /** The record that has not come to its end, by how it begins. */
  #shown() {
    return `the record ${shownOf(this.#parts.slice(0, 8).join("").trimStart())}`;
  }
}

/** The first fields of a record, where quotes are heeded; of a long row, it is the first that name its run. */
function fieldsOf(record, separator, most = Number.POSITIVE_INFINITY) {
  if (!record.includes('"')) return record.split(separator, Math.min(most, record.length + 1));
  const fields = [];
  let [field, state] = ["", BEGINS];
  for (const c of record) {
    if (state === QUOTED) {
      if (c === '"') state = CLOSED;
      else field += c;
    } else if (c === separator) {
      if (fields.push(field) === most) return fields;
      [field, state] = ["", BEGINS];
    } else if (c === '"' && state !== BARE) {
      // Twice in quotes, it is one of the text.
      if (state === CLOSED) field += c;
      state = QUOTED;
    } else {
      field += c;
      state = BARE;
    }
  }
  return [...fields, field];
}

/** What names a run. */
const NAMES = ["project", "domain", "run_name"];
/** What a head has at the least: by it, the core knows a table. */
const NEEDED = ["run_name", "name", "phase"];
/** What stands for nothing in a table, as for the core. */
const NOTHING = new Set(["", "\\N", "NULL", "null", "¤", "<null>"]);

/** What a record says of those that follow it, if it is the head of a table; undefined if it is none. */
function headOf(record) {
  if (!/run_name/i.test(record)) return undefined;
  for (const separator of [",", "\t", ";", "|"]) {
    const names = (separator === "\t" ? record.split(separator) : fieldsOf(record, separator)).map((name) =>
      name.trim().toLowerCase(),
    );
    if (!NEEDED.every((name) => names.includes(name))) continue;
    // Some databases tell their columns in capitals.
    return new Head(record.toLowerCase(), separator, names);
  }
  return undefined;
}

class Head {
  #separator;
  #places;
  /** psql prints a rule below the names, and no quotes. */
  #isPrinted = false;

  constructor(text, separator, names) {
    [this.text, this.#separator] = [text, separator];
    this.#places = NAMES.map((name) => names.indexOf(name));
  }

  /** What separates fields, where these may be put in quotes. */
  get quoting() {
    return this.#separator === "\t" || this.#isPrinted ? undefined : this.#separator.charCodeAt(0);
  }

  /** Takes the rule that psql prints below the names of the columns; answers whether it is one. */
  takeRule(record) {
    if (this.#separator !== "|" || !/^\s*[|+-]*-\+-[|+-]*\s*$/.test(record)) return false;
    if (!this.#isPrinted) this.text += `\n${record}`;
    this.#isPrinted = true;
    return true;
  }

  /** What a row says of its run: project, domain and name; empty is what it does not say. */
  runOf(row) {
    const most = Math.max(...this.#places) + 1;
    const fields = this.quoting === undefined ? row.split(this.#separator, most) : fieldsOf(row, this.#separator, most);
    return this.#places.map((place) => {
      const said = fields[place]?.trim() ?? "";
      return NOTHING.has(said) ? "" : said;
    });
  }

  // What stands around the rows as one text, and between them.
  get before() {
    return `${this.text}\n`;
  }
  between = LF;
  after = "";
}

/** Rows that are objects of JSON. */
const OBJECTS = { before: "[", between: COMMA, after: "]" };

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value that a text of JSON is; undefined if it is none. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The column that a key of an object means, whichever of its spellings it is: `run_name`, `runName` or `RUN_NAME`. */
const columnOf = (key) => (/[a-z]/.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter}`) : key).toLowerCase();

const isCapital = (key) => /[A-Z]/.test(key) && !/[a-z]/.test(key);

/** What an object says of its run; undefined if it is no row of a table. */
function runIn(row) {
  if (!isObject(row)) return undefined;
  const said = new Map(Object.entries(row).map(([key, value]) => [columnOf(key), value]));
  return said.has("run_name") ? NAMES.map((name) => String(said.get(name) ?? "")) : undefined;
}

/** The rows that a value holds: it is a list of them, or has lists of them under names of its own, or is one. */
function rowsIn(value) {
  if (Array.isArray(value)) return value;
  if (!isObject(value) || runIn(value)) return [value];
  const lists = Object.values(value).filter((list) => Array.isArray(list) && runIn(list[0]));
  return lists.length > 0 ? lists.flat() : [value];
}

/** A record of JSON that goes on in the next line: a list, or an object that is printed for people. */
const GOES_ON = /^\s*(?:\[|\{(?:.*[[{,:])?\s*$)/;

/** Rows by run; of each run by what was said at their head, since tables have columns of their own. */
export class Runs {
  rows = 0;
  #held = new Held();
  #head;
  #heads = new Map();
  /** The lines of a value of JSON that can be read when all of it is there. */
  #lines;
  #length = 0;
  #nameless = { rows: 0, first: "" };

  /** How many runs there are by now. */
  get size() {
    return this.#held.size;
  }

  /** Takes a record; answers what separates the fields of the next one, if quotes are to be heeded. */
  take(record) {
    let [line, ...behind] = record.includes("\ufeff") ? record.split("\ufeff") : [record];
    // A file behind another one begins with its mark, also where the last line of that one has no end.
    for (const text of behind) {
      if (line === "") line = text;
      else if (headOf(text) || isObject(parsed(text))) {
        this.#takeLine(line);
        line = text;
      } else line += `\ufeff${text}`;
    }
    this.#takeLine(line);
    return this.#head?.quoting;
  }

  /** All records have come. */
  end() {
    if (!this.#lines) return;
    const value = parsed(this.#lines.join("\n"));
    if (value === undefined) {
      throw unreadable(
        `they begin as JSON does, ${shownOf(this.#lines[0].trim())}, and are no value of it; ` +
          "`jq -c .` makes a line of each value, `jq -c '.[]'` of each row of a list",
      );
    }
    for (const row of rowsIn(value)) this.#takeObject(row);
  }

  /** Each run, and its record as `checkRun` takes it. */
  *records() {
    for (const [run, texts] of this.#held.runs()) yield [run, texts.length === 1 ? texts[0] : texts];
  }

  /** What is the matter with rows that name no run; undefined if all do. */
  get trouble() {
    const { rows, first } = this.#nameless;
    if (rows === 0) return undefined;
    return rows === 1 ? first : `${rows.toLocaleString("en")} rows cannot be read: of these, ${first}`;
  }

  #takeLine(line) {
    const trimmed = line.trim();
    if (this.#lines) this.#gather(line);
    else if (trimmed === "" || /^(?:\(\d+ rows?\)|COPY \d+)$/.test(trimmed)) return;
    else if (this.rows === 0 && !this.#head && GOES_ON.test(line)) this.#gather(line);
    else if (trimmed.startsWith("{") && this.#takesObject(line)) this.#head = undefined;
    else {
      const head = headOf(line);
      if (head) this.#takeHead(head);
      else if (!this.#head) throw noHead(line, this.rows);
      else if (!this.#head.takeRule(line)) this.#add(this.#head, this.#head.runOf(line), line);
    }
  }

  /** Files that are put together repeat what is at their head. */
  #takeHead(head) {
    if (!this.#heads.has(head.text)) this.#heads.set(head.text, head);
    this.#head = this.#heads.get(head.text);
  }

  #gather(line) {
    this.#lines ??= [];
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (this.#length > ROW_MAX) {
      throw exhausted("they are one value of JSON, which has more than 20 MB; `jq -c '.[]'` makes a line of each row");
    }
  }

  /** Takes a line that may be an object; answers whether it is one. */
  #takesObject(line) {
    const value = parsed(line);
    // A table may have a column of JSON, and it may be the first.
    if (!isObject(value) && this.#head) return false;
    if (!isObject(value)) {
      this.rows += 1;
      this.#takeNameless(`row ${this.rows} is no JSON object: ${shownOf(line)}`);
    } else if (runIn(value)) this.#takeObject(value, line);
    else for (const row of rowsIn(value)) this.#takeObject(row);
    return true;
  }

  #takeObject(row, text = JSON.stringify(row)) {
    const names = runIn(row);
    if (!names) {
      this.rows += 1;
      const keys = isObject(row) ? Object.keys(row).slice(0, 4).map(shownOf).join(", ") : shownOf(row);
      return this.#takeNameless(
        `row ${this.rows} is JSON that names no run (${keys}): it has no \`run_name\`, as a row of the tables has. ` +
          "`checkRun` reads the record of a run in whatever form it is",
      );
    }
    // The core knows columns in small letters alone.
    const isLoud = Object.keys(row).some(isCapital);
    const small = () =>
      JSON.stringify(
        Object.fromEntries(Object.entries(row).map(([key, value]) => [isCapital(key) ? columnOf(key) : key, value])),
      );
    this.#add(OBJECTS, names, isLoud ? small() : text);
  }

  #add(head, names, text) {
    this.rows += 1;
    if (names[2] !== "") this.#held.add(names.join("/"), head, text);
    else {
      this.#takeNameless(
        `row ${this.rows} names no run, for its \`run_name\` is empty or missing: ${shownOf(text)}. ` +
          `Select project, domain and run_name; ${COPY} has all columns`,
      );
    }
  }

  /** A text whose first row names no run is none of such rows; later, one row may be damaged, and the others are read. */
  #takeNameless(why) {
    if (this.#held.size === 0) throw unreadable(why);
    if (this.#nameless.rows === 0) this.#nameless.first = `${why}.`;
    this.#nameless.rows += 1;
  }
}

/** Why a line can be no row: nothing before it has said what its columns are. */
function noHead(line, rows) {
  const where = rows === 0 ? "they begin with" : `behind row ${rows} comes`;
  const found = `${where} ${shownOf(line.trim())}`;
  if (/^\s*(?:\+-[-+]+\+|-\[ RECORD)/.test(line)) {
    return unreadable(`${found}, as psql prints a table with a frame or a field a line; print it by ${COPY}`);
  }
  if (/^(?:---|- |[\w"']+:(?: |$))/.test(line)) {
    return unreadable(`${found}, which looks like YAML; \`checkRun\` reads that, as the record of one run`);
  }
  const names = NEEDED.filter((name) => new RegExp(`\\b${name}\\b`, "i").test(line));
  const missing = NEEDED.filter((name) => !names.includes(name));
  const lacks = names.includes("run_name") && missing.length > 0 ? `, without ${missing.join(" and ")}` : "";
  return unreadable(
    `${found}${lacks}, which is no line that names their columns, ${NEEDED.join(", ")} among them, and no JSON object. ` +
      `${COPY} and \`select row_to_json(…)\` print such; \`checkRun\` reads other records, a run at a time`,
  );
}

/** Bytes that are taken at once, for rows. */
const BLOCK = 1 << 20;
/** What stands before a row: the place of the row before it of the same run, the number of its head, its length. */
const BEFORE = 12;
const NOWHERE = 0xffffffff;

/**
 * Rows as bytes, each with the place of the one before it of the same run: a million strings and lists would take several
 * times the room. A place is the number of a block, times what a block usually has, and where in it.
 */
class Held {
  #blocks = [];
  #filling = -1;
  #at = BLOCK;
  #bytes = 0;
  /** The place of the last row of each run. */
  #last = new Map();
  #heads = [];
  #encoder = new TextEncoder();
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  get size() {
    return this.#last.size;
  }

  add(run, head, text) {
    const before = this.#last.get(run) ?? NOWHERE;
    if (before === NOWHERE && this.size === RUNS_MAX) {
      throw exhausted(`they are of more than ${RUNS_MAX.toLocaleString("en")} runs`);
    }
    let number = this.#heads.indexOf(head);
    if (number < 0) number = this.#heads.push(head) - 1;
    const [block, at, length] = this.#put(text);
    const view = new DataView(this.#blocks[block].buffer, at, BEFORE);
    for (const [n, value] of [before, number, length].entries()) view.setUint32(n * 4, value);
    this.#last.set(run, block * BLOCK + at);
    this.#bytes += length;
    if (this.#bytes > HELD_MAX) throw exhausted(`they are more than ${HELD_MAX / 1024 / 1024} MB`);
  }

  /** Puts a text where there is room, behind what will stand before it: in which block, where, and how many bytes it has. */
  #put(text) {
    if (text.length > BLOCK / 8) {
      // A block of its own, so that no other is left half empty.
      const bytes = this.#encoder.encode(text);
      const block = this.#blocks.push(new Uint8Array(BEFORE + bytes.length)) - 1;
      this.#blocks[block].set(bytes, BEFORE);
      return [block, 0, bytes.length];
    }
    // A character has three bytes at the most.
    if (this.#at + BEFORE + text.length * 3 > BLOCK) {
      this.#filling = this.#blocks.push(new Uint8Array(BLOCK)) - 1;
      this.#at = 0;
    }
    const at = this.#at;
    const { written } = this.#encoder.encodeInto(text, this.#blocks[this.#filling].subarray(at + BEFORE));
    this.#at += BEFORE + written;
    return [this.#filling, at, written];
  }

  /** Each run by its name, with the texts of its rows. */
  *runs() {
    const partners = this.#partners();
    for (const [run, place] of this.#last) {
      const whole = partners.get(run);
      if (whole?.isPart) continue;
      const places = [place, ...(whole?.places ?? [])];
      yield [run, this.#texts(places)];
    }
  }

  /**
   * Runs of which some rows name project and domain and others do not, as where these were selected of one table alone: they
   * are the only run of that name.
   */
  #partners() {
    const partners = new Map();
    const parts = [...this.#last.keys()].filter((run) => run.startsWith("//"));
    if (parts.length === 0) return partners;
    const wholes = new Map();
    for (const run of this.#last.keys()) {
      if (run.startsWith("//")) continue;
      const name = run.slice(run.lastIndexOf("/") + 1);
      wholes.set(name, wholes.has(name) ? undefined : run);
    }
    for (const run of parts) {
      const whole = wholes.get(run.slice(2));
      if (whole === undefined) continue;
      partners.set(run, { isPart: true });
      partners.set(whole, { places: [this.#last.get(run)] });
    }
    return partners;
  }

  /** The rows that end with those at some places, as a text for each head, in the order in which they came. */
  #texts(places) {
    const parts = new Map();
    for (const last of places) {
      const rows = [];
      for (let place = last; place !== NOWHERE; place = rows.at(-1).before) rows.push(this.#row(place));
      for (const { head, bytes } of rows.reverse()) {
        if (!parts.has(head)) parts.set(head, []);
        parts.get(head).push(bytes);
      }
    }
    return [...parts].map(([head, rows]) => this.#joined(head, rows));
  }

  #row(place) {
    const at = place % BLOCK;
    const block = this.#blocks[(place - at) / BLOCK];
    const view = new DataView(block.buffer, at, BEFORE);
    const [before, head, length] = [0, 4, 8].map((from) => view.getUint32(from));
    return { before, head, bytes: block.subarray(at + BEFORE, at + BEFORE + length) };
  }

  /** Rows as one text, which is made at once: of tens of megabytes, more than one copy would be too much. */
  #joined(number, rows) {
    const { before, between, after } = this.#heads[number];
    const text = new Uint8Array(rows.reduce((sum, { length }) => sum + length + 1, 0));
    let at = 0;
    for (const row of rows) {
      text.set(row, at);
      at += row.length;
      text[at] = between;
      at += 1;
    }
    return before + this.#decoder.decode(text.subarray(0, at - 1)) + after;
  }
}
