// The custom element as the package has it, on a plain page with a policy that allows no style and no other origin.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, listen, type Page } from "./page.ts";

const ROOT = new URL("../../", import.meta.url);
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".trace": "text/plain",
};
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self'; base-uri 'none'";

/** Opens a page with that in its body; fails the test if anything is complained of, or asked for from elsewhere. */
const test = base.extend<{ put: (body: string) => Promise<Page> }>({
  put: async ({ page }, use) => {
    let html = "";
    const server: Server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://x").pathname;
      try {
        const body = path === "/" ? html : readFileSync(new URL(`.${path}`, ROOT));
        const type = TYPES[path === "/" ? ".html" : extname(path)] ?? "text/plain";
        response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY }).end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const wrong = listen(page);
    page.on("request", (request) => {
      if (new URL(request.url()).port !== String(port)) wrong.push(`request to ${request.url()}`);
    });
    await use(async (body) => {
      html = `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="/www/icon.svg"><script type="module" src="/pkg/element/element.js"></script></head><body><main><h1>A page</h1>${body}</main></body></html>`;
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.evaluate(() => customElements.whenDefined("flyte-lifecycle"));
      await page.evaluate(() =>
        Promise.allSettled(
          [...document.querySelectorAll("flyte-lifecycle")].map((each) => (each as never as Ready).ready),
        ),
      );
      return page;
    });
    server.close();
    const asked = /404 \(Not Found\)/;
    expect(wrong.filter((text) => !asked.test(text))).toEqual([]);
  },
});
interface Ready {
  ready: Promise<void>;
}

const current = (page: Page) => page.locator("flyte-lifecycle g.box[data-current]");
const port = (page: Page, phase: string) => page.locator(`flyte-lifecycle button.port[data-phase="${phase}"]`);

test("a situation is drawn in its shadow, can be gone on with, and tells each step", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="retry"></flyte-lifecycle>');
  await expect(current(page)).toHaveAttribute("data-phase", "RUNNING");
  await expect(page.locator("flyte-lifecycle .standing")).toContainText("attempt 2 of 2");
  await page.evaluate(() => {
    document.addEventListener("step", (event) => {
      const { command, events } = (event as CustomEvent).detail;
      document.title = `${command.type} ${events.length > 0}`;
    });
  });
  await port(page, "FAILED").click();
  await expect(current(page)).toHaveAttribute("data-phase", "FAILED");
  await expect(page).toHaveTitle("plugin true");
  await expect(page.locator("flyte-lifecycle .why-box")).toContainText("RetriesExhausted");
  await expect(page.locator("flyte-lifecycle [aria-live]")).toContainText("RUNNING to FAILED");
  await page.locator("flyte-lifecycle").getByRole("button", { name: "Undo" }).click();
  await expect(current(page)).toHaveAttribute("data-phase", "RUNNING");
});

test("keys do all of it, and what cannot be done answers why not", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="timeout"></flyte-lifecycle>');
  const names: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const focused = document.activeElement?.shadowRoot?.activeElement;
      return focused ? (focused.getAttribute("aria-label") ?? focused.textContent) : null;
    });
    if (name === null && names.length > 0) break;
    if (name !== null) names.push(name);
  }
  for (const part of ["leads to SUCCEEDED", "Why", "Undo", "Step", "Redo", "To the next timer"])
    expect(names.join("; ")).toContain(part);
  await port(page, "TIMED_OUT").focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await expect(page.locator("flyte-lifecycle .why-box")).toContainText("would");
  await page.keyboard.press("Enter");
  await expect(current(page)).toHaveAttribute("data-phase", "TIMED_OUT");
  await page.keyboard.press("Enter");
  await expect(page.locator("flyte-lifecycle .why-box")).toContainText("not now");
  await page.locator("flyte-lifecycle").getByRole("slider").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(current(page)).toHaveAttribute("data-phase", "RUNNING");
});

