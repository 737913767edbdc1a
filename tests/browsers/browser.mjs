// Firefox and WebKit, driven by WebDriver: how each is started, and what a test asks of a page there.
import { spawn } from "node:child_process";
import { Builder, By, Capabilities, error } from "selenium-webdriver";
import { freePort } from "../install/served.mjs";

const WIDTH = 1280;
const HEIGHT = 900;

/** The first line on a stream that matches, which is what a program says once it can be used. */
function said(child, stream, pattern, what) {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${what} ended with ${code}: ${text}`)));
    child[stream].on("data", (data) => {
      text += data;
      const found = pattern.exec(text);
      if (found) resolve(found[1]);
    });
  });
}

/** Each browser by its name: whether it is here, and its driver with what it is to be told. */
const BROWSERS = {
  Firefox: {
    isHere: ({ FIREFOX, GECKODRIVER }) => FIREFOX && GECKODRIVER,
    driver: ({ GECKODRIVER }, port) => [GECKODRIVER, ["--port", String(port), "--log", "error"]],
    capabilities: ({ FIREFOX }) => ({
      browserName: "firefox",
      "moz:firefoxOptions": { binary: FIREFOX, args: ["-headless", `--width=${WIDTH}`, `--height=${HEIGHT}`] },
    }),
  },
  WebKit: {
    isHere: ({ WEBKITDRIVER, MINIBROWSER, XVFB }) => WEBKITDRIVER && MINIBROWSER && XVFB,
    needsDisplay: true,
    driver: ({ WEBKITDRIVER }, port) => [WEBKITDRIVER, ["--host=127.0.0.1", `--port=${port}`]],
    capabilities: ({ MINIBROWSER }) => ({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: MINIBROWSER, args: ["--automation", `--geometry=${WIDTH}x${HEIGHT}`] },
    }),
  },
};

export const NAMES = Object.keys(BROWSERS);

/** Whether that browser and its driver are here; `scripts/tools.mjs` says what is missing. */
export const isHere = (name) => Boolean(BROWSERS[name].isHere(process.env));

/** Starts a browser; answers what drives it, and what ends all of it. */
export async function started(name) {
  const { driver, capabilities, needsDisplay } = BROWSERS[name];
  const children = [];
  const start = (command, args, env = {}) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    return child;
  };
  const end = () => {
    for (const child of children.reverse()) child.kill();
  };
  try {
    let env = {};
    if (needsDisplay) {
      const screen = start(process.env.XVFB, [
        "-displayfd",
        "1",
        "-screen",
        "0",
        `${WIDTH}x${HEIGHT}x24`,
        "-nolisten",
        "tcp",
      ]);
      env = { DISPLAY: `:${await said(screen, "stdout", /^(\d+)\n/, "Xvfb")}`, WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
    }
    const port = await freePort();
    const [command, args] = driver(process.env, port);
    start(command, args, env);
    const address = `http://127.0.0.1:${port}`;
    for (let tries = 0; !(await fetch(`${address}/status`).catch(() => null)); tries += 1) {
      if (tries > 100) throw new Error(`${command} does not answer.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const web = await new Builder()
      .usingServer(address)
      .withCapabilities(new Capabilities(capabilities(process.env)))
      .build();
    await web.manage().setTimeouts({ script: 60_000 });
    const quit = async () => {
      await web.quit().catch(() => {});
      end();
    };
    return { page: new Page(web), quit };
  } catch (trouble) {
    end();
    throw trouble;
  }
}

const PATIENCE = 20_000;

/** A page as a person uses it: what is found is what can be seen, and what is waited for is what is said. */
class Page {
  #web;

  constructor(web) {
    this.#web = web;
  }

  async visit(address) {
    await this.#web.get("about:blank");
    await this.#web.get(address);
  }

  /** The first element of a selector that can be seen. */
  async #seen(selector) {
    return this.#web.wait(
      async () => {
        for (const element of await this.#web.findElements(By.css(selector))) {
          try {
            if (await element.isDisplayed()) return element;
          } catch (trouble) {
            if (!(trouble instanceof error.StaleElementReferenceError)) throw trouble;
          }
        }
        return null;
      },
      PATIENCE,
      `${selector} cannot be seen`,
    );
  }

  async click(selector) {
    const element = await this.#seen(selector);
    await this.#web.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
    await element.click();
  }

  /** Presses the button of that name inside of something. */
  async press(inside, name) {
    const path = `.//*[self::button or @role="button"][normalize-space()=${JSON.stringify(name)}]`;
    const element = await (await this.#seen(inside)).findElement(By.xpath(path));
    await this.#web.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
    await element.click();
  }

  async type(selector, text) {
    const element = await this.#seen(selector);
    await element.clear();
    await element.sendKeys(text);
  }

  /** Puts a text into a field at once, as a paste does. */
  async fill(selector, text) {
    await this.#web.executeScript("arguments[0].value = arguments[1]", await this.#seen(selector), text);
  }

  /** Chooses of a list, whose menu no driver opens alike. */
  async choose(selector, value) {
    const chosen =
      "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }));";
    const told = "arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";
    await this.#web.executeScript(chosen + told, await this.#seen(selector), value);
  }

  /** Waits until a text stands somewhere. */
  async reads(selector, pattern) {
    let text = "";
    await this.#web
      .wait(async () => {
        const element = await this.#web.findElement(By.css(selector)).catch(() => null);
        text = (await element?.getAttribute("textContent").catch(() => "")) ?? "";
        return pattern.test(text);
      }, PATIENCE)
      .catch(() => {
        throw new Error(`${selector} reads “${text.trim().slice(0, 300)}”, not ${pattern}`);
      });
  }

  /** Waits until something has an attribute of that value. */
  async has(selector, name, value) {
    let found = null;
    await this.#web
      .wait(async () => {
        const elements = await this.#web.findElements(By.css(selector));
        found = await Promise.all(elements.map((element) => element.getAttribute(name).catch(() => null)));
        return found.includes(value);
      }, PATIENCE)
      .catch(() => {
        throw new Error(`${name} of ${selector} is ${JSON.stringify(found)}, not ${value}`);
      });
  }

  /** What an asynchronous function of the page answers. */
  evaluate(work, ...given) {
    const text = `const done = arguments[arguments.length - 1];
(${work})(...Array.from(arguments).slice(0, -1)).then((answer) => done({ answer }), (error) => done({ error: String(error?.stack ?? error) }));`;
    return this.#web.executeAsyncScript(text, ...given).then(({ answer, error }) => {
      if (error) throw new Error(error);
      return answer;
    });
  }

  /** A picture of what is shown, as a PNG; none where the driver does not take one in time. */
  async picture() {
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, null).unref());
    const taken = await Promise.race([this.#web.takeScreenshot().catch(() => null), late]);
    return taken === null ? null : Buffer.from(taken, "base64");
  }

  /** What the browser says it is. */
  async version() {
    const told = await this.#web.getCapabilities();
    return `${told.getBrowserName()} ${told.getBrowserVersion()}`;
  }
}
