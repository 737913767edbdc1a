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
    if (this.works) this.onmessage({ data: { id, ...value } });
  }
};

const { read, inputsOf, stopReading, warmUp, ReadError, ReadStopped } = await load("./www/open/reader.ts");
const { isLink, kindOf, savedIn } = await load("./www/open/kind.ts");
const { tooDeep, SIZE_MAX } = await load("./www/bounds.ts");
const soon = () => new Promise((resolve) => setTimeout(resolve));
const text = (data) => [{ name: null, data }];

test("each answer of the reader is to its own question; what is asked next takes the place of what was", async () => {
  const first = read(text("a: 1"), "auto").catch((error) => error);
  await soon();
  const slow = hired.at(-1);
  const second = read(text("b: 2"), "auto");
  await soon();
  const quick = hired.at(-1);
  assert.notEqual(quick, slow, "a reader that is at work is given up");
  assert.equal(slow.works, false);
  quick.answer({ check: "nobody asked" }, { id: 99 });
  quick.answer({ check: "b" });
  assert.deepEqual((await second).check, "b");
  assert.ok((await first) instanceof ReadStopped);
  // The next question goes to the same reader, and an answer that comes twice is none of it.
  const third = read(text("c: 3"), "auto");
  await soon();
  assert.equal(hired.at(-1), quick);
  quick.answer({ check: "b" }, quick.asked[0]);
  quick.answer({ check: "c" });
  assert.deepEqual((await third).check, "c");
});

test("a reader that takes too long, or breaks, is said to, and no later answer is held to be late", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  const late = read(text("a: 1"), "auto").catch((error) => error);
  await tick();
  t.mock.timers.tick(60_001);
  assert.match((await late).message, /more than a minute, so it was stopped/);
  const quick = read(text("b: 2"), "auto");
  await tick();
  hired.at(-1).answer({ check: "b" });
  assert.deepEqual((await quick).check, "b");
  t.mock.timers.tick(99_000);
  assert.equal(hired.at(-1).works, true, "it was answered in time");
  const broken = read(text("c: 3"), "auto").catch((error) => error);
  await tick();
  hired.at(-1).onerror({ preventDefault() {} });
  assert.ok((await broken) instanceof ReadError);
  const stopped = read(text("d: 4"), "auto").catch((error) => error);
  await tick();
  stopReading();
  assert.ok((await stopped) instanceof ReadStopped);
});

test("a reading that is stopped is answered by nobody, and what was fetched for it is fetched again", async () => {
  const warm = warmUp();
  assert.equal(warmUp(), warm);
  const first = read(text("{}"), "auto").catch(({ message }) => message);
  const second = read(text("{}"), "auto").catch(({ message }) => message);
  assert.equal(await first, "The reading was stopped.");
  await warm;
  stopReading();
  assert.equal(await second, "The reading was stopped.");
  const workers = hired.length;
  warmUp();
  assert.equal(hired.length, workers + 1);
});

test("what is given is handed over as it is, and what no page should hold is not even loaded", async () => {
  assert.deepEqual(await inputsOf("run_name,name"), text("run_name,name"));
  const bytes = new Uint8Array([0x1f, 0x8b, 0xff, 0xfe, 0]);
  const files = [new File([bytes], "a.gz"), new File(["b"], "b.json")];
  assert.deepEqual(await inputsOf(files), [
    { name: "a.gz", data: bytes },
    { name: "b.json", data: new Uint8Array([98]) },
  ]);
  const large = { size: SIZE_MAX + 1, arrayBuffer: () => assert.fail("it is loaded") };
  await assert.rejects(
    inputsOf([files[1], large]),
    /^Error: This has 64 MB; more than 64 MB is not even loaded here\./,
  );
  const gone = { name: "gone.csv", size: 1, arrayBuffer: () => Promise.reject(new Error("it was moved.")) };
  await assert.rejects(inputsOf([gone]), /^Error: “gone\.csv” cannot be read: it was moved\.$/);
});

test("a link, a trace and a kept run are told by how they begin; whatever else it is the engine says", () => {
  const kept = JSON.stringify({ format: "flyte-lifecycle run", version: 1, commands: [] });
  for (const [given, kind] of [
    ["#v2/d/1/cr1~z", "link"],
    ["  https://example.org/page/?x#gallery/n1\n", "link"],
    ["https://example.org/page/", "record"],
    ["#v2/d/1 and words", "record"],
    ["flyte-lifecycle trace 1\n", "trace"],
    ["\ufeff# from a report\n\n  # more\nflyte-lifecycle trace 1", "trace"],
    ["flyte-lifecycle 1", "record"],
    [kept, "saved"],
    [` ${JSON.stringify(JSON.parse(kept), null, 2)}\n`, "saved"],
    [kept.slice(0, -1), "record"],
    ['["flyte-lifecycle run"]', "record"],
    ['{"note":"flyte-lifecycle run"}', "record"],
    ["run_name,name,phase\nr1,a0,1", "record"],
    ["", "record"],
  ])
    assert.equal(kindOf(given), kind, given);
  assert.equal(isLink("a #v2/d/1/cr1~z"), false);
  assert.equal(savedIn("null"), undefined);
  for (const make of [
    (count) => `${" ".repeat(count)}x`,
    (count) => `${"\n".repeat(count)}x`,
    (count) => "https://#".repeat(count),
    (count) => "#\n".repeat(count),
    (count) => `${" \n".repeat(count)}flyte`,
  ])
    assert.ok(growthOf(2_000, 3, (count) => workOf(() => kindOf(make(count)))).every((by) => by < 2.2));
});

test("what nests deeper than it could be written down again is found, also where it holds itself", () => {
  let deep = {};
  for (let level = 0; level < 64; level += 1) deep = { deeper: deep };
  assert.equal(tooDeep(deep), false);
  assert.equal(tooDeep([deep]), true);
  const self = {};
  self.self = self;
  assert.equal(tooDeep(self), true);
  for (const flat of ["[]", "[[],[],{}]", '"abc"', "[null,true,[1]]"]) assert.equal(tooDeep(JSON.parse(flat)), false);
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
    const bytes = new Uint8Array([0x1f, 0x8b, 0xff]);
    answers(new Response(bytes));
    const run = await runBeside();
    assert.deepEqual([run.name, new Uint8Array(await run.arrayBuffer())], ["run", bytes]);
    assert.deepEqual(addresses, ["http://127.0.0.1:1/secret/run"]);
    answers(new Response("", { status: 404 }));
    await assert.rejects(
      runBeside(),
      /^Error: The run beside this page could not be fetched: the server answered 404\.$/,
    );
    answers(new Response("x", { headers: { "content-length": "99999999" } }));
    await assert.rejects(runBeside(), /could not be fetched: it has more than 64 MB/);
  } finally {
    Object.assign(globalThis, { fetch, document });
  }
});
