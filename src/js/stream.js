// Records of many runs, in any order and larger than one wants to read at once: rows of the tables as CSV, TSV or a JSON
// object a line. What belongs to one run is put together and checked as one record.

import { shownOf } from "../../pkg/errors.js";
import { refused } from "./modules.js";
import { checkRun } from "./reading.js";

/** Characters that are held at the most: a text of them and its lines stay within 512 MB. */
const HELD_MAX = 128 * 1024 * 1024;
/** Characters of one run, as `checkRun` takes them. */
const RUN_MAX = 20 * 1024 * 1024;
/** Milliseconds of work after which whoever else has something to do comes to it. */
const TURN = 40;
/** Checks that are kept of those that have something to say. */
const KEPT_MAX = 1_000;

const EXHAUSTED = (what) =>
  refused(`The records cannot be read: ${what}. Ask for fewer runs at once, as by \`where run_name in (…)\`.`);

/** The chunks of a source, whatever kind it is. */
async function* chunksOf(source) {
  if (typeof source === "string" || ArrayBuffer.isView(source)) yield source;
  else if (typeof source?.stream === "function") yield* chunksOf(source.stream());
  else if (typeof source?.[Symbol.asyncIterator] === "function" || typeof source?.[Symbol.iterator] === "function") {
    yield* source;
  } else if (typeof source?.getReader === "function") {
    const reader = source.getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    } finally {
      reader.releaseLock();
    }
  } else {
    throw refused(
      `checkRunStream takes a stream, a Blob, text or what can be gone through with \`for await\`; ${shownOf(source)} is none.`,
    );
  }
}

/** The records of a text that comes in chunks: lines, but for line breaks within quotes. */
class Records {
  #rest = "";
  #open = false;

  /** The records that have come to their end. */
  take(text) {
    const records = [];
    let began = 0;
    const all = this.#rest + text;
    // Of what was looked at before, only whether a quote is open counts.
    for (let at = this.#rest.length; at < all.length; at++) {
      const code = all.charCodeAt(at);
      if (code === 34) this.#open = !this.#open;
      else if (code === 10 && !this.#open) {
        records.push(all.slice(began, at));
        began = at + 1;
      }
    }
    this.#rest = all.slice(began);
    if (this.#rest.length > RUN_MAX) throw EXHAUSTED("one record has more than 20 MB; a quote may be left open");
    return records;
  }

  end() {
    return this.#rest === "" ? [] : [this.#rest];
  }
}

/** The fields of a record. */
function fieldsOf(record, separator) {
  if (!record.includes('"')) return record.split(separator);
  const fields = [];
  let [field, quoted] = ["", false];
  for (let at = 0; at < record.length; at++) {
    const c = record[at];
    if (c === '"' && quoted && record[at + 1] === '"') field += record[at++];
    else if (c === '"') quoted = !quoted;
    else if (c === separator && !quoted) [field] = [fields.push(field) && ""];
    else field += c;
  }
  return [...fields, field];
}

const NAMES = ["project", "domain", "run_name"];

/** What the first record says of those that follow: which columns name the run. */
function headOf(record) {
  for (const separator of [",", "\t", ";"]) {
    const names = fieldsOf(record, separator).map((name) => name.trim().toLowerCase());
    if (names.includes("run_name")) return { record, separator, places: NAMES.map((name) => names.indexOf(name)) };
  }
  return null;
}

/** Which run a record is about. */
function runOf(record, head) {
  if (head) {
    const fields = fieldsOf(record, head.separator);
    return head.places.map((place) => fields[place]?.trim() ?? "");
  }
  const row = JSON.parse(record);
  return NAMES.map((name) => String(row?.[name] ?? ""));
}

/** Rows by run; of each run by what was said at their head, since tables have columns of their own. */
class Runs {
  runs = new Map();
  rows = 0;
  #held = 0;
  #head;
  #heads = new Map();

  take(record) {
    const plain = record.endsWith("\r") ? record.slice(0, -1) : record;
    if (plain.trim() === "" || /^\(\d+ rows?\)$/.test(plain.trim())) return;
    if (plain.startsWith("{")) this.#head = null;
    else {
      const head = headOf(plain);
      if (head) {
        // Files that are put together repeat what is at their head.
        this.#head = this.#heads.get(plain) ?? this.#heads.set(plain, head).get(plain);
        return;
      }
      if (!this.#head) {
        throw refused(
          "The records cannot be read: they begin with no line that names their columns, `run_name` among them, and are no " +
            "JSON objects. `\\copy (select * from action_events) to stdout csv header` and `select row_to_json(…)` print such.",
        );
      }
    }
    this.#held += plain.length;
    if (this.#held > HELD_MAX) throw EXHAUSTED(`they are more than ${HELD_MAX / 1024 / 1024} MB`);
    this.rows++;
    let key;
    try {
      key = runOf(plain, this.#head).join("/");
    } catch {
      throw refused(`The records cannot be read: row ${this.rows} is no JSON object: ${shownOf(plain)}.`);
    }
    const parts = this.runs.get(key) ?? this.runs.set(key, new Map()).get(key);
    const own = parts.get(this.#head) ?? parts.set(this.#head, []).get(this.#head);
    own.push(plain);
  }
}

/** The record of one run, as `checkRun` takes it. */
function recordOf(parts) {
  const texts = [...parts].map(([head, rows]) => (head ? [head.record, ...rows].join("\n") : `[${rows.join(",")}]`));
  return texts.length === 1 ? texts[0] : texts;
}

/**
 * Checks rows of many runs. Resolves to how many runs and rows there were, how many runs are well, and to the checks of
 * those that have something to say, a thousand at the most.
 */
export async function checkRunStream(source, { onProgress, signal, ...config } = {}) {
  const [records, runs, decoder] = [new Records(), new Runs(), new TextDecoder("utf-8", { fatal: true })];
  const answer = { runs: 0, rows: 0, ok: 0, unreadable: 0, leftOut: 0, checks: [] };
  let [bytes, turn] = [0, performance.now()];
  const rest = async () => {
    signal?.throwIfAborted();
    if (performance.now() - turn < TURN) return;
    onProgress?.({ bytes, rows: runs.rows, runs: runs.runs.size, checked: answer.runs });
    await new Promise((resolve) => setTimeout(resolve));
    turn = performance.now();
  };
  for await (const chunk of chunksOf(source)) {
    bytes += chunk.length ?? chunk.byteLength ?? 0;
    for (const record of records.take(textOf(chunk, decoder))) runs.take(record);
    await rest();
  }
  for (const record of records.end()) runs.take(record);
  for (const [run, parts] of runs.runs) {
    // What is checked is held no longer.
    runs.runs.delete(run);
    told(answer, run, recordOf(parts), config);
    await rest();
  }
  answer.rows = runs.rows;
  onProgress?.({ bytes, rows: runs.rows, runs: answer.runs, checked: answer.runs });
  return answer;
}

function textOf(chunk, decoder) {
  if (typeof chunk === "string") return chunk;
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw refused("The records cannot be read: they are bytes that are no text in UTF-8; decompress them first.");
  }
}

/** Takes the check of one run into the answer. */
function told(answer, run, record, config) {
  answer.runs++;
  let check;
  try {
    check = checkRun(record, config);
  } catch (error) {
    answer.unreadable++;
    check = { ok: false, error: { code: error.code, message: error.message } };
  }
  if (check.ok) answer.ok++;
  if (check.ok && check.shows.length === 0) return;
  if (answer.checks.length < KEPT_MAX) answer.checks.push({ run, ...check });
  else answer.leftOut++;
}
