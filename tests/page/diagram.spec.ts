import { box, expect, isIn, listen, open, panel, paste, port, situation, test } from "./page.ts";

test("the boxes are drawn before the engine is there, and stay where they were", async ({ page }) => {
  await page.route("**/*.wasm", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue();
  });
  await page.goto("./", { waitUntil: "domcontentloaded" });
  await expect(box(page, "QUEUED")).toBeVisible();
  const before = await box(page, "SUCCEEDED").boundingBox();
  expect(await page.locator("html").getAttribute("data-ready")).toBeNull();
  await expect(page.locator("html")).toHaveAttribute("data-ready", "");
  await expect(port(page, "SUCCEEDED")).toBeVisible();
  const after = await box(page, "SUCCEEDED").boundingBox();
  expect(Math.round(after?.x ?? 0)).toBe(Math.round(before?.x ?? -1));
});

test("it opens on a named situation with something lit, and at least eight to choose from", async ({ home }) => {
  await isIn(home, "RUNNING");
  expect(await home.locator("#situations button").count()).toBeGreaterThanOrEqual(8);
});

test("every situation opens, holds to its last step, and shows where it stands", async ({ home }) => {
  test.slow();
  const names = await home.locator("#situations button:not(#gallery-open)").allTextContents();
  for (const name of names) {
    await situation(home, name);
    await expect(panel(home), name).not.toContainText("does not hold");
    // The child of S05 has no row, which is the point of it; so no phase is lit.
    await expect(home.locator(".canvas:visible g.box[data-current]"), name).toHaveCount(name.startsWith("S05") ? 0 : 1);
    await expect(home.locator("#log .fact").first(), name).toBeVisible();
  }
});

test("one press of a port moves the action on", async ({ home }) => {
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  await expect(panel(home)).toContainText("PluginSucceeded");
});

test("a whole run with the keyboard alone", async ({ home }) => {
  await port(home, "FAILED").focus();
  await home.keyboard.press("Shift+Tab");
  await home.keyboard.press("Tab");
  await expect(panel(home)).toContainText("Retryable failure would");
  await home.keyboard.press("Enter");
  await isIn(home, "FAILED");
  await home.keyboard.press("Control+z");
  await isIn(home, "RUNNING");
  await home.keyboard.press("Tab");
  await expect(port(home, "SUCCEEDED")).toBeFocused();
  await home.keyboard.press("Space");
  await isIn(home, "SUCCEEDED");
});

test("ports follow the lifecycle in focus order", async ({ home }) => {
  const order = await home
    .locator("button.port:visible")
    .evaluateAll((ports) => ports.map((port) => (port as HTMLElement).dataset.phase));
  const expected = [
    "QUEUED",
    "WAITING_FOR_RESOURCES",
    "INITIALIZING",
    "RUNNING",
    "FAILED",
    "SUCCEEDED",
    "ABORTED",
    "TIMED_OUT",
  ];
  expect(order.filter((phase) => expected.includes(phase ?? ""))).toEqual(expected);
});

test("what cannot be sent can be focused and answers why not", async ({ home }) => {
  await situation(home, "Happy path");
  await isIn(home, "SUCCEEDED");
  const running = port(home, "RUNNING");
  await expect(running).toHaveAttribute("aria-disabled", "true");
  await running.focus();
  await home.keyboard.press("Enter");
  await expect(panel(home)).toContainText("Running: not now");
  await expect(panel(home)).toContainText("RefusesPluginEnded");
  await expect(panel(home).getByRole("button", { name: "Copy" })).toBeVisible();
  await isIn(home, "SUCCEEDED");
});

test("focus previews the result and lights the way", async ({ home, isMobile }) => {
  test.skip(isMobile, "a finger does not hover");
  await port(home, "SUCCEEDED").hover();
  await expect(panel(home)).toContainText("Success would");
  await expect(box(home, "SUCCEEDED")).toHaveAttribute("data-target", "");
  await expect(home.locator('.canvas:visible .edge[data-key="RUNNING>SUCCEEDED"]')).toHaveAttribute("data-lit", "");
  await home.mouse.move(0, 0);
  await expect(box(home, "SUCCEEDED")).not.toHaveAttribute("data-target", "");
  await isIn(home, "RUNNING");
});

