// What a check has found, for people.

import { placeOf, shownName } from "./places.js";
import { sourceOf } from "./source.js";
import { bold, dim, green, link, red, yellow } from "./terminal.js";

const SEVERITIES = { error: red("error"), warning: yellow("warning"), note: dim("note") };

const FORMATS = {
  actionDetails: "ActionDetails",
  actionEvents: "ActionEvents",
  watchActions: "WatchActions",
  rows: "rows",
  taskActions: "TaskActions",
};

/** So many of something. */
export const count = (number, one) => `${number.toLocaleString("en")} ${number === 1 ? one : `${one}s`}`;

export function tellCheck(records, { out, error }) {
  for (const record of records) {
    if (record.problem) error.line(record.problem);
    else tellRecord(record, out);
  }
  const checked = records.filter(({ check }) => check);
  if (records.length > 1) out.line(bold(total(checked)), ` in ${count(checked.length, "record")}.`);
}

function tellRecord(record, out) {
  const { name, rules, check } = record;
  const { actions, commands, findings, format, leftOut } = check;
  for (const finding of findings) tellFinding(record, finding, out);
  const read = `${FORMATS[format] ?? format}, ${count(actions.length, "action")}, replayed by ${count(commands.length, "command")}`;
  const verdict = check.ok ? green("ok") : red("not ok");
  const found = findings.length > 0 ? total([record]) : "the rules explain every step";
  const more = leftOut > 0 ? `, and ${leftOut.toLocaleString("en")} more that are not listed` : "";
  out.line(bold(shownName(name)), ": ", verdict, ` under ${rules}: ${found}${more}. `, dim(`(${read})`));
}

function tellFinding(record, finding, out) {
  const { file, line } = placeOf(record, finding.place);
  const where = line === undefined ? shownName(file) : `${shownName(file)}:${line}`;
  const severity = SEVERITIES[finding.severity] ?? finding.severity;
  out.line(bold(where), ": ", severity, ": ", bold(finding.action), ": ", finding.sentence);
  const source = finding.rule === undefined ? undefined : sourceOf(finding.rule);
  if (finding.rule !== undefined) {
    const decided = source ? [", decided in ", link(`${source.file} ${source.function}`, source.href)] : [];
    out.line("    rule ", finding.rule, ...decided);
  }
  const { at, explainedBy, incident, place, policy, value } = finding;
  const said = [
    place !== "" && !/^line \d/.test(place) && `at ${place}`,
    at !== undefined && new Date(at).toISOString(),
    incident && `looks like ${incident} of the gallery`,
    explainedBy && `explained by ${explainedBy}`,
    policy && `by policy ${policy}=${value}`,
  ].filter(Boolean);
  if (said.length > 0) out.line("    ", dim(said.join(", ")));
}

/** How much was found, by how bad it is. */
function total(records) {
  const findings = records.flatMap(({ check }) => check.findings);
  const of = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const found = ["error", "warning", "note"].filter((severity) => of(severity) > 0);
  return found.length > 0 ? found.map((severity) => count(of(severity), severity)).join(", ") : "Nothing was found";
}
