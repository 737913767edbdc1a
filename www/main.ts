/* Puts the page together: the views, then the engine, then the run that the address asks for. */

import { followAddress } from "./address.ts";
import { readEmbed } from "./embed.ts";
import { say, select, start, UPSTREAM_COMMIT } from "./store.ts";
import { mountAbortQueue } from "./views/abort-queue.ts";
import { mountBranches } from "./views/branches.ts";
import { mountCompare } from "./views/compare.ts";
import { mountDetails } from "./views/details.ts";
import { mountDiagram } from "./views/diagram.ts";
import { byId } from "./views/dom.ts";
import { mountEmbedded, openEmbedded } from "./views/embedded.ts";
import { mountExplore } from "./views/explore.ts";
import { mountExport } from "./views/export.ts";
import { mountFaults } from "./views/faults.ts";
import { mountHeader } from "./views/header.ts";
import { mountHood } from "./views/hood.ts";
import { mountLink } from "./views/link.ts";
import { mountLive } from "./views/live.ts";
import { mountLog } from "./views/log.ts";
import { mountOpen } from "./views/open.ts";
import { mountOutcomes } from "./views/outcomes.ts";
import { mountPalette } from "./views/palette.ts";
import { mountPanel } from "./views/panel.ts";
import { mountPolicies } from "./views/policies.ts";
import { mountRecord } from "./views/record.ts";
import { mountScenarios } from "./views/scenarios.ts";
import { mountStores } from "./views/stores.ts";
import { mountTime } from "./views/time.ts";
import { mountTimeline } from "./views/timeline.ts";
import { mountTimers } from "./views/timers.ts";
import { mountTourOffer } from "./views/tour-offer.ts";
import { mountTree } from "./views/tree.ts";

for (const mount of [
  mountHeader,
  mountLink,
  mountScenarios,
  mountDiagram,
  mountPanel,
  mountTime,
  mountTimeline,
  mountBranches,
  mountCompare,
  mountExport,
  mountExplore,
  mountRecord,
  mountPalette,
  mountTree,
  mountStores,
  mountTimers,
  mountAbortQueue,
  mountLog,
  mountDetails,
  mountOutcomes,
  mountFaults,
  mountHood,
  mountPolicies,
  mountOpen,
  mountLive,
  mountTourOffer,
]) {
  mount();
}

const embed = readEmbed(location.search);
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
