/*
 * Plays commands on the page one by one, at a pace at which one can follow, with a pause. Its bar stays in sight below
 * whatever is looked at. Where motion is to be reduced, all is done at once.
 */

import { branchOff, type Command, dispatch, get, subscribe } from "../../store.ts";
import { inWords } from "../../words/commands.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { announce } from "../live.ts";

/** Time for one step: long enough for the panel's sentence. */
const STEP_MS = 1_400;

export interface Player {
  /** Starts from where the run stands, in a branch of its own. */
  play: (commands: readonly Command[], label: string) => void;
  end: () => void;
}

export function player(): Player {
  let commands: readonly Command[] = [];
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the run is expected to stand; anywhere else, somebody has acted. */
  let expected: { index: number; branch: number } | null = null;
  let stepping = false;
  const words = h("p", { class: "ex-player-words" });
  const pause = h("button", { type: "button", class: "small" });
  const next = h("button", { type: "button", class: "small" }, "Next step");
  const rest = h("button", { type: "button", class: "small" }, "All at once");
  const close = h("button", { type: "button", class: "small" }, "Close");
  const bar = h(
    "section",
    { class: "ex-player", "aria-label": "Show me how", hidden: true },
    words,
    pause,
    next,
    rest,
    close,
  );
  document.body.append(bar);

  const show = (): void => {
    const command = commands[at];
    const done = at >= commands.length;
    setText(
      words,
      done
        ? `There it is, after ${commands.length === 1 ? "one step" : `${commands.length} steps`}.`
        : `Step ${at + 1} of ${commands.length}: ${command ? inWords(command) : ""}`,
    );
    setText(pause, timer === undefined ? "Go on" : "Pause");
    const focused = document.activeElement;
    for (const button of [pause, next, rest]) setAttribute(button, "hidden", done);
    if (done && (focused === pause || focused === next || focused === rest)) close.focus();
  };
  /** Sends the next command; false when there is none or it is refused. */
  const step = (): boolean => {
    const command = commands[at];
    if (!command) return false;
    stepping = true;
    const sent = dispatch(command);
    stepping = false;
    if (!sent) {
      // The page says beside the diagram why not.
      end();
      return false;
    }
    at += 1;
    const { index, branch } = get();
    expected = { index, branch };
    return at < commands.length;
  };
  const halt = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tick = (): void => {
    timer = undefined;
    if (step()) timer = setTimeout(tick, STEP_MS);
    if (!bar.hidden) show();
  };
  function end(): void {
    halt();
    expected = null;
    commands = [];
    setAttribute(bar, "hidden", true);
  }

  pause.addEventListener("click", () => {
    if (at >= commands.length) return;
    if (timer === undefined) tick();
    else halt();
    show();
  });
  next.addEventListener("click", () => {
    if (at >= commands.length) return;
    halt();
    step();
    show();
  });
  rest.addEventListener("click", () => {
    if (at >= commands.length) return;
    halt();
    while (step());
    if (!bar.hidden) show();
  });
  close.addEventListener("click", end);
  subscribe(({ index, branch }) => {
    if (stepping || expected === null || (index === expected.index && branch === expected.branch)) return;
    // Somebody has gone elsewhere; going on from there would be another run.
    end();
  });

  return {
    play(given, label) {
      end();
      commands = given;
      at = 0;
      branchOff(label);
      const { index, branch } = get();
      expected = { index, branch };
      setAttribute(bar, "hidden", false);
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        while (step());
      } else timer = setTimeout(tick, STEP_MS / 2);
      if (bar.hidden) return;
      show();
      announce(`Playing ${commands.length === 1 ? "one step" : `${commands.length} steps`}.`);
    },
    end,
  };
}
