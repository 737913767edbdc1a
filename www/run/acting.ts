/* What people do with the open run: send commands, step, let time pass, go over to another branch. */

import type { Command } from "flyte-lifecycle";
import { same } from "../geometry/compare.ts";
import { get, set } from "../state.ts";
import { inWords } from "../words/commands.ts";
import { branches, clock, leaveFor, present, say, showRun, showStep, stopClock } from "./present.ts";
import { lifecycleError } from "./run.ts";

/** Sends a command. A refusal is shown in place and changes nothing. */
export function dispatch(command: Command, label = inWords(command)): boolean {
  if (!present()) return false;
  flush();
  return send(command, label);
}

function send(command: Command, label: string): boolean {
  const run = present();
  if (!run) return false;
  if (same(command, run.held[run.index])) {
    // Doing again what was done next is no other future.
    run.seek(run.index + 1);
    showStep();
    return true;
  }
  // Acting in the past leaves the future that there was as it is.
  const goes = run.index < run.length ? run.fork() : run;
  try {
    goes.dispatch(command);
  } catch (error) {
    if (goes !== run) goes.free();
    const { code, message } = lifecycleError(error);
    say({ tone: "error", title: `${label}: not now`, text: `${message} (${code})` });
    return false;
  }
  if (goes === run) showStep();
  else leaveFor(goes, label);
  return true;
}

/** Lets everything that waits happen, in its order, each piece as a step of its own; as long as it was accepted. */
export function deliverAll(): number {
  let count = 0;
  while (get().snapshot.pending.length > 0 && count < 1_000 && dispatch({ type: "deliver" })) count += 1;
  return count;
}

// --- steps --------------------------------------------------------------------------------------------------------

export function undo(): void {
  seek(get().index - 1);
}

export function redo(): void {
  seek(get().index + 1);
}

/** Stands after so many commands; the later ones are kept until another is sent. */
export function seek(index: number): void {
  const run = present();
  if (!run || index < run.floor || index > run.length || index === run.index) return;
  stopClock();
  run.seek(index);
  showStep();
}

// --- branches -----------------------------------------------------------------------------------------------------

/** Goes over to another branch, at its end or after so many commands; the present one is kept. */
export function switchBranch(id: number, at?: number): void {
  pause();
  if (branches.switchTo(id, at)) showRun();
}

/** The branch after the present one, round and round. */
export function nextBranch(): void {
  switchBranch(branches.next());
}

/** Goes on in a branch of its own, so that the way so far stays as it is. */
export function branchOff(label: string): void {
  pause();
  const run = present();
  // Acting in the past starts one by itself.
  if (!run || run.index < run.length) return;
  // Nothing was done yet, so what was said of the run still holds.
  leaveFor(run.fork(), label, { notice: get().notice });
}

// --- time ---------------------------------------------------------------------------------------------------------

const elapsed = (): number => clock.elapsed(get().speed);

/** Virtual time as it should be shown now. */
export const now = (): number => get().snapshot.now + elapsed();

export function play(): void {
  if (get().playing || !present()) return;
  clock.start(whilePlaying);
  set({ playing: true, preview: null });
}

export function pause(): void {
  flush();
  stopClock();
}

export function togglePlaying(): void {
  if (get().playing) pause();
  else play();
}

export function setSpeed(speed: number): void {
  flush();
  set({ speed });
}

/** Makes the time that has passed on the page pass in the simulation. */
export function flush(): void {
  const ms = clock.take(get().speed);
  if (ms > 0 && !send({ type: "advance", ms }, "Time")) stopClock();
}

function whilePlaying(): void {
  const due = get().snapshot.timers.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  if (now() >= due) flush();
  for (const listener of ticking) listener(now());
}

const ticking = new Set<(now: number) => void>();

/** Calls back while the clock runs, for what counts down. */
export function onTick(listener: (now: number) => void): void {
  ticking.add(listener);
}
