/*
 * The one place where the page meets the engine. The store owns the simulation, turns what people do into commands, and
 * tells its subscribers what is to be seen. Views read the state and call the verbs below; nobody else imports the
 * package.
 */

import type {
  ActionDetails,
  ActionId,
  ActionProtojson,
  ActionSnapshot,
  Command,
  Diagram,
  Divergence,
  Event,
  Explanation,
  Outcome,
  Policies,
  RuleInfo,
  RuleSet,
  RulesConfig,
  RunCheck,
  SimulationConfig,
  Snapshot,
  TimerSnapshot,
} from "flyte-lifecycle";
// The entry that loads nothing by itself: the page is drawn, and can say what went wrong, while the engine is loading.
import init, {
  diagram,
  LifecycleError,
  outcomes,
  rules as ruleInfos,
  Simulation,
  upstreamCommit,
} from "flyte-lifecycle/init";
import { type Option, optionsFor } from "./aim.ts";
import { checkRecord } from "./check/checker.ts";
import { inWords, labelOf } from "./commands.ts";
import { atOnce, type Told as Beginning, byHand, parting, readTrace } from "./engine.ts";
import type { Coverage } from "./explore/coverage.ts";
import { type Side, same, sameFact, type Told } from "./geometry/compare.ts";
import { type Trail, trailOf } from "./geometry/trail.ts";
import { type Link, trouble } from "./location.ts";
import { type Incident, SCENARIOS, type Scenario } from "./scenarios.ts";
import type { Showcase } from "./showcase.ts";

export type * from "flyte-lifecycle";

/** The commit of flyteorg/flyte that is modelled; empty while the engine is loading. */
export let UPSTREAM_COMMIT = "";

/** Something to be said in place: an error, or what became of a link or of a change of rules. */
export interface Notice {
  tone: "error" | "info";
  title: string;
  text: string;
  /** Offers to take back what led here. */
  back?: { label: string; run: () => void };
}

/** What a command would do, as the panel shows it while a button has the focus or the pointer. */
export interface Preview {
  label: string;
  explanation: Explanation;
  /** The command, if there is one to be sent. */
  command: Command | null;
  /** Asked for by pressing, not only by passing over. */
  asked: boolean;
}

export type { Option } from "./aim.ts";

export interface State {
  ready: boolean;
  rules: RuleSet;
  situation: string | null;
  /** Grows whenever another run is opened. */
  opened: number;
  /** The run was read from a resource; no link can hold it. */
  imported: boolean;
  /** The run was read from a record, and this is what was found in it. */
  record: RunCheck | null;
  snapshot: Snapshot;
  actions: ReadonlyMap<ActionId, ActionSnapshot>;
  events: readonly Event[];
  /** Grows whenever facts were taken back, so that a list which only appends knows when not to. */
  rewound: number;
  /** The facts of the step before the present. */
  recent: readonly Event[];
  commands: readonly Command[];
  /** All the commands held, those undone included. */
  held: readonly Command[];
  /** Their facts, those of the commands undone included, and how many there were after so many commands. */
  told: readonly Event[];
  ends: readonly number[];
  /** The ways that were gone, the present one among them; one unless somebody acted in the past. */
  branches: readonly Branch[];
  branch: number;
  index: number;
  /** How far back one can go: to the beginning, or to the resources that were read. */
  floor: number;
  selected: ActionId | null;
  diagram: Diagram;
  divergences: readonly Divergence[];
  /** Whether each piece of work waits to be delivered by hand. */
  byHand: boolean;
  /** Whether one looks under the hood. */
  hood: boolean;
  startTime: number;
  playing: boolean;
  speed: number;
  notice: Notice | null;
  preview: Preview | null;
  /** What a search has been through, while the diagram shows that and not the run. */
  coverage: Coverage | null;
  /** The real bug that was opened. */
  incident: Incident | null;
}

const EMPTY: State = {
  ready: false,
  rules: "documented",
  situation: null,
  opened: 0,
  imported: false,
  record: null,
  snapshot: { now: 0, actions: [], timers: [], abortQueue: [], pending: [], eventLog: [], cache: [], faults: [] },
  actions: new Map(),
  events: [],
  rewound: 0,
  recent: [],
  commands: [],
  held: [],
  told: [],
  ends: [0],
  branches: [],
  branch: 0,
  index: 0,
  floor: 0,
  selected: null,
  diagram: { rules: "documented", states: [], edges: [] },
  divergences: [],
  byHand: false,
  hood: false,
  startTime: 0,
  playing: false,
  speed: 10,
  notice: null,
  preview: null,
  coverage: null,
  incident: null,
};

type Listener = (state: State, before: State) => void;

let state: State = EMPTY;
const listeners = new Set<Listener>();

