/*
 * The panel under the diagram: what a command would do, why one cannot be sent, or why the selected action is where it
 * is. It keeps its height, so that reading never moves what is read.
 */

import {
  beforeTheEnd,
  dismissPreview,
  type Event,
  get,
  nextBranch,
  type Preview,
  type Source,
  type State,
  say,
  seek,
  subscribe,
  trail,
  UPSTREAM_COMMIT,
  undo,
  type Why,
  whyOf,
} from "../store.ts";
import { inWords } from "../words/commands.ts";
import { blobUrl, fileName } from "../words/format.ts";
import { whyWords } from "../words/why.ts";
import { badge } from "./badge.ts";
import { byId, h, setText } from "./dom.ts";
import { whereAndWhat } from "./fact.ts";

export function mountPanel(): void {
  const panel = byId("panel");
  subscribe((state, before) => {
    if (!state.ready) return;
    if (
      state.preview === before.preview &&
      state.notice === before.notice &&
      state.turn === before.turn &&
      state.selected === before.selected
    )
      return;
    // What has the focus is not taken away from under it.
    const focused = panel.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.role
      : undefined;
    panel.dataset.tone = state.preview
      ? state.preview.explanation.enabled
        ? "preview"
        : "refused"
      : (state.notice?.tone ?? "calm");
    panel.replaceChildren(
      ...(state.preview ? previewed(state.preview) : state.notice ? noticed(state) : standing(state)),
    );
    panel.scrollTop = 0;
    if (focused) (panel.querySelector<HTMLElement>(`[data-role="${focused}"]`) ?? panel).focus();
  });
}

/** A link that is opened only by the person who follows it. */
export function sourceLink(source: Source | undefined): HTMLElement | null {
  if (!source) return null;
  return h(
    "a",
    {
      class: "source",
      href: blobUrl(UPSTREAM_COMMIT, source.file),
      rel: "noreferrer noopener",
      target: "_blank",
      title: source.file,
    },
    `${fileName(source.file)} · ${source.function}`,
  );
}

function previewed({ label, explanation, asked }: Preview): HTMLElement[] {
  const { enabled, rule, sentence, source, message, events } = explanation;
  const heading = h("h3", {}, enabled ? `${label} would` : `${label}: not now`);
  if (!enabled) {
    return [
      h(
        "div",
        { class: "panel-head" },
        heading,
        asked && dismiss(dismissPreview),
        asked && copy(`${label}: ${message ?? sentence}`),
      ),
      h("p", {}, message ?? sentence),
      h(
        "p",
        { class: "why" },
        rule && h("code", {}, rule),
        message && message !== sentence ? ` ${sentence} ` : " ",
        sourceLink(source),
      ),
    ];
  }
  const changes = events.filter(
    (event) => event.type === "PhaseRecorded" || event.type === "UpdateRefused" || event.type === "RowCreated",
  );
  const refused = changes.find((event) => event.type === "UpdateRefused");
  return [
    h("div", { class: "panel-head" }, heading, ...consequences(changes, events.length)),
    h("p", { class: "why" }, h("code", {}, rule), ` ${sentence} `, sourceLink(source)),
    ...(refused ? [refusal("Then refused", refused)] : []),
  ];
}

/** The rule that refuses a write, and where it stands. */
const refusal = (lead: string, event: Event): HTMLElement =>
  h(
    "p",
    { class: "why refusal" },
    `${lead}: ${event.to}. `,
    h("code", {}, event.rule),
    ` ${event.sentence} `,
    sourceLink(event.source),
  );

function consequences(changes: readonly Event[], count: number): HTMLElement[] {
  if (changes.length === 0) {
    return [
      h(
        "span",
        {},
        count === 0
          ? "change nothing"
          : `leave every row's phase, with ${count} ${count === 1 ? "fact" : "facts"} in the log`,
      ),
    ];
  }
  const shown = changes
    .slice(0, 3)
    .map((event) =>
      h(
        "span",
        { class: "hop" },
        event.action !== get().selected && `${event.action}: `,
        event.type === "UpdateRefused" ? "be refused " : event.type === "RowCreated" ? "create " : "record ",
        event.from && badge(event.from),
        event.from && " → ",
        event.to ? badge(event.to) : null,
      ),
    );
  if (changes.length > 3) shown.push(h("span", {}, `and ${changes.length - 3} more`));
  return shown;
}

