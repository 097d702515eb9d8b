import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../lib/disk/cacheFolder";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { startBackend } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { random } from "../../lib/math/random";
import type { MusicGen } from "../../lib/model/musicgen";
import { mixStems } from "../../lib/music/band";
import { caption } from "../../lib/music/caption";
import { type Mix, plainMix, recombined } from "./lineup";
import { encodeNpy } from "./npy";
import type { Profile } from "./profile";
import { mixedStems, SONG_SECONDS, songSeeds } from "./songs";

export interface TokenOptions {
  /** The checkpoint whose codec and tokenizer make the tokens. Default: the bundled model. */
  from?: string;
  /** The folder for the files. Default: tokens in the cache. */
  to?: string;
  /** How many songs of the band, and how many line-ups of each. Default: the profile's. */
  songs?: number;
  variants?: number;
  /** The most that the tokens of one piece may take, in MiB. */
  piece?: number;
}

/** What stands beside a piece of tokens, as NAME.json. */
export interface TokenPiece {
  kind: "smitin-tokens";
  version: 1;
  split: "train" | "validation";
  /** Of the model whose codec made them. */
  fingerprint: string;
  /** Of the tokens: [mixes, codebooks, frames]. */
  shape: [number, number, number];
  /** A token is below this. */
  codebookSize: number;
  frameRate: number;
  /** One a mix: how it is made again, who plays, and captions as token ids, drawn with its seed and variant. */
  mixes: { seed: number; variant: number; sources: number[]; players: string[]; captions: number[][] }[];
}

/**
 * Write the training music as tokens, for a training elsewhere (decoder.py): mixes as `trainDecoder` uses them (players of songs that
 * fit, one in twelve entering late), in pieces train-001.npy, train-002.npy, ..., and the unseen songs as validation.npy.
 * A piece that is there stays, so that a run that was stopped goes on.
 */
export async function writeTokens({ decoder }: Profile, options: TokenOptions = {}): Promise<void> {
  const { to = cacheFolder("tokens"), piece = 24 } = options;
  const { songs = decoder.songs, variants = decoder.variants } = options;
  if (!(piece > 0)) throw new RangeError(`--piece: expected MiB above 0, found ${piece}`);
  await startBackend(process.env.SMITIN_BACKEND || undefined);
  const model = await loadMusicGen(options.from);
  const unseen = Array.from({ length: decoder.validation }, (_, i) => plainMix(songSeeds.validation + i, 1));
  await writePiece(model, to, "validation", "validation", unseen);
  const draw = recombined(Array.from({ length: songs }, (_, i) => songSeeds.train + i));
  const bytes = bytesOf(model) * model.codebooks * Math.round(SONG_SECONDS * model.frameRate);
  const most = Math.max(1, Math.floor((piece * 2 ** 20) / bytes));
  const total = songs * variants;
  for (let from = 0, number = 1; from < total; from += most, number++) {
    const some = Array.from({ length: Math.min(most, total - from) }, (_, i) =>
      draw(songSeeds.train + ((from + i) % songs), 1 + Math.floor((from + i) / songs)),
    );
    await writePiece(model, to, `train-${String(number).padStart(3, "0")}`, "train", some);
  }
}

async function writePiece(
  model: MusicGen,
  folder: string,
  name: string,
  split: TokenPiece["split"],
  mixes: Mix[],
): Promise<void> {
  const [tokensFile, aboutFile] = [join(folder, `${name}.npy`), join(folder, `${name}.json`)];
  if (existsSync(tokensFile) && existsSync(aboutFile)) return;
  const { codebooks, vocabulary, frameRate, fingerprint } = model;
  let tokens: Uint8Array | Uint16Array | undefined;
  let frames = 0;
  for (let start = 0; start < mixes.length; start += BATCH) {
    const some = mixes.slice(start, start + BATCH);
    const audio: Float32Array[] = [];
    for (const { sources, players } of some) audio.push(mixStems(await mixedStems(sources), players));
    const grids = model.codec.encode(audio);
    frames = grids[0][0].length;
    tokens ??= new (bytesOf(model) === 1 ? Uint8Array : Uint16Array)(mixes.length * codebooks * frames);
    for (const [i, grid] of grids.entries())
      for (const [k, codes] of grid.entries()) tokens.set(codes, ((start + i) * codebooks + k) * frames);
    if ((start / BATCH) % 25 === 0)
      console.log(`tokens: ${name}, ${start + some.length} of ${mixes.length} mixes`);
  }
  const about: TokenPiece = {
    kind: "smitin-tokens",
    version: 1,
    split,
    fingerprint,
    shape: [mixes.length, codebooks, frames],
    codebookSize: vocabulary,
    frameRate,
    mixes: mixes.map((mix) => {
      const { seed, variant, sources, players } = mix;
      return { seed, variant, sources: Object.values(sources), players, captions: captionsOf(model, mix) };
    }),
  };
  writeAtomically(tokensFile, encodeNpy(tokens!, about.shape));
  writeAtomically(aboutFile, `${JSON.stringify(about)}\n`);
}

const BATCH = 8;
const CAPTIONS = 4; // a mix: a caption leaves out now this, now that

function captionsOf({ tokenizer }: MusicGen, { song, players, seed, variant }: Mix): number[][] {
  const uniform = random(seed * 31 + variant);
  return Array.from({ length: CAPTIONS }, () => {
    const { ids, mask } = tokenizer.encode([caption(song, players, uniform)]);
    return ids[0].filter((_, i) => mask[0][i] === 1);
  });
}

/** A byte holds a token of the bundled codec. */
function bytesOf({ vocabulary }: MusicGen): 1 | 2 {
  return vocabulary <= 256 ? 1 : 2;
}
