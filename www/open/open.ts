/*
 * Opening TaskActions or a recorded run: by files, by dropping them anywhere, or by pasting their text. Errors stay beside
 * what was given.
 */

import type { RuleSet } from "flyte-lifecycle";
import { loadReading } from "../engine.ts";
import { get, openRecord, openTaskActions, say, select, switchRules } from "../store.ts";
import { byId, setAttribute, setText } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { copyText } from "../views/panel.ts";
import { besideOf, runBeside } from "./beside.ts";
import { CheckError, CheckStopped, stopCheck, warmUpCheck } from "./checker.ts";
import { ReadError, ReadStopped, read, stopReading, warmUp } from "./import.ts";
import { summaryOf } from "./record.ts";
import { openTrace } from "./trace.ts";

const LEFT = {
  title: "What you opened last is open",
  text: "What you gave before it was still being read then, and was left. Open it again if you want it.",
};

export function mountOpen(): void {
  const dialog = byId<HTMLDialogElement>("open");
  const text = byId<HTMLTextAreaElement>("open-text");
  const file = byId<HTMLInputElement>("open-file");
  const error = byId("open-error");
  const show = (): void => {
    warmUpAll();
    if (!dialog.open) dialog.showModal();
  };
  const fail = (message: string): void => {
    setText(byId("open-message"), message);
    setAttribute(error, "hidden", false);
    show();
  };
  /** What is being read. One thing at a time: what is given next takes its place. */
  let reading: { source: string | readonly Blob[]; inDialog: boolean } | null = null;
  const leave = (): void => {
    reading = null;
    stopReading();
    stopCheck();
    setAttribute(dialog, "aria-busy", null);
    file.value = "";
  };
  const accept = async (source: string | readonly Blob[]): Promise<void> => {
    // Pressed twice, it is read once.
    if (reading?.source === source) return;
    const left = reading !== null;
    leave();
    const mine = { source, inDialog: dialog.open };
    reading = mine;
    const wanted = (): boolean => reading === mine;
    setAttribute(error, "hidden", true);
    setAttribute(dialog, "aria-busy", "true");
    try {
      if (!(await openTrace(source, wanted))) {
        const { value, isRecord } = await read(source);
        if (!isRecord) await loadReading();
        if (!wanted()) return;
        const check = isRecord ? await openRecord(value) : openTaskActions(value);
        announce(check ? `Opened. ${summaryOf(check)} It stays in this browser.` : "Opened. It stays in this browser.");
      }
      if (!wanted()) return;
      leave();
      dialog.close();
      text.value = "";
      // Whoever gave two things is told which of them is open.
      if (left && get().notice === null) say({ tone: "info", ...LEFT });
    } catch (problem) {
      if (!wanted()) return;
      leave();
      if (!(problem instanceof CheckStopped || problem instanceof ReadStopped)) fail(messageOf(problem));
    }
  };
  byId("open-button").addEventListener("click", () => {
    setAttribute(error, "hidden", true);
    show();
    text.focus();
    // What could not be fetched now is asked for again, and missed then, when it is needed.
    loadReading().catch(() => {});
    // Without this style the words that mark the moment are still there.
    import("../gallery/moment.css").catch(() => {});
  });
  byId("open-go").addEventListener("click", () => void accept(text.value));
  file.addEventListener("change", () => {
    if (file.files?.length) void accept([...file.files]);
  });
  // Who closes the dialog no longer waits for an answer.
  dialog.addEventListener("close", () => {
    if (reading?.inDialog && !dialog.open) leave();
  });
  byId("open-copy").addEventListener(
    "click",
    () => void copyText(byId("open-message").textContent ?? "", byId("open-copy"), "Copy"),
  );
  document.addEventListener("paste", (event) => {
    if ((event.target as Element).closest?.("input, textarea, select") || dialog.open) return;
    const pasted = given(event.clipboardData);
    if (pasted) void accept(pasted);
  });
  drops(accept);
  // Before the engine there is nothing that could be opened.
  const beside = besideOf(location);
  if (beside) {
    select(
      (state) => state.ready,
      (ready) => {
        if (ready) void openBeside(beside);
      },
    );
  }
  async function openBeside({ rules }: { rules: RuleSet | null }): Promise<void> {
    try {
      const found = await runBeside();
      if (rules) switchRules(rules);
      await accept(found);
    } catch (problem) {
      fail((problem as Error).message);
    }
  }
}

/** The files that come along, or else the text. */
const given = (data: DataTransfer | null): readonly Blob[] | string | undefined =>
  data?.files.length ? [...data.files] : data?.getData("text/plain");

/** Fetches what reads and checks before it is needed, so that nothing is fetched once there is something to read. */
function warmUpAll(): void {
  warmUp();
  void warmUpCheck().then(() => setAttribute(byId("open"), "data-warm", true));
}

function drops(accept: (source: readonly Blob[] | string) => Promise<void>): void {
  const root = document.documentElement;
  const over = (on: boolean): void => setAttribute(root, "data-dropping", on);
  document.addEventListener("dragenter", warmUpAll);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const dropped = given(event.dataTransfer);
    if (dropped) void accept(dropped);
  });
}

const messageOf = (problem: unknown): string => {
  if (problem instanceof ReadError) return problem.message;
  if (problem instanceof CheckError) return problem.code ? `${problem.message} (${problem.code})` : problem.message;
  const { message, code } = problem as { message?: string; code?: string };
  return code ? `${message} (${code})` : `This could not be opened: ${message ?? String(problem)}`;
};
