/* How much of what others wrote is read. Bounds are looked at before anything recurses, or is written out. */

/** Characters, or bytes: enough for some thousand TaskActions. */
export const SIZE_MAX = 4 * 1024 * 1024;
/** YAML takes a hundred times as long to read as JSON. */
export const YAML_MAX = 1024 * 1024;
export const DEPTH_MAX = 64;

export const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;

/**
 * Why a value is too much to go on with, in a sentence; null if it is not. The engine reads it recursively, and written out:
 * what YAML refers to again and again counts every time. What stands in a text of so many characters is never more than that.
 */
export function tooMuch(value: unknown, most: number): string | null {
  const stack: [value: unknown, path: string, depth: number][] = [[value, "", 0]];
  let size = 0;
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [each, path, depth] = top;
    size += typeof each === "string" ? 1 + each.length : 1;
    if (typeof each === "object" && each !== null) {
      if (depth > DEPTH_MAX)
        return `${path.length > 80 ? `${path.slice(0, 80)}…` : path}: nested more than ${DEPTH_MAX} deep.`;
      const isList = Array.isArray(each);
      for (const key of Object.keys(each)) {
        if (!isList) size += key.length;
        const child = (each as Record<string, unknown>)[key];
        // A value that stands alone needs no place to be told.
        if (typeof child !== "object" || child === null) size += typeof child === "string" ? 1 + child.length : 1;
        else stack.push([child, isList ? `${path}[${key}]` : path ? `${path}.${key}` : key, depth + 1]);
        if (size > most) break;
      }
    }
    if (size > most)
      return `Written out, with what it refers to again and again, it has more than ${megabytes(most)}, which is as much as can be opened.`;
  }
  return null;
}

/** The text of an answer, given up as soon as it is too long: whoever answers may never come to an end. */
export async function textUpTo(answer: Response, most: number): Promise<string> {
  const tooLong = new Error(`it has more than ${megabytes(most)}`);
  if (Number(answer.headers.get("content-length")) > most) throw tooLong;
  const reader = answer.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > most) {
      await reader.cancel();
      throw tooLong;
    }
    parts.push(decoder.decode(read.value, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
