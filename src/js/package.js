// What every entry of the package has.

export { LifecycleError } from "../../pkg/errors.js";
export { explore, exploreFixes, exploreModels } from "./explore.js";
export { load } from "./modules.js";
export { checkRun } from "./reading.js";
export { Bulk, Simulation } from "./simulation.js";
export { checkRunStream } from "./stream.js";

import * as core from "../../pkg/flyte_lifecycle.js";
import { entered, load } from "./modules.js";

export const diagram = (...asked) => entered("diagram", () => core.diagram(...asked));
export const guard = (...asked) => entered("guard", () => core.guard(...asked));
export const outcomes = (...asked) => entered("outcomes", () => core.outcomes(...asked));
export const rules = () => entered("rules", core.rules);

/** As `load("reading")`. */
export const loadCheckRun = () => load("reading");
