// What others wrote and we hand on, with their licences: the crates inside the modules, and the packages inside the page.
// It is told from what is really there, cargo's tree and the bundler's list of modules, so that nothing has to be
// remembered when a dependency comes or goes.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { env, Failure, ROOT, TARGET } from "./tools.mjs";

/** Where the notices are, in `pkg/` and on the built page. */
export const NOTICES = "THIRD-PARTY-NOTICES.txt";

const read = (command, args) => execFileSync(command, args, { cwd: ROOT, env, encoding: "utf8", maxBuffer: 1 << 28 });

/** The texts of licences and notices in a folder. Apache's is the same for everybody, and stands in LICENSE. */
function textsIn(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying|copyright|unlicense)/i.test(name));
  const texts = names.sort().map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
  return texts.filter((text) => !/Apache License\s+Version 2\.0, January 2004/.test(text));
}

/** Notices as text. What has the very same texts is told together. */
function told(what, components) {
  const groups = new Map();
  for (const { name, version, license, home, texts } of components) {
    if (texts.length === 0 && !/Apache-2\.0/.test(license)) {
      throw new Failure(`${name} ${version} (${license}) comes without the text of its licence; scripts/notices.mjs.`);
    }
    const words = texts.length > 0 ? texts.join("\n\n") : "Apache License 2.0; its text stands in LICENSE.";
    groups.set(words, [...(groups.get(words) ?? []), `${name} ${version} (${license})${home ? `\n  ${home}` : ""}`]);
  }
  const parts = [...groups].map(([words, heads]) => `${heads.sort().join("\n")}\n\n${words}\n`);
  return [`Third-party notices: ${what}\n`, ...parts.sort()].join(`\n${"-".repeat(80)}\n\n`);
}

/** The notices of all that is compiled into the modules. */
export function crateNotices() {
  const args = ["metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET];
  const { packages, resolve } = JSON.parse(read("cargo", args));
  const [byId, nodes] = [packages, resolve.nodes].map((list) => new Map(list.map((each) => [each.id, each])));
  const linked = new Set();
  const walk = (id) => {
    // What runs while it is compiled is in no module: build scripts, procedural macros, and what these need.
    if (linked.has(id) || byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"))) return;
    linked.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) walk(pkg);
  };
  walk(resolve.root);
  linked.delete(resolve.root);
  const crates = [...linked].map((id) => {
    const { name, version, license, repository, manifest_path } = byId.get(id);
    return { name, version, license: license ?? "", home: repository, texts: textsIn(dirname(manifest_path)) };
  });
  const [, version] = read("rustc", ["--version"]).split(" ");
  // Cargo does not list it. What it is made of in turn is told by COPYRIGHT-library.html of each release of Rust.
  const home = "https://github.com/rust-lang/rust/blob/HEAD/COPYRIGHT";
  crates.push({ name: "Rust's standard library", version, license: "MIT OR Apache-2.0", home, texts: [] });
  return told("what the WebAssembly modules are compiled from", crates);
}

/** A package of npm's. Vite's licence goes on to tell what Vite itself is bundled from, which is not on the page. */
function packageIn(folder) {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = textsIn(folder).map((text) => text.split(/^# Licenses of bundled dependencies$/m)[0].trim());
  return { name, version, license: license ?? "", home: homepage, texts };
}

/** The folder of the package that a module of a bundle is from; none for our own. */
function folderOf(id) {
  // Helpers that the tools add are named after them: "\0vite/preload-helper.js".
  const [, tool] = /^\0(vite|rolldown)\//.exec(id) ?? [];
  if (tool) return join(ROOT, "node_modules", tool);
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

/**
 * Two plugins: the first for workers, which are bundles of their own, the second for the whole, beside which it puts our
 * licence and the notices. `modules` is whether our modules are a part of it.
 */
export function noticesOf({ modules, license }) {
  const folders = new Set();
  const gather = (bundle) => {
    const ids = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    for (const folder of ids.map(folderOf)) if (folder) folders.add(folder);
  };
  const inWorkers = { name: "notices-of-workers", generateBundle: (_, bundle) => gather(bundle) };
  const inAll = {
    name: "notices",
    generateBundle(_, bundle) {
      gather(bundle);
      const parts = [];
      if (folders.size > 0) parts.push(told("what is bundled with our own scripts", [...folders].map(packageIn)));
      if (modules) {
        const path = join(ROOT, "pkg", NOTICES);
        if (!existsSync(path)) throw new Failure(`pkg/${NOTICES} is missing; \`npm run build\` writes it.`);
        parts.push(readFileSync(path, "utf8"));
      }
      if (parts.length === 0) return;
      const files = { [NOTICES]: parts.join(`\n${"=".repeat(80)}\n\n`) };
      if (license) files["LICENSE.txt"] = readFileSync(join(ROOT, "LICENSE"), "utf8");
      for (const [fileName, source] of Object.entries(files)) this.emitFile({ type: "asset", fileName, source });
    },
  };
  return { inWorkers, inAll };
}
