// What is measured, in Node and in a browser alike.

/** States per second of a model, asked for as anybody does. */
export async function measured(search, options, rounds) {
  const rates = [];
  let states = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const report = await search({ rules: "upstream", properties: [], states: 10_000_000, ...options });
    rates.push((report.states / (performance.now() - began)) * 1000);
    states = report.states;
  }
  return { states, rate: rates.sort((a, b) => a - b)[Math.floor(rounds / 2)] };
}
