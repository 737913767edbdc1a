/*
 * Which fix mends what: each policy on which the rule sets part is changed alone, and the verdicts stand beside those
 * without the change. Lines come as they are found. A combination can be tried as well, and what is still broken, or
 * newly so, can be replayed.
 */

import { cellWords, changed, changesIn, effectOf, type FixVerdict, tableOf } from "../../explore/fixes.ts";
import { SearchClosed, type SearchError, Searcher } from "../../explore/searcher.ts";
import { counted, FAULT_NEEDS, FAULT_TITLES, FAULTS, listed, seconds, thousands } from "../../explore/words.ts";
import type { Explored } from "../../explored.ts";
import { RULE_WORDS } from "../../rules.ts";
import {
  changedPolicies,
  type FixesColumn,
  get,
  type ModelInfo,
  openDiscovery,
  type Policies,
  type RulesConfig,
  rulesInForce,
  subscribe,
} from "../../store.ts";
import { lookUp } from "../../table.ts";
import { shortened } from "../../words/format.ts";
import { byId, h, icon, setAttribute, setText } from "../dom.ts";
import { save } from "../export.ts";
import { announce } from "../live.ts";
import { keepingFocus } from "./focus.ts";
import type { Part } from "./part.ts";
import { toDiagram, verdictBadge } from "./verdicts.ts";

interface Start {
  name: string;
  rules: RulesConfig;
  /** Where the changes lead: the answers of the other rule set. */
  towards: "documented" | "upstream";
}

/** The models in which nothing worse than that happens. */
const UP_TO = "up to ";
/** Where one begins. */
const USUAL = `${UP_TO}none`;

