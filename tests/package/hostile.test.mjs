// What a caller's own surroundings may do: frozen intrinsics, getters and errors that throw, calls in the middle of calls, and
// a stack or a memory that ends. Whatever it is, the answer is a LifecycleError, and the simulation can be used.
import assert from "node:assert/strict";
import test from "node:test";
import { Bulk, checkRun, explore, exploreFixes, guard, LifecycleError, load, Simulation } from "flyte-lifecycle";
import { inAProcess } from "./process.mjs";

const RUNNING = { type: "plugin", action: "r1/a0", result: { phase: "Running" } };

function standing(config) {
  const sim = new Simulation(config);
  sim.dispatch({ type: "createRun", run: "r1" });
  return sim;
}

const refused = (call, code, words) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof LifecycleError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });

/** Answered, or refused by a LifecycleError that nothing else has caused. */
function answeredInWords(call, name) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof LifecycleError && error.cause === undefined, `${name}: ${error?.stack}`);
  }
}

/** What a process of its own says, in which the first lines are run before the package is loaded. */
function alone(first, ...flags) {
  const script = `
    ${first}
    const { LifecycleError, Simulation } = await import("flyte-lifecycle");
    const sim = new Simulation();
    sim.dispatch({ type: "createRun", run: "r1" });
    const told = [];
    for (const command of [{ type: "abortAction", action: "r1/none" }, { type: "advance", ms: NaN }, 7]) {
      try {
        sim.dispatch(command);
      } catch (error) {
        told.push(error instanceof LifecycleError && error instanceof Error && error.name, error.code, Object.keys(error));
      }
    }
    sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
    told.push(sim.snapshot().actions[0].phase, Simulation.fromTrace(sim.trace()).index, sim.explain({}).code);
    console.log(JSON.stringify(told));`;
  return inAProcess(script, ...flags, "--no-warnings");
}

test("where intrinsics are frozen, as in hardened realms, refusals are what they are elsewhere", () => {
  const usual = alone("");
  assert.deepEqual(usual.slice(0, 2), ["LifecycleError", "NOT_FOUND"]);
  const FROZEN = "[Error, Object, Array, Function, Map, Set, String].forEach((each) => Object.freeze(each.prototype));";
  assert.deepEqual(alone("Object.freeze(Error.prototype);"), usual);
  assert.deepEqual(alone(FROZEN), usual);
  assert.deepEqual(alone("", "--frozen-intrinsics"), usual);
});

test("where intrinsics are replaced after the package was loaded, nothing changes", () => {
  const { parse, stringify } = JSON;
  JSON.stringify = () => 7;
  JSON.parse = () => {
    throw new Error("not yours");
  };
  try {
    const sim = standing();
    sim.dispatch(RUNNING);
    refused(() => sim.dispatch({ type: "advance", ms: Number.NaN }), "INVALID_ARGUMENT", /`ms` is NaN/);
    assert.equal(sim.snapshot().actions[0].phase, "RUNNING");
  } finally {
    Object.assign(JSON, { parse, stringify });
  }
});

const throwing = (error, field = "type") => ({
  get [field]() {
    throw error;
  },
});

/** Errors that cannot be asked what they are. */
const ERRORS = {
  "an error whose message throws": {
    get message() {
      throw new Error("not that either");
    },
  },
  "an error without a prototype": Object.create(null),
  "an error that is a proxy": new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
      getPrototypeOf() {
        throw new Error("no");
      },
    },
  ),
  "an error whose message is no text": { message: { toString: () => ({}) } },
  null: null,
  "a symbol": Symbol("x"),
};

