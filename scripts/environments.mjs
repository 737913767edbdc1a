// Installs the packed tarball in every place that people build in, each with the tool's own version, runs a small program there
// and prints what came of it: `npm run environments`, or `npm run environments -- esbuild "Node 22"` for those whose
// name contains a word. What cannot be installed here is skipped, and said so.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUNDLERS } from "../tests/environments/bundlers.mjs";
import { FRAMEWORKS } from "../tests/environments/frameworks.mjs";
import { Project, Skip, TOLD } from "../tests/environments/kit.mjs";
import { RUNTIMES } from "../tests/environments/runtimes.mjs";
import { SERVERS } from "../tests/environments/servers.mjs";
import { TESTS } from "../tests/environments/tests.mjs";
import { Failure, ROOT } from "./tools.mjs";

const ENVIRONMENTS = [...RUNTIMES, ...BUNDLERS, ...FRAMEWORKS, ...TESTS, ...SERVERS];

const npm = (folder, ...args) => spawnSync("npm", args, { cwd: folder, encoding: "utf8" });

/** What a tool says, without the lines of a bundle that it quotes. */
const shortened = (text) =>
  text
    .split("\n")
    .map((line) => line.slice(0, 400))
    .slice(0, 40)
    .join("\n");

/** The first thing that a tool says is wrong, short enough for a table. */
function brief(error) {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").filter((line) => line.trim() !== "" && line.length < 400 && !line.startsWith("`"));
  const line = lines.find((each) => /error|cannot|could not|failed|requires/i.test(each)) ?? lines[0] ?? text;
  return line.trim().slice(0, 160);
}

function installed(project, { packages }, tarball) {
  project.write({ "package.json": { name: "project", private: true, type: "module" } });
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const { status, stderr } = npm(project.folder, "install", "--no-audit", "--no-fund", "--force", tarball, ...wanted);
  if (status !== 0) throw new Skip(`not installed: ${brief(stderr)}`);
}

async function tried(project, given) {
  const { tells, run } = typeof given === "function" ? { tells: TOLD, run: given } : given;
  const began = Date.now();
  const took = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  try {
    const told = await run(project);
    const isSo = tells instanceof RegExp ? tells.test(told) : told === tells;
    if (!isSo) console.error(`it told: ${shortened(told)}`);
    return isSo ? { result: "works", note: took() } : { result: "FAILED", note: brief(told) };
  } catch (error) {
    if (error instanceof Skip) return { result: "skipped", note: error.message };
    console.error(shortened(error.message));
    return { result: "FAILED", note: brief(error) };
  }
}

/** Chromium, if it is there. */
async function browserOf(executablePath) {
  if (!executablePath) return null;
  const { chromium } = await import("@playwright/test");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

function chosen(words) {
  const isNamed = ({ name }) =>
    words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  const found = ENVIRONMENTS.filter(isNamed);
  if (found.length > 0) return found;
  throw new Failure(`No environment is called that; there are: ${ENVIRONMENTS.map(({ name }) => name).join(", ")}.`);
}

/** Tries the environments whose name contains a word; answers whether nothing has failed. */
export async function environments(args, { chrome, prepare }) {
  const keeps = args.includes("--keep");
  const wanted = chosen(args.filter((arg) => arg !== "--keep"));
  prepare();
  const work = mkdtempSync(join(tmpdir(), "flyte-lifecycle-environments-"));
  const browser = await browserOf(chrome);
  const rows = [];
  try {
    const { status, stdout, stderr } = npm(ROOT, "pack", "--json", "--pack-destination", work);
    if (status !== 0) throw new Failure(`The package could not be packed: ${stderr}`);
    const tarball = join(work, JSON.parse(stdout)[0].filename);
    for (const environment of wanted) {
      const folder = join(work, environment.name.replace(/\W+/g, "-").toLowerCase());
      console.log(`\n=== ${environment.name}`);
      mkdirSync(folder);
      const project = new Project(folder, browser);
      let missing;
      try {
        installed(project, environment, tarball);
      } catch (error) {
        if (!(error instanceof Skip)) throw error;
        missing = { result: "skipped", note: error.message };
      }
      for (const [name, given] of Object.entries(environment.cases)) {
        const row = { environment: environment.name, name, ...(missing ?? (await tried(project, given))) };
        rows.push(row);
        console.log(`${row.result.padEnd(8)} ${row.name}  ${row.note}`);
      }
      if (!keeps) rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await browser?.close();
    if (keeps) console.log(`\nThe projects are in ${work}.`);
    else rmSync(work, { recursive: true, force: true });
  }
  const table = rows.map(({ environment, name, result, note }) => `| ${environment} | ${name} | ${result} | ${note} |`);
  console.log(["", "| Environment | Case | Result | |", "| --- | --- | --- | --- |", ...table].join("\n"));
  const count = (result) => rows.filter((row) => row.result === result).length;
  console.log(`\n${count("works")} work, ${count("FAILED")} failed, ${count("skipped")} skipped`);
  return count("FAILED") === 0;
}
