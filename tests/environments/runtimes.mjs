// What runs a program by itself: Node, Deno, Bun, and Cloudflare's Workers.
import { NODE, PRINT, program } from "./kit.mjs";

const by = (entry) => ({ "program.js": program(entry), "main.js": PRINT });

/** CommonJS, which gets a module that waits for nothing by require, and any other by import. */
const REQUIRED = `const { Simulation } = require("flyte-lifecycle");
const sim = new Simulation();
sim.dispatch({ type: "createRun", run: "r1" });
console.log(sim.snapshot().actions[0].phase);`;

const LATER = `import("./program.js").then(({ told }) => told()).then((text) => console.log(text));`;

function node(version) {
  const cases = {
    "main entry": (project) => {
      project.write(by("flyte-lifecycle"));
      return project.node("main.js");
    },
    inline: (project) => {
      project.write(by("flyte-lifecycle/inline"));
      return project.node("main.js");
    },
    "init, from disk": (project) => {
      project.write({
        "program.js": `import init from "flyte-lifecycle/init";await init();${program("flyte-lifecycle/init")}`,
        "main.js": PRINT,
      });
      return project.node("main.js");
    },
    "CommonJS, by import()": (project) => {
      project.write({ ...by("flyte-lifecycle"), "main.cjs": LATER });
      return project.node("main.cjs");
    },
    "CommonJS, by require": {
      tells: "QUEUED",
      run: (project) => {
        project.write({ "main.cjs": REQUIRED });
        return project.node("main.cjs");
      },
    },
  };
  return { name: `Node ${version.split(".")[0]}`, packages: { [NODE]: version }, cases };
}

const bun = (project, ...args) => project.run(project.at("node_modules/@oven", BUN, "bin/bun"), args);
const BUN = `bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
const DENO = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;

const WORKER =
  'import { told } from "./program.js";export default { fetch: async () => new Response(await told().catch(String)) };';
const WRANGLER = { name: "worker", main: "main.js", compatibility_date: "2026-07-01" };

/** As wrangler bundles it and workerd runs it, on this machine. */
function worker(entry) {
  return (project) => {
    project.write({ "program.js": program(entry), "main.js": WORKER, "wrangler.json": WRANGLER });
    const args = (port) => ["dev", "--ip", "127.0.0.1", "--port", String(port), "--show-interactive-dev-session=false"];
    return project.serving("wrangler", args, async (address) => (await fetch(address)).text());
  };
}

export const RUNTIMES = [
  node("20.20.2"),
  node("22.23.5"),
  node("24.22.3"),
  {
    name: "Deno 2",
    packages: { [`@deno/${DENO}`]: "2.9.6" },
    cases: Object.fromEntries(
      ["flyte-lifecycle", "flyte-lifecycle/inline"].map((entry) => [
        entry === "flyte-lifecycle" ? "main entry" : "inline",
        (project) => {
          project.write(by(entry));
          return project.run(project.at("node_modules/@deno", DENO, "deno"), ["run", "--no-remote", "-A", "main.js"]);
        },
      ]),
    ),
  },
  {
    name: "Bun 1",
    packages: { [`@oven/${BUN}`]: "1.4.5" },
    cases: {
      "main entry": (project) => {
        project.write(by("flyte-lifecycle"));
        return bun(project, "main.js");
      },
      inline: (project) => {
        project.write(by("flyte-lifecycle/inline"));
        return bun(project, "main.js");
      },
      "compiled, inline": (project) => {
        project.write(by("flyte-lifecycle/inline"));
        bun(project, "build", "--compile", "main.js", "--outfile", "program");
        return project.run(project.at("program"), []);
      },
    },
  },
  {
    name: "Cloudflare Workers",
    // wrangler runs in newer versions of Node alone.
    packages: { wrangler: "4.164.0", [NODE]: "22.23.5" },
    cases: { "main entry": worker("flyte-lifecycle"), inline: worker("flyte-lifecycle/inline") },
  },
];
