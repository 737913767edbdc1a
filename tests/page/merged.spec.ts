// The third rule set: upstream's code with what has been merged since.
import { bug, expect, isIn, open, type Page, panel, test } from "./page.ts";

const rules = (page: Page, set: string) => page.locator(`input[name="rules"][value="${set}"]`);

test("the header's switch has three rule sets, and the address keeps the third", async ({ home }) => {
  await expect(home.getByRole("group", { name: "Rules" }).getByRole("radio")).toHaveCount(3);
  await home.getByRole("radio", { name: "as coded" }).focus();
  await home.keyboard.press("ArrowRight");
  await expect(home.getByRole("radio", { name: "as merged" })).toBeChecked();
  await expect(home).toHaveURL(/#v2\/m\//);
  await home.reload();
  await expect(rules(home, "merged")).toBeChecked();
  await expect(home.locator("#diagram-summary")).toContainText("Rules: merged.");
});

test("what a situation says is said to be so under its own rules, where others are in force", async ({ home }) => {
  const sentence = home.locator("#situation-sentence");
  await expect(sentence).toHaveText(/^Attempt 1 fails and is recorded as FAILED/);
  await rules(home, "merged").check({ force: true });
  await expect(sentence).toHaveText(/^As documented: Attempt 1 fails/);
  await bug(home, "s04");
  await expect(sentence).not.toHaveText(/^As /);
  await rules(home, "documented").check({ force: true });
  await expect(sentence).toHaveText(/^As coded: /);
});

test("what has been merged since mends what it is about", async ({ home }) => {
  await bug(home, "s04");
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#store-row")).toContainText("attempts1 of 2");
  await rules(home, "merged").check({ force: true });
  // Its time was over, and the attempt that followed has succeeded.
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#store-row")).toContainText("attempts2 of 2");
});

test("a policy says what has been merged since, where that is something else", async ({ home }) => {
  await home.locator(".divergence-section summary").click();
  const policy = (name: string) => home.locator(`#divergences [data-policy="${name}"]`);
  await expect(policy("errorCode").locator(".side strong")).toHaveText(["As documented", "As coded", "As merged"]);
  await expect(policy("taskTimeout").locator(".side strong")).toHaveText(["As documented and merged", "As coded"]);
  await expect(policy("retry").locator(".side strong")).toHaveText(["As documented", "As coded", "Also"]);
  await rules(home, "merged").check({ force: true });
  await expect(policy("errorCode").locator(".side[data-current]")).toContainText("As merged");
  // As the rule set has it, nothing is changed.
  await expect(home.locator("#policies-reset")).toHaveAttribute("aria-disabled", "true");
  await policy("errorCode").locator('input[value="kept"]').check();
  await expect(home.locator("#divergences-count")).toContainText("1 changed");
  await expect(home).toHaveURL(/#v2\/m\.errorCode=kept\//);
  await home.locator('[data-show="errorCode"]').click();
  await expect(panel(home)).toContainText("As merged (told): ");
});

test("it can be compared, searched, and started from", async ({ home }) => {
  await rules(home, "merged").check({ force: true });
  await home.locator("#compare-open").click();
  await expect(home.locator("#compare-right option:checked")).toHaveText(/As merged$/);
  await expect(home.locator("#compare-left option")).toHaveText([/^As documented$/, /^As coded$/, /^As merged$/]);
  await home.keyboard.press("Escape");
  await home.locator("#explore-open").click();
  await expect(home.locator('#ex-rules option[value="merged"]')).toHaveText("as merged");
});

test("an older link says which rules it has by a letter, as it did", async ({ page }) => {
  for (const [letter, set] of [
    ["d", "documented"],
    ["u", "upstream"],
    ["m", "merged"],
  ] as const) {
    await open(page, `#v2/${letter}/2/cr1~Rz`);
    await expect(rules(page, set)).toBeChecked();
    await isIn(page, "RUNNING");
    await page.goto("about:blank");
  }
});
