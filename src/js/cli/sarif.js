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
  outcome: "What Flyte makes of something that is no record, such as a pod.",
};

/** What a known bug or a broken property is as a kind: its number. */
const ruleOf = ({ incident, property }) => incident ?? property ?? "shown";
const KNOWN = (id) => (/^P\d/.test(id) ? `Property ${id} is broken.` : `The known bug ${id} of the gallery.`);

/** A file as SARIF names it. Names in a folder are told from there; those of others in full. */
function artifactOf(file) {
  if (file === STDIN) return { uri: "stdin" };
  if (isAbsolute(file)) return { uri: pathToFileURL(resolve(file)).href };
  return { uri: file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/") };
}

/** Where something is said. Where no line is known, the file is named by its beginning, and the place stands beside it. */
function locationsOf(record, action, place) {
  const { file, line } = placeOf(record, place);
  return [
    {
      physicalLocation: { artifactLocation: artifactOf(file), region: { startLine: line ?? 1 } },
      logicalLocations: [{ fullyQualifiedName: place === "" ? action : place, kind: "member" }],
    },
  ];
}

function resultOf(record, finding, ids) {
  const { action, at, explainedBy, incident, kind, place, policy, rule, sentence, severity, value } = finding;
  const source = rule === undefined ? undefined : sourceOf(rule)?.href;
  const more = {
    action,
    run: record.run,
    rule,
    source,
    incident,
    policy,
    value,
    explainedBy,
    rules: record.check.rules,
  };
  return {
    ruleId: kind,
    ruleIndex: ids.indexOf(kind),
    level: severity,
    message: { text: `${action}: ${sentence}` },
    locations: locationsOf(record, action, place),
    properties: { ...more, ...(at !== undefined && { at: new Date(at).toISOString() }) },
  };
}

/** What is shown and no fault of the record, as a note where its action is told of. */
function noteOf(record, show, ids) {
  const { action, incident, property, sentence } = show;
  const place = record.check.actions.find(({ id }) => id === action)?.place ?? "";
  return {
    ruleId: ruleOf(show),
    ruleIndex: ids.indexOf(ruleOf(show)),
    level: "note",
    message: { text: `${action}: ${sentence}` },
    locations: locationsOf(record, action, place),
    properties: { action, run: record.run, incident, property, rules: record.check.rules },
  };
}

export function sarif(records, streams, version) {
  const checked = records.filter(({ check }) => check);
  const found = checked.flatMap(({ check }) => [...check.findings.map(({ kind }) => kind), ...check.shows.map(ruleOf)]);
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
            rules: ids.map((id) => ({ id, shortDescription: { text: KINDS[id] ?? KNOWN(id) } })),
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
        // What is the matter, by record: SARIF has no place for what is about a file as a whole.
        properties: {
          diagnoses: checked.map(({ name, run, check }) => ({ file: name, run, ...check.diagnosis })),
          ...(streams.length > 0 && { streams }),
        },
        results: checked.flatMap((record) => [
          ...record.check.findings.map((finding) => resultOf(record, finding, ids)),
          ...record.check.shows.map((show) => noteOf(record, show, ids)),
        ]),
      },
    ],
  });
}
