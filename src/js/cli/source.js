// What a rule says, and where it is decided in upstream's repository at the commit that is modelled.

import { rules, UPSTREAM_COMMIT } from "../node.js";

let known;

function ruleOf(rule) {
  known ??= new Map(rules().map((each) => [each.rule, each]));
  return known.get(rule);
}

/** What a rule says, in a sentence. */
export const saidBy = (rule) => ruleOf(rule)?.sentence ?? "";

/** The file and the function of a rule, with their address; undefined for a rule that is not upstream's. */
export function sourceOf(rule) {
  const source = ruleOf(rule)?.source;
  if (!source) return undefined;
  const path = source.file.split("/").map(encodeURIComponent).join("/");
  return { ...source, href: `https://github.com/flyteorg/flyte/blob/${UPSTREAM_COMMIT}/${path}` };
}
