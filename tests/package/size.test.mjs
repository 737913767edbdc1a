// What the package weighs as it travels. A change that needs more room says so here.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { firstLoad, firstLoadSize, functionsOf, placeOf, sizeOf } from "../../scripts/size.mjs";
import { ROOT } from "../../scripts/tools.mjs";

/**
 * kB of 1,000 bytes in brotli, glue included: what was reached on 2026-11-30 (208.4, 212.7 and 301.5), and five per cent.
 * Bounds, recovery and the parent's process took a tenth. The aim for main is 150. The readers of what people have on their
 * screens, gzip and the words of a diagnosis took a tenth of `reading` again.
 */
const ROOM = { main: 238, reading: 333, explore: 321 };

test("every part of the package is as large as agreed on at the most", () => {
  for (const [part, room] of Object.entries(ROOM)) {
    const { brotli } = sizeOf(part);
    assert.ok(brotli <= room, `${part} has ${brotli.toFixed(1)} kB in brotli, of ${room}; \`npm run size\` says where`);
  }
});

/** kB in all that the inline entry has inside, which is text: what was reached on 2026-11-30 (1,394), and five per cent. */
const INSIDE = 1_464;

test("what the inline entry has inside is as large as agreed on", () => {
  const sizes = Object.keys(ROOM).map((part) => statSync(join(ROOT, `pkg/inline/${part}.js`)).size / 1000);
  const size = sizes.reduce((all, each) => all + each, 0);
  assert.ok(size <= INSIDE, `pkg/inline has ${size.toFixed(0)} kB, of ${INSIDE}`);
});

/** kB as it is served: what product.md asks of the page's first load. */
const FIRST_LOAD = 400;

test("the page that ships with the package loads in as much as agreed on", () => {
  const files = firstLoad();
  // The document, its scripts and styles, and the module; what those import statically, Vite names in the document.
  assert.ok(files.length >= 5 && files.some((path) => path.endsWith(".wasm")), files.join());
  for (const path of files.filter((each) => /assets\/.*\.js$/.test(each))) {
    for (const [, name] of readFileSync(path, "utf8").matchAll(/\bimport[^("';]*?from"\.\/([\w.-]+\.js)"/g)) {
      assert.ok(
        files.some((each) => each.endsWith(name)),
        `${path} imports ${name}, which the document does not name`,
      );
    }
  }
  const size = firstLoadSize();
  assert.ok(size <= FIRST_LOAD, `the page's first load has ${size.toFixed(1)} kB, of ${FIRST_LOAD}`);
});

test("a function is told by its crate and its module", () => {
  for (const [name, crate, module] of [
    [
      "flyte_lifecycle::rules::task::reconcile_task::h0123456789abcdef",
      "flyte_lifecycle",
      "flyte_lifecycle::rules::task",
    ],
    [
      "<flyte_lifecycle::model::Command as core::fmt::Debug>::fmt::h0123456789abcdef",
      "flyte_lifecycle",
      "flyte_lifecycle::model",
    ],
    ["<&mut serde_json::de::Deserializer<R> as X>::y", "serde_json", "serde_json::de"],
    ["memcpy", "memcpy", "memcpy"],
  ]) {
    const place = placeOf(name);
    assert.equal(place.crate, crate, name);
    assert.ok(place.module.startsWith(module.split("::").slice(0, 2).join("::")), `${name}: ${place.module}`);
  }
});

test("functions are read from a module with names", () => {
  // (module (func $a) (func $b (drop (i32.const 1)))), put together by hand.
  const bytes = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 10, 10, 2, 2, 0, 11, 5, 0, 65, 1, 26, 11, 0, 14, 4,
    110, 97, 109, 101, 1, 7, 2, 0, 1, 97, 1, 1, 98,
  ]);
  assert.ok(WebAssembly.validate(bytes));
  assert.deepEqual(functionsOf(bytes), {
    data: 0,
    functions: [
      { size: 2, name: "a" },
      { size: 5, name: "b" },
    ],
  });
});
