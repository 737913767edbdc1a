// Following upstream to another commit, tried on a small repository of Go that is made here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rules } from "flyte-lifecycle";
import { moveUpstream, rulesGoneIn } from "../../scripts/move-upstream.mjs";
import { definitionOf, placesIn, rulesOf, standsAt, withCommit } from "../../scripts/upstream.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "flyte-lifecycle-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs git in a repository of this test, whatever git's settings are where it runs. */
const git = (where, ...args) => gitAt(undefined, where, ...args);

/** As `git`, at another time. */
function gitAt(date, where, ...args) {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_COMMITTER_DATE: date };
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const { status, stdout, stderr } = spawnSync("git", ["-C", where, ...who, ...args], { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** Writes files into a repository and commits them; what is null is taken away. */
function commit(where, files, date) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(where, path)), { recursive: true });
    if (text === null) rmSync(join(where, path));
    else writeFileSync(join(where, path), text);
  }
  git(where, "add", "--all");
  gitAt(`${date}T12:00:00Z`, where, "commit", "--quiet", "--message", "test");
  return git(where, "rev-parse", "HEAD");
}

function repository(name) {
  const where = join(folder, name);
  mkdirSync(where);
  git(where, "init", "--quiet");
  return where;
}

const guard = [
  "func (r *repo) Update(ctx context.Context,",
  "\taction string,",
  ") error {",
  "\treturn r.guard(ctx)",
  "}",
  "",
].join("\n");
const abort = ["func (r *repo) Abort(ctx context.Context) error {", '\treturn r.write("ABORTED")', "}", ""].join("\n");
const push = ["func Push(action string) {", "\tqueue <- action", "}", ""].join("\n");

const upstream = repository("upstream");
const [old, next] = [
  commit(
    upstream,
    {
      "runs/action.go": `package runs\n\n${guard}\n${abort}`,
      "runs/queue.go": `package runs\n\n${push}`,
      "runs/filters.go": "package runs\n",
      "idl/phase.proto": "enum Phase {\n  PHASE_RECOVERED = 10;\n}\n\nmessage Task {\n  int32 retries = 5;\n}\n",
    },
    "2026-08-21",
  ),
  commit(
    upstream,
    {
      "runs/action.go": `package runs\n\nimport "context"\n\n${guard.replace("r.guard(ctx)", "r.table(ctx)")}\n${abort}`,
      "runs/queue.go": "package runs\n",
      "runs/push.go": `package runs\n\n${push}`,
      "runs/filters.go": null,
      "lists/filters.go": "package lists\n",
    },
    "2026-11-02",
  ),
];

const blob = `https://github.com/flyteorg/flyte/blob/${old}`;
const ours = {
  "src/model/rule.rs": `pub const UPSTREAM_COMMIT: &str = "${old}";
const HERE: &str = "";
const ACTION: &str = "runs/action.go";
const QUEUE: &str = "runs/queue.go";
const FILTERS: &str = "runs/filters.go";
const PHASES: &str = "idl/phase.proto";

rules! {
    Admitted "It is \\"admitted\\"." ACTION "Update";
    Aborted "It is aborted." ACTION "Abort";
    Pushed "It is pushed." QUEUE "Push";
    Listed "It is listed." FILTERS "Filter";
    Recovered "It is recovered." PHASES "PHASE_RECOVERED";
    Retried "It is retried." PHASES "Task.retries";
    Timed "Time passes." HERE "";
}
`,
  "src/model/policy.rs": `macro_rules! at { ("${old}") }\nlinks [at!("runs/action.go#L9-L11"), at!("runs/action.go#L6")]\n`,
  "src/rules/listing.rs": "//! Which runs a list shows (runs/filters.go).\n",
  "tests/traces/n1.trace": `# link: ${blob}/runs/filters.go\n# link: ${blob}/idl/phase.proto#L2\n`,
  "tests/vectors/queue.json": JSON.stringify({ flyte_commit: old, functions: ["runs/queue.go Push, Run"] }),
  "tests/vectors/phases.json": JSON.stringify({ flyte_commit: old, functions: ["idl/phase.proto Phase"] }),
  "README.md": `Followed at commit \`${old.slice(0, 8)}\` (2026-08-21); released on 2026-08-21.\n`,
  LICENSE: "Nothing of upstream's.\n",
};

let made = 0;
/** A repository such as this one, and what became of it when it was moved. */
function move(args, files = ours) {
  made += 1;
  const where = repository(`ours-${made}`);
  commit(where, files, "2026-11-30");
  const lines = [];
  const status = moveUpstream(args, { root: where, from: folder, say: (line) => lines.push(line) });
  const read = (path) => readFileSync(join(where, path), "utf8");
  return { status, told: lines.join("\n"), read, changed: git(where, "diff", "--name-only").split("\n") };
}

