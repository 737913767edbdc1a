/* Rules as the engine takes them: the name of a set, or what is changed in one. */

import type { Policies, RuleSet, RulesConfig } from "flyte-lifecycle";

/** Rules in parts. To the engine, those that name no set begin with the documented one. */
export function partsOf(rules: RulesConfig | null | undefined): { base: RuleSet } & Partial<Policies> {
  return typeof rules === "string" ? { base: rules } : { ...rules, base: rules?.base ?? "documented" };
}
