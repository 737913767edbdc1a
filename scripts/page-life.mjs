// Uses the page as people do, in an order that a number decides, for as long as is asked, and says how much memory it holds
// each time it is left alone: JavaScript's after a collection, WASM's as it has grown to. What grows although it comes back
// to the same run again and again is a leak.
//
//   npm run build && vite build && node scripts/page-life.mjs [--minutes 60] [--seed 1] [--url http://…] [--every 40]
//
// CHROME names the browser. It fails if the page complains of anything, or if what it holds goes on growing.
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { served as servePage } from "../src/js/cli/page-server.js";

const ROOT = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    /** Where the page is served; a server of its own is started if absent. */
    url: { type: "string" },
    /** Things done between two looks at the memory. */
    every: { type: "string", default: "40" },
  },
});

/** Numbers that look like chance and are the same for a seed. */
function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const next = chance(Number(options.seed));
const one = (list) => list[next(list.length)];

// --- what is opened -------------------------------------------------------------------------------------------------

const LINKS = JSON.parse(read("tests/js/links-v2.json")).map(({ link }) => `#${link.replace(/^#/, "")}`);
const TRACES = readdirSync(new URL("tests/traces/", ROOT)).filter((name) => name.endsWith(".trace"));
const RECORDS = readdirSync(new URL("tests/runs/", ROOT));
const YAML = `apiVersion: flyte.org/v1
kind: TaskAction
metadata: { name: rabc-a0, namespace: flytesnacks-development, creationTimestamp: "2026-08-20T10:00:00Z" }
spec: { runName: rabc, project: flytesnacks, domain: development, actionName: a0, taskType: container }
status: { attempts: 1, pluginPhase: PhaseRunning }
`;

// --- what is done ---------------------------------------------------------------------------------------------------

/** Presses what a selector finds, one of them if there are several; answers whether there was any. */
const press = (page, selector) =>
  page.evaluate(
    ([selector, number]) => {
      const found = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
      const chosen = found[number % found.length];
      chosen?.click();
      return chosen !== undefined;
    },
    [selector, next(1_000)],
  );

const set = (page, selector, value) =>
  page.evaluate(
    ([selector, value]) => {
      const control = document.querySelector(selector);
      if (!control) return;
      control.value = value;
      for (const event of ["input", "change"]) control.dispatchEvent(new Event(event, { bubbles: true }));
    },
    [selector, value],
  );

const choose = (page, selector) =>
  page.evaluate(
    ([selector, number]) => {
      const control = document.querySelector(selector);
      if (!control?.options.length) return;
      control.selectedIndex = number % control.options.length;
      control.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [selector, next(1_000)],
  );

const goTo = (page, hash) =>
  page.evaluate((wanted) => {
    location.hash = wanted;
  }, hash);

const give = (page, text) =>
  page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, text);

const close = (page) =>
  page.evaluate(() => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    document.querySelector('#tour [data-role="leave"]')?.click();
  });

const wait = (page, ms) => page.waitForTimeout(ms);
/** What can be done, and how often beside the others. */
const DEEDS = {
  "open a link": [6, (page) => goTo(page, one(LINKS))],
  "open a situation": [4, (page) => press(page, "#situations button:not(#gallery-open)")],
  "open a real bug": [3, (page) => goTo(page, one(["#gallery/n1", "#gallery/s01", "#gallery/n4", "#gallery/s21"]))],
  "open a trace": [3, (page) => give(page, read(`tests/traces/${one(TRACES)}`))],
  "open a record": [
    3,
    async (page) => {
      await give(page, read(`tests/runs/${one(RECORDS)}`));
      await wait(page, 300);
    },
  ],
  "open resources": [
    2,
    async (page) => {
      await give(page, YAML);
      await wait(page, 300);
    },
  ],
  "open nonsense": [
    2,
    (page) => give(page, one(["{", "x: [", "kind: Pod", "flyte-lifecycle trace 1\nnonsense", "run_name,x"])),
  ],
  "press a port": [20, (page) => press(page, 'button.port:not([aria-disabled="true"])')],
  "press what cannot be": [3, (page) => press(page, 'button.port[aria-disabled="true"]')],
  "press a command": [6, (page) => press(page, ".palette button:not([aria-disabled])")],
  "select an action": [4, (page) => press(page, "#tree [role=treeitem]")],
  undo: [12, (page) => press(page, "#undo")],
  redo: [4, (page) => press(page, "#redo")],
  seek: [6, (page) => set(page, "#steps", String(next(20)))],
  "let time pass": [5, (page) => press(page, "#jumps button, #next-timer")],
  play: [
    2,
    async (page) => {
      await press(page, "#play");
      await wait(page, 250);
      await press(page, "#play");
    },
  ],
  "go to the next branch": [5, (page) => page.keyboard.press("b")],
  "switch the rules": [3, (page) => press(page, ".rules label")],
  "change a policy": [3, (page) => press(page, "#divergences input[type=radio]")],
  "show a policy": [2, (page) => press(page, "#divergences [data-show]")],
  "look under the hood": [3, (page) => press(page, "#hood summary")],
  "deliver by hand": [
    3,
    (page) => press(page, "#hood input, #deliver-all, #pending button, #faults button, #restarts button"),
  ],
  "open and close a panel": [4, (page) => press(page, "details > summary")],
  "filter the facts": [2, (page) => set(page, "#log-text", one(["", "row", "refused", "zzz"]))],
  "zoom the timeline": [3, (page) => press(page, "#tl-in, #tl-out, #tl-compress, #tl-waits button")],
  compare: [
    2,
    async (page) => {
      await press(page, "#compare-open");
      await choose(page, "#compare-right");
      await press(page, "#compare-steps button");
      await close(page);
    },
  ],
  export: [
    2,
    async (page) => {
      await press(page, "#export-open");
      for (let count = 0; count < 4; count += 1) await press(page, "#export-formats input");
      await close(page);
    },
  ],
  "look at the gallery": [
    2,
    async (page) => {
      await press(page, "#gallery-open");
      await wait(page, 100);
      await set(page, "#gallery-text", one(["", "abort", "retry", "zzz"]));
      await press(page, "#gallery .gallery-buttons button");
      await close(page);
    },
  ],
  explore: [
    1,
    async (page) => {
      await press(page, "#explore-open");
      await wait(page, one([300, 1_500]));
      await press(page, "#explore [role=tab]");
      await wait(page, one([300, 1_500]));
      await press(page, ".ex-verdicts button, #explore .ex-run");
      await wait(page, 300);
      await press(page, "#explore button");
    },
  ],
  "take the tour": [
    1,
    async (page) => {
      await press(page, "#tour-open");
      await wait(page, 100);
      for (let count = 0; count < 4; count += 1) await press(page, '#tour [data-role="do"], #tour [data-role="next"]');
      await press(page, '#tour [data-role="leave"]');
    },
  ],
  "go back": [4, (page) => page.evaluate(() => history.back())],
  "go forward": [2, (page) => page.evaluate(() => history.forward())],
  "change the theme": [1, (page) => press(page, "#theme")],
  "ask for help": [
    1,
    async (page) => {
      await press(page, "#help-open");
      await close(page);
    },
  ],
};
const BAG = Object.entries(DEEDS).flatMap(([name, [often]]) => Array(often).fill(name));

