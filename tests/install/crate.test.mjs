// The packed crate, depended on as somebody depends on it who has it: the tests that the page copies compile there and pass.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "flyte-lifecycle-crate-"));
const exec = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });

after(() => rmSync(work, { recursive: true, force: true }));

test("a test that the page copies compiles and passes for somebody who has the crate", () => {
  const target = join(ROOT, "target");
  exec("cargo", ["package", "--locked", "--no-verify", "--allow-dirty", "--target-dir", target], ROOT);
  const [, version] = /^version = "(.*)"$/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"));
  const crate = `flyte-lifecycle-${version}`;
  exec("tar", ["-xzf", join(target, "package", `${crate}.crate`), "-C", work], work);

  // Of what is not Rust it has what the bindings and the documents need, and nothing else.
  const files = readdirSync(join(work, crate), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const others = files.map(({ name }) => name).filter((name) => !/\.(rs|md)$/.test(name));
  const cargo = ["Cargo.toml", "Cargo.toml.orig", "Cargo.lock", ".cargo_vcs_info.json"];
  assert.deepEqual(others.sort(), [...cargo, "LICENSE", "errors.js", "json.js", "types.ts"].sort());

  const own = join(work, "own");
  mkdirSync(join(own, "src"), { recursive: true });
  writeFileSync(join(own, "src/lib.rs"), "");
  // As the crate itself is compiled for tests, so that what it depends on is there already.
  writeFileSync(
    join(own, "Cargo.toml"),
    `[package]\nname = "own"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n
[dev-dependencies]\nflyte-lifecycle = { path = "../${crate}" }\n
[profile.dev]\ndebug = "line-tables-only"\nopt-level = 1\n`,
  );
  for (const path of ["Cargo.lock", "rust-toolchain.toml"]) cpSync(join(ROOT, path), join(own, path));
  for (const path of ["tests/copied.rs", "tests/copied"])
    cpSync(join(ROOT, path), join(own, path), { recursive: true });
  const told = exec("cargo", ["test", "--offline", "--quiet", "--target-dir", target, "--test", "copied"], own);
  const [, passed] = /test result: ok\. (\d+) passed; 0 failed/.exec(told) ?? [];
  assert.ok(Number(passed) > 10, told);
});
