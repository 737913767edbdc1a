/* Puts the page together: the panels, then the engine, then the run that the address asks for. */

import { followAddress } from "./address.ts";
import { readEmbed } from "./element/embed.ts";
import { mountEmbedded, openEmbedded } from "./element/embedded.ts";
import { keepInLinks } from "./open-panels.ts";
import { PANELS } from "./panels.ts";
import { say, select, start, UPSTREAM_COMMIT } from "./store.ts";
import { byId, setText } from "./views/dom.ts";
import { mountHeader } from "./views/header.ts";
import { mountLive } from "./views/live.ts";

mountHeader(PANELS);
for (const { mount } of PANELS) for (const each of mount) each();
mountLive();
keepInLinks(PANELS.map(({ id }) => id));

const embeddable = PANELS.filter((panel) => panel.embed).map(({ id }) => id);
const embed = readEmbed(location.search, embeddable);
if (embed) mountEmbedded(embed);

/** Whether the engine is there; nothing but its loading is told as a failure of the engine. */
async function load(): Promise<boolean> {
  try {
    await start();
    return true;
  } catch (error) {
    const title = "The engine could not be loaded";
    const { message } = error as Error;
    say({ tone: "error", title, text: `${message}. The diagram stays as it is; reload to try again.` });
    setText(byId("panel"), `${title}: ${message}`);
    return false;
  }
}

if (await load()) {
  const commit = byId<HTMLAnchorElement>("commit");
  setText(commit, UPSTREAM_COMMIT.slice(0, 8));
  commit.href = `https://github.com/flyteorg/flyte/tree/${UPSTREAM_COMMIT}`;
  followAddress(embed ? () => void openEmbedded(embed.scenario) : undefined);
}

select(
  (state) => state.ready,
  (ready) => document.documentElement.toggleAttribute("data-ready", ready),
);
