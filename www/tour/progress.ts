/* How far somebody came in the tour, as a browser keeps it; it may keep anything, and another page may have written it. */

import { remembered } from "../remember.ts";

/** The number of the step, or that they were through. */
export const PROGRESS = "tour";
export const THROUGH = "through";

/** How many steps the tour has; its steps themselves are fetched when somebody takes it. */
export const STEP_COUNT = 6;

/** The step to go on with, from 0: the first if the tour was not begun, or what is kept names no step. */
export function resumeAt(): number {
  const kept = remembered(PROGRESS) ?? "";
  const step = /^\d$/.test(kept) ? Number(kept) : 0;
  return step < STEP_COUNT ? step : 0;
}
