/*
 * What is to be searched: the rules, the model, its bounds, the properties. Every bound is shown as the model has it and
 * can be changed; one that makes no sense is answered beside it.
 */

import type { Overrides, Plan } from "../../explore/campaign.ts";
import type { Side } from "../../explore/report.ts";
import type { Known } from "../../explore/searcher.ts";
import { FAULT_TITLES, FAULTS, modelSentence, thousands } from "../../explore/words.ts";
import type { Explored } from "../../explored.ts";
import { RULE_WORDS } from "../../rules.ts";
import { changedPolicies, get, type ModelInfo, rulesInForce, subscribe } from "../../store.ts";
import { lookUp } from "../../table.ts";
import { shortened } from "../../words/format.ts";
import { h, setAttribute, setText } from "../dom.ts";

const DOCUMENTED: Side = { name: RULE_WORDS.documented, rules: "documented" };
const UPSTREAM: Side = { name: RULE_WORDS.upstream, rules: "upstream" };
const MERGED: Side = { name: RULE_WORDS.merged, rules: "merged" };
/** Stands for every model, one after the other. */
const EVERY = "every";
/** Small, and yet with something to find. */
const FIRST = "a parent and its child";
const MB = 1024 * 1024;

type Bound = Exclude<keyof Overrides, "properties">;

interface Field {
  bound: Bound;
  label: string;
  min: number;
  max: number;
  /** What one unit of the field is. */
  unit: number;
  hint?: string;
}

const FIELDS: readonly Field[] = [
  { bound: "attempts", label: "Attempts", min: 1, max: 9, unit: 1 },
  {
    bound: "versions",
    label: "Versions",
    min: 0,
    max: 9,
    unit: 1,
    hint: "the highest version of a phase that a plugin reports",
  },
  { bound: "systemFailures", label: "System failures", min: 0, max: 9, unit: 1, hint: "tolerated in a row" },
  { bound: "abortCalls", label: "Abort calls", min: 1, max: 9, unit: 1, hint: "before an abort is given up" },
  { bound: "backlog", label: "Pieces due", min: 1, max: 9, unit: 1, hint: "until one of them has to be done" },
  { bound: "depth", label: "Commands", min: 1, max: 10_000, unit: 1, hint: "in the longest run; any if empty" },
  { bound: "states", label: "States", min: 1, max: 20_000_000, unit: 1 },
  { bound: "bytes", label: "Memory, MB", min: 1, max: 1_024, unit: MB },
];

export interface Form {
  element: HTMLFormElement;
  /** What is asked for, or null with an answer beside what is wrong. */
  read: () => Plan | null;
  /** The rules and the model that are chosen, if they are not the usual ones. */
  chosen: () => Pick<Explored, "rules" | "model">;
  /** Chooses these, once they are known; what there is not is said. */
  choose: (wanted: Pick<Explored, "rules" | "model">) => void;
  /** Offers the models and properties that there are. */
  know: (known: Known) => void;
  setRunning: (running: boolean) => void;
  /** Says what the engine has against it. */
  refuse: (message: string) => void;
}

/** The rules that can be chosen, by the value of their option. */
function choices(): Record<string, Side[]> {
  const changed = changedPolicies(get());
  return {
    both: [DOCUMENTED, UPSTREAM],
    documented: [DOCUMENTED],
    upstream: [UPSTREAM],
    merged: [MERGED],
    ...(changed.length > 0
      ? {
          page: [
            {
              name: `as on the page (${changed.map(({ policy, current }) => `${policy}: ${current}`).join(", ")})`,
              rules: rulesInForce(),
            },
          ],
        }
      : {}),
  };
}

