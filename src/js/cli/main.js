#!/usr/bin/env node
// The command line. Each command is a file beside this one, read when it is wanted: its `help`, what it `takes`, and `run`.

import { readFileSync } from "node:fs";
import { read } from "./arguments.js";
import { nearest } from "./meant.js";
import { Printer } from "./terminal.js";
import { GOOD, MISUSED, sentenceOf, Trouble } from "./trouble.js";

const COMMANDS = {
  check: { what: "replays a recorded run, and says what no rule explains", load: () => import("./check.js") },
  why: { what: "says where each action of a run stands, and what it waits for", load: () => import("./why.js") },
  trace: { what: "prints a run as a trace", load: () => import("./trace.js") },
  open: { what: "opens a run on the page, which is served on this machine", load: () => import("./open.js") },
  explore: {
    what: "goes through every interleaving of a small model, and says what breaks",
    load: () => import("./explore.js"),
  },
};

const NAMES = Object.keys(COMMANDS);

const help = () => `npx flyte-lifecycle COMMAND [FILE] [options]

The run lifecycle of Flyte 2, executable: as documented, as coded, and the difference.

Commands
${NAMES.map((name) => `  ${name.padEnd(8)} ${COMMANDS[name].what}`).join("\n")}

Examples
  kubectl get taskaction -o yaml | npx flyte-lifecycle why -
  npx flyte-lifecycle check nightly.json --format junit
  npx flyte-lifecycle explore --rules upstream --actions 2

\`npx flyte-lifecycle COMMAND --help\` says more of each; --version says of which version this is.
A FILE may be packed by gzip; a folder is one run in several files; \`-\` is standard input.`;

function version() {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return version;
}

/** Runs what the arguments name; answers the exit status. */
async function answered(args, io) {
  const [name, ...rest] = args[0] === "--" ? args.slice(1) : args;
  if (name === undefined) {
    for (const line of help().split("\n")) io.error.line(line);
    return MISUSED;
  }
  if (name === "help") {
    if (rest.length > 1) throw new Trouble("`help` takes one command: `npx flyte-lifecycle help check`.");
    return await answered([...rest, "--help"], io);
  }
  if (name.startsWith("-")) {
    const { values, rest: named } = read(args, { most: NAMES.length });
    if (values.version) return await toldVersion(io);
    return named.length > 0 ? await answered([named[0], "--help"], io) : told(help(), io);
  }
  if (!Object.hasOwn(COMMANDS, name)) throw await noCommand(name);
  const command = await COMMANDS[name].load();
  const asked = read(rest, command.takes);
  if (asked.values.help) return told(command.help, io);
  if (asked.values.version) return await toldVersion(io);
  return await command.run(asked, io);
}

function told(text, { out }) {
  for (const line of text.split("\n")) out.line(line);
  return GOOD;
}

async function toldVersion({ out }) {
  const { UPSTREAM_COMMIT } = await import("../node.js");
  out.line(`flyte-lifecycle ${version()}, after flyteorg/flyte at ${UPSTREAM_COMMIT}`);
  return GOOD;
}

async function noCommand(name) {
  const [{ quoted }, { isLink }, { existsSync }] = await Promise.all([
    import("./arguments.js"),
    import("./given.js"),
    import("node:fs"),
  ]);
  const near = nearest(name, NAMES);
  if (near) return new Trouble(`There is no command ${quoted(name)} (did you mean ${near}?).`);
  if (isLink(name)) return new Trouble("A link stands behind a command, as in `flyte-lifecycle why LINK`.");
  if (existsSync(name)) {
    return new Trouble(
      `${quoted(name)} is a file, which stands behind a command, as in \`flyte-lifecycle check FILE\`.`,
    );
  }
  return new Trouble(`There is no command ${quoted(name)}; there are ${NAMES.join(", ")}.`);
}

/** Where the arguments name a command, more is said of that one. */
const helpFor = (args) => (Object.hasOwn(COMMANDS, args[0] ?? "") ? ` ${args[0]}` : "");

/** What is printed reaches nobody any more. */
function endBy({ code }, stream) {
  // To have read enough is no mistake: `… | head` ends quietly.
  if (code === "EPIPE") process.exit(process.exitCode ?? GOOD);
  const why = code === "ENOSPC" ? "the disk is full" : `the system says ${code}`;
  if (stream !== process.stderr) process.stderr.write(`What is printed cannot be written: ${why}.\n`);
  process.exit(MISUSED);
}

async function main(args) {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => endBy(error, stream));
  const io = { out: new Printer(process.stdout), error: new Printer(process.stderr), stdin: process.stdin, version };
  try {
    process.exitCode = await answered(args, io);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) {
      // Nobody is helped by where in our files it was, but we are, if it is reported.
      const where = `flyte-lifecycle ${version()}, Node ${process.version}`;
      io.error.line(`This is a defect of flyte-lifecycle; please report it: ${error?.message ?? error} (${where})`);
    } else {
      io.error.line(sentence);
      io.error.line(`\`npx flyte-lifecycle${helpFor(args)} --help\` says what there is.`);
    }
    process.exitCode = MISUSED;
  }
}

await main(process.argv.slice(2));
