import { defineConfig } from "vite";
import { noticesOf } from "./scripts/notices.mjs";

// What the command line has in common with the page: what a text is and what a link says is told by the same modules,
// bundled into the package.
export default defineConfig({
  publicDir: false,
  plugins: [noticesOf({ modules: false, license: false }).inAll],
  build: {
    outDir: "pkg/cli",
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    lib: {
      entry: {
        configuration: "www/rules.ts",
        kind: "www/open/kind.ts",
        link: "www/location.ts",
        stores: "www/hood/disagree.ts",
      },
      formats: ["es"],
    },
    rollupOptions: { output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" } },
  },
});
