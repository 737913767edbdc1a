// Builds the package: cargo, wasm-bindgen, wasm-opt. What was built before stays until the new one is whole.
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { buildInline } from "./inline.mjs";
import { MANIFEST, manifest } from "./manifest.mjs";
import { crateNotices, NOTICES } from "./notices.mjs";
import { Failure, ROOT, run, TARGET } from "./tools.mjs";

const NAME = "flyte_lifecycle";
const PKG = join(ROOT, "pkg");

/** The newest change among files and folders. */
function newest(...paths) {
  let time = 0;
  for (const path of paths) {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      // Neither what was built nor the command line, which nothing is built of.
      const inside = readdirSync(path).filter((name) => name !== "dist" && name !== "cli");
      time = Math.max(time, newest(...inside.map((name) => join(path, name))));
    } else time = Math.max(time, stat.mtimeMs);
  }
  return time;
}

const isFresh = () => {
  const built = join(PKG, "errors.js");
  const inputs = [
    "src",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "scripts/build.mjs",
    "scripts/notices.mjs",
  ].map((name) => join(ROOT, name));
  return existsSync(built) && statSync(built).mtimeMs > newest(...inputs);
};

// What is fetched when somebody asks for it. Exploring takes speed, not size, and larger functions are slower there.
const PARTS = {
  reading: { size: true },
  explore: { size: false },
};

/** A part of the package as cargo leaves it, before wasm-bindgen. */
const compiled = (part) =>
  join(ROOT, part === undefined ? "target" : `target/${part}`, TARGET, "release", `${NAME}.wasm`);

const nameOf = (part) => (part === undefined ? NAME : `${NAME}_${part}`);

/** Compiles the main module, or the part of that name, with its glue. */
function compile(out, part, extra) {
  const size = part === undefined || PARTS[part].size;
  // One folder for each way to compile, so that none has the other compiled anew.
  const targetDir = part === undefined ? "target" : `target/${part}`;
  const features = part === undefined ? [] : ["--features", part];
  const cargo = ["build", "--locked", "--release", "--lib", "--target", TARGET, "--target-dir", targetDir, ...features];
  run("cargo", cargo, size ? extra : { ...extra, CARGO_PROFILE_RELEASE_OPT_LEVEL: "3" });
  const types = part === undefined ? [] : ["--no-typescript"];
  // Where a module is, the entries say: glue that said so as well would have a bundler bring it also where it is inside.
  const glue = ["--target", "web", "--omit-default-module-path", ...types];
  run("wasm-bindgen", [...glue, "--out-name", nameOf(part), "--out-dir", out, compiled(part)]);
  const wasm = join(out, `${nameOf(part)}_bg.wasm`);
  run("wasm-opt", [...optimisations(size), wasm, "-o", wasm]);
}

const optimisations = (size) => [
  "-O3",
  // To put every function with one caller into it makes what is compressed larger; so does naming what is said twice.
  ...(size ? ["--one-caller-inline-max-function-size", "20", "--skip-pass=local-cse"] : []),
  ...FEATURES,
];

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-nontrapping-float-to-int",
  "--enable-sign-ext",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
];

/** Makes a module once more, from what cargo left or what was made of that; answers where it is. */
function again(part, folder, from, ...extra) {
  const size = part === undefined || PARTS[part].size;
  const [name, out] = [nameOf(part), join(ROOT, "target", folder)];
  run("wasm-bindgen", ["--target", "web", "--no-typescript", "--out-name", name, "--out-dir", out, from]);
  const wasm = join(out, `${name}_bg.wasm`);
  run("wasm-opt", [...optimisations(size), ...extra, wasm, "-o", wasm]);
  return wasm;
}

/** A module as it is built, but with the names of its functions; answers where it is. */
export const named = (part) => again(part, "size", compiled(part), "-g");

