// What has to hold, whatever is given. A property has a name, what it is asked of (`input`, plain data, so that a case can be
// kept), and `holds`, which throws where it does not.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import {
  Bulk,
  checkRun,
  diagram,
  explore,
  exploreFixes,
  exploreModels,
  guard,
  LifecycleError,
  outcomes,
  Simulation,
} from "flyte-lifecycle";
import { load } from "../js/load.mjs";
import { nearTheEnd } from "../package/stack.mjs";
import { build, commands, configurations, cut, cuts, edited, edits, wild } from "./input.mjs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const vocabulary = JSON.parse(read("../www/words/vocabulary.json"));
const { decode, encode, exploredFrom, goTo, linkNow, store, trouble } = await load("./tests/fuzz/page.mjs");

const POLICIES = (() => {
  const sim = new Simulation();
  const policies = sim.divergences();
  sim.free();
  return policies;
})();
const configuration = configurations(POLICIES);
const command = commands(vocabulary);
/** Sensible or not: as it is, with some of it changed, or anything. */
const maybe = (sensible) =>
  fc.oneof(
    { weight: 4, arbitrary: sensible },
    { weight: 3, arbitrary: fc.tuple(sensible, edits()).map(([data, changes]) => edited(data, changes)) },
    { weight: 1, arbitrary: wild },
  );

// --- refusals -----------------------------------------------------------------------------------------------------

const CODES =
  /^(INVALID_ARGUMENT|NOT_FOUND|ALREADY_EXISTS|FAILED_PRECONDITION|RESOURCE_EXHAUSTED|OUT_OF_RANGE|INTERNAL)$/;

/** What is refused is refused by a LifecycleError that can be read; what broke off in the middle has a cause. */
function isRefusal(error) {
  if (!(error instanceof LifecycleError) || error.cause !== undefined) throw error;
  assert.match(error.code, CODES);
  assert.equal(typeof error.message, "string");
  assert.ok(error.message.length > 0 && error.message.length < 2_000, `${error.message.length} characters of message`);
  assert.doesNotMatch(error.message, /(?![ \n])[\p{C}\p{Zl}\p{Zp}]/u, `unseen in ${JSON.stringify(error.message)}`);
}

/** What a call gives, or nothing if it is refused. */
function given(call) {
  try {
    return { value: call() };
  } catch (error) {
    isRefusal(error);
    return null;
  }
}

/** A simulation that is as usable as a new one. */
function works(sim) {
  const before = sim.index;
  sim.dispatch({ type: "createRun", run: "still-there" });
  assert.equal(sim.index, before + 1);
  sim.undo();
}

/** Everything that can be told of a run again, from whatever it is told by. */
function comesBack(sim) {
  const trace = sim.trace();
  const saved = JSON.parse(JSON.stringify(sim));
  for (const again of [Simulation.fromJSON(saved), Simulation.fromTrace(trace), sim.fork()]) {
    assert.equal(again.trace(), trace);
    assert.deepEqual(again.snapshot(), sim.snapshot());
    again.free();
  }
}

// --- simulations --------------------------------------------------------------------------------------------------

const action = fc.oneof(fc.constantFrom("r1/a0", "r1/c1", "r2/a0"), wild);
const step = fc.oneof(
  { weight: 6, arbitrary: maybe(command).map((said) => ({ do: "dispatch", said })) },
  { weight: 6, arbitrary: fc.nat(200).map((pick) => ({ do: "pick", pick })) },
  { weight: 1, arbitrary: fc.nat(200).map((pick) => ({ do: "fault", pick })) },
  { weight: 1, arbitrary: fc.oneof(fc.nat(12), wild).map((said) => ({ do: "seek", said })) },
  { weight: 1, arbitrary: fc.oneof(fc.nat(12), wild).map((said) => ({ do: "events", said })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("enabled", "faults", "action", "actionDetails", "attempts", "protojson"), action)
      .map(([ask, said]) => ({ do: ask, said })),
  },
  { weight: 1, arbitrary: fc.constantFrom("undo", "redo", "settle", "fork", "again").map((each) => ({ do: each })) },
);

const ASKS = ["seek", "events", "enabled", "faults", "action", "actionDetails", "attempts", "protojson"];

