/**
 * MusicGen's decoder: a transformer over codec tokens that reads K tokens a position (one a codebook) and predicts the next K.
 * References: transformers, modeling_musicgen.py; facebookresearch/audiocraft, models/lm.py.
 * embed -> layers of (self-attention, attention to the text, MLP), each added to the residual stream -> one LM head a codebook.
 */
import { currentEngine, type Memory, type TextAttention, tf } from "../../engine";
import type { Weights } from "../checkpoint/checkpoint";
import type { DecoderConfig } from "../checkpoint/config";
import type { TokenGrid } from "../generate/tokens";
import { checkSite, checkTaps, type SiteKind, site, type Taps } from "../taps";
import type { CacheOptions, DecoderCache } from "./cache";
import { createEmbedding } from "./embedding";
import { createPassGraphs } from "./graphs";
import { disposeDecoderWeights, type LayerWeights, readDecoderWeights } from "./weights";

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
      const after = tf.tidy(() => runLayer(before, layer, l, pass));
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

  function runLayer(x: tf.Tensor2D, layer: LayerWeights, l: number, pass: Pass): tf.Tensor2D | undefined {
    const { rows, cache } = pass;
    const { taps, stopAfter, lastOnly } = pass.options;
    // The last layer need not go on with positions that nobody asks for.
    const narrow = lastOnly === true && l === last && pass.count > 1;
    const here = narrow ? { ...pass, first: pass.first + pass.count - 1, count: 1 } : pass;
    const tap = (kind: SiteKind, value: tf.Tensor2D) => runTap(value, l, kind, here);
    const ends = (kind: SiteKind) => stopAfter === site(l, kind);

    const qkv = layer.qkv.apply(x, { normalize: true }); // [rows x count, 3 x hidden]
    const memory = cache?.layers[l] ?? engine.createMemory({ rows, heads, headDim });
    const z = tap("selfAttention.z", memory.attend(qkv, narrow)); // [rows x count, hidden]
    if (!cache) memory.dispose();
    if (ends("selfAttention.z")) return undefined;
    let stream = layer.out.apply(z, { add: narrow ? lastOf(x, rows) : x });

    if (cache?.text) {
      const query = layer.crossQuery.apply(stream, { normalize: true }); // [rows x count, hidden]
      const crossZ = tap("crossAttention.z", cache.text[l].attend(query)); // [rows x count, hidden]
      if (ends("crossAttention.z")) return undefined;
      stream = layer.crossOut.apply(crossZ, { add: stream });
    }

    const activation = config.activationFunction;
    const inner = layer.up.apply(stream, { normalize: true, activation }); // [rows x count, ffn]
    if (taps?.has(site(l, "mlp.out")) || ends("mlp.out")) {
      const out = tap("mlp.out", layer.down.apply(inner)); // [rows x count, hidden]
      if (ends("mlp.out")) return undefined;
      stream = tf.add(stream, out);
    } else {
      stream = layer.down.apply(inner, { add: stream });
    }
    stream = tap("residual", stream);
    return ends("residual") ? undefined : stream;
  }

  /** Call the tap of a site, if there is one, on the value in the site's own shape. */
  function runTap(value: tf.Tensor2D, layer: number, kind: SiteKind, pass: Pass): tf.Tensor2D {
    const name = site(layer, kind);
    const tap = pass.options.taps?.get(name);
    if (!tap) return value;
    const { rows, count: positions, prefill, first, cache } = pass;
    const shape = kind.endsWith(".z") ? [rows, positions, heads, headDim] : [rows, positions, hidden];
    const step = first - (cache?.origin ?? 0);
    const replaced = tap(tf.reshape(value, shape), { site: name, layer, step, positions, prefill });
    if (!replaced) return value;
    if (replaced.size !== value.size) {
      throw new Error(
        `tap on ${name}: expected a replacement of shape [${shape}], found [${replaced.shape}]`,
      );
    }
    return tf.reshape(replaced, value.shape);
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

/** The last position of every row. [rows x count, size] -> [rows, size] */
function lastOf(x: tf.Tensor2D, rows: number): tf.Tensor2D {
  const [all, size] = x.shape;
  const grid = tf.reshape(x, [rows, all / rows, size]) as tf.Tensor3D;
  return tf.reshape(tf.slice3d(grid, [0, all / rows - 1, 0], [-1, 1, -1]), [rows, size]);
}
