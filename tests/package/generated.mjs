// The generated code of @flyteorg/flyteidl2, which is published as TypeScript alone: Vite reads it for Node.
import { after, before } from "node:test";
import { createServer } from "vite";

let vite;
before(async () => {
  vite = await createServer({
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, ws: false },
    ssr: { noExternal: ["@flyteorg/flyteidl2"] },
  });
});
after(() => vite.close());

/** The schemas of a file of flyteidl2/workflow. */
export const schemas = (name) => vite.ssrLoadModule(`@flyteorg/flyteidl2/flyteidl2/workflow/${name}_pb.ts`);
