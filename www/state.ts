/* What is to be seen, as one value that is replaced and never changed, and those who want to know when it is. */

import type { ActionId, Command, Explanation } from "flyte-lifecycle";
import type { Coverage } from "./explore/coverage.ts";
import type { ShownBranches } from "./run/branches.ts";
import type { ShownRun } from "./run/shown.ts";

/** Something to be said in place: an error, or what became of a link or of a change of rules. */
export interface Notice {
  tone: "error" | "info";
  title: string;
  text: string;
  /** Offers to take back what led here. */
  back?: { label: string; run: () => void };
}

/** What a command would do, as the panel shows it while a button has the focus or the pointer. */
export interface Preview {
  label: string;
  explanation: Explanation;
  /** The command, if there is one to be sent. */
  command: Command | null;
  /** Asked for by pressing, not only by passing over. */
  asked: boolean;
}

/** What a run shows by itself, its branches, and what belongs to the page whichever run is open. */
export interface State extends ShownRun, ShownBranches {
  ready: boolean;
  /** Grows whenever another run is opened. */
  opened: number;
  /** Grows whenever facts were taken back, so that a list which only appends knows when not to. */
  rewound: number;
  /**
   * Grows whenever the run is shown anew, after a step or elsewhere in it. The snapshot does not tell: a step may leave all
   * that there is as it was, and then it is the very same.
   */
  turn: number;
  selected: ActionId | null;
  /** Whether one looks under the hood. */
  hood: boolean;
  playing: boolean;
  speed: number;
  notice: Notice | null;
  preview: Preview | null;
  /** What a search has been through, while the diagram shows that and not the run. */
  coverage: Coverage | null;
}

const EMPTY: State = {
  ready: false,
  rules: "documented",
  situation: null,
  opened: 0,
  imported: false,
  unlinked: null,
  record: null,
  snapshot: { now: 0, actions: [], timers: [], abortQueue: [], pending: [], eventLog: [], cache: [], faults: [] },
  actions: new Map(),
  events: [],
  rewound: 0,
  turn: 0,
  recent: [],
  commands: [],
  held: [],
  told: [],
  ends: [0],
  branches: [],
  branch: 0,
  index: 0,
  floor: 0,
  selected: null,
  diagram: { rules: "documented", states: [], edges: [] },
  divergences: [],
  byHand: false,
  sdk: false,
  hood: false,
  startTime: 0,
  playing: false,
  speed: 10,
  notice: null,
  preview: null,
  coverage: null,
  incident: null,
};

type Listener = (state: State, before: State) => void;

let state: State = EMPTY;
const listeners = new Set<Listener>();

export const get = (): State => state;

export function set(change: Partial<State>): void {
  const before = state;
  state = { ...state, ...change };
  for (const listener of listeners) {
    try {
      listener(state, before);
    } catch (error) {
      // The others are told all the same: a view that fails is wrong by itself, and takes no other with it.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Calls back after every change, and at once. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  listener(state, EMPTY);
  return () => listeners.delete(listener);
}

/** Calls back when the selected part changes, and at once. */
export function select<T>(part: (state: State) => T, listener: (value: T, state: State) => void): () => void {
  let last: T | undefined;
  let first = true;
  return subscribe((state) => {
    const value = part(state);
    if (!first && Object.is(value, last)) return;
    first = false;
    last = value;
    listener(value, state);
  });
}
