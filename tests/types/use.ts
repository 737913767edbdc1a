// Uses that must compile, and misuses that must not: `tsc` checks both.
import {
  type ActionPhase,
  type Command,
  checkRun,
  diagram,
  type Event,
  exploreFixes,
  guard,
  LifecycleError,
  loadCheckRun,
  type RunCheck,
  ready,
  rules,
  Simulation,
  type SimulationConfig,
  type Snapshot,
  UPSTREAM_COMMIT,
} from "flyte-lifecycle";
import type { FlyteLifecycleElement } from "flyte-lifecycle/element";
import init, { Simulation as Loaded } from "flyte-lifecycle/init";
import { Simulation as Inside, load } from "flyte-lifecycle/inline";

const config: SimulationConfig = { rules: { base: "upstream", guard: "table" }, seed: 1, abort: { workers: 2 } };
const sim = new Simulation(config);
const step = sim.dispatch({ type: "createRun", run: "r1", task: { maxAttempts: 2, timeoutMs: 1_000 } });
const sentences: string[] = step.events.map((event: Event) => `${event.rule}: ${event.sentence}`);
sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running", version: 1 } });
sim.dispatch({ type: "plugin", action: "r1/a0", failure: { message: "down" } });
sim.dispatch({ type: "enqueue", action: "r1/c", parent: "r1/a0", condition: { valueType: "bool" } });
sim.dispatch({ type: "signal", action: "r1/c", value: { bool: true }, by: "ada" });
const snapshot: Snapshot = sim.snapshot();
const ended: number | null | undefined = snapshot.actions[0]?.row?.endedAt;
const names: Command["type"][] = sim.enabled("r1/a0").map((command) => command.type);
const [admitted, why]: [boolean, string] = [
  guard("QUEUED", "RUNNING").admitted,
  guard("PAUSED", "FAILED", "table").rule,
];
try {
  sim.seek(2);
} catch (error) {
  if (error instanceof LifecycleError && error.code === "OUT_OF_RANGE") throw error;
}
Simulation.fromTaskActions(JSON.parse("{}") as unknown, { startTime: 0 }).free();
Simulation.fromTrace(sim.trace()).fork();
class Own extends Simulation {
  twice(): number {
    return this.length * 2;
  }
}
Own.fromTrace(sim.trace()).fork().twice().toFixed();
Own.fromJSON(sim.toJSON()).twice();
const { fromTrace } = Simulation;
fromTrace(sim.trace()).fork();
// @ts-expect-error a plain one has nothing of a class that extends it
Simulation.fromTrace(sim.trace()).twice();
const moment: string | undefined = sim.story()?.wrong?.text;
new Simulation({ rules: { base: "upstream", ...sim.story()?.fix } });
await ready();
await init(new Uint8Array(), { reading: new URL("https://x.y/z"), explore: new ArrayBuffer(1) });
// @ts-expect-error There is no such part.
await init("/x", { readings: "/y" });
await load("reading");
new Inside() satisfies Simulation;
new Loaded();
const element: FlyteLifecycleElement | null = document.querySelector("flyte-lifecycle");
element?.addEventListener("step", ({ detail }) => sentences.push(...detail.events.map(({ sentence }) => sentence)));
element?.dispatch({ type: "advance", ms: 1 }).events.at(0);
await element?.ready;

export { admitted, diagram, ended, moment, names, rules, sentences, UPSTREAM_COMMIT, why };

export function told(command: Command): string {
  switch (command.type) {
    case "createRun":
    case "abortRun":
      return command.run;
    case "advance":
      return `${command.ms} ms`;
    case "fire":
    case "deliver":
      return command.type;
    case "enqueue":
    case "import":
    case "recover":
    case "plugin":
    case "exit":
    case "signal":
    case "abortAction":
    case "abortReply":
    case "updatePhase":
    case "putStatus":
      return command.action;
    case "drop":
    case "duplicate":
    case "restart":
      return command.type;
    case "fault":
      return command.action ?? command.call;
    default:
      return command satisfies never;
  }
}

