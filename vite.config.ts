import { defineConfig } from "vite";
import { noticesOf } from "./scripts/notices.mjs";

const notices = noticesOf({ modules: true, license: true });

// `base: "./"` lets the built page be served from any folder of any static server.
export default defineConfig({
  root: "www",
  base: "./",
  plugins: [notices.inAll],
  // The explorer's worker loads the engine's module on demand, which only an ES module can.
  worker: { format: "es", plugins: () => [notices.inWorkers] },
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
});
