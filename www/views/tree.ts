/* The run's actions as a tree with the phase of each; arrow keys move, and what has the focus is selected. */

import { type Row, rowsOf } from "../geometry/tree.ts";
import { type ActionId, type ActionSnapshot, selectAction, subscribe } from "../store.ts";
import { badge, setBadge } from "./badge.ts";
import { byId, h, reconcile, setAttribute, setText } from "./dom.ts";

export function mountTree(): void {
  const tree = byId("tree");
  const known = new Map<string, HTMLElement>();
  let rows: Row[] = [];
  tree.addEventListener("keydown", (event) => {
    const at = rows.findIndex(({ action }) => known.get(action.id) === document.activeElement);
    const parent = rows[at]?.action.parent ?? null;
    const target =
      event.key === "ArrowDown"
        ? rows[at + 1]
        : event.key === "ArrowUp"
          ? rows[at - 1]
          : event.key === "Home"
            ? rows[0]
            : event.key === "End"
              ? rows.at(-1)
              : event.key === "ArrowLeft"
                ? rows.find(({ action }) => action.id === parent)
                : event.key === "ArrowRight"
                  ? rows.find(({ action }) => action.parent === rows[at]?.action.id)
                  : undefined;
    if (!target) return;
    event.preventDefault();
    selectAction(target.action.id);
    known.get(target.action.id)?.focus();
  });
  subscribe((state, before) => {
    if (state.turn === before.turn && state.selected === before.selected) return;
    rows = rowsOf(state.snapshot.actions, state.actions);
    reconcile(
      tree,
      known,
      rows,
      ({ action }) => action.id,
      ({ action, level }) => row(action, level),
      (element, { action }) => update(element, action, state.selected),
    );
    setText(byId("tree-count"), rows.length === 1 ? "1 action" : `${rows.length} actions`);
  });
}

function row(action: ActionSnapshot, level: number): HTMLElement {
  const element = h(
    "div",
    { class: "tree-row", role: "treeitem", "aria-level": level, "data-level": Math.min(level, 6), tabindex: -1 },
    h("span", { class: "tree-name" }, level === 1 ? action.id : action.name),
    h("span", { class: "tree-kind" }, action.kind === "task" ? "" : action.kind),
    badge(action.phase),
    h("span", { class: "tree-attempt" }),
  );
  element.addEventListener("click", () => {
    selectAction(action.id);
    element.focus();
  });
  return element;
}

function update(element: HTMLElement, action: ActionSnapshot, selected: ActionId | null): void {
  const current = action.id === selected;
  setAttribute(element, "aria-selected", current ? "true" : "false");
  setAttribute(element, "tabindex", current ? 0 : -1);
  const mark = element.querySelector(".badge");
  if (mark) setBadge(mark, action.phase);
  const attempt = element.querySelector(".tree-attempt");
  if (attempt) setText(attempt, action.maxAttempts > 1 ? `${action.attempts}/${action.maxAttempts}` : "");
}
