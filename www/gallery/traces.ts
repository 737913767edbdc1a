/*
 * The traces that the page can open: the real bugs, and what shows the policies. They come with the page as text, but only
 * once one is asked for.
 */

const FILES = import.meta.glob<string>(
  [
    "../../tests/traces/[ns][0-9]*.upstream.trace",
    "../../tests/traces/abort-backs-off-and-gives-up.upstream.trace",
    "../../tests/traces/an-error-keeps-its-code.upstream.trace",
    "../../tests/traces/cache-lookup-told.upstream.trace",
    "../../tests/traces/cache-populated-twice.upstream.trace",
    "../../tests/traces/cache-unknown-beside-its-owner.upstream.trace",
    "../../tests/traces/deadline-over-all-attempts.upstream.trace",
    "../../tests/traces/deletion-without-cleanup.upstream.trace",
    "../../tests/traces/phase-goes-back.upstream.trace",
    "../../tests/traces/plugin-aborted.upstream.trace",
    "../../tests/traces/queued-for-too-long.upstream.trace",
    "../../tests/traces/resource-that-kubernetes-refuses.upstream.trace",
    "../../tests/traces/retries-that-wait.upstream.trace",
    "../../tests/traces/retry-then-success.upstream.trace",
    "../../tests/traces/sdk-watch-dies-silently.upstream.trace",
    "../../tests/traces/signal-repeated-after-the-end.upstream.trace",
    "../../tests/traces/status-put-from-outside.upstream.trace",
    "../../tests/traces/system-failures-between-relaunches.upstream.trace",
    "../../tests/traces/timeout-and-retry.upstream.trace",
    "../../tests/traces/trace-and-recovered.documented.trace",
    "../../tests/traces/trace-and-recovered.upstream.trace",
    "../../tests/traces/waiting-for-resources.upstream.trace",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** By the name of the file, without its ending. */
export const TRACES: Record<string, string | undefined> = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1, -".trace".length), text]),
);
