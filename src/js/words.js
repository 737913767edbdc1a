// What a simulation has told before. A command, an action's name or a saying crosses the boundary in words once; after
// that the core names it by number. What is kept is frozen, since many steps share it.

// What does not depend on a simulation is told once for all of them.
let phases = [];
const kinds = [];
const rules = [];

export function tellPhases(names) {
  phases = names.split(" ");
}

export function tellKind(number, store, type) {
  kinds[number] = { store, type };
}

export function tellRule(number, rule, sentence, file, name) {
  rules[number] = { rule, sentence, source: file ? Object.freeze({ file, function: name }) : undefined };
}

function frozen(value) {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** JSON, or undefined for what JSON cannot hold: it would quietly turn NaN and Infinity into null. */
export function jsonOf(value) {
  try {
    const json = JSON.stringify(value);
    if (!json?.includes("null")) return json;
    let whole = true;
    JSON.stringify(value, (_, inner) => {
      if (typeof inner === "number" && !Number.isFinite(inner)) whole = false;
      return inner;
    });
    return whole ? json : undefined;
  } catch {
    // A getter threw, the object holds itself, or it nests too deep.
    return undefined;
  }
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

  keepSaying(number, kind, from, to, attempt, rule, detail) {
    const { store, type } = kinds[kind];
    const { rule: name, sentence, source } = rules[rule];
    const saying = { store, type };
    if (from >= 0) saying.from = phases[from];
    if (to >= 0) saying.to = phases[to];
    if (attempt >= 0) saying.attempt = attempt;
    saying.rule = name;
    saying.sentence = sentence;
    if (detail !== undefined) saying.detail = detail;
    if (source) saying.source = source;
    this.#sayings[number] = Object.freeze(saying);
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
