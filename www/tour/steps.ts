/*
 * The steps of the guided tour. Each opens a run of its own and asks for something to be done on the page itself; that
 * it was done is read from the facts, and what happened is told in the engine's sentences.
 */

import type { ActionId, Command, Event, PluginPhase } from "flyte-lifecycle";
import type { State } from "../store.ts";

/** One thing to be done. */
export interface Deed {
  /** What to do, in a sentence that names the control as it is called on the page. */
  ask: string;
  /** The control, as a selector. */
  target: string;
  /** Sets the control's form, so that pressing it does what was asked. */
  prepare?: { control: string; value: string };
  done: (state: State) => boolean;
}

export interface TourStep {
  title: string;
  /** What is to be seen before anything is done. */
  scene: string;
  commands: readonly Command[];
  select: ActionId;
  deeds: readonly Deed[];
  /** Where what happened is to be seen best. */
  see: string;
  /** What it means, said after the facts. */
  moral: string;
}

const RUN = "tour";
const ROOT = `${RUN}/a0`;
const APPROVE = `${RUN}/approve`;

const report = (phase: PluginPhase): Command => ({ type: "plugin", action: ROOT, result: { phase } });
const running = (task?: { maxAttempts: number; timeoutMs?: number }): Command[] => [
  task ? { type: "createRun", run: RUN, task } : { type: "createRun", run: RUN },
  report("Queued"),
  report("Initializing"),
  report("Running"),
  { type: "advance", ms: 40_000 },
];
const paused: Command[] = [
  ...running(),
  {
    type: "enqueue",
    action: APPROVE,
    parent: ROOT,
    condition: { valueType: "bool", prompt: "Deploy the model?" },
  },
];

const tells = ({ recent }: State, type: Event["type"], to: Event["to"], action: ActionId = ROOT): boolean =>
  recent.some((event) => event.type === type && event.to === to && event.action === action);

export const STEPS: readonly TourStep[] = [
  {
    title: "A retry",
    scene: "The lit box is the phase of the action tour/a0: its first attempt of two is RUNNING.",
    commands: running({ maxAttempts: 2 }),
    select: ROOT,
    deeds: [
      {
        ask: "Let the attempt fail: press “Retryable failure”, the button that leads to FAILED.",
        target: 'button.port[data-phase="FAILED"]',
        done: (state) => tells(state, "PhaseRecorded", "QUEUED"),
      },
    ],
    see: "#diagram",
    moral: "One attempt was left, so the failure was not the end: the next attempt waits in QUEUED.",
  },
  {
    title: "Time runs out",
    scene:
      "An attempt of this action may run for a minute. The box counts down; the clock stands still until you move it.",
    commands: running({ maxAttempts: 2, timeoutMs: 60_000 }),
    select: ROOT,
    deeds: [
      {
        ask: "Let the minute pass: press “To the next timer”.",
        target: "#next-timer",
        done: (state) => tells(state, "PhaseRecorded", "TIMED_OUT"),
      },
    ],
    see: "#diagram",
    moral: "Time is virtual here: an hour takes no longer than a second, and every timer fires at its own moment.",
  },
  {
    title: "A refused write",
    scene: "This action has SUCCEEDED. Now somebody tells the run service, too late, that it is RUNNING.",
    commands: [...running(), report("Success")],
    select: ROOT,
    deeds: [
      {
        ask: "Send the late update: press “Send update” under “Late update”.",
        target: "#update-send",
        prepare: { control: "update-phase", value: "RUNNING" },
        done: (state) => tells(state, "UpdateRefused", "RUNNING"),
      },
    ],
    see: "#diagram",
    moral: "The dashed arrow is the refused write. The row’s guard is what keeps the stores from running backwards.",
  },
  {
    title: "A signal",
    scene: "The run asks a person: the condition tour/approve waits in PAUSED, for as long as it takes.",
    commands: paused,
    select: APPROVE,
    deeds: [
      {
        ask: "Answer it: press “Signal”, the button that leads to SUCCEEDED.",
        target: 'button.port[data-phase="SUCCEEDED"]',
        done: (state) => tells(state, "PhaseRecorded", "SUCCEEDED", APPROVE),
      },
    ],
    see: "#diagram",
    moral: "Without a signal a deadline would have ended it as TIMED_OUT, and an abort as ABORTED.",
  },
  {
    title: "An abort",
    scene: "The run is RUNNING, and a child of it waits in PAUSED.",
    commands: paused,
    select: ROOT,
    deeds: [
      {
        ask: "Stop all of it: press “Abort run” under “Abort”.",
        target: "#abort-run",
        done: (state) => tells(state, "PhaseRecorded", "ABORTED"),
      },
      {
        ask: "The row says ABORTED already, but what runs is still to be stopped: a worker calls the actions service. Let the call succeed: press “OK” under “Abort queue”.",
        target: "#abort-queue button",
        done: (state) => tells(state, "PhaseRecorded", "ABORTED", APPROVE),
      },
    ],
    see: "#tree",
    moral:
      "Had the call failed, the abort reconciler would have tried again, ten times, each time after a longer pause.",
  },
  {
    title: "As documented, as coded",
    scene: "The failed attempt again, as documented: FAILED, then QUEUED. Flyte’s code does something else.",
    commands: [
      ...running({ maxAttempts: 2 }),
      {
        type: "plugin",
        action: ROOT,
        result: { phase: "RetryableFailure", error: { code: "UserError", kind: "USER", message: "exit code 1" } },
      },
    ],
    select: ROOT,
    deeds: [
      {
        ask: "Play the same commands under upstream’s rules: choose “as coded” beside “Rules”.",
        target: 'input[name="rules"][value="upstream"]',
        done: (state) => state.rules === "upstream",
      },
    ],
    see: "#diagram",
    moral:
      "The row still says RUNNING: nobody recorded the failure. Every such difference is listed under “Where documented and coded part”.",
  },
];

/** The facts worth telling of a step: changes of phase and refusals, each once. */
export function tellings(recent: readonly Event[]): Event[] {
  const told = new Set<string>();
  return recent
    .filter(({ type, action, from, to }) => {
      const key = `${action} ${from} ${to}`;
      return (type === "PhaseRecorded" || type === "UpdateRefused") && !told.has(key) && told.add(key);
    })
    .slice(0, 4);
}
