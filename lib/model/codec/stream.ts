import type { TokenGrid } from "../generate/tokens";
import type { Codec } from "./codec";
import { type CodecLayer, type CodecShape, codecLayers } from "./layers";

/** Sound of takes while their tokens are still being chosen, a stretch at a time. */
export interface CodecStream {
  /**
   * Decode what can be decoded of the tokens that are known.
   * @param grids tokens of every row from its first frame on: [codebooks][at least `frames`]
   * @param frames how many of them are known; no fewer than last time
   * @param isEnd no more will come
   * @returns a row each, the next samples: nothing (length 0) where the frames do not yet reach
   */
  decode(grids: TokenGrid[], frames: number, isEnd?: boolean): Float32Array[];
  /** Frames whose sound has been given out. */
  readonly done: number;
  /** How many frames of the past and of the future the sound of a frame depends on. */
  readonly context: Context;
}

export interface Context {
  before: number;
  after: number;
}

/** Frames of the past that a recurrent codec is given before each stretch, and samples over which stretches are joined. */
const warmUp = 50;
const join = 160;

/**
 * A codec's decoder on a stretch of frames at a time. Each stretch is decoded together with the frames around it that its
 * sound depends on (the convolutions' reach, counted from the layers), which are then cut away. So where the decoder is
 * made of convolutions alone (as in the bundled model, whose LSTM passes its input through) the stretches, one after
 * another, are the samples of the whole take. A decoder with an LSTM remembers everything: it gets a second of the past
 * instead, and neighbouring stretches are cross-faded over 10 ms or so.
 * @param rows takes in step with one another
 * @param from the first frame to be heard, such as a prompt's end
 */
export function streamDecoder(codec: Codec, rows = 1, from = 0): CodecStream {
  const { config } = codec;
  const hop = config.hopLength;
  const layers = codecLayers(config).decoder;
  const reach = reachOf(config, layers);
  const isRecurrent = codec.isRecurrent;
  const context = isRecurrent ? { before: reach.before + warmUp, after: reach.after + 1 } : reach;
  const overlap = isRecurrent ? Math.min(join, hop) : 0;
  let done = from;
  let tails: Float32Array[] = []; // what the last stretch said about the next one's first samples

  return {
    context,
    get done() {
      return done;
    },
    decode(grids, frames, isEnd = false) {
      const end = isEnd ? frames : frames - context.after;
      const start = Math.max(0, done - context.before);
      // the take's beginning depends, by reflection, on as many frames after it as others on those before them
      const isTooEarly = start === 0 && !isEnd && frames <= reach.before + reach.after;
      if (end <= done || isTooEarly) return Array.from({ length: rows }, () => new Float32Array(0));
      const to = Math.min(frames, end + context.after);
      const cut = grids.map((grid) => grid.map((codes) => codes.slice(start, to)));
      const decoded = codec.decode(cut);
      const first = (done - start) * hop;
      const last = (end - start) * hop;
      const fresh = decoded.map((samples) => samples.slice(first, last));
      for (const [row, tail] of tails.entries()) crossFade(tail, fresh[row]);
      tails = overlap > 0 ? decoded.map((samples) => samples.slice(last, last + overlap)) : [];
      done = end;
      return fresh;
    },
  };
}

/**
 * How far the convolutions of a codec's decoder reach, in frames: a sample of frame f depends on the frames from
 * f - before to f + after at most, apart from what an LSTM remembers.
 */
function reachOf(shape: CodecShape, layers: CodecLayer[]): Context {
  // walked from the sound back to the frames; reaches in positions of the present rate
  let [before, after] = [0, 0];
  const through = ({ kernel, dilation }: { kernel: number; dilation: number }) => {
    const total = (kernel - 1) * dilation;
    const right = shape.useCausalConv ? 0 : Math.floor(total / 2);
    before += total - right;
    after += right;
  };
  for (const layer of [...layers].reverse()) {
    if (layer.kind === "conv") through(layer);
    else if (layer.kind === "residual") for (const step of layer.block) through(step);
    else if (layer.kind === "convTranspose") {
      const total = layer.kernel - layer.stride;
      const right = shape.useCausalConv ? Math.ceil(total * shape.trimRightRatio) : Math.floor(total / 2);
      const left = total - right; // what is cut away before the first sample
      before = Math.ceil((before + layer.kernel - left) / layer.stride) - 1;
      after = Math.floor((after + left + layer.stride - 1) / layer.stride);
    }
  }
  return { before, after };
}

/** Go over from one reading of the same samples to another, in place. */
function crossFade(from: Float32Array, to: Float32Array): void {
  const length = Math.min(from.length, to.length);
  for (let i = 0; i < length; i++) {
    const share = (i + 0.5) / length;
    to[i] = (1 - share) * from[i] + share * to[i];
  }
}
