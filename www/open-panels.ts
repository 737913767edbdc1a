/*
 * Panels that a link keeps open. Each has its name in `data-panel`; a dialog also names the button that opens it, because
 * what it shows is made then.
 */

type Box = HTMLDetailsElement | HTMLDialogElement;

/** The names of all the panels there are, told by whoever mounts them. */
let known: readonly string[] = [];

export function keepInLinks(names: readonly string[]): void {
  known = names;
}

const boxOf = (name: string): Box | null => document.querySelector<Box>(`:is(details, dialog)[data-panel="${name}"]`);

const boxes = (): [string, Box][] =>
  known.flatMap((name) => {
    const box = boxOf(name);
    return box ? [[name, box] as [string, Box]] : [];
  });

/** The names of those that are open. */
export const openPanels = (): string[] =>
  boxes()
    .filter(([, { open }]) => open)
    .map(([name]) => name);

/** Opens those and closes the others; names that this page does not know are of another version. */
export function showPanels(names: readonly string[]): void {
  for (const [name, box] of boxes()) {
    const wanted = names.includes(name);
    if (box.open === wanted) continue;
    if (box instanceof HTMLDetailsElement) box.open = wanted;
    else if (wanted) document.getElementById(box.dataset.opener ?? "")?.click();
    else box.close();
  }
}

/** Calls back when one was opened or closed. */
export function onPanels(listener: () => void): void {
  const observer = new MutationObserver(listener);
  for (const [, box] of boxes()) observer.observe(box, { attributeFilter: ["open"] });
}
