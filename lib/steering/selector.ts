import { headCount, type ProbeSet, ranked } from "../probes/probe";
import { paper } from "./defaults";
import { softWeight } from "./smitin";

/** How much of its direction each head gets: a number a probe, in the order of `probes.heads`. */
export interface Selector {
  (probes: ProbeSet): Float64Array;
  /** the same as plain data, by which a sweep names its cells */
  data?: unknown;
}

/**
 * 1 for the k most accurate heads, 0 for the others (ITI).
 * @throws RangeError, when applied, unless k is "all" or an integer from 1 to the number of heads
 */
export function topK(k: number | "all"): Selector {
  return ({ heads }) => {
    const chosen = new Set(ranked(heads).slice(0, headCount(k, heads.length, "topK")));
    return Float64Array.from(heads, (probe) => (chosen.has(probe) ? 1 : 0));
  };
}

/**
 * `softWeight` of every head, over all heads of the model (SMITIN's soft weights). A set that was cut down
 * to its best heads keeps their weights. All 1 when every head is equally accurate.
 * @param k only the k most accurate heads get theirs, the others 0
 * @throws RangeError on an impossible power; when applied, on an impossible k
 */
export function softWeights(power: number = paper.power, k: number | "all" = "all"): Selector {
  if (!(power >= 0 && Number.isFinite(power))) {
    throw new RangeError(`power: expected a number from 0, found ${power}`);
  }
  return (probes) => {
    const chosen = topK(k)(probes);
    return Float64Array.from(
      probes.heads,
      ({ accuracy }, i) => chosen[i] * softWeight(accuracy, probes.statistics, power),
    );
  };
}

/** 1 for every head. */
export function allHeads(): Selector {
  return ({ heads }) => new Float64Array(heads.length).fill(1);
}

/**
 * Weights by hand: 0 for every head that is not listed.
 * @throws Error, when applied, on a head that has no probe or is listed twice, or a weight that is not finite
 */
export function byHand(choices: { layer: number; head: number; weight?: number }[]): Selector {
  const select: Selector = ({ heads }) => {
    const weights = new Float64Array(heads.length);
    const seen = new Set<number>();
    for (const { layer, head, weight = 1 } of choices) {
      const index = heads.findIndex((probe) => probe.layer === layer && probe.head === head);
      if (index < 0) throw new Error(`byHand: there is no probe of layer ${layer}, head ${head}`);
      if (seen.has(index)) throw new Error(`byHand: layer ${layer}, head ${head} is listed twice`);
      if (!Number.isFinite(weight)) {
        throw new RangeError(
          `byHand: layer ${layer}, head ${head}: expected a finite weight, found ${weight}`,
        );
      }
      seen.add(index);
      weights[index] = weight;
    }
    return weights;
  };
  const plain = choices.map(({ layer, head, weight = 1 }) => ({ layer, head, weight }));
  return Object.assign(select, { data: { kind: "byHand", heads: plain } });
}
