/*
 * Opening a run of one's own: by files, by dropping them anywhere, or by pasting a text or a link. Errors stay beside what
 * was given.
 */

import type { RuleSet } from "flyte-lifecycle";
import { differenceWords } from "../facts.ts";
import { situationOf } from "../gallery/incident.ts";
import { openMarked } from "../gallery/marked.ts";
import { decode, trouble } from "../location.ts";
import { get, openRecord, say, select } from "../store.ts";
import { byId, setAttribute, setText } from "../views/dom.ts";
import { announce } from "../views/live.ts";
import { copyText } from "../views/panel.ts";
import { besideOf, runBeside } from "./beside.ts";
import { inputsOf, ReadError, ReadStopped, read, stopReading, warmUp } from "./reader.ts";
import type { Input, Read } from "./reader.worker.ts";
import { OPENED, openedWords } from "./words.ts";

/** A text, or files. */
type Given = string | readonly File[];

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
    error.scrollIntoView({ block: "nearest" });
  };
  /** What is being read. One thing at a time: what is given next takes its place. */
  let reading: { given: Given; inDialog: boolean } | null = null;
  const leave = (): void => {
    reading = null;
    stopReading();
    setAttribute(dialog, "aria-busy", null);
    file.value = "";
  };
  /** Opens what is given: a record under the rules that are asked for, or else by the first set that explains it. */
  const accept = async (given: Given, rules: RuleSet | "auto" = "auto"): Promise<void> => {
    // Pressed twice, it is read once.
    if (reading?.given === given) return;
    const left = reading !== null;
    leave();
    const mine = { given, inDialog: dialog.open };
    reading = mine;
    const wanted = (): boolean => reading === mine;
    setAttribute(error, "hidden", true);
    setAttribute(dialog, "aria-busy", "true");
    try {
      const inputs = await inputsOf(given);
      if (!wanted()) return;
      const told = await read(inputs, rules);
      if (!wanted()) return;
      openRead(inputs, told);
      leave();
      dialog.close();
      text.value = "";
      // Whoever opened it in the dialog goes on reading where it says what was found.
      if (mine.inDialog && "check" in told) byId("record-title").focus();
      // Whoever gave two things is told which of them is open.
      if (left && get().notice === null) say({ tone: "info", ...OPENED.left });
    } catch (problem) {
      if (!wanted()) return;
      leave();
      if (!(problem instanceof ReadStopped)) fail((problem as Error).message);
    }
  };
  byId("open-button").addEventListener("click", () => {
    setAttribute(error, "hidden", true);
    show();
    text.focus();
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
      await accept([await runBeside()], rules ?? "auto");
    } catch (problem) {
      fail((problem as Error).message);
    }
  }
}

/** Opens what was read. Throws, with nothing lost, if it cannot be shown. */
function openRead(inputs: readonly Input[], found: Read): void {
  if ("link" in found) follow(found.link);
  else if ("told" in found) {
    const { kind, told } = found;
    openMarked(situationOf(told, "", OPENED[kind]), told.differs && differenceWords(told.differs));
  } else {
    openRecord(inputs, found.check);
    announce(openedWords(found.check));
  }
}

/** Goes where a link leads, as if somebody had followed it. Throws if it leads nowhere. */
function follow(link: string): void {
  const fragment = link.slice(link.indexOf("#"));
  const run = decode(fragment);
  if (run?.broken && run.commands.length === 0) throw new ReadError(trouble(run.broken));
  location.hash = fragment;
}

/** The files that come along, or else the text. */
const given = (data: DataTransfer | null): Given | undefined =>
  data?.files.length ? [...data.files] : data?.getData("text/plain");

/** Fetches what reads before it is needed, so that nothing is fetched once there is something to read. */
function warmUpAll(): void {
  void warmUp().then(() => setAttribute(byId("open"), "data-warm", true));
}

function drops(accept: (given: Given) => Promise<void>): void {
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
