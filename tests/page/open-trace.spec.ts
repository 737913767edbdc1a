import { readFileSync } from "node:fs";
import { expect, isIn, open, type Page, panel, situation, test } from "./page.ts";

const TRACE = readFileSync(
  new URL("../traces/n28-success-that-is-aborted.upstream.trace", import.meta.url),
  "utf8",
).replace("rules=upstream", "rules=upstream seed=7");

async function give(page: Page, text: string): Promise<void> {
  await page.locator("#open-button").click();
  await page.locator("#open-text").fill(text);
  await page.locator("#open-go").click();
}

test("a trace that is pasted opens where it says that it goes wrong", async ({ home }) => {
  await give(home, TRACE);
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.locator("#situation-title")).toHaveText("A success that is aborted");
  await expect(panel(home)).toContainText("Here it goes wrong (step 6 of 7)");
  await expect(home.locator("#log .fact[data-wrong]")).toContainText("SUCCEEDED becomes ABORTED");
  await panel(home).getByRole("button", { name: "Beside the fix" }).click();
  await expect(home.locator("#compare-right option:checked")).toHaveText("With abortOfEnded: refused");
  await home.keyboard.press("Escape");
  // It is no run of the gallery, so its link is the run.
  await expect(home).toHaveURL(/#v\d/);
});

test("what the page exports opens again to the same bytes", async ({ home }) => {
  const exported = async (): Promise<string> => {
    await home.locator("#export-open").click();
    await home.locator('#export-formats input[value="trace"]').check();
    const text = await home.locator("#export-text").textContent();
    await home.keyboard.press("Escape");
    return text ?? "";
  };
  const before = await exported();
  expect(before).toMatch(/^flyte-lifecycle trace 1/);
  await give(home, `# from a report\n\n${before}`);
  await expect(home.locator("#situation-title")).toHaveText("A trace");
  await isIn(home, "RUNNING");
  expect(await exported()).toBe(before);
});

test("a run as JSON opens as the same run, where it stood", async ({ home }) => {
  await situation(home, "Abort with a paused child");
  await home.locator("#undo").click();
  await home.locator("#undo").click();
  const exported = async (): Promise<{ index: number; commands: unknown[]; snapshot: unknown; config: unknown }> => {
    await home.locator("#export-open").click();
    await home.locator('#export-formats input[value="json"]').check();
    const [download] = await Promise.all([home.waitForEvent("download"), home.locator("#export-save").click()]);
    await home.keyboard.press("Escape");
    return JSON.parse(readFileSync(await download.path(), "utf8"));
  };
  const before = await exported();
  expect(before.index).toBe(before.commands.length - 2);
  await situation(home, "Happy path");
  await give(home, JSON.stringify(before));
  await expect(home.locator("#situation-title")).toHaveText("A run that was kept as JSON");
  const { commands, config, index, snapshot } = await exported();
  expect({ commands, index, snapshot }).toEqual({
    commands: before.commands,
    index: before.index,
    snapshot: before.snapshot,
  });
  // It says all that it takes to make it again, here or with the package.
  expect(config).toMatchObject({ abort: { reply: "ask" } });
  expect(before.config).toMatchObject({ abort: { reply: "ask" } });
});

test("a link that is pasted is followed, and one that opens nothing is refused beside it", async ({ home }) => {
  await give(home, "https://example.org/lifecycle/#v2/u/2/cr1~Rz\n");
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.getByRole("treeitem")).toContainText("r1/a0");
  await expect(home.getByRole("radio", { name: "as coded" })).toBeChecked();
  await give(home, "#gallery/n1");
  await expect(home.locator("#situation-title")).toHaveText(/^N1:/);
  await give(home, "#v1/whatever");
  await expect(home.locator("#open-message")).toContainText("It is of the older kind v1");
  await expect(home.locator("#open-text")).toHaveValue("#v1/whatever");
  await home.keyboard.press("Escape");
  await expect(home.locator("#situation-title")).toHaveText(/^N1:/);
});

test("a trace that tells other facts than follow from its commands says from which line on", async ({ home }) => {
  const changed = TRACE.replace("QUEUED→RUNNING #1", "QUEUED→INITIALIZING #1");
  expect(changed).not.toBe(TRACE);
  const line = changed.split("\n").findIndex((each) => each.includes("QUEUED→INITIALIZING")) + 1;
  await give(home, changed);
  await expect(panel(home)).toContainText(`This trace tells other facts from line ${line} on`);
  await expect(panel(home)).toContainText("QUEUED→INITIALIZING #1 PluginReported”; its commands lead to “");
  // The moment that it marks is told all the same.
  await expect(panel(home)).toContainText("Here it goes wrong (step 6 of 7)");
  await expect(panel(home).getByRole("button", { name: "Beside the fix" })).toBeVisible();
  await expect(panel(home)).toHaveAttribute("data-tone", "info");
  await expect(home.locator("#live")).toContainText(`from line ${line} on`);
  // One that is written by hand tells none, and there is nothing to be said.
  await give(home, "flyte-lifecycle trace 1\ncreateRun run=r1\n\nplugin action=r1/a0 result.phase=Running\n");
  await isIn(home, "RUNNING");
  await expect(panel(home)).not.toContainText("other facts");
});

test("what is wrong in a trace is told with its place, and the open run stays", async ({ home }) => {
  for (const [text, words] of [
    ["flyte-lifecycle trace 1\nsingal action=r1/a0", 'line 2, column 1: `type` is "singal" (did you mean "signal"?)'],
    ["flyte-lifecycle trace 9", 'line 1, column 23: this trace is of version "9"'],
    ["flyte-lifecycle trace 1\nabortRun run=r9", "line 2, column 10: "],
  ] as const) {
    await give(home, text);
    await expect(home.locator("#open-message")).toContainText(words);
    await home.keyboard.press("Escape");
  }
  await isIn(home, "RUNNING");
  await expect(panel(home)).toContainText("train/a0");
});

test("a trace is opened by file too, and nothing is asked of the network", async ({ page }) => {
  await open(page);
  await page.locator("#open-button").click();
  // What reads is fetched when the dialog opens, by the page and by its worker.
  await page.locator("#open[data-warm]").waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
  const asked: string[] = [];
  page.on("request", (request) => {
    // The icon of the page may come late.
    if (!request.url().includes("/icon-")) asked.push(request.url());
  });
  await page.locator("#open-file").setInputFiles({ name: "bug.trace", mimeType: "", buffer: Buffer.from(TRACE) });
  await expect(page.locator("#situation-title")).toHaveText("A success that is aborted");
  await page.waitForTimeout(500);
  expect(asked).toEqual([]);
});
