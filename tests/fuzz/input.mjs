// What is given to the package: plain descriptions, so that a case that fails can be kept as JSON, and what is built of them.
import fc from "fast-check";

// --- wild values --------------------------------------------------------------------------------------------------
//
// In a description `{ "$": kind, … }` stands for what JSON cannot hold. A field that is a getter is one of its object.

const NUMBERS = [
  "NaN",
  "Infinity",
  "-Infinity",
  "-0",
  "1e308",
  "5e-324",
  "0.5",
  "9007199254740991",
  "9007199254740992",
];
const MORE_NUMBERS = [
  "-1",
  "0",
  "1",
  "255",
  "256",
  "4294967295",
  "4294967296",
  "8640000000000000",
  "18446744073709551616",
];

const TEXTS = [
  "",
  " ",
  "r1",
  "r1/a0",
  "r1/",
  "/a0",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "\u0000",
  "\u202eabc",
  "a\nb",
  "é漢🙂",
  "\\ud800",
  "<img src=x onerror=alert(1)>",
  "ACTION_PHASE_RUNNING",
  "%",
  "-1",
];

const LONG = [
  ["x", 31],
  ["a.", 5],
  ["r/", 40],
  ["🙂", 70],
  ["\u0000", 100],
  ["9", 400],
  ["x", 40_000],
  ["a.", 20_000],
];

const plain = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -1, 2, 1_000),
  fc.constantFrom(...TEXTS),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom([], {}, [[]], [null], { a: 1 }),
);

const special = fc.oneof(
  fc.constantFrom(...NUMBERS, ...MORE_NUMBERS).map((is) => ({ $: "number", is })),
  fc.constantFrom(...LONG).map(([text, times]) => ({ $: "long", text, times })),
  fc
    .constantFrom(
      "bigint",
      "undefined",
      "function",
      "symbol",
      "date",
      "map",
      "boxed",
      "half",
      "self",
      "hostile",
      "revoked",
    )
    .map(($) => ({ $ })),
  fc
    .constantFrom("throws", "throws nothing", "throws worse", "asks", "does", "frees")
    .map((how) => ({ $: "getter", how })),
  fc.constantFrom(20, 200, 20_000).map((levels) => ({ $: "deep", levels })),
);

/** Anything at all. */
export const wild = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: plain },
    { weight: 3, arbitrary: special },
    { weight: 1, arbitrary: tie("value").map((of) => ({ $: "proxy", of })) },
    { weight: 1, arbitrary: tie("value").map((gives) => ({ $: "toJSON", gives })) },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    {
      weight: 2,
      arbitrary: fc.dictionary(fc.constantFrom(...TEXTS, "type", "action", "ms"), tie("value"), { maxKeys: 3 }),
    },
  ),
})).value;

class Thing {
  type = "advance";
  ms = 1;
}

const hostile = () =>
  new Proxy(
    {},
    {
      get() {
        throw new Error("get");
      },
      has() {
        throw new Error("has");
      },
      ownKeys() {
        throw new Error("ownKeys");
      },
      getPrototypeOf() {
        throw new Error("getPrototypeOf");
      },
      getOwnPropertyDescriptor() {
        throw new Error("getOwnPropertyDescriptor");
      },
    },
  );

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function deep(levels) {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = { task: value };
  return value;
}

const GETTERS = {
  throws() {
    throw new Error("\u202eno");
  },
  "throws nothing"() {
    throw undefined;
  },
  "throws worse"() {
    throw hostile();
  },
  asks: ({ sim }) => sim?.snapshot().now,
  does: ({ sim }) => sim?.dispatch({ type: "advance", ms: 1 }).index,
  frees: ({ sim }) => sim?.free(),
};

function specialOf(described, around, within) {
  switch (described.$) {
    case "number":
      return Number(described.is);
    case "long":
      return described.text.repeat(described.times);
    case "bigint":
      return 1n;
    case "undefined":
      return undefined;
    case "function":
      return () => 1;
    case "symbol":
      return Symbol("x");
    case "date":
      return new Date(0);
    case "map":
      return new Map([[1, 2]]);
    case "boxed":
      return new Thing();
    case "half":
      return "a\ud800";
    case "self":
      return within;
    case "hostile":
      return hostile();
    case "revoked":
      return revoked();
    case "deep":
      return deep(described.levels);
    case "proxy": {
      const value = build(described.of, around, within);
      return Object(value) === value ? new Proxy(value, {}) : value;
    }
    case "toJSON":
      return { toJSON: () => build(described.gives, around, within) };
    case "getter":
      // As the whole of something it is what that is asked for first.
      return build({ type: described }, around, within);
    default:
      throw new Error(`There is no kind ${described.$} of values.`);
  }
}

