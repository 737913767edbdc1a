// What comes from outside, in a browser: links, files, storage and texts that others made, as the attacks of 2026-11-30 had
// them. tests/js/outside.test.mjs, growth.test.mjs and open.test.mjs hold what needs no browser.
import { readFileSync } from "node:fs";
import { ask, expect, isIn, listen, open, type Page, panel, paste, port, situation, test } from "./page.ts";

const escaped = (value: unknown): string =>
  encodeURIComponent(JSON.stringify(value)).replace(/[.~!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const NEWER = `#v2/d/2/cr1~j${escaped({ type: "pauseAction", action: "r1/a0" })}~z`;
const steps = (page: Page) => page.locator("#step-count");

async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((wanted) => {
    location.hash = wanted;
  }, hash);
}

for (const [name, hash, opens, says] of [
  ["a command of a newer version", NEWER, "1/1", /Step 2 of 2, “r1\/a0: pauseAction”, no longer holds: .*`type` is/],
  [
    "a command without its fields",
    `#v2/d/2/cr1~j${escaped({ type: "signal", action: "r1/a0" })}~z`,
    "1/1",
    /Step 2 of 2, “r1\/a0: Signal”, no longer holds/,
  ],
  ["rules without a base", `#v2/j${escaped({ rules: {} })}/1/cr1~z`, "1/1", /r1\/a0 is/],
  ["rules that are what every object is", "#v2/__proto__/0/z", "10/12", /This link cannot be opened.*__proto__/s],
  ["rules that are a function", "#v2/constructor/0/z", "10/12", /This link cannot be opened.*constructor/s],
  ["a gallery of nothing but an escape", "#gallery/%", "10/12", null],
  ["the older kind", "#v1/d/cr1~p0.constructor", "10/12", /older kind v1/],
] as const) {
  test(`a link with ${name} opens as far as it holds, on a fresh page and on one that is in use`, async ({ page }) => {
    const complaints = listen(page);
    await open(page, hash);
    await expect(steps(page)).toHaveText(opens);
    if (says) await expect(panel(page)).toHaveText(says);
    await expect(panel(page)).not.toContainText("engine could not be loaded");
    if (says === null) await page.keyboard.press("Escape");
    // The next address is followed, and the next thing done is done.
    await goTo(page, "#v2/d/3/cdemo~QRz");
    await isIn(page, "RUNNING");
    await goTo(page, hash);
    await expect(steps(page)).toHaveText(opens === "10/12" ? "3/3" : opens);
    if (says === null) await page.keyboard.press("Escape");
    await page.locator("#undo").click();
    await expect(steps(page)).toHaveText(opens === "10/12" ? "2/3" : "0/1");
    expect(complaints).toEqual([]);
  });
}

test("a few characters that stand for half a million steps open up to ten thousand, and what is done then is done", async ({
  page,
}) => {
  const complaints = listen(page);
  // One report, and references that say it again: each highest digit is so many more.
  await open(page, `#v2/d/1/cr~QQQQQQ=01${"_".repeat(7_600)}0z`);
  await expect(steps(page)).toHaveText("10000/10000");
  await expect(panel(page)).toContainText("more than 10,000 steps");
  await port(page, "RUNNING").click();
  await isIn(page, "RUNNING");
  await expect(panel(page)).toContainText("too long for its address");
  await expect(page).toHaveURL(/\/$/);
  await ask(page.locator("#copy-link"));
  await expect(page.locator("#copy-link")).toHaveText("Too long");
  await expect(page.locator("#live")).toContainText("Export has it as a trace");
  // Back leads to it, as long as the page is there; a reload says what became of it.
  await situation(page, "Happy path");
  await page.goBack();
  await expect(steps(page)).toHaveText("10001/10001");
  await page.reload();
  await expect(panel(page)).toContainText("This run is in no address");
  expect(complaints).toEqual([]);
});

test("ten thousand actions that hang below each other open, and everything is told of them", async ({ page }) => {
  test.slow();
  const complaints = listen(page);
  await open(page);
  const lines = ["flyte-lifecycle trace 1", "createRun run=r"];
  for (let at = 1; at < 10_000; at += 1) lines.push(`enqueue action=r/a${at} parent=r/a${at - 1} task={}`);
  await paste(page, `${lines.join("\n")}\n`);
  await expect(page.locator("#tree-count")).toHaveText("10000 actions", { timeout: 60_000 });
  await expect(page.locator("#log-count")).toHaveText(/^\d{5} facts$/);
  await expect(page.locator("#open")).toBeHidden();
  await page.locator("#undo").click();
  await expect(page.locator("#tree-count")).toHaveText("9999 actions", { timeout: 60_000 });
  expect(complaints).toEqual([]);
});

// --- files and texts ------------------------------------------------------------------------------------------------

const yaml = (run: string, more = 0): string =>
  `apiVersion: flyte.org/v1
kind: TaskAction
metadata:
  name: ${run}-a0
  namespace: flytesnacks-development
  creationTimestamp: "2026-08-20T10:00:00Z"
  annotations:
${Array.from({ length: more + 1 }, (_, at) => `    note-${at}: "${at}"`).join("\n")}
spec:
  { runName: ${run}, project: flytesnacks, domain: development, actionName: a0, taskType: container, taskTemplate: CgA=,
    inputUri: "s3://bucket/inputs.pb", runOutputBase: "s3://bucket/out" }
status:
  attempts: 1
  pluginPhase: PhaseRunning
  conditions:
    - { type: Progressing, status: "True", reason: Executing, lastTransitionTime: "2026-08-20T10:00:05Z" }
`;

/** Gives a text as a paste anywhere on the page. */
const give = (page: Page, text: string): Promise<void> =>
  page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, text);

