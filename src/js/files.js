// The modules as files, read when somebody asks for one. Whatever follows a program's files, as bundlers for servers do, finds
// them by these addresses.
import { readFileSync } from "node:fs";
import * as reading from "../../pkg/reading/flyte_lifecycle_reading.js";
import { comesBy, left } from "./modules.js";

/**
 * What reads a file. Its address can only be told when it is asked for: in what was bundled as CommonJS there is none. Turbopack
 * makes it an address of the site; the file is where it was.
 */
const by = (path, address) => () => {
  let file;
  try {
    file = address();
    if (file.protocol !== "file:") file = new URL(/* webpackIgnore: true */ path, import.meta.url);
    return readFileSync(file);
  } catch (error) {
    throw left(file, error);
  }
};

comesBy("main", {
  now: by("../../pkg/flyte_lifecycle_bg.wasm", () => new URL("../../pkg/flyte_lifecycle_bg.wasm", import.meta.url)),
});
comesBy("reading", {
  glue: reading,
  now: by(
    "../../pkg/reading/flyte_lifecycle_reading_bg.wasm",
    () => new URL("../../pkg/reading/flyte_lifecycle_reading_bg.wasm", import.meta.url),
  ),
});
// A search is awaited, so its glue can come then as well.
comesBy("explore", {
  glueLater: () => import("../../pkg/explore/flyte_lifecycle_explore.js"),
  now: by(
    "../../pkg/explore/flyte_lifecycle_explore_bg.wasm",
    () => new URL("../../pkg/explore/flyte_lifecycle_explore_bg.wasm", import.meta.url),
  ),
});
