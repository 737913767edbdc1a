/*
 * Elements without a framework. Text is only ever text: nothing here parses markup, so no name can become a script, and
 * what would turn the words around it is shown instead, so no message reorders the page's own. All text of the page goes
 * this way.
 */

import { shownText } from "../words/characters.ts";

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined | false;
/** Children one by one, or as a list of any length: a call takes only so many arguments. */
type Children = readonly (Child | readonly Child[])[];

const SVG = "http://www.w3.org/2000/svg";

function fill<E extends Element>(element: E, attributes: Attributes, children: Children): E {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const each of children)
    for (const child of Array.isArray(each) ? (each as readonly Child[]) : [each as Child])
      if (child) element.append(asShown(child));
  return element;
}

const asShown = (child: Node | string): Node | string => (typeof child === "string" ? shownText(child) : child);

/** An HTML element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Children
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Children
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Has these children and no others, however many. */
export function fillWith(element: ParentNode, children: readonly (Node | string)[]): void {
  const all = document.createDocumentFragment();
  for (const child of children) all.append(asShown(child));
  element.replaceChildren(all);
}

/** Attributes that are read, or read out. */
const SAYING = /^(?:title|placeholder|alt|aria-(?:label|valuetext|description|roledescription))$/;

/** Sets or removes; `true` sets the empty attribute. */
export function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else {
    const text = value === true ? "" : SAYING.test(name) ? shownText(String(value)) : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Changes text only if it differs, so that nothing is painted, or read out, for nothing. */
export function setText(element: Element, words: string): void {
  const text = shownText(words);
  if (element.textContent !== text) element.textContent = text;
}

/** Says a sentence to those who listen to a live region; the same one twice is said twice. */
export function sayIn(region: Element, words: string): void {
  const text = shownText(words);
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** Of seconds, as people type them. */
export const milliseconds = (seconds: number): number => Math.round(seconds * 1_000);

/** The number in a field, under the name that the engine has for it; nothing if the field is empty. */
export function numberOf<K extends string>(
  name: K,
  field: HTMLInputElement,
  inUnits = (number: number): number => number,
): { [N in K]?: number } {
  const { validity, value } = field;
  if (value !== "") return { [name]: inUnits(Number(value)) } as { [N in K]: number };
  // What the browser shows and takes for no number goes as if it were one, so that it is refused.
  return validity.badInput ? ({ [name]: "" } as object) : {};
}

/** One of the symbols in index.html; the word beside it carries the meaning. */
export function icon(id: string, size = 16): SVGSVGElement {
  return svg(
    "svg",
    { class: "icon", width: size, height: size, "aria-hidden": "true" },
    svg("use", { href: `#${id}` }),
  );
}

/** The element that index.html promises. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element as unknown as E;
}

/** A button that stays focusable when it cannot be used, so that it can say why. */
export function setEnabled(button: HTMLElement, enabled: boolean): void {
  setAttribute(button, "aria-disabled", enabled ? null : "true");
}

/** Brings a list of elements in line with a list of keys; what stays is not touched. */
export function reconcile<T>(
  parent: Element,
  known: Map<string, HTMLElement>,
  items: readonly T[],
  keyOf: (item: T) => string,
  create: (item: T) => HTMLElement,
  update: (element: HTMLElement, item: T) => void,
): void {
  const keys = new Set(items.map(keyOf));
  for (const [key, element] of known) {
    if (keys.has(key)) continue;
    element.remove();
    known.delete(key);
  }
  let place: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = known.get(key);
    if (!element) {
      element = create(item);
      known.set(key, element);
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, item);
  }
}
