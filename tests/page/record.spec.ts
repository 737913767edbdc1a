import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, isIn, open, type Page, panel, paste, port, test } from "./page.ts";

const fixture = (name: string): string => readFileSync(new URL(`../runs/${name}`, import.meta.url), "utf8");

const record = (page: Page) => page.locator("#record");
const findings = (page: Page) => record(page).locator("li.finding:visible");

/** Under which rules it is read again. */
const readAs = async (page: Page, rules: string): Promise<void> => {
  await page.getByRole("banner").getByText(rules, { exact: true }).click();
  await expect(record(page)).toContainText(`Read ${rules}.`);
};

test("a record is read by the first rules that explain it, and it is said which, and what the others say", async ({
  home,
}) => {
  await expect(home.getByRole("radio", { name: "as documented" })).toBeChecked();
  await paste(home, fixture("retry.details.json"));
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.locator("#live")).toHaveText(
    /^Opened\. rk7w\S+ succeeded\. ActionDetails: 1 action.*stays in this browser/,
  );
  await expect(home.locator("#situation-sentence")).toContainText("stays in this browser");
  await isIn(home, "SUCCEEDED");
  await expect(home.getByRole("radio", { name: "as coded" })).toBeChecked();
  await expect(record(home)).toContainText("The rules explain every step. Read as coded. As merged it is the same.");
  await expect(record(home)).toContainText(
    "As documented, 1 thing is found: Before this, FAILED of attempt 1 is needed",
  );
  await expect(findings(home)).toHaveCount(0);
});

test("what no rule explains leads to its step", async ({ home }) => {
  await paste(home, fixture("retry.details.json"));
  await readAs(home, "as documented");
  await isIn(home, "SUCCEEDED");
  await expect(findings(home)).toHaveCount(1);
  await expect(findings(home)).toContainText("FAILED of attempt 1 is needed");
  await expect(findings(home)).toContainText("explained with retry: inPlace");
  await expect(findings(home)).toContainText("looks like N4");
  const jump = findings(home).getByRole("button", { name: /^Step \d+$/ });
  await jump.click();
  await isIn(home, "QUEUED");
  await expect(jump).toHaveAttribute("aria-current", "step");
  await expect(home.locator("#live")).toHaveText(/^Step \d+: Before this, FAILED/);
  await expect(panel(home)).toContainText("attempt 2 of 3");
});

test("a record opens with what is the matter, whose matter it is, and what is known to go wrong", async ({ home }) => {
  await paste(home, fixture("back-to-running.watch.json"));
  const matter = record(home).locator(".record-matter");
  await expect(matter).toContainText("nightly/a0 runs (attempt 1). It shows what is known to go wrong");
  await expect(matter).toHaveAttribute("data-fault", "flyte");
  // What is said of the action already is not said again.
  await expect(record(home).locator(".record-shows")).toHaveCount(0);
  await expect(findings(home)).toContainText("RUNNING follows ABORTED here");
  await expect(record(home)).toContainText("As documented, 2 things are found.");
  await matter.getByRole("button", { name: "N1" }).click();
  await expect(home.locator("#situation-title")).toHaveText(/^N1:/);
  await paste(home, fixture("batch.actions.csv"));
  await expect(findings(home)).toContainText("looks like N6");
  await expect(record(home).locator(".record-shows")).toHaveCount(0);
  await paste(home, fixture("batch.action_events.csv"));
  await expect(record(home).locator(".record-shows li").first()).toContainText("batch-12/extract shows: An attempt");
});

test("a record is opened, read and closed by keys alone", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const focused = home.locator(":focus");
  await home.evaluate((text) => navigator.clipboard.writeText(text), fixture("back-to-running.watch.json"));
  await home.keyboard.press("o");
  await expect(home.locator("#open-text")).toBeFocused();
  await home.keyboard.press("Control+v");
  await home.keyboard.press("Tab");
  await home.keyboard.press("Tab");
  await expect(focused).toHaveText("Open");
  await home.keyboard.press("Enter");
  await expect(home.locator("#open")).toBeHidden();
  // What is said is read out at once, and stands where one goes on reading.
  await expect(focused).toHaveText("Your recorded run");
  await expect(home.locator("#live")).toHaveText(/^Opened\. nightly\/a0 runs \(attempt 1\)\. Watch/);
  const until = async (name: string): Promise<void> => {
    for (let left = 20; left > 0 && (await focused.textContent()) !== name; left -= 1) await home.keyboard.press("Tab");
    await expect(focused).toHaveText(name);
  };
  await until("Dismiss");
  await until("N1");
  await until("Step 6");
  await home.keyboard.press("Enter");
  await expect(focused).toHaveAttribute("aria-current", "step");
  for (const _ of ["the box of what was found", "N1", "Dismiss"]) await home.keyboard.press("Shift+Tab");
  await expect(focused).toHaveText("Dismiss");
  await home.keyboard.press("Enter");
  await expect(record(home)).toBeHidden();
  await expect(home.locator("#open-button")).toBeFocused();
});

