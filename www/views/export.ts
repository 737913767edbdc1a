/*
 * Everything that can be taken along: the diagram and the timeline as pictures, the run as data, the run as a test. All
 * of it is made here, from what the page shows; nothing is sent anywhere.
 */

import { dot, mermaid, type Shown, scxml } from "../export/diagram.ts";
import { recordJson } from "../export/record.ts";
import { diagramSvg, type Icons, PALETTE, type Palette, timelineSvg } from "../export/svg.ts";
import { jsTest, type Run, rustTest, slug } from "../export/tests.ts";
import { axisOf, lanesOf } from "../geometry/timeline.ts";
import { asking, RULE_WORDS } from "../rules.ts";
import { exported, get, protojson, scenarioOf, traceText, trail, UPSTREAM_COMMIT } from "../store.ts";
import type { DrawnPhase } from "../words/phases.ts";
import { byId, h, setAttribute, setText } from "./dom.ts";
import { announce } from "./live.ts";
import { copyText } from "./panel.ts";

interface Format {
  id: string;
  group: string;
  name: string;
  sentence: string;
  ending: string;
  type: string;
  make: () => string;
  /** Shown as a picture, and saved as one. */
  picture?: "svg" | "png";
}

/** Characters of a preview; what is copied or saved is whole. */
const PREVIEW = 20_000;
/** A PNG is so many times as large as the drawing, to be sharp in print. */
const SCALE = 2;

const FORMATS: readonly Format[] = [
  format(
    "diagram-svg",
    "Diagram",
    "SVG",
    "The diagram as it is drawn now, in the colours of the present theme.",
    "svg",
    "image/svg+xml",
    diagramPicture,
    "svg",
  ),
  format(
    "diagram-png",
    "Diagram",
    "PNG",
    "The same as pixels, twice as large.",
    "png",
    "image/png",
    diagramPicture,
    "png",
  ),
  format(
    "mermaid",
    "Diagram",
    "Mermaid",
    "A state diagram that Markdown on GitHub, GitLab and in many wikis draws.",
    "mmd",
    "text/plain",
    () => mermaid(get().diagram, shown(), diagramTitle()),
  ),
  format("dot", "Diagram", "DOT", "For Graphviz.", "dot", "text/vnd.graphviz", () =>
    dot(get().diagram, shown(), diagramTitle()),
  ),
  format(
    "scxml",
    "Diagram",
    "SCXML",
    "A state chart that other engines read; each event names its rule.",
    "scxml",
    "application/scxml+xml",
    () => scxml(get().diagram, shown(), diagramTitle()),
  ),
  format(
    "timeline-svg",
    "Timeline",
    "SVG",
    "All lanes of the run, those of steps undone included.",
    "svg",
    "image/svg+xml",
    timelinePicture,
    "svg",
  ),
  format(
    "json",
    "Run",
    "JSON",
    "Configuration, commands, facts and stores: what another program needs. Simulation.fromJSON and Open read it.",
    "json",
    "application/json",
    runJson,
  ),
  format(
    "trace",
    "Run",
    "Trace",
    "Commands and facts as text; Simulation.fromTrace and Open read it.",
    "trace",
    "text/plain",
    () => traceText(),
  ),
  format(
    "protojson",
    "Run",
    "Protojson",
    "What Flyte’s API would tell of each action: ActionDetails and ActionEvents. checkRun and Open read it.",
    "record.json",
    "application/json",
    () => recordJson(protojson()),
  ),
  format(
    "test-js",
    "Copy as test",
    "JavaScript",
    "A test for Node’s runner that gives the same commands and expects the same rows.",
    "test.mjs",
    "text/javascript",
    () => jsTest(runOf()),
  ),
  format(
    "test-rust",
    "Copy as test",
    "Rust",
    "A test that replays the trace and expects the same bytes.",
    "rs",
    "text/x-rust",
    () => rustTest(runOf()),
  ),
];

function format(
  id: string,
  group: string,
  name: string,
  sentence: string,
  ending: string,
  type: string,
  make: () => string,
  picture?: "svg" | "png",
): Format {
  return { id, group, name, sentence, ending, type, make, ...(picture ? { picture } : {}) };
}

export function mountExport(): void {
  const dialog = byId<HTMLDialogElement>("export");
  const list = byId("export-formats");
  const copyButton = byId<HTMLButtonElement>("export-copy");
  let chosen = FORMATS[0] as Format;
  let made = "";
  for (const group of new Set(FORMATS.map((each) => each.group))) {
    const box = h("fieldset", {}, h("legend", {}, group));
    for (const each of FORMATS.filter((each) => each.group === group)) {
      const input = h("input", { type: "radio", name: "export-format", value: each.id });
      input.addEventListener("change", () => show(each));
      box.append(h("label", {}, input, h("span", {}, each.name)));
    }
    list.append(box);
  }

  const show = (next: Format): void => {
    chosen = next;
    made = next.make();
    const image = byId("export-image");
    const isPicture = next.picture !== undefined;
    setText(byId("export-sentence"), next.sentence);
    setAttribute(byId("export-box"), "hidden", isPicture);
    setAttribute(image, "hidden", !isPicture);
    setText(byId("export-text"), made.length > PREVIEW ? `${made.slice(0, PREVIEW)}\n…` : made);
    preview(image, isPicture ? made : null);
    // Pixels are no text, so there is nothing to copy.
    setAttribute(copyButton, "hidden", next.picture === "png");
  };

  byId("export-open").addEventListener("click", () => {
    const { index, held } = get();
    setText(
      byId("export-what"),
      `${titleOf()}, ${index === held.length ? `${index} steps` : `up to step ${index} of ${held.length}`}. It is made here; nothing is sent anywhere.`,
    );
    dialog.showModal();
    show(chosen);
    const input = list.querySelector<HTMLInputElement>(`input[value="${chosen.id}"]`);
    if (input) input.checked = true;
    input?.focus();
  });
  copyButton.addEventListener("click", () => {
    void copyText(made, copyButton, "Copy").then(() => announce(copyButton.textContent ?? ""));
  });
  byId("export-save").addEventListener("click", () => {
    void (async () => {
      try {
        const blob = chosen.picture === "png" ? await pixels(made) : new Blob([made], { type: chosen.type });
        save(blob, `${slug(titleOf()).replaceAll("_", "-")}.${chosen.ending}`);
        announce(`${chosen.group} saved as ${chosen.name}.`);
      } catch {
        // A server's own content security policy can keep the browser from reading a picture out of memory.
        const words = "This server lets the browser make no pixels here. Take the SVG, which is the same picture.";
        setText(byId("export-sentence"), words);
        announce(words);
      }
    })();
  });
}

