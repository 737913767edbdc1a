/*
 * Verdicts as sentences: each property with what became of it under each rule set, the worst first. What is violated
 * can be replayed on the page, step by step, and taken along.
 */

import { type Coverage, coverageOf } from "../../explore/coverage.ts";
import {
  about,
  type Cell,
  counterexamples,
  differs,
  headline,
  type Outcome,
  type Row,
  reportJson,
  type Side,
  TIMINGS,
  traceOf,
  VERDICT_WORDS,
  VERDICTS,
  type VerdictName,
  worst,
} from "../../explore/report.ts";
import { zip } from "../../explore/zip.ts";
import { diagramOf, get, openDiscovery, say, select, showCoverage, subscribe, UPSTREAM_COMMIT } from "../../store.ts";
import { byId, h, icon, setAttribute, setText } from "../dom.ts";
import { save } from "../export.ts";
import { announce } from "../live.ts";
import { coverageList } from "./coverage.ts";
import { keepingFocus } from "./focus.ts";

export interface Shown {
  sides: readonly Side[];
  rows: readonly Row[];
  outcomes: readonly Outcome[];
}

export interface VerdictView {
  element: HTMLElement;
  show: (shown: Shown) => void;
  /** The words by which the properties are filtered. */
  find: () => string;
  filterBy: (words: string) => void;
  closed: () => void;
}

/** What is listed: everything, what got one verdict, or what the rule sets disagree about. */
type Filter = "all" | "differs" | VerdictName;

const ICONS: Record<VerdictName, string> = {
  violated: "x-violated",
  never: "x-never",
  holdsSoFar: "x-holds-so-far",
  holds: "x-holds",
  happens: "x-happens",
};

/** A verdict is a colour, an icon and a word. */
export const verdictBadge = (verdict: VerdictName, word = VERDICT_WORDS[verdict]): HTMLElement =>
  h("span", { class: "verdict", "data-verdict": verdict }, icon(ICONS[verdict], 14), h("span", {}, word));

