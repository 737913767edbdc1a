/* Pending timers with their countdowns, and each one's button to let it fire now. */

import { get, now, onTick, subscribe, type TimerSnapshot } from "../store.ts";
import { span } from "../words/format.ts";
import { timerLabel } from "../words/timers.ts";
import { byId, h, reconcile, setAttribute, setText } from "./dom.ts";
import { offerButton } from "./offer.ts";

export function mountTimers(): void {
  const list = byId("timers");
  const known = new Map<string, HTMLElement>();
  const countDown = (at: number): void => {
    for (const timer of get().snapshot.timers) {
      const left = known.get(String(timer.id))?.querySelector(".countdown");
      if (left) setText(left, `in ${span(Math.max(0, timer.at - at))}`);
    }
  };
  subscribe((state, before) => {
    if (state.turn === before.turn) return;
    const timers = [...state.snapshot.timers].sort((a, b) => a.at - b.at || a.id - b.id);
    reconcile(
      list,
      known,
      timers,
      (timer) => String(timer.id),
      row,
      () => {},
    );
    setText(byId("timers-none"), timers.length === 0 ? "No timer is pending." : "");
    countDown(now());
  });
  onTick(countDown);
}

function row(timer: TimerSnapshot): HTMLElement {
  const fire = offerButton(
    "Fire now",
    () => ({ label: timerLabel(timer), command: { type: "fire", timer: timer.id } }),
    "small",
  );
  setAttribute(fire, "aria-label", `Fire now: ${timerLabel(timer)}, ${timer.action}`);
  return h(
    "li",
    { class: "timer" },
    h("span", { class: "timer-what" }, `${timerLabel(timer)} · ${timer.action}`),
    h("span", { class: "countdown" }),
    fire,
    h("span", { class: "timer-why" }, timer.sentence),
  );
}
