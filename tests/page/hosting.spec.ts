// What whoever hosts the built page hands on with it.
import { readdirSync, readFileSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { headersFor } from "../../src/js/cli/headers.js";
import { expect, listen, open, test } from "./page.ts";

const ROOT = join(import.meta.dirname, "../..");
const notices = () => readFileSync(join(ROOT, "www/dist/THIRD-PARTY-NOTICES.txt"), "utf8");

test("the page comes with our licence, and with a notice of all that it is made of", async ({ request }) => {
  const licence = await request.get("./LICENSE.txt");
  expect(await licence.text()).toBe(readFileSync(join(ROOT, "LICENSE"), "utf8"));
  const told = await (await request.get("./THIRD-PARTY-NOTICES.txt")).text();
  // The modules' are those of the package, whole.
  expect(told).toContain(readFileSync(join(ROOT, "pkg/THIRD-PARTY-NOTICES.txt"), "utf8"));
});

test("a notice on the page is of something on the page", () => {
  const [bundled = ""] = notices().split(/^={80}$/m);
  const names = [...bundled.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)].map(([, name]) => name);
  // Only what the tools add of their own: how a chunk is fetched, and how modules are put together.
  expect(names.filter((name) => !["rolldown", "vite"].includes(name ?? ""))).toEqual([]);
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
  const script = readdirSync(join(ROOT, "www/dist/assets")).find((name) => /reader\.worker-.*\.js$/.test(name));
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

/** What the server answers a request as it is written, which browsers and fetch would put in order first. */
function answerTo(baseURL: string | undefined, path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(baseURL ?? "");
  return new Promise<{ status?: number; allowed?: string; text: string }>((resolve, reject) => {
    const asked = ask({ hostname, port, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data) => {
        text += data;
      });
      response.on("end", () => {
        const allowed = response.headers["access-control-allow-origin"];
        resolve({ text, ...(response.statusCode && { status: response.statusCode }), ...(allowed && { allowed }) });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("a name that is none of this machine's is refused, so that no other site's name can be turned to it", async ({
  baseURL,
}) => {
  const { port } = new URL(baseURL ?? "");
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "localhost.evil.example"]) {
    expect((await answerTo(baseURL, "/", { Host: host })).status, host).toBe(403);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    expect((await answerTo(baseURL, "/", { Host: host })).status, host).toBe(200);
  }
});

test("no path leads out of the built page", async ({ baseURL }) => {
  const page = readFileSync(join(ROOT, "www/dist/index.html"), "utf8");
  for (const path of [
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2f..%2fpackage.json",
    "/assets/../../package.json",
    "/assets/..%5c..%5cpackage.json",
    "/....//package.json",
    "/%c0%ae%c0%ae/package.json",
    "/index.html%00.json",
    "/%",
    "//etc/passwd",
    "/@fs/etc/passwd",
    `/@fs${ROOT}/package.json`,
    `/@fs${ROOT}/package.json?raw`,
    "/package.json?import&raw",
    "/__open-in-editor?file=package.json",
    "/@vite/client",
    "/.git/config",
    "/main.ts",
  ]) {
    const { status, text } = await answerTo(baseURL, path);
    // What nobody knows is answered with the page itself.
    expect(status === 200 ? text === page : [400, 403, 404].includes(status ?? 0) && text.length < 200, path).toBe(
      true,
    );
  }
});

test("pages of other sites may not read what the server sends; those of this machine may", async ({ baseURL }) => {
  for (const origin of [
    "https://evil.example",
    "null",
    "https://localhost.evil.example",
    "http://127.0.0.1.evil.example",
  ]) {
    expect((await answerTo(baseURL, "/index.html", { Origin: origin })).allowed, origin).toBeUndefined();
  }
  expect((await answerTo(baseURL, "/index.html", { Origin: "http://localhost:1234" })).allowed).toBe(
    "http://localhost:1234",
  );
});
