// Rows of many runs, in any order, by `checkRunStream`.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
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

/** The names of the runs that are not well, and of all the others how many there are. */
const told = ({ ok, checks }) => [ok, checks.map(({ run }) => run)];
const refused = (source, words, options) =>
  assert.rejects(checkRunStream(source, options), (error) => {
    assert.ok(error instanceof LifecycleError, String(error));
    assert.equal(error.code, "INVALID_ARGUMENT");
    assert.ok(error.message.includes(words), error.message);
    return true;
  });

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
  await refused("hello\nworld", "names their columns");
  await refused(42, "checkRunStream takes a stream");
  await refused(undefined, "checkRunStream takes a stream");
  await refused(Promise.resolve(all), "`await` it");
  await refused("rows.csv", "looks like a file's name");
  await refused([all, 7], "a chunk of them is 7");
  await refused("{not json\n", "row 1 is no JSON object");
  await assert.rejects(checkRunStream(chunked(all, 100), { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
});

test("only CSV has quotes: not what psql copies as text, and no line that is an object of JSON", async () => {
  const tab = (line) => line.replaceAll(",", "\t");
  const said = (run, reason) => `${rowsOf(run)[0]},${reason}`;
  const rows = ['5" of it', '"', "two\\nlines", "\\N", '""'].map((reason, n) => said(`r${n}`, reason));
  for (const size of [1, 3, 1 << 16]) {
    const text = tab([`${HEAD},abort_reason`, ...rows].join("\n"));
    assert.deepEqual(told(await checkRunStream(chunked(text, size))), [5, []]);
  }
  // A quote opens a field of CSV where it begins, and nowhere else.
  for (const separator of [",", ";", "|"]) {
    const some = ['5" of it', '"two\nlines, ""said"""', '"closed" and more"', '"; | ,"'].map((reason, n) =>
      said(`r${n}`, "")
        .replaceAll(",", separator)
        .concat(reason.replaceAll(",", separator === "," ? " " : ",")),
    );
    if (separator === ",") some[3] = said("r3", '"; | ,"');
    const text = [`${HEAD},abort_reason`.replaceAll(",", separator), ...some].join("\r\n");
    assert.deepEqual(told(await checkRunStream(chunked(text, 5))), [4, []], separator);
  }
  const object = (run, reason) =>
    JSON.stringify({
      project: "p",
      domain: "d",
      run_name: run,
      name: "a0",
      phase: 1,
      attempts: 1,
      abort_reason: reason,
    });
  const damaged = object("r2", "cut").slice(0, -2);
  const answer = await checkRunStream([object("r1", '"'), damaged, object("r3", '\\"')].join("\n"));
  assert.deepEqual([answer.runs, answer.ok, answer.unreadable], [3, 2, 1]);
  assert.match(answer.checks[0].error.message, /^row 2 is no JSON object: /);
  await refused(
    `${HEAD},abort_reason\n${said("r1", '"never closed')}\n${said("r2", "")}`,
    "a quote is opened in the record",
  );
});

test("rows that name no run are told of by their number, and refused where the first is one", async () => {
  const text = [HEAD, ...rowsOf("r1"), ...rowsOf(""), ...rowsOf("NULL"), ...rowsOf("r2")].join("\n");
  const answer = await checkRunStream(text);
  assert.deepEqual([answer.runs, answer.rows, answer.ok, answer.unreadable], [3, 4, 2, 1]);
  const [{ run, error }] = answer.checks;
  assert.deepEqual([run, error.code], ["", "INVALID_ARGUMENT"]);
  assert.match(
    error.message,
    /^2 rows cannot be read: of these, row 2 names no run, .* Select project, domain and run_name; /,
  );
  await refused([HEAD, ...rowsOf("")].join("\n"), "row 1 names no run, for its `run_name` is empty or missing");
  await refused('{"name":"a0","phase":5}', 'row 1 is JSON that names no run ("name", "phase")');
  await refused("run_name,name,attempts\nr1,a0,1", "without phase");
  // Where one table has project and domain and the other has not, they tell of one run.
  const events = eventsOf("r1").map((row) => row.slice("p,d,".length));
  const both = [HEAD, ...rowsOf("r1"), EVENTS.slice("project,domain,".length), ...events].join("\n");
  assert.deepEqual(await checkRunStream(both).then(({ runs, ok, rows }) => [runs, ok, rows]), [1, 1, 4]);
});

test("JSON that holds rows is read, and what checkRun reads is named", async () => {
  const row = { project: "p", domain: "d", run_name: "r1", name: "a0", phase: 5, attempts: 1 };
  const event = { project: "p", domain: "d", run_name: "r1", name: "a0", attempt: 1, phase: 5, version: 0 };
  for (const value of [[row], { actions: [row], actionEvents: [event] }]) {
    for (const text of [
      JSON.stringify(value),
      JSON.stringify(value, null, 2),
      `\ufeff${JSON.stringify(value, null, 1)}\n`,
    ]) {
      assert.deepEqual(told(await checkRunStream(chunked(text, 100))), [1, []], text);
    }
  }
  assert.equal((await checkRunStream(JSON.stringify(row, null, 2))).rows, 1);
  await refused('{"details": {\n"id": {}}}', 'row 1 is JSON that names no run ("details")');
  await refused("[1, 2]", "`checkRun` reads the record of a run");
  await refused(`${JSON.stringify(row, null, 2)}\n`.repeat(2), "`jq -c .` makes a line of each value");
  await refused(`[${"1,".repeat(11_000_000)}1]`, "more than 20 MB");
  await refused("apiVersion: flyte.org/v1\nkind: TaskAction\n", "looks like YAML; `checkRun` reads that");
  await refused("-[ RECORD 1 ]-\nrun_name | r1\n", "as psql prints a table with a frame or a field a line");
});

test("the mark of a file within a text is a character of it", async () => {
  const marked = `${rowsOf("r1")[0]},one \ufeff two\n${rowsOf("r2")[0]},\ufeff`;
  assert.deepEqual(told(await checkRunStream(`${HEAD},abort_reason\n${marked}`)), [2, []]);
  const object = '{"project":"p","domain":"d","run_name":"r1","name":"a0","phase":5,"attempts":1}';
  assert.equal((await checkRunStream(Array.from({ length: 20_000 }, () => object).join("\ufeff"))).rows, 20_000);
});

test("columns may be told in capitals, as some databases export them", async () => {
  const csv = [HEAD.toUpperCase(), ...rowsOf("r1")].join("\n");
  const quoted = [`"${HEAD.toUpperCase().replaceAll(",", '","')}"`, ...rowsOf("r2")].join("\n");
  const json = '{"PROJECT":"p","DOMAIN":"d","RUN_NAME":"r3","NAME":"a0","PHASE":5,"ATTEMPTS":1}';
  const camel = '{"project":"p","domain":"d","runName":"r4","name":"a0","phase":5,"attempts":1}';
  const answer = await checkRunStream([csv, quoted, json, camel].join("\n"));
  assert.deepEqual([answer.runs, answer.ok], [4, 4]);
});

test("what makes no sense is refused before anything is read", async () => {
  const untouched = {
    [Symbol.iterator]() {
      assert.fail("it was read");
    },
  };
  await refused(untouched, 'There is no rule set "nope"', { rules: "nope" });
  await refused(untouched, 'it has no field "foo"', { foo: 1 });
  await refused(untouched, "The configuration is an object", "upstream");
  await refused(untouched, "`onProgress` is a function", { onProgress: true });
  await refused(untouched, "`signal` is an AbortSignal", { signal: 5 });
  for (const options of [undefined, null, {}, { rules: "auto" }, { rules: { base: "upstream" } }]) {
    assert.equal((await checkRunStream(all, options)).runs, 40);
  }
});

test("what is packed by gzip is unpacked, UTF-16 is read, and other packings are named", async () => {
  const bytes = gzipSync(all);
  const each = async function* (size) {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  };
  const little = Buffer.from(`\ufeff${all}`, "utf16le");
  const big = Buffer.from(little).swap16();
  for (const source of [
    [bytes],
    bytes,
    new Blob([bytes]),
    new Blob([bytes]).stream(),
    each(1),
    each(100),
    [gzipSync(little)],
  ]) {
    assert.deepEqual(told(await checkRunStream(source)), [40, []]);
  }
  for (const source of [[little], [big], new Blob([little]).stream(), [...little].map((byte) => Uint8Array.of(byte))]) {
    assert.deepEqual(told(await checkRunStream(source)), [40, []]);
  }
  assert.deepEqual(told(await checkRunStream(new Uint8Array(Buffer.from(all)).buffer)), [40, []]);
  const damaged = Buffer.from(bytes);
  damaged[40] ^= 0xff;
  for (const source of [
    [Uint8Array.of(0x1f, 0x8b, 0xff)],
    [damaged],
    [bytes.subarray(0, -9)],
    [bytes.subarray(0, 60)],
  ]) {
    await refused(source, "are packed by gzip and are damaged or cut off");
  }
  for (const [begin, words] of [
    ["504b030414000000", "are a zip archive; unpack it first, as with `unzip`"],
    ["28b52ffd00000000", "packed by zstd"],
    ["fd377a585a0000", "packed by xz"],
    ["425a6839314159", "packed by bzip2"],
    ["6100620063", "they are binary"],
    ["c3", "no text in UTF-8, or end in the middle of a character"],
    ["fffe61", "no text in UTF-16LE"],
  ]) {
    await refused([Buffer.from(begin, "hex")], words);
  }
  // What a source throws is its own.
  const breaks = async function* () {
    yield bytes.subarray(0, 50);
    throw new Error("unplugged");
  };
  await assert.rejects(checkRunStream(breaks()), /^Error: unplugged$/);
});

test("a quote that stays open takes time as its text does, whatever the chunks", async () => {
  const piece = Buffer.alloc(64, "x");
  const timed = async (times) => {
    const source = function* () {
      yield `${HEAD}\n"`;
      for (let n = 0; n < times; n += 1) yield piece;
    };
    const began = performance.now();
    await refused(source(), "a quote is opened in the record");
    return performance.now() - began;
  };
  await timed(1_000);
  const [short, long] = [await timed(10_000), await timed(160_000)];
  // Sixteen times as much; were it gone over again with each chunk, 256 times.
  assert.ok(long < 80 * Math.max(short, 5), `${short} and ${long} ms`);
  await refused([`${HEAD}\n"`, "x".repeat(22_000_000)], "a quote may be left open in it");
});

test("others come to their turn within one long text, and a signal ends it there and while nothing comes", async () => {
  const long = [HEAD, ...names.flatMap(rowsOf), ...Array.from({ length: 200_000 }, () => "")].join(
    `\n${" ".repeat(200)}`,
  );
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  });
  const seen = [];
  await checkRunStream(long, { onProgress: ({ bytes }) => seen.push(bytes) });
  clearInterval(timer);
  assert.ok(turns > 1 && seen.some((bytes) => bytes > 0 && bytes < long.length), `${turns} turns, ${seen}`);
  const soon = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 10);
    return controller.signal;
  };
  await assert.rejects(checkRunStream(long, { signal: soon() }), /enough/);
  // The source is let go, so that nothing of it keeps a program from its end.
  let isLet = false;
  const cancel = () => {
    isLet = true;
  };
  const silent = new ReadableStream({ start: (controller) => controller.enqueue(HEAD), cancel });
  await assert.rejects(checkRunStream(silent, { signal: soon() }), /enough/);
  assert.ok(isLet);
  const pipe = new PassThrough();
  pipe.write(HEAD);
  await assert.rejects(checkRunStream(pipe, { signal: soon() }), /enough/);
  assert.ok(pipe.destroyed);
});

