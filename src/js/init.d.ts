import type { ModuleSource } from "./entry.js";

export * from "./entry.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows; after `init` only. */
export function upstreamCommit(): string;

/** Where the parts of the package are, which are loaded when they are wanted. */
export interface PartSources {
  reading?: ModuleSource;
  explore?: ModuleSource;
}

/**
 * Loads the module from its bytes, its address, a response or a compiled module; by default from beside the script, and in
 * Node from disk. `parts` says where the other modules are, so that nothing is looked for beside the script.
 */
export default function init(source?: ModuleSource, parts?: PartSources): Promise<void>;
