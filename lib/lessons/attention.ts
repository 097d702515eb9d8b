import { tf } from "../engine";
import { site, type TapPoint, type Taps } from "../model/taps";
import { apart, numbersIn, told } from "./answers";
import { exercise } from "./exercise";

/* Chapter 3: what heads look at. */

type Numbers = ArrayLike<number>;

/** 3.1: how far a head looks back, on average over its positions. */
const back = exercise(
  "3.1 back",
  (answer: (pattern: number[][]) => Numbers) => {
    const pattern = [
      [1, 0, 0, 0],
      [0.25, 0.75, 0, 0],
      [0.5, 0.3, 0.2, 0],
      [0.1, 0.2, 0.3, 0.4],
    ];
    const expected = [(1 + 0.75 + 0.2 + 0.4) / 4, (0.25 + 0.3 + 0.3) / 3, (0.5 + 0.2) / 2, 0.1];
    const found = numbersIn(answer(structuredClone(pattern)), "back");
    if (found.length !== 4)
      return `A pattern of 4 positions has distances from 0 to 3, so 4 numbers. Yours has ${found.length}.`;
    if (apart(found, expected) < 1e-6) return undefined;
    const sums = expected.map((mean, n) => mean * (4 - n));
    if (apart(found, sums) < 1e-6)
      return "These are sums. Far distances have fewer positions that reach so far back, and look small for that alone.";
    if (
      apart(
        found,
        sums.map((sum) => sum / 4),
      ) < 1e-6
    )
      return "All sums are divided by the number of positions. How many positions are there that can look 3 back?";
    const columns = pattern[0].map((_, key) => pattern.reduce((sum, row) => sum + row[key], 0) / 4);
    if (apart(found, columns) < 1e-6)
      return "That is how much each position is looked at. Asked is how far back, counted from the position that looks.";
    if (apart([...found].reverse(), expected) < 1e-6)
      return "The order is turned round: the first number is for distance 0, a position's look at itself.";
    return `At distance 1 the shares are .25, .3 and .3. Yours for it is ${told(found[1])}.`;
  },
  "With it one sees whether a head looks at what has just been, or a beat or a bar back.",
);

/** 3.2: does a head look at one distance more than at those around it? */
const peak = exercise(
  "3.2 peak",
  (answer: (back: number[], lag: number) => number) => {
    const lag = 24;
    const profile = (fade: number, bump: number, at = lag) =>
      Array.from({ length: 100 }, (_, n) => {
        const near = Math.max(0, 1 - Math.abs(n - at) / 2);
        return 0.02 * Math.exp(-n / fade) + bump * near;
      });
    const score = (shares: number[]) => {
      const found = answer([...shares], lag);
      if (typeof found !== "number" || Number.isNaN(found))
        throw new Error(`peak: expected a number, found ${found}`);
      return found;
    };
    const peaked = [profile(1e9, 0.01), profile(40, 0.008), profile(15, 0.003)].map(score);
    const recent = score(profile(6, 0));
    const flat = score(profile(1e9, 0));
    const faint = score(profile(15, 0));
    const elsewhere = [score(profile(40, 0.008, 40)), score(profile(40, 0.008, 10))];
    const least = Math.min(...peaked);
    const most = Math.max(...peaked);
    if (peaked.every((x) => x === flat)) return "Every head gets the same number.";
    if (flat >= least)
      return `A head that looks everywhere alike gets ${told(flat)}, one with a small peak at the lag ${told(least)}. Compare the lag with what lies around it, not with nothing.`;
    if (recent >= least || faint >= least)
      return `A head that only looks at what has just been gets ${told(Math.max(recent, faint))}, as if it had a peak. Its shares fall all the way: a mean of nearer and farther distances should take that off.`;
    if (elsewhere.some((x) => x >= least))
      return `A head with its peak elsewhere gets ${told(Math.max(...elsewhere))}. Are only distances near the lag looked at?`;
    if (!(most > flat)) return "A peak should give a higher number than none.";
    return undefined;
  },
  "Many forms would do. What counts is that neither nearness alone nor a peak elsewhere is taken for one.",
);

/** 3.3: taps that take one head out. */
const without = exercise(
  "3.3 without",
  (answer: (layer: number, head: number) => Taps) => {
    const taps = answer(2, 1);
    if (!(taps instanceof Map)) return "Expected taps: a Map from a site's name to a function.";
    const name = site(2, "selfAttention.z");
    const tap = taps.get(name);
    if (!tap) return `There is no tap at ${name}. Yours are at ${[...taps.keys()].join(", ") || "no site"}.`;
    if (taps.size > 1) return "One tap is enough: other layers should stay as they are.";
    for (const positions of [5, 1]) {
      const value = tf.tensor(
        Array.from({ length: 2 * positions * 4 * 3 }, (_, i) => i + 1),
        [2, positions, 4, 3],
      );
      const before = value.arraySync() as number[][][][];
      const at: TapPoint = { site: name, layer: 2, step: 0, positions, prefill: positions > 1 };
      const after = tf.tidy(() => tap(value, at)?.arraySync()) as number[][][][] | undefined;
      value.dispose();
      if (!after)
        return "The tap returns nothing, so nothing changes. A tap that replaces a value returns the new one.";
      const heads = (grid: number[][][][], head: number) =>
        grid.flatMap((row) => row.flatMap((position) => position[head] ?? []));
      if (after.flat(3).length !== before.flat(3).length)
        return `The value had the shape [2, ${positions}, 4, 3], and has another one now.`;
      if (heads(after, 1).some((x) => x !== 0))
        return "Head 1 still says something. The axes are [rows, positions, heads, headDim]: which one are the heads?";
      for (const head of [0, 2, 3])
        if (apart(heads(after, head), heads(before, head)) > 1e-6)
          return `Head ${head} has changed too. It should keep its value.`;
    }
    return undefined;
  },
  "A head without z adds nothing to the stream. This is called ablation.",
);

/** The checks of chapter 3. */
export const attentionChecks = { back, peak, without };
