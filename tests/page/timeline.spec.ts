import AxeBuilder from "@axe-core/playwright";
import { load } from "../js/load.mjs";
import { box, expect, isIn, open, type Page, situation, test } from "./page.ts";

const line = (page: Page) => page.locator("#tl-plot");
const seen = async (page: Page): Promise<number> => Number(await line(page).getAttribute("aria-valuenow"));
const lane = (page: Page, action: string) => page.locator(".tl-head", { hasText: action });

test("lanes for each action, a stretch for each phase and attempt, waiting textured and running filled", async ({
  home,
}) => {
  await situation(home, "Retries exhausted");
  await expect(home.locator(".tl-head")).toHaveCount(1);
  await expect(home.locator("#tl-svg .tl-run")).toHaveCount(6);
  await expect(home.locator("#tl-svg rect.tl-wait")).toHaveCount(3);
  await expect(home.locator("#tl-svg .tl-cap")).toHaveCount(3);
  const [waits, runs] = await home.evaluate(() =>
    [".tl-wait", ".tl-run"].map((name) => {
      const bar = document.querySelector(`#tl-svg rect${name}`) as Element;
      return getComputedStyle(bar).fill;
    }),
  );
  expect(waits).toContain("url(");
  expect(runs).toMatch(/^rgb/);
  await situation(home, "Fan-out and recovery");
  await expect(home.locator("#tl-count")).toHaveText("95/95");
  await expect(lane(home, "map/a3")).toContainText("FAILED");
});

test("keys move one fact at a time, whole steps, and to both ends; the page follows", async ({ home }) => {
  await situation(home, "Refused late write");
  await line(home).focus();
  const end = await seen(home);
  await expect(line(home)).toHaveAttribute(
    "aria-valuetext",
    /update refused SUCCEEDED → RUNNING.*GuardRefusesTerminal/,
  );
  await home.keyboard.press("ArrowLeft");
  expect(await seen(home)).toBe(end - 1);
  await expect(home.locator("#step-count")).toHaveText("7/8");
  await isIn(home, "SUCCEEDED");
  await expect(home.locator(".canvas:visible .ghost")).toHaveCount(0);
  await home.keyboard.press("PageDown");
  await expect(home.locator("#step-count")).toHaveText("6/8");
  await home.keyboard.press("PageDown");
  await isIn(home, "RUNNING");
  // Within a step the page stands after the whole of it, while the line stands at the fact.
  await home.keyboard.press("PageUp");
  const whole = await seen(home);
  await home.keyboard.press("ArrowLeft");
  expect(await seen(home)).toBe(whole - 1);
  await expect(home.locator("#step-count")).toHaveText("6/8");
  await home.keyboard.press("Home");
  await expect(home.locator("#step-count")).toHaveText("0/8");
  expect(await seen(home)).toBe(0);
  await home.keyboard.press("ArrowRight");
  expect(await seen(home)).toBe(1);
  await home.keyboard.press("End");
  await isIn(home, "SUCCEEDED");
  expect(await seen(home)).toBe(end);
});

test("what ends a stretch says how long it was", async ({ home }) => {
  await situation(home, "Happy path");
  await line(home).focus();
  for (let fact = 0; fact < 4; fact += 1) {
    if (/in RUNNING/.test((await line(home).getAttribute("aria-valuetext")) ?? "")) break;
    await home.keyboard.press("ArrowLeft");
  }
  await expect(line(home)).toHaveAttribute("aria-valuetext", /RUNNING → SUCCEEDED.*, after 1 min 30 s in RUNNING/);
  await expect(home.locator("#tl-fact")).toContainText("after 1 min 30 s in RUNNING");
});

test("a lane says where its action stood at the fact", async ({ home }) => {
  await situation(home, "Happy path");
  await expect(lane(home, "hello/a0")).toContainText("SUCCEEDED");
  await line(home).focus();
  await home.keyboard.press("PageDown");
  await home.keyboard.press("PageDown");
  await expect(lane(home, "hello/a0")).toContainText("RUNNING");
  await home.keyboard.press("Home");
  await expect(lane(home, "hello/a0")).toContainText("UNSPECIFIED");
});

