// What shows a policy comes with the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { SHOWCASES } = await load("./www/policies/showcase.ts");
const { TRACES } = await load("./www/gallery/traces.ts");

test("each trace that shows a policy is one that the page can open", () => {
  const shown = Object.values(SHOWCASES).flatMap(({ trace }) => trace ?? []);
  assert.ok(shown.length > 20, `only ${shown.length} were read`);
  const missing = shown.filter((name) => TRACES[name] === undefined);
  assert.deepEqual(missing, [], "name them in www/gallery/traces.ts");
});
