/* Opening a trace: what this page exports, what a bug report holds, what a test prints. */

import { differenceWords } from "../facts.ts";
import { situationOf } from "../gallery/incident.ts";
import { openMarked } from "../gallery/marked.ts";
import { readAway } from "./checker.ts";
import { traceIn } from "./import.ts";

/**
 * Opens what is given if it is a trace, where it says that it goes wrong or at its end. Answers whether it was one. Rejects,
 * with nothing lost, if it cannot be read; what is no longer wanted by the time it is read is left.
 */
export async function openTrace(source: string | Blob | readonly Blob[], wanted: () => boolean): Promise<boolean> {
  const trace = await traceIn(source);
  if (trace === null) return false;
  const told = await readAway(trace);
  if (!wanted()) return true;
  openMarked(situationOf(told), told.differs && differenceWords(told.differs));
  return true;
}
