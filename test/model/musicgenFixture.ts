import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diskFile, diskFolder } from "../../lib/disk/folder";
import { tf } from "../../lib/engine";
import "../../lib/native/engine"; // the first operation starts the engine
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { type MusicGenConfig, readConfig } from "../../lib/model/checkpoint/config";
import { openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { createDecoder, type Decoder, type TextStates } from "../../lib/model/decoder/decoder";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { SteeredModel } from "../../lib/model/intervention";
import type { CaptureModel } from "../../lib/probes/capture";

/** What test/fixtures/make/musicgen.py wrote: a tiny random checkpoint, and what PyTorch transformers makes of it. */
export interface Fixture {
  folder: string;
  config: MusicGenConfig;
  decoder: Decoder;
  /** The decoder and its sizes, as capture and steering take them; what a whole model has beside it is made up. */
  model: CaptureModel & SteeredModel;
  /** [codebooks][frames] under the names of expected.json */
  grid(name: string): TokenGrid;
  /** Tokens of the batch whose logits and z are known: [rows][codebooks][positions]. */
  batch: TokenGrid[];
  expected(name: string): { values: Float32Array; shape: number[] };
  /** The text states of row 0 (all tokens), of row 1 (padded), or of both. */
  text(rows?: number[]): TextStates;
}

export const shapes = ["plain", "projected", "eight", "odd"];

export function openFixture(shape: string): Fixture {
  const folder = join(__dirname, "../fixtures/musicgen", shape);
  const disk = diskFolder(folder);
  const config = readConfig(disk);
  const { numHiddenLayers, numAttentionHeads, hiddenSize, numCodebooks, vocabSize } = config.decoder;
  const decoder = createDecoder(openCheckpoint(disk), config.decoder);
  const known = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  const tensors = openSafetensors(diskFile(join(folder, "expected.safetensors")));
  const toGrid = (rows: number[][]): TokenGrid => rows.map((row) => Int32Array.from(row));
  const expected = (name: string) => ({ values: tensors.read(name), shape: tensors.shape(name) });
  return {
    folder,
    config,
    decoder,
    model: {
      name: "tiny",
      fingerprint: "f",
      frameRate: 50,
      decoder,
      layers: numHiddenLayers,
      heads: numAttentionHeads,
      headDim: hiddenSize / numAttentionHeads,
      codebooks: numCodebooks,
      vocabulary: vocabSize,
    },
    grid: (name) => toGrid(known[name]),
    batch: known.tokens.map(toGrid),
    expected,
    text(rows = [0, 1]) {
      const { values, shape } = expected("text.states");
      const states = tf.tidy(() => tf.gather(tf.tensor3d(values, shape as [number, number, number]), rows));
      return { states, mask: tf.tensor2d(rows.map((row) => known.textMask[row])) };
    },
  };
}

/** The largest difference as a share of the largest expected number: a relative error that zeros do not blow up. */
export function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return Number.isNaN(worst) ? worst : worst / scale;
}
