/**
 * MusicGen's decoder: a transformer over codec tokens that reads K tokens a position (one a codebook) and predicts the next K.
 * References: transformers, modeling_musicgen.py; facebookresearch/audiocraft, models/lm.py.
 * embed -> layers of (self-attention, attention to the text, MLP), each added to the residual stream -> one LM head a codebook.
 */
import { type AttentionSize, currentEngine, type Memory, type TextAttention, tf } from "../../engine";
import type { Weights } from "../checkpoint/checkpoint";
import type { DecoderConfig } from "../checkpoint/config";
import type { TokenGrid } from "../generate/tokens";
import { checkSite, checkTaps, type SiteKind, site, type Tap, type TapPoint, type Taps } from "../taps";
import type { CacheOptions, DecoderCache } from "./cache";
import { createEmbedding } from "./embedding";
import { createPassGraphs } from "./graphs";
import { type LayerWeights, lastOf, runLayer } from "./network";
import { disposeDecoderWeights, readDecoderWeights } from "./weights";

/** Texts, a row each. */
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
  /** An empty cache. */
  createCache(rows: number, options?: CacheOptions): DecoderCache;
  /** A cache in which row r continues row `from[r]` of another one, which stays as it is. */
  copyCache(cache: DecoderCache, from: number[]): DecoderCache;
  /** Keys and values of the text for every layer. */
  readText(text: TextStates): TextAttention[];
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

/** What a pass through the layers has to know besides the values themselves. */
interface Pass {
  rows: number;
  count: number; // positions of this pass
  first: number; // index of the first of them
  prefill: boolean;
  cache?: DecoderCache;
  options: PrefillOptions;
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
  const engine = currentEngine();
  const parameters = readDecoderWeights(weights, config, engine);
  const { embed } = createEmbedding(parameters.embeddings, vocabulary, hidden);
  const graphs = engine.graphs && createPassGraphs(engine.graphs);

  /** Embedded tokens to logits, or to nothing where the pass ends early. */
  function run(x: tf.Tensor2D, pass: Pass): tf.Tensor2D | undefined {
    let stream = x; // [rows x count, hidden]
    for (const [l, layer] of parameters.layers.entries()) {
      const before = stream;
      const after = tf.tidy(() => throughLayer(before, layer, l, pass));
      before.dispose(); // a long prompt's activations are large: no more than one layer's are held
      if (!after) return undefined;
      stream = after;
    }
    const { logits } = pass.options;
    if (!logits) return undefined;
    if (logits === "last" && stream.shape[0] > pass.rows) stream = lastOf(stream, pass.rows);
    return parameters.heads.apply(stream, { normalize: true }); // [rows x count, codebooks x vocabulary]
  }

  /** One position of every row, operation by operation. */
  function step(x: tf.Tensor2D, cache: DecoderCache, taps?: Taps): tf.Tensor2D {
    const { rows, positions: first } = cache;
    const options = { taps, logits: true };
    return run(x, { rows, count: 1, first, cache, options, prefill: false }) as tf.Tensor2D;
  }

  /** Layer l, with the taps at its sites. */
  function throughLayer(
    x: tf.Tensor2D,
    weights: LayerWeights,
    l: number,
    pass: Pass,
  ): tf.Tensor2D | undefined {
    const { rows, cache, prefill } = pass;
    const { taps, stopAfter } = pass.options;
    // The last layer need not go on with positions that nobody asks for.
    const lastOnly = pass.options.lastOnly === true && l === last && pass.count > 1;
    const positions = lastOnly ? 1 : pass.count;
    const step = pass.first + pass.count - positions - (cache?.origin ?? 0);

    const at = (kind: SiteKind) => {
      const name = site(l, kind);
      const tap = taps?.get(name);
      const ends = stopAfter === name;
      if (!tap && !ends) return undefined;
      return (value: tf.Tensor2D) => {
        const after = tap ? tapped(value, tap, { site: name, layer: l, step, positions, prefill }) : value;
        return ends ? undefined : after;
      };
    };

    const { activationFunction: activation } = config;
    const memory = cache?.layers[l] ?? forgetful({ rows, heads, headDim });
    return runLayer(x, weights, { rows, activation, memory, text: cache?.text?.[l], lastOnly, at });
  }