test("a refused write is a ghost; a real bug, a link and a trace are shown as well", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="late"></flyte-lifecycle>');
  await expect(page.locator("flyte-lifecycle .ghost")).toHaveCount(1);
  await expect(page.locator("flyte-lifecycle .why-box")).toContainText("Refused: RUNNING.");
  const element = page.locator("flyte-lifecycle");
  const set = (name: string, value: string) =>
    element.evaluate(
      (each, [name, value]) => {
        each.setAttribute(name as string, value as string);
        return (each as never as Ready).ready;
      },
      [name, value],
    );
  await set("scenario", "n1");
  await expect(element.locator(".standing")).toContainText("RUNNING");
  await set("trace", "/tests/traces/timeout-and-retry.documented.trace");
  await expect(element.locator(".frame")).toHaveAttribute("aria-label", /from a trace/);
  await set("link", "https://example.org/#v2/d/4/cdemo~QRSz");
  await expect(current(page)).toHaveAttribute("data-phase", "SUCCEEDED");
  await set("rules", "upstream");
  await set("link", "v2/d/6/cdemo.2~QIRF.0~z");
  await expect(element.locator(".ghost")).toHaveCount(1);
  await expect(element.locator(".problems")).toContainText("cut off: step 6 of 6");
});

test("a link of a newer version is drawn as far as it holds, and a rule set that is none leaves what was drawn", async ({
  put,
}) => {
  const newer = `v2/d/2/cr1~j${encodeURIComponent('{"type":"pauseAction","action":"r1/a0"}')}~z`;
  const page = await put(`<flyte-lifecycle link="${newer}"></flyte-lifecycle>`);
  const problems = page.locator("flyte-lifecycle .problems");
  await expect(current(page)).toHaveAttribute("data-phase", "QUEUED");
  await expect(problems).toContainText("Step 2 of 2, “r1/a0: pauseAction”, does not hold: The command cannot be read");
  const set = (link: string) =>
    page.locator("flyte-lifecycle").evaluate((each, value) => each.setAttribute("link", value), link);
  for (const none of ["v2/constructor/0/z", "v2/__proto__/0/z"]) {
    await set(none);
    await expect(problems).toContainText(`Its configuration cannot be read: ${none.split("/")[1]}`);
    await expect(problems).not.toContainText("engine");
  }
  await set(`v2/j${encodeURIComponent('{"rules":{}}')}/2/cr1~Qz`);
  await expect(problems).toBeEmpty();
  await expect(current(page)).toHaveAttribute("data-phase", "QUEUED");
});

test("bad values are answered in place, and told; something is shown all the same", async ({ put }) => {
  const page = await put(
    '<flyte-lifecycle scenario="retri"></flyte-lifecycle><flyte-lifecycle link="#hello"></flyte-lifecycle><flyte-lifecycle trace="/nowhere.trace"></flyte-lifecycle><flyte-lifecycle rules="both"></flyte-lifecycle>',
  );
  const problems = page.locator("flyte-lifecycle .problems");
  await expect(problems.nth(0)).toContainText("no such situation; did you mean “retry”?");
  await expect(problems.nth(1)).toContainText("is no link to a run");
  await expect(problems.nth(2)).toContainText("could not be fetched: the server answered 404");
  await expect(problems.nth(3)).toContainText("no such rule set; there are: documented, upstream");
  await expect(current(page)).toHaveCount(4);
});