test("TaskActions open with what is the matter as well, and the run goes on from them", async ({ home }) => {
  await paste(home, readFileSync(new URL("../cases/taskaction-cycle.json", import.meta.url), "utf8"));
  await expect(record(home).getByRole("heading")).toHaveText("Your TaskActions");
  await expect(record(home).locator(".record-matter")).toContainText("rabc/a0 runs (attempt 1 of 3). It shows");
  await expect(record(home)).toContainText("1 action, from which the run goes on. Nothing in it contradicts itself.");
  await expect(record(home)).toContainText("As merged and as documented it is the same.");
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
});

test("the panel says why the selected action is as it is, and what can end it", async ({ home }) => {
  await paste(home, fixture("retry.details.json"));
  await expect(panel(home).locator(".why-now")).toContainText("succeeded.");
  await home.keyboard.press("u");
  await expect(panel(home).locator(".why-ends")).toContainText("What can end it: ");
});

test("an incident that it looks like has its story, and Back leads to the record again", async ({ home }) => {
  await paste(home, fixture("retry.details.json"));
  await readAs(home, "as documented");
  await findings(home).getByRole("button", { name: "N4" }).click();
  await expect(home.locator("#situation-title")).toHaveText(/^N4:/);
  await expect(record(home)).toBeHidden();
  await home.goBack();
  await expect(findings(home)).toHaveCount(1);
});

test("under the other rules the record is read anew", async ({ home }) => {
  await paste(home, fixture("retry.details.json"));
  await readAs(home, "as documented");
  await expect(findings(home)).toHaveCount(1);
  await record(home).getByRole("button", { name: "1 is explained as coded" }).click();
  await expect(record(home)).toContainText("The rules explain every step.");
  await expect(findings(home)).toHaveCount(0);
  await isIn(home, "SUCCEEDED");
  await home.getByText("as documented", { exact: true }).click();
  await expect(findings(home)).toHaveCount(1);
  // From where somebody has gone on, only the commands are played again.
  await home.keyboard.press("u");
  await port(home, "FAILED").click();
  await isIn(home, "QUEUED");
  await home.getByText("as coded", { exact: true }).click();
  await isIn(home, "RUNNING");
  await expect(panel(home)).toContainText("attempt 2 of 3");
});

test("a stream, and two tables in two files, open as trees", async ({ home }) => {
  await paste(home, fixture("approval.watch.json"));
  await expect(home.getByRole("treeitem")).toHaveCount(3);
  await expect(record(home)).toContainText("WatchActions: 3 actions");
  await home.locator("#open-button").click();
  await home.locator("#open-file").setInputFiles(
    ["batch.actions.csv", "batch.action_events.csv"].map((name) => ({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(fixture(name)),
    })),
  );
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.getByRole("treeitem")).toHaveCount(3);
  await expect(record(home)).toContainText("Rows: 3 actions");
  await expect(findings(home).filter({ hasText: "batch-12/load" })).toContainText("N6");
});

