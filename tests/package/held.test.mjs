// What attacks on the package did not bring down, so that it stays so. Each is one of a kind; `npm run fuzz` has the kinds.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import test from "node:test";
import { Bulk, checkRun, explore, LifecycleError, Simulation } from "flyte-lifecycle";
import { initSync } from "../../pkg/flyte_lifecycle.js";
import { inAProcess } from "./process.mjs";

const RUNNING = { type: "plugin", action: "r1/a0", result: { phase: "Running" } };

function standing() {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  return sim;
}

/** Whether a call is answered or refused; anything else fails. */
function answered(call, name = "") {
  try {
    call();
    return true;
  } catch (error) {
    assert.ok(error instanceof LifecycleError && error.cause === undefined, `${name}: ${error?.stack}`);
    return false;
  }
}

/** Numbers that follow from a seed. */
function* numbersFrom(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

test("names of prototypes are names like any other, wherever they stand", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
    const odd = (value) => JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(value)} }`);
    const sim = standing();
    for (const [what, call] of Object.entries({
      configuration: () => new Simulation(odd({ rules: "upstream" })),
      "rule set": () => new Simulation({ rules: { base: "documented", ...odd("table") } }),
      "abort settings": () => new Simulation({ abort: odd(1) }),
      command: () => sim.dispatch(Object.assign(odd({ polluted: 1 }), { type: "advance", ms: 1 })),
      task: () => sim.dispatch({ type: "createRun", run: "r2", task: odd(1) }),
      type: () => sim.dispatch({ type: name }),
      action: () => sim.dispatch({ ...RUNNING, action: `r1/${name}` }),
    })) {
      // A literal with a computed `__proto__` has no such field.
      if (what === "rule set" && name === "__proto__") continue;
      assert.equal(answered(call, what), false, `${what} with ${name} is taken`);
    }
    answered(() => checkRun(odd([])), name);
    answered(() => checkRun({ actions: [odd("x")] }), name);
    answered(() => Simulation.fromTrace(`flyte-lifecycle trace 1\ncreateRun run=r1 ${name}=1\n`), name);
    assert.equal(sim.index, 1);
    sim.free();
  }
  assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
  assert.equal({}.polluted, undefined);
});

test("where Object.prototype is polluted, nothing inherited is read or told", () => {
  const script = `
    const { Simulation } = await import("flyte-lifecycle");
    const told = [];
    for (const polluted of [false, true]) {
      if (polluted) Object.assign(Object.prototype, { rules: "upstream", ms: 5, polluted: { x: 1 }, toJSON: undefined });
      const sim = new Simulation({});
      sim.dispatch({ type: "createRun", run: "r1" });
      try {
        sim.dispatch({ type: "advance" });
      } catch (error) {
        told.push(error.message);
      }
      told.push(sim.trace(), JSON.stringify(sim.snapshot()), JSON.stringify(sim.config().rules));
      for (const name of polluted ? ["rules", "ms", "polluted", "toJSON"] : []) delete Object.prototype[name];
    }
    console.log(JSON.stringify(told));`;
  const told = inAProcess(script);
  assert.equal(told.length, 8);
  assert.deepEqual(told.slice(4), told.slice(0, 4));
});

test("specifications that are no protobuf are read as such, or refused", () => {
  const random = numbersFrom(20_261_130);
  const resource = (spec) => ({
    apiVersion: "flyte.org/v1",
    kind: "TaskAction",
    metadata: { name: "r1-a0", creationTimestamp: "2026-08-20T10:00:00Z" },
    spec: {
      runName: "r1",
      project: "p",
      domain: "d",
      actionName: "a0",
      inputUri: "in",
      runOutputBase: "out",
      ...spec,
    },
  });
  for (let round = 0; round < 3_000; round += 1) {
    const bytes = Buffer.from(Array.from({ length: random.next().value % 60 }, () => random.next().value % 256));
    const blob = bytes.toString("base64");
    const spec = round % 2 ? { taskType: "container", taskTemplate: blob } : { conditionSpec: blob, actionType: 3 };
    answered(() => Simulation.fromTaskActions(resource(spec)).free(), blob);
  }
  // A message inside a message, as deep as its length says: field 2 of each holds the next.
  let nested = Buffer.alloc(0);
  for (let level = 0; level < 2_000; level += 1) {
    const length = nested.length;
    const size = [];
    for (let rest = length; ; rest >>>= 7) {
      size.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    nested = Buffer.concat([Buffer.from([0x12, ...size]), nested]);
  }
  const deep = nested.toString("base64");
  answered(() => Simulation.fromTaskActions(resource({ taskType: "container", taskTemplate: deep })).free());
});

test("tables of any length and width, and quotes that do not end, are answered within seconds", () => {
  const row = "p,d,r1,a0,,,2,2026-08-20T10:00:00Z\n";
  const head = "project,domain,run_name,name,parent_action_name,action_type,phase,created_at\n";
  for (const [name, text] of Object.entries({
    "more rows than are read": head + row.repeat(100_000),
    "four hundred thousand columns": `${head.trim()},${"c,".repeat(400_000)}x\n${row}`,
    "an open quote": `${head}"${row.repeat(10_000)}`,
    "no line end": head.trim() + ",x".repeat(100_000),
    "nothing but commas": `run_name${",".repeat(2_000_000)}`,
  })) {
    const began = performance.now();
    answered(() => checkRun(text), name);
    assert.ok(performance.now() - began < 10_000, name);
  }
});

