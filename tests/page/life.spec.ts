// The page used for some seconds in the order of scripts/page-life.mjs, which can do so for an hour: nothing is complained of.
import { spawnSync } from "node:child_process";
import { expect, test } from "./page.ts";

test("used in an order that nobody chose, it complains of nothing", ({ baseURL }, { project }) => {
  test.skip(project.name !== "desktop", "the order is the same for every width");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["scripts/page-life.mjs", "--minutes", "0.2", "--every", "25", "--seed", "5", "--url", baseURL ?? ""],
    { encoding: "utf8", env: { ...process.env, CHROME: process.env.CHROME ?? "" } },
  );
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toContain("Nothing was complained of");
});
