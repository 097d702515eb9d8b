import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { tf } from "../../lib/engine";
import { runDecoder, runEncoder } from "../../lib/model/codec/network";
import { mixStems } from "../../lib/music/band";
import { instruments } from "../../lib/music/song";
import { AdamW } from "./adamw";
import { codecVariables, createCodec, type TrainedCodec } from "./codecNetwork";
import type { Mix } from "./lineup";
import { stateFolder } from "./profile";
import { mixedStems, SONG_SECONDS } from "./songs";
import { studioCodec } from "./studio";
import { loadState } from "./trainingState";

/** A mix and its tokens, [codebooks][frames]. */
export type EncodedMix = Mix & { codes: Int16Array[] };

/** A codec with the folder where its tokens are kept: another codec's tokens mean other sounds. */
export type KeptCodec = TrainedCodec & { codes: string };

/** The codec as its training left it. @throws Error when it has not been trained */
export function trainedCodec(): KeptCodec {
  const codec = createCodec(1);
  const path = join(stateFolder, "codec.state");
  const step = loadState(path, codecVariables(codec, new AdamW(codec.parameters)));
  if (!step) throw new Error(`${path}: not there; run \`npm run train -- codec\` first`);
  const hash = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12);
  return { ...codec, codes: join(stateFolder, `codes-${hash}`) };
}

/** Encode those of these mixes that are not in the cache yet, a batch at a time. */
export async function encodeMixes(codec: KeptCodec, mixes: Mix[]): Promise<void> {
  const batch = 8;
  for (let i = 0; i < mixes.length; i += batch) {
    const missing = mixes.slice(i, i + batch).filter((mix) => !existsSync(file(codec, mix)));
    if (missing.length === 0) continue;
    const audio = [];
    for (const { sources, players } of missing) audio.push(mixStems(await mixedStems(sources), players));
    const codes = encodeAudio(codec, audio);
    missing.forEach((mix, j) => {
      const flat = new Int16Array(codes[j].flatMap((row) => [...row]));
      writeAtomically(file(codec, mix), new Uint8Array(flat.buffer));
    });
  }
}

/** Tokens of equally long clips: [clips][codebooks][frames]. */
export function encodeAudio({ parameters, quantizer }: TrainedCodec, clips: Float32Array[]): Int16Array[][] {
  const samples = clips[0].length;
  const flat = new Float32Array(clips.length * samples);
  for (const [i, clip] of clips.entries()) flat.set(clip, i * samples);
  let rows: Int32Array[] = [];
  let frames = 0;
  tf.tidy(() => {
    const tensors = parameters.unpack();
    const z = runEncoder(
      studioCodec,
      (name) => tensors.get(name),
      tf.tensor3d(flat, [clips.length, samples, 1]),
    );
    frames = z.shape[1];
    const { codes } = quantizer.quantize(z.reshape([-1, quantizer.dim]) as tf.Tensor2D);
    rows = codes.map((code) => code.dataSync() as Int32Array);
  });
  return clips.map((_, i) => rows.map((row) => Int16Array.from(row.slice(i * frames, (i + 1) * frames))));
}

/** Audio of equally long token grids: [clips][frames * hop]. */
export function decodeCodes(
  { parameters, quantizer }: TrainedCodec,
  grids: ArrayLike<number>[][],
): Float32Array[] {
  return tf.tidy(() => {
    const tensors = parameters.unpack();
    const frames = grids[0][0].length;
    const entries = quantizer.embed.map((embed, k) => {
      const ids = Int32Array.from(grids.flatMap((grid) => Array.from(grid[k])));
      return tf.gather(embed as tf.Tensor, tf.tensor1d(ids, "int32"));
    });
    const z = tf.addN(entries).reshape([grids.length, frames, quantizer.dim]) as tf.Tensor3D;
    const y = runDecoder(studioCodec, (name) => tensors.get(name), z).dataSync() as Float32Array;
    const samples = y.length / grids.length;
    return grids.map((_, i) => y.slice(i * samples, (i + 1) * samples));
  });
}

/** A mix that `encodeMixes` has put into the cache. */
export function readMix(codec: KeptCodec, mix: Mix): EncodedMix {
  const bytes = readFileSync(file(codec, mix));
  const flat = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const frames = flat.length / studioCodec.codebooks;
  const codes = Array.from({ length: studioCodec.codebooks }, (_, k) =>
    flat.subarray(k * frames, (k + 1) * frames),
  );
  return { ...mix, codes };
}

function file({ codes }: KeptCodec, { seed, variant, sources }: Mix): string {
  const from = instruments.map((who) => sources[who]).join("-");
  return join(codes, `${seed}-${variant}-from-${from}-${SONG_SECONDS}s.i16`);
}
