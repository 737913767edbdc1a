// Frameworks: pages that are made on a server, in a browser, or first in one and then in the other.
import { html } from "../install/served.mjs";
import { ELEMENT_TOLD, elementProgram, LIVES, LIVES_TOLD, NODE, program, TOLD } from "./kit.mjs";

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

/**
 * A framework that draws elements from a state which changes: `main.js` exports \`set\`, which draws a state and waits until it
 * is in the page.
 */
function living(files, config = "export default {};") {
  return {
    tells: LIVES_TOLD,
    run: (project) => {
      project.write({
        "index.html": html("./begin.js").replace("<body>", '<body><div id="app"></div>'),
        "vite.config.js": config,
        "lives.js": LIVES,
        "begin.js": `import { lives } from "./lives.js";
import { set } from "./main.js";
lives(set).catch(String).then((text) => { document.title = text; });`,
        ...files,
      });
      project.bin("vite", "build", "--base", "./", "--logLevel", "error");
      return project.page("dist");
    },
  };
}

/** A component that is checked by the framework's own tool, whose types must be known, and which finds what is wrong. */
function typed(entry, [tool, ...args], files, options = {}) {
  return {
    tells: "types fit",
    run: (project) => {
      const compilerOptions = {
        ...{ target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, noEmit: true },
        ...{ lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"], ...options },
      };
      project.write({
        "typed/tsconfig.json": { compilerOptions, include: ["."] },
        ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`typed/${name}`, text])),
      });
      project.bin(tool, ...args);
      // What the entry adds is what is known: without it the tool finds something.
      for (const [name, text] of Object.entries(files))
        project.write({ [`typed/${name}`]: text.replaceAll(entry, "flyte-lifecycle/element") });
      try {
        project.bin(tool, ...args);
      } catch {
        return "types fit";
      }
      return "nothing is checked";
    },
  };
}

const JSX = (entry, useRef) => `import "${entry}";
import { useRef } from "${useRef}";
import { Simulation } from "flyte-lifecycle";
import type { FlyteLifecycleElement } from "${entry}";
export function App() {
  const ref = useRef<FlyteLifecycleElement>(null);
  const count = ({ detail }: { detail: { events: readonly unknown[] } }) => detail.events.length;
  return <>
    <flyte-lifecycle ref={ref} scenario="retry" theme="dark" simulation={new Simulation()} onstep={count} onready={() => {}} />
    {/* @ts-expect-error there is no such theme */}
    <flyte-lifecycle theme="drak" />
    {/* @ts-expect-error a simulation is one */}
    <flyte-lifecycle simulation="retry" />
    {/* @ts-expect-error the event is that of a step */}
    <flyte-lifecycle onstep={({ detail }) => detail.nothing} />
  </>;
}
`;

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
    packages: { ...VITE, react: "19.3.1", "react-dom": "19.3.1", "@types/react": "19.3.3", typescript: "7.0.2" },
    cases: {
      types: typed(
        "flyte-lifecycle/element/react",
        ["tsc", "-p", "typed"],
        { "App.tsx": JSX("flyte-lifecycle/element/react", "react") },
        { jsx: "react-jsx" },
      ),
      "a list that changes": living({
        "main.js": `import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
const root = createRoot(document.getElementById("app"));
export async function set(items) {
  flushSync(() => root.render(items.map(({ key, ...props }) => createElement("flyte-lifecycle", { key, id: key, ...props }))));
}`,
      }),
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
    packages: { ...VITE, preact: "11.2.0", typescript: "7.0.2" },
    cases: {
      types: typed(
        "flyte-lifecycle/element/preact",
        ["tsc", "-p", "typed"],
        { "App.tsx": JSX("flyte-lifecycle/element/preact", "preact/hooks") },
        { jsx: "react-jsx", jsxImportSource: "preact" },
      ),
      "a list that changes": living({
        "main.js": `import { h, render } from "preact";
export async function set(items) {
  render(items.map(({ key, ...props }) => h("flyte-lifecycle", { key, id: key, ...props })), document.getElementById("app"));
}`,
      }),
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
    packages: { ...VITE, vue: "3.5.45", "vue-tsc": "3.3.14", typescript: "5.9.3" },
    cases: {
      types: typed("flyte-lifecycle/element/vue", ["vue-tsc", "-p", "typed"], {
        "App.vue": `<script setup lang="ts">
import "flyte-lifecycle/element/vue";
import { Simulation } from "flyte-lifecycle";
const sim = new Simulation();
</script>
<template>
  <flyte-lifecycle scenario="retry" theme="dark" :simulation="sim" @step="({ detail }) => detail.events.length" />
  <!-- @vue-expect-error there is no such theme -->
  <flyte-lifecycle theme="drak" />
  <!-- @vue-expect-error a simulation is one -->
  <flyte-lifecycle simulation="retry" />
  <!-- @vue-expect-error the event is that of a step -->
  <flyte-lifecycle @step="({ detail }) => detail.nothing" />
</template>
`,
      }),
      "a list that changes": living({
        "main.js": `import { createApp, h, nextTick, shallowRef } from "vue";
const items = shallowRef([]);
const element = ({ key, onstep, ...props }) => h("flyte-lifecycle", { key, id: key, onStep: onstep, ...props });
createApp({ setup: () => () => items.value.map(element) }).mount("#app");
export async function set(list) {
  items.value = list;
  await nextTick();
}`,
      }),
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
    packages: {
      ...VITE,
      svelte: "5.57.3",
      "@sveltejs/vite-plugin-svelte": "7.3.1",
      "svelte-check": "4.7.8",
      typescript: "5.9.3",
    },
    cases: {
      types: typed(
        "flyte-lifecycle/element/svelte",
        ["svelte-check", "--workspace", "typed", "--tsconfig", "tsconfig.json"],
        {
          "App.svelte": `<script lang="ts">
  import "flyte-lifecycle/element/svelte";
  import type { SvelteHTMLElements } from "svelte/elements";
  import { Simulation } from "flyte-lifecycle";
  const sim = new Simulation();
  type Props = SvelteHTMLElements["flyte-lifecycle"];
  // @ts-expect-error there is no such theme
  export const wrong: Props = { theme: "drak" };
  // @ts-expect-error a simulation is one
  export const none: Props = { simulation: "retry" };
  const seen: Props = { onstep: ({ detail }) => detail.events.length };
</script>
<flyte-lifecycle scenario="retry" theme="dark" simulation={sim} onready={() => {}} {...seen}></flyte-lifecycle>
`,
        },
      ),
      "a list that changes": living(
        {
          "List.svelte": `<script>
  let list = $state.raw([]);
  export const set = (items) => { list = items; };
</script>
{#each list as { key, ...props } (key)}
  <flyte-lifecycle id={key} {...props}></flyte-lifecycle>
{/each}`,
          "main.js": `import { flushSync, mount } from "svelte";
import List from "./List.svelte";
const app = mount(List, { target: document.getElementById("app") });
export async function set(items) {
  flushSync(() => app.set(items));
}`,
        },
        'import { svelte } from "@sveltejs/vite-plugin-svelte";export default { plugins: [svelte()] };',
      ),
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
