import { tf } from "../../engine";
import { part, type Weights } from "../checkpoint/checkpoint";
import type { CodecConfig } from "../checkpoint/config";
import { checkTokens, type TokenGrid } from "../generate/tokens";
import { codecLayers } from "./layers";
import { runDecoder, runEncoder } from "./network";
import { readCodecTensors } from "./weights";

/** EnCodec: audio to tokens and back. */
export interface Codec {
  config: CodecConfig;
  /** Whether an LSTM lets every sample depend on all frames before it, in the decoder. */
  isRecurrent: boolean;
  /**
   * Waveforms to tokens, ceil(samples / hop) frames each; clips of one length run together.
   * @param batch mono samples at the codec's rate
   * @throws RangeError for an empty clip, or a sample that is not finite
   */
  encode(batch: Float32Array[]): TokenGrid[];
  /**
   * Tokens to waveforms, frames * hop samples each; grids of one length run together.
   * @throws RangeError when a grid does not fit the codec
   */
  decode(grids: TokenGrid[]): Float32Array[];
  /** Free the weights. */
  dispose(): void;
}

/** One level of the residual quantiser. */
interface Codebook {
  entries: tf.Tensor2D; // [codebookSize, dimension]
  doubled: tf.Tensor2D; // [dimension, codebookSize], 2 x entries
  penalty: tf.Tensor1D; // [codebookSize], -|entry|^2
}

/** Floats of the widest activation that one run may hold: about 64 MB. */
const roomForOneRun = 2 ** 24;

/**
 * Build the codec from a checkpoint's `audio_encoder.` tensors. Reference: transformers, modeling_encodec.py.
 * @throws Error naming a tensor that is missing
 */
export function createCodec(weights: Weights, config: CodecConfig): Codec {
  const tensors = new Map<string, tf.Tensor>();
  readCodecTensors(part(weights, "audio_encoder."), config, (name, { shape, data }) => {
    tensors.set(name, tf.tensor(data, shape));
  });
  const get = (name: string) => tensors.get(name);
  const books = Array.from({ length: config.numQuantizers }, (_, k) =>
    codebook(tensors.get(`quantizer.layers.${k}.codebook.embed`) as tf.Tensor2D),
  );
  const atOnce = (samples: number) => Math.max(1, Math.floor(roomForOneRun / (samples * config.numFilters)));

  const encodeRun = (clips: Float32Array[]): TokenGrid[] => {
    const codes = tf.tidy(() => {
      const x = tf.stack(clips.map((clip) => tf.tensor1d(clip))); // [batch, samples]
      const latents = runEncoder(config, get, tf.expandDims(x, 2)); // [batch, frames, dimension]
      return tf.reshape(quantise(books.slice(0, config.codebooks), latents), [
        clips.length,
        config.codebooks,
        -1,
      ]);
    });
    return grids(codes as tf.Tensor3D);
  };

  const decodeRun = (batch: TokenGrid[]): Float32Array[] => {
    const [rows, frames] = [batch[0].length, batch[0][0].length];
    const audio = tf.tidy(() => {
      const levels = books.slice(0, rows).map(({ entries }, k) => {
        const codes = new Int32Array(batch.length * frames);
        for (const [row, grid] of batch.entries()) codes.set(grid[k], row * frames);
        return tf.gather(entries, tf.tensor1d(codes, "int32")); // [batch * frames, dimension]
      });
      const latents = tf.reshape(tf.addN(levels), [batch.length, frames, config.hiddenSize]);
      return runDecoder(config, get, latents as tf.Tensor3D); // [batch, frames * hop, 1]
    });
    const samples = audio.dataSync() as Float32Array;
    audio.dispose();
    const length = frames * config.hopLength;
    return batch.map((_, row) => samples.slice(row * length, (row + 1) * length));
  };

  const isRecurrent = codecLayers(config).decoder.some(
    (layer) => layer.kind === "lstm" && tensors.has(`${layer.name}.weight_ih_l0`),
  );
  return {
    config,
    isRecurrent,
    encode: (batch) => {
      for (const [i, clip] of batch.entries()) checkClip(clip, i);
      return inRuns(batch, (clip) => clip.length, atOnce, encodeRun);
    },
    decode: (batch) => {
      for (const [i, grid] of batch.entries()) checkGrid(grid, config, `grid ${i}`);
      return inRuns(
        batch,
        (grid) => grid[0].length,
        (frames) => atOnce(frames * config.hopLength),
        decodeRun,
      );
    },
    dispose: () => {
      for (const { doubled, penalty } of books) tf.dispose([doubled, penalty]);
      tf.dispose([...tensors.values()]);
      tensors.clear();
    },
  };
}

