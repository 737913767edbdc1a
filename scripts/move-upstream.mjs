// Follows upstream to another commit: changes the commit wherever it stands, moves anchors with the lines they are about,
// and lists what has to be read again. What is asked of texts is in upstream.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { meant } from "../src/js/cli/meant.js";
import { Failure, ROOT } from "./tools.mjs";
import * as texts from "./upstream.mjs";

const HELP = `Follow upstream to another commit:

  npm run move-upstream -- COMMIT --checkout DIR [--dry-run]

COMMIT           what is to be followed: a commit, a tag or a branch of flyteorg/flyte
--checkout DIR   a git checkout of flyteorg/flyte that has it, and the commit followed now; its files are left alone
--dry-run        only list what would change and what has to be read again

The status is 0 if everything moved, 1 if something has to be read again, 2 if nothing could be done.`;

const OPTIONS = { checkout: { type: "string" }, "dry-run": { type: "boolean" }, help: { type: "boolean" } };
const RULES = "src/model/rule.rs";
const RECORDINGS = "tests/vectors/";
// Recordings keep the commit at which they were made, and what tells of the past the commit of then.
const KEPT = [RECORDINGS, "CHANGELOG.md", "DESIGN.md"];

/** A failure before anything was done. */
const misuse = (message) => new Failure(message, 2);

/** Does what the arguments ask in the repository at `root`, tells it line by line, and answers with the status. */
export function moveUpstream(
  args,
  { root = ROOT, from = process.env.INIT_CWD ?? process.cwd(), say = console.log } = {},
) {
  const asked = readArguments(args);
  if (asked.help) {
    say(HELP);
    return 0;
  }
  const checkout = openCheckout(resolve(from, asked.checkout));
  const followed = texts.followedCommit(readFileSync(join(root, RULES), "utf8"));
  if (!followed) throw misuse(`${RULES} has no UPSTREAM_COMMIT of 40 hexadecimal digits; restore it with git.`);
  const ends = [
    checkout.at(followed, `, which ${RULES} follows and anchors are moved from`),
    checkout.at(asked.commit),
  ];
  const moves = textsThatName(root, followed).map((file) => ({ ...file, ...moved(file, ends) }));
  const sections = [...sectionsOfLinks(moves, ends), ...sectionsOfRules(root, ends), recordings(root, ends)];
  if (!asked.dryRun) for (const { path, after } of moves) writeFileSync(join(root, path), after);
  return tell(say, asked.dryRun, ends, moves, sections);
}

function readArguments(args) {
  const settings = { strict: false, allowPositionals: true, tokens: true };
  const { values, positionals, tokens } = parseArgs({ args, options: OPTIONS, ...settings });
  for (const token of tokens) if (token.kind === "option") checkOption(token);
  if (values.help) return values;
  if (positionals.length !== 1) {
    const found =
      positionals.length === 0 ? "No commit is named" : `More than one commit is named (${positionals.join(", ")})`;
    throw misuse(`${found}; write \`npm run move-upstream -- COMMIT --checkout DIR\`.`);
  }
  if (!values.checkout) {
    const clone = "git clone https://github.com/flyteorg/flyte DIR";
    throw misuse(`--checkout is missing; name a git checkout of flyteorg/flyte (\`${clone}\` makes one).`);
  }
  return { ...values, commit: positionals[0], dryRun: values["dry-run"] ?? false };
}

function checkOption({ name, rawName, value }) {
  if (!Object.hasOwn(OPTIONS, name)) {
    const known = Object.keys(OPTIONS).map((each) => `--${each}`);
    throw misuse(`There is no option ${rawName}${meant(rawName, known)}.`);
  }
  const wanted = OPTIONS[name].type === "string";
  if (wanted && (!value || value.startsWith("-"))) {
    throw misuse(`${rawName} names no folder; write \`${rawName} DIR\`.`);
  }
  if (!wanted && value !== undefined) throw misuse(`${rawName} takes no value; leave out "${value}".`);
}

function git(folder, ...args) {
  const { status, stdout, stderr, error } = spawnSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error) throw misuse(`git cannot be run (${error.message}); install it, or put it on the PATH.`);
  return { ok: status === 0, text: stdout, problem: stderr.trim() };
}

/** A checkout of upstream, whatever its work tree is at: everything is read from its commits. */
function openCheckout(folder) {
  if (!existsSync(folder))
    throw misuse(`There is no folder ${folder}; --checkout names a git checkout of flyteorg/flyte.`);
  if (!git(folder, "rev-parse", "--git-dir").ok) {
    throw misuse(`${folder} is no git checkout; --checkout names one of flyteorg/flyte.`);
  }
  return { at: (name, why = "") => commitOf(folder, name, why) };
}

