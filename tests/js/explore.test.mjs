// The explorer's pure parts: reports put together, words for them, coverage, and what is taken along.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { diagram, explore, exploreFixes, exploreModels, Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { counterexamples, differs, headline, reportJson, rowsOf, worst } = await load("./www/explore/report.ts");
const { listed, megabytes, modelSentence, rate, thousands } = await load("./www/explore/words.ts");
const { totalOf } = await load("./www/explore/total.ts");
const { exploredFrom } = await load("./www/explored.ts");
const { coverageOf } = await load("./www/explore/coverage.ts");
const { cellWords, changed, changesIn, effectOf, tableOf } = await load("./www/explore/fixes.ts");
const { crc32, zip } = await load("./www/explore/zip.ts");

const SIDES = [
  { name: "as documented", rules: "documented" },
  { name: "as coded", rules: "upstream" },
];
const models = await exploreModels();
const search = async (side, name, options = {}) => {
  const model = models.find((each) => each.name === name);
  const asked = { rules: side.rules, model: name, ...options };
  return { side, model, options: asked, found: { ...(await explore(asked)), ms: 1 } };
};
const both = async (name, options) => [await search(SIDES[0], name, options), await search(SIDES[1], name, options)];

test("numbers are told as people read them", () => {
  assert.deepEqual([0, 999, 1000, 2_000_000, 1234567].map(thousands), ["0", "999", "1,000", "2,000,000", "1,234,567"]);
  assert.deepEqual([0, 1 << 20, 1.5 * 2 ** 20, 2 ** 30].map(megabytes), ["0 MB", "1 MB", "1.5 MB", "1,024 MB"]);
  assert.deepEqual(
    [rate(10, 10), rate(300, 1_000), rate(123_456, 1_000), rate(3_210_000, 1_000)],
    ["–", "300 states/s", "123,000 states/s", "3.2 M states/s"],
  );
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed), ["", "a", "a and b", "a, b and c"]);
});

test("every model is told in sentences, and no input or call of it is left out", () => {
  for (const model of models) {
    const sentence = modelSentence(model);
    assert.doesNotMatch(sentence, /undefined|null|\[object|\.\.| {2}/, model.name);
    assert.match(sentence, /^A .*\.$/, model.name);
    // One more input, or one less, is another sentence, but for true replies, which go without saying, and for signals
    // where no condition waits for one.
    const silent = ["reply", ...(model.actions.some((kind) => /condition/i.test(kind)) ? [] : ["signal"])];
    assert.equal(/signalled/.test(sentence), model.inputs.includes("signal") && !silent.includes("signal"), model.name);
    for (const input of model.inputs.filter((input) => !silent.includes(input))) {
      const without = { ...model, inputs: model.inputs.filter((other) => other !== input) };
      assert.notEqual(modelSentence(without), sentence, `${model.name}: ${input}`);
    }
    for (const call of model.calls) {
      const without = { ...model, calls: model.calls.filter((other) => other !== call) };
      assert.notEqual(modelSentence(without), sentence, `${model.name}: ${call}`);
    }
  }
});

test("what is told of several searches is told of all of them", async () => {
  const outcomes = await both("a parent and its child");
  const [a, b] = outcomes.map(({ found }, at) => ({ ...found, ms: 100 * (at + 1) }));
  const total = totalOf([a, b]);
  assert.deepEqual(
    [total.states, total.transitions, total.ms],
    [a.states + b.states, a.transitions + b.transitions, 300],
  );
  assert.deepEqual(
    [total.frontier, total.depth, total.bytes],
    [0, Math.max(a.depth, b.depth), Math.max(a.bytes, b.bytes)],
  );
  assert.equal(total.ended, "complete");
  assert.deepEqual([totalOf([]).states, totalOf([]).ms, totalOf([a]).states], [0, 0, a.states]);
});

test("an address that was written by hand names rules, a model and a property", () => {
  for (const [hash, explored] of [
    ["#explore", { tab: "holds" }],
    [
      "#explore/upstream/a-parent-and-its-child/P44",
      { tab: "holds", rules: "upstream", model: "a parent and its child", find: "P44" },
    ],
    [
      "#explore/both/a%20task%2C%20aborted_and_created_again",
      { tab: "holds", rules: "both", model: "a task, aborted and created again" },
    ],
    ["#explore/fixes/documented/every", { tab: "fixes", rules: "documented", model: "every" }],
    ["#explore/how", { tab: "how" }],
    ["#explorer", null],
    ["#v2/d/0/z", null],
    ["", null],
    ["#explore/%E0%A4%A", { tab: "holds" }],
  ])
    assert.deepEqual(exploredFrom(hash), explored, hash);
});

test("two rule sets stand side by side, and the row says what is worst", async () => {
  const outcomes = await both("a parent and its child");
  const rows = rowsOf(SIDES, outcomes);
  const row = (id) => rows.find(({ property }) => property === id);
  assert.deepEqual(
    row("P4").cells.map(({ verdict }) => verdict),
    ["holds", "violated"],
  );
  assert.deepEqual([row("P4").cells[1].finding.length, row("P4").cells[1].fault], [2, "none"]);
  assert.deepEqual([worst(row("P4")), differs(row("P4"))], ["violated", true]);
  assert.deepEqual([worst(row("P5")), differs(row("P5"))], ["holds", false]);
  assert.deepEqual([worst(row("S3")), differs(row("S3"))], ["never", false]);
  const numbers = rows.map(({ property }) => property).filter((id) => id.startsWith("P"));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a.slice(1) - b.slice(1)),
  );
  const said = SIDES.map((_, at) => headline(SIDES, rows, outcomes, at));
  assert.match(
    said[0],
    new RegExp(
      `^All ${numbers.length} properties hold, and 2 of 3 possibilities happen: all 1,981 states, up to 14 commands\\.$`,
    ),
  );
  // The numbers of a sentence add up to all that were asked, and so do the groups of the table.
  assert.equal(numbers.length + 3, rows.length);
  assert.match(
    said[1],
    new RegExp(
      `^8 of ${numbers.length} properties are violated, and 2 of 3 possibilities happen: all 1,037 states, up to 12 commands\\.$`,
    ),
  );
});

