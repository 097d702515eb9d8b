import type { HeadScore } from "../../../lib/figures/headGrid";
import type { Lab } from "../shared/lab";
import type { ResultRow } from "../shared/outcome";

type Measured = Pick<ResultRow, "experiment" | "trait" | "method" | "n" | "success" | "low" | "high">;

/** A row of this run: what was measured, and null for all that is not given. */
export function resultRow({ seed, profile }: Lab, row: Measured & Partial<ResultRow>): ResultRow {
  const none = { alpha: null, topK: null, direction: null, fad: null, similarity: null, kept: null };
  return { ...none, ...row, seed, profile: profile.name };
}

/** A head's row of results.json: of n clips, how many its probe tells right. */
export function headRow(
  lab: Lab,
  about: Pick<ResultRow, "experiment" | "trait" | "method" | "n">,
  { accuracy, interval: [low, high] }: HeadScore,
): ResultRow {
  return resultRow(lab, { ...about, topK: 1, direction: "probe", success: accuracy, low, high });
}

const texts = ["experiment", "trait", "method", "profile"] as const;
const shares = ["success", "low", "high", "kept"] as const;
const fields = [...texts, "alpha", "topK", "direction", "n", ...shares, "fad", "similarity", "seed"];

/**
 * Check what results.json holds: a list of rows with these fields and no others.
 * @param name of the file, for messages
 * @throws Error naming the row, the field, what was expected and what was found
 */
export function checkResults(value: unknown, name: string): ResultRow[] {
  if (!Array.isArray(value)) throw new Error(`${name}: expected a list of rows, found ${show(value)}`);
  for (const [i, row] of value.entries()) checkRow(row, `${name}: row ${i}`);
  return value;
}

function checkRow(row: unknown, where: string): void {
  if (typeof row !== "object" || row === null || Array.isArray(row))
    throw new Error(`${where}: expected an object, found ${show(row)}`);
  const values = row as Record<string, unknown>;
  const unknown = Object.keys(values).find((key) => !fields.includes(key));
  if (unknown) throw new Error(`${where}: expected ${fields.join(", ")}, found ${unknown}`);
  const check = (key: string, expected: string, fits: (found: unknown) => boolean) => {
    if (!fits(values[key]))
      throw new Error(`${where}: ${key}: expected ${expected}, found ${show(values[key])}`);
  };
  const isNumber = (found: unknown): found is number => typeof found === "number" && Number.isFinite(found);
  const isCount = (found: unknown) => Number.isSafeInteger(found) && (found as number) >= 1;
  for (const key of texts) check(key, "a text", (found) => typeof found === "string" && found !== "");
  for (const key of shares)
    check(
      key,
      "a share from 0 to 1, or null",
      (found) => found === null || (isNumber(found) && found >= 0 && found <= 1),
    );
  for (const key of ["alpha", "fad", "similarity"])
    check(key, "a finite number, or null", (found) => found === null || isNumber(found));
  check(
    "topK",
    'a number of heads, "all" or null',
    (found) => found === null || found === "all" || isCount(found),
  );
  check("direction", "a text, or null", (found) => found === null || typeof found === "string");
  check("n", "an integer from 1", isCount);
  check("seed", "an integer", Number.isSafeInteger);
  const { success, low, high } = values as unknown as ResultRow;
  if ((success === null) !== (low === null) || (low === null) !== (high === null))
    throw new Error(`${where}: expected success with low and high, or none of them`);
  if (success !== null && !(low! <= success + 1e-9 && success <= high! + 1e-9))
    throw new Error(`${where}: expected low <= success <= high, found ${low}, ${success}, ${high}`);
}

/** What was found, in a message's words. */
export function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}
