// Opens a run on the page that ships in the package, served to this machine alone; or prints a link to it on another.

import { spawn } from "node:child_process";
import { Simulation } from "../node.js";
import { numberOf, quoted } from "./arguments.js";
import { inputOf, RULES, runIn } from "./given.js";
import { calledOf } from "./input.js";
import { served } from "./page-server.js";
import { jsonText } from "./terminal.js";
import { GOOD, Trouble } from "./trouble.js";

export const help = `npx flyte-lifecycle open [FILE | LINK | -] [options]

Serves the page on this machine, to nobody else, with a run on it: a record as \`check\` takes it, with what was found, a
trace, a link, or a run that was kept as JSON. Without FILE, what is handed in is opened; where nothing is, the page
begins as it does. It is served until Ctrl+C is pressed.

Examples
  kubectl get taskaction -o yaml | npx flyte-lifecycle open -
  npx flyte-lifecycle open nightly.json --no-browser
  npx flyte-lifecycle open my.trace --page https://example.org/lifecycle/ --share

Options
  --rules ${RULES.join("|")}   under which rules a record is read; auto if absent
  --port N                   at which port; any that is free if absent
  --no-browser               prints the address and starts no browser, as where this is no terminal
  --page URL                 prints a link to that page instead; the run is in it only with --share
  --share                    puts the run into the link, with all names that are in it

Exit status
  0  it was served until it was ended, or the link was printed
  2  it cannot be read, or the arguments make no sense`;

export const takes = {
  most: 1,
  options: {
    rules: { type: "string", values: RULES },
    port: { type: "string" },
    page: { type: "string" },
    share: { type: "boolean" },
    "no-browser": { type: "boolean" },
  },
};

export async function run({ values, rest }, io) {
  if (values.share && values.page === undefined)
    throw new Trouble("--share is for --page: it puts the run into the link.");
  const input = await wantedOf(rest, io);
  const opened = input && { ...input, ...(await runIn(input, values.rules)) };
  if (values.page !== undefined) return await tellLink(values, opened, io);
  return await serve(values, opened, io);
}

/** What is to be opened, if anything is. */
async function wantedOf(rest, { stdin }) {
  if (rest.length === 0 && stdin.isTTY) return undefined;
  return await inputOf(rest, stdin).catch((error) => {
    // A program may start it with an input that has nothing in it.
    const isEmpty = error instanceof Trouble && error.message.endsWith(" is empty.");
    if (rest.length === 0 && isEmpty) return undefined;
    throw error;
  });
}

/** Prints a link to a page that somebody else serves. */
async function tellLink({ page, share }, opened, io) {
  const url = pageAt(page);
  if (opened?.kind === "link") url.hash = opened.link;
  else if (opened && share) url.hash = await fragmentOf(opened, io);
  else if (opened) {
    io.error.line("The run is not in this link: open it there, or add --share, which puts it in with all its names.");
  }
  io.out.line(url.href);
  return GOOD;
}

function pageAt(page) {
  const url = URL.canParse(page) ? new URL(page) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new Trouble(`--page takes the address of a page, such as https://example.org/lifecycle/, not ${quoted(page)}.`);
}

/** The run as the fragment of a link, as Copy link gives it. */
async function fragmentOf({ name, simulation }, io) {
  const [{ encode, fits, LONGEST, STEPS_MAX }, { asking }] = await Promise.all([
    import("../../../pkg/cli/link.js"),
    import("../../../pkg/cli/configuration.js"),
  ]);
  const commands = simulation.commands();
  if (!fits(commands)) {
    const most = STEPS_MAX.toLocaleString("en");
    throw new Trouble(
      `${calledOf(name)} is too long for a link, which holds up to ${most} steps; hand it on as a trace.`,
    );
  }
  const fragment = encode({ config: ownConfig(simulation, asking({})), commands, facts: toldBy(simulation) });
  if (fragment.length > LONGEST) {
    io.error.line(
      `The link has ${fragment.length.toLocaleString("en")} characters; some programs cut links after ${LONGEST.toLocaleString("en")}.`,
    );
  }
  return fragment;
}

/** What of the configuration is not as it is in every link that says nothing of it. */
function ownConfig(simulation, silent) {
  const usual = new Simulation(silent);
  const known = usual.config();
  usual.free();
  const own = Object.entries(simulation.config()).filter(([key, value]) => jsonText(value) !== jsonText(known[key]));
  return Object.fromEntries(own);
}

/** What each step put on record, by which a link tells whether it is another story later. */
function toldBy(simulation) {
  const ends = [0];
  const again = simulation.fork();
  again.seek(0);
  while (again.redo()) ends.push(again.events().length);
  const events = again.events();
  again.free();
  return { events, ends };
}

async function serve({ port, ...values }, opened, io) {
  // A link is in the address, and all else is read by the page as it is.
  const text = opened?.kind === "link" ? undefined : opened?.texts.join("\n");
  const { address, close } = await served({ run: text, port: port === undefined ? 0 : portOf(port) });
  const url = new URL(address);
  if (text !== undefined) url.search = opened.check ? `?run&rules=${opened.check.rules}` : "?run";
  if (opened?.kind === "link") url.hash = opened.link;
  // Whoever reads the address may end it at once.
  const ended = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  io.out.line(`The page is served at ${url.href} until you press Ctrl+C.`);
  if (io.out.isTerminal && !values["no-browser"]) startBrowser(url.href, io);
  await ended;
  close();
  return GOOD;
}

function portOf(text) {
  const port = numberOf("port", text);
  if (port > 65_535) throw new Trouble(`--port takes a number up to 65535, not ${quoted(text)}.`);
  return port;
}

/** What opens an address, by the system; each is given the address as it is, and no shell reads it. */
const BROWSERS = {
  darwin: ["open"],
  win32: ["rundll32.exe", "url.dll,FileProtocolHandler"],
};

function startBrowser(href, io) {
  const [command, ...args] = BROWSERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, href], { detached: true, stdio: "ignore" });
  child.on("error", () => io.error.line(`No browser could be started by ${command}; open the address in one.`));
  child.unref();
}