/** The value of a description. `around` has the simulation that getters may call. */
export function build(described, around = {}, within = null) {
  if (typeof described !== "object" || described === null) return described;
  if (Object.hasOwn(described, "$")) return specialOf(described, around, within);
  const value = Array.isArray(described) ? [] : {};
  for (const [key, inner] of Object.entries(described)) {
    const field = { enumerable: true, configurable: true };
    if (inner?.$ === "getter") field.get = () => GETTERS[inner.how](around);
    else Object.assign(field, { value: build(inner, around, value), writable: true });
    // Defined and not set: `__proto__` is a name like any other.
    Object.defineProperty(value, key, field);
  }
  return value;
}

// --- what was sensible, changed -----------------------------------------------------------------------------------

/** Changes of plain data: places by number, so that they fit whatever they are given to. */
export const edits = (value = wild, maxLength = 3) =>
  fc.array(
    fc.record({
      at: fc.nat(10_000),
      how: fc.constantFrom("set", "set", "set", "remove", "rename", "copy", "twice"),
      from: fc.nat(10_000),
      value,
    }),
    { maxLength },
  );

function placesOf(data) {
  const places = [];
  const walk = (value) => {
    if (typeof value !== "object" || value === null || Object.hasOwn(value, "$")) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      walk(value[key]);
    }
  };
  walk(data);
  return places;
}

/** Plain data with such changes; what it is made of stays as it is. */
export function edited(data, changes) {
  const whole = structuredClone({ data });
  for (const { at, how, from, value } of changes) {
    const places = placesOf(whole);
    const [holder, key] = places[at % places.length];
    const [other, name] = places[from % places.length];
    const copy = () => structuredClone(other[name]);
    if (how === "set") holder[key] = structuredClone(value);
    else if (how === "copy") holder[key] = copy();
    else if (how === "remove") Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
    else if (how === "twice" && Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[key]));
    else if (!Array.isArray(holder)) {
      Object.defineProperty(holder, typeof value === "string" ? value : `${key}x`, {
        value: holder[key],
        ...{ enumerable: true, configurable: true, writable: true },
      });
      delete holder[key];
    }
    if (!Object.hasOwn(whole, "data")) whole.data = null;
  }
  return whole.data;
}

/** Changes of a text. */
export const cuts = (words, unit = "binary") =>
  fc.array(
    fc.record({
      at: fc.nat(100_000),
      how: fc.constantFrom("put", "put", "remove", "repeat", "move", "end"),
      length: fc.nat(60),
      text: fc.oneof(fc.constantFrom(...words), fc.string({ unit, maxLength: 6 })),
    }),
    { maxLength: 4 },
  );

export function cut(text, changes) {
  let now = text;
  for (const { at, how, length, text: put } of changes) {
    const place = at % (now.length + 1);
    const [before, piece, after] = [now.slice(0, place), now.slice(place, place + length), now.slice(place + length)];
    if (how === "put") now = before + put + now.slice(place);
    else if (how === "remove") now = before + after;
    else if (how === "repeat") now = before + piece + piece + after;
    else if (how === "move") now = piece + before + after;
    else now = before;
  }
  return now;
}

// --- sensible configurations and commands -------------------------------------------------------------------------

const RUNS = ["r1", "r2"];
const ACTIONS = ["r1/a0", "r1/c1", "r1/c2", "r1/c3", "r2/a0", "r2/c1"];
const some = (...fields) => fc.record(Object.assign({}, ...fields), { requiredKeys: [] });
const from = (...words) => fc.constantFrom(...words);
const ms = fc.oneof(fc.constantFrom(0, 1, 1_000, 10_000), fc.nat(5_000));

const RULES = ["documented", "upstream", "merged"];
const rules = (policies) =>
  fc.oneof(
    from(...RULES),
    fc.record(
      {
        base: from(...RULES),
        ...Object.fromEntries(policies.map(({ policy, values }) => [policy, from(...values)])),
      },
      { requiredKeys: ["base"] },
    ),
  );

