// Frameworks: pages that are made on a server, in a browser, or first in one and then in the other.
import { html } from "../install/served.mjs";
import { ELEMENT_TOLD, elementProgram, NODE, program, TOLD } from "./kit.mjs";

const INLINE = "flyte-lifecycle/inline";

const LAYOUT =
  "export default function Layout({ children }) { return <html lang='en'><body>{children}</body></html>; }";
const ON_SERVER = `import { told } from "./program.js";
export const dynamic = "force-dynamic";
export default async function Page() { return <p>{await told()}</p>; }`;
const IN_PAGE = `"use client";
import { useEffect } from "react";
export default function Page() {
  useEffect(() => { import("./program.js").then(({ told }) => told()).catch(String).then((text) => { document.title = text; }); });
  return <p>…</p>;
}`;

/** A page of Next, built and served: on the server what it says, in the page what its title says. */
function next(text, files, config = {}) {
  return (project) => {
    project.write({
      "app/layout.jsx": LAYOUT,
      "app/page.jsx": text,
      "next.config.mjs": `export default ${JSON.stringify(config)};`,
      ...files,
    });
    project.run(project.at("node_modules/.bin/next"), ["build"], { NEXT_TELEMETRY_DISABLED: "1" });
    return project.serving(
      "next",
      (port) => ["start", "--hostname", "127.0.0.1", "--port", String(port)],
      async (address) => {
        if (text === IN_PAGE) return project.visit(address);
        const page = await (await fetch(address)).text();
        return /<p>(.*?)<\/p>/.exec(page)?.[1] ?? page.slice(0, 300);
      },
    );
  };
}

const on = (entry) => ({ "app/program.js": program(entry) });

/** A component of a framework that shows what the package tells, and the element beside it. */
function built(files, config = "export default {};") {
  return {
    tells: `${TOLD} ${ELEMENT_TOLD}`,
    run: (project) => {
      project.write({
        "index.html": html("./main.js").replace("<body>", '<body><div id="app"></div>'),
        "vite.config.js": config,
        "program.js": program("flyte-lifecycle"),
        "element.js": elementProgram("flyte-lifecycle/element"),
        "both.js": `import { told } from "./program.js";
import { told as shown } from "./element.js";
export const both = async () => \`\${await told()} \${await shown()}\`;`,
        ...files,
      });
      project.bin("vite", "build", "--base", "./", "--logLevel", "error");
      return project.page("dist");
    },
  };
}

const VITE = { vite: "8.3.8" };
const REACT = `import { createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";`;

const TELLS = "both().catch(String).then((text) => { document.title = text; });";

const SVELTE = `<script>
  import { onMount } from "svelte";
  import { both } from "./both.js";
  onMount(() => { ${TELLS} });
</script>
<flyte-lifecycle scenario="retry"></flyte-lifecycle>`;

/** A page of SvelteKit that is told something on the server, and then tells what it finds in the browser. */
function kit(project) {
  project.write({
    "vite.config.js": 'import { sveltekit } from "@sveltejs/kit/vite";export default { plugins: [sveltekit()] };',
    "src/app.html":
      '<!doctype html><html lang="en"><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
    "src/routes/program.js": program("flyte-lifecycle"),
    "src/routes/element.js": elementProgram("flyte-lifecycle/element"),
    "src/routes/+page.server.js":
      'import { told } from "./program.js";export const load = async () => ({ said: await told() });',
    "src/routes/+page.svelte": `<script>
  import { onMount } from "svelte";
  import { told } from "./program.js";
  import { told as shown } from "./element.js";
  let { data } = $props();
  const all = async () => \`\${data.said} \${await told()} \${await shown()}\`;
  onMount(() => { all().catch(String).then((text) => { document.title = text; }); });
</script>
<p>{data.said}</p>`,
  });
  project.bin("vite", "build", "--logLevel", "error");
  const args = (port) => ["preview", "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  return project.serving("vite", args, (address) => project.visit(address));
}

export const FRAMEWORKS = [
  {
    name: "Next 16",
    packages: { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" },
    cases: {
      "server component, main entry": next(ON_SERVER, on("flyte-lifecycle")),
      "server component, inline": next(ON_SERVER, on(INLINE)),
      "server component, main entry, external": next(ON_SERVER, on("flyte-lifecycle"), {
        serverExternalPackages: ["flyte-lifecycle"],
      }),
      "client component, main entry": next(IN_PAGE, on("flyte-lifecycle")),
      "client component, inline": next(IN_PAGE, on(INLINE)),
    },
  },
  {
    name: "React 19",
    packages: { ...VITE, react: "19.3.1", "react-dom": "19.3.1" },
    cases: {
      "the package and the element": built({
        "main.js": `${REACT}
import { both } from "./both.js";
function App() {
  useEffect(() => { ${TELLS} }, []);
  return createElement("flyte-lifecycle", { scenario: "retry" });
}
createRoot(document.getElementById("app")).render(createElement(App));`,
      }),
    },
  },
  {
    name: "Preact",
    packages: { ...VITE, preact: "11.2.0" },
    cases: {
      "the package and the element": built({
        "main.js": `import { h, render } from "preact";
import { useEffect } from "preact/hooks";
import { both } from "./both.js";
function App() {
  useEffect(() => { ${TELLS} }, []);
  return h("flyte-lifecycle", { scenario: "retry" });
}
render(h(App), document.getElementById("app"));`,
      }),
    },
  },
  {
    name: "Vue 3",
    packages: { ...VITE, vue: "3.5.45" },
    cases: {
      "the package and the element": built({
        "main.js": `import { createApp, h, onMounted } from "vue";
import { both } from "./both.js";
createApp({
  setup() {
    onMounted(() => { ${TELLS} });
    return () => h("flyte-lifecycle", { scenario: "retry" });
  },
}).mount("#app");`,
      }),
    },
  },
  {
    name: "Svelte 5",
    packages: { ...VITE, svelte: "5.57.3", "@sveltejs/vite-plugin-svelte": "7.3.1" },
    cases: {
      "the package and the element": built(
        {
          "App.svelte": SVELTE,
          "main.js": `import { mount } from "svelte";
import App from "./App.svelte";
mount(App, { target: document.getElementById("app") });`,
        },
        'import { svelte } from "@sveltejs/vite-plugin-svelte";export default { plugins: [svelte()] };',
      ),
    },
  },
  {
    name: "SvelteKit 3",
    // Its build runs in newer versions of Node alone.
    packages: {
      ...VITE,
      svelte: "5.57.3",
      "@sveltejs/vite-plugin-svelte": "7.3.1",
      "@sveltejs/kit": "3.2.0",
      [NODE]: "22.23.5",
    },
    cases: { "server and page": { tells: `${TOLD} ${TOLD} ${ELEMENT_TOLD}`, run: kit } },
  },
];
