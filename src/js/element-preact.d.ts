// `<flyte-lifecycle>` in JSX of Preact.
import type { HTMLAttributes } from "preact";
import type { FlyteLifecycleAttributes, FlyteLifecycleElement, FlyteLifecycleListeners } from "./element.js";

export * from "./element.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "flyte-lifecycle": HTMLAttributes<FlyteLifecycleElement> & FlyteLifecycleAttributes & FlyteLifecycleListeners;
    }
  }
}
