// The gallery without a browser: every real bug as the page would show it, with the package read from disk.
import assert from "node:assert/strict";
import { test } from "node:test";
// The entry for Node reads its modules from disk, for those as well who import the one that loads nothing by itself.
import "flyte-lifecycle";
import { load } from "./load.mjs";

const { entries, referenceOf, scenarioOf, search } = await load("./www/gallery/gallery.ts");

test("the best told come first, and each has all that a card shows", () => {
  const list = entries();
  assert.ok(list.length >= 35, `${list.length}`);
  assert.deepEqual(
    list.slice(0, 6).map(({ number }) => number),
    ["N1", "S01", "S02", "N4", "S21", "N7"],
  );
  assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
  for (const { number, story, needs, links, told } of list) {
    assert.ok(story.title && needs && links.length > 0 && told.wrong, number);
    assert.ok(
      links.every(({ text }) => /^#\d+$/.test(text) || /^[a-z_.]+\.(go|yaml)$/.test(text)),
      number,
    );
  }
});

test("a run opens where it goes wrong, at the fact that is marked", () => {
  for (const entry of entries()) {
    const { incident, at, commands, select, title } = scenarioOf(entry);
    const { from, to, text } = incident.wrong;
    assert.ok(at >= 1 && at <= commands.length && at === incident.index, entry.number);
    assert.ok(to > from && text.endsWith(".") && title.startsWith(`${entry.number}: `), entry.number);
    assert.equal(incident.event.seq, from, entry.number);
    assert.equal(select, incident.event.action ?? undefined, entry.number);
    assert.equal(incident.fixed === null, Object.keys(entry.story.fix).length === 0, entry.number);
  }
  const paused = scenarioOf(entries().find(({ id }) => id === "s21"));
  assert.deepEqual(paused.incident.fixed, { base: "upstream", guard: "upstream" });
});

test("a search finds what has all its words, wherever they stand", () => {
  const found = (text) => search(entries(), text).map(({ number }) => number);
  assert.equal(found("").length, entries().length);
  assert.deepEqual(found("#7875"), ["S21"]);
  assert.deepEqual(found("  PAUSED   guard BEFORE "), ["S21"]);
  assert.deepEqual(found("cacheLease"), ["N13"]);
  assert.ok(found("restart").includes("N1"));
  // What people say who look for it, where its story has other words.
  for (const [said, number] of [
    ["parent hangs", "N27"],
    ["waits for child", "N27"],
    ["retry uses the same failed child", "S33"],
    ["missing run", "S03"],
  ])
    assert.ok(found(said).includes(number), said);
  // What was looked for in vain by people who run Flyte.
  for (const said of [
    "stuck",
    "hang",
    "children",
    "parent fails",
    "failed then running",
    "preempted",
    "approval",
    "webhook",
    "queued forever",
    "retry not counted",
  ])
    assert.ok(found(said).length > 0, said);
  assert.deepEqual(found("OOM"), [], "a room is no OOM");
  assert.deepEqual(found("zebra"), []);
});

test("a reference is named as people name it", () => {
  const repository = "https://github.com/flyteorg/flyte";
  assert.equal(referenceOf(`${repository}/issues/7874`).text, "#7874");
  assert.equal(referenceOf(`${repository}/blob/6fadb90d/runs/repository/impl/action.go`).text, "action.go");
});
