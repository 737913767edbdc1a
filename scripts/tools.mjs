// Obtains what the scripts need, from package registries alone, and runs it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const TARGET = "wasm32-unknown-unknown";
const WASM_PACK = "0.15.1";

/** A failure that is told in one sentence, and the status to end with. */
export class Failure extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

// One folder for each version of a tool, outside the checkout, so that a fresh clone finds it.
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "flyte-lifecycle");
const toolDir = (crate, version) => join(cache, `${crate}-${version}`);

/** The version of wasm-bindgen in Cargo.lock: crate and tool must be the same. */
const wasmBindgen = () => {
  const lock = readFileSync(join(ROOT, "Cargo.lock"), "utf8");
  const found = /name = "wasm-bindgen"\nversion = "(.*?)"/.exec(lock);
  if (!found) throw new Failure("Cargo.lock names no wasm-bindgen; restore it with `git checkout Cargo.lock`.");
  return found[1];
};

const env = { ...process.env };
env.PATH = [
  join(ROOT, "node_modules", ".bin"),
  join(toolDir("wasm-bindgen-cli", wasmBindgen()), "bin"),
  join(toolDir("wasm-pack", WASM_PACK), "bin"),
  process.env.PATH,
  join(homedir(), ".cargo", "bin"),
].join(delimiter);

export { env };

const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

/** Runs a command with its output shown; answers whether it went well. */
export function tried(command, args = [], extra = {}) {
  console.log(`\n$ ${command} ${args.join(" ")}`);
  const began = Date.now();
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env: { ...env, ...extra } });
  console.log(`# ${seconds(began)}`);
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/** Runs a command with its output shown, and stops if it fails. */
export function run(command, args = [], extra = {}) {
  if (!tried(command, args, extra)) throw new Failure(`\`${command} ${args.join(" ")}\` failed; its output is above.`);
}

/** Runs a command, shows its output and answers with it. */
export function captured(command, args = [], extra = {}) {
  console.log(`\n$ ${command} ${args.join(" ")}`);
  const began = Date.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...env, ...extra },
    maxBuffer: 1 << 28,
  });
  const text = `${stdout ?? ""}${stderr ?? ""}${error ? `${command}: ${error.message}\n` : ""}`;
  process.stdout.write(text);
  console.log(`# ${seconds(began)}`);
  return { ok: status === 0, text };
}

const output = (command, args) => spawnSync(command, args, { env, encoding: "utf8" }).stdout?.trim() ?? "";
const which = (...names) => names.map((name) => output("sh", ["-c", `command -v ${name}`])).find(Boolean);

// An unoptimised build takes a third of the time and is fast enough for these tools.
function cargoTool(crate, bin, version) {
  if (output(bin, ["--version"]).split(" ")[1] === version) return;
  console.log(`\n${crate} ${version} is installed once, into ${toolDir(crate, version)}; this takes a minute or two.`);
  run("cargo", ["install", crate, "--version", version, "--locked", "--debug", "--root", toolDir(crate, version)], {
    CARGO_PROFILE_DEV_DEBUG: "0",
    CARGO_TARGET_DIR: join(cache, "build"),
  });
}

/** What a build needs: Node, Rust with the wasm target, npm's packages, wasm-bindgen. */
export function setUp() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Failure(`Node 20 or later is needed; this is ${process.version}. Install it from https://nodejs.org.`);
  }
  if (!which("cargo")) {
    throw new Failure("Rust is needed: install rustup from https://rustup.rs, open a new shell, and try again.");
  }
  if (!which("cc", "gcc", "clang")) {
    throw new Failure(
      "A C linker is needed by Rust: install gcc or clang (Debian: `apt-get install build-essential`).",
    );
  }
  chooseToolchain();
  installPackages();
  addTarget();
  cargoTool("wasm-bindgen-cli", "wasm-bindgen", wasmBindgen());
}

function installPackages() {
  const installed = join(ROOT, "node_modules/.package-lock.json");
  const lock = join(ROOT, "package-lock.json");
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) run("npm", ["ci"]);
}

/**
 * The Rust that rust-toolchain.toml asks for: as it is installed, by whatever name, or else as rustup fetches it. Where it
 * cannot be had, the one that is there goes before the file. Without rustup nobody reads the file.
 */
function chooseToolchain() {
  if (!which("rustup") || env.RUSTUP_TOOLCHAIN) return;
  const [, pinned] = /^channel = "(.*)"$/m.exec(readFileSync(join(ROOT, "rust-toolchain.toml"), "utf8")) ?? [];
  const installed = output("rustup", ["toolchain", "list"]).split("\n");
  if (installed.some((line) => line === pinned || line.startsWith(`${pinned}-`))) return;
  const [usual] = output("rustup", ["default"]).split(" ");
  const [, version] = output("rustup", ["run", usual, "rustc", "--version"]).split(" ");
  if (version !== pinned) {
    const parts = ["--profile", "minimal", "--component", "clippy,rustfmt", "--target", TARGET];
    if (tried("rustup", ["toolchain", "install", pinned, ...parts])) return;
    if (!version) throw new Failure(`Rust ${pinned} is needed, and could not be fetched: see above.`);
    console.log(`\nRust ${pinned} could not be fetched, so ${usual} (${version}) builds: its bytes may be others.`);
  }
  env.RUSTUP_TOOLCHAIN = usual;
}

