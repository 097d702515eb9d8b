import { random } from "../math/random";
import { apart, numbersIn, rowsIn, told } from "./answers";
import { exercise } from "./exercise";

/* Chapter 1: from sound to tokens. */

type Numbers = ArrayLike<number>;

/** 1.1: a sine's samples. */
const tone = exercise(
  "1.1 tone",
  (answer: (frequency: number, seconds: number, rate: number) => Numbers) => {
    for (const [frequency, seconds, rate] of [
      [440, 0.1, 8000],
      [1000, 0.05, 16000],
    ]) {
      const samples = numbersIn(answer(frequency, seconds, rate), "tone");
      const asked = `tone(${frequency}, ${seconds}, ${rate})`;
      const length = Math.round(seconds * rate);
      if (Math.abs(samples.length - length) > 1)
        return `${asked} has ${samples.length} samples. How many does ${seconds} s have at ${rate} a second?`;
      if (samples.some((x) => !Number.isFinite(x))) return `${asked} holds something that is no number.`;
      const loudest = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      if (loudest < 0.01) return `${asked} is silent.`;
      if (loudest > 1.001) return `${asked} reaches ${told(loudest)}: samples lie between -1 and 1.`;
      const energy = samples.reduce((sum, x) => sum + x * x, 0);
      const purity = (2 * strengthOf(samples, frequency, rate) ** 2) / samples.length / energy;
      if (purity < 0.95) {
        const heard = crossings(samples) / 2 / seconds;
        const ratio = heard / frequency;
        const hint =
          Math.abs(ratio * 2 * Math.PI - 1) < 0.2
            ? "Math.sin counts angles in radians: how large is one whole turn?"
            : "How many turns has the wave made after n samples?";
        return `${asked} swings about ${told(Math.round(heard))} times a second, not ${frequency}. ${hint}`;
      }
    }
    return undefined;
  },
  "Every sound is such a list; all that follows works on lists like it.",
);