function commitOf(folder, name, why) {
  const found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
  if (!found.ok) {
    throw misuse(`${folder} has no commit ${name}${why}; \`git -C ${folder} fetch origin ${name}\` obtains it.`);
  }
  const commit = found.text.trim();
  const date = git(folder, "log", "-1", "--format=%cs", commit).text.trim();
  const all = new Set(git(folder, "ls-tree", "-r", "-z", "--name-only", commit).text.split("\0"));
  const read = new Map();
  const text = (file) => {
    if (!all.has(file)) return null;
    const { ok, text, problem } = read.get(file) ?? git(folder, "show", `${commit}:${file}`);
    if (!ok) throw misuse(`${file} cannot be read at ${name} in ${folder}: ${problem}`);
    read.set(file, { ok, text });
    return text;
  };
  const grep = (pattern) => git(folder, "grep", "-lE", pattern, commit, "--", "*.go", "*.proto").text;
  const defining = (word) => grep(`^(func (\\([^)]*\\) )?|type |message |enum )${word}\\b`).match(/(?<=:).+/g) ?? [];
  return { commit, date, short: commit.slice(0, 8), all, text, defining };
}

/** The tracked texts of this repository that name a commit of upstream. */
function textsThatName(root, commit) {
  const { ok, text } = git(root, "grep", "-lIz", "--fixed-strings", commit.slice(0, 7));
  if (!ok) throw misuse(`No tracked file of ${root} names ${commit}; run this in a git checkout of this repository.`);
  const paths = text.split("\0").filter((path) => path && !KEPT.some((kept) => path.startsWith(kept)));
  return paths.map((path) => ({ path, before: readFileSync(join(root, path), "utf8") }));
}

/** A text as it is after the move, and what became of each place in upstream's code that it names. */
function moved({ before }, ends) {
  const places = texts.placesIn(before, ends[0].commit).map((place) => ({ ...place, ...placeMoved(place, ends) }));
  const patches = places.filter(({ to }) => to).map(({ start, end, to }) => ({ start, end, text: texts.anchorOf(to) }));
  return { places, after: texts.withCommit(texts.withPatches(before, patches), ends) };
}

/** Where the lines of a place are now, or why that is not known. */
function placeMoved({ file, lines }, [old, next]) {
  const text = next.text(file);
  if (text === null) return { rots: true };
  if (!lines) return {};
  const meant = texts.linesOf(old.text(file) ?? "", lines);
  if (!meant) return { unclear: `has no such lines at ${old.short}`, meant: [] };
  const found = texts.standsAt(text, meant, lines);
  if (found.length === 1) return found[0][0] === lines[0] ? {} : { to: found[0] };
  return { unclear: found.length === 0 ? "is not there any more" : `is there ${found.length} times`, meant };
}

const shown = ({ file, lines }) => (lines ? `${file}#${texts.anchorOf(lines)}` : file);

/** Lines of a list: one for each thing that `what` says of an item, with all the items of which it says it. */
function grouped(items, what, who) {
  const groups = new Map();
  for (const item of items) groups.set(what(item), [...(groups.get(what(item)) ?? []), who(item)]);
  return [...groups].map(([said, names]) => said.replace("{}", [...new Set(names)].join(", ")));
}

function sectionsOfLinks(moves, [old, next]) {
  const places = moves.flatMap(({ path, places }) =>
    places.map((place) => ({ ...place, at: `${path}:${place.line}` })),
  );
  const list = (keep, what) =>
    grouped(
      places.filter(keep),
      (place) => `${shown(place)} ${what(place)}`,
      ({ at }) => at,
    );
  const quote = ({ meant }) => meant.map((line) => `\n      ${old.short} | ${line}`).join("");
  return [
    {
      title: "Anchors that moved",
      lines: list(
        ({ to }) => to,
        ({ to }) => `→ #${texts.anchorOf(to)}, in {}`,
      ),
    },
    {
      title: "Anchors to be read again, with what they were about",
      read: true,
      lines: list(
        ({ unclear }) => unclear,
        (place) => `${place.unclear}, in {}${quote(place)}`,
      ),
    },
    {
      title: `Links that rot, since there is no such file at ${next.short}`,
      read: true,
      lines: list(
        ({ rots }) => rots,
        ({ file }) => `is named in {}${perhaps(sameName(file, next))}`,
      ),
    },
  ];
}

