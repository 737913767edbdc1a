// The page's runs without a browser: the store and all that stands beneath it, with the package read from disk. Whatever is
// done to a run, wherever it came from, what is shown is told by that run alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkRun, Simulation } from "flyte-lifecycle";
import init from "flyte-lifecycle/init";
import { load } from "./load.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
await init(read("pkg/flyte_lifecycle_bg.wasm"));

/** In the page a worker reads what is opened; here the package's own check answers in its place. */
globalThis.Worker = class {
  postMessage({ id, inputs: [input], rules }) {
    setTimeout(() => {
      try {
        this.onmessage({ data: { id, check: checkRun(input.data, { rules }) } });
      } catch ({ message }) {
        this.onmessage({ data: { id, failure: message } });
      }
    });
  }
  terminate() {}
};

/** The simulations that nobody has freed: each is registered when it is made, in case it is forgotten. */
const alive = new Set();
const { register, unregister } = FinalizationRegistry.prototype;
FinalizationRegistry.prototype.register = function (target, held, token) {
  if (target instanceof Simulation) alive.add(target);
  return register.call(this, target, held, token);
};
FinalizationRegistry.prototype.unregister = function (token) {
  alive.delete(token);
  return unregister.call(this, token);
};

const store = await load("./www/store.ts");
const { asking } = await load("./www/rules.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");
const { SHOWCASES } = await load("./www/policies/showcase.ts");
const { decode } = await load("./www/location.ts");
const { get } = store;
await store.start();

const scenario = (id) => SCENARIOS.find((each) => each.id === id);
const discovery = (trace) => ({
  id: "found",
  title: "Found",
  sentence: "A search found it.",
  trace: read(`tests/traces/${trace}.trace`).toString(),
  say: "Here.",
});
const FOUND = discovery("counterexample-p30.documented");
const RECORD = read("tests/runs/retry.details.json").toString();
const RESOURCE = JSON.stringify({
  apiVersion: "flyte.org/v1",
  kind: "TaskAction",
  metadata: { name: "rabc-a0", namespace: "flytesnacks-development", creationTimestamp: "2026-08-20T10:00:00Z" },
  spec: { runName: "rabc", project: "flytesnacks", domain: "development", actionName: "a0", taskType: "container" },
  status: {
    attempts: 1,
    pluginPhase: "PhaseRunning",
    conditions: [
      { type: "Progressing", status: "True", reason: "Executing", lastTransitionTime: "2026-08-20T10:00:05Z" },
    ],
  },
});

/** Opens a record as it is opened where nobody says by which rules it is to be read, or by those that are named. */
const openRecord = (data, rules = "auto") => store.openRecord([{ name: null, data }], checkRun(data, { rules }));

/** Wherever a run can come from, and how each is opened. */
const ORIGINS = {
  situation: () => store.openScenario(scenario("happy")),
  link: () => store.openLink(decode("#v2/d/12.s10.nretry/ctrain.2~QIRt40F.U.UserError.out_of_memory~t2QIRt65Sz")),
  record: () => openRecord(RECORD),
  resources: () => openRecord(RESOURCE),
  discovery: () => store.openDiscovery(discovery("counterexample-p4.upstream")),
  // One of commands: what imports a trace when it is wanted has nowhere to import it from here.
  showcase: async () => {
    await store.showPolicy(policy("abortOfEnded"), SHOWCASES.abortOfEnded);
    assert.equal(get().situation, "policy abortOfEnded");
  },
};

