/*
 * Two branches, or the same commands under two rule sets, side by side. What is the same is folded away; the first
 * fact in which they part is marked and is what one sees first.
 */

import { type Divergence, firstDivergence, type Side, sameFact, type Told } from "../geometry/compare.ts";
import { gapShapes, shapesOf, WIDE_ROWS } from "../geometry/shapes.ts";
import { axisOf, draw, lanesOf, placeOf } from "../geometry/timeline.ts";
import { RULE_SETS, RULE_WORDS } from "../rules.ts";
import {
  type Event,
  get,
  pause,
  seek,
  switchBranch,
  switchRules,
  switchToFix,
  tell,
  type Way,
  wrongFacts,
} from "../store.ts";
import { inWords } from "../words/commands.ts";
import { clock } from "../words/format.ts";
import { badge } from "./badge.ts";
import { titleOf } from "./branches.ts";
import { byId, h, setAttribute, setText, svg } from "./dom.ts";
import { STORES } from "./fact.ts";
import { element, whatOf } from "./timeline.ts";

/** Steps shown after the first difference until more are asked for. */
const CHUNK = 40;
const LANES = 6;

interface Choice {
  branch: number;
  as: Way;
}

const keyOf = ({ branch, as }: Choice): string => `${branch} ${as}`;
const choiceOf = (key: string): Choice => {
  const [branch, as] = key.split(" ");
  return { branch: Number(branch), as: as as Way };
};
const wordsOf = (as: Way): string => (as === "fixed" ? `with ${get().incident?.fix}` : RULE_WORDS[as]);

let opener: ((left: Choice, right: Choice) => void) | null = null;

/** Opens the comparison of these two. */
export function openCompare(left: Choice, right: Choice): void {
  opener?.(left, right);
}

