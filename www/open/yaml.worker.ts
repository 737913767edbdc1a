/* Reads YAML away from the page, so that text made to stall a reader stalls nothing else. */

import { YAML_MAX } from "../bounds.ts";
import { parseYaml } from "./yaml.ts";

export type { Answer } from "./yaml.ts";

export interface Question {
  text: string;
}

self.onmessage = ({ data }: MessageEvent<Question & { id: number }>): void => {
  self.postMessage({ ...parseYaml(data.text, YAML_MAX), id: data.id });
};
