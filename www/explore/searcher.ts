/*
 * The page's side of the worker that searches: one question at a time, answered by a promise. A worker that cannot be
 * loaded, that dies, or that does not answer a stop is given up with a sentence, and the next question gets a new one.
 */

import type { FixesColumn, FixesProgress, ReachTarget } from "flyte-lifecycle";
import type {
  Answer,
  Fixed,
  FixOptions,
  Found,
  Job,
  Known,
  Question,
  SearchOptions,
  Told,
  Way,
  WayOptions,
} from "./search.worker.ts";

export type { Fixed, FixOptions, Found, Known, SearchOptions, Told, Way, WayOptions } from "./search.worker.ts";

/** Why there is no answer. `code` is the engine's, if it refused the question; what is `lost` can be tried again. */
export class SearchError extends Error {
  readonly code: string | null;
  readonly lost: boolean;
  constructor(message: string, code: string | null, lost: boolean) {
    super(message);
    this.code = code;
    this.lost = lost;
  }
}

/** A search was ended from outside before it could answer. */
export class SearchClosed extends Error {}

/** How long a worker may take over a stop. It takes some tens of milliseconds, unless something is wrong with it. */
const STOP_MS = 3_000;
/** Memory is never given back by a module, so a worker that used this much is not kept. */
const KEEP_BYTES = 128 * 1024 * 1024;

interface Open {
  id: number;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  /** Hears what is told while the search goes on. */
  hear: (answer: Answer) => void;
  stopping: ReturnType<typeof setTimeout> | undefined;
}

export class Searcher {
  #worker: Worker | null = null;
  #open: Open | null = null;
  #count = 0;

  /** The models, and the properties that are judged by them. */
  async known(): Promise<Known> {
    const answer = await this.#ask({ kind: "known" }, () => {});
    return "known" in answer ? answer.known : unexpected();
  }

  /** Searches to the end, or until it is stopped; what was found by then is answered. */
  async search(options: SearchOptions, onProgress: (progress: Told) => void): Promise<Found> {
    const answer = await this.#ask({ kind: "search", options }, progressTo(onProgress));
    return "found" in answer ? this.#after(answer.found) : unexpected();
  }

  /** The shortest way from where a run stands. */
  async way(
    trace: string,
    targets: ReachTarget[],
    options: WayOptions,
    onProgress: (progress: Told) => void,
  ): Promise<Way> {
    const answer = await this.#ask({ kind: "way", trace, targets, options }, progressTo(onProgress));
    return "way" in answer ? this.#after(answer.way) : unexpected();
  }

  /** Verdicts under one change of policies after the other. */
  async fixes(
    options: FixOptions,
    onProgress: (progress: FixesProgress) => void,
    onColumn: (column: FixesColumn, number: number) => void,
  ): Promise<Fixed> {
    const answer = await this.#ask({ kind: "fixes", options }, (told) => {
      if ("table" in told) onProgress(told.table);
      else if ("column" in told) onColumn(told.column, told.number);
    });
    return "fixed" in answer ? answer.fixed : unexpected();
  }

  #after<T extends { bytes: number }>(answer: T): T {
    if (answer.bytes > KEEP_BYTES) this.#end();
    return answer;
  }

  /** Asks the search that is on its way for what it has found so far. */
  stop(): void {
    const open = this.#open;
    if (!open || open.stopping !== undefined) return;
    const question: Question = { stop: open.id };
    this.#worker?.postMessage(question);
    open.stopping = setTimeout(
      () => this.#lose("The search did not answer, so it was ended. Nothing of it is left."),
      STOP_MS,
    );
  }

  /** Ends whatever is on its way, and gives the memory back. */
  close(): void {
    const open = this.#open;
    this.#end();
    open?.reject(new SearchClosed("The explorer was closed."));
  }

  #ask(job: Job, hear: (answer: Answer) => void): Promise<Answer> {
    if (this.#open) this.close();
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#open = { id, resolve, reject, hear, stopping: undefined };
      const question: Question = { id, job };
      this.#ready().postMessage(question);
    });
  }

  #ready(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("./search.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      // A script that cannot be fetched says nothing; one that breaks says what.
      this.#lose(
        event.message
          ? `The search broke down: ${event.message}.`
          : "The explorer could not be loaded from the server.",
      );
    };
    worker.onmessageerror = () => this.#lose("The search gave an answer that cannot be read.");
    this.#worker = worker;
    return worker;
  }

  #hear(answer: Answer): void {
    const open = this.#open;
    if (!open || answer.id !== open.id) return;
    if ("progress" in answer || "table" in answer || "column" in answer) {
      open.hear(answer);
      return;
    }
    if ("failure" in answer && answer.failure.code === null) {
      this.#lose(
        `${/fetch|import|load/i.test(answer.failure.message) ? "The explorer could not be loaded" : "The search broke down"}: ${answer.failure.message.replace(/\.$/, "")}.`,
      );
      return;
    }
    clearTimeout(open.stopping);
    this.#open = null;
    if ("failure" in answer) open.reject(new SearchError(answer.failure.message, answer.failure.code, false));
    else open.resolve(answer);
  }

  #lose(message: string): void {
    const open = this.#open;
    this.#end();
    open?.reject(new SearchError(message, null, true));
  }

  #end(): void {
    clearTimeout(this.#open?.stopping);
    this.#open = null;
    this.#worker?.terminate();
    this.#worker = null;
  }
}

const progressTo =
  (onProgress: (progress: Told) => void) =>
  (answer: Answer): void => {
    if ("progress" in answer) onProgress(answer.progress);
  };

/** An answer to another question, which only a worker of another version gives. */
function unexpected(): never {
  throw new SearchError("The search answered something else; reload the page.", null, true);
}
