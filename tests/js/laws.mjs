// The laws of the page's source, as functions of its files: `{ path: text }` in, breaches out. A breach has a `key`, by which
// it can be known and excused, and `says` what is wrong, where, and what to do instead.
import { posix } from "node:path";

// --- reading a module ---------------------------------------------------------------------------------------------

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
/** A piece of a template: from where it begins, or goes on behind braces, to where it ends or braces open. */
const PIECE = /[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)/sy;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** A slash begins a regular expression where a value is expected, and divides where one has ended. */
const VALUE_EXPECTED = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\btypeof)\s*$/;

/** A module as long as it was, without comments and without what its strings say, and those strings with their places. */
function parted(text) {
  const strings = [];
  // How many braces are open within each template that has not ended yet.
  const open = [];
  let code = "";
  const found = (pattern) => {
    pattern.lastIndex = code.length;
    return pattern.exec(text)?.[0] ?? null;
  };
  const blank = (piece) => {
    code += piece.replace(/[^\n]/g, " ");
  };
  const keep = (piece, end) => {
    strings.push({ text: piece.slice(1, piece.length - end), at: code.length });
    code += piece[0];
    blank(piece.slice(1, piece.length - end));
    code += piece.slice(piece.length - end);
  };
  while (code.length < text.length) {
    const next = text[code.length];
    const goesOn = next === "}" && open.at(-1) === 0;
    const comment = next === "/" ? found(COMMENT) : null;
    const string = next === '"' || next === "'" ? found(STRING) : null;
    const piece = next === "`" || goesOn ? found(PIECE) : null;
    const regexp = next === "/" && !comment && VALUE_EXPECTED.test(code.slice(-40)) ? found(REGEXP) : null;
    if (comment) blank(comment);
    else if (regexp) code += `/${" ".repeat(regexp.length - 2)}/`;
    else if (string) keep(string, 1);
    else if (piece) {
      if (goesOn) open.pop();
      if (piece.endsWith("{")) open.push(0);
      keep(piece, piece.endsWith("{") ? 2 : 1);
    } else {
      if (open.length > 0 && next === "{") open[open.length - 1] += 1;
      if (open.length > 0 && next === "}") open[open.length - 1] -= 1;
      code += next;
    }
  }
  return { code, strings };
}

