/*
 * Show me how: somebody names a phase, a rule or a disagreement of the stores, also several at once, and gets the
 * shortest commands from where the run stands. They are played on the page, in a branch of their own; if there is no
 * way, it says so and why.
 */

import { SearchClosed, type SearchError, Searcher, type Way, type WayOptions } from "../../explore/searcher.ts";
import { counted, FAULT_ALLOWS, listed, thousands, WORST } from "../../explore/words.ts";
import {
  type ActionId,
  type ActionPhase,
  type Command,
  get,
  type ReachOptions,
  type ReachTarget,
  ruleList,
  scenarioOf,
  subscribe,
  traceText,
} from "../../store.ts";
import { lookUp } from "../../table.ts";
import { inWords } from "../../words/commands.ts";
import { PHASES } from "../../words/phases.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { save } from "../export.ts";
import { announce } from "../live.ts";
import type { Part } from "./part.ts";
import { player } from "./player.ts";
import { meter } from "./progress.ts";
import { toDiagram } from "./verdicts.ts";

type What = "phase" | "rule" | "disagreement";
type Worst = NonNullable<ReachOptions["faults"]>;

/** More at once than anybody has asked for, and as many as stay readable. */
const TARGETS_MAX = 3;
const STATES = 500_000;
const STATES_MAX = 20_000_000;

/** Actions that may be created on the way. */
const NEW: Record<string, [string, (parent: ActionId, name: (at: number) => ActionId) => Command[]]> = {
  none: ["none", () => []],
  task: [
    "a child task, two attempts",
    (parent, name) => [{ type: "enqueue", action: name(1), parent, task: { maxAttempts: 2 } }],
  ],
  condition: [
    "a condition with a deadline",
    (parent, name) => [
      { type: "enqueue", action: name(1), parent, condition: { valueType: "bool", timeoutMs: 30_000 } },
    ],
  ],
  both: [
    "a child task and a condition",
    (parent, name) => [
      { type: "enqueue", action: name(1), parent, task: { maxAttempts: 2 } },
      { type: "enqueue", action: name(2), parent, condition: { valueType: "bool", timeoutMs: 30_000 } },
    ],
  ],
};

interface TargetRow {
  element: HTMLElement;
  read: () => ReachTarget;
  /** Offers the actions that there are now. */
  offer: (ids: readonly ActionId[]) => void;
}

