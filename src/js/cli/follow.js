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
  const coming = new Documents();
  for await (const { text, state } of pieces(stream)) {
    const documents = coming.take(text);
    if (state === "ended") documents.push(...coming.end());
    let isNew = false;
    for (const document of documents) isNew = known.take(document) || isNew;
    if (isNew) yield { text: known.text(), isWhole: true };
    if (state !== "quiet") continue;
    const left = coming.left();
    if (YAML.test(left)) yield { text: known.text(left), isWhole: false };
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

/** A line between two documents of YAML. */
const MARK = /^---[ \t]*$/;

/** The documents that come to their end in a text that comes in pieces. Nothing is gone over again when more comes. */
class Documents {
  /** What has come of the next document, and of YAML the line that has not come to its end. */
  #parts = [];
  #line = "";
  #size = 0;
  #isJson;
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  take(text) {
    const documents = [];
    for (let at = 0; at < text.length; ) {
      this.#isJson ??= this.#tells(text.slice(at));
      const [end, isOver] = this.#isJson === false ? this.#takeLine(text, at) : this.#takeJson(text, at);
      this.#size += end - at;
      if (this.#size > SIZE_MAX) throw new Trouble("One document of what is followed is too long to be read.");
      if (isOver) documents.push(...this.end());
      at = end;
    }
    return documents;
  }

  /** What has come of the next document. */
  left() {
    return this.#parts.join("") + this.#line;
  }

  /** There is no more of it: what has come, if that is anything. */
  end() {
    const text = this.left();
    [this.#parts, this.#line, this.#size, this.#isJson] = [[], "", 0, undefined];
    [this.#depth, this.#inString, this.#isEscaped] = [0, false, false];
    return text.trim() === "" || MARK.test(text) ? [] : [text];
  }

  /** Whether a document that begins so is JSON; undefined of one that has not begun. */
  #tells(text) {
    const first = /\S/.exec(text)?.[0];
    return first && "[{".includes(first);
  }

  /** Takes what comes up to the end of a line: how far that is, and whether the line ends the document. */
  #takeLine(text, at) {
    const end = text.indexOf("\n", at) + 1;
    this.#line += text.slice(at, end || undefined);
    if (end === 0) return [text.length, false];
    const isMark = MARK.test(this.#line.trimEnd());
    if (!isMark) this.#parts.push(this.#line);
    this.#line = "";
    return [end, isMark];
  }

  /** Takes what comes of a value of JSON, which ends with the bracket that closes its first. */
  #takeJson(text, begin) {
    let end = text.length;
    for (let at = begin; at < end; at += 1) {
      const sign = text[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#inString) {
        this.#isEscaped = sign === "\\";
        this.#inString = sign !== '"';
      } else if (sign === '"') this.#inString = true;
      else if (sign === "{" || sign === "[") this.#depth += 1;
      else if (sign === "}" || sign === "]") {
        this.#depth -= 1;
        if (this.#depth <= 0) end = at + 1;
      }
    }
    this.#parts.push(text.slice(begin, end));
    return [end, this.#depth <= 0 && this.#isJson === true];
  }
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
