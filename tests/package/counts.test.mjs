// What README counts is counted here, so that nobody counts by hand. A failure says what to write instead.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const list = read("src/drive/properties/list.rs");
const traces = readdirSync(new URL("../traces", import.meta.url)).filter((name) => name.endsWith(".trace"));
const stories = new Set(traces.map((name) => name.replace(/\.(documented|upstream)\.trace$/, "")));
const incidents = traces.filter((name) => read(`tests/traces/${name}`).includes("\n# title: "));
const listed = (kinds) => [...list.matchAll(new RegExp(`\\b(?:${kinds})\\(\\s*"P\\d+",`, "g"))].length;
const held = listed("always|sometimes");
const properties = held + listed("not_held");

const TENS = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "a hundred"];
const tens = (number) => TENS[number] ?? `a hundred and ${tens(number - 10)}`;
const moreThan = (count) => `more than ${tens(Math.ceil(count / 10) - 1)}`;
const some = (count) => `some ${tens(Math.round(count / 10)).replace(/^a /, "")}`;

test("what README counts is so many", () => {
  const text = read("README.md").replace(/\s+/g, " ");
  for (const [pattern, right] of [
    [/has (more than [a-z ]+) real bugs of upstream/, moreThan(incidents.length)],
    [/`tests\/traces` has (some [a-z ]+) runs as scripts/, some(stories.size)],
    [/\. (More than [a-z]+) of them tell incidents/, moreThan(incidents.length).replace("m", "M")],
    [/which of (\d+) properties hold/, String(held)],
  ]) {
    const written = pattern.exec(text)?.[1];
    assert.ok(written, `README has no sentence like ${pattern}; change it here as well`);
    assert.equal(written, right, `README says "${written}"; write "${right}"`);
  }
});

test("each story is told under both rule sets, as README says", () => {
  const both = [...stories].flatMap((story) => [`${story}.documented.trace`, `${story}.upstream.trace`]);
  assert.deepEqual(traces.toSorted(), both.toSorted());
});

test("VERDICTS has the numbers of the list of properties", () => {
  assert.match(read("VERDICTS.md"), new RegExp(`^${held} of ${properties} properties are held by the models\\.`, "m"));
});

test("no document counts what grows, but where it is counted here", () => {
  const counted =
    /\b(\d{2,}|[a-z]+ty)\s+(properties|policies|incidents|real\s+bugs|rules|stories|runs\s+as\s+scripts)\b/g;
  for (const path of [
    "README.md",
    "CHANGELOG.md",
    "DESIGN.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "tests/traces/README.md",
  ]) {
    const found = [...read(path).matchAll(counted)].map(([words]) => words.replace(/\s+/g, " "));
    const allowed = path === "README.md" ? 3 : 0;
    assert.equal(found.length, allowed, `${path} counts ${found.join(", ")}; leave the number out, or count it here`);
  }
});
