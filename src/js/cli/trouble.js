// Why a command ends before it is done.

/** What is wrong with what was given, in a sentence. */
export class Trouble extends Error {
  name = "Trouble";
}

/** The exit status of every command. */
export const GOOD = 0;
export const FOUND = 1;
export const MISUSED = 2;
/** Of a search: nothing was found, but it ended before all was looked at. */
export const INCOMPLETE = 3;

/** What to say of an error that is ours or the core's; undefined for any other, which is a bug. */
export function sentenceOf(error) {
  return error instanceof Trouble || error?.name === "LifecycleError" ? error.message : undefined;
}
