// Opening what others wrote: which answer belongs to which question, and how much is read at all. Attacks of 2026-11-30 (B1,
// B3, C1), with a worker whose answers come when the test wants them.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";
import { growthOf, workOf } from "./work.mjs";

/** Workers as they were hired, with what each was asked and whether it still works. */
const hired = [];
globalThis.Worker = class {
  asked = [];
  works = true;
  constructor() {
    hired.push(this);
  }
  postMessage(question) {
    this.asked.push(question);
  }
  terminate() {
    this.works = false;
  }
  /** Answers a question, by default the last one. */
  answer(value, { id } = this.asked.at(-1)) {
    if (this.works) this.onmessage({ data: { id, value } });
  }
};

const { read, isTable, stopReading, ReadError, ReadStopped } = await load("./www/open/import.ts");
const { checkRecord, stopCheck, warmUpCheck } = await load("./www/open/checker.ts");
const { tooMuch, SIZE_MAX, YAML_MAX } = await load("./www/bounds.ts");
const soon = () => new Promise((resolve) => setTimeout(resolve));

test("each answer of the YAML reader is to its own question; what is asked next takes the place of what was", async () => {
  const first = read("a: 1").catch((error) => error);
  await soon();
  const slow = hired.at(-1);
  const second = read("b: 2");
  await soon();
  const quick = hired.at(-1);
  assert.notEqual(quick, slow, "a reader that is at work is given up");
  assert.equal(slow.works, false);
  quick.answer({ nobody: "asked" }, { id: 99 });
  quick.answer({ b: 2 });
  assert.deepEqual((await second).value, { b: 2 });
  assert.ok((await first) instanceof ReadStopped);
  // The next question goes to the same reader, and an answer that comes twice is none of it.
  const third = read("c: 3");
  await soon();
  assert.equal(hired.at(-1), quick);
  quick.answer({ b: 2 }, quick.asked[0]);
  quick.answer({ c: 3 });
  assert.deepEqual((await third).value, { c: 3 });
});

test("a reader that takes too long, or breaks, is said to, and no later answer is held to be late", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  const late = read("a: 1").catch((error) => error);
  await tick();
  t.mock.timers.tick(5_001);
  assert.match((await late).message, /more than 5 s, so it was stopped/);
  const quick = read("b: 2");
  await tick();
  hired.at(-1).answer({ b: 2 });
  assert.deepEqual((await quick).value, { b: 2 });
  t.mock.timers.tick(9_000);
  assert.equal(hired.at(-1).works, true, "it was answered in time");
  const broken = read("c: 3").catch((error) => error);
  await tick();
  hired.at(-1).onerror({ preventDefault() {} });
  assert.ok((await broken) instanceof ReadError);
  const stopped = read("d: 4").catch((error) => error);
  await tick();
  stopReading();
  assert.ok((await stopped) instanceof ReadStopped);
});

test("a check that is stopped is answered by nobody, and what was fetched for it is fetched again", async () => {
  const warm = warmUpCheck();
  assert.equal(warmUpCheck(), warm);
  const first = checkRecord({}, {}).catch(({ message }) => message);
  const second = checkRecord({}, {}).catch(({ message }) => message);
  assert.equal(await first, "The check was stopped.");
  await warm;
  stopCheck();
  assert.equal(await second, "The check was stopped.");
  const workers = hired.length;
  warmUpCheck();
  assert.equal(hired.length, workers + 1);
});

test("a table is told by its first line alone", () => {
  for (const [text, is] of [
    ["run_name,name,phase\nr1,a0,1", true],
    ["\n\n  name , run_name , phase\n", true],
    ["\ufeffrun_name,name", true],
    ["my_run_name,phase", false],
    ["run_name", false],
    ['{"run_name": 1, "x": 2}', false],
    ["[run_name, name]", false],
    ["x: 1\nrun_name,name", false],
    ["name, run_name", false],
    ["", false],
    ["   \n", false],
  ])
    assert.equal(isTable(text), is, JSON.stringify(text));
  for (const make of [
    (count) => `${" ".repeat(count)}x: 1`,
    (count) => `${"\n".repeat(count)}x: 1`,
    (count) => "run_name ".repeat(count),
    (count) => `${"run_name ".repeat(count)}\n,`,
    (count) => `${" \n".repeat(count)}run_name`,
  ])
    assert.ok(growthOf(2_000, 3, (count) => workOf(() => isTable(make(count)))).every((by) => by < 2.2));
});

test("a value counts as often as it is referred to, and what is too much is found before it is written out", () => {
  const base = Array.from({ length: 1_000 }, () => 0);
  assert.equal(tooMuch({ base }, YAML_MAX), null);
  const often = { items: Array.from({ length: 98 }, () => Array.from({ length: 100 }, () => base)) };
  assert.match(tooMuch(often, YAML_MAX), /has more than 1 MB/);
  // Ten within ten within ten: a bomb has no size of its own.
  let bomb = ["x"];
  for (let level = 0; level < 40; level += 1) bomb = Array.from({ length: 10 }, () => bomb);
  assert.match(tooMuch(bomb, SIZE_MAX), /has more than 4 MB/);
  assert.match(tooMuch({ text: "x".repeat(SIZE_MAX) }, SIZE_MAX), /more than 4 MB/);
  let deep = {};
  for (let level = 0; level < 70; level += 1) deep = { deeper: deep };
  assert.match(tooMuch(deep, SIZE_MAX), /nested more than 64 deep/);
  const self = {};
  self.self = self;
  assert.match(tooMuch(self, SIZE_MAX), /nested more than 64 deep/);
  // Whatever stands in a text is no more than that text has characters.
  for (const text of ["[]", "[0,0,0,0]", '{"a":{"b":"c"}}', "[[],[],{}]", '"abc"', "[null,true,[1]]"])
    assert.equal(tooMuch(JSON.parse(text), text.length), null, text);
});

