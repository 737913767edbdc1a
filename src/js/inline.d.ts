// The modules are inside: nothing is fetched, no file is read, and nothing has to be awaited.
export * from "./index.js";
