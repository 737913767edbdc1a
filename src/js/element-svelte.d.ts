// `<flyte-lifecycle>` in components of Svelte, from version 5 on.
import type { HTMLAttributes } from "svelte/elements";
import type { FlyteLifecycleAttributes, FlyteLifecycleElement, FlyteLifecycleListeners } from "./element.js";

export * from "./element.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "flyte-lifecycle": HTMLAttributes<FlyteLifecycleElement> & FlyteLifecycleAttributes & FlyteLifecycleListeners;
  }
}
