// What is handed in, as text: a file, a folder, standard input; as it is, or packed by gzip. How much is read is bounded,
// but of rows that are checked as they come, and what cannot be read is told in a sentence.

import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { telling } from "../chunks.js";
import { encodingOf, isGzip, packedAs } from "../packed.js";
import { quoted } from "./arguments.js";
import { nearest } from "./meant.js";
import { Trouble } from "./trouble.js";

/** What is read of one run, in bytes, unpacked: as much as the core reads of a record. */
export const SIZE_MAX = 33_554_432;
/** What is held of rows before they are checked as they come. */
const HELD_MAX = 20_971_520;
/** Files of a folder. */
const FILES_MAX = 1_000;

/** What stands for standard input. */
export const STDIN = "-";

/** How an input is called in a sentence. */
export const calledOf = (name) => (name === STDIN ? "Standard input" : quoted(name));

const more = `more than ${(SIZE_MAX / 1024 / 1024).toLocaleString("en")} MB, which is as much as is read of one run`;

/** The files that were named; standard input if none was and nobody types there. */
export function namesOf(rest, stdin) {
  if (rest.filter((name) => name === STDIN).length > 1) throw new Trouble("Standard input can be read once.");
  if (rest.length > 0) return rest;
  if (stdin.isTTY)
    throw new Trouble("Name a file, or hand something in: `flyte get run r1 | npx flyte-lifecycle check -`.");
  return [STDIN];
}

/**
 * The texts of an input, with the files that they are from: those of a folder are one run. Where `rows` are taken as they
 * come, an input of them that is too large to be held has `chunks` instead.
 */
export async function textOf(name, stdin, { rows = false } = {}) {
  if (name === STDIN) {
    if (stdin.isTTY) throw new Trouble("Nothing is handed in: `-` reads standard input, and that is a terminal.");
    return await whole(name, stdin, rows);
  }
  const stats = await stat(name).catch(async (error) => {
    throw await missing(name, error);
  });
  if (stats.isDirectory()) return await folder(name);
  return await whole(name, createReadStream(name), rows);
}

async function whole(name, stream, rows = false) {
  const { bytes, chunks } = await bytesOf(name, stream, rows);
  return chunks ? { name, files: [name], chunks } : { name, files: [name], texts: [decoded(name, bytes)] };
}

