import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, isIn, open, type Page, situation, test } from "./page.ts";

const choose = async (page: Page, id: string): Promise<void> => {
  if (!(await page.locator("#export").isVisible())) await page.locator("#export-open").click();
  await page.locator(`#export-formats input[value="${id}"]`).check();
};

async function save(page: Page, id: string): Promise<{ name: string; bytes: Buffer }> {
  await choose(page, id);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#export-save").click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What the browser's own reader of XML says of a text. */
const parsed = (page: Page, xml: string, type: DOMParserSupportedType) =>
  page.evaluate(
    ([xml, type]) => {
      const document_ = new DOMParser().parseFromString(xml, type as DOMParserSupportedType);
      return {
        error: document_.querySelector("parsererror")?.textContent ?? null,
        root: document_.documentElement.nodeName,
        text: document_.documentElement.textContent ?? "",
      };
    },
    [xml, type] as const,
  );

test("every format is made, named after the run, and saved", async ({ home }) => {
  await situation(home, "Retries exhausted");
  const names = new Set<string>();
  const formats = await home
    .locator("#export-formats input")
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  expect(formats).toEqual([
    "diagram-svg",
    "diagram-png",
    "mermaid",
    "dot",
    "scxml",
    "timeline-svg",
    "json",
    "trace",
    "protojson",
    "test-js",
    "test-rust",
  ]);
  for (const format of formats) {
    const { name, bytes } = await save(home, format);
    expect(name, format).toMatch(/^retries-exhausted-as-documented\./);
    expect(bytes.length, format).toBeGreaterThan(200);
    names.add(`${format} ${name}`);
    await home.keyboard.press("Escape");
  }
});

test("the diagram is SVG that stands by itself, and PNG of twice its size", async ({ home }) => {
  await situation(home, "Retries exhausted");
  const svg = (await save(home, "diagram-svg")).bytes.toString();
  const read = await parsed(home, svg, "image/svg+xml");
  expect(read.error).toBeNull();
  expect(read.text).toContain("TIMED_OUT");
  expect(read.text).toContain("×3");
  expect(svg).not.toMatch(/var\(|<script|href=|<foreignObject/);
  const { bytes } = await save(home, "diagram-png");
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  expect(bytes.readUInt32BE(16)).toBe(2 * 1144);
  expect(bytes.readUInt32BE(20)).toBe(2 * 452);
  // Not one colour all over.
  expect(bytes.length).toBeGreaterThan(10_000);
});

test("the timeline is SVG with all its lanes", async ({ home }) => {
  await situation(home, "Fan-out and recovery");
  const svg = (await save(home, "timeline-svg")).bytes.toString();
  const read = await parsed(home, svg, "image/svg+xml");
  expect(read.error).toBeNull();
  for (const action of ["map/a0", "map/a3", "map/a8"]) expect(read.text).toContain(action);
});

test("SCXML is XML that the browser reads", async ({ home }) => {
  const scxml = (await save(home, "scxml")).bytes.toString();
  const read = await parsed(home, scxml, "application/xml");
  expect(read.error).toBeNull();
  expect(read.root).toBe("scxml");
  expect(scxml).toContain('target="TIMED_OUT"');
});

test("the run as JSON and as trace leads to the same run again", async ({ home }) => {
  await situation(home, "Refused late write");
  const run = JSON.parse((await save(home, "json")).bytes.toString());
  expect(run.commands).toHaveLength(8);
  expect(run.snapshot.actions[0].phase).toBe("SUCCEEDED");
  const trace = (await save(home, "trace")).bytes.toString();
  expect(trace).toMatch(/^flyte-lifecycle trace 1/);
  expect(trace).toContain("UpdateRefused SUCCEEDED→RUNNING #1 GuardRefusesTerminal");
});

test("the run as protojson opens again as a record with the same phases", async ({ home }) => {
  await situation(home, "Fan-out and recovery");
  const rows = home.getByRole("treeitem");
  const phases = async (): Promise<string[]> => {
    await expect(rows).toHaveCount(9);
    return (await rows.locator(".badge").allTextContents()).sort();
  };
  const before = await phases();
  const { name, bytes } = await save(home, "protojson");
  expect(name).toBe("fan-out-and-recovery-as-documented.record.json");
  await home.keyboard.press("Escape");
  await home.locator("#open-button").click();
  await home.locator("#open-text").fill(bytes.toString());
  await home.locator("#open-go").click();
  await expect(home.locator("#record")).toContainText("ActionDetails: 9 actions");
  await expect(home.locator("#record")).toContainText("The rules explain every step.");
  expect(await phases()).toEqual(before);
});

test("what is exported is the run up to where one stands", async ({ home }) => {
  await situation(home, "Refused late write");
  await home.locator("#undo").click();
  await choose(home, "trace");
  await expect(home.locator("#export-what")).toContainText("up to step 7 of 8");
  await expect(home.locator("#export-text")).not.toContainText("UpdateRefused");
});

test("copy as test copies, and says so", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await choose(home, "test-js");
  await home.locator("#export-copy").click();
  await expect(home.locator("#export-copy")).toHaveText("Copied");
  const js = await home.evaluate(() => navigator.clipboard.readText());
  expect(js).toContain('import { Simulation } from "flyte-lifecycle"');
  expect(js).toContain('["train/a0","RUNNING",2]');
  await choose(home, "test-rust");
  await expect(home.locator("#export-text")).toContainText("#[test]");
  await expect(home.locator("#export-text")).toContainText("ActionPhase::Running");
});

test("the key e opens it, the keyboard does the rest, and Escape gives the focus back", async ({ home }) => {
  await home.locator("#undo").focus();
  await home.keyboard.press("e");
  await expect(home.locator("#export")).toBeVisible();
  await expect(home.locator('#export-formats input[value="diagram-svg"]')).toBeFocused();
  await home.keyboard.press("ArrowDown");
  await home.keyboard.press("ArrowDown");
  await expect(home.locator("#export-text")).toContainText("stateDiagram-v2");
  await home.keyboard.press("Escape");
  await expect(home.locator("#export")).toBeHidden();
  await isIn(home, "RUNNING");
});

test("exporting asks nothing of the network", async ({ home }) => {
  const asked: string[] = [];
  home.on("request", (request) => {
    // The icon of the page may come late.
    if (!/^(data|blob):|\/icon-/.test(request.url())) asked.push(request.url());
  });
  for (const format of ["diagram-png", "timeline-svg", "json"]) await save(home, format);
  expect(asked).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the export in the ${colorScheme} theme, and it fits 320 px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 800 });
    await open(page);
    for (const format of ["diagram-svg", "mermaid"]) {
      await choose(page, format);
      const { violations } = await new AxeBuilder({ page }).include("#export").analyze();
      expect(violations.map(({ id, nodes }) => `${format}: ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    const wide = await page.locator("#export").evaluate((dialog) => dialog.scrollWidth > dialog.clientWidth);
    expect(wide).toBe(false);
  });
}
