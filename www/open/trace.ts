/* Opening a trace: what this page exports, what a bug report holds, what a test prints. */

import { loadReading, readTrace } from "../engine.ts";
import { differenceWords } from "../facts.ts";
import { situationOf } from "../gallery/incident.ts";
import { openMarked } from "../gallery/marked.ts";
import { traceIn } from "./import.ts";

/** Fetches what reads, and the style of the mark, so that nothing is fetched once there is something to read. */
export function warmUpTrace(): void {
  // What could not be fetched now is asked for again, and missed then, when it is needed.
  loadReading().catch(() => {});
  // Without it the words that mark the moment are still there.
  import("../gallery/moment.css").catch(() => {});
}

/**
 * Opens what is given if it is a trace, where it says that it goes wrong or at its end. Answers whether it was one. Rejects,
 * with nothing lost, if it cannot be read; what is no longer wanted by the time it is fetched is left.
 */
export async function openTrace(source: string | Blob | readonly Blob[], wanted: () => boolean): Promise<boolean> {
  const [trace] = await Promise.all([traceIn(source), loadReading()]);
  if (trace === null) return false;
  if (!wanted()) return true;
  const told = readTrace(trace);
  openMarked(situationOf(told), told.differs && differenceWords(told.differs));
  return true;
}