export function searchForm(run: () => void): Form {
  let models: readonly ModelInfo[] = [];
  let wanted: Pick<Explored, "rules" | "model"> | null = null;
  const known = new Map<string, HTMLInputElement>();
  const rules = h("select", { id: "ex-rules" });
  const model = h("select", { id: "ex-model" });
  const sentence = h("p", { class: "ex-model-says", id: "ex-model-says" });
  setAttribute(model, "aria-describedby", sentence.id);
  const button = h("button", { type: "submit", class: "primary ex-run" }, "Search");
  const error = h("p", { class: "ex-refused refusal", role: "alert" });
  const inputs = new Map(FIELDS.map((field) => [field.bound, boundField(field)]));
  const boundsNote = h("span", { class: "count-note" });
  const propertiesNote = h("span", { class: "count-note" }, "all");
  const list = h("ul", { class: "plain ex-properties-list" });
  const all = h("button", { type: "button", class: "small" }, "All");
  const none = h("button", { type: "button", class: "small" }, "None");
  const properties = h(
    "details",
    { class: "ex-properties" },
    h("summary", {}, "Properties ", propertiesNote),
    h("p", { class: "ex-buttons" }, all, none),
    list,
  );

  const chosen = (): ModelInfo | undefined => models.find(({ name }) => name === model.value);
  const showModel = (): void => {
    const one = chosen();
    setText(
      sentence,
      one
        ? modelSentence(one)
        : models.length > 0
          ? `All ${models.length} models, from those in which nothing goes wrong to restarts. What breaks in a milder one needs no more than that. It takes some seconds.`
          : "The models are on their way.",
    );
    for (const { bound, unit } of FIELDS) {
      const { input, error } = inputs.get(bound) as BoundField;
      const value = one?.[bound];
      input.value = typeof value === "number" ? String(Math.round(value / unit)) : "";
      setAttribute(input, "placeholder", bound === "depth" ? "any" : one ? "" : "its own");
      input.disabled = bound === "backlog" && one?.delivery === "immediate";
      judge(input, error, "");
    }
    setText(
      boundsNote,
      one
        ? `${one.attempts === 1 ? "1 attempt" : `${one.attempts} attempts`}, up to ${thousands(one.states)} states, ${thousands(one.bytes / MB)} MB`
        : "as each model has them",
    );
  };
  const countProperties = (): void => {
    const checked = [...known.values()].filter((box) => box.checked).length;
    setText(propertiesNote, checked === known.size ? "all" : `${checked} of ${known.size}`);
  };
  const checkAll = (checked: boolean): void => {
    for (const box of known.values()) box.checked = checked;
    countProperties();
  };
  all.addEventListener("click", () => checkAll(true));
  none.addEventListener("click", () => checkAll(false));
  list.addEventListener("change", countProperties);
  model.addEventListener("change", showModel);

  const offerRules = (): void => {
    const offered = choices();
    const was = rules.value || "both";
    rules.replaceChildren(
      ...Object.entries(offered).map(([value, sides]) =>
        h("option", { value }, value === "both" ? "both, side by side" : (sides[0]?.name ?? value)),
      ),
    );
    rules.value = Object.hasOwn(offered, was) ? was : "both";
  };
  subscribe((state, before) => {
    if (state.divergences !== before.divergences || rules.options.length === 0) offerRules();
  });

  const element = h(
    "form",
    { class: "ex-form", "aria-label": "What is searched", novalidate: true },
    h(
      "div",
      { class: "ex-row" },
      h("label", { for: rules.id }, "Rules", rules),
      h("label", { for: model.id, class: "ex-wide" }, "Model", model),
      button,
    ),
    sentence,
    error,
    h(
      "div",
      { class: "ex-more" },
      h(
        "details",
        { class: "ex-bounds" },
        h("summary", {}, "Bounds ", boundsNote),
        h("div", { class: "ex-fields" }, ...[...inputs.values()].map(({ element }) => element)),
      ),
      properties,
    ),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    setText(error, "");
    run();
  });

  function read(): Plan | null {
    const overrides: Overrides = {};
    const one = chosen();
    let wrong: HTMLInputElement | null = null;
    for (const field of FIELDS) {
      const { input, error } = inputs.get(field.bound) as BoundField;
      if (input.disabled) continue;
      const complaint = complaintOf(field, input);
      judge(input, error, complaint);
      if (complaint) wrong ??= input;
      else if (input.value.trim() !== "") {
        const value = Number(input.value) * field.unit;
        if (!one || Math.round((one[field.bound] ?? -1) / field.unit) * field.unit !== value)
          overrides[field.bound] = value;
      }
    }
    if (wrong) {
      const details = wrong.closest("details");
      if (details) details.open = true;
      wrong.focus();
      return null;
    }
    const checked = [...known].filter(([, box]) => box.checked).map(([name]) => name);
    if (known.size > 0 && checked.length === 0) {
      properties.open = true;
      setText(error, "Choose at least one property; without any, there is nothing to be judged.");
      all.focus();
      return null;
    }
    if (checked.length < known.size) overrides.properties = checked;
    const sides = lookUp(choices(), rules.value) ?? [DOCUMENTED];
    return { sides, models: one ? [one] : models, overrides };
  }

  /** The model that one begins with. */
  const usual = (): string => (models.some(({ name }) => name === FIRST) ? FIRST : (models[0]?.name ?? EVERY));

  function pick(): void {
    if (!wanted || models.length === 0) return;
    const { rules: sides = "both", model: name = usual() } = wanted;
    wanted = null;
    const hasRules = Object.hasOwn(choices(), sides);
    const hasModel = name === EVERY || models.some((each) => each.name === name);
    rules.value = hasRules ? sides : "both";
    model.value = hasModel ? name : usual();
    showModel();
    setText(
      error,
      hasModel
        ? hasRules
          ? ""
          : `The link names the rules “${shortened(sides)}”, which cannot be chosen here.`
        : `The link names the model “${shortened(name)}”, which this page does not have.`,
    );
  }

  showModel();
  return {
    element,
    read,
    chosen() {
      const { rules: sides, model: name } = wanted ?? { rules: rules.value, model: model.value };
      return {
        ...(sides && sides !== "both" && { rules: sides }),
        ...(name && name !== usual() && { model: name }),
      };
    },
    choose(asked) {
      wanted = asked;
      pick();
    },
    know(all) {
      models = all.models;
      known.clear();
      list.replaceChildren();
      model.replaceChildren(
        h("option", { value: EVERY }, "every model, mildest first"),
        ...FAULTS.flatMap((fault) => {
          const mine = models.filter((each) => each.fault === fault);
          return mine.length === 0
            ? []
            : [
                h(
                  "optgroup",
                  { label: FAULT_TITLES[fault] },
                  ...mine.map(({ name }) => h("option", { value: name }, name)),
                ),
              ];
        }),
      );
      model.value = usual();
      showModel();
      pick();
      for (const { property, sentence } of all.properties) {
        const box = h("input", { type: "checkbox", checked: true });
        known.set(property, box);
        list.append(
          h("li", {}, h("label", { class: "check" }, box, h("span", {}, h("strong", {}, property), ` ${sentence}`))),
        );
      }
      countProperties();
    },
    setRunning(running) {
      setText(button, running ? "Stop" : "Search");
      setAttribute(button, "data-running", running);
    },
    refuse(message) {
      setText(error, message);
    },
  };
}

