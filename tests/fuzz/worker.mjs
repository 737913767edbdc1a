// Asks some properties in a thread of its own, which can be ended where one of them hangs: what is being tried stands in
// memory that both can see.
import { parentPort, workerData } from "node:worker_threads";
import { ask } from "./check.mjs";
import { PROPERTIES } from "./properties.mjs";

const { names, seed, ms, shared } = workerData;
const head = new Int32Array(shared, 0, 2);
const room = new Uint8Array(shared, 8);

function before(input) {
  const bytes = Buffer.from(JSON.stringify(input)).subarray(0, room.length);
  room.set(bytes);
  head[0] = bytes.length;
  Atomics.add(head, 1, 1);
}

for (const name of names) {
  const property = PROPERTIES.find((each) => each.name === name);
  parentPort.postMessage({ begins: name });
  const { tried, failing, error } = await ask(property, { seed, ms, before });
  parentPort.postMessage({ name, tried, ...(error && { failing, why: String(error?.stack ?? error) }) });
}
