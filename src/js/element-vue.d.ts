// `<flyte-lifecycle>` in templates of Vue. Its compiler is told that the tag is an element, by `isCustomElement`.
import type { HTMLAttributes, PublicProps } from "vue";
import type { FlyteLifecycleAttributes, FlyteLifecycleElement, FlyteLifecycleEventMap } from "./element.js";

export * from "./element.js";

/** Its events as Vue names their listeners: `@step` in a template, `onStep` elsewhere. */
type Listeners = {
  [K in keyof FlyteLifecycleEventMap as `on${Capitalize<K>}`]?: (event: FlyteLifecycleEventMap[K]) => unknown;
};

declare module "vue" {
  interface GlobalComponents {
    "flyte-lifecycle": new () => FlyteLifecycleElement & {
      $props: HTMLAttributes & PublicProps & FlyteLifecycleAttributes & Listeners;
    };
  }
}
