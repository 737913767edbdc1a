import AxeBuilder from "@axe-core/playwright";
import { expect, isIn, listen, open, type Page, panel, situation, test } from "./page.ts";

const card = (page: Page) => page.locator("#tour");
const press = (page: Page, name: string) => card(page).getByRole("button", { name, exact: true }).click();
/** The control that the tour asks for; a radio button is marked by its word. */
const target = (page: Page) => page.locator("[data-tour]");

/** What is marked, is to be seen, and is not under the card. */
async function inSight(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      const [at, over] = await Promise.all([target(page).boundingBox(), card(page).boundingBox()]);
      if (!at || !over) return "missing";
      const covered =
        at.x < over.x + over.width &&
        over.x < at.x + at.width &&
        at.y < over.y + over.height &&
        over.y < at.y + at.height;
      const height = page.viewportSize()?.height ?? 0;
      return covered ? "covered" : at.y < 0 || at.y + at.height > height ? "out of sight" : "seen";
    })
    .toBe("seen");
}

test("a first visit is offered the tour, and nothing pops up", async ({ home }) => {
  await expect(home.locator("#tour-open")).toHaveText("Take the tour");
  await expect(card(home)).toHaveCount(0);
});

test("six steps on the real page: a retry, a timeout, a refused write, a signal, an abort, and the code", async ({
  page,
}) => {
  test.slow();
  const complaints = listen(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await page.locator("#tour-open").click();
  const steps: [string, string[]][] = [
    ["A retry", ["recorded as FAILED, and a reset follows", "reset to QUEUED with the next attempt"]],
    ["Time runs out", ["ran out of time and attempts remain"]],
    ["A refused write", ["an action that ended stays ended"]],
    ["A signal", ["A signal is there, so the condition succeeds"]],
    ["An abort", ["The resource was deleted before it ended"]],
    ["As documented, as coded", ["The guard refuses a phase that comes earlier"]],
  ];
  for (const [at, [title, sentences]] of steps.entries()) {
    await expect(card(page)).toContainText(`step ${at + 1} of 6`);
    await expect(card(page).getByRole("heading")).toHaveText(title);
    await expect(card(page).getByRole("heading")).toBeFocused();
    await inSight(page);
    await target(page).click();
    if (title === "An abort") {
      await expect(card(page)).toContainText("press “OK”");
      await inSight(page);
      await target(page).click();
    }
    for (const sentence of sentences) await expect(card(page)).toContainText(sentence);
    await expect(target(page)).toHaveCount(0);
    await expect(page.locator("#live")).toContainText("Done.");
    if (at === 0 || at === 2) {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    await press(page, at === 5 ? "Finish" : "Next");
  }
  await expect(card(page)).toHaveCount(0);
  await expect(panel(page)).toContainText("You have seen it all");
  await expect(page.locator("#tour-open")).toBeFocused();
  expect(complaints).toEqual([]);
});

test("it can be taken by keys alone, left, and taken up again where it was", async ({ home }) => {
  await home.keyboard.press("w");
  await expect(card(home).getByRole("heading")).toBeFocused();
  await card(home).getByRole("button", { name: "Do it for me" }).focus();
  await home.keyboard.press("Enter");
  await expect(card(home)).toContainText("attempts remain");
  await home.keyboard.press("ArrowRight");
  await expect(card(home)).toContainText("step 2 of 6");
  await home.keyboard.press("ArrowLeft");
  await expect(card(home)).toContainText("step 1 of 6");
  await home.keyboard.press("ArrowRight");
  await home.keyboard.press("Escape");
  await expect(card(home)).toHaveCount(0);
  await expect(home.locator("#live")).toContainText("taken up again at step 2");
  // Of the step that was left nothing is said any more.
  await home.waitForTimeout(1_000);
  await expect(home.locator("#live")).toContainText("taken up again at step 2");
  // What was open before is one press away.
  await panel(home).getByRole("button", { name: "Back to the run before it" }).click();
  await isIn(home, "RUNNING");
  await expect(home.locator("#situation-title")).toHaveText("Retry, then success");
  await home.reload();
  await expect(home.locator("#tour-open")).toHaveText("Tour");
  await home.locator("#help-open").click();
  await home.getByRole("button", { name: "Go on with the tour, step 2 of 6" }).click();
  await expect(card(home)).toContainText("step 2 of 6");
});

test("a reload in the middle goes on there, with the run as it was", async ({ home }) => {
  await home.locator("#tour-open").click();
  await press(home, "Skip");
  await press(home, "Do it for me");
  await expect(card(home)).toContainText("ran out of time");
  await expect(home).toHaveURL(/#v2\/d\/6\.m\d+:[\w=-]+\//);
  await home.reload();
  await expect(card(home)).toContainText("step 2 of 6");
  await expect(card(home)).toContainText("ran out of time");
  await press(home, "Again");
  await expect(card(home)).toContainText("press “To the next timer”");
});

test("another run may be opened meanwhile; the tour waits", async ({ home }) => {
  await home.locator("#tour-open").click();
  // It is fetched when somebody takes it, and what is opened before it comes is not meanwhile.
  await expect(card(home)).toContainText("step 1 of 6");
  await situation(home, "Happy path");
  await expect(card(home)).toContainText("Another run is open");
  await isIn(home, "SUCCEEDED");
  await press(home, "Open this step");
  await isIn(home, "RUNNING");
  await expect(card(home)).toContainText("press “Retryable failure”");
});

test("it works where nothing can be stored", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
    }
  });
  const complaints = listen(page);
  await open(page);
  await page.locator("#tour-open").click();
  await press(page, "Do it for me");
  await press(page, "Next");
  await press(page, "Leave");
  await page.keyboard.press("w");
  await expect(card(page)).toContainText("step 2 of 6");
  expect(complaints).toEqual([]);
});

test("at 320 px the card leaves what it asks for in sight", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await page.locator("#tour-open").click();
  for (let step = 1; step < 6; step += 1) {
    await inSight(page);
    await press(page, "Skip");
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
});
