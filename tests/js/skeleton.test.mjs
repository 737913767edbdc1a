// index.html shows the boxes before any script runs; they have to be where the scripts will look for them.
// UPDATE=1 node --test tests/js/skeleton.test.mjs   writes them anew after a change of the layout.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import test from "node:test";
import { load } from "./load.mjs";

const { skeleton } = await load("./www/geometry/skeleton.ts");
const { ICONS } = await load("./www/words/icons.ts");
const page = new URL("../../www/index.html", import.meta.url);

test("the boxes in index.html are those of the layout", async () => {
  const found = await readFile(page, "utf8");
  const expected = found.replace(
    /( *)<svg id="canvas-(wide|middle|tall)"[\s\S]*?<\/svg>/g,
    (_, indent, shape) => indent + skeleton(shape),
  );
  if (process.env.UPDATE) await writeFile(page, expected);
  else assert.equal(found, expected);
});

test("the icons of the custom element are the symbols of the page", async () => {
  const found = await readFile(page, "utf8");
  const symbols = new Map(
    [...found.matchAll(/<symbol id="([^"]+)"[^>]*><path d="([^"]+)"/g)].map(([, id, d]) => [id, d]),
  );
  assert.ok(Object.keys(ICONS).length >= 11);
  for (const [id, d] of Object.entries(ICONS)) assert.equal(symbols.get(id), d, id);
});
