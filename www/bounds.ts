/* How much of what others wrote is read. Bounds are looked at before anything recurses, or is written out. */

/** Bytes of what is opened: twice what the engine reads of one run, which says so itself up to here. */
export const SIZE_MAX = 64 * 1024 * 1024;
export const DEPTH_MAX = 64;

export const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;

/** Whether a value nests deeper than it could be written down again. */
export function tooDeep(value: unknown): boolean {
  const stack: [value: unknown, depth: number][] = [[value, 0]];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [each, depth] = top;
    if (typeof each !== "object" || each === null) continue;
    if (depth > DEPTH_MAX) return true;
    for (const child of Object.values(each)) stack.push([child, depth + 1]);
  }
  return false;
}

/** An answer, given up as soon as it is too long: whoever answers may never come to an end. */
export async function bytesUpTo(answer: Response, most: number): Promise<Blob> {
  const tooLong = new Error(`it has more than ${megabytes(most)}`);
  if (Number(answer.headers.get("content-length")) > most) throw tooLong;
  const reader = answer.body?.getReader();
  const parts: BlobPart[] = [];
  let size = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.length;
    if (size > most) {
      await reader?.cancel();
      throw tooLong;
    }
    parts.push(read.value);
  }
  return new Blob(parts);
}

/** Its text. */
export const textUpTo = async (answer: Response, most: number): Promise<string> =>
  (await bytesUpTo(answer, most)).text();
