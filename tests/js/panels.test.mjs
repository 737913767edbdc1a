// The registry of panels, and what other files say of them: the page's markup and style, the README, the help.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { EMBEDDED } from "./embedded.mjs";
import { load } from "./load.mjs";

// Some views listen to the whole page from the start; none draws before it is mounted.
Object.assign(globalThis, { document: { addEventListener() {} }, window: globalThis, parent: globalThis });
const { PANELS } = await load("./www/panels.ts");

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const ids = PANELS.map(({ id }) => id);

/** The names of those that links open. */
const LINKED = ["policies", "compare", "export"];

test("names that are out there stay as they are, and the README lists them", () => {
  const embeddable = PANELS.filter(({ embed }) => embed).map(({ id }) => id);
  assert.deepEqual(embeddable, EMBEDDED);
  const listed = /The panels are ([^.]+)\./.exec(read("README.md"))[1];
  assert.deepEqual(
    [...listed.matchAll(/`(\w+)`/g)].map(([, id]) => id),
    EMBEDDED,
  );
  const style = read("www/element/embed.css");
  for (const id of embeddable) assert.ok(style.includes(`[data-embed~="${id}"]`), `embed.css shows ${id}`);
});

test("every panel has a name, a title and something to mount of its own; no key is used twice", () => {
  assert.equal(new Set(ids).size, ids.length);
  const mounts = PANELS.flatMap(({ mount }) => mount);
  assert.equal(new Set(mounts).size, mounts.length);
  for (const { id, title, key, mount } of PANELS) {
    assert.match(id, /^[a-z]+$/);
    assert.ok(title.length > 0);
    assert.ok(mount.length > 0 || key.length > 0, `${id} is there for something`);
  }
  const keys = PANELS.flatMap(({ key }) => key);
  assert.equal(new Set(keys.map(({ press }) => press)).size, keys.length);
  for (const { press, help } of keys) {
    assert.equal(press.length, 1);
    assert.equal(help.split("`").length % 2, 1, help);
  }
});

test("what the page marks as kept by links is a panel, and can be opened", () => {
  const html = read("www/index.html");
  const marked = [...html.matchAll(/<(details|dialog)\b[^>]* data-panel="([^"]+)"(?: data-opener="([^"]+)")?/g)];
  assert.deepEqual(marked.map(([, , id]) => id).sort(), [...LINKED].sort());
  assert.equal(html.match(/data-panel=/g).length, marked.length);
  for (const [, tag, id, opener] of marked) {
    assert.ok(ids.includes(id), id);
    if (tag === "dialog") assert.ok(html.includes(`<button type="button" id="${opener}"`), `${id} has a button`);
  }
});
