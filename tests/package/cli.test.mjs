// The command line as it is installed: each command is spawned, with what people hand it and what they hand it by mistake.
// What is asked of it stands in issue 14, item 4; the records are those of tests/runs, the runs those of tests/traces.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { checkRun, Simulation } from "flyte-lifecycle";
import { followed } from "../../src/js/cli/follow.js";
import { served } from "../../src/js/cli/page-server.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { bin, version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const MAIN = join(ROOT, bin["flyte-lifecycle"]);
const work = mkdtempSync(join(tmpdir(), "flyte-lifecycle-cli-"));
after(() => rmSync(work, { recursive: true, force: true }));

const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, NO_COLOR: ___, ...ENV } = process.env;

/** Runs the program to its end. Without an input there is nothing in it, as in CI. */
function cli(args, { input = "", env = {}, cwd = work } = {}) {
  const options = { cwd, input, encoding: "utf8", env: { ...ENV, ...env }, maxBuffer: 1 << 28 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
  for (const text of [stdout, stderr])
    assert.doesNotMatch(text, /^ +at .*\(.*:\d+:\d+\)$/m, "a stack trace was printed");
  return { status, stdout, stderr };
}

/** Starts the program; answers it, and what waits until it has printed something. */
function started(args, options = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: work, env: ENV, ...options });
  const told = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (text) => (told[stream] += text));
  const ended = new Promise((resolve) => child.on("close", (status) => resolve({ status, ...told })));
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  const until = async (stream, pattern) => {
    while (!pattern.test(told[stream])) {
      assert.ok(!hasEnded, `it ended before it said ${pattern}: ${told.stdout}${told.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return pattern.exec(told[stream]);
  };
  return { child, ended, until };
}

const runs = (name) => readFileSync(join(ROOT, "tests/runs", name));
const cases = (name, bytes) => {
  const path = join(work, name);
  writeFileSync(path, bytes);
  return name;
};
const GOOD = cases("good.json", runs("retry.details.json"));
const BAD = cases("bad.json", runs("back-to-running.watch.json"));
const TRACE = cases("a.trace", readFileSync(join(ROOT, "tests/traces/n14-abort-given-up.upstream.trace")));
mkdirSync(join(work, "both"));
cases("both/actions.csv", runs("batch.actions.csv"));
cases("both/events.csv", runs("batch.action_events.csv"));

const COMMANDS = ["check", "why", "trace", "open", "explore"];

test("each command tells what it takes and how it ends, with examples that it takes", () => {
  const { status, stdout } = cli(["--help"]);
  assert.equal(status, 0);
  for (const name of COMMANDS) {
    assert.match(stdout, new RegExp(`^  ${name} +\\w`, "m"));
    for (const args of [
      [name, "--help"],
      [name, "-h"],
      ["help", name],
      ["--help", name],
      ["--", name, "--help"],
    ]) {
      const told = cli(args);
      assert.deepEqual([told.status, told.stderr], [0, ""]);
      assert.match(told.stdout, new RegExp(`^npx flyte-lifecycle ${name} \\[`));
      assert.match(told.stdout, /^Exit status\n {2}0 {2}\w/m);
      assert.ok(
        told.stdout.split("\n").every((line) => line.length <= 120),
        name,
      );
    }
    const [, examples] = /^Examples\n((?: {2}.*\n)+)/m.exec(cli([name, "--help"]).stdout);
    for (const line of examples.trim().split("\n")) {
      const [, args] = /npx flyte-lifecycle ([^>|]*)/.exec(line);
      const words = args
        .trim()
        .split(" ")
        .map((word) => word.replace(/^'(.*)'$/, "$1"));
      // Where help is asked for as well, the arguments are read, and nothing is done.
      assert.deepEqual([cli([...words, "--help"]).status, words[0]], [0, name], line);
    }
  }
});

test("the version is the package's, with the commit that is modelled", () => {
  for (const args of [["--version"], ["-V"], ["check", "--version"]]) {
    assert.match(cli(args).stdout, new RegExp(`^flyte-lifecycle ${version}, after flyteorg/flyte at [0-9a-f]{40}\n$`));
  }
});

test("what makes no sense is told with what was probably meant, and ends with 2", () => {
  for (const [line, words] of [
    ["", "npx flyte-lifecycle COMMAND"],
    ["chek x", 'There is no command "chek" (did you mean check?).'],
    ["frobnicate", "there are check, why, trace, open, explore."],
    [GOOD, `"${GOOD}" is a file, which stands behind a command`],
    ["#v2/d/2/cr1~z", "A link stands behind a command"],
    ["check --ruels=upstream x", '"--ruels" (did you mean --rules?)'],
    ["check --rules", "--rules takes a value: auto, upstream, merged, documented."],
    ["check --rules --format json", "--rules takes a value"],
    ["check --rules= x", "--rules takes a value"],
    ["check --rules=upstraem", '--rules does not know "upstraem" (did you mean upstream?).'],
    ["check --format xml", "there are text, json, junit, sarif."],
    ["check - -", "Standard input can be read once."],
    ["help check why", "`help` takes one command"],
    ["--", "npx flyte-lifecycle COMMAND"],
    ["--help chek", 'There is no command "chek" (did you mean check?).'],
    ["why https://example.org/run.json", "is an address, and no file"],
    ["check --help=me", '--help takes no value, not "me".'],
    ["why a b", "It takes one file"],
    ["why -x", 'There is no option "-x".'],
    ["why -f a.trace", "-f follows standard input"],
    [`why ${TRACE} --action r1/a1`, 'There is no action "r1/a1" (did you mean r1/a0?).'],
    ["trace nothing.json", '"nothing.json" is not there.'],
    ["trace goood.json", '(did you mean "good.json"?)'],
    ["open --share", "--share is for --page"],
    ["open --page here", "--page takes the address of a page"],
    ["open --port 70000", "--port takes a number up to 65535"],
    ["open --port any", "--port takes a whole number"],
    ["explore --modle x", '"--modle" (did you mean --model?)'],
    ["explore models", "(did you mean --models?)"],
    ["explore --strict=yes", '--strict takes no value, not "yes".'],
    ["explore --set gaurd=numeric", '(did you mean "guard"?)'],
    ["explore --set guard", "--set takes POLICY=VALUE"],
    ["explore --set guard=numeric --set guard=table", '--set gives "guard" two answers'],
    ["explore --states -1", '--states takes a whole number, not "-1".'],
    ["explore --faults rpcs", "(did you mean rpc?); it knows none, op, race, rpc, outside."],
    ["explore --states many", '--states takes a whole number, not "many".'],
    ["explore --states 0", "Must"],
    ["explore --model nothing-like-it", "--models lists them"],
    ["explore --memory 9G", "--memory 9G is too much"],
    ["explore --towards documented", "--towards is for --fixes."],
    ["explore --fixes --depth 3", "--depth is not for --fixes"],
  ]) {
    const { status, stdout, stderr } = cli(line === "" ? [] : line.split(" "));
    assert.deepEqual([status, stdout], [2, ""], line);
    assert.ok(stderr.toLowerCase().includes(words.toLowerCase()), `${line}: ${stderr}`);
    assert.match(stderr, /`npx flyte-lifecycle.*--help` says/, line);
  }
});

test("a record is checked for people, and the exit status says whether something was found", () => {
  const good = cli(["check", GOOD]);
  assert.deepEqual([good.status, good.stderr], [0, ""]);
  // What is the matter comes first: whose matter it is with it.
  assert.match(good.stdout, /^good\.json: \w+\/a0 succeeded\.\n {4}It shows what is known to go wrong \(N4\)/);
  assert.match(good.stdout, /^ {4}fault: nobody, code: ended\.succeeded, looks like N4 of the gallery$/m);
  assert.match(good.stdout, /^good\.json: shows: \w+\/a0: An attempt before the last .* \(N4 of the gallery, P37\)$/m);
  assert.match(good.stdout, /^good\.json: ok under upstream: the rules explain every step, and 1 known bug shows\./m);
  const bad = cli(["check", BAD, GOOD]);
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /^bad\.json: nightly\/a0 runs \(attempt 1\)\.\n/);
  assert.match(bad.stdout, /^bad\.json:32: error: nightly\/a0: RUNNING follows ABORTED here/m);
  assert.match(
    bad.stdout,
    /rule GuardRefusesTerminal, decided in .* \(https:\/\/github\.com\/flyteorg\/flyte\/blob\/[0-9a-f]{40}\/runs\//,
  );
  assert.match(bad.stdout, /\n1 error in 2 records\.\n$/);
  const documented = cli(["check", "--rules", "documented", GOOD]);
  assert.equal(documented.status, 1);
  assert.match(documented.stdout, /warning: .* Before this, FAILED of attempt 1 is needed/);
  assert.match(documented.stdout, /looks like N4 of the gallery, explained by upstream, by policy retry=inPlace/);
  assert.match(documented.stdout, /^ {4}Under upstream: the rules explain every step$/m);
});

test("a finding is told with its file and its line, also where the record is JSON, a stream of it or a folder", () => {
  const lineOf = (text, words) => text.slice(0, text.indexOf(words)).split("\n").length;
  const details = runs("retry.details.json").toString();
  const line = lineOf(details, '{ "phase": "ACTION_PHASE_QUEUED", "startTime": "2026-08-20T10:01:12Z"');
  const where = (args, input) =>
    /^(.*?): warning:/m.exec(cli(["check", "--rules=documented", ...args], { input }).stdout)[1];
  assert.equal(where([GOOD]), `good.json:${line}`);
  // Before it stands another value, which has what might be taken for a bracket or the end of a string.
  const other = details.replaceAll("rk7w2q9xnd4bt6vz8m3c", "other").replace("restarting task", '} ] \\" {');
  const first = JSON.stringify(JSON.parse(other).details.id, null, 2);
  const before = JSON.stringify({
    details: { id: JSON.parse(first), status: { phase: "ACTION_PHASE_QUEUED", attempts: 1 } },
  });
  assert.equal(where(["-"], `${before}\n${details}`), `(standard input):${line + 1}`);
  mkdirSync(join(work, "stream"));
  cases("stream/1.json", `${before}\n`);
  cases("stream/2.json", details);
  // A message of megabytes is gone over.
  const long = details.replace("restarting task", '\\\\\\"'.repeat(2_000_000));
  assert.equal(where(["-"], long), `(standard input):${line}`);
  assert.equal(where(["stream"]), `${join("stream", "2.json")}:${line}`);
});

test("without rules it is checked by the first rule set that explains it", () => {
  const sim = new Simulation({ rules: "documented" });
  for (const command of [
    { type: "createRun", run: "r1", task: { maxAttempts: 2 } },
    { type: "plugin", action: "r1/a0", result: { phase: "Running" } },
    {
      type: "plugin",
      action: "r1/a0",
      result: { phase: "RetryableFailure", error: { code: "E", kind: "USER", message: "m" } },
    },
    { type: "plugin", action: "r1/a0", result: { phase: "Success" } },
  ])
    sim.dispatch(command);
  const input = JSON.stringify(sim.protojson("r1/a0"));
  const { records } = JSON.parse(cli(["check", "--format=json"], { input }).stdout);
  // Upstream's may have led there where a call failed; as documented nothing has to have failed.
  assert.deepEqual([records[0].ok, records[0].rules, records[0].findings], [true, "documented", []]);
});

test("as JSON a check is what checkRun answers, with the file and the rules", () => {
  const { status, stdout } = cli(["check", "--format", "json", BAD, "nowhere"]);
  assert.equal(status, 2);
  const { ok, records } = JSON.parse(stdout);
  assert.deepEqual([ok, records.length], [false, 2]);
  const [{ file, ...check }, unread] = records;
  assert.equal(file, BAD);
  assert.deepEqual(check, JSON.parse(JSON.stringify(checkRun(runs("back-to-running.watch.json")))));
  assert.deepEqual(unread, { file: "nowhere", ok: false, problem: '"nowhere" is not there.' });
});

/** The elements of a document of XML, which has to be well-formed: https://www.w3.org/TR/xml/#sec-well-formed. */
function elementsOf(xml) {
  const [head, ...rest] = xml.split("?>");
  assert.match(head, /^<\?xml version="1\.0" encoding="UTF-8"$/);
  const body = rest.join("?>");
  const piece =
    /<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>|([^<&]+|&(?:amp|lt|gt|quot);)/gy;
  const [open, elements] = [[], []];
  let roots = 0;
  while (piece.lastIndex < body.length) {
    const at = piece.lastIndex;
    const match = piece.exec(body);
    assert.ok(match, `no XML: ${body.slice(at, at + 80)}`);
    const [, closes, name, attributes, alone, text] = match;
    if (text !== undefined) {
      assert.ok(open.length > 0 || text.trim() === "", "text outside of the root");
      assert.match(text, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      if (open.length > 0) open.at(-1).text += text;
    } else if (closes) {
      assert.equal(open.pop()?.name, name);
    } else {
      if (open.length === 0) roots += 1;
      const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
      assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, "an attribute stands twice");
      const element = { name, text: "", ...{ attributes: Object.fromEntries(pairs), inside: open.at(-1)?.name } };
      elements.push(element);
      if (!alone) open.push(element);
    }
  }
  assert.deepEqual([open.length, roots], [0, 1]);
  return elements;
}

test("as JUnit a check is well-formed XML, a record is a suite and an action a test", () => {
  const { status, stdout } = cli(["check", "--format=junit", BAD, GOOD, "both", 'none <&">.json']);
  assert.equal(status, 2);
  const elements = elementsOf(stdout);
  const of = (name) => elements.filter((element) => element.name === name);
  assert.deepEqual(of("testsuites")[0].attributes, {
    name: "flyte-lifecycle check",
    tests: "6",
    failures: "1",
    errors: "1",
  });
  assert.deepEqual(
    of("testsuite").map(({ attributes: { name, tests, failures, errors } }) => [name, tests, failures, errors]),
    [
      ["bad.json", "1", "1", "0"],
      ["good.json", "1", "0", "0"],
      ["both", "3", "0", "0"],
      ["none &lt;&amp;&quot;&gt;.json", "1", "0", "1"],
    ],
  );
  const [guard] = of("failure");
  assert.deepEqual([guard.attributes.type, guard.inside], ["contradictsGuard", "testcase"]);
  assert.match(guard.text, /RUNNING follows ABORTED .*; rule GuardRefusesTerminal; at \[2\]/);
  assert.equal(of("error")[0].attributes.type, "unreadable");
  // What is known to go wrong fails no test, and is told all the same.
  const shown = of("system-out").filter(({ inside }) => inside === "testcase");
  assert.ok(shown.some(({ text }) => /^shows N1 P7 It goes on and has an end/.test(text)));
  assert.match(of("system-out").find(({ inside }) => inside === "testsuite").text, /^nightly\/a0 runs \(attempt 1\)\./);
  assert.ok(of("property").some(({ attributes: { name, value } }) => name === "fault" && value === "flyte"));
});

test("as SARIF a check has what 2.1.0 requires, and names files and lines as code scanning does", () => {
  const { status, stdout } = cli(["check", "--format=sarif", BAD, "both", "nowhere"]);
  assert.equal(status, 2);
  const log = JSON.parse(stdout);
  assert.equal(log.version, "2.1.0");
  assert.match(log.$schema, /^https:\/\/.*sarif-2\.1\.0\.json$/);
  const [{ tool, results, invocations }] = log.runs;
  assert.equal(typeof tool.driver.name, "string");
  const ids = tool.driver.rules.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const levels = results.map(({ ruleId, level }) => `${ruleId} ${level}`);
  assert.deepEqual(levels, [
    "contradictsGuard error",
    "N1 note",
    "storesDisagree note",
    ...["N4", "N9", "N6"].map((id) => `${id} note`),
  ]);
  assert.equal(log.runs[0].properties.diagnoses[0].fault, "flyte");
  for (const { level, locations, message, ruleId, ruleIndex } of results) {
    assert.ok(["error", "warning", "note"].includes(level));
    assert.equal(ids[ruleIndex], ruleId);
    assert.ok(message.text.length > 10);
    const { artifactLocation, region } = locations[0].physicalLocation;
    assert.match(artifactLocation.uri, /^[\w./-]+$/);
    assert.ok(Number.isInteger(region.startLine) && region.startLine >= 1);
  }
  const { artifactLocation, region } = results.at(-1).locations[0].physicalLocation;
  assert.deepEqual([artifactLocation.uri, region.startLine], ["both/actions.csv", 4]);
  const [{ executionSuccessful, toolExecutionNotifications }] = invocations;
  assert.equal(executionSuccessful, false);
  assert.deepEqual(
    toolExecutionNotifications.map(({ message }) => message.text),
    ['"nowhere" is not there.'],
  );
});

test("pipes, packed files, folders, other encodings and YAML are read", () => {
  const text = runs("retry.details.json");
  for (const [args, input] of [
    [["check"], text],
    [["check", "-"], text],
    [["check", "-"], gzipSync(text)],
    [["check", cases("good.json.gz", gzipSync(text))], ""],
    [["check", "-"], Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.toString(), "utf16le")])],
    [["check", "-"], Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text])],
  ]) {
    const { status, stdout, stderr } = cli(args, { input });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /: ok under upstream/m);
  }
  const both = cli(["check", "both"]);
  assert.equal(both.status, 0);
  assert.match(both.stdout, /^both\/actions\.csv:4: note: batch-12\/load: /m);
  const yaml = cli(["why", "--format=json"], { input: RESOURCE("Executing", "PhaseRunning") });
  assert.equal(yaml.status, 0, yaml.stderr);
  assert.equal(JSON.parse(yaml.stdout).answers[0].phase, "RUNNING");
});

test("what cannot be read is told in a sentence, and ends with 2", () => {
  mkdirSync(join(work, "nested/inner"), { recursive: true });
  mkdirSync(join(work, "empty-folder"));
  for (const [name, bytes, words] of [
    ["none", undefined, "is not there"],
    ["good.json/x", undefined, "is not there"],
    ["nested", undefined, "is a folder in a folder"],
    ["empty-folder", undefined, "is a folder with nothing in it"],
    ["empty", "", "is empty"],
    ["blank", " \n\n", "has nothing but blanks"],
    ["binary", Buffer.from([1, 2, 0, 3]), "is binary"],
    ["latin", Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]), "is no text in UTF-8"],
    ["cut.gz", gzipSync(runs("retry.details.json")).subarray(0, 99), "is packed by gzip and is damaged or cut off"],
    ["bomb.gz", gzipSync(Buffer.alloc(40_000_000, 32)), "is packed by gzip and has more than 32 MB"],
    ["huge", Buffer.alloc(33_554_433, 32), "has more than 32 MB"],
    ["a.zip", Buffer.from("504b0304140000000800", "hex"), "is a zip archive; unpack it first"],
    ["words", "pod is stuck", "is neither JSON, YAML nor the header of a table"],
    ["half.json", '{"details":', "this is no JSON"],
    ["broken.yaml", "apiVersion: v1\nkind: [\n", "this is no YAML that kubectl prints"],
    ["deep.json", "[".repeat(100_000), "nests deeper than"],
    ["short.trace", "flyte-lifecycle trace 1\nsingal action=r1/a0\n", 'did you mean "signal"?'],
    ["old.link", "#v1/d/cr1~p0", "It is of the older kind v1"],
    ["cut.link", "https://example.org/#v2/d/9/cr1~", "It was cut off"],
    ["gallery.link", "#gallery/n1", "which is on the page alone"],
  ]) {
    const file = bytes === undefined ? name : cases(name, bytes);
    for (const command of ["check", "why", "trace"]) {
      const { status, stdout, stderr } = cli([command, file]);
      assert.deepEqual([status, stdout], [2, ""], `${command} ${name}: ${stderr}`);
      // A trace and a link are nothing to check, whatever is in them.
      if (command === "check" && /\.(trace|link)$/.test(name)) assert.match(stderr, /there is nothing to check/);
      else assert.ok(stderr.includes(words), `${command} ${name}: ${stderr}`);
      assert.ok(stderr.length < 1_000, `${command} ${name}`);
    }
  }
  assert.match(cli(["check"], { input: "" }).stderr, /^Standard input is empty\./);
  mkdirSync(join(work, "dangling"));
  symlinkSync("nowhere", join(work, "dangling/run.json"));
  assert.match(cli(["check", "dangling"]).stderr, /cannot be read: it is a link to what is not there\./);
  assert.match(cli(["check", "#v2/d/2/cr1~z"]).stderr, /^"#v2\/d\/2\/cr1~z" is a link, .* nothing to check; /);
  // What everything failed at is told once, and nothing else was found.
  assert.equal(cli(["check", "nowhere", "elsewhere"]).stdout, "");
  assert.match(cli(["check", "/dev/zero"]).stderr, /has more than 32 MB/);
});

test("nothing of an input moves a cursor or hides", () => {
  const evil = "clean \u001b[2Jup\u0007\u202e \u009b";
  const csv = `run_name,name,parent_action_name,phase,action_type,abort_reason,created_at,ended_at,attempts\nr1,a0,,7,1,"${evil}",2026-08-20 10:00:00+00,2026-08-20 10:00:31+00,0\n`;
  const file = cases("evil\u001b[31m.csv", csv);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  for (const args of [
    ["check", file],
    ["check", "--format=json", file],
    ["check", "--format=junit", file],
    ["check", "--format=sarif", file],
    ["why", file, "--action", "a0"],
    ["why", "--format=json", file, "--action", "a0"],
    ["check", `${file}\u0007`],
    [`\u001b[31m`],
    ["why", TRACE, "--action", "\u001b[31m"],
    ["check", "--\u001b[31m"],
    ["explore", "--set", "\u001b=\u001b"],
    ["open", "--page", "\u001b[31m"],
  ]) {
    const { stdout, stderr } = cli(args);
    assert.doesNotMatch(stdout + stderr, HIDDEN, JSON.stringify(args));
  }
  assert.match(cli(["why", file, "--action", "a0"]).stdout, /clean \\u\{1b\}\[2Jup/);
});

test("colours are for terminals, and as NO_COLOR and FORCE_COLOR have it", () => {
  const isColoured = (env) => cli(["check", BAD], { env }).stdout.includes("\u001b[31merror\u001b[0m");
  assert.equal(isColoured({}), false);
  assert.equal(isColoured({ FORCE_COLOR: "1" }), true);
  assert.equal(isColoured({ FORCE_COLOR: "0" }), false);
  assert.equal(isColoured({ NO_COLOR: "1" }), false);
  const linked = cli(["check", BAD], { env: { FORCE_COLOR: "1" } }).stdout;
  assert.ok(linked.includes("\u001b]8;;https://github.com/flyteorg/flyte/blob/"));
});

test("a disk that is full is told in a sentence", { skip: !existsSync("/dev/full") && "there is no /dev/full" }, () => {
  const full = openSync("/dev/full", "w");
  for (const args of [["check", BAD], ["trace", TRACE], ["check", "--format=json", GOOD], ["--help"]]) {
    const options = { cwd: work, env: ENV, encoding: "utf8", stdio: ["ignore", full, "pipe"] };
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
    assert.deepEqual([status, stderr], [2, "What is printed cannot be written: the disk is full.\n"], args.join(" "));
  }
});

test("a pipe that is closed ends it quietly", async () => {
  for (const args of [
    ["check", "--format=json", BAD],
    ["trace", TRACE],
    ["explore", "--rules=upstream", "--states=2000", "--traces"],
  ]) {
    const { child, ended } = started(args);
    child.stdout.destroy();
    const { status, stderr } = await ended;
    assert.ok([0, 1].includes(status), `${args}: ${status}`);
    assert.equal(stderr, "", String(args));
  }
});

/** A TaskAction as `kubectl get taskaction -o yaml` prints one. */
const RESOURCE = (reason, pluginPhase, name = "a0") => `apiVersion: flyte.org/v1
kind: TaskAction
metadata:
  name: rabc-${name}
  namespace: flyte
  creationTimestamp: "2026-08-20T10:00:00Z"
spec:
  runName: rabc
  project: demo
  domain: development
  actionName: ${name}
  inputUri: s3://b/in
  runOutputBase: s3://b/out
  taskType: python
  shortName: main
  taskTemplate: CiMIARIEZGVtbxoLZGV2ZWxvcG1lbnQiCGVudi5tYWluKgJ2MRIGcHl0aG9uGgQqAigC
status:
  pluginPhase: ${pluginPhase}
  attempts: 1
  conditions:
    - type: Progressing
      status: "True"
      reason: ${reason}
      message: said by the plugin
      lastTransitionTime: "2026-08-20T10:01:00Z"
`;

/** A pod as `kubectl get pod -o yaml` prints one. */
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: rabc-a0-0
  namespace: flyte
status:
  phase: Failed
  containerStatuses:
    - name: rabc-a0-0
      state:
        terminated: { exitCode: 137, reason: OOMKilled, finishedAt: "2026-08-20T10:01:00Z" }
`;

test("why says where an action stands, by which rule, what it waits for and on what its stores disagree", () => {
  const { status, stdout, stderr } = cli(["why", TRACE]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^r1\/a0 was aborted: costs too much\.$/m);
  assert.match(stdout, /^ {2}phase {5}ABORTED, attempt 1 of 1, since 2026-01-01T00:00:00Z$/m);
  assert.match(stdout, /^ {2}because .* \(\w+ \(https:\/\/github\.com\/flyteorg\/flyte\/blob\/.*\)\)$/m);
  assert.match(stdout, /^ {2}stores {4}They ended apart: the resource reports SUCCEEDED, the row says ABORTED\./m);
  const found = cli(["why", BAD]).stdout;
  assert.match(found, /^bad\.json: nightly\/a0 runs \(attempt 1\)\.\n(?:.*\n)+? {4}fault: flyte, /);
  assert.match(found, /^ {2}phase {5}ABORTED, attempt 1 of 1, since .*; the record says RUNNING$/m);
  assert.match(found, /^ {2}record {4}error: RUNNING follows ABORTED here/m);
  assert.match(found, /^ {2}shows {5}It goes on and has an end: .* \(N1 of the gallery, P7\)$/m);
  const yaml = cli(["why", "-"], { input: RESOURCE("Executing", "PhaseRunning") }).stdout;
  assert.match(yaml, /^rabc\/a0 runs \(attempt 1 of \d\)\.$/m);
  assert.match(yaml, /^ {2}says {6}said by the plugin$/m);
  assert.match(yaml, /^ {2}can end {3}SUCCEEDED, if its code ends well\.$/m);
  assert.match(cli(["why"], { input: runs("approval.watch.json") }).stdout, /^3 actions went well\.$/m);
  assert.match(cli(["why", GOOD, "--action", "a0"]).stdout, /^ {2}phase {5}SUCCEEDED, attempt 2 of 3/m);
  const json = JSON.parse(cli(["why", BAD, "--format=json"]).stdout);
  assert.deepEqual([json.diagnosis.fault, json.answers[0].code], ["flyte", "ended.aborted"]);
});

test("what people have on their screen is answered: flyte get run, kubectl get -w, a pod, psql", () => {
  const text = (name) => readFileSync(join(ROOT, "tests/cases", name));
  const run = cli(["why", "-"], { input: text("flyte-get-run.txt") });
  assert.equal(run.status, 0, run.stderr);
  assert.match(
    run.stdout,
    /^\(standard input\): rabc\/a0 failed in its own code \(attempt 1\), and is not tried again\.$/m,
  );
  assert.match(run.stdout, /^ {4}It is a matter of the task's own code or settings\.$/m);
  assert.match(run.stdout, /^ {2}says {6}ValueError: it's bad$/m);
  // The same resource again and again is a history.
  for (const name of ["yaml-watch-same-twice.txt", "watch-events.txt"]) {
    const watched = cli(["check", cases(name, text(name))]);
    assert.equal(watched.status, 0, watched.stderr);
    assert.match(watched.stdout, new RegExp(`^${name}: rabc/a0 runs \\(attempt 2 of 3\\)\\.$`, "m"));
    assert.match(cli(["why", name]).stdout, /^ {2}phase {5}RUNNING, attempt 2 of 3/m);
  }
  assert.match(cli(["why", "-"], { input: text("psql-aligned.txt") }).stdout, /^r1\/a0 .* is launched/m);
  const pod = cli(["check", "-"], { input: POD });
  assert.equal(pod.status, 0, pod.stderr);
  assert.match(
    pod.stdout,
    /note: rabc\/a0: The pod "rabc-a0-0" is Failed: .* \(OOMKilled\)\..* an attempt is consumed/,
  );
  assert.match(
    cli(["why", "-"], { input: POD }).stdout,
    /^ {2}to do {5}Why the attempt failed is told nowhere here; .*$/m,
  );
  for (const [name, way] of [
    ["describe.txt", "`kubectl get taskaction NAME -o yaml` has what is needed"],
    ["get-table.txt", "`kubectl get taskaction NAME -o yaml` has what is needed"],
    ["not-found.txt", "kubectl's answer that there is no such resource"],
    ["log-lines.txt", "the log of a process"],
  ]) {
    const refused = cli(["why", "-"], { input: text(name) });
    assert.equal(refused.status, 2);
    assert.ok(refused.stderr.includes(way), refused.stderr);
  }
});

test("a place in what Python prints is told with its line", () => {
  const text = readFileSync(join(ROOT, "tests/cases/flyte-get-run.txt"), "utf8");
  const odd = text.replace("'attempts': 1, 'durationMs'", "'attempts': 9, 'durationMs'");
  const { records } = JSON.parse(cli(["check", "-", "--format=json"], { input: odd }).stdout);
  assert.ok(records[0].findings.length > 0);
  const line = text.slice(0, text.indexOf("'status'")).split("\n").length;
  assert.match(cli(["check", "-"], { input: odd }).stdout, new RegExp(`^\\(standard input\\):${line}: `, "m"));
});

test("rows of many runs are checked run by run, also where they are more than is read at once", () => {
  const head =
    "project,domain,run_name,name,parent_action_name,phase,action_type,created_at,ended_at,attempts,abort_reason";
  const row = (run, phase, more = "") =>
    `p,d,${run},a0,,${phase},1,2026-08-20 10:00:00+00,2026-08-20 10:00:31+00,1,${more}`;
  const small = cases("runs.csv", [head, row("good", 5), row("bad", 9)].join("\n"));
  const { status, stdout } = cli(["check", small]);
  assert.equal(status, 1);
  assert.match(stdout, /^runs\.csv p\/d\/bad: error: bad\/a0: A task is never PAUSED under these rules\.$/m);
  assert.match(stdout, /^runs\.csv: not ok: 2 runs in 2 rows, 1 of them without findings\.$/m);
  // One damaged row, or columns in capitals, keep no other run from its check.
  const damaged = cases("damaged.csv", [head, row("good", 5), row("", 5), row("bad", 9), row("GOOD", 5)].join("\n"));
  const told = cli(["check", damaged]);
  assert.equal(told.status, 2);
  assert.match(told.stderr, /^"damaged\.csv": row 2 names no run, .*Select project, domain and run_name/m);
  assert.match(told.stderr, /^p\/d\/GOOD: .*invalid run name/m);
  assert.match(
    told.stdout,
    /^damaged\.csv: not ok: 4 runs in 4 rows, 1 of them without findings, 2 runs cannot be read\.$/m,
  );
  assert.match(
    cli(["check", cases("one.csv", [head, row("Bad", 5)].join("\n"))]).stderr,
    /^"one\.csv": line 2: invalid run/,
  );
  const loud = [head.toUpperCase(), row("good", 5), row("too", 5)].join("\n");
  assert.equal(cli(["check", "-"], { input: loud }).status, 0);
  // A report in which nothing stands would be none.
  const quiet = elementsOf(cli(["check", "--format=junit", "-"], { input: loud }).stdout);
  assert.deepEqual(
    quiet.filter(({ name }) => name === "system-out").map(({ text }) => text),
    ["2 runs in 2 rows, 2 of them without findings"],
  );
  const sarif = JSON.parse(cli(["check", "--format=sarif", "-"], { input: loud }).stdout);
  assert.equal(sarif.runs[0].properties.streams[0].ok, 2);
  const large = [head];
  for (let run = 0; run < 9_000; run += 1) large.push(row(`r${run}`, run === 7 ? 9 : 5, "x".repeat(4_000)));
  const input = gzipSync(large.join("\n"));
  const many = cli(["check", "-", "--format=json"], { input });
  assert.deepEqual([many.status, many.stderr], [1, ""]);
  const { records, streams } = JSON.parse(many.stdout);
  assert.deepEqual(
    records.map(({ file, run, ok }) => [file, run, ok]),
    [["-", "p/d/r7", false]],
  );
  assert.deepEqual(streams, [{ file: "-", runs: 9_000, rows: 9_000, ok: 8_999, unreadable: 0, leftOut: 0 }]);
  // To explain them all is too much.
  assert.match(cli(["why", "-"], { input }).stderr, /is packed by gzip and has more than 32 MB/);
});

test("an abort that goes on and a deadline are told with their times, though the row has ended already", () => {
  const waiting = `flyte-lifecycle trace 1
config rules=upstream
createRun run=r1
plugin action=r1/a0 result.phase=Running
enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=60000
abortAction action=r1/a0
abortReply action=r1/a0 reply=unavailable drawMs=500
`;
  const { stdout, stderr, status } = cli(["why", "-"], { input: waiting });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^r1\/a0 says ABORTED, but it could not be stopped yet and may still run\.$/m);
  assert.match(
    stdout,
    /^ {2}waits for Call 1 of 10 failed\. The next one comes in 500 ms, at 2026-01-01T00:00:00\.500Z: /m,
  );
  assert.match(stdout, /^ {2}phase {5}ABORTED, attempt 0 of 1, since [^ ]+Z$/m);
  assert.match(stdout, /^ {2}waits for Somebody has to signal it with a bool\. .* at 2026-01-01T00:01:00Z\.$/m);
  assert.match(stdout, /^ {2}can end {3}TIMED_OUT, if its deadline comes without a signal/m);
  assert.match(stdout, /^ {2}to do {5}Signal the condition, or abort the run\.$/m);
});

test("why follows a pipe, and answers again when the answer is another", async () => {
  const { child, ended, until } = started(["why", "-f", "-"]);
  child.stdin.write(RESOURCE("Queued", "PhaseQueued"));
  await until("stdout", /^ {2}phase {5}QUEUED/m);
  child.stdin.write(`---\n${RESOURCE("Queued", "PhaseQueued")}`);
  child.stdin.write(`---\n${RESOURCE("Executing", "PhaseRunning")}`);
  await until("stdout", /^ {2}phase {5}RUNNING/m);
  // A document that comes in two parts, with a pause between them, is one.
  const late = RESOURCE("Queued", "PhaseQueued", "k");
  let at = 0;
  for (const end of [late.indexOf("-k") + 1, late.indexOf("spec:"), late.indexOf("status:"), late.length]) {
    child.stdin.write(`${at === 0 ? "---\n" : ""}${late.slice(at, end)}`);
    at = end;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await until("stdout", /^rabc\/k .*\n {2}phase {5}QUEUED/m);
  child.stdin.end();
  const { status, stdout, stderr } = await ended;
  assert.deepEqual([status, stderr], [0, ""]);
  // What was told twice is answered once.
  assert.ok(stdout.match(/under upstream\.$/gm).length <= 4, stdout);
  const json = started(["why", "-f"]);
  const object = JSON.stringify({ apiVersion: "flyte.org/v1", kind: "TaskAction", metadata: { name: "} \\" } });
  json.child.stdin.end(`{"type":"ADDED","object":${object}}\n`);
  assert.match((await json.ended).stderr, /spec/);
  const gone = started(["why", "-f"]);
  const told = RESOURCE("Executing", "PhaseRunning").replace(/^(?=.)/gm, "  ");
  gone.child.stdin.write(`type: ADDED\nobject:\n${told}`);
  await gone.until("stdout", /^ {2}phase {5}RUNNING/m);
  gone.child.stdin.write(`---\n${RESOURCE("Queued", "PhaseQueued", "k")}`);
  gone.child.stdin.end(`---\ntype: DELETED\nobject:\n${told}`);
  // What was deleted is told of no more.
  assert.doesNotMatch((await gone.ended).stdout.split("\n\n\n").at(-1).split("under upstream").at(-1), /rabc\/a0/);
  const watch = started(["why", "-f"]);
  watch.child.stdin.end(runs("approval.watch.json"));
  const last = await watch.ended;
  assert.deepEqual([last.status, last.stderr], [0, ""]);
  assert.match(last.stdout, /3 actions went well\.\n$/);
});

test("what is followed may be cut, and may come in many small pieces", { timeout: 60_000 }, async () => {
  for (const input of ['{"details":', `${RESOURCE("Queued", "PhaseQueued")}---\n{"kind":`]) {
    const { status, stderr } = cli(["why", "-f"], { input });
    assert.equal(status, 2);
    assert.match(stderr, /^Standard input: .*(EOF while parsing|ends in the middle)/);
  }
  const long = Buffer.from(JSON.stringify({ items: ["{[\\".repeat(100_000), "---\n"] }));
  async function* dribbling() {
    for (const text of [`${" ".repeat(99)}\n`, long, "\n---\na: 1\n", "---\n", long])
      for (let at = 0; at < text.length; at += 64) yield Buffer.from(text.slice(at, at + 64));
  }
  const texts = [];
  for await (const { text } of followed(dribbling())) texts.push(text);
  assert.deepEqual(texts[0], long.toString());
  assert.deepEqual(texts.at(-1).split("\n").slice(-2), ["a: 1", long.toString()]);
});

test("a record, a trace, a kept run and a link are printed as a trace", () => {
  const trace = readFileSync(join(work, TRACE), "utf8");
  assert.equal(cli(["trace", TRACE]).stdout, trace);
  const sim = Simulation.fromTrace(trace);
  assert.equal(cli(["trace", "-"], { input: JSON.stringify(sim) }).stdout, trace);
  const record = cli(["trace", BAD]);
  assert.equal(record.status, 0);
  assert.match(record.stderr, /^The record has 1 finding that the rules \(upstream\) do not explain/);
  assert.equal(Simulation.fromTrace(record.stdout).trace(), record.stdout);
  const linked = cli(["trace", "https://example.org/?x#v2/u/2/cr1~Rz"]);
  assert.equal(linked.status, 0, linked.stderr);
  assert.deepEqual(
    Simulation.fromTrace(linked.stdout)
      .commands()
      .map(({ type }) => type),
    ["createRun", "plugin"],
  );
});

test("--page prints a link, with the run inside only with --share", () => {
  const page = "https://example.org/lifecycle/";
  const kept = cli(["open", TRACE, "--page", page]);
  assert.deepEqual([kept.status, kept.stdout], [0, `${page}\n`]);
  assert.match(kept.stderr, /^The run is not in this link/);
  const shared = cli(["open", TRACE, `--page=${page}`, "--share"]);
  assert.match(shared.stdout, /^https:\/\/example\.org\/lifecycle\/#v2\/u\/24\.m\d+:\w+[^ ]*z\n$/);
  const commands = (text) => Simulation.fromTrace(text).commands();
  assert.deepEqual(
    commands(cli(["trace", shared.stdout.trim()]).stdout),
    commands(readFileSync(join(work, TRACE), "utf8")),
  );
  const link = cli(["open", "#v2/d/1/cr1~z", "--page", page]);
  assert.equal(link.stdout, `${page}#v2/d/1/cr1~z\n`);
});

/** What a server answers to a request as it is written. */
function asked(address, { path = new URL(address).pathname, headers = {}, method = "GET" } = {}) {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, method }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("open serves the page and the run to this machine alone, until it is ended", async () => {
  const { child, ended, until } = started(["open", GOOD, "--no-browser"]);
  try {
    const [, address] = await until(
      "stdout",
      /served at (http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{24}\/\?run&rules=upstream) until/,
    );
    const base = new URL(".", address);
    const page = await asked(base);
    assert.equal(page.status, 200);
    assert.match(page.body.toString(), /<title>flyte-lifecycle/);
    assert.match(page.headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(page.headers["x-content-type-options"], "nosniff");
    assert.equal(page.headers["access-control-allow-origin"], undefined);
    const [, script] = /src="\.\/(assets\/index-[\w-]+\.js)"/.exec(page.body.toString());
    assert.match((await asked(new URL(script, base))).headers["content-type"], /^text\/javascript/);
    const run = await asked(new URL("run", base));
    assert.deepEqual([run.body, run.headers["cache-control"]], [runs("retry.details.json"), "no-store"]);
    for (const [status, what] of [
      [421, { headers: { host: "evil.example" } }],
      [421, { headers: { host: "127.0.0.1" } }],
      [404, { path: "/" }],
      [404, { path: "/run" }],
      [404, { path: `${base.pathname}../../package.json` }],
      [404, { path: `${base.pathname}%2e%2e/package.json` }],
      [404, { path: `${base.pathname}__proto__` }],
      [405, { method: "POST" }],
    ]) {
      const answer = await asked(base, what);
      assert.equal(answer.status, status, JSON.stringify(what));
      assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
    }
    for (const coding of ["br", "gzip"]) {
      const { headers } = await asked(base, { headers: { "accept-encoding": coding } });
      assert.equal(headers["content-encoding"], coding);
    }
  } finally {
    child.kill("SIGINT");
  }
  const { status, stderr } = await ended;
  assert.deepEqual([status, stderr], [0, ""]);
});

test("at the usual port the page is served to those who do not name it", async (context) => {
  const { address, close } = await served({ port: 80 }).catch((error) => ({ address: error.message, close() {} }));
  try {
    if (!address.startsWith("http://")) return context.skip(address);
    assert.equal((await asked(address)).status, 200);
    assert.equal((await asked(address, { headers: { host: "localhost" } })).status, 200);
    assert.equal((await asked(address, { headers: { host: "evil.example" } })).status, 421);
  } finally {
    close();
  }
});

test("open puts a link into the address, and begins as the page does where nothing is handed in", async () => {
  for (const [args, pattern] of [
    [["open", "#v2/d/1/cr1~z"], /127\.0\.0\.1:\d+\/[0-9a-f]+\/#v2\/d\/1\/cr1~z until/],
    [["open"], /127\.0\.0\.1:\d+\/[0-9a-f]+\/ until/],
  ]) {
    const { child, ended, until } = started(args);
    child.stdin.end();
    await until("stdout", pattern);
    child.kill("SIGTERM");
    assert.equal((await ended).status, 0);
  }
});

test("explore says what the native command line says, with the same exit status", () => {
  const found = cli(["explore", "--rules=upstream", "--model", "a parent and its child", "--missed"]);
  assert.deepEqual([found.status, found.stderr], [0, ""]);
  assert.match(found.stdout, /^rules upstream\nactions task task\nattempts \d versions \d system failures \d/);
  assert.match(found.stdout, /^ {2}P44 {3}VIOLATED in \d \(timed\) +A child never changes its parent's row\.$/m);
  assert.match(found.stdout, /^[\d,]+ states, [\d,]+ transitions, depth \d+, complete$/m);
  assert.equal(cli(["explore", "--rules=upstream", "--model=a parent and its child", "--strict"]).status, 1);
  const cut = cli(["explore", "--actions", "2", "--faults", "op,race", "--states", "500"]);
  assert.equal(cut.status, 3);
  assert.match(cut.stdout, /delivery manual/);
  assert.match(cut.stdout, /^inputs .* abort reply createAgain$/m);
  const one = cli(["explore", "--set=guard=numeric", "--property", "P9", "--properties=P10", "--states=500"]);
  assert.deepEqual(one.stdout.match(/^[ !] P\d+/gm).sort(), ["  P10", "  P9"]);
  const traces = cli(["explore", "--rules=upstream", "--property=P44", "--actions=2", "--states=500", "--traces"]);
  assert.match(traces.stdout, /^flyte-lifecycle trace 1$/m);
  const { bounds, verdicts } = JSON.parse(
    cli(["explore", "--states=100", "--without=running", "--format=json"]).stdout,
  );
  assert.ok(verdicts.length > 30 && !bounds.inputs.includes("running"));
  assert.match(cli(["explore", "--models"]).stdout, /^none +a parent and its child +task task$/m);
});

test("explore tells which policy mends what", () => {
  const { status, stdout } = cli(["explore", "--fixes", "--try=guard=retryable,pausedListing=living", "--states=300"]);
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}0 of 1 {2}as it starts +[\d]+ states/);
  assert.match(stdout, /^ {2}1 guard=retryable pausedListing=living +mends .*P45/m);
});

test("a search that is stopped tells what it has found by then", async () => {
  let last;
  // A machine that has much to do may take long to begin; until then Ctrl+C ends the program as any other.
  for (const wait of [1_500, 5_000, 15_000]) {
    const { child, ended } = started(["explore", "--rules=upstream", "--actions=4", "--faults=op,race"]);
    await new Promise((resolve) => setTimeout(resolve, wait));
    child.kill("SIGINT");
    last = await ended;
    if (last.status !== null) break;
  }
  const { status, stdout, stderr } = last;
  assert.deepEqual([status, stderr], [3, ""]);
  assert.match(stdout, /, stopped; frontier /);
});
