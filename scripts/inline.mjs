// What `flyte-lifecycle/inline` has inside: each module of pkg/, packed, as text in a script. `node scripts/inline.mjs` makes
// it alone, of the modules that are there.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { ROOT } from "./tools.mjs";

const MODULES = {
  main: "flyte_lifecycle_bg.wasm",
  reading: "reading/flyte_lifecycle_reading_bg.wasm",
  explore: "explore/flyte_lifecycle_explore_bg.wasm",
};

/** A module as a script, which `src/js/inflate.js` unpacks. */
function scriptOf(bytes) {
  const text = deflateRawSync(bytes, { level: 9, memLevel: 9 }).toString("base64");
  return `export default { size: ${bytes.length}, text: "${text}" };\n`;
}

/** Makes the scripts that are not there yet or are older than their module. */
export function buildInline() {
  const folder = join(ROOT, "pkg/inline");
  mkdirSync(folder, { recursive: true });
  for (const [name, module] of Object.entries(MODULES)) {
    const [from, to] = [join(ROOT, "pkg", module), join(folder, `${name}.js`)];
    if (
      existsSync(to) &&
      [from, fileURLToPath(import.meta.url)].every((path) => statSync(to).mtimeMs > statSync(path).mtimeMs)
    )
      continue;
    const script = scriptOf(readFileSync(from));
    writeFileSync(to, script);
    console.log(`pkg/inline/${name}.js: ${(script.length / 1000).toFixed(0)} kB`);
  }
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) buildInline();
