/*
 * The one place where the page meets the engine. The store owns the simulation, turns what people do into commands, and
 * tells its subscribers what is to be seen. Views read the state and call the verbs below; nobody else imports the
 * package.
 */

import type {
  ActionId,
  ActionSnapshot,
  Command,
  Diagram,
  Divergence,
  Event,
  Explanation,
  RuleSet,
  SimulationConfig,
  Snapshot,
  TimerSnapshot,
} from "flyte-lifecycle";
// The entry that loads nothing by itself: the page is drawn, and can say what went wrong, while the engine is loading.
import init, { diagram, LifecycleError, Simulation, upstreamCommit } from "flyte-lifecycle/init";
import { type Choice, choicesFor, inWords } from "./commands.ts";
import { moves, pairKey, type Trail, trailOf } from "./geometry/trail.ts";
import type { Link } from "./location.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

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

/** A command that the selected action could be given, with the engine's answer. */
export interface Option extends Choice {
  explanation: Explanation;
  /** The edges its row would take, in order. */
  hops: { from: string | null; to: string; key: string }[];
}

export interface State {
  ready: boolean;
  rules: RuleSet;
  situation: string | null;
  /** The run was read from a resource; no link can hold it. */
  imported: boolean;
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
  index: number;
  /** How far back one can go: to the beginning, or to the resources that were read. */
  floor: number;
  selected: ActionId | null;
  diagram: Diagram;
  divergences: readonly Divergence[];
  startTime: number;
  playing: boolean;
  speed: number;
  notice: Notice | null;
  preview: Preview | null;
}

const EMPTY: State = {
  ready: false,
  rules: "documented",
  situation: null,
  imported: false,
  snapshot: { now: 0, actions: [], timers: [], abortQueue: [], pending: [], eventLog: [], cache: [], faults: [] },
  actions: new Map(),
  events: [],
  rewound: 0,
  recent: [],
  commands: [],
  held: [],
  index: 0,
  floor: 0,
  selected: null,
  diagram: { rules: "documented", states: [], edges: [] },
  divergences: [],
  startTime: 0,
  playing: false,
  speed: 10,
  notice: null,
  preview: null,
};

type Listener = (state: State, before: State) => void;

let state: State = EMPTY;
const listeners = new Set<Listener>();

/** Everything a simulation is made from; kept so that a change of rules can start again from it. */
let config: SimulationConfig = {};
let sim: Simulation | null = null;
/** For an imported run: makes its beginning again under other rules. */
let imported: unknown = null;
/** The commands that people meant, also those that the present rules do not take. */
let intended: Command[] = [];
/** How many commands it took to read the resources; no rule set and no undo takes those back. */
let floor = 0;
/** How many facts there were after so many commands. */
let bounds: number[] = [0];
let held: Command[] = [];

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
  if (at < held.length) next.seek(at);
  old?.free();
  const rules = ruleSetOf(config);
  refresh({
    rules,
    floor,
    diagram: diagram(config.rules ?? "documented"),
    divergences: next.divergences(),
    startTime: config.startTime ?? Number(next.config().startTime),
    rewound: state.rewound + 1,
    notice: null,
    preview: null,
    ...change,
  });
}

const ruleSetOf = ({ rules }: SimulationConfig): RuleSet =>
  typeof rules === "object" ? rules.base : (rules ?? "documented");

/** Opens one of the named situations. */
export function openScenario(scenario: Scenario): void {
  config = { rules: scenario.rules ?? "documented" };
  imported = null;
  const next = new Simulation(config);
  const { bounds: marks, done, error } = replay(next, scenario.commands);
  intended = [...scenario.commands];
  adopt(next, marks, done, Math.min(scenario.at ?? done, done), {
    situation: scenario.id,
    imported: false,
    selected: scenario.select ?? null,
    notice: error && stepNotice("This situation does not hold", done, scenario.commands, error),
  });
}

export const scenarioOf = (id: string | null): Scenario | undefined => SCENARIOS.find((scenario) => scenario.id === id);

