// What a caller hands in to be read as it comes, as pieces of text: a stream, a Blob, text, bytes, or what can be gone
// through; as it is or packed by gzip, in UTF-8, or in UTF-16 with its mark. No more of it is held than a piece.

import { shownOf } from "../../pkg/errors.js";
import { refused } from "./modules.js";
import { encodingOf, isGzip, packedAs, TELLING } from "./packed.js";
import { noName } from "./reading.js";

/** Characters or bytes that are gone through at once. */
const PIECE = 1 << 16;

/** What cannot be read, in words. */
export const unreadable = (what) => refused(`The records cannot be read: ${what}.`);

/** The chunks of a source, whatever kind it is. What ends it while it is waited for is put to `ends`, as far as there is any. */
async function* chunksOf(source, ends) {
  if (typeof source === "string") {
    noName("records", source);
    yield source;
  } else if (bytesIn(source)) yield source;
  else if (typeof source?.then === "function") {
    throw unreadable("they are a promise; `await` it, and pass what it resolves to");
  } else if (typeof source?.stream === "function") yield* chunksOf(source.stream(), ends);
  else if (typeof source?.getReader === "function") {
    const reader = source.getReader();
    ends.push(() => cancelled(reader));
    yield* readBy(reader);
  } else if (typeof source?.[Symbol.asyncIterator] === "function" || typeof source?.[Symbol.iterator] === "function") {
    if (typeof source.destroy === "function") ends.push(() => source.destroy());
    yield* source;
  } else {
    throw refused(
      `checkRunStream takes a stream, a Blob, text, bytes or what can be gone through with \`for await\`; ${shownOf(source)} is none.`,
    );
  }
}

async function* readBy(reader) {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    cancelled(reader);
  }
}

/** Whoever reads no further wants no more of it. What the source says to that is of no interest. */
function cancelled(reader) {
  reader.cancel().catch(() => {});
}

/** The bytes of a chunk, whatever holds them; undefined if it is none. */
function bytesIn(chunk) {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : undefined;
}

/** Chunks of bytes and of text, in pieces: one chunk may be all there is, and others want to come to their turn meanwhile. */
async function* pieces(chunks) {
  for await (const chunk of chunks) {
    const whole = typeof chunk === "string" ? chunk : bytesIn(chunk);
    if (whole === undefined) {
      throw unreadable(`a chunk of them is ${shownOf(chunk)}; pass chunks of text or of bytes`);
    }
    if (whole.length <= PIECE) yield whole;
    else {
      for (let at = 0; at < whole.length; at += PIECE) {
        yield typeof whole === "string" ? whole.slice(at, at + PIECE) : whole.subarray(at, at + PIECE);
      }
    }
  }
}

/** The pieces, of which the first, if it is of bytes, has so many that they tell what it is. */
export async function* telling(given) {
  let first = new Uint8Array(0);
  let isOver = false;
  for await (const piece of given) {
    if (isOver) yield piece;
    else if (typeof piece === "string") {
      isOver = true;
      if (first.length > 0) yield first;
      yield piece;
    } else {
      first = first.length === 0 ? piece : joined(first, piece);
      isOver = first.length >= TELLING;
      if (isOver) yield first;
    }
  }
  if (!isOver && first.length > 0) yield first;
}

function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Bytes, unpacked if they are packed. */
async function* unpacked(given) {
  const [first, rest] = await begun(telling(given));
  if (first === undefined || typeof first === "string" || !isGzip(first)) yield* rest;
  else yield* pieces(gunzipped(rest));
}

async function* gunzipped(packed) {
  let ownError;
  const source = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await packed.next();
        if (done) controller.close();
        else controller.enqueue(typeof value === "string" ? new TextEncoder().encode(value) : value);
      } catch (error) {
        ownError = error;
        controller.error(error);
      }
    },
    cancel: () => packed.return(),
  });
  try {
    yield* readBy(source.pipeThrough(new DecompressionStream("gzip")).getReader());
  } catch {
    // What the source has thrown is its own; anything else is what could not be unpacked.
    throw ownError ?? unreadable("they are packed by gzip and are damaged or cut off");
  }
}

/** The first of what comes, and all of it. */
async function begun(given) {
  const first = await given.next();
  async function* all() {
    try {
      if (!first.done) yield first.value;
      yield* given;
    } finally {
      await given.return();
    }
  }
  return [first.value, all()];
}

/** The text of a source, piece by piece. `count` is told how many bytes, or characters of a text, have come. */
export async function* textsOf(source, { count, ends }) {
  async function* counted() {
    for await (const piece of pieces(chunksOf(source, ends))) {
      count(piece.length);
      yield piece;
    }
  }
  const [first, rest] = await begun(telling(unpacked(counted())));
  const isBytes = first !== undefined && typeof first !== "string";
  const packing = isBytes ? packedAs(first) : undefined;
  if (packing) throw unreadable(`they are ${packing}`);
  const decoder = new TextDecoder(isBytes ? encodingOf(first) : "utf-8", { fatal: true });
  const decoded = (bytes, options) => {
    try {
      return decoder.decode(bytes, options);
    } catch {
      throw unreadable(
        `they are bytes that are no text in ${decoder.encoding.toUpperCase()}, or end in the middle of a character`,
      );
    }
  };
  for await (const piece of rest) {
    const text = typeof piece === "string" ? piece : decoded(piece, { stream: true });
    if (text.includes("\0")) throw unreadable("they are binary, and no text");
    yield text;
  }
  yield decoded();
}