  /** What goes on after a tap, which sees the value in its site's own shape. */
  function tapped(value: tf.Tensor2D, tap: Tap, at: TapPoint): tf.Tensor2D {
    const size = at.site.endsWith(".z") ? [heads, headDim] : [hidden];
    const shape = [value.size / hidden / at.positions, at.positions, ...size];
    const replaced = tap(tf.reshape(value, shape), at);
    if (!replaced) return value;
    if (replaced.size !== value.size) {
      throw new Error(
        `tap on ${at.site}: expected a replacement of shape [${shape}], found [${replaced.shape}]`,
      );
    }
    return tf.reshape(replaced, value.shape);
  }

  /** A memory for one pass: freed as soon as it has been attended to. */
  function forgetful(size: AttentionSize): Pick<Memory, "attend"> {
    const memory = engine.createMemory(size);
    return {
      attend(qkv, lastOnly) {
        const z = memory.attend(qkv, lastOnly);
        memory.dispose();
        return z;
      },
    };
  }

  function cacheOf(rows: number, origin: number, layers: Memory[], text?: TextAttention[]): DecoderCache {
    const dispose = () => [...layers, ...(text ?? [])].forEach((part) => void part.dispose());
    return { rows, positions: 0, origin, layers, text, dispose };
  }

  return {
    config,

    createCache(rows, { origin = 0, positions, text } = {}) {
      const layers = parameters.layers.map(() => engine.createMemory({ rows, heads, headDim }, positions));
      return cacheOf(rows, origin, layers, text);
    },

    copyCache({ origin, positions, layers, text }, from) {
      const memories = layers.map((memory) => memory.copy(from));
      const texts = text?.map((layer) => layer.copy(from));
      return { ...cacheOf(from.length, origin, memories, texts), positions };
    },

    readText({ states, mask }) {
      const [rows, tokens] = mask.shape;
      const visible = mask.arraySync();
      const texts: TextAttention[] = [];
      tf.tidy(() => {
        const flat = tf.reshape(states, [rows * tokens, -1]) as tf.Tensor2D; // [rows x tokens, textHidden]
        const projected = parameters.textProjection?.apply(flat) ?? flat;
        // A row without any text has keys and values of zero, so its cross-attention adds exactly nothing.
        const text = tf.mul(projected, tf.reshape(mask, [-1, 1])) as tf.Tensor2D; // [rows x tokens, hidden]
        for (const { crossKeyValue } of parameters.layers) {
          texts.push(engine.createText({ rows, heads, headDim }, crossKeyValue.apply(text), visible));
        }
      });
      return texts;
    },

    prefill(tokens, options = {}) {
      const { cache } = options;
      const rows = tokens.length;
      const count = tokens[0][0].length;
      if (options.taps) checkTaps(options.taps, config.numHiddenLayers);
      if (options.stopAfter) checkSite(options.stopAfter, config.numHiddenLayers);
      if (cache && (cache.positions > 0 || cache.rows !== rows)) {
        throw new Error(
          `prefill: expected an empty cache of ${rows} rows, found ${cache.rows} rows, ${cache.positions} positions`,
        );
      }
      const result = tf.tidy(() => {
        const x = embed((row, k, t) => tokens[row][k][t], rows, 0, count);
        const pass = (x: tf.Tensor2D, taps?: Taps) =>
          run(x, { rows, count, first: 0, cache, options: { ...options, taps }, prefill: true });
        const { taps = new Map(), logits: wanted, lastOnly, stopAfter } = options;
        const kind = JSON.stringify([rows, count, wanted, lastOnly, stopAfter]);
        const graphed = cache ? undefined : graphs?.prefill(x, kind, taps, pass);
        const { logits } = graphed ?? { logits: pass(x, options.taps) };
        return logits && (tf.reshape(logits, [rows, -1, codebooks, vocabulary]) as tf.Tensor4D);
      });
      if (cache) cache.positions = count;
      return result;
    },

    step(cache, tokens, taps) {
      const logits = tf.tidy(() => {
        const x = embed((row, k) => tokens[row * codebooks + k], cache.rows, cache.positions, 1);
        return graphs?.step(x, cache, taps, step) ?? step(x, cache, taps);
      });
      cache.positions++;
      return logits;
    },

    dispose() {
      graphs?.dispose();
      disposeDecoderWeights(parameters);
    },
  };
}
