/*
 * Every trace of tests/traces is replayed by the package in this browser and must print the bytes of its file, as
 * tests/stories.rs has it natively and tests/package in Node. The package is taken as it is, not as the page bundles it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "./page.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm" };

test("every golden trace prints the same bytes here as natively and in Node", async ({ page }, { project }) => {
  test.skip(project.name !== "desktop", "what is printed does not depend on the width of the window");
  await page.route("**/package/**", (route) => {
    const path = join(ROOT, new URL(route.request().url()).pathname.replace("/package/", ""));
    return route.fulfill({ body: readFileSync(path), contentType: TYPES[extname(path)] ?? "text/plain" });
  });
  await page.goto("./");
  const folder = join(ROOT, "tests/traces");
  const names = readdirSync(folder).filter((name) => name.endsWith(".trace"));
  expect(names.length).toBeGreaterThan(150);
  const told = await page.evaluate(
    async (texts) => {
      const { load, Simulation } = await import(new URL("./package/src/js/browser.js", location.href).href);
      await load("reading");
      return texts.map((text) => {
        const sim = Simulation.fromTrace(text);
        const printed = sim.trace();
        sim.free();
        return printed;
      });
    },
    names.map((name) => readFileSync(join(folder, name), "utf8")),
  );
  for (const [at, name] of names.entries()) expect(told[at], name).toBe(readFileSync(join(folder, name), "utf8"));
});