test("a theme, controls or an attribute that is misspelt is said as long as it is, and told once", async ({ put }) => {
  const page = await put("<p>nothing yet</p>");
  await page.evaluate(async () => {
    const told: string[] = [];
    document.addEventListener("problem", (event) =>
      told.push((event as CustomEvent<{ message: string }>).detail.message),
    );
    Object.assign(window, { told });
    const element = document.createElement("flyte-lifecycle") as never as HTMLElement & Ready;
    for (const [name, value] of [
      ["theme", "drak"],
      ["controls", "everything"],
      ["scenerio", "retry"],
      // Names that any element may have.
      ["lang", "en"],
      ["role", "group"],
      ["title", "A run"],
    ] as const)
      element.setAttribute(name, value);
    document.querySelector("main")?.append(element);
    await element.ready;
  });
  const problems = page.locator("flyte-lifecycle .problems p");
  const words = [
    "“theme=drak”: no such theme; did you mean “dark”?",
    "“controls=everything”: no such controls; there are: full, steps, none",
    "“scenerio”: no such attribute; did you mean “scenario”?",
  ];
  const told = () => page.evaluate(() => (window as never as { told: string[] }).told);
  await expect(problems).toHaveText(words);
  expect(await told()).toEqual([words.join(" ")]);
  // They outlive a step, and another run; what is mended goes.
  await page.locator("flyte-lifecycle").evaluate((element) => {
    (element as never as { dispatch: (command: object) => void }).dispatch({ type: "advance", ms: 5 });
    element.setAttribute("theme", "dark");
  });
  await expect(problems).toHaveText(words.slice(1));
  await page.locator("flyte-lifecycle").evaluate(async (element) => {
    element.setAttribute("scenario", "happy");
    await (element as never as Ready).ready;
    element.setAttribute("theme", "ligth");
  });
  await expect(problems).toHaveText(["“theme=ligth”: no such theme; did you mean “light”?", ...words.slice(1)]);
  // A run that is opened says again what is wrong; a value alone says itself.
  expect(await told()).toEqual([
    words.join(" "),
    words.slice(1).join(" "),
    "“theme=ligth”: no such theme; did you mean “light”?",
  ]);
});

test("undo, redo and seek say whether they did anything; what cannot be sought or selected is thrown", async ({
  put,
}) => {
  const page = await put('<flyte-lifecycle scenario="approval"></flyte-lifecycle>');
  const told = await page.evaluate(() => {
    interface Methods {
      undo(): boolean;
      redo(): boolean;
      seek(index: number): boolean;
      select(id: unknown): void;
      dispatch(command: object): void;
      readonly selected: string;
      simulation: { index: number; length: number };
    }
    const element = document.querySelector("flyte-lifecycle") as never as Methods;
    const { length } = element.simulation;
    const thrown = (work: () => void): string => {
      try {
        work();
        return "nothing";
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return `${code}: ${message}`;
      }
    };
    const early = document.createElement("flyte-lifecycle") as never as Methods;
    return [
      [element.redo(), element.undo(), element.redo(), element.seek(length), element.seek(0), element.undo()],
      [element.seek(1), element.simulation.index],
      thrown(() => element.seek(99)),
      thrown(() => element.select("nope")),
      thrown(() => element.select(undefined)),
      element.selected,
      [early.undo(), early.redo()],
      [() => early.seek(0), () => early.select("nope"), () => early.dispatch({})].map((work) => thrown(work)),
    ];
  });
  const early = "FAILED_PRECONDITION: Nothing is shown yet: await ready first.";
  expect(told).toEqual([
    [false, true, true, false, true, false],
    [true, 1],
    expect.stringMatching(/^OUT_OF_RANGE: There are \d+ commands, so there is no place 99 among them\.$/),
    expect.stringMatching(/^NOT_FOUND: action not found: "nope"; there are deploy\/a0/),
    "INVALID_ARGUMENT: `action` is a string, `<run>/<action>`.",
    "deploy/a0",
    [false, false],
    [early, early, early],
  ]);
});