function addTarget() {
  const lib = join(output("rustc", ["--print", "sysroot"]), "lib/rustlib", TARGET, "lib");
  if (existsSync(lib)) return;
  if (!which("rustup")) {
    throw new Failure(`Rust's ${TARGET} target is missing: install Rust with rustup from https://rustup.rs.`);
  }
  run("rustup", ["target", "add", TARGET]);
}

/** wasm-pack, which runs the tests in Node and in a browser. */
export function setUpWasmPack() {
  cargoTool("wasm-pack", "wasm-pack", WASM_PACK);
}

function findBrowser() {
  env.CHROME ||= which("chromium", "google-chrome-stable", "google-chrome", "chromium-browser") ?? "";
  env.CHROMEDRIVER ||= which("chromedriver") ?? "";
  return env.CHROME && env.CHROMEDRIVER;
}

/** The Chromium that is named or there, if any. */
export function chromeIfAny() {
  findBrowser();
  return env.CHROME;
}

/** Chromium and its driver: what is named, what is there, what Debian has. Nothing is fetched that no registry vouches for. */
export function setUpBrowser() {
  if (!findBrowser() && process.getuid?.() === 0 && which("apt-get")) {
    run("apt-get", ["update"]);
    run("apt-get", ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]);
  }
  if (!findBrowser()) {
    throw new Failure(
      `${env.CHROME ? "No ChromeDriver" : "No browser"}: install Chromium or Chrome with the ChromeDriver of its version ` +
        "(Debian: `apt-get install chromium chromium-driver`), or set CHROME and CHROMEDRIVER to where they are.",
    );
  }
  // ChromeDriver's own idea of where Chrome is may differ from ours.
  const capabilities = JSON.parse(readFileSync(join(ROOT, "webdriver.json"), "utf8"));
  capabilities["goog:chromeOptions"].binary = env.CHROME;
  mkdirSync(join(ROOT, "target"), { recursive: true });
  writeFileSync(join(ROOT, "target/webdriver.json"), JSON.stringify(capabilities));
  env.WASM_BINDGEN_TEST_WEBDRIVER_JSON = join(ROOT, "target/webdriver.json");
}

const GECKODRIVER = "0.37.1";

/** Where Debian has the small browser that WebKit's driver steers. */
const MINIBROWSER = () =>
  which(
    "$(ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser /usr/lib/*/webkit2gtk-4.0/MiniBrowser /usr/libexec/webkit2gtk-4.1/MiniBrowser 2>/dev/null | head -n 1)",
  );

function findOtherBrowsers() {
  env.FIREFOX ||= which("firefox-esr", "firefox") ?? "";
  env.WEBKITDRIVER ||= which("WebKitWebDriver") ?? "";
  env.MINIBROWSER ||= MINIBROWSER() ?? "";
  env.XVFB ||= which("Xvfb") ?? "";
  return env.FIREFOX && env.WEBKITDRIVER && env.MINIBROWSER && env.XVFB;
}

/** Which browsers there are beside Chromium, as far as is known by now. */
export const otherBrowsers = () => ({
  Firefox: Boolean(env.FIREFOX && env.GECKODRIVER),
  WebKit: Boolean(env.WEBKITDRIVER && env.MINIBROWSER && env.XVFB),
});

/**
 * Firefox and WebKit with their drivers, as far as they can be had: what is named, what is there, what Debian and crates.io
 * have. Of one that is not there it is said what to install, and its tests are skipped.
 */
export function setUpOtherBrowsers() {
  if (!findOtherBrowsers() && process.getuid?.() === 0 && which("apt-get")) {
    const packages = ["firefox-esr", "webkit2gtk-driver", "xvfb"];
    if (tried("apt-get", ["update"])) tried("apt-get", ["install", "-y", "--no-install-recommends", ...packages]);
    findOtherBrowsers();
  }
  env.GECKODRIVER ||= which("geckodriver") ?? "";
  if (env.FIREFOX && !env.GECKODRIVER) {
    const installed = join(toolDir("geckodriver", GECKODRIVER), "bin/geckodriver");
    try {
      if (!existsSync(installed)) cargoTool("geckodriver", "geckodriver", GECKODRIVER);
    } catch (error) {
      console.error(error.message);
    }
    if (existsSync(installed)) env.GECKODRIVER = installed;
  }
  // The runner of the wasm tests adds what makes it headless.
  mkdirSync(join(ROOT, "target"), { recursive: true });
  const firefox = { "moz:firefoxOptions": { binary: env.FIREFOX } };
  writeFileSync(join(ROOT, "target/firefox.json"), JSON.stringify(firefox));
  const missing = {
    Firefox: "Firefox (Debian: `apt-get install firefox-esr`) and geckodriver (`cargo install geckodriver`)",
    WebKit: "WebKit's driver with its browser and Xvfb (Debian: `apt-get install webkit2gtk-driver xvfb`)",
  };
  for (const [name, isHere] of Object.entries(otherBrowsers())) {
    if (!isHere) console.log(`\nSKIPPED: ${name} is not here. To have its tests run, install ${missing[name]}.`);
  }
}
