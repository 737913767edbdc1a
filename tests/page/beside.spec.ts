// A run that the server has beside the page, as `npx flyte-lifecycle open` serves one.
import { readFileSync } from "node:fs";
import { expect, isIn, listen, test } from "./page.ts";

const record = readFileSync(new URL("../runs/retry.details.json", import.meta.url), "utf8");

test("?run opens the record beside the page, under the rules that are asked for, and puts it into no address", async ({
  page,
}) => {
  const complaints = listen(page);
  await page.route("**/run", (route) => route.fulfill({ contentType: "text/plain", body: record }));
  await page.goto("./?run&rules=upstream");
  await expect(page.locator("#record")).toContainText("The rules explain every step.");
  await isIn(page, "SUCCEEDED");
  await expect(page.locator("input[name='rules'][value='upstream']")).toBeChecked();
  await page.waitForTimeout(600);
  expect(new URL(page.url()).hash).toBe("");
  // Whoever loads it again has it again.
  await page.reload();
  await expect(page.locator("#record")).toContainText("The rules explain every step.");
  expect(complaints).toEqual([]);
});

test("where there is none beside it, the page says so and begins as it does", async ({ page }) => {
  await page.route("**/run", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./?run");
  await expect(page.locator("#open-message")).toContainText("could not be fetched: the server answered 404");
  await expect(page.locator("#step-count")).not.toHaveText("0/0");
});
