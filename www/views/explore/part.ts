/* What the explorer needs to know of each of its tabs. */

import type { Explored } from "../../explored.ts";

/** One tab. */
export interface Part {
  id: Explored["tab"];
  title: string;
  panel: HTMLElement;
  /** What of it a link is to keep. */
  chosen: () => Omit<Explored, "tab">;
  /** Chooses what a link asks for, before its tab is shown. */
  choose: (wanted: Omit<Explored, "tab">) => void;
  /** Its tab is shown, for the first time or again. */
  opened: () => void;
  /** The explorer is closed: whatever is on its way ends. */
  closed: () => void;
}
