/*
 * The page's side of a worker. Each question has its number and each answer the number of its question, so that what comes
 * late is an answer to nothing else. A worker that is stopped, or dies over a question, is given up with all that it was
 * asked; the next question gets a new one.
 */

interface Open<A> {
  resolve: (answer: A) => void;
  reject: (error: Error) => void;
}

export class Desk<Q extends object, A extends object> {
  readonly #hire: () => Worker;
  readonly #broken: () => Error;
  readonly #open = new Map<number, Open<A>>();
  #worker: Worker | null = null;
  #count = 0;

  constructor(hire: () => Worker, broken: () => Error) {
    this.#hire = hire;
    this.#broken = broken;
  }

  /** Has the worker come before there is anything to ask, so that nothing is fetched then. */
  warmUp(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#hire();
    worker.onmessage = ({ data }: MessageEvent<A & { id: number }>) => {
      const asked = this.#open.get(data.id);
      this.#open.delete(data.id);
      asked?.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // One that was given up may still have had something to say.
      if (worker === this.#worker) this.stop(this.#broken());
    };
    this.#worker = worker;
    return worker;
  }

  async ask(question: Q): Promise<A> {
    this.#count += 1;
    const id = this.#count;
    const worker = this.warmUp();
    return await new Promise<A>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ ...question, id });
    });
  }

  /** Gives the worker up. What it was asked is answered by an error. */
  stop(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    const left = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of left) reject(error);
  }
}