test("a pointer drags the line, and the page follows to where it is let go", async ({ home }) => {
  await situation(home, "Happy path");
  const plot = line(home);
  await plot.scrollIntoViewIfNeeded();
  const frame = await plot.boundingBox();
  if (!frame) throw new Error("the timeline is not there");
  const y = frame.y + 8;
  await home.mouse.move(frame.x + frame.width - 6, y);
  await home.mouse.down();
  const places: number[] = [];
  for (let at = 0; at <= 20; at += 1) {
    await home.mouse.move(frame.x + frame.width * (1 - at / 20), y);
    places.push(await seen(home));
  }
  await home.mouse.up();
  expect(places).toEqual([...places].sort((a, b) => b - a));
  expect(new Set(places).size).toBeGreaterThan(6);
  expect(await seen(home)).toBe(0);
  await expect(home.locator("#step-count")).toHaveText("0/9");
});

test("idle time is compressed with its length, and a toggle draws it as it was", async ({ page }) => {
  await open(page, "#v2/d/10/cidle~Rt1R....1~t2R....2~t7200R....3~t1Sz");
  const label = page.locator("#tl-axis .tl-gap-label");
  await expect(label).toHaveText(/2 h( idle)?/);
  await page.locator("#tl-compress").uncheck();
  await expect(label).toHaveCount(0);
  await page.locator("#tl-compress").check();
  await expect(label).toHaveCount(1);
});

test("a back-off opens to its arithmetic and counts down to the next retry", async ({ page }) => {
  const failures = [1, 2, 3, 4, 5].map((draw) => `K.unavailable.${draw}~T`).join("");
  await open(page, `#v2/d/14/cstuck~RY${failures}K.unavailable.11400~z`);
  const wait = page.locator("#tl-waits").getByRole("button", { name: /attempt 6: next retry in 11\.4 s/ });
  await wait.click();
  await expect(wait).toHaveAttribute("aria-expanded", "true");
  await expect(page.locator("#tl-wait")).toContainText("1 s · 2⁵ = 32 s, drawn 11.4 s, attempt 6 of 10");
  await page.locator("#play").click();
  await expect(page.locator("#tl-waits")).toContainText(/attempt 6: next retry in (\d(\.\d)?) s/);
  await page.locator("#play").click();
  await expect(page.locator("#tl-wait")).toContainText(/Next retry in/);
  // It is found on the line as well; the last rail lies below the bar.
  const first = page.locator("#tl-waits button").first();
  await first.click();
  await expect(page.locator("#tl-wait")).toContainText("1 s · 2⁰ = 1 s, drawn 1 ms, attempt 1 of 10");
});

test("time limits and deadlines open to theirs", async ({ home }) => {
  await situation(home, "Timeout and retry");
  await home.locator("#tl-waits button").last().click();
  await expect(home.locator("#tl-wait")).toContainText("+ 30 s = 00:01:00.000, attempt 2 of 2. 20 s left.");
  await situation(home, "Human approval");
  await home.locator("#tl-waits button").last().click();
  await expect(home.locator("#tl-wait")).toContainText("1 h to be signalled = 01:00:00.000. 1 h left.");
});

test("a wait that the engine drops without a word is over where it stands, and pending before", async ({ home }) => {
  await home.locator(".divergence-section summary").click();
  await home.locator('[data-show="cacheStatus"]').click();
  await expect(home.locator("#step-count")).toHaveText("3/5");
  // Running is no longer looked up, so the executor does not look again by itself; the run goes on behind this step.
  const wait = home.locator("#tl-waits button").first();
  await expect(wait).toHaveText("requeue, r1/a0, attempt 1: no longer needed");
  await home.keyboard.press("Control+z");
  await expect(home.locator("#step-count")).toHaveText("2/5");
  await expect(wait).toHaveText("requeue, r1/a0, attempt 1: 10 s left");
});

test("the line can be magnified and stays where it is", async ({ home }) => {
  await situation(home, "Fan-out and recovery");
  const width = () => line(home).evaluate((plot) => plot.clientWidth);
  const before = await width();
  await home.locator("#tl-in").click();
  expect(await width()).toBeGreaterThan(before * 1.8);
  await line(home).focus();
  await home.keyboard.press("Home");
  await home.keyboard.press("+");
  await home.keyboard.press("End");
  const [left, right, x] = await home.evaluate(() => {
    const box = (document.getElementById("tl-box") as HTMLElement).getBoundingClientRect();
    return [box.left, box.right, (document.getElementById("tl-line") as HTMLElement).getBoundingClientRect().left];
  });
  expect(x).toBeGreaterThan(left ?? 0);
  expect(x).toBeLessThanOrEqual(right ?? 0);
  await home.locator("#tl-out").click();
  await home.locator("#tl-out").click();
  expect(Math.abs((await width()) - before)).toBeLessThan(3);
});

