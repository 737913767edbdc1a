/* What the calls between the parts of the control plane, and the ways in which they go wrong, are called. */

import type { AbortReply, Call, FaultReply, Service } from "flyte-lifecycle";

export const CALL_WORDS: Record<Call, string> = {
  readResource: "reading the resource",
  buildContext: "preparing the plugin",
  recordEvent: "recording an event",
  writeStatus: "writing the status",
  patchLabels: "stamping labels",
  updateFinalizer: "updating the finalizer",
  abortPlugin: "aborting the plugin",
  finalizePlugin: "finalizing the plugin",
  createResource: "creating the resource",
  recordAction: "recording the action",
  updateActionStatus: "updating the row",
  watchResources: "watching resources",
  abortAction: "deleting for an abort",
  pushAbort: "waiting for room in the abort queue",
  markAbortAttempt: "counting an abort call",
  clearAbortRequest: "clearing an abort request",
  notify: "waking those who watch",
  listenPing: "pinging the database",
  lookUpCache: "looking up the cache",
  reserveCache: "reserving in the cache",
  putCache: "storing in the cache",
  lookUpRecovered: "looking into the recovered run",
  watchChildren: "hearing of children",
};

export const REPLY_WORDS: Record<FaultReply, string> = {
  error: "fails",
  rejected: "is rejected in the reply",
  timedOut: "times out",
  conflict: "conflicts",
  stale: "sees an old one",
  silent: "falls silent",
};

/** How an abort call can be answered, by the codes that people know from logs. */
export const ABORT_REPLY_WORDS: Record<AbortReply, string> = {
  ok: "OK",
  notFound: "NotFound",
  internalNotFound: "Internal, not found",
  internal: "Internal",
  unavailable: "Unavailable",
  deadlineExceeded: "DeadlineExceeded",
  unknown: "Unknown",
};

export const SERVICE_WORDS: Record<Service, string> = {
  executor: "Executor",
  actions: "Actions service",
  runs: "Run service",
  sdk: "SDK in parents’ pods",
};