test("of two texts that are given one after the other the second opens, and it is said what became of the first", async ({
  home,
}) => {
  await give(home, yaml("rfirst", 9_000));
  await home.waitForTimeout(60);
  await give(home, yaml("rsecond"));
  await expect(home.getByRole("treeitem")).toContainText("rsecond/a0");
  await expect(panel(home)).toContainText("What you opened last is open");
  // Nothing comes late, and nothing is stopped that is over.
  await home.waitForTimeout(6_000);
  await expect(home.locator("#open")).toBeHidden();
  await expect(home.getByRole("treeitem")).toContainText("rsecond/a0");
  await give(home, yaml("rthird"));
  await expect(home.getByRole("treeitem")).toContainText("rthird/a0");
});

test("Open that is pressed twice opens once, and no error comes after it", async ({ home }) => {
  await home.locator("#open-button").click();
  await home.locator("#open-text").fill(yaml("rtwice"));
  await home.locator("#open-go").evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await expect(home.getByRole("treeitem")).toContainText("rtwice/a0");
  await home.waitForTimeout(5_500);
  await expect(home.locator("#open")).toBeHidden();
});

test("text that was made to stall a reader stalls nothing else, and is answered", async ({ home }) => {
  test.slow();
  const busy = async (text: string, says: RegExp): Promise<void> => {
    await paste(home, text);
    const began = Date.now();
    // The page answers while it is read.
    await home.evaluate(() => new Promise(requestAnimationFrame));
    expect(Date.now() - began).toBeLessThan(4_000);
    await expect(home.locator("#open-message")).toHaveText(says);
  };
  await busy(`${" ".repeat(400_000)}x: 1`, /./);
  await busy("run_name ".repeat(100_000), /./);
  const keys = Array.from({ length: 200_000 }, (_, at) => (at + 1_000).toString(36));
  await busy(`a: {${keys}}`, /no YAML that kubectl prints/);
  await busy("---\n- 1\n".repeat(100_000), /./);
  await busy(`base: &a [${"0,".repeat(100_000)}0]\nitems:\n${"- *a\n".repeat(98)}`, /it refers to another place/);
});

test("what turns the words around it is shown wherever the page says it, and the pictures are whole", async ({
  home,
}) => {
  const turned = "see \u202eno erom\u2066";
  const trace = `flyte-lifecycle trace 1\n# title: a\uffff ${turned}\ncreateRun run=r task.maxAttempts=2\nplugin action=r/a0 result.phase=RetryableFailure result.error.code=X result.error.kind=USER result.error.message=${JSON.stringify(turned)}\nabortRun run=r reason=${JSON.stringify(turned)}\n`;
  await give(home, trace);
  await expect(home.locator("#situation-title")).toContainText("\\u{202e}no erom\\u{2066}");
  await home.locator("#export-open").click();
  for (const picture of ["timeline-svg", "diagram-svg"]) {
    await home.locator(`#export-formats input[value="${picture}"]`).check();
    await expect(home.locator("#export-image svg")).toBeVisible();
    await expect(home.locator("#export-image parsererror")).toHaveCount(0);
  }
  await home.keyboard.press("Escape");
  const raw = await home.evaluate(() => {
    const found: string[] = [];
    const turns = /[\u202a-\u202e\u2066-\u2069]/;
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node instanceof Text && turns.test(node.data)) found.push(node.data);
      if (node instanceof Element)
        for (const { name, value } of node.attributes) if (turns.test(value)) found.push(`${name}: ${value}`);
    }
    return found;
  });
  expect(raw).toEqual([]);
});

