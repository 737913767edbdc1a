/*
 * Opening a run: a situation, a link, a record, what a search has found, what shows a policy. Each makes the
 * run first; only when it is there does it take the place of the one that was open.
 */

import type { Divergence, RulesConfig, RunCheck } from "flyte-lifecycle";
import { loadReading, parting, readTrace, type Told } from "../engine.ts";
import { type Link, trouble } from "../location.ts";
import { read } from "../open/reader.ts";
import type { Input } from "../open/reader.worker.ts";
import type { Showcase } from "../policies/showcase.ts";
import { partsOf } from "../rules.ts";
import { SCENARIOS, type Scenario } from "../scenarios.ts";
import { get, type Notice, type State } from "../state.ts";
import { lookUp } from "../table.ts";
import { open, present, say, selectAction, stepNotice } from "./present.ts";
import { type Kept, lifecycleError, type Origin, Run, resourcesOf, standing } from "./run.ts";

/** Counts what was asked for, so that what arrives late does not take the place of something newer. */
let asked = 0;

/** Runs that no address holds, by which opening of a run they were, when something else was opened: the last few. */
const aside = new Map<number, Kept>();
const ASIDE_MAX = 4;

function putAside(): void {
  const run = present();
  if (!run || run.isInAddress) return;
  const { opened } = get();
  aside.delete(opened);
  aside.set(opened, run.kept());
  for (const old of [...aside.keys()].slice(0, -ASIDE_MAX)) aside.delete(old);
}

/** Opens one of the named situations. */
export const openScenario = (scenario: Scenario): void => openAs("situation", scenario);

function openAs(kind: "situation" | "discovery" | "showcase", scenario: Scenario): void {
  asked += 1;
  const { config, rules, commands, at, select, hood } = scenario;
  const run = standing(Run.of({ rules: rules ?? "documented", ...config }, commands, { kind, scenario }), at);
  putAside();
  open(run, {
    selected: select ?? null,
    hood: hood ?? get().hood,
    notice: stepNotice("This situation does not hold", run),
  });
}

/** The situation of that name: one of the list, or the one that is open. */
export function scenarioOf(id: string | null): Scenario | undefined {
  const origin = present()?.origin;
  const open = origin && "scenario" in origin && origin.scenario.id === id ? origin.scenario : undefined;
  return SCENARIOS.find((scenario) => scenario.id === id) ?? open;
}

/** Opens a link as far as it holds; if nothing of it does, what was open stays. */
export function openLink(link: Link): void {
  const why = whyNot(link);
  if (why === null) return;
  const [first] = SCENARIOS;
  if (!present() && first) openScenario(first);
  say({ tone: "error", title: "This link cannot be opened", text: why });
}

/** Opens what can be opened of a link; why nothing can, otherwise. */
function whyNot({ config, commands, situation, broken, index, action, hood }: Link): string | null {
  if (broken && commands.length === 0) return trouble(broken);
  const named = SCENARIOS.find(({ id }) => id === situation);
  try {
    const run = standing(Run.of(config, commands, { kind: "link", situation: named?.id ?? null }), index);
    asked += 1;
    const title = "This link opens up to here";
    const cut: Notice | null = broken ? { tone: "error", title, text: trouble(broken) } : null;
    putAside();
    open(run, { selected: action ?? null, hood: hood ?? get().hood, notice: stepNotice(title, run) ?? cut });
    return null;
  } catch (error) {
    return lifecycleError(error).message;
  }
}

/**
 * Opens again a run that no address holds, as it was left: the last one, or the one that was opened as that one; answers
 * whether it is still there.
 */
export function reopenAside(opened?: number): boolean {
  const kept = opened === undefined ? [...aside.values()].at(-1) : aside.get(opened);
  if (!kept) return false;
  const run = Run.again(kept);
  asked += 1;
  putAside();
  open(run);
  return true;
}

/** Opens a record with what was found in it. Throws, with nothing lost, if it cannot be shown. */
export function openRecord(inputs: readonly Input[], check: RunCheck): void {
  const run = recorded(inputs, check);
  asked += 1;
  putAside();
  takeRecord(run);
}

