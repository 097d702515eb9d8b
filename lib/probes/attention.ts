import { tf } from "../engine";
import type { TextStates } from "../model/decoder/decoder";
import { delay } from "../model/generate/delay";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import { joinTaps, type SiteKind, site, staged, type Taps } from "../model/taps";

/** What of a model is read. */
export type AttentiveModel = Pick<
  MusicGen,
  "decoder" | "layers" | "heads" | "codebooks" | "vocabulary" | "frameRate" | "text" | "tokenizer"
>;

/** What the heads of one layer look at. */
export interface LayerAttention {
  /**
   * Share of each earlier position in what a head gathers: [positions, heads, positions], read at (p x heads + h) x positions + key.
   * A position's shares add up to 1, and later positions have none.
   */
  own: Float32Array;
  /** Share of each piece of the text: [positions, heads, pieces]. Nothing without a text. */
  text?: Float32Array;
}

/** How a model looks back while it reads a clip. */
export interface AttentionReading {
  layers: number;
  heads: number;
  /** The start token's and one a frame, and as many more as codebooks are delayed. Position p has read frame p - 1 of codebook 0. */
  positions: number;
  /** Positions a second. */
  frameRate: number;
  /** The text, as the model reads it: whole words or parts of them. */
  pieces: string[];
  /**
   * How far a head looks back: [layers][heads] of [positions], the mean share of what is so many positions back. The start token,
   * where heads look that have nothing to look for, is left out.
   */
  back: Float32Array[][];
  /** The patterns of one layer, read anew at every call but the last layer's. */
  layer(layer: number): LayerAttention;
}

/** Mean number of positions that a head looks back. @param back one head's, of `AttentionReading.back` */
export function meanBack(back: ArrayLike<number>): number {
  let [sum, all] = [0, 0];
  for (let n = 0; n < back.length; n++) {
    sum += n * back[n];
    all += back[n];
  }
  return all > 0 ? sum / all : 0;
}

/**
 * Read a clip's tokens once through the decoder and note what every head looks at. A take that nothing steered was made with the
 * same patterns.
 * @param grid [codebooks][frames], such as a take's `tokens` or `model.codec.encode` of a clip
 * @param options text: what the take was to sound like; taps: more of them, as to see what the others do when a head is out
 * @throws RangeError on tokens that the model does not know
 */
export function readAttention(
  model: AttentiveModel,
  grid: TokenGrid,
  { text, taps: more }: { text?: string; taps?: Taps } = {},
): AttentionReading {
  const { layers, heads, codebooks, vocabulary, frameRate } = model;
  checkTokens(grid, codebooks, vocabulary, "readAttention");
  const tokens = delay(grid, grid[0].length, vocabulary);
  const positions = tokens[0].length;
  const pieces = text === undefined ? [] : model.tokenizer.pieces(text);

  /** Taps at the patterns of some layers. */
  function read(
    from: number,
    to: number,
    note: (kind: SiteKind, layer: number, shares: Float32Array) => void,
  ): void {
    const looking: Taps = new Map();
    for (let layer = from; layer <= to; layer++) {
      for (const kind of ["selfAttention.pattern", "crossAttention.pattern"] as const) {
        const look = (value: tf.Tensor) => note(kind, layer, value.dataSync<"float32">());
        looking.set(site(layer, kind), staged({ read: look }));
      }
    }
    const states = text === undefined ? undefined : statesOf(model, text);
    const texts = states && model.decoder.readText(states);
    const cache = model.decoder.createCache(1, { positions, text: texts });
    try {
      const stopAfter = site(to, text === undefined ? "selfAttention.pattern" : "crossAttention.pattern");
      model.decoder.prefill([tokens], { cache, stopAfter, taps: joinTaps(more, looking) });
    } finally {
      cache.dispose();
      states?.states.dispose();
      states?.mask.dispose();
    }
  }

  const back: Float32Array[][] = [];
  read(0, layers - 1, (kind, layer, shares) => {
    if (kind === "selfAttention.pattern") back[layer] = profiles(shares, positions, heads);
  });
  let latest: { layer: number; shares: LayerAttention } | undefined;
  return {
    layers,
    heads,
    positions,
    frameRate,
    pieces,
    back,
    layer(layer) {
      if (!Number.isInteger(layer) || layer < 0 || layer >= layers)
        throw new RangeError(`layer: expected an integer from 0 to ${layers - 1}, found ${layer}`);
      if (latest?.layer === layer) return latest.shares;
      const shares: LayerAttention = { own: new Float32Array(0) };
      read(layer, layer, (kind, _, values) => {
        if (kind === "selfAttention.pattern") shares.own = values;
        else shares.text = values;
      });
      latest = { layer, shares };
      return shares;
    },
  };
}

function statesOf({ text: encoder, tokenizer }: AttentiveModel, text: string): TextStates {
  const tokens = tokenizer.encode([text]);
  return { states: encoder.encode(tokens), mask: tf.tensor2d(tokens.mask) };
}

/** @param shares [positions, heads, positions] @returns [heads] of [positions] */
function profiles(shares: Float32Array, positions: number, heads: number): Float32Array[] {
  return Array.from({ length: heads }, (_, head) => {
    const sums = new Float32Array(positions);
    for (let p = 1; p < positions; p++) {
      const row = (p * heads + head) * positions;
      for (let key = 1; key <= p; key++) sums[p - key] += shares[row + key];
    }
    return sums.map((sum, n) => (n < positions - 1 ? sum / (positions - 1 - n) : 0));
  });
}
