// Reads src/types.ts, as far as that file goes in its use of the language, and holds values against its types. TypeScript 7
// offers its own reader to JavaScript under an unstable name only, and tsc, which would hold values against types as well,
// cannot tell which keys and words it never saw. What this reader does not know stops it with the line, so that nothing is
// passed over in silence.

const TOKEN = /\s+|\/\*[\s\S]*?\*\/|\/\/.*|("(?:[^"\\]|\\.)*"|\d+)|([A-Za-z_$][\w$]*)|(=>|[{}()[\]<>:;,|&=?])/y;

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    const line = text.slice(0, at).split("\n").length;
    if (!found)
      throw new Error(`src/types.ts:${line}: ${text.slice(at, at + 20)} is not known to tests/package/types.mjs.`);
    const [, string, word, mark] = found;
    if (string) tokens.push({ string: JSON.parse(string), line });
    else if (word) tokens.push({ word, line });
    else if (mark) tokens.push({ mark, line });
  }
  return tokens;
}

/** Every interface and alias by its name: `{ name, parents, type }`. */
export function parse(text) {
  const tokens = tokensOf(text);
  let at = 0;
  const declarations = new Map();

  const fail = (wanted) => {
    const { line, ...token } = tokens[at] ?? { line: "end" };
    throw new Error(`src/types.ts:${line}: ${wanted} was expected, and ${JSON.stringify(token)} is there.`);
  };
  const isMark = (mark, ahead = 0) => tokens[at + ahead]?.mark === mark;
  const isWord = (word, ahead = 0) => tokens[at + ahead]?.word === word;
  const take = (mark) => isMark(mark) && Boolean(++at);
  const takeWord = (word) => isWord(word) && Boolean(++at);
  const need = (mark) => take(mark) || fail(`\`${mark}\``);
  const needWord = () => tokens[at]?.word ?? fail("a name");

  // A place names a key or a word in what is found, so each type is read with the place where it stands.
  const listed = (mark, kind, inner) => (place) => {
    take(mark);
    const of = [inner(place)];
    while (take(mark)) of.push(inner(place));
    return of.length === 1 ? of[0] : { kind, of };
  };
  const union = listed("|", "union", (place) => intersection(place));
  const intersection = listed("&", "all", (place) => postfix(place));

  function postfix(place) {
    let type = primary(place);
    while (take("[")) {
      if (take("]")) type = { kind: "array", of: type };
      else {
        type = { kind: "field", of: type, name: tokens[at++].string ?? fail("a field in quotes") };
        need("]");
      }
    }
    return type;
  }

  function primary(place) {
    const { string, word } = tokens[at] ?? fail("a type");
    if (string !== undefined) {
      at += 1;
      return { kind: "literal", value: string, place: `${place}: "${string}"` };
    }
    if (isMark("{")) return object(place);
    if (isMark("(")) return bracketed(place);
    if (take("[")) {
      need("]");
      return { kind: "empty" };
    }
    if (takeWord("readonly")) return postfix(place);
    if (takeWord("keyof")) return { kind: "keys", of: primary(place) };
    if (word === undefined) fail("a type");
    at += 1;
    const args = [];
    if (take("<")) {
      do args.push(union(place));
      while (take(","));
      need(">");
    }
    return { kind: "name", name: word, args };
  }

  /** The place behind the brackets that begin here. */
  function behindBrackets() {
    let depth = 0;
    let end = at;
    do {
      if (tokens[end].mark === "(") depth += 1;
      if (tokens[end].mark === ")") depth -= 1;
      end += 1;
    } while (depth > 0);
    return end;
  }

  /** A type in brackets, or the type of a function, of which nothing but that it is one is read. */
  function bracketed(place) {
    const end = behindBrackets();
    if (tokens[end]?.mark === "=>") {
      at = end + 1;
      union(place);
      return { kind: "function" };
    }
    need("(");
    const type = union(place);
    need(")");
    return type;
  }

  /** Of several objects in a union, one is told by its first word: `Command(plugin)`. */
  function tagged(place) {
    const [, colon, value, end] = tokens.slice(at, at + 4);
    const word = value?.string ?? (["true", "false"].includes(value?.word) ? value.word : undefined);
    return colon?.mark === ":" && word !== undefined && end?.mark === ";" ? `${place}(${word})` : place;
  }

  function object(place) {
    need("{");
    const members = new Map();
    const here = tagged(place);
    while (!take("}")) {
      if (isWord("readonly") && !isMark(":", 1)) at += 1;
      const name = needWord();
      at += 1;
      const inner = `${here}.${name}`;
      if (isMark("(")) {
        at = behindBrackets();
        need(":");
        union(inner);
        members.set(name, { optional: false, place: inner, type: { kind: "function" } });
      } else {
        const optional = take("?");
        need(":");
        members.set(name, { optional, place: inner, type: union(inner) });
      }
      take(";") || take(",");
    }
    return { kind: "object", members };
  }

  while (at < tokens.length) {
    takeWord("export");
    if (takeWord("type")) {
      const name = needWord();
      at += 1;
      need("=");
      declarations.set(name, { parents: [], type: union(name) });
      need(";");
    } else if (takeWord("interface")) {
      const name = needWord();
      at += 1;
      const parents = [];
      if (takeWord("extends"))
        do {
          parents.push(needWord());
          at += 1;
        } while (take(","));
      declarations.set(name, { parents, type: object(name) });
    } else if (takeWord("namespace")) {
      // Functions of a class, which the module's own refusals tell.
      while (!take("}")) at += isMark("(") ? behindBrackets() - at : 1;
    } else fail("`type`, `interface` or `namespace`");
  }
  return declarations;
}

