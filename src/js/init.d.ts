export * from "./entry.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows; after `init` only. */
export function upstreamCommit(): string;

/** A `WebAssembly.Module`: the type of that name takes anything at all, and comes with the DOM library only. */
type CompiledModule = object;

/** Loads the module from its bytes, its address, a response or a compiled module; by default from beside the script. */
export default function init(
  source?: ArrayBuffer | ArrayBufferView | CompiledModule | URL | string | Request | Response | Promise<Response>,
): Promise<void>;
