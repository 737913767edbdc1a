import { expect, isIn, open, panel, port, situation, test } from "./page.ts";

test("the address is the run: a reload shows the same", async ({ home }) => {
  await situation(home, "Retries exhausted");
  await expect(home).toHaveURL(/#v1\//);
  const facts = await home.locator("#log-count").textContent();
  await home.reload();
  await isIn(home, "FAILED");
  await expect(home.locator("#log-count")).toHaveText(facts ?? "");
});

test("copy gives the link and says so", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await port(home, "SUCCEEDED").click();
  await home.locator("#copy-link").click();
  await expect(home.locator("#copy-link")).toHaveText("Copied");
  const link = await home.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await isIn(other, "SUCCEEDED");
});

test("a damaged link opens as far as it holds and names the step", async ({ page }) => {
  await open(page, "#v1/d/cdemo~p0.Q~p0.R~p0.zz~p0.S");
  await isIn(page, "RUNNING");
  await expect(panel(page)).toContainText("Step 4 of 5 cannot be read: p0.zz");
});

test("a link with a step that the rules refuse opens up to there", async ({ page }) => {
  await open(page, "#v1/d/cdemo~p0.S~p0.R");
  await isIn(page, "SUCCEEDED");
  await expect(panel(page)).toContainText(/Step 3 of 3, .* no longer holds/);
});

test("links made to do harm do none", async ({ page }) => {
  for (const fragment of [
    "#v1/d/j%7B%22type%22%3A%22%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22%7D",
    "#v1/jnull/cx",
    "#v9/d/cx",
    `#v1/d/t${"9".repeat(400)}`,
  ]) {
    await page.goto(`./${fragment}`);
    await page.reload();
    await expect(panel(page)).toContainText(/This link/);
    await expect(page.locator("img")).toHaveCount(0);
  }
});

test("Back returns to the situation before", async ({ home }) => {
  await situation(home, "Happy path");
  await expect(home).toHaveURL(/chello/);
  await situation(home, "Retries exhausted");
  await expect(home).toHaveURL(/cflaky/);
  await home.goBack();
  await isIn(home, "SUCCEEDED");
});
