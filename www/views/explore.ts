/*
 * The door to the explorer. What lies behind it (its view, its style, its worker and its module) is fetched when
 * somebody first opens it, so that nobody else waits for it.
 */

import { loadReading } from "../engine.ts";
import { type Explored, openExploredBy, tellExplored } from "../explored.ts";
import { byId, h, setAttribute } from "./dom.ts";
import type { ExplorerView } from "./explore/view.ts";
import { announce } from "./live.ts";

export function mountExplore(): void {
  const section = byId("explore");
  const button = byId<HTMLButtonElement>("explore-open");
  let view: ExplorerView | null = null;
  let loading = false;

  const show = (open: boolean): void => {
    setAttribute(section, "hidden", !open);
    setAttribute(button, "aria-expanded", open ? "true" : "false");
  };
  /** What a link asked for that has not been shown yet. */
  let wanted: Explored | null = null;

  const close = (): void => {
    const inside = section.contains(document.activeElement);
    show(false);
    view?.closed();
    tellExplored(null);
    if (inside) button.focus();
  };
  const open = async (): Promise<void> => {
    show(true);
    if (loading) return;
    loading = true;
    try {
      view ??= await load(section, close);
      if (!section.hidden) view.opened(wanted);
      wanted = null;
    } catch (error) {
      const again = h("button", { type: "button", class: "small" }, "Try again");
      again.addEventListener("click", () => void open());
      const text = `The explorer could not be loaded: ${(error as Error).message.replace(/\.$/, "")}.`;
      section.replaceChildren(h("p", { class: "explore-lost", role: "alert" }, `${text} `, again));
    } finally {
      loading = false;
    }
  };
  openExploredBy((asked) => {
    // Inside another page there is no explorer.
    if (document.documentElement.dataset.embed !== undefined) return;
    wanted = asked;
    if (asked) void open();
    else if (!section.hidden) close();
  });
  button.addEventListener("click", () => {
    if (section.hidden) void open();
    else close();
  });
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    // In a field to filter by, the key takes back what was typed.
    if (event.target instanceof HTMLInputElement && event.target.type === "search" && event.target.value !== "") return;
    close();
    announce("The explorer is closed.");
  });
}

/** Into the explorer, which is opened if it is not. */
export function toExplorer(): void {
  const section = byId("explore");
  if (section.hidden) byId("explore-open").click();
  else section.querySelector<HTMLElement>("h2")?.focus();
}

async function load(section: HTMLElement, close: () => void): Promise<ExplorerView> {
  section.replaceChildren(h("p", { class: "explore-lost" }, "The explorer is being fetched …"));
  const [{ mountExplorer }, { default: href }] = await Promise.all([
    import("./explore/view.ts"),
    import("../explore.css?url"),
    // What a search has found is opened as a trace.
    loadReading(),
  ]);
  await styled(href);
  return mountExplorer(section, close);
}

/** Waits for the style, so that nothing is seen without it. A link of the page's own is what its policy lets in. */
function styled(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = h("link", { rel: "stylesheet", href });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("its style is not there"));
    });
    document.head.append(link);
  });
}
