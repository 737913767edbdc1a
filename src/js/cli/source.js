// Where a rule is decided, in upstream's repository at the commit that is modelled.

import { rules, UPSTREAM_COMMIT } from "../node.js";

let known;

/** The file and the function of a rule, with their address; undefined for a rule that is not upstream's. */
export function sourceOf(rule) {
  known ??= new Map(rules().map((each) => [each.rule, each]));
  const source = known.get(rule)?.source;
  if (!source) return undefined;
  const path = source.file.split("/").map(encodeURIComponent).join("/");
  return { ...source, href: `https://github.com/flyteorg/flyte/blob/${UPSTREAM_COMMIT}/${path}` };
}
