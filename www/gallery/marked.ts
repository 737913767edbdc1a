/*
 * Opening a run that tells where it goes wrong: it stands there, the panel says what to look at, and the same commands
 * beside the rules that mend it are one press away. The style of the mark, moment.css, is for the caller to fetch.
 */

import type { Scenario } from "../scenarios.ts";
import { get, openScenario, say } from "../store.ts";
import { openCompare } from "../views/compare.ts";
import { announce } from "../views/live.ts";
import { noticeOf } from "./incident.ts";

/** Opens it; one that tells no such moment stands at its end. What is to be said besides comes first. */
export function openMarked(scenario: Scenario, besides: { title: string; text: string } | null = null): void {
  openScenario(scenario);
  const { incident } = scenario;
  // What the rules no longer take is said already.
  if (get().notice) return;
  const moment = incident ? noticeOf(incident) : null;
  if (!besides && !moment) return;
  const title = (besides ?? moment)?.title ?? "";
  const text =
    besides && moment ? `${besides.text} ${moment.title}: ${moment.text}` : ((besides ?? moment)?.text ?? "");
  say({
    tone: "info",
    title,
    text,
    ...(incident?.fixed ? { back: { label: "Beside the fix", run: besideTheFix } } : {}),
  });
  const step = incident ? ` Step ${incident.index} of ${incident.length}.` : "";
  announce(`${scenario.title}.${step} ${besides ? `${title}. ` : ""}${text}`);
}

/** The open run beside the same commands under the rules that mend it. */
export function besideTheFix(): void {
  const { branch, rules } = get();
  openCompare({ branch, as: rules }, { branch, as: "fixed" });
}
