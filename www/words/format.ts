/* Times and names as people read them. */

/** A span of virtual time: `850 ms`, `12.5 s`, `2 min 5 s`, `1 h 1 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trim(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return join(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
  return join(Math.floor(minutes / 1_440), "d", Math.round((minutes % 1_440) / 60), "h");
}

const trim = (value: number): string => String(Math.round(value * 10) / 10);
const join = (big: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${smallUnit}`;

/** Time since the start of the simulation, of constant width: `00:01:05.250`. */
export function clock(ms: number): string {
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, "0");
  const hours = Math.max(0, ms) / 3_600_000;
  return `${part(hours, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1_000) % 60, 2)}.${part(ms % 1_000, 3)}`;
}

/** The beginning of a text that may be of any length, for a sentence. */
export const shortened = (text: string, most = 60): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** With a capital letter, as a sentence begins. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A sentence that has its end, before another one: what a plugin or a person said may have none. */
export const ended = (sentence: string): string => sentence.trim().replace(/[^.!?…]$/, "$&.");

/** A moment as the stores print it, in UTC. */
export const moment = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace("T", " ").replace(".000Z", "Z");
};

/** `PhaseRecorded` as words: `phase recorded`. */
export const words = (camel: string): string => camel.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** Where a rule is decided, in the repository at the commit that is modelled. */
export const blobUrl = (commit: string, file: string): string =>
  `https://github.com/flyteorg/flyte/blob/${commit}/${file.split("/").map(encodeURIComponent).join("/")}`;

/** The last part of a path, which is what people know a file by. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