/** Everything a simulation is made from; kept so that a change of rules can start again from it. */
let config: SimulationConfig = {};
let sim: Simulation | null = null;
/** For an imported run: makes its beginning again under other rules. */
let imported: unknown = null;
/** A record, what it led to, and whether anything was done since to that. */
interface Recorded {
  value: unknown;
  check: RunCheck;
  touched: boolean;
}

/** For a run that was read from a record. */
let record: Recorded | null = null;
/** The commands that people meant, also those that the present rules do not take. */
let intended: Command[] = [];
/** How many commands it took to read the resources; no rule set and no undo takes those back. */
let floor = 0;
/** How many facts there were after so many commands. */
let bounds: number[] = [0];
let held: Command[] = [];
/** The facts of all the commands held. */
let told: readonly Event[] = [];

export const get = (): State => state;

/** Calls back after every change, and at once. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  listener(state, EMPTY);
  return () => listeners.delete(listener);
}

/** Calls back when the selected part changes, and at once. */
export function select<T>(part: (state: State) => T, listener: (value: T, state: State) => void): () => void {
  let last: T | undefined;
  let first = true;
  return subscribe((state) => {
    const value = part(state);
    if (!first && Object.is(value, last)) return;
    first = false;
    last = value;
    listener(value, state);
  });
}

function set(change: Partial<State>): void {
  const before = state;
  state = { ...state, ...change };
  for (const listener of listeners) listener(state, before);
}

/** Loads the engine; the page is drawn before. */
export async function start(): Promise<void> {
  await init();
  UPSTREAM_COMMIT = upstreamCommit();
  set({ ready: true });
}

// --- opening ------------------------------------------------------------------------------------------------------

/** What became of an attempt to replay commands. */
interface Replayed {
  done: number;
  error: LifecycleError | null;
}

function replay(next: Simulation, commands: readonly Command[]): Replayed & { bounds: number[] } {
  let count = next.events().length;
  const marks = [...Array<number>(next.index).fill(0), count];
  for (const [at, command] of commands.entries()) {
    try {
      count += next.dispatch(command).events.length;
    } catch (error) {
      return { done: at, error: lifecycleError(error), bounds: marks };
    }
    marks.push(count);
  }
  return { done: commands.length, error: null, bounds: marks };
}

function lifecycleError(error: unknown): LifecycleError {
  // Anything else is a bug of the page or the engine, and hiding it would help nobody.
  if (error instanceof LifecycleError) return error;
  throw error;
}

/** Takes over a simulation that is complete; until here the run that was open is untouched. */
function adopt(next: Simulation, marks: number[], replayed: number, at: number, change: Partial<State>): void {
  stop();
  const old = sim;
  sim = next;
  bounds = marks;
  floor = imported === null ? 0 : next.index - replayed;
  held = next.commands();
  told = next.events();
  if (at < held.length) next.seek(at);
  samples.clear();
  old?.free();
  const rules = ruleSetOf(config);
  refresh({
    rules,
    floor,
    diagram: diagram(config.rules ?? "documented"),
    divergences: next.divergences(),
    byHand: config.delivery === "manual",
    startTime: config.startTime ?? Number(next.config().startTime),
    branches: state.branches.map((branch) => (branch.id === state.branch ? { ...branch, rules } : branch)),
    rewound: state.rewound + 1,
    notice: null,
    preview: null,
    ...change,
  });
}

const ruleSetOf = ({ rules }: SimulationConfig): RuleSet =>
  typeof rules === "object" ? rules.base : (rules ?? "documented");

/** The situation that was opened last. */
let shown: Scenario | null = null;

/** Opens one of the named situations. */
export function openScenario(scenario: Scenario): void {
  opening += 1;
  putAside();
  config = { rules: scenario.rules ?? "documented", ...scenario.config };
  imported = null;
  shown = scenario;
  const next = new Simulation(config);
  const { bounds: marks, done, error } = replay(next, scenario.commands);
  intended = [...scenario.commands];
  adopt(next, marks, done, Math.min(scenario.at ?? done, done), {
    situation: scenario.id,
    ...alone(),
    imported: false,
    selected: scenario.select ?? null,
    hood: scenario.hood ?? state.hood,
    incident: scenario.incident ?? null,
    notice: error && stepNotice("This situation does not hold", done, scenario.commands, error),
  });
}

/** The situation of that name: one of the list, or the one that was made to show a policy. */
export const scenarioOf = (id: string | null): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.id === id) ?? (shown?.id === id ? shown : undefined);