test("an error that throws when it is asked is answered all the same", () => {
  for (const [name, error] of Object.entries(ERRORS)) {
    const sim = standing();
    const before = sim.trace();
    refused(() => sim.dispatch(throwing(error)), "INVALID_ARGUMENT", /reading it throws.*; pass plain data/);
    assert.equal(sim.explain(throwing(error)).code, "INVALID_ARGUMENT", name);
    refused(() => new Simulation(throwing(error)), "INVALID_ARGUMENT", /The configuration cannot be read/);
    refused(() => checkRun(throwing(error)), "INVALID_ARGUMENT", /The recorded run cannot be read/);
    answeredInWords(() => checkRun(error), name);
    answeredInWords(() => new Simulation(error), name);
    answeredInWords(() => Simulation.fromTaskActions(error), name);
    answeredInWords(() => Simulation.fromJSON(error), name);
    answeredInWords(() => Simulation.fromTrace(error), name);
    refused(() => Simulation.fromJSON({ config: throwing(error) }), "INVALID_ARGUMENT", /The run cannot be read/);
    refused(() => Simulation.fromJSON(throwing(error, "commands")), "INVALID_ARGUMENT", /The run cannot be read/);
    assert.equal(sim.trace(), before, name);
    sim.dispatch(RUNNING);
  }
  // It is not the depth that is at fault wherever a RangeError is thrown.
  refused(() => standing().dispatch(throwing(new RangeError("mine"))), "INVALID_ARGUMENT", /throws: "mine"/);
});

test("what a search is asked, and of which format a run is, may throw as well", async () => {
  const sim = standing();
  const rejected = (call, words) =>
    assert.rejects(call, (error) => {
      assert.ok(error instanceof LifecycleError, String(error));
      assert.deepEqual([error.code, error.cause], ["INVALID_ARGUMENT", undefined], error.message);
      assert.match(error.message, words);
      return true;
    });
  for (const options of [throwing(new Error("mine")), throwing(ERRORS["an error that is a proxy"], "onProgress")]) {
    await rejected(() => explore(options), /The search cannot be read: reading it throws/);
    await rejected(() => exploreFixes(options), /The search cannot be read: reading it throws/);
    await rejected(() => sim.reach({ phase: "FAILED" }, options), /The search cannot be read: reading it throws/);
  }
  await rejected(() => sim.reach(throwing(new Error("mine"))), /reading it throws: "mine"/);
  await rejected(() => explore({ signal: throwing(new Error("mine"), "aborted") }), /The search cannot be read/);
  for (const odd of [1n, Symbol("x"), [1n], "x".repeat(1_000)]) {
    refused(() => Simulation.fromJSON({ format: odd }), "INVALID_ARGUMENT", /its format is .{1,70}, version 1; this/);
    await rejected(() => load(odd), /There is no part .{1,70} to load/);
  }
});

test("what others say is shown short and with nothing in it that cannot be seen", () => {
  const sim = standing();
  const hostile = "a\u202e\u0000\u001b[31m\u0085\n\u00ad\u200b\u0301'\"";
  const seen = String.raw`"a\u{202e}\0\u{1b}[31m\u{85}\n\u{ad}\u{200b}\u{301}\'\""`;
  const messages = [];
  for (const call of [
    () => sim.dispatch(throwing(new Error(hostile))),
    () => sim.dispatch({ type: "advance", [hostile]: Number.NaN }),
    () => sim.dispatch({ type: "advance", ["x".repeat(1_000)]: Number.NaN }),
    () => sim.dispatch(throwing(new Error("🙂".repeat(1_000)))),
    () => sim.seek(hostile),
    () => sim.seek([hostile]),
    () => guard([hostile], "FAILED"),
  ]) {
    assert.throws(call, (error) => {
      assert.doesNotMatch(error.message, /(?! )[\p{C}\p{Z}]/u, error.message);
      messages.push(error.message);
      return true;
    });
  }
  assert.ok(messages[0].includes(`throws: ${seen};`), messages[0]);
  assert.ok(messages[1].includes(`\`${seen.slice(1, -1)}\` is NaN`), messages[1]);
  assert.ok(messages[2].includes(`\`${"x".repeat(64)}…\` is NaN`), messages[2]);
  assert.ok(messages[3].includes(`throws: "${"🙂".repeat(64)}…";`), messages[3]);
  assert.ok(messages[4].includes(`\`index\` is ${seen};`), messages[4]);
  // The same words as the core has for them.
  assert.throws(
    () => sim.dispatch({ type: hostile }),
    ({ message }) => message.includes(seen),
  );
});

