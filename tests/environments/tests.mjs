// What runs tests, each of which drives the package, and where there is a document made of script, the element; and what reads
// the types.
import { ELEMENT_TOLD, elementProgram, program, TOLD } from "./kit.mjs";

const TEST = `test("it tells", async () => { expect(await told()).toBe("${TOLD}"); });`;
const ELEMENT_TEST = `test("it is shown", async () => { expect(await told()).toBe("${ELEMENT_TOLD}"); });`;
const PASSED = { tells: "passed" };

const vitest = (environment, files) => ({
  ...PASSED,
  run(project) {
    project.write({ "vitest.config.js": `export default { test: { environment: "${environment}" } };`, ...files });
    project.bin("vitest", "run");
    return "passed";
  },
});

const VITEST = 'import { expect, test } from "vitest";';
const driven = (head, entry = "flyte-lifecycle") => ({ "it.test.js": `${head}${program(entry)}${TEST}` });
const shown = (head) => ({ "it.test.js": `${head}${elementProgram("flyte-lifecycle/element")}${ELEMENT_TEST}` });

const JEST = 'import { expect, test } from "@jest/globals";';
/** What Node has and jsdom's environment of Jest leaves out. */
const SETUP = `const { TextDecoder, TextEncoder } = require("node:util");
Object.assign(globalThis, { TextDecoder, TextEncoder });`;

function jest({ isModule, environment, files }) {
  return {
    ...PASSED,
    run(project) {
      const commonJs = {
        // The package is written as modules, so it has to be transformed as the tests are, and the entry that waits for
        // nothing can be.
        moduleNameMapper: { "^flyte-lifecycle$": "flyte-lifecycle/inline" },
        transformIgnorePatterns: ["/node_modules/(?!flyte-lifecycle/)"],
      };
      const config = {
        testEnvironment: environment,
        ...(environment === "jsdom" ? { setupFiles: ["./setup.cjs"] } : {}),
        ...(isModule ? { transform: {} } : commonJs),
      };
      project.write({
        "jest.config.cjs": `module.exports = ${JSON.stringify(config)};`,
        "setup.cjs": SETUP,
        "babel.config.cjs": 'module.exports = { presets: [["@babel/preset-env", { targets: { node: "current" } }]] };',
        "package.json": { ...JSON.parse(project.read("package.json")), type: isModule ? "module" : "commonjs" },
        ...files,
      });
      const extra = isModule ? { NODE_OPTIONS: "--experimental-vm-modules" } : {};
      project.run(project.at("node_modules/.bin/jest"), ["--ci"], extra);
      return "passed";
    },
  };
}

const USE = `import { Simulation } from "flyte-lifecycle";
import { checkRun } from "flyte-lifecycle/inline";
import init from "flyte-lifecycle/init";
import type { FlyteLifecycleElement } from "flyte-lifecycle/element";
export const index: number = new Simulation().index;
export const ok: boolean = checkRun("").ok;
export const done: Promise<void> = init("/x", { reading: "/y" });
export const selected = (element: FlyteLifecycleElement): string | null => element.selected;
// @ts-expect-error The types are read: a number is no text.
export const wrong: string = new Simulation().index;`;

const typed = (resolution, kind) => ({
  ...PASSED,
  run(project) {
    project.write({ "use.ts": USE });
    const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom"];
    project.bin("tsc", ...options, "--module", kind, "--moduleResolution", resolution, "use.ts");
    return "passed";
  },
});

export const TESTS = [
  {
    name: "Vitest 4",
    packages: { vitest: "4.1.12", jsdom: "26.1.0", "happy-dom": "20.0.10" },
    cases: {
      "Node, main entry": vitest("node", driven(VITEST)),
      "jsdom, main entry": vitest("jsdom", driven(VITEST)),
      "happy-dom, main entry": vitest("happy-dom", driven(VITEST)),
      "jsdom, the element": vitest("jsdom", shown(VITEST)),
      "happy-dom, the element": vitest("happy-dom", shown(VITEST)),
    },
  },
  {
    name: "Jest 30",
    packages: {
      jest: "30.5.2",
      "jest-environment-jsdom": "30.5.2",
      "@babel/core": "7.28.5",
      "@babel/preset-env": "7.28.5",
    },
    cases: {
      "modules, main entry": jest({ isModule: true, environment: "node", files: driven(JEST) }),
      "modules, jsdom, main entry": jest({ isModule: true, environment: "jsdom", files: driven(JEST) }),
      "modules, jsdom, the element": jest({ isModule: true, environment: "jsdom", files: shown(JEST) }),
      "CommonJS, transformed": jest({ isModule: false, environment: "node", files: driven(JEST) }),
      "CommonJS, jsdom, transformed": jest({ isModule: false, environment: "jsdom", files: driven(JEST) }),
    },
  },
  {
    name: "TypeScript 5",
    packages: { typescript: "5.9.3" },
    cases: Object.fromEntries(
      [
        ["node10", "esnext"],
        ["nodenext", "nodenext"],
        ["bundler", "esnext"],
      ].map(([resolution, kind]) => [resolution, typed(resolution, kind)]),
    ),
  },
];
