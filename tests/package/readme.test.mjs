// The examples of README.md are run as they stand there, in the package's own name.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

/** Runs a script from a folder inside of the package, where its name leads to itself. */
function run(code, args = [], prepare = () => {}) {
  const folder = new URL(`target/readme-${process.pid}/`, root);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(new URL("example.mjs", folder), code);
    prepare(folder);
    // A test that is run by a test would report to that one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const cwd = fileURLToPath(folder);
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, "example.mjs"], {
      cwd,
      env,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what README shows of a simulation and of searches runs, and prints what it says", () => {
  assert.equal(examples.length, 3);
  const [first, searches] = examples;
  const { status, stdout, stderr } = run(`${first}\n${searches}`);
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split("\n");
  const [, promised] = /^\/\/ … and last (.*)$/m.exec(first);
  assert.equal(lines.at(-3), promised);
  const [, found] = /\); \/\/ (.*)$/m.exec(searches);
  assert.equal(lines.at(-2), found);
  assert.match(
    lines.at(-1),
    /^\d+ properties violated in [\d,]+ states .*: .*P44 A child never changes its parent's row\./,
  );
});

test("the check that README shows passes on a run of upstream's, and names what is wrong with another", () => {
  const from = (name) => (folder) => copyFileSync(new URL(`tests/runs/${name}`, root), new URL("nightly.json", folder));
  const args = ["--test-reporter=tap"];
  const good = run(examples[2], args, from("retry.details.json"));
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^ok 1 - the nightly run went by the rules$/m);
  const bad = run(examples[2], args, from("back-to-running.watch.json"));
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /: RUNNING follows ABORTED here, which the guard refuses/);
});

const [, commandLine] = readme.split("### On the command line\n");
const main = fileURLToPath(new URL("src/js/cli/main.js", root));

test("the command line takes what README shows of it, and says what it shows", () => {
  const [lines] = /```sh\n([\s\S]*?)```/.exec(commandLine);
  const calls = [...lines.matchAll(/npx flyte-lifecycle ([^#>\n]*)/g)].map(([, call]) => call.trim().split(" "));
  assert.deepEqual([...new Set(calls.map(([name]) => name))], ["why", "check", "trace", "open", "explore"]);
  for (const call of calls) {
    // With help asked for besides, what is given is read, and nothing is done.
    const { status, stderr } = spawnSync(process.execPath, [main, ...call, "--help"], { encoding: "utf8" });
    assert.equal(status, 0, `${call.join(" ")}: ${stderr}`);
  }
  const [, call, shown] = /```console\n\$ npx flyte-lifecycle (.*)\n([\s\S]*?)```/.exec(commandLine);
  const { stdout } = run(
    `import { spawnSync } from "node:child_process";
    const { stdout } = spawnSync(process.execPath, ${JSON.stringify([main, ...call.split(" ")])}, { encoding: "utf8" });
    process.stdout.write(stdout);`,
    [],
    (folder) => copyFileSync(new URL("tests/runs/batch.actions.csv", root), new URL("nightly.csv", folder)),
  );
  // The commit that is followed moves.
  assert.equal(stdout.replace(/blob\/[0-9a-f]{40}/g, "blob/…"), shown);
});

test("what README names of the package is there", async () => {
  const { Simulation, ...exported } = await import("flyte-lifecycle");
  const calls = [...readme.matchAll(/^\| (`.*?) +\| /gm)].flatMap(([, cell]) => [
    ...cell.matchAll(/`(?:await )?([\w.]+)\(/g),
  ]);
  const names = calls.map(([, name]) => name).filter((name) => !["select", "refresh"].includes(name));
  assert.ok(names.length > 30, names.join());
  const sim = new Simulation();
  for (const name of names) {
    const [owner, method] = name.split(".");
    const found = method ? Simulation[method] : (exported[name] ?? sim[name]);
    assert.equal(typeof found, "function", `${owner} ${method ?? ""}`);
  }
});