test("the commit is changed wherever it stands, and nothing else is", () => {
  const { read, changed } = move([next, "--checkout", "upstream"]);
  assert.deepEqual(changed, ["README.md", "src/model/policy.rs", "src/model/rule.rs", "tests/traces/n1.trace"]);
  assert.equal(read("src/model/rule.rs"), ours["src/model/rule.rs"].replace(old, next));
  assert.equal(
    read("README.md"),
    `Followed at commit \`${next.slice(0, 8)}\` (2026-11-02); released on 2026-08-21.\n`,
    "only the date that stands behind the commit is its date",
  );
  assert.match(read("tests/vectors/queue.json"), new RegExp(old), "a recording keeps the commit at which it was made");
});

test("anchors move with their lines, and those whose lines are gone are told with what they were about", () => {
  const { status, told, read } = move([next, "--checkout", "upstream"]);
  assert.equal(status, 1);
  assert.match(read("src/model/policy.rs"), /at!\("runs\/action\.go#L11-L13"\), at!\("runs\/action\.go#L6"\)/);
  assert.match(told, /Anchors that moved \(1\)\n {2}runs\/action\.go#L9-L11 → #L11-L13, in src\/model\/policy\.rs:2\n/);
  const quoted = `      ${old.slice(0, 8)} | \treturn r.guard(ctx)`;
  assert.ok(told.includes(`  runs/action.go#L6 is not there any more, in src/model/policy.rs:2\n${quoted}\n`), told);
});

test("what is gone is told: rules' files and functions, links, files in comments, recordings; and where it may be", () => {
  const { told } = move([next, "--checkout", "upstream", "--dry-run"]);
  for (const [title, line] of [
    ["Rules whose file or function is gone (2)", "Pushed: runs/queue.go has no Push; perhaps runs/push.go"],
    ["", "Listed: there is no runs/filters.go; perhaps lists/filters.go"],
    ["Functions that changed, with the rules that name them (1)", "runs/action.go Update: Admitted"],
    [
      `Links that rot, since there is no such file at ${next.slice(0, 8)} (1)`,
      "runs/filters.go is named in tests/traces/n1.trace:1; perhaps lists/filters.go",
    ],
    [
      "Files that sources name and that are gone (1)",
      "runs/filters.go, in src/rules/listing.rs:1; perhaps lists/filters.go",
    ],
    ["Recordings of code that changed, to be made again (1)", "tests/vectors/queue.json"],
  ]) {
    assert.ok(told.includes(title ? `\n${title}\n  ${line}` : `\n  ${line}`), `${title}\n${line}\n\n${told}`);
  }
});

test("a dry run writes nothing and tells the same", () => {
  const wet = move([next, "--checkout", "upstream"]);
  const dry = move([git(upstream, "rev-parse", "--abbrev-ref", "HEAD"), "--checkout", upstream, "--dry-run"]);
  assert.deepEqual(dry.changed, [""]);
  assert.equal(dry.status, 1);
  const lists = ({ told }) => told.split("\n\n").filter((part) => !/^(Files that (would )?change|Keep|Now)/.test(part));
  assert.deepEqual(lists(dry), lists(wet));
  assert.match(
    dry.told,
    /^flyteorg\/flyte [0-9a-f]{8} \(2026-08-21\) → [0-9a-f]{8} \(2026-11-02\)\n\nFiles that would change \(4\)\n/,
  );
});

test("where nothing is to be read again, the status says so", () => {
  const few = { ...ours, "src/rules/listing.rs": "", "tests/traces/n1.trace": "", "tests/vectors/queue.json": "{}" };
  few["src/model/rule.rs"] = few["src/model/rule.rs"].replace(/ {4}(Admitted|Pushed|Listed).*\n/g, "");
  few["src/model/policy.rs"] = few["src/model/policy.rs"].replace(', at!("runs/action.go#L6")', "");
  few["tests/vectors/queue.json"] = few["tests/vectors/phases.json"];
  const { status, told, read } = move([next, "--checkout", "upstream"], few);
  assert.equal(status, 0, told);
  assert.match(told, /\n\nNothing has to be read again\.\n/);
  assert.match(read("src/model/policy.rs"), /#L11-L13/);
  const again = move([old, "--checkout", "upstream"], few);
  assert.deepEqual([again.status, again.changed], [0, [""]]);
  assert.match(again.told, /^flyteorg\/flyte [0-9a-f]{8} \(2026-08-21\) is followed already\n/);
});

test("what makes no sense is refused with the status 2 before anything is written", () => {
  const unknown = "0123456789012345678901234567890123456789";
  for (const [args, words] of [
    [[], /^No commit is named; write `npm run move-upstream -- COMMIT --checkout DIR`\.$/],
    [[old, next, "--checkout", "upstream"], /^More than one commit is named \(.*\); write/],
    [[next], /^--checkout is missing; name a git checkout of flyteorg\/flyte \(`git clone .*` makes one\)\.$/],
    [[next, "--chekout", "upstream"], /^There is no option --chekout \(did you mean --checkout\?\)\.$/],
    [[next, "--checkout", "upstream", "--dryrun"], /^There is no option --dryrun \(did you mean --dry-run\?\)\.$/],
    [[next, "--checkout", "upstream", "--verbose"], /^There is no option --verbose; there are --checkout, --dry-run/],
    [[next, "--checkout"], /^--checkout names no folder; write `--checkout DIR`\.$/],
    [[next, "--checkout", "--dry-run"], /^--checkout names no folder/],
    [[next, "--checkout", "upstream", "--dry-run=no"], /^--dry-run takes no value; leave out "no"\.$/],
    [[next, "--checkout", "nowhere"], /^There is no folder .*nowhere; --checkout names a git checkout/],
    [[next, "--checkout", "."], /is no git checkout; --checkout names one of flyteorg\/flyte\.$/],
    [
      [unknown, "--checkout", "upstream"],
      new RegExp(`has no commit ${unknown}; \`git .* fetch origin ${unknown}\` obtains it`),
    ],
    [["--upload-pack=x", "--checkout", "upstream"], /^There is no option --upload-pack/],
  ]) {
    assert.throws(
      () => move(args),
      (error) => {
        assert.match(error.message, words);
        assert.equal(error.status, 2);
        return true;
      },
      args.join(" "),
    );
    assert.equal(git(join(folder, `ours-${made}`), "status", "--porcelain"), "");
  }
  const follows = { ...ours, "src/model/rule.rs": ours["src/model/rule.rs"].replace(old, unknown) };
  assert.throws(
    () => move([next, "--checkout", "upstream"], follows),
    /, which src\/model\/rule\.rs follows and anchors/,
  );
});

test("npm's script tells what is wrong in a sentence and ends with its status", () => {
  const run = (...args) =>
    spawnSync(process.execPath, ["scripts/run.mjs", "move-upstream", ...args], { cwd: root, encoding: "utf8" });
  const refused = run("main", "--chekout", "flyte");
  assert.deepEqual([refused.status, refused.stdout], [2, ""]);
  assert.equal(refused.stderr.trim(), "There is no option --chekout (did you mean --checkout?).");
  const help = run("--help");
  assert.deepEqual([help.status, help.stderr], [0, ""]);
  assert.match(help.stdout, /npm run move-upstream -- COMMIT --checkout DIR \[--dry-run\]/);
});

test("a definition is found by what defines it, and by nothing that only names it", () => {
  const go = `// Update does it.\n${guard}\ntype state struct {\n\tUpdates int\n}\n\nvar limit = 10\n\nfunc Less[T any](a, b T) bool { return Update(a) }\n`;
  assert.equal(definitionOf("a.go", go, "Update"), guard.trimEnd());
  assert.equal(definitionOf("a.go", go, "state"), "type state struct {\n\tUpdates int\n}");
  assert.equal(definitionOf("a.go", go, "limit"), "var limit = 10");
  assert.equal(definitionOf("a.go", go, "Less"), "func Less[T any](a, b T) bool { return Update(a) }");
  for (const name of ["Updates", "guard", "Upd", "r", "lim.t"])
    assert.equal(definitionOf("a.go", go, name), null, name);
  const proto =
    "message Task {\n  // Number of retries.\n  int32 retries = 5;\n}\n\nmessage Other {\n  int32 timeout = 1;\n}\n";
  assert.equal(definitionOf("a.proto", proto, "Task.retries"), "  int32 retries = 5;");
  assert.equal(definitionOf("a.proto", proto, "Task.timeout"), null);
  assert.match(definitionOf("a.proto", proto, "Other"), /^message Other \{[^}]*\}$/);
  assert.equal(definitionOf("a.proto", proto, "Number"), null);
});

test("lines that stand where they stood are not looked for elsewhere; others are told wherever they are", () => {
  const text = "a\n}\nb\n}\nb\n}\n";
  assert.deepEqual(standsAt(text, ["}"], [4, 4]), [[4, 4]]);
  assert.deepEqual(standsAt(text, ["b", "}"], [1, 2]), [
    [3, 4],
    [5, 6],
  ]);
  assert.deepEqual(standsAt(text, ["c"], [1, 1]), []);
});

test("a commit is known by its beginning, and another one with the same beginning is left alone", () => {
  const ends = [
    { commit: `1234567${"a".repeat(33)}`, date: "2026-01-01" },
    { commit: "b".repeat(40), date: "2026-02-02" },
  ];
  assert.equal(withCommit("1234567 1234567aa 1234567c 91234567", ends), "bbbbbbb bbbbbbbbb 1234567c 91234567");
  assert.deepEqual(
    placesIn("/blob/1234567c/a.go#L1 /blob/1234567a/b.go", ends[0].commit).map(({ file }) => file),
    ["b.go"],
  );
});

test("rules are read from their source as the package tells them", () => {
  const told = rules().filter(({ source }) => source);
  const read = rulesOf(readFileSync(join(root, "src/model/rule.rs"), "utf8"));
  assert.deepEqual(
    read.map(({ rule, file, name }) => [rule, file, name]),
    told.map(({ rule, source }) => [rule, source.file, source.function]),
  );
});

const checkout = process.env.FLYTE_CHECKOUT;
test(
  "file and function of every rule exist in upstream's code",
  { skip: !checkout && "FLYTE_CHECKOUT names no git checkout of flyteorg/flyte to look into." },
  () => assert.deepEqual(rulesGoneIn(checkout), []),
);
