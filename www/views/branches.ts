/*
 * The ways that the run went. Acting in the past starts another; the one that was left stays, by its letter and by what
 * it did there, and a press or a key leads back.
 */

import { type Branch, get, nextBranch, subscribe, switchBranch } from "../store.ts";
import { byId, h, reconcile, setAttribute, setText } from "./dom.ts";

export function mountBranches(): void {
  const bar = byId("branches");
  const note = h("span", { class: "branch-note" });
  const list = h("span", { class: "branch-list" });
  const known = new Map<string, HTMLElement>();
  bar.append(list, note);
  subscribe((state, before) => {
    if (state.branches === before.branches && state.branch === before.branch) return;
    const several = state.branches.length > 1;
    reconcile(
      list,
      known,
      several ? state.branches : [],
      ({ id }) => String(id),
      ({ id }) => {
        const button = h("button", { type: "button", class: "small" });
        button.addEventListener("click", () => {
          // Pressing the present one goes on to the next, as the key does, so that two are switched in one place.
          if (get().branch === id) nextBranch();
          else switchBranch(id);
        });
        return button;
      },
      (button, branch) => {
        setText(button, titleOf(branch));
        setAttribute(button, "aria-pressed", branch.id === state.branch ? "true" : "false");
        const { from } = branch;
        const left = from ? `Left branch ${from.letter} after step ${from.step}` : "As the run was opened";
        setAttribute(button, "title", left);
      },
    );
    setText(note, several ? "b: the next branch" : "Step back and act otherwise: the old future stays as a branch.");
    // Within the bar only: what people look at must not move because a branch came to be.
    const present = known.get(String(state.branch));
    if (present) {
      const [inner, outer] = [present.getBoundingClientRect(), bar.getBoundingClientRect()];
      bar.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
    }
  });
}

/** `B Success, from step 5`. */
export const titleOf = ({ letter, name, from }: Branch): string =>
  `${letter} ${name || "as opened"}${from ? `, from step ${from.step}` : ""}`;
