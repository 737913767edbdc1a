/* The run that is open, with its branches and its clock, and how the page comes to show it. */

import type { ActionId } from "flyte-lifecycle";
import { get, type Notice, type State, set } from "../state.ts";
import { inWords } from "../words/commands.ts";
import { Branches } from "./branches.ts";
import { Clock } from "./clock.ts";
import type { Run } from "./run.ts";
import { type ShownRun, type ShownStep, shownOf, stepOf } from "./shown.ts";

export const branches = new Branches();
export const clock = new Clock();

/** The run that is open; null while the engine is loading. */
export const present = (): Run | null => branches.present;

/** Shows another branch of the run than before. */
export function showRun(change: Partial<State> = {}): void {
  const run = present();
  if (run) show({ ...shownOf(run), ...branches.shown() }, change, false);
}

/**
 * What is to be seen of a run that has just been made, worked out before any other gives up its place to it: one that
 * cannot be shown leaves everything as it was.
 */
function shownFirst(run: Run): ShownRun {
  try {
    return shownOf(run);
  } catch (error) {
    run.free();
    throw error;
  }
}

/** Goes on in a branch that has just left the one that was shown: what had happened by then happened in both. */
export function leaveFor(run: Run, label: string, change: Partial<State> = {}): void {
  const shown = shownFirst(run);
  branches.leaveFor(run, label);
  show({ ...shown, ...branches.shown() }, change, goesOn(run));
}

/** Shows the run that was shown before at the step at which it stands. */
export function showStep(change: Partial<State> = {}): void {
  const run = present();
  if (run) show(stepOf(run), change, goesOn(run));
}

/** Whether the facts shown so far are the first of those that are to be shown. */
function goesOn({ bounds, index }: Run): boolean {
  const shown = get();
  return (bounds[index] ?? 0) >= shown.events.length && bounds[shown.index] === shown.events.length;
}

/** What was said of something else is over, unless the change says it. */
function show(shown: Partial<State> & ShownStep, change: Partial<State>, goesOn: boolean): void {
  const { selected: before, rewound, turn } = get();
  const wanted = change.selected === undefined ? before : change.selected;
  const selected = wanted !== null && shown.actions.has(wanted) ? wanted : (shown.snapshot.actions[0]?.id ?? null);
  set({
    ...shown,
    notice: null,
    preview: null,
    ...change,
    rewound: goesOn ? rewound : rewound + 1,
    turn: turn + 1,
    selected,
  });
}

/** The run that is opened takes the place of whichever was open before. */
export function open(run: Run, change: Partial<State> = {}): void {
  const shown = shownFirst(run);
  stopClock();
  branches.open(run);
  show({ ...shown, ...branches.shown() }, { opened: get().opened + 1, ...change }, false);
}

/** The present branch becomes a run that was played again. */
export function replace(run: Run, notice: Notice | null): void {
  const shown = shownFirst(run);
  stopClock();
  branches.replace(run);
  show({ ...shown, ...branches.shown() }, { notice }, false);
}

export function stopClock(): void {
  clock.stop();
  if (get().playing) set({ playing: false });
}

export function selectAction(id: ActionId): void {
  if (id !== get().selected) set({ selected: id, preview: null });
}

export function say(notice: Notice | null): void {
  set({ notice, preview: null });
}

/** At which step the commands of a run did not go on, and why; null if they did. */
export function stepNotice(title: string, { stopped, intended }: Run): Notice | null {
  if (!stopped) return null;
  const { done, error } = stopped;
  const command = intended[done];
  return {
    tone: "error",
    title,
    text: `Step ${done + 1} of ${intended.length}, “${command ? inWords(command) : ""}”, no longer holds: ${error.message}`,
  };
}
