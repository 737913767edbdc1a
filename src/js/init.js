// For those who load the module themselves: nothing happens until init is called with its bytes, its address, a
// response or a compiled WebAssembly.Module.
import "./beside.js";

export * from "./begin.js";
export { default } from "./begin.js";
