// A little of `npm run fuzz`, the same each time, and all that it once found.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { ask, corpus, replay } from "../fuzz/check.mjs";
import { build, cut, edited, wild } from "../fuzz/input.mjs";
import { PROPERTIES } from "../fuzz/properties.mjs";

for (const found of corpus()) test(`${found.file} holds now`, () => replay(found));

/** So many that all of them take some seconds. */
const RUNS = {
  simulations: 250,
  stacks: 120,
  saved: 300,
  traces: 800,
  resources: 800,
  records: 500,
  links: 700,
  "written links": 600,
  addresses: 3_000,
  questions: 700,
  searches: 150,
  ways: 150,
};

for (const property of PROPERTIES) {
  test(property.about, async () => {
    const { tried, failing, error } = await ask(property, { seed: 20261130, runs: RUNS[property.name] });
    if (error) assert.fail(`${error.stack}\nby ${JSON.stringify(failing)}`);
    assert.equal(tried, RUNS[property.name]);
  });
}

test("what does not hold is found, and made as small as it will go", async () => {
  const planted = {
    name: "planted",
    input: fc.record({ steps: fc.array(wild), config: wild }),
    holds({ steps }) {
      build(steps);
      if (steps.length > 2) throw new Error("three are too many");
    },
  };
  const { failing, error } = await ask(planted, { seed: 1, runs: 100 });
  assert.equal(error.message, "three are too many");
  assert.equal(failing.steps.length, 3);
  assert.ok(JSON.stringify(failing).length < 60, JSON.stringify(failing));
});

test("a description is built the same way each time, also of what JSON cannot hold", () => {
  const described = JSON.parse('{ "a": { "$": "number", "is": "-0" }, "__proto__": { "b": 1 }, "c": { "$": "self" } }');
  const value = build(described);
  assert.ok(Object.is(value.a, -0));
  assert.deepEqual(Object.keys(value), ["a", "__proto__", "c"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(value.c, value);
  const changes = [{ at: 0, how: "set", from: 0, value: { x: 1 } }];
  assert.deepEqual(edited({ type: "advance" }, changes), { x: 1 });
  assert.equal(cut("abcdef", [{ at: 2, how: "remove", length: 2, text: "" }]), "abef");
});
