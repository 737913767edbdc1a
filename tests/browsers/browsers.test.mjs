// Firefox and WebKit: every golden trace byte for byte, and what people do on the page. Chromium has tests of its own, for all
// there is; here is what a browser may do otherwise.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { served } from "../../src/js/cli/page-server.js";
import { serving } from "../install/served.mjs";
import { isHere, NAMES, started } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TRACES = join(ROOT, "tests/traces");

const TASK_ACTION = {
  apiVersion: "flyte.org/v1",
  kind: "TaskAction",
  metadata: {
    name: "rabc-a0",
    namespace: "flytesnacks-development",
    creationTimestamp: "2026-08-20T10:00:00Z",
    finalizers: ["flyte.org/plugin-finalizer"],
  },
  spec: {
    runName: "rabc",
    project: "flytesnacks",
    domain: "development",
    actionName: "a0",
    taskType: "container",
    taskTemplate: "CgA=",
    inputUri: "s3://bucket/inputs.pb",
    runOutputBase: "s3://bucket/out",
  },
  status: {
    attempts: 1,
    pluginPhase: "PhaseRunning",
    conditions: [
      { type: "Progressing", status: "True", reason: "Executing", lastTransitionTime: "2026-08-20T10:00:05Z" },
    ],
  },
};

const ROWS = `[{"project":"p","domain":"d","run_name":"r1","name":"a0","phase":6,"attempts":1,"ended_at":"2026-08-20T10:00:05Z"}]`;

/** What is pressed, and what the page then says, by the name of what somebody wants. */
const FLOWS = {
  "a retry": async (page) => {
    await page.press("#situations", "Retries exhausted");
    await isIn(page, "FAILED");
    await page.press("#situations", "Happy path");
    await isIn(page, "SUCCEEDED");
    await page.press("#situations", "Retry, then success");
    await page.click('button.port[data-phase="SUCCEEDED"]');
    await isIn(page, "SUCCEEDED");
    await page.click("#undo");
    await isIn(page, "RUNNING");
  },
  "a signal": async (page) => {
    await page.press("#situations", "Human approval");
    await isIn(page, "PAUSED");
    await page.choose("#signal-bool", "false");
    await page.click("#signal-send");
    await isIn(page, "SUCCEEDED");
    await page.reads("#store-resource", /false by you/);
  },
  "an abort": async (page) => {
    await page.press("#situations", "Retry, then success");
    await page.type("#abort-reason", "wrong data");
    await page.click("#abort-run");
    await isIn(page, "ABORTED");
    await page.reads("#store-row", /wrong data/);
    await page.press("#abort-queue", "OK");
    await page.reads("#abort-none", /The abort queue is empty/);
  },
  "a link": async (page, address) => {
    await page.visit(`${address}#v2/u/4/cdemo~QRSz`);
    await isIn(page, "SUCCEEDED");
    await page.reads("#step-count", /^4\/4$/);
    await page.has('input[name="rules"][value="upstream"]', "checked", "true");
  },
  "an import": async (page) => {
    await page.click("#open-button");
    await page.fill("#open-text", JSON.stringify(TASK_ACTION));
    await page.click("#open-go");
    await page.reads("#tree", /rabc\/a0/);
    await isIn(page, "RUNNING");
    await page.click('button.port[data-phase="SUCCEEDED"]');
    await isIn(page, "SUCCEEDED");
  },
  "a record": async (page) => {
    await page.click("#open-button");
    await page.fill("#open-text", ROWS);
    await page.click("#open-go");
    await page.reads("#situation-title", /Your recorded run/);
    await isIn(page, "FAILED");
  },
  Explore: async (page) => {
    await page.click("#explore-open");
    await page.reads("#explore-holds .ex-doing", /^Both searches are done/);
    await page.reads(".ex-headlines", /As documented: All \d+ properties hold/);
    await page.reads(".ex-headlines", /As coded: 8 of \d+ properties are violated/);
  },
};

const isIn = (page, phase) => page.has(".canvas g.box[data-current]", "data-phase", phase);

for (const name of NAMES)
  test(name, { skip: !isHere(name) && `${name} is not here` }, async (suite) => {
    const { page, quit } = await started(name);
    const pictures = join(ROOT, "test-results", name.toLowerCase());
    try {
      suite.diagnostic(await page.version());
      await suite.test("every golden trace prints the same bytes here as natively and in Node", async () => {
        const names = readdirSync(TRACES).filter((file) => file.endsWith(".trace"));
        assert.ok(names.length > 150);
        const texts = names.map((file) => readFileSync(join(TRACES, file), "utf8"));
        await serving(ROOT, async (address) => {
          await page.visit(`${address}tests/browsers/printed.html`);
          await page.reads("p", /^ready$/);
          const told = await page.evaluate((texts) => globalThis.printed(texts), texts);
          for (const [at, file] of names.entries()) assert.equal(told[at], texts[at], file);
        });
      });
      const { address, close } = await served({ isOpen: true });
      try {
        await page.visit(address);
        await isIn(page, "RUNNING");
        for (const [flow, work] of Object.entries(FLOWS)) {
          await suite.test(flow, async () => {
            try {
              await work(page, address);
            } catch (error) {
              const picture = await page.picture();
              mkdirSync(pictures, { recursive: true });
              if (picture) writeFileSync(join(pictures, `${flow.replaceAll(" ", "-")}.png`), picture);
              throw error;
            }
          });
        }
      } finally {
        close();
      }
    } finally {
      await quit();
    }
  });
