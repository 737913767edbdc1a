// What whoever hosts the built page hands on with it.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { headersFor } from "../../scripts/headers.mjs";
import { expect, listen, open, test } from "./page.ts";

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

/** What is advised, but for who may frame the page: our own server lets pages of this machine do so. */
const ADVISED = Object.entries(headersFor()).map(([name, value]) => [name.toLowerCase(), value.split("frame-")[0]]);

test("every file comes with the headers that are advised, workers and modules too", async ({ request }) => {
  const assets = readdirSync(join(ROOT, "www/dist/assets"));
  for (const kind of [/\.worker-.*\.js$/, /\.wasm$/, /\.css$/, /^index-.*\.js$/]) {
    expect(
      assets.some((name) => kind.test(name)),
      String(kind),
    ).toBe(true);
  }
  for (const path of ["", "index.html", "early.js", ...assets.map((name) => `assets/${name}`)]) {
    const headers = (await request.get(`./${path}`)).headers();
    for (const [name = "", value = ""] of ADVISED) expect(headers[name] ?? "", `${name} of ${path}`).toContain(value);
    expect(headers["content-security-policy"], path).toContain("frame-ancestors 'self'");
    if (path.endsWith(".wasm")) expect(headers["content-type"]).toBe("application/wasm");
  }
});

test("a worker may ask nobody but the page's own server", async ({ page }) => {
  await open(page);
  const script = readdirSync(join(ROOT, "www/dist/assets")).find((name) => /yaml\.worker-.*\.js$/.test(name));
  // In the place of the worker's script stands one that asks elsewhere; it comes with the headers of the real one.
  await page.route(`**/${script}`, async (route) => {
    const body = `fetch("http://localhost:9/").then(() => "asked", () => "failed").then(postMessage);
      self.addEventListener("securitypolicyviolation", (event) => postMessage(event.effectiveDirective));`;
    await route.fulfill({ response: await route.fetch(), body });
  });
  const told = await page.evaluate(
    (address) =>
      new Promise<string[]>((resolve) => {
        const heard: string[] = [];
        const worker = new Worker(address, { type: "module" });
        worker.onmessage = ({ data }) => {
          heard.push(data);
          if (heard.length === 2) resolve(heard.sort());
        };
      }),
    `./assets/${script}`,
  );
  expect(told).toEqual(["connect-src", "failed"]);
});

test("another site may not frame the page", async ({ page, baseURL }) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(`<!doctype html><iframe title="lifecycle" src="${baseURL}/?embed"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const complaints = listen(page);
    // A name of this machine's that is none of those that may.
    await page.goto(`http://elsewhere.localhost:${(server.address() as AddressInfo).port}/`);
    await expect.poll(() => complaints.join()).toContain("frame-ancestors");
  } finally {
    server.close();
  }
});
