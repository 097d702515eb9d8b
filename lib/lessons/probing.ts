import { normal, random } from "../math/random";
import { wilson } from "../math/statistics";
import { numbersIn, told } from "./answers";
import { exercise } from "./exercise";

/* Chapter 4: probes. */

type Numbers = ArrayLike<number>;

/** 4.1: logistic regression from scratch. */
const fit = exercise(
  "4.1 fit",
  (answer: (z: number[][], labels: number[]) => { theta: Numbers; bias: number }) => {
    const uniform = random(4);
    const draws = () => normal(uniform);
    const direction = [1.5, -1, 0.5, 0, 0];
    const draw = (count: number) => {
      const z = Array.from({ length: count }, () => direction.map((_, i) => draws() + (i === 3 ? 1 : 0)));
      const labels = z.map((row) => Number(dot(row, direction) + 1.2 + 0.8 * draws() > 0));
      return { z, labels };
    };
    const [train, test] = [draw(160), draw(400)];
    const found = answer(structuredClone(train.z), [...train.labels]);
    const theta = numbersIn(found?.theta, "theta");
    if (theta.length !== 5) return `z has 5 numbers a clip, so theta has 5. Yours has ${theta.length}.`;
    const { bias } = found;
    if (typeof bias !== "number") return "A bias is missing: a number that is added to theta . z.";
    if (!theta.every(Number.isFinite) || !Number.isFinite(bias))
      return "It ends in numbers that are none. Is each step too large?";
    const length = Math.hypot(...theta);
    if (length < 1e-6) return "theta is still zero: nothing was learnt.";
    const right = (b: number) =>
      test.z.filter((row, i) => Number(dot(row, theta) + b > 0) === test.labels[i]).length / test.z.length;
    const likeness = dot(theta, direction) / length / Math.hypot(...direction);
    const accuracy = right(bias);
    if (likeness > 0.9 && accuracy > 0.84) return undefined;
    if (likeness < -0.5)
      return `On new clips it is right in ${told(100 * accuracy)} %: less than by chance. Does it climb where it should descend?`;
    if (likeness > 0.9)
      return `theta points the right way, but on new clips only ${told(100 * accuracy)} % are right. Is the bias learnt too?`;
    return `On new clips it is right in ${told(100 * accuracy)} %; more is to be had. Does theta move with the errors of all clips, long enough?`;
  },
  "A line, and on which side of it a clip lies: that is a probe.",
);

/** 4.2: folds that keep songs whole. */
const folds = exercise(
  "4.2 folds",
  (answer: (songs: number[], count: number) => Numbers) => {
    const songs = [7, 7, 3, 3, 3, 12, 12, 5, 9, 9, 20, 20, 31, 31, 44, 44, 3, 7].map((song) => song * 101);
    for (const count of [5, 3]) {
      const found = numbersIn(answer([...songs], count), "folds");
      if (found.length !== songs.length)
        return `There are ${songs.length} clips, and each gets a fold. Yours has ${found.length}.`;
      if (found.some((fold) => !Number.isInteger(fold) || fold < 0 || fold >= count))
        return `Folds are numbered from 0 to ${count - 1}. Yours are ${[...new Set(found)].map(told).join(", ")}.`;
      for (const song of new Set(songs)) {
        const own = new Set(found.filter((_, clip) => songs[clip] === song));
        if (own.size > 1)
          return `Clips of one song are in folds ${[...own].join(" and ")}. A probe that has heard a song recognises it when it is tested.`;
      }
      const sizes = Array.from({ length: count }, (_, fold) => found.filter((one) => one === fold).length);
      if (sizes.some((size) => size === 0))
        return `Of ${count} folds ${sizes.filter((size) => size === 0).length} are empty.`;
      if (Math.max(...sizes) > songs.length / 2)
        return `One fold has ${Math.max(...sizes)} of ${songs.length} clips.`;
    }
    return undefined;
  },
  "Now what is tested was never heard.",
);

/** 4.3: a 95 % interval of a rate; Wilson's or an exact one. */
const interval = exercise(
  "4.3 interval",
  (answer: (right: number, n: number) => Numbers) => {
    for (const [right, n] of [
      [93, 100],
      [20, 20],
      [0, 12],
      [8, 12],
      [450, 500],
    ]) {
      const found = numbersIn(answer(right, n), "interval");
      if (found.length !== 2) return `An interval is two numbers, low and high. Yours has ${found.length}.`;
      const [low, high] = found;
      const asked = `${right} right of ${n}`;
      if (!(low <= high)) return `For ${asked} you give ${told(low)} to ${told(high)}: low comes first.`;
      if (low > 1.001 || high > 1.001)
        return `For ${asked} it reaches ${told(high)}. A rate lies between 0 and 1${high > 1.5 ? " (no percent)" : ""}.`;
      if (low < -0.001) return `For ${asked} it reaches down to ${told(low)}. A rate lies between 0 and 1.`;
      if (high - low < 1e-6)
        return `${asked} gives an interval of no width. Would you bet that the next ${n} go the same way?`;
      const [least, most] = wilson(right, n);
      const isWide = high - low > 1.35 * (most - least);
      const isNarrow = high - low < 0.75 * (most - least);
      if (isNarrow)
        return `For ${asked} it goes from ${told(low)} to ${told(high)}, too narrow for 95 of 100 such intervals to hold the truth.`;
      if (isWide || Math.abs(low - least) > 0.06 || Math.abs(high - most) > 0.06)
        return `For ${asked} it goes from ${told(low)} to ${told(high)}. Is its middle drawn towards one half, the more the fewer clips there are?`;
    }
    return undefined;
  },
  "A number without its interval says less than it seems to.",
);

/** The checks of chapter 4. */
export const probingChecks = { fit, folds, interval };

function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