test("properties and methods: dispatch, seek, select, a simulation of one's own, errors as the engine throws them", async ({
  put,
}) => {
  const page = await put('<flyte-lifecycle scenario="approval" controls="none" theme="dark"></flyte-lifecycle>');
  await expect(page.locator("flyte-lifecycle .port:visible")).toHaveCount(0);
  await expect(page.locator("flyte-lifecycle .steps")).toBeHidden();
  const told = await page.evaluate(async () => {
    const element = document.querySelector("flyte-lifecycle") as never as {
      dispatch(command: object): { events: object[] };
      seek(index: number): void;
      select(id: string): void;
      refresh(): void;
      readonly selected: string;
      simulation: { index: number; dispatch(command: object): void } | null;
    };
    const said: unknown[] = [element.selected];
    element.select("deploy/a0");
    said.push(element.selected);
    try {
      element.dispatch({ type: "abortAction", action: "deploy/nobody" });
    } catch (error) {
      said.push((error as { code?: string }).code);
    }
    said.push(element.dispatch({ type: "advance", ms: 5 }).events.length);
    element.seek(2);
    said.push(element.simulation?.index);
    const path: string = "/src/js/browser.js";
    const { Simulation } = await import(path);
    const mine = new Simulation({ rules: "upstream" });
    mine.dispatch({ type: "createRun", run: "mine" });
    element.simulation = mine;
    mine.dispatch({ type: "plugin", action: "mine/a0", result: { phase: "Running" } });
    element.refresh();
    said.push(element.simulation === mine, element.selected);
    try {
      element.simulation = "retry" as never;
    } catch (error) {
      said.push((error as Error).name);
    }
    return said;
  });
  expect(told).toEqual(["deploy/approve", "deploy/a0", "NOT_FOUND", 1, 2, true, "mine/a0", "TypeError"]);
  await expect(current(page)).toHaveAttribute("data-phase", "RUNNING");
  await page.evaluate(() => {
    const element = document.querySelector("flyte-lifecycle") as HTMLElement;
    const { parentElement } = element;
    element.remove();
    parentElement?.append(element);
  });
  await expect(page.locator("flyte-lifecycle .standing")).toContainText("mine/a0");
});

test("what is set before it is defined, or while it is in no page, counts", async ({ put }) => {
  const page = await put("<p>nothing yet</p>");
  await page.evaluate(async () => {
    const path: string = "/src/js/browser.js";
    const { Simulation } = await import(path);
    const early = document.createElement("flyte-lifecycle") as never as HTMLElement & Ready & { scenario: string };
    // As a script sets it that runs before the definition.
    Object.defineProperty(early, "scenario", { value: "happy", configurable: true, enumerable: true, writable: true });
    document.querySelector("main")?.append(early);
    await early.ready;
    document.title = early.shadowRoot?.querySelector(".standing")?.textContent ?? "";
    early.remove();
    early.scenario = "exhausted";
    document.querySelector("main")?.append(early);
    await early.ready;
    document.title += ` ${early.shadowRoot?.querySelector(".standing")?.textContent}`;
    early.remove();
    const mine = new Simulation();
    mine.dispatch({ type: "createRun", run: "mine" });
    const fresh = document.createElement("flyte-lifecycle") as never as HTMLElement & { simulation: object };
    fresh.simulation = mine;
    document.querySelector("main")?.append(fresh);
    document.title += ` ${fresh.shadowRoot?.querySelector(".standing")?.textContent}`;
  });
  await expect(page).toHaveTitle(/hello\/a0SUCCEEDED.*flaky\/a0FAILED.*mine\/a0QUEUED/);
});

interface Shown extends HTMLElement, Ready {
  simulation: { index: number; dispatch(command: object): void };
  scenario: string | null;
}

test("a simulation of one's own outlives whatever else is set: before insertion, while out, when moved", async ({
  put,
}) => {
  const page = await put('<div id="here"></div><div id="there"></div>');
  const told = await page.evaluate(async () => {
    const path: string = "/src/js/browser.js";
    const { Simulation } = await import(path);
    const mine = new Simulation();
    mine.dispatch({ type: "createRun", run: "mine" });
    const [here, there] = ["here", "there"].map((id) => document.getElementById(id) as HTMLElement);
    // As React does it: properties, then attributes, then the insertion.
    const element = document.createElement("flyte-lifecycle") as never as Shown;
    element.simulation = mine;
    element.setAttribute("theme", "light");
    element.setAttribute("controls", "steps");
    here?.append(element);
    await element.ready;
    const said: unknown[] = [];
    const look = () =>
      said.push([
        element.simulation === mine,
        element.simulation.index,
        element.shadowRoot?.querySelector(".standing")?.textContent,
      ]);
    look();
    mine.dispatch({ type: "plugin", action: "mine/a0", result: { phase: "Running" } });
    for (const change of [
      () => there?.append(element),
      () => element.setAttribute("theme", "dark"),
      () => {
        element.remove();
        element.setAttribute("theme", "light");
        element.removeAttribute("controls");
        here?.append(element);
      },
      // Asked for something else, and then for nothing again, it was told nothing new.
      () => {
        element.remove();
        element.scenario = "happy";
        element.scenario = null;
        here?.append(element);
      },
    ]) {
      change();
      await element.ready;
      look();
    }
    element.scenario = "happy";
    await element.ready;
    look();
    return said;
  });
  expect(told).toEqual([
    [true, 1, expect.stringContaining("mine/a0QUEUED")],
    ...Array(4).fill([true, 2, expect.stringContaining("mine/a0RUNNING")]),
    [false, 9, expect.stringContaining("hello/a0SUCCEEDED")],
  ]);
});

