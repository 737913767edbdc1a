// Runs the properties: first the cases that once failed, then new ones.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { initSync } from "../../pkg/flyte_lifecycle.js";
import { PROPERTIES } from "./properties.mjs";

const CORPUS = fileURLToPath(new URL("corpus", import.meta.url));

/** The memory of the module may come to this, after whatever number of runs: what was given back is used again. */
export const WASM_BYTES_MAX = 256 << 20;

/** And that of the whole process, with all modules and what the search for cases takes itself. */
export const PROCESS_BYTES_MAX = 2 ** 31;

/** What no property says of itself: that memory is given back. */
function keepsMemory(name) {
  const bytes = initSync().memory.buffer.byteLength;
  if (bytes > WASM_BYTES_MAX) throw new Error(`After ${name} the module has ${bytes} bytes, of ${WASM_BYTES_MAX}.`);
  const { rss } = process.memoryUsage();
  if (rss > PROCESS_BYTES_MAX) throw new Error(`After ${name} the process has ${rss} bytes, of ${PROCESS_BYTES_MAX}.`);
}

/** The cases of the corpus, each with the property that it broke. */
export function corpus() {
  const names = readdirSync(CORPUS).filter((name) => name.endsWith(".json"));
  return names.sort().map((file) => ({ file, ...JSON.parse(readFileSync(join(CORPUS, file), "utf8")) }));
}

/** Keeps a case; answers where. */
export function keep(property, input, why) {
  mkdirSync(CORPUS, { recursive: true });
  const words = JSON.stringify({ property, why, input }, null, 2);
  const digest = createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 8);
  const path = join(CORPUS, `${property.replaceAll(" ", "-")}-${digest}.json`);
  writeFileSync(path, `${words}\n`);
  return path;
}

/** Asks a property of one case. */
export async function replay({ property, input }) {
  const found = PROPERTIES.find(({ name }) => name === property);
  if (!found)
    throw new Error(`There is no property "${property}"; there are ${PROPERTIES.map(({ name }) => name).join(", ")}.`);
  await found.holds(input);
}

/**
 * Asks a property of new cases: `runs` of them, or as many as fit into `ms`. `before` is told each before it is tried. A
 * case that fails is made as small as it will go; answers with it, or with how many held.
 */
export async function ask({ name, input, holds }, { seed, runs, ms, before = () => {} }) {
  let tried = 0;
  const property = fc.asyncProperty(input, async (value) => {
    tried += 1;
    before(value);
    await holds(value);
  });
  const limits = ms === undefined ? { numRuns: runs } : { numRuns: 1e9, interruptAfterTimeLimit: ms };
  // What shrinks for ever is told as it is by then.
  const result = await fc.check(property, { seed, ...limits, markInterruptAsFailure: false });
  keepsMemory(name);
  if (!result.failed) return { tried };
  const [failing] = result.counterexample;
  return { tried, failing, error: result.errorInstance, seed: result.seed };
}
