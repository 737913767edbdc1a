/*
 * Several files as one download. A ZIP archive in which nothing is compressed: traces are small, and a compressor would
 * be larger than what it saves.
 */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** 1 January 1980, the first day that the format knows: a download of the same findings is the same file. */
const DATE = (1 << 5) | 1;
/** Names are UTF-8. */
const FLAGS = 1 << 11;
const VERSION = 20;

export function zip(files: readonly { name: string; text: string }[]): Uint8Array<ArrayBuffer> {
  const utf8 = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, text } of files) {
    const [path, bytes] = [utf8.encode(name), utf8.encode(text)];
    // What the header of a file and its entry in the directory have in common, from the version on.
    const common = [
      ...short(VERSION),
      ...short(FLAGS),
      ...short(0),
      ...short(0),
      ...short(DATE),
      ...long(crc32(bytes)),
      ...long(bytes.length),
      ...long(bytes.length),
      ...short(path.length),
      ...short(0),
    ];
    const header = Uint8Array.from([...long(0x04034b50), ...common]);
    directory.push(
      Uint8Array.from([
        ...long(0x02014b50),
        ...short(VERSION),
        ...common,
        ...short(0),
        ...short(0),
        ...short(0),
        ...long(0),
        ...long(offset),
      ]),
      path,
    );
    parts.push(header, path, bytes);
    offset += header.length + path.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Uint8Array.from([
    ...long(0x06054b50),
    ...short(0),
    ...short(0),
    ...short(files.length),
    ...short(files.length),
    ...long(size),
    ...long(offset),
    ...short(0),
  ]);
  return joined([...parts, ...directory, end]);
}

const short = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
const long = (value: number): number[] => [...short(value & 0xffff), ...short(value >>> 16)];

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
