import { gzipSync } from "node:zlib";
import { ask, expect, isIn, open, type Page, panel, paste, port, test } from "./page.ts";

const taskAction = (fields: { run?: string; action?: string; parent?: string; message?: string } = {}) => ({
  apiVersion: "flyte.org/v1",
  kind: "TaskAction",
  metadata: {
    name: `${fields.run ?? "rabc"}-${fields.action ?? "a0"}`,
    namespace: "flytesnacks-development",
    creationTimestamp: "2026-08-20T10:00:00Z",
    finalizers: ["flyte.org/plugin-finalizer"],
  },
  spec: {
    runName: fields.run ?? "rabc",
    project: "flytesnacks",
    domain: "development",
    actionName: fields.action ?? "a0",
    ...(fields.parent ? { parentActionName: fields.parent } : {}),
    taskType: "container",
    taskTemplate: "CgA=",
    inputUri: "s3://bucket/inputs.pb",
    runOutputBase: "s3://bucket/out",
  },
  status: {
    attempts: 1,
    pluginPhase: "PhaseRunning",
    conditions: [
      {
        type: "Progressing",
        status: "True",
        reason: "Executing",
        message: fields.message ?? "running",
        lastTransitionTime: "2026-08-20T10:00:05Z",
      },
    ],
    phaseHistory: [
      { phase: "Queued", occurredAt: "2026-08-20T10:00:00Z" },
      { phase: "Executing", occurredAt: "2026-08-20T10:00:05Z" },
    ],
  },
});

const YAML = `apiVersion: flyte.org/v1
kind: TaskAction
metadata:
  name: rabc-a0
  namespace: flytesnacks-development
  creationTimestamp: "2026-08-20T10:00:00Z"
  finalizers:
    - flyte.org/plugin-finalizer
spec:
  runName: rabc
  project: flytesnacks
  domain: development
  actionName: a0
  taskType: container
  taskTemplate: CgA=
  inputUri: s3://bucket/inputs.pb
  runOutputBase: s3://bucket/out
status:
  attempts: 1
  pluginPhase: PhaseRunning
  conditions:
    - type: Progressing
      status: "True"
      reason: Executing
      message: running
      lastTransitionTime: "2026-08-20T10:00:05Z"
  phaseHistory:
    - phase: Queued
      occurredAt: "2026-08-20T10:00:00Z"
    - phase: Executing
      occurredAt: "2026-08-20T10:00:05Z"
`;

const error = (page: Page) => page.locator("#open-message");

test("YAML as kubectl prints it opens, and the simulation continues from it", async ({ home }) => {
  await paste(home, YAML);
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.locator("#situation-sentence")).toContainText("stays in this browser");
  await expect(home.getByRole("treeitem")).toContainText("rabc/a0");
  await isIn(home, "RUNNING");
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
});

test("undo goes back to the resources and no further, and the other rules start from them", async ({ home }) => {
  await paste(home, YAML);
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.locator("#undo")).toHaveAttribute("aria-disabled", "true");
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  await home.getByText("as coded", { exact: true }).click();
  await isIn(home, "SUCCEEDED");
  await expect(panel(home)).not.toContainText("no longer holds");
  for (let time = 0; time < 3; time += 1) await home.keyboard.press("Control+z");
  await isIn(home, "RUNNING");
});

test("a List as JSON opens as a tree; several YAML documents do as well", async ({ home }) => {
  const items = [taskAction(), taskAction({ action: "a1", parent: "a0" })];
  await paste(home, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await expect(home.getByRole("treeitem")).toHaveCount(2);
  await paste(
    home,
    `${YAML}---\n${YAML.replace("actionName: a0", "actionName: a1\n  parentActionName: a0").replace("rabc-a0", "rabc-a1")}`,
  );
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.getByRole("treeitem")).toHaveCount(2);
});