/**
 * A module as it is built, but that it calls `log_execution` at the start and the end of each function and at each
 * turn of each loop; answers where it is. What WebAssembly copies or fills by one instruction is a loop there as well, with
 * a turn for each byte.
 */
export function counting(part) {
  if (!existsSync(compiled(part))) buildCore();
  const made = join(ROOT, "target/counting", `${nameOf(part)}_bg.wasm`);
  if (existsSync(made) && statSync(made).mtimeMs > newest(compiled(part), join(ROOT, "scripts/build.mjs"))) return made;
  const looped = join(ROOT, "target", `${nameOf(part)}_looped.wasm`);
  run("wasm-opt", [...FEATURES, "--llvm-memory-copy-fill-lowering", "-g", compiled(part), "-o", looped]);
  return again(part, "counting", looped, "--log-execution");
}

/** Builds `pkg/` if anything it is made of has changed. */
export function build() {
  if (isFresh()) console.log("pkg/ is up to date.");
  else buildCore();
  buildInline();
  writeFileSync(join(PKG, MANIFEST), `${JSON.stringify(manifest(), null, 2)}\n`);
  for (const bundle of BUNDLES) buildBundle(bundle);
}

/**
 * What Vite bundles of the page's own modules: the custom element, what the command line reads by them, and the page itself,
 * which ships with the package.
 */
const BUNDLES = [
  { built: "pkg/element/element.js", config: "vite.element.config.ts" },
  { built: "pkg/cli/link.js", config: "vite.cli.config.ts" },
  { built: "www/dist/index.html", config: "vite.config.ts", of: ["pkg/errors.js"] },
];

function buildBundle({ built, config, of = [] }) {
  const path = join(ROOT, built);
  const inputs = ["www", "tests/traces", config, "scripts/notices.mjs", "src/js", ...of].map((name) =>
    join(ROOT, name),
  );
  if (existsSync(path) && statSync(path).mtimeMs > newest(...inputs)) return;
  run("vite", ["build", "--config", config, "--logLevel", "warn"]);
}

function buildCore() {
  const began = new Date();
  const out = join(ROOT, "target/pkg");
  rmSync(out, { recursive: true, force: true });
  // Messages of broken invariants name source files; they need not name anybody's folders.
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const RUSTFLAGS = [
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${ROOT}=.`,
    // The entries put the stack back to where it began when a call was broken off in the middle.
    "-Clink-arg=--export=__stack_pointer",
  ].join(" ");
  compile(out, undefined, { RUSTFLAGS });
  for (const part of Object.keys(PARTS)) compile(join(out, part), part, { RUSTFLAGS });
  // The generated types use Symbol.dispose, which a consumer's own settings may not know. How the module is loaded is
  // said by the entries; the generated words for it need the DOM library, which a project for Node does not have.
  const types = join(out, `${NAME}.d.ts`);
  const [said, loading] = readFileSync(types, "utf8").split(/^(?=export type InitInput)/m);
  if (!loading) throw new Failure("wasm-bindgen wrote no InitInput where the types end.");
  writeFileSync(types, `/// <reference lib="esnext.disposable" />\n${said.trimEnd()}\n`);
  // The module throws the class that it was linked with, so the entries hand out that very one; and show things as it does.
  const [snippet] = readdirSync(join(out, "snippets"));
  if (!snippet) throw new Failure("wasm-bindgen wrote no snippet for src/js/errors.js.");
  const snippets = `./snippets/${snippet}/src/js`;
  const handed = { errors: "LifecycleError", json: "shownOf, troubleOf" };
  const lines = Object.entries(handed).map(([from, names]) => `export { ${names} } from "${snippets}/${from}.js";\n`);
  writeFileSync(join(out, "errors.js"), lines.join(""));
  writeFileSync(join(out, NOTICES), crateNotices());
  // What is changed while this runs is newer than what was built, and is built the next time.
  utimesSync(join(out, "errors.js"), began, began);
  rmSync(PKG, { recursive: true, force: true });
  renameSync(out, PKG);
}