test("markup in a title, a story, a reason, a message or a prompt is text, whatever is opened of it", async ({
  home,
}) => {
  const markup = `<img src=x onerror="document.title='hit'"><svg/onload=alert(1)>'"&{{1}}javascript:alert(1)`;
  const quoted = JSON.stringify(markup);
  const count = () =>
    home.evaluate(() => document.querySelectorAll("img, iframe, object, embed, [onerror], [onload]").length);
  home.on("dialog", () => expect(null, "a dialog").toBe("opened"));
  const requests: string[] = [];
  home.on("request", (request) => requests.push(request.url()));
  await give(
    home,
    `flyte-lifecycle trace 1\n# title: ${markup}\ncreateRun run=r\nenqueue action=r/c parent=r/a0 condition.valueType=bool condition.prompt=${quoted}\nsignal action=r/c value.bool=true by=${quoted}\nplugin action=r/a0 result.phase=PermanentFailure result.error.code=X result.error.kind=USER result.error.message=${quoted}\n`,
  );
  await expect(home.locator("#situation-title")).toContainText("<img src=x");
  for (const item of await home.getByRole("treeitem").all()) await item.click();
  await home.locator("#hood summary").click();
  await home.locator("#compare-open").click();
  await home.keyboard.press("Escape");
  await home.locator("#export-open").click();
  for (const input of await home.locator("#export-formats input").all()) await input.check();
  await home.keyboard.press("Escape");
  await home.locator("#undo").click();
  expect(await count()).toBe(0);
  expect(await home.title()).not.toBe("hit");
  expect(requests.filter((url) => !url.includes("/assets/"))).toEqual([]);
});

// --- what nobody else is to see ---------------------------------------------------------------------------------------

const RECORD = readFileSync(new URL("../runs/retry.details.json", import.meta.url), "utf8").replaceAll(
  "rk7w2q9xnd4bt6vz8m3c",
  "secret-run",
);