export function mountCompare(): void {
  const dialog = byId<HTMLDialogElement>("compare");
  const selects = [byId<HTMLSelectElement>("compare-left"), byId<HTMLSelectElement>("compare-right")] as const;
  let unfolded = false;
  let limit = CHUNK;

  const open = (): void => {
    const { branches, branch, rules } = get();
    const other = branches.filter(({ id }) => id !== branch).at(-1);
    // With one branch there is one thing to compare: the rules. With several, the one that was left last.
    const [left, right]: [Choice, Choice] = other
      ? [
          { branch: other.id, as: other.rules },
          { branch, as: rules },
        ]
      : [
          { branch, as: "documented" },
          { branch, as: rules === "documented" ? "upstream" : rules },
        ];
    compare(left, right);
  };

  const compare = (left: Choice, right: Choice): void => {
    pause();
    const { branches, incident } = get();
    const ways: Way[] = incident?.fixed ? [...RULE_SETS, "fixed"] : [...RULE_SETS];
    for (const select of selects) {
      select.replaceChildren(
        ...branches.flatMap((each) =>
          ways.map((as) =>
            h(
              "option",
              { value: keyOf({ branch: each.id, as }) },
              branches.length > 1 ? `${titleOf(each)} · ${wordsOf(as)}` : capital(wordsOf(as)),
            ),
          ),
        ),
      );
    }
    selects[0].value = keyOf(left);
    selects[1].value = keyOf(right);
    unfolded = false;
    limit = CHUNK;
    dialog.showModal();
    show();
    byId("compare-box").focus();
  };

  const show = (): void => {
    const choices = selects.map((select) => choiceOf(select.value)) as [Choice, Choice];
    const sides = choices.map(({ branch, as }) => tell(branch, as)) as [Side, Side];
    const parting = firstDivergence(sides[0].steps, sides[1].steps);
    setText(byId("compare-summary"), summary(sides, parting));
    setAttribute(byId("compare-jump"), "hidden", parting === null);
    // The lines are as wide as the dialog is, so they are drawn once it is open.
    byId("compare-lines").replaceChildren(...sides.map((side, at) => lineOf(side, choices[at] as Choice, parting)));
    const rows = rowsOf(choices, sides, parting);
    byId("compare-steps").replaceChildren(...rows);
    jump();
  };

  const jump = (): void => {
    const box = byId("compare-box");
    // Beside the rules that mend it, one wants to see what they mend.
    const mended = selects.some((select) => choiceOf(select.value).as === "fixed");
    const wrong = mended ? box.querySelector<HTMLElement>(".compare-fact[data-wrong]") : null;
    const first = wrong ?? box.querySelector<HTMLElement>("[data-first]");
    if (!first) return;
    const above = first.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += above - Math.min(120, box.clientHeight / 3);
  };

  function rowsOf(choices: [Choice, Choice], sides: [Side, Side], parting: Divergence | null): HTMLElement[] {
    const [left, right] = sides;
    const length = Math.max(left.steps.length, right.steps.length);
    const from = parting?.step ?? length;
    const rows: HTMLElement[] = [];
    if (from > 0 && !unfolded) rows.push(fold(from, sides, parting));
    const first = unfolded ? 0 : from;
    const last = Math.min(length, Math.max(from, first) + limit);
    for (let step = first; step < last; step += 1) {
      rows.push(row(step, choices, [left.steps[step], right.steps[step]], parting, sides));
    }
    if (last < length) {
      const more = h("button", { type: "button", class: "small" }, `Show ${Math.min(CHUNK * 4, length - last)} more`);
      more.addEventListener("click", () => {
        limit += CHUNK * 4;
        show();
      });
      rows.push(h("li", { class: "compare-fold" }, more));
    }
    return rows;
  }

  function fold(steps: number, sides: [Side, Side], parting: Divergence | null): HTMLElement {
    const facts = parting?.facts ?? sides[0].steps.reduce((sum, { events }) => sum + events.length, 0);
    const button = h("button", { type: "button", class: "small" }, "Show them");
    button.addEventListener("click", () => {
      unfolded = true;
      show();
    });
    return h(
      "li",
      { class: "compare-fold" },
      `${steps === 1 ? `Step ${numberOf(0)} is` : `Steps ${numberOf(0)} to ${numberOf(steps - 1)} are`} the same on both sides, ${facts} ${facts === 1 ? "fact" : "facts"}. `,
      button,
    );
  }

  function row(
    step: number,
    choices: [Choice, Choice],
    told: [Told | undefined, Told | undefined],
    parting: Divergence | null,
    sides: [Side, Side],
  ): HTMLElement {
    const first = parting?.step === step;
    const cells = told.map((mine, at) => {
      const theirs = told[1 - at];
      const side = sides[at] as Side;
      if (!mine) {
        const stopped = step === side.steps.length ? side.stopped : null;
        return h("div", { class: "compare-cell" }, h("p", { class: stopped ? "refusal" : "none" }, stopped ?? "–"));
      }
      const there = first && [" ", goThere(choices[at] as Choice, step)];
      const command = h("p", { class: "compare-command" }, inWords(mine.command), there);
      return h(
        "div",
        { class: "compare-cell" },
        command,
        h(
          "ul",
          { class: "plain" },
          mine.events.map((event, fact) => factOf(event, theirs?.events[fact])),
        ),
      );
    });
    return h(
      "li",
      { class: "compare-step", "data-first": first },
      h("p", { class: "compare-number" }, `Step ${numberOf(step)}`, first && h("strong", {}, " · first difference")),
      h("div", { class: "compare-pair" }, ...cells),
    );
  }

  function goThere({ branch, as }: Choice, step: number): HTMLElement {
    const button = h("button", { type: "button", class: "small" }, "Go there");
    button.addEventListener("click", () => {
      dialog.close();
      if (branch !== get().branch) switchBranch(branch);
      if (as === "fixed") switchToFix();
      else if (as !== get().rules) switchRules(as);
      seek(numberOf(step));
    });
    return button;
  }

  opener = compare;
  byId("compare-open").addEventListener("click", open);
  for (const select of selects) {
    select.addEventListener("change", () => {
      unfolded = false;
      limit = CHUNK;
      show();
    });
  }
  byId("compare-jump").addEventListener("click", jump);
}

/** The number of a step as the page counts: those that read resources come first, and are the same on both sides. */
const numberOf = (step: number): number => get().floor + step + 1;

