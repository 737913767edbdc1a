// What the entries have in common that load nothing until `init` is called.
import { upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { entered, mainOf, partsAre } from "./modules.js";

export * from "./package.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows. */
export const upstreamCommit = () => entered("upstreamCommit", upstream_commit);

/**
 * Loads the module, once; the second call answers what the first did, unless that one failed. `parts` says where the parts
 * are, which are loaded when they are wanted.
 */
export default async function init(source, parts) {
  partsAre(parts);
  await mainOf(source);
}
