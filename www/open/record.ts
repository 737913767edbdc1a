/*
 * What a recorded run says: what is the matter with it, in the core's sentences; what no rule explains, each finding with
 * the rule, the policy and the incident it looks like, and a button that goes to the step where it is seen; what is known
 * to go wrong and shows; and what the other rule sets say.
 */

import { gallery } from "../address.ts";
import { RULE_SETS, RULE_WORDS } from "../rules.ts";
import {
  type Diagnosis,
  get,
  type RuleSet,
  type RunCheck,
  type RunFinding,
  type RunShow,
  seek,
  selectAction,
  subscribe,
  switchRules,
} from "../store.ts";
import { byId, h, icon, setAttribute, setText } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { ended, words } from "../words/format.ts";
import { judgedWords, summaryOf, titleOf } from "./words.ts";

const SEVERITIES = { error: "i-failed", warning: "i-timed-out", note: "i-unspecified" };

/** More findings than these get a filter. */
const FEW = 6;

export function mountRecord(): void {
  const section = byId("record");
  let dismissed: RunCheck | null = null;
  subscribe((state, before) => {
    if (state.record === before.record && state.index === before.index) return;
    const { record } = state;
    if (!record || record === dismissed) {
      setAttribute(section, "hidden", true);
      if (!record) section.replaceChildren();
      return;
    }
    if (record !== before.record || section.hidden) {
      setAttribute(section, "hidden", false);
      section.replaceChildren(...parts(record, () => dismiss(record)));
    }
    for (const button of section.querySelectorAll<HTMLElement>("button[data-step]"))
      setAttribute(button, "aria-current", Number(button.dataset.step) === state.index ? "step" : null);
  });
  const dismiss = (record: RunCheck): void => {
    dismissed = record;
    setAttribute(section, "hidden", true);
    byId("open-button").focus();
  };
}

function parts(record: RunCheck, dismiss: () => void): HTMLElement[] {
  const { diagnosis, findings } = record;
  const close = h("button", { type: "button", class: "small" }, "Dismiss");
  close.addEventListener("click", dismiss);
  const rows = findings.map((finding) => row(finding));
  const list = h("ol", { class: "record-list" }, ...rows);
  const shows = unsaid(record);
  return [
    h(
      "div",
      { class: "record-head" },
      h("h2", { id: "record-title", tabindex: "-1" }, titleOf(record.format)),
      close,
      ...(diagnosis ? [matter(diagnosis)] : []),
      h("p", { class: "record-summary" }, `${summaryOf(record)} ${judgedWords(record)}`),
      underOthers(record),
    ),
    ...(findings.length > FEW ? [filter(findings, rows)] : []),
    ...(findings.length > 0
      ? // What scrolls has to be reachable by keys.
        [h("section", { class: "record-box", "aria-label": "What was found", tabindex: "0" }, list)]
      : []),
    ...(shows.length > 0
      ? [h("ul", { class: "record-shows", "aria-label": "What is known to go wrong and shows" }, ...shows.map(shown))]
      : []),
  ];
}

/** What is the matter: what happened, why, whose matter it is, what to do. */
function matter({ sentences, fault, incidents }: Diagnosis): HTMLElement {
  const [first = "", ...rest] = sentences.map(ended);
  const told = rest.flatMap((sentence) => [" ", ...linked(sentence, incidents)]);
  return h("p", { class: "record-matter", "data-fault": fault }, h("strong", {}, first), told);
}

/** A sentence, in which the incident that it names leads to its story. */
function linked(sentence: string, incidents: readonly string[]): (string | HTMLElement)[] {
  const named = incidents.find((incident) => sentence.includes(`(${incident})`));
  if (named === undefined) return [sentence];
  const at = sentence.indexOf(`(${named})`) + 1;
  return [sentence.slice(0, at), told(named), sentence.slice(at + named.length)];
}

/** What neither the diagnosis says of its action already, nor what was found of another. */
const unsaid = ({ diagnosis, findings, shows }: RunCheck): RunShow[] =>
  shows.filter(({ action, incident, sentence }) => {
    const isFound = findings.some((found) => found.action === action && found.incident === incident);
    const isTold = diagnosis?.action === action && diagnosis.sentences.some((said) => said.endsWith(`: ${sentence}`));
    return !isTold && !(incident && isFound);
  });

