// The packed tarball, installed as users install it: bare Node, TypeScript, Vite, webpack, a static page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { createServer as createDevServer } from "vite";
import { html, opened as openedIn } from "./served.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "flyte-lifecycle-install-"));
const bin = (name) => join(ROOT, "node_modules/.bin", name);
const exec = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
let tarball;
let browser;

const DRIVE = `
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  let refused = "nothing";
  try {
    sim.dispatch({ type: "abortAction", action: "r1/none" });
  } catch (error) {
    if (error instanceof LifecycleError) refused = error.code;
  }
  const told = sim.snapshot().actions[0]?.phase + " " + refused;
`;
const TOLD = "RUNNING NOT_FOUND";
const IMPORT = 'import { LifecycleError, Simulation } from "flyte-lifecycle";';

/** A project of its own with the tarball installed. */
function project(name, files) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  exec("npm", ["install", "--no-audit", "--no-fund", "--offline", tarball], folder);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** Opens a folder's page in Chromium, and answers with what it says. */
const opened = (folder, page, prepare) => openedIn(browser, folder, page, prepare);

/** What builds a project with webpack. */
const WEBPACK = `
      import webpack from "webpack";
      webpack({ mode: "production", entry: "./main.js", output: { publicPath: "auto" } }, (error, stats) => {
        if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); }
      });`;

/** An element that is used as people use it: a situation, a press, and what it then tells. */
const ELEMENT = `
  const element = document.createElement("flyte-lifecycle");
  element.setAttribute("scenario", "n1");
  document.body.append(element);
  await element.ready;
  element.scenario = "retry";
  await element.ready;
  const told = new Promise((resolve) => element.addEventListener("step", resolve, { once: true }));
  element.shadowRoot.querySelector('.port[data-phase="SUCCEEDED"]').click();
  const { detail } = await told;
  const current = element.shadowRoot.querySelector(".box[data-current]").dataset.phase;
  document.title = current + " " + detail.command.type + " " + (element.getBoundingClientRect().height > 200);
`;
const ELEMENT_TOLD = "SUCCEEDED plugin true";

