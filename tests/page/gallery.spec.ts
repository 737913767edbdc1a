import { readdirSync } from "node:fs";
import { bug, expect, findNothing, isIn, listen, open, type Page, panel, situation, test } from "./page.ts";

/** As many as there are traces that tell one. */
const COUNT = readdirSync(new URL("../traces/", import.meta.url)).filter((name) =>
  /^[ns]\d+-.*\.upstream\.trace$/.test(name),
).length;
const dialog = (page: Page) => page.locator("#gallery");
const cards = (page: Page) => page.locator(".gallery-card:visible");
const card = (page: Page, id: string) => page.locator(`.gallery-card[data-id="${id}"]`);

test("a key opens the gallery, words find a bug, and its card opens the run where it goes wrong", async ({ home }) => {
  await home.keyboard.press("g");
  await expect(home.locator("#gallery-text")).toBeFocused();
  await expect(home.locator("#gallery-say")).toHaveText(`${COUNT} real bugs`);
  await home.keyboard.type("#7875 paused");
  await expect(cards(home)).toHaveCount(1);
  await expect(home.locator("#gallery-say")).toHaveText(`1 of ${COUNT}`);
  await expect(card(home, "s21")).toContainText("Paused for ever");
  await expect(card(home, "s21")).toContainText("guard: upstream");
  await expect(card(home, "s21").getByRole("link", { name: "#7875" })).toHaveAttribute(
    "href",
    "https://github.com/flyteorg/flyte/pull/7875",
  );
  // The cards, then what can be pressed in the one that is left.
  await home.keyboard.press("Tab");
  await home.keyboard.press("Tab");
  await home.keyboard.press("Tab");
  await home.keyboard.press("Tab");
  await expect(card(home, "s21").getByRole("button", { name: "Open S21, Paused for ever" })).toBeFocused();
  await home.keyboard.press("Enter");
  await expect(dialog(home)).toBeHidden();
  await isIn(home, "PAUSED");
  await expect(home.locator("#situation-title")).toHaveText("S21: Paused for ever");
  await expect(panel(home)).toContainText("S21: here it goes wrong (step 3 of 3)");
  await expect(home.locator("#live")).toContainText("S21: Paused for ever. Step 3 of 3.");
  await expect(home.locator("#diagram")).toBeFocused();
});

test("the moment is marked in the log, on the timeline and for those who listen", async ({ home }) => {
  await bug(home, "n5");
  await expect(home.locator("#step-count")).toHaveText("5/10");
  const row = home.locator("#log .fact[data-wrong]");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("resource created");
  await expect(row).toContainText("Here it goes wrong. The resource is created under an ABORTED row");
  await expect(home.locator(".tl-wrong")).toHaveCount(1);
  await expect(home.locator(".tl-wrong-word")).toHaveText("here it goes wrong");
  await expect(home.locator("#tl-plot")).toHaveAttribute("aria-valuetext", /^Here it goes wrong: The resource/);
  // It stays while one looks around, goes with what led to it, and comes back with it.
  await home.locator("#steps").press("End");
  await expect(row).toHaveCount(1);
  await home.getByText("as documented", { exact: true }).click();
  await expect(row).toHaveCount(0);
  await expect(home.locator(".tl-wrong")).toHaveCount(0);
  await home.getByText("as coded", { exact: true }).click();
  await expect(row).toHaveCount(1);
  await situation(home, "Happy path");
  await expect(row).toHaveCount(0);
});

test("all facts of a step can be what is wrong", async ({ home }) => {
  await bug(home, "n24");
  const rows = home.locator("#log .fact[data-wrong]");
  expect(await rows.count()).toBeGreaterThan(3);
  await expect(home.locator("#log .fact-wrong")).toHaveCount(1);
});

