import type { Audio } from "../audio/audio";
import { joined } from "../math/concatenate";
import { streamDecoder } from "../model/codec/stream";
import { generateTokens } from "../model/generate/generate";
import type { Sampling } from "../model/generate/sampling";
import type { TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import type { ProbeSet } from "../probes/probe";
import type { Head } from "../steering/ablate";
import { liveSteer, type Move, type Seen } from "./liveSteer";
import type { Strips } from "./strip";

/** What a streamed take is made from, besides how it is steered. */
export interface StreamSource {
  /** [codebooks][frames]; no frames to start from nothing */
  prompt: TokenGrid;
  text?: string;
  /** New frames. */
  frames: number;
  seed: number;
  sampling?: Sampling & { guidance?: number };
}

export interface StreamOptions extends StreamSource {
  probes: Record<string, ProbeSet>;
  /** What holds at a step, counted from the first new frame. */
  stripsAt(step: number): Strips;
  /** Heads of the steered row that are muted at a step. Default: none. */
  mutedAt?(step: number): readonly Head[];
  /** Make the unsteered take of the same seed beside it. Default true. */
  compare?: boolean;
  /**
   * The first frame whose sound is given out. Default: the first new one. Whoever plays the prompt's own sound begins as many
   * frames before as the codec looks ahead (`streamDecoder(codec).context.after`): there the prompt alone sounds otherwise.
   */
  soundFrom?: number;
  /** Frames that are decoded to sound at a time. Default: a fifth of a second. */
  chunk?: number;
  /** The next stretch of new sound, the steered row's and the unsteered one's. */
  onSound?(rows: Float32Array[]): void;
  onStep?(seen: Seen): void;
  onMove?(move: Move): void;
  /** A new frame has all its tokens: [rows][codebooks]. */
  onTokens?(rows: number[][]): void;
  /** Before a position's tokens are chosen, as `generate` has it. */
  onLogits?(logits: Float32Array): void;
  /** Before each new frame: what it waits for. */
  hold?(newFrames: number): void | Promise<void>;
  /** Ends the take where it is, as an interrupt of the notebook does: what there is until then is given back. */
  signal?: AbortSignal;
}

/** One row of a streamed take. */
export interface StreamedRow {
  /** [codebooks][prompt and new frames] */
  tokens: TokenGrid;
  /** From the first frame on whose sound is given out: the new ones, if nothing else is asked for. */
  samples: Float32Array;
}

export interface StreamedTake {
  steered: StreamedRow;
  plain?: StreamedRow;
  promptFrames: number;
  /** Every setting, from the step on from which it held. */
  moves: Move[];
  seen: Seen[];
  seed: number;
}

/**
 * Generate a take and give out its sound while it grows. The steering may change on the way; the changes are kept, and
 * the same changes at the same steps make the same take.
 * @throws RangeError or Error on impossible options or settings
 */
export async function streamTake(model: MusicGen, options: StreamOptions): Promise<StreamedTake> {
  const { prompt, text, frames, seed, sampling, probes, stripsAt, mutedAt, signal } = options;
  const { compare = true, chunk = Math.max(1, Math.round(model.frameRate / 5)) } = options;
  const rows = compare ? 2 : 1;
  const promptFrames = prompt[0].length;
  const stream = streamDecoder(model.codec, rows, options.soundFrom ?? promptFrames);
  const moves: Move[] = [];
  const seen: Seen[] = [];
  const parts: Float32Array[][] = Array.from({ length: rows }, () => []);
  let grids: TokenGrid[] = new Array(rows).fill(prompt);
  let known = promptFrames;

  function sound(isEnd: boolean): void {
    const fresh = stream.decode(grids, known, isEnd);
    if (fresh[0].length === 0) return;
    for (const [row, samples] of fresh.entries()) parts[row].push(samples);
    options.onSound?.(fresh);
  }

  const steer = liveSteer({
    probes,
    stripsAt,
    mutedAt,
    onMove(move) {
      moves.push(move);
      options.onMove?.(move);
    },
    onStep(each) {
      seen.push(each);
      options.onStep?.(each);
    },
  });
  const row = { ...sampling, prompt, text, seed };
  const { onLogits } = options;
  const onFrame = async (count: number, read: () => TokenGrid[]) => {
    known = count;
    grids = read();
    options.onTokens?.(grids.map((grid) => grid.map((codes) => codes[count - 1])));
    if (known - stream.context.after - stream.done >= chunk) sound(false);
    await options.hold?.(count - promptFrames);
  };
  try {
    await generateTokens(model, new Array(rows).fill(row), { frames, steer, signal, onFrame, onLogits });
  } catch (error) {
    if (!signal?.aborted && (error as Error).name !== "Interrupted") throw error;
  }
  sound(true);
  const [steered, plain] = grids.map((grid, i) => ({
    tokens: grid.map((codes) => codes.slice(0, known)),
    samples: joined(parts[i]),
  }));
  return { steered, plain, promptFrames, moves, seen, seed };
}

/** The sound of a row with its prompt's. */
export function wholeSound({ codec, sampleRate }: MusicGen, { tokens }: StreamedRow): Audio {
  return { samples: codec.decode([tokens])[0], sampleRate };
}