const policy = (name) => get().divergences.find((each) => each.policy === name);
const first = () => get().snapshot.actions[0].id;
const abort = () => store.dispatch({ type: "abortAction", action: first() });
const wait = () => store.dispatch({ type: "advance", ms: 1_000 });
const stepBack = () => store.seek(Math.max(get().floor, get().index - 2));
const branch = () => {
  wait();
  store.undo();
  abort();
  wait();
};
/** A record that is checked again is there a moment later. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Whatever can be done to it. */
const VERBS = {
  nothing: () => {},
  dispatch: wait,
  "dispatch, refused": () => store.dispatch({ type: "abortAction", action: "no/body" }),
  undo: () => store.undo(),
  "undo and redo": () => {
    store.undo();
    store.redo();
  },
  seek: stepBack,
  "act in the past": branch,
  "go to another branch": () => {
    branch();
    store.nextBranch();
  },
  "go round the branches": () => {
    branch();
    store.moments(50);
    store.nextBranch();
    store.moments(50);
    store.nextBranch();
  },
  "branch off": () => {
    store.branchOff("mine");
    abort();
    store.nextBranch();
  },
  "switch rules": () => store.switchRules(get().rules === "upstream" ? "documented" : "upstream"),
  "go on, and switch rules": () => {
    wait();
    VERBS["switch rules"]();
  },
  "set a policy": () => store.setPolicy("guard", policy("guard").current === "table" ? "numeric" : "table"),
  "set a policy and take it back": () => {
    wait();
    VERBS["set a policy"]();
    store.resetPolicies();
  },
  "deliver by hand": () => store.deliverBy(true),
  "deliver by hand in one branch": () => {
    branch();
    store.deliverBy(true);
    store.nextBranch();
  },
  "deliver by hand, act, deliver all": () => {
    store.deliverBy(true);
    abort();
    store.deliverAll();
  },
  "deliver by hand and at once": () => {
    store.deliverBy(true);
    store.deliverBy(false);
  },
  "let the clock run": async () => {
    store.setSpeed(600);
    store.play();
    await settled();
    store.pause();
  },
};

/** All that is shown of the run, but for what is said of it once. */
function looks() {
  const { opened, rewound, turn, notice, preview, branches, branch, hood, ...shown } = get();
  return structuredClone({ ...shown, link: store.toLink(true), title: store.scenarioOf(shown.situation)?.title });
}

/** What is shown is what its configuration and its commands lead to, and nothing else. */
function isTold(origin) {
  const state = get();
  const settings = store.settings();
  const { config, commands, index } = store.exported();
  const again = new Simulation(asking(config));
  const ends = [0];
  for (const command of commands) ends.push(ends.at(-1) + again.dispatch(command).events.length);
  assert.deepEqual(state.told, again.events());
  assert.deepEqual(
    state.ends.slice(state.floor),
    ends.slice(state.floor),
    "how many facts there were after each command",
  );
  assert.deepEqual(state.divergences, again.divergences());
  for (const moment of store.moments(commands.length + 1)) {
    again.seek(moment.index);
    assert.deepEqual(moment.snapshot, again.snapshot(), `the stores after command ${moment.index}`);
  }
  assert.deepEqual(state.snapshot, again.snapshot());
  assert.deepEqual(state.events, again.events());
  again.free();
  assert.equal(state.index, index);
  assert.deepEqual(state.commands, commands.slice(0, index));
  assert.equal(state.byHand, settings.delivery === "manual");
  assert.equal(state.rules, settings.rules.base ?? settings.rules);
  assert.equal(state.diagram.rules, state.rules);
  assert.equal(state.startTime, Number(settings.startTime));
  assert.equal(state.branches.find(({ id }) => id === state.branch).rules, state.rules);
  assert.ok(state.selected === null || state.actions.has(state.selected));
  assert.equal(state.imported, origin === "resources");
  if (origin !== "record" && origin !== "resources") assert.equal(state.record, null);
  else assert.equal(state.record === null, state.byHand, "findings are told by steps that are there at once");
}

/** What somebody read in is in no address, whatever is done to it; everything else is. */
function isKeptOut(origin) {
  assert.equal(store.toLink(false) === null, origin === "record" || origin === "resources", "in the address");
  assert.equal(store.toLink(true) === null, origin === "resources", "in a link that somebody asks for");
}

