import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, listen, open, type Page, situation, test } from "./page.ts";

const explorer = (page: Page) => page.locator("#explore");
const run = (page: Page) => page.locator("#explore-holds .ex-run");
const doing = (page: Page) => page.locator("#explore-holds .ex-doing");
const row = (page: Page, property: string) => page.locator(`.ex-verdicts tr[data-property="${property}"]`);

// As many as VERDICTS.md says, which tests/package holds to the list of properties.
const verdicts = readFileSync(new URL("../../VERDICTS.md", import.meta.url), "utf8");
const HELD = Number(/^(\d+) of \d+ properties/m.exec(verdicts)?.[1]);

/** Opens the explorer and waits for the verdicts of the search that it opens with. */
async function explore(page: Page): Promise<void> {
  await page.locator("#explore-open").click();
  await expect(doing(page)).toHaveText(/^Both searches are done/, { timeout: 20_000 });
}

async function search(page: Page, model: string, rules = "upstream"): Promise<void> {
  await page.locator("#ex-rules").selectOption(rules);
  await choose(page, model);
  await run(page).click();
}

async function choose(page: Page, model: string): Promise<void> {
  await page.locator("#ex-model").selectOption(model);
  if (model !== LARGE) return;
  if (!(await page.locator("#ex-backlog").isVisible())) await page.locator(".ex-bounds summary").click();
  await page.locator("#ex-backlog").fill("9");
}

const finished = (page: Page) => expect(run(page)).not.toHaveAttribute("data-running", "", { timeout: 30_000 });

/** With nine pieces of work due it has more states than a search holds, which takes some seconds. */
const LARGE = "calls of the services that fail";

