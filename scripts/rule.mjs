// Where a rule is decided, told and tested: asked each time, so that no table of it can be behind.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { meant } from "../src/js/cli/meant.js";
import { Failure, ROOT } from "./tools.mjs";
import { allRules } from "./upstream.mjs";

const HELP = `Where a rule is decided, told and tested:

  npm run rule -- NAME…

NAME   a rule (GuardRefusesBackward), or a function of upstream's (UpdateActionPhase) for all rules that name it;
       without one, every rule with the number of traces and tests that name it`;

const MAX = 8;

/** Tells it of the rules that the arguments name. */
export function tellRules(args, { root = ROOT, say = console.log } = {}) {
  if (args.includes("--help")) return say(HELP);
  const rules = allRules(readFileSync(join(root, "src/model/rule.rs"), "utf8"));
  const texts = readTexts(root);
  if (args.length === 0) return say(rules.map((rule) => countsOf(rule, placesOf(rule.rule, texts))).join("\n"));
  const asked = [...new Set(args.flatMap((word) => named(word, rules)))];
  return say(asked.map((rule) => told(rule, placesOf(rule.rule, texts))).join("\n\n"));
}

function named(word, rules) {
  const found = rules.filter(({ rule, name }) => rule === word || name === word);
  if (found.length > 0) return found;
  const known = rules.map(({ rule }) => rule);
  throw new Failure(`There is no rule ${word}${meant(word, known)}; \`npm run rule\` lists them all.`, 2);
}

/** The texts in which rules are named. */
export function readTexts(root) {
  const files = (folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`);
  const paths = ["src", "tests"].flatMap(files).map((path) => path.replaceAll("\\", "/"));
  const kept = paths.filter((path) => /\.(rs|mjs|ts|trace)$/.test(path) && !/\/(target|node_modules)\//.test(path));
  return kept.toSorted().map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The places that name a rule, as "file:line", by what they are; of a trace the file alone. */
export function placesOf(rule, texts) {
  const word = new RegExp(`\\b${rule}\\b`);
  const places = { code: [], traces: [], tests: [] };
  for (const { path, text } of texts) {
    if (!text.includes(rule) || path === "src/model/rule.rs") continue;
    if (path.endsWith(".trace")) {
      if (word.test(text)) places.traces.push(path.replace(/^tests\/traces\/|\.trace$/g, ""));
      continue;
    }
    const lines = text.split("\n");
    const inTests = path.startsWith("tests/") ? 0 : lines.indexOf("#[cfg(test)]");
    for (const [at, line] of lines.entries()) {
      if (!word.test(line)) continue;
      places[inTests >= 0 && at >= inTests ? "tests" : "code"].push(`${path}:${at + 1}`);
    }
  }
  return places;
}

const count = (places, one) => `${places.length} ${one}${places.length === 1 ? "" : "s"}`;
const countsOf = ({ rule }, { traces, tests }) =>
  `${rule}: ${count(traces, "trace")}, ${count(tests, "line")} of tests`;

function told({ rule, sentence, file, name }, places) {
  const rows = [
    ["upstream", [file ? `${file}, ${name}` : "none: only the simulation knows the question"]],
    ["code", places.code],
    ["traces", places.traces],
    ["tests", places.tests],
  ];
  const some = (list) => [...list.slice(0, MAX), ...(list.length > MAX ? [`and ${list.length - MAX} more`] : [])];
  const lines = rows.map(([what, list]) => `  ${what.padEnd(9)} ${some(list).join(", ") || "none"}`);
  return [`${rule}: ${sentence}`, ...lines].join("\n");
}
