/* The transport: the steps taken, and virtual time. */

import {
  type Command,
  get,
  nextTimer,
  now,
  onTick,
  redo,
  type State,
  seek,
  setSpeed,
  subscribe,
  togglePlaying,
  undo,
} from "../store.ts";
import { inWords } from "../words/commands.ts";
import { clock, moment } from "../words/format.ts";
import { byId, h, icon, setAttribute, setText } from "./dom.ts";
import { type Key, key, pressing } from "./keys.ts";
import { offerButton, offers, setOffered } from "./offer.ts";

const JUMPS: readonly [number, string][] = [
  [1_000, "+1 s"],
  [10_000, "+10 s"],
  [60_000, "+1 min"],
];

export const TIME_KEYS: readonly Key[] = [
  key("u", undo, "undo, as `Ctrl`+`Z` does", "embedded"),
  key("r", redo, "redo, as `Ctrl`+`Shift`+`Z` does", "embedded"),
  key("n", pressing("next-timer"), "to the next timer", "embedded"),
  key("p", togglePlaying, "play or pause the clock", "embedded"),
];

export function mountTime(): void {
  const slider = byId<HTMLInputElement>("steps");
  const playButton = byId<HTMLButtonElement>("play");
  const speed = byId<HTMLSelectElement>("speed");
  const next = byId<HTMLButtonElement>("next-timer");
  byId("undo").addEventListener("click", () => undo());
  byId("redo").addEventListener("click", () => redo());
  slider.addEventListener("input", () => seek(Number(slider.value)));
  offers(next, () => ({ label: "To the next timer", command: { type: "fire" } }));
  for (const [ms, word] of JUMPS) {
    const command: Command = { type: "advance", ms };
    byId("jumps").append(offerButton(word, () => ({ label: word, command }), "command"));
  }
  playButton.addEventListener("click", togglePlaying);
  speed.addEventListener("change", () => setSpeed(Number(speed.value)));

  const face = byId("clock");
  const showTime = (at: number): void => {
    const { startTime } = get();
    setText(face, clock(at - startTime));
    setAttribute(face, "title", `${moment(at)} UTC`);
  };
  onTick(showTime);
  subscribe((state, before) => {
    showTime(now());
    if (state.playing !== before.playing) showPlaying(playButton, state.playing);
    if (state.held !== before.held || state.index !== before.index) showSteps(slider, state);
    if (state.turn !== before.turn) setOffered(next, nextTimer(state) !== null);
  });
}

function showPlaying(button: HTMLButtonElement, playing: boolean): void {
  button.replaceChildren(icon(playing ? "i-pause" : "i-play"), h("span", {}, playing ? "Pause" : "Play"));
  setAttribute(button, "data-on", playing);
}

function showSteps(slider: HTMLInputElement, { index, held, commands, floor }: State): void {
  slider.min = String(floor);
  slider.max = String(held.length);
  slider.value = String(index);
  const last = commands.at(-1);
  const text = last ? inWords(last) : "the beginning";
  setAttribute(slider, "aria-valuetext", `Step ${index} of ${held.length}: ${text}`);
  setText(byId("step-count"), `${index}/${held.length}`);
  setText(byId("step-text"), text);
  // Where a long one is cut, the pointer is shown all of it; the slider says it to those who hear.
  setAttribute(byId("step-text"), "title", text);
  const undoButton = byId<HTMLButtonElement>("undo");
  const redoButton = byId<HTMLButtonElement>("redo");
  setAttribute(undoButton, "aria-disabled", index === floor ? "true" : null);
  setAttribute(redoButton, "aria-disabled", index === held.length ? "true" : null);
}
