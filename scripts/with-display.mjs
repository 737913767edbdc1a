// Runs a command on a display that nobody sees: `node scripts/with-display.mjs COMMAND ARGS`. WebKit's browser draws nowhere else.
import { spawn, spawnSync } from "node:child_process";

const screen = spawn(
  process.env.XVFB || "Xvfb",
  ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
  {
    stdio: ["ignore", "pipe", "inherit"],
  },
);
const number = await new Promise((resolve, reject) => {
  screen.stdout.once("data", (data) => resolve(String(data).trim()));
  screen.once("error", reject);
  screen.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}.`)));
});
const [command, ...args] = process.argv.slice(2);
const env = { ...process.env, DISPLAY: `:${number}`, WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
const { status } = spawnSync(command, args, { stdio: "inherit", env });
screen.removeAllListeners("exit");
screen.kill();
process.exitCode = status ?? 1;