function summary([left, right]: [Side, Side], parting: Divergence | null): string {
  if (parting === null) {
    return left.stopped ?? right.stopped ?? "Both sides are the same, fact by fact.";
  }
  const step = `step ${numberOf(parting.step)}`;
  const [a, b] = [left.steps[parting.step], right.steps[parting.step]];
  if (!a || !b) {
    const why = (a ? right : left).stopped;
    return why
      ? `One side stops where the other goes on. ${why}`
      : `The ${a ? "right" : "left"} side ends before ${step}.`;
  }
  if (parting.fact < 0)
    return `They part at ${step}: “${inWords(a.command)}” on the left, “${inWords(b.command)}” on the right.`;
  const [f, g] = [a.events[parting.fact], b.events[parting.fact]];
  const told = (event: Event | undefined): string => (event ? `${whatOf(event)} (${event.rule})` : "nothing more");
  return `They part at ${step}, “${inWords(a.command)}”: ${told(f)} on the left, ${told(g)} on the right.`;
}

function factOf(event: Event, other: Event | undefined): HTMLElement {
  const differs = !sameFact(event, other);
  const wrong = isWrong(event);
  return h(
    "li",
    {
      class: "compare-fact",
      "data-differs": differs,
      "data-refusal": event.type === "UpdateRefused",
      "data-wrong": wrong,
    },
    wrong && h("strong", { class: "wrong-word" }, "Here it goes wrong. "),
    differs && h("span", { class: "visually-hidden" }, "differs: "),
    h("span", { class: "compare-at" }, `${event.action ?? "clock"}, ${STORES[event.store]}:`),
    ` ${whatOf(event)} `,
    h("code", {}, event.rule),
    event.detail ? h("span", { class: "fact-detail" }, ` ${event.detail}`) : null,
  );
}

/** Whether it is the fact in which the real bug that is open goes wrong; the other side has facts of its own. */
function isWrong(event: Event): boolean {
  const wrong = wrongFacts(get());
  return wrong !== null && event === get().told[wrong.from];
}

/** A side's timeline, small, and where each action stood at its end. */
function lineOf(side: Side, { as }: Choice, parting: Divergence | null): HTMLElement {
  const events = side.steps.flatMap((step) => step.events);
  const ends: number[] = [0];
  for (const step of side.steps) ends.push((ends.at(-1) ?? 0) + step.events.length);
  const lanes = lanesOf(events);
  const shown = lanes.slice(0, LANES);
  const start = events[0]?.at ?? 0;
  const width = Math.max(
    120,
    byId("compare-lines").clientWidth / (matchMedia("(max-width: 47rem)").matches ? 1 : 2) - 22,
  );
  const axis = axisOf(events, { width, compress: true, start, ends });
  const height = Math.max(1, shown.length) * WIDE_ROWS.height;
  const drawing = draw(shown, axis, { from: 0, to: axis.width, top: 0, bottom: shown.length });
  const x = parting === null ? null : placeOf(axis, parting.facts);
  const picture = svg(
    "svg",
    { class: "compare-line", viewBox: `0 0 ${axis.width} ${height}`, width: axis.width, height, "aria-hidden": "true" },
    ...[...shapesOf(drawing, WIDE_ROWS), ...gapShapes(axis, height).cuts].map(element),
    x !== null && svg("line", { class: "compare-parting", x1: x + 1, x2: x + 1, y1: 0, y2: height }),
  );
  const last = events.at(-1)?.at ?? start;
  return h(
    "div",
    { class: "compare-side" },
    h(
      "h3",
      {},
      `${side.name} · ${wordsOf(as)} `,
      h("span", { class: "aside" }, `${side.steps.length} steps, ${events.length} facts, ${clock(last - start)}`),
    ),
    picture,
    h(
      "p",
      { class: "compare-ends" },
      ...shown.flatMap((lane) => {
        const end = lane.segments.at(-1);
        return end ? [h("span", { class: "hop" }, lane.action, badge(end.phase), `attempt ${end.attempt}`)] : [];
      }),
      lanes.length > shown.length && `and ${lanes.length - shown.length} more`,
    ),
  );
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
