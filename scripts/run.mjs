// What the npm scripts do. Each sets up what it needs, says what it is doing, and fails with a sentence.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { isAbsolute, join, resolve } from "node:path";
import { build } from "./build.mjs";
import { environments } from "./environments.mjs";
import { fuzz } from "./fuzz.mjs";
import { moveUpstream } from "./move-upstream.mjs";
import { tellRules } from "./rule.mjs";
import { checkSite, makeSite } from "./site.mjs";
import { tell } from "./size.mjs";
import {
  captured,
  chromeIfAny,
  env,
  Failure,
  otherBrowsers,
  ROOT,
  run,
  setUp,
  setUpBrowser,
  setUpOtherBrowsers,
  setUpWasmPack,
  TARGET,
} from "./tools.mjs";

const page = () => existsSync(join(ROOT, "www/index.html"));

/** The first port from `port` on that is free. */
async function freePort(port) {
  const free = await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return free ? port : freePort(port + 1);
}

/** Serves what is built, as a site would be, until it is ended. */
async function serve() {
  const { served } = await import("../src/js/cli/page-server.js");
  const { address, close } = await served({ port: await freePort(Number(process.env.PORT ?? 4173)), isOpen: true });
  console.log(`\nThe page is served at ${address} until you press Ctrl+C.`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, close);
}

