// What makes scripts of a project: bundlers and development servers. Pages of theirs are opened in Chromium under a policy that
// lets them load from their own folder alone.
import { html } from "../install/served.mjs";
import { ELEMENT_TOLD, elementProgram, PRINT, program, TITLE } from "./kit.mjs";

const INLINE = "flyte-lifecycle/inline";
const page = (entry) => ({ "program.js": program(entry), "main.js": TITLE });
const printed = (entry) => ({ "program.js": program(entry), "main.js": PRINT });

/** By sources: where each module is, which the project serves. */
const SOURCES = `import init from "flyte-lifecycle/init";
const at = (name) => new URL(\`modules/\${name}_bg.wasm\`, document.baseURI);
await init(at("flyte_lifecycle"), { reading: at("flyte_lifecycle_reading"), explore: at("flyte_lifecycle_explore") });
`;

/** The cases of a bundler that leaves files behind: `make(project, format, platform, out)` makes one script of main.js. */
function withoutAssets(make) {
  const inPage = (format, attributes) => async (project) => {
    project.write({ ...page(INLINE), "out/index.html": html("./main.js", attributes) });
    await make(project, format, "browser", "out/main.js");
    return project.page("out");
  };
  const inNode = (format, out) => async (project) => {
    project.write(printed(INLINE));
    await make(project, format, "node", out);
    // Where nothing of the package is.
    project.copy(out, project.at("..", out));
    return project.node(project.at("..", out));
  };
  return {
    "page, inline": inPage("esm"),
    "page, a plain script, inline": inPage("iife", "defer"),
    "page, init with sources": async (project) => {
      project.write({
        "program.js": SOURCES + program("flyte-lifecycle/init"),
        "main.js": TITLE,
        "out/index.html": html("./main.js"),
      });
      project.takeModules("out/modules");
      await make(project, "esm", "browser", "out/main.js");
      return project.page("out");
    },
    "page, the element after inline": {
      tells: ELEMENT_TOLD,
      run: async (project) => {
        project.write({
          "program.js": elementProgram(INLINE, "flyte-lifecycle/element"),
          "main.js": TITLE,
          "out/index.html": html("./main.js"),
        });
        await make(project, "esm", "browser", "out/main.js");
        return project.page("out");
      },
    },
    "Node, ESM, inline": inNode("esm", "bundled.mjs"),
    "Node, CommonJS, inline": inNode("cjs", "bundled.cjs"),
    "page, main entry, which says what to do": {
      tells: /could not be loaded from .*404.* import "flyte-lifecycle\/inline", which has its modules inside/,
      run: async (project) => {
        project.write({
          ...page("flyte-lifecycle"),
          "main.js": `import("./program.js").then(({ told }) => told()).catch(String).then((text) => { document.title = text; });`,
          "out/index.html": html("./main.js"),
        });
        await make(project, "esm", "browser", "out/main.js");
        return project.page("out");
      },
    },
  };
}

const ROLLUP = `
  import { rollup } from "rollup";
  import { nodeResolve } from "@rollup/plugin-node-resolve";
  const [format, platform, file] = process.argv.slice(2);
  const conditions = platform === "node" ? ["node"] : ["browser"];
  const bundle = await rollup({ input: "main.js", plugins: [nodeResolve({ exportConditions: conditions })] });
  await bundle.write({ format: format === "cjs" ? "cjs" : format, file, inlineDynamicImports: true });
`;

const VITE_HTML = html("./main.js");

