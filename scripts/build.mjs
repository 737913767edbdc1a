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
import { Failure, ROOT, run, TARGET } from "./tools.mjs";

const NAME = "flyte_lifecycle";
const PKG = join(ROOT, "pkg");

/** The newest change among files and folders. */
function newest(...paths) {
  let time = 0;
  for (const path of paths) {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      const inside = readdirSync(path).filter((name) => name !== "dist");
      time = Math.max(time, newest(...inside.map((name) => join(path, name))));
    } else time = Math.max(time, stat.mtimeMs);
  }
  return time;
}

const isFresh = () => {
  const built = join(PKG, "errors.js");
  const inputs = ["src", "Cargo.toml", "Cargo.lock", "scripts/build.mjs"].map((name) => join(ROOT, name));
  return existsSync(built) && statSync(built).mtimeMs > newest(...inputs);
};

/** Compiles the core into a module, with its glue. */
function compile(targetDir, out, flags, extra) {
  const features = flags.filter((flag) => flag !== "--no-typescript");
  const types = flags.filter((flag) => flag === "--no-typescript");
  const cargo = ["build", "--locked", "--release", "--lib", "--target", TARGET, "--target-dir", targetDir];
  run("cargo", [...cargo, ...features], extra);
  const built = `${targetDir}/${TARGET}/release/${NAME}.wasm`;
  run("wasm-bindgen", ["--target", "web", ...types, "--out-dir", out, built]);
  const wasm = join(out, `${NAME}_bg.wasm`);
  run("wasm-opt", [
    "-O3",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    wasm,
    "-o",
    wasm,
  ]);
}

/** Builds `pkg/` if anything it is made of has changed. */
export function build() {
  if (isFresh()) console.log("pkg/ is up to date.");
  else buildCore();
  buildElement();
}

/** The custom element, which is made of the page's own modules. */
function buildElement() {
  const built = join(PKG, "element/element.js");
  const inputs = ["www", "tests/traces", "vite.element.config.ts", "src/js"].map((name) => join(ROOT, name));
  if (existsSync(built) && statSync(built).mtimeMs > newest(...inputs)) return;
  run("vite", ["build", "--config", "vite.element.config.ts", "--logLevel", "warn"]);
}

function buildCore() {
  const began = new Date();
  const out = join(ROOT, "target/pkg");
  rmSync(out, { recursive: true, force: true });
  // Messages of broken invariants name source files; they need not name anybody's folders.
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const RUSTFLAGS = [`--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${ROOT}=.`].join(" ");
  compile("target", out, [], { RUSTFLAGS });
  // The explorer is a module of its own, fetched when somebody explores: it is built for speed, not for size.
  const explorer = join(out, "explore");
  const fast = { RUSTFLAGS, CARGO_PROFILE_RELEASE_OPT_LEVEL: "3" };
  compile("target/explore", explorer, ["--features", "explore", "--no-typescript"], fast);
  // The generated types use Symbol.dispose, which a consumer's own settings may not know. How the module is loaded is
  // said by the entries; the generated words for it need the DOM library, which a project for Node does not have.
  const types = join(out, `${NAME}.d.ts`);
  const [said, loading] = readFileSync(types, "utf8").split(/^(?=export type InitInput)/m);
  if (!loading) throw new Failure("wasm-bindgen wrote no InitInput where the types end.");
  writeFileSync(types, `/// <reference lib="esnext.disposable" />\n${said.trimEnd()}\n`);
  // The module throws the class that it was linked with, so the entries hand out that very one.
  const [snippet] = readdirSync(join(out, "snippets"));
  if (!snippet) throw new Failure("wasm-bindgen wrote no snippet for src/js/errors.js.");
  writeFileSync(join(out, "errors.js"), `export { LifecycleError } from "./snippets/${snippet}/src/js/errors.js";\n`);
  // What is changed while this runs is newer than what was built, and is built the next time.
  utimesSync(join(out, "errors.js"), began, began);
  rmSync(PKG, { recursive: true, force: true });
  renameSync(out, PKG);
}