/** Opens a link as far as it holds; if nothing of it does, what was open stays. */
export function openLink(link: Link): void {
  const { broken } = link;
  let problem = broken && link.commands.length === 0 ? trouble(broken) : "";
  let next: Simulation | null = null;
  try {
    if (!problem) next = new Simulation(link.config);
  } catch (error) {
    problem = lifecycleError(error).message;
  }
  if (!next) {
    const [first] = SCENARIOS;
    if (!sim && first) openScenario(first);
    say({ tone: "error", title: "This link cannot be opened", text: problem });
    return;
  }
  opening += 1;
  putAside();
  config = link.config;
  imported = null;
  const { bounds: marks, done, error } = replay(next, link.commands);
  intended = [...link.commands];
  const title = "This link opens up to here";
  const notice: Notice | null = error
    ? stepNotice(title, done, link.commands, error)
    : broken === undefined
      ? null
      : { tone: "error", title, text: trouble(broken) };
  const situation = link.situation ?? null;
  adopt(next, marks, done, Math.min(link.index ?? done, done), {
    situation: SCENARIOS.some(({ id }) => id === situation) ? situation : null,
    ...alone(),
    imported: false,
    selected: link.action ?? null,
    hood: link.hood ?? state.hood,
    incident: null,
    notice,
  });
}

/** The last run that was read from what somebody has, when something else was opened; no address holds it. */
let aside: {
  value: unknown;
  record: Recorded | null;
  config: SimulationConfig;
  intended: Command[];
  at: number;
} | null = null;

/** What is opened next is no record, unless it says so. */
function putAside(): void {
  if (sim && (imported !== null || record))
    aside = { value: imported, record, config, intended, at: sim.index - floor };
  record = null;
}

/** Opens again the run that was read from what somebody has, as it was left; answers whether there was one. */
export function reopenImported(): boolean {
  if (!aside) return false;
  const { value, at, ...rest } = aside;
  const next = value === null ? new Simulation(rest.config) : Simulation.fromTaskActions(value, rest.config);
  const beginning = next.index;
  ({ config, intended, record } = rest);
  imported = value;
  const { bounds: marks, done } = replay(next, intended);
  adopt(next, marks, done, beginning + Math.min(at, done), {
    situation: null,
    ...alone(),
    imported: value !== null,
    record: record?.check ?? null,
    incident: null,
  });
  return true;
}

/** Replays a recorded run and shows what no rule explains in it. Rejects, with nothing lost, if it cannot be read. */
export async function openRecord(value: unknown): Promise<RunCheck> {
  opening += 1;
  const check = await checkRecord(value, { rules: ruleSetOf(config) });
  putAside();
  takeRecord(value, check, state.opened + 1);
  return check;
}

function takeRecord(value: unknown, check: RunCheck, opened: number): void {
  config = check.config;
  imported = null;
  record = { value, check, touched: false };
  const next = new Simulation(config);
  const { bounds: marks, done, error } = replay(next, check.commands);
  intended = check.commands;
  const notice = error && stepNotice("The record is replayed up to here", done, check.commands, error);
  adopt(next, marks, done, done, {
    situation: null,
    ...alone(),
    opened,
    imported: false,
    record: check,
    selected: null,
    incident: null,
    notice,
  });
}

/** Checks the record again under other rules: what no rule explained may be explained by those, and the other way round. */
async function checkAgain(rules: RulesConfig): Promise<void> {
  if (!record) return;
  opening += 1;
  const mine = opening;
  const { value } = record;
  try {
    const check = await checkRecord(value, { rules });
    if (mine === opening) takeRecord(value, check, state.opened);
  } catch (error) {
    if (mine === opening)
      say({ tone: "error", title: "The record could not be checked again", text: (error as Error).message });
  }
}

/** Continues from resources as kubectl prints them. Throws, with nothing lost, if they cannot be read. */
export function openTaskActions(value: unknown): void {
  const fresh: SimulationConfig = { rules: ruleSetOf(config) };
  const next = Simulation.fromTaskActions(value, fresh);
  putAside();
  config = fresh;
  imported = value;
  intended = [];
  // However many commands it took to get there, the run begins where the resources stand.
  const { bounds: marks } = replay(next, []);
  adopt(next, marks, 0, next.index, { situation: null, ...alone(), imported: true, selected: null, incident: null });
}

/** Plays the same commands under the other rule set, as far as they hold. */
export function switchRules(rules: RuleSet): void {
  if (rules !== ruleSetOf(config)) changeRules(rules, `under the ${rules} rules`, ruleSetOf(config));
}

/** Plays the same commands under the rules that mend the real bug that is open. */
export function switchToFix(): void {
  const { incident, rules } = state;
  if (incident?.fixed) changeRules(incident.fixed, `with ${incident.fix}`, rules);
}

/** The facts in which the real bug that is open goes wrong; null if this run, or these rules, do not have them. */
export function wrongFacts({ incident, told }: State): Incident["wrong"] | null {
  return incident && sameFact(told[incident.wrong.from], incident.event) ? incident.wrong : null;
}

/** The real bug whose run stands open as the gallery opens it, for a short address. */
export function untouched(): string | null {
  const { incident, held, index } = state;
  const whole = incident && wrongFacts(state) && held.length === incident.length && index === incident.index;
  return whole && same(config.rules, incident.rules) ? incident.id : null;
}

