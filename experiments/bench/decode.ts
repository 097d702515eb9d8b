import type { Decoder } from "../../lib/model/decoder";
import type { Taps } from "../../lib/model/taps";
import type { TokenGrid } from "../../lib/model/tokens";

export interface DecodeTiming {
  /** Milliseconds to read the prompts. */
  prefill: number;
  /** Milliseconds a step, logits read: the median and the best, which on a busy machine says more. */
  median: number;
  best: number;
}

export interface DecodeOptions {
  rows: number;
  /** Positions of the prompt. */
  prompt?: number;
  steps?: number;
  /** All rows continue one prompt, which is read once. */
  shared?: boolean;
  taps?: Taps;
}

/** How long a decoder takes for its steps after a prompt, at the sizes given. */
export function timeDecoding(
  decoder: Decoder,
  { rows, prompt = 150, steps = 100, shared = false, taps }: DecodeOptions,
): DecodeTiming {
  const { numCodebooks: codebooks, vocabSize: vocabulary } = decoder.config;
  const token = (position: number, k: number) => (position * 7 + k * 13) % vocabulary;
  const grid = (): TokenGrid =>
    Array.from({ length: codebooks }, (_, k) =>
      Int32Array.from({ length: prompt }, (_, position) => token(position, k)),
    );
  const read = shared ? 1 : rows;
  const start = performance.now();
  let cache = decoder.createCache(read, { origin: prompt, positions: prompt + steps });
  decoder.prefill(Array.from({ length: read }, grid), { cache, logits: "last" })?.dispose();
  if (shared) {
    const first = cache;
    cache = decoder.copyCache(first, new Array<number>(rows).fill(0));
    first.dispose();
  }
  const prefill = performance.now() - start;
  const times = Array.from({ length: steps }, (_, step) => {
    const tokens = Int32Array.from({ length: rows * codebooks }, (_, i) =>
      token(prompt + step, i % codebooks),
    );
    const before = performance.now();
    const logits = decoder.step(cache, tokens, taps);
    logits.dataSync();
    logits.dispose();
    return performance.now() - before;
  });
  cache.dispose();
  times.sort((a, b) => a - b);
  return { prefill, median: times[steps >> 1], best: times[0] };
}
