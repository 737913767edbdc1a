import AxeBuilder from "@axe-core/playwright";
import { MODEL } from "../../www/link/model.ts";
import { expect, isIn, listen, open, type Page, panel, port, situation, test } from "./page.ts";

test("the address is the run: a reload shows the same", async ({ home }) => {
  await situation(home, "Retries exhausted");
  await expect(home).toHaveURL(/#v2\//);
  const facts = await home.locator("#log-count").textContent();
  await home.reload();
  await isIn(home, "FAILED");
  await expect(home.locator("#log-count")).toHaveText(facts ?? "");
  await expect(home.locator("#situation-title")).toHaveText("Retries exhausted");
});

test("copy gives the link and says so", async ({ home, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await port(home, "SUCCEEDED").click();
  await home.locator("#copy-link").click();
  await expect(home.locator("#copy-link")).toHaveText("Copied");
  await expect(home.locator("#live")).toHaveText(/^Copied: 11 steps in \d+ characters\.$/);
  const link = await home.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await isIn(other, "SUCCEEDED");
});

test("where copying is refused, the link is shown, selected, to be copied by hand", async ({ home }) => {
  await home.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await home.locator("#copy-link").click();
  const text = home.getByRole("textbox", { name: "The link" });
  await expect(text).toBeFocused();
  const [shown, selected] = await text.evaluate((box: HTMLTextAreaElement) => [
    box.value,
    box.value.slice(box.selectionStart, box.selectionEnd),
  ]);
  expect(shown).toContain("#v2/d/12.s10");
  expect(selected).toBe(shown);
  const { violations } = await new AxeBuilder({ page: home }).include("#link-dialog").analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await home.keyboard.press("Escape");
  await expect(home.locator("#link-dialog")).toHaveCount(0);
  await expect(home.locator("#copy-link")).toBeFocused();
});

for (const [hash, says] of [
  ["#hello", "Nothing here is called #hello. A link to a run, as Copy link gives it, begins with #v2/"],
  ["#n1", "Did you mean #gallery/n1?"],
  ["#retry", "The situation “Retry, then success” is in the list."],
  [`#${"x".repeat(90)}`, "xxx…."],
] as const)
  test(`an address that opens nothing is answered: ${hash.slice(0, 8)}`, async ({ page }) => {
    const complaints = listen(page);
    await open(page, hash);
    await expect(panel(page)).toContainText("This address opens nothing");
    await expect(panel(page)).toContainText(says);
    // A run stands there all the same, also if the address is changed while it does.
    await expect(page.locator("#situation-title")).toHaveText("Retry, then success");
    await situation(page, "Happy path");
    await expect(panel(page)).not.toContainText("This address opens nothing");
    await page.evaluate((other) => {
      location.hash = other;
    }, `${hash}y`);
    await expect(panel(page)).toContainText("This address opens nothing");
    await expect(page.locator("#situation-title")).toHaveText("Happy path");
    expect(complaints).toEqual([]);
  });

test("rules, policies, place, selected action and open panels are in the link", async ({ home, context }) => {
  await situation(home, "Abort with a paused child");
  await home.locator('#tree [role="treeitem"]', { hasText: "approve" }).click();
  await home.locator(".divergence-section summary").click();
  await home.locator("#hood summary").click();
  await home.locator("#undo").click();
  await expect(home).toHaveURL(/#v2\/d\/.*\.s\d+\.a1\.h\.ppolicies\.nabort\.m\d+:[\w=-]+\//);
  const other = await context.newPage();
  await open(other, new URL(home.url()).hash);
  await expect(other.locator('#tree [aria-selected="true"]')).toContainText("approve");
  await expect(other.locator("#hood")).toHaveAttribute("open", "");
  await expect(other.locator(".divergence-section details")).toHaveAttribute("open", "");
  await isIn(other, "PAUSED");
  await expect(other.locator("#redo")).not.toHaveAttribute("aria-disabled", "true");
});

test("a link opens the comparison that was open", async ({ home, context }) => {
  await home.locator("#compare-open").click();
  await expect(home).toHaveURL(/\.pcompare/);
  const other = await context.newPage();
  await open(other, new URL(home.url()).hash);
  await expect(other.locator("#compare")).toBeVisible();
  await expect(other.locator("#compare-summary")).not.toBeEmpty();
  await other.keyboard.press("Escape");
  await expect(other).not.toHaveURL(/pcompare/);
});

test("the address stays as it was until something is done", async ({ home }) => {
  await home.waitForTimeout(500);
  expect(new URL(home.url()).hash).toBe("");
  await home.locator("#undo").click();
  await expect(home).toHaveURL(/#v2\/d\/12\.s9\.nretry\.m\d+:[\w=-]+\//);
  await expect(home.evaluate(() => history.length)).resolves.toBeLessThanOrEqual(2);
});

test("a link is written anew only when something is done", async ({ page }) => {
  await open(page, "#v2/d/3/cdemo~QRz");
  await isIn(page, "RUNNING");
  await expect(page).toHaveURL(/#v2\/d\/3\/cdemo~QRz$/);
  await port(page, "SUCCEEDED").click();
  await expect(page).toHaveURL(/#v2\/d\/4\.m\d+:[\w=-]+\/cdemo~QRSz$/);
});

test("a link of an older model says from which step on it tells another story", async ({ page }) => {
  // A digit for each step: under version 0, so the link says, the report of step 3 was recorded as FAILED.
  await open(page, "#v2/d/4.m0:9AUQ/cdemo~QRSz");
  await isIn(page, "SUCCEEDED");
  await expect(panel(page)).toContainText("This link was made under another version of the model");
  await expect(panel(page)).toContainText(
    "From step 3 of 4 on it tells another story than it did: FAILED was recorded there, and now RUNNING is. " +
      `The link was made under version 0 of the model; this page has version ${MODEL}.`,
  );
});

test("a link of an older model that tells the same opens without a word", async ({ page }) => {
  await open(page, "#v2/d/4.m0:9AMQ/cdemo~QRSz");
  await isIn(page, "SUCCEEDED");
  await expect(panel(page)).not.toContainText("another version of the model");
});

test("a step of an older model that is refused is told with the versions", async ({ page }) => {
  await open(page, "#v2/d/3.m0:9QM/cdemo~SRz");
  await expect(panel(page)).toContainText(/Step 3 of 3, .* no longer holds.*made under version 0 of the model/);
});

test("a link of the first kind is answered, and a run stands there all the same", async ({ page }) => {
  await open(page, "#v1/d/cdemo~p0.Q~p0.R");
  await expect(panel(page)).toContainText("This link cannot be opened");
  await expect(panel(page)).toContainText("It is of the older kind v1, which is no longer read.");
  await expect(page.locator("#situation-title")).toHaveText("Retry, then success");
});

test("a damaged link opens as far as it holds and names the step", async ({ page }) => {
  await open(page, "#v2/d/5/cdemo~QR!Sz");
  await isIn(page, "RUNNING");
  await expect(panel(page)).toContainText("Step 4 of 5 cannot be read: !S");
});

test("a link that was cut off opens up to there and says so", async ({ page }) => {
  await open(page, "#v2/d/6/cdemo~QIRt4");
  await isIn(page, "RUNNING");
  await expect(panel(page)).toContainText("It was cut off: step 5 of 6 and what follows is missing.");
});

test("a link with a step that the rules refuse opens up to there", async ({ page }) => {
  await open(page, "#v2/d/3/cdemo~SRz");
  await isIn(page, "SUCCEEDED");
  await expect(panel(page)).toContainText(/Step 3 of 3, .* no longer holds/);
});

test("links made to do harm do none, and leave no empty canvas", async ({ page }) => {
  for (const [fragment, says] of [
    ["#v2/d/1/j%7B%22type%22%3A%22%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22%7D~z", "This link opens up to here"],
    ["#v2/jnull/1/cx~z", "configuration cannot be read"],
    ["#v9/d/cx", "kind v9, made by a newer version"],
    [`#v2/d/1/t${"9".repeat(400)}z`, "Step 1 of 1 cannot be read"],
    ["#v2/u.nonsense=1/1/cx~z", "nonsense"],
  ]) {
    await page.goto(`./${fragment}`);
    await page.reload();
    await expect(panel(page)).toContainText("This link");
    await expect(panel(page)).toContainText(says as string);
    await expect(page.locator("img")).toHaveCount(0);
  }
  await isIn(page, "RUNNING");
});

test("a link that cannot be opened leaves the open run as it is", async ({ home }) => {
  await situation(home, "Happy path");
  await home.evaluate(() => {
    location.hash = "#v9/x/y";
  });
  await expect(panel(home)).toContainText("made by a newer version");
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#situation-title")).toHaveText("Happy path");
});

test("Back and Forward go through what was opened, each as it was left", async ({ home }) => {
  await situation(home, "Human approval");
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  // At once, before the address was written again.
  await situation(home, "Retries exhausted");
  await isIn(home, "FAILED");
  await home.locator("#undo").click();
  await situation(home, "Happy path");
  await home.goBack();
  await isIn(home, "RUNNING");
  await expect(home.locator("#situation-title")).toHaveText("Retries exhausted");
  await home.goBack();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#situation-title")).toHaveText("Human approval");
  await home.goBack();
  await expect(home.locator("#situation-title")).toHaveText("Retry, then success");
  await home.goForward();
  await home.goForward();
  await isIn(home, "RUNNING");
  await home.goForward();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#situation-title")).toHaveText("Happy path");
  // Acting, then opening something else, drops what lay ahead and nothing before.
  await home.goBack();
  await port(home, "FAILED").click();
  await isIn(home, "FAILED");
  await situation(home, "Timeout and retry");
  await home.goBack();
  await isIn(home, "FAILED");
});

const RESOURCE = JSON.stringify({
  apiVersion: "flyte.org/v1",
  kind: "TaskAction",
  metadata: { name: "mine-a0", namespace: "flyte" },
  spec: { runName: "mine", project: "p", domain: "d", actionName: "a0" },
});

async function openResource(page: Page): Promise<void> {
  await page.locator("#open-button").click();
  await page.locator("#open-text").fill(RESOURCE);
  await page.locator("#open-go").click();
  await expect(page.locator("#tree")).toContainText("mine/a0");
}

test("a run read from resources is in no address, and Back and Forward still find it", async ({ home }) => {
  await openResource(home);
  expect(new URL(home.url()).hash).toBe("");
  await expect(home.locator("#copy-link")).toHaveAttribute("aria-disabled", "true");
  const before = await home.locator("#step-count").textContent();
  await situation(home, "Happy path");
  await isIn(home, "SUCCEEDED");
  await home.goBack();
  await expect(home.locator("#tree")).toContainText("mine/a0");
  await expect(home.locator("#step-count")).toHaveText(before ?? "");
  await home.goForward();
  await expect(home.locator("#situation-title")).toHaveText("Happy path");
  // A reload forgets what was read, and says so where it stood.
  await home.goBack();
  await expect(home.locator("#tree")).toContainText("mine/a0");
  await home.reload();
  await expect(panel(home)).toContainText("This run is in no address");
  await isIn(home, "RUNNING");
});

test("a fragment that names a place of the page is no link to a run", async ({ home }) => {
  await situation(home, "Happy path");
  await home.locator("a.skip").focus();
  await home.keyboard.press("Enter");
  await expect(home.locator("#diagram")).toBeFocused();
  await isIn(home, "SUCCEEDED");
  await expect(home).toHaveURL(/#v2\//);
});

test("where the browser refuses to change the address, the run goes on", async ({ page }) => {
  const complaints = listen(page);
  await page.addInitScript(() => {
    const refuse = (): void => {
      throw new DOMException("too often", "SecurityError");
    };
    history.pushState = refuse;
    history.replaceState = refuse;
  });
  await open(page);
  await situation(page, "Retries exhausted");
  await situation(page, "Retry, then success");
  await port(page, "SUCCEEDED").click();
  await isIn(page, "SUCCEEDED");
  // The address is written a moment after the run changes.
  await page.waitForTimeout(500);
  expect(complaints).toEqual([]);
});