const PRIMITIVES = new Set(["string", "number", "boolean"]);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Holds values against types, and keeps in mind which keys and words were seen: `check(type, value)` answers what is wrong,
 * a sentence each.
 */
export class Types {
  #declarations;
  #seen = new Set();
  /** What each type can be, which takes longer to work out than to hold a value against it. */
  #known = new Map();

  constructor(text) {
    this.#declarations = parse(text);
  }

  #written = new Map();

  /** The type of that name, or what is written: `Attempt[]`. */
  #read(written) {
    if (!this.#written.has(written)) this.#written.set(written, parse(`type It = ${written};`).get("It").type);
    return this.#written.get(written);
  }

  check(written, value) {
    const seen = new Set();
    const problems = this.#problems(this.#read(written), value, written, seen);
    if (problems.length === 0) for (const place of seen) this.#seen.add(place);
    return problems;
  }

  /** The words of a union of words. */
  words(written) {
    return [...new Set(this.#choices(this.#read(written)).flatMap(({ value }) => value ?? []))];
  }

  /** The keys of an object type; of a union of them, of those that have this `type`. */
  keys(written, type) {
    const objects = this.#choices(this.#read(written)).filter(({ kind }) => kind === "object");
    const meant = objects.filter(({ members }) => type === undefined || members.get("type")?.type.value === type);
    const names = meant.flatMap(({ members }) =>
      [...members].filter(([, member]) => !this.#isNever(member.type)).map(([name]) => name),
    );
    return [...new Set(names)];
  }

  /** The keys and words of these declarations, and of all that they mention, that no value had so far. */
  unseen(...names) {
    const places = new Set();
    const walked = new Set();
    const walk = (type) => {
      if (walked.has(type)) return;
      walked.add(type);
      if (type.kind === "literal") places.add(type.place);
      // What `Omit` leaves out is no word that a value could have.
      if (type.kind === "name") for (const arg of type.name === "Omit" ? type.args.slice(0, 1) : type.args) walk(arg);
      if (type.kind === "name" && this.#declarations.has(type.name)) declared(type.name);
      for (const inner of Array.isArray(type.of) ? type.of : type.of ? [type.of] : []) walk(inner);
      for (const member of type.members?.values() ?? []) {
        if (this.#isNever(member.type) || member.type.kind === "function") continue;
        places.add(member.place);
        walk(member.type);
      }
    };
    const declared = (name) => {
      const { parents, type } = this.#declarations.get(name);
      walk(type);
      parents.forEach(declared);
    };
    names.forEach(declared);
    return [...places].filter((place) => !this.#seen.has(place));
  }

  /** The names that are declared. */
  names() {
    return [...this.#declarations.keys()];
  }

  #isNever = (type) => type.kind === "name" && type.name === "never";

  /** What a type can be, one after the other, with names looked up and intersections made one object. */
  #choices(type) {
    const known = this.#known.get(type);
    if (known) return known;
    const choices = this.#workedOut(type);
    this.#known.set(type, choices);
    return choices;
  }

  #workedOut(type) {
    switch (type.kind) {
      case "union":
        return type.of.flatMap((each) => this.#choices(each));
      case "all":
        return type.of
          .map((each) => this.#choices(each))
          .reduce((all, more) => all.flatMap((one) => more.map((other) => joined(one, other))));
      case "keys":
        return this.#choices(type.of).flatMap(({ members }) =>
          [...members].map(([value, { place }]) => ({ kind: "literal", value, place: `keyof ${place}` })),
        );
      case "field": {
        const objects = this.#choices(type.of).filter(({ kind }) => kind === "object");
        return objects.flatMap(({ members }) =>
          this.#choices(members.get(type.name)?.type ?? { kind: "name", name: "never", args: [] }),
        );
      }
      case "name":
        return this.#named(type);
      default:
        return [type];
    }
  }

  #named(type) {
    const { name, args } = type;
    const declared = this.#declarations.get(name);
    if (declared) {
      const parents = declared.parents.map((name) => ({ kind: "name", name, args: [] }));
      return parents.length > 0
        ? this.#choices({ kind: "all", of: [...parents, declared.type] })
        : this.#choices(declared.type);
    }
    if (name === "Partial" || name === "Required")
      return this.#choices(args[0]).map((each) => (each.kind === "object" ? loosened(each, name === "Partial") : each));
    if (name === "Omit") {
      const without = this.#choices(args[1]).map(({ value }) => value);
      return this.#choices(args[0]).map(({ members, ...each }) => ({
        ...each,
        members: new Map([...members].filter(([key]) => !without.includes(key))),
      }));
    }
    if (name === "Record") return [{ kind: "record", keys: args[0], of: args[1] }];
    if (PRIMITIVES.has(name) || ["unknown", "null", "true", "false", "never"].includes(name)) return [{ kind: name }];
    throw new Error(
      `src/types.ts names the type ${name}, which it does not declare and tests/package/types.mjs does not know.`,
    );
  }

  #problems(type, value, path, seen) {
    const choices = this.#choices(type).filter(({ kind }) => kind !== "never");
    let best = null;
    for (const choice of choices) {
      const mine = new Set();
      const problems = this.#against(choice, value, path, mine);
      if (problems.length === 0) {
        for (const place of mine) seen.add(place);
        return [];
      }
      if (best === null || problems.length < best.length) best = problems;
    }
    const shown = JSON.stringify(value)?.slice(0, 80);
    const words = choices.every(({ kind }) => kind === "literal");
    if (words) return [`${path} is ${shown}; the types have ${choices.map((each) => each.value).join(", ")}.`];
    return typeof value === "object" && value !== null && best
      ? best
      : [`${path} is ${shown}, which is none of what the types allow there.`];
  }

  #against(choice, value, path, seen) {
    const no = [`${path} is ${JSON.stringify(value)?.slice(0, 80)}; the types say ${choice.kind}.`];
    switch (choice.kind) {
      case "unknown":
        return [];
      case "null":
        return value === null ? [] : no;
      case "true":
      case "false":
        return String(value) === choice.kind ? [] : no;
      case "literal":
        if (value !== choice.value) return no;
        seen.add(choice.place);
        return [];
      case "function":
        return typeof value === "function" ? [] : no;
      case "empty":
        return Array.isArray(value) && value.length === 0 ? [] : no;
      case "array":
        if (!Array.isArray(value)) return no;
        return value.flatMap((each, at) => this.#problems(choice.of, each, `${path}[${at}]`, seen));
      case "record":
        if (!isObject(value)) return no;
        return Object.entries(value).flatMap(([key, each]) => [
          ...this.#problems(choice.keys, key, `the key of ${path}.${key}`, seen),
          ...this.#problems(choice.of, each, `${path}.${key}`, seen),
        ]);
      case "object":
        return isObject(value) ? this.#fields(choice, value, path, seen) : no;
      default:
        return PRIMITIVES.has(choice.kind) && typeof value === choice.kind ? [] : no;
    }
  }

  #fields({ members }, value, path, seen) {
    const problems = [];
    for (const [name, { optional, place, type }] of members) {
      if (value[name] === undefined) {
        if (!optional) problems.push(`${path}.${name} is missing.`);
        continue;
      }
      seen.add(place);
      problems.push(...this.#problems(type, value[name], `${path}.${name}`, seen));
    }
    for (const name of Object.keys(value))
      if (!members.has(name)) problems.push(`${path}.${name} is not in the types.`);
    return problems;
  }
}

function joined(one, other) {
  if (one.kind !== "object" || other.kind !== "object")
    throw new Error("tests/package/types.mjs joins objects only, and src/types.ts has another `&`.");
  return { kind: "object", members: new Map([...one.members, ...other.members]) };
}

const loosened = ({ members }, optional) => ({
  kind: "object",
  members: new Map([...members].map(([name, member]) => [name, { ...member, optional }])),
});
