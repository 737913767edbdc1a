/* What happens to tasks in the real world, as a pick list. Each choice is sent as the reports and the waiting that it
 * consists of, one command after the other, so that every step can be seen and taken back. */

import { type Command, explain, get, type Outcome, outcomeList, select, subscribe } from "../store.ts";
import { byId, h, setText } from "./dom.ts";
import { offers, setOffered } from "./offer.ts";
import { sourceLink } from "./panel.ts";

const GROUPS: readonly [Outcome["happensTo"], string][] = [
  ["pod", "Pod"],
  ["connector", "Connector"],
];

export function mountOutcomes(): void {
  const pick = byId<HTMLSelectElement>("outcome");
  const send = byId<HTMLButtonElement>("outcome-send");
  let list: Outcome[] = [];
  const chosen = (): Outcome | undefined => list.find(({ id }) => id === pick.value);
  const commands = (): Command[] => {
    const { selected } = get();
    return selected === null ? [] : (chosen()?.steps ?? []).map((step) => commandOf(step, selected));
  };
  const refresh = (): void => {
    const outcome = chosen();
    const [first] = commands();
    byId("outcome-why").replaceChildren(
      outcome?.sentence ?? "",
      outcome && outcome.steps.length > 1 ? ` ${outcome.steps.length} steps. ` : " ",
      sourceLink(outcome?.source) ?? "",
    );
    setOffered(send, first !== undefined && explain(first).enabled);
  };
  offers(send, () => {
    const [command, ...then] = commands();
    return {
      label: chosen()?.title ?? "Outcome",
      command: command ?? null,
      then,
      whyNot: "Choose an action first.",
    };
  });
  pick.addEventListener("input", refresh);
  select(
    // The rules decide what becomes of a plain exit code.
    (state) => state.divergences,
    (_, state) => {
      if (!state.ready) return;
      const kept = pick.value || "oomKilled";
      list = outcomeList();
      pick.replaceChildren(
        ...GROUPS.map(([group, label]) =>
          h(
            "optgroup",
            { label },
            ...list.flatMap(({ id, title, happensTo }) =>
              happensTo === group ? h("option", { value: id }, title) : [],
            ),
          ),
        ),
      );
      pick.value = kept;
      refresh();
    },
  );
  subscribe((state, before) => {
    if (state.ready && (state.turn !== before.turn || state.selected !== before.selected)) refresh();
  });
  setText(send, "Let it happen");
}

function commandOf(step: Outcome["steps"][number], action: string): Command {
  if ("advance" in step) return { type: "advance", ms: step.advance.ms };
  return "result" in step
    ? { type: "plugin", action, result: step.result }
    : { type: "plugin", action, failure: step.failure };
}
