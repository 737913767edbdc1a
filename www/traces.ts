/* The traces that the page can open. They come with the page as text, but only once one is asked for. */

import abortBacksOffAndGivesUp from "../tests/traces/abort-backs-off-and-gives-up.upstream.trace?raw";
import cacheUnknownBesideItsOwner from "../tests/traces/cache-unknown-beside-its-owner.upstream.trace?raw";
import n1RestartWakesAFailedParent from "../tests/traces/n1-restart-wakes-a-failed-parent.upstream.trace?raw";
import n2FirstChildResetsAttempts from "../tests/traces/n2-first-child-resets-attempts.upstream.trace?raw";
import n3ChildBornEnded from "../tests/traces/n3-child-born-ended.upstream.trace?raw";
import n5AbortBeforeTheResource from "../tests/traces/n5-abort-before-the-resource.upstream.trace?raw";
import n6ChildRunsForEver from "../tests/traces/n6-child-runs-for-ever.upstream.trace?raw";
import n7SignalledAndTimedOut from "../tests/traces/n7-signalled-and-timed-out.upstream.trace?raw";
import n9CollectionAddsAnEvent from "../tests/traces/n9-collection-adds-an-event.upstream.trace?raw";
import n10CollectionAbortsALivingChild from "../tests/traces/n10-collection-aborts-a-living-child.upstream.trace?raw";
import n12CacheHitBesideAStartingPod from "../tests/traces/n12-cache-hit-beside-a-starting-pod.upstream.trace?raw";
import n13SerializedTwice from "../tests/traces/n13-serialized-twice.upstream.trace?raw";
import n16RunNameUsedAgain from "../tests/traces/n16-run-name-used-again.upstream.trace?raw";
import n21SignalAfterTheAbort from "../tests/traces/n21-signal-after-the-abort.upstream.trace?raw";
import phaseGoesBack from "../tests/traces/phase-goes-back.upstream.trace?raw";
import pluginAborted from "../tests/traces/plugin-aborted.upstream.trace?raw";
import retryThenSuccess from "../tests/traces/retry-then-success.upstream.trace?raw";
import s05InvisibleChild from "../tests/traces/s05-invisible-child.upstream.trace?raw";
import s06RunWithoutAResource from "../tests/traces/s06-run-without-a-resource.upstream.trace?raw";
import s07InvalidTaskStays from "../tests/traces/s07-invalid-task-stays.upstream.trace?raw";
import s21PausedForEver from "../tests/traces/s21-paused-for-ever.upstream.trace?raw";
import s22EndRejectedInTheReply from "../tests/traces/s22-end-rejected-in-the-reply.upstream.trace?raw";
import systemFailuresBetweenRelaunches from "../tests/traces/system-failures-between-relaunches.upstream.trace?raw";
import timeoutAndRetry from "../tests/traces/timeout-and-retry.upstream.trace?raw";
import traceAndRecovered from "../tests/traces/trace-and-recovered.upstream.trace?raw";
import waitingForResources from "../tests/traces/waiting-for-resources.upstream.trace?raw";

/** By the name of the file, without its ending. */
export const TRACES: Record<string, string | undefined> = {
  "abort-backs-off-and-gives-up.upstream": abortBacksOffAndGivesUp,
  "cache-unknown-beside-its-owner.upstream": cacheUnknownBesideItsOwner,
  "n1-restart-wakes-a-failed-parent.upstream": n1RestartWakesAFailedParent,
  "n10-collection-aborts-a-living-child.upstream": n10CollectionAbortsALivingChild,
  "n12-cache-hit-beside-a-starting-pod.upstream": n12CacheHitBesideAStartingPod,
  "n13-serialized-twice.upstream": n13SerializedTwice,
  "n16-run-name-used-again.upstream": n16RunNameUsedAgain,
  "n2-first-child-resets-attempts.upstream": n2FirstChildResetsAttempts,
  "n21-signal-after-the-abort.upstream": n21SignalAfterTheAbort,
  "n3-child-born-ended.upstream": n3ChildBornEnded,
  "n5-abort-before-the-resource.upstream": n5AbortBeforeTheResource,
  "n6-child-runs-for-ever.upstream": n6ChildRunsForEver,
  "n7-signalled-and-timed-out.upstream": n7SignalledAndTimedOut,
  "n9-collection-adds-an-event.upstream": n9CollectionAddsAnEvent,
  "phase-goes-back.upstream": phaseGoesBack,
  "plugin-aborted.upstream": pluginAborted,
  "retry-then-success.upstream": retryThenSuccess,
  "s05-invisible-child.upstream": s05InvisibleChild,
  "s06-run-without-a-resource.upstream": s06RunWithoutAResource,
  "s07-invalid-task-stays.upstream": s07InvalidTaskStays,
  "s21-paused-for-ever.upstream": s21PausedForEver,
  "s22-end-rejected-in-the-reply.upstream": s22EndRejectedInTheReply,
  "system-failures-between-relaunches.upstream": systemFailuresBetweenRelaunches,
  "timeout-and-retry.upstream": timeoutAndRetry,
  "trace-and-recovered.upstream": traceAndRecovered,
  "waiting-for-resources.upstream": waitingForResources,
};
