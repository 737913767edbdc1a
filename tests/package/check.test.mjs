// Recorded runs through the package, as a CI job would check them: every form, what is found, what is refused, and that the
// fixtures are what upstream's generated code writes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromBinary, fromJson } from "@bufbuild/protobuf";
import { checkRun, LifecycleError, loadCheckRun, Simulation } from "flyte-lifecycle";
import { schemas } from "./generated.mjs";

const fixture = (name) => readFileSync(new URL(`../runs/${name}`, import.meta.url), "utf8");

/** The replay of a check, which takes every command. */
const replay = ({ config, commands }) => {
  const sim = new Simulation(config);
  for (const command of commands) sim.dispatch(command);
  return sim;
};

test("a run is checked without preparation, and its commands replay it", async () => {
  const record = JSON.parse(fixture("retry.details.json"));
  const check = checkRun(record, { rules: "documented" });
  assert.deepEqual(
    [check.ok, check.format, check.leftOut, check.config],
    [
      false,
      "actionDetails",
      0,
      { rules: "documented", startTime: Date.parse("2026-08-20T10:00:00Z"), abort: { reply: "ask" }, plugins: "once" },
    ],
  );
  assert.equal(check.findings.length, 1);
  const { sentence, index, at, ...finding } = check.findings[0];
  assert.deepEqual(finding, {
    kind: "needsEvent",
    severity: "warning",
    action: "rk7w2q9xnd4bt6vz8m3c/a0",
    attempt: 1,
    phase: "FAILED",
    place: "details.attempts[1].phaseTransitions[0]",
    rule: "AttemptFailed",
    policy: "retry",
    value: "inPlace",
    explainedBy: "upstream",
    incident: "N4",
  });
  assert.match(sentence, /^Before this, FAILED of attempt 1 is needed/);
  assert.equal(at, Date.parse("2026-08-20T10:01:12Z"));
  const sim = replay(check);
  assert.equal(sim.snapshot().actions[0].phase, "SUCCEEDED");
  // Where it is seen: the attempt that the record left open has been ended.
  sim.seek(index);
  assert.deepEqual([sim.snapshot().actions[0].phase, sim.snapshot().actions[0].attempts], ["QUEUED", 2]);
  assert.deepEqual(check.actions, [
    {
      id: "rk7w2q9xnd4bt6vz8m3c/a0",
      kind: "task",
      place: "details",
      events: 6,
      phase: "SUCCEEDED",
      attempts: 2,
      replayed: "SUCCEEDED",
      ok: false,
    },
  ]);
  assert.deepEqual(checkRun(JSON.stringify(record), { rules: "documented" }), check);
  const auto = checkRun(record);
  assert.deepEqual([auto.ok, auto.rules, auto.config.rules], [true, "upstream", "upstream"]);
  assert.deepEqual(
    auto.shows.map(({ incident, property }) => `${incident} ${property}`),
    ["N4 P37"],
  );
  assert.deepEqual(checkRun(record, { rules: "upstream" }), auto);
  await loadCheckRun();
  assert.equal(checkRun(record, { rules: { base: "documented", retry: "inPlace" } }).ok, true);
});

test("streams and tables are read as text", () => {
  const watch = checkRun(fixture("approval.watch.json"), { rules: "upstream" });
  assert.deepEqual([watch.ok, watch.format, watch.actions.length], [true, "watchActions", 3]);
  const tables = checkRun(fixture("batch.actions.csv") + fixture("batch.action_events.csv"), { rules: "upstream" });
  assert.deepEqual([tables.ok, tables.format], [true, "rows"]);
  assert.ok(tables.shows.some(({ action, incident }) => action === "batch-12/load" && incident === "N6"));
  // The replay leaves the stores as the record has them.
  const load = replay(tables)
    .snapshot()
    .actions.find(({ id }) => id === "batch-12/load");
  assert.deepEqual([load.phase, load.resource], ["RUNNING", null]);
});

