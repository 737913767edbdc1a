import { ask, expect, isIn, panel, port, situation, test } from "./page.ts";

test("a signal is typed by the condition; the wrong type is refused with the reason", async ({ home }) => {
  await situation(home, "Human approval");
  await isIn(home, "PAUSED");
  await expect(home.locator("#signal-type")).toHaveValue("bool");
  await home.locator("#signal-type").selectOption("int");
  await ask(home.locator("#signal-send"));
  await expect(panel(home)).toContainText("RefusesSignalType");
  for (const typed of ["soon", ""]) {
    await home.locator("#signal-value").fill(typed);
    await ask(home.locator("#signal-send"));
    await expect(panel(home)).toContainText(`\`value.int\` is "${typed}"; it must be a whole number`);
  }
  await isIn(home, "PAUSED");
  await home.locator("#signal-type").selectOption("bool");
  await home.locator("#signal-bool").selectOption("false");
  await home.locator("#signal-send").click();
  await isIn(home, "SUCCEEDED");
  await expect(home.locator("#store-resource")).toContainText("false by you");
});

test("a condition's port signals, and its deadline can be let pass", async ({ home }) => {
  await situation(home, "Human approval");
  await port(home, "TIMED_OUT").click();
  await isIn(home, "TIMED_OUT");
  await home.keyboard.press("Control+z");
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
});

test("an abort carries its reason into the row, and its call can be answered", async ({ home }) => {
  await home.locator("#abort-reason").fill("wrong data");
  await home.locator("#abort-run").click();
  await isIn(home, "ABORTED");
  await expect(home.locator("#store-row")).toContainText("wrong data");
  await expect(home.locator("#abort-queue")).toContainText("the reply is awaited");
  await home.locator("#abort-queue").getByRole("button", { name: "Unavailable", exact: true }).click();
  await expect(home.locator("#abort-queue")).toContainText("drew");
  await home
    .locator("#timers")
    .getByRole("button", { name: /^Fire now/ })
    .click();
  await home.locator("#abort-queue").getByRole("button", { name: "OK", exact: true }).click();
  await expect(home.locator("#abort-none")).toHaveText("The abort queue is empty.");
  await expect(home.locator("#store-resource")).toContainText("No resource");
});

test("a late update that the guard admits changes the row; one that it refuses says so", async ({ home }) => {
  await home.locator("#update-phase").selectOption("QUEUED");
  await home.locator("#update-send").click();
  await expect(home.locator(".canvas:visible .ghost")).toHaveCount(1);
  await expect(panel(home)).toContainText("GuardRefusesBackward");
  await isIn(home, "RUNNING");
  await home.locator("#update-phase").selectOption("SUCCEEDED");
  await home.locator("#update-send").click();
  await isIn(home, "SUCCEEDED");
});

test("a child can be enqueued, selected and driven", async ({ home }) => {
  await home.locator("#child-kind").selectOption("condition");
  await home.locator("#child-type").selectOption("string");
  await home.locator("#child-send").click();
  const row = home.getByRole("treeitem", { name: /ask1/ });
  await expect(row).toContainText("PAUSED");
  await row.click();
  await isIn(home, "PAUSED");
  await home.locator("#signal-value").fill("looks good");
  await home.locator("#signal-send").click();
  await expect(row).toContainText("SUCCEEDED");
});

test("a task has its type and its containers, which decide what an exit code becomes", async ({ home }) => {
  const task = async (type: string, containers: string): Promise<void> => {
    await home.getByRole("treeitem").first().click();
    await home.locator("#child-task-type").fill(type);
    await home.locator("#child-containers").fill(containers);
    await home.locator("#child-send").click();
    await home.getByRole("treeitem").last().click();
    await home.locator("#plugin-results").getByRole("button", { name: "Running", exact: true }).click();
    await home.locator("#exit-code").fill("137");
    await home.locator("#exit-send").click();
  };
  const resource = home.locator("#store-resource");
  await task("raw-container", "1");
  await expect(resource).toContainText("USER Interrupted");
  await task("sidecar", "2");
  await expect(resource).toContainText("systemFailures1");
  // Whatever it is called, a template without a container makes no pod.
  await home.getByRole("treeitem").first().click();
  await home.locator("#child-task-type").fill("my-own");
  await home.locator("#child-containers").fill("0");
  await home.locator("#child-send").click();
  await home.getByRole("treeitem").last().click();
  await expect(resource).toContainText("BadTaskSpecification");
  // The link has all of it, a moment later: also which of them is selected.
  await expect(home).toHaveURL(/\.a3\./);
  await home.reload();
  await expect(resource).toContainText("BadTaskSpecification");
});

test("a number that makes no sense is told beneath its field, and nothing is sent", async ({ home }) => {
  const form = home.locator(".form:has(#child-send)");
  const trouble = form.locator("output");
  for (const [field, typed, says] of [
    ["#child-containers", "-1", "`task.containers` is -1; it must be a whole number from 0"],
    ["#child-containers", "1.5", "`task.containers` is 1.5; it must be a whole number from 0"],
    ["#child-attempts", "0", "`maxAttempts` is retries + 1, so it is at least 1."],
    ["#child-timeout", "-3", "`task.timeoutMs` is -3000; it must be a whole number from 0"],
  ] as const) {
    await home.locator(field).fill(typed);
    await expect(trouble).toContainText(says);
    await expect(form.locator("[aria-invalid]")).toHaveId(field.slice(1));
    await ask(home.locator("#child-send"));
    await expect(panel(home)).toContainText(says);
    await home.locator(field).fill("");
    await expect(trouble).toBeEmpty();
    await expect(form.locator("[aria-invalid]")).toHaveCount(0);
  }
  // What is no number at all, a browser keeps to itself.
  await home.locator("#exit-code").fill("");
  await home.locator("#exit-code").pressSequentially("1e");
  await expect(home.locator(".form:has(#exit-send) output")).toContainText('`code` is ""; it must be a whole number');
  await expect(home.getByRole("treeitem")).toHaveCount(1);
});

