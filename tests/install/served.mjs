// What a page says that is served from a folder and opened in a browser.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createListener } from "node:net";
import { extname, join } from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/** A page that does nothing but run a script, as a module or as scripts were before there were any. */
export const html = (script, attributes = 'type="module"') =>
  `<!doctype html><html lang="en"><head><link rel="icon" href="data:,"></head><body><script ${attributes} src="${script}"></script></body></html>`;

/** Serves a folder under a sub-path with a strict policy, as long as it is used. */
export async function serving(folder, use) {
  const server = createServer((request, response) => {
    try {
      const path = new URL(request.url, "http://x").pathname.replace(/^\/some\/where\//, "");
      const body = readFileSync(join(folder, path));
      response.writeHead(200, {
        "Content-Type": TYPES[extname(path)] ?? "text/plain",
        "Content-Security-Policy": POLICY,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/some/where/`);
  } finally {
    server.close();
  }
}

/** Opens a folder's page; answers with its title, and what went wrong. */
export const opened = (browser, folder, page, prepare = () => {}) =>
  serving(folder, (address) => visited(browser, `${address}${page}`, { prepare }));

/** Opens an address, and answers with the title that its script sets, and what went wrong by then. */
export async function visited(browser, address, { prepare = () => {}, timeout = 15_000, usual = "" } = {}) {
  const tab = await browser.newPage();
  const wrong = [];
  tab.on("console", (message) => {
    // What a browser asks for by itself, nobody has to have.
    const isOwn = message.location().url.endsWith("/favicon.ico");
    if (message.type() === "error" && !isOwn) wrong.push(message.text());
  });
  tab.on("pageerror", (error) => wrong.push(String(error)));
  tab.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(address).origin && !["ws:", "data:", "blob:"].includes(protocol))
      wrong.push(`request to ${request.url()}`);
  });
  try {
    await tab.addInitScript(prepare);
    await tab.goto(address);
    await tab.waitForFunction((title) => document.title !== title, usual, { timeout }).catch(() => {});
    return { title: await tab.title(), wrong };
  } finally {
    await tab.close();
  }
}

/** A port that nobody has. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createListener();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