/** A development server, and what it builds. */
function vite(version) {
  const dev = (files) => (project) => {
    project.write({ "index.html": VITE_HTML, ...files });
    const args = (port) => ["--host", "127.0.0.1", "--port", String(port), "--strictPort"];
    return project.serving("vite", args, (address) => project.visit(address));
  };
  const built = (files) => (project) => {
    project.write({ "index.html": VITE_HTML, ...files });
    project.bin("vite", "build", "--base", "./", "--target", "es2022", "--logLevel", "error");
    return project.page("dist");
  };
  const element = { "program.js": elementProgram("flyte-lifecycle/element"), "main.js": TITLE };
  const excluded = { "vite.config.js": 'export default { optimizeDeps: { exclude: ["flyte-lifecycle"] } };' };
  const old = version.startsWith("7.");
  return {
    name: `Vite ${version.split(".")[0]}`,
    packages: { vite: version },
    cases: {
      "built, main entry": built(page("flyte-lifecycle")),
      "built, the element": { tells: ELEMENT_TOLD, run: built(element) },
      "developed, inline": dev({ ...page(INLINE), "vite.config.js": "export default {};" }),
      [old ? "developed, main entry, excluded" : "developed, main entry"]: dev({
        ...page("flyte-lifecycle"),
        ...(old ? excluded : {}),
      }),
      [old ? "developed, the element, excluded" : "developed, the element"]: {
        tells: ELEMENT_TOLD,
        run: dev({ ...element, ...(old ? excluded : {}) }),
      },
    },
  };
}

const WEBPACK = `
  import webpack from "webpack";
  const [target] = process.argv.slice(2);
  const output = { filename: "main.js", ...(target === "web" ? { publicPath: "auto" } : {}) };
  webpack({ mode: "production", target, entry: "./main.js", output }, (error, stats) => {
    if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); }
  });`;

/** webpack, and what is configured as it is. */
function likeWebpack(name, packages, module) {
  const text = WEBPACK.replace('import webpack from "webpack"', module);
  const make = (target, files) => (project) => {
    project.write({ ...files, "build.mjs": text, "dist/index.html": html("./main.js", "defer") });
    project.node("build.mjs", target);
    if (target === "web") return project.page("dist");
    project.write({ "dist/package.json": { type: "commonjs" } });
    return project.node("dist/main.js");
  };
  const element = { "program.js": elementProgram("flyte-lifecycle/element"), "main.js": TITLE };
  return {
    name,
    packages,
    cases: {
      "page, main entry": make("web", page("flyte-lifecycle")),
      "page, the element": { tells: ELEMENT_TOLD, run: make("web", element) },
      "page, inline": make("web", page(INLINE)),
      "Node, main entry": make("node20", printed("flyte-lifecycle")),
      "Node, inline": make("node20", printed(INLINE)),
    },
  };
}

const parcel = (entry, more) => (project) => {
  project.write({ ...page(entry), "index.html": html("./main.js") });
  project.run("npm", ["pkg", "set", ...more, "--json"]);
  project.bin("parcel", "build", "index.html", "--public-url", "./", "--no-cache", "--no-source-maps");
  return project.page("dist");
};

export const BUNDLERS = [
  {
    name: "esbuild",
    packages: { esbuild: "0.28.2" },
    cases: withoutAssets((project, format, platform, out) =>
      project.bin(
        "esbuild",
        "main.js",
        "--bundle",
        `--format=${format}`,
        `--platform=${platform}`,
        `--outfile=${out}`,
        "--target=es2022",
        "--log-level=error",
      ),
    ),
  },
  {
    name: "Rollup 4",
    packages: { rollup: "4.68.8", "@rollup/plugin-node-resolve": "16.0.3" },
    cases: withoutAssets((project, format, platform, out) => {
      project.write({ "build.mjs": ROLLUP });
      return project.node("build.mjs", format, platform, out);
    }),
  },
  vite("7.3.8"),
  vite("8.3.8"),
  likeWebpack("webpack 5", { webpack: "5.112.2" }, 'import webpack from "webpack"'),
  likeWebpack("Rspack 2", { "@rspack/core": "2.3.4" }, 'import { rspack as webpack } from "@rspack/core"'),
  {
    name: "Parcel 2",
    packages: { parcel: "2.16.4" },
    cases: {
      "page, as it is": parcel("flyte-lifecycle", ["x=1"]),
      "page, inline, with packageExports": parcel(INLINE, ['@parcel/resolver-default={"packageExports":true}']),
    },
  },
];
