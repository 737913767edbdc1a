// What a check has found, for people.

import { placeOf, shownName, titleOf } from "./places.js";
import { sourceOf } from "./source.js";
import { bold, dim, green, link, red, yellow } from "./terminal.js";

const SEVERITIES = { error: red("error"), warning: yellow("warning"), note: dim("note") };

const FORMATS = {
  actionDetails: "ActionDetails",
  actionEvents: "ActionEvents",
  watchActions: "WatchActions",
  actionUpdates: "updates",
  pods: "pods",
  rows: "rows",
  taskActions: "TaskActions",
};

/** So many of something. */
export const count = (number, one) => `${number.toLocaleString("en")} ${number === 1 ? one : `${one}s`}`;

export function tellCheck(records, streams, { out, error }) {
  for (const record of records) {
    if (record.problem) error.line(record.problem);
    else tellRecord(record, out);
  }
  for (const stream of streams) tellStream(stream, out);
  const checked = records.filter(({ check }) => check);
  if (records.length > 1 && checked.length > 0)
    out.line(bold(total(checked)), ` in ${count(checked.length, "record")}.`);
}

/** What is the matter comes first, then what no rule explains, then what is known to go wrong. */
function tellRecord(record, out) {
  const { actions, commands, diagnosis, findings, format, leftOut, others, rules, shows, ok } = record.check;
  const title = titleOf(record);
  if (diagnosis) tellDiagnosis(title, diagnosis, out);
  for (const finding of findings) tellFinding(record, finding, out);
  for (const show of shows) tellShow(record, show, out);
  const read = `${FORMATS[format] ?? format}, ${count(actions.length, "action")}, replayed by ${count(commands.length, "command")}`;
  const verdict = ok ? green("ok") : red("not ok");
  const found = findings.length > 0 ? total([record]) : "the rules explain every step";
  const more = leftOut > 0 ? `, and ${leftOut.toLocaleString("en")} more that are not listed` : "";
  const known =
    shows.length > 0 ? `, and ${count(shows.length, "known bug")} ${shows.length === 1 ? "shows" : "show"}` : "";
  out.line(bold(title), ": ", verdict, ` under ${rules}: ${found}${more}${known}. `, dim(`(${read})`));
  for (const other of others) {
    if (other.ok === ok) continue;
    const what = other.ok
      ? "the rules explain every step"
      : `${count(other.findings, "finding")}, first: ${other.sentence}`;
    out.line("    ", dim(`Under ${other.rules}: ${what}`));
  }
}

/** What is the matter, in the core's sentences: what happened, why, whose matter it is, what to do. */
export function tellDiagnosis(title, { code, fault, incidents, sentences }, out) {
  const [first, ...rest] = sentences;
  out.line(bold(title), ": ", bold(first));
  for (const sentence of rest) out.line("    ", sentence);
  const like = incidents.length > 0 ? `, looks like ${incidents.join(", ")} of the gallery` : "";
  out.line("    ", dim(`fault: ${fault}, code: ${code}${like}`));
}

function tellShow(record, { action, incident, property, sentence }, out) {
  const known = [incident && `${incident} of the gallery`, property].filter(Boolean).join(", ");
  out.line(bold(titleOf(record)), ": ", dim("shows"), ": ", bold(action), ": ", sentence, known && dim(` (${known})`));
}

function tellStream({ file, leftOut, ok, rows, runs, unreadable }, out) {
  const bad = unreadable > 0 ? `, ${count(unreadable, "run")} cannot be read` : "";
  const more = leftOut > 0 ? `; ${leftOut.toLocaleString("en")} more have something to say and are not listed` : "";
  const verdict = ok === runs ? green("ok") : red("not ok");
  out.line(bold(shownName(file)), ": ", verdict, `: ${sumOf({ rows, runs, ok })}${bad}${more}.`);
}

/** How much there was in rows of many runs. */
export const sumOf = ({ rows, runs, ok }) =>
  `${count(runs, "run")} in ${count(rows, "row")}, ${ok.toLocaleString("en")} of them without findings`;

function tellFinding(record, finding, out) {
  const { file, line } = placeOf(record, finding.place);
  const where = line === undefined ? titleOf({ ...record, name: file }) : `${shownName(file)}:${line}`;
  const severity = SEVERITIES[finding.severity] ?? finding.severity;
  out.line(bold(where), ": ", severity, ": ", bold(finding.action), ": ", finding.sentence);
  const source = finding.rule === undefined ? undefined : sourceOf(finding.rule);
  if (finding.rule !== undefined) {
    const decided = source ? [", decided in ", link(`${source.file} ${source.function}`, source.href)] : [];
    out.line("    rule ", finding.rule, ...decided);
  }
  const { at, explainedBy, incident, place, policy, value } = finding;
  const said = [
    place !== "" && !/^(?:\[\d+\] )?line \d/.test(place) && `at ${place}`,
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
