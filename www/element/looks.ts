/* How the element looks: its sheet, and what its attributes say of theme and controls. */

import colours from "../colours.css?inline";
import controls from "../controls.css?inline";
import drawing from "../diagram.css?inline";
import own from "./element.css?inline";
import { CONTROLS, type Controls, editsBetween, THEMES, unknown } from "./embed.ts";

/** One for all elements of a document, made when its first one is: a sheet can be used in its own document alone. */
const sheets = new WeakMap<Document, CSSStyleSheet>();

/** Gives the shadow its looks. A document made of script, as jsdom's, draws nothing and knows no sheets that are made. */
export function dress(root: ShadowRoot): void {
  const document = root.ownerDocument;
  const Sheet = (document.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
  if (typeof Sheet?.prototype.replaceSync !== "function") return;
  let sheet = sheets.get(document);
  if (!sheet) {
    sheet = new Sheet();
    sheet.replaceSync([colours, controls, drawing, own].join("\n"));
    sheets.set(document, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}

/** What may be pressed, and what is wrong with the attributes: a value that is none, and a name that is misspelt. */
export function looksOf(element: Element, names: readonly string[]): { controls: Controls; misfits: string[] } {
  const misfits: string[] = [];
  const look = <T extends string>(name: "theme" | "controls", known: readonly T[], usual: T): T => {
    const value = element.getAttribute(name);
    if (value === null || value === "" || known.includes(value as T)) return (value as T | null) || usual;
    misfits.push(unknown(`${name}=${value}`, name, value, known));
    return usual;
  };
  look("theme", THEMES, "auto");
  const chosen = look<Controls>("controls", CONTROLS, "full");
  for (const { name } of element.attributes) {
    const meant = names.find((known) => isMisspelt(name, known));
    if (meant) misfits.push(`“${name}”: no such attribute; did you mean “${meant}”?`);
  }
  return { controls: chosen, misfits };
}

/** One letter from a name that there is, or two from a longer one: `lang` and `role` are attributes of their own. */
const isMisspelt = (name: string, known: string): boolean => {
  const edits = editsBetween(name, known);
  return edits > 0 && edits <= (known.length > 5 ? 2 : 1);
};
