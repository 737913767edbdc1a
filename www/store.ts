/*
 * What views know of the runs and of the engine, under one roof: the state to read, the verbs to call, the questions to ask.
 * What stands behind them is in `run/` and `state.ts`, which no view names.
 */

import type {
  ActionDetails,
  ActionId,
  ActionProtojson,
  ActionSnapshot,
  Command,
  Diagram,
  Event,
  Explanation,
  Outcome,
  RuleInfo,
  RuleSet,
  RulesConfig,
  SimulationConfig,
  TimerSnapshot,
  Why,
} from "flyte-lifecycle";
// The entry that loads nothing by itself: the page is drawn, and can say what went wrong, while the engine is loading.
import init, { diagram, outcomes, rules as ruleInfos, upstreamCommit } from "flyte-lifecycle/init";
import { type Option, optionsFor } from "./aim.ts";
import type { Coverage } from "./explore/coverage.ts";
import { type Side, same, sameFact } from "./geometry/compare.ts";
import { type Trail, trailOf } from "./geometry/trail.ts";
import type { Link } from "./location.ts";
import { seek } from "./run/acting.ts";
import { branches, present } from "./run/present.ts";
import type { Moment } from "./run/run.ts";
import { type Incident, SCENARIOS } from "./scenarios.ts";
import { get, type State, set } from "./state.ts";

export type * from "flyte-lifecycle";
export type { Option } from "./aim.ts";
export {
  branchOff,
  deliverAll,
  dispatch,
  nextBranch,
  now,
  onTick,
  pause,
  play,
  redo,
  seek,
  setSpeed,
  switchBranch,
  togglePlaying,
  undo,
} from "./run/acting.ts";
export type { Branch } from "./run/branches.ts";
export {
  type Discovery,
  openDiscovery,
  openLink,
  openRecord,
  openScenario,
  reopenAside,
  scenarioOf,
  showPolicy,
} from "./run/opening.ts";
export { say, selectAction } from "./run/present.ts";
export {
  changedPolicies,
  deliverBy,
  resetPolicies,
  runSdk,
  setPolicy,
  switchRules,
  switchToFix,
} from "./run/replaying.ts";
export type { Moment } from "./run/run.ts";
export { get, type Notice, type Preview, type State, select, subscribe } from "./state.ts";

/** The commit of flyteorg/flyte that is modelled; empty while the engine is loading. */
export let UPSTREAM_COMMIT = "";

/** Loads the engine; the page is drawn before. */
export async function start(): Promise<void> {
  await init();
  UPSTREAM_COMMIT = upstreamCommit();
  set({ ready: true });
}

// --- what is asked of the open run ----------------------------------------------------------------------------------

const LOADING: Explanation = { enabled: false, rule: "", sentence: "The engine is still loading.", events: [] };

/** Why a command would, or would not, do anything. */
export const explain = (command: Command): Explanation => present()?.explain(command) ?? LOADING;

/** Every command for an action, explained. */
export const options = (action: ActionSnapshot): Option[] => optionsFor(action, get().snapshot.timers, explain);

/** What upstream's API would tell of an action; null while it has no row. */
export const detailsOf = (action: ActionId): ActionDetails | null =>
  get().actions.has(action) ? (present()?.sim.actionDetails(action) ?? null) : null;

/** Why an action is as it is. */
export const whyOf = (action: ActionId): Why | null =>
  get().actions.has(action) ? (present()?.sim.why(action) ?? null) : null;

/** What upstream's API would tell of every action, its stored events with it. */
export function protojson(): ActionProtojson[] {
  const run = present();
  return run ? get().snapshot.actions.map(({ id }) => run.sim.protojson(id)) : [];
}

/** The last moments up to the present, oldest first. */
export const moments = (count: number): Moment[] => present()?.moments(count) ?? [];

/** What the simulation was set up with, nothing left out. */
export const settings = (): Required<SimulationConfig> | null => present()?.sim.config() ?? null;

/** The run up to the present as a trace. */
export const traceText = (): string => present()?.sim.trace() ?? "";

