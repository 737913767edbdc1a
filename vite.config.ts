import { defineConfig } from "vite";

// `base: "./"` lets the built page be served from any folder of any static server.
export default defineConfig({
  root: "www",
  base: "./",
  // The explorer's worker loads the engine's module on demand, which only an ES module can.
  worker: { format: "es" },
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
});
