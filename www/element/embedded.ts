/* The page inside another page: what is shown of it, what could not be understood, and the way out. */

import { linkNow, urlOf } from "../address.ts";
import { loadReading } from "../engine.ts";
import { openMarked } from "../gallery/marked.ts";
import { SCENARIOS } from "../scenarios.ts";
import { openScenario, select } from "../store.ts";
import { h, setAttribute } from "../views/dom.ts";
import { type Embed, unknown } from "./embed.ts";

const problems = h("div", { class: "embed-problems", role: "status" });

export function mountEmbedded({ panels, controls, theme, problems: found }: Embed): void {
  const root = document.documentElement;
  root.dataset.embed = panels.join(" ");
  root.dataset.controls = controls;
  setAttribute(root, "data-theme", theme === "auto" ? null : theme);
  // A panel that was asked for is wanted open.
  for (const details of document.querySelectorAll<HTMLDetailsElement>(
    '[data-embed~="hood"] #hood, [data-embed~="policies"] .divergence-section details',
  )) {
    details.open = true;
  }
  const out = h("a", { id: "embed-out", target: "_blank", rel: "noopener" }, "Open in flyte-lifecycle");
  const aim = (): void => {
    const link = linkNow();
    out.href = link ? urlOf(link) : location.pathname;
  };
  // Whatever way it is followed, it leads to the run as it is then.
  for (const event of ["pointerenter", "pointerdown", "focus"]) out.addEventListener(event, aim);
  select(
    (state) => state.opened,
    () => aim(),
  );
  document.querySelector("main")?.prepend(problems);
  document.querySelector("main")?.after(h("footer", { class: "embed-foot" }, out));
  for (const problem of found) complain(problem);
}

function complain(problem: string): void {
  problems.append(h("p", {}, problem));
}

/** Opens the situation that was asked for, or else the first one. */
export async function openEmbedded(scenario: string | null): Promise<void> {
  const [first] = SCENARIOS;
  const found = scenario === null ? first : SCENARIOS.find(({ id }) => id === scenario);
  if (found) return openScenario(found);
  const name = scenario as string;
  if (first) openScenario(first);
  // A real bug by its number or its trace opens where it goes wrong, with the style of the mark; another trace at its end.
  const [{ entries, names, scenarioOf, traceNamed }] = await Promise.all([
    import("../gallery/gallery.ts"),
    import("../gallery/moment.css"),
    loadReading(),
  ]);
  const entry = entries().find((each) => each.id === name || each.name === name);
  const wanted = entry ? scenarioOf(entry) : traceNamed(name);
  if (wanted) openMarked(wanted);
  else complain(unknown(`scenario=${name}`, "situation", name, [...SCENARIOS.map(({ id }) => id), ...names()]));
}
