// What a check has found as SARIF 2.1.0, which code scanning reads: a kind of finding is a rule, a finding a result.

import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { STDIN } from "./input.js";
import { placeOf } from "./places.js";
import { sourceOf } from "./source.js";
import { jsonText } from "./terminal.js";

/** The kinds of findings, as src/types.ts has them. */
const KINDS = {
  needsEvent: "The rules tell an event here that the log does not have.",
  contradictsGuard: "A phase was recorded that the guard refuses.",
  contradictsRules: "No command leads here.",
  storesDisagree: "Two stores tell different things.",
  impossibleValue: "A column holds what it should not.",
  outOfOrder: "Something is told before what it follows from.",
  missing: "A part of the run is not in the input.",
};

/** A file as SARIF names it. Names in a folder are told from there; those of others in full. */
function artifactOf(file) {
  if (file === STDIN) return { uri: "stdin" };
  if (isAbsolute(file)) return { uri: pathToFileURL(resolve(file)).href };
  return { uri: file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/") };
}

function resultOf(record, finding, ids) {
  const { action, at, explainedBy, incident, kind, place, policy, rule, sentence, severity, value } = finding;
  const { file, line } = placeOf(record, place);
  const source = rule === undefined ? undefined : sourceOf(rule)?.href;
  const more = { action, rule, source, incident, policy, value, explainedBy, rules: record.rules };
  return {
    ruleId: kind,
    ruleIndex: ids.indexOf(kind),
    level: severity,
    message: { text: `${action}: ${sentence}` },
    locations: [
      {
        // Where the record is no table, its path stands beside it, and the file is named by its beginning.
        physicalLocation: { artifactLocation: artifactOf(file), region: { startLine: line ?? 1 } },
        logicalLocations: [{ fullyQualifiedName: place === "" ? action : place, kind: "member" }],
      },
    ],
    properties: { ...more, ...(at !== undefined && { at: new Date(at).toISOString() }) },
  };
}

export function sarif(records, version) {
  const checked = records.filter(({ check }) => check);
  const found = checked.flatMap(({ check }) => check.findings.map(({ kind }) => kind));
  const ids = [...new Set([...Object.keys(KINDS), ...found])];
  const problems = records.filter(({ problem }) => problem);
  return jsonText({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "flyte-lifecycle",
            version,
            informationUri: "https://github.com/flyte-lifecycle/flyte-lifecycle",
            rules: ids.map((id) => ({ id, shortDescription: { text: KINDS[id] ?? id } })),
          },
        },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: problems.map(({ name, problem }) => ({
              level: "error",
              message: { text: problem },
              locations: [{ physicalLocation: { artifactLocation: artifactOf(name) } }],
            })),
          },
        ],
        results: checked.flatMap((record) => record.check.findings.map((finding) => resultOf(record, finding, ids))),
      },
    ],
  });
}
