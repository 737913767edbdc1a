import type { ModuleSource } from "./entry.js";

export * from "./entry.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows; after `init` only. */
export function upstreamCommit(): string;

/** Loads the module from its bytes, its address, a response or a compiled module; by default from beside the script. */
export default function init(source?: ModuleSource): Promise<void>;