/** Plays the same commands under other rules, as far as they hold; `back` is what the rules so far are called. */
function changeRules(rules: RulesConfig, how: string, back: string): void {
  if (!sim) return;
  // A record that nobody has gone on from is read anew, since other rules find other commands behind it.
  if (record && !record.touched) return void checkAgain(rules);
  const before = config.rules ?? "documented";
  // Undone steps come along, so that a comparison can be made at any step.
  const wanted = sim.index === held.length ? intended.length : sim.index - floor;
  reopen({ ...config, rules }, intended, wanted, (done, error) =>
    error
      ? {
          ...stepNotice(`Not every step holds ${how}`, done, intended, error),
          back: { label: `Back to ${back}`, run: () => changeRules(before, how, back) },
        }
      : null,
  );
}

/** Makes the beginning of the open run. */
const begin = (from: SimulationConfig): Simulation =>
  imported === null ? new Simulation(from) : Simulation.fromTaskActions(imported, from);

/** Plays commands from the beginning of the open run, made with another configuration. */
function reopen(
  changed: SimulationConfig,
  commands: Command[],
  wanted: number,
  noticeOf: (done: number, error: LifecycleError | null) => Notice | null,
): void {
  const next = begin(changed);
  const { bounds: marks, done, error } = replay(next, commands);
  config = changed;
  const beginning = next.index - done;
  adopt(next, marks, done, beginning + Math.min(wanted, done), { notice: noticeOf(done, error) });
  intended = commands;
}

function stepNotice(title: string, done: number, commands: readonly Command[], error: LifecycleError): Notice {
  const command = commands[done];
  return {
    tone: "error",
    title,
    text: `Step ${done + 1} of ${commands.length}, “${command ? inWords(command) : ""}”, no longer holds: ${error.message}`,
  };
}

// --- what people do -----------------------------------------------------------------------------------------------

/** Sends a command. A refusal is shown in place and changes nothing. */
export function dispatch(command: Command, label = inWords(command)): boolean {
  if (!sim) return false;
  flush();
  if (!send(command, label)) return false;
  return true;
}

function send(command: Command, label: string): boolean {
  if (!sim) return false;
  const at = sim.index;
  if (same(command, held[at])) {
    // Doing again what was done next is no other future.
    sim.seek(at + 1);
    refresh({ notice: null, preview: null });
    return true;
  }
  const future = at < held.length ? { ...present(sim), sim: sim.fork() } : null;
  let done: Command;
  try {
    const step = sim.dispatch(command);
    for (const index of samples.keys()) if (index > at) samples.delete(index);
    // As it was carried out: a draw that was left out is filled in.
    done = step.command;
    bounds = [...bounds.slice(0, at + 1), (bounds[at] ?? 0) + step.events.length];
    told = [...told.slice(0, bounds[at]), ...step.events];
  } catch (error) {
    future?.sim.free();
    const { code, message } = lifecycleError(error);
    say({ tone: "error", title: `${label}: not now`, text: `${message} (${code})` });
    return false;
  }
  held = [...held.slice(0, at), done];
  if (record) record = { ...record, touched: true };
  intended = held.slice(floor);
  refresh({ notice: null, preview: null, ...(future ? keep(future, at, label) : {}) });
  return true;
}

/** Reads from the simulation what has changed. */
function refresh(change: Partial<State> = {}): void {
  if (!sim) return;
  const snapshot = sim.snapshot();
  const end = bounds[sim.index] ?? 0;
  const begin = sim.index > 0 ? (bounds[sim.index - 1] ?? 0) : 0;
  const kept =
    change.rewound === undefined && end >= state.events.length && bounds[state.index] === state.events.length;
  const events = end === told.length ? told : told.slice(0, end);
  const actions = new Map(snapshot.actions.map((action) => [action.id, action]));
  const wanted = change.selected === undefined ? state.selected : change.selected;
  const selected = wanted !== null && actions.has(wanted) ? wanted : (snapshot.actions[0]?.id ?? null);
  explained.clear();
  samples.set(sim.index, snapshot);
  set({
    snapshot,
    actions,
    events,
    rewound: kept ? state.rewound : state.rewound + 1,
    recent: events.slice(begin, end),
    commands: held.slice(0, sim.index),
    held,
    told,
    ends: bounds,
    index: sim.index,
    ...change,
    selected,
  });
}

export function selectAction(id: ActionId): void {
  if (id !== state.selected) set({ selected: id, preview: null });
}

export function undo(): void {
  seek(state.index - 1);
}

export function redo(): void {
  seek(state.index + 1);
}

/** Stands after so many commands; the later ones are kept until another is sent. */
export function seek(index: number): void {
  if (!sim || index < floor || index > held.length || index === sim.index) return;
  stop();
  sim.seek(index);
  refresh({ notice: null, preview: null });
}

/** Steps back to before the action ended, so that it can end otherwise. */
export function beforeTheEnd(id: ActionId): void {
  const last = trail(id).last;
  if (!last) return;
  const place = state.events.indexOf(last);
  const step = bounds.findIndex((count) => count > place);
  if (step > 0) seek(step - 1);
}

