// What shows a policy comes with the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("each trace that shows a policy is one that the page can open", () => {
  const shown = [...read("www/policies/showcase.ts").matchAll(/trace: "([^"]+)"/g)].map(([, name]) => name);
  assert.ok(shown.length > 20, `only ${shown.length} were read`);
  const files = read("www/gallery/traces.ts");
  const missing = shown.filter((name) => !/^[ns]\d/.test(name) && !files.includes(`/${name}.trace"`));
  assert.deepEqual(missing, [], "name them in www/gallery/traces.ts");
});