before(async () => {
  const [{ filename, files }] = JSON.parse(exec("npm", ["pack", "--json", "--pack-destination", work], ROOT));
  tarball = join(work, filename);
  const names = files.map(({ path }) => path).sort();
  // The folder of the snippets has a hash in its name.
  assert.deepEqual(
    names
      .filter((name) => !name.startsWith("www/dist/assets/"))
      .map((name) => name.replace(/(\/snippets)\/[^/]+/, "$1")),
    [
      "ARCHITECTURE.md",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "DESIGN.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "VERDICTS.md",
      "package.json",
      "pkg/THIRD-PARTY-NOTICES.txt",
      "pkg/cli/configuration.js",
      "pkg/cli/kind.js",
      "pkg/cli/link.js",
      "pkg/cli/stores.js",
      "pkg/custom-elements.json",
      "pkg/element/element.js",
      "pkg/element/gallery.js",
      "pkg/element/rules.js",
      "pkg/errors.js",
      "pkg/explore/flyte_lifecycle_explore.js",
      "pkg/explore/flyte_lifecycle_explore_bg.wasm",
      "pkg/explore/snippets/src/js/errors.js",
      "pkg/explore/snippets/src/js/json.js",
      "pkg/flyte_lifecycle.d.ts",
      "pkg/flyte_lifecycle.js",
      "pkg/flyte_lifecycle_bg.wasm",
      "pkg/flyte_lifecycle_bg.wasm.d.ts",
      "pkg/inline/explore.js",
      "pkg/inline/main.js",
      "pkg/inline/reading.js",
      "pkg/reading/flyte_lifecycle_reading.js",
      "pkg/reading/flyte_lifecycle_reading_bg.wasm",
      "pkg/reading/snippets/src/js/errors.js",
      "pkg/reading/snippets/src/js/json.js",
      "pkg/snippets/src/js/errors.js",
      "pkg/snippets/src/js/json.js",
      "pkg/snippets/src/js/shown.js",
      "pkg/snippets/src/js/words.js",
      "src/js/begin.js",
      "src/js/beside.js",
      "src/js/browser.js",
      "src/js/chunks.js",
      "src/js/cli/answer.js",
      "src/js/cli/arguments.js",
      "src/js/cli/check.js",
      "src/js/cli/explore.js",
      "src/js/cli/follow.js",
      "src/js/cli/given.js",
      "src/js/cli/headers.js",
      "src/js/cli/input.js",
      "src/js/cli/junit.js",
      "src/js/cli/main.js",
      "src/js/cli/meant.js",
      "src/js/cli/open.js",
      "src/js/cli/page-server.js",
      "src/js/cli/places.js",
      "src/js/cli/sarif.js",
      "src/js/cli/source.js",
      "src/js/cli/terminal.js",
      "src/js/cli/text.js",
      "src/js/cli/trace.js",
      "src/js/cli/trouble.js",
      "src/js/cli/why.js",
      "src/js/element-preact.d.ts",
      "src/js/element-react.d.ts",
      "src/js/element-svelte.d.ts",
      "src/js/element-vue.d.ts",
      "src/js/element.d.ts",
      "src/js/entry.d.ts",
      "src/js/errors.d.ts",
      "src/js/explore.js",
      "src/js/files.js",
      "src/js/index.d.ts",
      "src/js/inflate.js",
      "src/js/init-node.js",
      "src/js/init.d.ts",
      "src/js/init.js",
      "src/js/inline.d.ts",
      "src/js/inline.js",
      "src/js/modules.js",
      "src/js/node.js",
      "src/js/package.js",
      "src/js/packed.js",
      "src/js/reading.js",
      "src/js/rows.js",
      "src/js/simulation.js",
      "src/js/stream.js",
      "src/js/whole.js",
      "src/js/workerd.js",
      "tests/traces/README.md",
      "www/dist/LICENSE.txt",
      "www/dist/THIRD-PARTY-NOTICES.txt",
      "www/dist/early.js",
      "www/dist/index.html",
    ],
  );
  // So have those of the page, each once.
  const assets = names.filter((name) => name.startsWith("www/dist/assets/"));
  assert.equal(assets.filter((name) => name.endsWith(".wasm")).length, 3, assets.join());
  browser = await chromium.launch({ executablePath: process.env.CHROME, args: ["--no-sandbox", "--disable-gpu"] });
});

after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

