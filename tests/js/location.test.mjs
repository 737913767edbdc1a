import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { encode, decode } = await load("./www/location.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");

const config = { rules: "documented" };
const back = (commands, extra = {}) => decode(encode({ config, commands, ...extra }));

test("every situation survives the way through a link", () => {
  for (const { id, commands, rules = "documented" } of SCENARIOS) {
    const link = decode(encode({ config: { rules }, commands }));
    assert.deepEqual(link, { config: { rules }, commands }, id);
  }
});

test("what has no short form survives as well: other fields, odd names, every kind of command", () => {
  const commands = [
    { type: "createRun", run: "r", project: "p", domain: "d", task: { taskType: "spark", missing: ["runName"] } },
    { type: "enqueue", action: "r/a~1", parent: "r/a0", task: { maxAttempts: 3, timeoutMs: 5 } },
    {
      type: "enqueue",
      action: "r/c",
      parent: "r/a0",
      condition: { valueType: "string", prompt: "50 %? ~ok. #1/2 é 漢" },
    },
    { type: "enqueue", action: "r/t", parent: "r/a0", trace: { phase: "FAILED" } },
    { type: "enqueue", action: "q/z", parent: "gone/a0", trace: {} },
    { type: "signal", action: "r/c", value: { string: "" }, by: "" },
    { type: "signal", action: "r/c", value: { float: 1e-7 }, by: "ann" },
    { type: "signal", action: "r/c", value: { int: -3 } },
    { type: "signal", action: "r/c", value: { bool: false } },
    { type: "plugin", action: "r/a0", result: { phase: "Running", version: 2, reason: "why" } },
    { type: "plugin", action: "r/a0", result: { phase: "Running", version: 0 } },
    { type: "plugin", action: "r/a0", failure: { code: "BadTaskSpecification", message: "a.b~c" } },
    { type: "abortAction", action: "r/a0" },
    { type: "abortRun", run: "r", reason: "x".repeat(50) },
    { type: "abortReply", action: "r/a0", reply: "unavailable", drawMs: 0 },
    { type: "updatePhase", action: "r/a0", phase: "RUNNING", attempts: 0 },
    { type: "recover", action: "r/b", parent: "r/a0" },
    { type: "advance", ms: 0 },
    { type: "fire" },
    { type: "fire", timer: 0 },
    { type: "deliver", item: 4 },
  ];
  assert.deepEqual(back(commands).commands, commands);
  const odd = { rules: { base: "upstream", guard: "table" }, seed: 7 };
  assert.deepEqual(decode(encode({ config: odd, commands: [] })).config, odd);
});

test("place and selected action come along", () => {
  const commands = SCENARIOS[0].commands;
  assert.equal(back(commands, { index: 3 }).index, 3);
  const pair = [
    { type: "createRun", run: "r" },
    { type: "enqueue", action: "r/b", parent: "r/a0", task: {} },
  ];
  assert.equal(back(pair, { action: "r/b" }).action, "r/b");
});

test("a damaged link opens as far as it holds, and names the step", () => {
  const whole = encode({ config, commands: SCENARIOS[0].commands });
  const tokens = whole.split("~");
  tokens[4] = "px";
  const link = decode(tokens.join("~"));
  assert.equal(link.commands.length, 4);
  assert.deepEqual(link.broken, { step: 5, of: SCENARIOS[0].commands.length, text: "px" });
  assert.deepEqual(decode(`${whole}%`).broken?.step, SCENARIOS[0].commands.length);
  assert.equal(decode("v9/d/cr").broken.step, 0);
  for (const none of ["", "#", "#log", "hello"]) assert.equal(decode(none), null);
  for (let cut = 0; cut < whole.length; cut += 1) decode(whole.slice(0, cut));
});

test("a run of 200 commands fits in 2,000 characters", () => {
  const commands = [{ type: "createRun", run: "train", task: { maxAttempts: 60 } }];
  const report = (phase) => commands.push({ type: "plugin", action: "train/a0", result: { phase } });
  while (commands.length < 200) {
    for (const phase of ["Queued", "Initializing", "Running"]) report(phase);
    commands.push({ type: "advance", ms: 40_000 });
    report("RetryableFailure");
  }
  const link = encode({ config, commands: commands.slice(0, 200) });
  assert.ok(link.length <= 2_000, `${link.length} characters`);
});

test("a link keeps that the hood is open, and how work is delivered", () => {
  const commands = [{ type: "createRun", run: "r" }, { type: "deliver" }];
  const by = { rules: { base: "upstream", guard: "table" }, delivery: "manual" };
  const link = decode(encode({ config: by, commands, hood: true }));
  assert.deepEqual(link, { config: by, commands, hood: true });
  assert.equal(decode(encode({ config, commands })).hood, undefined);
});
