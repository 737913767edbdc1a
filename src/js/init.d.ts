export type * from "../../pkg/flyte_lifecycle.js";
export { Bulk, diagram, guard, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";
export { LifecycleError } from "./errors.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows; after `init` only. */
export function upstreamCommit(): string;

/** Loads the module from its bytes, its address, a response or a compiled module; by default from beside the script. */
export default function init(
  source?: BufferSource | WebAssembly.Module | URL | string | Request | Response | Promise<Response>,
): Promise<void>;