test("bytes of every sort are text or refused", () => {
  const bytes = new TextEncoder().encode("run_name,name\nr1,a0\n");
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const detached = bytes.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  for (const each of [bytes, bytes.buffer, new DataView(bytes.buffer), shared, detached, new Uint8Array(0)])
    answered(() => checkRun(each), each.constructor.name);
});

test("a place that is no whole number is refused, whatever number it is", () => {
  const sim = standing();
  const odd = [
    Number.NaN,
    -0.5,
    -1,
    0.1,
    1e308,
    Number.POSITIVE_INFINITY,
    2 ** 32,
    2 ** 53,
    -(2 ** 31),
    "0",
    null,
    {},
    [],
  ];
  for (const place of odd) {
    assert.equal(
      answered(() => sim.seek(place)),
      false,
      String(place),
    );
    if (place !== null)
      assert.equal(
        answered(() => sim.events(place)),
        false,
        String(place),
      );
  }
  assert.deepEqual([sim.index, sim.events(4_294_967_295).length], [1, 0]);
});

test("bounds of a search that make no sense are refused, and a search that is stopped ends", async () => {
  const odd = [0, -1, 0.5, 1e308, Number.NaN, "1", [], {}, 2 ** 53];
  for (const field of ["attempts", "states", "bytes", "backlog", "depth", "versions"]) {
    for (const value of odd) {
      // A bound that is far away is one.
      if (["versions", "backlog", "depth", "states", "bytes"].includes(field) && (value === 0 || value === 2 ** 53))
        continue;
      await assert.rejects(
        explore({ model: "a task", [field]: value }),
        (error) => error instanceof LifecycleError && error.cause === undefined,
        `${field}: ${value}`,
      );
    }
  }
  const stopped = new AbortController();
  stopped.abort();
  assert.equal(
    (await explore({ rules: "upstream", actions: ["task", "task"], signal: stopped.signal })).ended,
    "stopped",
  );
  const own = new Error("his own");
  const throwing = () => {
    throw own;
  };
  await assert.rejects(explore({ model: "a task", onProgress: throwing }), own);
  const all = await Promise.all(Array.from({ length: 20 }, () => explore({ model: "a task" })));
  assert.deepEqual(new Set(all.map(({ states }) => states)), new Set([89]));
});

test("what is given back is used again", () => {
  const { memory } = initSync();
  const bytes = () => memory.buffer.byteLength;
  const once = () => {
    const sim = standing();
    for (let step = 0; step < 50; step += 1) sim.dispatch({ type: "advance", ms: 1 });
    for (let step = 0; step < 50; step += 1) sim.seek(step % 7);
    sim.explain(RUNNING);
    answered(() => sim.dispatch({ type: "nonsense" }));
    answered(() => new Simulation({ rules: "nonsense" }));
    sim.fork().free();
    sim.free();
    new Bulk("upstream", 100, 1).free();
  };
  for (let round = 0; round < 100; round += 1) once();
  const before = bytes();
  for (let round = 0; round < 1_000; round += 1) once();
  assert.ok(bytes() - before <= 1 << 20, `${bytes() - before} bytes more after a thousand lives`);
});

