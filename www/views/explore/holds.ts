/*
 * What holds: a search runs in its worker, its numbers are told as they come, and each rule set gets its verdicts. Of a
 * search that was stopped, or that ran out of states or memory, what it found by then is shown as what it is.
 */

import { campaign, type Plan, type Standing } from "../../explore/campaign.ts";
import { headline, type Outcome, rowsOf, type Side } from "../../explore/report.ts";
import { SearchClosed, type SearchError, Searcher } from "../../explore/searcher.ts";
import { totalOf } from "../../explore/total.ts";
import { seconds, thousands } from "../../explore/words.ts";
import { fillWith, h, setText } from "../dom.ts";
import { announce } from "../live.ts";
import { searchForm } from "./form.ts";
import type { Part } from "./part.ts";
import { meter } from "./progress.ts";
import { verdictView } from "./verdicts.ts";

/** As many as a model holds unless it is told otherwise. */
const STATES = 2_000_000;

export function holdsPart(): Part {
  const searcher = new Searcher();
  const form = searchForm(() => (running ? stop() : void start()));
  const gauge = meter();
  const verdicts = verdictView();
  const trouble = h("p", { class: "ex-trouble", role: "alert" });
  const panel = h(
    "div",
    { class: "ex-panel", id: "explore-holds" },
    form.element,
    gauge.element,
    trouble,
    verdicts.element,
  );
  let running = false;
  let begun = false;
  let plan: Plan | null = null;
  let outcomes: Outcome[] = [];
  /** Counts searches, so that one that was ended does not speak any more. */
  let count = 0;

  const busy = (on: boolean): void => {
    running = on;
    form.setRunning(on);
  };

  async function load(): Promise<boolean> {
    busy(true);
    gauge.say("The explorer’s module is being fetched …", true);
    try {
      form.know(await searcher.known());
      return true;
    } catch (error) {
      fail(error as Error, () => void first());
      return false;
    } finally {
      busy(false);
    }
  }

  const first = async (): Promise<void> => {
    if (await load()) await start();
  };

  async function start(): Promise<void> {
    const asked = form.read();
    if (!asked) return;
    count += 1;
    const mine = count;
    plan = asked;
    outcomes = [];
    trouble.replaceChildren();
    busy(true);
    const limit = Math.max(1, asked.overrides.states ?? STATES);
    gauge.show(totalOf([]), 0);
    gauge.say("Searching …", true);
    try {
      await campaign(
        searcher,
        asked,
        (standing) => {
          const own = standing.states / Math.min(limit, standing.model.states);
          gauge.show(totalOf([...outcomes.map(({ found }) => found), standing]), (standing.done + own) / standing.of);
          gauge.say(doing(standing), true);
        },
        (outcome) => {
          outcomes = [...outcomes, outcome];
          show(asked.sides);
        },
      );
      const total = totalOf(outcomes.map(({ found }) => found));
      gauge.show(total, 1);
      gauge.say(ended(outcomes, asked, total.ms), false);
      announce(said(asked));
    } catch (error) {
      if (mine === count) fail(error as Error, () => void start());
    } finally {
      if (mine === count) busy(false);
    }
  }

  function stop(): void {
    gauge.say("Stopping …", true);
    searcher.stop();
  }

  function show(sides: readonly Side[]): void {
    const rows = rowsOf(sides, outcomes);
    verdicts.show({ sides, rows, outcomes });
  }

  const said = ({ sides }: Plan): string => {
    const rows = rowsOf(sides, outcomes);
    const each = sides.map(
      (side, at) => `${sides.length > 1 ? `${capital(side.name)}: ` : ""}${headline(sides, rows, outcomes, at)}`,
    );
    return each.join(" ");
  };

  function fail(error: Error, again: () => void): void {
    if (error instanceof SearchClosed) {
      gauge.say("The search was ended.", false);
      return;
    }
    const { code, lost, message } = error as SearchError;
    gauge.say(
      outcomes.length > 0 ? "The search ended early; what it found before stands below." : "Nothing was searched.",
      false,
    );
    if (code !== null && !lost) {
      form.refuse(`${message} (${code})`);
      return;
    }
    const button = h("button", { type: "button", class: "small" }, "Try again");
    button.addEventListener("click", () => {
      trouble.replaceChildren();
      again();
    });
    fillWith(trouble, [`${message} `, button]);
  }

  return {
    id: "holds",
    title: "What holds",
    panel,
    chosen() {
      const find = verdicts.find();
      return { ...form.chosen(), ...(find && { find }) };
    },
    choose(wanted) {
      const before = JSON.stringify(form.chosen());
      form.choose(wanted);
      verdicts.filterBy(wanted.find ?? "");
      // Other verdicts are wanted than those that are shown, or on their way.
      if (begun && JSON.stringify(form.chosen()) !== before) {
        searcher.close();
        void start();
      }
    },
    opened() {
      if (begun) return;
      begun = true;
      // A newcomer sees verdicts at once, and can ask for something else then.
      void first();
    },
    closed() {
      if (running) {
        count += 1;
        busy(false);
        gauge.say(plan ? "The search was ended when the explorer was closed." : "Nothing is searched yet.", false);
        begun = form.element.querySelectorAll("#ex-model option").length > 1;
      }
      searcher.close();
      verdicts.closed();
      setText(trouble, "");
    },
  };
}

const doing = ({ side, model, done, of }: Standing): string =>
  `${of > 1 ? `Search ${thousands(done + 1)} of ${thousands(of)}: ` : ""}“${model.name}”, ${side.name} …`;

/** What became of the searches, not of the properties. */
function ended(outcomes: readonly Outcome[], { sides, models }: Plan, ms: number): string {
  const of = sides.length * models.length;
  const last = outcomes.at(-1)?.found.ended;
  const took = `after ${seconds(ms)}`;
  if (last === "stopped")
    return of === 1 ? `Stopped ${took}.` : `Stopped ${took}, in search ${outcomes.length} of ${of}.`;
  const full = outcomes.filter(({ found }) => found.ended === "states" || found.ended === "bytes").length;
  const cut =
    full === 0
      ? ""
      : of === 1
        ? " The model has more than was allowed."
        : ` ${full} of them found more than was allowed.`;
  return `${of === 1 ? "The search is" : of === 2 ? "Both searches are" : `All ${of} searches are`} done ${took}.${cut}`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