// --- how much it holds ----------------------------------------------------------------------------------------------

/** Comes back to the same run, with nothing else open, and waits until nothing is on its way. */
async function rest(page) {
  await close(page);
  await page.evaluate(() => {
    for (const { id } of document.querySelectorAll("details[open]"))
      if (id === "hood") document.getElementById(id).open = false;
    [...document.querySelectorAll("#explore button")].find((each) => each.textContent === "Close")?.click();
  });
  for (let count = 0; count < 6; count += 1) await goTo(page, `#v2/d/3/crest${count}~QRz`);
  await wait(page, 700);
}

async function held(page, session) {
  await rest(page);
  for (let count = 0; count < 3; count += 1) {
    await session.send("HeapProfiler.collectGarbage");
    await wait(page, 100);
  }
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name) => metrics.find((each) => each.name === name)?.value ?? 0;
  const wasm = await page.evaluate(() =>
    globalThis.memoriesOfPageLife.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  );
  return {
    heap: of("JSHeapUsedSize") / 1e6,
    wasm: wasm / 1e6,
    nodes: of("Nodes"),
    listeners: of("JSEventListeners"),
    workers: page.workers().length,
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Whether a figure goes on growing: by its middle in the last third of the looks and in the one before. */
function growing(looks, name, some) {
  const third = Math.floor(looks.length / 3);
  if (third < 3) return null;
  const [before, after] = [looks.slice(third, 2 * third), looks.slice(-third)].map((part) =>
    median(part.map((each) => each[name])),
  );
  return after - before > Math.max(some, before * 0.05)
    ? `${name} grew from ${before.toFixed(1)} to ${after.toFixed(1)}`
    : null;
}

// --- all of it ------------------------------------------------------------------------------------------------------

async function server() {
  const { address, close } = await servePage({ isOpen: true });
  return { url: address, stop: close };
}

const served = options.url ? { url: options.url, stop() {} } : await server();
const browser = await chromium.launch({
  executablePath: process.env.CHROME || undefined,
  args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
});
const complaints = [];
const looks = [];
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // The instances keep their memories to themselves; what makes them is asked.
  await page.addInitScript(() => {
    globalThis.memoriesOfPageLife = [];
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        const { memory } = (made.instance ?? made).exports;
        if (memory) globalThis.memoriesOfPageLife.push(memory);
        return made;
      };
    }
  });
  let last = "nothing";
  const complain = (text) => complaints.push(`after “${last}”: ${text}`);
  page.on("pageerror", (error) => complain(error.stack ?? error.message));
  page.on("console", (message) => message.type() === "error" && complain(message.text()));
  page.on("crash", () => complain("the page crashed"));
  await page.goto(served.url);
  await page.waitForSelector("html[data-ready]");
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const until = Date.now() + Number(options.minutes) * 60_000;
  const begun = Date.now();
  let done = 0;
  console.log("  minutes     done  heap MB  wasm MB    nodes  listeners  workers");
  for (;;) {
    const look = { minutes: (Date.now() - begun) / 60_000, done, ...(await held(page, session)) };
    looks.push(look);
    console.log(
      [
        look.minutes.toFixed(1),
        done,
        look.heap.toFixed(2),
        look.wasm.toFixed(2),
        look.nodes,
        look.listeners,
        look.workers,
      ]
        .map((value, at) => String(value).padStart([9, 8, 8, 8, 8, 10, 8][at]))
        .join(" "),
    );
    if (Date.now() > until) break;
    for (let count = 0; count < Number(options.every) && Date.now() < until; count += 1) {
      last = one(BAG);
      await DEEDS[last][1](page);
      done += 1;
    }
  }
} finally {
  await browser.close();
  served.stop();
}
const trouble = [
  ...new Set(complaints),
  ...[
    growing(looks, "heap", 1.5),
    growing(looks, "wasm", 2),
    growing(looks, "nodes", 400),
    growing(looks, "listeners", 80),
  ].filter(Boolean),
];
console.log(trouble.length === 0 ? "Nothing was complained of, and nothing goes on growing." : trouble.join("\n"));
if (trouble.length > 0) process.exitCode = 1;
