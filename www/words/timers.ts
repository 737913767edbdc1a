/* What a run waits for, in words: how the wait is called, and what happens when it is over. */

import type { TimerSnapshot } from "flyte-lifecycle";
import { lookUp } from "../table.ts";
import { words } from "./format.ts";

const TIMERS: Record<TimerSnapshot["what"], { wait: string; over: string }> = {
  attemptTimeout: { wait: "time limit", over: "Time runs out" },
  conditionDeadline: { wait: "deadline", over: "Deadline passes" },
  abortRetry: { wait: "back-off", over: "Abort again" },
  requeue: { wait: "requeue", over: "Executor looks again" },
  collection: { wait: "collection", over: "Garbage is collected" },
  resync: { wait: "resync", over: "Informer takes up all anew" },
  lease: { wait: "lease", over: "Reservation expires" },
};

/** What a timer that fires does, as its button says it. */
export const timerLabel = (timer: TimerSnapshot): string => lookUp(TIMERS, timer.what)?.over ?? "Timer fires";

/** What a wait is called; one that is not known here is called as the engine has it. */
export const waitWord = (what: string): string => lookUp(TIMERS, what)?.wait ?? words(what);