interface BoundField {
  element: HTMLElement;
  input: HTMLInputElement;
  error: HTMLElement;
}

function boundField({ bound, label, min, max, hint }: Field): BoundField {
  const id = `ex-${bound}`;
  const input = h("input", {
    id,
    type: "number",
    min,
    max,
    step: 1,
    inputmode: "numeric",
    "aria-describedby": `${id}-says`,
  });
  const error = h("span", { class: "refusal" });
  const says = h("span", { class: "ex-hint", id: `${id}-says` }, hint ?? `${min} to ${thousands(max)}`, error);
  return { element: h("label", { for: id, class: "ex-field" }, h("span", {}, label), input, says), input, error };
}

/** What is wrong with a value; nothing if it is as it should be. */
function complaintOf({ min, max }: Field, input: HTMLInputElement): string {
  // What is no number reads as empty, though something stands there.
  if (input.value.trim() === "")
    return input.validity.badInput ? `A whole number from ${min} to ${thousands(max)}.` : "";
  const value = Number(input.value);
  return Number.isInteger(value) && value >= min && value <= max
    ? ""
    : `A whole number from ${min} to ${thousands(max)}.`;
}

function judge(input: HTMLInputElement, error: HTMLElement, complaint: string): void {
  setText(error, complaint && ` ${complaint}`);
  setAttribute(input, "aria-invalid", complaint ? "true" : null);
}
