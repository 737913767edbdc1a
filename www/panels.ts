/*
 * The panels of the page, a line for each: what mounts them, the keys that lead there and what the help says of those, and
 * whether a page that embeds this one can choose them. Only main.ts reads this, and passes on what others need of it, so
 * that no view has to know all of them.
 */

import { mountFaults } from "./hood/faults.ts";
import { mountHood } from "./hood/hood.ts";
import { mountStores } from "./hood/stores.ts";
import { mountOpen } from "./open/open.ts";
import { mountRecord } from "./open/record.ts";
import { mountPolicies } from "./policies/policies.ts";
import { nextBranch } from "./store.ts";
import { mountTourOffer } from "./tour/offer.ts";
import { mountAbortQueue } from "./views/abort-queue.ts";
import { mountBranches } from "./views/branches.ts";
import { mountCompare } from "./views/compare.ts";
import { mountDetails } from "./views/details.ts";
import { mountDiagram } from "./views/diagram.ts";
import { mountExplore, toExplorer } from "./views/explore.ts";
import { mountExport } from "./views/export.ts";
import { focusing, type Key, key, pressing } from "./views/keys.ts";
import { mountLink } from "./views/link.ts";
import { mountLog } from "./views/log.ts";
import { mountOutcomes } from "./views/outcomes.ts";
import { mountPalette } from "./views/palette.ts";
import { mountPanel } from "./views/panel.ts";
import { mountScenarios } from "./views/scenarios.ts";
import { mountTime, TIME_KEYS } from "./views/time.ts";
import { mountTimeline } from "./views/timeline.ts";
import { mountTimers } from "./views/timers.ts";
import { mountTree } from "./views/tree.ts";

export interface Panel {
  /** The name by which links and embedding pages know it; those that are out there stay as they are. */
  id: string;
  title: string;
  key: readonly Key[];
  mount: readonly (() => void)[];
  /** Whether it can be chosen by `?embed&panels=`. */
  embed: boolean;
}

// biome-ignore format: a panel is a line
export const PANELS: readonly Panel[] = [
  { id: "link", title: "Copy link", key: [], mount: [mountLink], embed: false },
  { id: "situation", title: "Situations", key: [], mount: [mountScenarios], embed: true },
  { id: "diagram", title: "Lifecycle", key: [], mount: [mountDiagram], embed: true },
  { id: "why", title: "Why", key: [], mount: [mountPanel], embed: true },
  { id: "time", title: "Steps and time", key: TIME_KEYS, mount: [mountTime], embed: false },
  { id: "timeline", title: "Timeline", key: [key("t", focusing("tl-plot"), "to the timeline: `←` `→` fact by fact, `Page` step by step, `+` `−` zoom")], mount: [mountTimeline], embed: true },
  { id: "branches", title: "Branches", key: [key("b", nextBranch, "the next branch", "embedded")], mount: [mountBranches], embed: false },
  { id: "tree", title: "Run tree", key: [], mount: [mountTree], embed: true },
  { id: "hood", title: "Under the hood", key: [], mount: [mountFaults, mountHood], embed: true },
  { id: "commands", title: "Commands", key: [], mount: [mountPalette, mountOutcomes], embed: true },
  { id: "stores", title: "Two stores", key: [], mount: [mountStores, mountDetails], embed: true },
  { id: "timers", title: "Timers", key: [], mount: [mountTimers, mountAbortQueue], embed: true },
  { id: "log", title: "Facts", key: [key("/", focusing("log-text"), "filter the facts", "embedded")], mount: [mountLog], embed: true },
  { id: "policies", title: "Where documented and coded part", key: [], mount: [mountPolicies], embed: true },
  { id: "record", title: "Your recorded run", key: [], mount: [mountRecord], embed: false },
  { id: "explore", title: "Explore", key: [key("v", toExplorer, "explore: every interleaving, and what holds in all of them")], mount: [mountExplore], embed: false },
  { id: "gallery", title: "Gallery", key: [key("g", pressing("gallery-open"), "the gallery of real bugs")], mount: [], embed: false },
  { id: "tour", title: "Tour", key: [key("w", pressing("tour-open"), "the guided tour; `Esc` leaves it")], mount: [mountTourOffer], embed: false },
  { id: "open", title: "Open", key: [key("o", pressing("open-button"), "open a run of yours")], mount: [mountOpen], embed: false },
  { id: "compare", title: "Compare", key: [key("c", pressing("compare-open"), "compare branches or rule sets")], mount: [mountCompare], embed: false },
  { id: "export", title: "Export", key: [key("e", pressing("export-open"))], mount: [mountExport], embed: false },
];