export function say(notice: Notice | null): void {
  set({ notice, preview: null });
}

// --- branches -----------------------------------------------------------------------------------------------------

/** One way that the run went. */
export interface Branch {
  id: number;
  /** A, B, … in the order in which they came to be. */
  letter: string;
  /** By what it differs from the others. */
  name: string;
  rules: RuleSet;
  /** After how many commands it left another branch, and which; null for the first. */
  from: { step: number; letter: string } | null;
}

/** A way that is not the present one, with all that it takes to go on there. */
interface Kept {
  sim: Simulation;
  config: SimulationConfig;
  imported: unknown;
  intended: Command[];
  floor: number;
  bounds: number[];
  held: Command[];
  told: readonly Event[];
}

const kept = new Map<number, Kept>();

const present = (sim: Simulation): Kept => ({ sim, config, imported, intended, floor, bounds, held, told });

/** The branches of a run that has just been opened. */
function alone(): Pick<State, "branches" | "branch" | "opened" | "record"> {
  for (const { sim } of kept.values()) sim.free();
  kept.clear();
  const branches = [{ id: 0, letter: "A", name: "", rules: ruleSetOf(config), from: null }];
  return { branches, branch: 0, opened: state.opened + 1, record: null };
}

/** Keeps a future that somebody left by acting in the past; the new one is the present branch from now on. */
function keep(future: Kept, step: number, label: string): Partial<State> {
  const left = state.branch;
  kept.set(left, future);
  const id = Math.max(...state.branches.map((branch) => branch.id)) + 1;
  const next = future.held[step];
  const branches = state.branches.map((branch) =>
    branch.id === left && branch.name === "" && next ? { ...branch, name: labelOf(next) } : branch,
  );
  const letter = branches.find((branch) => branch.id === left)?.letter ?? "A";
  branches.push({ id, letter: letterOf(id), name: label, rules: ruleSetOf(config), from: { step, letter } });
  return { branches, branch: id };
}

/** A to Z, then A2 to Z2. */
const letterOf = (id: number): string =>
  String.fromCharCode(65 + (id % 26)) + (id < 26 ? "" : String(Math.floor(id / 26) + 1));

/** Goes over to another branch, at its end or after so many commands; the present one is kept. */
export function switchBranch(id: number, at?: number): void {
  pause();
  const target = kept.get(id);
  if (!target || !sim) return;
  kept.delete(id);
  kept.set(state.branch, present(sim));
  ({ sim, config, imported, intended, floor, bounds, held, told } = target);
  sim.seek(Math.min(Math.max(at ?? held.length, floor), held.length));
  refresh({
    rules: ruleSetOf(config),
    floor,
    diagram: diagram(config.rules ?? "documented"),
    divergences: sim.divergences(),
    startTime: Number(sim.config().startTime),
    branch: id,
    rewound: state.rewound + 1,
    notice: null,
    preview: null,
  });
}

/** The branch after the present one, round and round. */
export function nextBranch(): void {
  const { branches, branch } = state;
  const at = branches.findIndex(({ id }) => id === branch);
  const next = branches[(at + 1) % branches.length];
  if (next) switchBranch(next.id);
}

/** Under which rules a branch is told: its own or the other set's, or with what mends the real bug that is open. */
export type Way = RuleSet | "fixed";

/** A branch told step by step, under its own rules or, its commands given again, under others. */
export function tell(id: number, as: Way): Side {
  const way = id === state.branch ? sim && present(sim) : kept.get(id);
  const name = state.branches.find((branch) => branch.id === id)?.letter ?? "";
  if (!way) return { name, steps: [], stopped: null };
  const fixed = as === "fixed" ? state.incident?.fixed : undefined;
  const rules = as === "fixed" ? (fixed ?? ruleSetOf(way.config)) : as;
  if (rules === ruleSetOf(way.config))
    return { name, steps: stepsOf(way.held, way.told, way.bounds, way.floor), stopped: null };
  const changed: SimulationConfig = { ...way.config, rules };
  let other: Simulation;
  try {
    other = way.imported === null ? new Simulation(changed) : Simulation.fromTaskActions(way.imported, changed);
  } catch (error) {
    return { name, steps: [], stopped: lifecycleError(error).message };
  }
  const begin = other.index;
  const { bounds: marks, error, done } = replay(other, way.intended);
  const command = way.intended[done];
  const side: Side = {
    name,
    steps: stepsOf(other.commands(), other.events(), marks, begin),
    stopped: error && `Step ${begin + done + 1}, “${command ? inWords(command) : ""}”, is refused: ${error.message}`,
  };
  other.free();
  return side;
}

const stepsOf = (
  commands: readonly Command[],
  events: readonly Event[],
  ends: readonly number[],
  from: number,
): Told[] =>
  commands.slice(from).map((command, at) => ({ command, events: events.slice(ends[from + at], ends[from + at + 1]) }));

