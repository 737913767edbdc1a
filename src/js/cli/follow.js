// Follows a pipe of documents: what `kubectl get -w` prints, as YAML or JSON, or a watch of Flyte's. Each time one has come
// whole, everything that is known by then is told as one text.

import { StringDecoder } from "node:string_decoder";
import { YAML } from "./given.js";
import { SIZE_MAX } from "./input.js";
import { Trouble } from "./trouble.js";

/** When nothing more has come for so long, what there is of a document of YAML is tried: its end is told by the next alone. */
const QUIET_MS = 200;

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
    for (const document of documents) isNew = (await known.take(document)) || isNew;
    if (isNew) yield { text: known.text(), isWhole: true };
    const tried = state === "quiet" ? await known.tried(left) : undefined;
    if (tried !== undefined) yield { text: tried, isWhole: false };
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

/** What is known: of each resource the last that was told, of everything else all. */
class Known {
  #resources = new Map();
  #others = [];
  #size = 0;

  /** The text with what may be one more document of resources, which is not taken; undefined if it is none. */
  async tried(document) {
    if (!YAML.test(document)) return undefined;
    const before = new Map(this.#resources);
    try {
      return this.#keep(resourcesIn(await valueIn(document)) ?? []) ? this.text() : undefined;
    } catch (error) {
      if (error instanceof Trouble) return undefined;
      throw error;
    } finally {
      this.#resources = before;
    }
  }

  /** Takes a document; answers whether it said anything. */
  async take(document) {
    const resources = resourcesIn(await valueIn(document));
    if (resources === undefined) {
      this.#others.push(document);
      this.#size += document.length;
      if (this.#size > SIZE_MAX) throw new Trouble("What is followed has become too long to be read as one record.");
      return true;
    }
    return this.#keep(resources);
  }

  #keep(resources) {
    for (const { isGone, resource } of resources) {
      const { namespace = "", name = "" } = resource.metadata ?? {};
      const key = JSON.stringify([namespace, name]);
      if (isGone) this.#resources.delete(key);
      else this.#resources.set(key, resource);
    }
    return resources.length > 0 && this.#resources.size > 0;
  }

  text() {
    if (this.#others.length > 0) return `${this.#others.join("\n")}\n`;
    return JSON.stringify({ apiVersion: "v1", kind: "List", items: [...this.#resources.values()] });
  }
}

async function valueIn(document) {
  if (/^\s*[[{]/.test(document)) {
    try {
      return JSON.parse(document);
    } catch {
      return undefined;
    }
  }
  const { parseYaml } = await import("../../../pkg/cli/yaml.js");
  const answer = parseYaml(document, SIZE_MAX);
  if ("error" in answer) throw new Trouble(`What is followed cannot be read. ${answer.error}`);
  return answer.value;
}

const isObject = (value) => typeof value === "object" && value !== null;

/** The resources of a document, with whether each was deleted; undefined if it is something else. */
function resourcesIn(value) {
  if (!isObject(value)) return undefined;
  // As `--output-watch-events` prints them.
  if (typeof value.type === "string" && isObject(value.object)) {
    const inner = resourcesIn(value.object);
    return inner?.map((each) => ({ ...each, isGone: value.type === "DELETED" }));
  }
  if (Array.isArray(value.items)) {
    const inner = value.items.map(resourcesIn);
    return inner.includes(undefined) ? undefined : inner.flat();
  }
  return "kind" in value || "apiVersion" in value ? [{ isGone: false, resource: value }] : undefined;
}
