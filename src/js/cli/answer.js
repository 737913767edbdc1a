// Why an action is where it is, from what a simulation and its facts say: where it stands and since when, by which rule it
// came there, what it waits for and until when, and on what its stores disagree.

import { verdictOf } from "../../../pkg/cli/stores.js";

/** The parts of a run that every answer is about. */
export function reasonsOf(simulation) {
  const snapshot = simulation.snapshot();
  const facts = new Map(snapshot.actions.map(({ id }) => [id, []]));
  for (const event of simulation.events()) facts.get(event.action)?.push(event);
  return { simulation, snapshot, facts };
}

/** The answer about one action of the snapshot, as plain data; the texts of it may hold anything. */
export function answerOf(action, reasons) {
  const facts = reasons.facts.get(action.id) ?? [];
  const cause = causeOf(action, facts);
  const { differ, sentences } = verdictOf(action, reasons.snapshot, facts);
  const { attempts, id, kind, maxAttempts, phase, terminal } = action;
  const waitsFor = waitsOf(action, reasons);
  const timers = timersOf(action, reasons.snapshot);
  return {
    action: id,
    kind,
    phase,
    attempt: attempts,
    maxAttempts,
    // A row may say that it ended while its abort is still being carried out.
    isOver: terminal && waitsFor.length + timers.length === 0,
    since: sinceOf(action, cause),
    said: saidOf(action),
    cause: cause && { rule: cause.rule, sentence: cause.sentence, at: cause.at },
    waitsFor,
    timers,
    stores: differ ? sentences : [],
  };
}

/** The fact by which the row came to say what it says: that it was read from outside is no reason. */
function causeOf({ phase }, facts) {
  const known = facts.filter(({ rule }) => rule !== "Imported");
  const comesTo = (kinds) =>
    known.findLast(({ store, to, type }) => store === "row" && to === phase && kinds.includes(type));
  return comesTo(["PhaseRecorded", "RowCreated"]) ?? known.findLast(({ store }) => store !== "events");
}

/** Since when the row says so; of a resource that was read, since when that was. */
function sinceOf({ phase, resource, row }, cause) {
  if (cause?.to === phase) return cause.at;
  return resource?.phaseHistory.at(-1)?.at ?? row?.endedAt ?? row?.createdAt ?? null;
}

/** What the plugin, the abort or the error says itself, word by word. */
function saidOf({ resource, row }) {
  const error = resource?.errorState;
  if (error) return [`${error.code}: ${error.message}`];
  const current = resource?.conditions.find(({ status, message }) => status === "True" && message !== "");
  const aborted = row?.abortReason ? [`asked to abort: ${row.abortReason}`] : [];
  return [...aborted, ...(current ? [`${current.reason}: ${current.message}`] : [])];
}

/** Timers that change nothing of an action that has ended but what is kept of it. */
const AFTERWARDS = ["collection", "lease", "requeue", "resync"];

/** What has to come before it moves, in words that follow on "waits for"; `until` is when that comes by itself. */
function waitsOf({ id, ...action }, { simulation, snapshot }) {
  const of = (list) => list.filter((each) => each.action === id);
  const waits = [
    ...of(snapshot.pending).map(({ sentence }) => ({ what: `work that is due: ${sentence}` })),
    ...of(snapshot.abortQueue).map(abortWait),
  ];
  const types = new Set(simulation.enabled(id).map(({ type }) => type));
  if (types.has("plugin")) waits.push({ what: "the next report of its plugin" });
  if (types.has("signal") && !action.terminal) waits.push({ what: signalWait(action) });
  return waits;
}

function abortWait({ state, attempt, maxAttempts, retryAt }) {
  const call = `call ${attempt} of at most ${maxAttempts} of its abort`;
  if (state === "waiting") return { what: `the next call of its abort, since ${call} failed`, until: retryAt };
  return { what: state === "calling" ? `the answer to ${call}` : `a worker for ${call}` };
}

/** The timers that are set for it, in the words of the core. */
const timersOf = ({ id, terminal }, { timers }) =>
  timers
    .filter(({ action, what }) => action === id && what !== "abortRetry" && !(terminal && AFTERWARDS.includes(what)))
    .map(({ sentence, at }) => ({ what: sentence, at }));

function signalWait({ prompt, valueType }) {
  const type = valueType ? ` of type ${valueType}` : "";
  return `a signal${type}${prompt ? `, which is asked for by: ${prompt}` : ""}`;
}