test("a refused change is on the diagram, and many findings can be filtered", async ({ home }) => {
  await paste(home, fixture("back-to-running.watch.json"));
  await expect(findings(home).first()).toContainText("RUNNING follows ABORTED here, which the guard refuses");
  await findings(home).first().getByRole("button").click();
  await isIn(home, "ABORTED");
  const id = (name: string) => ({ run: { name: "many" }, name });
  const rows = Array.from({ length: 12 }, (_, at) => ({
    id: id(at === 0 ? "a0" : `c${at}`),
    metadata: at === 0 ? {} : { parent: "a0" },
    status: { phase: 5, attempts: at % 2, startTime: "2026-01-01T00:00:00Z" },
  }));
  await paste(home, JSON.stringify(rows));
  await expect(findings(home).nth(7)).toBeAttached();
  await record(home).getByRole("searchbox").fill("many/c3");
  await expect(findings(home).first()).toContainText("many/c3");
  await expect(findings(home).filter({ hasNotText: "many/c3" })).toHaveCount(0);
  await record(home).getByRole("searchbox").fill("");
  await record(home).getByRole("combobox").selectOption("errors");
  await expect(findings(home)).toHaveCount(0);
  await expect(record(home).getByRole("status")).toHaveText(/^0 of \d+$/);
});

for (const [name, text, says] of [
  [
    "broken JSON in a stream",
    `${fixture("retry.details.json")}\n{"details":`,
    /no JSON, or is cut off: EOF while parsing.*line \d+/,
  ],
  [
    "a phase that is none",
    '{"id":{"run":{"name":"r"},"name":"a0"},"status":{"phase":"RUNING"}}',
    /status\.phase.*did you mean ACTION_PHASE_RUNNING/,
  ],
  ["a table with a row too short", "run_name,name,phase\nr1,a0", /line 2: it has 2 fields/],
  ["another object", '{"hello":1}', /"hello".*none of what is read/],
  [
    "a name that is a script",
    '{"id":{"run":{"name":"<img src=x onerror=alert(1)>"},"name":"a0"},"status":{"phase":4}}',
    /invalid run name "<img/,
  ],
] as const) {
  test(`${name} is refused in place, with the record that was open untouched`, async ({ home }) => {
    await paste(home, fixture("retry.details.json"));
    await readAs(home, "as documented");
    const facts = await home.locator("#log-count").textContent();
    await paste(home, text);
    await expect(home.locator("#open-message")).toHaveText(says);
    await home.locator("#open").getByRole("button", { name: "Cancel" }).click();
    await expect(findings(home)).toHaveCount(1);
    await isIn(home, "SUCCEEDED");
    await expect(home.locator("#log-count")).toHaveText(facts ?? "");
    await expect(home.locator("main img")).toHaveCount(0);
  });
}

test("no request leaves while records are opened, and the address does not tell of them", async ({ page }) => {
  await open(page);
  await page.locator("#open-button").click();
  // What reads and checks, files of the page itself, is fetched when the dialog opens, before there is anything to read.
  await expect(page.locator("#open")).toHaveAttribute("data-warm", "");
  await page.waitForLoadState("networkidle");
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  for (const text of [
    fixture("retry.details.json"),
    fixture("approval.watch.json"),
    fixture("batch.actions.csv") + fixture("batch.action_events.csv"),
    fixture("back-to-running.watch.json"),
  ]) {
    await paste(page, text);
    await expect(page.locator("#open")).toBeHidden();
    await page.waitForTimeout(400);
    expect(page.url()).not.toMatch(/rk7w2q9xnd4bt6vz8m3c|deploy-7|batch-12|nightly/);
  }
  expect(requests).toEqual([]);
});

test("a link holds a record when it is asked for, and Back leads to it", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await paste(home, fixture("retry.details.json"));
  await readAs(home, "as documented");
  await expect(findings(home)).toHaveCount(1);
  await home.locator("#copy-link").click();
  await expect(home.locator("#copy-link")).toHaveText("Copied");
  const link = await home.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await isIn(other, "SUCCEEDED");
  await expect(other.getByRole("treeitem")).toContainText("rk7w2q9xnd4bt6vz8m3c/a0");
  await other.close();
  const box = home.locator("#situations-box");
  if (!(await box.evaluate((element: HTMLDetailsElement) => element.open))) await box.locator("summary").click();
  await home.locator("#situations button").first().click();
  await expect(record(home)).toBeHidden();
  await home.goBack();
  await expect(findings(home)).toHaveCount(1);
});

test("what was found has no violations, also in the dark and at 320 pixels", async ({ home }) => {
  await paste(home, fixture("retry.details.json"));
  await readAs(home, "as documented");
  await expect(findings(home)).toHaveCount(1);
  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 320],
  ] as const) {
    await home.emulateMedia({ colorScheme: scheme });
    await home.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page: home }).include("#record").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    expect(await home.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }
});
