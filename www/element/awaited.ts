/* What somebody waits for who may not listen. */

/** A promise that is kept or broken from elsewhere. Nobody has to listen: a page is not told of one that nobody asked about. */
export class Awaited {
  readonly promise: Promise<void>;
  /** Whether it is kept or broken already. */
  isOver = false;
  keep!: () => void;
  break!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.keep = () => {
        this.isOver = true;
        resolve();
      };
      this.break = (error) => {
        this.isOver = true;
        reject(error);
      };
    });
    this.promise.catch(() => {});
  }
}
