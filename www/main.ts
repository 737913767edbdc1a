/* Puts the page together: the panels, then the engine, then the run that the address asks for. */

import { followAddress } from "./address.ts";
import { readEmbed } from "./element/embed.ts";
import { mountEmbedded, openEmbedded } from "./element/embedded.ts";
import { keepInLinks } from "./open-panels.ts";
import { PANELS } from "./panels.ts";
import { say, select, start, UPSTREAM_COMMIT } from "./store.ts";
import { byId } from "./views/dom.ts";
import { mountHeader } from "./views/header.ts";
import { mountLive } from "./views/live.ts";

mountHeader(PANELS);
for (const { mount } of PANELS) for (const each of mount) each();
mountLive();
keepInLinks(PANELS.map(({ id }) => id));

const embeddable = PANELS.filter((panel) => panel.embed).map(({ id }) => id);
const embed = readEmbed(location.search, embeddable);
if (embed) mountEmbedded(embed);

try {
  await start();
  const commit = byId<HTMLAnchorElement>("commit");
  commit.textContent = UPSTREAM_COMMIT.slice(0, 8);
  commit.href = `https://github.com/flyteorg/flyte/tree/${UPSTREAM_COMMIT}`;
  followAddress(embed ? () => void openEmbedded(embed.scenario) : undefined);
} catch (error) {
  say({
    tone: "error",
    title: "The engine could not be loaded",
    text: `${(error as Error).message}. The diagram stays as it is; reload to try again.`,
  });
  byId("panel").textContent = `The engine could not be loaded: ${(error as Error).message}`;
}

select(
  (state) => state.ready,
  (ready) => document.documentElement.toggleAttribute("data-ready", ready),
);