/** Configurations that make sense. */
export const configurations = (policies) =>
  some({
    rules: rules(policies),
    seed: fc.nat(1_000),
    startTime: from(0, 1_767_225_600_000, 1_787_220_000_000),
    requeueMs: from(0, 100, 10_000),
    maxSystemFailures: fc.nat(5),
    abort: some({
      workers: fc.nat(3),
      maxAttempts: fc.nat(4),
      initialDelayMs: ms,
      maxDelayMs: ms,
      queueSize: fc.nat(3),
    }),
    gc: some({ intervalMs: from(0, 100, 1_000), ttlMs: from(0, 100, 1_000) }),
    delivery: from("immediate", "manual"),
    parents: from("commanded", "sdk"),
    plugins: from("repeat", "once"),
  });

const task = (words) =>
  some({
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    timeoutMs: ms,
    maxQueuedMs: ms,
    deadlineMs: ms,
    // A factor without a longest wait is refused, as it should be now and then.
    backoff: some({ baseMs: ms, factor: from(1, 1.5, 2, 10), capMs: ms }),
    childFailure: from("raises", "cancels", "catches"),
    taskType: from("container", "spark", "python"),
    missing: fc.array(from("runName", "taskType", "inputUri"), { maxLength: 2 }),
    cache: some({
      discoverable: fc.boolean(),
      serializable: fc.boolean(),
      key: from("k", "j"),
      unidentified: fc.boolean(),
    }),
    ...words,
  });

/** Commands that make sense, or nearly; `vocabulary` has the words. */
export function commands(vocabulary) {
  const action = { action: from(...ACTIONS) };
  const phase = from(...vocabulary.actionPhases.map(({ name }) => name));
  const reported = from(...vocabulary.pluginPhases);
  const call = from(...vocabulary.calls.map(({ name }) => name));
  const error = fc.record({
    code: from("OOMKilled", "x"),
    kind: from("USER", "SYSTEM", "UNKNOWN"),
    message: from("m", ""),
  });
  const result = fc.record(
    { phase: reported, version: fc.nat(3), reason: from("", "why"), error },
    { requiredKeys: ["phase"] },
  );
  const value = fc.oneof(
    fc.record({ bool: fc.boolean() }),
    fc.record({ int: fc.integer() }),
    fc.record({ float: fc.integer().map((number) => number / 8) }),
    fc.record({ string: from("", "x", "🙂") }),
  );
  const reason = from("", "because");
  const kind = fc.oneof(
    fc.record({ task: task() }),
    fc.record({
      condition: fc.record(
        { valueType: from("bool", "int", "float", "string"), timeoutMs: ms, invalid: fc.boolean() },
        { requiredKeys: ["valueType"] },
      ),
    }),
    fc.record({ trace: some({ phase }) }),
  );
  const command = (type, fields, requiredKeys = Object.keys(fields)) =>
    fc.record({ type: fc.constant(type), ...fields }, { requiredKeys: ["type", ...requiredKeys] });
  return fc.oneof(
    command("createRun", { run: from(...RUNS), task: task(), recover: from(...RUNS) }, ["run"]),
    fc
      .tuple(command("enqueue", { ...action, parent: from(...ACTIONS) }), kind)
      .map(([enqueued, what]) => ({ ...enqueued, ...what })),
    command("recover", { ...action, parent: from(...ACTIONS) }, ["action"]),
    command("plugin", { ...action, result }),
    command("plugin", { ...action, failure: fc.record({ message: reason }) }),
    command("exit", { ...action, code: fc.nat(255) }),
    command("signal", { ...action, value, by: from("ann") }, ["action", "value"]),
    command("abortAction", { ...action, reason }, ["action"]),
    command("abortRun", { run: from(...RUNS), reason }, ["run"]),
    command("abortReply", { ...action, reply: from(...vocabulary.abortReplies), drawMs: ms }, ["action", "reply"]),
    command("updatePhase", { ...action, phase, attempts: fc.nat(3) }, ["action", "phase"]),
    command("putStatus", { ...action, attempts: fc.nat(4), cacheStatus: from(...vocabulary.cacheStatuses) }, [
      "action",
      "attempts",
    ]),
    command("advance", { ms }),
    command("fire", { timer: fc.nat(5) }, []),
    command("deliver", { item: fc.nat(8) }, []),
    command("drop", { item: fc.nat(8) }, []),
    command("duplicate", { item: fc.nat(8) }, []),
    command("fault", { call, reply: from("error", "rejected", "timedOut", "conflict", "stale", "silent"), ...action }, [
      "call",
    ]),
    command("restart", { service: from(...vocabulary.services), downMs: ms }, ["service"]),
  );
}
