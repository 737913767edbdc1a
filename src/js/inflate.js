// Makes bytes of what they were packed as: deflate, as base64. Platforms have a reader of deflate that answers later only, and
// what has its modules inside is to have them at once.

/** What a length or a distance begins with, and how many bits follow it (RFC 1951, 3.2.5). */
const LENGTHS = ranges(29, 3, (code) => (code < 8 || code === 28 ? 0 : (code >> 2) - 1));
LENGTHS.bases[28] = 258;
const DISTANCES = ranges(30, 1, (code) => (code < 4 ? 0 : (code >> 1) - 1));

/** In which order the lengths of the codes for lengths of codes come (3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const END = 256;

function ranges(count, first, bitsOf) {
  const bits = Array.from({ length: count }, (_, code) => bitsOf(code));
  const bases = [];
  let base = first;
  for (const more of bits) {
    bases.push(base);
    base += 1 << more;
  }
  return { bases, bits };
}

/** The bytes that were packed, of which there are `size`. */
export function inflated({ size, text }) {
  const letters = atob(text);
  const packed = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) packed[at] = letters.charCodeAt(at);
  const out = new Uint8Array(size);
  const input = new Bits(packed);
  let at = 0;
  let isLast = false;
  while (!isLast) {
    isLast = input.take(1) === 1;
    const kind = input.take(2);
    if (kind === 0) {
      const stored = input.stored();
      out.set(stored, at);
      at += stored.length;
    } else {
      at = block(input, kind === 1 ? FIXED : codesOf(input), out, at);
    }
  }
  return out;
}

/** One block: letters as they are, and what stood there before. */
function block(input, [letters, distances], out, from) {
  let at = from;
  for (;;) {
    const letter = input.symbol(letters);
    if (letter < END) {
      out[at] = letter;
      at += 1;
    } else if (letter === END) return at;
    else {
      const length = LENGTHS.bases[letter - 257] + input.take(LENGTHS.bits[letter - 257]);
      const code = input.symbol(distances);
      const distance = DISTANCES.bases[code] + input.take(DISTANCES.bits[code]);
      // Byte by byte, for what is copied may be what was copied just now.
      for (const end = at + length; at < end; at += 1) out[at] = out[at - distance];
    }
  }
}

/** The codes of a block that says them (3.2.7). */
function codesOf(input) {
  const letters = 257 + input.take(5);
  const distances = 1 + input.take(5);
  const lengths = new Uint8Array(19);
  for (let left = 4 + input.take(4), place = 0; place < left; place += 1) lengths[ORDER[place]] = input.take(3);
  const code = codeOf(lengths);
  const all = new Uint8Array(letters + distances);
  for (let at = 0; at < all.length; ) {
    const symbol = input.symbol(code);
    if (symbol < 16) {
      all[at] = symbol;
      at += 1;
      continue;
    }
    const said = symbol === 16 ? all[at - 1] : 0;
    const times = symbol === 16 ? 3 + input.take(2) : symbol === 17 ? 3 + input.take(3) : 11 + input.take(7);
    all.fill(said, at, at + times);
    at += times;
  }
  return [codeOf(all.subarray(0, letters)), codeOf(all.subarray(letters))];
}

/** A code as a table: at whichever bits come next, the symbol and how many of the bits are its own. */
function codeOf(lengths) {
  const longest = Math.max(...lengths);
  const table = new Uint16Array(1 << longest);
  let next = 0;
  for (let length = 1; length <= longest; length += 1) {
    next <<= 1;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      for (let at = turned(next, length); at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
      next += 1;
    }
  }
  return { table, mask: table.length - 1 };
}

/** Codes begin with their highest bit, and all else with the lowest. */
function turned(code, length) {
  let answer = 0;
  for (let bit = 0; bit < length; bit += 1) answer |= ((code >> bit) & 1) << (length - 1 - bit);
  return answer;
}

/** The codes that need not be said (3.2.6). */
const FIXED = [
  codeOf(Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
  codeOf(new Uint8Array(30).fill(5)),
];

class Bits {
  #bytes;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Has at least sixteen bits at hand, or all there are: nothing takes more at once. */
  #fill() {
    while (this.#count < 16) {
      this.#held |= this.#bytes[this.#at] << this.#count;
      this.#at += 1;
      this.#count += 8;
    }
  }

  #drop(count) {
    this.#held >>>= count;
    this.#count -= count;
  }

  take(count) {
    this.#fill();
    const answer = this.#held & ((1 << count) - 1);
    this.#drop(count);
    return answer;
  }

  symbol({ table, mask }) {
    this.#fill();
    const entry = table[this.#held & mask];
    this.#drop(entry & 15);
    return entry >> 4;
  }

  /** What was left as it is, which begins where a byte does. */
  stored() {
    this.#drop(this.#count & 7);
    const length = this.take(16);
    this.take(16);
    const from = this.#at - (this.#count >> 3);
    this.#at = from + length;
    this.#held = 0;
    this.#count = 0;
    return this.#bytes.subarray(from, this.#at);
  }
}
