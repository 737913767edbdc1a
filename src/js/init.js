// For those who load the module themselves: nothing happens until init is called with its bytes, its address, a
// response or a compiled WebAssembly.Module.
import load, { initSync, upstream_commit } from "../../pkg/flyte_lifecycle.js";
import { entered, linked } from "./modules.js";

export * from "./package.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows. */
export const upstreamCommit = () => entered("upstreamCommit", upstream_commit);

let loading;

/** Loads the module, once; the second call answers what the first did, unless that one failed. */
export default function init(source) {
  loading ??= start(source).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function start(source) {
  if (source instanceof WebAssembly.Module || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    linked(initSync({ module: source }));
  } else {
    linked(await load(source === undefined ? undefined : { module_or_path: source }));
  }
}
