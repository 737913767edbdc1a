import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { differenceOf, differenceWords } = await load("./www/facts.ts");

const FOLDER = new URL("../traces/", import.meta.url);
const again = (text) => Simulation.fromTrace(text).trace();
const differs = (text) => differenceOf(text, again(text));

const TEXT = `flyte-lifecycle trace 1
config rules=upstream

createRun run=r1
----
0 ms r1/a0 row RowCreated QUEUED #1 RunCreated
0 ms r1/a0 resource ResourceCreated ActionEnqueued
0 ms r1/a0 resource FinalizerAdded FinalizerAdded

advance ms=5
----
5 ms - time TimeAdvanced TimeAdvances · 5 ms
`;

test("no trace of the tests tells other facts, whatever comments and line ends it has", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".trace"));
  assert.ok(files.length > 50);
  for (const name of files) {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    assert.equal(differs(text), null, name);
    assert.equal(differs(`# from a report\n\n${text.replaceAll("\n", " \r\n")}`), null, name);
    assert.equal(differs(text.replaceAll("----\n", "----\n# a comment among facts\n")), null, name);
  }
});

test("the first fact that is another, is missing or does not follow is told with its line", () => {
  const text = TEXT.split("\n");
  const without = (at) => text.toSpliced(at - 1, 1).join("\n");
  assert.equal(differs(TEXT), null);
  const changed = text.with(5, text[5].replace("QUEUED", "RUNNING")).with(7, "another").join("\n");
  assert.deepEqual(differs(changed), { line: 6, told: text[5].replace("QUEUED", "RUNNING"), follows: text[5] });
  assert.deepEqual(differs(without(7)), { line: 7, told: text[7], follows: text[6] });
  // Where the facts of a command end too soon, it is their end.
  assert.deepEqual(differs(without(8)), { line: 8, told: null, follows: text[7] });
  const more = text.toSpliced(8, 0, "0 ms r1/a0 row Made Up").join("\n");
  assert.deepEqual(differs(more), { line: 9, told: "0 ms r1/a0 row Made Up", follows: null });
});

test("a trace that tells no facts, or those of some commands, is taken at its word", () => {
  assert.equal(differs("flyte-lifecycle trace 1\ncreateRun run=r1\nadvance ms=5\n"), null);
  // A command without a ruler tells nothing, and those after it keep their own.
  const mixed = TEXT.replace(/----\n(0 ms.*\n)+/, "");
  assert.equal(differs(mixed), null);
  assert.equal(differs(mixed.replace("5 ms - time", "6 ms - time"))?.line, 8);
});

test("what is said names the line and both sides, and stays short", () => {
  const said = differenceWords({ line: 7, told: "a", follows: "b" });
  assert.equal(said.title, "This trace tells other facts from line 7 on");
  assert.equal(said.text, "It says “a”; its commands lead to “b”.");
  assert.match(differenceWords({ line: 7, told: "a", follows: null }).text, /^Its commands do not lead to “a”\./);
  assert.match(differenceWords({ line: 7, told: null, follows: "b" }).text, /^“b” is missing there\./);
  assert.ok(differenceWords({ line: 7, told: "x".repeat(9_999), follows: "b" }).text.length < 300);
});
