// `<flyte-lifecycle>` in JSX of React, from version 19 on, which sets properties and listens to any event.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { FlyteLifecycleAttributes, FlyteLifecycleElement, FlyteLifecycleListeners } from "./element.js";

export * from "./element.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "flyte-lifecycle": DetailedHTMLProps<HTMLAttributes<FlyteLifecycleElement>, FlyteLifecycleElement> &
        FlyteLifecycleAttributes &
        FlyteLifecycleListeners;
    }
  }
}
