// What the documents say of how the page is built, checked. A breach says what to do instead; what is excused has its reason
// here, and an excuse that nobody needs any more is a breach as well. Each law is shown a breach of its own.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { diagram, outcomes, rules } from "flyte-lifecycle";
import {
  filesAreShort,
  namesExist,
  noCircles,
  noPhaseIsJudged,
  nothingIsUnused,
  outsideIsAsked,
  packageIsBehindTheStore,
  pureIsPure,
  textIsShownInOnePlace,
  unexcused,
} from "./laws.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path) => readFileSync(join(ROOT, path), "utf8");

const STATES = diagram().states;

/** What the folders and files of the page are for: a name with a slash is a folder, wherever it stands. */
const TABLE = {
  /** May load the package: the open run, simulations beside it, workers, and the custom element. */
  packageByValue: ["www/store.ts", "www/engine.ts", "www/run/", "www/element/", ".worker.ts"],
  /** Tested without a browser; whatever writes and reads links is reached from the last two. */
  pure: ["/geometry/", "/export/", "/location.ts", "/v2.ts"],
  /** What is open: nothing pure may know of it. */
  stores: ["www/store.ts", "www/state.ts", "www/run/"],
  /** Where reading begins: the page, and the custom element, which is built by itself. */
  entries: ["www/index.html", "www/element/element.ts"],
  /** Reads what an address has escaped. */
  unescapes: ["/link/text.ts"],
  /** Puts text into the document. */
  shows: ["/views/dom.ts"],
  /** Lines of a module, at the most. */
  longest: 400,
  phases: STATES.map(({ phase }) => phase),
  ends: STATES.filter(({ terminal }) => terminal).map(({ phase }) => phase),
};

const ONE_CLOSURE = "one closure that builds a panel; to become small functions over a record of its elements";
/** Modules that are longer, by their names. */
const LONG = {
  "timeline.ts": "the lanes of the geometry, and the panel that draws them, which is one closure",
  "v2.ts": "writes and reads one format, letter beside letter",
  "hood.ts": ONE_CLOSURE,
  "fixes.ts": ONE_CLOSURE,
};

/** Lists of phases that judge nothing. */
const LISTS = {
  "phases.ts: QUEUED WAITING_FOR_RESOURCES INITIALIZING RUNNING PAUSED FAILED SUCCEEDED ABORTED TIMED_OUT RECOVERED":
    "the order in which people read them",
  "edges.ts: FAILED SUCCEEDED ABORTED TIMED_OUT": "boxes that stand in one column of the drawing",
  "layout.ts: QUEUED WAITING_FOR_RESOURCES INITIALIZING RUNNING PAUSED": "the left column of the drawing",
  "layout.ts: FAILED SUCCEEDED ABORTED TIMED_OUT RECOVERED": "the right column of the drawing",
  "model.ts: UNSPECIFIED QUEUED WAITING_FOR_RESOURCES INITIALIZING RUNNING SUCCEEDED FAILED ABORTED TIMED_OUT PAUSED RECOVERED":
    "a digit of a link is a place in it",
};

/** Attributes that are written elsewhere. */
const WRITTEN = {
  "element.ts: .setAttribute(": "attributes of the element itself, which whoever places it may set as well",
};

const CLOSED = "the key is one of the few words that the table has, and the compiler sees that it has all of them";
/** Tables that need not be asked so. */
const KEYS = {
  "fixes.ts: {…}[…]": CLOSED,
  "report.ts: {…}[…]": CLOSED,
  "edges.ts: {…}[…]": CLOSED,
};

/** Modules that import each other: none. A circle that cannot be opened yet is listed here, with how it will be. */
const CIRCLES = {};

