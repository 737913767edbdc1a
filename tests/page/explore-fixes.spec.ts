import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, open, type Page, test } from "./page.ts";

const fixes = (page: Page) => page.locator("#explore-fixes");
const done = (page: Page) => expect(fixes(page).locator(".ex-doing")).toHaveText(/^Done after/, { timeout: 60_000 });

async function show(page: Page): Promise<void> {
  await page.locator("#explore-open").click();
  await page.locator("#explore-tab-fixes").click();
  await done(page);
}

/** The words of a line, by the property that each is about. */
const line = (page: Page, change: string) =>
  page.locator(".ex-fixes").evaluate((table, change) => {
    const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent ?? "");
    const row = [...table.querySelectorAll("tbody tr")].find((tr) =>
      (tr.querySelector("th")?.textContent ?? "").startsWith(change),
    );
    const cells = [...(row?.querySelectorAll("td") ?? [])];
    return Object.fromEntries(
      cells.map((td, at) => [heads[at + 1] ?? "", td.querySelector(".verdict, .ex-cell")?.textContent ?? ""]),
    );
  }, change);

test("each fix stands with what it mends and what it breaks", async ({ home }) => {
  await show(home);
  const coded = await line(home, "none, as coded");
  expect([coded.P4, coded.P36, coded.P7]).toEqual(["broken", "broken", ""]);
  expect((await line(home, "attemptCheck: enforced")).P4).toBe("mends");
  expect((await line(home, "promotion: none")).P44).toBe("mends");
  expect((await line(home, "retry: recorded")).P7).toBe("breaks");
  expect((await line(home, "retry: recorded")).P4).toBe("still");
  await expect(fixes(home)).toContainText(/\d+ changes make no difference in these models: .*times: exact/);
  // What a property says is there to be read, not only to be hovered over.
  await fixes(home).getByText("What the properties say").click();
  await expect(fixes(home).locator(".ex-legend")).toContainText("A child never changes its parent's row.");
});

test("a combination is tried, and joins the table", async ({ home }) => {
  await show(home);
  await fixes(home).locator(".ex-properties summary").click();
  for (const policy of ["retry", "endTime"]) await fixes(home).locator(`input[name="${policy}"]`).check();
  await fixes(home).getByRole("button", { name: "Try these together" }).click();
  await expect(fixes(home).locator(".ex-fixes")).toContainText("endTime: followsPhase and retry: recorded", {
    timeout: 30_000,
  });
  const both = await line(home, "endTime: followsPhase and retry: recorded");
  // Recording retries breaks P7 alone; with the end of a row that follows its phase it does not.
  expect(both.P7 ?? "").toBe("");
  expect(both.P37).toBe("mends");
  expect((await line(home, "promotion: none")).P44).toBe("mends");
});

test("what has the focus keeps it while lines come", async ({ home }) => {
  await show(home);
  const cell = fixes(home).getByRole("button", { name: /^P4, without a change: broken/ });
  await cell.focus();
  // The search takes a moment only, so what the button says meanwhile is written down by the page.
  const said = await home.evaluateHandle(() => {
    const words: string[] = [];
    const button = document.querySelector("#explore-fixes .ex-run") as HTMLElement;
    new MutationObserver(() => words.push(button.textContent ?? "")).observe(button, {
      childList: true,
      subtree: true,
    });
    document.querySelector<HTMLFormElement>("#explore-fixes form")?.requestSubmit();
    return words;
  });
  await expect.poll(() => said.jsonValue()).toContain("Stop");
  await done(home);
  await expect(cell).toBeFocused();
});

test("what a fix breaks is replayed under it", async ({ home }) => {
  await show(home);
  await fixes(home)
    .getByRole("button", { name: /^P7, retry: recorded: broken by this change/ })
    .click();
  await expect(home.locator("#panel")).toContainText("P7 violated, as coded, with retry: recorded", {
    timeout: 20_000,
  });
  await expect(home.locator("#diagram")).toBeFocused();
  await expect(home.locator('input[name="policy-retry"][value="recorded"]')).toBeChecked();
  await expect(home.locator('input[name="rules"][value="upstream"]')).toBeChecked();
});

test("it starts from either rule set, over one model or many, and can be stopped", async ({ home }) => {
  await show(home);
  await home.locator("#ex-from").selectOption("documented");
  await home.locator("#ex-among").selectOption("a parent and its child");
  await fixes(home).locator(".ex-run").click();
  await done(home);
  await expect(fixes(home).locator(".ex-fixes")).toContainText("none, as documented");
  expect((await line(home, "retry: inPlace")).P37).toBe("breaks");
  await home.locator("#ex-from").selectOption("upstream");
  await home.locator("#ex-among").selectOption("every");
  await fixes(home).locator(".ex-run").click();
  await expect(fixes(home).locator(".ex-doing")).toContainText("states");
  await fixes(home).locator(".ex-run").click();
  await expect(fixes(home).locator(".ex-doing")).toHaveText(/^Stopped after/);
  const [download] = await Promise.all([
    home.waitForEvent("download"),
    fixes(home).getByRole("button", { name: "Table as JSON" }).click(),
  ]);
  expect(JSON.parse((await readFile(await download.path())).toString()).format).toBe("flyte-lifecycle fixes");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`on a phone it scrolls in its own box, heads stay, axe finds nothing: ${colorScheme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 800 });
    await open(page);
    await show(page);
    const box = page.locator(".ex-fixes-box");
    const head = page.locator(".ex-fixes thead th").first();
    const at = async () => {
      const [outer, inner] = await Promise.all([box.boundingBox(), head.boundingBox()]);
      return [Math.round((inner?.x ?? 0) - (outer?.x ?? 0)), Math.round((inner?.y ?? 0) - (outer?.y ?? 0))];
    };
    const before = await at();
    await box.evaluate((element) => {
      element.scrollLeft = 300;
      element.scrollTop = 120;
    });
    expect(await box.evaluate((element) => element.scrollLeft)).toBe(300);
    expect(await at()).toEqual(before);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide).toBe(false);
    const { violations } = await new AxeBuilder({ page }).include("#explore").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
  });
}
