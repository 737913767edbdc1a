import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { same } = await load("./www/same.ts");

test("two values say the same whatever the order of their keys, and a list is no object", () => {
  for (const [a, b, answer] of [
    [{ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ a: undefined }, { b: undefined }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [null, {}, false],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    ["1", 1, false],
  ]) {
    assert.equal(same(a, b), answer, JSON.stringify([a, b]));
    assert.equal(same(b, a), answer, JSON.stringify([b, a]));
  }
});