test("half a character is named with its place", () => {
  const sim = standing();
  for (const [command, place] of [
    [{ type: "createRun", run: "a\ud800" }, "`run` has \\ud800"],
    [{ type: "createRun", run: "r2", task: { cacheKey: ["\udfffb"] } }, "`task.cacheKey[0]` has \\udfff"],
    [{ type: "createRun", run: "r2", "a\ud83d": 1 }, "the name of a field of it has \\ud83d"],
    ["\udc00", "it has \\udc00"],
  ]) {
    refused(() => sim.dispatch(command), "INVALID_ARGUMENT", /half a character/);
    assert.ok(sim.explain(command).message.includes(place), sim.explain(command).message);
  }
  refused(() => checkRun([{ run: "\ud800" }]), "INVALID_ARGUMENT", /`\[0\]\.run` has \\ud800, half a character/);
  // Whole ones are none of that, and neither is what only looks like it in JSON.
  for (const reason of ["🙂", "\\ud800", "null", "\\\\ud800 null"]) {
    sim.fork().dispatch({ type: "abortAction", action: "r1/a0", reason });
  }
});

test("a call in the middle of another is refused, and neither is lost", () => {
  const sim = standing();
  const other = standing();
  const told = [];
  const asks = (call) => ({
    get type() {
      try {
        told.push(call());
      } catch (error) {
        told.push(error);
      }
      return "plugin";
    },
    action: "r1/a0",
    result: { phase: "Running" },
  });
  for (const call of [
    () => sim.dispatch(RUNNING),
    () => sim.snapshot(),
    () => sim.free(),
    () => sim.seek(0),
    () => sim.toJSON(),
    () => sim.explain(asks(() => sim.undo())),
  ]) {
    const { index } = sim;
    sim.dispatch(asks(call));
    assert.equal(sim.index, index + 1);
  }
  assert.ok(told.length >= 6);
  for (const error of told) {
    assert.ok(error instanceof LifecycleError, String(error));
    assert.deepEqual([error.code], ["FAILED_PRECONDITION"], error.message);
    assert.match(error.message, /was called while this simulation reads what another call was given; pass plain data/);
  }
  // Another simulation may be asked.
  const index = sim.index;
  sim.dispatch(asks(() => other.dispatch(RUNNING).index));
  assert.equal(sim.index, index + 1);
  assert.ok(other.index >= 2, "a getter may be asked more than once");
});

const STACK = `
  const { nearTheEnd } = await import("./stack.mjs");
  const { main } = await import("../../src/js/modules.js");`;

