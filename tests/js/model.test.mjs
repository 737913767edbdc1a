// Links have the version of the model, so that one which was made under an older model can say where its run tells another
// story. This test notices that the version has to be raised: model.json has what each trace asks and what it tells, as
// two short hashes, and traces are what the model tells (tests/stories.rs and tests/package hold them to that).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { MODEL } = await load("./www/link/model.ts");
const KEPT = new URL("model.json", import.meta.url);
const TRACES = new URL("../traces/", import.meta.url);
const UPDATE = "UPDATE_MODEL=1 node --test tests/js/model.test.mjs";

const hash = (lines) => createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 8);

/** What a trace asks, its configuration and commands, and what it tells, its facts; comments say neither. */
function parted(text) {
  const asked = [];
  const told = [];
  let facts = false;
  for (const line of text.split("\n")) {
    if (line === "") facts = false;
    else if (line === "----") facts = true;
    else if (!line.startsWith("# ")) (facts ? told : asked).push(line);
  }
  return `${hash(asked)} ${hash(told)}`;
}

/** What a person has to decide before the version in force is that of the traces, in a sentence; null if nothing. */
function trouble(kept, now) {
  const other = Object.keys(now.traces).filter((name) => {
    const [asked, told] = kept.traces[name]?.split(" ") ?? [];
    const [nowAsked, nowTold] = now.traces[name].split(" ");
    return asked === nowAsked && told !== nowTold;
  });
  if (other.length > 0 && now.model <= kept.model) {
    const names = `${other.slice(0, 5).join(", ")}${other.length > 5 ? ` and ${other.length - 5} more` : ""}`;
    const raise = `raise MODEL in www/link/model.ts to ${kept.model + 1}, so that older links say so`;
    return `The model tells another story of ${names}: ${raise}, then run \`${UPDATE}\`.`;
  }
  if (now.model >= kept.model) return null;
  return `MODEL in www/link/model.ts was ${kept.model}, and is ${now.model}: a version never comes again; raise it.`;
}

/** What is only to be written down: traces that are new or gone or ask something else, and a version that was raised. */
const behind = (kept, now) =>
  JSON.stringify(kept) === JSON.stringify(now)
    ? null
    : `tests/js/model.json is behind the traces, or behind MODEL in www/link/model.ts: run \`${UPDATE}\`.`;

function present() {
  const names = readdirSync(TRACES).filter((name) => name.endsWith(".trace"));
  const traces = Object.fromEntries(
    names.sort().map((name) => [name.replace(/\.trace$/, ""), parted(readFileSync(new URL(name, TRACES), "utf8"))]),
  );
  return { model: MODEL, traces };
}

test("the version of the model is raised whenever a trace tells other facts", () => {
  const kept = JSON.parse(readFileSync(KEPT, "utf8"));
  const now = present();
  assert.ok(Object.keys(now.traces).length > 100);
  assert.equal(trouble(kept, now), null);
  if (process.env.UPDATE_MODEL) writeFileSync(KEPT, `${JSON.stringify(now, null, 2)}\n`);
  else assert.equal(behind(kept, now), null);
});

test("a change of the model is told from a change of what is asked, and from one of the comments", () => {
  const trace = readFileSync(new URL("retries-exhausted.documented.trace", TRACES), "utf8");
  const kept = { model: 3, traces: { retries: parted(trace) } };
  const after = (text, model = 3) => {
    const now = { model, traces: { retries: parted(text) } };
    return trouble(kept, now) ?? behind(kept, now);
  };
  assert.equal(after(trace), null);
  assert.equal(after(trace.replace(/^# .*$/m, "# In other words.")), null);
  const otherFacts = trace.replace("RUNNING→FAILED", "RUNNING→ABORTED");
  assert.match(
    after(otherFacts),
    /another story of retries: raise MODEL in www\/link\/model\.ts to 4, .*UPDATE_MODEL=1/,
  );
  assert.match(after(otherFacts, 4), /is behind the traces, or behind MODEL/);
  assert.match(after(trace.replace("maxAttempts=", "maxAttempts=1")), /is behind the traces/);
  assert.match(after(trace, 2), /was 3, and is 2/);
  const { retries } = kept.traces;
  assert.match(behind(kept, { model: 3, traces: { retries, more: "a b" } }), /is behind the traces/);
  assert.match(behind(kept, { model: 3, traces: {} }), /is behind the traces/);
});
