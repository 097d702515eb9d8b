/**
 * How many of 100 continuations the judge heard the trait in, by method and alpha, as data/models/README.md has it: 100 prompts of
 * 3 s without the trait, 5 s of new music.
 */
const measured: Record<string, Record<"iti" | "smitin", [alpha: number, success: number][]>> = {
  drums: {
    iti: [
      [0, 9],
      [2, 33],
      [5, 92],
      [10, 96],
    ],
    smitin: [
      [0, 9],
      [10, 12],
      [20, 39],
      [40, 84],
    ],
  },
  bass: {
    iti: [
      [0, 0],
      [2, 13],
      [5, 94],
      [10, 100],
    ],
    smitin: [
      [0, 0],
      [10, 12],
      [20, 77],
      [40, 95],
    ],
  },
  guitar: {
    iti: [
      [0, 1],
      [2, 39],
      [5, 97],
      [10, 100],
    ],
    smitin: [
      [0, 1],
      [10, 27],
      [20, 60],
      [40, 93],
    ],
  },
  piano: {
    iti: [
      [0, 8],
      [2, 37],
      [5, 89],
      [10, 100],
    ],
    smitin: [
      [0, 8],
      [10, 30],
      [20, 68],
      [40, 77],
    ],
  },
};

/** Between what was measured a straight line; undefined where nothing was. */
export function expectedSuccess(trait: string, method: "iti" | "smitin", alpha: number): number | undefined {
  const points = measured[trait]?.[method];
  if (!points || alpha < 0 || alpha > points[points.length - 1][0]) return undefined;
  const after = points.findIndex(([at]) => at >= alpha);
  const [a1, s1] = points[after];
  const [a0, s0] = points[Math.max(0, after - 1)];
  return a1 === a0 ? s1 : Math.round(s0 + ((s1 - s0) * (alpha - a0)) / (a1 - a0));
}