/** Each in a module of its own, in which it is broken off wherever it can be. */
const CALLS = {
  dispatch: 'sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running", version: at } })',
  refuse: 'sim.dispatch({ type: "abortAction", action: "r1/none" })',
  unreadable: 'sim.dispatch({ type: "advance", ms: NaN })',
  explain: 'sim.explain({ type: "plugin", action: "r1/a0", result: { phase: "Success" } })',
  snapshot: "sim.snapshot()",
  undo: "sim.undo() || sim.redo()",
  seek: "sim.seek(at % 2)",
  settle: "sim.settle()",
  fork: "sim.fork().free()",
  trace: "sim.trace()",
  read: 'Simulation.fromTrace("flyte-lifecycle trace 1\\ncreateRun run=r1").free()',
  check: "checkRun([])",
  keep: "Simulation.fromJSON(sim.toJSON()).free()",
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`where the stack ends in \`${name}\`, the simulation is what its commands lead to, and all others work`, () => {
    const [breaks, ...told] = inAProcess(`
      const { checkRun, LifecycleError, Simulation } = await import("flyte-lifecycle");
      ${STACK}
      const other = new Simulation();
      other.dispatch({ type: "createRun", run: "r1" });
      const sim = new Simulation();
      sim.dispatch({ type: "createRun", run: "r1" });
      const kinds = new Set();
      let [at, breaks, left, ends] = [0, 0, 1, 0];
      const call = () => ${call};
      nearTheEnd(2_000, call);
      // From where there is no room at all to where there is enough, and once more from the first that was.
      while (ends < 2 && breaks < 300) {
        at += 1;
        // Every other time it is made anew where there is room; else where there may be none for that either.
        if (at % 2) sim.index;
        // As if nothing had been broken off before, so that the stack ends inside of the module.
        main.isWary = false;
        const thrown = nearTheEnd(left, call);
        if (thrown === undefined || (thrown instanceof LifecycleError && thrown.cause === undefined)) {
          ends += 1;
          left = 1;
        } else {
          left += 1;
          if (thrown instanceof LifecycleError || thrown instanceof RangeError) breaks += main.isWary ? 1 : 0;
          else kinds.add(String(thrown));
        }
      }
      const before = sim.index;
      sim.dispatch({ type: "advance", ms: 1 });
      const again = new Simulation(sim.config());
      for (const command of sim.commands()) again.dispatch(command);
      const same = JSON.stringify(again.snapshot()) === JSON.stringify(sim.snapshot());
      const told = [breaks, sim.index - before, same, other.snapshot().actions.length, [...kinds]];
      sim.free();
      try {
        sim.index;
      } catch (error) {
        told.push(error.code);
      }
      console.log(JSON.stringify(told));`);
    // To read what is given needs no simulation.
    assert.ok(breaks > 3 || ["read", "check"].includes(name), `broken off ${breaks} times`);
    assert.deepEqual(told, [1, true, 1, [], "FAILED_PRECONDITION"]);
  });
}

test("where the stack ends in thousands of dispatches, it ends in the module once", () => {
  const [broken, overflows, ...told] = inAProcess(`
    const { Simulation } = await import("flyte-lifecycle");
    ${STACK}
    const sim = new Simulation();
    sim.dispatch({ type: "createRun", run: "r1" });
    const other = new Simulation();
    let [broken, overflows, version] = [0, 0, 1];
    const call = () => sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running", version } });
    call();
    while (overflows < 2_000) {
      const wasWary = main.isWary;
      version += 1;
      const thrown = nearTheEnd(1 + (version % 200), call);
      if (!wasWary && main.isWary) broken += 1;
      if (thrown !== undefined) overflows += 1;
      // The next one is not the first after one that was broken off.
      sim.dispatch({ type: "advance", ms: 1 });
      other.dispatch({ type: "advance", ms: 1 });
    }
    const again = Simulation.fromTrace(sim.trace());
    const same = JSON.stringify(again.snapshot()) === JSON.stringify(sim.snapshot());
    console.log(JSON.stringify([broken, overflows, same, sim.fork().index === sim.index, new Simulation().index]));`);
  assert.deepEqual([broken, overflows, ...told], [1, 2_000, true, true, 0]);
});

test("a Bulk that was broken off is what its reports lead to, and gives back what it held", () => {
  const told = inAProcess(`
    const { Bulk, LifecycleError } = await import("flyte-lifecycle");
    const { initSync } = await import("../../pkg/flyte_lifecycle.js");
    ${STACK}
    const { memory } = initSync();
    const told = [];
    for (const count of [1_000, 1_000_000]) {
      const bulk = new Bulk("upstream", count, 7);
      const same = new Bulk("upstream", count, 7);
      let [broken, done] = [0, 0];
      const call = () => bulk.run(4_000);
      call();
      same.run(4_000);
      for (let left = 1; done < 3; left += 1) {
        main.isWary = false;
        const thrown = nearTheEnd(left, call);
        if (thrown === undefined) {
          done += 1;
          same.run(4_000);
        } else if (main.isWary) broken += 1;
      }
      told.push(broken > 0, String(bulk.counts()) === String(same.counts()), bulk.run(99) === same.run(99));
      bulk.free();
      same.free();
    }
    // In the end as much memory as two of them take: those that were broken off are gone.
    told.push(memory.buffer.byteLength < 100 << 20);
    try {
      Bulk.prototype.run.call({}, 1);
    } catch (error) {
      told.push(error instanceof LifecycleError && error.message);
    }
    console.log(JSON.stringify(told));`);
  const words = "`run` was called without its Bulk; call it as `bulk.run(…)`.";
  assert.deepEqual(told, [true, true, true, true, true, true, true, words]);
});