test("what was done in it stays when its looks change while it is in no page", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="retry"></flyte-lifecycle>');
  await port(page, "SUCCEEDED").click();
  await expect(current(page)).toHaveAttribute("data-phase", "SUCCEEDED");
  await page.evaluate(async () => {
    const element = document.querySelector("flyte-lifecycle") as never as Shown;
    const { parentElement } = element;
    element.remove();
    element.setAttribute("theme", "dark");
    parentElement?.append(element);
    await element.ready;
  });
  await expect(current(page)).toHaveAttribute("data-phase", "SUCCEEDED");
});

test("a second copy of its script leaves the first in its place", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="retry"></flyte-lifecycle>');
  const told = await page.evaluate(async () => {
    const first = customElements.get("flyte-lifecycle");
    const path: string = "/pkg/element/element.js?another";
    await import(path);
    const element = document.createElement("flyte-lifecycle") as never as Shown;
    document.body.append(element);
    await element.ready;
    return [customElements.get("flyte-lifecycle") === first, element.simulation.index > 0];
  });
  expect(told).toEqual([true, true]);
  await port(page, "SUCCEEDED").first().click();
  await expect(current(page).first()).toHaveAttribute("data-phase", "SUCCEEDED");
});

test("nine hundred that were made and removed leave nothing behind", async ({ put }) => {
  test.slow();
  const page = await put("");
  const cdp = await page.context().newCDPSession(page);
  const sizes: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const size = await page.evaluate(async () => {
      for (let some = 0; some < 10; some += 1) {
        const made = Array.from({ length: 10 }, () => document.createElement("flyte-lifecycle") as never as Shown);
        document.body.append(...made);
        await Promise.all(made.map(({ ready }) => ready));
        for (const each of made) each.remove();
      }
      const path: string = "/pkg/flyte_lifecycle.js";
      const { initSync } = await import(path);
      return initSync().memory.buffer.byteLength as number;
    });
    sizes.push(size);
    // A run that nobody holds any more is given back when garbage is collected.
    await cdp.send("HeapProfiler.collectGarbage");
  }
  const [first = 0, second = 0] = [sizes[2], sizes.at(-1)];
  expect(second - first, sizes.join(", ")).toBeLessThan(1 << 20);
  expect(await page.evaluate(() => document.getElementsByTagName("*").length)).toBeLessThan(20);
});

test("one that is moved two hundred times goes on with its run", async ({ put }) => {
  const page = await put(
    '<div id="here"><flyte-lifecycle scenario="retry"></flyte-lifecycle></div><div id="there"></div>',
  );
  await port(page, "SUCCEEDED").click();
  await page.evaluate(async () => {
    const element = document.querySelector("flyte-lifecycle") as never as Shown;
    const places = ["there", "here"].map((id) => document.getElementById(id) as HTMLElement);
    for (let move = 0; move < 200; move += 1) {
      places[move % 2]?.append(element);
      if (move % 50 === 0) await element.ready;
    }
    await element.ready;
  });
  await expect(current(page)).toHaveAttribute("data-phase", "SUCCEEDED");
  await expect(current(page)).toHaveCount(1);
});

