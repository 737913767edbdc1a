// What this browser makes of traces: the package as it is, for who asks by WebDriver.
import { load, Simulation } from "../../src/js/browser.js";

await load("reading");
globalThis.printed = async (texts) =>
  texts.map((text) => {
    const sim = Simulation.fromTrace(text);
    const printed = sim.trace();
    sim.free();
    return printed;
  });
document.querySelector("p").textContent = "ready";