/** What the simulation was set up with, nothing left out. */
export const settings = (): Required<SimulationConfig> | null => sim?.config() ?? null;

/** The run up to the present as a trace. */
export const traceText = (): string => sim?.trace() ?? "";

// --- time ---------------------------------------------------------------------------------------------------------

/*
 * While playing, the clock runs on the page and becomes an `advance` only when a timer is due or somebody acts: a
 * minute of waiting is one command, not a hundred. It is read from the monotonic clock and never summed up from
 * animation frames, so a tab that was hidden is right again at its next interval.
 */
let since = 0;
let interval: ReturnType<typeof setInterval> | undefined;

const elapsed = (): number => (state.playing ? Math.floor((performance.now() - since) * state.speed) : 0);

/** Virtual time as it should be shown now. */
export const now = (): number => state.snapshot.now + elapsed();

export function play(): void {
  if (state.playing || !sim) return;
  since = performance.now();
  set({ playing: true, preview: null });
  interval = setInterval(whilePlaying, 200);
}

export function pause(): void {
  flush();
  stop();
}

function stop(): void {
  clearInterval(interval);
  if (state.playing) set({ playing: false });
}

export function setSpeed(speed: number): void {
  flush();
  set({ speed });
}

/** Makes the time that has passed on the page pass in the simulation. */
function flush(): void {
  const ms = elapsed();
  since = performance.now();
  if (ms > 0 && !send({ type: "advance", ms }, "Time")) stop();
}

function whilePlaying(): void {
  const due = Math.min(...state.snapshot.timers.map((timer) => timer.at));
  if (now() >= due) flush();
  for (const listener of ticking) listener(now());
}

const ticking = new Set<(now: number) => void>();

/** Calls back while the clock runs, for what counts down. */
export function onTick(listener: (now: number) => void): void {
  ticking.add(listener);
}

/** The timer that fires next. */
export const nextTimer = ({ snapshot }: State): TimerSnapshot | null =>
  snapshot.timers.reduce<TimerSnapshot | null>((first, timer) => (first && first.at <= timer.at ? first : timer), null);

// --- asking -------------------------------------------------------------------------------------------------------

const explained = new Map<string, Explanation>();

/** Why a command would, or would not, do anything. */
export function explain(command: Command): Explanation {
  const key = JSON.stringify(command);
  let answer = explained.get(key);
  if (!answer) {
    answer = ask(command);
    explained.set(key, answer);
  }
  return answer;
}

function ask(command: Command): Explanation {
  if (!sim) return { enabled: false, rule: "", sentence: "The engine is still loading.", events: [] };
  try {
    return sim.explain(command);
  } catch (error) {
    const { code, message, rule } = lifecycleError(error);
    return { enabled: false, rule: rule ?? "", sentence: message, code, message, events: [] };
  }
}

/** Every command for an action, explained. */
export const options = (action: ActionSnapshot): Option[] => optionsFor(action, state.snapshot.timers, explain);

/** Shows in the panel what a command would do. */
export function preview(label: string, command: Command | null, explanation: Explanation, asked = false): void {
  set({ preview: { label, command, explanation, asked } });
}

export function endPreview(): void {
  if (state.preview && !state.preview.asked) set({ preview: null });
}

export function dismissPreview(): void {
  if (state.preview) set({ preview: null });
}

let trailCache: { events: readonly Event[]; id: ActionId; trail: Trail } | null = null;

/** The way of an action through its phases. */
export function trail(id: ActionId): Trail {
  if (trailCache?.events !== state.events || trailCache.id !== id) {
    trailCache = { events: state.events, id, trail: trailOf(state.events, id) };
  }
  return trailCache.trail;
}

/**
 * The run as a link holds it, or null if it was read from resources, which stay here. One that was read from a record is
 * commands, which a link can hold, but only if somebody asks for it.
 */
export function toLink(asked: boolean): Link | null {
  if (!sim || imported !== null || (record && !asked)) return null;
  // What a simulation is made from and the list of what was done are replaced, never changed.
  const link: Link = { config, commands: held };
  if (state.index < held.length) link.index = state.index;
  if (state.selected !== null) link.action = state.selected;
  if (state.hood) link.hood = true;
  const incident = untouched();
  if (incident !== null) link.incident = incident;
  if (SCENARIOS.some(({ id }) => id === state.situation)) link.situation = state.situation as string;
  return link;
}

// --- under the hood -----------------------------------------------------------------------------------------------

/** Counts what was opened, so that a trace that arrives late does not take the place of something newer. */
let opening = 0;

/** The configuration and the commands of a trace that comes with the page. */
async function traceOf(name: string): Promise<Pick<Beginning, "config" | "commands"> | null> {
  try {
    const { TRACES } = await import("./traces.ts");
    const text = TRACES[name];
    if (text === undefined) throw new Error(`There is no trace ${name}`);
    return readTrace(text);
  } catch (error) {
    say({ tone: "error", title: "This trace could not be opened", text: `${(error as Error).message}.` });
    return null;
  }
}