test("a recorded run is in no address, whatever way leads back to it", async ({ home }) => {
  test.slow();
  const seen: string[] = [];
  home.on("framenavigated", (frame) => seen.push(frame.url()));
  const isOpen = async (): Promise<void> => {
    await expect(home.getByRole("treeitem").first()).toContainText("secret-run/a0");
    await home.waitForTimeout(400);
    expect(home.url()).not.toContain("secret");
    expect(new URL(home.url()).hash).toBe("");
  };
  await paste(home, RECORD);
  await isOpen();
  // Steps, and a branch of its own.
  await home.locator("#undo").click();
  await home.locator("#undo").click();
  await isOpen();
  await port(home, "FAILED").click();
  await isOpen();
  await home.keyboard.press("b");
  await isOpen();
  // Something that a search has found, and back by what it says.
  await home.locator("#explore-open").click();
  await home.locator(".ex-verdicts button", { hasText: "Replay" }).first().click({ timeout: 30_000 });
  await expect(home).toHaveURL(/#v2\//);
  await panel(home).getByRole("button", { name: "Back to what was open" }).click();
  await isOpen();
  // Another run, and Back.
  await situation(home, "Happy path");
  await expect(home).toHaveURL(/#v2\//);
  await home.goBack();
  await isOpen();
  // What shows a policy, and Back.
  await home.locator(".divergence-section summary").click();
  await home.getByRole("button", { name: "Show me guard" }).click();
  await expect(panel(home)).toContainText("guard: step");
  await home.goBack();
  await isOpen();
  // The tour, and back by what it says.
  await home.locator("#tour-open").click();
  await expect(home.locator("#tour")).toBeVisible();
  await home.keyboard.press("Escape");
  await panel(home).getByRole("button", { name: "Back to the run before it" }).click();
  await isOpen();
  // Other rules read it anew, and by hand it is played again.
  await home.getByRole("banner").getByText("as coded", { exact: true }).click();
  await isOpen();
  // Nothing of it is kept for the next visit.
  const kept = await home.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
  expect(kept).not.toContain("secret");
  await home.reload();
  await expect(panel(home)).toContainText("This run is in no address");
  expect(seen.filter((url) => /secret/.test(url))).toEqual([]);
});

test("two runs that were read in are two entries of the history, each with its own", async ({ home }) => {
  await paste(home, RECORD);
  await expect(home.getByRole("treeitem").first()).toContainText("secret-run/a0");
  await paste(home, yaml("rother"));
  await expect(home.getByRole("treeitem").first()).toContainText("rother/a0");
  await situation(home, "Happy path");
  await home.goBack();
  await expect(home.getByRole("treeitem").first()).toContainText("rother/a0");
  await home.goBack();
  await expect(home.getByRole("treeitem").first()).toContainText("secret-run/a0");
  await home.goForward();
  await expect(home.getByRole("treeitem").first()).toContainText("rother/a0");
});

// --- what the browser keeps, and the policy of the page ---------------------------------------------------------------

for (const kept of ["1e999", "2.5", "-1", "through", "{}", "constructor", "9".repeat(9_000)])
  test(`a page that finds ${kept.slice(0, 12)} where it keeps its own opens as ever`, async ({ page }) => {
    const complaints = listen(page);
    await page.addInitScript((value) => {
      for (const key of ["tour", "theme", "keys", "unknown"]) localStorage.setItem(`flyte-lifecycle.${key}`, value);
      history.replaceState({ aside: { visit: value, opened: value }, imported: true }, "");
    }, kept);
    await open(page);
    await page.locator("#help-open").click();
    await expect(page.locator("#help-tour")).toHaveText("Take the guided tour: six steps, three minutes");
    await page.keyboard.press("Escape");
    await page.locator("#tour-open").click();
    await expect(page.locator("#tour")).toContainText("step 1 of 6");
    expect(complaints).toEqual([]);
  });

for (const query of ["", "?embed"]) {
  test(`nobody hears what other pages post${query && " to an embedded one"}`, async ({ page }) => {
    await page.addInitScript(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const listen = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (...asked: Parameters<typeof listen>) {
        if (this === window) heard.push(asked[0]);
        return listen.apply(this, asked);
      };
    });
    await page.goto(`./${query}`);
    await expect(page.locator("html")).toHaveAttribute("data-ready", "");
    const before = await steps(page).textContent();
    // Whoever opens everything that there is hears it as well.
    if (query === "") {
      for (const name of ["#open-button", "#help-open"]) {
        await page.locator(name).click();
        await page.keyboard.press("Escape");
      }
      await page.locator("#explore-open").click();
      await expect(page.locator("#explore-holds .ex-doing")).toHaveText(/^Both searches are done/);
    }
    const [heard, own] = await page.evaluate(() => {
      postMessage({ type: "dispatch", command: { type: "advance", ms: 1 } }, "*");
      return [(window as never as { heard: string[] }).heard, [onmessage, onmessageerror]];
    });
    expect(heard).toContain("hashchange");
    expect(heard.filter((type) => /^message/.test(type))).toEqual([]);
    expect(own).toEqual([null, null]);
    await expect(steps(page)).toHaveText(before ?? "");
  });
}

test("the page's own policy keeps a script that came in from doing anything", async ({ page }) => {
  await open(page);
  const blocked = await page.evaluate(async () => {
    const reports: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => reports.push(effectiveDirective));
    const put = (tag: string, fields: Record<string, string>) =>
      document.body.append(Object.assign(document.createElement(tag), fields));
    put("script", { textContent: "document.title = 'hit'" });
    put("script", { src: "https://example.org/a.js" });
    put("img", { src: "https://example.org/a.png" });
    put("iframe", { src: "https://example.org/" });
    put("link", { rel: "stylesheet", href: "https://example.org/a.css" });
    put("div", {
      innerHTML: "<a id=go href=\"javascript:document.title='hit'\">x</a><b style='color:red' onclick=1>y</b>",
    });
    document.getElementById("go")?.click();
    await fetch("https://example.org/").catch(() => {});
    try {
      new WebSocket("wss://example.org/").onerror = () => {};
    } catch {
      // Some browsers throw at once.
    }
    // Later, since what a test evaluates is allowed to evaluate.
    setTimeout(() => Function("document.title = 'hit'")());
    await new Promise((resolve) => setTimeout(resolve, 500));
    return [...new Set(reports)].sort();
  });
  expect(await page.title()).not.toBe("hit");
  expect(blocked).toEqual(
    expect.arrayContaining(["connect-src", "frame-src", "img-src", "script-src", "script-src-elem", "style-src-elem"]),
  );
});

for (const query of [
  "?embed&scenario=__proto__&panels=constructor,toString&controls=valueOf&theme=hasOwnProperty",
  "?embed=%&scenario=%E0%A4%A&panels=%%%",
  `?embed&scenario=${"x".repeat(5_000)}&panels=${"log,".repeat(2_000)}`,
  "?embed&embed&scenario=retry&scenario=n1&__proto__=1",
  "?embed&scenario=<img src=x onerror=alert(1)>&theme=\u202e",
])
  test(`an embedded page answers a query that makes no sense: ${query.slice(0, 40)}`, async ({ page }) => {
    const complaints = listen(page);
    await page.goto(`./${query}`);
    await expect(page.locator("html")).toHaveAttribute("data-ready", "");
    await expect(steps(page)).not.toHaveText("0/0");
    await expect(page.locator(".embed-problems p").first()).toBeVisible();
    expect(await page.locator("main img").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