test("steps and facts agree wherever one goes, also by undo and the step slider", async ({ home }) => {
  await situation(home, "Retries exhausted");
  await home.locator("#undo").click();
  const [now, end] = ((await home.locator("#tl-count").textContent()) ?? "").split("/").map(Number);
  expect(now).toBeLessThan(end ?? 0);
  expect(await seen(home)).toBe(now);
  await home.locator("#redo").click();
  await expect(home.locator("#tl-count")).toHaveText(`${end}/${end}`);
  await expect(box(home, "FAILED")).toHaveAttribute("data-current", "");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on the timeline in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await situation(page, "Abort that backs off");
    await page.locator("#tl-waits button").first().click();
    const { violations } = await new AxeBuilder({ page }).include(".timeline-section").analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
}

// The usual frame is asked for, not the mean: other work on the machine makes some frames late, and says nothing of the
// page. Thirty frames a second are 33 ms each.
test("ten thousand facts are scrubbed smoothly", async ({ page }, info) => {
  test.skip(info.project.name === "phone", "measured once");
  test.slow();
  const { encode } = (await load("./www/location.ts")) as { encode: (link: object) => string };
  const commands: object[] = [{ type: "createRun", run: "big", task: { maxAttempts: 100 } }];
  const actions = ["big/a0"];
  for (let number = 1; number <= 40; number += 1) {
    actions.push(`big/a${number}`);
    commands.push({ type: "enqueue", action: `big/a${number}`, parent: "big/a0", task: { maxAttempts: 99 } });
  }
  for (let turn = 0; commands.length < 2_900; turn += 1) {
    const action = actions[turn % actions.length];
    for (const phase of ["Queued", "Running"]) commands.push({ type: "plugin", action, result: { phase } });
    commands.push({ type: "advance", ms: 1_000 + ((turn * 7_919) % 9_000) });
    commands.push({ type: "plugin", action, result: { phase: "RetryableFailure" } });
  }
  await open(page, `#${encode({ config: { rules: "documented" }, commands })}`);
  const facts = Number((await page.locator("#tl-count").textContent())?.split("/")[1]);
  expect(facts).toBeGreaterThan(10_000);
  await line(page).scrollIntoViewIfNeeded();
  const frame = await page.locator("#tl-box").boundingBox();
  if (!frame) throw new Error("the timeline is not there");
  const [from, to, y] = [frame.x + 250, frame.x + frame.width - 20, frame.y + 60];
  await page.mouse.move(to, y);
  await page.mouse.down();
  await page.evaluate(() => {
    const frames: number[] = [];
    (globalThis as unknown as { frames: number[] }).frames = frames;
    const tick = (at: number): void => {
      frames.push(at);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let at = 0; at <= 150; at += 1) await page.mouse.move(from + (to - from) * (0.5 + 0.5 * Math.cos(at / 12)), y);
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  await page.mouse.up();
  const spans = frames.slice(1).map((at, before) => at - (frames[before] ?? at));
  const median = spans.sort((a, b) => a - b)[spans.length >> 1] ?? 0;
  const rate = 1_000 / (spans.reduce((sum, span) => sum + span, 0) / spans.length);
  console.log(`scrubbing ${facts} facts: ${rate.toFixed(1)} frames a second, the usual one ${median.toFixed(1)} ms`);
  expect(median).toBeLessThanOrEqual(34);
});

test.describe("with a finger", () => {
  test.use({ hasTouch: true });

  test("a move up or down scrolls the page, one sideways moves along the line", async ({ home }) => {
    await situation(home, "Happy path");
    const client = await home.context().newCDPSession(home);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
      client.send("Input.dispatchTouchEvent", { type, touchPoints });
    const swipe = async (dx: number, dy: number): Promise<void> => {
      await line(home).evaluate((plot) => plot.scrollIntoView({ block: "center" }));
      const frame = await line(home).boundingBox();
      if (!frame) throw new Error("the timeline is not there");
      const [x, y] = [frame.x + frame.width * 0.8, frame.y + 8];
      await touch("touchStart", [{ x, y }]);
      for (let part = 1; part <= 10; part += 1) await touch("touchMove", [{ x: x + dx * part, y: y + dy * part }]);
      await touch("touchEnd", []);
    };
    const end = await seen(home);
    await swipe(-12, 0);
    await expect.poll(() => seen(home)).toBeLessThan(end);
    const place = await seen(home);
    const top = await home.evaluate(() => scrollY);
    await swipe(0, -16);
    await expect.poll(() => home.evaluate(() => scrollY)).not.toBe(top);
    expect(await seen(home)).toBe(place);
  });
});
