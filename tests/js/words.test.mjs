// What the page says of commands, timers and calls: in words, never by the engine's names for them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { inWords, isReturned, pluginChoices, usualChoice } = await load("./www/words/commands.ts");
const { leaving, timerLabel, waitWord } = await load("./www/words/timers.ts");
const { CALLS } = await load("./www/words/vocabulary.ts");
const folder = new URL("../traces/", import.meta.url);

/** A name as the engine has it, `recordAction`; names that begin with a capital are upstream's own. */
const RAW = /\b[a-z]+[A-Z]/;

test("every command and every timer of every trace is told in words", () => {
  const [commands, timers] = [new Set(), new Set()];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".trace"))) {
    const sim = Simulation.fromTrace(readFileSync(new URL(name, folder), "utf8"));
    for (const command of sim.commands()) {
      commands.add(command.type);
      assert.doesNotMatch(inWords(command), RAW, name);
    }
    for (const { timer } of sim.events()) if (timer !== undefined) timers.add(timer);
    sim.free();
  }
  assert.ok(commands.size >= 17, [...commands].join());
  assert.deepEqual([...timers].sort(), [
    "abortRetry",
    "actionDeadline",
    "attemptTimeout",
    "backoff",
    "collection",
    "conditionDeadline",
    "enqueueRetry",
    "lease",
    "queuedTimeout",
    "requeue",
    "resync",
  ]);
  for (const what of timers) {
    assert.doesNotMatch(timerLabel({ what }), RAW);
    assert.notEqual(timerLabel({ what }), timerLabel({ what: "new" }), what);
    assert.doesNotMatch(waitWord(what), RAW);
  }
});

test("every call, and every way in which it can go wrong, is told in words", () => {
  for (const { name, replies, ofProcess } of CALLS) {
    const told = replies.map((reply) => inWords({ type: "fault", call: name, reply }));
    for (const text of told)
      assert.match(text, ofProcess ? /^Now [a-z ]+ [a-z ]+$/ : /^The next time, [a-z ]+ [a-z ]+$/, name);
    assert.equal(new Set(told).size, replies.length, name);
  }
  assert.equal(inWords({ type: "fault", call: "lookUpCache" }), "The next time, looking up the cache fails");
  assert.equal(inWords({ type: "fault", call: "watchResources" }), "Now watching resources fails");
  assert.equal(
    inWords({ type: "abortReply", action: "r1/a0", reply: "deadlineExceeded" }),
    "r1/a0: Abort call answers DeadlineExceeded",
  );
});

test("a call that is made again, news told again, a lease and a sweep end nobody's stay in a phase", () => {
  const of = (what, id) => ({ id, what, action: "r1/a0" });
  const timers = ["abortRetry", "resync", "lease", "collection", "attemptTimeout"].map(of);
  assert.deepEqual(leaving([...timers, { ...of("requeue", 9), action: "r1/b" }], "r1/a0"), [of("attemptTimeout", 4)]);
  const port = (list) => usualChoice({ id: "r1/a0", kind: "task" }, "TIMED_OUT", list);
  assert.deepEqual(port(timers).command, { type: "fire", timer: 4 });
  assert.equal(port(timers.slice(0, 4)), null);
});

test("of a plugin's reports, those that no plugin returns come last", () => {
  const returned = pluginChoices("r1/a0").map(isReturned);
  assert.deepEqual(returned, [...Array(11).fill(true), false, false]);
});
