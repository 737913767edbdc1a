// What the forms can say of a new task, a new run, and a status written from outside.
import { ask, expect, isIn, open, type Page, panel, situation, test } from "./page.ts";

const more = (page: Page, form: "child" | "run") => page.locator(`.form:has(#${form}-send) > .more`);
const trouble = (page: Page, form: "child" | "run") => page.locator(`.form:has(#${form}-send) > output`);
const stores = (page: Page) => page.locator("#store-row");

test("a child's bounds, back-off and what its process does stand behind More", async ({ home }) => {
  await expect(home.locator("#child-maxQueuedMs")).toBeHidden();
  await more(home, "child").locator("summary").click();
  await home.locator("#child-attempts").fill("3");
  await home.locator("#child-maxQueuedMs").fill("30");
  await home.locator("#child-deadlineMs").fill("600");
  await home.locator("#child-baseMs").fill("1.5");
  await home.locator("#child-factor").fill("2");
  await home.locator("#child-capMs").fill("60");
  await home.locator("#child-childFailure").selectOption("catches");
  await home.locator("#child-send").click();
  await home.getByRole("treeitem").last().click();
  await expect(stores(home)).toContainText("queued at most30 s");
  await expect(stores(home)).toContainText("deadline10 min");
  await home.getByRole("button", { name: "Retryable failure", exact: true }).click();
  await expect(home.locator("#timers")).toContainText("Retry is launched");
  await expect(home.locator("#timers")).toContainText("in 1.5 s");
  // The link has all of it.
  await expect(home).toHaveURL(/maxQueuedM/);
  await home.reload();
  await expect(stores(home)).toContainText("queued at most30 s");
  // A condition has none of it.
  await home.locator("#child-kind").selectOption("condition");
  await expect(more(home, "child")).toBeHidden();
});

test("each field that makes no sense has a sentence of its own", async ({ home }) => {
  for (const form of ["child", "run"] as const) {
    await more(home, form).locator("summary").click();
    await home.locator(`#${form}-maxQueuedMs`).fill("-1");
    await home.locator(`#${form}-deadlineMs`).fill("-2");
    await home.locator(`#${form}-factor`).fill("0.5");
    for (const says of [
      "`task.maxQueuedMs` is -1000; it must be a whole number",
      "`task.deadlineMs` is -2000; it must be a whole number",
      "`backoff.factor` is 0.5; it multiplies the wait",
    ])
      await expect(trouble(home, form)).toContainText(says);
    await expect(home.locator(`.form:has(#${form}-send) [aria-invalid]`)).toHaveCount(3);
    await ask(home.locator(`#${form}-send`));
    await expect(panel(home)).toContainText("it must be a whole number");
    await home.locator(`#${form}-maxQueuedMs`).fill("");
    await home.locator(`#${form}-deadlineMs`).fill("");
    await home.locator(`#${form}-factor`).fill("2");
    await expect(trouble(home, form)).toHaveText(
      "A `backoff.factor` above 1 lets the wait grow without end; give `backoff.capMs`, the longest one.",
    );
    await home.locator(`#${form}-capMs`).fill("5");
    await expect(trouble(home, form)).toBeEmpty();
    await expect(home.locator(`.form:has(#${form}-send) [aria-invalid]`)).toHaveCount(0);
  }
  await expect(home.getByRole("treeitem")).toHaveCount(1);
});

test("a run recovers another one: what succeeded there is not executed again", async ({ home }) => {
  await home.locator("#child-send").click();
  await home.getByRole("treeitem", { name: /a1/ }).click();
  await home.locator("#plugin-results").getByRole("button", { name: "Success", exact: true }).click();
  await home.locator("#run-name").fill("again");
  await home.locator("#run-recover").selectOption("train");
  await home.locator("#run-send").click();
  await home.getByRole("treeitem", { name: /again\/a0/ }).click();
  await expect(stores(home)).toContainText("recoverstrain");
  await home.locator("#child-send").click();
  await home.getByRole("treeitem", { name: /a1/ }).last().click();
  await isIn(home, "RECOVERED");
  // Now there are two to choose from, and the name is taken.
  await expect(home.locator("#run-recover option")).toHaveText(["nothing", "train", "again"]);
  // The same request is answered with the run that is there; another one is refused.
  await home.locator("#run-attempts").fill("2");
  await ask(home.locator("#run-send"));
  await expect(panel(home)).toContainText('There is a run "again" already');
});

test("a run without a name gets the first that is free", async ({ home }) => {
  await expect(home.locator("#run-name")).toHaveAttribute("placeholder", "r1");
  await home.locator("#run-send").click();
  await expect(home.getByRole("treeitem", { name: /r1\/a0/ })).toHaveCount(1);
  await expect(home.locator("#run-name")).toHaveAttribute("placeholder", "r2");
  await home.locator("#run-name").fill("No Name");
  await expect(trouble(home, "run")).toContainText('invalid run name "No Name"');
  await expect(home.locator("#run-name")).toHaveAttribute("aria-invalid", "true");
});

test("a status is written from outside: as coded any attempt, as documented its own", async ({ home }) => {
  await home.locator("#status-attempts").fill("7");
  await home.locator("#status-cache").selectOption({ label: "hit" });
  await ask(home.locator("#status-send"));
  await expect(panel(home)).toContainText("7 cannot be written, 2 can");
  await home.locator("#status-attempts").fill("");
  await home.locator("#status-send").click();
  await expect(home.locator("#store-resource")).toContainText("cacheStatushit");
  await home.getByRole("radio", { name: "as coded" }).check({ force: true });
  await home.locator("#status-attempts").fill("7");
  await home.locator("#status-send").click();
  await expect(home.locator("#store-resource")).toContainText("attempts7");
  await expect(home.locator("#step-text")).toContainText("A status is written: attempt 7");
  await home.locator("#status-attempts").fill("-1");
  await expect(home.locator(".form:has(#status-send) > output")).toContainText("`attempts` is -1");
});

test("the forms are worked by keys alone, and scroll nothing sideways", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await open(page);
  await situation(page, "Retry, then success");
  await more(page, "run").locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.locator("#run-maxQueuedMs")).toBeFocused();
  await page.keyboard.type("5");
  await page.locator("#run-send").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("treeitem", { name: /r1\/a0/ })).toHaveCount(1);
  const [content, frame] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(frame as number);
});
