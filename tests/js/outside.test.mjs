// What comes from outside may be anything: links of a newer page, names that every object has, rules in part. Attacks of
// 2026-11-30 (A1 to A4), each as the kind that it is one of, with the store, the words and the links and no browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import init from "flyte-lifecycle/init";
import { load } from "./load.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
await init(read("pkg/flyte_lifecycle_bg.wasm"));

const store = await load("./www/store.ts");
const { decode, encode } = await load("./www/location.ts");
const { inWords, labelOf } = await load("./www/words/commands.ts");
const { SCENARIOS } = await load("./www/scenarios.ts");
const { readEmbed } = await load("./www/element/embed.ts");
const { exploredFrom } = await load("./www/explored.ts");
const { get } = store;
await store.start();

/** What every object has without having been given it. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);
/** What JSON can put where a word or a number is expected. */
const ANYTHING = [
  null,
  true,
  7,
  -1e21,
  "",
  "constructor",
  "x".repeat(5_000),
  [],
  [1],
  {},
  { toString: 1 },
  { includes: 1 },
];
const TYPES = [
  ...["createRun", "enqueue", "import", "recover", "plugin", "exit", "signal", "abortAction", "abortRun", "abortReply"],
  ...["updatePhase", "advance", "fire", "deliver", "drop", "duplicate", "fault", "restart", "pauseAction"],
  ...INHERITED,
];
const FIELDS = [
  ...["action", "run", "parent", "task", "condition", "trace", "result", "failure", "value", "code", "ms", "call"],
  ...["service", "reply", "phase", "timer", "item", "by", "reason", "resource", "attempts", "drawMs", "downMs"],
];
/** Commands with every field left out, and with each of them as anything. */
function* strange() {
  for (const type of TYPES) {
    yield { type };
    yield { type, action: "r1/a0" };
    for (const field of FIELDS)
      for (const value of ANYTHING) yield { type, action: "r1/a0", run: "r1", [field]: value };
    for (const value of ANYTHING)
      yield { type, action: "r1/a0", result: { phase: value, error: value }, value: { bool: value } };
  }
}
const asJson = (value) =>
  `j${encodeURIComponent(JSON.stringify(value)).replace(/[.~!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
const linkOf = (...steps) => `#v2/d/${steps.length + 1}/cr1~${steps.map((step) => `${asJson(step)}~`).join("")}z`;