test("of several models, the mildest that breaks a property tells it, whatever their order", async () => {
  const side = SIDES[1];
  const names = ["a parent and its child", "a task, aborted and created again", "restarts"];
  const outcomes = [];
  for (const name of names) outcomes.push(await search(side, name));
  const forth = rowsOf([side], outcomes);
  const back = rowsOf([side], outcomes.toReversed());
  const essence = (rows) =>
    rows.map(({ property, cells: [cell] }) => [property, cell.verdict, cell.fault, cell.finding?.length]);
  assert.deepEqual(essence(forth), essence(back));
  const cell = (id) => forth.find(({ property }) => property === id).cells[0];
  assert.deepEqual([cell("P4").fault, cell("P4").model], ["none", "a parent and its child"]);
  assert.equal(cell("P1").verdict, "violated");
  // Restarts are not needed for it, though a model with restarts breaks it as well.
  assert.equal(cell("P1").fault, "op");
  // An abort happens in one of them, so that it does not in another is no matter.
  assert.equal(cell("S3").verdict, "happens");
  assert.match(
    headline([side], forth, outcomes, 0),
    /are violated, and 3 of 3 possibilities happen: all [\d,]+ states in 3 models\.$/,
  );
});

test("what was cut short says so: how far it got, and what is left", async () => {
  const cut = await search(SIDES[0], "a parent and its child", { states: 100 });
  const rows = rowsOf([SIDES[0]], [cut]);
  assert.equal(rows.find(({ property }) => property === "P4").cells[0].verdict, "holdsSoFar");
  assert.match(
    headline([SIDES[0]], rows, [cut], 0),
    /^No violation within 100 states; no more were allowed; frontier \d+\.$/,
  );
  const stopped = { ...cut, found: { ...cut.found, states: 2_000_000, frontier: 431_122, ended: "stopped" } };
  assert.equal(
    headline([SIDES[0]], rows, [stopped], 0),
    "No violation within 2,000,000 states; stopped; frontier 431,122.",
  );
  // Undecided in one model is undecided in all of them together.
  const whole = await search(SIDES[0], "a task");
  assert.equal(
    rowsOf([SIDES[0]], [whole, cut]).find(({ property }) => property === "P4").cells[0].verdict,
    "holdsSoFar",
  );
});

test("coverage counts declared changes, gives a reason for each that is missing, and names those beyond", async () => {
  const plain = await search(SIDES[0], "a task");
  const coverage = coverageOf("", diagram("documented"), [plain]);
  assert.equal(coverage.met + coverage.missed.length, diagram("documented").edges.length);
  assert.deepEqual(coverage.beyond, []);
  const reason = (coverage, to, rule) =>
    coverage.missed.find(({ edge }) => edge.to === to && edge.rule === rule)?.reason;
  assert.equal(reason(coverage, "PAUSED", "ConditionPaused"), "There is no condition in this model.");
  assert.equal(reason(coverage, "RECOVERED", "RecoveredRecorded"), "In this model, no action is recovered.");
  assert.equal(reason(coverage, "ABORTED", "AbortRequested"), "In this model, nobody aborts.");
  assert.equal(reason(coverage, "TIMED_OUT", "AttemptTimedOut"), "In this model, no task has a maximum runtime.");
  assert.ok(coverage.missed.every(({ reason }) => reason.endsWith(".")));
  const cut = coverageOf("", diagram("documented"), [await search(SIDES[0], "a task", { depth: 1 })]);
  assert.equal(reason(cut, "SUCCEEDED", "PluginSucceeded"), "The search ended before it came there.");
  const stopped = { ...plain, found: { ...plain.found, edges: [], ended: "stopped" } };
  const early = coverageOf("", diagram("documented"), [stopped]);
  assert.equal(reason(early, "SUCCEEDED", "PluginSucceeded"), "The search ended before it came there.");
  const twice = await search(SIDES[1], "a parent and its child, aborted and created again");
  const beyond = coverageOf("", diagram("upstream"), [twice]).beyond;
  assert.ok(beyond.some(({ from, to, model }) => from === "SUCCEEDED" && to === "ABORTED" && model.includes("again")));
});

