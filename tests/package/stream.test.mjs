// Rows of many runs, in any order, by `checkRunStream`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkRunStream, LifecycleError } from "../../src/js/node.js";

const HEAD =
  "project,domain,run_name,name,parent_action_name,phase,action_type,created_at,updated_at,ended_at,attempts";
const EVENTS = "project,domain,run_name,name,attempt,phase,version,created_at,updated_at";
const at = (second) => `2026-08-20 10:00:${String(second).padStart(2, "0")}+00`;

/** A run that succeeded, and its events. */
const rowsOf = (run) => [`p,d,${run},a0,,5,1,${at(0)},${at(30)},${at(30)},1`];
const eventsOf = (run) => [1, 4, 5].map((phase, n) => `p,d,${run},a0,1,${phase},0,${at(n * 10)},${at(n * 10)}`);
/** Every second, then the rest backwards. */
const mixed = (rows) => [...rows.filter((_, n) => n % 2 === 0), ...rows.filter((_, n) => n % 2 === 1).reverse()];

async function* chunked(text, size) {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const names = Array.from({ length: 40 }, (_, n) => `r${n}`);
const all = [HEAD, ...mixed(names.flatMap(rowsOf)), EVENTS, ...mixed(names.flatMap(eventsOf))].join("\n");

test("runs are put together from rows in any order, whatever the chunks", async () => {
  for (const source of [all, chunked(all, 7), chunked(all, 1 << 16), new Blob([all]), new Blob([all]).stream()]) {
    const seen = [];
    const answer = await checkRunStream(source, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual([answer.runs, answer.ok, answer.unreadable], [40, 40, 0]);
    assert.equal(answer.rows, 160);
    assert.equal(seen.at(-1).checked, 40);
  }
});

test("a run that no rule explains is told of with its check", async () => {
  const broken = `p,d,r7,a0,,5,1,${at(0)},${at(30)},,1`;
  const text = all.replace(rowsOf("r7")[0], broken);
  const { checks, ok, runs } = await checkRunStream(text);
  assert.deepEqual([runs, ok, checks.map(({ run }) => run)], [40, 39, ["p/d/r7"]]);
  assert.ok(checks[0].findings.some(({ severity }) => severity !== "note"));
});

test("rows as JSON objects, line breaks in quotes and repeated heads are read", async () => {
  const json = names.map((run) =>
    JSON.stringify({ project: "p", domain: "d", run_name: run, name: "a0", phase: 4, attempts: 1 }),
  );
  assert.equal((await checkRunStream(json.join("\n"))).runs, 40);
  const quoted = `${HEAD},abort_reason\np,d,r1,a0,,7,1,${at(0)},${at(9)},${at(9)},1,"two\nlines, ""said"""\r\n`;
  assert.equal((await checkRunStream(quoted + quoted)).runs, 1);
});

test("what is no such text is refused, and a signal ends it", async () => {
  const refused = (source, words) =>
    assert.rejects(checkRunStream(source), (error) => error instanceof LifecycleError && error.message.includes(words));
  await refused("hello\nworld", "names their columns");
  await refused(42, "checkRunStream takes a stream");
  await refused(undefined, "checkRunStream takes a stream");
  await refused([new Uint8Array([0x1f, 0x8b, 0xff])], "decompress");
  await refused("{not json\n", "row 1 is no JSON object");
  await assert.rejects(checkRunStream(chunked(all, 100), { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
});
