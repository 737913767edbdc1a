// What a simulation has told before. A command, an action's name or a saying crosses the boundary in words once; after
// that the core names it by number. What is kept is frozen, since many steps share it.

function frozen(value) {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** JSON, or undefined for what JSON cannot hold: it would quietly turn NaN and Infinity into null. */
export function jsonOf(value) {
  let json;
  try {
    json = JSON.stringify(value);
  } catch {
    // A getter threw, or the object holds itself.
  }
  if (!json?.includes("null")) return json;
  let whole = true;
  JSON.stringify(value, (_, inner) => {
    if (typeof inner === "number" && !Number.isFinite(inner)) whole = false;
    return inner;
  });
  return whole ? json : undefined;
}

export class Words {
  #numbers = new Map();
  #commands = [];
  #names = [];
  #sayings = [];
  json = "";

  numberOf(command) {
    const json = jsonOf(command);
    if (json === undefined) return -2;
    const number = this.#numbers.get(json);
    if (number !== undefined) return number;
    this.json = json;
    return -1;
  }

  keepCommand(number) {
    this.#numbers.set(this.json, number);
    this.#commands[number] = frozen(JSON.parse(this.json));
  }

  forgetCommands() {
    this.#numbers.clear();
  }

  keepName(number, name) {
    this.#names[number] = name;
  }

  keepSaying(number, saying) {
    this.#sayings[number] = frozen(saying);
  }

  step(index, at, command, from, facts) {
    return { index, at, command: this.#commands[command], events: this.events(from, facts) };
  }

  events(from, facts) {
    const events = [];
    for (let i = 0; i < facts.length; i += 3) {
      const action = facts[i + 1] < 0 ? null : this.#names[facts[i + 1]];
      events.push({ seq: from + i / 3, at: facts[i], action, ...this.#sayings[facts[i + 2]] });
    }
    return events;
  }
}
