import { ask, expect, findNothing, isIn, open, port, situation, test } from "./page.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await findNothing(page, "at first");
    await situation(page, "Refused late write");
    await page.locator(".divergence-section summary").click();
    await ask(port(page, "RUNNING"));
    await findNothing(page, "refused");
    await situation(page, "Abort that backs off");
    await findNothing(page, "backing off");
    await situation(page, "Human approval");
    await findNothing(page, "paused");
    await page.locator("#open-button").click();
    await page.locator("#open-text").fill("kind: Secret");
    await page.locator("#open-go").click();
    await expect(page.locator("#open-error")).toBeVisible();
    await findNothing(page, "open");
    await page.keyboard.press("Escape");
    await page.locator("#help-open").click();
    await findNothing(page, "help");
  });
}

for (const width of [320, 390, 640, 1280]) {
  test(`nothing scrolls sideways at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page);
    for (const name of [
      "Fan-out and recovery",
      "Abort that backs off",
      "Human approval",
      "As coded: the lost failure",
    ]) {
      await situation(page, name);
      await page.locator(".divergence-section summary").click();
      const [content, frame] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content, name).toBeLessThanOrEqual(frame);
    }
  });
}

test("buttons on the diagram are large enough to hit", async ({ page, isMobile }) => {
  await page.setViewportSize({ width: isMobile ? 320 : 1280, height: 800 });
  await open(page);
  for (const each of await page.locator("button.port:visible").all()) {
    const size = await each.boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(24);
    expect(size?.width).toBeGreaterThanOrEqual(60);
    const clipped = await each.evaluate(
      (button) => button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + 1,
    );
    expect(clipped, (await each.textContent()) ?? "").toBe(false);
  }
});

test("a phase is a colour, an icon and a word", async ({ home }) => {
  for (const badge of await home.locator(".badge:visible").all()) {
    await expect(badge.locator("use")).toHaveAttribute("href", /^#i-/);
    await expect(badge).not.toHaveText("");
  }
});

test("a theme has the same colours whether it is chosen or the system's, and each of them is one", async ({ page }) => {
  const names = ["ground", "card", "ink", "soft", "line", "accent", "on-fill", "refused", "running", "recovered"];
  const colours = () =>
    page.evaluate((names) => {
      const style = getComputedStyle(document.documentElement);
      return names.map((name) => style.getPropertyValue(`--${name}`).trim());
    }, names);
  const as = async (system: "light" | "dark", chosen: string) => {
    await page.emulateMedia({ colorScheme: system });
    await expect(async () => {
      await page.locator("#theme").click();
      await expect(page.locator("#theme-word")).toHaveText(chosen, { timeout: 100 });
    }).toPass();
    return await colours();
  };
  await open(page);
  const light = await as("light", "auto");
  const dark = await as("dark", "auto");
  for (const colour of [...light, ...dark]) expect(colour).toMatch(/^#[0-9a-f]{3,6}$/);
  light.forEach((colour, at) => {
    expect(colour, names[at]).not.toBe(dark[at]);
  });
  expect(await as("dark", "light")).toEqual(light);
  expect(await as("light", "dark")).toEqual(dark);
  expect(await as("light", "auto")).toEqual(light);
});

test("the theme can be chosen and is remembered", async ({ home }) => {
  await home.locator("#theme").click();
  await home.locator("#theme").click();
  await expect(home.locator("html")).toHaveAttribute("data-theme", "dark");
  await home.reload();
  await expect(home.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("keys of one letter work, and can be switched off", async ({ home }) => {
  await home.keyboard.press("u");
  await expect(home.locator("#step-count")).toHaveText(/^9\//);
  await home.keyboard.press("?");
  await expect(home.locator("#help")).toBeVisible();
  await home.locator("#single-keys").uncheck();
  await home.keyboard.press("Escape");
  await home.locator("#clock").click();
  await home.keyboard.press("r");
  await expect(home.locator("#step-count")).toHaveText(/^9\//);
});

test("reduced motion: the diagram changes at once", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await port(page, "SUCCEEDED").click();
  await isIn(page, "SUCCEEDED");
  const duration = await page
    .locator(".canvas:visible g.box[data-current] rect")
    .evaluate((rect) => getComputedStyle(rect).transitionDuration);
  expect(duration).toBe("0s");
});

for (const width of [320, 640, 1000, 1280]) {
  test(`nothing moves while the page loads at ${width} px, however late script and engine are`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node?: Element }[];
        })[])
          if (entry.value > 0.002)
            moved.push(
              `${entry.value}: ${entry.sources.map(({ node }) => node?.className || node?.nodeName).join(", ")}`,
            );
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const late of ["**/assets/index-*.js", "**/*.wasm"]) {
      await page.route(late, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue();
      });
    }
    await open(page);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => (window as never as { moved: string[] }).moved)).toEqual([]);
  });
}

for (const width of [320, 360, 390]) {
  test(`the header has three rows at most at ${width} px, and hides nothing`, async ({ page }) => {
    await page.setViewportSize({ width, height: 780 });
    await open(page);
    const rows = await page.locator(".top :is(h1, button, .rules label)").evaluateAll((parts) => {
      const middles = parts.map((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        return (top + bottom) / 2;
      });
      return middles.sort((a, b) => a - b).filter((middle, at) => at === 0 || middle - (middles[at - 1] ?? 0) > 12)
        .length;
    });
    expect(rows).toBeLessThanOrEqual(3);
    // What is not shown of it is still heard.
    await expect(page.getByRole("group", { name: "Rules" })).toHaveCount(1);
    for (const button of await page.locator(".top button").all()) await expect(button).toBeInViewport();
  });
}

test("what a step is stands there whole at the usual width", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const fragment of ["", "#gallery/n1", "#gallery/n5"]) {
    await open(page, fragment);
    const words = page.locator(".step-words");
    const [whole, shown] = await words.evaluate((element) => [element.scrollWidth, element.clientWidth]);
    expect(whole, (await words.textContent()) ?? "").toBeLessThanOrEqual(shown as number);
  }
});
