/*
 * What a run waits for, in words: how the wait is called, what happens when it is over, and whether that can be a change of
 * the action's phase. A call or a request that is made again, a retry that is launched, news that is told again, a reservation
 * that expires and a resource that is swept away change none.
 */

import type { TimerSnapshot } from "flyte-lifecycle";
import { lookUp } from "../table.ts";
import { words } from "./format.ts";

const TIMERS: Record<TimerSnapshot["what"], { wait: string; over: string; stays?: true }> = {
  attemptTimeout: { wait: "time limit", over: "Time runs out" },
  queuedTimeout: { wait: "time in the queue", over: "Queued for too long" },
  actionDeadline: { wait: "deadline", over: "Deadline passes" },
  backoff: { wait: "wait before a retry", over: "Retry is launched", stays: true },
  enqueueRetry: { wait: "pause before asking again", over: "Process asks again", stays: true },
  conditionDeadline: { wait: "deadline", over: "Deadline passes" },
  abortRetry: { wait: "back-off", over: "Abort again", stays: true },
  requeue: { wait: "requeue", over: "Executor looks again" },
  collection: { wait: "collection", over: "Garbage is collected", stays: true },
  resync: { wait: "resync", over: "Informer takes up all anew", stays: true },
  lease: { wait: "lease", over: "Reservation expires", stays: true },
};

/** What a timer that fires does, as its button says it. */
export const timerLabel = (timer: TimerSnapshot): string => lookUp(TIMERS, timer.what)?.over ?? "Timer fires";

/** What a wait is called; one that is not known here is called as the engine has it. */
export const waitWord = (what: string): string => lookUp(TIMERS, what)?.wait ?? words(what);

/** The timers that may end the action's stay in its phase, in the order in which they are given. */
export const leaving = (timers: readonly TimerSnapshot[], action: string | undefined): TimerSnapshot[] =>
  timers.filter((timer) => timer.action === action && lookUp(TIMERS, timer.what)?.stays !== true);
