// Where what we build with comes from: registries alone, at versions and digests that stand in the repository.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(join(ROOT, path), "utf8");

test("every package of npm's is locked with a digest, and runs nothing when it is installed", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  for (const [path, { integrity, resolved, hasInstallScript }] of Object.entries(packages)) {
    if (path === "") continue;
    assert.match(integrity ?? "", /^sha512-/, path);
    // The lock names no host, so that each takes it from the registry that he uses.
    assert.equal(resolved, undefined, path);
    // fsevents is for macOS alone, and comes compiled.
    assert.ok(!hasInstallScript || path.endsWith("/fsevents"), `${path} runs a script when it is installed`);
  }
  const { dependencies = {}, devDependencies } = JSON.parse(read("package.json"));
  assert.deepEqual(dependencies, {}, "who installs the package installs nothing else");
  for (const [name, version] of Object.entries(devDependencies)) {
    // The types follow the oldest Node that the package works in.
    if (name !== "@types/node") assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
});

test("every crate is locked with a checksum, and comes from the registry", () => {
  for (const lock of ["Cargo.lock", "tests/stateright/Cargo.lock"]) {
    const crates = read(lock).split("[[package]]\n").slice(1);
    assert.ok(crates.length > 20, lock);
    for (const crate of crates.filter((text) => /^source = /m.test(text))) {
      assert.match(crate, /^source = "registry\+.*\n^checksum = "[0-9a-f]{64}"$/m, crate);
    }
    // Without a source is only what stands in the repository.
    const own = crates.filter((text) => !/^source = /m.test(text)).map((text) => /^name = "(.*)"/.exec(text)[1]);
    for (const name of own) assert.match(name, /^(flyte-lifecycle|measure-stateright)$/, lock);
  }
});

test("the Rust that builds is named, and no older than what Cargo.toml asks for", () => {
  const toolchain = read("rust-toolchain.toml");
  const [, channel] = /^channel = "(\d+\.\d+\.\d+)"$/m.exec(toolchain);
  const [, oldest] = /^rust-version = "([\d.]+)"$/m.exec(read("Cargo.toml"));
  assert.ok(channel.localeCompare(oldest, "en", { numeric: true }) >= 0, `${channel} is older than ${oldest}`);
  assert.match(toolchain, /^targets = \["wasm32-unknown-unknown"\]$/m);
});

test("scripts install tools as their own locks say, and run no code that no lock names", () => {
  const scripts = readdirSync(join(ROOT, "scripts")).map((name) => [name, read(`scripts/${name}`)]);
  for (const [name, text] of scripts) {
    for (const [call] of text.matchAll(/"cargo", \["install".*/g)) assert.match(call, /"--locked"/, name);
    assert.doesNotMatch(text, /"npx"|"curl"|"wget"/, name);
  }
});