const way = await sim.reach([{ phase: "FAILED", action: "r1/a0" }, { rule: "RetriesExhausted" }], { faults: "rpc" });
if (way.found) for (const command of way.commands) sim.fork().dispatch(command);
else if (way.reason === "untimed") way.trace.length;
else way.commands satisfies [];
const table = await exploreFixes({ tries: [{ guard: "table" }], onColumn: ({ mends }) => mends.length });
table.tries[0]?.verdicts.find(({ change }) => change === "breaks")?.length;
// @ts-expect-error no such target
sim.reach({ phases: "FAILED" });
// @ts-expect-error no such fault
sim.reach({ phase: "FAILED" }, { faults: "worst" });
// @ts-expect-error no such value of a policy
exploreFixes({ tries: [{ guard: "best" }] });

// @ts-expect-error a phase that does not exist
guard("QUEUED", "QUEUD");
// @ts-expect-error a plugin phase is no action phase
guard("QUEUED", "Running");
// @ts-expect-error a variant that does not exist
guard("QUEUED", "RUNNING", "best");
// @ts-expect-error no such command
sim.dispatch({ type: "jump" });
// @ts-expect-error the run is missing
sim.dispatch({ type: "createRun" });
const check: RunCheck = checkRun("{}", { rules: "upstream" });
for (const finding of check.findings) {
  const place: string = finding.place;
  if (finding.kind === "contradictsGuard") {
    const { from, phase }: { from: ActionPhase; phase: ActionPhase } = finding;
    guard(from, phase);
  } else if (finding.kind === "needsEvent") {
    const attempt: number = finding.attempt;
    sim.seek(finding.index + attempt - attempt);
  }
  // @ts-expect-error not every finding is about a change
  void finding.from.length;
  void place;
}
for (const command of check.commands) new Simulation(check.config).dispatch(command);
await loadCheckRun();

// @ts-expect-error an action phase is no plugin phase
sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "RUNNING" } });
// @ts-expect-error neither result nor failure
sim.dispatch({ type: "plugin", action: "r1/a0" });
// @ts-expect-error an error has a message
sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Success", error: { code: "E", kind: "USER" } } });
// @ts-expect-error nothing to enqueue
sim.dispatch({ type: "enqueue", action: "r1/c", parent: "r1/a0" });
// @ts-expect-error a task and a condition at once
sim.dispatch({ type: "enqueue", action: "r1/c", parent: "r1/a0", task: {}, condition: { valueType: "bool" } });
// @ts-expect-error a result and a failure at once
sim.dispatch({ type: "plugin", action: "r1/a0", result: { phase: "Running" }, failure: { message: "no" } });
// @ts-expect-error two values at once
sim.dispatch({ type: "signal", action: "r1/c", value: { bool: true, int: 1 } });
// @ts-expect-error no such policy
new Simulation({ rules: { base: "upstream", gaurd: "table" } });
// @ts-expect-error no such value of a policy
new Simulation({ rules: { base: "upstream", guard: "best" } });
// @ts-expect-error no such call
sim.dispatch({ type: "fault", call: "everything" });
// @ts-expect-error a condition declares its type
sim.dispatch({ type: "enqueue", action: "r1/c", parent: "r1/a0", condition: {} });
// @ts-expect-error a signal carries a tagged value
sim.dispatch({ type: "signal", action: "r1/c", value: true });
// @ts-expect-error an int is a number
sim.dispatch({ type: "signal", action: "r1/c", value: { int: "1" } });
// @ts-expect-error no such reply
sim.dispatch({ type: "abortReply", action: "r1/a0", reply: "perhaps" });
// @ts-expect-error time is a number
sim.dispatch({ type: "advance", ms: "1" });
// @ts-expect-error a field that does not exist
sim.dispatch({ type: "advance", ms: 1, until: 2 });
// @ts-expect-error no such rule set
new Simulation({ rules: "best" });
// @ts-expect-error no such setting
new Simulation({ sed: 1 });
// @ts-expect-error most runs tell no story
sim.story().title;
// @ts-expect-error a snapshot has no run
sim.snapshot().run;
// @ts-expect-error the code is one of those listed
new LifecycleError("no", "NOPE");
// @ts-expect-error the element takes the commands that a simulation takes
element?.dispatch({ type: "jump" });
// @ts-expect-error a situation is no simulation
document.createElement("flyte-lifecycle").simulation = "retry";
