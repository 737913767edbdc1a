// The worker that reads what is opened: what it is, by which rules a record is read, and in which file what is wrong stands.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { checkRun, Simulation } from "flyte-lifecycle";
import init from "flyte-lifecycle/init";
import { load } from "./load.mjs";

const text = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
await init(readFileSync(new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)));

const answered = [];
globalThis.self = { postMessage: (answer) => answered.shift()(answer) };
await load("./www/open/reader.worker.ts");
const { asking } = await load("./www/rules.ts");
const { situationOf } = await load("./www/gallery/incident.ts");

/** What the worker answers; what crosses to the page is plain data. */
const asked = (inputs, rules = "auto") =>
  new Promise((resolve) => {
    answered.push(({ id, ...answer }) => resolve(structuredClone(answer)));
    globalThis.self.onmessage({ data: { id: 1, inputs, rules } });
  });
const paste = (data, rules) => asked([{ name: null, data }], rules);
const bytes = (data) => new TextEncoder().encode(data);
const file = (name, data) => ({ name, data: bytes(data) });

const RETRY = text("runs/retry.details.json");
const [ROWS, EVENTS] = ["batch.actions.csv", "batch.action_events.csv"].map((name) => text(`runs/${name}`));

test("a record is what the engine makes of it, by the first rules that explain it or by those that are named", async () => {
  assert.deepEqual(await paste(RETRY), { check: checkRun(RETRY) });
  assert.deepEqual(await asked([file("retry.json", RETRY)]), { check: checkRun(RETRY) });
  const { check } = await paste(RETRY, "documented");
  assert.deepEqual([check.rules, check.ok], ["documented", false]);
  for (const name of ["taskaction-cycle.json", "yaml-watch-same-twice.txt", "flyte-get-run.txt", "psql-aligned.txt"]) {
    const given = text(`cases/${name}`);
    assert.deepEqual(await paste(given), { check: checkRun(given) }, name);
  }
});

test("several files are witnesses of one run, and each place says in which file it is", async () => {
  const { check } = await asked([file("rows.csv", ROWS), file("log.csv", EVENTS)]);
  const { findings, ...same } = checkRun([ROWS, EVENTS]);
  assert.deepEqual({ ...check, findings: null }, { ...same, findings: null });
  assert.ok(findings.length > 0);
  for (const [at, { place }] of check.findings.entries()) {
    const [, number, rest] = /^\[(\d)\] (.*)/.exec(findings[at].place);
    assert.equal(place, `“${["rows.csv", "log.csv"][number]}”: ${rest}`);
  }
});

test("what is refused is refused in the engine's words, and of files the one is named that is damaged", async () => {
  const refusal = (given) => {
    try {
      checkRun(given);
    } catch ({ message }) {
      return message;
    }
    return assert.fail("it is read");
  };
  for (const given of ["", "   ", "hello", '{"kind":,}', "kind: Secret", "r1,a0,4\n", text("cases/describe.txt")]) {
    assert.deepEqual(await paste(given), { failure: refusal(given) });
    assert.deepEqual(await asked([file("x.txt", given)]), { failure: `“x.txt”: ${refusal(given)}` });
    const { failure } = await asked([file("rows.csv", ROWS), file("x.txt", given)]);
    assert.equal(failure, `“x.txt”: ${refusal(given)}`);
  }
  // The second document of the first file is no second file.
  const two = `kind: TaskAction\n---\nkind: Secret\n`;
  assert.match((await asked([file("two.yaml", two), file("rows.csv", ROWS)])).failure, /^“two\.yaml”: /);
  const picture = { name: "a.png", data: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0]) };
  assert.match((await asked([file("rows.csv", ROWS), picture])).failure, /^“a\.png”: /);
});

test("a kept run is the same run, where it stood: what toJSON kept, and what the page exports", async () => {
  const sim = new Simulation({ rules: "upstream", abort: { reply: "ask" }, seed: 7 });
  for (const command of [
    { type: "createRun", run: "r1" },
    { type: "abortRun", run: "r1" },
    { type: "advance", ms: 5 },
  ])
    sim.dispatch(command);
  sim.undo();
  const { kind, told } = await paste(JSON.stringify(sim));
  assert.equal(kind, "saved");
  const { commands, index } = sim.toJSON();
  assert.deepEqual([told.commands, told.index, told.differs], [commands, index, null]);
  assert.deepEqual(new Simulation(asking(told.config)).config(), sim.config());
  assert.deepEqual(situationOf(told, "", "Kept"), {
    id: "trace",
    title: "Kept",
    sentence: "",
    commands,
    config: told.config,
    at: 2,
  });
  // One that is damaged is no JSON, or has no such command.
  assert.match((await paste(JSON.stringify(sim).slice(0, -1))).failure, /no JSON, or is cut off: EOF/);
  assert.match(
    (await paste(JSON.stringify(sim).replace("abortRun", "abortRum"))).failure,
    /commands\[1\].*did you mean "abortRun"/,
  );
});

test("a trace is read with what it tells, and a link is handed to the page", async () => {
  const trace = text("traces/n28-success-that-is-aborted.upstream.trace");
  const { kind, told } = await paste(trace);
  assert.deepEqual([kind, told.index, told.story.title], ["trace", told.commands.length, "A success that is aborted"]);
  assert.deepEqual(await paste(" #v2/d/1/cr1~z\n"), { link: "#v2/d/1/cr1~z" });
  assert.deepEqual(await asked([]), { loaded: true });
});

test("YAML that refers to itself again and again is refused, and nothing of it is written out", async () => {
  const level = (at) => `l${at}: &l${at} [${`*l${at - 1},`.repeat(9)}]\n`;
  const bomb = `l0: &l0 [x]\n${Array.from({ length: 40 }, (_, at) => level(at + 1)).join("")}kind: TaskAction\n`;
  for (const given of [bomb, "&a [*a]", "kind: &a { x: *a }", "kind: !!js/function 'function () {}'"])
    assert.match((await paste(given)).failure, /refers to another place, or names a type|neither JSON, YAML/, given);
});