export function verdictView(): VerdictView {
  let shown: Shown = { sides: [], rows: [], outcomes: [] };
  let filter: Filter = "all";
  const said = h("ul", { class: "plain ex-headlines" });
  const filters = h(
    "fieldset",
    { class: "ex-filters" },
    h("legend", { class: "visually-hidden" }, "Show which verdicts"),
  );
  const text = h("input", { type: "search", placeholder: "Filter: P4, attempt, …", autocomplete: "off" });
  const table = h("table", { class: "ex-verdicts" });
  const box = h("section", { class: "ex-verdicts-box", tabindex: "0", "aria-label": "Verdicts" }, table);
  const nothing = h("p", { class: "none", hidden: true }, "No property is like that.");
  const overlay = h("span", { class: "ex-buttons" });
  const saveAll = h("button", { type: "button", class: "small" });
  const saveReport = h("button", { type: "button", class: "small" }, "Report as JSON");
  const missed = coverageList();
  const element = h(
    "section",
    { class: "ex-results", "aria-label": "Results", hidden: true },
    said,
    h("div", { class: "ex-tools" }, overlay, h("span", { class: "ex-buttons" }, saveAll, saveReport)),
    missed.element,
    h(
      "div",
      { class: "ex-tools" },
      filters,
      h("label", { class: "ex-find" }, h("span", { class: "visually-hidden" }, "Filter the properties by text"), text),
    ),
    box,
    nothing,
  );

  function draw(): void {
    const { sides, rows, outcomes } = shown;
    setAttribute(element, "hidden", rows.length === 0);
    said.replaceChildren(
      ...sides.map((side, at) =>
        h("li", {}, h("strong", {}, `${capital(side.name)}: `), headline(sides, rows, outcomes, at)),
      ),
    );
    drawFilters();
    drawTable();
    drawOverlay();
    const count = counterexamples(sides, rows).length;
    setText(saveAll, count === 1 ? "The counterexample as trace" : `All ${count} counterexamples as traces`);
    setAttribute(saveAll, "aria-disabled", count === 0 ? "true" : null);
  }

  function drawFilters(): void {
    const { rows, sides } = shown;
    const counts: [Filter, string, number][] = [
      ["all", "all", rows.length],
      ...(sides.length > 1
        ? [["differs", "they differ", rows.filter(differs).length] as [Filter, string, number]]
        : []),
      ...VERDICTS.map((verdict): [Filter, string, number] => [
        verdict,
        VERDICT_WORDS[verdict],
        // As the table groups them, so that the numbers add up to all: by the worst that became of a property.
        rows.filter((row) => worst(row) === verdict).length,
      ]),
    ];
    const offered = counts.filter(([name, , count]) => name === "all" || count > 0);
    if (!offered.some(([name]) => name === filter)) filter = "all";
    // The radios stay as long as they say the same, so that the one in use keeps the focus.
    const key = offered.map(([name, , count]) => `${name} ${count}`).join();
    if (filters.dataset.key === key) return;
    filters.dataset.key = key;
    const had = filters.contains(document.activeElement);
    const [legend] = filters.children;
    filters.replaceChildren(
      ...(legend ? [legend] : []),
      ...offered.map(([name, word, count]) => {
        const input = h("input", { type: "radio", name: "ex-filter", value: name });
        input.checked = name === filter;
        return h("label", {}, input, h("span", {}, `${word} ${count}`));
      }),
    );
    if (had) filters.querySelector<HTMLInputElement>("input:checked")?.focus();
  }

  filters.addEventListener("change", (event) => {
    filter = (event.target as HTMLInputElement).value as Filter;
    drawTable();
  });
  text.addEventListener("input", () => drawTable());

  function drawTable(): void {
    const { sides, rows } = shown;
    const words = text.value.trim().toLowerCase();
    const wanted = rows.filter(
      (row) =>
        (filter === "all" || (filter === "differs" ? differs(row) : worst(row) === filter)) &&
        `${row.property} ${row.sentence}`.toLowerCase().includes(words),
    );
    const groups = VERDICTS.map((verdict) => ({ verdict, mine: wanted.filter((row) => worst(row) === verdict) }));
    const parts = [
      h("caption", { class: "visually-hidden" }, "Properties and what became of them"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Property"),
          ...sides.map(({ name }) => h("th", { scope: "col" }, capital(name))),
        ),
      ),
      ...groups
        .filter(({ mine }) => mine.length > 0)
        .map(({ verdict, mine }) =>
          h(
            "tbody",
            {},
            h(
              "tr",
              { class: "ex-group" },
              h(
                "th",
                { scope: "rowgroup", colspan: sides.length + 1 },
                `${capital(VERDICT_WORDS[verdict])} `,
                h("span", { class: "count-note" }, String(mine.length)),
              ),
            ),
            ...mine.map((row) => line(row, sides)),
          ),
        ),
    ];
    keepingFocus(box, () => table.replaceChildren(...parts));
    setAttribute(nothing, "hidden", wanted.length > 0);
    setAttribute(box, "hidden", wanted.length === 0);
  }

  function drawOverlay(): void {
    const { sides, outcomes } = shown;
    missed.show(
      sides.map((side) => coverage(side)),
      outcomes,
    );
    overlay.replaceChildren(
      ...sides.map((side) => {
        const button = h("button", { type: "button", class: "small", "aria-pressed": "false" });
        setText(button, sides.length > 1 ? `Coverage on the diagram, ${side.name}` : "Coverage on the diagram");
        button.addEventListener("click", () => {
          const mine = coverage(side);
          const on = get().coverage?.title === mine.title;
          showCoverage(on ? null : mine);
          if (on) return;
          explain(mine);
          toDiagram();
          announce(
            `The diagram shows what the search went through: ${mine.met} of ${mine.of} declared changes of a phase.`,
          );
        });
        return button;
      }),
    );
    press();
  }

  const coverage = (side: Side): Coverage =>
    coverageOf(
      `What the search went through, ${side.name}`,
      diagramOf(side.rules),
      shown.outcomes.filter((outcome) => outcome.side === side),
    );

  function press(): void {
    const title = get().coverage?.title;
    for (const [at, button] of [...overlay.children].entries()) {
      const side = shown.sides[at];
      setAttribute(
        button,
        "aria-pressed",
        side && title === `What the search went through, ${side.name}` ? "true" : "false",
      );
    }
  }
  select((state) => state.coverage, press);
  // Whoever acts looks at the run again.
  subscribe((state, before) => {
    if (state.coverage && before.coverage && (state.turn !== before.turn || state.selected !== before.selected))
      showCoverage(null);
  });

  saveAll.addEventListener("click", () => {
    const files = counterexamples(shown.sides, shown.rows);
    const [only] = files;
    if (files.length === 0 || !only) {
      announce("There is no counterexample to save.");
      return;
    }
    if (files.length === 1) save(new Blob([only.text], { type: "text/plain" }), only.name);
    else save(new Blob([zip(files)], { type: "application/zip" }), "counterexamples.zip");
    announce(`${files.length} ${files.length === 1 ? "trace" : "traces"} saved.`);
  });
  saveReport.addEventListener("click", () => {
    const { sides, rows, outcomes } = shown;
    save(
      new Blob([reportJson(UPSTREAM_COMMIT, sides, rows, outcomes)], { type: "application/json" }),
      "exploration.json",
    );
    announce("The report is saved.");
  });

  return {
    element,
    show(next) {
      shown = next;
      draw();
      // The overlay is that of the search whose verdicts are shown.
      const laid = get().coverage?.title;
      if (laid === undefined) return;
      const mine = shown.sides.map(coverage).find(({ title }) => title === laid);
      showCoverage(mine ?? null);
      if (mine) explain(mine);
    },
    find: () => text.value.trim(),
    filterBy(words) {
      text.value = words;
      drawTable();
    },
    closed() {
      showCoverage(null);
    },
  };
}