export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  link.click();
  // The browser reads it after the click, at a time that it does not tell.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Shows a picture as part of the page, apart from its styles and names: that works under every policy of a server. */
function preview(box: HTMLElement, svg: string | null): void {
  const root = box.shadowRoot ?? box.attachShadow({ mode: "open" });
  if (root.adoptedStyleSheets.length === 0) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "svg { display: block; box-sizing: border-box; max-width: 100%; max-height: 100%; height: auto; " +
        "border: 1px solid var(--line); border-radius: 6px; }",
    );
    root.adoptedStyleSheets = [sheet];
  }
  root.replaceChildren(
    ...(svg === null ? [] : [new DOMParser().parseFromString(svg, "image/svg+xml").documentElement]),
  );
}

const dataUrl = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;

async function pixels(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = dataUrl(svg);
  await image.decode();
  const canvas = h("canvas", { width: image.naturalWidth * SCALE, height: image.naturalHeight * SCALE });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser made no picture."))), "image/png");
  });
}

// --- what is exported ---------------------------------------------------------------------------------------------

function titleOf(): string {
  const { situation, snapshot, rules } = get();
  const name = scenarioOf(situation)?.title ?? snapshot.actions[0]?.run ?? "run";
  const words = RULE_WORDS[rules];
  return name.toLowerCase().includes(words) ? name : `${name}, ${words}`;
}

const diagramTitle = (): string => {
  const action = selected();
  const rules = RULE_WORDS[get().rules];
  return action
    ? `Lifecycle of a ${action.kind} action in Flyte 2, ${rules}, and the way of ${action.id}`
    : `Lifecycle of an action in Flyte 2, ${rules}`;
};

function selected() {
  const { selected, actions } = get();
  return selected === null ? undefined : actions.get(selected);
}

function shown(): Shown {
  const action = selected();
  return action
    ? { kind: action.kind, phase: action.phase, taken: trail(action.id).taken }
    : { kind: null, phase: null, taken: new Map() };
}

function runJson(): string {
  const { config, commands, index } = exported();
  const { events, snapshot, rules } = get();
  const run = { format: "flyte-lifecycle run", version: 1, upstream: UPSTREAM_COMMIT, title: titleOf(), rules };
  return `${JSON.stringify({ ...run, config: asking(config), commands, index, events, snapshot }, null, 2)}\n`;
}

function runOf(): Run {
  const { config, commands, index } = exported();
  const { events, snapshot } = get();
  return {
    title: titleOf(),
    config,
    commands: commands.slice(0, index),
    events,
    actions: snapshot.actions,
    trace: traceText(),
  };
}

/** The colours of the present theme. */
function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(PALETTE.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

function icons(): Icons {
  const symbols = [...document.querySelectorAll("svg.symbols symbol")];
  return Object.fromEntries(symbols.map((each) => [each.id, each.querySelector("path")?.getAttribute("d") ?? ""]));
}

function diagramPicture(): string {
  const action = selected();
  // The edges on the page are the truth about which are drawn: they depend on what can fire now.
  const edges = [...document.querySelectorAll<SVGPathElement>("#canvas-wide .edge")].map((path) => {
    const key = path.dataset.key ?? "";
    return { key, taken: action ? (trail(action.id).taken.get(key) ?? 0) : 0 };
  });
  const ports = [...document.querySelectorAll<HTMLElement>("button.port:not([hidden])")];
  const labels = Object.fromEntries(
    ports.map((port) => [port.dataset.phase as DrawnPhase, port.querySelector(".port-word")?.textContent ?? ""]),
  );
  const note = action?.kind === "task" ? `attempt ${action.attempts} of ${action.maxAttempts}` : (action?.kind ?? "");
  const visited = action ? trail(action.id).visited : new Set<never>();
  const picture = { title: diagramTitle(), edges, visited, current: action?.phase ?? null, note, labels };
  return diagramSvg(picture, palette(), icons());
}

function timelinePicture(): string {
  const { told, startTime, ends } = get();
  const lanes = lanesOf(told);
  const later = lanes.flatMap((lane) => lane.waits.filter((wait) => wait.to === null).map((wait) => wait.due));
  const compress = byId<HTMLInputElement>("tl-compress").checked;
  const axis = axisOf(told, { width: 1_000, compress, start: startTime, later, ends });
  return timelineSvg({ title: titleOf(), events: told, lanes, axis }, palette(), icons());
}
