// The page as a folder that any server of files can serve, at any path: what is built, each file beside its packed forms, and
// the headers to be sent with them, as the hosts take them that read such a file.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { headersFor } from "../src/js/cli/headers.js";
import { Failure, ROOT } from "./tools.mjs";

/** What shows that the folder is one of ours. */
const MARK = ".flyte-lifecycle-site";

/** What grows when it is packed, or is so small that it comes in one piece all the same. */
const isWorthPacking = (name, bytes) => /\.(css|html|js|json|svg|txt|wasm)$/.test(name) && bytes.length >= 1_000;

/** The names of all files in a folder, by their paths in it. */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath, path }) => join(parentPath ?? path, name));

/** The headers as Netlify and Cloudflare Pages read them. What has a digest in its name never changes. */
function headersText() {
  const lines = Object.entries(headersFor()).map(([name, value]) => `  ${name}: ${value}`);
  return ["/*", ...lines, "/assets/*", "  Cache-Control: public, max-age=31536000, immutable", ""].join("\n");
}

/** Refuses a folder that somebody else has made, before anything is done. */
export function checkSite(to) {
  const names = existsSync(to) ? readdirSync(to) : [];
  if (names.length > 0 && !names.includes(MARK)) {
    throw new Failure(`${to} has files that are not of this command; name a folder that is empty, or none yet.`);
  }
}

/** Makes the folder anew, with all that is in it. One that somebody else has made is left alone. */
export function makeSite(to) {
  checkSite(to);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  // From the first on it is ours, also if this is ended in the middle.
  writeFileSync(join(to, MARK), "Made by `npm run build:site` of flyte-lifecycle, which makes it anew.\n");
  cpSync(join(ROOT, "www/dist"), to, { recursive: true });
  const sizes = { plain: 0, gzip: 0, brotli: 0 };
  for (const file of filesIn(to)) {
    const bytes = readFileSync(file);
    sizes.plain += bytes.length;
    if (!isWorthPacking(file, bytes)) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const packed = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) };
    for (const [ending, small] of Object.entries(packed)) writeFileSync(`${file}.${ending}`, small);
    sizes.brotli += packed.br.length;
    sizes.gzip += packed.gz.length;
  }
  writeFileSync(join(to, "_headers"), headersText());
  // GitHub's Pages leave out what begins with a line otherwise.
  writeFileSync(join(to, ".nojekyll"), "");
  const kB = (bytes) => `${Math.round(bytes / 1_000).toLocaleString("en")} kB`;
  console.log(`\n${to}: ${kB(sizes.plain)}, packed ${kB(sizes.brotli)} as brotli and ${kB(sizes.gzip)} as gzip.`);
  console.log("Any server of files can serve it, at any path; README.md says how to have it send what is packed.");
}
