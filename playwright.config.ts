import { defineConfig } from "@playwright/test";

// `npm test` names a port that is free.
const PORT = Number(process.env.PAGE_PORT ?? 4174);

export default defineConfig({
  testDir: "tests/page",
  testMatch: "*.spec.ts",
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  // Playwright's own idea is one for two cores, of which one would then wait for the other.
  workers: 2,
  // Two busy cores take their time; what is to be fast is measured inside the page, never by these limits.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Where nobody watches, a test that fails once and then passes is told as flaky, and stops nothing.
  retries: process.env.CI ? 1 : 0,
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    launchOptions: {
      executablePath: process.env.CHROME,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1280, height: 800 } } },
    { name: "phone", use: { viewport: { width: 390, height: 844 } } },
  ],
  webServer: {
    command: "node scripts/run.mjs serve",
    env: { PORT: String(PORT) },
    url: `http://127.0.0.1:${PORT}`,
    reuseExistingServer: false,
  },
});