export function fixesPart(): Part {
  const searcher = new Searcher();
  const replayer = new Searcher();
  let models: readonly ModelInfo[] = [];
  let sentences = new Map<string, string>();
  let running = false;
  let begun = false;
  let count = 0;
  let start: Start | null = null;
  /** What a link asked for, until there is something to choose from. */
  let wanted: Omit<Explored, "tab"> | null = null;
  let base: FixesColumn | null = null;
  let tries: FixesColumn[] = [];

  const from = h("select", { id: "ex-from" });
  const among = h("select", { id: "ex-among" });
  const button = h("button", { type: "submit", class: "primary ex-run" }, "Try each fix");
  const together = h("button", { type: "button", class: "small" }, "Try these together");
  const chosenNote = h("span", { class: "count-note" }, "none chosen");
  const choices = h("ul", { class: "plain ex-properties-list" });
  const refused = h("p", { class: "ex-refused refusal", role: "alert" });
  const words = h(
    "p",
    { class: "ex-doing" },
    "Which fix mends what: each policy is changed alone, and every property judged again.",
  );
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Changes tried" });
  const gauge = h("div", { class: "ex-meter ex-meter-plain" }, h("div", { class: "ex-meter-top" }, words, bar));
  const table = h("table", { class: "ex-fixes" });
  const box = h(
    "section",
    { class: "ex-fixes-box", tabindex: "0", "aria-label": "Fixes and properties", hidden: true },
    table,
  );
  const legend = h("details", { hidden: true });
  const idle = h("p", { class: "aside" });
  const keep = h("button", { type: "button", class: "small", hidden: true }, "Table as JSON");
  const form = h(
    "form",
    { class: "ex-form", "aria-label": "What is tried", novalidate: true },
    h(
      "div",
      { class: "ex-row" },
      h("label", { for: from.id }, "Start", from),
      h("label", { for: among.id, class: "ex-wide" }, "Models", among),
      button,
    ),
    refused,
    h(
      "details",
      { class: "ex-properties" },
      h("summary", {}, "Try a combination ", chosenNote),
      choices,
      h("p", { class: "ex-buttons" }, together),
    ),
  );
  const panel = h("div", { class: "ex-panel", id: "explore-fixes" }, form, gauge, box, idle, legend, keep);

  const busy = (on: boolean): void => {
    running = on;
    setText(button, on ? "Stop" : "Try each fix");
    setAttribute(button, "data-running", on);
    setAttribute(gauge, "data-running", on);
  };

  const starts = (): Record<string, Start> => ({
    upstream: { name: RULE_WORDS.upstream, rules: "upstream", towards: "documented" },
    documented: { name: RULE_WORDS.documented, rules: "documented", towards: "upstream" },
    merged: { name: RULE_WORDS.merged, rules: "merged", towards: "documented" },
    ...(changedPolicies(get()).length > 0
      ? {
          page: {
            name: "as on the page",
            rules: rulesInForce(),
            towards: get().rules === "documented" ? "upstream" : "documented",
          },
        }
      : {}),
  });
  const offer = (): void => {
    const was = from.value || "upstream";
    const offered = starts();
    from.replaceChildren(...Object.entries(offered).map(([value, { name }]) => h("option", { value }, name)));
    from.value = Object.hasOwn(offered, was) ? was : "upstream";
    offerChoices();
  };
  const picked = (): Partial<Policies> =>
    Object.fromEntries(
      [...choices.querySelectorAll<HTMLInputElement>("input:checked")].map((input) => [input.name, input.value]),
    );
  const countPicked = (): void => {
    const number = Object.keys(picked()).length;
    setText(chosenNote, number === 0 ? "none chosen" : `${number} chosen`);
    setAttribute(together, "aria-disabled", number === 0 ? "true" : null);
  };
  /** The policies whose other answer could be chosen. */
  function offerChoices(): void {
    const { rules = "upstream", towards = "documented" } = lookUp(starts(), from.value) ?? {};
    const kept = picked();
    choices.replaceChildren(
      ...get().divergences.map(({ policy, sentence, ...sides }) => {
        const { value } = sides[towards];
        // What has been merged since may be the answer already.
        if (typeof rules === "string" && sides[rules].value === value) return "";
        const input = h("input", { type: "checkbox", name: policy, value });
        input.checked = kept[policy] === value;
        return h(
          "li",
          {},
          h("label", { class: "check" }, input, h("span", {}, h("strong", {}, `${policy}: ${value}`), ` ${sentence}`)),
        );
      }),
    );
    countPicked();
  }
  from.addEventListener("change", offerChoices);
  choices.addEventListener("change", countPicked);
  subscribe((state, before) => {
    if (state.divergences !== before.divergences && begun) offer();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setText(refused, "");
    if (running) {
      setText(words, "Stopping …");
      searcher.stop();
    } else void run(undefined);
  });
  together.addEventListener("click", () => {
    const changes = picked();
    setText(refused, "");
    if (Object.keys(changes).length === 0) announce("Choose a policy first.");
    else if (!running) void run([changes]);
  });

  const named = (): string[] | undefined => {
    if (among.value === "every") return undefined;
    if (!among.value.startsWith(UP_TO)) return [among.value];
    const worst = FAULTS.findIndex((fault) => `${UP_TO}${fault}` === among.value);
    return models.filter(({ fault }) => FAULTS.indexOf(fault) <= worst).map(({ name }) => name);
  };

  async function load(): Promise<boolean> {
    busy(true);
    setText(words, "The explorer’s module is being fetched …");
    try {
      const known = await searcher.known();
      models = known.models;
      sentences = new Map(known.properties.map(({ property, sentence }) => [property, sentence]));
      const levels = FAULTS.filter((fault) => models.some((model) => model.fault === fault)).slice(0, -1);
      among.replaceChildren(
        ...levels.map((fault, at) =>
          h(
            "option",
            { value: `${UP_TO}${fault}` },
            at === 0 ? "those in which nothing goes wrong" : `those up to: ${FAULT_TITLES[fault].toLowerCase()}`,
          ),
        ),
        h("option", { value: "every" }, "every model"),
        h("optgroup", { label: "One model" }, ...models.map(({ name }) => h("option", { value: name }, name))),
      );
      among.value = USUAL;
      pick();
      return true;
    } catch (error) {
      fail(error as Error);
      return false;
    } finally {
      busy(false);
    }
  }

  /** Chooses what a link asked for; what is not there is said, and the usual is chosen. */
  function pick(): void {
    if (!wanted) return;
    const { model = USUAL } = wanted;
    wanted = null;
    const known = [...among.options].some(({ value }) => value === model);
    among.value = known ? model : USUAL;
    setText(refused, known ? "" : `The link names the models “${shortened(model)}”, which this page does not have.`);
  }

  async function run(combination: Partial<Policies>[] | undefined): Promise<void> {
    if (models.length === 0 && !(await load())) return;
    const asked = lookUp(starts(), from.value);
    if (!asked) return;
    count += 1;
    const mine = count;
    // A combination joins the table that is there, if it starts from the same rules.
    const joins =
      combination !== undefined && start !== null && JSON.stringify(start.rules) === JSON.stringify(asked.rules);
    const before = joins ? tries : [];
    start = asked;
    base = null;
    tries = [];
    busy(true);
    bar.value = 0;
    setText(words, "First without any change …");
    const list = named();
    try {
      const fixed = await searcher.fixes(
        {
          rules: asked.rules,
          ...(combination ? { tries: combination } : { towards: asked.towards }),
          ...(list ? { models: list } : {}),
        },
        ({ columns, columnsTotal, states }) => {
          bar.value = columns / Math.max(1, columnsTotal);
          setText(
            words,
            columns === 0
              ? `First without any change … ${thousands(states)} states`
              : `Change ${columns} of ${columnsTotal - 1} … ${thousands(states)} states`,
          );
        },
        (column, number) => {
          if (number === 0) base = column;
          else tries = [...tries, column];
          draw(before);
        },
      );
      tries = [...tries, ...before.filter((old) => !tries.some((each) => changesIn(each) === changesIn(old)))];
      draw([]);
      bar.value = 1;
      const done = `${fixed.ended === "complete" ? "Done" : "Stopped"} after ${seconds(fixed.ms)}: ${counted(fixed.columns, "rule set")}, ${counted(fixed.states, "state")}.`;
      // The engine's own bound for such tables.
      const isOpen = [base, ...tries].some((column) =>
        column?.verdicts.some(({ verdict }) => verdict === "holdsSoFar"),
      );
      const bound = isOpen ? " Of each model 20,000 states are searched; “so far” is within them." : "";
      setText(words, `${done}${bound}`);
      const [only] = tries;
      announce(combination && only ? `${changesIn(only)} ${effectOf(only)}.` : done);
    } catch (error) {
      if (mine === count) fail(error as Error);
    } finally {
      if (mine === count) busy(false);
    }
  }

  function fail(error: Error): void {
    if (error instanceof SearchClosed) {
      setText(words, "The search was ended.");
      return;
    }
    const { code, message } = error as SearchError;
    setText(words, "The search ended early.");
    setText(refused, code === null ? `${message} Press “Try each fix” to try again.` : `${message} (${code})`);
  }

  function draw(before: readonly FixesColumn[]): void {
    if (!base || !start) return;
    const shown = tableOf(base, [...tries, ...before]);
    const verdictsOf = (column: FixesColumn): Map<string, FixVerdict> =>
      new Map(column.verdicts.map((each) => [each.property, each]));
    const first = verdictsOf(base);
    const parts = [
      h("caption", { class: "visually-hidden" }, `What each change of a policy does to each property, ${start.name}`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Change"),
          ...shown.properties.map((property) =>
            h("th", { scope: "col", title: sentences.get(property) ?? "" }, property),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        h(
          "tr",
          { class: "ex-base" },
          h("th", { scope: "row" }, `none, ${start.name}`),
          ...shown.properties.map((property) => cell(base as FixesColumn, first.get(property), true)),
        ),
        ...shown.lines.map((column) => {
          const verdicts = verdictsOf(column);
          return h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              h("strong", {}, changesIn(column)),
              h("span", { class: "visually-hidden" }, `, ${effectOf(column)}`),
            ),
            ...shown.properties.map((property) => cell(column, verdicts.get(property), false)),
          );
        }),
      ),
    ];
    keepingFocus(box, () => table.replaceChildren(...parts));
    setAttribute(box, "hidden", false);
    setAttribute(keep, "hidden", false);
    setText(
      idle,
      shown.idle.length === 0
        ? ""
        : `${shown.idle.length === 1 ? "One change makes" : `${shown.idle.length} changes make`} no difference in these models: ${listed(shown.idle.map(changesIn))}.`,
    );
    const open = legend.open;
    legend.replaceChildren(
      h("summary", {}, "What the properties say"),
      h(
        "dl",
        { class: "ex-legend" },
        ...shown.properties.map((property) =>
          h("div", {}, h("dt", {}, property), h("dd", {}, sentences.get(property) ?? "")),
        ),
      ),
    );
    legend.open = open;
    setAttribute(legend, "hidden", false);
  }

  /** A cell says what became of the property by an icon and a word; what is broken is a button that replays it. */
  function cell(column: FixesColumn, verdict: FixVerdict | undefined, isBase: boolean): HTMLElement {
    if (!verdict) return h("td", {});
    const { change, length, fault, model, property } = verdict;
    const says = isBase
      ? `${verdict.verdict === "violated" ? "broken" : "holds"}${length === undefined ? "" : ` in ${counted(length, "command")}; ${FAULT_NEEDS[fault ?? "none"]}`}`
      : cellWords(verdict);
    const kind = isBase ? (verdict.verdict === "violated" ? "base" : "") : change;
    if (change === "mends")
      return h(
        "td",
        { title: says },
        verdictBadge("holds", verdict.verdict === "holdsSoFar" ? "mends so far" : "mends"),
      );
    if (verdict.verdict === "never") return h("td", { title: says }, verdictBadge("never", "never"));
    if (verdict.verdict !== "violated" || length === undefined || model === undefined)
      return h("td", { title: says }, h("span", { class: "visually-hidden" }, says));
    const word =
      lookUp({ base: "broken", breaks: "breaks", eases: "needs more", worsens: "needs less" }, kind) ?? "still";
    const replay = h(
      "button",
      {
        type: "button",
        class: "ex-cell",
        "data-change": kind,
        title: `${says}. Replay it.`,
        "aria-label": `${property}, ${isBase ? "without a change" : changesIn(column)}: ${says}. Replay it.`,
      },
      icon("x-violated", 14),
      h("span", {}, word),
    );
    replay.addEventListener("click", () => void show(column, verdict, replay));
    return h("td", {}, replay);
  }

  /** Searches the one model for the one property again, and opens the run that breaks it. */
  async function show(
    column: FixesColumn,
    { property, model, length }: FixVerdict,
    button: HTMLButtonElement,
  ): Promise<void> {
    if (!start || model === undefined) return;
    const name = `${start.name}${Object.keys(column.changes).length > 0 ? `, with ${changesIn(column)}` : ""}`;
    setAttribute(button, "aria-busy", "true");
    try {
      const found = await replayer.search(
        { rules: changed(start.rules, column.changes), model, properties: [property] },
        () => {},
      );
      const finding = found.verdicts[0]?.finding;
      if (!finding) throw new Error("The search found it no more.");
      const sentence = sentences.get(property) ?? "";
      openDiscovery({
        id: `explored ${property} ${name}`,
        title: `${property} violated, ${name}`,
        sentence: `${property}: ${sentence} The shortest run that breaks it: ${counted(finding.length, "command")}, ${finding.timing}.`,
        trace: finding.trace,
        say: `${sentence} The last of ${counted(length ?? finding.length, "step")} is where it breaks.`,
      });
      toDiagram();
      byId("diagram").focus({ preventScroll: true });
      announce(`${property} is replayed, ${name}.`);
    } catch (error) {
      if (!(error instanceof SearchClosed)) setText(refused, (error as Error).message);
    } finally {
      setAttribute(button, "aria-busy", null);
    }
  }

  keep.addEventListener("click", () => {
    const text = `${JSON.stringify({ format: "flyte-lifecycle fixes", version: 1, start, base, tries }, null, 2)}\n`;
    save(new Blob([text], { type: "application/json" }), "fixes.json");
    announce("The table is saved.");
  });

  return {
    id: "fixes",
    title: "Fixes",
    panel,
    chosen() {
      const model = wanted ? wanted.model : among.value;
      return {
        ...(from.value !== "upstream" && { rules: from.value }),
        ...(model && model !== USUAL && { model }),
      };
    },
    choose(asked) {
      if (from.options.length === 0) offer();
      const rules = asked.rules ?? "upstream";
      const same = begun && from.value === rules && among.value === (asked.model ?? USUAL);
      if (same) return;
      if (Object.hasOwn(starts(), rules)) from.value = rules;
      offerChoices();
      wanted = asked;
      if (among.options.length > 0) pick();
      // What was on its way was about something else.
      begun = false;
    },
    opened() {
      if (begun) return;
      begun = true;
      if (from.options.length === 0) offer();
      void run(undefined);
    },
    closed() {
      count += 1;
      busy(false);
      searcher.close();
      replayer.close();
    },
  };
}