test("what is frozen does what it can, and says what it cannot", () => {
  const sim = standing();
  const told = [];
  sim.subscribe(({ type }) => told.push(type));
  Object.freeze(sim);
  sim.dispatch(RUNNING);
  sim.subscribe(() => {});
  assert.deepEqual([sim.index, told], [2, ["step"]]);
  refused(
    () => sim.free(),
    "FAILED_PRECONDITION",
    /`free` .* frozen simulation: freeze what holds it instead; it is freed/,
  );
  for (const shut of [Object.freeze, Object.seal, Object.preventExtensions]) {
    const other = shut(new Simulation());
    other.dispatch({ type: "createRun", run: "r1" });
    refused(
      () => other.subscribe(() => {}),
      "FAILED_PRECONDITION",
      /freeze what holds it instead, or subscribe before/,
    );
    refused(() => other.free(), "FAILED_PRECONDITION", /freeze what holds it instead/);
    assert.equal(other.index, 1);
  }
  const bulk = Object.freeze(new Bulk("upstream", 3));
  bulk.run(5);
  refused(() => bulk.free(), "FAILED_PRECONDITION", /a frozen Bulk/);
});

test("where memory ends in the middle of a call, the call is taken back, and the memory is there for others", () => {
  const told = inAProcess(`
    const { LifecycleError, Simulation } = await import("flyte-lifecycle");
    const { initSync } = await import("../../pkg/flyte_lifecycle.js");
    const { memory } = initSync();
    const sim = new Simulation({ delivery: "manual" });
    for (let n = 0; n < 200; n += 1) sim.dispatch({ type: "createRun", run: "r" + n });
    const before = JSON.stringify(sim.snapshot());
    const forks = [];
    memory.grow(65_536 - memory.buffer.byteLength / 65_536 - 400);
    let error;
    try {
      for (;;) forks.push(sim.fork());
    } catch (broken) {
      error = broken;
    }
    const { length } = forks;
    for (const fork of forks) fork.free();
    sim.dispatch({ type: "advance", ms: 1 });
    sim.undo();
    const same = JSON.stringify(sim.snapshot()) === before;
    // As much as before fits again: nothing was lost but what the call that was broken off had taken.
    const more = [];
    try {
      for (;;) more.push(sim.fork());
    } catch {}
    console.log(JSON.stringify([error instanceof LifecycleError, error.code, length > 10, same, more.length / length > 0.9]));`);
  assert.deepEqual(told, [true, "INTERNAL", true, true, true]);
});

test("before the module is loaded, every call says how to load it", () => {
  const told = inAProcess(`
    const entry = await import("flyte-lifecycle/init");
    const { Bulk, diagram, guard, LifecycleError, outcomes, rules, Simulation, upstreamCommit } = entry;
    const calls = [
      () => new Simulation(), () => new Bulk("upstream", 1), () => Simulation.fromJSON({}), diagram, rules, outcomes,
      () => guard("QUEUED", "RUNNING"), upstreamCommit,
    ];
    const told = calls.map((call) => {
      try {
        return call();
      } catch (error) {
        return error instanceof LifecycleError && error.code + error.message.includes("await init(source)");
      }
    });
    console.log(JSON.stringify(told));`);
  assert.deepEqual(new Set(told), new Set(["FAILED_PRECONDITIONtrue"]));
});