const wordsOf = (source, shape) => new Set([...source.matchAll(shape)].map(([, word]) => word));
const TRACES = readdirSync(join(ROOT, "tests/traces")).filter((name) => name.endsWith(".trace"));
const TYPES = text("src/types.ts");
const KEYBOARD = "a key of the keyboard";
const MESSAGE = "a message of Flyte's API";
const CODE = "a code of the services";
/** Names of the module, by what they look like. */
const SHAPES = [
  {
    what: "rule, fact or word of the types, and in no trace",
    shape: /^([A-Z][a-z]+(?:[A-Z][a-z]*)+)$/g,
    keys: /(?<=[{,]\s*)([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?=:\s)/g,
    known: new Set([
      ...rules().map(({ rule }) => rule),
      ...wordsOf(TYPES, /"([A-Z]\w+)"/g),
      ...TRACES.flatMap((name) => [...wordsOf(text(`tests/traces/${name}`), /\b([A-Z][a-z]+(?:[A-Z][a-z]*)+)\b/g)]),
    ]),
    others: {
      ...{ ArrowUp: KEYBOARD, ArrowDown: KEYBOARD, ArrowLeft: KEYBOARD, ArrowRight: KEYBOARD },
      ...{ PageUp: KEYBOARD, PageDown: KEYBOARD, JavaScript: "the language" },
      ...{ ActionDetails: MESSAGE, ActionEvents: MESSAGE, WatchActions: MESSAGE, TaskActions: "resources" },
      ...{ NotFound: CODE, DeadlineExceeded: CODE, NonRecoverable: "an error of the page’s own, which links hold" },
    },
    where: "rules() and src/types.ts have them",
  },
  {
    what: "policy, value, call, input, command or field",
    shape: /^([a-z]+(?:[A-Z][a-z]*)+)$/g,
    known: new Set([...wordsOf(TYPES, /\b([a-z]\w*)\b/g), ...outcomes().map(({ id }) => id)]),
    others: {
      apiVersion: "a field of Kubernetes",
      userSpaceOnUse: "a word of SVG",
      notAsked: "a verdict of the page's own",
    },
    where: "src/types.ts has them",
  },
  {
    what: "incident that a trace tells",
    shape: /(?<![\w%])([ns]\d{1,2})(?!\w)/gi,
    known: new Set(TRACES.flatMap((name) => /^[ns]\d+(?=-)/.exec(name) ?? []).flatMap((id) => [id, id.toUpperCase()])),
    others: {},
    where: "tests/traces has them",
  },
  {
    what: "property",
    shape: /(?<![\w%])(P\d{1,2})(?!\w)/g,
    known: wordsOf(text("src/drive/properties/list.rs"), /"(P\d+)"/g),
    others: {},
    where: "src/drive/properties/list.rs has them",
  },
  {
    what: "trace",
    shape: /^([a-z][a-z0-9-]*\.(?:upstream|documented))$/g,
    known: new Set(TRACES.map((name) => name.replace(/\.trace$/, ""))),
    others: {},
    where: "tests/traces has them",
  },
];

/** The page's own files, by their paths. */
const FILES = Object.fromEntries(
  readdirSync(join(ROOT, "www"), { recursive: true })
    .map((path) => join("www", path))
    .filter((path) => !path.startsWith(join("www", "dist")) && statSync(join(ROOT, path)).isFile())
    .sort()
    .map((path) => [path.replaceAll("\\", "/"), text(path)]),
);

const keeps = (law, files = FILES, known = {}) =>
  assert.deepEqual(unexcused(law(files, { ...TABLE, shapes: SHAPES }), known), []);
/** A law answers a planted breach with these words, and says nothing without it. */
function answers(law, files, ...words) {
  const found = law(files, { ...TABLE, shapes: SHAPES }).map(({ says }) => says);
  assert.equal(found.length, words.length, found.join("\n"));
  for (const [at, said] of found.entries()) assert.match(said, words[at]);
}

test("only the store, its simulations, workers and the element load the package; views take types only", () => {
  assert.ok(Object.keys(FILES).length > 100);
  keeps(packageIsBehindTheStore);
  answers(
    packageIsBehindTheStore,
    {
      "www/views/log.ts": 'import { rules } from "flyte-lifecycle";\nimport type { Event } from "flyte-lifecycle";\n',
      "www/tour/view.ts": 'import {\n  type Event,\n} from "flyte-lifecycle/init";\n',
      "www/hood/late.ts": 'export const late = () => import("flyte-lifecycle");\n',
      "www/store.ts": 'import { Simulation } from "flyte-lifecycle/init";\n',
      "www/run/run.ts": 'import { Simulation } from "flyte-lifecycle/init";\n',
      "www/export/tests.ts": "const text = 'import { Simulation } from \"flyte-lifecycle\";';\n",
    },
    /www\/views\/log\.ts imports flyte-lifecycle by value\. Ask the store .*`import type`/,
    /www\/tour\/view\.ts imports flyte-lifecycle\/init by value/,
    /www\/hood\/late\.ts/,
  );
});

test("geometry, export and links reach no document and no store", () => {
  for (const pattern of TABLE.pure)
    assert.ok(
      Object.keys(FILES).some((path) => path.includes(pattern)),
      `No file is at ${pattern}: mend the table.`,
    );
  keeps(pureIsPure);
  answers(
    pureIsPure,
    {
      "www/geometry/lanes.ts": 'import { width } from "../sizes.ts";\n',
      "www/sizes.ts": "export const width = () => document.body.clientWidth;\n",
      "www/link/v2.ts": 'import { get } from "../store.ts";\n',
      "www/store.ts": "",
      "www/export/svg.ts": `// the document\nconst text = \`document \${node.document}\`; export const of = { window: 1 };\n`,
      "www/export/file.ts": `export const save = () => \`\${window.name}\`;\n`,
    },
    /www\/geometry\/lanes\.ts is to be pure, and reaches `document` by way of www\/sizes\.ts\. .*argument/,
    /www\/link\/v2\.ts is to be pure, and reaches the store by way of www\/store\.ts/,
    /www\/export\/file\.ts is to be pure, and reaches `window`\./,
  );
});

test("no modules import each other in a circle", () => {
  keeps(noCircles, FILES, CIRCLES);
  const planted = {
    "www/a.ts": 'import { b } from "./b.ts";\n',
    "www/b.ts": 'export { c } from "./deep/c.ts";\nimport { a } from "./a.ts";\n',
    "www/deep/c.ts": 'import "../a.ts";\n',
    "www/d.ts": 'import { e } from "./e.ts";\n',
    "www/e.ts": 'import type { d } from "./d.ts";\nexport const late = () => import("./d.ts");\n',
  };
  answers(
    noCircles,
    planted,
    /www\/a\.ts → www\/b\.ts → www\/a\.ts is a circle\. It is one of a knot of 3: .*Move what both need/,
  );
  // What is excused is not said, and what needs no excuse any more is.
  assert.deepEqual(unexcused(noCircles(planted), { "a.ts b.ts c.ts": "until c is split" }), []);
  assert.match(unexcused(noCircles({}), { "a.ts b.ts": "once" })[0], /a\.ts b\.ts is excused and needs no excuse/);
});

test("every file of the page is used", () => {
  keeps(nothingIsUnused);
  answers(
    nothingIsUnused,
    {
      "www/index.html": '<link href="./style.css"><script src="./main.ts"></script>',
      "www/style.css": '@import "./colours.css";',
      "www/colours.css": "",
      "www/main.ts": 'import type { T } from "./types.ts";\nnew Worker(new URL("./a.worker.ts", import.meta.url));\n',
      "www/types.ts": "",
      "www/a.worker.ts": 'import("./late.css?url");\n',
      "www/late.css": "",
      "www/element/element.ts": "",
      "www/old.ts": 'import "./older.ts";\n',
      "www/older.ts": "",
      "www/old.css": "",
    },
    /Nothing leads to www\/old\.ts from www\/index\.html or .*Remove it, or import it/,
    /www\/older\.ts/,
    /www\/old\.css/,
  );
});

test("no module is longer than it is read in one go, but for some with a reason", () => {
  keeps(filesAreShort, FILES, LONG);
  answers(
    filesAreShort,
    { "www/long.ts": "//\n".repeat(401), "www/short.ts": "//\n".repeat(400), "www/long.css": "\n".repeat(999) },
    /www\/long\.ts has 401 lines; up to 400 .*or say in the list/,
  );
});

test("the page does not say which phases end, nor in which order they come", () => {
  keeps(noPhaseIsJudged, FILES, LISTS);
  answers(
    noPhaseIsJudged,
    {
      "www/judge.ts": 'const x = 1;\nconst OVER = new Set(["FAILED", "SUCCEEDED", "ABORTED"]);\n',
      "www/order.ts": 'const WAY = [\n  "QUEUED",\n  "INITIALIZING",\n  "RUNNING",\n  "PAUSED",\n  "FAILED",\n];\n',
      "www/pair.ts": 'const KEEP = ["FAILED", "QUEUED"]; const OTHER = ["FAILED", "SUCCEEDED", "x"];\n',
    },
    /www\/judge\.ts:2 has a list of phases that end: FAILED, SUCCEEDED, ABORTED\. The page decides no rule\. Ask `terminal`/,
    /www\/order\.ts:1 has an order of phases: QUEUED, .*Ask the module/,
  );
});

test("rules, facts, policies, calls, incidents, properties and traces that the page names exist", () => {
  keeps(namesExist);
  answers(
    namesExist,
    {
      "www/table.ts":
        'const INPUTS = {\n  RetriesExhausted: 1,\n  RetriesExhaustd: 2,\n};\nconst facts = ["PhaseRecorded", "PhaseRecored"];\n',
      "www/words.ts": 'const call = "writeStatus"; const other = "writeStatuses"; const policy = "taskTimeout";\n',
      "www/links.ts": 'const bug = "#gallery/n1"; const none = "See N99."; const width = "n1x s %n5";\n',
      "www/shown.ts": 'const trace = "s99-never.upstream"; const property = "P4 and P99";\n',
    },
    /www\/table\.ts:5 names PhaseRecored, which is no rule, fact or word.*rules\(\) and src\/types\.ts/,
    /www\/table\.ts:3 names RetriesExhaustd/,
    /www\/words\.ts:1 names writeStatuses, which is no policy, value, call/,
    /www\/links\.ts:1 names N99, which is no incident that a trace tells; tests\/traces has them/,
    /www\/shown\.ts:1 names s99, which is no incident/,
    /www\/shown\.ts:1 names P99, which is no property/,
    /www\/shown\.ts:1 names s99-never\.upstream, which is no trace/,
  );
});

test("tables are asked only for what they have, whatever key comes from outside", () => {
  keeps(outsideIsAsked, FILES, KEYS);
  answers(
    outsideIsAsked,
    {
      "www/table.ts": "export const lookUp = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);\n",
      "www/words.ts":
        'export const WORDS: Record<string, string> = { a: "A" };\nconst a = WORDS["a"];\nconst b = WORDS[letter];\n',
      "www/other.ts":
        "import { WORDS } from './words.ts';\nconst c = { d: 1, u: 2 }[letter];\nconst d = WORDS[word];\n",
      "www/link.ts":
        'const ok = "type" in command;\ntype T = { [field in "a"]?: 1 };\nconst has = name in offered();\nconst text = decodeURIComponent(raw);\n',
      "www/link/text.ts": "export const plain = (raw: string) => decodeURIComponent(raw);\n",
    },
    /www\/words\.ts:3 has WORDS\[…\], of what may come from outside\. Ask lookUp/,
    /www\/other\.ts:3 has WORDS\[…\]/,
    /www\/other\.ts:2 has \{…\}\[…\]/,
    /www\/link\.ts:3 has … in …, .*Ask Object\.hasOwn/,
    /www\/link\.ts:4 has decodeURIComponent, .*Ask unescaped/,
  );
});

test("text comes into the document in one place, where it can be neither markup nor turn what stands around it", () => {
  keeps(textIsShownInOnePlace, FILES, WRITTEN);
  answers(
    textIsShownInOnePlace,
    {
      "www/views/dom.ts": "export const setText = (e, t) => { e.textContent = t; };\n",
      "www/views/log.ts":
        'const is = row.textContent === text;\nrow.textContent = text;\nrow.setAttribute("title", text);\nbox.append(`name `);\nbox.append(row);\nbox.innerHTML = text;\n',
    },
    /www\/views\/log\.ts:2 has `\.textContent =`\. Write text .* by h, setText/,
    /www\/views\/log\.ts:6 has `\.innerHTML =`/,
    /www\/views\/log\.ts:3 has `\.setAttribute\(`/,
    /www\/views\/log\.ts:4 has `\.append\(`/,
  );
});