/** What the reader of YAML answers, which is a worker on the page. */
const answers = [];
globalThis.self = { postMessage: (answer) => answers.push(answer) };
await load("./www/open/yaml.worker.ts");

function readYaml(text) {
  globalThis.self.onmessage({ data: { text, id: 1 } });
  const { id, ...answer } = answers.pop();
  // It goes to the page as plain data, whatever it is.
  return structuredClone(answer);
}

test("no tag of YAML makes anything but data", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  const { value } = readYaml(`
    spec: !!js/function 'function () { return 1 }'
    name: !ours x
    eval: !!python/object/apply:os.system [ls]
    pattern: !!js/regexp /a/
    binary: !!binary aGk=
    time: !!timestamp 2020-01-01
    __proto__: { polluted: 1 }
    constructor: { prototype: { polluted: 1 } }`);
  for (const each of [value.spec, value.name, value.pattern]) assert.equal(typeof each, "string");
  assert.deepEqual(value.eval, ["ls"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal({}.polluted, undefined);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
  assert.deepEqual(readYaml("%TAG ! tag:x,2000:\n---\nkind: !y/z { a: 1 }").value, { kind: { a: 1 } });
});

test("merge keys merge where YAML has them, and neither prototypes nor without end", () => {
  const merged = (version) => readYaml(`${version}a: &a { x: 1, __proto__: { p: 1 } }\nb: { <<: *a, y: 2 }`).value.b;
  assert.deepEqual(Object.keys(merged("")), ["<<", "y"]);
  const old = merged("%YAML 1.1\n---\n");
  assert.deepEqual([old.x, old.y, old.p], [1, 2, undefined]);
  assert.equal(Object.getPrototypeOf(old), Object.prototype);
  const level = (at) => `l${at}: &l${at} { <<: [${`*l${at - 1},`.repeat(20)}], k${at}: 1 }\n`;
  const bomb = `%YAML 1.1\n---\nl0: &l0 { x: 1 }\n${Array.from({ length: 8 }, (_, at) => level(at + 1)).join("")}`;
  assert.ok(readYaml(bomb));
});

test("what holds itself, what is no key and what was never named is said", () => {
  for (const [text, says] of [
    ["a: &a [*a]", /^a\[0\]\[0\].*nested more than 64 deep/],
    ["&a { x: *a }", /^x\.x\.x.*nested more than 64 deep/],
    ["? &a [*a]\n: 1", /keys must be strings/],
    ["a: *b", /Unresolved alias/],
    ["a: 1\na: 2", /[Kk]eys must be unique/],
  ]) {
    assert.match(readYaml(text).error ?? "", says, text);
  }
});

test("a hundred thousand documents are read one after the other", () => {
  assert.equal(readYaml("---\na: 1\n".repeat(100_000)).value.items.length, 100_000);
  assert.equal(readYaml("---\n\n".repeat(150_000)).value, null);
});

test("a run beside the page is asked for by ?run alone, and goes behind whatever the address has itself", async () => {
  const { besideOf } = await load("./www/open/beside.ts");
  const asked = (search, hash = "") => besideOf({ search, hash });
  assert.deepEqual(asked("?run"), { rules: null });
  for (const rules of ["upstream", "merged"]) assert.deepEqual(asked(`?run&rules=${rules}`), { rules });
  // Rules that the page has no switch for, and names that every object has, are none.
  for (const rules of ["newest", "constructor", ""]) assert.deepEqual(asked(`?run&rules=${rules}`), { rules: null });
  for (const other of ["", "?rules=upstream", "?embed&run"]) assert.equal(asked(other), null, other);
  assert.equal(asked("?run", "#v2/d/1/cr1~z"), null);
  assert.deepEqual(asked("?run", "#"), { rules: null });
});

test("a run beside the page that is not there, or is too long, is told in a sentence", async () => {
  const { runBeside } = await load("./www/open/beside.ts");
  const { fetch, document } = globalThis;
  globalThis.document = { baseURI: "http://127.0.0.1:1/secret/?run" };
  try {
    const addresses = [];
    const answers = (answer) => {
      globalThis.fetch = async (address) => {
        addresses.push(String(address));
        return answer;
      };
    };
    answers(new Response("a run"));
    assert.equal(await runBeside(), "a run");
    assert.deepEqual(addresses, ["http://127.0.0.1:1/secret/run"]);
    answers(new Response("", { status: 404 }));
    await assert.rejects(
      runBeside(),
      /^Error: The run beside this page could not be fetched: the server answered 404\.$/,
    );
    answers(new Response("x", { headers: { "content-length": "9999999" } }));
    await assert.rejects(runBeside(), /could not be fetched: it has more than 4 MB/);
  } finally {
    Object.assign(globalThis, { fetch, document });
  }
});

test("what flyte get run prints and a pod are for the check to read", async () => {
  const printed = "[\n    {\n        'action': {'id': {'name': 'a0'}}\n    }\n]";
  assert.deepEqual(await read(printed), { value: printed, isRecord: true });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "r1-a0-0" } };
  assert.deepEqual(await read(JSON.stringify(pod)), { value: pod, isRecord: true });
});
