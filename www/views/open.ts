/* Opening a TaskAction: by file, by dropping it anywhere, or by pasting its text. Errors stay beside what was given. */

import { ReadError, read, warmUp } from "../import.ts";
import { openTaskActions } from "../store.ts";
import { byId, setAttribute, setText } from "./dom.ts";
import { announce } from "./live.ts";
import { openTrace, warmUpTrace } from "./open-trace.ts";
import { copyText } from "./panel.ts";

export function mountOpen(): void {
  const dialog = byId<HTMLDialogElement>("open");
  const text = byId<HTMLTextAreaElement>("open-text");
  const file = byId<HTMLInputElement>("open-file");
  const error = byId("open-error");
  const show = (): void => {
    warmUp();
    if (!dialog.open) dialog.showModal();
  };
  const fail = (message: string): void => {
    setText(byId("open-message"), message);
    setAttribute(error, "hidden", false);
    show();
  };
  const accept = async (source: string | Blob): Promise<void> => {
    setAttribute(error, "hidden", true);
    if (await openTrace(source, fail)) return;
    setAttribute(dialog, "aria-busy", "true");
    try {
      openTaskActions(await read(source));
      dialog.close();
      text.value = "";
      announce("Opened. It stays in this browser.");
    } catch (problem) {
      fail(messageOf(problem));
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
    const [chosen] = file.files ?? [];
    if (chosen) void accept(chosen);
  });
  byId("open-copy").addEventListener(
    "click",
    () => void copyText(byId("open-message").textContent ?? "", byId("open-copy"), "Copy"),
  );
  document.addEventListener("paste", (event) => {
    if ((event.target as Element).closest?.("input, textarea, select") || dialog.open) return;
    const pasted = event.clipboardData?.files[0] ?? event.clipboardData?.getData("text/plain");
    if (pasted) void accept(pasted);
  });
  drops(accept);
}

function drops(accept: (source: Blob | string) => Promise<void>): void {
  const root = document.documentElement;
  const over = (on: boolean): void => setAttribute(root, "data-dropping", on);
  document.addEventListener("dragenter", () => warmUp());
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
    const dropped = event.dataTransfer?.files[0] ?? event.dataTransfer?.getData("text/plain");
    if (dropped) void accept(dropped);
  });
}

const messageOf = (problem: unknown): string => {
  if (problem instanceof ReadError) return problem.message;
  const { message, code } = problem as { message?: string; code?: string };
  return code ? `${message} (${code})` : `This could not be opened: ${message ?? String(problem)}`;
};
