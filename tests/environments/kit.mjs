// What the environments have in common: the program that each of them runs, what it is to tell, and how it is run.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { freePort, opened, visited } from "../install/served.mjs";

/** Makes a run, drives it, checks a record and searches: every module of the package, and each in the way it is used. */
const TELL = `
export async function told() {
  const sim = new Simulation();
  sim.dispatch({ type: "createRun", run: "r1" });
  sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" } });
  await load("reading");
  const { ok } = checkRun('[{"project":"p","domain":"d","run_name":"r1","name":"a0","phase":4,"attempts":1}]');
  const { outcome } = await explore({ rules: "documented", model: "a task" });
  return [sim.snapshot().actions[0].phase, ok, outcome.replace(/ in .*/, "")].join(", ");
}
`;
export const TOLD = "RUNNING, true, no violation";

/** The program as a module with \`told\`, by an entry of the package. */
export const program = (entry) => `import { checkRun, explore, load, Simulation } from "${entry}";${TELL}`;

export const PRINT = 'import { told } from "./program.js";told().then((text) => console.log(text));';
export const TITLE =
  'import { told } from "./program.js";told().catch((error) => String(error)).then((text) => { document.title = text; });';

/** The custom element, as a program with \`told\`: it is shown, pressed, and shows what follows. */
export const elementProgram = (...entries) => `${entries.map((entry) => `import "${entry}";`).join("\n")}
export async function told() {
  const element = document.createElement("flyte-lifecycle");
  element.setAttribute("scenario", "n1");
  document.body.append(element);
  await element.ready;
  element.scenario = "retry";
  await element.ready;
  element.shadowRoot.querySelector('.port[data-phase="SUCCEEDED"]').click();
  return element.shadowRoot.querySelector(".box[data-current]").dataset.phase;
}
`;
export const ELEMENT_TOLD = "SUCCEEDED";

/** What a framework makes of many elements whose properties, places and order change; `set` draws a list of them. */
export const LIVES = `import "flyte-lifecycle/element";
import { Simulation } from "flyte-lifecycle";

const elements = () => [...document.querySelectorAll("flyte-lifecycle")];
const phaseOf = (element) => element.shadowRoot.querySelector(".box[data-current]")?.dataset.phase;
const nameOf = (element) => element.shadowRoot.querySelector(".standing").textContent;

export async function lives(set) {
  const said = [];
  const draw = async (items) => {
    await set(items);
    await Promise.all(elements().map(({ ready }) => ready));
  };
  const count = (phase) => elements().filter((element) => phaseOf(element) === phase).length;
  // Many at once.
  const many = Array.from({ length: 20 }, (_, n) => ({ key: "k" + n, scenario: n % 2 ? "happy" : "retry" }));
  await draw(many);
  said.push([count("RUNNING"), count("SUCCEEDED")].join("+"));
  // What was done in one stays when it is moved.
  document.getElementById("k0").dispatch({ type: "plugin", action: "train/a0", result: { phase: "PermanentFailure" } });
  await draw(many.toReversed());
  said.push([elements().at(-1).id, phaseOf(elements().at(-1)), count("RUNNING")].join(" "));
  // One that comes again is a new one; a property that changes is followed.
  await draw([]);
  await draw(many.slice(0, 2));
  said.push([elements().length, phaseOf(document.getElementById("k0"))].join(" "));
  await draw([{ ...many[0], scenario: "happy" }, many[1]]);
  said.push(count("SUCCEEDED"));
  // A simulation of one's own from the first on, another one, none; an event.
  const [one, two] = ["one", "two"].map((run) => {
    const sim = new Simulation();
    sim.dispatch({ type: "createRun", run });
    return sim;
  });
  let steps = 0;
  const onstep = () => { steps += 1; };
  for (const simulation of [one, two, null, one]) {
    await draw([{ key: "mine", scenario: "retry", simulation, onstep }]);
    said.push(nameOf(elements()[0]).split("/")[0]);
  }
  elements()[0].dispatch({ type: "plugin", action: "one/a0", result: { phase: "Running" } });
  said.push(one.length, steps);
  return said.join(", ");
}
`;
export const LIVES_TOLD = "10+10, k0 FAILED 9, 2 RUNNING, 2, one, two, train, one, 2, 1";

