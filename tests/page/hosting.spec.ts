// What whoever hosts the built page hands on with it.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { makeSite } from "../../scripts/site.mjs";
import { headersFor } from "../../src/js/cli/headers.js";
import { expect, isIn, listen, open, test } from "./page.ts";

const ROOT = join(import.meta.dirname, "../..");
const notices = () => readFileSync(join(ROOT, "www/dist/THIRD-PARTY-NOTICES.txt"), "utf8");

test("the page comes with our licence, and with a notice of all that it is made of", async ({ request, page }) => {
  await open(page);
  const links = page.locator('footer a[href^="."]');
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")))).toEqual([
    "./LICENSE.txt",
    "./THIRD-PARTY-NOTICES.txt",
  ]);
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
    expect((await answerTo(baseURL, "/", { Host: host })).status, host).toBe(421);
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

test("pages of other origins may not read what the server sends", async ({ baseURL }) => {
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost:1234"]) {
    expect((await answerTo(baseURL, "/index.html", { Origin: origin })).allowed, origin).toBeUndefined();
  }
});

test("what is large comes packed, as the browser takes it", async ({ baseURL }) => {
  const [module = ""] = readdirSync(join(ROOT, "www/dist/assets")).filter((name) =>
    /^flyte_lifecycle_bg.*\.wasm$/.test(name),
  );
  const size = async (coding: string) => {
    const answer = await fetch(new URL(`assets/${module}`, baseURL), { headers: { "Accept-Encoding": coding } });
    await answer.arrayBuffer();
    expect(answer.headers.get("vary")).toBe("Accept-Encoding");
    return [answer.headers.get("content-encoding"), Number(answer.headers.get("content-length"))] as const;
  };
  const [[plain, whole], [br, small], [gzip, larger]] = [await size("identity"), await size("br"), await size("gzip")];
  expect([plain, br, gzip]).toEqual([null, "br", "gzip"]);
  expect(small).toBeLessThan(larger);
  expect(larger).toBeLessThan(whole / 2);
});

test("the site that is built works at any path of a server of files, which sends what is packed", async ({
  page,
}, info) => {
  test.skip(info.project.name !== "desktop", "what is served does not depend on the width of the window");
  const site = info.outputPath("site");
  const told = execFileSync("node", ["scripts/run.mjs", "site", site], { cwd: ROOT, encoding: "utf8" });
  expect(told).toMatch(/\bsite: .* as brotli and .* as gzip\.$/m);
  expect(() => makeSite(join(ROOT, "scripts"))).toThrow(/has files that are not of this command/);
  // As \`_headers\` is read where it is: paths, and below each what is sent with them.
  const rules = readFileSync(join(site, "_headers"), "utf8")
    .split(/\n(?=\/)/)
    .map((rule) => {
      const [path = "", ...lines] = rule.trim().split("\n");
      const headers = lines.map((line) => [
        line.slice(0, line.indexOf(":")).trim(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]);
      return { begins: path.replace("*", ""), headers: Object.fromEntries(headers) as Record<string, string> };
    });
  const sent: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    const path = pathname.replace(/^\/some\/where/, "").replace(/\/$/, "/index.html");
    if (!pathname.startsWith("/some/where/") || !existsSync(join(site, path))) return response.writeHead(404).end();
    for (const { headers } of rules.filter(({ begins }) => path.startsWith(begins))) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
    types[".wasm"] = "application/wasm";
    response.setHeader("Content-Type", types[extname(path)] ?? "image/svg+xml");
    const packed = existsSync(join(site, `${path}.br`));
    if (packed) response.setHeader("Content-Encoding", "br");
    sent.push(`${path}${packed ? ".br" : ""}`);
    return response.end(readFileSync(join(site, packed ? `${path}.br` : path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const complaints = listen(page);
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://localhost:${port}/some/where/#v2/u/4/cdemo~QRSz`);
    await isIn(page, "SUCCEEDED");
    expect(complaints).toEqual([]);
    expect(sent.filter((path) => path.endsWith(".wasm.br"))).toHaveLength(1);
    const plain = sent.filter((path) => path.endsWith(".js"));
    expect(plain.filter((path) => readFileSync(join(site, path)).length >= 1_000)).toEqual([]);
  } finally {
    server.close();
  }
});