/** Serves the page's sources, and what of them changes. */
async function develop() {
  const port = await freePort(Number(process.env.PORT ?? 4173));
  console.log(`\nThe page is served at http://127.0.0.1:${port}/ until you press Ctrl+C.`);
  const server = spawn("vite", ["--host", "127.0.0.1", "--port", String(port), "--strictPort"], {
    cwd: ROOT,
    stdio: "inherit",
    env,
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  await new Promise((resolve) => server.on("exit", resolve));
}

// How many tests a step ran, by what its tool prints; a step of checks counts as one.
const counters = {
  cargo: (text) => sum(text, /test result: \w+\. (\d+) passed; (\d+) failed/g),
  node: (text) => [last(text, /^# pass (\d+)$/gm), last(text, /^# fail (\d+)$/gm)],
  playwright: (text) => [last(text, /^ +(\d+) passed/gm), last(text, /^ +(\d+) failed/gm)],
  conformance: (text) => [last(text, /^(\d+) passed, \d+ failed$/gm), last(text, /^\d+ passed, (\d+) failed$/gm)],
};
const sum = (text, pattern) =>
  [...text.matchAll(pattern)].reduce(([passed, failed], m) => [passed + Number(m[1]), failed + Number(m[2])], [0, 0]);
const last = (text, pattern) => Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);

/** What the package exports that has no types. */
const MODULES = ["", "_reading", "_explore"].map((part) => `flyte_lifecycle${part}_bg.wasm`);

function testSteps(port) {
  const DENY = { RUSTDOCFLAGS: "-D warnings" };
  const wasmPack = (browser, driver) => ["wasm-pack", "test", "--headless", ...browser, driver, "--", "--locked"];
  const steps = [
    { name: "format: rust", command: ["cargo", "fmt", "--check"] },
    { name: "lint: rust", command: ["cargo", "clippy", "--locked", "--all-targets", "--", "-D", "warnings"] },
    // The main module, and each part that is a module of its own; tests are of the main one.
    ...[["--tests"], ["--features", "reading"], ["--features", "explore"]].map((what) => ({
      name: `lint: rust for wasm, ${what.at(-1).replace("--", "")}`,
      command: ["cargo", "clippy", "--locked", "--lib", "--target", TARGET, ...what, "--", "-D", "warnings"],
    })),
    {
      name: "lock of the peer",
      command: ["cargo", "update", "--workspace", "--locked", "--manifest-path", "tests/stateright/Cargo.toml"],
    },
    { name: "docs: rust", command: ["cargo", "doc", "--locked", "--no-deps"], extra: DENY },
    { name: "format and lint: js", command: ["biome", "ci", "--error-on-warnings", "."] },
    { name: "native", command: ["cargo", "test", "--locked"], count: "cargo" },
    { name: "wasm in Node", command: ["wasm-pack", "test", "--node", "--", "--locked"], count: "cargo" },
    { name: "wasm in Chromium", command: wasmPack(["--chrome", "--chromedriver"], env.CHROMEDRIVER), count: "cargo" },
    {
      name: "wasm in Firefox",
      command: wasmPack(["--firefox", "--geckodriver"], env.GECKODRIVER),
      extra: { WASM_BINDGEN_TEST_WEBDRIVER_JSON: join(ROOT, "target/firefox.json") },
      count: "cargo",
      skips: () => !otherBrowsers().Firefox,
    },
    {
      name: "wasm in WebKit",
      command: ["node", "scripts/with-display.mjs", ...wasmPack(["--safari", "--safaridriver"], env.WEBKITDRIVER)],
      count: "cargo",
      skips: () => !otherBrowsers().WebKit,
    },
    { name: "build", work: build },
    { name: "types", command: ["tsc", "--noEmit"] },
    {
      name: "package in Node",
      command: ["sh", "-c", "node --test --test-reporter=tap tests/package/*.test.mjs"],
      count: "node",
    },
    {
      name: "page: pure parts",
      command: ["sh", "-c", "node --test --test-reporter=tap tests/js/*.test.*"],
      count: "node",
    },
    { name: "publint", command: ["publint", "--strict"] },
    {
      name: "are the types wrong",
      command: ["attw", "--pack", ".", "--profile", "esm-only", "--exclude-entrypoints", ...MODULES],
    },
    {
      name: "installs of the package",
      command: ["sh", "-c", "node --test --test-concurrency=1 --test-reporter=tap tests/install/*.test.mjs"],
      count: "node",
    },
  ];
  if (page()) {
    steps.push({ name: "page: build", command: ["vite", "build"] });
    steps.push({
      name: "Firefox and WebKit",
      command: ["sh", "-c", "node --test --test-concurrency=1 --test-reporter=tap tests/browsers/*.test.mjs"],
      count: "node",
      skips: () => !otherBrowsers().Firefox && !otherBrowsers().WebKit,
    });
    steps.push({
      name: "page in Chromium",
      command: ["playwright", "test"],
      count: "playwright",
      extra: { PAGE_PORT: String(port) },
    });
  }
  return steps;
}

/** Takes a step, and tells what came of it and how many seconds it took. */
function takeStep(step) {
  console.log(`\n=== ${step.name}`);
  const began = performance.now();
  return { ...outcomeOf(step), seconds: (performance.now() - began) / 1000 };
}

function outcomeOf(step) {
  if (step.work) {
    try {
      step.work();
      return { ...step, passed: 1, failed: 0 };
    } catch (error) {
      console.error(error instanceof Failure ? error.message : error);
      return { ...step, passed: 0, failed: 1 };
    }
  }
  const [command, ...args] = step.command;
  const { ok, text } = captured(command, args, step.extra);
  // A tool that fails without naming a test has failed once.
  const [passed, failed] = step.count ? counters[step.count](text) : [ok ? 1 : 0, ok ? 0 : 1];
  return { ...step, passed, failed: ok ? failed : Math.max(1, failed) };
}

/**
 * Seconds that a step may take on a new machine with two cores, where nothing is compiled yet. What takes longer is said in the
 * summary, and fails nothing: a machine may be busy. What else there is takes some seconds.
 */
const BUDGET = {
  "set-up": 210,
  "lint: rust": 60,
  native: 270,
  "wasm in Node": 90,
  build: 210,
  "package in Node": 300,
  "installs of the package": 90,
  "page: pure parts": 60,
  "Firefox and WebKit": 45,
  "page in Chromium": 885,
};
const budgetOf = (name) => BUDGET[name] ?? 12;

function timeOf(name, seconds) {
  const budget = budgetOf(name);
  return `${Math.round(seconds)} s${seconds > budget ? `, longer than the ${budget} s that it may take` : ""}`;
}

async function test() {
  const only = process.argv.slice(3).filter((arg) => arg !== "--only");
  const port = await freePort(4174);
  const wanted = (steps) => steps.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  const named = wanted(testSteps(port));
  const began = performance.now();
  if (named.length === 0) {
    throw new Failure(
      `No step is called that; there are: ${testSteps(port)
        .map(({ name }) => name)
        .join(", ")}.`,
    );
  }
  setUp();
  const needs = (...words) => named.some(({ name }) => words.some((word) => name.includes(word)));
  if (needs("wasm in")) setUpWasmPack();
  if (needs("Chromium", "installs")) setUpBrowser();
  if (needs("Firefox", "WebKit")) setUpOtherBrowsers();
  const seconds = (performance.now() - began) / 1000;
  // Where the browser is, is known by now.
  const steps = wanted(testSteps(port));
  const results = steps.map((step) => (step.skips?.() ? { ...step, isSkipped: true } : takeStep(step)));
  console.log("\n=== summary");
  results.unshift({ name: "set-up", passed: 0, failed: 0, seconds });
  for (const { name, passed, failed, seconds, isSkipped } of results) {
    if (isSkipped) {
      console.log(`SKIPPED ${name.padEnd(28)} what it needs is not here; the set-up says what to install`);
      continue;
    }
    const counted = `${passed} passed, ${failed} failed`.padEnd(22);
    console.log(`${failed ? "FAILED" : "ok    "}  ${name.padEnd(28)} ${counted} ${timeOf(name, seconds)}`);
  }
  const all = results.reduce((sum, { name }) => sum + budgetOf(name), 0);
  const minutes = (seconds) => Math.round(seconds / 6) / 10;
  console.log(`${minutes((performance.now() - began) / 1000)} minutes of the ${minutes(all)} that these may take`);
  const total = (key) => results.reduce((sum, result) => sum + (result[key] ?? 0), 0);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  if (total("failed") > 0) process.exitCode = 1;
}

const tasks = {
  build() {
    setUp();
    build();
  },
  async dev() {
    setUp();
    build();
    await develop();
  },
  async start() {
    setUp();
    build();
    await serve();
  },
  /** What the tests of the page ask, which have built it. */
  serve,
  site() {
    const to = resolve(process.env.INIT_CWD ?? process.cwd(), process.argv[3] ?? join(ROOT, "target/site"));
    checkSite(to);
    setUp();
    build();
    makeSite(to);
  },
  test,
  format() {
    setUp();
    run("cargo", ["fmt"]);
    run("biome", ["check", "--write", "."]);
  },
  bench() {
    setUp();
    build();
    setUpBrowser();
    run("cargo", ["build", "--locked", "--release", "--example", "bench"]);
    run("cargo", ["build", "--locked", "--release", "--manifest-path", "tests/stateright/Cargo.toml"]);
    run("node", ["scripts/bench.mjs"]);
  },
  size() {
    setUp();
    build();
    tell(process.argv[3]);
  },
  explore() {
    setUp();
    run("cargo", ["build", "--quiet", "--locked", "--profile", "search", "--example", "explore"]);
    // Its lines are to be seen as they come, and its status tells what was found.
    const from = process.env.INIT_CWD ?? process.cwd();
    const { status } = spawnSync(join(ROOT, "target/search/examples/explore"), process.argv.slice(3), {
      cwd: from,
      stdio: "inherit",
    });
    process.exitCode = status ?? 1;
  },
  conformance() {
    const from = process.env.INIT_CWD ?? process.cwd();
    // What begins with a dash is an option, as `--help`, and not a file.
    const files = process.argv
      .slice(3)
      .map((path) => (path.startsWith("-") || isAbsolute(path) ? path : join(from, path)));
    if (files.length === 0)
      throw new Failure("Name the files: `npm run conformance -- tests/vectors/repository.json`.");
    setUp();
    run("cargo", ["build", "--quiet", "--locked", "--release", "--example", "conformance"]);
    const { ok } = captured("cargo", [
      "run",
      "--quiet",
      "--locked",
      "--release",
      "--example",
      "conformance",
      "--",
      ...files,
    ]);
    process.exitCode = ok ? 0 : 1;
  },
  async fuzz() {
    const prepare = () => {
      setUp();
      build();
    };
    process.exitCode = await fuzz(process.argv.slice(3), prepare);
  },
  async environments() {
    const prepare = () => {
      setUp();
      build();
    };
    const isFine = await environments(process.argv.slice(3), { prepare, chrome: chromeIfAny() });
    process.exitCode = isFine ? 0 : 1;
  },
  rule() {
    tellRules(process.argv.slice(3));
  },
  "move-upstream"() {
    process.exitCode = moveUpstream(process.argv.slice(3));
  },
};

try {
  const task = tasks[process.argv[2]];
  if (!task) throw new Failure(`There is no such task; there are: ${Object.keys(tasks).join(", ")}.`);
  await task();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = error.status;
}