function shown({ action, incident, sentence }: RunShow): HTMLLIElement {
  return h("li", {}, h("strong", {}, action), ` shows: ${sentence} `, ...(incident ? [told(incident)] : []));
}

/** Offers the rule set that explains most of it. */
function underOthers({ findings }: RunCheck): HTMLElement | null {
  const { rules } = get();
  const by = (set: RuleSet): number => findings.filter(({ explainedBy }) => explainedBy === set).length;
  const [other] = RULE_SETS.filter((set) => set !== rules && by(set) > 0).sort((a, b) => by(b) - by(a));
  if (!other) return null;
  const explained = by(other);
  const button = h(
    "button",
    { type: "button", class: "small" },
    `${explained === 1 ? "1 is" : `${explained} are`} explained ${RULE_WORDS[other]}`,
  );
  setAttribute(button, "title", "Replay the record under those rules");
  button.addEventListener("click", () => switchRules(other));
  return button;
}

function row(finding: RunFinding): HTMLLIElement {
  const { severity, action, sentence, rule, policy, value, incident, place, index } = finding;
  const attempt = "attempt" in finding && finding.attempt !== undefined ? ` · attempt ${finding.attempt}` : "";
  const jump = h("button", { type: "button", class: "small", "data-step": index }, `Step ${index}`);
  setAttribute(jump, "title", "Go to where it is seen");
  jump.addEventListener("click", () => {
    seek(index);
    selectAction(action);
    announce(`Step ${index}: ${sentence}`);
  });
  const chips = [
    rule && h("code", {}, rule),
    policy && h("span", {}, "explained with ", h("code", {}, `${policy}: ${value}`)),
    incident && h("span", {}, "looks like ", told(incident)),
    h("span", { class: "record-place" }, `in ${place || "the input"}`),
  ];
  return h(
    "li",
    { class: "finding", "data-severity": severity },
    h("span", { class: "severity" }, icon(SEVERITIES[severity]), severity),
    h("span", { class: "record-what" }, h("strong", {}, action), attempt, ` · ${words(finding.kind)}`),
    h("span", { class: "record-sentence" }, sentence),
    h("span", { class: "record-why" }, ...chips),
    jump,
  );
}

/** The incident, whose story the gallery tells; Back leads to the record again. */
function told(incident: string): HTMLElement {
  const button = h("button", { type: "button", class: "incident" }, incident);
  setAttribute(button, "title", "Its story; Back leads here again");
  button.addEventListener("click", () => {
    void gallery().then((stories) => stories?.followAddress(`#gallery/${incident}`));
  });
  return button;
}

function filter(findings: readonly RunFinding[], rows: readonly HTMLElement[]): HTMLElement {
  const text = h("input", { type: "search", placeholder: "Filter: an action, a rule, a word", autocomplete: "off" });
  const severity = h(
    "select",
    {},
    ...["every severity", "errors", "warnings", "notes"].map((name, at) =>
      h("option", { value: ["", "error", "warning", "note"][at] ?? "" }, name),
    ),
  );
  const shown = h("span", { class: "count-note", role: "status" });
  const apply = (): void => {
    const wanted = text.value.trim().toLowerCase();
    let left = 0;
    for (const [at, finding] of findings.entries()) {
      const item = rows[at];
      if (!item) continue;
      const fits =
        (severity.value === "" || finding.severity === severity.value) &&
        (item.textContent ?? "").toLowerCase().includes(wanted);
      setAttribute(item, "hidden", !fits);
      if (fits) left += 1;
    }
    setText(shown, left === findings.length ? "" : `${left} of ${findings.length}`);
  };
  text.addEventListener("input", apply);
  severity.addEventListener("change", apply);
  return h(
    "search",
    { class: "record-filter", "aria-label": "Filter what was found" },
    h("label", {}, h("span", { class: "visually-hidden" }, "Filter what was found by text"), text),
    h("label", {}, h("span", { class: "visually-hidden" }, "Severity"), severity),
    shown,
  );
}
