// The explorer on the same models natively, in Node and in Chromium, and stateright on them, in one run.
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { explore } from "flyte-lifecycle";
import { measured } from "./bench-search.mjs";

const ROOT = new URL("..", import.meta.url).pathname;

/** The models as the package is asked for them; the native half names them alike. */
const MODELS = {
  "a parent and its child, aborted and created again": { model: "a parent and its child, aborted and created again" },
  "a parent and its child, piece by piece": { model: "a parent and its child, piece by piece" },
  "three tasks, three attempts": { model: "a parent and its child", actions: ["task", "task", "task"], attempts: 3 },
};

/** How often each is measured; the median counts. */
const ROUNDS = 3;

const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
};

/** The package's own files, served as they are. */
async function served(work) {
  const server = createServer((request, response) => {
    const path = join(ROOT, normalize(new URL(request.url, "http://x").pathname));
    if (request.url === "/")
      return response.writeHead(200, { "content-type": "text/html" }).end("<title>bench</title>");
    if (!existsSync(path) || !statSync(path).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" });
    createReadStream(path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

/** The same in Chromium, if there is one. */
async function inChromium(executablePath) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    return await served(async (address) => {
      const page = await browser.newPage();
      await page.goto(address);
      const found = {};
      for (const [name, options] of Object.entries(MODELS)) {
        found[name] = await page.evaluate(
          async ([options, rounds]) => {
            const { explore } = await import("/src/js/browser.js");
            const { measured } = await import("/scripts/bench-search.mjs");
            return measured(explore, options, rounds);
          },
          [options, ROUNDS],
        );
      }
      return found;
    });
  } finally {
    await browser.close();
  }
}

/** One row for each model: states per second natively, of stateright, in Node and in Chromium. */
export async function explorerRates(chrome) {
  const native = execFileSync("tests/stateright/target/release/measure-stateright", { cwd: ROOT, encoding: "utf8" });
  const rows = native.trim().split("\n").map(JSON.parse);
  const chromium = chrome ? await inChromium(chrome) : {};
  for (const row of rows) {
    const node = await measured(explore, MODELS[row.name], ROUNDS);
    const browser = chromium[row.name];
    for (const found of [node, browser]) {
      if (found && found.states !== row.states) {
        throw new Error(`${row.name}: ${found.states} states in WebAssembly, ${row.states} natively.`);
      }
    }
    Object.assign(row, { node: node.rate, chromium: browser?.rate });
  }
  return rows;
}
