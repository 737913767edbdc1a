import { defineConfig } from "vite";

// The custom element, built from the page's own modules into the package. The engine stays outside, as the file that the
// package's other entries use, so that there is one engine however many of them a page imports.
export default defineConfig({
  publicDir: false,
  plugins: [
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