function noticed({ notice }: State): HTMLElement[] {
  if (!notice) return [];
  const { title, text, back } = notice;
  return [
    h(
      "div",
      { class: "panel-head" },
      h("h3", {}, title),
      back && action(back.label, "back", back.run),
      dismiss(() => say(null)),
      copy(`${title}: ${text}`),
    ),
    h("p", {}, text),
  ];
}

/** Why the action is where it is; an end offers what to do about it. */
function standing(state: State): HTMLElement[] {
  const selected = state.selected === null ? undefined : state.actions.get(state.selected);
  if (!selected) return [h("p", {}, "Open a situation, or a run of yours.")];
  const { last } = trail(selected.id);
  const refused = state.recent.filter((event) => event.type === "UpdateRefused" && event.action === selected.id);
  const rows: HTMLElement[] = [
    h(
      "div",
      { class: "panel-head" },
      h("h3", {}, `${selected.id} is`),
      badge(selected.phase),
      selected.kind === "task" && h("span", {}, `attempt ${selected.attempts} of ${selected.maxAttempts}`),
      selected.terminal && action("Step back", "step-back", undo),
      selected.terminal && last && action("Another ending", "another", () => beforeTheEnd(selected.id)),
      !selected.terminal &&
        state.index < state.held.length &&
        action("Play the rest", "rest", () => seek(state.held.length)),
      state.branches.length > 1 && action("Next branch", "branch", nextBranch),
    ),
  ];
  const why = whyOf(selected.id);
  if (why) rows.push(...reasons(why));
  if (last)
    rows.push(
      h("p", { class: "why" }, "Why: ", h("code", {}, last.rule), ` ${last.sentence} `, sourceLink(last.source)),
    );
  for (const event of refused.slice(0, 2)) rows.push(refusal("Just refused", event));
  rows.push(...written(state));
  return rows;
}

/** Why it is as it is, in the core's words: what it does and waits for, what can end it, and what to do. */
function reasons(why: Why): HTMLElement[] {
  const { headline, waits, ends, todo } = whyWords(why);
  const rows = [h("p", { class: "why-now" }, h("strong", {}, headline), waits && ` ${waits}`, todo && ` ${todo}`)];
  if (ends.length > 0) rows.push(h("p", { class: "why-ends" }, `What can end it: ${ends.join(" ")}`));
  return rows;
}

/** Facts of a step that are told here, at the most. */
const FACTS_MAX = 12;

/** What the step before the present has written, store by store. */
function written({ commands, recent, selected }: State): HTMLElement[] {
  const command = commands.at(-1);
  if (!command || recent.length === 0) return [];
  const facts = recent
    .slice(0, FACTS_MAX)
    .map((event) =>
      h(
        "li",
        {},
        event.action !== null && event.action !== selected && h("b", {}, event.action),
        ...whereAndWhat(event),
      ),
    );
  if (recent.length > FACTS_MAX) facts.push(h("li", {}, `and ${recent.length - FACTS_MAX} more, in the log below`));
  const count = recent.length === 1 ? "one fact" : `${recent.length} facts`;
  return [
    h("p", { class: "panel-step" }, `Step ${commands.length}, “${inWords(command)}”, led to ${count}:`),
    h("ol", { class: "panel-facts" }, ...facts),
  ];
}

function action(text: string, role: string, run: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "small", "data-role": role }, text);
  button.addEventListener("click", run);
  return button;
}

const dismiss = (run: () => void): HTMLElement => action("Dismiss", "dismiss", run);

/** Copies a text and says so on the button itself. */
export function copy(text: string, label = "Copy"): HTMLElement {
  const button = action(label, "copy", () => void copyText(text, button, label));
  return button;
}

export async function copyText(text: string, button: HTMLElement, label: string): Promise<void> {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = false;
  }
  setText(button, done ? "Copied" : "Select and copy by hand");
  setTimeout(() => setText(button, label), 2_000);
}
