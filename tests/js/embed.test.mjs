import assert from "node:assert/strict";
import test from "node:test";
import { EMBEDDED } from "./embedded.mjs";
import { load } from "./load.mjs";

const embed = await load("./www/element/embed.ts");
const { nearest } = embed;
const readEmbed = (search) => embed.readEmbed(search, EMBEDDED);

test("without `embed` the page is the whole page, whatever else is asked for", () => {
  assert.equal(readEmbed(""), null);
  assert.equal(readEmbed("?theme=dark&panels=log"), null);
});

test("what is asked for is what is shown; what is not said is as usual", () => {
  assert.deepEqual(readEmbed("?embed"), {
    scenario: null,
    panels: ["diagram", "why"],
    controls: "full",
    theme: "auto",
    problems: [],
  });
  assert.deepEqual(readEmbed("?embed=1&scenario=late&panels=diagram,%20LOG+diagram&controls=steps&theme=dark"), {
    scenario: "late",
    panels: ["diagram", "log"],
    controls: "steps",
    theme: "dark",
    problems: [],
  });
  assert.deepEqual(readEmbed(`?embed&panels=${EMBEDDED.join(",")}`)?.panels, EMBEDDED);
});

test("what nobody knows is answered with what was probably meant", () => {
  for (const [query, answer] of [
    ["panel=log", "“panel”: no such parameter; did you mean “panels”?"],
    ["panels=dagram", "“panels=dagram”: no such panel; did you mean “diagram”?"],
    ["panels=xyz", /^“panels=xyz”: no such panel; there are: situation, diagram, /],
    ["controls=all", "“controls=all”: no such controls; did you mean “full”?"],
    ["controls=step", "“controls=step”: no such controls; did you mean “steps”?"],
    ["theme=drak", /did you mean “dark”/],
    [`theme=${"x".repeat(1e5)}`, /^“theme=x{74}”: no such theme; there are: auto, light, dark$/],
    ["utm_source=mail", /^“utm_source”: no such parameter; there are: embed, scenario, /],
  ]) {
    const { problems } = readEmbed(`?embed&${query}`);
    assert.equal(problems.length, 1, query);
    if (typeof answer === "string") assert.equal(problems[0], answer);
    else assert.match(problems[0], answer);
  }
});

test("the nearest word is near", () => {
  assert.equal(nearest("exausted", ["retry", "exhausted", "late"]), "exhausted");
  assert.equal(nearest("zebra", ["retry", "exhausted", "late"]), null);
  assert.equal(nearest("", ["ab"]), null);
});
