// As init.js, where there are files: what nobody says the source of is read from disk.
import "./files.js";

export * from "./begin.js";
export { default } from "./begin.js";