function line(row: Row, sides: readonly Side[]): HTMLElement {
  return h(
    "tr",
    { "data-property": row.property },
    h("th", { scope: "row" }, h("strong", {}, row.property), ` ${row.sentence}`),
    ...sides.map((side, at) => cellOf(row, side, row.cells[at] ?? null, sides.length > 1)),
  );
}

function cellOf(row: Row, side: Side, cell: Cell | null, several: boolean): HTMLElement {
  const lead = several && h("span", { class: "ex-side" }, capital(side.name));
  if (!cell) return h("td", {}, lead, h("span", { class: "none" }, "not asked"));
  const { finding, verdict, model } = cell;
  return h(
    "td",
    {},
    lead,
    verdictBadge(verdict),
    finding && h("span", { class: "ex-about", title: TIMINGS[finding.timing] }, about(cell)),
    finding && model && several && h("span", { class: "visually-hidden" }, ` in the model ${model}`),
    finding &&
      h(
        "span",
        { class: "ex-buttons" },
        act("Replay it", `Replay ${row.property}, ${side.name}`, () => replay(row, side, cell)),
        act("Save", `Save the trace of ${row.property}, ${side.name}`, () => {
          const { name, text } = traceOf(row, side, cell);
          save(new Blob([text], { type: "text/plain" }), name);
          announce(`${name} is saved.`);
        }),
      ),
  );
}

/** Opens the run on the page, standing where it shows what it was found for. */
function replay(row: Row, side: Side, cell: Cell): void {
  const { finding, verdict } = cell;
  if (!finding) return;
  const { property, sentence } = row;
  const breaks = verdict === "violated";
  showCoverage(null);
  openDiscovery({
    id: `explored ${property} ${side.name}`,
    title: `${property} ${VERDICT_WORDS[verdict]}, ${side.name}`,
    sentence: `${property}: ${sentence} The shortest run that ${breaks ? "breaks" : "shows"} it: ${about(cell)}.`,
    trace: finding.trace,
    say: `${sentence} ${
      finding.timing === "timed"
        ? `The last of ${finding.length === 1 ? "the one step" : `${finding.length} steps`} is where it ${breaks ? "breaks" : "happens"}; step back to see how it came to that.`
        : `${TIMINGS.untimed} The run goes as far as the timers let it.`
    }`,
  });
  toDiagram();
  byId("diagram").focus({ preventScroll: true });
  announce(`${property} is replayed: ${about(cell)}.`);
}

/** What the lines mean now, in the place where the page says what is to be seen; with the way back. */
function explain({ title, met, of, beyond }: Coverage): void {
  say({
    tone: "info",
    title,
    text: `Green lines are the changes of a phase that the search went through: ${met} of ${of}, rule by rule; 2/5 is two of five rules. Dotted ones are declared and were not met; the list in the explorer says why.${
      beyond.length > 0
        ? ` Dashed red ones were met though no declared rule leads there: ${beyond.length}, by second requests, updates from outside or the cache.`
        : ""
    }`,
    back: { label: "Back to the run", run: () => showCoverage(null) },
  });
}

/** Brings the diagram, with what is said under it, into sight. */
export const toDiagram = (): void => byId("situation-sentence").scrollIntoView({ block: "start" });

/** A button whose name says of what, for those who hear it alone. */
function act(word: string, name: string, run: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "small", "aria-label": name }, word);
  button.addEventListener("click", run);
  return button;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
