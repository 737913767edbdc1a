/* How a place upstream is called in a few letters. */

const PLACE =
  /^https:\/\/github\.com\/flyteorg\/flyte\/(?:(?:issues|pull)\/(\d+)|blob\/\w+\/(?:[\w.-]+\/)*([\w.-]+)(?:#.*)?)$/;

/** `#7120` for a thread, the file's name for a place in the code; null for anything else, which is no link. */
export function referenceName(url: string): string | null {
  const [, thread, file] = PLACE.exec(url) ?? [];
  return thread ? `#${thread}` : (file ?? null);
}
