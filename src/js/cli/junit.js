// What a check has found as a report of tests, for CI: a record is a suite, an action of it a test.

import { shownName, titleOf } from "./places.js";
import { plain } from "./terminal.js";
import { sumOf } from "./text.js";

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text in XML, which has no way to write some characters: they are shown by their numbers. */
const xml = (text) =>
  plain(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (sign) => SIGNS[sign]);

const tag = (name, attributes, inner) => {
  const words = Object.entries(attributes).map(([key, value]) => ` ${key}="${xml(value)}"`);
  return inner === undefined ? `<${name}${words.join("")}/>` : `<${name}${words.join("")}>${inner}</${name}>`;
};

export function junit(records, streams) {
  const suites = [...records.map(suiteOf), ...streams.map(allOf)];
  const sum = (key) => suites.reduce((all, suite) => all + suite[key], 0);
  const counts = { tests: sum("tests"), failures: sum("failures"), errors: sum("errors") };
  const inner = suites.map(({ text }) => text).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("testsuites", { name: "flyte-lifecycle check", ...counts }, `\n${inner}\n`)}\n`;
}

function suiteOf({ check, problem, ...record }) {
  const suite = titleOf(record);
  if (problem) {
    const error = tag("error", { type: "unreadable", message: problem });
    const test = tag("testcase", { classname: suite, name: "can be read" }, error);
    const counts = { tests: 1, failures: 0, errors: 1 };
    return { ...counts, text: tag("testsuite", { name: suite, ...counts }, `\n${test}\n`) };
  }
  const found = grouped(check.findings);
  // What is found may be about an action that the record does not have.
  const ids = new Set([...check.actions.map(({ id }) => id), ...found.keys()]);
  const shown = grouped(check.shows);
  const tests = [...ids].map((id) => testOf(suite, id, found.get(id) ?? [], shown.get(id) ?? []));
  const failures = tests.filter(({ hasFailed }) => hasFailed).length;
  const counts = { tests: tests.length, failures, errors: 0 };
  const { code, fault } = check.diagnosis ?? {};
  const said = Object.entries({ rules: check.rules, code, fault }).filter(([, value]) => value);
  const properties = said.map(([key, value]) => tag("property", { name: key, value })).join("");
  const matter = check.diagnosis ? [tag("system-out", {}, xml(check.diagnosis.sentences.join("\n")))] : [];
  const inner = [tag("properties", {}, properties), ...tests.map(({ text }) => text), ...matter].join("\n");
  return { ...counts, text: tag("testsuite", { name: suite, ...counts }, `\n${inner}\n`) };
}

/** Rows of many runs: those that have something to say are suites of their own, and a report without any says nothing. */
function allOf({ file, ...stream }) {
  const suite = shownName(file);
  const counts = { tests: 1, failures: 0, errors: 0 };
  const told = tag("system-out", {}, xml(sumOf(stream)));
  const test = tag("testcase", { classname: suite, name: "all runs are told of" }, told);
  return { ...counts, text: tag("testsuite", { name: suite, ...counts }, `\n${test}\n`) };
}

/** Findings, or what is shown, by the action that they are about. */
function grouped(findings) {
  const groups = new Map();
  for (const finding of findings) groups.set(finding.action, [...(groups.get(finding.action) ?? []), finding]);
  return groups;
}

function testOf(suite, id, findings, shows) {
  const failures = findings.filter(({ severity }) => severity !== "note");
  const notes = findings.filter(({ severity }) => severity === "note");
  const said = ({ place, rule, sentence }) => [sentence, rule && `rule ${rule}`, place && `at ${place}`];
  const words = (finding) => xml(said(finding).filter(Boolean).join("; "));
  const parts = [];
  // One element for all of an action's: many readers take the first and leave the rest.
  if (failures.length > 0) {
    const { kind, sentence } = failures[0];
    parts.push(tag("failure", { type: kind, message: sentence }, failures.map(words).join("\n")));
  }
  const known = ({ incident, property, sentence }) =>
    xml(["shows", incident, property, sentence].filter(Boolean).join(" "));
  const beside = [...notes.map(words), ...shows.map(known)];
  if (beside.length > 0) parts.push(tag("system-out", {}, beside.join("\n")));
  const inner = parts.length > 0 ? parts.join("") : undefined;
  return { hasFailed: failures.length > 0, text: tag("testcase", { classname: suite, name: id }, inner) };
}
