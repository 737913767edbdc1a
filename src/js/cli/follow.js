// Follows a pipe of documents: what `kubectl get -w` prints, as YAML or JSON, or a watch of Flyte's. Each time one has come
// whole, everything that is known by then is told as one text.

import { StringDecoder } from "node:string_decoder";
import { SIZE_MAX } from "./input.js";
import { Trouble } from "./trouble.js";

/** When nothing more has come for so long, what there is of a document of YAML is tried: its end is told by the next alone. */
const QUIET_MS = 200;

/** Kubernetes says of what version and kind a thing is, in lines of their own. */
const YAML = /^ *(?:- )?(?:apiVersion|kind|items|object)[ \t]*:/m;

/** What is known after each document, as `text`; `isWhole` is not what may be cut in the middle of its last one. */
export async function* followed(stream) {
  const known = new Known();
  let rest = "";
  for await (const { text, state } of pieces(stream)) {
    rest += text;
    if (rest.length > SIZE_MAX) throw new Trouble("One document of what is followed is too long to be read.");
    const { documents, left } = taken(rest, state === "ended");
    rest = left;
    let isNew = false;
    for (const document of documents) isNew = known.take(document) || isNew;
    if (isNew) yield { text: known.text(), isWhole: true };
    if (state === "quiet" && YAML.test(left)) yield { text: known.text(left), isWhole: false };
  }
}

/** What comes, piece by piece; an empty one when nothing has come for a while (`quiet`), and one when all is there (`ended`). */
async function* pieces(stream) {
  const decoder = new StringDecoder("utf8");
  const iterator = stream[Symbol.asyncIterator]();
  let next = iterator.next();
  let hasMore = false;
  for (;;) {
    let timer;
    const quiet = new Promise((resolve) => {
      if (hasMore) timer = setTimeout(() => resolve(undefined), QUIET_MS);
    });
    const read = await Promise.race([next, quiet]);
    clearTimeout(timer);
    if (read === undefined) {
      hasMore = false;
      yield { text: "", state: "quiet" };
    } else if (read.done) {
      yield { text: decoder.end(), state: "ended" };
      return;
    } else {
      hasMore = true;
      next = iterator.next();
      yield { text: decoder.write(read.value), state: "more" };
    }
  }
}

/** The documents that are whole, and what is left. */
function taken(text, hasEnded) {
  const start = text.search(/\S/);
  if (start < 0) return { documents: [], left: "" };
  return /[[{]/.test(text[start]) ? takenJson(text.slice(start)) : takenYaml(text, hasEnded);
}

function takenYaml(text, hasEnded) {
  const parts = text.split(/^---[ \t]*$/m);
  const left = hasEnded ? "" : parts.pop();
  // Before the first mark there may be nothing.
  return { documents: parts.filter((part) => part.trim() !== ""), left };
}

/** JSON values, one after the other: each ends with the bracket that closes its first. */
function takenJson(text) {
  const documents = [];
  let [begin, depth, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (inString) {
      if (sign === "\\") at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth > 0) continue;
      documents.push(text.slice(begin, at + 1));
      begin = at + 1;
      depth = 0;
    }
  }
  return { documents, left: text.slice(begin) };
}

/** The documents that are known. The core makes a history of those of one resource. */
class Known {
  #documents = [];
  #size = 0;

  /** Takes a document; answers whether it says anything new. What was deleted is known no more. */
  take(document) {
    const text = document.trim();
    if (text === this.#documents.at(-1)?.text) return false;
    const name = nameIn(text);
    if (name !== undefined && isGone(text)) this.#documents = this.#documents.filter((each) => each.name !== name);
    else this.#documents.push({ name, text });
    this.#size = this.#documents.reduce((size, each) => size + each.text.length, 0);
    if (this.#size > SIZE_MAX) throw new Trouble("What is followed has become too long to be read as one record.");
    return this.#documents.length > 0;
  }

  /** All of it as one text, with what may be one more document. */
  text(more) {
    const texts = [...this.#documents.map(({ text }) => text), ...(more === undefined ? [] : [more])];
    return texts.join(/^[[{]/.test(texts[0] ?? "") ? "\n" : "\n---\n");
  }
}

/** Whether a document is the news that a resource was deleted, as `--output-watch-events` tells it. */
const isGone = (text) => /^\s*"?type"?:\s*"?DELETED"?/m.test(text) || /^\{\s*"type":\s*"DELETED"/.test(text);

/** The name of the resource that a document is about; undefined if it is about something else. */
function nameIn(text) {
  if (!/^[[{]/.test(text)) return /^( *)metadata:\n(?:\1 +.*\n)*?\1 {2}name: (.*)$/m.exec(text)?.[2];
  try {
    const { metadata, object } = JSON.parse(text);
    return (object?.metadata ?? metadata)?.name;
  } catch {
    return undefined;
  }
}
