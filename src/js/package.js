// What every entry of the package has.

export { LifecycleError } from "../../pkg/errors.js";
export { diagram, guard, outcomes, rules } from "../../pkg/flyte_lifecycle.js";
export { explore, exploreFixes, exploreModels } from "./explore.js";
export { load } from "./modules.js";
export { checkRun } from "./reading.js";
export { Bulk, Simulation } from "./simulation.js";

import { load } from "./modules.js";

/** As `load("reading")`. */
export const loadCheckRun = () => load("reading");
