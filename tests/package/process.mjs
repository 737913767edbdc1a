// Runs a script in a process of its own, where it may spoil what all others share, or come to an end.
import { execFileSync } from "node:child_process";

/** What a script prints, as JSON. It imports as the tests beside this file do. */
export function inAProcess(script, ...flags) {
  const args = [...flags, "--input-type=module", "-e", script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8", cwd: import.meta.dirname }));
}