test("the path is marked with counts, the retry among them", async ({ home }) => {
  await situation(home, "Retries exhausted");
  await isIn(home, "FAILED");
  const canvas = home.locator(".canvas:visible");
  await expect(canvas.locator('.edge[data-key="FAILED>QUEUED"]')).toHaveAttribute("data-taken", "");
  await expect(canvas.locator('.edge[data-key="FAILED>QUEUED"] + .count')).toHaveText("×2");
  await expect(canvas.locator('.edge[data-key="RUNNING>FAILED"] + .count')).toHaveText("×3");
  await expect(panel(home)).toContainText("RetriesExhausted");
});

test("a refused late write leaves a dashed arrow and a row that names the rule", async ({ home }) => {
  await situation(home, "Refused late write");
  await expect(home.locator(".canvas:visible .ghost")).toHaveCount(1);
  const row = home.locator("#log .fact[data-refusal]").last();
  await expect(row).toContainText("update refused");
  await expect(row).toContainText("GuardRefusesTerminal");
  await expect(panel(home)).toContainText("Just refused: RUNNING");
  await isIn(home, "SUCCEEDED");
});

test("a terminal phase offers why, a step back and another ending", async ({ home }) => {
  await situation(home, "Happy path");
  await expect(panel(home)).toContainText("Why:");
  await panel(home).getByRole("button", { name: "Another ending" }).click();
  await isIn(home, "RUNNING");
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  await panel(home).getByRole("button", { name: "Step back" }).click();
  await isIn(home, "RUNNING");
});

test("each step is announced once", async ({ home }) => {
  await home.evaluate(() => {
    const said: string[] = [];
    (globalThis as unknown as { said: string[] }).said = said;
    const region = document.getElementById("live") as HTMLElement;
    new MutationObserver(() => said.push(region.textContent ?? "")).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  const said = await home.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  // The situation stands before its end, so this is another future than the one it came with.
  expect(said).toEqual(["train/a0, attempt 2: RUNNING to SUCCEEDED. The old future stays as branch A."]);
});

test("nothing moves while a run goes on", async ({ home }) => {
  await home.evaluate(() => {
    const shifts: number[] = [];
    (globalThis as unknown as { shifts: number[] }).shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number }[]) shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: false });
  });
  const places = () =>
    home.evaluate(() =>
      ["diagram", "panel", "clock", "tree"].map(
        (id) => Math.round(document.getElementById(id)?.getBoundingClientRect().top ?? 0) + Math.round(scrollY),
      ),
    );
  const before = await places();
  await port(home, "FAILED").focus();
  await home.keyboard.press("Enter");
  await home.keyboard.press("Control+z");
  await port(home, "SUCCEEDED").focus();
  await home.keyboard.press("Enter");
  await isIn(home, "SUCCEEDED");
  expect(await places()).toEqual(before);
});

test("without JavaScript the phases are there and the page says what is missing", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(baseURL ?? "");
  await expect(page.locator(".canvas:visible g.box")).toHaveCount(10);
  await expect(page.getByText("needs JavaScript and WebAssembly")).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("an address that says nothing opens the first situation", async ({ page }) => {
  await open(page, "#nothing");
  await isIn(page, "RUNNING");
});

test("a box tells how long an action may stay, and not when what is left of it is swept away", async ({ home }) => {
  const start = "flyte-lifecycle trace 1\nconfig gc.intervalMs=1800000 gc.ttlMs=3600000\n";
  const run = "createRun run=r1 task.timeoutMs=60000\nplugin action=r1/a0 result.phase=Running\n";
  await paste(home, `${start}${run}`);
  await isIn(home, "RUNNING");
  await expect(box(home, "RUNNING").locator(".left")).toHaveText("1 min left");
  await paste(home, `${start}${run}plugin action=r1/a0 result.phase=Success\n`);
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#timers")).toContainText("collect");
  await expect(box(home, "SUCCEEDED").locator(".left")).toHaveText("");
});