function recorded(inputs: readonly Input[], check: RunCheck): Run {
  const origin: Origin = { kind: "record", inputs, check };
  // However many commands it took to get there, a run that goes on from resources begins where they stand.
  return Run.of(check.config, resourcesOf(origin).length > 0 ? [] : check.commands, origin);
}

function takeRecord(run: Run, change: Partial<State> = {}): void {
  open(run, { selected: null, notice: stepNotice("The record is replayed up to here", run), ...change });
}

/** Reads the record again under other rules: what no rule explained may be explained by those, and the other way round. */
export async function checkAgain({ inputs }: Extract<Origin, { kind: "record" }>, rules: RulesConfig): Promise<void> {
  asked += 1;
  const mine = asked;
  try {
    const told = await read(inputs, rules);
    // It is the same run as before, so that Back does not lead to it.
    if (mine === asked && "check" in told) takeRecord(recorded(inputs, told.check), { opened: get().opened });
  } catch (error) {
    if (mine === asked)
      say({ tone: "error", title: "The record could not be checked again", text: (error as Error).message });
  }
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
  const { config, commands } = readTrace(trace);
  const last = commands.at(-1);
  const select = last && "action" in last && last.action ? { select: last.action } : {};
  openAs("discovery", { id, title, sentence, commands, config, ...select });
  // Whose row the last step changed, which need not be the action that it was about: a child's news may write its parent's.
  const changed = get()
    .recent.filter(({ store, type }) => store === "row" && type !== "RowCreated")
    .at(-1)?.action;
  if (changed) selectAction(changed);
  say({ tone: "info", title, text, ...(back ? { back: { label: "Back to what was open", run: back } } : {}) });
}

/** How to open again what is open now, with the steps that were undone. */
function wayBack(): (() => void) | null {
  const run = present();
  const { selected, snapshot } = get();
  if (!run || snapshot.actions.length === 0) return null;
  const kept = run.kept();
  return () => {
    asked += 1;
    open(Run.again(kept), { selected });
  };
}

/** Opens a run that shows what a policy is about, at the step where its two values part. */
export async function showPolicy(divergence: Divergence, showcase: Showcase): Promise<void> {
  asked += 1;
  const mine = asked;
  const { policy, documented, upstream, merged } = divergence;
  const told = showcase.trace
    ? await traceOf(showcase.trace)
    : { config: {}, commands: [...(showcase.commands ?? [])] };
  if (!told || mine !== asked) return;
  const rules = told.config.rules ?? showcase.base ?? "upstream";
  const as = (value: string) => ({ ...told.config, rules: { ...partsOf(rules), [policy]: value } as RulesConfig });
  const { step: parted, first, second } = parting(as(documented.value), as(upstream.value), told.commands);
  const step = showcase.watched ? told.commands.length : parted;
  openAs("showcase", {
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
  const since =
    merged.value === documented.value || merged.value === upstream.value
      ? ""
      : ` As merged (${merged.value}): ${merged.sentence}`;
  const inForce = get().divergences.find((each) => each.policy === policy)?.current;
  say({
    tone: "info",
    title:
      step > 0
        ? `${policy}: step ${step} of ${told.commands.length} is where ${showcase.watched ? "watches" : "they"} part`
        : policy,
    text: `As documented (${documented.value}): ${what(first, second, documented.sentence)} As coded (${upstream.value}): ${what(second, first, upstream.sentence)}${since} In force here: ${inForce}.`,
  });
}

/** The configuration and the commands of a trace that comes with the page. */
async function traceOf(name: string): Promise<Pick<Told, "config" | "commands"> | null> {
  try {
    const [{ TRACES }] = await Promise.all([import("../gallery/traces.ts"), loadReading()]);
    const text = lookUp(TRACES, name);
    if (text === undefined) throw new Error(`There is no trace ${name}`);
    return readTrace(text);
  } catch (error) {
    say({ tone: "error", title: "This trace could not be opened", text: `${(error as Error).message}.` });
    return null;
  }
}