test("a dropped file and a chosen one open", async ({ home }) => {
  await home.locator("#open-button").click();
  await home.locator("#open-file").setInputFiles({
    name: "ta.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(taskAction({ run: "rfile" }))),
  });
  await expect(home.getByRole("treeitem")).toContainText("rfile/a0");
  await home.evaluate(
    (text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "ta.json"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    JSON.stringify(taskAction({ run: "rdrop" })),
  );
  await expect(home.getByRole("treeitem")).toContainText("rdrop/a0");
});

const choose = (page: Page, files: { name: string; mimeType?: string; buffer: Buffer }[]): Promise<void> =>
  page.locator("#open-file").setInputFiles(files.map((each) => ({ mimeType: "", ...each })));
const named = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkM9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a file that is no text is refused by its name, and of several the damaged one", async ({ home }) => {
  await home.locator("#open-button").click();
  await expect(home.locator("#open-title")).toHaveText((await home.locator("#open-button").textContent()) ?? "");
  await choose(home, [{ name: "diagram.png", mimeType: "image/png", buffer: PNG }]);
  await expect(error(home)).toContainText("“diagram.png”: ");
  await choose(home, [named("ta.json", JSON.stringify(taskAction())), { name: "diagram.png", buffer: PNG }]);
  await expect(error(home)).toContainText("“diagram.png”: ");
  await choose(home, [named("ta.json", JSON.stringify(taskAction())), named("cut.json", '{"kind": "TaskAction",')]);
  await expect(error(home)).toHaveText(/^“cut\.json”: .*this is no JSON, or is cut off: EOF/);
  await choose(home, [named("a0.json", JSON.stringify(taskAction())), named("a1.yaml", YAML.replaceAll("a0", "a1"))]);
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.getByRole("treeitem")).toHaveCount(2);
});

/** What the engine reads of bytes. */
const TEXT = JSON.stringify(taskAction({ run: "rwide", message: "größer" }));
for (const [name, buffer] of [
  ["ta.json.gz", gzipSync(TEXT)],
  // As a shell of Windows writes what a command prints.
  ["ta.json", Buffer.from(`\ufeff${TEXT}`, "utf16le")],
] as const)
  test(`${name === "ta.json" ? "UTF-16" : "gzip"} is read`, async ({ home }) => {
    await home.locator("#open-button").click();
    await choose(home, [{ name, buffer }]);
    await expect(home.getByRole("treeitem")).toContainText("rwide/a0");
  });

test("an archive, and what is larger than any run, are refused", async ({ home }) => {
  await home.locator("#open-button").click();
  await choose(home, [{ name: "runs.zip", buffer: Buffer.from("504b0304140000000800ff", "hex") }]);
  await expect(error(home)).toContainText("“runs.zip”: ");
  await choose(home, [{ name: "huge.csv", buffer: Buffer.alloc(40_000_000, "run_name,name,phase\n") }]);
  await expect(error(home)).toHaveText(/^“huge\.csv”: .*up to \d+ are read/);
});

test("pasting anywhere opens", async ({ home }) => {
  await home.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, YAML);
  await expect(home.getByRole("treeitem")).toContainText("rabc/a0");
});

