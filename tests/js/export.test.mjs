import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { checkRun, diagram, Simulation } from "flyte-lifecycle";
import { load } from "./load.mjs";

const { dot, mermaid, NOTHING_SHOWN, scxml } = await load("./www/export/diagram.ts");
const { diagramSvg, PALETTE, timelineSvg } = await load("./www/export/svg.ts");
const { recordJson } = await load("./www/export/record.ts");
const { jsTest, rustTest, slug } = await load("./www/export/tests.ts");
const { axisOf, lanesOf } = await load("./www/geometry/timeline.ts");
const { trailOf } = await load("./www/geometry/trail.ts");
const { asking } = await load("./www/rules.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");
const { PHASES } = await load("./www/words/phases.ts");

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A run as the page hands it to the export. */
function run({ title, commands, rules = "documented" }) {
  const config = { rules };
  const sim = new Simulation(asking(config));
  for (const command of commands) sim.dispatch(command);
  const actions = sim.snapshot().actions;
  return { title, config, commands, events: sim.events(), actions, trace: sim.trace(), start: sim.config().startTime };
}

const scenario = (id) => SCENARIOS.find((each) => each.id === id);

/** Reads XML as strictly as is needed here: every tag is closed, in order, and no bare sign is left in between. */
function wellFormed(xml) {
  const open = [];
  const rest = xml.replace(/<\?[^?]*\?>|<!--(?:(?!--)[\s\S])*-->/g, "").replace(/<[^<>]*>/g, (tag) => {
    const match = /^<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>$/.exec(tag);
    assert.ok(match, `not a tag: ${tag.slice(0, 120)}`);
    const [, closing, name, attributes, empty] = match;
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, each]) => each);
    assert.equal(new Set(names).size, names.length, tag);
    if (closing) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
    return "";
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  assert.doesNotMatch(xml, /&(?!#\d+;|amp;|lt;|gt;|quot;)/);
  assert.doesNotMatch(xml, /NaN|undefined|Infinity|null/);
}

const palette = Object.fromEntries(PALETTE.map((name, at) => [name, `#${String(100_000 + at * 7_777)}`]));
const icons = Object.fromEntries(PHASES.map((phase) => [`i-${phase.toLowerCase().replaceAll("_", "-")}`, "M1 1h3"]));
const HOSTILE = `</title><script>alert("1")</script>&amp; ' \u0000 -->`;

test("every phase and every edge of the engine is in each language, under both rule sets", () => {
  for (const rules of ["documented", "upstream"]) {
    const declared = diagram(rules);
    const [a, b, c] = [mermaid, dot, scxml].map((write) => write(declared, NOTHING_SHOWN, rules));
    for (const { from, to, label, rule } of declared.edges) {
      assert.ok(a.includes(`${from ?? "[*]"} --> ${to} :`), `${from} ${to}`);
      assert.ok(b.includes(`${from ?? '""'} -> ${to} [`), `${from} ${to}`);
      assert.ok(b.includes(label), label);
      assert.ok(c.includes(`<transition event="${rule}.${to}" target="${to}"/>`), rule);
    }
    wellFormed(c);
    const ids = [...c.matchAll(/<(?:state|final) id="(\w+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, target] of c.matchAll(/target="(\w+)"/g)) assert.ok(ids.includes(target), target);
    assert.ok(a.startsWith("%%") && a.includes("stateDiagram-v2"));
  }
});

test("an action's own kind, way and phase are marked", () => {
  const { events } = run(scenario("exhausted"));
  const shown = { kind: "task", phase: "FAILED", taken: trailOf(events, "flaky/a0").taken };
  const text = mermaid(diagram("documented"), shown, "title");
  assert.match(text, /RUNNING --> FAILED : .*\(taken ×3\)/);
  assert.match(text, /class FAILED present/);
  assert.doesNotMatch(text, /PAUSED/);
  assert.match(dot(diagram("documented"), shown, 'a "title"'), /label="a \\"title\\""/);
  assert.match(dot(diagram("documented"), shown, ""), /FAILED -> QUEUED \[label="[^"]*×2", penwidth=2\.4\]/);
});

test("pictures are whole, stand by themselves and take no markup from names", () => {
  for (const each of SCENARIOS) {
    const told = run(each);
    const lanes = lanesOf(told.events).map((lane) => ({ ...lane, action: lane.action + HOSTILE }));
    const axis = axisOf(told.events, { width: 1_000, compress: true, start: told.start });
    const svg = timelineSvg({ title: each.title + HOSTILE, events: told.events, lanes, axis }, palette, icons);
    wellFormed(svg);
    assert.doesNotMatch(svg, /<script|href=|var\(|class=|style=/, each.id);
  }
  const picture = {
    title: HOSTILE,
    edges: [">QUEUED", "QUEUED>RUNNING", "RUNNING>RUNNING", "FAILED>QUEUED"].map((key, at) => ({ key, taken: at })),
    visited: new Set(["QUEUED"]),
    current: "RUNNING",
    note: HOSTILE,
    labels: { RUNNING: HOSTILE, WAITING_FOR_RESOURCES: "Waiting for resources" },
  };
  const svg = diagramSvg(picture, palette, icons);
  wellFormed(svg);
  assert.doesNotMatch(svg, /<script|href=|var\(|class=|style=/);
  for (const phase of PHASES.filter((phase) => phase !== "WAITING_FOR_RESOURCES"))
    assert.ok(svg.includes(`>${phase}<`));
  assert.ok(svg.includes("×3"));
});

test("every situation copied as a test for JavaScript passes, and fails when the run goes otherwise", async () => {
  // Inside the package, so that its own name can be imported.
  const folder = await mkdtemp(join(ROOT, "pkg/copied-"));
  try {
    const hostile = { ...scenario("approval"), title: `it's */ "quoted" \${here}\nand \u2028 there` };
    const files = [];
    for (const [at, each] of [...SCENARIOS, hostile].entries()) {
      const file = join(folder, `${at}.test.mjs`);
      await writeFile(file, jsTest(run(each)));
      files.push(file);
    }
    // Without the environment of this test, which would make theirs report to it.
    const good = spawnSync(process.execPath, ["--test", ...files], { encoding: "utf8", env: {} });
    assert.equal(good.status, 0, good.stdout);
    const other = { ...run(scenario("late")), commands: scenario("late").commands.slice(0, -1) };
    await writeFile(files[0], jsTest(other));
    const bad = spawnSync(process.execPath, ["--test", files[0]], { encoding: "utf8", env: {} });
    assert.notEqual(bad.status, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A simulation as a record, from its text again. */
const record = (sim) => JSON.parse(recordJson(sim.snapshot().actions.map(({ id }) => sim.protojson(id))));

test("every situation as protojson is read back by checkRun to the same rows", () => {
  const rows = (sim) =>
    sim
      .snapshot()
      .actions.map(({ id, phase, attempts, row }) => [id, phase, attempts, row?.cacheStatus].join(" "))
      .sort();
  for (const { id, rules = "documented", config, commands } of SCENARIOS) {
    const sim = new Simulation(asking({ rules, ...config }));
    for (const command of commands) sim.dispatch(command);
    const value = record(sim);
    assert.equal(value.length, sim.snapshot().actions.length, id);
    const check = checkRun(value, { rules });
    assert.ok(check.ok, id);
    const again = new Simulation(check.config);
    for (const command of check.commands) again.dispatch(command);
    assert.deepEqual(rows(again), rows(sim), id);
    // The events came along: without them the log of a run with retries or aborts could not be compared.
    const events = sim.snapshot().actions.map((action) => sim.protojson(action.id).actionEvents.length);
    assert.equal(
      check.actions.reduce((sum, action) => sum + action.events, 0),
      events.reduce((sum, count) => sum + count, 0),
      id,
    );
  }
});

test("an action without a row is in the record as far as its events tell, or not at all", () => {
  const event = { phase: "ACTION_PHASE_RUNNING" };
  const both = { actionDetails: { status: {} }, actionEvents: [] };
  const alone = { actionDetails: null, actionEvents: [event] };
  const told = JSON.parse(recordJson([both, { actionDetails: null, actionEvents: [] }, alone]));
  assert.deepEqual(told, [both, alone]);
  assert.equal(recordJson([]), "[]\n");
});

// cargo compiles and runs tests/copied.rs, which is what the page makes of one situation.
// UPDATE=1 node --test tests/js/export.test.mjs   writes it anew.
test("what is copied as a test for Rust is what cargo test runs", async () => {
  const path = join(ROOT, "tests/copied.rs");
  const found = await readFile(path, "utf8");
  const mark = "// --- copied from the page ---\n\n";
  const head = found.slice(0, found.indexOf(mark) + mark.length);
  const expected = head + rustTest(run(scenario("late")));
  if (process.env.UPDATE) await writeFile(path, expected);
  else assert.equal(found, expected);
});

test("a raw string in Rust holds any trace, and a title makes a name", () => {
  const text = rustTest({ ...run(scenario("happy")), trace: 'a "## b "### c' });
  assert.ok(text.includes('r####"a "## b "### c"####'));
  assert.equal(slug("As coded: the lost failure"), "as_coded_the_lost_failure");
  assert.equal(slug("42 — ¿qué?"), "run_42_qu");
  assert.equal(slug("漢"), "run");
});

/** A run that others have named: its title, a reason, a message and a code hold it. */
function namedBy(text) {
  const error = { code: text, kind: "USER", message: text };
  const commands = [
    { type: "createRun", run: "r", task: { maxAttempts: 2 } },
    { type: "plugin", action: "r/a0", result: { phase: "RetryableFailure", error } },
    { type: "abortRun", run: "r", reason: text },
  ];
  return { ...run({ commands }), title: text };
}

/** What ends a string or a comment of Rust's, what rustc denies in one, and what only looks as if it did. */
const HOSTILE_TO_RUST = [
  "admin\u202e\u2066 // so\u2069\u2066",
  "\u202a\u202b\u202c\u202d\u2067\u2068",
  "a\rb\r\nc\u2028d\u2029e",
  '"',
  '\'"\\" \\n \\u{41} \\',
  "\u0000\u001b[2J\u007f\u0085",
  "\ufffe\uffff\ufeff\u{10ffff}",
  "{ {} }} {0} {name} {:?}",
  'r#"a"# "## "### "#####',
  '"##;\nconst TOLD: &str = r"',
  "*/ /* // /// #[test] //! #![allow(warnings)]",
  "\u{e0041}\u{e007f}\u00ad\u200b\u3164",
  "漢字 👩‍👩‍👧 é \u0301\u0301",
];

// As above: cargo compiles and runs tests/copied/hostile.rs along with tests/copied.rs.
test("what is copied of a hostile run is compiled and run as well", async () => {
  const path = join(ROOT, "tests/copied/hostile.rs");
  const head =
    "//! Runs that were named to break out of a test, each as the page copies it. Written by `tests/js/export.test.mjs`.\n";
  const modules = HOSTILE_TO_RUST.map((text, at) => `\nmod run_${at} {\n${rustTest(namedBy(text))}}\n`);
  const expected = head + modules.join("");
  if (process.env.UPDATE) await writeFile(path, expected);
  else assert.equal(await readFile(path, "utf8"), expected);
});

/** What XML 1.0 calls a character: https://www.w3.org/TR/xml/#charsets */
const XML = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
/** Characters that turn what stands around them: https://www.unicode.org/reports/tr9/#Explicit_Directional_Formatting_Characters */
const TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
/** Every character of the first plane, halves of pairs included, and some of the others, in texts of a thousand. */
const EVERYTHING = Array.from({ length: 66 }, (_, part) =>
  Array.from({ length: 1_000 }, (_, at) =>
    String.fromCodePoint(Math.min(0x10ffff, part * 1_000 + at + (part > 64 ? 0xd0000 : 0))),
  ).join(""),
);

test("pictures and charts are XML whatever a title holds, and nothing in one turns the words around it", () => {
  for (const title of [...EVERYTHING, "a\ud800", "\udfff", "<!-- -- --->", "\ufffe\uffff"]) {
    const axis = axisOf([], { width: 100, compress: true, start: 0 });
    const lanes = [{ action: title.slice(0, 20), segments: [], marks: [], waits: [] }];
    const picture = { title, edges: [], visited: new Set(), current: null, note: "", labels: { RUNNING: title } };
    for (const text of [
      timelineSvg({ title, events: [], lanes, axis }, palette, icons),
      diagramSvg(picture, palette, icons),
      scxml(diagram("documented"), NOTHING_SHOWN, title),
    ]) {
      // A sign that a comment may hold is none to those who count tags.
      wellFormed(text.replace(/<!--(?:(?!--)[\s\S])*-->/g, ""));
      assert.match(text, XML);
      for (const turn of TURNING) assert.ok(!text.includes(turn));
    }
  }
});

const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

test("a copied test hides nothing in its source, says the same all the same, and passes", async () => {
  const texts = [
    `a${TURNING}b`,
    "admin\u202e\u2066 // so\u2069\u2066",
    "\r\n\r",
    "\u0000\u001b[2J\u007f\u0085",
    "a\u00ad\u200b\u200d\ufeff\u2028\u3164",
    "\u{e0041}\u{e007f}",
    '"#"##\\u{41}\\',
    ...EVERYTHING.filter((text) => text.isWellFormed()),
  ];
  const folder = await mkdtemp(join(ROOT, "pkg/copied-"));
  try {
    const files = [];
    for (const [at, text] of texts.entries()) {
      const named = namedBy(text);
      const [js, rust] = [jsTest(named), rustTest(named)];
      assert.doesNotMatch(js, HIDDEN);
      assert.doesNotMatch(rust, HIDDEN);
      // Rust and JavaScript have the escapes that are used in common.
      const lines = /concat!\(([\s\S]*?)^\)/m.exec(rust)?.[1].match(/^ {4}"(?:[^"\\]|\\.)*"(?=,$)/gm);
      if (lines) assert.equal(lines.map((line) => Function(`return ${line}`)()).join(""), named.trace);
      else assert.ok(rust.includes(named.trace));
      files.push(join(folder, `${at}.test.mjs`));
      await writeFile(files.at(-1), js);
    }
    const { status, stdout } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", ...files.slice(0, 12)], {
      encoding: "utf8",
      env: {},
    });
    assert.equal(status, 0, stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
});
