/** One point of a sweep's grid. */
export interface Setting {
  /** "none" for the reference, which nothing steers. */
  method: string;
  /** Null without steering. */
  alpha: number | null;
  /** Null without steering, or where K makes no difference. */
  topK: number | "all" | null;
  direction: string | null;
  /** The schedule's name; "own" is the method's own. */
  schedule: string | null;
}

/** One take of a sweep: a setting, a prompt and a seed. Plain data. */
export interface Cell extends Setting {
  /** The prompt's name. */
  prompt: string;
  promptHash: string;
  /** Of the list of seeds. */
  seed: number;
  /**
   * What the take's random choices come from: `generate` with this seed gives the same take. All settings of a prompt
   * and seed share it, prompts differ in it.
   */
  takeSeed: number;
}

/** A finished cell: one line of cells.jsonl. */
export interface CellResult {
  /** Hash of the cell and of all that its take depends on. */
  key: string;
  cell: Cell;
  /** Whether the judge hears the trait in what was added to the prompt; null without a judge. */
  success: boolean | null;
  /** The judge's decision for every trait it knows. */
  present: Record<string, boolean> | null;
  /** To the prompt, as `similarity` has it; null without sound to compare. */
  similarity: number | null;
  /** How many of the prompt's other traits the judge still hears, and how many there were. */
  kept: number | null;
  own: number | null;
  /** The probes' view: mean of the monitor's C(t) over the new steps. */
  monitor: number | null;
  /** Mean share of full strength over the new steps. */
  strength: number | null;
  promptFrames: number;
  /** [codebooks][prompt and new frames] */
  tokens: number[][];
}

/**
 * A finished cell as its line of cells.jsonl has it. What older labs did not measure may be absent.
 * @throws Error naming `where` it is, what was expected and what was found
 */
export function checkCell(value: unknown, where: string): CellResult {
  const result = (value ?? {}) as Partial<CellResult>;
  const { key, cell, tokens, success } = result;
  const isWhole =
    typeof key === "string" &&
    typeof cell === "object" &&
    typeof cell?.method === "string" &&
    Array.isArray(tokens);
  if (!isWhole)
    throw new Error(`${where}: expected a finished cell with key, cell and tokens, found ${brief(value)}`);
  const isRow = (row: unknown) =>
    Array.isArray(row) && row.every((token) => Number.isInteger(token) && token >= 0);
  if (!tokens.every(isRow))
    throw new Error(`${where}: tokens: expected whole numbers of each codebook, found others`);
  if (typeof (success ?? true) !== "boolean")
    throw new Error(`${where}: success: expected true, false or null, found ${brief(success)}`);
  for (const name of ["similarity", "kept", "own", "monitor", "strength"] as const)
    if (!Number.isFinite(result[name] ?? 0))
      throw new Error(`${where}: ${name}: expected a number or null, found ${brief(result[name])}`);
  return value as CellResult;
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}

/** The setting of the reference cells. */
export const unsteered: Setting = {
  method: "none",
  alpha: null,
  topK: null,
  direction: null,
  schedule: null,
};

/** A setting in words, as in "smitin, alpha 5, direction massMean". */
export function settingName({ method, alpha, topK, direction, schedule }: Setting): string {
  const parts = [
    alpha !== null && `alpha ${alpha}`,
    topK !== null && `K ${topK}`,
    direction !== null && `direction ${direction}`,
    schedule !== null && `schedule ${schedule}`,
  ];
  return [method, ...parts.filter((part) => part !== false)].join(", ");
}
