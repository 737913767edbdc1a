import AxeBuilder from "@axe-core/playwright";
import { ask, expect, isIn, open, port, situation, test } from "./page.ts";

test("acting in the past starts a branch; the old future stays, and a key leads back to it", async ({ home }) => {
  await situation(home, "Happy path");
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#branches button")).toHaveCount(0);
  await home.locator("#undo").click();
  await isIn(home, "RUNNING");
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  const branches = home.locator("#branches button");
  await expect(branches).toHaveText(["A Success", "B Retryable failure, from step 8"]);
  await expect(branches.last()).toHaveAttribute("aria-pressed", "true");
  await expect(home.locator("#live")).toContainText("stays as branch A");
  await home.keyboard.press("b");
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#step-count")).toHaveText("9/9");
  await expect(branches.first()).toHaveAttribute("aria-pressed", "true");
  await home.keyboard.press("b");
  await isIn(home, "FAILED");
  await branches.first().click();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#tl-count")).toHaveText(/^(\d+)\/\1$/);
});

test("doing again what was done next is no new branch", async ({ home }) => {
  // The first situation stands one step before its end.
  await situation(home, "Happy path");
  await home.locator("#undo").click();
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#branches button")).toHaveCount(0);
  await expect(home.locator("#step-count")).toHaveText("9/9");
});

test("asking in the past for what cannot be changes nothing and keeps the future", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("#undo").click();
  await ask(port(home, "TIMED_OUT"));
  await expect(home.locator("#panel")).toContainText("not now");
  await expect(home.locator("#step-count")).toHaveText("8/9");
  await expect(home.locator("#branches button")).toHaveCount(0);
});

test("branches of branches are kept as well, each with its whole way", async ({ home }) => {
  await situation(home, "Happy path");
  for (const end of ["FAILED", "ABORTED"]) {
    await home.locator("#undo").click();
    await port(home, end).click();
    await isIn(home, end);
  }
  await expect(home.locator("#branches button")).toHaveText([
    "A Success",
    "B Retryable failure, from step 8",
    "C Abort, from step 8",
  ]);
  await home.locator("#branches button").nth(1).click();
  await isIn(home, "FAILED");
  await home.locator("#branches button").nth(2).click();
  await isIn(home, "ABORTED");
});

test("two branches side by side, the first difference marked; a press goes there", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("#undo").click();
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  await home.keyboard.press("c");
  const dialog = home.locator("#compare");
  await expect(dialog).toBeVisible();
  await expect(home.locator("#compare-summary")).toContainText(/They part at step 9: .*Success.*RetryableFailure/);
  await expect(dialog.locator("[data-first]")).toHaveCount(1);
  await expect(dialog.locator("[data-first]")).toBeInViewport();
  await expect(dialog.locator(".compare-side").first()).toContainText("SUCCEEDED");
  await expect(dialog.locator(".compare-side").last()).toContainText("FAILED");
  await expect(dialog.locator(".compare-fold")).toContainText("Steps 1 to 8 are the same");
  // A fact names its store as the log does.
  await expect(dialog.locator(".compare-fact").first()).toContainText(/^differs: .*\/a0, event log: event recorded /);
  await dialog.getByRole("button", { name: "Show them" }).click();
  await expect(dialog.locator(".compare-step")).toHaveCount(9);
  await dialog.getByRole("button", { name: "Go there" }).first().click();
  await expect(dialog).toBeHidden();
  await isIn(home, "SUCCEEDED");
});

test("the same commands under both rule sets side by side", async ({ home }) => {
  await situation(home, "As coded: the lost failure");
  await home.locator("#compare-open").click();
  await expect(home.locator("#compare-summary")).toContainText(/RetryableFailure.*AttemptFailed.*RestartInPlace/);
  const sides = home.locator(".compare-side");
  await expect(sides.first()).toContainText("QUEUED");
  await expect(sides.last()).toContainText("RUNNING");
  await home.locator("#compare [data-first]").getByRole("button", { name: "Go there" }).first().click();
  await isIn(home, "QUEUED");
  await expect(home.locator('input[name="rules"][value="documented"]')).toBeChecked();
});

test("a step that one rule set refuses is told as such", async ({ home }) => {
  await situation(home, "As coded: a success aborted");
  await home.locator("#compare-open").click();
  await expect(home.locator("#compare")).toContainText(/Step 8, “Abort run done”, is refused/);
  await home.locator("#compare-right").selectOption("0 documented");
  await home.locator("#compare-left").selectOption("0 upstream");
  await expect(home.locator("#compare-summary")).toContainText(/is refused/);
});

test("sides that are the same say so", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("#compare-open").click();
  await home.locator("#compare-left").selectOption("0 documented");
  await home.locator("#compare-right").selectOption("0 documented");
  await expect(home.locator("#compare-summary")).toHaveText("Both sides are the same, fact by fact.");
  await home.keyboard.press("Escape");
  await expect(home.locator("#compare-open")).toBeFocused();
});

test("another situation begins without branches, and the link is that of the present branch", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("#undo").click();
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  await expect(home).toHaveURL(/F\.0~/);
  await home.keyboard.press("b");
  await expect(home).not.toHaveURL(/F\.0~/);
  await situation(home, "Refused late write");
  await expect(home.locator("#branches button")).toHaveCount(0);
});

test("branches live on under the other rules", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("#undo").click();
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  await home.locator('.rules label:has(input[value="upstream"])').click();
  await home.keyboard.press("b");
  await expect(home.locator('input[name="rules"][value="documented"]')).toBeChecked();
  await isIn(home, "SUCCEEDED");
  await home.keyboard.press("b");
  await expect(home.locator('input[name="rules"][value="upstream"]')).toBeChecked();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the comparison in the ${colorScheme} theme, and it fits 320 px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 800 });
    await open(page);
    await situation(page, "As coded: the lost failure");
    await page.locator("#compare-open").click();
    await expect(page.locator("#compare [data-first]")).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include("#compare").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const wide = await page
      .locator("#compare")
      .evaluate((dialog) => dialog.scrollWidth > dialog.clientWidth || document.documentElement.scrollWidth > 320);
    expect(wide).toBe(false);
  });
}
