/*
 * From a trace that was read to a situation of the page: it stands where it goes wrong if the trace tells that, else at its
 * end. The gallery opens its runs so, and so does whoever opens a trace of their own.
 */

import type { Policies, RulesConfig } from "flyte-lifecycle";
import type { Told } from "../engine.ts";
import { partsOf } from "../rules.ts";
import type { Incident, Scenario } from "../scenarios.ts";

/** `guard: table`, as the policies are told elsewhere. */
export const fixWords = (fix: Partial<Policies>): string =>
  Object.entries(fix)
    .map(([policy, value]) => `${policy}: ${value}`)
    .join(", ");

/** What to look at where such a run opens. */
export const noticeOf = ({ id, wrong, index, length }: Incident): { title: string; text: string } => ({
  title: `${id ? `${id.toUpperCase()}: here` : "Here"} it goes wrong (step ${index} of ${length})`,
  text: wrong.text,
});

/** The situation; `id` is the address of the gallery's runs, and empty for any other; `title` is for one without a story. */
export function situationOf(told: Told, id = "", title = "A trace"): Scenario {
  const { config, commands, index: stands, story, wrong } = told;
  const scenario: Scenario = {
    id: id ? `gallery ${id}` : "trace",
    title: story?.title || title,
    sentence: story?.sentences.join(" ") ?? "",
    commands,
    config,
    ...(stands < commands.length ? { at: stands } : {}),
  };
  if (!story?.wrong || !wrong) return scenario;
  const rules: RulesConfig = config.rules ?? "documented";
  const fix = fixWords(story.fix);
  const index = story.wrong.command + 1;
  const incident: Incident = {
    id,
    wrong: { from: wrong.from, to: wrong.to, text: story.wrong.text },
    event: wrong.event,
    index,
    length: commands.length,
    rules,
    fixed: fix ? { ...partsOf(rules), ...story.fix } : null,
    fix,
  };
  return {
    ...scenario,
    at: index,
    hood: true,
    incident,
    ...(wrong.event.action ? { select: wrong.event.action } : {}),
  };
}
