// Serves the built page to this machine alone: on the loopback address, to requests that name it, with the headers of
// SECURITY.md, packed as the browser takes it. With a run beside it, it is below a path that others who use the machine do not
// know.

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { headersFor } from "./headers.js";
import { Trouble } from "./trouble.js";

/** Where the page is in the package. */
export const PAGE = fileURLToPath(new URL("../../../www/dist", import.meta.url));

const HOST = "127.0.0.1";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

// Smaller by a tenth than gzip, at a quality that keeps nobody waiting; each file is packed once.
const PACKERS = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } }),
  gzip: promisify(gzip),
};

/** What there is to serve, by its path: nothing else is looked for, whatever a request asks. */
function filesOf(folder, run) {
  let names;
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  } catch {
    names = [];
  }
  const files = new Map();
  for (const { name, parentPath, path } of names) {
    const full = join(parentPath ?? path, name);
    files.set(full.slice(folder.length + 1).replaceAll(sep, "/"), { path: full, type: TYPES[extname(name)] });
  }
  if (!files.has("index.html")) throw new Trouble("The page is not built: `npm run build` makes it.");
  files.set("", files.get("index.html"));
  if (run !== undefined) files.set("run", { bytes: Buffer.from(run), type: TYPES[".txt"], isPrivate: true });
  return files;
}

/** The bytes of a file as the one who asks takes them, and how they are packed. */
async function packed(file, accepted) {
  file.bytes ??= readFileSync(file.path);
  const taken = accepted.split(",").filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each));
  const coding = Object.keys(PACKERS).find((name) => taken.some((each) => each.split(";")[0].trim() === name));
  if (coding === undefined || file.bytes.length < 1_000) return { body: file.bytes };
  file.packed ??= {};
  file.packed[coding] ??= PACKERS[coding](file.bytes);
  return { body: await file.packed[coding], coding };
}

/**
 * Serves the page, with the text of a run beside it if there is one; answers its address and what ends it. `port` is 0 for
 * any that is free. `isOpen` serves it as a site is: at `/`, and to whoever of this machine's frames it.
 */
export async function served({ run, port = 0, folder = PAGE, isOpen = false } = {}) {
  const files = filesOf(folder, run);
  const base = isOpen ? "/" : `/${randomBytes(12).toString("hex")}/`;
  const security = isOpen
    ? headersFor("'self' http://127.0.0.1:* http://localhost:*")
    : { ...headersFor("'none'"), "Cross-Origin-Resource-Policy": "same-origin" };
  let names = [];
  const answer = async (request, response) => {
    const refuse = (status, words) => {
      response.writeHead(status, { ...security, "Content-Type": TYPES[".txt"] });
      response.end(`${words}\n`);
    };
    // A name of another site's that leads here, as after DNS rebinding, is none of ours.
    if (!names.includes(request.headers.host)) return refuse(421, "This server answers to 127.0.0.1 alone.");
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "There is nothing here to change.");
    const path = request.url.split("?", 1)[0];
    const file = path.startsWith(base) ? files.get(path.slice(base.length)) : undefined;
    if (!file) return refuse(404, "There is nothing here.");
    const { body, coding } = await packed(file, String(request.headers["accept-encoding"] ?? ""));
    response.writeHead(200, {
      ...security,
      "Content-Type": file.type ?? "application/octet-stream",
      "Content-Length": body.length,
      "Cache-Control": file.isPrivate ? "no-store" : "no-cache",
      Vary: "Accept-Encoding",
      ...(coding && { "Content-Encoding": coding }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", ({ code }) => {
      reject(new Trouble(`Port ${port} cannot be served at: ${code === "EADDRINUSE" ? "it is taken" : code}.`));
    });
    server.listen(port, HOST, resolve);
  });
  const at = server.address().port;
  // Where a port is the usual one, nobody who asks names it.
  names = [HOST, "localhost"].map((host) => new URL(`http://${host}:${at}`).host);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://${HOST}:${at}${base}`, close };
}