/** 1.2: how much of a frequency a sound holds, up to a constant factor; magnitude or power. */
const strength = exercise(
  "1.2 strength",
  (answer: (samples: Float32Array, frequency: number, rate: number) => number) => {
    const rate = 8000;
    const cases = [0, 0.8, 1.6, 2.9, 4.1].map((phase) => ({
      phase,
      samples: Float32Array.from(
        { length: 800 },
        (_, n) =>
          0.5 * Math.sin((2 * Math.PI * 440 * n) / rate + phase) +
          0.2 * Math.sin((2 * Math.PI * 1200 * n) / rate),
      ),
    }));
    const at = (frequency: number) =>
      cases.map(({ samples }) => {
        const found = answer(samples, frequency, rate);
        if (typeof found !== "number") throw new Error(`strength: expected a number, found ${typeof found}`);
        return found;
      });
    const [present, faint, absent] = [440, 1200, 700].map(at);
    const all = [...present, ...faint, ...absent];
    if (all.some((x) => !Number.isFinite(x))) return "It gives something that is no number.";
    if (all.some((x) => x < 0))
      return `It gives ${told(Math.min(...all))} for some sound. A strength is never negative: two sums at right angles have one length.`;
    const spread = Math.max(...present) / Math.max(1e-9, Math.min(...present));
    if (spread > 1.05)
      return (
        `The same tone, begun at another point of its swing, gets strengths from ${told(Math.min(...present))} to ${told(Math.max(...present))}. ` +
        "One wave to compare with is not enough: what of a tone a quarter of a swing later?"
      );
    const mean = (list: number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
    if (!(mean(absent) < 0.1 * mean(present)))
      return `A sound without 700 Hz gets ${told(mean(absent))} there, one with 440 Hz gets ${told(mean(present))}: the sums do not cancel.`;
    const ratio = mean(present) / mean(faint); // magnitudes 2.5, powers 6.25
    if (Math.abs(ratio / 2.5 - 1) > 0.05 && Math.abs(ratio / 6.25 - 1) > 0.05)
      return `A tone 2.5 times as large gets ${told(ratio)} times the strength. Expected is 2.5, or 6.25 for power.`;
    return undefined;
  },
  "This is one number of the Fourier transform. A spectrogram has one for every frequency and moment.",
);

/** 1.3: residual vector quantisation. */
const quantise = exercise(
  "1.3 quantise",
  (answer: (vector: number[], codebooks: number[][][]) => Numbers) => {
    const uniform = random(5);
    const draw = (scale: number) => [0, 1, 2].map(() => scale * (2 * uniform() - 1));
    const codebooks = [1, 0.5, 0.25].map((scale) => Array.from({ length: 8 }, () => draw(scale)));
    for (let n = 0; n < 20; n++) {
      const vector = draw(1.5);
      const given = structuredClone({ vector, codebooks });
      const codes = numbersIn(answer(given.vector, given.codebooks), "quantise");
      const expected = codesOf(vector, codebooks, true);
      if (codes.length !== 3)
        return `There are 3 codebooks, so 3 codes, one of each. Yours has ${codes.length}.`;
      if (codes.every((code, k) => code === expected[k])) continue;
      if (codes.some((code) => !Number.isInteger(code) || code < 0 || code > 7))
        return `A code is the place of an entry in its codebook, from 0 to 7. Yours are ${codes.map(told).join(", ")}.`;
      if (codes.every((code, k) => code === codesOf(vector, codebooks, false)[k]))
        return "Every codebook looks for the whole vector. What has the first entry left over for the second to say?";
      if (codes[0] !== expected[0]) {
        const distance = (code: number) => told(Math.sqrt(squared(vector, codebooks[0][code])));
        return `In the first codebook you chose entry ${codes[0]}, at a distance of ${distance(codes[0])}. Another is nearer.`;
      }
      return "The first code is right, a later one is not. What is left after each step, and is it taken from what was left before?";
    }
    return undefined;
  },
  "This is what the codec does to every frame, with 4 codebooks of hundreds of entries.",
);

/** 1.4: the delay pattern. */
const delay = exercise(
  "1.4 delay",
  (answer: (grid: number[][], padding: number) => ArrayLike<Numbers>) => {
    for (const [codebooks, frames] of [
      [3, 4],
      [4, 2],
    ]) {
      const grid = Array.from({ length: codebooks }, (_, k) =>
        Array.from({ length: frames }, (_, f) => 10 * k + f),
      );
      const rows = rowsIn(
        answer(
          grid.map((row) => [...row]),
          99,
        ),
        "delay",
      );
      const width = frames + codebooks;
      if (rows.length !== codebooks)
        return `There are ${codebooks} codebooks, so ${codebooks} rows. Yours has ${rows.length}.`;
      const wrongWidth = rows.find((row) => row.length !== width);
      if (wrongWidth)
        return (
          `A row of yours has ${wrongWidth.length} positions. ${frames} frames with ${codebooks} codebooks take ${width}: ` +
          "the start, the frames, and as many more as the last codebook comes late."
        );
      const [start] = rows.map((row) => row[0]);
      if (rows.some((row) => row[0] !== 99))
        return `Position 0 is the start for every codebook, all padding. Yours begins with ${told(start)}.`;
      for (const [k, row] of rows.entries()) {
        const place = row.indexOf(10 * k);
        if (place !== k + 1)
          return place < 0
            ? `Row ${k} has lost its first token.`
            : `Codebook ${k} begins at position ${place}. How many positions behind codebook 0 should it run?`;
        const expected = grid[k].concat();
        if (apart(row.slice(k + 1, k + 1 + frames), expected) > 0)
          return `The tokens of row ${k} are not in their order.`;
        if (row.filter((token) => token === 99).length !== codebooks)
          return `What holds no token holds the padding, before and after. Row ${k} is ${row.map(told).join(" ")}.`;
      }
    }
    return undefined;
  },
  "So at every position the model has chosen the coarse codes of a frame before it chooses the fine ones.",
);

/** The checks of chapter 1. */
export const soundChecks = { tone, strength, quantise, delay };

/** |sum of x(n) e^(-i angle)| */
function strengthOf(samples: Numbers, frequency: number, rate: number): number {
  let [real, imaginary] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    const angle = (2 * Math.PI * frequency * n) / rate;
    real += samples[n] * Math.cos(angle);
    imaginary += samples[n] * Math.sin(angle);
  }
  return Math.hypot(real, imaginary);
}

function crossings(samples: number[]): number {
  return samples.filter((x, n) => n > 0 && x >= 0 !== samples[n - 1] >= 0).length;
}

function squared(a: number[], b: number[]): number {
  return a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);
}

/** The codes of a vector; without the residual every codebook sees the whole of it. */
function codesOf(vector: number[], codebooks: number[][][], isResidual: boolean): number[] {
  let left = vector;
  return codebooks.map((entries) => {
    const distances = entries.map((entry) => squared(left, entry));
    const code = distances.indexOf(Math.min(...distances));
    if (isResidual) left = left.map((x, i) => x - entries[code][i]);
    return code;
  });
}
