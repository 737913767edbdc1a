// Why an action is as it is: what the core answers, with what stands beside that: its attempts, what the record says of it,
// and in which words its stores disagree.

import { verdictOf } from "../../../pkg/cli/stores.js";

/** The answers about actions of a run, which is that of a record if there is a `check`. */
export class Answers {
  #simulation;
  #snapshot;
  #check;
  #facts;

  constructor({ simulation, check }) {
    this.#simulation = simulation;
    this.#snapshot = simulation.snapshot();
    this.#check = check;
    this.#facts = new Map(this.#snapshot.actions.map(({ id }) => [id, []]));
    for (const event of simulation.events()) this.#facts.get(event.action)?.push(event);
  }

  get snapshot() {
    return this.#snapshot;
  }

  /** The answer about an action of the snapshot, as plain data; the texts of it may hold anything. */
  of({ attempts, id, kind, maxAttempts, ...action }) {
    const { differ, sentences } = verdictOf({ ...action, id, kind }, this.#snapshot, this.#facts.get(id));
    return {
      ...this.#simulation.why(id),
      kind,
      attempt: attempts,
      maxAttempts,
      // What the record itself says; the replay may come to something else.
      recorded: this.#check?.actions.find((each) => each.id === id)?.phase ?? null,
      disagree: differ ? sentences : [],
      findings: this.#of(id, "findings"),
      shows: this.#of(id, "shows"),
    };
  }

  /** Whether it ended well, and nothing is to be said of it. */
  isWell({ id, phase, disagreements }) {
    const said = [disagreements, this.#of(id, "findings"), this.#of(id, "shows")];
    return ["SUCCEEDED", "RECOVERED"].includes(phase) && said.every((each) => each.length === 0);
  }

  #of(id, what) {
    return this.#check?.[what].filter(({ action }) => action === id) ?? [];
  }
}