test("what the documents in the tarball lead to is in the tarball", () => {
  const folder = join(project("documents", {}), "node_modules/flyte-lifecycle");
  const documents = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
  assert.ok(documents.length >= 8, documents.join());
  for (const name of documents) {
    const text = readFileSync(join(folder, name), "utf8");
    for (const [, to] of text.matchAll(/\]\((?!https:|#)([^)#]+)/g)) {
      assert.ok(existsSync(join(folder, dirname(name), to)), `${name} leads to ${to}`);
    }
  }
});

test("a bare Node project runs it", () => {
  const folder = project("node", { "main.js": `${IMPORT}${DRIVE}console.log(told);` });
  assert.equal(exec("node", ["main.js"], folder).trim(), TOLD);
});

test("the command line runs as it is installed, and has the page with it", () => {
  const folder = project("command-line", {});
  const installed = join(folder, "node_modules/.bin/flyte-lifecycle");
  assert.match(exec(installed, ["--version"], folder), /^flyte-lifecycle \d+\.\d+\.\d+, after flyteorg\/flyte at /);
  const link = "#v2/u/2/cr1~Rz";
  assert.match(exec(installed, ["why", link], folder), /^ {2}phase {5}RUNNING, attempt 1 of 1, /m);
  assert.match(exec(installed, ["trace", link], folder), /^flyte-lifecycle trace 1$/m);
  assert.match(readFileSync(join(folder, "node_modules/flyte-lifecycle/www/dist/index.html"), "utf8"), /<title>/);
});

test("a strict TypeScript project compiles against it, and a misuse does not", () => {
  const use = `${IMPORT}${DRIVE}export const phase: string = told;`;
  const folder = project("typescript", {
    "main.ts": use,
    "wrong.ts": `${IMPORT}new Simulation().dispatch({ type: "plugin", action: "r1/a0" });export { LifecycleError };`,
    "init.ts":
      'import init from "flyte-lifecycle/init";await init(new Uint8Array());await init(new URL("x:y"), { reading: "z" });',
    "inline.ts": use.replace("flyte-lifecycle", "flyte-lifecycle/inline"),
  });
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  for (const resolution of [
    ["--module", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    // For browsers, for Node without the DOM library, and for neither: our own declarations are checked as well.
    for (const [lib, ...files] of [
      ["es2022,dom", "main.ts", "init.ts"],
      ["es2022 --types node", "main.ts", "init.ts"],
      ["es2022", "main.ts", "inline.ts"],
    ]) {
      const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", ...lib.split(" "), ...resolution];
      exec(bin("tsc"), [...options, ...files], folder);
      assert.throws(() => exec(bin("tsc"), [...options, "wrong.ts"], folder));
    }
  }
});

test("a Vite project builds it, and the page runs in Chromium", async () => {
  const folder = project("vite", {
    "index.html": html("./main.js"),
    "main.js": `${IMPORT}${DRIVE}document.title = told;`,
  });
  exec(bin("vite"), ["build", "--base", "./", "--logLevel", "error"], folder);
  assert.deepEqual(await opened(join(folder, "dist"), "index.html"), { title: TOLD, wrong: [] });
});

test("Vite serves it while somebody develops, and the page runs in Chromium", async () => {
  const folder = project("vite-dev", {
    "index.html": html("./main.js"),
    "main.js": `${IMPORT}${DRIVE}document.title = told;`,
  });
  const server = await createDevServer({ root: folder, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  const tab = await browser.newPage();
  try {
    await tab.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
    await tab.waitForFunction((told) => document.title === told, TOLD, { timeout: 30_000 });
  } finally {
    await tab.close();
    await server.close();
  }
});

test("a webpack project builds it, and the page runs in Chromium", async () => {
  const folder = project("webpack", {
    "index.html": html("./dist/main.js"),
    "main.js": `${IMPORT}${DRIVE}document.title = told;`,
    "build.mjs": WEBPACK,
  });
  symlinkSync(join(ROOT, "node_modules/webpack"), join(folder, "node_modules/webpack"));
  exec("node", ["build.mjs"], folder);
  assert.deepEqual(await opened(folder, "index.html"), { title: TOLD, wrong: [] });
});

test("a static page under a sub-path imports it as it is, with a strict policy", async () => {
  const entry = "./node_modules/flyte-lifecycle/src/js/browser.js";
  const folder = project("static", {
    "index.html": html("./main.js"),
    "main.js": `${IMPORT.replace("flyte-lifecycle", entry)}${DRIVE}document.title = told;`,
  });
  assert.deepEqual(await opened(folder, "index.html"), { title: TOLD, wrong: [] });
});

test("the custom element can be imported where there are no elements", () => {
  const use = `import { FlyteLifecycleElement, NAME } from "flyte-lifecycle/element";console.log(typeof FlyteLifecycleElement, NAME);`;
  const folder = project("server", { "main.js": use });
  assert.equal(exec("node", ["main.js"], folder).trim(), "function flyte-lifecycle");
});

test("the custom element works in a static page, in Vite and in webpack, under a policy without styles", async () => {
  const use = `import "flyte-lifecycle/element";${ELEMENT}`;
  const direct = use.replace("flyte-lifecycle/element", "./node_modules/flyte-lifecycle/pkg/element/element.js");
  const page = project("element-static", { "index.html": html("./main.js"), "main.js": direct });
  assert.deepEqual(await opened(page, "index.html"), { title: ELEMENT_TOLD, wrong: [] });
  const vite = project("element-vite", { "index.html": html("./main.js"), "main.js": use });
  exec(bin("vite"), ["build", "--base", "./", "--logLevel", "error"], vite);
  assert.deepEqual(await opened(join(vite, "dist"), "index.html"), { title: ELEMENT_TOLD, wrong: [] });
  const webpack = project("element-webpack", {
    "index.html": html("./dist/main.js"),
    "main.js": use,
    "build.mjs": WEBPACK,
  });
  symlinkSync(join(ROOT, "node_modules/webpack"), join(webpack, "node_modules/webpack"));
  exec("node", ["build.mjs"], webpack);
  assert.deepEqual(await opened(webpack, "index.html"), { title: ELEMENT_TOLD, wrong: [] });
});

test("CommonJS gets it by import, and by require where Node has modules for that", () => {
  const folder = project("common", {
    "import.cjs": `import("flyte-lifecycle").then(({ Simulation, LifecycleError }) => {${DRIVE}console.log(told);});`,
    "require.cjs": `const { Simulation, LifecycleError } = require("flyte-lifecycle");${DRIVE}console.log(told);`,
  });
  assert.equal(exec("node", ["import.cjs"], folder).trim(), TOLD);
  if (process.features.require_module) assert.equal(exec("node", ["require.cjs"], folder).trim(), TOLD);
});

/** One script of main.js, by a bundler that leaves behind whatever is no script. */
const scriptOf = (folder, format, platform) => {
  const file = `${format}-${platform}.${{ cjs: "cjs", esm: "mjs", iife: "js" }[format]}`;
  const said = ["--format", format, "--platform", platform, "--file", file, "--log-level", "silent"];
  exec(bin("rolldown"), ["main.js", ...said], folder);
  return file;
};

/** Takes what documents that are made of script do not have, before the page runs. */
function poorer() {
  for (const name of ["ResizeObserver", "fetch", "MessageChannel"]) delete globalThis[name];
}

test("the inline entry makes one script for Node and for pages, as a module and as none", async () => {
  const use = `${IMPORT.replace('"flyte-lifecycle"', '"flyte-lifecycle/inline"')}import { explore } from "flyte-lifecycle/inline";
    const tell = globalThis.document ? (text) => { document.title = text; } : console.log;
    ${DRIVE}
    explore({ rules: "documented", model: "a task", states: 10 }).then(({ ended }) => tell(told + " " + ended));`;
  const folder = project("inline", {
    "main.js": use,
    "iife.html": html("./iife-browser.js", "defer"),
    "esm.html": html("./esm-browser.mjs"),
  });
  for (const format of ["cjs", "esm"]) {
    assert.equal(exec("node", [scriptOf(folder, format, "node")], folder).trim(), `${TOLD} states`);
  }
  for (const format of ["iife", "esm"]) {
    scriptOf(folder, format, "browser");
    assert.deepEqual(await opened(folder, `${format}.html`, poorer), { title: `${TOLD} states`, wrong: [] });
  }
});

test("the custom element works after the inline entry where nothing is fetched and nothing is laid out", async () => {
  const use = ELEMENT.replace(/\(element\.getBoundingClientRect.*$/m, "typeof fetch + typeof ResizeObserver;");
  const folder = project("element-inline", {
    "main.js": `import "flyte-lifecycle/inline";import "flyte-lifecycle/element";${use}`,
    "index.html": html("./out/main.js"),
  });
  exec(bin("rolldown"), ["main.js", "--dir", "out", "--platform", "browser", "--log-level", "silent"], folder);
  const title = "SUCCEEDED plugin undefinedundefined";
  assert.deepEqual(await opened(folder, "index.html", poorer), { title, wrong: [] });
});

test("a page whose bundler left the modules behind says what to do", async () => {
  const folder = project("left", {
    "main.js": 'import("flyte-lifecycle").catch(({ message }) => { document.title = message; });',
    "index.html": html("./out/main.js"),
  });
  exec(bin("rolldown"), ["main.js", "--dir", "out", "--platform", "browser", "--log-level", "silent"], folder);
  const { title } = await opened(folder, "index.html");
  assert.match(
    title,
    /could not be loaded from .* 404 .* import "flyte-lifecycle\/inline", which has its modules inside\.$/,
  );
});

test("the custom element is small, and what it fetches on demand is apart", () => {
  const size = gzipSync(readFileSync(join(ROOT, "pkg/element/element.js")), { level: 9 }).length;
  console.log(`# element: ${(size / 1000).toFixed(1)} kB gzip`);
  assert.ok(size <= 30_000, `${size} bytes`);
});
