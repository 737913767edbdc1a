// The page's modules are TypeScript, which Node 20 does not read; Vite, which builds the page, does.
import { runnerImport } from "vite";

export async function load(path) {
  const { module } = await runnerImport(path, { configFile: false, logLevel: "error", server: { ws: false } });
  return module;
}
