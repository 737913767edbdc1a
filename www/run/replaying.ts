/*
 * Playing the commands of the open run again: under other rules, with another policy, delivered otherwise. Steps that do
 * not hold there are said, and what was meant by them is kept.
 */

import type { Command, Divergence, Policies, RuleSet, RulesConfig, SimulationConfig } from "flyte-lifecycle";
import { atOnce, byHand } from "../engine.ts";
import { partsOf } from "../rules.ts";
import { get, type Notice, type State } from "../state.ts";
import { flush } from "./acting.ts";
import { checkAgain } from "./opening.ts";
import { branches, present, replace, say, stepNotice } from "./present.ts";
import { begin, lifecycleError, Run } from "./run.ts";

/** Plays the same commands under another rule set, as far as they hold. */
export function switchRules(rules: RuleSet): void {
  const before = present()?.ruleSet ?? "documented";
  if (rules !== before) changeRules(rules, `under the ${rules} rules`, before);
}

/** Plays the same commands under the rules that mend the real bug that is open. */
export function switchToFix(): void {
  const { incident, rules } = get();
  if (incident?.fixed) changeRules(incident.fixed, `with ${incident.fix}`, rules);
}

/** How many policies differ from their rule set. */
export const changedPolicies = ({ divergences, rules }: State): Divergence[] =>
  divergences.filter((each) => each.current !== each[rules].value);

/** Plays the commands with another value of a policy. Says what no longer holds, or null if everything does. */
export function setPolicy(policy: keyof Policies, value: string): string | null {
  const divergence = get().divergences.find((each) => each.policy === policy);
  if (!divergence || divergence.current === value) return null;
  const { base, ...own } = partsOf(present()?.rules);
  const others: Partial<Record<keyof Policies, unknown>> = { ...own };
  delete others[policy];
  if (divergence[base].value !== value) others[policy] = value;
  const rules = Object.keys(others).length > 0 ? ({ base, ...others } as RulesConfig) : base;
  changeRules(rules, `with ${policy}: ${value}`, divergence.current);
  return get().notice?.text ?? null;
}

/** Takes the rule set as it is again. */
export function resetPolicies(): void {
  const run = present();
  if (run && changedPolicies(get()).length > 0) changeRules(run.ruleSet, "then", "the changed policies");
}

/** Plays the same commands under other rules, as far as they hold; `back` is what the rules so far are called. */
function changeRules(rules: RulesConfig, how: string, back: string): void {
  const run = present();
  if (!run) return;
  // A record that nobody has gone on from is read anew, since other rules find other commands behind it.
  if (run.origin.kind === "record" && get().record && !branches.touched) return void checkAgain(run.origin, rules);
  const before = run.rules;
  // Undone steps come along, so that a comparison can be made at any step.
  const wanted = run.index === run.length ? run.intended.length : run.index - run.floor;
  const again = { label: `Back to ${back}`, run: () => changeRules(before, how, back) };
  playAgain(run, { ...run.config, rules }, run.intended, wanted, (next) => {
    const notice = stepNotice(`Not every step holds ${how}`, next);
    return notice && { ...notice, back: again };
  });
}

/** Starts again with or without delivery by hand, with the commands that do the same there. */
export function deliverBy(hand: boolean): void {
  if (!present() || hand === get().byHand) return;
  flush();
  const run = present() as Run;
  const { delivery: _, ...others } = run.config;
  const changed: SimulationConfig = hand ? { ...others, delivery: "manual" } : others;
  const told = hand ? { leftOut: 0, ...byHand(() => begin(changed, run.origin), run.intended) } : atOnce(run.intended);
  const wanted = told.ends[run.index - run.floor] ?? told.commands.length;
  const back = { label: hand ? "Back to at once" : "Back to by hand", run: () => deliverBy(!hand) };
  playAgain(run, changed, told.commands, wanted, (next) => {
    const notice = stepNotice("Not every step holds when delivered so", next);
    return notice ? { ...notice, back } : deliveredNotice(hand, told.leftOut);
  });
}

/** Starts again with the SDK in parents' pods, or without it, with the same commands as far as they hold. */
export function runSdk(sdk: boolean): void {
  if (!present() || sdk === get().sdk) return;
  flush();
  const run = present() as Run;
  const { parents: _, ...others } = run.config;
  const changed: SimulationConfig = sdk ? { ...others, parents: "sdk" } : others;
  const wanted = run.index === run.length ? run.intended.length : run.index - run.floor;
  const back = { label: sdk ? "Back to none" : "Back to the SDK", run: () => runSdk(!sdk) };
  playAgain(run, changed, run.intended, wanted, (next) => {
    const title = sdk ? "The SDK runs in parents’ pods" : "Nothing runs in parents’ pods but what you say";
    const notice = stepNotice(`Not every step holds. ${title}`, next);
    const text = sdk
      ? "The run was played again: a parent’s process hears of its children, does about a failed one what its task says, and asks again for what could not be enqueued."
      : "The run was played again: what happens in a parent’s pod is told by the reports that you send.";
    return notice ? { ...notice, back } : { tone: "info", title, text };
  });
}

function deliveredNotice(hand: boolean, leftOut: number): Notice {
  const text = hand
    ? "The run was played again: what had been done at once is now a step of its own each. From here on, every piece of work waits until you deliver it."
    : leftOut > 0
      ? `The run was played again. At once, nothing is lost and nothing comes twice: ${leftOut} such ${leftOut === 1 ? "step was" : "steps were"} left out.`
      : "The run was played again: whatever is due is done right after each command.";
  return { tone: "info", title: hand ? "Delivery by hand" : "Delivery at once", text };
}

/** Plays commands from the beginning of the open run, made with another configuration. */
function playAgain(
  { origin, touched }: Run,
  config: SimulationConfig,
  intended: readonly Command[],
  at: number,
  noticeOf: (next: Run) => Notice | null,
): void {
  let next: Run;
  try {
    next = Run.again({ config, origin, intended, at, touched });
  } catch (error) {
    say({ tone: "error", title: "The run cannot begin so", text: lifecycleError(error).message });
    return;
  }
  replace(next, noticeOf(next));
}