const deepJson = `${'{"kind":"TaskAction","spec":'.repeat(1)}${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
const bomb = `a: &a ["x","x","x","x","x","x","x","x","x"]\n${["b", "c", "d", "e", "f", "g", "h", "i"]
  .map((key, at) => `${key}: &${key} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`)
  .join("\n")}\nkind: TaskAction\n`;

const bad: [name: string, text: string, says: RegExp][] = [
  ["nothing", "   ", /there is nothing in it/],
  ["broken JSON", '{"kind": "TaskAction",, }', /no JSON.*line 1 column 23/],
  ["broken YAML", "kind: TaskAction\n  spec: [", /only TaskAction, Pod and List are read/],
  ["a word", "hello", /neither JSON, YAML nor the header of a table/],
  ["a table without a head", "r1,a0,4\nr1,a1,5\n", /begins with the names of its columns/],
  ["an error of kubectl", 'Error from server (NotFound): taskactions.flyte.org "x" not found', /no such resource/],
  ["another kind", JSON.stringify({ apiVersion: "v1", kind: "Secret" }), /this is a Secret/],
  ["another kind in a List", JSON.stringify({ kind: "List", items: [taskAction(), { kind: "Secret" }] }), /items\[1\]/],
  ["an alias bomb", bomb, /no YAML that kubectl prints: it refers to another place/],
  ["deep YAML", `kind: TaskAction\nspec: ${"[".repeat(20_000)}`, /nests deeper than \d+ levels/],
  ["deep YAML of dashes", `${"- ".repeat(5_000)}x`, /neither JSON, YAML/],
  ["deep JSON", deepJson, /nests deeper than \d+ levels/],
  ["40 MB", `{"kind":"TaskAction","spec":"${"x".repeat(40_000_000)}"}`, /has 4\d{7} bytes.*up to \d+ are read/],
];

for (const [name, text, says] of bad) {
  test(`${name} is refused in place, with the run that was open untouched`, async ({ home }) => {
    await port(home, "SUCCEEDED").click();
    const facts = await home.locator("#log-count").textContent();
    await paste(home, text);
    await expect(error(home)).toHaveText(says);
    await expect(home.locator("#open-text")).toHaveValue(text);
    await expect(home.locator("#open-copy")).toBeInViewport();
    await home.locator("#open").getByRole("button", { name: "Cancel" }).click();
    await isIn(home, "SUCCEEDED");
    await expect(home.locator("#log-count")).toHaveText(facts ?? "");
  });
}

test("a script in a name or a message does not run", async ({ home }) => {
  let alerts = 0;
  home.on("dialog", (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  const script = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  await paste(home, JSON.stringify(taskAction({ message: script })));
  await home.waitForTimeout(300);
  if (await home.locator("#open").isVisible())
    await home.locator("#open").getByRole("button", { name: "Cancel" }).click();
  await paste(home, JSON.stringify(taskAction({ run: script })));
  await home.waitForTimeout(300);
  await paste(home, JSON.stringify({ kind: script }));
  await expect(error(home)).toContainText("<img");
  expect(alerts).toBe(0);
  await expect(home.locator("img, main script")).toHaveCount(0);
});

test("no request leaves while a TaskAction is opened and driven", async ({ page, baseURL }) => {
  await open(page);
  await page.locator("#open-button").click();
  // What reads, files of the page itself, is fetched when the dialog opens, before there is anything to read.
  await expect(page.locator("#open")).toHaveAttribute("data-warm", "");
  await page.waitForLoadState("networkidle");
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.locator("#open-text").fill(YAML);
  await page.locator("#open-go").click();
  await expect(page.getByRole("treeitem")).toContainText("rabc/a0");
  await port(page, "SUCCEEDED").click();
  await isIn(page, "SUCCEEDED");
  await page.waitForTimeout(500);
  expect(requests).toEqual([]);
  expect(page.url()).not.toContain("rabc");
  expect(baseURL).toBeDefined();
});

test("every request of the page goes to its own origin", async ({ page, baseURL }) => {
  const origins = new Set<string>();
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) origins.add(new URL(request.url()).origin);
  });
  await open(page);
  await page.locator("#open-button").click();
  await page.waitForLoadState("networkidle");
  expect([...origins]).toEqual([new URL(baseURL ?? "").origin]);
});

test("an imported run is not put into a link", async ({ home }) => {
  await paste(home, YAML);
  await expect(home.locator("#open")).toBeHidden();
  await ask(home.locator("#copy-link"));
  await expect(home.locator("#copy-link")).toHaveText("Stays here");
  await expect(panel(home)).toContainText("rabc/a0");
});
