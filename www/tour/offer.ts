/* How one gets to the guided tour. It is fetched when somebody takes it. */

import { remembered } from "../remember.ts";
import { say, select } from "../store.ts";
import { byId, setAttribute, setText } from "../views/dom.ts";
import { PROGRESS, resumeAt, STEP_COUNT } from "./progress.ts";

export function mountTourOffer(): void {
  const button = byId<HTMLButtonElement>("tour-open");
  const word = button.querySelector("span");
  const help = byId<HTMLButtonElement>("help-tour");
  const offer = (): void => {
    const isNew = remembered(PROGRESS) === null;
    // A first visit is offered it in more words; nothing pops up, and nothing moves.
    setAttribute(button, "data-new", isNew);
    if (word) setText(word, isNew ? "Take the tour" : "Tour");
    const step = resumeAt();
    setText(
      help,
      step > 0
        ? `Go on with the tour, step ${step + 1} of ${STEP_COUNT}`
        : "Take the guided tour: six steps, three minutes",
    );
  };
  const take = async (reloaded = false): Promise<void> => {
    try {
      const { openTour } = await import("./tour.ts");
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
      if (remembered(PROGRESS, "tab") !== null) void take(true);
    },
  );
}