for (const [origin, open] of Object.entries(ORIGINS)) {
  for (const [verb, act] of Object.entries(VERBS)) {
    test(`${origin}: ${verb}, look at something else, and go back`, async () => {
      await open();
      await act();
      await settled();
      isTold(origin);
      isKeptOut(origin);
      assert.equal(alive.size, get().branches.length, "a simulation for each branch");
      const before = looks();

      // By the notice of what a search has found.
      store.openDiscovery(FOUND);
      isTold("discovery");
      isKeptOut("discovery");
      // Where nothing had been done yet, there is nothing to go back to.
      if (before.actions.size > 0) {
        get().notice.back.run();
        assert.deepEqual(looks(), before);
        isTold(origin);
        isKeptOut(origin);
      }

      // By the browser's Back, to what no address holds.
      store.openScenario(scenario("retry"));
      isTold("situation");
      isKeptOut("situation");
      if (origin === "record" || origin === "resources") {
        assert.ok(store.reopenAside());
        assert.deepEqual({ ...looks(), selected: null }, { ...before, selected: null });
        isTold(origin);
        isKeptOut(origin);
      }
      assert.equal(alive.size, 1, "what was left is freed");
    });
  }
  test(`${origin}: what cannot be opened or done leaves it as it is`, async () => {
    await open();
    branch();
    const before = looks();
    assert.equal(store.dispatch({ type: "signal", action: first(), value: { bool: true } }), false);
    store.openLink(decode("#v2/u.nonsense=1/1/cx~z"));
    assert.match(get().notice.title, /cannot be opened/);
    store.seek(999);
    store.seek(-1);
    store.switchBranch(99);
    const check = checkRun(RECORD);
    assert.throws(() => store.openRecord([], { ...check, config: { requeueMs: -1 } }));
    const resources = checkRun(RESOURCE);
    assert.throws(() =>
      store.openRecord([], { ...resources, commands: [...resources.commands, { type: "nonsense" }] }),
    );
    assert.throws(() => store.openScenario({ ...scenario("happy"), config: { requeueMs: -1 } }));
    assert.throws(() => store.openDiscovery({ ...FOUND, trace: "no trace" }));
    // The engine takes these rules, since JSON has no functions, and the diagram does not: it is found out in time.
    const unshowable = { rules: Object };
    store.openLink({ config: unshowable, commands: [{ type: "createRun", run: "r" }] });
    assert.match(get().notice.title, /cannot be opened/);
    assert.throws(() => store.openScenario({ ...scenario("happy"), config: unshowable }));
    // It opens, and can stand nowhere between two steps.
    store.openLink({ ...decode("#v2/d/3/cr1~QRz"), index: 0.5 });
    assert.match(get().notice.text, /`index` is 0\.5/);
    assert.deepEqual(looks(), before);
    assert.equal(alive.size, get().branches.length);
    isTold(origin);
    isKeptOut(origin);
  });
}

test("a view that fails over a step keeps no other from being told of it", (t) => {
  store.openScenario(scenario("happy"));
  // What a view throws is thrown again, by itself.
  const later = [];
  t.mock.method(globalThis, "queueMicrotask", (run) => later.push(run));
  let told = -1;
  const stop = [
    store.subscribe((state, before) => {
      if (state.turn !== before.turn && told >= 0) throw new Error("a view that fails");
    }),
    store.subscribe((state) => {
      told = state.index;
    }),
  ];
  assert.equal(wait(), true);
  assert.equal(told, get().index);
  assert.equal(later.length, 1);
  assert.throws(later[0], /a view that fails/);
  for (const each of stop) each();
});

test("each branch's hood has the stores that its own commands led to", () => {
  store.openScenario(scenario("happy"));
  store.seek(4);
  store.dispatch({ type: "abortAction", action: "hello/a0" });
  wait();
  wait();
  assert.equal(get().actions.get("hello/a0").phase, "ABORTED");
  store.moments(50);
  store.nextBranch();
  assert.equal(get().actions.get("hello/a0").phase, "SUCCEEDED");
  const phases = store.moments(50).map(({ snapshot }) => snapshot.actions[0]?.phase);
  assert.ok(!phases.includes("ABORTED"), phases.join(" "));
});

test("whether work is delivered by hand is told of the branch that is open", () => {
  store.openScenario(scenario("happy"));
  store.undo();
  store.dispatch({ type: "abortAction", action: "hello/a0" });
  store.deliverBy(true);
  assert.equal(get().byHand, true);
  store.nextBranch();
  assert.equal(get().branch, 0);
  assert.equal(get().byHand, false);
  assert.equal(store.settings().delivery, "immediate");
  store.deliverBy(true);
  assert.equal(store.settings().delivery, "manual");
  store.nextBranch();
  assert.equal(get().byHand, true);
});

