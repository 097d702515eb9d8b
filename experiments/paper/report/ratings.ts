import { existsSync, readFileSync } from "node:fs";
import { bootstrap, mean, signTest } from "../../../lib/math/statistics";
import type { Table } from "../shared/outcome";
import { paper } from "./paper";
import { show } from "./results";
import { number } from "./table";

/** What the clips of a listening test are: stands beside its page, which does not hold it. */
export interface Key {
  kind: "smitin-listening-key";
  /** Which test; ratings of another are refused. */
  test: string;
  /** The two clips of each trial. */
  trials: Record<string, string[]>;
  clips: Record<string, { trait: string; method: string; alpha: number | null; prompt: string }>;
}

/** One clip's rating by one rater. */
interface Rating {
  rater: string;
  clip: string;
  score: number;
}

/** Mean opinion scores of a listening test, and its pairs. */
export interface OpinionScores {
  raters: number;
  /** A method each: mean of its ratings with its 95 % bootstrap interval over clips and raters' ratings. */
  methods: { method: string; n: number; mos: number; low: number; high: number }[];
  /** How often each of two methods was called the better one. */
  pairs: { a: string; b: string; aBetter: number; bBetter: number; same: number; p: number }[];
}

/**
 * Read what raters saved, with the test's key.
 * @throws Error naming the file, the field, what was expected and what was found
 */
export function readRatings(paths: string[], keyPath: string): OpinionScores {
  const key = readKey(keyPath);
  const ratings: Rating[] = [];
  const verdicts: { a: string; b: string; better: string }[] = [];
  const files = new Map<string, string>();
  for (const path of paths) {
    const file = readFields(path);
    if (file.kind !== "smitin-ratings")
      throw new Error(`${path}: kind: expected "smitin-ratings", found ${show(file.kind)}`);
    if (file.test !== key.test)
      throw new Error(`${path}: test: expected ratings of test ${show(key.test)}, found ${show(file.test)}`);
    if (typeof file.rater !== "string" || !Array.isArray(file.ratings))
      throw new Error(`${path}: expected a rater and a list of ratings, found ${show(file.rater)}`);
    const before = files.get(file.rater);
    if (before !== undefined && file.rater !== "anonymous")
      throw new Error(`${path}: rater: expected each once, found ${show(file.rater)} in ${before} too`);
    files.set(file.rater, path);
    const seen = new Set<string>();
    for (const [i, entry] of file.ratings.entries()) {
      const where = `${path}: ratings[${i}]`;
      const { trial, scores, better } = (entry ?? {}) as Record<string, unknown>;
      const clips =
        typeof trial === "string" && Object.hasOwn(key.trials, trial) ? key.trials[trial] : undefined;
      if (!clips) throw new Error(`${where}: trial: expected one of the test's, found ${show(trial)}`);
      if (seen.has(trial as string))
        throw new Error(`${where}: trial: expected each once, found ${show(trial)} twice`);
      seen.add(trial as string);
      for (const clip of clips) {
        const score = (scores as Record<string, unknown> | undefined)?.[clip];
        if (!Number.isInteger(score) || (score as number) < 1 || (score as number) > 5)
          throw new Error(`${where}: scores.${clip}: expected an integer from 1 to 5, found ${show(score)}`);
        ratings.push({ rater: `${path} ${file.rater}`, clip, score: score as number });
      }
      if (better !== null && better !== "same" && !clips.includes(better as string))
        throw new Error(
          `${where}: better: expected a clip of the trial, "same" or null, found ${show(better)}`,
        );
      if (typeof better === "string") verdicts.push({ a: clips[0], b: clips[1], better });
    }
  }
  if (ratings.length === 0) throw new Error("ratings: expected at least one rated pair, found none");
  return {
    raters: new Set(ratings.map(({ rater }) => rater)).size,
    methods: scores(key, ratings),
    pairs: preferences(key, verdicts),
  };
}

/** The methods' scores beside the paper's. */
export function scoreTable({ methods }: OpinionScores): Table {
  return {
    columns: ["method", "ratings", "MOS (95 %)", "paper"],
    rows: methods.map(({ method, n, mos, low, high }) => [
      method,
      n,
      number(mos, low, high, 2),
      paper.opinionScore[method] ?? null,
    ]),
  };
}

/** The pairs: which was called better how often; p of a two-sided sign test. */
export function preferenceTable({ pairs }: OpinionScores): Table {
  return {
    columns: ["A", "B", "A better", "B better", "no difference", "p"],
    rows: pairs.map(({ a, b, aBetter, bBetter, same, p }) => [a, b, aBetter, bBetter, same, p]),
  };
}

/** Whole clips are drawn: ratings of one clip, by whomever, hang together. */
function scores(key: Key, ratings: Rating[]): OpinionScores["methods"] {
  const byMethod = new Map<string, Map<string, number[]>>();
  for (const { clip, score } of ratings) {
    const { method } = key.clips[clip];
    const clips = byMethod.get(method) ?? new Map<string, number[]>();
    clips.set(clip, [...(clips.get(clip) ?? []), score]);
    byMethod.set(method, clips);
  }
  return [...byMethod].map(([method, clips]) => {
    const groups = [...clips.values()];
    const { value, low, high } = bootstrap(groups, { statistic: (drawn) => mean(drawn.flat()) });
    return { method, n: groups.flat().length, mos: value, low, high };
  });
}

function preferences(key: Key, verdicts: { a: string; b: string; better: string }[]): OpinionScores["pairs"] {
  const found = new Map<string, OpinionScores["pairs"][number]>();
  for (const { a, b, better } of verdicts) {
    const [first, second] = [key.clips[a].method, key.clips[b].method].sort();
    const name = `${first} ${second}`;
    const pair = found.get(name) ?? { a: first, b: second, aBetter: 0, bBetter: 0, same: 0, p: 1 };
    if (better === "same") pair.same++;
    else if (key.clips[better].method === first) pair.aBetter++;
    else pair.bBetter++;
    found.set(name, pair);
  }
  return [...found.values()].map((pair) => {
    const sides = [...new Array(pair.aBetter).fill(1), ...new Array(pair.bBetter).fill(-1)];
    return { ...pair, p: sides.length > 0 ? signTest(sides, new Array(sides.length).fill(0)).p : 1 };
  });
}

function readKey(path: string): Key {
  const file = readFields(path);
  if (file.kind !== "smitin-listening-key")
    throw new Error(`${path}: kind: expected "smitin-listening-key", found ${show(file.kind)}`);
  const { test, trials, clips } = file as unknown as Key;
  if (typeof test !== "string" || typeof trials !== "object" || typeof clips !== "object")
    throw new Error(`${path}: expected test, trials and clips, found ${Object.keys(file).join(", ")}`);
  for (const [trial, ids] of Object.entries(trials)) {
    if (!Array.isArray(ids) || ids.length !== 2 || ids.some((id) => typeof clips[id]?.method !== "string"))
      throw new Error(`${path}: trials.${trial}: expected two of its clips, found ${show(ids)}`);
  }
  return { kind: "smitin-listening-key", test, trials, clips };
}

function readFields(path: string): Record<string, unknown> {
  if (!existsSync(path)) throw new Error(`${path}: expected a JSON file, found nothing there`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: expected JSON, found ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${path}: expected an object, found ${show(value)}`);
  return value as Record<string, unknown>;
}
