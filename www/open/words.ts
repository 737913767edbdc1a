/* What the page says of what is opened; what is wrong with it the engine says. */

import type { RunCheck, RunFinding } from "flyte-lifecycle";
import { megabytes, SIZE_MAX } from "../bounds.ts";
import { RULE_WORDS } from "../rules.ts";
import { capital, ended, shortened } from "../words/format.ts";

/** How a file is called in a sentence. */
export const fileWords = (name: string): string => `“${shortened(name, 80)}”`;

/** Why nothing was read. */
export const READER = {
  broken: "The reader broke down over it. It may be too large for this browser.",
  stopped: "The reading was stopped.",
  slow: "Reading it took more than a minute, so it was stopped.",
  other: "The reader answered something else; reload the page.",
  large: (size: number): string =>
    `This has ${megabytes(size)}; more than ${megabytes(SIZE_MAX)} is not even loaded here. \`npx flyte-lifecycle check\` takes rows of any length.`,
  unread: (file: string, why: string): string => `${file} cannot be read: ${why}`,
  beside: (why: string): string => `The run beside this page could not be fetched: ${why}.`,
};

/** What is said once it is open. */
export const OPENED = {
  stays: "It stays in this browser.",
  /** Titles of runs that have none of their own. */
  trace: "A trace",
  saved: "A run that was kept as JSON",
  left: {
    title: "What you opened last is open",
    text: "What you gave before it was still being read then, and was left. Open it again if you want it.",
  },
};

const FORMATS: Record<RunCheck["format"], string> = {
  actionDetails: "ActionDetails",
  actionEvents: "ActionEvents",
  watchActions: "WatchActions",
  rows: "Rows",
  taskActions: "TaskActions",
  actionUpdates: "Updates",
  pods: "Pods",
};

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** What was read and what was found, in two sentences. */
export function summaryOf({ actions, commands, findings, format, leftOut }: RunCheck): string {
  const goesOn = format === "taskActions";
  const what = `${FORMATS[format]}: ${count(actions.length, "action")}`;
  const read = goesOn
    ? `${what}, from which the run goes on.`
    : `${what}, replayed by ${count(commands.length, "command")}.`;
  const of = (severity: RunFinding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [of("error"), of("warning"), of("note")];
  const found = [
    errors > 0 && `${count(errors, "thing")} that no run can show`,
    warnings > 0 && `${count(warnings, "thing")} that ${warnings === 1 ? "does" : "do"} not fit`,
    notes > 0 && count(notes, "note"),
    leftOut > 0 && `${leftOut} more that are not listed`,
  ].filter(Boolean);
  if (found.length > 0) return `${read} Found: ${found.join(", ")}.`;
  return `${read} ${goesOn ? "Nothing in it contradicts itself." : "The rules explain every step."}`;
}

/** What is said once a record is open: what is the matter, and what was found. */
export const openedWords = (check: RunCheck): string =>
  ["Opened.", ended(check.diagnosis?.headline ?? ""), summaryOf(check), OPENED.stays].filter(Boolean).join(" ");

/** What is open. */
export const titleOf = (format: RunCheck["format"]): string =>
  format === "taskActions" ? "Your TaskActions" : "Your recorded run";

/** Under which rules it was read, and what the other sets say of it. */
export function judgedWords({ rules, ok, findings, others }: RunCheck): string {
  const own = rules ? `Read ${RULE_WORDS[rules]}.` : "Read with your own choice of policies.";
  const said = new Set(findings.filter(({ severity }) => severity !== "note").map(({ sentence }) => sentence));
  const isSame = (other: Other): boolean => other.ok === ok && (other.ok || other.findings === said.size);
  const same = others.filter(isSame).map((other) => RULE_WORDS[other.rules]);
  const otherwise = others.filter((other) => !isSame(other)).map((other) => otherWords(other, said));
  return [own, ...(same.length > 0 ? [capital(`${same.join(" and ")} it is the same.`)] : []), ...otherwise].join(" ");
}

type Other = RunCheck["others"][number];

/** What another set says; what is said already is not said again. */
function otherWords({ rules, ok, findings, sentence }: Other, said: ReadonlySet<string>): string {
  if (ok) return capital(`${RULE_WORDS[rules]}, nothing is wrong in it.`);
  const found = capital(`${RULE_WORDS[rules]}, ${count(findings, "thing is", "things are")} found`);
  return sentence && !said.has(sentence) ? `${found}: ${ended(sentence)}` : `${found}.`;
}