test("whatever a command is, it has a label and a line, and neither is long", () => {
  let count = 0;
  for (const command of strange()) {
    const [label, line] = [labelOf(command), inWords(command)];
    assert.ok(typeof label === "string" && typeof line === "string", JSON.stringify(command));
    assert.ok(line.length < 200, `${line.length} characters: ${line.slice(0, 80)}`);
    assert.doesNotMatch(line, /undefined|\[object|native code|NaN/, JSON.stringify(command));
    count += 1;
  }
  assert.ok(count > 5_000);
});

test("a link with a command of a newer version opens as far as it holds, and says at which step it ends", () => {
  const newer = { type: "pauseAction", action: "r1/a0" };
  assert.equal(linkOf(newer), "#v2/d/2/cr1~j%7B%22type%22%3A%22pauseAction%22%2C%22action%22%3A%22r1%2Fa0%22%7D~z");
  store.openLink(decode(linkOf(newer)));
  assert.equal(get().commands.length, 1);
  assert.equal(get().notice.title, "This link opens up to here");
  assert.match(
    get().notice.text,
    /^Step 2 of 2, “r1\/a0: pauseAction”, no longer holds: The command cannot be read: `type` is /,
  );
});

test("whatever steps a link has, it is read and opened, and the store is never left without a run", () => {
  for (const command of strange()) {
    const link = decode(linkOf(command));
    assert.ok(link.commands.length >= 1, JSON.stringify(command));
    encode(link);
    store.openLink(link);
    assert.ok(get().commands.length >= 1, JSON.stringify(command));
    assert.equal(get().snapshot.actions[0]?.id, "r1/a0");
  }
  // Compared, played by hand and under other rules, they are said as well.
  store.openLink(decode(linkOf({ type: "signal", action: "r1/a0" })));
  assert.match(store.tell(0, "upstream").stopped, /^Step 2, “r1\/a0: Signal”, is refused/);
  store.deliverBy(true);
  store.switchRules("upstream");
  assert.equal(get().commands.length > 0, true);
});

test("what every object has is no letter, no name and no rule set of a link", () => {
  for (const name of INHERITED) {
    assert.deepEqual(decode(`#v2/${name}/0/z`).broken, { why: "config", step: 0, of: 0, text: name });
    // As a kind, a phase or a type of a step, as a letter it can be none.
    for (const step of [`E.x.r.${name}`, `E.x.${name}`, `L.${name}`, `F.${name}.c.m`, `G.${name}.1`]) {
      const { commands, broken } = decode(`#v2/d/2/cr1~${step}~z`);
      assert.deepEqual([commands.length, broken?.why, broken?.step], [1, "token", 2], step);
    }
    assert.equal(decode(`#${name}/1`), null);
    assert.equal(exploredFrom(`#explore/${name}`).tab, "holds");
    assert.equal(readEmbed(`?embed&theme=${name}&controls=${name}&panels=${name}`, ["log"]).problems.length, 3);
    assert.equal(store.scenarioOf(name), undefined);
  }
});

test("rules that name no base are those that the engine takes them for, wherever the page looks at them", () => {
  for (const [rules, current] of [
    [{}, "documented"],
    [{ guard: "table" }, "table"],
  ]) {
    const link = decode(`#v2/${asJson({ rules })}/1/cr1~z`);
    assert.deepEqual(link.config, { rules });
    store.openLink(link);
    assert.equal(get().notice, null);
    assert.equal(get().rules, "documented");
    assert.equal(store.settings().rules.base ?? store.settings().rules, "documented");
    const guard = () => get().divergences.find(({ policy }) => policy === "guard").current;
    assert.equal(guard(), current);
    assert.equal(store.changedPolicies(get()).length, current === "table" ? 1 : 0);
    store.setPolicy("guard", "numeric");
    assert.equal(guard(), "numeric");
    assert.deepEqual(decode(encode(store.toLink(false))).config.rules, { base: "documented", guard: "numeric" });
    store.resetPolicies();
    assert.equal(guard(), "documented");
    store.switchRules("upstream");
    assert.equal(get().rules, "upstream");
    assert.notEqual(store.tell(0, "documented").steps.length, 0);
  }
});

test("no storage, no query and no fragment that is cut in an escape makes the page throw", () => {
  for (const text of ["%", "%E0%A4%A", "%C3", "a%zz", "%u0041"]) {
    exploredFrom(`#explore/${text}/${text}`);
    readEmbed(`?embed=${text}&scenario=${text}&panels=${text}`, []);
    for (const place of [
      `#${text}`,
      `#v2/${text}/1/z`,
      `#v2/d/1.p${text}.n${text}.x${text}/cr~z`,
      `#v2/d/1/c${text}~z`,
    ])
      decode(place);
  }
});

test("a value of a link that nests without end is no step and no configuration", () => {
  for (const depth of [1_000, 100_000]) {
    const deep = "[".repeat(depth) + "]".repeat(depth);
    const link = decode(`#v2/d/2/cr1~j${encodeURIComponent(`{"type":"createRun","run":${deep}}`)}~z`);
    assert.deepEqual([link.commands.length, link.broken.step], [1, 2]);
    encode(link);
    assert.equal(decode(`#v2/j${encodeURIComponent(`{"seed":${deep}}`)}/1/cr~z`).broken.why, "config");
  }
});

test("whatever a browser has kept, the tour goes on with one of its steps", async (t) => {
  const { resumeAt, STEP_COUNT } = await load("./www/tour/progress.ts");
  const { STEPS } = await load("./www/tour/steps.ts");
  assert.equal(STEPS.length, STEP_COUNT);
  let kept = null;
  globalThis.localStorage = { getItem: () => kept };
  t.after(() => delete globalThis.localStorage);
  for (const [value, step] of [
    [null, 0],
    ["", 0],
    ["0", 0],
    ["5", 5],
    ["6", 0],
    ["through", 0],
    ["1e999", 0],
    ["2.5", 0],
    ["-1", 0],
    ["NaN", 0],
    [" 3", 0],
    ["constructor", 0],
    ["9".repeat(5_000), 0],
  ]) {
    kept = value;
    assert.equal(resumeAt(), step, String(value));
  }
});

test("a trace that an element fetches is given up when it is longer than any, whatever its server says of it", async () => {
  const { textUpTo } = await load("./www/bounds.ts");
  assert.equal(await textUpTo(new Response("größer"), 8), "größer");
  await assert.rejects(textUpTo(new Response("größer!"), 8), /has more than/);
  await assert.rejects(textUpTo(new Response("x", { headers: { "content-length": "9" } }), 8), /has more than/);
  assert.equal(await textUpTo(new Response(null), 8), "");
  let sent = 0;
  let cancelled = false;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(1_000));
    },
    cancel() {
      cancelled = true;
    },
  });
  await assert.rejects(textUpTo(new Response(endless), 10_000), /has more than/);
  assert.ok(cancelled && sent < 20, `${sent} pieces were fetched`);
});

test("what turns the words around it is shown, and nothing else of a text is changed", async () => {
  const { shownText, sourceText, xmlText } = await load("./www/words/characters.ts");
  assert.equal(shownText("a\u202eb\u2069"), "a\\u{202e}b\\u{2069}");
  for (const text of ["plain", "שלום عليكم", "👨\u200d👩\u200d👧", "a\tb\nc", "\u200f!", "\ud800"])
    assert.equal(shownText(text), text);
  assert.equal(sourceText("👩\u200d👧\r"), "👩\\u{200d}👧\\u{d}");
  assert.equal(xmlText("a\u0000\ufffe\uffff\ud800\u{1ffff}b"), "a\ufffd\ufffd\ufffd\ufffd\u{1ffff}b");
});

test("every situation still reads as it did", () => {
  for (const { commands } of SCENARIOS) for (const command of commands) assert.notEqual(inWords(command), "");
});