export function openHood(hood: boolean): void {
  if (hood !== state.hood) set({ hood });
}

/** The stores as they stood after so many commands, by their number. */
const samples = new Map<number, Snapshot>();

export interface Moment {
  index: number;
  snapshot: Snapshot;
  /** The facts of the command that led there. */
  facts: readonly Event[];
}

/** The last moments up to the present, oldest first. */
export function moments(count: number): Moment[] {
  if (!sim) return [];
  const first = Math.max(floor, sim.index - count + 1);
  const list: Moment[] = [];
  let past: Simulation | null = null;
  for (let index = first; index <= sim.index; index += 1) {
    let snapshot = samples.get(index);
    if (!snapshot) {
      past ??= sim.fork();
      past.seek(index);
      snapshot = past.snapshot();
      samples.set(index, snapshot);
    }
    const facts = index > floor ? state.events.slice(bounds[index - 1] ?? 0, bounds[index] ?? 0) : [];
    list.push({ index, snapshot, facts });
  }
  past?.free();
  for (const index of samples.keys()) if (index < first - count) samples.delete(index);
  return list;
}

/** Every fault and restart that the engine offers for an action. */
export const faultsFor = (action: ActionId): Command[] => sim?.faults(action) ?? [];

/** What can happen to a task in the real world, under the rules in force. */
export const outcomeList = (): Outcome[] => (sim ? outcomes(config.rules ?? "documented") : []);

/** What upstream's API would tell of an action; null while it has no row. */
export const detailsOf = (action: ActionId): ActionDetails | null =>
  sim && state.actions.has(action) ? sim.actionDetails(action) : null;

/** What upstream's API would tell of every action, its stored events with it. */
export function protojson(): ActionProtojson[] {
  const now = sim;
  return now ? state.snapshot.actions.map(({ id }) => now.protojson(id)) : [];
}

/** Lets everything that waits happen, in its order, each piece as a step of its own; as long as it was accepted. */
export function deliverAll(): number {
  let count = 0;
  while (state.snapshot.pending.length > 0 && count < 1_000 && dispatch({ type: "deliver" })) count += 1;
  return count;
}

/** Starts again with or without delivery by hand, with the commands that do the same there. */
export function deliverBy(hand: boolean): void {
  if (!sim || hand === state.byHand) return;
  flush();
  const { delivery: _, ...others } = config;
  const changed: SimulationConfig = hand ? { ...others, delivery: "manual" } : others;
  const told = hand ? { leftOut: 0, ...byHand(() => begin(changed), intended) } : atOnce(intended);
  const { leftOut } = told;
  const wanted = told.ends[sim.index - floor] ?? told.commands.length;
  const back = { label: hand ? "Back to at once" : "Back to by hand", run: () => deliverBy(!hand) };
  // What was found is told by the steps that there were.
  if (state.record) set({ record: null });
  reopen(changed, told.commands, wanted, (done, error) => {
    if (error) return { ...stepNotice("Not every step holds when delivered so", done, told.commands, error), back };
    const text = hand
      ? "The run was played again: what had been done at once is now a step of its own each. From here on, every piece of work waits until you deliver it."
      : leftOut > 0
        ? `The run was played again. At once, nothing is lost and nothing comes twice: ${leftOut} such ${leftOut === 1 ? "step was" : "steps were"} left out.`
        : "The run was played again: whatever is due is done right after each command.";
    return { tone: "info", title: hand ? "Delivery by hand" : "Delivery at once", text };
  });
}

/** The rules in force as a base and what was changed in it. */
function rulesInParts(): { base: RuleSet } & Partial<Policies> {
  const { rules } = config;
  return typeof rules === "object" ? { ...rules } : { base: rules ?? "documented" };
}

/** How many policies differ from their rule set. */
export const changedPolicies = ({ divergences, rules }: State): Divergence[] =>
  divergences.filter((each) => each.current !== each[rules].value);

/** Plays the commands with another value of a policy. Says what no longer holds, or null if everything does. */
export function setPolicy(policy: keyof Policies, value: string): string | null {
  const divergence = state.divergences.find((each) => each.policy === policy);
  if (!divergence || divergence.current === value) return null;
  const { base, ...own } = rulesInParts();
  const others: Record<string, unknown> = { ...own };
  delete others[policy];
  if (divergence[base].value !== value) others[policy] = value;
  const rules = Object.keys(others).length > 0 ? ({ base, ...others } as RulesConfig) : base;
  changeRules(rules, `with ${policy}: ${value}`, divergence.current);
  return state.notice?.text ?? null;
}

/** Takes the rule set as it is again. */
export function resetPolicies(): void {
  if (changedPolicies(state).length > 0) changeRules(ruleSetOf(config), "then", "the changed policies");
}