/** Opens a link as far as it holds. */
export function openLink(link: Link): void {
  const before = config;
  config = link.config;
  let next: Simulation;
  try {
    next = new Simulation(config);
  } catch (error) {
    config = before;
    say({ tone: "error", title: "This link cannot be opened", text: lifecycleError(error).message });
    return;
  }
  imported = null;
  const { bounds: marks, done, error } = replay(next, link.commands);
  intended = [...link.commands];
  const { broken } = link;
  const notice: Notice | null = error
    ? stepNotice("This link opens up to here", done, link.commands, error)
    : broken === undefined
      ? null
      : {
          tone: "error",
          title: "This link opens up to here",
          text:
            broken.step === 0
              ? `It is of a kind that this version does not know: ${broken.text}`
              : `Step ${broken.step} of ${broken.of} cannot be read: ${broken.text}`,
        };
  adopt(next, marks, done, Math.min(link.index ?? done, done), {
    situation: null,
    imported: false,
    selected: link.action ?? null,
    notice,
  });
}

/** Continues from resources as kubectl prints them. Throws, with nothing lost, if they cannot be read. */
export function openTaskActions(value: unknown): void {
  const fresh: SimulationConfig = { rules: ruleSetOf(config) };
  const next = Simulation.fromTaskActions(value, fresh);
  config = fresh;
  imported = value;
  intended = [];
  // However many commands it took to get there, the run begins where the resources stand.
  const { bounds: marks } = replay(next, []);
  adopt(next, marks, 0, next.index, { situation: null, imported: true, selected: null });
}

/** Plays the same commands under the other rule set, as far as they hold. */
export function switchRules(rules: RuleSet): void {
  if (!sim || rules === ruleSetOf(config)) return;
  const previous = { config, commands: intended, index: sim.index, rules: ruleSetOf(config) };
  // Undone steps come along, so that a comparison can be made at any step.
  const commands = intended;
  const changed: SimulationConfig = { ...config, rules };
  const next = imported === null ? new Simulation(changed) : Simulation.fromTaskActions(imported, changed);
  const { bounds: marks, done, error } = replay(next, commands);
  config = changed;
  const beginning = next.index - done;
  const wanted = previous.index === held.length ? commands.length : previous.index - floor;
  adopt(next, marks, done, beginning + Math.min(wanted, done), {
    notice: error && {
      ...stepNotice(`Not every step holds under the ${rules} rules`, done, commands, error),
      back: { label: `Back to ${previous.rules}`, run: () => switchRules(previous.rules) },
    },
  });
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
  try {
    const step = sim.dispatch(command);
    bounds.length = at + 1;
    bounds.push((bounds[at] ?? 0) + step.events.length);
  } catch (error) {
    const { code, message } = lifecycleError(error);
    say({ tone: "error", title: `${label}: not now`, text: `${message} (${code})` });
    return false;
  }
  held = sim.commands();
  intended = held.slice(floor);
  refresh({ notice: null, preview: null });
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
  const events = kept ? [...state.events, ...sim.events(state.events.length)] : sim.events();
  const actions = new Map(snapshot.actions.map((action) => [action.id, action]));
  const wanted = change.selected === undefined ? state.selected : change.selected;
  const selected = wanted !== null && actions.has(wanted) ? wanted : (snapshot.actions[0]?.id ?? null);
  explained.clear();
  set({
    snapshot,
    actions,
    events,
    rewound: kept ? state.rewound : state.rewound + 1,
    recent: events.slice(begin, end),
    commands: sim.commands(),
    held,
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

/** Every command for an action, explained; the engine's own list of what is enabled completes the page's. */
export function options(action: ActionSnapshot): Option[] {
  const choices = choicesFor(action, state.snapshot.timers);
  return choices.map((choice) => {
    const explanation = explain(choice.command);
    const hops = explanation.events
      .filter((event) => event.action === action.id && moves(event) && event.to !== undefined)
      .map((event) => ({
        from: event.from ?? null,
        to: event.to as string,
        key: pairKey(event.from, event.to as ActionSnapshot["phase"]),
      }));
    return { ...choice, explanation, hops };
  });
}

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

/** The run as a link holds it, or null if it was read from resources, which stay here. */
export function toLink(): Link | null {
  if (!sim || imported !== null) return null;
  const link: Link = { config: { ...config }, commands: [...held] };
  if (state.index < held.length) link.index = state.index;
  if (state.selected !== null) link.action = state.selected;
  return link;
}
