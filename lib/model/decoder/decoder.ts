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
    const { rows, cache, prefill, count } = pass;
    const { taps, stopAfter } = pass.options;
    // The last layer need not go on with positions that nobody asks for.
    const lastOnly = pass.options.lastOnly === true && l === last && count > 1;

    const at = (kind: SiteKind) => {
      const name = site(l, kind);
      const tap = taps?.get(name);
      const ends = stopAfter === name;
      if (!tap && !ends) return undefined;
      const positions = lastOnly && !/[qkv]$/.test(kind) ? 1 : count;
      const step = pass.first + count - positions - (cache?.origin ?? 0);
      const point = { site: name, layer: l, step, positions, prefill };
      return <T extends tf.Tensor>(value: T) => {
        const after = tap ? tapped(value, tap, kind, point) : value;
        return ends ? undefined : after;
      };
    };

    const { activationFunction: activation } = config;
    const memory = cache?.layers[l] ?? forgetful({ rows, heads, headDim });
    return runLayer(x, weights, { rows, activation, memory, text: cache?.text?.[l], lastOnly, at });
  }

  /** What goes on after a tap, which sees the value in its site's own shape. */
  function tapped<T extends tf.Tensor>(value: T, tap: Tap, kind: SiteKind, at: TapPoint): T {
    const shown = shownAt(kind, value, at.positions);
    const replaced = tap(shown, at);
    if (!replaced || replaced === shown) return value;
    if (replaced.size !== value.size) {
      throw new Error(
        `tap on ${at.site}: expected a replacement of shape [${shown.shape}], found [${replaced.shape}]`,
      );
    }
    const after = kind === "selfAttention.q" ? tf.div(replaced, Math.sqrt(headDim)) : replaced;
    // What has its shape already is left alone: in a graph a pattern's would stay that of the first step.
    return (tf.util.arraysEqual(after.shape, value.shape) ? after : tf.reshape(after, value.shape)) as T;
  }

  /** A value as its site's taps see it. */
  function shownAt(kind: SiteKind, value: tf.Tensor, positions: number): tf.Tensor {
    if (kind.endsWith(".pattern")) return value;
    const size = kind.includes("Attention.") ? [heads, headDim] : [hidden];
    const shown = tf.reshape(value, [value.size / hidden / positions, positions, ...size]);
    // The weights have the scale of attention in them (weights.ts).
    return kind === "selfAttention.q" ? tf.mul(shown, Math.sqrt(headDim)) : shown;
  }

  /** A memory for one pass: freed as soon as it has been attended to. */
  function forgetful(size: AttentionSize): Pick<Memory, "attend"> {
    const memory = engine.createMemory(size);
    return {
      attend(qkv, lastOnly, look) {
        const z = memory.attend(qkv, lastOnly, look);
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