/** The package that has Node itself. */
export const NODE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** What ends an environment, or one case of it, without having failed: something cannot be had here. */
export class Skip extends Error {}

/** A folder in which a project is, with what can be done there. */
export class Project {
  constructor(folder, browser) {
    this.folder = folder;
    this.browser = browser;
  }

  at(...path) {
    return join(this.folder, ...path);
  }

  /** Writes files, by their paths in the project. */
  write(files) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.at(path)), { recursive: true });
      writeFileSync(this.at(path), typeof text === "string" ? text : `${JSON.stringify(text, null, 2)}\n`);
    }
  }

  /** Copies what the package has as files to where the project serves them from. */
  takeModules(to) {
    const from = this.at("node_modules/flyte-lifecycle/pkg");
    mkdirSync(this.at(to), { recursive: true });
    for (const path of ["", "reading/", "explore/"]) {
      const name = `flyte_lifecycle${path ? `_${path.slice(0, -1)}` : ""}_bg.wasm`;
      copyFileSync(join(from, path, name), this.at(to, name));
    }
  }

  read(path) {
    return readFileSync(this.at(path), "utf8");
  }

  copy(from, to) {
    cpSync(this.at(from), to, { recursive: true });
  }

  /** What its commands are run with: a Node of its own goes before the one that is there, for tools that need a newer one. */
  #env(extra = {}) {
    const path = [this.at("node_modules", NODE, "bin"), process.env.PATH].join(delimiter);
    return { ...process.env, CI: "1", NO_COLOR: "1", PATH: path, ...extra };
  }

  /** Runs a command to its end, and answers what it printed. */
  run(command, args, extra = {}) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: "utf8",
      timeout: 300_000,
      maxBuffer: 1 << 28,
      env: this.#env(extra),
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`\`${[command, ...args].join(" ")}\` ended with ${status}:\n${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Runs a script in Node. */
  node(...args) {
    return this.run("node", args);
  }

  /** Runs what npm installed. */
  bin(name, ...args) {
    return this.run(this.at("node_modules/.bin", name), args);
  }

  /** Starts a server that npm has installed, waits until it answers, and ends it when it was used. */
  serving(name, args, use) {
    return this.served((port) => [this.at("node_modules/.bin", name), ...args(port)], use);
  }

  /** As `serving`, by the command and its arguments for a port. */
  async served(at, use) {
    const port = await freePort();
    const options = {
      cwd: this.folder,
      env: this.#env({ PORT: String(port), WRANGLER_SEND_METRICS: "false" }),
      detached: true,
    };
    const [command, ...args] = at(port);
    const server = spawn(command, args, options);
    let said = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (said += text));
    try {
      const address = `http://127.0.0.1:${port}/`;
      for (let tries = 0; ; tries += 1) {
        if (await fetch(address).catch(() => null)) break;
        if (tries > 240 || server.exitCode !== null) throw new Error(`The server did not answer: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      return await use(address);
    } finally {
      // With all that it has started.
      process.kill(-server.pid, "SIGTERM");
    }
  }

  /** What a page of a folder tells in Chromium. */
  async page(folder, page = "index.html") {
    return saidBy(await opened(this.#browser(), this.at(folder), page));
  }

  /** What an address tells in Chromium. */
  async visit(address, options) {
    return saidBy(await visited(this.#browser(), address, { timeout: 60_000, ...options }));
  }

  /** What goes wrong in Chromium until something is on a page. */
  async seen(address, selector) {
    const tab = await this.#browser().newPage();
    const wrong = [];
    tab.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    tab.on("pageerror", (error) => wrong.push(String(error)));
    try {
      await tab.goto(address);
      await tab.waitForSelector(selector, { state: "attached", timeout: 30_000 });
      return wrong;
    } finally {
      await tab.close();
    }
  }

  #browser() {
    if (!this.browser) throw new Skip("there is no Chromium");
    return this.browser;
  }
}

const saidBy = ({ title, wrong }) => (wrong.length === 0 ? title : `${title} ${wrong.join(" ")}`);