/**
 * Residual vector quantisation: at each level the nearest entry, |x - e|^2 = |x|^2 - (2 x e - |e|^2), is taken away.
 * @param latents [batch, frames, dimension]
 * @returns codes [batch, levels, frames]
 */
function quantise(books: Codebook[], latents: tf.Tensor3D): tf.Tensor3D {
  const [batch, frames, dimension] = latents.shape;
  let residual = tf.reshape(latents, [-1, dimension]) as tf.Tensor2D; // [batch * frames, dimension]
  const levels = books.map(({ entries, doubled, penalty }) => {
    const [codes, rest] = tf.tidy(() => {
      const nearness = tf.fused.matMul({ a: residual, b: doubled, bias: penalty }); // [batch * frames, codebookSize]
      const nearest = tf.argMax(nearness, 1) as tf.Tensor1D;
      return [nearest, tf.sub(residual, tf.gather(entries, nearest))] as [tf.Tensor1D, tf.Tensor2D];
    });
    residual = rest;
    return tf.reshape(codes, [batch, frames]);
  });
  return tf.stack(levels, 1) as tf.Tensor3D;
}

function codebook(entries: tf.Tensor2D): Codebook {
  return tf.tidy(() => ({
    entries,
    doubled: tf.mul(tf.transpose(entries), 2) as tf.Tensor2D,
    penalty: tf.neg(tf.sum(tf.square(entries), 1)) as tf.Tensor1D,
  }));
}

function grids(codes: tf.Tensor3D): TokenGrid[] {
  const [batch, levels, frames] = codes.shape;
  const all = codes.dataSync() as Int32Array;
  codes.dispose();
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length: levels }, (_, k) =>
      all.slice((row * levels + k) * frames, (row * levels + k + 1) * frames),
    ),
  );
}

/** Run items of one length together, at most as many as fit, and give the results in the items' order. */
function inRuns<Item, Result>(
  items: Item[],
  lengthOf: (item: Item) => number,
  atOnce: (length: number) => number,
  run: (batch: Item[]) => Result[],
): Result[] {
  const byLength = new Map<number, number[]>();
  for (const [i, item] of items.entries()) {
    const same = byLength.get(lengthOf(item));
    if (same) same.push(i);
    else byLength.set(lengthOf(item), [i]);
  }
  const results = new Array<Result>(items.length);
  for (const [length, places] of byLength) {
    const step = atOnce(length);
    for (let start = 0; start < places.length; start += step) {
      const chosen = places.slice(start, start + step);
      for (const [n, result] of run(chosen.map((i) => items[i])).entries()) results[chosen[n]] = result;
    }
  }
  return results;
}

function checkClip(clip: Float32Array, index: number): void {
  if (clip.length === 0) throw new RangeError(`clip ${index}: expected at least one sample, found none`);
  const wrong = clip.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new RangeError(`clip ${index}: expected finite samples, found ${clip[wrong]} at ${wrong}`);
}

function checkGrid(grid: TokenGrid, config: CodecConfig, where: string): void {
  if (grid.length < 1 || grid.length > config.numQuantizers) {
    throw new RangeError(`${where}: expected 1 to ${config.numQuantizers} codebooks, found ${grid.length}`);
  }
  checkTokens(grid, grid.length, config.codebookSize, where);
  if (grid[0].length === 0) throw new RangeError(`${where}: expected at least one frame, found none`);
}