/** The timer that fires next. */
export const nextTimer = ({ snapshot }: State): TimerSnapshot | null =>
  snapshot.timers.reduce<TimerSnapshot | null>((first, timer) => (first && first.at <= timer.at ? first : timer), null);

let trailCache: { events: readonly Event[]; id: ActionId; trail: Trail } | null = null;

/** The way of an action through its phases. */
export function trail(id: ActionId): Trail {
  const { events } = get();
  if (trailCache?.events !== events || trailCache.id !== id) trailCache = { events, id, trail: trailOf(events, id) };
  return trailCache.trail;
}

/** Steps back to before the action ended, so that it can end otherwise. */
export function beforeTheEnd(id: ActionId): void {
  const { last } = trail(id);
  if (!last) return;
  const { events, ends } = get();
  const place = events.indexOf(last);
  const step = ends.findIndex((count) => count > place);
  if (step > 0) seek(step - 1);
}

/** The facts in which the real bug that is open goes wrong; null if this run, or these rules, do not have them. */
export function wrongFacts({ incident, told }: State): Incident["wrong"] | null {
  return incident && sameFact(told[incident.wrong.from], incident.event) ? incident.wrong : null;
}

/** The real bug whose run stands open as the gallery opens it, for a short address. */
export function untouched(): string | null {
  const { incident, held, index } = get();
  const whole = incident && wrongFacts(get()) && held.length === incident.length && index === incident.index;
  return whole && same(present()?.config.rules, incident.rules) ? incident.id : null;
}

/** Under which rules a branch is told: its own or the other set's, or with what mends the real bug that is open. */
export type Way = RuleSet | "fixed";

/** A branch told step by step, under its own rules or, its commands given again, under others. */
export function tell(id: number, as: Way): Side {
  const run = branches.runOf(id);
  const name = branches.letterOf(id);
  if (!run) return { name, steps: [], stopped: null };
  return run.tell(name, as === "fixed" ? (get().incident?.fixed ?? run.ruleSet) : as);
}

/** The run as a link holds it with what is looked at in it, or null if it is in no link unless somebody asks. */
export function toLink(asked: boolean): Link | null {
  const link = present()?.link(asked);
  if (!link) return null;
  const { selected, hood, situation } = get();
  if (selected !== null) link.action = selected;
  if (hood) link.hood = true;
  const incident = untouched();
  if (incident !== null) link.incident = incident;
  const named = SCENARIOS.find(({ id }) => id === situation);
  if (named) link.situation = named.id;
  return link;
}

/** The run as others can take it over: also one that was read from resources, which no link holds. */
export function exported(): { config: SimulationConfig; commands: Command[]; index: number } {
  const run = present();
  return { config: { ...run?.config }, commands: [...(run?.held ?? [])], index: get().index };
}

// --- what is asked of the engine ------------------------------------------------------------------------------------

/** The rules of the open run, as a search takes them. */
export const rulesInForce = (): RulesConfig => present()?.rules ?? "documented";

/** What can happen to a task in the real world, under the rules in force. */
export const outcomeList = (): Outcome[] => (present() ? outcomes(rulesInForce()) : []);

/** The diagram that rules declare. */
export const diagramOf = (rules: RulesConfig): Diagram => diagram(rules);

/** Every rule there is. */
export const ruleList = (): RuleInfo[] => ruleInfos();

// --- what is looked at ----------------------------------------------------------------------------------------------

/** Shows in the panel what a command would do. */
export function preview(label: string, command: Command | null, explanation: Explanation, asked = false): void {
  set({ preview: { label, command, explanation, asked } });
}

export function endPreview(): void {
  if (get().preview && !get().preview?.asked) set({ preview: null });
}

export function dismissPreview(): void {
  if (get().preview) set({ preview: null });
}

export function openHood(hood: boolean): void {
  if (hood !== get().hood) set({ hood });
}

/** Lays what a search has been through over the diagram, or takes it off. */
export function showCoverage(coverage: Coverage | null): void {
  if (coverage !== get().coverage) set({ coverage, notice: null, preview: null });
}
