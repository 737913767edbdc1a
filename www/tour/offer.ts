/* How one gets to the guided tour. It is fetched when somebody takes it. */

import { remembered } from "../remember.ts";
import { say, select } from "../store.ts";
import { byId, setAttribute, setText } from "../views/dom.ts";

export function mountTourOffer(): void {
  const button = byId<HTMLButtonElement>("tour-open");
  const word = button.querySelector("span");
  const help = byId<HTMLButtonElement>("help-tour");
  const offer = (): void => {
    const progress = remembered("tour");
    // A first visit is offered it in more words; nothing pops up, and nothing moves.
    setAttribute(button, "data-new", progress === null);
    if (word) setText(word, progress === null ? "Take the tour" : "Tour");
    const number = Number(progress) + 1;
    const begun = progress !== null && number > 1;
    setText(
      help,
      begun ? `Go on with the tour, step ${number} of 6` : "Take the guided tour: six steps, three minutes",
    );
  };
  const take = async (reloaded = false): Promise<void> => {
    try {
      const { openTour, resumeAt } = await import("./tour.ts");
      if (reloaded || !document.getElementById("tour")) openTour(resumeAt(), reloaded);
      else document.getElementById("tour-title")?.focus();
      offer();
    } catch (error) {
      say({ tone: "error", title: "The tour could not be loaded", text: `${(error as Error).message}. Try again.` });
    }
  };
  button.addEventListener("click", () => void take());
  help.addEventListener("click", () => {
    help.closest("dialog")?.close();
    void take();
  });
  byId("help-open").addEventListener("click", offer);
  offer();
  let began = false;
  select(
    (state) => state.ready && state.snapshot.actions.length > 0,
    (open) => {
      // It was open when this tab was reloaded.
      if (!open || began) return;
      began = true;
      if (remembered("tour", "tab") !== null) void take(true);
    },
  );
}
