/* What a browser may keep for the next visit. Private windows may refuse; then it lasts as long as the page. */

const meanwhile = new Map<string, string>();

const stores = {
  /** For ever, and for every tab. */
  browser: () => localStorage,
  /** For this tab, reloads included. */
  tab: () => sessionStorage,
};
export type Keeper = keyof typeof stores;

const nameOf = (key: string): string => `flyte-lifecycle.${key}`;

export function remembered(key: string, keeper: Keeper = "browser"): string | null {
  try {
    return stores[keeper]().getItem(nameOf(key));
  } catch {
    return meanwhile.get(`${keeper} ${key}`) ?? null;
  }
}

/** Keeps a value, or with null forgets it. */
export function remember(key: string, value: string | null, keeper: Keeper = "browser"): void {
  if (value === null) meanwhile.delete(`${keeper} ${key}`);
  else meanwhile.set(`${keeper} ${key}`, value);
  try {
    if (value === null) stores[keeper]().removeItem(nameOf(key));
    else stores[keeper]().setItem(nameOf(key), value);
  } catch {
    // It is kept as long as the page, above.
  }
}