for (const theme of ["light", "dark"]) {
  for (const [width, shape] of [
    [1000, "wide"],
    [620, "middle"],
    [320, "tall"],
  ] as const) {
    test(`${theme}, ${width} px: axe finds nothing, nothing scrolls sideways, labels fit`, async ({ put, page }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ reducedMotion: "reduce" });
      await put(`<flyte-lifecycle scenario="retry" theme="${theme}"></flyte-lifecycle>`);
      await expect(page.locator("flyte-lifecycle .canvas")).toHaveAttribute("data-shape", shape);
      await port(page, "SUCCEEDED").focus();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      for (const each of await page.locator("flyte-lifecycle .port:visible").all()) {
        const clipped = await each.evaluate((button) => button.scrollHeight > button.clientHeight + 1);
        expect(clipped, (await each.textContent()) ?? "").toBe(false);
      }
    });
  }
}

test("ready waits until it is in a page, rejects where something else is shown, and disturbs nobody who does not ask", async ({
  put,
}) => {
  const page = await put("<p>nothing yet</p>");
  const told = await page.evaluate(async () => {
    const heard: string[] = [];
    window.addEventListener("unhandledrejection", ({ reason }) => heard.push(String(reason)));
    const element = document.createElement("flyte-lifecycle") as never as Shown & {
      trace: string | null;
      rules: string | null;
    };
    const said: string[] = [];
    const outcome = (promise: Promise<void>): Promise<string> =>
      promise.then(
        () => "shown",
        (error: Error & { code: string }) => `${error.name} ${error.code}: ${error.message}`,
      );
    const early = element.ready;
    const waits = await Promise.race([outcome(early), new Promise((resolve) => setTimeout(resolve, 50, "waits"))]);
    said.push(waits as string);
    document.querySelector("main")?.append(element);
    said.push(await outcome(early), await outcome(element.ready));
    const ask = async (change: () => void): Promise<void> => {
      change();
      said.push(await outcome(element.ready));
    };
    await ask(() => (element.scenario = "retri"));
    await ask(() => (element.scenario = "retry"));
    await ask(() => (element.trace = "/nowhere.trace"));
    await ask(() => (element.trace = "hello\nworld"));
    await ask(() => (element.trace = null));
    await ask(() => (element.rules = "both"));
    await ask(() => (element.rules = null));
    // What is overtaken is answered by what overtook it.
    element.scenario = "retri";
    const overtaken = outcome(element.ready);
    await new Promise((resolve) => queueMicrotask(() => resolve(null)));
    element.scenario = "happy";
    said.push(await overtaken, String(element.simulation.index));
    // Asked for the same again in one breath, it is what it was.
    await ask(() => (element.scenario = "retri"));
    await ask(() => {
      element.scenario = "happy";
      element.scenario = "retri";
    });
    element.scenario = "nobody asks";
    await new Promise((resolve) => setTimeout(resolve, 100));
    return [said, heard];
  });
  expect(told).toEqual([
    [
      "waits",
      "shown",
      "shown",
      expect.stringMatching(/^LifecycleError NOT_FOUND: “scenario=retri”: no such situation; did you mean “retry”\?$/),
      "shown",
      expect.stringMatching(/^LifecycleError NOT_FOUND: The trace \/nowhere.trace could not be fetched: .* 404\.$/),
      expect.stringMatching(/^LifecycleError INVALID_ARGUMENT: The trace cannot be read\. /),
      "shown",
      expect.stringMatching(/^LifecycleError INVALID_ARGUMENT: “rules=both”: no such rule set; /),
      "shown",
      "shown",
      "9",
      expect.stringMatching(/^LifecycleError NOT_FOUND: “scenario=retri”/),
      expect.stringMatching(/^LifecycleError NOT_FOUND: “scenario=retri”/),
    ],
    [],
  ]);
});