test("each counterexample is a trace that can be played, and all of them are one archive", async () => {
  const outcomes = await both("a parent and its child");
  const rows = rowsOf(SIDES, outcomes);
  const files = counterexamples(SIDES, rows);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["p4", "p23", "p24", "p35", "p36", "p37", "p44", "p47"].map((id) => `${id}.as-coded.trace`),
  );
  for (const { text } of files) {
    assert.match(text, /^# P\d+, as coded: .+\n# violated in \d+ commands?, /);
    assert.ok(Simulation.fromTrace(text).commands().length > 0);
  }
  const archive = zip(files);
  const folder = mkdtempSync(join(tmpdir(), "flyte-lifecycle-"));
  try {
    writeFileSync(join(folder, "all.zip"), archive);
    const script =
      "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])";
    const python = spawnSync("python3", ["-c", script, join(folder, "all.zip"), folder], { encoding: "utf8" });
    if (python.error) assert.deepEqual(unzipped(archive), files);
    else {
      assert.equal(python.status, 0, python.stderr);
      for (const { name, text } of files) assert.equal(readFileSync(join(folder, name), "utf8"), text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.deepEqual(unzipped(archive), files);
  assert.deepEqual(zip(files), archive);
});

/** Reads an archive as the format describes it, by its directory. */
function unzipped(bytes) {
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const text = (from, length) => new TextDecoder().decode(bytes.subarray(from, from + length));
  const files = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const [size, named] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const local = view.getUint32(at + 42, true);
    const begin = local + 30 + view.getUint16(local + 26, true);
    assert.equal(view.getUint32(at + 16, true), crc32(bytes.subarray(begin, begin + size)));
    files.push({ name: text(at + 46, named), text: text(begin, size) });
    at += 46 + named;
  }
  return files;
}

test("the checksum is the usual one", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("the report says everything as data", async () => {
  const outcomes = await both("a task");
  const rows = rowsOf(SIDES, outcomes);
  const report = JSON.parse(reportJson("0123", SIDES, rows, outcomes));
  assert.deepEqual([report.format, report.version, report.upstream], ["flyte-lifecycle exploration", 1, "0123"]);
  assert.equal(report.properties.length, rows.length);
  assert.deepEqual(
    report.searches.map(({ side, states }) => [side, states]),
    [
      ["as documented", 89],
      ["as coded", 67],
    ],
  );
  const broken = report.properties.flatMap(({ verdicts }) => verdicts).filter(({ verdict }) => verdict === "violated");
  assert.ok(broken.length > 0 && broken.every(({ finding }) => finding.trace.startsWith("flyte-lifecycle trace 1")));
});

test("the table of fixes has a line for each change that makes a difference, and a column for each property", async () => {
  const models = ["a parent and its child"];
  const { base, tries } = await exploreFixes({ models });
  const { properties, lines, idle } = tableOf(base, tries);
  assert.equal(lines.length + idle.length, tries.length);
  assert.deepEqual(lines.map(changesIn).toSorted(), [
    "attemptCheck: enforced",
    "failurePace: interval",
    "promotion: none",
    "retry: recorded",
    "systemFailureReset: newAttempt",
    "watchEnd: withRow",
  ]);
  // Broken to begin with, and P7, which a fix of something else breaks.
  for (const id of ["P4", "P23", "P24", "P35", "P36", "P37", "P44", "P47", "P7"])
    assert.ok(properties.includes(id), id);
  assert.deepEqual(
    properties,
    properties.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })),
  );
  const retry = lines.find((column) => changesIn(column) === "retry: recorded");
  assert.equal(effectOf(retry), "mends P37; breaks P7");
  const cell = (property) => retry.verdicts.find((each) => each.property === property);
  assert.equal(cellWords(cell("P37")), "mended");
  assert.match(
    cellWords(cell("P7")),
    /^broken by this change in \d+ commands, in the model “a parent and its child”; nothing/,
  );
  assert.match(cellWords(cell("P4")), /^still broken in 2 commands/);
  assert.equal(cellWords(cell("P5")), "holds as before");
  // What the table says is what a search under those rules says.
  const rules = changed("upstream", retry.changes);
  assert.deepEqual(rules, { base: "upstream", retry: "recorded" });
  const { verdicts } = await explore({ rules, model: models[0], properties: ["P7", "P37"] });
  assert.deepEqual(
    verdicts.map(({ verdict, finding }) => [verdict, finding?.length]),
    [
      ["violated", cell("P7").length],
      ["holds", undefined],
    ],
  );
  assert.deepEqual(changed({ base: "documented", guard: "table" }, { guard: "numeric", retry: "inPlace" }), {
    base: "documented",
    guard: "numeric",
    retry: "inPlace",
  });
});
