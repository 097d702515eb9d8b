/**
 * MusicGen's decoder: a transformer over codec tokens that reads K tokens a position (one a codebook) and predicts the next K.
 * References: transformers, modeling_musicgen.py; facebookresearch/audiocraft, models/lm.py. Top to bottom:
 * embed -> layers of (self-attention, attention to the text, MLP), each added to the residual stream -> one LM head a codebook.
 */
import { tf } from "../backend";
import { gelu, geluTanh, normalize } from "./activation";
import { attend, causalMask, forget, type KeyValues, type Memory, remember } from "./attention";
import type { Weights } from "./checkpoint";
import type { DecoderConfig } from "./config";
import { disposeDecoderWeights, type LayerWeights, type Linear, readDecoderWeights } from "./decoderWeights";
import { sinusoids } from "./positions";
import { checkSite, checkTaps, type SiteKind, site, type Taps } from "./taps";
import type { TokenGrid } from "./tokens";

/** What the decoder remembers of a batch while it generates: its keys and values. Free it with `dispose`. */
export interface DecoderCache {
  rows: number;
  /** Positions read so far. */
  positions: number;
  /** The position that counts as step 0 for taps: the first new one. */
  origin: number;
  layers: Memory[];
  text?: TextMemory;
  dispose(): void;
}

/** The text as every layer's cross-attention sees it: computed once a take. */
export interface TextMemory {
  layers: KeyValues[]; // [rows, heads, textTokens, headDim]
  mask: tf.Tensor4D; // [rows, 1, 1, textTokens], very negative at padding
}

/** Text states for some of a batch's rows. */
export interface TextStates {
  states: tf.Tensor3D; // [rows, textTokens, textHidden]
  mask: tf.Tensor2D; // [rows, textTokens], 1 for a token, 0 for padding; a row of zeros is an unconditional row
}

export interface PrefillOptions {
  taps?: Taps;
  /** Logits of every position, of the last one, or none (no LM head). Default false. */
  logits?: boolean | "last";
  /** Only the last position is wanted: the last layer then leaves the others out, and taps there see one position. */
  lastOnly?: boolean;
  /** A site after whose tap nothing more is computed. */
  stopAfter?: string;
  /** An empty cache to fill; without it nothing is remembered. */
  cache?: DecoderCache;
}

export interface Decoder {
  config: DecoderConfig;
  /** An empty cache. `origin`: the position that taps count from. */
  createCache(rows: number, origin?: number, text?: TextMemory): DecoderCache;
  /** A cache in which row r continues row `from[r]` of another one, which stays as it is. */
  copyCache(cache: DecoderCache, from: number[]): DecoderCache;
  /** Keys and values of the text for every layer; goes into a cache, which frees it. */
  readText(text: TextStates): TextMemory;
  /**
   * Read many positions at once, fed as they are (no delay pattern).
   * @param tokens [rows][codebooks][positions], the padding token (= vocabulary size) allowed
   * @returns logits [rows, positions (or 1), codebooks, vocabulary] when asked for
   */
  prefill(tokens: TokenGrid[], options?: PrefillOptions): tf.Tensor4D | undefined;
  /**
   * Read one more position.
   * @param tokens [rows x codebooks], row after row
   * @returns logits [rows, codebooks x vocabulary]
   */
  step(cache: DecoderCache, tokens: Int32Array, taps?: Taps): tf.Tensor2D;
  dispose(): void;
}

/**
 * Build the decoder from a checkpoint's `decoder.` tensors (and `enc_to_dec_proj`, where text and decoder differ in size).
 * `scale_embedding` changes nothing, as in the reference, which computes that scale and never applies it.
 * @throws Error naming a tensor that is missing
 */
