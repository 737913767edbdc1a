/* Configurations as the engine takes them: the name of a rule set, or what is changed in one, and what the page adds. */

import type { Policies, RuleSet, RulesConfig, SimulationConfig } from "flyte-lifecycle";

/** The rule sets, in the order in which they are offered. */
export const RULE_SETS = ["documented", "upstream", "merged"] as const satisfies readonly RuleSet[];

/** What each is called: `merged` is upstream's code with what has been merged since the commit that is modelled. */
export const RULE_WORDS: Record<RuleSet, string> = {
  documented: "as documented",
  upstream: "as coded",
  merged: "as merged",
};

/** Rules in parts. To the engine, those that name no set begin with the documented one. */
export function partsOf(rules: RulesConfig | null | undefined): { base: RuleSet } & Partial<Policies> {
  return typeof rules === "string" ? { base: rules } : { ...rules, base: rules?.base ?? "documented" };
}

/**
 * A configuration in which abort calls wait for their answers and plugins say what they are told to say, unless it says
 * otherwise: on the page people do both, and a link or a trace that does not say was written when nobody else did.
 */
export const asking = (config: SimulationConfig): SimulationConfig => ({
  plugins: "once",
  ...config,
  abort: { reply: "ask", ...config.abort },
});
