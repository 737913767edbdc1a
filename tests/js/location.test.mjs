import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { encode, decode, trouble, LONGEST } = await load("./www/location.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");
const { choicesFor } = await load("./www/words/commands.ts");
const { expand } = await load("./www/link/repeat.ts");
const { MODEL, otherStory, versions } = await load("./www/link/model.ts");

const config = { rules: "documented" };
/** What a link reads as, but for the version of the model, which every written link has. */
function again(run) {
  const { model, ...link } = decode(encode(run));
  assert.equal(model, MODEL);
  return link;
}
const back = (commands, extra = {}) => again({ config, commands, ...extra });
/** Links as they were written on 2026-11-30 and since, with what they say. They are out in the world: no line may change. */
const FROZEN = JSON.parse(readFileSync(new URL("links-v2.json", import.meta.url), "utf8"));

test("every situation survives the way through a link", () => {
  for (const { id, commands, rules = "documented" } of SCENARIOS) {
    assert.deepEqual(again({ config: { rules }, commands }), { config: { rules }, commands }, id);
  }
});

test("every trace survives as well, whatever it is set up with", () => {
  const folder = new URL("../traces/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".trace"));
  assert.ok(names.length > 100);
  for (const name of names) {
    const sim = Simulation.fromTrace(readFileSync(new URL(name, folder), "utf8"));
    const run = { config: sim.config(), commands: sim.commands() };
    assert.deepEqual(again(run), run, name);
    sim.free();
  }
});

const ODD = [
  { type: "createRun", run: "r", project: "p", domain: "d", task: { taskType: "spark", missing: ["runName"] } },
  { type: "enqueue", action: "r/a~1", parent: "r/a0", task: { maxAttempts: 3, timeoutMs: 5 } },
  {
    type: "enqueue",
    action: "r/c",
    parent: "r/a0",
    condition: { valueType: "string", prompt: "50 %? ~ok. #1/2 é 漢 _:_" },
  },
  { type: "enqueue", action: "r/t", parent: "r/a0", trace: { phase: "FAILED" } },
  { type: "enqueue", action: "r/t9", parent: "r/t", trace: {} },
  { type: "enqueue", action: "r/t10", parent: "r/a0", task: {} },
  { type: "enqueue", action: "r/t007", parent: "r/a0", task: { cache: { key: "k" } } },
  { type: "enqueue", action: "q/z", parent: "gone/a0", trace: {} },
  { type: "enqueue", action: "nowhere", parent: "", task: {} },
  { type: "signal", action: "r/c", value: { string: "" }, by: "" },
  { type: "signal", action: "r/c", value: { string: "\ud800 x" } },
  { type: "signal", action: "r/c", value: { float: 1e-7 }, by: "ann" },
  { type: "signal", action: "r/c", value: { int: -3 } },
  { type: "signal", action: "r/c", value: { bool: false } },
  { type: "signal", action: "r/c", value: { bool: true } },
  { type: "signal", action: "r/c", value: { bool: true }, by: "you" },
  { type: "plugin", action: "r/a0", result: { phase: "Running", version: 2, reason: "why" } },
  { type: "plugin", action: "r/a0", result: { phase: "Running", version: 0 } },
  { type: "plugin", action: "r/a0", result: { phase: "Nonsense" } },
  { type: "plugin", action: "r/gone", result: { phase: "Running" } },
  {
    type: "plugin",
    action: "r/a0",
    result: { phase: "RetryableFailure", error: { code: "", kind: "UNKNOWN", message: "" } },
  },
  { type: "plugin", action: "r/a0", failure: { code: "BadTaskSpecification", message: "a.b~c" } },
  { type: "plugin", action: "r/a0", failure: { message: "" } },
  { type: "abortAction", action: "r/a0" },
  { type: "abortRun", run: "r", reason: "x".repeat(50) },
  { type: "abortRun", run: "q" },
  { type: "abortRun", run: "" },
  { type: "abortReply", action: "r/a0", reply: "unavailable", drawMs: 0 },
  { type: "updatePhase", action: "r/a0", phase: "RUNNING", attempts: 0 },
  { type: "exit", action: "r/a0", code: 1 },
  { type: "exit", action: "r/a0", code: 0 },
  { type: "fault", call: "listenPing" },
  { type: "recover", action: "r/b", parent: "r/a0" },
  { type: "recover", action: "r/b2", parent: "r/a0" },
  { type: "recover", action: "r/alone" },
  { type: "advance", ms: 0 },
  { type: "advance", ms: 1_500 },
  { type: "advance", ms: 1e21 },
  { type: "fire" },
  { type: "fire", timer: 0 },
  { type: "fire", timer: 9 },
  { type: "fire", timer: 4 },
  { type: "deliver" },
  { type: "deliver", item: 4 },
  { type: "drop", item: 2 },
  { type: "duplicate", item: 12 },
  { type: "fault", call: "writeStatus" },
  { type: "fault", call: "recordEvent", reply: "unavailable", action: "r/c" },
  { type: "restart", service: "executor", downMs: 30_000 },
  { type: "restart", service: "actions" },
];

test("what has no short form survives as well: other fields, odd names, every kind of command", () => {
  assert.deepEqual(back(ODD).commands, ODD);
  for (const command of ODD) assert.deepEqual(back([command]).commands, [command], JSON.stringify(command));
});

test("configurations survive, mostly in words", () => {
  for (const each of [
    { rules: "upstream" },
    { rules: { base: "upstream", guard: "table" }, seed: 7 },
    { rules: { base: "documented", retry: "inPlace", watch: "latest" }, delivery: "manual" },
    { rules: "documented", gc: {}, abort: { workers: 2, queueSize: 3 }, startTime: -1 },
    { rules: "documented", gc: { ttlMs: 5, intervalMs: 0 } },
    { rules: { base: "upstream", guard: "12" } },
    { rules: "documented", seed: 1.5, abort: { workers: "2" } },
    { rules: "neither" },
  ]) {
    assert.deepEqual(decode(encode({ config: each, commands: [] })).config, each);
  }
  const mixed = encode({ config: { rules: { base: "upstream", guard: "table" }, seed: 7 }, commands: [] });
  assert.equal(mixed, `v2/u.guard=table.seed=7/0.m${MODEL}/z`);
});

test("place, selected action, open panels and situation come along", () => {
  const commands = SCENARIOS[0].commands;
  assert.equal(back(commands, { index: 3 }).index, 3);
  const pair = [
    { type: "createRun", run: "r" },
    { type: "enqueue", action: "r/b", parent: "r/a0", task: {} },
  ];
  assert.equal(back(pair, { action: "r/b" }).action, "r/b");
  const seen = { hood: true, panels: ["policies", "a.b"], situation: "s 21" };
  assert.deepEqual(back(pair, seen), { config, commands: pair, ...seen });
  assert.equal(back(pair).hood, undefined);
  // What of the explorer is open, with whatever a model is called.
  for (const explore of [
    { tab: "how" },
    { tab: "holds", rules: "upstream", model: "a task, aborted.and_created again", find: "P44" },
    { tab: "fixes", model: "every" },
    { tab: "holds", find: "it’s 50 % ~ #1/2" },
  ])
    assert.deepEqual(back(pair, { explore }), { config, commands: pair, explore });
  const told = encode({ config, commands: [], explore: { tab: "holds", rules: "upstream", find: "P44" } });
  assert.equal(told, `v2/d/0.xholds,upstream,,P44.m${MODEL}/z`);
  // A tab of another version of the page is left out, and the rest opens.
  assert.deepEqual(decode("v2/d/0.xdream,upstream.h/z"), { config, commands: [], hood: true });
});

test("what a task, a run and a configuration have of late rides along, and comes to the same facts", () => {
  const rules = { base: "upstream", namespace: "perProject", cachePut: "recognised", cacheStatus: "always" };
  const config = { rules, abort: { reply: "ok" } };
  const commands = [
    { type: "createRun", run: "r", project: "alpha", task: { taskType: "raw-container", containers: 2 } },
    { type: "createRun", run: "r", project: "beta", task: { cache: { key: "k" } } },
    { type: "enqueue", action: "beta.development:r/c", parent: "beta.development:r/a0", task: { containers: 0 } },
    { type: "enqueue", action: "r/d", parent: "r/a0", task: { maxAttempts: 2, taskType: "clustered-task" } },
    { type: "exit", action: "r/a0", code: 137 },
    { type: "fault", call: "pushAbort" },
    { type: "fault", call: "abortAction", reply: "timedOut", action: "r/d" },
    { type: "abortAction", action: "r/d" },
    { type: "abortRun", run: "beta.development:r", reason: "too dear" },
  ];
  const read = decode(encode({ config, commands, index: 4, action: "beta.development:r/a0" }));
  assert.deepEqual(read, { config, commands, index: 4, action: "beta.development:r/a0", model: MODEL });
  const facts = toldBy(config, commands);
  assert.deepEqual(toldBy(read.config, read.commands), facts);
  // What each of them decides is told: who judges the exit code, whose run it is, that the call was answered.
  const rulesOf = facts.events.map(({ rule }) => rule);
  for (const rule of ["RetriesExhausted", "AbortSucceeded"]) assert.ok(rulesOf.includes(rule), rule);
});

test("a link of the first kind is answered as one that is no longer read, with what to do", () => {
  for (const link of ["#v1/d/chello~p0.W~p0.S", "v1/d/", "v1"]) {
    const { commands, broken } = decode(link);
    assert.deepEqual([commands, broken.why], [[], "version"]);
    assert.match(trouble(broken), /older kind v1.*no longer read.*Ask.*Copy link/);
  }
  // A newer kind is another thing to say.
  assert.match(trouble(decode("v9/d/cr").broken), /kind v9.*newer.*Reload/);
});

test("links of 2026-11-30 read as they did, and what is written has its places", () => {
  assert.ok(FROZEN.length >= 130);
  for (const { of, link, written, reads } of FROZEN) {
    assert.deepEqual(decode(link), reads, `${of}: ${link}`);
    // The version of the model is all that came to them since, behind everything else that is looked at.
    if (written) assert.equal(encode(reads).replace(/\.m\d+(?=\/)/, ""), link, of);
  }
});

test("the frozen links have every letter of a step, and every item of a view", () => {
  const letters = new Set();
  const items = new Set();
  for (const { link } of FROZEN.filter(({ written }) => written)) {
    const [, , view, ...steps] = link.split("/");
    const { text } = expand(steps.join("/").slice(0, -1));
    // Fields stand between a dot and a tilde; they hold letters of their own.
    for (const [letter] of text.replace(/[.=][^~]*~|(?<=[cj])[^~]*~/g, "").matchAll(/[a-z]/gi)) letters.add(letter);
    for (const item of view.split(".").slice(1)) items.add(item[0]);
  }
  assert.equal([...letters].sort().join(""), "ABCDEFGHIJKLMNOPQRSTUVWXYZcjmt");
  assert.equal([...items].sort().join(""), "ahnpsx");
});

/** The facts of a run as the page has them; a command that is refused tells nothing. */
function toldBy(config, commands) {
  const sim = new Simulation(config);
  const ends = [0];
  for (const command of commands) {
    const { enabled } = sim.explain(command);
    ends.push(ends.at(-1) + (enabled ? sim.dispatch(command).events.length : 0));
  }
  const events = sim.events();
  sim.free();
  return { events, ends };
}

test("a link tells the version of the model, and has a digit for what each step put on record", () => {
  const { commands } = SCENARIOS[0];
  const facts = toldBy(config, commands);
  const link = encode({ config, commands, facts });
  assert.equal(
    link,
    `v2/d/12.m${MODEL}:9AIM080AIM0Q/ctrain.2~QIRt40F.U.UserError.out_of_memory~t2QIRt65Sz`,
    "a digit means the same for ever: QUEUED by 8 to B, INITIALIZING by G to J, RUNNING by K to N, and so on",
  );
  const read = decode(link);
  assert.deepEqual(read, { config, commands, model: MODEL, told: "9AIM080AIM0Q" });
  // Handed on as it was read, it stays what it was.
  assert.equal(encode(read), link);
  assert.equal(encode({ ...read, model: 0 }), link.replace(`m${MODEL}:`, "m0:"));
});

test("a link of an older model says from which step on it tells another story", () => {
  const { commands } = SCENARIOS[0];
  const now = () => toldBy(config, commands);
  const link = (told, model = 0) => ({ config, commands, model, ...(told && { told }) });
  const made = `The link was made under version 0 of the model; this page has version ${MODEL}.`;
  for (const [told, says] of [
    ["9AIM080AIM0Q", null],
    [
      "9AIM0U0AIM0Q",
      `From step 6 of 12 on it tells another story than it did: FAILED was recorded there, and now QUEUED is. ${made}`,
    ],
    [
      "9AIMU80AIM0Q",
      `From step 5 of 12 on it tells another story than it did: FAILED was recorded there, and now nothing is. ${made}`,
    ],
    [
      "9AIM080AIN00",
      `From step 10 of 12 on it tells another story than it did: other phases were told there than now. ${made}`,
    ],
    // Only as far as the link tells, and as far as its steps hold.
    ["9AI", null],
    ["9AIM080AIM0QQQ", null],
    [undefined, null],
  ])
    assert.equal(otherStory(link(told), now), says, told);
  // A link of the same model tells the same, and one that does not say which is opened as it always was.
  assert.equal(otherStory(link("U", MODEL), now), null);
  assert.equal(otherStory({ ...link("U"), model: undefined }, now), null);
  assert.equal(versions(link("U", MODEL)), "");
  assert.match(versions(link("U", MODEL + 1)), new RegExp(`version ${MODEL + 1} .* the older version ${MODEL}\\.`));
});

test("digits that were damaged are left out, and the run opens all the same", () => {
  for (const [item, reads] of [
    ["m0", { model: 0 }],
    ["m0:9A!M", { model: 0 }],
    ["m0:9A=zz", { model: 0, told: "9A" }],
    ["m0:", { model: 0 }],
    ["m0:é", { model: 0 }],
    ["mx:9A", {}],
    ["m1234567", {}],
  ])
    assert.deepEqual(
      decode(`v2/d/1.${item}/cr~z`),
      { config, commands: [{ type: "createRun", run: "r" }], ...reads },
      item,
    );
});

test("a damaged link opens as far as it holds, and names the step", () => {
  const commands = SCENARIOS[0].commands;
  const whole = encode({ config, commands });
  assert.equal(whole, `v2/d/12.m${MODEL}/ctrain.2~QIRt40F.U.UserError.out_of_memory~t2QIRt65Sz`);
  // What stands before a broken reference may have been longer, as may what stands before a cut.
  const table = [
    ["QIR", "Q!R", 3, "token", "!Rt40F.U.UserError.out_of_memory"],
    ["QIR", "Q7R", 3, "token", "7"],
    ["F.U", "F.9", 6, "token", "F.9.UserError.out_of_memory"],
    ["out_of", "out%ZZof", 6, "token", "F.U.UserError.out%ZZof_memory"],
    ["t40", "=zz0", 4, "token", "R=zz0F.U.UserError.out_of_memory~t2QIRt65S"],
    ["t40", "=000", 4, "token", "R=000F.U.UserError.out_of_memory~t2QIRt65S"],
    ["~QIR", "~jnull~QIR", 2, "token", "jnull"],
    ["t65Sz", "t65z", 12, "cut", ""],
    ["t65Sz", "t65", 11, "cut", "t65"],
    ["t65Sz", "t65S", 12, "cut", "S"],
  ];
  for (const [from, to, step, why, text] of table) {
    const link = decode(whole.replace(from, to));
    assert.deepEqual(link.broken, { why, step, of: 12, text }, to);
    assert.deepEqual(link.commands, commands.slice(0, step - 1), to);
    assert.match(trouble(link.broken), new RegExp(`[Ss]tep ${step} of 12`));
  }
  for (const none of ["", "#", "#log", "hello", "#gallery/n1"]) assert.equal(decode(none), null);
  assert.match(trouble(decode("v2/e.x/3/z").broken), /configuration.*e\.x/);
  assert.match(trouble(decode("v2/jnull/1/cx~z").broken), /configuration/);
});

test("cut anywhere, a link keeps what came before, and tells that it was cut", () => {
  const runs = [
    { config, commands: SCENARIOS[0].commands },
    { config: { rules: { base: "upstream", guard: "table" }, seed: 7 }, commands: ODD, index: 9, hood: true },
    { config, commands: TWO_HUNDRED["a sweep with retries and aborts"]() },
  ];
  for (const run of runs) {
    const whole = encode(run);
    let before = 0;
    for (let cut = 0; cut < whole.length; cut += 1) {
      const link = decode(whole.slice(0, cut));
      if (link === null) {
        assert.ok(cut < 2);
        continue;
      }
      assert.ok(link.broken, `nothing said of a cut at ${cut}: ${whole.slice(0, cut)}`);
      assert.ok(trouble(link.broken).length > 10);
      // What was read is what was meant, and never becomes less.
      assert.deepEqual(link.commands, run.commands.slice(0, link.commands.length));
      assert.ok(link.commands.length >= before, `at ${cut}`);
      before = link.commands.length;
    }
    assert.ok(before >= run.commands.length - 1);
  }
});

test("whatever else happens to a link, reading it does not fail", () => {
  const whole = encode({ config: { rules: "upstream", seed: 3 }, commands: ODD, index: 2, panels: ["x"] });
  for (let at = 0; at < whole.length; at += 1) {
    for (const other of ["", "%", "~", "z", "/", ".", "-", "9", "x9.9~", "é"]) {
      decode(whole.slice(0, at) + other + whole.slice(at + 1));
    }
  }
  // A few characters may not stand for a million steps.
  const bomb = decode(`v2/d/1/cr~t1~${"=02".padEnd(60, "_")}0z`);
  assert.equal(bomb.broken.why, "token");
  assert.ok(bomb.commands.length <= 500_000);
});

/** Numbers that look like chance and are the same every time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const plugin = (action, phase, extra = {}) => ({ type: "plugin", action, result: { phase, ...extra } });
const failed = (action, code, message, kind = "USER") =>
  plugin(action, "RetryableFailure", { error: { code, kind, message } });
const launch = (action) => [plugin(action, "Queued"), plugin(action, "Initializing"), plugin(action, "Running")];
const wait = (ms) => ({ type: "advance", ms });

/** Runs as people make them, long before they are done. */
const TWO_HUNDRED = {
  "one task that fails forty times"() {
    const commands = [{ type: "createRun", run: "train", task: { maxAttempts: 60, timeoutMs: 3_600_000 } }];
    for (let attempt = 1; commands.length < 200; attempt += 1)
      commands.push(
        ...launch("train/a0"),
        wait(37_000 + attempt * 1_250),
        failed("train/a0", "UserError", `attempt ${attempt}: ValueError: loss is NaN at step ${attempt * 1_000}`),
      );
    return commands.slice(0, 200);
  },
  "a sweep with retries and aborts"() {
    const next = chance(7);
    const commands = [{ type: "createRun", run: "sweep-2026-11", task: { timeoutMs: 86_400_000 } }];
    commands.push(...launch("sweep-2026-11/a0"));
    const children = Array.from({ length: 20 }, (_, at) => `sweep-2026-11/a${at + 1}`);
    for (const action of children)
      commands.push({ type: "enqueue", action, parent: "sweep-2026-11/a0", task: { maxAttempts: 3 } });
    for (const action of children) commands.push(...launch(action));
    const messages = ["OOMKilled: container exceeded 16Gi", "Evicted: node was low on memory", "exit code 137"];
    while (commands.length < 190) {
      const action = children[next(children.length)];
      commands.push(wait(1_000 * (1 + next(90)) + next(2) * next(1_000)));
      commands.push(failed(action, ["OOMKilled", "Evicted", "UserError"][next(3)], messages[next(3)]));
      commands.push(...launch(action));
      if (next(4) === 0)
        commands.push({ type: "abortAction", action, reason: ["costs too much", "wrong learning rate"][next(2)] });
      if (next(3) === 0) commands.push(plugin(children[next(children.length)], "Success"));
    }
    commands.push({ type: "abortRun", run: "sweep-2026-11", reason: "the best configuration is known" });
    for (const action of children)
      commands.push({ type: "abortReply", action, reply: ["ok", "unavailable"][next(2)], drawMs: next(1_000) });
    return commands.slice(0, 200);
  },
  "approvals, signals and deadlines"() {
    const next = chance(11);
    const commands = [{ type: "createRun", run: "deploy" }, ...launch("deploy/a0")];
    for (let number = 1; commands.length < 200; number += 1) {
      const action = `deploy/approve-${number}`;
      const prompt = ["Deploy the model?", "Which share of the traffic?", "Name of the release"][number % 3];
      const valueType = ["bool", "float", "string"][number % 3];
      commands.push({
        type: "enqueue",
        action,
        parent: "deploy/a0",
        condition: { valueType, timeoutMs: 600_000, prompt },
      });
      commands.push(wait(1_000 * next(700)));
      const value = [{ bool: next(2) === 1 }, { float: next(100) / 100 }, { string: `v1.${number}.0` }][number % 3];
      if (next(5) === 0) commands.push({ type: "fire" });
      else commands.push({ type: "signal", action, value, by: ["ada", "grace", "you"][next(3)] });
      const child = `deploy/a${number}`;
      commands.push({ type: "enqueue", action: child, parent: "deploy/a0", task: {} }, ...launch(child));
      commands.push(next(4) === 0 ? failed(child, "UserError", "exit code 1") : plugin(child, "Success"));
    }
    return commands.slice(0, 200);
  },
  "buttons of the page pressed at random, with time"() {
    const next = chance(23);
    const sim = new Simulation();
    sim.dispatch({ type: "createRun", run: "demo", task: { maxAttempts: 4, timeoutMs: 300_000 } });
    let born = 0;
    while (sim.index < 200) {
      const { actions, timers } = sim.snapshot();
      const open = actions.filter(({ terminal }) => !terminal);
      const action = (open.length > 0 ? open : actions)[next(open.length || actions.length)];
      const accepted = choicesFor(action, timers).filter(({ command }) => sim.explain(command).enabled);
      const die = next(8);
      const child = { type: "enqueue", action: `demo/a${born + 1}`, parent: "demo/a0", task: { maxAttempts: 2 } };
      const run = { type: "createRun", run: `demo${sim.index}`, task: { maxAttempts: 4, timeoutMs: 300_000 } };
      if ((die === 0 || open.length < 4) && sim.explain(child).enabled) {
        sim.dispatch(child);
        born += 1;
      } else if (open.length < 2) sim.dispatch(run);
      else if (die === 1) sim.dispatch(wait(1 + next(20_000)));
      else if (accepted.length > 0) sim.dispatch(accepted[next(accepted.length)].command);
    }
    const commands = sim.commands();
    sim.free();
    return commands;
  },
  "delivery by hand, with faults"() {
    const next = chance(5);
    const sim = new Simulation({ rules: "upstream", delivery: "manual" });
    sim.dispatch({ type: "createRun", run: "hand", task: { maxAttempts: 9 } });
    for (let at = 0; sim.index < 200; at += 1) {
      const { pending, actions } = sim.snapshot();
      const item = pending[next(pending.length)]?.id;
      const faults = sim.faults("hand/a0").filter(({ type }) => type === "fault");
      const die = next(12);
      if (die === 0) sim.dispatch(faults[next(faults.length)]);
      else if (die === 1 && item !== undefined) sim.dispatch({ type: "deliver", item });
      else if (pending.length > 0) sim.dispatch({ type: "deliver" });
      else if (actions[0]?.terminal) sim.dispatch({ type: "createRun", run: `hand${at}`, task: { maxAttempts: 9 } });
      else {
        const possible = sim.enabled("hand/a0").filter(({ type }) => type === "plugin");
        sim.dispatch(possible[next(possible.length)] ?? wait(1_000));
      }
    }
    const commands = sim.commands();
    sim.free();
    return commands;
  },
};

for (const [name, make] of Object.entries(TWO_HUNDRED)) {
  test(`200 commands fit: ${name}`, () => {
    const commands = make();
    assert.equal(commands.length, 200);
    const config = { rules: "upstream", ...(name.startsWith("delivery by hand") && { delivery: "manual" }) };
    const link = encode({ config, commands, index: 150, hood: true, facts: toldBy(config, commands) });
    assert.equal(decode(link).told.length, 200);
    console.log(`# ${name}: 200 commands in ${link.length} characters`);
    assert.ok(link.length <= LONGEST, `${link.length} characters: ${link}`);
    assert.match(link, /^[\w.~:%=/-]+$/, "nothing that a program would cut or mark up");
    assert.deepEqual(decode(link).commands, commands);
  });
}

test("ten thousand commands are written and read in a moment", () => {
  const commands = [];
  while (commands.length < 10_000) commands.push(...TWO_HUNDRED["a sweep with retries and aborts"]());
  const began = performance.now();
  const link = encode({ config, commands });
  const middle = performance.now();
  assert.deepEqual(decode(link).commands, commands);
  console.log(`# 10,000 commands in ${link.length} characters, written in ${Math.round(middle - began)} ms`);
  assert.ok(middle - began < 2_000);
});

test("each word of the engine's tables that links shorten has a letter", async () => {
  const words = JSON.parse(readFileSync(new URL("../../www/words/vocabulary.json", import.meta.url), "utf8"));
  const steps = (command) =>
    encode({ config, commands: [command] })
      .split("/")
      .at(-1);
  const action = "r1/a0";
  const run = { type: "createRun", run: "r1" };
  const isShort = (command, of) => {
    const written = encode({ config, commands: [run, command] });
    assert.ok(
      !/[^A-Za-z]j/.test(written.slice(written.lastIndexOf("/"))),
      `${of} has no letter in www/link/v2.ts: ${written}`,
    );
  };
  assert.ok(steps(run).startsWith("c"));
  for (const phase of words.pluginPhases) isShort({ type: "plugin", action, result: { phase } }, phase);
  for (const { name: phase } of words.actionPhases) isShort({ type: "updatePhase", action, phase }, phase);
  for (const reply of words.abortReplies) isShort({ type: "abortReply", action, reply }, reply);
});
