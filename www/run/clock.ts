/*
 * While playing, the clock runs on the page and becomes an `advance` only when a timer is due or somebody acts: a
 * minute of waiting is one command, not a hundred. It is read from the monotonic clock and never summed up from
 * animation frames, so a tab that was hidden is right again at its next interval. What is due, and what time does to a
 * run, is for those who start it.
 */

const INTERVAL_MS = 200;

export class Clock {
  #since = 0;
  #interval: ReturnType<typeof setInterval> | undefined;

  get runs(): boolean {
    return this.#interval !== undefined;
  }

  /** Lets it run, and calls back again and again until it is stopped. */
  start(tick: () => void): void {
    this.stop();
    this.#since = performance.now();
    this.#interval = setInterval(tick, INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#interval);
    this.#interval = undefined;
  }

  /** The virtual milliseconds at a speed that have passed since they were last taken. */
  elapsed(speed: number): number {
    return this.runs ? Math.floor((performance.now() - this.#since) * speed) : 0;
  }

  /** The same, from then on counted anew. */
  take(speed: number): number {
    const ms = this.elapsed(speed);
    this.#since = performance.now();
    return ms;
  }
}
