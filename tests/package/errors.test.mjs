// What the package says to a caller who passed something else: what is wrong, where, and what to pass instead.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Bulk, checkRun, diagram, explore, exploreFixes, guard, LifecycleError, Simulation } from "flyte-lifecycle";

const refusal = (words) => (error) => {
  assert.ok(error instanceof LifecycleError, String(error));
  assert.deepEqual([error.code, error.rule], ["INVALID_ARGUMENT", "CommandInvalid"], error.message);
  for (const part of [words].flat()) assert.ok(error.message.includes(part), `${part}\n${error.message}`);
  assert.match(error.message, /^(?:[A-Z]|`|the (?:text|value): )[^\n]*\.$/, "a sentence");
  return true;
};

function standing() {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  return sim;
}

test("a command that is none is answered with one that would be", () => {
  const sim = standing();
  const before = sim.trace();
  const loop = { type: "advance", ms: { more: [] } };
  loop.ms.more.push(loop);
  const deep = { type: "createRun" };
  for (let level = 0, last = deep; level < 50_000; level += 1) {
    last.task = {};
    last = last.task;
  }
  const throwing = {
    type: "advance",
    get ms() {
      throw new Error("no time");
    },
  };
  for (const [command, words] of [
    [
      undefined,
      'The command cannot be read: nothing was passed; pass plain data, such as { type: "createRun", run: "r1" }.',
    ],
    [null, "it is null; it must be an object"],
    ["createRun", 'it is "createRun"; it must be an object'],
    [() => ({}), "it is a function; pass plain data"],
    [Symbol("x"), "it is a symbol; pass plain data"],
    [1n, "it is a bigint, which JSON cannot hold; pass a number"],
    [{ type: "advance", ms: Number.NaN }, "`ms` is NaN; pass a finite number"],
    [{ type: "advance", ms: 1n }, "`ms` is a bigint, which JSON cannot hold; pass a number"],
    [{ type: "signal", action: "r1/c", value: { float: 1 / 0 } }, "`value.float` is Infinity; pass a finite number"],
    [{ type: "createRun", run: "r2", task: { missing: ["a", Number.NaN] } }, "`task.missing[1]` is NaN"],
    [loop, "`ms.more[0]` holds itself; pass plain data"],
    [deep, "it nests too deep; pass plain data"],
    [throwing, `reading it throws: "no time"; pass plain data`],
    [{ toJSON: () => undefined }, "JSON makes nothing of it; pass plain data"],
  ]) {
    assert.throws(() => sim.dispatch(command), refusal(words));
    const { enabled, code, message } = sim.explain(command);
    assert.deepEqual([enabled, code], [false, "INVALID_ARGUMENT"]);
    assert.ok(message.includes(words), message);
  }
  assert.equal(sim.trace(), before);
  // A value that stands in two places does not hold itself.
  const spec = { maxAttempts: 2 };
  assert.throws(
    () => sim.dispatch({ type: "createRun", run: "r2", task: spec, again: [spec, Number.NaN] }),
    refusal("`again[1]` is NaN"),
  );
});

test("a configuration, a trace, a place and a count say what they are to be", () => {
  const sim = standing();
  for (const [work, words] of [
    [() => new Simulation("upstream"), 'The configuration is an object, such as { rules: "upstream" }'],
    [() => new Simulation({ seed: Number.NaN }), "`seed` is NaN; pass a finite number"],
    [() => Simulation.fromTrace(), "A trace is text, as `trace()` gives it"],
    [() => Simulation.fromTaskActions(), "pass plain data, what `kubectl get taskaction -o json` prints"],
    [() => sim.seek(), "`index` is missing; it must be a whole number from 0"],
    [() => sim.seek("1"), '`index` is "1"; it must be a whole number from 0'],
    [() => sim.seek(-1), "`index` is -1; it must be a whole number from 0"],
    [() => sim.seek(Number.NaN), "`index` is NaN; it must be a whole number from 0"],
    [() => sim.seek(1n), "`index` is a bigint; it must be a whole number from 0"],
    [() => sim.events(1.5), "`from` is 1.5; it must be a whole number from 0"],
    [() => checkRun("nightly.json"), '"nightly.json" looks like a file\'s name; pass what is in it'],
    [() => checkRun("./out/run.watch.json"), "looks like a file's name"],
    [() => Simulation.fromTrace("runs/a.trace"), '"runs/a.trace" looks like a file\'s name'],
    [() => Simulation.fromTaskActions("pod.yaml"), "looks like a file's name"],
    [() => Simulation.fromTaskActions("kind: TaskAction"), "`metadata` is missing"],
    [() => Simulation.fromTaskActions(Promise.resolve({})), "it is a promise; `await` it"],
    [() => sim.dispatch({ type: "advance", msec: 5 }), 'no field "msec" (did you mean "ms"?), and `ms` is missing'],
    [() => sim.dispatch({ type: "signal", action: "r1/c", value: true }), "such as { bool: true }"],
    [() => new Bulk("documented"), "`count` is missing; it must be a whole number"],
  ])
    assert.throws(work, refusal(words));
});

test("a phase that is none is answered with the one that was probably meant", () => {
  for (const [from, to, variant, words] of [
    [
      "RUNING",
      "FAILED",
      undefined,
      '`from` is "RUNING" (did you mean "RUNNING"?); it must be one of UNSPECIFIED, QUEUED',
    ],
    ["RUNNING", "failed", undefined, '`to` is "failed" (did you mean "FAILED"?)'],
    ["ACTION_PHASE_RUNNING", "FAILED", undefined, ['`from` is "ACTION_PHASE_RUNNING"', "without ACTION_PHASE_."]],
    [4, "FAILED", undefined, "`from` is 4; it must be one of"],
    [undefined, "FAILED", undefined, "`from` is missing; it must be one of UNSPECIFIED"],
    ["RUNNING", "FAILED", "upstrem", '`variant` is "upstrem" (did you mean "upstream"?); it must be one of documented'],
  ])
    assert.throws(() => guard(from, to, variant), refusal(words));
  assert.throws(() => diagram(7), refusal("it is 7; it must be"));
});

test("a record that is none says what it is; bytes are read as text", () => {
  for (const [value, words] of [
    [undefined, "The recorded run cannot be read: nothing was passed; pass plain data, as a value or as text."],
    [() => 1, "it is a function"],
    [Promise.resolve("{}"), "it is a promise; `await` it"],
    [new Blob(["{}"]), "it is a file; pass `await file.bytes()`"],
    [Buffer.from([0x1f, 0x8b, 0x08]), "the text: it is packed by gzip, and is damaged or cut off."],
    [Buffer.from("504b0304", "hex"), "it is a zip archive; unpack it first, as with `unzip`"],
    [Buffer.from([0xff, 0x80]), "the text: it is no text in UTF-8 (byte 0 is none)"],
  ])
    assert.throws(() => checkRun(value), refusal(words));
  const url = new URL("../runs/retry.details.json", import.meta.url);
  const bytes = readFileSync(url);
  const told = checkRun(readFileSync(url, "utf8"), { rules: "upstream" });
  const { buffer, byteOffset, length } = bytes;
  for (const same of [bytes, new Uint8Array(bytes), buffer.slice(byteOffset, byteOffset + length)])
    assert.deepEqual(checkRun(same, { rules: "upstream" }), told);
});

test("a search says which of its options is wrong, and what it takes", async () => {
  const sim = standing();
  const failed = { phase: "FAILED" };
  for (const [work, words] of [
    [() => explore({ actions: 2 }), "`actions` is 2; it must be a list, with each item one of task, timedTask"],
    [() => explore({ properties: "P1" }), '`properties` is "P1"; it must be a list: put it in [ ]'],
    [() => explore({ reach: failed }), "`reach` is an object; it must be a list: put it in [ ]"],
    [() => explore({ states: Number.NaN }), "`states` is NaN; pass a finite number"],
    [() => explore({ onProgress: 5 }), "`onProgress` is a number; it must be a function"],
    [() => explore({ signal: {} }), "`signal` is no AbortSignal; pass that of an AbortController"],
    [() => explore("a task"), 'The search cannot be read: it is "a task"; it must be an object'],
    [() => exploreFixes({ onColumn: "x" }), "`onColumn` is a string; it must be a function"],
    [() => sim.reach(), '`target` is missing: name what is to be reached, such as { phase: "FAILED" }'],
    [() => sim.reach("FAILED"), 'The search cannot be read: `target` is "FAILED"; it must be { phase, action? }'],
    [() => sim.reach({ phase: "FAILD" }), '`target.phase` is "FAILD" (did you mean "FAILED"?)'],
    [() => sim.reach(failed, { fault: "rpc" }), 'it has no field "fault" (did you mean "faults"?)'],
    [() => sim.reach(failed, { actions: "r1/a0" }), '`actions` is "r1/a0"; it must be a list: put it in [ ]'],
    [() => sim.reach(failed, { depth: Number.NaN }), "`depth` is NaN; pass a finite number"],
    [() => sim.reach(failed, "rpc"), 'The search cannot be read: it is "rpc"; it must be an object'],
  ])
    await assert.rejects(work(), refusal(words));
  // No options are no mistake.
  for (const options of [undefined, null]) assert.equal((await sim.reach(failed, options)).found, true);
});
