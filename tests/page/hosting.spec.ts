// What whoever hosts the built page hands on with it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";

const ROOT = join(import.meta.dirname, "../..");
const notices = () => readFileSync(join(ROOT, "www/dist/THIRD-PARTY-NOTICES.txt"), "utf8");

test("the page comes with our licence, and with a notice of all that it is made of", async ({ request }) => {
  const licence = await request.get("./LICENSE.txt");
  expect(await licence.text()).toBe(readFileSync(join(ROOT, "LICENSE"), "utf8"));
  const told = await (await request.get("./THIRD-PARTY-NOTICES.txt")).text();
  // The modules' are those of the package, whole.
  expect(told).toContain(readFileSync(join(ROOT, "pkg/THIRD-PARTY-NOTICES.txt"), "utf8"));
  // The parser of YAML is in a worker, which is a bundle of its own.
  const yaml = JSON.parse(readFileSync(join(ROOT, "node_modules/yaml/package.json"), "utf8"));
  expect(told).toContain(`\nyaml ${yaml.version} (ISC)\n`);
  expect(told).toContain(readFileSync(join(ROOT, "node_modules/yaml/LICENSE"), "utf8").trim());
});

test("a notice on the page is of something on the page", () => {
  const [bundled = ""] = notices().split(/^={80}$/m);
  const names = [...bundled.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)].map(([, name]) => name);
  expect(names).toContain("yaml");
  // Beside it only what the tools add of their own: how a chunk is fetched, and how modules are put together.
  expect(names.filter((name) => !["rolldown", "vite", "yaml"].includes(name ?? ""))).toEqual([]);
});
