import { readFileSync } from "node:fs";
import { bug, expect, isIn, type Page, panel, situation, test } from "./page.ts";

const policy = (page: Page, name: string) => page.locator(`#divergences [data-policy="${name}"]`);

test.beforeEach(async ({ home }) => {
  await home.locator(".divergence-section summary").click();
});

// As many as the types list, which tests/package holds against the engine.
const types = readFileSync(new URL("../../src/types.ts", import.meta.url), "utf8");
const POLICIES = /interface Policies \{(.*?)\n\}/s.exec(types)?.[1]?.match(/^ {2}\w+:/gm)?.length ?? 0;

test("a policy plays the run again, is counted, kept in the link, and taken back", async ({ home }) => {
  await isIn(home, "RUNNING");
  await policy(home, "retry").locator('input[value="inPlace"]').check();
  await expect(home.locator("#policies-say")).toContainText("retry: inPlace. Played again");
  await expect(home.locator("#divergences-count")).toHaveText(`${POLICIES}, 1 changed`);
  await expect(home.locator("#log")).toContainText("RestartInPlace");
  await expect(policy(home, "retry").locator(".side[data-current]")).toContainText("As coded");
  await expect(home).toHaveURL(/inPlace/);
  await home.reload();
  await expect(home.locator("#divergences-count")).toHaveText(`${POLICIES}, 1 changed`);
  // The link holds that the list is open.
  await home.locator("#policies-reset").click();
  await expect(home.locator("#divergences-count")).toHaveText(String(POLICIES));
  await expect(home.locator("#log")).toContainText("ResetToQueued");
});

test("switches are worked by keys, and keep the focus", async ({ home }) => {
  await policy(home, "guard").locator('input[value="documented"]').focus();
  await home.keyboard.press("ArrowRight");
  await expect(policy(home, "guard").locator('input[value="upstream"]')).toBeFocused();
  await expect(policy(home, "guard").locator('input[value="upstream"]')).toBeChecked();
  await expect(home.locator("#live")).toContainText("guard: upstream.");
});

test("what a policy refuses is said, and can be taken back", async ({ home }) => {
  await situation(home, "As coded: a success aborted");
  await isIn(home, "ABORTED");
  await policy(home, "abortOfEnded").locator('input[value="refused"]').check();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#policies-say")).toContainText(/Step 8 of 8, .* no longer holds/);
  await expect(panel(home)).toContainText("Not every step holds with abortOfEnded: refused");
  await panel(home).getByRole("button", { name: "Back to overwrites" }).click();
  await isIn(home, "ABORTED");
});

test("an earlier guard brings an old bug back", async ({ home }) => {
  await bug(home, "s21");
  await isIn(home, "PAUSED");
  await policy(home, "guard").locator('input[value="table"]').check();
  await isIn(home, "SUCCEEDED");
  await policy(home, "guard").locator('input[value="retryable"]').check();
  await isIn(home, "PAUSED");
});

test("every policy shows where its two values part", async ({ home }) => {
  test.slow();
  const shows = home.locator("#divergences [data-show]");
  const names = await shows.evaluateAll((buttons) =>
    buttons.map((button) => (button as HTMLElement).dataset.show ?? ""),
  );
  expect(names.length).toBe(POLICIES);
  for (const name of names) {
    await home.locator(`[data-show="${name}"]`).click();
    await expect(home.locator("#situation-title")).toHaveText(`Policy: ${name}`);
    await expect(panel(home), name).toContainText(
      new RegExp(`${name}: step \\d+ of \\d+ is where (they|watches) part`),
    );
  }
});

test("the outcome of a plain exit code follows its policy", async ({ home }) => {
  await home.locator('[data-show="exitCode"]').click();
  await expect(home.locator("#situation-title")).toHaveText("Policy: exitCode");
  await expect(panel(home)).toContainText("step 3 of 5 is where they part");
  await home.locator("#outcome").selectOption({ label: "Exit code 1" });
  const said = await home.locator("#outcome-why").textContent();
  await policy(home, "exitCode").locator('input[value="user"]').check();
  await expect(home.locator("#outcome-why")).not.toHaveText(said ?? "");
  await expect(home.locator("#outcome")).toHaveValue("exit1");
});