export function howPart(): Part {
  const searcher = new Searcher();
  const play = player();
  const gauge = meter();
  const rows: TargetRow[] = [];
  let running = false;
  let begun = false;
  let count = 0;
  const from = h("p", { class: "aside" });
  const list = h("div", { class: "ex-targets" });
  const more = h("button", { type: "button", class: "small" }, "… and at once");
  const worst = h(
    "select",
    { id: "ex-worst" },
    ...WORST.map((each) => h("option", { value: each }, FAULT_ALLOWS[each])),
  );
  worst.value = "op";
  const fresh = h(
    "select",
    { id: "ex-new" },
    ...Object.entries(NEW).map(([value, [word]]) => h("option", { value }, word)),
  );
  const states = h("input", {
    id: "ex-way-states",
    type: "number",
    min: 1,
    max: STATES_MAX,
    value: STATES,
    inputmode: "numeric",
    "aria-describedby": "ex-way-states-says",
  });
  const statesError = h("span", { class: "refusal", id: "ex-way-states-says" });
  const button = h("button", { type: "submit", class: "primary ex-run" }, "Find the way");
  const refused = h("p", { class: "ex-refused refusal", role: "alert" });
  const result = h("section", { class: "ex-way", "aria-label": "The way", hidden: true });
  const form = h(
    "form",
    { class: "ex-form", "aria-label": "What is to be reached", novalidate: true },
    from,
    list,
    h("p", { class: "ex-buttons" }, more),
    h(
      "div",
      { class: "ex-row" },
      h("label", { for: worst.id }, "What may happen", worst),
      h("label", { for: fresh.id }, "New actions on the way", fresh),
      h("label", { for: states.id, class: "ex-field" }, "States at most", states, statesError),
      button,
    ),
    refused,
  );
  const panel = h("div", { class: "ex-panel", id: "explore-how" }, form, gauge.element, result);

  const busy = (on: boolean): void => {
    running = on;
    setText(button, on ? "Stop" : "Find the way");
    setAttribute(button, "data-running", on);
  };
  const add = (): void => {
    const row = targetRow(rows.length === 0, () => {
      rows.splice(rows.indexOf(row), 1);
      row.element.remove();
      setAttribute(more, "hidden", false);
      more.focus();
    });
    row.offer([...get().actions.keys()]);
    rows.push(row);
    list.append(row.element);
    setAttribute(more, "hidden", rows.length >= TARGETS_MAX);
  };
  more.addEventListener("click", () => {
    add();
    rows.at(-1)?.element.querySelector("select")?.focus();
  });
  subscribe((state, before) => {
    if (state.actions !== before.actions) for (const row of rows) row.offer([...state.actions.keys()]);
    if (state.commands !== before.commands || state.situation !== before.situation)
      setText(from, `From where the run stands: ${standing()}.`);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) {
      gauge.say("Stopping …", true);
      searcher.stop();
    } else void find();
  });

  function options(): WayOptions | null {
    const value = Number(states.value);
    const good = states.value.trim() !== "" && Number.isInteger(value) && value >= 1 && value <= STATES_MAX;
    setText(statesError, good ? "" : `A whole number from 1 to ${thousands(STATES_MAX)}.`);
    setAttribute(states, "aria-invalid", good ? null : "true");
    if (!good) {
      states.focus();
      return null;
    }
    const { selected, actions } = get();
    const run = (selected && actions.get(selected)?.run) ?? [...actions.values()][0]?.run;
    const name = (at: number): ActionId => {
      let number = at;
      while (actions.has(`${run}/way${number}`)) number += 2;
      return `${run}/way${number}`;
    };
    const create = run ? (lookUp(NEW, fresh.value)?.[1](`${run}/a0`, name) ?? []) : [];
    return { faults: worst.value as Worst, states: value, ...(create.length > 0 ? { create } : {}) };
  }

  async function find(): Promise<void> {
    const asked = options();
    if (!asked) return;
    count += 1;
    const mine = count;
    const targets = rows.map((row) => row.read());
    const origin = place();
    play.end();
    setText(refused, "");
    setAttribute(result, "hidden", true);
    busy(true);
    gauge.say("Searching …", true);
    try {
      const limit = Math.max(1, asked.states ?? STATES);
      const way = await searcher.way(traceText(), targets, asked, (told) => gauge.show(told, told.states / limit));
      gauge.show({ ...way, ended: "stopped" }, 1);
      gauge.say(way.found ? "There is a way." : "No way was found.", false);
      show(way, origin, targets);
      announce(way.summary);
    } catch (error) {
      if (mine !== count || error instanceof SearchClosed) return;
      const { code, message } = error as SearchError;
      gauge.say("Nothing was found.", false);
      setText(refused, code === null ? `${message} Press “Find the way” to try again.` : `${message} (${code})`);
    } finally {
      if (mine === count) busy(false);
    }
  }

  function show(way: Way, origin: string, targets: readonly ReachTarget[]): void {
    const title = targets.map(inTarget).join(" and ");
    const heading = h("h3", { tabindex: "-1" }, `${title}: ${way.found ? counted(way.length, "command") : "no way"}`);
    const parts: (HTMLElement | false)[] = [heading, h("p", {}, way.summary)];
    if (way.found) {
      const start = h("button", { type: "button", class: "primary" }, "Play it on the page");
      start.addEventListener("click", () => {
        if (place() !== origin) {
          setText(refused, "The run has moved on since; find the way again from where it stands now.");
          return;
        }
        play.play(way.commands, title);
        toDiagram();
      });
      const keep = h("button", { type: "button" }, "Save as trace");
      keep.addEventListener("click", () => {
        save(new Blob([`# The shortest way to: ${title}\n${way.trace}`], { type: "text/plain" }), "way.trace");
        announce("way.trace is saved.");
      });
      parts.push(
        way.commands.length > 0 &&
          h("ol", { class: "ex-steps" }, ...way.commands.map((command) => h("li", {}, inWords(command)))),
        way.commands.length > 0 && h("p", { class: "ex-buttons" }, start, keep),
      );
    } else {
      parts.push(h("p", { class: "aside" }, `This is with ${allowed(way.fault)}.`));
      const next = WORST[WORST.indexOf(way.fault) + 1];
      if (next && way.reason !== "stopped") {
        const again = h("button", { type: "button" }, `Let more happen: ${ADDS[next]}`);
        again.addEventListener("click", () => {
          worst.value = next;
          void find();
          button.focus();
        });
        parts.push(h("p", { class: "ex-buttons" }, again));
      }
    }
    result.replaceChildren(...parts.filter((part) => part !== false));
    setAttribute(result, "hidden", false);
  }

  return {
    id: "how",
    title: "Show me how",
    panel,
    // What is to be reached is about the open run, and is soon chosen.
    chosen: () => ({}),
    choose() {},
    opened() {
      if (begun) return;
      begun = true;
      add();
      setText(from, `From where the run stands: ${standing()}.`);
      gauge.say("Choose what is to be reached.", false);
    },
    closed() {
      count += 1;
      busy(false);
      searcher.close();
    },
  };
}

