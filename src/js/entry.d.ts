// What every entry of the package has.
import type {
  CheckConfig,
  CheckStreamOptions,
  ExploreOptions,
  ExploreReport,
  FixesOptions,
  FixesReport,
  ModelInfo,
  RunCheck,
  StreamCheck,
} from "../../pkg/flyte_lifecycle.js";

export type * from "../../pkg/flyte_lifecycle.js";
export { Bulk, diagram, guard, outcomes, rules, Simulation } from "../../pkg/flyte_lifecycle.js";
export { LifecycleError } from "./errors.js";

/**
 * Every interleaving of a small model, in slices: verdicts on named properties, with the shortest run that breaks each.
 * Loads a module of its own when it is first called. Rejects with a LifecycleError if the model makes no sense.
 */
export function explore(options?: ExploreOptions): Promise<ExploreReport>;

/**
 * Which change of a policy mends which property, and what it breaks: the models are searched under the rules to start
 * from, then under each rule set that is tried. Rejects with a LifecycleError if something makes no sense.
 */
export function exploreFixes(options?: FixesOptions): Promise<FixesReport>;

/**
 * Checks a recorded run: `ActionDetails`, `ActionEvent`s or a `WatchActions` stream as protojson, rows of `actions` and
 * `action_events` as JSON or CSV, or TaskActions; as a value, as text or as the bytes of a text. It is replayed by
 * commands, and what no rule explains is found. Throws a LifecycleError that names the place of what cannot be read.
 * Node and `flyte-lifecycle/inline` need no preparation; elsewhere, `await load("reading")` first.
 */
export function checkRun(value: unknown, config?: CheckConfig): RunCheck;

/**
 * Checks rows of many runs, in any order: the tables `actions` and `action_events` with a line that names the columns, as
 * CSV, as `\copy` writes them as text or as psql prints them; or JSON, an object a line, or up to 20 MB of one value. Files
 * may stand one after the other, packed by gzip or in UTF-16; 128 MB of rows at the most. `source` is a stream, a Blob, text,
 * bytes or what `for await` goes through. Rejects with a LifecycleError for what is no such text, and with the reason of
 * `signal`. Nothing has to be loaded before.
 */
export function checkRunStream(source: unknown, options?: CheckStreamOptions): Promise<StreamCheck>;

/**
 * Fetches a part of the package, once: `reading` for `Simulation.fromTrace`, `Simulation.fromTaskActions` and `checkRun`,
 * `explore` for searches, which fetch it by themselves as well. `source` is where its module is, or its bytes, or the module
 * compiled; by default it is beside the script. In Node and by `flyte-lifecycle/inline` there is nothing to fetch.
 */
export function load(part: "reading" | "explore", source?: ModuleSource): Promise<void>;

/** As `load("reading")`. */
export function loadCheckRun(): Promise<void>;

/**
 * Where a module is (an address, a `URL`, a `Request`, a `Response` or a promise of one), its bytes, or the module compiled. The
 * types of these come with the DOM library, which a project for Node does not have.
 */
export type ModuleSource = string | object;

/** The models that properties are judged by, mildest first. */
export function exploreModels(): Promise<ModelInfo[]>;
