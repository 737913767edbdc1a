/* The named situations, and the sentence of the one that is open. */

import { gallery } from "../address.ts";
import { partsOf, RULE_WORDS } from "../rules.ts";
import { SCENARIOS, type Scenario } from "../scenarios.ts";
import { openScenario, type RuleSet, scenarioOf, select } from "../store.ts";
import { capital } from "../words/format.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";

/** What is to be seen, and under which rules that is so, where others are in force. */
function sentenceUnder({ sentence, rules, config }: Scenario, inForce: RuleSet): string {
  const { base } = partsOf(rules ?? config?.rules);
  return base === inForce || sentence === "" ? sentence : `${capital(RULE_WORDS[base])}: ${sentence}`;
}

export function mountScenarios(): void {
  const list = byId("situations");
  const buttons = new Map<string, HTMLButtonElement>();
  for (const scenario of SCENARIOS) {
    const button = h("button", { type: "button", class: "situation" }, scenario.title);
    button.addEventListener("click", () => {
      openScenario(scenario);
      // On a phone the list closes, so that the diagram is what is seen next.
      if (matchMedia("(max-width: 60rem)").matches) byId<HTMLDetailsElement>("situations-box").open = false;
    });
    buttons.set(scenario.id, button);
    list.append(h("li", {}, button));
  }
  const more = h("button", { type: "button", class: "situation", id: "gallery-open" }, "Real bugs of Flyte …");
  more.addEventListener("click", () => void gallery().then((module) => module?.showGallery()));
  list.append(h("li", {}, more));
  // Wide screens show the list, narrow ones the name of what is open.
  const box = byId<HTMLDetailsElement>("situations-box");
  const narrow = matchMedia("(max-width: 60rem)");
  const fit = (): void => {
    box.open = !narrow.matches;
  };
  narrow.addEventListener("change", fit);
  fit();
  select(
    (state) => `${state.situation} ${state.opened} ${state.ready} ${state.rules}`,
    (_, state) => {
      for (const [id, button] of buttons) setAttribute(button, "aria-current", id === state.situation ? "true" : null);
      setAttribute(more, "aria-current", state.situation?.startsWith("gallery ") ? "true" : null);
      const scenario = scenarioOf(state.situation);
      const own = state.imported ? "Your TaskActions" : state.record ? "Your recorded run" : "A run of your own";
      setText(byId("situation-title"), scenario?.title ?? (state.ready ? own : "Loading the engine …"));
      setText(
        byId("situation-sentence"),
        (scenario && sentenceUnder(scenario, state.rules)) ??
          (state.imported
            ? "Read from what you opened, as it stood. It stays in this browser; the simulation continues from it."
            : state.record
              ? "Replayed from the record that you opened, command by command. It stays in this browser."
              : state.ready
                ? "Opened from a link."
                : "The diagram is drawn; the rules are on their way."),
      );
    },
  );
}