/** Gives one command, and compares what was said of it before with what came of it. */
function dispatched(sim, said) {
  // A getter may say something else each time; what it says then is compared with nothing.
  const told = given(() => sim.explain(build(said, { sim })));
  const before = { snapshot: sim.snapshot(), trace: sim.trace(), index: sim.index, length: sim.length };
  const done = given(() => sim.dispatch(build(said, { sim })));
  const plain = !JSON.stringify(said).includes('"$":"getter"');
  if (plain) assert.equal(told.value.enabled, done !== null, told.value.message);
  if (done) {
    if (plain) assert.equal(told.value.events.length, done.value.events.length);
    assert.equal(sim.index, before.index + 1);
    return;
  }
  assert.deepEqual([sim.index, sim.length], [before.index, before.length]);
  assert.equal(sim.snapshot(), before.snapshot, "a refused command has left another snapshot");
  assert.equal(sim.trace(), before.trace);
}

function lived({ config, steps }) {
  const sim = given(() => new Simulation(build(config)))?.value ?? new Simulation();
  try {
    given(() => sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2 } }));
    for (const { do: what, pick, said } of steps) {
      if (what === "dispatch") dispatched(sim, said);
      else if (what === "pick" || what === "fault") {
        const offered = what === "pick" ? sim.enabled() : sim.faults();
        // What is offered is accepted.
        if (offered.length > 0) sim.dispatch(offered[pick % offered.length]);
      } else if (what === "again") comesBack(sim);
      else if (ASKS.includes(what)) given(() => sim[what](build(said, { sim })));
      else if (what === "fork") sim.fork().free();
      else given(() => sim[what]());
    }
    works(sim);
    comesBack(sim);
  } finally {
    sim.free();
  }
}

// --- the end of the stack -----------------------------------------------------------------------------------------------

/** What is called with so much room left, and what it may leave behind. */
const DEEP = {
  dispatch: (sim, said) => sim.dispatch(build(said, { sim })),
  explain: (sim, said) => sim.explain(build(said, { sim })),
  snapshot: (sim) => sim.snapshot(),
  undo: (sim) => sim.undo(),
  redo: (sim) => sim.redo(),
  settle: (sim) => sim.settle(),
  fork: (sim) => sim.fork().free(),
  save: (sim) => Simulation.fromJSON(sim.toJSON()).free(),
  read: (sim) => Simulation.fromTrace(sim.trace()).free(),
  check: () => checkRun([]),
  guard: () => guard("QUEUED", "RUNNING"),
  bulk: () => new Bulk("upstream", 10).free(),
};

const deepStep = fc.record({
  left: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2_500 })),
  do: fc.constantFrom("dispatch", "dispatch", ...Object.keys(DEEP)),
  said: maybe(command),
});

/** Wherever the stack ends, it is answered or broken off in words, and the run is what its commands lead to. */
function livedDeep({ config, steps }) {
  const sim = new Simulation(config);
  try {
    given(() => sim.dispatch({ type: "createRun", run: "r1" }));
    for (const { left, do: what, said } of steps) {
      const thrown = nearTheEnd(left, () => DEEP[what](sim, said));
      const cause = thrown instanceof LifecycleError ? thrown.cause : thrown;
      if (cause !== undefined && !(cause instanceof RangeError)) throw thrown;
    }
    works(sim);
    comesBack(sim);
  } finally {
    sim.free();
  }
}

// --- texts and files ----------------------------------------------------------------------------------------------

const folder = (path) => readdirSync(new URL(`../${path}/`, import.meta.url)).sort();
const TRACES = folder("traces").filter((name) => name.endsWith(".trace"));
const RECORDS = folder("runs");
const LINKS = JSON.parse(read("js/links-v2.json"));

const TRACE_WORDS = [
  "createRun r1\n",
  "advance ms=1000\n",
  "r1/a0",
  "=",
  ".",
  '"',
  "{",
  "# wrong: ",
  "# title: x\n",
  "config rules=upstream\n",
  "plugin r1/a0 result.phase=Running\n",
  "\u0000",
  "\u202e",
  "1e308",
  "-1",
  "task.maxAttempts=2 ",
  "\r\n",
  "null",
  "a.".repeat(20_000),
  " x=1".repeat(20_000),
  "[".repeat(20_000),
];

