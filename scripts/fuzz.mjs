// Looks for what breaks the core and the package, for as long as it is told to: Rust's part (tests/fuzz.rs), and JavaScript's
// (tests/fuzz/properties.mjs). What is found is kept in tests/fuzz/corpus, and is tried first the next time.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { meant } from "../src/js/cli/meant.js";
import { Failure, ROOT, tried } from "./tools.mjs";

const HELP = `npm run fuzz -- [--minutes N] [--seed N] [--only NAME]

  --minutes  how long in all; 2 if absent
  --seed     what the cases follow from; another each time if absent
  --only     one property, by its name, or \`rust\``;

/** What takes longer than this hangs. */
const HANGS_AFTER_MS = 60_000;

function read(args) {
  const options = { minutes: { type: "string" }, seed: { type: "string" }, only: { type: "string" } };
  const flags = { help: { type: "boolean" } };
  try {
    return parseArgs({ args, options: { ...options, ...flags } }).values;
  } catch (error) {
    throw new Failure(`${error.message}\n\n${HELP}`);
  }
}

function number(name, text, whole) {
  const value = Number(text);
  if (value > 0 && (!whole || Number.isSafeInteger(value))) return value;
  throw new Failure(`--${name} is ${text}; it must be a ${whole ? "whole " : ""}number above 0.`);
}

/** Asks the properties of that name in a thread; tells each result. Answers with those that were not come to. */
function inThread({ names, seed, ms, told }) {
  const shared = new SharedArrayBuffer(8 + (1 << 20));
  const head = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL("../tests/fuzz/worker.mjs", import.meta.url), {
    workerData: { names, seed, ms, shared },
    // The stack is that of a page or a program, and not the larger one of a thread. How much memory may be used is held by
    // the properties; the limit here is for what would otherwise take the machine.
    resourceLimits: { stackSizeMb: 1, maxOldGenerationSizeMb: 2_048 },
  });
  const left = [...names];
  const last = () => JSON.parse(Buffer.from(new Uint8Array(shared, 8, head[0])).toString() || "null");
  return new Promise((resolve) => {
    let [seen, since] = [0, Date.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(head, 1);
      if (now !== seen) [seen, since] = [now, Date.now()];
      else if (Date.now() - since > HANGS_AFTER_MS) end(`it takes more than ${HANGS_AFTER_MS / 1_000} s`);
    }, 1_000);
    const end = (why) => {
      clearInterval(watch);
      worker.removeAllListeners();
      if (why !== undefined) told({ name: left.shift(), failing: last(), why });
      worker.terminate().then(() => resolve(left));
    };
    worker.on("message", (message) => {
      since = Date.now();
      if (message.name === undefined) return;
      left.shift();
      told(message);
    });
    worker.on("error", (error) => end(`the thread was ended by it: ${error?.stack ?? error}`));
    worker.on("exit", () => end());
  });
}

/** What the task `fuzz` does, once its words are understood and `prepare` is done; answers with the status to end with. */
export async function fuzz(args, prepare) {
  const { minutes: minutesAsked = "2", seed: seedAsked, only, help } = read(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const seconds = number("minutes", minutesAsked) * 60;
  const seed = seedAsked === undefined ? Math.floor(Math.random() * 2 ** 31) : number("seed", seedAsked, true);
  prepare();
  const { corpus, keep, replay } = await import("../tests/fuzz/check.mjs");
  const { PROPERTIES } = await import("../tests/fuzz/properties.mjs");
  const all = ["rust", ...PROPERTIES.map(({ name }) => name)];
  if (only !== undefined && !all.includes(only)) throw new Failure(`No property is called ${only}${meant(only, all)}`);
  const wanted = all.filter((name) => only === undefined || name === only);
  console.log(`\nSeed ${seed}; \`npm run fuzz -- --seed ${seed} --minutes ${minutesAsked}\` tries the same.`);
  let failures = 0;
  for (const found of corpus().filter(({ property }) => wanted.includes(property))) {
    try {
      await replay(found);
    } catch (error) {
      failures += 1;
      console.log(`\nFAILED  ${found.file}, which was found before: ${error?.stack ?? error}`);
    }
  }
  const isRust = wanted.includes("rust") && existsSync(join(ROOT, "tests/fuzz.rs"));
  let left = wanted.filter((name) => name !== "rust");
  if (isRust) {
    const forRust = left.length > 0 ? seconds / 2 : seconds;
    const cargo = ["test", "--locked", "--release", "--test", "fuzz", "--test", "witness", "--", "--nocapture"];
    const how = { FUZZ_SECONDS: String(Math.ceil(forRust)), FUZZ_SEED: String(seed) };
    if (!tried("cargo", cargo, how)) failures += 1;
  }
  const ms = (seconds * 1_000 * (isRust ? 0.5 : 1)) / left.length;
  const told = ({ name, tried, failing, why }) => {
    if (why === undefined) {
      console.log(`ok      ${name}: ${tried} cases`);
      return;
    }
    failures += 1;
    const kept = relative(ROOT, keep(name, failing, why.split("\n")[0]));
    console.log(`\nFAILED  ${name}, ${kept}: ${why}\nby ${JSON.stringify(failing)}\n`);
  };
  while (left.length > 0) left = await inThread({ names: left, seed, ms, told });
  console.log(`\n${failures === 0 ? "Nothing was found." : `${failures} failed.`}`);
  return failures === 0 ? 0 : 1;
}