test("it opens with verdicts under both rule sets: a colour, an icon and a word each", async ({ home }) => {
  await explore(home);
  await expect(home.locator(".ex-headlines")).toContainText(`As documented: All ${HELD} properties hold`);
  await expect(home.locator(".ex-headlines")).toContainText(`As coded: 8 of ${HELD} properties are violated`);
  const cells = row(home, "P4").locator("td");
  await expect(cells.nth(0).locator(".verdict")).toHaveText("holds");
  await expect(cells.nth(1).locator(".verdict")).toHaveText("violated");
  await expect(cells.nth(1)).toContainText("2 commands, timed; nothing has to go wrong");
  for (const badge of await home.locator(".verdict").all())
    await expect(badge.locator("use")).toHaveAttribute("href", /^#x-/);
  const colours = await home
    .locator('.verdict[data-verdict="holds"], .verdict[data-verdict="violated"]')
    .evaluateAll((badges) => new Set(badges.map((badge) => getComputedStyle(badge).color)).size);
  expect(colours).toBe(2);
  // What both searches went through stands in the gauge, with the time that is said beside it.
  const gauge = (name: string) => home.locator(`#explore-holds [data-value="${name}"]`);
  await expect(gauge("states")).toHaveText("3,018");
  await expect(doing(home)).toHaveText(`Both searches are done after ${await gauge("time").textContent()}.`);
  await expect(home.locator("#live")).toHaveText(new RegExp(`8 of ${HELD} properties are violated`));
});

test("verdicts are filtered by what became of them, by where the rule sets differ, and by words", async ({ home }) => {
  await explore(home);
  const rows = home.locator(".ex-verdicts tr[data-property]");
  await expect(rows).toHaveCount(HELD + 3);
  await home.locator('.ex-filters input[value="differs"]').check({ force: true });
  await expect(rows).toHaveCount(8);
  await home.locator('.ex-filters input[value="never"]').check({ force: true });
  await expect(rows).toHaveCount(1);
  // Each shows as many as it says, under one heading, and together they are all.
  let sum = 0;
  for (const name of ["violated", "never", "holds", "happens"]) {
    const chip = home.locator(`.ex-filters label:has(input[value="${name}"])`);
    await chip.locator("input").check({ force: true });
    const count = Number(/\d+$/.exec((await chip.textContent()) ?? "")?.[0]);
    await expect(rows).toHaveCount(count);
    await expect(home.locator(".ex-verdicts .ex-group")).toHaveCount(1);
    sum += count;
  }
  expect(sum).toBe(HELD + 3);
  await home.locator('.ex-filters input[value="all"]').check({ force: true });
  await home.locator(".ex-find input").fill("child never");
  await expect(rows).toHaveCount(1);
  await expect(row(home, "P44")).toBeVisible();
  await home.locator(".ex-find input").fill("nothing is like this");
  await expect(home.locator(".ex-results .none", { hasText: "No property is like that." })).toBeVisible();
});

test("the link leads others to the same tab, rules, model and property", async ({ home, context }) => {
  await explore(home);
  await search(home, "a task");
  await home.locator(".ex-find input").fill("P4");
  await expect(home).toHaveURL(/\.xholds,upstream,a_task,P4\.m\d+:[\w=-]+\//);
  const other = await context.newPage();
  const complaints = listen(other);
  await open(other, new URL(home.url()).hash);
  await expect(doing(other)).toHaveText(/^The search is done/, { timeout: 20_000 });
  await expect(other.locator("#ex-rules")).toHaveValue("upstream");
  await expect(other.locator("#ex-model")).toHaveValue("a task");
  await expect(row(other, "P4")).toContainText("violated");
  expect(new URL(other.url()).hash).toBe(new URL(home.url()).hash);
  // Closed, it is in no link any more; Back leads to a run that was left with it open.
  await situation(other, "Happy path");
  await other.locator("#explore").getByRole("button", { name: "Close" }).click();
  await expect(other).not.toHaveURL(/\.x/);
  await other.goBack();
  await expect(other.locator("#situation-title")).toHaveText("Retry, then success");
  await expect(explorer(other)).toBeVisible();
  await expect(row(other, "P4")).toContainText("violated");
  await other.goForward();
  await expect(explorer(other)).toBeHidden();
  expect(complaints).toEqual([]);
});

test("an address by hand leads there as well, and says what it names in vain", async ({ page }) => {
  const complaints = listen(page);
  await open(page, "#explore/upstream/a-parent-and-its-child/P44");
  await expect(doing(page)).toHaveText(/^The search is done/, { timeout: 20_000 });
  await expect(page.locator(".ex-verdicts tr[data-property]")).toHaveCount(1);
  await expect(row(page, "P44")).toContainText("violated");
  await open(page, "#explore/everything/a-dream/P44");
  await expect(page.locator("#explore-holds .ex-refused")).toHaveText(
    "The link names the model “a dream”, which this page does not have.",
  );
  await expect(doing(page)).toHaveText(/^Both searches are done/, { timeout: 20_000 });
  await open(page, "#explore/fixes/documented/a-task");
  await expect(page.getByRole("tab", { name: "Fixes" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#ex-from")).toHaveValue("documented");
  await expect(page.locator("#ex-among")).toHaveValue("a task");
  expect(complaints).toEqual([]);
});

test("a counterexample is replayed where it breaks, and the run that was open comes back", async ({ home }) => {
  await situation(home, "Fan-out and recovery");
  const count = await home.locator("#step-count").textContent();
  await explore(home);
  await row(home, "P35").getByRole("button", { name: "Replay" }).click();
  await expect(home.locator("#step-count")).toHaveText("3/3");
  await expect(home.locator("#panel")).toContainText("P35 violated, as coded");
  await expect(home.locator("#panel")).toContainText("Row and resource tell the same phase");
  await expect(home.locator('input[name="rules"][value="upstream"]')).toBeChecked();
  await expect(home.locator("#diagram")).toBeFocused();
  await expect(home.locator("#diagram")).toBeInViewport();
  // It is a link as any other run is.
  await expect.poll(() => home.evaluate(() => location.hash)).toMatch(/^#v\d/);
  await home.locator("#panel").getByRole("button", { name: "Back to what was open" }).click();
  await expect(home.locator("#step-count")).toHaveText(count ?? "");
  await expect(home.locator("#situation-title")).toHaveText("Fan-out and recovery");
});

test("a replay shows the action whose row the last step changed", async ({ home }) => {
  await explore(home);
  await row(home, "P44").getByRole("button", { name: "Replay" }).click();
  await expect(home.locator("#panel")).toContainText("P44 violated, as coded");
  // The step enqueues a child, and that writes its parent.
  await expect(home.locator("#stores-title")).toContainText("r1/a0");
});

test("what a search went through lies over the diagram until somebody acts", async ({ home }) => {
  await explore(home);
  const edges = home.locator(".canvas:visible .edge");
  const before = await edges.count();
  const toggle = home.getByRole("button", { name: "Coverage on the diagram, as documented" });
  await toggle.click();
  await expect(toggle).toHaveAttribute("aria-pressed", "true");
  await expect(home.locator(".canvas:visible .edge[data-covered=met]")).not.toHaveCount(0);
  await expect(home.locator(".canvas:visible .edge[data-covered=none]")).not.toHaveCount(0);
  await expect(home.locator("#panel")).toContainText("12 of 71");
  await expect(home.locator("button.port:visible")).toHaveCount(0);
  await toggle.click();
  await expect(home.locator(".edge[data-covered]")).toHaveCount(0);
  await expect(edges).toHaveCount(before);
  await expect(home.locator("button.port:visible")).not.toHaveCount(0);
  // As coded, twice created: more than is declared.
  await search(home, "a parent and its child, aborted and created again");
  await finished(home);
  await home.getByRole("button", { name: "Coverage on the diagram" }).click();
  await expect(home.locator(".canvas:visible .edge[data-covered=beyond]")).not.toHaveCount(0);
  // Another search of the same rules is another coverage.
  await search(home, "a task");
  await expect(home.locator(".canvas:visible .edge[data-covered=beyond]")).toHaveCount(0);
  await expect(home.locator(".canvas:visible .edge[data-covered=met]")).not.toHaveCount(0);
  await home.locator("#undo").click();
  await expect(home.locator(".edge[data-covered]")).toHaveCount(0);
  // What was never reached is listed, each with the reason.
  await home.locator(".ex-results details summary").click();
  const missed = home.locator(".ex-missed").first().locator("li");
  expect(await missed.count()).toBeGreaterThan(5);
  for (const text of await missed.allTextContents()) expect(text).toMatch(/\.$/);
});

/** What the page asks its workers and hears of them, in order. */
interface Heard {
  stop?: number;
  progress?: { ms: number; states: number };
  found?: { states: number };
}

test("a stop is answered after the slice that is under way, with what was found by then; the page is told little", async ({
  page,
}) => {
  test.slow();
  // In slices and messages, which are the same on every machine; how long they take is not.
  await page.addInitScript(() => {
    const heard: Heard[] = [];
    Object.assign(window, { heard });
    window.Worker = class extends Worker {
      constructor(...asked: ConstructorParameters<typeof Worker>) {
        super(...asked);
        this.addEventListener("message", ({ data }) => heard.push(data));
      }
      override postMessage(question: Heard): void {
        heard.push(question);
        super.postMessage(question);
      }
    };
  });
  await open(page);
  await explore(page);
  for (let round = 0; round < 3; round += 1) {
    await page.evaluate(() => {
      (window as never as { heard: Heard[] }).heard.length = 0;
    });
    await page.locator("#ex-rules").selectOption("upstream");
    await choose(page, LARGE);
    // All of it within the page, so that it is stopped on its way however slowly this test comes to its next line.
    await page.evaluate(async () => {
      const find = (words: string) => document.querySelector<HTMLElement>(`#explore-holds ${words}`);
      find(".ex-run")?.click();
      while (!/^\d{2,3},\d{3}$/.test(find('[data-value="states"]')?.textContent ?? ""))
        await new Promise(requestAnimationFrame);
      find(".ex-run")?.click();
    });
    await expect(doing(page)).toHaveText(/^Stopped after/);
    await expect(page.locator(".ex-headlines")).toHaveText(/within [\d,]+ states; stopped; frontier [\d,]+\.$/);
    await expect(page.locator('.ex-verdicts .verdict[data-verdict="holdsSoFar"]').first()).toBeVisible();
    const heard = await page.evaluate(() => (window as never as { heard: Heard[] }).heard);
    const stop = heard.findIndex((each) => each.stop !== undefined);
    const progress = (list: Heard[]) => list.flatMap((each) => each.progress ?? []);
    // What was told while the stop was on its way; nothing of what was found is lost.
    expect(progress(heard.slice(stop)).length).toBeLessThanOrEqual(1);
    const told = progress(heard);
    const found = heard.find((each) => each.found)?.found?.states ?? 0;
    expect(found).toBeGreaterThanOrEqual(told.at(-1)?.states ?? Number.POSITIVE_INFINITY);
    // Ten times a second is as often as anybody reads, so that frames are the page's own.
    for (const [at, { ms }] of told.entries()) expect(ms - (told[at - 1]?.ms ?? -100)).toBeGreaterThan(99);
  }
});

test("states that run out leave a clear partial result", async ({ home }) => {
  await explore(home);
  await home.locator("#ex-model").selectOption(LARGE);
  await home.locator("#ex-rules").selectOption("documented");
  await home.locator(".ex-bounds summary").click();
  await home.locator("#ex-states").fill("2000");
  await run(home).click();
  await expect(doing(home)).toHaveText(/^The search is done .* The model has more than was allowed\.$/);
  await expect(home.locator(".ex-headlines")).toHaveText(
    /^As documented: No violation within 2,000 states; no more were allowed; frontier [\d,]+\.$/,
  );
});

test("memory that runs out leaves one, too, and the page goes on", async ({ home }) => {
  await explore(home);
  await home.locator("#ex-model").selectOption("news that comes twice");
  await home.locator("#ex-rules").selectOption("upstream");
  await home.locator(".ex-bounds summary").click();
  await home.locator("#ex-bytes").fill("1");
  await run(home).click();
  await finished(home);
  await expect(home.locator(".ex-headlines")).toHaveText(
    /within [\d,]+ states; no more memory was allowed; frontier [\d,]+\.$/,
  );
  await home.locator("#ex-model").selectOption("a task");
  await run(home).click();
  await expect(home.locator(".ex-headlines")).toContainText("all 67 states");
});

test("a bound that makes no sense is answered in its place, and nothing is searched", async ({ home }) => {
  await explore(home);
  await home.locator(".ex-bounds summary").click();
  const said = await doing(home).textContent();
  for (const [bound, value] of [
    ["attempts", "0"],
    ["states", "1.5"],
    ["bytes", "999999"],
  ] as const) {
    const field = home.locator(`#ex-${bound}`);
    const good = await field.inputValue();
    await field.fill(value);
    await home.locator("#ex-rules").focus();
    await run(home).click();
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(home.locator(`#ex-${bound}-says`)).toContainText("A whole number from");
    await expect(doing(home)).toHaveText(said ?? "");
    await field.fill(good);
  }
  // Without any property there is nothing to be judged.
  await home.locator("#explore-holds .ex-properties summary").click();
  await home.getByRole("button", { name: "None", exact: true }).click();
  await run(home).click();
  await expect(home.locator("#explore-holds .ex-refused")).toContainText("Choose at least one property");
  await home.getByRole("checkbox", { name: /^P4 / }).check();
  await run(home).click();
  await expect(doing(home)).toHaveText(/^Both searches are done/);
  await expect(home.locator(".ex-verdicts tr[data-property]")).toHaveCount(1);
});

test("policies that differ from their rule set can be judged", async ({ home }) => {
  await home.locator(".divergence-section summary").click();
  await home.locator('input[name="policy-endTime"][value="firstKept"]').check();
  await explore(home);
  await home.locator("#ex-rules").selectOption("page");
  await run(home).click();
  await finished(home);
  await expect(home.locator(".ex-headlines")).toContainText("endTime: firstKept");
  await expect(row(home, "P7").locator(".verdict")).toHaveText("violated");
  await expect(row(home, "P4").locator(".verdict")).toHaveText("holds");
});

test("every model, mildest first, makes one table", async ({ home }) => {
  test.setTimeout(240_000);
  await explore(home);
  await home.locator(".ex-bounds summary").click();
  await home.locator("#ex-rules").selectOption("documented");
  await home.locator("#ex-model").selectOption("every");
  // A few states of each are enough to see them put together.
  await home.locator("#ex-states").fill("300");
  await run(home).click();
  await expect(doing(home)).toHaveText(/^All \d\d searches are done/, { timeout: 200_000 });
  await expect(home.locator(".ex-headlines")).toHaveText(
    /^As documented: No violation within .* in \d\d models, \d+ of them not complete\.$/,
  );
  await expect(row(home, "S3").locator(".verdict")).toHaveText("happens");
});

test("counterexamples and the report are taken along", async ({ home }) => {
  await explore(home);
  const save = async (name: string | RegExp) => {
    const [download] = await Promise.all([
      home.waitForEvent("download"),
      home.getByRole("button", { name, exact: typeof name === "string" }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const all = await save("All 8 counterexamples as traces");
  expect(all.name).toBe("counterexamples.zip");
  expect(all.bytes.subarray(0, 2).toString()).toBe("PK");
  expect(all.bytes.toString("latin1").match(/p\d+\.as-coded\.trace/g)).toHaveLength(16);
  const one = await save("Save the trace of P4, as coded");
  expect(one.name).toBe("p4.as-coded.trace");
  expect(one.bytes.toString()).toMatch(
    /^# P4, as coded: .*\n# violated in 2 commands, timed[\s\S]*\nflyte-lifecycle trace 1\n/,
  );
  const report = await save("Report as JSON");
  expect(JSON.parse(report.bytes.toString()).properties).toHaveLength(HELD + 3);
});

test("closing ends the search and its worker, and gives the focus back", async ({ home }) => {
  await explore(home);
  await search(home, LARGE);
  await expect(run(home)).toHaveText("Stop");
  await expect.poll(() => home.workers().length).toBe(1);
  await explorer(home).locator("h2").focus();
  await home.keyboard.press("Escape");
  await expect(explorer(home)).toBeHidden();
  await expect(home.locator("#explore-open")).toBeFocused();
  await expect.poll(() => home.workers().length).toBe(0);
  // It opens again with what it had, and searches again.
  await home.keyboard.press("v");
  await expect(explorer(home)).toBeVisible();
  await search(home, "a task");
  await finished(home);
  await expect(home.locator(".ex-headlines")).toContainText(`As coded: 7 of ${HELD} properties are violated`);
});

for (const [what, pattern] of [
  ["worker", "**/search.worker*"],
  ["module", "**/flyte_lifecycle_explore_bg*.wasm"],
] as const) {
  test(`a ${what} that cannot be fetched is said, and can be tried again`, async ({ page, context }) => {
    // Set before the page is opened: what is asked for while Chromium is told to intercept is now and then let through.
    let lost = false;
    await context.route(pattern, (route) => (lost ? route.abort() : route.continue()));
    await open(page);
    lost = true;
    await page.locator("#explore-open").click();
    await expect(page.locator(".ex-trouble")).toContainText("could not be loaded", { timeout: 20_000 });
    lost = false;
    await page.locator(".ex-trouble").getByRole("button", { name: "Try again" }).click();
    await expect(doing(page)).toHaveText(/^Both searches are done/, { timeout: 20_000 });
    await expect(page.locator(".ex-trouble")).toBeEmpty();
  });
}

test("a worker that dies is said, what was open is untouched, and the next search runs", async ({ page }) => {
  await open(page);
  const steps = await page.locator("#step-count").textContent();
  await explore(page);
  await search(page, LARGE);
  await expect(run(page)).toHaveText("Stop");
  const [worker] = page.workers();
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of luck");
    });
  });
  await expect(page.locator(".ex-trouble")).toContainText("The search broke down: Uncaught Error: out of luck.");
  await expect(page.locator("#step-count")).toHaveText(steps ?? "");
  await page.locator("#ex-model").selectOption("a task");
  await page.locator(".ex-trouble").getByRole("button", { name: "Try again" }).click();
  await finished(page);
  await expect(page.locator(".ex-headlines")).toContainText(`As coded: 7 of ${HELD} properties are violated`);
});

test("a search that hears nothing is given up when it is stopped", async ({ page }) => {
  await open(page);
  await explore(page);
  await search(page, LARGE);
  await expect(run(page)).toHaveText("Stop");
  const [worker] = page.workers();
  await worker?.evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });
  await page.waitForTimeout(300);
  await run(page).click();
  await expect(page.locator(".ex-trouble")).toContainText("The search did not answer, so it was ended.", {
    timeout: 15_000,
  });
  await expect.poll(() => page.workers().length).toBe(0);
  await expect(run(page)).toHaveText("Search");
});

test("everything is done by keys", async ({ home }) => {
  await home.locator("#undo").focus();
  await home.keyboard.press("v");
  await expect(explorer(home).locator("h2")).toBeFocused({ timeout: 20_000 });
  await expect(doing(home)).toHaveText(/^Both searches are done/, { timeout: 20_000 });
  const tabTo = async (target: string): Promise<void> => {
    for (let press = 0; press < 60; press += 1) {
      if (await home.locator(target).evaluate((element) => element === document.activeElement)) return;
      await home.keyboard.press("Tab");
    }
    throw new Error(`${target} is not reached by Tab`);
  };
  await tabTo("#ex-model");
  const model = home.locator("#ex-model");
  for (let press = 0; press < 20 && (await model.inputValue()) !== "a task"; press += 1)
    await home.keyboard.press("ArrowUp");
  await expect(model).toHaveValue("a task");
  await tabTo("#explore-holds .ex-run");
  await home.keyboard.press("Enter");
  await expect(doing(home)).toHaveText(/^Both searches are done/);
  await finished(home);
  await expect(run(home)).toBeFocused();
  await expect(home.locator('#explore-holds [data-value="states"]')).toHaveText("156");
  await tabTo('.ex-verdicts button[aria-label^="Replay P35,"]');
  await home.keyboard.press("Enter");
  await expect(home.locator("#diagram")).toBeFocused();
  await expect(home.locator("#panel")).toContainText("P35 violated, as coded");
  // And back into it.
  await home.keyboard.press("v");
  await expect(explorer(home).locator("h2")).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the explorer in the ${colorScheme} theme, and it fits 320 px`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await explore(page);
    const check = async (what: string, ...parts: string[]) => {
      // Every entry of a long list is like its first ones, which stand for all.
      const rest = [".ex-missed li:nth-child(n+4)", ".ex-properties-list li:nth-child(n+4)"];
      const axe = parts.reduce((builder, part) => builder.include(part), new AxeBuilder({ page }));
      const { violations } = await rest.reduce((builder, part) => builder.exclude(part), axe).analyze();
      expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
    };
    await page.locator('.ex-filters input[value="differs"]').check({ force: true });
    await page.locator(".ex-bounds summary").click();
    await page.locator("#explore-holds .ex-properties summary").click();
    await page.locator("#ex-attempts").fill("0");
    await run(page).click();
    await check("form and verdicts", "#explore");
    await page.locator("#ex-attempts").fill("2");
    await page.locator(".ex-results details summary").click();
    await page.getByRole("button", { name: "Coverage on the diagram, as coded" }).click();
    await check("coverage", ".ex-results details", ".instrument");
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const [content, frame] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content, `${width} px`).toBeLessThanOrEqual(frame as number);
    }
  });
}

test("while it searches, nothing on the page moves", async ({ home }) => {
  await explore(home);
  await home.locator("#ex-rules").selectOption("upstream");
  await choose(home, LARGE);
  await home.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift" });
  });
  // What moves within half a second of a press is its answer; the search goes on for longer.
  await run(home).click();
  await home.waitForTimeout(1_500);
  const shifts = await home.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.01);
});

test("it works from any folder of a server that lets nothing in but its own", async ({ page }) => {
  const dist = join(import.meta.dirname, "../../www/dist");
  const types: Record<string, string> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://host").pathname.replace(/^\/deep\/down\//, "");
    readFile(join(dist, path === "" ? "index.html" : path)).then(
      (bytes) => {
        response.setHeader("content-type", types[extname(path) || ".html"] ?? "application/octet-stream");
        response.setHeader("content-security-policy", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const complaints = listen(page);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/down/`;
    await page.goto(base);
    await expect(page.locator("html")).toHaveAttribute("data-ready", "");
    const first = asked.length;
    await explore(page);
    expect(asked.length).toBeGreaterThan(first);
    expect(asked.filter((url) => !url.startsWith(base) && !url.startsWith("data:"))).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await page.goto("about:blank");
    server.close();
  }
});
