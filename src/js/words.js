import { jsonOf, ofJson } from "./json.js";

// What a simulation has told before. A command, an action's name or a saying crosses the boundary in words once; after
// that the core names it by number. What is kept is frozen, since many steps share it.

// What does not depend on a simulation is told once for all of them.
const kinds = [];
const rules = [];

/** What a saying is about, in the order in which the core tells it, and the names of what it tells by number. */
const ABOUT = ["from", "to", "attempt", "abortAttempt", "timer", "due", "service"];
const names = {};

export function tellNames(phases, timers, services) {
  names.from = phases.split(" ");
  names.to = names.from;
  names.timer = timers.split(" ");
  names.service = services.split(" ");
}

export function tellKind(number, store, type) {
  kinds[number] = { store, type };
}

export function tellRule(number, rule, sentence, file, name) {
  rules[number] = { rule, sentence, source: file ? Object.freeze({ file, function: name }) : undefined };
}

/** Freezes a value and all that it holds: it is shared. */
export function frozen(value) {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}

/** A fact with what is said of it. Key by key, because a spread takes three times as long. */
function eventOf(seq, at, action, saying) {
  const { store, type, from, to, attempt, abortAttempt, timer, due, service, rule, sentence, detail, source } = saying;
  const event = { seq, at, action, store, type };
  if (from !== undefined) event.from = from;
  if (to !== undefined) event.to = to;
  if (attempt !== undefined) event.attempt = attempt;
  if (abortAttempt !== undefined) event.abortAttempt = abortAttempt;
  if (timer !== undefined) event.timer = timer;
  if (due !== undefined) event.due = due;
  if (service !== undefined) event.service = service;
  event.rule = rule;
  event.sentence = sentence;
  if (detail !== undefined) event.detail = detail;
  if (source) event.source = source;
  return event;
}

/**
 * Whether `given` says what `told` does, key by key; `told` came out of JSON. A key without a value is no key, as in
 * JSON. What is no plain data is never the same.
 */
function same(told, given) {
  if (told === given) return true;
  if (typeof told !== "object" || typeof given !== "object" || told === null || given === null) return false;
  if (Object.getPrototypeOf(told) !== Object.getPrototypeOf(given)) return false;
  let more = 0;
  for (const key in told) {
    if (!same(told[key], given[key])) return false;
    more += 1;
  }
  for (const key in given) if (given[key] !== undefined) more -= 1;
  return more === 0;
}

// What a getter that throws, or a cycle, means is for JSON to say.
function isTold(told, command) {
  try {
    return same(told, command);
  } catch {
    return false;
  }
}

function aboutOf(command) {
  try {
    const about = command?.action ?? command?.run ?? command?.type;
    return typeof about === "string" ? about : undefined;
  } catch {
    return undefined;
  }
}

/** What `numberOf` answers where there is no number: the core has to read the command, or there is nothing to read. */
const NEW = -1;
const UNREADABLE = -2;

/** Commands about one thing that are compared, at the most, before a command is put into JSON. */
const RECENT_MAX = 8;

export class Words {
  #numbers = new Map();
  // By what a command is about: the numbers of those told last. Comparing takes a quarter of the time of JSON.
  #recent = new Map();
  #commands = [];
  #names = [];
  #sayings = [];
  json = "";

  numberOf(command) {
    const about = aboutOf(command);
    const recent = this.#recent.get(about) ?? [];
    for (let place = recent.length - 1; place >= 0; place -= 1) {
      if (isTold(this.#commands[recent[place]], command)) return recent[place];
    }
    const number = this.#jsonNumberOf(command);
    if (number < 0 || about === undefined) return number;
    if (recent.length === RECENT_MAX) recent.shift();
    recent.push(number);
    this.#recent.set(about, recent);
    return number;
  }

  #jsonNumberOf(command) {
    const json = jsonOf(command);
    if (json === undefined) return UNREADABLE;
    const number = this.#numbers.get(json);
    if (number !== undefined) return number;
    this.json = json;
    return NEW;
  }

  keepCommand(number) {
    this.#numbers.set(this.json, number);
    this.#commands[number] = frozen(ofJson(this.json));
  }

  forgetCommands() {
    this.#numbers.clear();
    this.#recent.clear();
  }

  keepName(number, name) {
    this.#names[number] = name;
  }

  keepSaying(number, kind, rule, about, detail) {
    const { store, type } = kinds[kind];
    const { rule: name, sentence, source } = rules[rule];
    const saying = { store, type };
    for (const [place, key] of ABOUT.entries()) {
      const value = about[place];
      if (!Number.isNaN(value)) saying[key] = names[key]?.[value] ?? value;
    }
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
      events.push(eventOf(from + i / 3, facts[i], action, this.#sayings[facts[i + 2]]));
    }
    return events;
  }
}
