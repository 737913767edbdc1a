import { createServer } from "node:http";
import AxeBuilder from "@axe-core/playwright";
import { box, expect, isIn, listen, type Page, port, test } from "./page.ts";

const SECTIONS = ["situations", "instrument", "timeline-section", "tree-section", "hood", "palette", "log-section"];

async function embed(page: Page, query = "", fragment = ""): Promise<string[]> {
  const complaints = listen(page);
  await page.goto(`./?embed${query}${fragment}`);
  await expect(page.locator("html")).toHaveAttribute("data-ready", "");
  return complaints;
}

const shown = async (page: Page): Promise<string[]> => {
  const names: string[] = [];
  for (const name of SECTIONS) if (await page.locator(`main > .${name}`).isVisible()) names.push(name);
  return names;
};

test("it shows the diagram, why, and the steps; neither header nor footer, and a way to the whole page", async ({
  page,
  context,
}) => {
  await page.setViewportSize({ width: 600, height: 400 });
  const complaints = await embed(page, "&scenario=exhausted");
  await isIn(page, "FAILED");
  expect(await shown(page)).toEqual(["instrument"]);
  for (const hidden of [".rules", ".tools", "footer:not(.embed-foot)", "#situation-sentence"])
    await expect(page.locator(hidden)).toBeHidden();
  await expect(page.locator("#panel")).toContainText("flaky/a0 is");
  // All of the diagram fits into a column of text.
  const diagram = await page.locator("#diagram").boundingBox();
  expect((diagram?.y ?? 0) + (diagram?.height ?? 999)).toBeLessThanOrEqual(400);
  await page.locator("#undo").click();
  await isIn(page, "RUNNING");
  await port(page, "SUCCEEDED").click();
  await isIn(page, "SUCCEEDED");
  const [whole] = await Promise.all([context.waitForEvent("page"), page.locator("#embed-out").click()]);
  await isIn(whole, "SUCCEEDED");
  await expect(whole.locator("header.top")).toBeVisible();
  expect(new URL(whole.url()).search).toBe("");
  expect(complaints).toEqual([]);
});

test("panels, controls and theme are as asked for", async ({ page }) => {
  await embed(page, "&panels=timeline,log&controls=none&theme=dark&scenario=retry");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await shown(page)).toEqual(["timeline-section", "log-section"]);
  await expect(page.locator(".transport")).toBeHidden();
  // With nothing to do, no key does anything.
  const facts = await page.locator("#log-count").textContent();
  await page.keyboard.press("u");
  await page.keyboard.press("w");
  await expect(page.locator("#tour")).toHaveCount(0);
  await expect(page.locator("#log-count")).toHaveText(facts ?? "");
  await embed(page, "&panels=diagram,situation&controls=steps&scenario=late");
  await expect(page.locator("#situation-sentence")).toContainText("The guard refuses it");
  await expect(page.locator("button.port").first()).toBeHidden();
  await expect(page.locator("#play")).toBeHidden();
  await page.locator("#undo").click();
  await expect(page.locator("#step-count")).toHaveText("7/8");
});

test("every panel can be chosen alone", async ({ page }) => {
  test.slow();
  const where = {
    situation: "#situation-sentence",
    diagram: "#diagram",
    why: "#panel",
    timeline: "#tl-box",
    tree: "#tree",
    hood: "#lanes-box",
    commands: "#palette-plugin",
    stores: "#store-row",
    timers: "#timers-none",
    log: "#log-box",
    policies: "#divergences",
  };
  for (const name of Object.keys(where)) {
    await embed(page, `&panels=${name}&controls=none`);
    for (const [other, its] of Object.entries(where))
      await expect(page.locator(its), `${name} shows ${other}`).toBeVisible({ visible: name === other });
  }
});

test("the fragment is honoured, and a trace by its name", async ({ page }) => {
  await embed(page, "&scenario=retry", "#v2/d/3/cdemo~QRz");
  await isIn(page, "RUNNING");
  await expect(page.locator("#panel")).toContainText("demo/a0");
  await embed(page, "&scenario=n1&panels=diagram,why");
  await isIn(page, "RUNNING");
  await expect(page.locator("#panel")).toContainText("N1: here it goes wrong");
  await embed(page, "&scenario=waiting-for-resources.upstream&panels=diagram,log");
  await expect(page.locator("#log-count")).not.toHaveText("");
  await expect(page.locator(".embed-problems p")).toHaveCount(0);
});

test("a real bug by its number opens where it goes wrong", async ({ page }) => {
  await embed(page, "&scenario=s21&panels=diagram,log,timeline");
  await isIn(page, "PAUSED");
  await expect(page.locator("#panel")).toContainText("S21: here it goes wrong (step 3 of 3)");
  await expect(page.locator("#log .fact[data-wrong]")).toContainText("Here it goes wrong.");
  await expect(page.locator(".embed-problems p")).toHaveCount(0);
});

test("what nobody knows is answered in place, and something is shown all the same", async ({ page }) => {
  const complaints = await embed(page, "&panels=diagramm,log&controls=full&color=red&scenario=retri");
  const problems = page.locator(".embed-problems p");
  await expect(problems).toHaveText([
    /“color”: no such parameter/,
    /“panels=diagramm”: no such panel; did you mean “diagram”\?/,
    /“scenario=retri”: no such situation; did you mean “retry”\?/,
  ]);
  await expect(page.locator("#log")).toContainText("train/a0");
  expect(complaints).toEqual([]);
});

test("inside another page it leaves that page's history alone, and asks for nothing from elsewhere", async ({
  page,
  baseURL,
}) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(
      `<!doctype html><html lang="en"><title>host</title><iframe title="lifecycle" width="600" height="400" src="${baseURL}/?embed&scenario=late"></iframe></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: number } = server.address() as { port: number };
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).origin));
  await page.goto(`http://127.0.0.1:${number}/`);
  const frame = page.frameLocator("iframe");
  await expect(frame.locator("html")).toHaveAttribute("data-ready", "");
  const before = await page.evaluate(() => history.length);
  await frame.locator("#undo").click();
  await frame.locator("#undo").click();
  await expect(frame.locator("#step-count")).toHaveText("6/8");
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => history.length)).toBe(before);
  expect(new Set(requests)).toEqual(new Set([`http://127.0.0.1:${number}`, baseURL]));
  server.close();
});

for (const [width, height] of [
  [600, 400],
  [320, 400],
] as const) {
  test(`at ${width} px nothing scrolls sideways, and axe finds nothing`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const theme of ["light", "dark"]) {
      await embed(page, `&theme=${theme}&panels=situation,diagram,why,tree,log,nonsense`);
      const content = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(content).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
      await expect(box(page, "RUNNING")).toBeVisible();
    }
  });
}
