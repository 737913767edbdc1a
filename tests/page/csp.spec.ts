import { expect, listen, open, situation, test } from "./page.ts";

const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

test("a server with the strictest policy that the page needs is obeyed without a complaint", async ({ page }) => {
  const complaints = listen(page);
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": STRICT } });
  });
  await open(page);
  await situation(page, "Retries exhausted");
  await page.locator("#open-button").click();
  await page.locator("#open-text").fill("kind: Secret");
  await page.locator("#open-go").click();
  await expect(page.locator("#open-message")).toContainText("Secret");
  await page.keyboard.press("Escape");
  await page.locator("#export-open").click();
  for (const picture of ["diagram-svg", "timeline-svg", "diagram-png"]) {
    await page.locator(`#export-formats input[value="${picture}"]`).check();
    await expect(page.locator("#export-image svg")).toBeVisible();
  }
  expect(complaints).toEqual([]);
  // Pixels take a picture out of memory, which this policy forbids: it is said, and nothing breaks.
  await page.locator("#export-save").click();
  await expect(page.locator("#export-sentence")).toContainText("Take the SVG");
  expect(complaints.filter((words) => !words.includes("data:image/svg+xml"))).toEqual([]);
  // What is still being fetched when the page closes is nobody's concern.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
