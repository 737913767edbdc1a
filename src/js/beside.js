// The modules as what is fetched from beside the script. A bundler finds them by these addresses, if it looks for such.
import { comesBy } from "./modules.js";

comesBy("main", { address: () => new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url) });
comesBy("reading", {
  glueLater: () => import("../../pkg/reading/flyte_lifecycle_reading.js"),
  address: () => new URL("../../pkg/reading/flyte_lifecycle_reading_bg.wasm", import.meta.url),
});
comesBy("explore", {
  glueLater: () => import("../../pkg/explore/flyte_lifecycle_explore.js"),
  address: () => new URL("../../pkg/explore/flyte_lifecycle_explore_bg.wasm", import.meta.url),
});
