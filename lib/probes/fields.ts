/** Reads fields of a JSON object; every complaint says `<file>: <path>: expected ..., found ...`. */
export function reader(value: unknown, name: string, path: string) {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const complain = (where: string, expected: string, found: unknown): never => {
    const shown = found === undefined ? "nothing" : JSON.stringify(found);
    throw new Error(
      `${name}: ${where ? `${where}: ` : ""}expected ${expected}, found ${shown.length > 60 ? `${shown.slice(0, 60)}...` : shown}`,
    );
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) complain(path, "an object", value);
  const fields = value as Record<string, unknown>;
  const get = <T>(key: string, expected: string, fits: (found: unknown) => boolean): T => {
    const found = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return fits(found) ? (found as T) : complain(at(key), expected, found);
  };
  const within = (low: number, high: number) => (found: unknown) =>
    typeof found === "number" && Number.isFinite(found) && found >= low && found <= high;
  const range = (low: number, high: number) =>
    low === -Infinity && high === Infinity
      ? "a finite number"
      : `a number from ${low}${high === Infinity ? "" : ` to ${high}`}`;
  const whole = (low: number, high: number) => (found: unknown) =>
    Number.isSafeInteger(found) && within(low, high)(found);
  const numbers = (key: string, count: number, low = -Infinity, high = Infinity) =>
    get<number[]>(
      key,
      `${count} of ${range(low, high)}`,
      (found) => Array.isArray(found) && found.length === count && found.every(within(low, high)),
    );
  return {
    holds: (key: string) => Object.hasOwn(fields, key),
    has: (key: string, value: string) => Object.hasOwn(fields, key) && fields[key] === value,
    is: (key: string, expected: string | number) =>
      get(key, JSON.stringify(expected), (found) => found === expected),
    text: (key: string) => get<string>(key, "a text", (found) => typeof found === "string"),
    flag: (key: string) => get<boolean>(key, "true or false", (found) => typeof found === "boolean"),
    count: (key: string) => get<number>(key, "a whole number from 1", whole(1, 2 ** 31)),
    index: (key: string, end: number) =>
      get<number>(key, `a whole number from 0 to ${end - 1}`, whole(0, end - 1)),
    number: (key: string, low = -Infinity, high = Infinity) =>
      get<number>(key, range(low, high), within(low, high)),
    numbers,
    /** A unit vector, or zeros. */
    direction(key: string, count: number): Float32Array {
      const values = numbers(key, count);
      const length = Math.hypot(...values);
      if (length > 0 && Math.abs(length - 1) > 1e-3)
        complain(at(key), "a vector of length 1 (or zeros)", length);
      return Float32Array.from(values);
    },
    oneOf: <Word extends string>(key: string, words: readonly Word[]) =>
      get<Word>(key, words.map((word) => JSON.stringify(word)).join(" or "), (found) =>
        words.includes(found as Word),
      ),
    /** The names of all fields. */
    names: () => Object.keys(fields),
    some: (key: string, what: string) =>
      get<unknown[]>(key, `a list of ${what}`, (found) => Array.isArray(found) && found.length >= 1),
    list: (key: string, most: number) =>
      get<unknown[]>(
        key,
        `a list of 1 to ${most} heads`,
        (found) => Array.isArray(found) && found.length >= 1 && found.length <= most,
      ),
    object: (key: string) =>
      reader(
        get(key, "an object", (found) => found !== undefined),
        name,
        at(key),
      ),
  };
}
