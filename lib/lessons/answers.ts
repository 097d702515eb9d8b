/*
 * Answers come in several forms: lists, typed arrays, lists of lists, tensors. Checks read them all.
 */

/**
 * A list of numbers.
 * @throws Error naming what it is, where it is none
 */
export function numbersIn(answer: unknown, what: string): number[] {
  const plain = plainOf(answer);
  const list = isList(plain) ? Array.from(plain as ArrayLike<unknown>) : undefined;
  if (!list) throw new Error(`${what}: expected a list of numbers, found ${kindOf(answer)}`);
  const wrong = list.findIndex((value) => typeof value !== "number");
  if (wrong >= 0)
    throw new Error(`${what}: expected numbers, found ${kindOf(list[wrong])} at place ${wrong}`);
  return list as number[];
}

/** A list of lists of numbers. @throws as `numbersIn` */
export function rowsIn(answer: unknown, what: string): number[][] {
  const plain = plainOf(answer);
  if (!isList(plain)) throw new Error(`${what}: expected a list of lists, found ${kindOf(answer)}`);
  return Array.from(plain as ArrayLike<unknown>, (row, r) => numbersIn(row, `${what}, row ${r}`));
}

/** The largest difference as a share of the largest expected number; Infinity where lengths differ or a number is none. */
export function apart(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(found[i])) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return scale > 0 ? worst / scale : worst;
}

/** A number for a sentence. */
export function told(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

function plainOf(answer: unknown): unknown {
  const tensor = answer as { arraySync?: () => unknown } | null | undefined;
  return typeof tensor?.arraySync === "function" ? tensor.arraySync() : answer;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing (does the function return?)";
  if (value === null) return "null";
  if (isList(value)) return "a list";
  return typeof value === "number" ? `the number ${told(value)}` : `a ${typeof value}`;
}