test("what the package writes of a run, it reads back", () => {
  const sim = new Simulation();
  for (const command of [
    { type: "createRun", run: "r1", task: { maxAttempts: 2 } },
    { type: "plugin", action: "r1/a0", result: { phase: "Running" } },
    { type: "advance", ms: 5_000 },
    { type: "enqueue", action: "r1/c", parent: "r1/a0", condition: { valueType: "int" } },
    { type: "advance", ms: 5_000 },
    { type: "signal", action: "r1/c", value: { int: 7 }, by: "you" },
    {
      type: "plugin",
      action: "r1/a0",
      result: { phase: "RetryableFailure", error: { code: "E", kind: "USER", message: "exit code 1" } },
    },
    { type: "plugin", action: "r1/a0", result: { phase: "Success" } },
  ])
    sim.dispatch(command);
  const record = ["r1/a0", "r1/c"].map((id) => sim.protojson(id));
  const check = checkRun(record);
  assert.deepEqual(check.findings, []);
  const again = replay(check);
  for (const id of ["r1/a0", "r1/c"]) {
    const { attempts, status, result } = sim.actionDetails(id);
    const details = again.actionDetails(id);
    assert.deepEqual(details.attempts, attempts, id);
    assert.deepEqual([details.status, details.result], [status, result], id);
  }
});

test("what is no record is refused with its place", () => {
  const refused = (value, code, text) =>
    assert.throws(
      () => checkRun(value),
      (error) => {
        assert.ok(error instanceof LifecycleError, String(error));
        assert.deepEqual([error.code, error.message.includes(text)], [code, true], error.message);
        return true;
      },
    );
  refused(undefined, "INVALID_ARGUMENT", "cannot be read");
  refused(Number.NaN, "INVALID_ARGUMENT", "cannot be read");
  refused({ id: { run: { name: "r" }, name: "a0" }, status: { phase: "RUNNNG" } }, "INVALID_ARGUMENT", "status.phase");
  refused("[".repeat(200_000), "INVALID_ARGUMENT", "nests deeper than 127 levels");
  refused("x".repeat(10_000_000), "INVALID_ARGUMENT", "neither JSON, YAML nor the header");
  refused("x".repeat(40_000_000), "RESOURCE_EXHAUSTED", "bytes");
  const holds = { id: { run: { name: "r" }, name: "a0" }, status: {} };
  holds.self = holds;
  refused(holds, "INVALID_ARGUMENT", "holds itself");
  assert.throws(() => checkRun(fixture("retry.details.json"), { rules: "best" }), /no rule set/);
});

test("a hundred thousand words of a record are answered within seconds", () => {
  const id = (name) => ({ run: { name: "big" }, name });
  const time = (second) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const events = [];
  for (let action = 0; action < 2_000; action += 1)
    for (const [at, phase] of ["QUEUED", "INITIALIZING", "RUNNING", "SUCCEEDED"].entries())
      events.push({
        id: id(action === 0 ? "a0" : `c${action}`),
        attempt: 1,
        phase: `ACTION_PHASE_${phase}`,
        reportedTime: time(action === 0 && phase === "SUCCEEDED" ? 9_999 : action + at),
      });
  const began = performance.now();
  const check = checkRun(events);
  assert.deepEqual([check.ok, check.actions.length], [true, 2_000]);
  const hostile = Array.from({ length: 2_000 }, (_, at) => ({
    id: id("a0"),
    attempt: (at * 7) % 90,
    phase: at % 11,
    version: at,
  }));
  assert.ok(checkRun(hostile).findings.length > 0);
  assert.ok(performance.now() - began < 20_000, `${performance.now() - began} ms`);
});

test("upstream's generated code reads the fixtures", async () => {
  const { ActionEventSchema } = await schemas("run_definition");
  const { GetActionDetailsResponseSchema, WatchActionsResponseSchema } = await schemas("run_service");
  const details = fromJson(GetActionDetailsResponseSchema, JSON.parse(fixture("retry.details.json")));
  assert.deepEqual(
    details.details.attempts.map(({ phaseTransitions }) => phaseTransitions.length),
    [3, 3],
  );
  const watched = JSON.parse(`[${fixture("approval.watch.json").replaceAll(/\n\}\n\{/g, "\n},{")}]`);
  // The package is older than the commit that is modelled, and does not know what a condition declares.
  for (const message of [...watched, ...JSON.parse(fixture("back-to-running.watch.json"))])
    assert.ok(fromJson(WatchActionsResponseSchema, message, { ignoreUnknownFields: true }).enrichedActions.length > 0);
  const [header, ...rows] = fixture("batch.action_events.csv").trimEnd().split("\n");
  const column = (row, name) => row.split(",")[header.split(",").indexOf(name)];
  for (const row of rows) {
    const event = fromBinary(ActionEventSchema, Buffer.from(column(row, "info").slice(2), "hex"));
    assert.deepEqual(
      [event.id.name, event.attempt, event.phase, event.version].map(String),
      ["name", "attempt", "phase", "version"].map((name) => column(row, name)),
    );
  }
});
