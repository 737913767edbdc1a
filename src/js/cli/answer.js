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
  return {
    action: id,
    kind,
    phase,
    attempt: attempts,
    maxAttempts,
    isOver: terminal,
    since: sinceOf(action, cause),
    said: saidOf(action),
    cause: cause && { rule: cause.rule, sentence: cause.sentence, at: cause.at },
    waitsFor: terminal ? [] : waitsOf(action, reasons),
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

const words = (count) => (count === 1 ? "first" : `${count}th`);

/** What can move it, as `{ what, until? }`: what is under way, timers, calls of an abort, and what has to come from outside. */
function waitsOf(action, { simulation, snapshot }) {
  const of = (list) => list.filter(({ action: id }) => id === action.id);
  const waits = [
    ...of(snapshot.pending).map(({ sentence }) => ({ what: `work that is due: ${sentence}` })),
    ...of(snapshot.abortQueue).map(abortWait),
    ...of(snapshot.timers)
      .filter(({ what }) => what !== "abortRetry")
      .map(({ sentence, at }) => ({ what: sentence, until: at })),
  ];
  const types = new Set(simulation.enabled(action.id).map(({ type }) => type));
  if (types.has("plugin")) waits.push({ what: "the next report of its plugin" });
  if (types.has("signal")) waits.push({ what: signalWait(action) });
  return waits;
}

function abortWait({ state, attempt, maxAttempts, retryAt }) {
  const call = `of at most ${maxAttempts} calls of its abort, the ${words(attempt)}`;
  if (state === "waiting") return { what: `${call} failed; it is made again`, until: retryAt };
  return { what: state === "calling" ? `${call} is being answered` : `${call} waits for a worker` };
}

function signalWait({ prompt, valueType }) {
  const type = valueType ? ` of type ${valueType}` : "";
  return `a signal${type}${prompt ? `, which is asked for by: ${prompt}` : ""}`;
}
