/* Searches one after another: each rule set, each model. What has been found so far is told after each. */

import type { ModelInfo } from "flyte-lifecycle";
import type { Outcome, Side } from "./report.ts";
import type { Searcher, SearchOptions, Told } from "./searcher.ts";

/** What people may change of a model; what is absent is as in the model. */
export type Overrides = Pick<
  SearchOptions,
  "attempts" | "versions" | "systemFailures" | "abortCalls" | "backlog" | "depth" | "states" | "bytes" | "properties"
>;

export interface Plan {
  sides: readonly Side[];
  models: readonly ModelInfo[];
  overrides: Overrides;
}

/** Where a campaign stands while a search goes on. */
export interface Standing extends Told {
  side: Side;
  model: ModelInfo;
  /** Searches done, and how many there are to be. */
  done: number;
  of: number;
}

/**
 * Runs the searches of a plan. A search that is stopped is the last one. Rejects if a search cannot be made; those that
 * were made have been told by then.
 */
export async function campaign(
  searcher: Searcher,
  plan: Plan,
  onProgress: (standing: Standing) => void,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const of = plan.sides.length * plan.models.length;
  let done = 0;
  for (const model of plan.models) {
    for (const side of plan.sides) {
      const options: SearchOptions = { rules: side.rules, model: model.name, ...plan.overrides };
      const found = await searcher.search(options, (told) => onProgress({ ...told, side, model, done, of }));
      done += 1;
      onOutcome({ side, model, options, found });
      if (found.ended === "stopped") return;
    }
  }
}
