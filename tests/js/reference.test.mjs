import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { referenceName } = await load("./www/policies/reference.ts");

test("a thread is called by its number, a place in the code by its file, and nothing else is a link", () => {
  const flyte = "https://github.com/flyteorg/flyte";
  for (const [url, name] of [
    [`${flyte}/pull/7899`, "#7899"],
    [`${flyte}/issues/7874`, "#7874"],
    [`${flyte}/blob/6fadb90d/actions/k8s/client.go#L870-L900`, "client.go"],
    [`${flyte}/blob/6fadb90d/actions/k8s/client.go`, "client.go"],
    [`${flyte}/tree/main`, null],
    ["https://example.org/pull/1", null],
    ["javascript:alert(1)", null],
    ["", null],
  ])
    assert.equal(referenceName(url), name, url);
});