test("a simulation goes before what is set with it before insertion, and null shows again what the attributes say", async ({
  put,
}) => {
  const page = await put("<p>nothing yet</p>");
  const told = await page.evaluate(async () => {
    const path: string = "/src/js/browser.js";
    const { Simulation } = await import(path);
    const [mine, other] = ["mine", "other"].map((run) => {
      const sim = new Simulation();
      sim.dispatch({ type: "createRun", run });
      return sim;
    });
    const element = document.createElement("flyte-lifecycle") as never as Omit<Shown, "simulation"> & {
      simulation: unknown;
    };
    const standing = () => element.shadowRoot?.querySelector(".standing")?.textContent;
    const said: unknown[] = [];
    const set = async (simulation: unknown) => {
      element.simulation = simulation;
      await element.ready;
      said.push(standing());
    };
    // As a framework does it that goes by the order in which its properties are written.
    element.simulation = mine;
    element.scenario = "happy";
    let heard = 0;
    element.addEventListener("ready", () => {
      heard += 1;
    });
    document.querySelector("main")?.append(element as never);
    await element.ready;
    said.push(standing(), heard);
    // One that cannot be asked any more leaves what is shown.
    const gone = new Simulation();
    gone.free();
    try {
      element.simulation = gone;
    } catch (error) {
      said.push((error as { code: string }).code, standing());
    }
    await set(other);
    await set(null);
    await set(undefined);
    await set(mine);
    element.remove();
    element.simulation = null;
    document.querySelector("main")?.append(element as never);
    await element.ready;
    said.push(standing(), mine.index);
    return said;
  });
  const [mine, other, happy] = ["mine/a0QUEUED", "other/a0QUEUED", "hello/a0SUCCEEDED"].map((text) =>
    expect.stringContaining(text),
  );
  expect(told).toEqual([mine, 1, "FAILED_PRECONDITION", mine, other, happy, happy, mine, happy, 1]);
});

test("forty at once share the engine and a sheet; one that moves into a frame keeps its run and its looks", async ({
  put,
}) => {
  const page = await put('<flyte-lifecycle scenario="retry"></flyte-lifecycle>'.repeat(40));
  await expect(current(page)).toHaveCount(40);
  const told = await page.evaluate(async () => {
    const all = [...document.querySelectorAll("flyte-lifecycle")] as never as (Shown & {
      dispatch(command: object): void;
    })[];
    const modules = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("_bg.wasm"));
    const sheets = new Set(all.map(({ shadowRoot }) => shadowRoot?.adoptedStyleSheets[0]));
    const [first] = all;
    const frame = document.createElement("iframe");
    document.querySelector("main")?.append(frame);
    first?.dispatch({ type: "plugin", action: "train/a0", result: { phase: "Success" } });
    const inside = frame.contentDocument as Document;
    inside.body.append(first as never);
    await first?.ready;
    const box = first?.shadowRoot?.querySelector(".frame") as Element;
    const { borderTopWidth } = (frame.contentWindow as Window).getComputedStyle(box);
    return [modules.length, sheets.size, borderTopWidth, first?.shadowRoot?.querySelector(".standing")?.textContent];
  });
  expect(told).toEqual([1, 1, "1px", expect.stringContaining("SUCCEEDED")]);
});

test("its parts and colours can be set from outside", async ({ put }) => {
  const page = await put('<flyte-lifecycle scenario="retry"></flyte-lifecycle>');
  const told = await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`flyte-lifecycle { --card: rgb(1, 2, 3); --running: rgb(4, 5, 6); }
flyte-lifecycle::part(frame) { border-radius: 3px; } flyte-lifecycle::part(steps) { opacity: 0.5; }`);
    document.adoptedStyleSheets = [sheet];
    const { shadowRoot } = document.querySelector("flyte-lifecycle") as Element;
    const style = (selector: string) => getComputedStyle(shadowRoot?.querySelector(selector) as Element);
    const running = style('[data-phase="RUNNING"]').getPropertyValue("--phase");
    return [style(".frame").backgroundColor, style(".frame").borderRadius, style(".steps").opacity, running];
  });
  expect(told).toEqual(["rgb(1, 2, 3)", "3px", "0.5", "rgb(4, 5, 6)"]);
});
