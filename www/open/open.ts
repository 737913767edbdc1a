/*
 * Opening TaskActions or a recorded run: by files, by dropping them anywhere, or by pasting their text. Errors stay beside
 * what was given.
 */

import { openRecord, openTaskActions } from "../store.ts";
import { byId, setAttribute, setText } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { copyText } from "../views/panel.ts";
import { CheckError, CheckStopped, stopCheck, warmUpCheck } from "./checker.ts";
import { ReadError, read, warmUp } from "./import.ts";
import { summaryOf } from "./record.ts";
import { openTrace, warmUpTrace } from "./trace.ts";

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
  const accept = async (source: string | readonly Blob[]): Promise<void> => {
    setAttribute(error, "hidden", true);
    if (await openTrace(source, fail)) return;
    setAttribute(dialog, "aria-busy", "true");
    try {
      const { value, isRecord } = await read(source);
      const check = isRecord ? await openRecord(value) : openTaskActions(value);
      dialog.close();
      text.value = "";
      announce(check ? `Opened. ${summaryOf(check)} It stays in this browser.` : "Opened. It stays in this browser.");
    } catch (problem) {
      if (!(problem instanceof CheckStopped)) fail(messageOf(problem));
    } finally {
      setAttribute(dialog, "aria-busy", null);
      file.value = "";
    }
  };
  byId("open-button").addEventListener("click", () => {
    setAttribute(error, "hidden", true);
    show();
    text.focus();
    warmUpTrace();
  });
  byId("open-go").addEventListener("click", () => void accept(text.value));
  file.addEventListener("change", () => {
    if (file.files?.length) void accept([...file.files]);
  });
  // Who closes the dialog no longer waits for an answer.
  dialog.addEventListener("close", stopCheck);
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
