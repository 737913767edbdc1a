// What the tests of the page share: opening it, and that it stays quiet while it is used.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";

export type { Page };
export { expect };

/** A page that has loaded its engine, and that fails the test if it logs an error or breaks its own policy. */
export const test = base.extend<{ home: Page }>({
  home: async ({ page }, use) => {
    const complaints = listen(page);
    await open(page);
    await use(page);
    expect(complaints, "errors on the console, or of the content security policy").toEqual([]);
  },
});

/** Collects what a page complains about. */
export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

export async function open(page: Page, fragment = ""): Promise<void> {
  await page.goto(`./${fragment}`);
  await expect(page.locator("html")).toHaveAttribute("data-ready", "");
  await expect(page.locator("#step-count")).not.toHaveText("0/0");
}

/** Opens a named situation, wherever the list of them is. */
export async function situation(page: Page, name: string): Promise<void> {
  const box = page.locator("#situations-box");
  if (!(await box.evaluate((element: HTMLDetailsElement) => element.open))) await box.locator("summary").click();
  await page.locator("#situations").getByRole("button", { name, exact: true }).click();
  await expect(page.locator("#situation-title")).toHaveText(name);
}

/** Opens one of the real bugs, as a link to it would. */
export async function bug(page: Page, number: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#gallery/${number}`);
  await expect(page.locator("#situations [aria-current='true']")).toHaveText(/^Real bugs/);
  await expect(panel(page)).toContainText(`${number.toUpperCase()}: here it goes wrong`);
}

/** What axe finds on the page as it is now: nothing. */
export async function findNothing(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
  ).toEqual([]);
}

/** Opens what is pasted. */
export async function paste(page: Page, text: string): Promise<void> {
  if (!(await page.locator("#open").isVisible())) await page.locator("#open-button").click();
  await page.locator("#open-text").evaluate((area, value) => {
    (area as HTMLTextAreaElement).value = value;
  }, text);
  await page.locator("#open-go").click();
}

/** The box of a phase on the diagram that is shown. */
export const box = (page: Page, phase: string) => page.locator(`.canvas:visible g.box[data-phase="${phase}"]`);
/** The button that leads to a phase. */
export const port = (page: Page, phase: string) => page.locator(`button.port[data-phase="${phase}"]`);
export const current = (page: Page) => page.locator(".canvas:visible g.box[data-current]");
export const panel = (page: Page) => page.locator("#panel");

export async function isIn(page: Page, phase: string): Promise<void> {
  await expect(current(page)).toHaveCount(1);
  await expect(current(page)).toHaveAttribute("data-phase", phase);
}

/** Presses a button that says it cannot be used now; Playwright's own click would wait for it to change its mind. */
export const ask = (button: Locator): Promise<void> => button.click({ force: true });
