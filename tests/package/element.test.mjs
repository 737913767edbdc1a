// What is told of the custom element to editors and programs, held against the element itself.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { FlyteLifecycleElement, NAME } from "flyte-lifecycle/element";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { customElements, exports } = JSON.parse(read("package.json"));
const [{ declarations }] = JSON.parse(read(customElements)).modules;
const [element] = declarations;
const names = (list) => list.map(({ name }) => name);
const sorted = (list) => [...new Set(list)].sort();
const all = (text, pattern) => sorted([...text.matchAll(pattern)].map(([, name]) => name));

test("the manifest names what the element has, and nothing else", () => {
  assert.equal(exports["./custom-elements.json"], customElements);
  assert.equal(element.tagName, NAME);
  assert.deepEqual(sorted(names(element.attributes)), sorted(FlyteLifecycleElement.observedAttributes));
  const own = Object.getOwnPropertyNames(FlyteLifecycleElement.prototype);
  const members = own.filter((name) => name !== "constructor" && !name.endsWith("Callback"));
  assert.deepEqual(sorted(names(element.members)), sorted(members));
  for (const { name, kind } of element.members) {
    const { get, value } = Object.getOwnPropertyDescriptor(FlyteLifecycleElement.prototype, name);
    assert.equal(typeof (kind === "method" ? value : get), "function", name);
  }
  const source = read("www/element/element.ts") + read("www/element/view.ts");
  assert.deepEqual(sorted(names(element.events)), all(source, /new CustomEvent\("(\w+)"/g));
  assert.deepEqual(sorted(names(element.cssParts)), all(source, /\bpart: "(\w+)"/g));
  const colours = all(read("www/colours.css"), /^ {2}(--(?!light|dark)[\w-]+): \S/gm).filter(
    (name) => name !== "--phase",
  );
  const used = ["colours", "controls", "diagram", "element/element"].map((name) => read(`www/${name}.css`)).join("");
  const shown = colours.filter((name) => used.includes(`var(${name})`));
  assert.deepEqual(sorted(names(element.cssProperties)), shown);
  for (const list of ["attributes", "members", "events", "cssParts", "cssProperties"]) {
    assert.ok(element[list].length >= 4, list);
    for (const { name, description } of element[list]) assert.ok(description, `${list}: ${name}`);
  }
});

test("the types of each framework are an entry that loads the element", () => {
  const types = readdirSync(new URL("../../src/js", import.meta.url)).filter((name) =>
    /^element-.*\.d\.ts$/.test(name),
  );
  const entryOf = (name) => `./element/${name.slice("element-".length, -".d.ts".length)}`;
  const entries = Object.keys(exports).filter((path) => path.startsWith("./element/"));
  assert.deepEqual(sorted(entries), sorted(types.map(entryOf)));
  for (const name of types)
    assert.deepEqual(exports[entryOf(name)], { types: `./src/js/${name}`, default: "./pkg/element/element.js" });
});