test("a recorded run stays out of the address after something else was looked at", () => {
  openRecord(RECORD);
  const { record } = get();
  assert.equal(store.toLink(false), null);
  store.openDiscovery(FOUND);
  assert.notEqual(store.toLink(false), null);
  get().notice.back.run();
  assert.equal(store.toLink(false), null);
  assert.equal(get().record, record);
});

test("each run that no address holds comes back as the one that it was, whatever was opened after it", async () => {
  openRecord(RECORD);
  const [first, looked] = [get().opened, looks()];
  openRecord(RESOURCE);
  const second = get().opened;
  await ORIGINS.showcase();
  isKeptOut("showcase");
  assert.ok(store.reopenAside(second));
  isTold("resources");
  isKeptOut("resources");
  assert.ok(store.reopenAside(first));
  isTold("record");
  isKeptOut("record");
  assert.deepEqual(looks(), looked);
  // Told step by step, beside another rule set and in another branch it is the same run.
  store.tell(get().branch, "upstream");
  branch();
  isKeptOut("record");
  // What was never put aside is not there, and nothing else is opened in its place.
  assert.equal(store.reopenAside(-1), false);
  isTold("record");
  // The last few are kept, and no more: a record may be large.
  for (let count = 0; count < 9; count += 1) openRecord(RESOURCE);
  assert.equal(store.reopenAside(first), false);
});

test("a run that is too long for a link is in none, and comes back all the same", () => {
  const commands = [
    { type: "createRun", run: "long" },
    ...Array.from({ length: 9_999 }, () => ({ type: "advance", ms: 1 })),
  ];
  store.openScenario({ id: "long", title: "Long", sentence: "", commands });
  assert.equal(get().unlinked, null);
  assert.notEqual(store.toLink(false), null);
  wait();
  assert.equal(get().unlinked, "length");
  assert.equal(store.toLink(true), null);
  const { opened } = get();
  store.openScenario(scenario("happy"));
  assert.ok(store.reopenAside(opened));
  assert.equal(get().commands.length, 10_001);
});

test("branches are named by what was done next in them, and remember where they left", () => {
  store.openScenario(scenario("happy"));
  assert.deepEqual(
    get().branches.map(({ letter, name, from }) => [letter, name, from]),
    [["A", "", null]],
  );
  store.seek(8);
  store.dispatch({ type: "abortAction", action: "hello/a0" }, "Abort");
  store.seek(8);
  wait();
  assert.deepEqual(
    get().branches.map(({ letter, from }) => [letter, from]),
    [
      ["A", null],
      ["B", { step: 8, letter: "A" }],
      ["C", { step: 8, letter: "B" }],
    ],
  );
  assert.equal(get().branches[1].name, "Abort");
  // Doing again what was done next is no other future.
  store.undo();
  wait();
  assert.equal(get().branches.length, 3);
  store.nextBranch();
  assert.equal(get().branch, 0);
  assert.equal(get().index, 9);
  store.switchBranch(1, 2);
  assert.equal(get().index, 2);
});

test("a record that nobody has gone on from is read anew under other rules; one that was, is played again", async () => {
  openRecord(RECORD, "documented");
  const { record, opened } = get();
  store.switchRules("upstream");
  await settled();
  assert.notEqual(get().record, record);
  assert.equal(get().opened, opened, "it is no other run");
  const anew = get().record;
  wait();
  store.switchRules("documented");
  await settled();
  assert.equal(get().record, anew);
  assert.equal(get().rules, "documented");
  // What was found is told by steps that are there at once; delivered by hand, they are played again as well.
  openRecord(RECORD, "documented");
  store.deliverBy(true);
  store.switchRules("upstream");
  await settled();
  assert.deepEqual([get().rules, get().byHand], ["upstream", true]);
  // What a run goes on from stands in it under whichever rules, and no undo takes it back.
  openRecord(RESOURCE);
  store.switchRules("merged");
  await settled();
  store.undo();
  assert.deepEqual([get().rules, get().index, get().record.rules], ["merged", 1, "merged"]);
});

