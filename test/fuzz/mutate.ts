/** A file that was damaged, cut, joined or meddled with: some changes of a good one, by chance. */
export function mutate(seeds: Uint8Array[], uniform: () => number): Uint8Array {
  const pick = <T>(items: ArrayLike<T>): T => items[Math.floor(uniform() * items.length)];
  let bytes = Buffer.from(pick(seeds));
  for (let changes = 1 + Math.floor(uniform() * uniform() * 9); changes > 0; changes--) {
    const at = Math.floor(uniform() ** 2 * bytes.length); // headers more often than what follows
    const length = Math.floor(uniform() ** 4 * (bytes.length - at));
    const [before, inside, behind] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    const change = Math.floor(uniform() * 9);
    if (change === 0) bytes = Buffer.concat([before, behind]);
    else if (change === 1) bytes = Buffer.concat([before, inside, inside, behind]);
    else if (change === 2)
      bytes = Buffer.concat([before, Buffer.alloc(length, Math.floor(uniform() * 256)), bytes.subarray(at)]);
    else if (change === 3) bytes = Buffer.from(bytes.subarray(0, Math.floor(uniform() * bytes.length)));
    else if (change === 4)
      bytes = Buffer.concat([before, pick(seeds).subarray(Math.floor(uniform() * 100)), behind]);
    else if (change === 5) inside.fill(Math.floor(uniform() * 256));
    else if (change === 6 && at + 4 <= bytes.length) {
      if (uniform() < 0.5) bytes.writeUInt32LE(pick(NUMBERS), at);
      else bytes.writeUInt32BE(pick(NUMBERS), at);
    } else if (at < bytes.length)
      bytes[at] = uniform() < 0.5 ? bytes[at] ^ (1 << Math.floor(uniform() * 8)) : pick(BYTES);
  }
  return Uint8Array.from(bytes.subarray(0, MOST));
}

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2d, 0x5b, 0x7b, 0x7d, 0x39];
const NUMBERS = [
  0, 1, 2, 3, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7f000008, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
const MOST = 2 ** 20;

/** JSON of which some values are others, are gone or are there twice. */
export function mutateJson(text: string, uniform: () => number): string {
  const value = JSON.parse(text) as unknown;
  const places: { of: Record<string, unknown>; key: string }[] = [];
  const visit = (of: unknown) => {
    if (typeof of !== "object" || of === null) return;
    for (const key of Object.keys(of)) {
      places.push({ of: of as Record<string, unknown>, key });
      if (places.length < 3000) visit((of as Record<string, unknown>)[key]);
    }
  };
  visit(value);
  for (let changes = 1 + Math.floor(uniform() * uniform() * 4); changes > 0 && places.length > 0; changes--) {
    const { of, key } = places[Math.floor(uniform() ** 2 * places.length)];
    const chance = uniform();
    if (chance < 0.2 && !Array.isArray(of)) delete of[key];
    else if (chance < 0.3 && Array.isArray(of)) of.push(of[Number(key)]);
    else if (chance < 0.4 && Array.isArray(of)) of.splice(Number(key), 1);
    else of[key] = VALUES[Math.floor(uniform() * VALUES.length)];
  }
  return JSON.stringify(value);
}

const VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 32,
  1e9,
  "",
  "0",
  "NaN",
  "é\u0000",
  "../x",
  "__proto__",
  "a".repeat(300),
  [],
  {},
  [[]],
  [null],
  [0, 1],
  { a: 1 },
  "Infinity",
];
