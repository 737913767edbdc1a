// What SECURITY.md says is what is: the headers that it advises, the limits that it lists, and the tests that it names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { headersFor } from "../../src/js/cli/headers.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const SAID = read("SECURITY.md");

const directives = (policy) => new Map(policy.split(/;\s*/).map((each) => [each.split(" ")[0], each]));

test("the headers that are advised are those that our own server sends", () => {
  const [, block] = /```http\n([\s\S]*?)```/.exec(SAID);
  const advised = Object.fromEntries(
    block
      .trim()
      .split("\n")
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );
  assert.deepEqual(advised, headersFor());
});

test("the recipe for a server sends the same", () => {
  const [, recipe] = /```nginx\n([\s\S]*?)```/.exec(read("README.md"));
  const sent = [...recipe.matchAll(/^ *add_header (\S+) "?(.*?)"? always;$/gm)].map(([, name, value]) => [name, value]);
  assert.deepEqual(Object.fromEntries(sent), headersFor());
});

test("the policy that is advised allows what the page's own does, and says beside it who may frame it", () => {
  const [, meta] = /http-equiv="Content-Security-Policy" content="(.*?)"/.exec(read("www/index.html"));
  const [own, advised] = [directives(meta), directives(headersFor()["Content-Security-Policy"])];
  assert.equal(advised.get("frame-ancestors"), "frame-ancestors 'self'");
  advised.delete("frame-ancestors");
  // What the one does not name falls back to 'none'.
  for (const name of new Set([...own.keys(), ...advised.keys()])) {
    assert.equal(own.get(name) ?? `${name} 'none'`, advised.get(name) ?? `${name} 'none'`);
  }
});

/** The value of a constant in a text of Rust's or TypeScript's, which is a product, a power of two, or a number. */
function constant(text, name) {
  const found = new RegExp(`\\bconst ${name}\\b[^=]*= ([^;]+);`).exec(text);
  assert.ok(found, `there is no ${name}`);
  const digits = found[1].replace(/^Time\((.*)\)$/, "$1").replaceAll("_", "");
  assert.match(digits, /^[\d ()<*-]+$/, `${name} is ${digits}`);
  const [, base, power, less = "0"] = /^\(?(\d+) << (\d+)\)?(?: - (\d+))?$/.exec(digits) ?? [];
  if (base) return Number(base) * 2 ** Number(power) - Number(less);
  return digits.split("*").reduce((product, factor) => product * Number(factor), 1);
}

test("the limits that are listed are those that hold", () => {
  const rows = [...SAID.matchAll(/^\| .*? \| ([\d,]+)(?: bytes)? *\| `(.*?)` ([A-Z_]+) *\|$/gm)];
  assert.ok(rows.length > 10, `only ${rows.length} rows were read`);
  for (const [, number, path, name] of rows) {
    assert.equal(Number(number.replaceAll(",", "")), constant(read(path), name), `${name} of ${path}`);
  }
});

test("each attack that is listed has a test of that name", () => {
  const [, tried] = SAID.split("## What was tried");
  const rows = [...tried.matchAll(/^\| .+ \| .+ \| `(.+?)` (.+?) +\|$/gm)];
  assert.equal(rows.length, tried.match(/^\|/gm).length - 2, "a row names no test");
  assert.ok(rows.length > 30, `only ${rows.length} rows were read`);
  for (const [, path, name] of rows) {
    const text = read(path);
    // A test in JavaScript has its name in quotes, maybe behind the rule set that it is about.
    const begins = path.endsWith(".rs")
      ? [`#[test]\nfn ${name}() {`]
      : [`test("${name}"`, `test(\`\${rules}: ${name}\``];
    assert.ok(
      begins.some((begin) => text.includes(begin)),
      `${path} has no test "${name}"`,
    );
  }
});
