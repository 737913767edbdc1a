/* What happened, once, for those who listen: each step's changes of phase and refusals in one polite sentence. */

import { type State, subscribe } from "../store.ts";
import { sentenceOf } from "../words/sentences.ts";
import { byId, sayIn } from "./dom.ts";

export { sentenceOf };

/** Says a sentence; the same one twice is said twice. */
export function announce(text: string): void {
  sayIn(byId("live"), text);
}

export function mountLive(): void {
  let waiting = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const speak = (): void => {
    timer = undefined;
    last = performance.now();
    if (waiting) announce(waiting);
    waiting = "";
  };
  subscribe((state: State, before: State) => {
    if (state.recent === before.recent) return;
    const opened = state.situation !== before.situation || state.rewound !== before.rewound;
    const text = opened ? summary(state) : `${sentenceOf(state.recent)} ${branchSentence(state, before)}`.trim();
    if (!text) return;
    // At speed, sentences are collected rather than cut off by the next one.
    waiting = opened ? text : `${waiting} ${text}`.trim();
    if (timer === undefined) {
      const pause = state.playing ? Math.max(0, 1_000 - (performance.now() - last)) : 0;
      if (pause > 0) timer = setTimeout(speak, pause);
      else speak();
    }
  });
}

/** Acting in the past leaves a future behind, which is said with the step that did it. */
function branchSentence(state: State, before: State): string {
  if (before.branches.length === 0 || state.branches.length <= before.branches.length) return "";
  const left = state.branches.find(({ id }) => id === before.branch);
  return `The old future stays as branch ${left?.letter}.`;
}

/** Where the selected action stands, after a jump. */
function summary({ actions, selected, index }: State): string {
  const action = selected === null ? undefined : actions.get(selected);
  return action
    ? `Step ${index}: ${action.id} is ${action.phase}, attempt ${action.attempts} of ${action.maxAttempts}.`
    : `Step ${index}.`;
}