/** Opens a run that shows what a policy is about, at the step where its two values part. */
export async function showPolicy(divergence: Divergence, showcase: Showcase): Promise<void> {
  opening += 1;
  const mine = opening;
  const { policy, documented, upstream } = divergence;
  const told = showcase.trace
    ? await traceOf(showcase.trace)
    : { config: {}, commands: [...(showcase.commands ?? [])] };
  if (!told || mine !== opening) return;
  const rules = told.config.rules ?? showcase.base ?? "upstream";
  const parts = typeof rules === "object" ? rules : { base: rules };
  const as = (value: string): SimulationConfig => ({
    ...told.config,
    rules: { ...parts, [policy]: value } as RulesConfig,
  });
  const { step, first, second } = parting(as(documented.value), as(upstream.value), told.commands);
  openScenario({
    id: `policy ${policy}`,
    title: `Policy: ${policy}`,
    sentence: divergence.sentence,
    commands: told.commands,
    config: { ...told.config, rules },
    ...(showcase.select ? { select: showcase.select } : {}),
    ...(step > 0 ? { at: step } : {}),
  });
  const what = ({ events, error }: typeof first, other: typeof first, meaning: string): string => {
    if (error) return `the step is refused: ${error.message} (${error.code})`;
    const known = new Set(other.events.map(({ rule, type }) => `${rule} ${type}`));
    const own = events.filter(({ rule, type }) => !known.has(`${rule} ${type}`));
    return [...new Set(own.map(({ sentence }) => sentence))].slice(0, 2).join(" ") || meaning;
  };
  say({
    tone: "info",
    title: step > 0 ? `${policy}: step ${step} of ${told.commands.length} is where they part` : policy,
    text: `As documented (${documented.value}), ${what(first, second, documented.sentence)} As coded (${upstream.value}), ${what(second, first, upstream.sentence)} In force here: ${state.divergences.find((each) => each.policy === policy)?.current}.`,
  });
}

/** The run as others can take it over: also one that was read from resources, which no link holds. */
export function exported(): { config: SimulationConfig; commands: Command[]; index: number } {
  const began = imported === null ? {} : { startTime: state.startTime };
  return { config: { ...began, ...config }, commands: [...held], index: state.index };
}

// --- exploring ----------------------------------------------------------------------------------------------------

/** The rules of the open run, as a search takes them. */
export const rulesInForce = (): RulesConfig => config.rules ?? "documented";

/** The diagram that rules declare. */
export const diagramOf = (rules: RulesConfig): Diagram => diagram(rules);

/** Every rule there is. */
export const ruleList = (): RuleInfo[] => ruleInfos();

/** Lays what a search has been through over the diagram, or takes it off. */
export function showCoverage(coverage: Coverage | null): void {
  if (coverage !== state.coverage) set({ coverage, notice: null, preview: null });
}

/** A run that a search has found. */
export interface Discovery {
  id: string;
  title: string;
  sentence: string;
  trace: string;
  /** What is to be seen where it stands. */
  say: string;
}

/** Opens a run that a search has found, at its end, where it shows what it was found for. */
export function openDiscovery({ id, title, sentence, trace, say: text }: Discovery): void {
  const back = wayBack();
  const { config: found, commands } = readTrace(trace);
  const last = commands.at(-1);
  openScenario({
    id,
    title,
    sentence,
    commands,
    config: found,
    ...(last && "action" in last && last.action ? { select: last.action } : {}),
  });
  // Whose row the last step changed, which need not be the action that it was about: a child's news may write its parent's.
  const changed = state.recent.filter(({ store, type }) => store === "row" && type !== "RowCreated").at(-1)?.action;
  if (changed) selectAction(changed);
  say({ tone: "info", title, text, ...(back ? { back: { label: "Back to what was open", run: back } } : {}) });
}

/** How to open again what is open now, with the steps that were undone. */
function wayBack(): (() => void) | null {
  if (!sim || state.snapshot.actions.length === 0) return null;
  const [was, read, meant, title] = [config, imported, intended, shown];
  const { situation, selected, incident, imported: fromOutside } = state;
  const wanted = sim.index - floor;
  return () => {
    opening += 1;
    config = was;
    imported = read;
    shown = title;
    const next = begin(was);
    const { bounds: marks, done } = replay(next, meant);
    intended = meant;
    adopt(next, marks, done, next.index - done + Math.min(wanted, done), {
      situation,
      ...alone(),
      imported: fromOutside,
      selected,
      incident,
    });
  };
}

/** Goes on in a branch of its own, so that the way so far stays as it is. */
export function branchOff(label: string): void {
  if (!sim) return;
  pause();
  // Acting in the past starts one by itself.
  if (sim.index < held.length) return;
  refresh({ preview: null, ...keep({ ...present(sim), sim: sim.fork() }, sim.index, label) });
}
