import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, isIn, open, type Page, situation, test } from "./page.ts";

const how = (page: Page) => page.locator("#explore-how");
const way = (page: Page) => page.locator(".ex-way");
const target = (page: Page, number = 0) => page.locator(".ex-target").nth(number);
const bar = (page: Page) => page.locator(".ex-player");

async function ask(page: Page): Promise<void> {
  if (await page.locator("#explore").isHidden()) await page.locator("#explore-open").click();
  await page.locator("#explore-tab-how").click();
  await expect(how(page)).toBeVisible();
}

async function find(page: Page): Promise<void> {
  await how(page).locator(".ex-run").click();
  await expect(way(page)).toBeVisible({ timeout: 30_000 });
  await expect(how(page).locator(".ex-run")).not.toHaveAttribute("data-running", "");
}

test.describe("at once, where motion is reduced", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("the shortest way is played in a branch of its own, and the way so far stays as it was", async ({ home }) => {
    // The second of two attempts runs, and two steps were undone.
    const before = await home.locator("#step-count").textContent();
    await ask(home);
    await target(home).locator('select[name="phase"]').selectOption("TIMED_OUT");
    await find(home);
    // This task has no maximum runtime, so nothing leads there, whatever plugins report.
    await expect(way(home)).toContainText("no way");
    await expect(way(home)).toContainText(
      /Nothing that may happen here leads there: all [\d,]+ states were looked at\./,
    );
    await target(home).locator('select[name="phase"]').selectOption("ABORTED");
    await find(home);
    await expect(way(home)).toContainText("ABORTED: 1 command");
    await expect(home.locator("#step-count")).toHaveText(before ?? "");
    await way(home).getByRole("button", { name: "Play it on the page" }).click();
    await isIn(home, "ABORTED");
    // A new branch moves nothing: the diagram is at the top, where it was brought.
    expect((await home.locator("#situation-sentence").boundingBox())?.y).toBeCloseTo(0, 0);
    await expect(bar(home)).toContainText("There it is, after one step.");
    await expect(home.locator("#branches button")).toHaveCount(2);
    await home.locator("#branches button").first().click();
    await expect(home.locator("#step-count")).toHaveText("12/12");
  });

  test("at the end of a run, too, its own end stays as a branch", async ({ home }) => {
    await situation(home, "Human approval");
    const steps = await home.locator("#step-count").textContent();
    await home.locator("#steps").fill((steps ?? "").split("/")[1] ?? "");
    await ask(home);
    const actions = await target(home).locator('select[name="action"]').locator("option").allTextContents();
    expect(actions[0]).toBe("any action");
    await target(home).locator('select[name="what"]').selectOption("rule");
    await target(home).locator('select[name="rule"]').selectOption("SignalReceived");
    await target(home).locator('select[name="action"]').selectOption("");
    await expect(target(home).locator(".ex-target-says")).not.toBeEmpty();
    await find(home);
    await way(home).getByRole("button", { name: "Play it on the page" }).click();
    await expect(home.locator("#branches button")).toHaveCount(2);
    await home.locator('.log-filter input[type="search"]').fill("SignalReceived");
    await expect(home.locator("#log li").first()).toContainText("SignalReceived");
  });

  test("two things at once: an action that has ended under one that has not", async ({ home }) => {
    await situation(home, "Happy path");
    await home.locator("#steps").fill("2");
    await ask(home);
    await home.locator("#ex-new").selectOption("task");
    await target(home).locator('select[name="phase"]').selectOption("RUNNING");
    await home.getByRole("button", { name: "… and at once" }).click();
    await expect(target(home, 1).locator('select[name="action"]')).toBeFocused();
    await target(home, 1).locator('select[name="action"]').selectOption("");
    await target(home, 1).locator('select[name="phase"]').selectOption("FAILED");
    await find(home);
    const listed = await way(home).locator("ol li").allTextContents();
    expect(listed.length).toBeGreaterThan(2);
    await way(home).getByRole("button", { name: "Play it on the page" }).click();
    await expect(home.locator("#tree")).toContainText("FAILED");
    await isIn(home, "RUNNING");
    const [download] = await Promise.all([
      home.waitForEvent("download"),
      way(home).getByRole("button", { name: "Save as trace" }).click(),
    ]);
    const text = (await readFile(await download.path())).toString();
    expect(text).toMatch(/^# The shortest way to: .* is RUNNING and any action is FAILED\nflyte-lifecycle trace 1\n/);
    // What has moved on is not played from where it was not meant.
    await way(home).getByRole("button", { name: "Play it on the page" }).click();
    await expect(how(home).locator(".ex-refused")).toContainText("The run has moved on since");
  });
});

