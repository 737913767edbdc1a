// The snapshot that a simulation has shown last. What has not changed since is the same frozen object in the next one.

import { frozen } from "./words.js";

const NAMES = ["actions", "timers", "abortQueue", "pending", "eventLog", "cache", "faults"];

export class Shown {
  #lists = NAMES.map(() => Object.freeze([]));
  #snapshot;

  /** The list of that number has changed: for each item its place in the list before, or -1 for the next fresh one. */
  change(number, places, fresh) {
    const before = this.#lists[number];
    let next = 0;
    const list = new Array(places.length);
    for (let at = 0; at < places.length; at += 1) {
      if (places[at] < 0) {
        list[at] = frozen(fresh[next]);
        next += 1;
      } else list[at] = before[places[at]];
    }
    this.#lists[number] = Object.freeze(list);
    this.#snapshot = undefined;
  }

  /** The snapshot at that time. */
  snapshot(now) {
    if (this.#snapshot?.now !== now) {
      const lists = Object.fromEntries(NAMES.map((name, number) => [name, this.#lists[number]]));
      this.#snapshot = Object.freeze({ now, ...lists });
    }
    return this.#snapshot;
  }
}
