// The SDK in parents' pods: its switch under the hood, and what a process hears.
import { bug, expect, findNothing, isIn, type Page, test } from "./page.ts";

const say = (page: Page) => page.locator("#hood-say");
const process = (page: Page) => page.locator("#stores-process");

/** A parent that runs, with a child that runs, under the hood. */
async function withChild(page: Page): Promise<void> {
  await page.locator("#hood > summary").click();
  await page.locator("#sdk-parents").check();
  await page.locator("#child-send").click();
  await page.getByRole("treeitem").last().click();
  await page.locator("#plugin-results").getByRole("button", { name: "Running", exact: true }).click();
}

test("with the SDK, a failed child ends its parent by itself", async ({ home }) => {
  await withChild(home);
  await expect(home).toHaveURL(/parents=sdk/);
  await expect(process(home)).toHaveText("Its process hears of its children. Its parent’s process has heard RUNNING.");
  await expect(say(home)).toContainText("Its parent’s process has heard RUNNING.");
  await expect(home.locator('#lanes [data-lane="process"]')).toContainText("its parent heard RUNNING");
  await home.locator("#plugin-results").getByRole("button", { name: "Permanent failure" }).click();
  await home.getByRole("treeitem").first().click();
  await isIn(home, "FAILED");
  await home.locator("#log-store").selectOption("sdk");
  await expect(home.locator("#log")).toContainText("child failure seen");
  // Without it, the parent goes on: nobody told it.
  await home.locator("#sdk-parents").uncheck();
  await expect(process(home)).toBeEmpty();
  await expect(home.locator('#lanes [data-lane="process"]')).toHaveCount(0);
  await isIn(home, "RUNNING");
  await expect(home).not.toHaveURL(/parents=sdk/);
});

test("a watch that falls silent is dead, and only a restart connects it anew", async ({ home }) => {
  await home.getByRole("radio", { name: "as coded" }).check({ force: true });
  await withChild(home);
  await home.getByRole("treeitem").first().click();
  await home.getByRole("button", { name: "The next time, hearing of children falls silent" }).click();
  await home.getByRole("treeitem").last().click();
  await home.locator("#plugin-results").getByRole("button", { name: "Success", exact: true }).click();
  await expect(process(home)).toContainText("Its parent’s process has heard RUNNING.");
  await home.getByRole("treeitem").first().click();
  await expect(process(home)).toHaveText("Its process’s watch is dead, and it does not know.");
  await home.locator("#restarts").getByRole("button", { name: "SDK in parents’ pods" }).click();
  await expect(process(home)).toHaveText("Its process hears of its children.");
  await home.getByRole("treeitem").last().click();
  await expect(process(home)).toContainText("Its parent’s process has heard SUCCEEDED.");
});

test("the gallery finds what waits for children by what people say of it", async ({ home }) => {
  await bug(home, "n27");
  await expect(home.locator("#sdk-parents")).toBeChecked();
  await home.keyboard.press("g");
  for (const [words, number] of [
    ["parent hangs", "N27"],
    ["waits for child", "N27"],
    ["retry uses the same failed child", "S33"],
    ["missing run", "S03"],
  ] as const) {
    await home.locator("#gallery-text").fill(words);
    await expect(home.locator(".gallery-card:visible .gallery-number").getByText(number)).toHaveCount(1);
  }
});

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing in the forms and under the hood in the ${colorScheme} theme`, async ({ home }) => {
    test.slow();
    await home.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await withChild(home);
    for (const summary of await home.locator(".more:visible > summary").all()) await summary.click();
    await home.locator("#run-factor").fill("0.5");
    await findNothing(home, "forms and hood");
  });