/** What a module imports: `type`, which leaves nothing behind, `value`, or `later`, when it is wanted. */
function importsOf({ code, strings }) {
  const named = new Map(strings.map(({ text, at }) => [at, text]));
  const imports = [];
  for (const [pattern, kindOf] of [
    [
      /^(?:import|export)\b([^;"'`=]*?)\bfrom\s*(?=")/gm,
      ([, what]) => (/^\s*type\b(?!\s*,)/.test(what) ? "type" : "value"),
    ],
    [/^import\s*(?=")/gm, () => "value"],
    [/(\btypeof\s+)?\bimport\(\s*(?=")/g, ([, type]) => (type ? "type" : "later")],
    [/\bnew URL\(\s*(?=")/g, () => "later"],
  ])
    for (const found of code.matchAll(pattern)) {
      const from = named.get(found.index + found[0].length);
      if (from !== undefined) imports.push({ from, kind: kindOf(found) });
    }
  return imports;
}

const READ = new Map();

/** A file by what is of interest, read once for each text. */
function read(path, text) {
  const key = `${path}\n${text}`;
  if (!READ.has(key)) {
    const source = parted(text);
    READ.set(key, { ...source, text, imports: importsOf(source) });
  }
  return READ.get(key);
}

/** The modules among files, by their paths. */
const modulesOf = (files) =>
  Object.entries(files)
    .filter(([path]) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .map(([path, text]) => [path, read(path, text)]);

const lineOf = ({ text }, at) => text.slice(0, at).split("\n").length;
const fileOf = (path, from) => posix.join(posix.dirname(path), from.replace(/\?.*$/, ""));
const isIn = (folders, path) =>
  folders.some((folder) => (folder.endsWith("/") ? path.includes(folder) : path.endsWith(folder)));

/** Which files a file leads to, by the kinds of import that count. */
function edgesOf(files, kinds) {
  const edges = new Map();
  for (const [path, { imports }] of modulesOf(files)) {
    const wanted = imports.filter(({ from, kind }) => from.startsWith(".") && kinds.includes(kind));
    edges.set(path, [...new Set(wanted.map(({ from }) => fileOf(path, from)).filter((to) => to in files))]);
  }
  return edges;
}

// --- the laws -----------------------------------------------------------------------------------------------------

/** Only a few modules may load the package; all others take its types and ask the store. */
export function packageIsBehindTheStore(files, { packageByValue }) {
  return modulesOf(files).flatMap(([path, { imports }]) =>
    imports
      .filter(({ from, kind }) => /^flyte-lifecycle(\/|$)/.test(from) && kind !== "type")
      .filter(() => !isIn(packageByValue, path))
      .map(({ from }) => ({
        key: path,
        says: `${path} imports ${from} by value. Ask the store for what is wanted, or write \`import type\`, if it is types.`,
      })),
  );
}

const DOM =
  /(?<![.\w$])(?:document|window|localStorage|sessionStorage|navigator|history|customElements|addEventListener|requestAnimationFrame|getComputedStyle|matchMedia|fetch|location(?=\.(?:hash|href|search|pathname)))\b(?!\s*\??:)/;

/** What is tested without a browser reaches neither a document nor the store, also not through what it imports. */
export function pureIsPure(files, { pure, stores }) {
  const edges = edgesOf(files, ["value", "later"]);
  const modules = new Map(modulesOf(files));
  const impureBy = (path) => {
    if (isIn(stores, path)) return "the store";
    const found = DOM.exec(modules.get(path)?.code ?? "");
    return found && `\`${found[0]}\``;
  };
  return [...edges.keys()]
    .filter((path) => isIn(pure, path))
    .flatMap((path) => {
      const way = wayTo(edges, path, (to) => impureBy(to) !== null);
      if (!way) return [];
      const end = way.at(-1);
      const through = way.length > 1 ? ` by way of ${way.slice(1).join(", ")}` : "";
      return [
        {
          key: `${path} → ${end}`,
          says: `${path} is to be pure, and reaches ${impureBy(end)}${through}. Take what is wanted as an argument, or move what is pure of ${end} into a module of its own.`,
        },
      ];
    });
}

/** The shortest way from a file to one that is sought, itself included; null if there is none. */
function wayTo(edges, from, sought) {
  const ways = [[from]];
  const seen = new Set([from]);
  for (const way of ways) {
    if (sought(way.at(-1))) return way;
    for (const next of edges.get(way.at(-1)) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return null;
}

/** Modules that import each other by value can only be understood, tested and loaded together. */
export function noCircles(files) {
  const edges = edgesOf(files, ["value"]);
  const reached = new Map([...edges.keys()].map((path) => [path, reachedFrom(edges, path)]));
  const inOne = (a, b) => reached.get(a).has(b) && reached.get(b)?.has(a);
  const done = new Set();
  return [...edges.keys()].flatMap((path) => {
    if (done.has(path) || !reached.get(path).has(path)) return [];
    const members = [...edges.keys()].filter((other) => inOne(path, other)).sort();
    for (const member of members) done.add(member);
    const [first] = members;
    const circle = edges.get(first).flatMap((next) => {
      const back = wayTo(edges, next, (to) => to === first);
      return back ? [[first, ...back]] : [];
    });
    const [shortest] = circle.sort((a, b) => a.length - b.length);
    const size =
      members.length > shortest.length - 1 ? ` It is one of a knot of ${members.length}: ${members.join(", ")}.` : "";
    return [
      {
        key: members.map((member) => posix.basename(member)).join(" "),
        says: `${shortest.join(" → ")} is a circle.${size} Move what both need into a module below them, hand it in as an argument, or write \`import type\`, if it is types.`,
      },
    ];
  });
}

function reachedFrom(edges, path) {
  const reached = new Set();
  const left = [...(edges.get(path) ?? [])];
  for (const next of left) {
    if (reached.has(next)) continue;
    reached.add(next);
    left.push(...(edges.get(next) ?? []));
  }
  return reached;
}

const MENTIONS = [
  /(?:src|href)="(\.[^"]*)"/g,
  /@import\s+(?:url\()?["'](\.[^"']*)["']/g,
  /url\(["']?(\.[^"')]*)["']?\)/g,
];

/** A file that nothing leads to is read, mended and moved for nothing. */
export function nothingIsUnused(files, { entries }) {
  const edges = edgesOf(files, ["value", "type", "later"]);
  for (const [path, text] of Object.entries(files)) {
    if (edges.has(path)) continue;
    const mentioned = MENTIONS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, from]) => fileOf(path, from)));
    edges.set(path, mentioned);
  }
  const used = new Set(entries.flatMap((entry) => [entry, ...reachedFrom(edges, entry)]));
  return Object.keys(files)
    .filter((path) => !used.has(path) && !path.endsWith(".d.ts") && !path.includes("/public/"))
    .map((path) => ({
      key: path,
      says: `Nothing leads to ${path} from ${entries.join(" or ")}. Remove it, or import it where it is wanted; what only tests need stands in tests.`,
    }));
}

/** A long file holds several things, and says of none where it ends. */
export function filesAreShort(files, { longest }) {
  return Object.entries(files)
    .filter(([path]) => path.endsWith(".ts"))
    .map(([path, text]) => [path, text.trimEnd().split("\n").length])
    .filter(([, lines]) => lines > longest)
    .map(([path, lines]) => ({
      key: posix.basename(path),
      says: `${path} has ${lines} lines; up to ${longest} are read in one go. Move one of its subjects into a file of its own, or say in the list of tidy.test.mjs why it is one.`,
    }));
}

/** Which phases end an action, and in which order they come, is for the module to say. */
export function noPhaseIsJudged(files, { phases, ends }) {
  const word = new Set(phases);
  return modulesOf(files).flatMap(([path, file]) =>
    listsOf(file)
      .filter(({ words }) => words.every((each) => word.has(each)))
      .flatMap(({ words, at }) => {
        const ending = words.length > 2 && words.every((each) => ends.includes(each));
        if (!ending && words.length < 5) return [];
        const what = ending ? "a list of phases that end" : "an order of phases";
        const instead = ending
          ? "Ask `terminal` of an action in a snapshot, or of a state in `diagram()`"
          : "Ask the module: the states of `diagram()` stand in their order";
        return [
          {
            key: `${posix.basename(path)}: ${words.join(" ")}`,
            says: `${path}:${lineOf(file, at)} has ${what}: ${words.join(", ")}. The page decides no rule. ${instead}.`,
          },
        ];
      }),
  );
}

/** Lists of nothing but strings. */
function listsOf({ code, strings }) {
  const lists = [];
  for (const { index, 0: list } of code.matchAll(/\[(?:\s*"[^"[\]]*"\s*,?)+\s*\]/g)) {
    const words = strings.filter(({ at }) => at > index && at < index + list.length).map(({ text }) => text);
    if (words.length > 1) lists.push({ words, at: index });
  }
  return lists;
}

/**
 * A name of the module that is written as a string, or as the key of a table, exists. `shapes` says for each kind of name
 * what it looks like, which there are, and what else looks so.
 */
export function namesExist(files, { shapes }) {
  return modulesOf(files).flatMap(([path, file]) =>
    shapes.flatMap(({ what, shape, keys, known, others, where }) => {
      const places = file.strings.flatMap(({ text, at }) =>
        [...text.matchAll(shape)].map((found) => ({ name: found[1], at: at + found.index })),
      );
      if (keys) for (const found of file.code.matchAll(keys)) places.push({ name: found[1], at: found.index });
      return places
        .filter(({ name }) => !known.has(name) && !(name in others))
        .map(({ name, at }) => ({
          key: `${posix.basename(path)}: ${name}`,
          says: `${path}:${lineOf(file, at)} names ${name}, which is no ${what}; ${where}. Write the name as it is there, or list the word with its reason in tidy.test.mjs.`,
        }));
    }),
  );
}

/**
 * A key that comes from outside may be the name of what every object has, as `constructor`: tables for any string are asked
 * by `lookUp`, whether there is a key by `Object.hasOwn`, and escapes are read by what answers damaged ones.
 */
export function outsideIsAsked(files, { unescapes }) {
  const modules = modulesOf(files);
  const tables = (code) => [...code.matchAll(/\bconst (\w+): (?:Readonly<)?Record<string,/g)].map(([, name]) => name);
  const exported = new Set(
    modules.flatMap(([, { code }]) => tables(code).filter((name) => code.includes(`export const ${name}:`))),
  );
  return modules.flatMap(([path, file]) => {
    const own = tables(file.code);
    const others = [...file.code.matchAll(/\bconst (\w+)\b/g)]
      .map(([, name]) => name)
      .filter((name) => !own.includes(name));
    const names = new Set([...exported, ...own].filter((name) => !others.includes(name)));
    const all = (pattern) => [...file.code.matchAll(pattern)];
    const places = [
      ...all(/\b(\w+)\[(?!["\d\]])/g)
        .filter(([, name]) => names.has(name))
        .map(({ 1: name, index }) => [index, `${name}[…]`, "Ask lookUp of www/table.ts"]),
      ...all(/\}\)?\[(?!["\d\]])/g).map(({ index }) => [index, "{…}[…]", "Ask lookUp of www/table.ts"]),
      ...all(/(?<=[\w)\]]) in (?=[\w(])/g)
        .filter(({ index }) => !/(?:\[\w+|(?:const|let) \w+)$/.test(file.code.slice(0, index)))
        .map(({ index }) => [index, "… in …", "Ask Object.hasOwn"]),
      ...all(/\bdecodeURI(?:Component)?\b/g)
        .filter(() => !isIn(unescapes, path))
        .map(({ index, 0: name }) => [index, name, "Ask unescaped of www/link/text.ts, which answers a damaged text"]),
    ];
    return places.map(([at, what, instead]) => ({
      key: `${posix.basename(path)}: ${what}`,
      says: `${path}:${lineOf(file, at)} has ${what}, of what may come from outside. ${instead}.`,
    }));
  });
}

const WRITES = [
  /\.(?:textContent|innerText|title|alt|placeholder|ariaLabel|innerHTML|outerHTML)\s*=(?!=)/g,
  /\.setAttribute\(/g,
  /\b(?:insertAdjacent(?:HTML|Text)|createTextNode|document\.write)\b/g,
  /\.(?:append|prepend|before|after|replaceChildren|replaceWith)\(\s*["`]/g,
];

/** Text comes into the document in one place, which sees to it that none can be markup or turn what stands around it. */
export function textIsShownInOnePlace(files, { shows }) {
  return modulesOf(files)
    .filter(([path]) => !isIn(shows, path))
    .flatMap(([path, file]) =>
      WRITES.flatMap((pattern) =>
        [...file.code.matchAll(pattern)].map(({ index, 0: found }) => ({
          key: `${posix.basename(path)}: ${found.trim()}`,
          says: `${path}:${lineOf(file, index)} has \`${found.trim()}\`. Write text and attributes by h, setText, setAttribute or fillWith of www/views/dom.ts.`,
        })),
      ),
    );
}

/** Breaches that nobody knows of, and excuses for what is no breach any more. */
export function unexcused(breaches, known) {
  const keys = new Set(breaches.map(({ key }) => key));
  return [
    ...breaches.filter(({ key }) => !(key in known)).map(({ says }) => says),
    ...Object.keys(known)
      .filter((key) => !keys.has(key))
      .map((key) => `${key} is excused and needs no excuse any more: take it out of the list.`),
  ];
}
