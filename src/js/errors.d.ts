import type { ErrorCode } from "../../pkg/flyte_lifecycle.js";

/** What the package throws: `code` for programs, `message` for people, `rule` for the curious. */
export class LifecycleError extends Error {
  constructor(message: string, code: ErrorCode, rule?: string);
  name: "LifecycleError";
  code: ErrorCode;
  rule?: string;
}