test("files that are put together are read, whatever ends and begins them", async () => {
  const csv = (...runs) => [HEAD, ...runs.flatMap(rowsOf)].join("\n");
  const events = (...runs) => [EVENTS, ...runs.flatMap(eventsOf)].join("\r\n");
  const json = '{"project":"p","domain":"d","run_name":"r3","name":"a0","phase":5,"attempts":1}';
  const printed = [
    ` ${HEAD.replaceAll(",", " | ")} `,
    HEAD.replace(/\w/g, "-").replaceAll(",", "+"),
    ...rowsOf("r4").map((row) => ` ${row.replaceAll(",", " | ")} `),
    "(1 row)",
  ].join("\n");
  const tabs = csv("r5", "r6").replaceAll(",", "\t");
  const files = [csv("r1", "r2"), events("r2", "r1"), csv("r7"), json, printed, tabs, csv("r8")];
  for (const between of ["\n", "\r\n", "\n\n(3 rows)\n", "\n\ufeff", "\ufeff", "\r"]) {
    for (const size of [2, 1 << 16]) {
      const answer = await checkRunStream(chunked(`\ufeff${files.join(between)}`, size));
      assert.deepEqual([answer.runs, answer.rows, answer.ok], [8, 14, 8], JSON.stringify(between));
    }
  }
});
