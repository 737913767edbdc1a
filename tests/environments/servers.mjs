// Servers of files that people host the page with, set up as README.md says.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { headersFor } from "../../src/js/cli/headers.js";
import { Skip } from "./kit.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** What the page says once it can be used, how its module came, and which headers that are advised are not there. */
async function hosted(project, address) {
  const answer = await fetch(address, { headers: { "Accept-Encoding": "gzip" } });
  const missing = Object.entries(headersFor()).filter(([name, value]) => answer.headers.get(name) !== value);
  const wrong = await project.seen(`${address}#v2/u/4/cdemo~QRSz`, '.box[data-current][data-phase="SUCCEEDED"]');
  const list = (texts) => texts.join(", ") || "none";
  return `${answer.headers.get("content-encoding")}; missing: ${list(missing.map(([name]) => name))}; wrong: ${list(wrong)}`;
}

function nginx(project) {
  if (spawnSync("nginx", ["-v"]).status !== 0) throw new Skip("nginx is not here (Debian: nginx-light)");
  const site = project.at("site");
  project.run("node", [join(ROOT, "scripts/run.mjs"), "site", site]);
  const [, recipe] = /```nginx\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "README.md"), "utf8"));
  for (const folder of ["logs", "body"]) mkdirSync(project.at("nginx", folder), { recursive: true });
  return project.served(
    (port) => {
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
      writeFileSync(
        project.at("nginx/nginx.conf"),
        `${process.getuid?.() === 0 ? "user root; " : ""}daemon off; pid ${project.at("nginx/pid")}; error_log stderr;
events {}
http {
  include /etc/nginx/mime.types; access_log off;
  ${paths.map((name) => `${name}_temp_path ${project.at("nginx/body")};`).join(" ")}
  server { listen 127.0.0.1:${port};
${recipe.replace("/srv/lifecycle/", `${site}/`)}  }
}
`,
      );
      return ["nginx", "-p", project.at("nginx"), "-c", project.at("nginx/nginx.conf")];
    },
    (address) => hosted(project, `${address}lifecycle/`),
  );
}

export const SERVERS = [
  {
    name: "nginx",
    packages: {},
    cases: { "the site, below a path": { tells: "gzip; missing: none; wrong: none", run: nginx } },
  },
];