test("a run that was read from a resource has ways as well", async ({ home }) => {
  const conditions = [{ type: "Progressing", status: "True", reason: "Executing", message: "" }];
  const resource = {
    apiVersion: "flyte.org/v1",
    kind: "TaskAction",
    metadata: {
      name: "rabc-a0",
      creationTimestamp: "2026-08-20T10:00:00Z",
      finalizers: ["flyte.org/plugin-finalizer"],
    },
    spec: {
      runName: "rabc",
      project: "p",
      domain: "d",
      actionName: "a0",
      taskType: "container",
      taskTemplate: "CgA=",
      inputUri: "s3://bucket/inputs.pb",
      runOutputBase: "s3://bucket/out",
    },
    status: { attempts: 1, pluginPhase: "PhaseRunning", conditions },
  };
  await home.locator("#open-button").click();
  await home.locator("#open-text").fill(JSON.stringify(resource));
  await home.locator("#open-go").click();
  await expect(home.locator("#open")).toBeHidden();
  await ask(home);
  await target(home).locator('select[name="phase"]').selectOption("SUCCEEDED");
  await find(home);
  await expect(way(home)).toContainText("SUCCEEDED: ");
  await way(home).getByRole("button", { name: "Play it on the page" }).click();
  await bar(home).getByRole("button", { name: "All at once" }).click();
  await isIn(home, "SUCCEEDED");
});

test("it is played step by step, with a pause, and acting otherwise ends it", async ({ home }) => {
  await situation(home, "Retries exhausted");
  await home.locator("#steps").fill("1");
  await ask(home);
  await target(home).locator('select[name="phase"]').selectOption("FAILED");
  await find(home);
  const count = await way(home).locator("ol li").count();
  expect(count).toBeGreaterThan(0);
  await target(home).locator('select[name="what"]').selectOption("rule");
  await target(home).locator('select[name="rule"]').selectOption("RetriesExhausted");
  await find(home);
  const steps = await way(home).locator("ol li").count();
  expect(steps).toBeGreaterThan(1);
  await way(home).getByRole("button", { name: "Play it on the page" }).click();
  await expect(bar(home)).toBeInViewport();
  await expect(home.locator("#diagram")).toBeInViewport();
  await expect(bar(home)).toContainText(`Step 1 of ${steps}`);
  await bar(home).getByRole("button", { name: "Pause" }).click();
  await expect(bar(home).getByRole("button", { name: "Go on" })).toBeVisible();
  const paused = await bar(home).locator("p").textContent();
  await home.waitForTimeout(2_000);
  await expect(bar(home).locator("p")).toHaveText(paused ?? "");
  await bar(home).getByRole("button", { name: "Next step" }).click();
  await expect(bar(home).locator("p")).not.toHaveText(paused ?? "");
  await bar(home).getByRole("button", { name: "Go on" }).click();
  await expect(bar(home)).toContainText("There it is", { timeout: 20_000 });
  await expect(home.locator(".port:visible, #panel").first()).toBeVisible();
  await expect(home.locator("#log")).toContainText("RetriesExhausted");
  await home.locator("#undo").click();
  await expect(bar(home)).toBeHidden();
});

test("more may be allowed where there is no way, and a search can be stopped", async ({ home }) => {
  await ask(home);
  await target(home).locator('select[name="what"]').selectOption("disagreement");
  await target(home).locator('select[name="action"]').selectOption("");
  await find(home);
  await expect(way(home)).toContainText("no way");
  await way(home)
    .getByRole("button", { name: /^Let more happen: late updates/ })
    .click();
  await expect(home.locator("#ex-worst")).toHaveValue("race");
  await expect(how(home).locator(".ex-run")).not.toHaveAttribute("data-running", "", { timeout: 30_000 });
  await expect(way(home)).toContainText("the stores of any action disagree");
  // A bound is answered in its place.
  await home.locator("#ex-way-states").fill("0");
  await how(home).locator(".ex-run").click();
  await expect(home.locator("#ex-way-states")).toBeFocused();
  await expect(home.locator("#ex-way-states-says")).toContainText("A whole number from 1");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in it in the ${colorScheme} theme, and it fits 320 px`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await ask(page);
    await page.getByRole("button", { name: "… and at once" }).click();
    await target(page, 1).locator('select[name="what"]').selectOption("rule");
    await target(page, 1).getByRole("button", { name: "Remove" }).click();
    await find(page);
    await way(page).getByRole("button", { name: "Play it on the page" }).click();
    const { violations } = await new AxeBuilder({ page }).include("#explore").include(".ex-player").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide).toBe(false);
  });
}
