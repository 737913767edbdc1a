// What bytes are that are no text in UTF-8 as they stand, told by how they begin. Said once, for whoever is handed bytes.

/** As many bytes as have to be there to tell. */
export const TELLING = 6;

/** How packed files begin that nobody here unpacks, what they are, and what unpacks them. */
const PACKED = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive", "unzip"],
  [[0x28, 0xb5, 0x2f, 0xfd], "packed by zstd", "zstd -d"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "packed by xz", "xz -d"],
  [[0x42, 0x5a, 0x68], "packed by bzip2", "bzip2 -d"],
];

const beginsBy = (bytes, begin) => begin.every((byte, at) => bytes[at] === byte);

/** Whether bytes are packed by gzip, which we do unpack. */
export const isGzip = (bytes) => beginsBy(bytes, [0x1f, 0x8b]);

/** What packed bytes are, and what to do; undefined for any other. */
export function packedAs(bytes) {
  const found = PACKED.find(([begin]) => beginsBy(bytes, begin));
  return found && `${found[1]}; unpack it first, as with \`${found[2]}\``;
}

/** The encoding of a text. What a shell of Windows writes begins with a mark of its own. */
export function encodingOf(bytes) {
  if (beginsBy(bytes, [0xff, 0xfe])) return "utf-16le";
  return beginsBy(bytes, [0xfe, 0xff]) ? "utf-16be" : "utf-8";
}
