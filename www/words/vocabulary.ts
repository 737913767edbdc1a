/*
 * What the engine's own tables say, as the page needs it before the engine is there. `vocabulary.json` is written from them
 * by `tests/vocabulary.rs`, which fails as soon as they say something else.
 */

import type {
  ActionKind,
  ActionPhase,
  CacheStatus,
  Call,
  ExploreInput,
  FaultReply,
  PlannedKind,
  Service,
} from "flyte-lifecycle";
import told from "./vocabulary.json";

const phases = told.actionPhases as { name: ActionPhase; terminal: boolean }[];

/** Phases in the order of the lifecycle, up to those after which nothing follows but a retry. */
const GOING_ON = phases.filter(({ terminal }) => !terminal).map(({ name }) => name);

/** Whether nothing follows but a retry. */
export const isEnd = (phase: ActionPhase): boolean => !GOING_ON.includes(phase);

/** How far along a phase is; all ends are equally far. */
export const rank = (phase: ActionPhase): number => (isEnd(phase) ? GOING_ON.length : GOING_ON.indexOf(phase));

export interface CallInfo {
  name: Call;
  /** Whose it is; null: the executor asks the cache. */
  service: Service | null;
  replies: FaultReply[];
  /** It is about a whole process and goes wrong at once, for all actions. */
  ofProcess: boolean;
}

/** The calls between the parts of the control plane that can be made to fail. */
export const CALLS = told.calls as CallInfo[];

/** What is told of the cache, by its number. */
export const CACHE_STATUSES = told.cacheStatuses as CacheStatus[];

/** The same in a word or two. */
export const cacheWord = (status: number): string =>
  CACHE_STATUSES[status]?.replace("CACHE_", "").replaceAll("_", " ").toLowerCase() ?? String(status);

/** The processes that can be restarted. */
export const SERVICES = told.services as Service[];

const plannedKinds = told.plannedKinds as { name: PlannedKind; kind: ActionKind }[];

/** The kind of action that an action of a model is. */
export const actionKindOf = (planned: PlannedKind): ActionKind | undefined =>
  plannedKinds.find(({ name }) => name === planned)?.kind;

/** Something that a model has or has not: an input, an action of a kind, a garbage collector that sweeps. */
export interface Need {
  input?: ExploreInput;
  kind?: PlannedKind;
  collects?: boolean;
}

/** One of these has to be in a model for a rule to decide, beside an action that it can be about. */
export const RULE_NEEDS = told.ruleNeeds as { rule: string; oneOf: Need[] }[];

/** The report without which no plugin brings a task into a phase. */
export const PHASE_NEEDS = told.phaseNeeds as { phase: ActionPhase; input: ExploreInput }[];
