/*
 * Where the documented lifecycle and upstream's code part: each policy as a switch with both behaviours, and a run that
 * shows the difference. Another value plays the run again, as far as it holds.
 */

import { changedPolicies, type Divergence, get, resetPolicies, select, setPolicy, showPolicy } from "../store.ts";
import { lookUp } from "../table.ts";
import { byId, h, setAttribute, setText } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { referenceName } from "./reference.ts";
import { SHOWCASES } from "./showcase.ts";

export function mountPolicies(): void {
  const list = byId("divergences");
  const say = byId("policies-say");
  const reset = byId<HTMLButtonElement>("policies-reset");
  const tell = (text: string): void => {
    setText(say, text);
    announce(text);
  };
  let drawn = "";
  select(
    (state) => state.divergences,
    (divergences, state) => {
      const names = divergences.map(({ policy }) => policy).join();
      // The switches stay the same elements, so that the one that was just used keeps the focus.
      if (names !== drawn) {
        drawn = names;
        list.replaceChildren(...divergences.map(row));
      }
      for (const { policy, current } of divergences) {
        const item = list.querySelector(`[data-policy="${policy}"]`);
        for (const radio of item?.querySelectorAll<HTMLInputElement>("input") ?? []) {
          radio.checked = radio.value === current;
          const side = radio.closest(".side");
          if (side) setAttribute(side, "data-current", radio.checked);
        }
      }
      const changed = changedPolicies(state);
      setText(
        byId("divergences-count"),
        divergences.length === 0
          ? ""
          : changed.length === 0
            ? String(divergences.length)
            : `${divergences.length}, ${changed.length} changed`,
      );
      setAttribute(reset, "aria-disabled", changed.length === 0 ? "true" : null);
    },
  );
  list.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    const divergence = get().divergences.find(({ policy }) => `policy-${policy}` === radio.name);
    if (!divergence) return;
    const refused = setPolicy(divergence.policy, radio.value);
    const { index } = get();
    tell(
      `${divergence.policy}: ${radio.value}. ${refused ?? `Played again; all steps hold, and the run stands at step ${index}.`}`,
    );
  });
  reset.addEventListener("click", () => {
    const { rules } = get();
    resetPolicies();
    tell(`Every policy is as the ${rules} rules have it.`);
  });
  list.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-show]")?.dataset.show;
    const divergence = get().divergences.find(({ policy }) => policy === name);
    const showcase = divergence && SHOWCASES[divergence.policy];
    if (!divergence || !showcase) return;
    void showPolicy(divergence, showcase).then(() => {
      const { notice } = get();
      if (notice) tell(`${notice.title}. ${notice.text}`);
      byId("diagram").focus();
    });
  });
}

function row(divergence: Divergence): HTMLElement {
  const { policy, sentence, documented, upstream, merged, links, values } = divergence;
  const side = (value: string, name: string, says: string): HTMLElement =>
    h(
      "label",
      { class: "side" },
      h("input", { type: "radio", name: `policy-${policy}`, value }),
      h(
        "span",
        {},
        h("strong", {}, name),
        " ",
        h("code", {}, value),
        h("span", { class: "in-force" }, " in force"),
        says && h("span", { class: "side-says" }, says),
      ),
    );
  const sides = [documented, upstream, merged];
  const others = values.filter((value) => sides.every((each) => each.value !== value));
  // What has been merged since is said where it changed something.
  const isNew = merged.value !== upstream.value;
  const show = h("button", { type: "button", class: "small", "data-show": policy }, "Show me");
  setAttribute(show, "aria-label", `Show me ${policy}`);
  return h(
    "li",
    { "data-policy": policy },
    h(
      "fieldset",
      { "aria-label": `${policy}: ${sentence}` },
      h("div", { class: "policy" }, h("p", {}, h("code", {}, policy), ` ${sentence} `, ...links.map(reference)), show),
      side(
        documented.value,
        isNew && merged.value === documented.value ? "As documented and merged" : "As documented",
        documented.sentence,
      ),
      side(upstream.value, "As coded", upstream.sentence),
      isNew && merged.value !== documented.value && side(merged.value, "As merged", merged.sentence),
      others.length > 0 &&
        h("div", { class: "side-others" }, ...others.map((value) => side(value, lookUp(NAMES, value) ?? "Also", ""))),
    ),
  );
}

/** The guard's other variants, by where they come from. */
const NAMES: Record<string, string | undefined> = {
  numeric: "Numbers only, before #7120",
  retryable: "With retries, before #7875",
  table: "The table of #7797",
};

function reference(url: string): HTMLElement | string {
  // Only links to upstream are links; anything else is text.
  const name = referenceName(url);
  return name ? h("a", { class: "source", href: url, rel: "noreferrer noopener", target: "_blank" }, `${name} `) : url;
}