test("what no plugin returns stands apart, behind all the others", async ({ home }) => {
  const apart = home.getByRole("group", { name: "No plugin returns these" });
  await expect(apart.getByRole("button")).toHaveText(["Not ready", "Aborted"]);
  await expect(home.locator("#palette-plugin > :last-child #plugin-unreturned")).toHaveCount(1);
  await expect(home.locator("#plugin-results button")).toHaveCount(11);
  await apart.getByRole("button", { name: "Aborted" }).click();
  await isIn(home, "ABORTED");
});

test("the tree is walked with arrow keys", async ({ home }) => {
  await situation(home, "Abort with a paused child");
  await home.getByRole("treeitem").first().focus();
  await home.keyboard.press("ArrowDown");
  await expect(home.getByRole("treeitem", { name: /approve/ })).toBeFocused();
  await expect(home.getByRole("treeitem", { name: /approve/ })).toHaveAttribute("aria-selected", "true");
  await expect(home.locator("#stores-title")).toContainText("approve");
});

test("a timer counts down, fires now, and its fact is logged", async ({ home }) => {
  await situation(home, "Timeout and retry");
  await expect(home.locator("#timers .countdown")).toHaveText("in 20 s");
  await home.getByRole("button", { name: "+10 s", exact: true }).click();
  await expect(home.locator("#timers .countdown")).toHaveText("in 10 s");
  await home
    .locator("#timers")
    .getByRole("button", { name: /^Fire now/ })
    .click();
  await isIn(home, "TIMED_OUT");
  await expect(home.locator("#timers-none")).toHaveText("No timer is pending.");
  await expect(home.locator("#log")).toContainText("TimeoutFinal");
});

test("the clock plays, fires what is due, and pauses; waiting is one command", async ({ home }) => {
  await situation(home, "Timeout and retry");
  const steps = Number((await home.locator("#step-count").textContent())?.split("/")[1]);
  await home.locator("#speed").selectOption("60");
  await home.locator("#play").click();
  await isIn(home, "TIMED_OUT");
  await home.locator("#play").click();
  await expect(home.locator("#play")).toHaveText("Play");
  const after = Number((await home.locator("#step-count").textContent())?.split("/")[1]);
  expect(after - steps).toBeLessThanOrEqual(3);
});

test("undo and redo, by button, slider and key", async ({ home }) => {
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
  await home.locator("#undo").click();
  await isIn(home, "RUNNING");
  await home.locator("#redo").click();
  await isIn(home, "SUCCEEDED");
  await home.locator("#steps").focus();
  await home.keyboard.press("Home");
  await expect(home.locator("#step-count")).toHaveText(/^0\//);
  await home.keyboard.press("End");
  await isIn(home, "SUCCEEDED");
});

test("the other rules replay the same steps, and a step that no longer holds is named", async ({ home }) => {
  await situation(home, "As coded: the lost failure");
  await isIn(home, "RUNNING");
  await home.getByText("as documented", { exact: true }).click();
  await isIn(home, "QUEUED");
  await situation(home, "As coded: a success aborted");
  await isIn(home, "ABORTED");
  await home.getByText("as documented", { exact: true }).click();
  await isIn(home, "SUCCEEDED");
  await expect(panel(home)).toContainText(/Step 8 of 8, .* no longer holds/);
  await panel(home).getByRole("button", { name: "Back to upstream" }).click();
  await isIn(home, "ABORTED");
});

test("the log is filtered by word, store, action and refusal", async ({ home }) => {
  await situation(home, "Refused late write");
  const rows = home.locator("#log .fact");
  const all = await rows.count();
  await home.locator("#log-text").fill("GuardRefuses");
  await expect(rows).toHaveCount(1);
  await home.locator("#log-text").fill("");
  await expect(rows).toHaveCount(all);
  await home.locator("#log-store").selectOption("events");
  expect(await rows.count()).toBeLessThan(all);
  await expect(home.locator("#log-count")).toContainText(` of ${all} facts`);
  await home.locator("#log-store").selectOption("");
  await home.locator("#log-refused").check();
  await expect(rows).toHaveCount(1);
});

test("a fact links to the file upstream at the commit that is modelled", async ({ home }) => {
  const link = home.locator("#log a.source").last();
  await expect(link).toHaveAttribute("href", /^https:\/\/github\.com\/flyteorg\/flyte\/blob\/[0-9a-f]{40}\//);
  await expect(link).toHaveAttribute("rel", /noopener/);
  await expect(home.locator("#commit")).toHaveText(/^[0-9a-f]{8}$/);
});

test("the differences from upstream are listed with the side in force", async ({ home }) => {
  await home.locator(".divergence-section summary").click();
  expect(await home.locator("#divergences > li").count()).toBeGreaterThan(10);
  await expect(home.locator("#divergences > li").first()).toContainText("in force");
});

test("fifty actions and a thousand facts stay usable", async ({ home }) => {
  test.slow();
  for (let child = 0; child < 50; child += 1) await home.locator("#child-send").click();
  await expect(home.locator("#tree-count")).toHaveText("51 actions");
  for (let time = 0; time < 40; time += 1)
    await home.getByRole("button", { name: "Waiting for cache", exact: true }).click();
  expect(await home.locator("#log .fact").count()).toBeLessThanOrEqual(200);
  await port(home, "SUCCEEDED").click();
  await isIn(home, "SUCCEEDED");
});