const perhaps = (files) => (files.length > 0 ? `; perhaps ${files.join(", ")}` : "");

/** The one file that a file may have become: of the same name and folder, or else of the same name. */
function sameName(file, { all }) {
  const tail = (path, parts) => path.split("/").slice(-parts).join("/");
  const alike = [2, 1].map((parts) => [...all].filter((path) => tail(path, parts) === tail(file, parts)));
  return alike.find((files) => files.length === 1) ?? [];
}

function sectionsOfRules(root, [old, next]) {
  const rules = texts.rulesOf(readFileSync(join(root, RULES), "utf8"));
  const { text } = git(root, "grep", "-lIzE", "\\.(go|proto)\\b", "--", "src");
  const sources = text.split("\0").filter((path) => path && path !== RULES);
  const named = sources.flatMap((path) => {
    const files = texts.filesNamed(readFileSync(join(root, path), "utf8"));
    return files.map(({ file, line }) => ({ file, at: `${path}:${line}` }));
  });
  const there = (file) => [...next.all].some((path) => path === file || path.endsWith(`/${file}`));
  const gone = named.filter(({ file }) => !there(file));
  return [
    { title: "Rules whose file or function is gone", read: true, lines: rulesGone(rules, next) },
    { title: "Functions that changed, with the rules that name them", read: true, lines: changed(rules, old, next) },
    {
      title: "Files that sources name and that are gone",
      read: true,
      lines: grouped(
        gone,
        ({ file }) => `${file}, in {}${perhaps(sameName(file, next))}`,
        ({ at }) => at,
      ),
    },
  ];
}

function rulesGone(rules, end) {
  const gone = rules.map((rule) => ({ ...rule, gone: missing(rule, end) })).filter(({ gone }) => gone);
  return grouped(
    gone,
    ({ gone }) => gone,
    ({ rule }) => rule,
  );
}

/** What is missing at a commit of what a rule names, if anything is. */
function missing({ file, name }, end) {
  const text = end.text(file);
  if (text === null) return `{}: there is no ${file}${perhaps(sameName(file, end))}`;
  if (texts.definitionOf(file, text, name) !== null) return null;
  return `{}: ${file} has no ${name}${perhaps(end.defining(name.split(".")[0]))}`;
}

/** Rules whose file or function is missing in a checkout of upstream, at the commit that is followed. */
export function rulesGoneIn(folder, root = ROOT) {
  const source = readFileSync(join(root, RULES), "utf8");
  return rulesGone(texts.rulesOf(source), openCheckout(folder).at(texts.followedCommit(source)));
}

function changed(rules, old, next) {
  const at = (end, { file, name }) => texts.definitionOf(file, end.text(file) ?? "", name);
  const differs = (rule) => {
    const [before, after] = [at(old, rule), at(next, rule)];
    return before !== null && after !== null && before !== after;
  };
  return grouped(
    rules.filter(differs),
    ({ file, name }) => `${file} ${name}: {}`,
    ({ rule }) => rule,
  );
}

function recordings(root, [old, next]) {
  const { text } = git(root, "ls-files", "-z", "--", `${RECORDINGS}*.json`);
  const stale = text.split("\0").filter((path) => {
    if (!path || old.commit === next.commit) return false;
    const files = texts.recordedFiles(JSON.parse(readFileSync(join(root, path), "utf8")));
    return files.length === 0 || files.some((file) => old.text(file) !== next.text(file));
  });
  return { title: "Recordings of code that changed, to be made again", read: true, lines: stale };
}

function tell(say, dryRun, [old, next], moves, sections) {
  const same = old.commit === next.commit;
  say(`flyteorg/flyte ${old.short} (${old.date}) ${same ? "is followed already" : `→ ${next.short} (${next.date})`}`);
  const changing = moves.filter(({ before, after }) => before !== after).map(({ path }) => path);
  const verb = dryRun ? "would change" : "changed";
  for (const { title, lines } of [{ title: `Files that ${verb}`, lines: changing }, ...sections]) {
    if (lines.length > 0) say(`\n${title} (${lines.length})\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
  const left = sections.filter(({ read, lines }) => read && lines.length > 0);
  if (left.length === 0) say("\nNothing has to be read again.");
  else if (!dryRun) say("\nKeep this list: the next run compares with the commit that stands here now.");
  if (!dryRun && changing.length > 0) say("\nNow run `npm test`, and tell the move in CHANGELOG.md.");
  return left.length > 0 ? 1 : 0;
}