test("the clock makes time pass in the run that is open when it is stopped, and in no other", async () => {
  store.openScenario(scenario("retry"));
  const { now } = get().snapshot;
  store.setSpeed(60);
  store.play();
  await settled();
  assert.ok(store.now() > now);
  store.openScenario(scenario("happy"));
  assert.equal(get().playing, false);
  assert.equal(get().commands.at(-1).type, "plugin");
  assert.equal(store.now(), get().snapshot.now);
});

// --- a run by itself ------------------------------------------------------------------------------------------------

const { Run } = await load("./www/run/run.ts");
const GIVEN = { kind: "given" };
const CREATE = { type: "createRun", run: "mine" };
const REPORT = (phase) => ({ type: "plugin", action: "mine/a0", result: { phase } });

test("a run and its fork share what has happened and nothing that happens then", () => {
  const run = Run.of({}, [CREATE, REPORT("Running")], GIVEN);
  const other = run.fork();
  other.dispatch(REPORT("Success"));
  run.dispatch(REPORT("PermanentFailure"));
  const phases = (each) => each.moments(9).map(({ snapshot }) => snapshot.actions[0]?.phase);
  assert.deepEqual(phases(run), [undefined, "QUEUED", "RUNNING", "FAILED"]);
  assert.deepEqual(phases(other), [undefined, "QUEUED", "RUNNING", "SUCCEEDED"]);
  run.free();
  other.free();
});

test("a run that was left is made again as it stood, with what was undone and what its rules refuse", () => {
  const run = Run.of({}, [CREATE, REPORT("Running"), REPORT("Success"), REPORT("Running")], GIVEN);
  assert.equal(run.stopped.done, 3);
  assert.equal(run.stopped.error.code, "FAILED_PRECONDITION");
  run.seek(1);
  const again = Run.again(run.kept());
  assert.deepEqual([again.index, again.length, again.intended.length], [1, 3, 4]);
  assert.deepEqual(again.snapshot(), run.snapshot());
  // What is done from there takes the place of what was undone, and of what was meant.
  again.dispatch(REPORT("Initializing"));
  assert.deepEqual([again.index, again.length, again.intended.length, again.touched], [2, 2, 2, true]);
  run.free();
  again.free();
});

test("a run around somebody's simulation says when that was driven without it", () => {
  const sim = new Simulation({ rules: "upstream" });
  sim.dispatch(CREATE);
  sim.dispatch(REPORT("Running"));
  sim.seek(1);
  const run = Run.around(sim);
  assert.deepEqual([run.index, run.length, run.ruleSet], [1, 2, "upstream"]);
  assert.deepEqual(run.told.length, run.bounds.at(-1));
  assert.ok(run.isPresent);
  const success = REPORT("Success");
  const early = run.explain(success);
  sim.seek(2);
  assert.ok(run.isPresent);
  assert.notDeepEqual(run.explain(success).events, early.events);
  sim.dispatch(success);
  assert.ok(!run.isPresent);
  assert.deepEqual(Run.around(sim).told, sim.events());
  sim.free();
});

test("a refused command changes nothing of a run", () => {
  const run = Run.of({}, [CREATE, REPORT("Running"), REPORT("Success")], GIVEN);
  run.seek(2);
  const { held, told, bounds, intended } = run;
  assert.throws(() => run.dispatch({ type: "abortAction", action: "mine/nobody" }), { code: "NOT_FOUND" });
  assert.throws(() => run.seek(9), { code: "OUT_OF_RANGE" });
  assert.deepEqual([run.held, run.told, run.bounds, run.intended], [held, told, bounds, intended]);
  assert.deepEqual([run.index, run.touched, run.isPresent], [2, false, true]);
  run.free();
});

test("a step that leaves everything as it was is a turn all the same, so that what shows its facts is drawn anew", () => {
  store.openScenario(SCENARIOS.find(({ id }) => id === "late"));
  const before = get();
  store.undo();
  const after = get();
  assert.equal(after.snapshot, before.snapshot, "a refused update changes nothing there is");
  assert.notEqual(after.turn, before.turn);
  store.redo();
  assert.notEqual(get().turn, after.turn);
});
