/*
 * Panels that a link keeps open. Each has a name in `data-panel`; a dialog also names the button that opens it, because
 * what it shows is made then.
 */

const panels = (): NodeListOf<HTMLDetailsElement | HTMLDialogElement> =>
  document.querySelectorAll<HTMLDetailsElement | HTMLDialogElement>("details[data-panel], dialog[data-panel]");

/** The names of those that are open. */
export const openPanels = (): string[] =>
  [...panels()].filter(({ open }) => open).map(({ dataset }) => dataset.panel as string);

/** Opens those and closes the others; names that this page does not know are of another version. */
export function showPanels(names: readonly string[]): void {
  for (const panel of panels()) {
    const wanted = names.includes(panel.dataset.panel as string);
    if (panel.open === wanted) continue;
    if (panel instanceof HTMLDetailsElement) panel.open = wanted;
    else if (wanted) document.getElementById(panel.dataset.opener ?? "")?.click();
    else panel.close();
  }
}

/** Calls back when one was opened or closed. */
export function onPanels(listener: () => void): void {
  const observer = new MutationObserver(listener);
  for (const panel of panels()) observer.observe(panel, { attributeFilter: ["open"] });
}
