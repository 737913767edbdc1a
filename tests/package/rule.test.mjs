// Every rule is met somewhere: in a trace, or in a test that names it. `npm run rule -- NAME` says where.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { guard, Simulation } from "flyte-lifecycle";
import { placesOf, readTexts } from "../../scripts/rule.mjs";
import { allRules } from "../../scripts/upstream.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = allRules(readFileSync(new URL("../../src/model/rule.rs", import.meta.url), "utf8")).map(
  ({ rule }) => rule,
);

/** Rules of calls that no command makes: recordings of upstream's code hold them, without naming them. */
const RECORDED = ["RefusesFilterPhase", "RefusesStoreError"];

// Refusals end no trace, and guards are asked for by value: what no other test meets is met here.
const by = (delivery, ...commands) =>
  `flyte-lifecycle trace 1\nconfig delivery=${delivery}\n\n${commands.join("\n")}\n`;
const stands = by("immediate", "createRun run=r1", "plugin action=r1/a0 result.phase=Running");
const waits = by("immediate", "createRun run=r1 task.maxAttempts=2 task.backoff.baseMs=1000");
const REFUSALS = [
  [stands, { type: "createRun", run: "r1", task: { maxAttempts: 2 } }, "RefusesDuplicateRun"],
  [
    `${stands}enqueue action=r1/c parent=r1/a0 condition.valueType=bool\n`,
    { type: "plugin", action: "r1/c", result: { phase: "Running" } },
    "RefusesPluginKind",
  ],
  [
    `${stands}recover action=r1/c parent=r1/a0\n`,
    { type: "plugin", action: "r1/c", result: { phase: "Running" } },
    "RefusesPluginMissing",
  ],
  [
    by("manual", "createRun run=r1", "deliver"),
    { type: "plugin", action: "r1/a0", result: { phase: "Running" } },
    "RefusesPluginNotReady",
  ],
  [
    by(
      "manual",
      "createRun run=r1",
      "deliver",
      "deliver",
      "deliver",
      "abortRun run=r1",
      "deliver",
      "abortReply action=r1/a0 reply=ok",
    ),
    { type: "plugin", action: "r1/a0", result: { phase: "Running" } },
    "RefusesPluginDeleted",
  ],
  [stands, { type: "putStatus", action: "r1/a0", attempts: 2 }, "RefusesStatusPut"],
  [
    `${waits}plugin action=r1/a0 result.phase=RetryableFailure\n`,
    { type: "plugin", action: "r1/a0", result: { phase: "Running" } },
    "RefusesPluginWaiting",
  ],
  [
    `${stands}abortRun run=r1\n`,
    { type: "abortReply", action: "r1/a0", reply: "unavailable", drawMs: 86_400_000 },
    "RefusesDraw",
  ],
  [stands, { type: "fault", call: "updateActionStatus", reply: "conflict" }, "RefusesFault"],
];
for (const [trace, command, rule] of REFUSALS) {
  test(`a refusal names its rule: ${rule}`, () => {
    const sim = Simulation.fromTrace(trace);
    const before = sim.trace();
    assert.throws(
      () => sim.dispatch(command),
      (error) => error.rule === rule,
    );
    assert.equal(sim.trace(), before, "a refused command changes nothing");
  });
}

const GUARDS = [
  [["QUEUED", "RUNNING", true], "GuardAdmitsListed"],
  [["SUCCEEDED", "QUEUED", false], "GuardRefusesUnlisted"],
];
for (const [[from, to, admitted], rule] of GUARDS) {
  test(`the guard's table names its rule: ${rule}`, () => {
    const told = guard(from, to, "table");
    assert.deepEqual([told.admitted, told.rule], [admitted, rule]);
  });
}

test("every rule is told by a trace or named by a test", () => {
  const texts = readTexts(root);
  const isMet = ({ traces, tests }) => traces.length + tests.length > 0;
  const unmet = names.filter((rule) => !RECORDED.includes(rule) && !isMet(placesOf(rule, texts)));
  assert.deepEqual(unmet, [], "give it a trace (tests/traces/README.md), or a test that names it");
});

test("a rule's places are told apart: code, traces, tests", () => {
  const texts = [
    { path: "src/model/rule.rs", text: 'NewsKept "It is kept." HERE "";' },
    { path: "src/rules/news.rs", text: "Rule::NewsKept\n\n#[cfg(test)]\nmod tests {\n    Rule::NewsKept\n" },
    { path: "tests/laws.rs", text: "// NewsKeptToo\nRule::NewsKept\n" },
    { path: "tests/traces/news.upstream.trace", text: "0 ms r1/a0 row RowCreated NewsKept\n" },
  ];
  assert.deepEqual(placesOf("NewsKept", texts), {
    code: ["src/rules/news.rs:1"],
    traces: ["news.upstream"],
    tests: ["src/rules/news.rs:5", "tests/laws.rs:2"],
  });
});

test("npm's script tells of a rule, of all that a function of upstream's has, and what was probably meant", () => {
  const run = (...args) =>
    spawnSync(process.execPath, ["scripts/run.mjs", "rule", ...args], { cwd: root, encoding: "utf8" });
  const one = run("DeletionHeld");
  assert.equal(one.status, 0, one.stderr);
  assert.match(one.stdout, /^DeletionHeld: A step before the deletion failed/);
  assert.match(one.stdout, /^ {2}upstream {2}executor\/.*taskaction_controller\.go, handleAbortAndFinalize$/m);
  assert.match(one.stdout, /^ {2}traces {4}.*deletion-is-held\.upstream/m);
  const both = run("MarkAbortAttempt", "NeverLost");
  assert.match(both.stdout, /^AbortCounted: .*\n\nNeverLost: .*\n {2}upstream {2}none: only the simulation/s);
  assert.equal(run().stdout.trim().split("\n").length, names.length);
  const wrong = run("DeletionHold");
  assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
  assert.match(
    wrong.stderr,
    /There is no rule DeletionHold \(did you mean DeletionHeld\?\); `npm run rule` lists them all\./,
  );
});
