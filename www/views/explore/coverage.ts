/* What the searches did not come to, and why; and what they came to that the diagram does not declare. */

import type { Coverage } from "../../explore/coverage.ts";
import type { Outcome } from "../../explore/report.ts";
import { type ActionPhase, ruleList } from "../../store.ts";
import { badge } from "../badge.ts";
import { h, setText } from "../dom.ts";

export interface CoverageList {
  element: HTMLElement;
  show: (coverages: readonly Coverage[], outcomes: readonly Outcome[]) => void;
}

export function coverageList(): CoverageList {
  const note = h("span", { class: "count-note" });
  const body = h("section", { class: "ex-coverage", tabindex: "0", "aria-label": "Coverage" });
  const element = h("details", {}, h("summary", {}, "Coverage ", note), body);
  return {
    element,
    show(coverages, outcomes) {
      setText(
        note,
        coverages
          .map(
            ({ met, of, title }) =>
              `${coverages.length > 1 ? `${title.split(", ").slice(1).join(", ")}: ` : ""}${met} of ${of} changes of a phase`,
          )
          .join("; "),
      );
      const missing = rulesMissed(outcomes);
      body.replaceChildren(
        ...coverages.flatMap((coverage) => sectionsOf(coverage, coverages.length > 1)),
        h("h3", {}, `Rules that decided nothing: ${missing.length}`),
        h(
          "p",
          { class: "aside" },
          "What leads to a rule, “Show me how” can find; some are beyond what any model does, and say why.",
        ),
        h(
          "ul",
          { class: "plain ex-missed" },
          ...missing.map(({ rule, sentence, reason }) =>
            h(
              "li",
              {},
              h("code", {}, rule),
              ` ${sentence} `,
              h(
                "span",
                { class: "aside" },
                reason ? `In no model: ${reason}.` : "Nothing that was searched comes to it.",
              ),
            ),
          ),
        ),
      );
    },
  };
}

function sectionsOf({ title, missed, beyond }: Coverage, several: boolean): HTMLElement[] {
  const side = several ? `, ${title.split(", ").slice(1).join(", ")}` : "";
  return [
    h("h3", {}, `Never reached${side}: ${missed.length}`),
    h(
      "ul",
      { class: "plain ex-missed" },
      ...missed.map(({ edge, reason }) =>
        h("li", {}, way(edge.from, edge.to), " ", h("code", {}, edge.rule), ` ${reason}`),
      ),
    ),
    ...(beyond.length > 0
      ? [
          h("h3", {}, `Reached${side}, but not part of the declared lifecycle: ${beyond.length}`),
          h(
            "ul",
            { class: "plain ex-missed" },
            ...beyond.map(({ from, to, rule, model }) =>
              h("li", {}, way(from, to), " ", h("code", {}, rule), ` in “${model}”`),
            ),
          ),
        ]
      : []),
  ];
}

const way = (from: ActionPhase | null, to: ActionPhase): HTMLElement =>
  h("span", { class: "hop" }, from ? badge(from) : "new", " → ", badge(to));

/** The rules that no search met, with their sentences, and why if no model can meet them. */
function rulesMissed(outcomes: readonly Outcome[]): { rule: string; sentence: string; reason: string | null }[] {
  const [first, ...others] = outcomes.map(({ found }) => new Set(found.rulesMissed));
  if (!first) return [];
  const reasons = outcomes[0]?.found.reasons ?? {};
  return ruleList()
    .filter(({ rule }) => first.has(rule) && others.every((other) => other.has(rule)))
    .map(({ rule, sentence }) => ({ rule, sentence, reason: reasons[rule] ?? null }))
    .sort((a, b) => Number(a.reason !== null) - Number(b.reason !== null));
}
