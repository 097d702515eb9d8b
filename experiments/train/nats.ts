import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { MusicGen } from "../../lib/model/musicgen";
import { toBatch } from "./batch";

/**
 * Nats a token by codebook, without a caption, of each of several token grids: cross-entropy of what comes next in the delay pattern,
 * as the decoder's training has it (`decoderLosses`).
 * @param grids [codebooks][at least `window` frames]
 * @returns [grids][codebooks]
 */
export function natsOf(model: MusicGen, grids: TokenGrid[], window: number): number[][] {
  const { codebooks, vocabulary, decoder } = model;
  return grids.map((grid) => {
    const codes = grid.map((row) => Int16Array.from(row));
    const { inputs, targets, valid } = toBatch([{ codes, from: 0, text: [] }], window);
    const output = decoder.prefill([inputs], { logits: true })!; // [1, window, codebooks, vocabulary]
    const logits = output.dataSync<"float32">();
    output.dispose();
    const sums = new Float64Array(codebooks);
    const counts = new Float64Array(codebooks);
    for (let at = 0; at < window * codebooks; at++) {
      if (!valid[at]) continue;
      const row = logits.subarray(at * vocabulary, (at + 1) * vocabulary);
      sums[at % codebooks] += logSumExp(row) - row[targets[at]];
      counts[at % codebooks]++;
    }
    return Array.from(sums, (sum, k) => sum / counts[k]);
  });
}

function logSumExp(row: Float32Array): number {
  const most = row.reduce((a, b) => Math.max(a, b));
  return most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
