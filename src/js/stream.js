// Records of many runs, in any order and larger than one wants to read at once: what belongs to one run is put together and
// checked as one record.

import { shownOf } from "../../pkg/errors.js";
import { textsOf } from "./chunks.js";
import { part, refused } from "./modules.js";
import { checkRun } from "./reading.js";
import { Records, Runs } from "./rows.js";

/** Milliseconds of work after which whoever else has something to do comes to it. */
const TURN = 40;
/** Checks that are kept of those that have something to say. */
const KEPT_MAX = 1_000;

/**
 * Checks rows of many runs. Resolves to how many runs and rows there were, how many runs are well, and to the checks of
 * those that have something to say, a thousand at the most.
 */
export async function checkRunStream(source, options) {
  const { onProgress, signal, config } = optionsIn(options);
  await part("reading");
  // What makes no sense is refused before anything is read, and not once for each run.
  checkRun([{ run_name: "r1", name: "a0", phase: "QUEUED" }], config);
  const runs = new Runs();
  const answer = { runs: 0, rows: 0, ok: 0, unreadable: 0, leftOut: 0, checks: [] };
  let [bytes, turn] = [0, performance.now()];
  const tell = () => onProgress?.({ bytes, rows: runs.rows, runs: runs.size, checked: answer.runs });
  const rest = async () => {
    signal?.throwIfAborted();
    if (performance.now() - turn < TURN) return;
    tell();
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    turn = performance.now();
  };
  const records = new Records((record) => runs.take(record));
  const ends = [];
  const count = (length) => {
    bytes += length;
  };
  for await (const text of heeding(signal, textsOf(source, { count, ends }), ends)) {
    records.push(text);
    await rest();
  }
  records.end();
  runs.end();
  for (const [run, record] of runs.records()) {
    take(answer, run, () => checkRun(record, config));
    await rest();
  }
  if (runs.trouble !== undefined) {
    take(answer, "", () => {
      throw refused(runs.trouble);
    });
  }
  answer.rows = runs.rows;
  tell();
  return answer;
}

/** What is asked beside the records; `config` is left as it is for the core to judge. */
function optionsIn(options) {
  if (typeof options !== "object" || options === null || Array.isArray(options)) return { config: options };
  const { onProgress, signal, ...config } = options;
  if (onProgress && typeof onProgress !== "function") {
    throw refused(`\`onProgress\` is a function, which is told how far it has come; ${shownOf(onProgress)} is none.`);
  }
  if (signal && typeof signal.throwIfAborted !== "function") {
    throw refused(`\`signal\` is an AbortSignal, such as \`AbortSignal.timeout(60_000)\`; ${shownOf(signal)} is none.`);
  }
  return { onProgress, signal, config };
}

/** What comes, until a signal ends it, also while nothing comes. In the end `ends` are called. */
async function* heeding(signal, given, ends) {
  let end;
  const onAbort = () => end?.(signal.reason);
  signal?.throwIfAborted();
  signal?.addEventListener?.("abort", onAbort);
  try {
    for (;;) {
      const { done, value } = await new Promise((resolve, reject) => {
        end = reject;
        given.next().then(resolve, reject);
      });
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener?.("abort", onAbort);
    // A source that never says more would keep us here, so nobody waits for it.
    for (const stop of ends) stop();
    given.return().catch(() => {});
  }
}

/** Takes the check of one run into the answer. */
function take(answer, run, checked) {
  answer.runs++;
  let check;
  try {
    check = checked();
  } catch (error) {
    answer.unreadable++;
    check = { ok: false, error: { code: error.code, message: error.message } };
  }
  if (check.ok) answer.ok++;
  if (check.ok && check.shows.length === 0) return;
  if (answer.checks.length < KEPT_MAX) answer.checks.push({ run, ...check });
  else answer.leftOut++;
}
