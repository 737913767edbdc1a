// What is measured, in Node and in a browser alike.

// No property is watched, as in the peer: the search asks for what does not happen and goes to its end.
const NOWHERE = { properties: [], reach: [{ phase: "UNSPECIFIED" }] };

/** States per second of a model, asked for as anybody does. */
export async function measured(search, options, rounds) {
  const rates = [];
  let states = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const report = await search({ rules: "upstream", ...NOWHERE, states: 10_000_000, ...options });
    rates.push((report.states / (performance.now() - began)) * 1000);
    states = report.states;
  }
  return { states, rate: rates.sort((a, b) => a - b)[Math.floor(rounds / 2)] };
}