test("a proxy that was revoked is refused wherever a value is taken", async () => {
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const sim = standing();
  const before = sim.trace();
  for (const [name, call] of Object.entries({
    dispatch: () => sim.dispatch(revoked()),
    "in a command": () => sim.dispatch({ type: "createRun", run: "r2", task: revoked() }),
    seek: () => sim.seek(revoked()),
    events: () => sim.events(revoked()),
    action: () => sim.action(revoked()),
    enabled: () => sim.enabled(revoked()),
    subscribe: () => sim.subscribe(revoked()),
    configuration: () => new Simulation(revoked()),
    saved: () => Simulation.fromJSON(revoked()),
    trace: () => Simulation.fromTrace(revoked()),
    resources: () => Simulation.fromTaskActions(revoked()),
    record: () => checkRun(revoked()),
    bulk: () => new Bulk(revoked(), 1),
  })) {
    assert.equal(answered(call, name), false, name);
  }
  assert.equal(sim.explain(revoked()).code, "INVALID_ARGUMENT");
  for (const search of [() => explore(revoked()), () => sim.reach(revoked()), () => sim.reach({}, revoked())]) {
    await assert.rejects(search, (error) => error instanceof LifecycleError && error.cause === undefined);
  }
  assert.equal(sim.trace(), before);
});

test("a text of a hundred million letters is refused, and what was there goes on", () => {
  const codes = inAProcess(`
    const { LifecycleError, Simulation } = await import("flyte-lifecycle");
    const sim = new Simulation();
    sim.dispatch({ type: "createRun", run: "r1" });
    // Two bytes each, and three are put by for them.
    const text = "é".repeat(100_000_000);
    const codes = [];
    for (const call of [
      () => sim.dispatch({ type: "createRun", run: text }),
      () => sim.action(text),
      () => sim.seek(text),
      () => Simulation.fromTrace(text),
      () => Simulation.fromJSON({ format: text }),
    ]) {
      try {
        call();
      } catch (error) {
        codes.push(error instanceof LifecycleError && error.cause === undefined && error.message.length < 300 && error.code);
      }
    }
    console.log(JSON.stringify([...codes, sim.dispatch({ type: "advance", ms: 1 }).index]));`);
  const [INVALID, MUCH] = ["INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"];
  assert.deepEqual(codes, [MUCH, "NOT_FOUND", INVALID, INVALID, INVALID, 1]);
});

test("what nobody freed and nobody holds is given back", () => {
  const [first, most] = inAProcess(
    `
    const { Bulk, Simulation } = await import("flyte-lifecycle");
    const { initSync } = await import("../../pkg/flyte_lifecycle.js");
    const { memory } = initSync();
    const lives = () => {
      for (let life = 0; life < 200; life += 1) {
        const sim = new Simulation();
        for (let run = 0; run < 20; run += 1) sim.dispatch({ type: "createRun", run: "r" + run });
        sim.snapshot();
        sim.fork();
        new Bulk("upstream", 1_000);
      }
    };
    const sizes = [];
    for (let round = 0; round < 20; round += 1) {
      lives();
      gc();
      // Those who give back what is no longer held are called between two turns.
      await new Promise((resolve) => setTimeout(resolve));
      sizes.push(memory.buffer.byteLength);
    }
    console.log(JSON.stringify([sizes[9], Math.max(...sizes)]));`,
    "--expose-gc",
  );
  // Twice as many lives take no more but for a hole here and there; all that was made would be ten times as much.
  assert.ok(most - first < 4 << 20, `${most - first} bytes more`);
});

test("a simulation that is freed while a way is looked for from it is freed, and the way is found", async () => {
  const sim = standing();
  let freed = 0;
  const onProgress = () => {
    if (freed === 0) sim.free();
    freed += 1;
  };
  const way = await sim.reach({ phase: "SUCCEEDED", action: "r1/a0" }, { onProgress });
  assert.ok(way.found && freed > 0);
  assert.throws(() => sim.index, { code: "FAILED_PRECONDITION" });
  const other = standing();
  const looked = other.reach({ phase: "FAILED" });
  other.free();
  assert.equal((await looked).found, true);
});
