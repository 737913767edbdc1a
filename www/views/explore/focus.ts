/* What has the focus keeps it when a table is drawn anew: it is found again by its name. */

export function keepingFocus(container: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const name = active instanceof HTMLElement && container.contains(active) ? active.getAttribute("aria-label") : null;
  const { scrollLeft, scrollTop } = container;
  draw();
  container.scrollLeft = scrollLeft;
  container.scrollTop = scrollTop;
  if (name === null || active?.isConnected) return;
  const again = [...container.querySelectorAll<HTMLElement>("[aria-label]")].find(
    (each) => each.getAttribute("aria-label") === name,
  );
  (again ?? container).focus({ preventScroll: true });
}
