// What lets the package load where there are neither files nor addresses, and what it says where it cannot load.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { constants, deflateRawSync } from "node:zlib";
import { inflated } from "../../src/js/inflate.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(join(ROOT, path));
const MODULES = {
  main: "pkg/flyte_lifecycle_bg.wasm",
  reading: "pkg/reading/flyte_lifecycle_reading_bg.wasm",
  explore: "pkg/explore/flyte_lifecycle_explore_bg.wasm",
};

/** What a script prints that is run by itself. */
const printed = (script) =>
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: ROOT, encoding: "utf8" }).trim();

test("what is inside of the inline entry are the modules, byte for byte", async () => {
  for (const [name, path] of Object.entries(MODULES)) {
    const { default: packed } = await import(`../../pkg/inline/${name}.js`);
    assert.ok(Buffer.from(inflated(packed)).equals(read(path)), `${name}: \`node scripts/inline.mjs\` packs it anew`);
  }
});

test("deflate is read in each of its forms", () => {
  const texts = [
    Buffer.alloc(0),
    Buffer.from("a"),
    Buffer.alloc(100_000, "ab"),
    Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255)),
    read("README.md"),
  ];
  const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  for (const bytes of texts)
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE])
      for (const level of [0, 1, 9]) {
        const text = deflateRawSync(bytes, { level, strategy }).toString("base64");
        const what = `${bytes.length} bytes, strategy ${strategy}, level ${level}`;
        assert.ok(Buffer.from(inflated({ size: bytes.length, text })).equals(bytes), what);
      }
});

/** All that a module imports, and what that imports. */
function reached(path, known = new Set()) {
  if (known.has(path)) return known;
  known.add(path);
  if (!path.endsWith(".js")) return known;
  for (const [, from] of read(path)
    .toString()
    .matchAll(/^(?:import|export)\b[^"'`;]*?["'](\.[^"']+)["']/gm))
    reached(join(dirname(path), from), known);
  return known;
}

test("the inline entry names no address, fetches nothing later and waits for nothing", () => {
  const files = [...reached("src/js/inline.js")];
  for (const known of ["src/js/package.js", "pkg/explore/flyte_lifecycle_explore.js", "pkg/inline/reading.js"])
    assert.ok(files.includes(known), `${files}`);
  for (const path of files) {
    const text = read(path).toString();
    assert.doesNotMatch(text, /import\.meta|\bimport\(|^await |^import .*"node:/m, path);
  }
  // A worker of Cloudflare's has no files either, and imports its modules.
  const worker = [...reached("src/js/workerd.js")];
  for (const path of Object.values(MODULES)) assert.ok(worker.includes(path), `${worker}`);
  for (const path of worker.filter((name) => name.endsWith(".js")))
    assert.doesNotMatch(read(path).toString(), /import\.meta|^import .*"node:/m, path);
});

test("the inline entry reads and searches at once, and is one engine with the others", () => {
  const told = printed(`
    import { checkRun, explore, load, Simulation, UPSTREAM_COMMIT } from "./src/js/inline.js";
    import init, { Simulation as Other } from "./src/js/init.js";
    const trace = new Simulation().trace();
    const found = [Simulation.fromTrace(trace) instanceof Other, UPSTREAM_COMMIT.length];
    globalThis.fetch = () => { throw new Error("nothing is to be fetched"); };
    process.getBuiltinModule = undefined;
    await init();
    await load("reading");
    found.push((await explore({ rules: "documented", model: "a task", states: 10 })).ended);
    console.log(found.join(" "));`);
  assert.equal(told, "true 40 states");
});

test("where nothing is compiled at once, the inline entry says what to wait for, and then works", () => {
  const told = printed(`
    const { Module } = WebAssembly;
    WebAssembly.Module = class extends Module {
      constructor(bytes) { throw new RangeError("WebAssembly.Compile is disallowed on the main thread"); }
      static [Symbol.hasInstance](value) { return Object.prototype.toString.call(value) === "[object WebAssembly.Module]"; }
    };
    const { checkRun, explore, ready, Simulation, UPSTREAM_COMMIT } = await import("./src/js/inline.js");
    try { new Simulation(); } catch ({ code, message }) { console.log(code, message, UPSTREAM_COMMIT); }
    await ready();
    await ready();
    const { ended } = await explore({ rules: "documented", model: "a task", states: 10 });
    console.log(Simulation.fromTrace(new Simulation().trace()).length, ended);`);
  const first = "The module is not loaded yet: `await ready()` of flyte-lifecycle/inline once, then `new Simulation`.";
  assert.equal(told, `FAILED_PRECONDITION ${first} undefined\n0 states`);
});

test("whoever loads the modules himself says where all of them are, and they come when they are wanted", () => {
  const told = printed(`
    import { readFileSync } from "node:fs";
    import init, { explore, load, Simulation } from "./src/js/init.js";
    process.getBuiltinModule = undefined;
    const asked = [];
    globalThis.fetch = async (address) => {
      asked.push(String(address).replace(/.*:/, ""));
      const type = { headers: { "Content-Type": "application/wasm" } };
      return new Response(readFileSync({ m: "${MODULES.main}", r: "${MODULES.reading}", e: "${MODULES.explore}" }[asked.at(-1)]), type);
    };
    await init("x:m", { reading: new URL("x:r"), explore: "x:e" });
    new Simulation();
    console.log(asked.join());
    await load("reading");
    await explore({ rules: "documented", model: "a task", states: 10 });
    console.log(asked.join(), Simulation.fromTrace(new Simulation().trace()).length);
    for (const parts of ["x", { readings: "x" }]) await init("x:m", parts).catch(({ code, message }) => console.log(code, message));`);
  assert.deepEqual(told.split("\n"), [
    "m",
    "m,r,e 0",
    'INVALID_ARGUMENT The parts are a string; pass where each is, as `{ reading: "/flyte_lifecycle_reading_bg.wasm" }`.',
    'INVALID_ARGUMENT There is no part "readings" to load; there are "reading" and "explore"; pass where each is, as `{ reading: "/flyte_lifecycle_reading_bg.wasm" }`.',
  ]);
});

test("in Node init needs no source, and an address of a file is read", () => {
  for (const source of ["", `new URL("${MODULES.main}", import.meta.url)`]) {
    const told = printed(
      `import init, { Simulation } from "flyte-lifecycle/init";
      await init(${source});
      console.log(Simulation.fromTrace(new Simulation().trace()).length);`.replace(
        "import.meta.url",
        JSON.stringify(new URL("../../", import.meta.url).href),
      ),
    );
    assert.equal(told, "0");
  }
});

test("where a module was left behind, that is said with what to do", () => {
  const folder = mkdtempSync(join(tmpdir(), "flyte-lifecycle-left-"));
  try {
    for (const name of ["pkg", "src/js"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith(".wasm") });
    }
    cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
    for (const entry of ["node", "browser"]) {
      const told = printed(
        `await import("${folder}/src/js/${entry}.js").catch(({ name, code, message }) => console.log(name, code, message));`,
      );
      const where = "A module of flyte-lifecycle could not be loaded from file:.*flyte_lifecycle_bg.wasm: ENOENT.*";
      const next = 'If a bundler left it behind, import "flyte-lifecycle/inline", which has its modules inside';
      assert.match(told, new RegExp(`^Error undefined ${where}\\. ${next}\\.$`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
