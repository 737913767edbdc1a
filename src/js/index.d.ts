export * from "./entry.js";

/** The commit of flyteorg/flyte that the `upstream` rule set follows. */
export const UPSTREAM_COMMIT: string;

/** Resolves when the module can be used, which it can be as soon as the import has returned. */
export function ready(): Promise<void>;
