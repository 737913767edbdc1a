// What runs a program by itself: Node, Deno, Bun, and Cloudflare's Workers.
import { PRINT, program } from "./kit.mjs";

const by = (entry) => ({ "program.js": program(entry), "main.js": PRINT });

/** CommonJS, which gets a module that waits for nothing by require, and any other by import. */
const REQUIRED = `const { Simulation } = require("flyte-lifecycle");
const sim = new Simulation();
sim.dispatch({ type: "createRun", run: "r1" });
console.log(sim.snapshot().actions[0].phase);`;

const LATER = `import("./program.js").then(({ told }) => told()).then((text) => console.log(text));`;

function node(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const run = (project, ...args) => project.run(project.at("node_modules", name, "bin/node"), args);
  const cases = {
    "main entry": (project) => {
      project.write(by("flyte-lifecycle"));
      return run(project, "main.js");
    },
    inline: (project) => {
      project.write(by("flyte-lifecycle/inline"));
      return run(project, "main.js");
    },
    "init, from disk": (project) => {
      project.write({
        "program.js": `import init from "flyte-lifecycle/init";await init();${program("flyte-lifecycle/init")}`,
        "main.js": PRINT,
      });
      return run(project, "main.js");
    },
    "CommonJS, by import()": (project) => {
      project.write({ ...by("flyte-lifecycle"), "main.cjs": LATER });
      return run(project, "main.cjs");
    },
    "CommonJS, by require": {
      tells: "QUEUED",
      run: (project) => {
        project.write({ "main.cjs": REQUIRED });
        return run(project, "main.cjs");
      },
    },
  };
  return { name: `Node ${version.split(".")[0]}`, packages: { [name]: version }, cases };
}

const bun = (project, ...args) => project.run(project.at("node_modules/@oven", BUN, "bin/bun"), args);
const BUN = `bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
const DENO = `${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;

const WORKER = 'import { told } from "./program.js";export default { fetch: async () => new Response(await told()) };';
const WRANGLER = { name: "worker", main: "main.js", compatibility_date: "2026-07-01" };

/** As wrangler bundles it and workerd runs it. */
function worker(entry) {
  return (project) => {
    project.write({
      "program.js": program(entry),
      "main.js": WORKER,
      "wrangler.json": WRANGLER,
      "run.mjs": `
        import { readdirSync } from "node:fs";
        import { Miniflare } from "miniflare";
        const server = new Miniflare({
          modules: true, modulesRoot: "out", scriptPath: "out/main.js", compatibilityDate: "2026-07-01",
          modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
        });
        try {
          console.log(await (await server.dispatchFetch("http://worker/")).text());
        } finally {
          await server.dispose();
        }`,
    });
    project.bin("wrangler", "deploy", "--dry-run", "--outdir", "out");
    return project.run(process.execPath, ["run.mjs"]);
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
    packages: { wrangler: "4.164.0" },
    cases: { "main entry": worker("flyte-lifecycle"), inline: worker("flyte-lifecycle/inline") },
  },
];
