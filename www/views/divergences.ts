/* Where the documented lifecycle and upstream's code part, and which side is in force. */

import { type Divergence, select } from "../store.ts";
import { byId, h, setText } from "./dom.ts";

export function mountDivergences(): void {
  select(
    (state) => state.divergences,
    (divergences) => {
      byId("divergences").replaceChildren(...divergences.map(row));
      setText(byId("divergences-count"), divergences.length === 0 ? "" : String(divergences.length));
    },
  );
}

function row({ policy, sentence, documented, upstream, current, links }: Divergence): HTMLElement {
  const side = (name: string, { value, sentence }: Divergence["documented"]): HTMLElement =>
    h(
      "div",
      { class: "side", "data-current": value === current },
      h("h3", {}, name, value === current && h("span", { class: "in-force" }, " in force")),
      h("p", {}, h("code", {}, value), ` ${sentence}`),
    );
  return h(
    "li",
    {},
    h("p", { class: "policy" }, h("code", {}, policy), ` ${sentence} `, ...links.map(reference)),
    side("As documented", documented),
    side("As coded", upstream),
  );
}

function reference(url: string): HTMLElement | string {
  // Only links to the tracker are links; anything else is text.
  const match = /^https:\/\/github\.com\/flyteorg\/flyte\/(?:issues|pull)\/(\d+)$/.exec(url);
  return match
    ? h("a", { class: "source", href: url, rel: "noreferrer noopener", target: "_blank" }, `#${match[1]}`)
    : url;
}
