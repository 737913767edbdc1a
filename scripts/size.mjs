// Where the bytes of the package's modules are: compressed as they travel, and by crate, by module and by function.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { named } from "./build.mjs";
import { ROOT } from "./tools.mjs";

/** The files of the package that travel together, by what loads them; the first is the module. */
export const LOADED = {
  main: [
    "pkg/flyte_lifecycle_bg.wasm",
    "pkg/flyte_lifecycle.js",
    "src/js/words.js",
    "src/js/json.js",
    "src/js/errors.js",
  ],
  reading: ["pkg/reading/flyte_lifecycle_reading_bg.wasm", "pkg/reading/flyte_lifecycle_reading.js"],
  explore: ["pkg/explore/flyte_lifecycle_explore_bg.wasm", "pkg/explore/flyte_lifecycle_explore.js"],
};

/** How large a part is: as it is, and compressed as servers do it, in kB of 1,000 bytes. */
export function sizeOf(part) {
  const files = LOADED[part].map((path) => readFileSync(join(ROOT, path)));
  const sum = (size) => files.reduce((all, file) => all + size(file), 0) / 1000;
  return {
    raw: sum((file) => file.length),
    gzip: sum((file) => gzipSync(file, { level: 9 }).length),
    brotli: sum((file) => brotliCompressSync(file).length),
  };
}

/** What the built page fetches before anybody does anything: what its head names, what that imports, and the main module. */
export function firstLoad() {
  const dist = join(ROOT, "www/dist");
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path);
  const wasm = readdirSync(join(dist, "assets")).filter((name) => /^flyte_lifecycle_bg-.*\.wasm$/.test(name));
  return ["index.html", ...named, ...wasm.map((name) => `assets/${name}`)].map((path) => join(dist, path));
}

/** How much that is as `npm start` serves it, which packs by gzip, in kB of 1,000 bytes. */
export const firstLoadSize = () =>
  firstLoad().reduce((all, path) => all + gzipSync(readFileSync(path)).length, 0) / 1000;

/** Reads a number in LEB128 at a place; answers it and the place after it. */
function number(bytes, place) {
  let [value, shift, at] = [0, 0, place];
  for (;;) {
    const byte = bytes[at];
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    at += 1;
    if (byte < 0x80) return [value, at];
  }
}

/** The functions of a module with their names and sizes, and how much is data. */
export function functionsOf(bytes) {
  const text = new TextDecoder();
  const [sizes, names] = [[], new Map()];
  let [imported, data] = [0, 0];
  for (let place = 8; place < bytes.length; ) {
    const id = bytes[place];
    const [length, begin] = number(bytes, place + 1);
    const end = begin + length;
    if (id === 2) imported = importedFunctions(bytes, begin);
    if (id === 11) data = length;
    if (id === 10) {
      let [count, at] = number(bytes, begin);
      for (; count > 0; count -= 1) {
        const [size, from] = number(bytes, at);
        sizes.push(size);
        at = from + size;
      }
    }
    if (id === 0) {
      const [size, from] = number(bytes, begin);
      if (text.decode(bytes.subarray(from, from + size)) === "name") readNames(bytes, from + size, end, names);
    }
    place = end;
  }
  return { data, functions: sizes.map((size, at) => ({ size, name: names.get(imported + at) ?? "(no name)" })) };
}

function readNames(bytes, begin, end, names) {
  const text = new TextDecoder();
  for (let place = begin; place < end; ) {
    const kind = bytes[place];
    const [length, from] = number(bytes, place + 1);
    if (kind === 1) {
      let [count, at] = number(bytes, from);
      for (; count > 0; count -= 1) {
        const [index, after] = number(bytes, at);
        const [size, word] = number(bytes, after);
        names.set(index, text.decode(bytes.subarray(word, word + size)));
        at = word + size;
      }
    }
    place = from + length;
  }
}

function importedFunctions(bytes, begin) {
  let [count, at] = number(bytes, begin);
  let functions = 0;
  for (; count > 0; count -= 1) {
    for (let word = 0; word < 2; word += 1) {
      const [size, from] = number(bytes, at);
      at = from + size;
    }
    const kind = bytes[at];
    at += 1;
    if (kind === 0) functions += 1;
    // A type, a table (type and limits), a memory (limits) or a global (type and mutability).
    if (kind === 0) at = number(bytes, at)[1];
    else if (kind === 3) at += 2;
    else {
      if (kind === 1) at += 1;
      const bounded = bytes[at] & 1;
      at = number(bytes, at + 1)[1];
      if (bounded) at = number(bytes, at)[1];
    }
  }
  return functions;
}

/** `<a::B as c::D>::e::h0123` and `a::b::c` are in `a::b`; what C or the linker made has no crate. */
export function placeOf(name) {
  const path = name.replace(/::h[0-9a-f]{16}$/, "");
  const own =
    /^<+(?:&|mut |dyn |\[)*([a-z_0-9]+(?:::[a-z_0-9]+)*)/.exec(path) ?? /^([a-z_0-9]+(?:::[a-z_0-9]+)*)/.exec(path);
  const parts = own?.[1].split("::") ?? [];
  if (parts.length < 2 && !own) return { crate: "(other)", module: "(other)" };
  const [crate = "(other)", ...rest] = parts;
  const modules = path.startsWith("<") ? rest : rest.slice(0, -1);
  return { crate, module: [crate, ...modules.slice(0, 2)].join("::") };
}

const table = (rows, count) => {
  for (const [name, size] of [...rows].sort((a, b) => b[1] - a[1]).slice(0, count)) {
    console.log(`${(size / 1000).toFixed(1).padStart(8)}  ${name}`);
  }
};

function grouped(functions, keyOf) {
  const groups = new Map();
  for (const { name, size } of functions) groups.set(keyOf(name), (groups.get(keyOf(name)) ?? 0) + size);
  return groups;
}

/** Tells the sizes of all parts, and where those of one are. */
export function tell(part = "main") {
  console.log("\nkB with glue          raw      gzip    brotli");
  for (const name of Object.keys(LOADED)) {
    const { raw, gzip, brotli } = sizeOf(name);
    const words = [raw, gzip, brotli].map((size) => size.toFixed(1).padStart(10));
    console.log(name.padEnd(12) + words.join(""));
  }
  const path = named(part === "main" ? undefined : part);
  if (!existsSync(path)) return;
  const { data, functions } = functionsOf(readFileSync(path));
  console.log(`\n${part}, kB before compression: ${(data / 1000).toFixed(1)} of it data`);
  console.log("\nby crate");
  table(
    grouped(functions, (name) => placeOf(name).crate),
    12,
  );
  console.log("\nby module");
  table(
    grouped(functions, (name) => placeOf(name).module),
    30,
  );
  console.log("\nby function");
  table(
    functions.map(({ name, size }) => [name, size]),
    40,
  );
}
