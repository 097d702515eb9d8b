/** The largest size that a configuration may ask for: beyond it lie only mistakes and attacks. */
const largest = 2 ** 24;

/**
 * Reads the fields of a JSON object one by one, each with its default and its check.
 * Every complaint reads `<where>: <key>: expected ..., found ...`. A key that is null counts as absent.
 */
export function fieldsOf(object: Record<string, unknown>, where: string) {
  const has = (key: string) =>
    Object.hasOwn(object, key) && object[key] !== null && object[key] !== undefined;
  const error = (key: string, expected: string) =>
    new Error(`${where}: ${key}: expected ${expected}, found ${shown(object[key])}`);
  const checked = <T>(
    key: string,
    fallback: T,
    expected: string,
    isValid: (value: unknown) => boolean,
  ): T => {
    if (!has(key)) return fallback;
    if (!isValid(object[key])) throw error(key, expected);
    return object[key] as T;
  };
  const isSize = (most: number) => (value: unknown) =>
    Number.isInteger(value) && inRange(value as number, 1, most);
  const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
  return {
    has,
    error,
    /** A whole number from 1. */
    size: (key: string, fallback: number, most = largest) =>
      checked(key, fallback, `a whole number from 1 to ${most}`, isSize(most)),
    /** A whole number from 0. */
    count: (key: string, fallback: number) =>
      checked(
        key,
        fallback,
        `a whole number from 0 to ${largest}`,
        (value) => value === 0 || isSize(largest)(value),
      ),
    /** A list of 1 to `most` whole numbers from 1. */
    sizes: (key: string, fallback: number[], most: number) =>
      checked(
        key,
        fallback,
        `a list of 1 to ${most} whole numbers from 1`,
        (value) => isList(value, most) && value.every(isSize(largest)),
      ),
    /** A number above 0. */
    positive: (key: string, fallback: number) => checked(key, fallback, "a number above 0", isPositive),
    /** A list of numbers above 0. */
    positives: (key: string, fallback: number[]) =>
      checked(
        key,
        fallback,
        "a list of numbers above 0",
        (value) => isList(value, 64) && value.every(isPositive),
      ),
    /** A number from 0 to 1. */
    share: (key: string, fallback: number) =>
      checked(
        key,
        fallback,
        "a number from 0 to 1",
        (value) => typeof value === "number" && inRange(value, 0, 1),
      ),
    /** A token's number, from 0 to `most`. */
    token: (key: string, fallback: number, most: number) =>
      checked(
        key,
        fallback,
        `a token from 0 to ${most}`,
        (value) => Number.isInteger(value) && inRange(value as number, 0, most),
      ),
    flag: (key: string, fallback: boolean) =>
      checked(key, fallback, "true or false", (value) => typeof value === "boolean"),
    /** One of a few values. */
    expect: <T>(key: string, allowed: readonly T[], fallback: T): T =>
      checked(key, fallback, allowed.map(shown).join(" or "), (value) => allowed.includes(value as T)),
    /** The fields of an object within; none when it is absent. */
    object: (key: string) => {
      const inner = checked<Record<string, unknown>>(
        key,
        {},
        "an object",
        (value) => typeof value === "object" && !Array.isArray(value),
      );
      return fieldsOf(inner, `${where}: ${key}`);
    },
  };
}

function inRange(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function isList(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length >= 1 && value.length <= most;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