function tracesRead({ of, changes }) {
  const text = cut(read(`traces/${TRACES[of % TRACES.length]}`), changes);
  const sim = given(() => Simulation.fromTrace(text))?.value;
  if (!sim) return;
  const trace = sim.trace();
  const again = Simulation.fromTrace(trace);
  assert.equal(again.trace(), trace);
  again.free();
  works(sim);
  sim.free();
}

const TASK_ACTION = {
  apiVersion: "flyte.org/v1",
  kind: "TaskAction",
  metadata: {
    name: "r1-a0",
    namespace: "ns",
    creationTimestamp: "2026-08-20T10:00:00Z",
    finalizers: ["flyte.org/plugin-finalizer"],
    labels: { "flyte.org/termination-status": "terminated" },
  },
  spec: {
    runName: "r1",
    project: "p",
    domain: "d",
    actionName: "a0",
    taskType: "container",
    taskTemplate: "CgA=",
    inputUri: "s3://in",
    runOutputBase: "s3://out",
  },
  status: {
    stateJson: "{}",
    pluginPhase: "Running",
    pluginPhaseVersion: 1,
    attempts: 1,
    systemFailures: 0,
    conditions: [
      {
        type: "Progressing",
        status: "True",
        reason: "Executing",
        message: "m",
        lastTransitionTime: "2026-08-20T10:00:01Z",
      },
    ],
    phaseHistory: [{ phase: "Queued", occurredAt: "2026-08-20T10:00:00Z" }],
  },
};

function resourcesRead({ changes, list, config }) {
  const resource = edited(TASK_ACTION, changes);
  const value = build(list ? { kind: "List", items: [resource, resource] } : resource);
  const sim = given(() => Simulation.fromTaskActions(value, build(config)))?.value;
  if (!sim) return;
  works(sim);
  comesBack(sim);
  sim.free();
}

const RECORD_WORDS = [
  "ACTION_PHASE_FAILED",
  "attempt",
  ",",
  '"',
  "\n",
  "{",
  "}",
  "null",
  "0",
  "-1",
  "1e400",
  "\\ud800",
  "2026-08-20T10:00:00Z",
  "Z",
  "\u0000",
];