export function createDecoder(weights: Weights, config: DecoderConfig): Decoder {
  const {
    hiddenSize: hidden,
    numAttentionHeads: heads,
    numCodebooks: codebooks,
    vocabSize: vocabulary,
  } = config;
  const headDim = hidden / heads;
  const last = config.numHiddenLayers - 1;
  const parameters = readDecoderWeights(weights, config);
  const activation: (x: tf.Tensor2D) => tf.Tensor2D = {
    gelu,
    gelu_new: geluTanh,
    relu: tf.relu<tf.Tensor2D>,
  }[config.activationFunction];
  let positions = sinusoids(256, hidden); // [positions, hidden], grown when needed

  /** The sum of the codebooks' embeddings, and the position's. [rows x count, hidden] */
  function embed(
    tokens: (row: number, k: number, step: number) => number,
    rows: number,
    first: number,
    count: number,
  ) {
    const known = positions.length / hidden;
    if (first + count > known) positions = sinusoids(Math.max(first + count, 2 * known), hidden);
    const x = new Float32Array(rows * count * hidden);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let t = 0; t < count; t++, at += hidden) {
        x.set(positions.subarray((first + t) * hidden, (first + t + 1) * hidden), at);
        for (let k = 0; k < codebooks; k++) {
          const start = checkToken(tokens(row, k, t)) * hidden;
          const table = parameters.embeddings[k];
          for (let i = 0; i < hidden; i++) x[at + i] += table[start + i];
        }
      }
    }
    return tf.tensor2d(x, [rows * count, hidden]);
  }

  function checkToken(token: number): number {
    if (token >= 0 && token <= vocabulary) return token;
    throw new RangeError(`decoder: expected tokens from 0 to ${vocabulary}, found ${token}`);
  }

  /** Everything one pass needs to know besides the values themselves. */
  interface Pass {
    rows: number;
    count: number; // positions of this pass
    first: number; // index of the first of them
    cache?: DecoderCache;
    options: PrefillOptions;
    prefill: boolean;
  }

  /** Embedded tokens to logits, or to nothing where the pass ends early. */
  function run(x: tf.Tensor2D, pass: Pass): tf.Tensor2D | undefined {
    let stream = x; // [rows x count, hidden]
    for (const [l, layer] of parameters.layers.entries()) {
      const narrow = pass.prefill && l === last && pass.options.lastOnly === true;
      const after = runLayer(
        stream,
        layer,
        l,
        narrow ? { ...pass, first: pass.first + pass.count - 1 } : pass,
        narrow,
      );
      if (!after) return undefined;
      stream = after;
    }
    const { logits } = pass.options;
    if (!logits) return undefined;
    if (logits === "last" && stream.shape[0] > pass.rows) stream = lastOf(stream, pass);
    return multiply(normalize(stream), parameters.heads); // [rows x count, codebooks x vocabulary]
  }

  /** One layer. `narrow`: read all positions, go on with the last one alone. */
  function runLayer(
    x: tf.Tensor2D,
    layer: LayerWeights,
    l: number,
    pass: Pass,
    narrow: boolean,
  ): tf.Tensor2D | undefined {
    const count = narrow ? 1 : pass.count;
    const tap = (kind: SiteKind, value: tf.Tensor2D) => runTap(value, l, kind, { ...pass, count });
    const ends = (kind: SiteKind) => pass.options.stopAfter === site(l, kind);

    const qkv = multiply(normalize(x), layer.qkv); // [rows x count, 3 x hidden]
    const [query, keys, values] = splitHeads(qkv, 3, pass.rows); // [rows, heads, count, headDim]
    const fresh = { keys, values };
    const parts = pass.cache ? remember(pass.cache.layers[l], fresh) : [fresh];
    let stream = narrow ? lastOf(x, pass) : x; // [rows x count, hidden]
    const asked = narrow ? tf.slice4d(query, [0, 0, pass.count - 1, 0], [-1, -1, 1, -1]) : query;
    const mask = count > 1 ? causalMask(count, count) : undefined;
    const z = tap("selfAttention.z", joinHeads(attend(asked, parts, mask)));
    if (ends("selfAttention.z")) return undefined;
    stream = tf.add(stream, multiply(z, layer.out)); // [rows x count, hidden]

    const text = pass.cache?.text;
    if (text) {
      const [crossQuery] = splitHeads(multiply(normalize(stream), layer.crossQuery), 1, pass.rows);
      const seen = attend(crossQuery, [text.layers[l]], text.mask); // [rows, heads, count, headDim]
      const crossZ = tap("crossAttention.z", joinHeads(seen));
      if (ends("crossAttention.z")) return undefined;
      stream = tf.add(stream, multiply(crossZ, layer.crossOut));
    }

    const inner = activation(multiply(normalize(stream), layer.up)); // [rows x count, ffn]
    const out = tap("mlp.out", multiply(inner, layer.down)); // [rows x count, hidden]
    if (ends("mlp.out")) return undefined;
    stream = tap("residual", tf.add(stream, out));
    return ends("residual") ? undefined : stream;
  }

  /** Call the tap of a site, if there is one, on the value in the site's own shape. */
  function runTap(value: tf.Tensor2D, layer: number, kind: SiteKind, pass: Pass): tf.Tensor2D {
    const name = site(layer, kind);
    const tap = pass.options.taps?.get(name);
    if (!tap) return value;
    const shape = kind.endsWith(".z")
      ? [pass.rows, pass.count, heads, headDim]
      : [pass.rows, pass.count, hidden];
    const at = {
      site: name,
      layer,
      step: pass.first - (pass.cache?.origin ?? 0),
      positions: pass.count,
      prefill: pass.prefill,
    };
    const replaced = tap(tf.reshape(value, shape), at);
    if (!replaced) return value;
    if (replaced.size !== value.size) {
      throw new Error(
        `tap on ${name}: expected a replacement of shape [${shape}], found [${replaced.shape}]`,
      );
    }
    return tf.reshape(replaced, value.shape);
  }

  /** [rows x count, parts x hidden] -> parts of [rows, heads, count, headDim] */
  function splitHeads(x: tf.Tensor2D, parts: number, rows: number): tf.Tensor4D[] {
    const count = x.shape[0] / rows;
    if (count === 1) {
      const split = parts === 1 ? [x] : tf.split(x, parts, 1);
      return split.map((part) => tf.reshape(part, [rows, heads, 1, headDim]));
    }
    const apart = tf.transpose(tf.reshape(x, [rows, count, parts, heads, headDim]), [2, 0, 3, 1, 4]);
    return tf.unstack(apart) as tf.Tensor4D[];
  }

  /** [rows, heads, count, headDim] -> [rows x count, hidden] */
  function joinHeads(x: tf.Tensor4D): tf.Tensor2D {
    const [rows, , count] = x.shape;
    return tf.reshape(count === 1 ? x : tf.transpose(x, [0, 2, 1, 3]), [rows * count, hidden]);
  }

  /** The last position of every row. [rows x count, hidden] -> [rows, hidden] */
  function lastOf(x: tf.Tensor2D, { rows, count }: Pass): tf.Tensor2D {
    const grid = tf.reshape(x, [rows, count, hidden]) as tf.Tensor3D;
    return tf.reshape(tf.slice3d(grid, [0, count - 1, 0], [-1, 1, -1]), [rows, hidden]);
  }

  function createCache(rows: number, origin = 0, text?: TextMemory): DecoderCache {
    const layers: Memory[] = parameters.layers.map(() => ({}));
    const dispose = () => {
      const kept = layers.flatMap(({ long, short }) => [long, short]);
      for (const part of [...kept, ...(text?.layers ?? [])]) if (part) forget(part);
      text?.mask.dispose();
    };
    return { rows, positions: 0, origin, layers, text, dispose };
  }

  return {
    config,
    createCache,

    copyCache(cache, from) {
      const rows = tf.tensor1d(from, "int32");
      const pick = ({ keys, values }: KeyValues): KeyValues => ({
        keys: tf.gather(keys, rows),
        values: tf.gather(values, rows),
      });
      const text = cache.text && {
        layers: cache.text.layers.map(pick),
        mask: tf.gather(cache.text.mask, rows),
      };
      const copy = createCache(from.length, cache.origin, text);
      copy.positions = cache.positions;
      for (const [l, { long, short }] of cache.layers.entries()) {
        if (long) copy.layers[l].long = pick(long);
        if (short) copy.layers[l].short = pick(short);
      }
      rows.dispose();
      return copy;
    },

    readText({ states, mask }) {
      const [rows, tokens] = mask.shape;
      return tf.tidy(() => {
        const flat = tf.reshape(states, [rows * tokens, -1]) as tf.Tensor2D; // [rows x tokens, textHidden]
        const projected = parameters.textProjection ? multiply(flat, parameters.textProjection) : flat;
        const text = tf.mul(projected, tf.reshape(mask, [-1, 1])) as tf.Tensor2D; // [rows x tokens, hidden]
        // A row without any text has keys and values of zero, so its cross-attention adds exactly nothing.
        const nothing = tf.equal(tf.max(mask, 1, true), 0); // [rows, 1]
        const hidden = tf.logicalNot(tf.logicalOr(tf.cast(mask, "bool"), nothing)); // [rows, tokens]
        return {
          layers: parameters.layers.map(({ crossKeyValue }) => {
            const [keys, values] = splitHeads(multiply(text, crossKeyValue), 2, rows);
            return { keys: tf.keep(keys), values: tf.keep(values) };
          }),
          mask: tf.keep(
            tf.reshape(tf.mul(tf.cast(hidden, "float32"), -1e9), [rows, 1, 1, tokens]),
          ) as tf.Tensor4D,
        };
      });
    },

    prefill(tokens, options = {}) {
      const rows = tokens.length;
      const count = tokens[0][0].length;
      if (options.taps) checkTaps(options.taps, config.numHiddenLayers);
      if (options.stopAfter) checkSite(options.stopAfter, config.numHiddenLayers);
      const { cache } = options;
      if (cache && (cache.positions > 0 || cache.rows !== rows)) {
        throw new Error(
          `prefill: expected an empty cache of ${rows} rows, found ${cache.rows} rows, ${cache.positions} positions`,
        );
      }
      const result = tf.tidy(() => {
        const x = embed((row, k, t) => tokens[row][k][t], rows, 0, count);
        const logits = run(x, { rows, count, first: 0, cache, options, prefill: true });
        return logits && (tf.reshape(logits, [rows, -1, codebooks, vocabulary]) as tf.Tensor4D);
      });
      if (cache) cache.positions = count;
      return result;
    },

    step(cache, tokens, taps) {
      const { rows, positions: first } = cache;
      const logits = tf.tidy(() => {
        const x = embed((row, k) => tokens[row * codebooks + k], rows, first, 1);
        return run(x, { rows, count: 1, first, cache, options: { taps, logits: true }, prefill: false });
      });
      cache.positions++;
      return logits as tf.Tensor2D; // [rows, codebooks x vocabulary]
    },

    dispose: () => disposeDecoderWeights(parameters),
  };
}

function multiply(x: tf.Tensor2D, { weight, bias }: Linear): tf.Tensor2D {
  return tf.fused.matMul({ a: x, b: weight, bias, transposeA: false, transposeB: false }) as tf.Tensor2D;
}
