import { random } from "../math/random";
import { mean, quantile, type Resampling, resampler } from "../math/statistics";
import { paper } from "../steering/defaults";

/** What takes of one strength had: one entry a prompt, in the same order at every strength. */
export interface Trial {
  /** 0 is without steering. */
  alpha: number;
  hits: boolean[];
}

export interface SearchOptions {
  /** Where the search begins. */
  first?: number;
  /** The strongest that it tries, and the weakest. */
  most?: number;
  least?: number;
  /** It ends when the strengths on both sides of the target differ by no more than this factor. */
  factor?: number;
}

/**
 * Bisection for the strength at which takes succeed as often as asked: first doubled or halved until the target lies between
 * two strengths, then their geometric mean is tried, and again. Success rises with strength, but for chance.
 * @param attempt the takes of one strength
 * @returns every trial in its order, the one without steering first
 * @throws Error when takes succeed as often without steering, or not as often at the strongest
 */
export async function searchStrength(
  attempt: (alpha: number) => Promise<boolean[]>,
  target: number,
  { first = paper.alpha, most = 160, least = first / 64, factor = 1.1 }: SearchOptions = {},
): Promise<Trial[]> {
  const trials: Trial[] = [];
  const reaches = async (alpha: number) => {
    const hits = await attempt(alpha);
    trials.push({ alpha, hits });
    return share(hits) >= target;
  };
  if (await reaches(0))
    throw new Error(
      `success ${target}: expected takes that have the trait less often without steering, found ${told(trials)}`,
    );
  let below = 0;
  let above = first;
  while (!(await reaches(above))) {
    below = above;
    above *= 2;
    if (above > most)
      throw new Error(`success ${target}: expected to reach it by alpha ${most}, found ${told(trials)}`);
  }
  while (below === 0 && above / 2 >= least) {
    if (await reaches(above / 2)) above /= 2;
    else below = above / 2;
  }
  while (below > 0 && above / below > factor) {
    const middle = Math.sqrt(below * above);
    if (await reaches(middle)) above = middle;
    else below = middle;
  }
  return trials;
}

/**
 * The strength at which success crosses the target: the trials' shares, made to rise with strength (least squares), and straight
 * between two strengths on a logarithmic scale.
 * @returns the strongest that was tried, where none reaches the target
 */
export function crossing(trials: readonly Trial[], target: number): number {
  return crossingOf(sorted(trials), target, share);
}

/** Its 95 % interval: a bootstrap over prompts, the same ones drawn for every strength. No wider than what was tried. */
export function crossingInterval(
  trials: readonly Trial[],
  target: number,
  { resamples = 1000, level = 0.95, seed = 0 }: Resampling = {},
): [low: number, high: number] {
  const rising = sorted(trials);
  const draw = resampler(rising[0].hits.length);
  const uniform = random(seed);
  const drawn = Float64Array.from({ length: resamples }, () => {
    const prompts = draw(uniform);
    return crossingOf(rising, target, (hits) => share(prompts.map((prompt) => hits[prompt])));
  }).sort();
  return [quantile(drawn, (1 - level) / 2), quantile(drawn, (1 + level) / 2)];
}

function crossingOf(rising: Trial[], target: number, shareOf: (hits: boolean[]) => number): number {
  const shares = isotonic(rising.map(({ hits }) => shareOf(hits)));
  const next = shares.findIndex((value) => value >= target);
  if (next === 0) return rising[0].alpha;
  if (next < 0) return rising[rising.length - 1].alpha;
  const [low, high] = [rising[next - 1].alpha, rising[next].alpha];
  const part = (target - shares[next - 1]) / (shares[next] - shares[next - 1]);
  return low === 0 ? part * high : low * (high / low) ** part;
}

/** The rising sequence nearest to these values: neighbours that fall are replaced by their mean (pool adjacent violators). */
function isotonic(values: number[]): number[] {
  const pools: { value: number; size: number }[] = [];
  for (const value of values) {
    let pool = { value, size: 1 };
    while (pools.length > 0 && pools[pools.length - 1].value > pool.value) {
      const before = pools.pop()!;
      const size = before.size + pool.size;
      pool = { value: (before.value * before.size + pool.value * pool.size) / size, size };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ value, size }) => new Array<number>(size).fill(value));
}

function sorted(trials: readonly Trial[]): Trial[] {
  return [...trials].sort((a, b) => a.alpha - b.alpha);
}

function share(hits: boolean[]): number {
  return mean(hits.map(Number));
}

function told(trials: Trial[]): string {
  return trials.map(({ alpha, hits }) => `${share(hits).toFixed(2)} at alpha ${alpha}`).join(", ");
}
