import { tf } from "../engine";
import { random } from "../math/random";
import { site, type TapPoint, type Taps } from "../model/taps";
import { apart, told } from "./answers";
import { exercise } from "./exercise";

/* Chapter 5: steering. */

/** A direction of one head, as the student's `push` takes it. */
export interface PushedHead {
  layer: number;
  head: number;
  theta: ArrayLike<number>;
  sigma: number;
}

/** 5.1: how widely clips spread along a direction. */
const spread = exercise(
  "5.1 spread",
  (answer: (z: number[][], theta: number[]) => number) => {
    const uniform = random(8);
    for (const length of [1, 3]) {
      const z = Array.from({ length: 60 }, () => [0, 1, 2].map((d) => (uniform() - 0.5) * (d + 1) + 5));
      const theta = [0.6, 0, 0.8].map((x) => x * length);
      const found = answer(structuredClone(z), [...theta]);
      if (typeof found !== "number") throw new Error(`spread: expected a number, found ${typeof found}`);
      const along = z.map((row) => row[0] * 0.6 + row[2] * 0.8);
      const mean = along.reduce((sum, x) => sum + x, 0) / along.length;
      const deviation = Math.sqrt(along.reduce((sum, x) => sum + (x - mean) ** 2, 0) / along.length);
      const isLike = (x: number) => Math.abs(found / x - 1) < 0.02; // by n or by n - 1
      if (isLike(deviation)) continue;
      if (isLike(deviation ** 2)) return "That is the variance. In which unit is it, and in which is z?";
      if (length > 1 && isLike(deviation * length))
        return `With a theta of length ${length} the answer is ${length} times as large. A direction has length 1.`;
      if (isLike(Math.sqrt(along.reduce((sum, x) => sum + x * x, 0) / along.length)))
        return "This is the distance from zero. Asked is how far clips lie from their own middle.";
      if (isLike(Math.max(...along) - Math.min(...along)))
        return "This is the whole range, which two odd clips decide alone.";
      return `For a theta of length ${length} you give ${told(found)}: neither the deviation nor one of its relatives.`;
    }
    return undefined;
  },
  "So alpha counts in steps that mean the same for every head: standard deviations of its own clips.",
);

/** 5.2: inference-time intervention as taps. */
const push = exercise(
  "5.2 push",
  (answer: (heads: PushedHead[], alpha: number) => Taps) => {
    const heads: PushedHead[] = [
      { layer: 1, head: 0, theta: [0, 1, 0], sigma: 2 },
      { layer: 1, head: 3, theta: [0.6, 0, 0.8], sigma: 0.5 },
      { layer: 4, head: 2, theta: Float32Array.of(1, 0, 0), sigma: 1 },
    ];
    const alpha = 3;
    const taps = answer(structuredClone(heads), alpha);
    if (!(taps instanceof Map)) return "Expected taps: a Map from a site's name to a function.";
    for (const layer of [1, 4]) {
      const name = site(layer, "selfAttention.z");
      const tap = taps.get(name);
      if (!tap)
        return `There is no tap at ${name}. Yours are at ${[...taps.keys()].join(", ") || "no site"}.`;
      const run = (positions: number, prefill: boolean) => {
        const value = tf.tensor(
          Array.from({ length: 2 * positions * 4 * 3 }, (_, i) => i / 10),
          [2, positions, 4, 3],
        );
        const at: TapPoint = { site: name, layer, step: prefill ? -positions : 0, positions, prefill };
        const before = value.arraySync() as number[][][][];
        const after = tf.tidy(() => (tap(value, at) ?? value).arraySync()) as number[][][][];
        value.dispose();
        return { before, after };
      };
      const { before, after } = run(1, false);
      if (after.flat(3).length !== before.flat(3).length) return "The tap returns a value of another shape.";
      const moved = (row: number, head: number) =>
        after[row][0][head].map((x, d) => x - before[row][0][head][d]);
      for (const row of [0, 1]) {
        const pushed = heads.filter((head) => head.layer === layer);
        for (let head = 0; head < 4; head++) {
          const own = pushed.find((one) => one.head === head);
          const wanted = own ? Array.from(own.theta, (x) => alpha * own.sigma * x) : [0, 0, 0];
          const found = moved(row, head);
          if (apart(found, wanted) < 1e-3) continue;
          if (!own)
            return `Head ${head} of layer ${layer} has moved by ${found.map(told).join(", ")}, and nobody asked for it.`;
          if (found.every((x) => Math.abs(x) < 1e-6))
            return pushed.length > 1
              ? `Head ${head} of layer ${layer} has not moved. Two heads of that layer are to be pushed: does the second tap replace the first one in the Map?`
              : `Head ${head} of layer ${layer} has not moved.`;
          if (
            apart(
              found,
              Array.from(own.theta, (x) => alpha * x),
            ) < 1e-3
          )
            return `Head ${head} of layer ${layer} moves by alpha theta. Each head has a unit of its own: how widely do its clips spread?`;
          if (
            apart(
              found,
              Array.from(own.theta, (x) => own.sigma * x),
            ) < 1e-3
          )
            return "Heads move by sigma theta, whatever alpha is.";
          return `Head ${head} of layer ${layer} moves by ${found.map(told).join(", ")}. Expected was alpha sigma theta.`;
        }
      }
      const prompt = run(5, true);
      if (apart(prompt.after.flat(3), prompt.before.flat(3)) > 1e-6)
        return "The prompt's positions are changed too. Only what is new is to be steered: what does the tap know about where it is called?";
    }
    return undefined;
  },
  "This is inference-time intervention (ITI), whole.",
);

/** The checks of chapter 5. */
export const steeringChecks = { spread, push };