/** How a table of the database begins, and rows as JSON objects. */
const ROWS = /^\uFEFF?\s*(?:\{\s*"[^\n]*|[^\n{[]*)\b(?:run_name|RUN_NAME)\b/;

/** Whether a text is rows, which are also checked as they come. */
export const areRows = (text) => ROWS.test(text.slice(0, 4_096));

/** Reads a stream, which may never come to an end, up to what is allowed. */
async function bytesOf(name, stream, rows) {
  const parts = [];
  let size = 0;
  let packed = "";
  let canStream = rows;
  const tooLong = () => {
    stream.destroy();
    throw new Trouble(`${calledOf(name)} ${packed}has ${more}.`);
  };
  try {
    const given = telling(stream);
    const first = await given.next();
    const isPacked = !first.done && isGzip(first.value);
    if (isPacked) packed = "is packed by gzip and ";
    const all = from(first, given);
    const source = isPacked ? unpacked(all) : all;
    for (let part = await source.next(); !part.done; part = await source.next()) {
      size += part.value.length;
      parts.push(part.value);
      if (canStream && size > HELD_MAX) {
        canStream = areRows(beginning(parts));
        if (canStream) return { chunks: again(name, parts, source) };
      }
      if (size > SIZE_MAX) tooLong();
    }
  } catch (error) {
    throw troubleOf(name, error);
  }
  return { bytes: Buffer.concat(parts) };
}

/** The first characters of a text in parts, the last of which may be cut. */
function beginning(parts) {
  const bytes = Buffer.concat(parts).subarray(0, 16_384);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

async function* from(first, rest) {
  for (let part = first; !part.done; part = await rest.next()) yield part.value;
}

/** What was read already, and what comes. */
async function* again(name, parts, rest) {
  try {
    yield* parts.splice(0);
    yield* rest;
  } catch (error) {
    throw troubleOf(name, error);
  }
}

function unpacked(chunks) {
  const source = Readable.from(chunks);
  const gunzip = source.pipe(createGunzip());
  source.on("error", (error) => gunzip.destroy(error));
  return gunzip[Symbol.asyncIterator]();
}

function troubleOf(name, error) {
  if (error instanceof Trouble) return error;
  const called = calledOf(name);
  if (/^Z_/.test(error.code)) return new Trouble(`${called} is packed by gzip and is damaged or cut off.`);
  return new Trouble(`${called} cannot be read: ${reason(error)}.`);
}

async function missing(name, error) {
  if (/^https?:\/\//i.test(name)) {
    throw new Trouble(
      `${quoted(name)} is an address, and no file: hand in what is there, as with \`curl\` and a pipe.`,
    );
  }
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") {
    return new Trouble(`${quoted(name)} cannot be read: ${reason(error)}.`);
  }
  const beside = await readdir(dirname(name)).catch(() => []);
  const near = beside.length > FILES_MAX ? undefined : nearest(basename(name), beside);
  return new Trouble(`${quoted(name)} is not there${near ? ` (did you mean ${quoted(near)}?)` : ""}.`);
}

const REASONS = {
  EACCES: "it may not be read",
  ENOENT: "it is a link to what is not there",
  EPERM: "it may not be read",
  EIO: "the disk failed",
  ELOOP: "its links go round",
};

const reason = ({ code, message }) => REASONS[code] ?? (code ? `the system says ${code}` : message);

/** All files of a folder, in the order of their names. */
async function folder(name) {
  const entries = await readdir(name, { withFileTypes: true }).catch((error) => {
    throw new Trouble(`${quoted(name)} cannot be read: ${reason(error)}.`);
  });
  const seen = entries.filter((entry) => !entry.name.startsWith("."));
  const inner = seen.find((entry) => entry.isDirectory());
  if (inner) {
    const where = quoted(join(name, inner.name));
    throw new Trouble(
      `${where} is a folder in a folder: the files of one folder are one run. Name the folder of each run.`,
    );
  }
  if (seen.length === 0) throw new Trouble(`${quoted(name)} is a folder with nothing in it.`);
  if (seen.length > FILES_MAX) {
    const most = FILES_MAX.toLocaleString("en");
    throw new Trouble(
      `${quoted(name)} is a folder of ${seen.length.toLocaleString("en")} files; up to ${most} are one run.`,
    );
  }
  const [files, texts] = [[], []];
  let size = 0;
  for (const entry of seen.map((each) => each.name).sort()) {
    const path = join(name, entry);
    const { texts: own } = await whole(path, createReadStream(path));
    files.push(path);
    texts.push(...own);
    size += own[0].length;
    if (size > SIZE_MAX) throw new Trouble(`The files of ${quoted(name)} have ${more}.`);
  }
  return { name, files, texts };
}

/** Bytes as text. */
function decoded(name, bytes) {
  const called = calledOf(name);
  if (bytes.length === 0) throw new Trouble(`${called} is empty.`);
  const packing = packedAs(bytes);
  if (packing) throw new Trouble(`${called} is ${packing}.`);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw new Trouble(`${called} is binary, and no text.`);
  if (text.includes("\ufffd")) checkUtf8(called, bytes);
  if (text.trim() === "") throw new Trouble(`${called} has nothing but blanks in it.`);
  return text;
}

/** A character that stands for what could not be read may also stand there as itself. */
function checkUtf8(called, bytes) {
  try {
    new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new Trouble(`${called} is no text in UTF-8; \`iconv -t utf-8\` makes one of another encoding.`);
  }
}
