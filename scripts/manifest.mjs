// The manifest of the custom element, which editors and catalogues read (custom-elements.json, schema 1.0.0): told from
// src/js/element.d.ts, so that what is written there of it is written once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./tools.mjs";

/** Where it is, in `pkg/`. */
export const MANIFEST = "custom-elements.json";

const MODULE = "pkg/element/element.js";
const NAME = "FlyteLifecycleElement";
const TAG = "flyte-lifecycle";

/** A comment without its stars, in one line. */
const plain = (comment = "") =>
  comment
    .replace(/^\s*\*? ?/gm, "")
    .replace(/\s+/g, " ")
    .trim();

/** What stands in the braces behind a heading. */
function inside(text, heading) {
  const begin = text.indexOf(heading);
  return text.slice(begin, text.indexOf("\n}\n", begin));
}

/** The tags of that name in the comment of the class, as name and description. */
const tagged = (comment, tag) =>
  [...comment.matchAll(new RegExp(`@${tag} (\\S+) - (.+)`, "g"))].map(([, name, description]) => ({
    name,
    description,
  }));

/** The members that are described, in their order: fields and methods. */
const membersOf = (text) =>
  [...text.matchAll(/\/\*\*([\s\S]*?)\*\/\n {2}(readonly |get )?(\w+)(?:\((.*?)\))?(?:\(\))?: (.*?);/g)].map(
    ([, comment, kind = "", name, parameters, type]) => ({
      kind: parameters === undefined || kind === "get " ? "field" : "method",
      name,
      description: plain(comment),
      ...(parameters === undefined || kind === "get "
        ? { type: { text: type }, ...(kind === "readonly " && { readonly: true }) }
        : {
            parameters: [...parameters.matchAll(/(\w+): (\w+)/g)].map(([, name, text]) => ({ name, type: { text } })),
            return: { type: { text: type } },
          }),
    }),
  );

/** The manifest as JSON. */
export function manifest() {
  const text = readFileSync(join(ROOT, "src/js/element.d.ts"), "utf8");
  const described = text.slice(0, text.indexOf(`export class ${NAME}`));
  const comment = described.slice(described.lastIndexOf("/**"));
  const members = membersOf(inside(text, `export class ${NAME}`));
  // What can be text in markup is an attribute; its property has the same name and shows the same.
  const attributes = inside(text, "export interface FlyteLifecycleAttributes").matchAll(
    /^ {2}(\w+)\?: (.*) \| undefined;$/gm,
  );
  const events = inside(text, "export interface FlyteLifecycleEventMap");
  return {
    schemaVersion: "1.0.0",
    readme: "README.md",
    modules: [
      {
        kind: "javascript-module",
        path: MODULE,
        declarations: [
          {
            kind: "class",
            customElement: true,
            name: NAME,
            tagName: TAG,
            description: plain(comment.slice(3, comment.indexOf("@tag"))),
            superclass: { name: "HTMLElement" },
            attributes: [...attributes]
              .filter(([, name]) => name !== "simulation")
              .map(([, name, type]) => ({
                name,
                fieldName: name,
                description: members.find((member) => member.name === name)?.description,
                type: { text: type.replace(" | null", "").replace(" | (string & {})", "") },
              })),
            members,
            events: [...events.matchAll(/\/\*\*(.*?)\*\/\n {2}(\w+): (.*);/g)].map(([, comment, name, text]) => ({
              name,
              description: plain(comment),
              type: { text },
            })),
            cssParts: tagged(comment, "csspart"),
            cssProperties: tagged(comment, "cssproperty"),
          },
        ],
        exports: [
          { kind: "js", name: NAME, declaration: { name: NAME, module: MODULE } },
          { kind: "custom-element-definition", name: TAG, declaration: { name: NAME, module: MODULE } },
        ],
      },
    ],
  };
}
