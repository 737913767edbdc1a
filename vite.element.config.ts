import { defineConfig } from "vite";
import { noticesOf } from "./scripts/notices.mjs";

// The custom element, built from the page's own modules into the package. The engine stays outside, as the file that the
// package's other entries use, so that there is one engine however many of them a page imports.
export default defineConfig({
  publicDir: false,
  plugins: [
    // The module is told of beside it; the element itself bundles nothing of others, or says so in its folder.
    noticesOf({ modules: false, license: false }).inAll,
    {
      name: "engine-of-the-package",
      enforce: "pre",
      resolveId: (id) => (id === "flyte-lifecycle/init" ? { id: "../../src/js/init.js", external: true } : null),
    },
  ],
  build: {
    outDir: "pkg/element",
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    lib: { entry: "www/element/element.ts", formats: ["es"], fileName: "element" },
    rollupOptions: { output: { chunkFileNames: "[name].js" } },
  },
});
