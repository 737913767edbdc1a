/*
 * A button for a command: focus or pointer previews what it would do, pressing it sends it, and one that cannot be
 * used now answers why not. Every button of the page that sends a command is made here.
 */

import { type Command, dispatch, endPreview, explain, get, preview } from "../store.ts";
import { h, setAttribute } from "./dom.ts";
import { announce } from "./live.ts";

/** What a button stands for at the moment; null if there is nothing that it could send. */
export type Offer = () => {
  label: string;
  command: Command | null;
  whyNot?: string;
  /** What is sent after it, as long as each is accepted. */
  then?: readonly Command[];
};

/** Where the pointer was last. One that rests while the page moves under it has not pointed at anything. */
let rest = { x: -1, y: -1 };
document.addEventListener(
  "pointermove",
  ({ clientX, clientY }) => {
    rest = { x: clientX, y: clientY };
  },
  { capture: true, passive: true },
);
const hasMoved = ({ clientX, clientY }: PointerEvent): boolean => clientX !== rest.x || clientY !== rest.y;

/** The button that the pointer has on show; what the keys show is not the pointer's to end. */
let pointed: HTMLButtonElement | null = null;

/** Makes a button answer for a command. */
export function offers(button: HTMLButtonElement, offer: Offer): HTMLButtonElement {
  const show = (asked: boolean): void => {
    const { label, command, whyNot } = offer();
    const explanation = command ? explain(command) : { enabled: false, rule: "", sentence: whyNot ?? "", events: [] };
    preview(label, command, explanation, asked);
  };
  button.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "mouse" || !hasMoved(event)) return;
    pointed = button;
    show(false);
  });
  button.addEventListener("pointerleave", () => {
    if (pointed !== button) return;
    pointed = null;
    endPreview();
  });
  button.addEventListener("focus", () => {
    if (!button.matches(":focus-visible")) return;
    pointed = null;
    show(false);
  });
  button.addEventListener("blur", endPreview);
  button.addEventListener("click", () => {
    const { label, command, then = [] } = offer();
    if (command && explain(command).enabled && dispatch(command, label)) {
      then.every((next) => dispatch(next, label));
      // The button keeps the focus; what it would do next is shown at once.
      if (button.isConnected && document.activeElement === button && button.matches(":focus-visible")) show(false);
      return;
    }
    if (get().notice && command && explain(command).enabled) return;
    show(true);
    const { explanation } = get().preview ?? {};
    if (explanation) announce(`Not now: ${explanation.message ?? explanation.sentence}`);
  });
  return button;
}

/** A new button with a word on it. */
export function offerButton(text: string, offer: Offer, className = "command"): HTMLButtonElement {
  return offers(h("button", { type: "button", class: className }, text), offer);
}

/** Shows whether the command would be accepted. */
export function setOffered(button: HTMLElement, enabled: boolean): void {
  setAttribute(button, "aria-disabled", enabled ? null : "true");
}