test("beside the fix, the same commands show what does not go wrong any more", async ({ home }) => {
  await home.keyboard.press("g");
  await card(home, "n1").getByRole("button", { name: "N1 beside the fix, promotion: none" }).click();
  const compare = home.locator("#compare");
  await expect(compare).toBeVisible();
  await expect(home.locator("#compare-left option:checked")).toHaveText("As coded");
  await expect(home.locator("#compare-right option:checked")).toHaveText("With promotion: none");
  const wrong = compare.locator(".compare-fact[data-wrong]");
  await expect(wrong).toHaveCount(1);
  await expect(wrong).toContainText("Here it goes wrong.");
  await expect(wrong).toContainText("FAILED → RUNNING");
  await expect(wrong).toBeInViewport();
  const step = compare.locator(".compare-step", { has: home.locator(".compare-fact[data-wrong]") });
  await expect(step.locator(".compare-cell").nth(1)).not.toContainText("FAILED → RUNNING");
  await expect(compare.locator(".compare-ends").nth(0)).toContainText("r1/a0RUNNING");
  await expect(compare.locator(".compare-ends").nth(1)).toContainText("r1/a0FAILED");
  // From there into the run under the fix, and back.
  await compare.getByRole("button", { name: "Go there" }).nth(1).click();
  await expect(home.locator("#divergences [data-policy='promotion'] [data-current]")).toContainText("none");
  await home.locator("#steps").press("End");
  await isIn(home, "FAILED");
});

test("a bug that no policy mends says so and offers no comparison", async ({ home }) => {
  await home.keyboard.press("g");
  await expect(card(home, "s33")).toContainText("no policy: all rule sets behave so");
  await expect(card(home, "s33").getByRole("button")).toHaveCount(1);
  await card(home, "s33").getByRole("button").click();
  await expect(panel(home)).toContainText("S33: here it goes wrong");
  await expect(panel(home).getByRole("button", { name: "Beside the fix" })).toHaveCount(0);
});

test("an address opens one bug, stays its own until something is done, and Back leaves it", async ({ page }) => {
  const complaints = listen(page);
  await open(page, "#gallery/s04");
  await isIn(page, "SUCCEEDED");
  await expect(panel(page)).toContainText("295 seconds after");
  await expect(page).toHaveURL(/#gallery\/s04$/);
  await page.locator("#undo").click();
  await expect(page).toHaveURL(/#v\d/);
  await page.locator("#redo").click();
  await expect(page).toHaveURL(/#gallery\/s04$/);
  await bug(page, "n6");
  await expect(page.locator("#situation-title")).toHaveText(/^N6: /);
  await page.goBack();
  await expect(page.locator("#situation-title")).toHaveText(/^S04: /);
  await expect(panel(page)).toContainText("S04: here it goes wrong");
  expect(complaints).toEqual([]);
});

test("an address without a bug, or with one that is not there, shows the cards over a run", async ({ page }) => {
  await open(page, "#gallery");
  await expect(dialog(page)).toBeVisible();
  await expect(cards(page)).toHaveCount(COUNT);
  await page.keyboard.press("Escape");
  await isIn(page, "RUNNING");
  await page.evaluate(() => {
    location.hash = "#gallery/z9";
  });
  await expect(page.locator("#gallery-say")).toHaveText("There is no z9 here; these are all.");
});

test("what is not asked for is not fetched", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await open(page);
  expect(fetched.filter((path) => /gallery|traces/.test(path))).toEqual([]);
  await page.keyboard.press("g");
  await expect(cards(page)).toHaveCount(COUNT);
  expect(fetched.some((path) => /traces/.test(path))).toBe(true);
});

test("if the gallery cannot be fetched, the page says so and stands", async ({ page }) => {
  // Set before the page is opened: what is asked for while Chromium is told to intercept is now and then let through.
  let aborted = 0;
  await page.route(/gallery|traces/, (route) => {
    aborted += 1;
    return route.abort();
  });
  await open(page);
  expect(aborted, "nothing of the gallery is fetched before somebody asks for it").toBe(0);
  await page.keyboard.press("g");
  await expect(panel(page)).toContainText("The gallery could not be loaded");
  expect(aborted).toBeGreaterThan(0);
  await isIn(page, "RUNNING");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the gallery in the ${colorScheme} theme`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await page.keyboard.press("g");
    await expect(cards(page)).toHaveCount(COUNT);
    await findNothing(page, "cards");
    await card(page, "n22").getByRole("button", { name: "Open" }).click();
    await findNothing(page, "the moment");
    await panel(page).getByRole("button", { name: "Beside the fix" }).click();
    await findNothing(page, "beside the fix");
  });
}

for (const width of [320, 1280]) {
  test(`nothing scrolls sideways in the gallery at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "#gallery");
    await expect(cards(page)).toHaveCount(COUNT);
    const wide = await page.locator("#gallery-box").evaluate((box) => [box.scrollWidth, box.clientWidth]);
    expect(wide[0]).toBeLessThanOrEqual(wide[1] as number);
    await page.keyboard.press("Escape");
    await bug(page, "s02");
    const [content, frame] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(frame as number);
  });
}
