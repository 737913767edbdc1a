/* Puts the page together: the views, then the engine, then the run that the address asks for. */

import { decode, encode } from "./location.ts";
import { SCENARIOS } from "./scenarios.ts";
import { get, openLink, openScenario, say, select, start, subscribe, toLink, UPSTREAM_COMMIT } from "./store.ts";
import { mountAbortQueue } from "./views/abort-queue.ts";
import { mountBranches } from "./views/branches.ts";
import { mountCompare } from "./views/compare.ts";
import { mountDetails } from "./views/details.ts";
import { mountDiagram } from "./views/diagram.ts";
import { byId } from "./views/dom.ts";
import { mountExport } from "./views/export.ts";
import { mountFaults } from "./views/faults.ts";
import { mountHeader } from "./views/header.ts";
import { mountHood } from "./views/hood.ts";
import { mountLive } from "./views/live.ts";
import { mountLog } from "./views/log.ts";
import { mountOpen } from "./views/open.ts";
import { mountOutcomes } from "./views/outcomes.ts";
import { mountPalette } from "./views/palette.ts";
import { mountPanel } from "./views/panel.ts";
import { mountPolicies } from "./views/policies.ts";
import { mountScenarios } from "./views/scenarios.ts";
import { mountStores } from "./views/stores.ts";
import { mountTime } from "./views/time.ts";
import { mountTimeline } from "./views/timeline.ts";
import { mountTimers } from "./views/timers.ts";
import { mountTree } from "./views/tree.ts";

for (const mount of [
  mountHeader,
  mountScenarios,
  mountDiagram,
  mountPanel,
  mountTime,
  mountTimeline,
  mountBranches,
  mountCompare,
  mountExport,
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
]) {
  mount();
}

/** The address as this page last wrote it, to tell its own changes from those of people. */
let written = location.hash;

function openAddress(): void {
  written = location.hash;
  const link = decode(location.hash);
  const [first] = SCENARIOS;
  if (link) openLink(link);
  else if (first) openScenario(first);
}

try {
  await start();
  const commit = byId<HTMLAnchorElement>("commit");
  commit.textContent = UPSTREAM_COMMIT.slice(0, 8);
  commit.href = `https://github.com/flyteorg/flyte/tree/${UPSTREAM_COMMIT}`;
  openAddress();
} catch (error) {
  say({
    tone: "error",
    title: "The engine could not be loaded",
    text: `${(error as Error).message}. The diagram stays as it is; reload to try again.`,
  });
  byId("panel").textContent = `The engine could not be loaded: ${(error as Error).message}`;
}

addEventListener("hashchange", () => {
  if (location.hash !== written) openAddress();
});

// The address follows the run. Opening something else is a step that Back takes back; a command is not, because a
// button pressed fifty times should not have to be left fifty times.
let timer: ReturnType<typeof setTimeout> | undefined;
let opened = get().situation;
let wasImported = false;

function write(push: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  const link = toLink();
  const hash = link ? `#${encode(link)}` : "";
  if (hash === location.hash) return;
  const url = hash || location.pathname + location.search;
  if (push) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  written = location.hash;
}

subscribe((state, before) => {
  if (!state.ready || state.snapshot.actions.length === 0) return;
  if (state.situation !== opened || state.imported !== wasImported) {
    opened = state.situation;
    wasImported = state.imported;
    if (location.hash !== written) return;
    write(before.commands.length > 0 && location.hash !== "");
    return;
  }
  if (state.commands === before.commands && state.selected === before.selected && state.hood === before.hood) return;
  // Browsers limit how often an address may change.
  timer ??= setTimeout(() => write(false), 300);
});

select(
  (state) => state.ready,
  (ready) => document.documentElement.toggleAttribute("data-ready", ready),
);