function textOf(value) {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function recordsRead({ of, changes, cuts: textual, text, config }) {
  const name = RECORDS[of % RECORDS.length];
  const whole = read(`runs/${name}`);
  // A watch is one document after the other.
  const isOne = name.endsWith(".json") && !name.endsWith(".watch.json");
  const data = isOne ? edited(JSON.parse(whole), changes) : null;
  const value = data === null || text ? cut(data === null ? whole : textOf(build(data)), textual) : build(data);
  const check = given(() => checkRun(value, build(config)))?.value;
  if (!check) return;
  const sim = new Simulation(check.config);
  for (const each of check.commands) sim.dispatch(each);
  comesBack(sim);
  sim.free();
}

function savedRead({ of, changes }) {
  const kept = Simulation.fromTrace(read(`traces/${TRACES[of % TRACES.length]}`));
  const saved = edited(JSON.parse(JSON.stringify(kept)), changes);
  kept.free();
  const sim = given(() => Simulation.fromJSON(build(saved)))?.value;
  if (!sim) return;
  comesBack(sim);
  sim.free();
}

// --- links --------------------------------------------------------------------------------------------------------

/**
 * What of a link is said again when it is written again. A number that was damaged may be read as NaN, which is null then,
 * or as -0, which is 0.
 */
const said = ({ model, told, broken, ...link }) => JSON.parse(JSON.stringify(link));

/** Commands of a link, given to the engine as the page gives them. */
function opened({ config, commands: listed }) {
  const sim = given(() => new Simulation(config))?.value;
  if (!sim) return;
  for (const each of listed) if (!given(() => sim.dispatch(each))) break;
  works(sim);
  sim.free();
}

function linksRead({ of, changes }) {
  const fragment = cut(LINKS[of % LINKS.length].link, changes);
  const link = decode(fragment);
  if (link === null) return;
  const again = decode(encode(link));
  assert.equal(again.broken, undefined);
  if (link.broken) {
    // Where it stands may lie in what is missing.
    assert.match(trouble(link.broken), /./);
    assert.deepEqual(said(again).commands, said(link).commands);
    const ruled = ({ config }) => ({ rules: "documented", ...config });
    assert.deepEqual(ruled(said(again)), ruled(said(link)));
  } else assert.deepEqual(said(again), said(link));
  opened(link);
  wentTo(fragment);
}

function linksWritten(run) {
  const { config, commands: listed, index } = structuredClone(run);
  const fragment = encode({ config, commands: listed, index });
  assert.match(fragment, /^[\x21-\x7e]*$/, "a link has only what an address may have");
  const link = decode(fragment);
  assert.equal(link.broken, undefined);
  assert.deepEqual(link.commands, listed);
  assert.equal(encode(link), fragment);
}

/** The page goes there, and can be used: it is never left without a run, and what it shows it can put into a link. */
function wentTo(hash) {
  goTo(hash);
  const { notice, commands: before } = store.get();
  assert.notEqual(notice?.title, "The page failed over this address", notice?.text);
  assert.ok(store.settings(), "no run is open");
  const done = store.dispatch({ type: "advance", ms: 1 });
  if (!done) assert.equal(store.get().notice.tone, "error");
  assert.equal(store.get().commands.length, before.length + (done ? 1 : 0));
  const link = linkNow(true);
  if (link) assert.deepEqual(decode(`#${encode(link)}`).commands, JSON.parse(JSON.stringify(store.get().held)));
  store.undo();
}

function hashesRead({ hash }) {
  const link = decode(hash);
  if (link?.broken) assert.match(trouble(link.broken), /./);
  exploredFrom(hash);
  if (link) opened(link);
  if (!hash.startsWith("#gallery")) wentTo(hash);
}

// --- questions and searches ---------------------------------------------------------------------------------------

function asked({ said: words }) {
  const [first, second, third] = words.map((each) => build(each));
  given(() => guard(first, second, third));
  given(() => diagram(first));
  given(() => outcomes(first));
  // What is no number is made one before the module is asked.
  const number = (value) => (Object(value) === value || /symbol|bigint/.test(typeof value) ? 7 : value);
  const bulk = given(() => new Bulk(first, Math.min(number(second), 1_000), number(third)))?.value;
  given(() => bulk?.run(Math.min(number(third), 1_000)));
  bulk?.free();
}

const kinds = fc.constantFrom("task", "timedTask", "condition", "trace", "cachedTask", "invalidTask");
const model = fc.constantFrom(...(await exploreModels()).map(({ name }) => name));
const searches = fc.record(
  {
    rules: fc.constantFrom("documented", "upstream"),
    model,
    actions: fc.array(kinds, { minLength: 1, maxLength: 3 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    versions: fc.nat(2),
    abortCalls: fc.nat(2),
    delivery: fc.constantFrom("immediate", "manual"),
    backlog: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 6 }),
    inputs: fc.array(fc.constantFrom(...vocabulary.inputs.map((each) => each.name ?? each)), { maxLength: 4 }),
    properties: fc.array(fc.constantFrom("P1", "P13", "P44"), { maxLength: 2 }),
    reach: fc.array(fc.constant({ phase: "FAILED" }), { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

async function awaited(call) {
  try {
    return await call();
  } catch (error) {
    isRefusal(error);
    return null;
  }
}

/** So many states are looked at, at the most. */
const STATES = 1_500;

/** Whether it asks for a search without bounds, which takes as long as it takes: nothing, or an object that says none. */
function isUnbounded(value) {
  try {
    const asked = JSON.parse(JSON.stringify(value) ?? "null");
    return asked === null || (typeof asked === "object" && !Array.isArray(asked) && asked.states === undefined);
  } catch {
    return false;
  }
}

async function searched({ options, fixes }) {
  const isPlain = Object(options) === options && !Array.isArray(options) && !Object.hasOwn(options, "$");
  const bounded = (bounds) => build(isPlain ? { ...options, ...bounds } : options);
  if (isUnbounded(bounded({ states: STATES }))) return;
  const report = await awaited(() => explore(bounded({ states: STATES })));
  if (report) {
    if (isPlain) assert.ok(report.states <= STATES, `${report.states} states`);
    for (const { finding } of report.verdicts) if (finding) Simulation.fromTrace(finding.trace).free();
  }
  if (fixes && isPlain) await awaited(() => exploreFixes(bounded({ states: 20, models: ["a task"], tries: [] })));
}

/** What is reached leads there. */
async function reached({ config, steps, target }) {
  const sim = given(() => new Simulation(build(config)))?.value ?? new Simulation();
  given(() => sim.dispatch({ type: "createRun", run: "r1" }));
  for (const each of steps) given(() => sim.dispatch(build(each)));
  const before = sim.trace();
  const way = await awaited(() => sim.reach(build(target), { states: 500, faults: "op" }));
  assert.equal(sim.trace(), before);
  if (way?.found) for (const each of way.commands) sim.dispatch(each);
  works(sim);
  sim.free();
}

export const PROPERTIES = [
  {
    name: "simulations",
    about: "a simulation refuses or does, loses nothing, and can be made again",
    input: fc.record({ config: maybe(configuration), steps: fc.array(step, { maxLength: 25 }) }),
    holds: lived,
  },
  {
    name: "stacks",
    about: "wherever the stack ends, a call is answered or broken off, and nothing is lost",
    input: fc.record({ config: configuration, steps: fc.array(deepStep, { maxLength: 12 }) }),
    holds: livedDeep,
  },
  {
    name: "saved",
    about: "a run that was kept and changed is read or refused",
    input: fc.record({ of: fc.nat(TRACES.length - 1), changes: edits() }),
    holds: savedRead,
  },
  {
    name: "traces",
    about: "a trace that was changed is read, and told again, or refused",
    input: fc.record({ of: fc.nat(TRACES.length - 1), changes: cuts(TRACE_WORDS) }),
    holds: tracesRead,
  },
  {
    name: "resources",
    about: "TaskActions that were changed are gone on from or refused",
    input: fc.record({ changes: edits(), list: fc.boolean(), config: maybe(configuration) }),
    holds: resourcesRead,
  },
  {
    name: "records",
    about: "a record that was changed is checked or refused, and its replay is accepted",
    input: fc.record({
      of: fc.nat(RECORDS.length - 1),
      changes: edits(),
      cuts: cuts(RECORD_WORDS),
      text: fc.boolean(),
      config: maybe(configuration),
    }),
    holds: recordsRead,
  },
  {
    name: "links",
    about: "a link that was changed is read as far as it holds",
    input: fc.record({
      of: fc.nat(LINKS.length - 1),
      changes: cuts(
        ["/", "~", ".", "_", "-", "Q", "=00", "j%7B", "%", "constructor", "__proto__", "0", "%C3%A9"],
        "grapheme-ascii",
      ),
    }),
    holds: linksRead,
  },
  {
    name: "written links",
    about: "a link that was written is read as the very same run",
    input: fc.record({
      config: configuration,
      commands: fc.array(command, { maxLength: 25 }),
      index: fc.constant(undefined),
    }),
    holds: linksWritten,
  },
  {
    name: "addresses",
    about: "any address is answered",
    input: fc.record({
      hash: fc.oneof(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc
          .tuple(
            fc.constantFrom("#v2/", "#v2/d/2/cr1~", "#explore/", "#gallery/", "#v1/", "#", "v2/d/2/"),
            fc.string({ maxLength: 40 }),
          )
          .map((parts) => parts.join("")),
      ),
    }),
    holds: hashesRead,
  },
  {
    name: "questions",
    about: "questions that need no simulation are answered or refused",
    input: fc.record({
      said: fc.array(fc.oneof(wild, fc.constantFrom("RUNNING", "FAILED", "documented", 10)), {
        minLength: 3,
        maxLength: 3,
      }),
    }),
    holds: asked,
  },
  {
    name: "searches",
    about: "a search within small bounds ends with a report or is refused",
    input: fc.record({ options: maybe(searches), fixes: fc.boolean() }),
    holds: searched,
  },
  {
    name: "ways",
    about: "a way that was found leads there, and looking for one changes nothing",
    input: fc.record({
      config: configuration,
      steps: fc.array(command, { maxLength: 6 }),
      target: maybe(
        fc.constantFrom({ phase: "FAILED" }, { phase: "SUCCEEDED", action: "r1/a0" }, { disagreement: true }, [
          { rule: "RetriesExhausted" },
        ]),
      ),
    }),
    holds: reached,
  },
];
