/* Opening a trace: what this page exports, what a bug report holds, what a test prints. */

import { loadReading, readTrace } from "../engine.ts";
import { differenceWords } from "../facts.ts";
import { situationOf } from "../gallery/incident.ts";
import { openMarked } from "../gallery/marked.ts";
import { byId } from "../views/dom.ts";
import { traceIn } from "./import.ts";

/** Fetches what reads, and the style of the mark, so that nothing is fetched once there is something to read. */
export function warmUpTrace(): void {
  // What could not be fetched now is asked for again, and missed then, when it is needed.
  loadReading().catch(() => {});
  // Without it the words that mark the moment are still there.
  import("../gallery/moment.css").catch(() => {});
}

/**
 * Opens what is given if it is a trace, where it says that it goes wrong or at its end; what is wrong with it is told in
 * place, and the open run stays. Answers whether it was one.
 */
export async function openTrace(
  source: string | Blob | readonly Blob[],
  fail: (message: string) => void,
): Promise<boolean> {
  try {
    const [trace] = await Promise.all([traceIn(source), loadReading()]);
    if (trace === null) return false;
    const told = readTrace(trace);
    openMarked(situationOf(told), told.differs && differenceWords(told.differs));
    byId<HTMLDialogElement>("open").close();
    byId<HTMLTextAreaElement>("open-text").value = "";
  } catch (problem) {
    const { message, code } = problem as { message: string; code?: string };
    fail(code ? `${message} (${code})` : message);
  }
  byId<HTMLInputElement>("open-file").value = "";
  return true;
}
