// Whoever hands on the package hands on what others wrote, so their notices are in it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NOTICES = "pkg/THIRD-PARTY-NOTICES.txt";
const notices = () => readFileSync(`${ROOT}/${NOTICES}`, "utf8");
const MODULES = ["flyte_lifecycle_bg", "reading/flyte_lifecycle_reading_bg", "explore/flyte_lifecycle_explore_bg"];

/** What a module says of itself: the messages of broken invariants name the crate's folder they stand in. */
function cratesIn(module) {
  const text = readFileSync(`${ROOT}/pkg/${module}.wasm`, "latin1");
  return [...text.matchAll(/cargo\/registry\/src\/[^/]+\/([\w-]+)-(\d+\.\d+\.\d+)[^/]*\//g)].map(
    ([, name, version]) => `${name} ${version}`,
  );
}

test("every crate that a module names as its source has a notice", () => {
  const crates = new Set(MODULES.flatMap(cratesIn));
  assert.ok(crates.size >= 2, `only ${[...crates]} were found, so the search is wrong`);
  const told = notices();
  for (const crate of crates) assert.ok(told.includes(`\n${crate} (`), `${crate} is in no notice`);
});

test("what may only be handed on with its text has its text", () => {
  const told = notices();
  const texts = told.split(/^-{80}$/m);
  for (const [crate, holder] of [
    ["bytes", "Copyright (c) 2018 Carl Lerche"],
    ["serde-wasm-bindgen", "Copyright (c) 2019 Cloudflare, Inc."],
    ["slab", "Copyright (c) 2019 Carl Lerche"],
    ["zmij", "Permission is hereby granted"],
    ["foldhash", "Orson Peters"],
    ["unicode-ident", "UNICODE LICENSE V3"],
  ]) {
    const own = texts.find((text) => new RegExp(`^${crate} \\d`, "m").test(text));
    assert.ok(own?.includes(holder), `${crate}: ${own?.slice(0, 400)}`);
  }
  assert.match(told, /^Rust's standard library \d+\.\d+/m);
  // What runs at compile time alone is in no module.
  for (const crate of ["serde_derive", "prost-derive", "syn", "quote"])
    assert.doesNotMatch(told, new RegExp(`^${crate} `, "m"));
});

test("the tarball has our licence and the notices, and names nobody's folders", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const paths = JSON.parse(packed)[0].files.map(({ path }) => path);
  for (const path of ["LICENSE", NOTICES]) assert.ok(paths.includes(path), `${path} is not packed`);
  assert.doesNotMatch(notices(), /\/(?:home|root|Users)\//);
});
