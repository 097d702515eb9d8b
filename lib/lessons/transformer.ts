import { random } from "../math/random";
import { apart, numbersIn, rowsIn, told } from "./answers";
import { exercise } from "./exercise";

/* Chapter 2: a music transformer from the inside. */

type Numbers = ArrayLike<number>;
type Rows = ArrayLike<Numbers>;

/** 2.1: scores to shares. */
const softmax = exercise(
  "2.1 softmax",
  (answer: (scores: number[]) => Numbers) => {
    for (const scores of [[0, 1, 2], [-3, 0.5, 0.5, 4], [7], [1000, 1001, 999]]) {
      const shares = numbersIn(answer([...scores]), "softmax");
      const asked = `softmax of ${scores.join(", ")}`;
      if (shares.length !== scores.length)
        return `The ${asked} has ${shares.length} numbers, not ${scores.length}.`;
      const sum = shares.reduce((all, x) => all + x, 0);
      if (!Number.isFinite(sum))
        return `The ${asked} holds ${shares.map(told).join(", ")}. e to the power of ${Math.max(...scores)} is too large for a computer. Which number may be taken from all scores without changing the shares?`;
      if (Math.abs(sum - 1) > 1e-4) return `The shares of the ${asked} add up to ${told(sum)}, not to 1.`;
      if (apart(shares, shared(scores)) > 1e-4) {
        const linear = scores.map((x) => x / scores.reduce((all, y) => all + y, 0));
        return apart(shares, linear) < 1e-4
          ? "These are the scores' own shares. A score of 2 should weigh e times as much as one of 1, and negative scores should count too."
          : `The ${asked} starts with ${told(shares[0])}. One step more in a score makes a share e times as large.`;
      }
    }
    return undefined;
  },
  "Any list of scores becomes shares that add up to 1.",
);

/** 2.2: one attention head. */
const head = exercise(
  "2.2 head",
  (answer: (q: number[][], k: number[][], v: number[][]) => Rows) => {
    const uniform = random(3);
    const draw = () => Array.from({ length: 9 }, () => Array.from({ length: 4 }, () => 4 * uniform() - 2));
    const [q, k, v] = [draw(), draw(), draw()];
    const z = rowsIn(answer(structuredClone(q), structuredClone(k), structuredClone(v)), "head");
    if (z.length !== q.length)
      return `There are ${q.length} positions, and z has a row for each. Yours has ${z.length}.`;
    const wrongWidth = z.find((row) => row.length !== 4);
    if (wrongWidth)
      return `A row of z is as long as a value, 4 here. Yours has ${wrongWidth.length}: are they shares still, not yet values?`;
    const isLike = (way: Way) => apart(z.flat(), attended(q, k, v, way).flat()) < 1e-4;
    if (isLike({})) return undefined;
    if (isLike({ isScaled: false }))
      return "Right but for the size of the scores: products of long vectors are large, and the shares become all or nothing. What divides them?";
    if (isLike({ isCausal: false }) || isLike({ isCausal: false, isScaled: false }))
      return "Position 0 already gathers from position 8, which has not been played yet. Which keys may a position see?";
    if (isLike({ isShared: false }))
      return "The scores are used as they are. They should become shares that add up to 1 first.";
    if (apart(z[0], v[0]) > 1e-4)
      return `Position 0 can see itself alone, so its z is its value, ${v[0].map(told).join(", ")}. Yours is ${z[0].map(told).join(", ")}.`;
    return "Position 0 is right, a later one is not. Does every query meet the keys, and are values weighed by that query's shares?";
  },
  "That is all of attention: shares by likeness, and a mean of values by these shares.",
);

/** 2.3: a token by chance. */
const sample = exercise(
  "2.3 sample",
  (answer: (logits: number[], topK: number, temperature: number, chance: number) => number) => {
    const logits = [0.3, 2, -1, 1.2, 0.9, -4];
    const draws = 2000;
    const found = (topK: number, temperature: number) => {
      const counts = new Array<number>(logits.length).fill(0);
      for (let i = 0; i < draws; i++) {
        const token = answer([...logits], topK, temperature, (i + 0.5) / draws);
        if (!Number.isInteger(token) || token < 0 || token >= logits.length)
          throw new Error(`expected a token from 0 to ${logits.length - 1}, found ${token}`);
        counts[token] += 1 / draws;
      }
      return counts;
    };
    const isLike = (counts: number[], topK: number, temperature: number) =>
      counts.every((share, token) => Math.abs(share - wanted(logits, topK, temperature)[token]) < 0.01);
    for (const [topK, temperature] of [
      [6, 1],
      [3, 1],
      [6, 2],
      [4, 0.5],
    ]) {
      const counts = found(topK, temperature);
      if (isLike(counts, topK, temperature)) continue;
      if (counts.some((share) => share > 0.999))
        return "It always chooses the same token. What is `chance` for?";
      const kept = wanted(logits, topK, temperature);
      const outside = counts.findIndex((share, token) => share > 0 && kept[token] === 0);
      if (outside >= 0)
        return `With topK ${topK} the token ${outside} was chosen, which is not among the ${topK} likeliest.`;
      if (temperature !== 1 && isLike(counts, topK, 1))
        return "The temperature changes nothing. A higher one should make the shares more alike.";
      if (temperature !== 1 && isLike(counts, topK, 1 / temperature))
        return "A temperature of 2 makes the choice surer, and should make it bolder.";
      const likely = kept.indexOf(Math.max(...kept));
      return (
        `With topK ${topK} and temperature ${temperature} token ${likely} should come up in ${told(100 * kept[likely])} % of choices, and does in ${told(100 * counts[likely])} %. ` +
        "Do the shares of those that are left add up to 1 again?"
      );
    }
    return undefined;
  },
  "Chance makes takes differ; a fixed row of chances, the seed, makes them come again.",
);

/** The checks of chapter 2. */
export const transformerChecks = { softmax, head, sample };

interface Way {
  isScaled?: boolean;
  isCausal?: boolean;
  isShared?: boolean;
}

function shared(scores: number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

function attended(
  q: number[][],
  k: number[][],
  v: number[][],
  { isScaled = true, isCausal = true, isShared = true }: Way,
): number[][] {
  return q.map((query, t) => {
    const seen = isCausal ? k.slice(0, t + 1) : k;
    const scores = seen.map(
      (key) => key.reduce((sum, x, i) => sum + x * query[i], 0) / (isScaled ? Math.sqrt(key.length) : 1),
    );
    const shares = isShared ? shared(scores) : scores;
    return v[0].map((_, i) => shares.reduce((sum, share, s) => sum + share * v[s][i], 0));
  });
}

function wanted(logits: number[], topK: number, temperature: number): number[] {
  const least = [...logits].sort((a, b) => b - a)[topK - 1];
  return shared(logits.map((x) => (x >= least ? x / temperature : Number.NEGATIVE_INFINITY)));
}