/** What the next step allows more. */
const ADDS: Record<Worst, string> = {
  none: "nothing",
  op: "aborts",
  race: "late updates, stale reads, news that comes twice",
  rpc: "calls that fail, news that is lost",
  crash: "restarts",
};

/** Everything that is allowed, in one list. */
const allowed = (worst: Worst): string =>
  listed(["plugins, signals, timers", ...WORST.slice(1, WORST.indexOf(worst) + 1).map((each) => ADDS[each])]);

/** One thing to be reached. */
function targetRow(first: boolean, remove: () => void): TargetRow {
  const { selected, actions } = get();
  const now = selected === null ? undefined : actions.get(selected)?.phase;
  const what = h(
    "select",
    { name: "what" },
    h("option", { value: "phase" }, "is in the phase"),
    h("option", { value: "rule" }, "is decided about by the rule"),
    h("option", { value: "disagreement" }, "has stores that disagree, with nothing under way"),
  );
  const action = h("select", { name: "action" });
  const phase = h("select", { name: "phase" }, ...PHASES.map((each) => h("option", { value: each }, each)));
  const rule = h(
    "select",
    { name: "rule" },
    ...[...ruleList()]
      .sort((a, b) => (a.rule < b.rule ? -1 : 1))
      .map((each) => h("option", { value: each.rule }, each.rule)),
  );
  const says = h("p", { class: "ex-target-says" });
  phase.value = (["SUCCEEDED", "FAILED"] as ActionPhase[]).find((each) => each !== now) ?? "SUCCEEDED";
  const wrap = (word: string, select: HTMLElement): HTMLElement => h("label", {}, h("span", {}, word), select);
  const [phaseLabel, ruleLabel] = [wrap("Phase", phase), wrap("Rule", rule)];
  const drop = h("button", { type: "button", class: "small" }, "Remove");
  drop.addEventListener("click", remove);
  const show = (): void => {
    setAttribute(phaseLabel, "hidden", what.value !== "phase");
    setAttribute(ruleLabel, "hidden", what.value !== "rule");
    setText(says, what.value === "rule" ? (ruleList().find((each) => each.rule === rule.value)?.sentence ?? "") : "");
  };
  what.addEventListener("change", show);
  rule.addEventListener("change", show);
  show();
  return {
    element: h(
      "fieldset",
      { class: "ex-target" },
      h("legend", {}, first ? "To be reached" : "and at once"),
      h("div", { class: "ex-row" }, wrap("Action", action), wrap("What", what), phaseLabel, ruleLabel, !first && drop),
      says,
    ),
    read() {
      const about = action.value === "" ? {} : { action: action.value };
      const kind = what.value as What;
      if (kind === "rule") return { rule: rule.value, ...about };
      return kind === "phase" ? { phase: phase.value as ActionPhase, ...about } : { disagreement: true, ...about };
    },
    offer(ids) {
      const was = action.options.length === 0 ? (get().selected ?? "") : action.value;
      action.replaceChildren(
        h("option", { value: "" }, "any action"),
        ...ids.map((id) => h("option", { value: id }, id)),
      );
      action.value = ids.includes(was) ? was : "";
    },
  };
}

/** What stands for where the run is: its commands and the rules they are under. */
const place = (): string => {
  const { commands, rules, divergences } = get();
  return JSON.stringify([commands, rules, divergences.map(({ current }) => current)]);
};

function standing(): string {
  const { index, situation, snapshot } = get();
  const title = scenarioOf(situation)?.title ?? snapshot.actions[0]?.run ?? "an empty run";
  return `step ${index} of “${title}”`;
}

function inTarget(target: ReachTarget): string {
  const about = target.action ?? "any action";
  if ("phase" in target) return `${about} is ${target.phase}`;
  return "rule" in target ? `${target.rule} decides about ${about}` : `the stores of ${about} disagree`;
}
